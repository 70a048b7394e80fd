/* Planning for SQLite: the pieces that the plan slot is made of. */
#ifndef MIG_SQLITE_PLAN_H
#define MIG_SQLITE_PLAN_H

#include "core/dialect.h"
#include "dialects/sqlite/sqlite_ddl.h"

/* Order of actions that do not need each other: what is new comes before what changes, what goes
 * comes last, so that the user can add statements that move data in between. */
enum {
    MIG_SQLITE_RANK_DROP_TRIGGER = 10,
    MIG_SQLITE_RANK_DROP_VIEW = 20,
    MIG_SQLITE_RANK_DROP_INDEX = 30,
    MIG_SQLITE_RANK_CREATE_TABLE = 40,
    MIG_SQLITE_RANK_LEGACY_ON = 50,
    MIG_SQLITE_RANK_ALTER_TABLE = 60,
    MIG_SQLITE_RANK_LEGACY_OFF = 70,
    MIG_SQLITE_RANK_DROP_TABLE = 80,
    MIG_SQLITE_RANK_CREATE_INDEX = 90,
    MIG_SQLITE_RANK_CREATE_VIEW = 100,
    MIG_SQLITE_RANK_CREATE_TRIGGER = 110
};

/* A table that both states have, with different columns, constraints or options. */
typedef struct {
    const MigObject *from, *to;
    const struct _MigSqlitePlanner *planner;
    GPtrArray *changes; /* of const MigChange*: of the table itself, its columns and constraints */
    MigSqliteTable *old, *new;
    const char *old_sql, *new_sql;
    gboolean rebuild;        /* native ALTER cannot do it */
    gboolean self_qualified; /* the new text says "t.column": it cannot stand under another name */
} MigSqliteTableChange;

/* The slot of MigDialect. */
GPtrArray *mig_sqlite_plan(const MigPlanInput *input, GError **error);

/* Actions for renames alone. */
GPtrArray *mig_sqlite_plan_renames(const MigPlanInput *input);

/* Whether ADD COLUMN and, if `drops`, DROP COLUMN lead from the old to the new table exactly,
 * whatever rows it holds. version: sqlite3_libversion_number(). */
gboolean mig_sqlite_alter_is_native(const MigSqliteTableChange *change, int version,
                                    gboolean drops);
/* The statements for that; *drops becomes TRUE when a column is dropped. */
MigAction *mig_sqlite_alter_action(const MigSqliteTableChange *change, gboolean *drops);

/* The rebuild: see sqlite_rebuild.c. */
MigAction *mig_sqlite_rebuild_action(const MigSqliteTableChange *change, GError **error);

/* Whether the text of table `name` says "name.column" somewhere. */
gboolean mig_sqlite_is_self_qualified(const char *sql, const char *name);

/* What the table's changes can do to rows and old code. */
void mig_sqlite_table_hazards(MigAction *action, const MigSqliteTableChange *change);
/* A new UNIQUE index over rows that may not be unique. */
void mig_sqlite_index_hazards(MigAction *action, const MigObject *index);

/* A name as an identifier, in quotes only where it needs them. New string. */
char *mig_sqlite_name(const char *name);

/* The column of this name, or NULL. */
const MigSqliteColumn *mig_sqlite_table_column(const MigSqliteTable *table, const char *name);
/* Whether a column, as a part of its table, admits no NULL (rowid aliases do not count). */
gboolean mig_sqlite_column_required(const MigSqliteTable *table, const MigSqliteColumn *column);

/* The affinity of a column's type (NULL: none) by SQLite's own rules: "INTEGER", "TEXT", "BLOB",
 * "REAL" or "NUMERIC". */
const char *mig_sqlite_affinity(const char *type);

/* Whether a column's default is sure to pass for its type in a STRICT table. */
gboolean mig_sqlite_default_is_strict(const MigSqliteColumn *column);

/* An attribute that lists keys ("a, lower(b) COLLATE NOCASE DESC") as expressions without their
 * sort order. New array of char*. */
GPtrArray *mig_sqlite_keys(const char *columns);

#endif
