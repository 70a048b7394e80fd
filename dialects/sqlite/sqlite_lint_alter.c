/* Rules of lint about ALTER TABLE. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "core/sample.h"
#include "dialects/sqlite/sqlite_broken.h"
#include "dialects/sqlite/sqlite_introspect.h"
#include "dialects/sqlite/sqlite_plan.h"

typedef struct {
    MigSqliteLint *lint;
    guint index;
    const MigSqliteLintStatement *statement;
    MigLintReport *report;
    char *table, *column; /* as identifiers */
} Alter;

/* The new column of ADD COLUMN, read as that of a table. */
static MigSqliteTable *
read_definition(const Alter *alter)
{
    const MigSqliteReader *reader = &alter->statement->reader;
    g_autofree char *sql = g_strdup_printf(
        "CREATE TABLE t (%s)", reader->text + mig_sqlite_offset(reader, alter->statement->rest));

    return mig_sqlite_table_parse(sql, NULL);
}

static const MigSqliteConstraint *
find_constraint(const MigSqliteColumn *column, const char *type)
{
    for (guint i = 0; i < column->constraints->len; i++) {
        const MigSqliteConstraint *constraint = column->constraints->pdata[i];

        if (strcmp(constraint->type, type) == 0)
            return constraint;
    }
    return NULL;
}

static gboolean
default_is_constant(const MigSqliteColumn *column)
{
    const char *value = column->default_value;

    return !value || (*value != '(' && g_ascii_strncasecmp(value, "CURRENT_", 8) != 0);
}

static gboolean
default_is_null(const MigSqliteColumn *column)
{
    return !column->default_value || g_ascii_strcasecmp(column->default_value, "NULL") == 0;
}

/* Why SQLite refuses the column as soon as there is a row, told by its definition; NULL: it does not
 * say. */
static const char *
definition_problem(const MigSqliteColumn *column)
{
    if (column->generated)
        return g_str_has_prefix(column->generated, "STORED")
                   ? "a stored generated column can only be added to an empty table"
                   : NULL;
    if (column->not_null && default_is_null(column))
        return "it is NOT NULL and has no default";
    return default_is_constant(column) ? NULL : "its default is no constant";
}

/* Tries the statement with rows in the table: what the engine says, or NULL. New string. */
static char *
try_with_rows(const Alter *alter)
{
    MigConnection *scratch = &alter->lint->scratch->base;
    g_autoptr(MigSchema) schema = mig_sqlite_introspect(scratch, NULL, NULL);
    const MigObject *table =
        schema ? mig_schema_lookup(schema, "table", NULL, alter->statement->name) : NULL;
    g_autoptr(GHashTable) leave = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) tables = g_ptr_array_new();

    if (!table || !mig_sqlite_run(alter->lint->scratch, "SAVEPOINT migrate_rows", NULL))
        return NULL;
    g_ptr_array_add(tables, (gpointer)table);
    g_ptr_array_unref(mig_sample_fill(scratch, schema, tables, leave));
    char *problem = mig_sqlite_lint_try(alter->lint, alter->index);

    mig_sqlite_run(alter->lint->scratch, "ROLLBACK TO migrate_rows", NULL);
    mig_sqlite_run(alter->lint->scratch, "RELEASE migrate_rows", NULL);
    return problem;
}

static void
tell_fails_with_rows(const Alter *alter, const MigSqliteColumn *column, const char *problem)
{
    const char *type = column->type ? column->type : "";
    MigLintFinding *finding =
        mig_lint_find(alter->report, "LT001", 0, "fails when %s has rows: %s", alter->table, problem);

    if (mig_sqlite_lint_live_is_empty(alter->lint, alter->statement->name))
        mig_lint_soften(finding, MIG_LINT_INFO);
    if (column->generated) {
        mig_lint_safe(finding, "Write VIRTUAL instead of STORED, or make the table anew.");
        return;
    }
    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s%s%s;", alter->table, alter->column,
                  *type ? " " : "", type);
    mig_lint_safe(finding, "UPDATE %s SET %s = %s;", alter->table, alter->column,
                  default_is_null(column) ? "..." : column->default_value);
    if (column->not_null || column->default_value || find_constraint(column, "CHECK"))
        mig_lint_safe(finding,
                      "-- then make the table anew with the whole definition: put it into the model "
                      "and let `migrate revision --autogenerate` write it");
}

