/* Rules of lint about dropping tables, and about making them anew. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

typedef struct {
    MigSqliteLint *lint;
    guint index;
    const MigSqliteLintStatement *statement;
    MigLintReport *report;
    char *table; /* as an identifier */
} Drop;

/* Whether a later statement of the block makes an object of this name. */
static gboolean
is_made_again(const Drop *drop, const char *name)
{
    for (guint i = drop->index + 1; i < drop->lint->read->len; i++) {
        const MigSqliteLintStatement *later = mig_sqlite_lint_at(drop->lint, i);

        if ((later->verb == LINT_CREATE_INDEX || later->verb == LINT_CREATE_TRIGGER) &&
            later->name && g_ascii_strcasecmp(later->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Indexes and triggers of a table that is made anew. */
static void
check_lost(const Drop *drop)
{
    g_autoptr(GPtrArray) names = mig_sqlite_column(
        drop->lint->scratch,
        "SELECT name FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        " AND tbl_name = ?1 COLLATE NOCASE ORDER BY type, name",
        drop->statement->name, NULL);
    MigLintFinding *finding = NULL;

    for (guint i = 0; names && i < names->len; i++) {
        const char *name = names->pdata[i];

        if (is_made_again(drop, name))
            continue;
        g_autofree char *sql = mig_sqlite_value(
            drop->lint->scratch,
            "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND name = ?1", name,
            NULL);

        if (!finding)
            finding = mig_lint_find(drop->report, "LT008", 0,
                                    "%s goes with %s, which is made anew without it", name,
                                    drop->table);
        mig_lint_safe(finding, "%s;", sql);
    }
}

static gboolean
block_says(const Drop *drop, const char *name)
{
    for (guint i = 0; i < drop->lint->read->len; i++) {
        if (mig_sqlite_lint_says(mig_sqlite_lint_at(drop->lint, i), name))
            return TRUE;
    }
    return FALSE;
}

static void
check_sequence(const Drop *drop, const char *new_name)
{
    g_autoptr(MigSqliteTable) table = mig_sqlite_lint_table(drop->lint, drop->statement->name);

    if (!table || !table->autoincrement || block_says(drop, "sqlite_sequence"))
        return;
    g_autofree char *old = mig_sqlite_quote_literal(drop->statement->name);
    g_autofree char *new = mig_sqlite_quote_literal(new_name);
    MigLintFinding *finding =
        mig_lint_find(drop->report, "LT009", 0,
                      "the sequence of %s starts again at its largest row id", drop->table);

    mig_lint_safe(finding, "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence"
                           " WHERE name = %s) WHERE name = %s;",
                  old, new);
    mig_lint_safe(finding, "DROP TABLE %s;", drop->table);
}

static void
check_size(const Drop *drop)
{
    gint64 bytes = mig_sqlite_lint_live_bytes(drop->lint, drop->statement->name);

    if (bytes <= mig_lint_small_table(drop->report))
        return;
    g_autofree char *size = g_format_size((guint64)bytes);
    MigLintFinding *finding = mig_lint_find(drop->report, "LT022", 0,
                                            "%s (%s) is copied as a whole", drop->table, size);

    g_autofree char *time = mig_lint_duration(bytes, 50);

    mig_lint_blocks(finding, "all other writers wait for about %s", time);
}

/* Whether the statement that fills the new table reads a column of the old one. */
static gboolean
copy_says(const Drop *drop, const char *new_name, const char *column)
{
    for (guint i = 0; i < drop->index; i++) {
        const MigSqliteLintStatement *copy = mig_sqlite_lint_at(drop->lint, i);

        if (copy->verb == LINT_INSERT && copy->name &&
            g_ascii_strcasecmp(copy->name, new_name) == 0 && mig_sqlite_lint_says(copy, column))
            return TRUE;
    }
    return FALSE;
}

static void
column_gone(const Drop *drop, const char *new_name, const MigSqliteColumn *column)
{
    g_autofree char *name = mig_sqlite_name(column->item.name);

    if (copy_says(drop, new_name, column->item.name))
        mig_lint_find(drop->report, "BC001", 0, "code that says %s.%s fails from here on",
                      drop->table, name);
    else if (!column->generated)
        mig_lint_find(drop->report, "DS002", 0, "the values of %s.%s are lost for good", drop->table,
                      name);
}

static void
column_required(const Drop *drop, const MigSqliteColumn *column, gboolean is_new)
{
    g_autofree char *name = mig_sqlite_name(column->item.name);
    MigLintFinding *finding;

    if (is_new) {
        mig_lint_find(drop->report, "BC004", 0,
                      "code that does not know %s.%s cannot insert rows any more", drop->table, name);
        return;
    }
    finding = mig_lint_find(drop->report, "CO006", 0, "the copy fails when a row of %s has no %s",
                            drop->table, name);
    mig_lint_safe(finding, "SELECT count(*) FROM %s WHERE %s IS NULL;", drop->table, name);
    mig_lint_safe(finding, "UPDATE %s SET %s = ... WHERE %s IS NULL;", drop->table, name, name);
}

/* The columns of a table that is made anew, against those that it had. */
static void
check_columns(const Drop *drop, const char *new_name)
{
    g_autoptr(MigSqliteTable) old = mig_sqlite_lint_table(drop->lint, drop->statement->name);
    g_autoptr(MigSqliteTable) new = mig_sqlite_lint_table(drop->lint, new_name);

    for (guint i = 0; old && new && i < old->columns->len; i++) {
        const MigSqliteColumn *column = old->columns->pdata[i];

        if (!mig_sqlite_table_column(new, column->item.name))
            column_gone(drop, new_name, column);
    }
    for (guint i = 0; old && new && i < new->columns->len; i++) {
        const MigSqliteColumn *column = new->columns->pdata[i];
        const MigSqliteColumn *before = mig_sqlite_table_column(old, column->item.name);

        if (column->generated || !mig_sqlite_column_required(new, column))
            continue;
        if (before ? !mig_sqlite_column_required(old, before) : !column->default_value)
            column_required(drop, column, !before);
    }
}

/* DROP TABLE deletes its rows first, and what refers to them acts. */
static void
check_cascade(const Drop *drop)
{
    g_autofree char *on = mig_sqlite_value(drop->lint->scratch, "PRAGMA foreign_keys", NULL, NULL);
    g_autofree char *child = mig_sqlite_value(
        drop->lint->scratch,
        "SELECT s.name FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k"
        " WHERE s.type = 'table' AND k.\"table\" = ?1 COLLATE NOCASE AND s.name <> ?1 COLLATE NOCASE"
        " AND k.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') ORDER BY s.name LIMIT 1",
        drop->statement->name, NULL);

    if (g_strcmp0(on, "1") != 0 || !child)
        return;
    g_autofree char *name = mig_sqlite_name(child);
    MigLintFinding *finding = mig_lint_find(
        drop->report, "LT005", 0, "foreign keys are on: the rows of %s that refer to %s go with it",
        name, drop->table);

    mig_lint_safe(finding, "PRAGMA foreign_keys = OFF;");
    mig_lint_safe(finding, "DROP TABLE %s;", drop->table);
}

/* A table that the versions have not made. */
static void
check_unmanaged(MigSqliteLint *lint, const MigSqliteLintStatement *statement,
                MigLintReport *report)
{
    g_autofree char *name = mig_sqlite_name(statement->name);
    g_autofree char *live = lint->live ? mig_sqlite_value(lint->live,
                                                          "SELECT name FROM sqlite_schema WHERE"
                                                          " name = ?1 COLLATE NOCASE",
                                                          statement->name, NULL)
                                       : NULL;

    mig_lint_find_unmade(report, name, lint->live != NULL, live != NULL);
}

/* Whether scratch has anything of that name. */
static gboolean
is_there(const MigSqliteLint *lint, const char *name)
{
    g_autofree char *found = mig_sqlite_value(
        lint->scratch,
        "SELECT name FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE UNION ALL"
        " SELECT name FROM sqlite_temp_schema WHERE name = ?1 COLLATE NOCASE",
        name, NULL);

    return found != NULL;
}

void
mig_sqlite_lint_drop(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);

    if (statement->verb != LINT_DROP_TABLE || !statement->name)
        return;
    if (mig_sqlite_lint_says(statement, "EXISTS") && !is_there(lint, statement->name)) {
        check_unmanaged(lint, statement, report);
        return;
    }
    if (!mig_sqlite_lint_is_used(lint, statement->name))
        return;
    g_autofree char *table = mig_sqlite_name(statement->name);
    g_autofree char *sql = mig_sqlite_lint_sql(lint, statement->name);
    const Drop drop = {lint, index, statement, report, table};
    guint renamed = mig_sqlite_lint_later(lint, index, LINT_RENAME_TABLE, statement->name);

    if (!sql)
        return;
    check_cascade(&drop);
    if (renamed) {
        const char *new_name = mig_sqlite_lint_at(lint, renamed)->name;

        check_lost(&drop);
        check_sequence(&drop, new_name);
        check_columns(&drop, new_name);
        check_size(&drop);
        return;
    }
    MigLintFinding *finding =
        mig_lint_find(report, "DS001", 0, "all rows of %s are lost for good", table);

    g_autofree char *aside = mig_sqlite_lint_name("dropped_%s", statement->name);

    mig_lint_safe(finding, "ALTER TABLE %s RENAME TO %s;", table, aside);
    mig_lint_safe(finding, "-- and in a later revision, when nobody missed it:");
    mig_lint_safe(finding, "DROP TABLE %s;", aside);
    if (mig_sqlite_lint_later(lint, index, LINT_CREATE_TABLE, statement->name))
        mig_lint_find(report, "CO017", 0, "%s is dropped and made again without its rows", table);
}

static void
check_row_ids(const Drop *drop, const MigSqliteLintStatement *dropped)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};
    g_autoptr(MigSqliteTable) table = mig_sqlite_lint_table(drop->lint, dropped->name);
    g_autofree char *name = mig_sqlite_name(dropped->name);

    if (!table || table->rowid_alias || table->without_rowid)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mig_sqlite_lint_says(drop->statement, names[i]))
            return;
    }
    MigLintFinding *finding = mig_lint_find(drop->report, "LT010", 0,
                                            "the rows of %s get new row ids in the copy", name);

    mig_lint_safe(finding, "INSERT INTO %s (rowid, ...) SELECT rowid, ... FROM %s;", drop->table,
                  name);
}

