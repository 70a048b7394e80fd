/* Lint for SQLite: what the files of the rules share. */
#ifndef MIG_SQLITE_LINT_H
#define MIG_SQLITE_LINT_H

#include "core/lint_report.h"
#include "dialects/sqlite/sqlite_driver.h"
#include "dialects/sqlite/sqlite_reader.h"

/* The slot of MigDialect. */
extern const MigLintDriver mig_sqlite_lint;

typedef enum {
    LINT_OTHER,
    LINT_CREATE_TABLE,
    LINT_CREATE_INDEX,
    LINT_CREATE_VIEW,
    LINT_CREATE_TRIGGER,
    LINT_DROP_TABLE,
    LINT_DROP_OTHER, /* index, view, trigger */
    LINT_ADD_COLUMN,
    LINT_DROP_COLUMN,
    LINT_RENAME_COLUMN,
    LINT_RENAME_TABLE,
    LINT_ALTER_OTHER,
    LINT_INSERT,
    LINT_UPDATE,
    LINT_DELETE,
    LINT_PRAGMA,
    LINT_ATTACH
} MigSqliteLintVerb;

/* What a statement says. */
typedef struct {
    MigSqliteLintVerb verb;
    MigSqliteReader reader;
    char *name;     /* of the table, index, view, trigger or pragma; NULL: none could be read */
    char *on;       /* CREATE INDEX, CREATE TRIGGER: the table's */
    char *column;   /* ADD, DROP, RENAME COLUMN */
    char *to;       /* the new name; PRAGMA: its value, NULL when it only asks */
    char *conflict; /* INSERT OR … */
    gboolean temp, unique, has_where, has_select;
    guint rest;     /* token: ADD COLUMN: of the definition; CREATE INDEX: of "(" ; UPDATE: behind SET */
    gsize length;   /* of the text */
} MigSqliteLintStatement;

MigSqliteLintStatement *mig_sqlite_lint_read(const char *text);
void mig_sqlite_lint_statement_free(gpointer statement);

/* Whether a word of code (keyword or name, any case, quotes ignored) is in the statement. */
gboolean mig_sqlite_lint_says(const MigSqliteLintStatement *statement, const char *name);

/* A run of lint. Names in sets are in lower case. */
typedef struct {
    MigSqlite *scratch, *live;
    const MigConfig *config;
    const MigLintBlock *block;
    GPtrArray *read;   /* of MigSqliteLintStatement*: the block's */
    GHashTable *used;  /* tables that there were when the revision began */
    GHashTable *fresh; /* tables made by the revision: nobody else knows them */
    GHashTable *added; /* "table.column" that it added */
    gboolean in_transaction;
} MigSqliteLint;

/* The statement at an index of the block. */
const MigSqliteLintStatement *mig_sqlite_lint_at(const MigSqliteLint *lint, guint index);

/* Whether others use the table: it was there before the revision. */
gboolean mig_sqlite_lint_is_used(const MigSqliteLint *lint, const char *table);

/* The stored statement of a table on scratch; NULL when there is none. New string. */
char *mig_sqlite_lint_sql(const MigSqliteLint *lint, const char *table);
/* … read. */
MigSqliteTable *mig_sqlite_lint_table(const MigSqliteLint *lint, const char *table);

/* A new name made of others, as an identifier. New string. */
char *mig_sqlite_lint_name(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Tries the statement and takes it back: NULL when it succeeds, else why not. New string. */
char *mig_sqlite_lint_try(const MigSqliteLint *lint, guint index);

/* Index of a later statement that renames something to this name, or that does `verb` to it; 0: none. */
guint mig_sqlite_lint_later(const MigSqliteLint *lint, guint index, MigSqliteLintVerb verb,
                            const char *name);

/* How many bytes the live table has, at least; -1: not known. */
gint64 mig_sqlite_lint_live_bytes(const MigSqliteLint *lint, const char *table);
/* Whether there is a live database in which the table has no row, or is not. */
gboolean mig_sqlite_lint_live_is_empty(const MigSqliteLint *lint, const char *table);

/* The rules, by subject. Each takes a statement that it may have to do with. */
void mig_sqlite_lint_alter(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_create(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_drop(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_copy(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_write(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_setting(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_names(MigSqliteLint *lint, guint index, MigLintReport *report);
void mig_sqlite_lint_features(MigSqliteLint *lint, guint index, MigLintReport *report);

/* LT015 for the foreign keys of a table's text: a CREATE TABLE that is about to run. */
void mig_sqlite_lint_foreign_keys(MigSqliteLint *lint, guint index, const MigSqliteTable *table,
                                  MigLintReport *report);

#endif
