/* Lint for PostgreSQL: what the files of the rules share. */
#ifndef MIG_PG_LINT_H
#define MIG_PG_LINT_H

#include "core/facts.h"
#include "core/lint_report.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_lint_parse.h"

/* The slot of MigDialect. */
extern const MigLintDriver mig_pg_lint;

/* What was seen of a statement that was tried on scratch and taken back. */
typedef struct {
    gboolean ok;
    char *problem, *sqlstate; /* why it failed */
    GPtrArray *messages;      /* of char*: what the server said at DEBUG1 */
    GPtrArray *locks;         /* of char*: "OID MODE", those that it took anew */
} MigPgSeen;

/* A relation that a statement is about. */
typedef struct {
    char *oid;
    char *name;  /* without schema */
    char *title; /* as identifiers, without the default schema */
    char kind;   /* pg_class.relkind */
    gboolean is_used;      /* it was there before the revision */
    gboolean is_partition;
    gint64 live_bytes;     /* with indexes and partitions; -1: not known, -2: it is not there */
} MigPgRelation;

/* A run of lint. */
typedef struct {
    MigPg *scratch, *live;
    const MigConfig *config;
    const MigLintBlock *block;
    GPtrArray *parsed;       /* of MigPgParsed*: the block's */
    GHashTable *used;        /* OIDs (char*) of the relations that there were when the revision began */
    char *newest;            /* the highest of them: only those above it are asked for again */
    GHashTable *added;       /* "OID.column" that it added */
    GHashTable *made;        /* names of types, and labels of enums ("'x'"), that it made */
    GHashTable *asked;       /* questions (their text) that the server knows by name: char* */
    guint n_asked;           /* how many names there were */
    GHashTable *relations;   /* of the statement at hand: names as SQL has them, MigPgRelation* or NULL */
    GPtrArray *left;         /* mig_pg_lint_left_new() */
    MigSchema *schema;       /* as it was before the revision; read when first asked for */
    /* Of the transaction so far. */
    GHashTable *not_valid;   /* constraints that it added NOT VALID */
    GHashTable *referred;    /* OIDs of tables in use that new foreign keys refer to */
    char *locked;            /* title of a table in use that it locks against reads; or NULL */
    char *filled;            /* title of a table in use whose rows it changed; or NULL */
    /* Of the statement at hand. */
    guint index;
    const PgQuery__Node *node;
    MigPgSeen *seen;         /* NULL: it was not tried */
    MigPgSeen *seen_filled;  /* … with rows in its table; NULL: not tried */
    GError *failed;          /* a question that scratch could not answer: a fault of ours */
    gboolean open;           /* a transaction of ours is open */
} MigPgLint;

/* ---- pg_lint_observe.c ---- */

/* Tries the statement at hand; table (may be NULL): rows are put there first. */
MigPgSeen *mig_pg_lint_try(MigPgLint *lint, const MigPgRelation *filled);
void mig_pg_seen_free(MigPgSeen *seen);

/* The work that the server said it does on a table; its strongest lock on it that was new ("" when it
 * took none). */
MigWork mig_pg_seen_work(const MigPgSeen *seen, const char *table);
const char *mig_pg_seen_lock(const MigPgSeen *seen, const char *oid);
/* Whether a message begins and ends like this. */
gboolean mig_pg_seen_says(const MigPgSeen *seen, const char *begin);

/* ---- pg_lint_state.c ---- */

/* The relation of that name on scratch; NULL: there is none. */
MigPgRelation *mig_pg_lint_relation(MigPgLint *lint, const PgQuery__RangeVar *name);
/* … by its name as SQL has it. */
MigPgRelation *mig_pg_lint_relation_named(MigPgLint *lint, const char *name);
void mig_pg_relation_free(MigPgRelation *relation);
/* The name of a query that the server has taken apart already: the same are asked of each statement. */
const char *mig_pg_lint_known(MigPgLint *lint, const char *sql);
/* What was asked of relations: to be forgotten when a statement has run. And what the server has been
 * told to remember, when a script may have told it to forget. */
GHashTable *mig_pg_lint_relations_new(void);
void mig_pg_lint_forget(MigPgLint *lint, gboolean all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigPgRelation, mig_pg_relation_free)

/* A name as SQL has it: "schema"."table". New string. */
char *mig_pg_range_name(const PgQuery__RangeVar *name);
/* … as people are shown it, bare where that is possible. New string. */
char *mig_pg_range_title(const PgQuery__RangeVar *name);

/* A new name made of others, as an identifier. New string. */
char *mig_pg_lint_name(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The first column of the first row of a query on scratch; params: NULL-ended. NULL: no row, NULL,
 * or it failed. New string. */
char *mig_pg_lint_ask(MigPgLint *lint, const char *sql, ...) G_GNUC_NULL_TERMINATED;
/* The same on the live database, which there must be. */
char *mig_pg_lint_ask_live(const MigPgLint *lint, const char *sql, ...) G_GNUC_NULL_TERMINATED;
/* That of all rows. New array of char*. */
GPtrArray *mig_pg_lint_ask_all(MigPgLint *lint, const char *sql, ...) G_GNUC_NULL_TERMINATED;
/* Whether the query gives a row. */
gboolean mig_pg_lint_holds(MigPgLint *lint, const char *sql, ...) G_GNUC_NULL_TERMINATED;

/* Says who waits for how long, by what was seen or else by what is known (lock, work), and softens the
 * finding by the table's size where its rule says so. */
void mig_pg_lint_weigh(MigPgLint *lint, MigLintFinding *finding, const MigPgRelation *relation,
                       const char *lock, MigWork work);

/* ---- the rules, by subject: each takes the statement at hand ---- */
void mig_pg_lint_index(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_alter(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_create(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_drop(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_rows(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_object(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_transaction(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_names(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_session(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_bodies(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_table(MigPgLint *lint, MigLintReport *report);
void mig_pg_lint_left(MigPgLint *lint, MigLintReport *report);

/* Constraints that are left NOT VALID: what mig_pg_lint_left() fills, and mig_pg_lint_settle() looks at
 * again when all is done. New array. */
GPtrArray *mig_pg_lint_left_new(void);
void mig_pg_lint_settle(MigPgLint *lint, MigLintReport *report);

/* Parts of ALTER TABLE. */
typedef struct {
    MigPgLint *lint;
    MigLintReport *report;
    const MigPgRelation *table;
    const PgQuery__AlterTableStmt *statement;
} MigPgAlter;

void mig_pg_lint_add_column(const MigPgAlter *alter, const PgQuery__ColumnDef *column);
void mig_pg_lint_add_constraint(const MigPgAlter *alter, const PgQuery__Constraint *constraint);
void mig_pg_lint_drop_constraint(const MigPgAlter *alter, const char *name);
void mig_pg_lint_change_type(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command);
void mig_pg_lint_set_not_null(const MigPgAlter *alter, const char *column);
void mig_pg_lint_partition(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command);
void mig_pg_lint_partition_made(MigPgLint *lint, MigLintReport *report,
                                const PgQuery__CreateStmt *create);

/* A column's type as the server spells it ("integer"); NULL: there is no such column. New string. */
char *mig_pg_lint_column_type(MigPgLint *lint, const MigPgRelation *table, const char *column);
/* A type's name as it is written, spelled by the server. NULL: it does not know it. New string. */
char *mig_pg_lint_type_name(MigPgLint *lint, const PgQuery__TypeName *type);

#endif