/* INSERT INTO new SELECT … FROM old, where new takes the old one's place later. */
void
mig_sqlite_lint_copy(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    const MigSqliteLintStatement *dropped = NULL;

    if (statement->verb != LINT_INSERT || !statement->name || !statement->has_select)
        return;
    for (guint i = index + 1; i < lint->read->len && !dropped; i++) {
        const MigSqliteLintStatement *later = mig_sqlite_lint_at(lint, i);
        guint renamed = later->verb == LINT_DROP_TABLE
                            ? mig_sqlite_lint_later(lint, i, LINT_RENAME_TABLE, later->name)
                            : 0;

        if (renamed && mig_sqlite_lint_says(statement, later->name) &&
            g_ascii_strcasecmp(mig_sqlite_lint_at(lint, renamed)->name, statement->name) == 0)
            dropped = later;
    }
    if (!dropped || !mig_sqlite_lint_is_used(lint, dropped->name))
        return;
    g_autofree char *table = mig_sqlite_name(statement->name);
    const Drop copy = {lint, index, statement, report, table};

    check_row_ids(&copy, dropped);
    if (!statement->conflict || (g_ascii_strcasecmp(statement->conflict, "REPLACE") != 0 &&
                                 g_ascii_strcasecmp(statement->conflict, "IGNORE") != 0))
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "LT016", 0, "rows of %s that collide are dropped in the copy",
                      dropped->name);

    mig_lint_safe(finding, "INSERT INTO %s ... -- and look for duplicates before", table);
}