static void
column_added(const Alter *alter)
{
    g_autoptr(MigSqliteTable) definition = read_definition(alter);
    const MigSqliteColumn *column =
        definition && definition->columns->len ? definition->columns->pdata[0] : NULL;

    if (!column)
        return;
    const char *type = column->type ? column->type : "";
    const gboolean unique = find_constraint(column, "UNIQUE") != NULL;

    if (unique || find_constraint(column, "PRIMARY KEY")) {
        MigLintFinding *finding =
            mig_lint_find(alter->report, "LT002", 0, "SQLite cannot add a column that is %s",
                          unique ? "UNIQUE" : "a PRIMARY KEY");

        finding->fails = TRUE;
        mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s%s%s;", alter->table, alter->column,
                      *type ? " " : "", type);
        g_autofree char *index =
            mig_sqlite_lint_name("%s_%s", alter->statement->name, alter->statement->column);

        if (unique)
            mig_lint_safe(finding, "CREATE UNIQUE INDEX %s ON %s (%s);", index, alter->table,
                          alter->column);
        else
            mig_lint_safe(finding, "-- and the table made anew for the key");
        return;
    }
    if (!mig_sqlite_lint_is_used(alter->lint, alter->statement->name))
        return;
    const char *known = definition_problem(column);
    g_autofree char *seen =
        !known && find_constraint(column, "CHECK") ? try_with_rows(alter) : NULL;

    if (known || seen)
        tell_fails_with_rows(alter, column, known ? known : seen);
}

static void
cannot_drop(const Alter *alter, const char *problem)
{
    MigLintFinding *finding = mig_lint_find(alter->report, "LT003", 0, "SQLite cannot drop %s.%s: %s",
                                            alter->table, alter->column, problem);
    g_autoptr(GPtrArray) indexes =
        mig_sqlite_column(alter->lint->scratch,
                          "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                          " AND tbl_name = ?1 COLLATE NOCASE ORDER BY name",
                          alter->statement->name, NULL);

    finding->fails = TRUE;
    for (guint i = 0; indexes && i < indexes->len; i++) {
        g_autofree char *sql =
            mig_sqlite_value(alter->lint->scratch,
                             "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
                             indexes->pdata[i], NULL);
        MigSqliteLintStatement *index = mig_sqlite_lint_read(sql ? sql : "");

        if (mig_sqlite_lint_says(index, alter->statement->column)) {
            g_autofree char *name = mig_sqlite_name(indexes->pdata[i]);

            mig_lint_safe(finding, "DROP INDEX %s;", name);
        }
        mig_sqlite_lint_statement_free(index);
    }
    if (finding->safe)
        mig_lint_safe(finding, "ALTER TABLE %s DROP COLUMN %s;", alter->table, alter->column);
}

/* Views and triggers that are broken before the statement; NULL: none. New string. */
static char *
broken_before(const Alter *alter)
{
    g_autoptr(GHashTable) broken = mig_sqlite_broken_find(alter->lint->scratch, NULL);
    g_autoptr(GList) names = broken ? g_hash_table_get_keys(broken) : NULL;

    names = g_list_sort(names, (GCompareFunc)strcmp);
    return names ? g_strdup(names->data) : NULL;
}

/* TRUE when the statement fails because of what was broken before. */
static gboolean
blocked_by_broken(const Alter *alter, const char *problem)
{
    g_autofree char *name = problem ? broken_before(alter) : NULL;

    if (!name)
        return FALSE;
    MigLintFinding *finding = mig_lint_find(alter->report, "LT011", 0,
                                            "SQLite refuses it because of the broken %s: %s", name,
                                            problem);

    finding->fails = TRUE;
    if (g_str_has_prefix(name, "view "))
        mig_lint_safe(finding, "DROP VIEW %s;", name + strlen("view "));
    return TRUE;
}

static void
column_dropped(const Alter *alter)
{
    g_autofree char *problem = mig_sqlite_lint_try(alter->lint, alter->index);

    if (problem && !blocked_by_broken(alter, problem))
        cannot_drop(alter, problem);
    if (!mig_sqlite_lint_is_used(alter->lint, alter->statement->name))
        return;
    mig_lint_find(alter->report, "DS002", 0, "the values of %s.%s are lost for good", alter->table,
                  alter->column);
}

static void
column_renamed(const Alter *alter)
{
    g_autofree char *problem = mig_sqlite_lint_try(alter->lint, alter->index);
    g_autofree char *to = mig_sqlite_name(alter->statement->to);

    blocked_by_broken(alter, problem);
    if (!mig_sqlite_lint_is_used(alter->lint, alter->statement->name))
        return;
    MigLintFinding *finding =
        mig_lint_find(alter->report, "BC001", 0, "code that says %s.%s fails from here on",
                      alter->table, alter->column);
    g_autoptr(MigSqliteTable) table = mig_sqlite_lint_table(alter->lint, alter->statement->name);
    const MigSqliteColumn *column =
        table ? mig_sqlite_table_column(table, alter->statement->column) : NULL;

    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s%s%s;", alter->table, to,
                  column && column->type ? " " : "", column && column->type ? column->type : "");
    mig_lint_safe(finding, "UPDATE %s SET %s = %s;", alter->table, to, alter->column);
    mig_lint_safe(finding, "-- let the code write both; drop %s in a later revision", alter->column);
}

/* Whether a table that is not this one has a foreign key to it. */
static gboolean
has_children(const Alter *alter)
{
    g_autofree char *child =
        mig_sqlite_value(alter->lint->scratch,
                         "SELECT s.name FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k"
                         " WHERE s.type = 'table' AND k.\"table\" = ?1 COLLATE NOCASE"
                         " AND s.name <> ?1 COLLATE NOCASE LIMIT 1",
                         alter->statement->name, NULL);

    return child != NULL;
}

static gboolean
legacy_alter(const Alter *alter)
{
    g_autofree char *on =
        mig_sqlite_value(alter->lint->scratch, "PRAGMA legacy_alter_table", NULL, NULL);

    return g_strcmp0(on, "1") == 0;
}

static void
table_renamed(const Alter *alter)
{
    const char *name = alter->statement->name;
    g_autofree char *problem = mig_sqlite_lint_try(alter->lint, alter->index);
    g_autofree char *to = mig_sqlite_name(alter->statement->to);

    blocked_by_broken(alter, problem);
    if (!mig_sqlite_lint_is_used(alter->lint, name))
        return;
    if (mig_sqlite_lint_later(alter->lint, alter->index, LINT_CREATE_TABLE, name)) {
        if (legacy_alter(alter) || !has_children(alter))
            return;
        MigLintFinding *finding = mig_lint_find(
            alter->report, "LT007", 0, "the foreign keys to %s will refer to %s from here on",
            alter->table, to);

        g_autofree char *new_name = mig_sqlite_lint_name("new_%s", name);

        mig_lint_safe(finding, "CREATE TABLE %s (...);", new_name);
        mig_lint_safe(finding, "INSERT INTO %s SELECT ... FROM %s;", new_name, alter->table);
        mig_lint_safe(finding, "DROP TABLE %s;", alter->table);
        mig_lint_safe(finding, "ALTER TABLE %s RENAME TO %s;", new_name, alter->table);
        return;
    }
    MigLintFinding *finding = mig_lint_find(alter->report, "BC002", 0,
                                            "code that says %s fails from here on", alter->table);

    mig_lint_safe(finding, "ALTER TABLE %s RENAME TO %s;", alter->table, to);
    mig_lint_safe(finding,
                  "CREATE VIEW %s AS SELECT * FROM %s; -- for readers; drop it in a later revision",
                  alter->table, to);
}

static void
altered_otherwise(const Alter *alter)
{
    g_autofree char *problem = mig_sqlite_lint_try(alter->lint, alter->index);

    if (!problem)
        return;
    MigLintFinding *finding = mig_lint_find(alter->report, "LT004", 0, "SQLite cannot do this: %s",
                                            problem);

    finding->fails = TRUE;
    mig_lint_safe(finding, "Change %s in the model and let `migrate revision --autogenerate` make the "
                           "table anew.",
                  alter->table ? alter->table : "the table");
}

void
mig_sqlite_lint_alter(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    g_autofree char *table = statement->name ? mig_sqlite_name(statement->name) : NULL;
    g_autofree char *column = statement->column ? mig_sqlite_name(statement->column) : NULL;
    const Alter alter = {lint, index, statement, report, table, column};

    if (statement->verb == LINT_ALTER_OTHER)
        altered_otherwise(&alter);
    if (!table)
        return;
    if (statement->verb == LINT_ADD_COLUMN && column)
        column_added(&alter);
    else if (statement->verb == LINT_DROP_COLUMN && column)
        column_dropped(&alter);
    else if (statement->verb == LINT_RENAME_COLUMN && column && statement->to)
        column_renamed(&alter);
    else if (statement->verb == LINT_RENAME_TABLE && statement->to)
        table_renamed(&alter);
}
