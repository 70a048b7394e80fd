/* Rules of lint about new tables and indexes. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

#define MAX_PLAIN_COLUMNS 3

typedef struct {
    MigSqliteLint *lint;
    guint index;
    const MigSqliteLintStatement *statement;
    MigLintReport *report;
    char *name; /* as an identifier */
} Create;

static const MigSqliteConstraint *
find_in(const GPtrArray *constraints, const char *type)
{
    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *constraint = constraints->pdata[i];

        if (strcmp(constraint->type, type) == 0)
            return constraint;
    }
    return NULL;
}

/* The primary key's constraint; *ret_column: the column that it is written in, or NULL. */
static const MigSqliteConstraint *
primary_key(const MigSqliteTable *table, const MigSqliteColumn **ret_column)
{
    *ret_column = NULL;
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];
        const MigSqliteConstraint *found = find_in(column->constraints, "PRIMARY KEY");

        if (found) {
            *ret_column = column;
            return found;
        }
    }
    return find_in(table->constraints, "PRIMARY KEY");
}

static void
check_key(const Create *create, const MigSqliteTable *table)
{
    const MigSqliteColumn *column;
    const MigSqliteConstraint *key = primary_key(table, &column);

    if (!key) {
        mig_lint_find(create->report, "ST001", 0, "table %s has no primary key", create->name);
        return;
    }
    if (table->without_rowid && (key->autoincrement || table->autoincrement)) {
        mig_lint_find(create->report, "LT017", 0,
                      "AUTOINCREMENT is not allowed in the WITHOUT ROWID table %s", create->name)
            ->fails = TRUE;
        return;
    }
    if (!column)
        column = mig_sqlite_table_column(table, key->columns);
    if (!column || table->rowid_alias || table->without_rowid || !column->type ||
        strcmp(mig_sqlite_affinity(column->type), "INTEGER") != 0)
        return;
    g_autofree char *name = mig_sqlite_name(column->item.name);
    MigLintFinding *finding = mig_lint_find(
        create->report, "LT012", column->item.offset,
        "%s.%s of type %s is not the row id: it numbers nothing by itself%s", create->name, name,
        column->type, column->not_null ? "" : " and admits NULL");

    mig_lint_safe(finding, "%s INTEGER PRIMARY KEY", name);
}

/* Text in double quotes among the tokens [from, to) that names no column of the table. */
static void
check_quoted(const Create *create, const MigSqliteTable *table, guint from, guint to)
{
    const MigSqliteReader *reader = &create->statement->reader;

    for (guint i = from; i < to; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (token.kind != MIG_TOKEN_QUOTED || reader->text[token.offset] != '"' ||
            mig_token_is(reader->text, mig_sqlite_token(reader, i + 1), "(") ||
            (i > 0 && mig_token_is(reader->text, mig_sqlite_token(reader, i - 1), "COLLATE")))
            continue;
        g_autofree char *name = mig_token_name(reader->text, token);

        if (mig_sqlite_table_column(table, name) ||
            g_ascii_strcasecmp(name, table->name ? table->name : "") == 0)
            continue;
        g_autofree char *literal = mig_sqlite_quote_literal(name);
        MigLintFinding *finding =
            mig_lint_find(create->report, "LT013", token.offset,
                          "\"%s\" names no column: SQLite takes it for the string %s", name, literal);

        mig_lint_safe(finding, "Write %s where the string is meant.", literal);
    }
}

static void
check_checks(const Create *create, const MigSqliteTable *table)
{
    const MigSqliteReader *reader = &create->statement->reader;

    for (guint i = 0; i < reader->tokens->len; i++) {
        if (!mig_token_is(reader->text, mig_sqlite_token(reader, i), "CHECK"))
            continue;
        MigSqliteReader inside = *reader;

        inside.at = i + 1;
        if (mig_sqlite_skip_parens(&inside))
            check_quoted(create, table, i + 1, inside.at);
    }
}

/* Names that SQLite keeps to itself. */
static void
check_name(const Create *create)
{
    if (g_ascii_strncasecmp(create->statement->name, "sqlite_", 7) != 0)
        return;
    mig_lint_find(create->report, "LT021", 0, "the name %s is reserved for SQLite itself",
                  create->name)
        ->fails = TRUE;
}

static void
table_created(const Create *create)
{
    g_autoptr(MigSqliteTable) table = NULL;

    check_name(create);
    if (create->statement->temp || create->statement->has_select)
        return;
    table = mig_sqlite_table_parse(create->statement->reader.text, NULL);
    if (!table)
        return;
    check_key(create, table);
    check_checks(create, table);
    mig_sqlite_lint_foreign_keys(create->lint, create->index, table, create->report);
}

/* The columns of an index in one spelling. New string; NULL: there are none. */
static char *
index_columns(const MigSqliteLintStatement *statement, guint *ret_n)
{
    MigSqliteReader reader = statement->reader;

    reader.at = statement->rest;
    if (!mig_sqlite_skip_parens(&reader))
        return NULL;
    char *columns = mig_sqlite_spell_keys(&reader, statement->rest + 1, reader.at - 1);
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(columns);

    *ret_n = keys->len;
    return columns;
}

/* An index on the table whose columns begin with these; NULL: none. New string. */
static char *
find_longer(const Create *create, const char *columns)
{
    g_autoptr(GPtrArray) texts =
        mig_sqlite_column(create->lint->scratch,
                          "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                          " AND tbl_name = ?1 COLLATE NOCASE ORDER BY name",
                          create->statement->on, NULL);
    g_autofree char *prefix = g_strconcat(columns, ", ", NULL);
    char *found = NULL;

    for (guint i = 0; texts && !found && i < texts->len; i++) {
        MigSqliteLintStatement *other = mig_sqlite_lint_read(texts->pdata[i]);
        guint n;
        g_autofree char *others = index_columns(other, &n);

        if (others && !other->has_where &&
            (strcmp(others, columns) == 0 || g_str_has_prefix(others, prefix)))
            found = g_strdup(other->name);
        mig_sqlite_lint_statement_free(other);
    }
    return found;
}

static void
check_shape(const Create *create, const char *columns, guint n_columns, gboolean partial)
{
    g_autofree char *longer =
        create->statement->unique || partial ? NULL : find_longer(create, columns);

    if (n_columns > MAX_PLAIN_COLUMNS && !create->statement->unique)
        mig_lint_find(create->report, "ST007", 0, "index %s has %u columns", create->name,
                      n_columns);
    if (longer)
        mig_lint_find(create->report, "ST008", 0, "index %s serves nothing that %s does not",
                      create->name, longer);
}

static void
check_unique(const Create *create, const char *columns, const char *table)
{
    MigLintFinding *finding = mig_lint_find(create->report, "CO007", 0,
                                            "fails when two rows of %s have the same (%s)", table,
                                            columns);

    if (mig_sqlite_lint_live_is_empty(create->lint, create->statement->on))
        mig_lint_soften(finding, MIG_LINT_INFO);
    mig_lint_safe(finding, "SELECT %s, count(*) FROM %s GROUP BY %s HAVING count(*) > 1;", columns,
                  table, columns);
    mig_lint_find(create->report, "BC005", 0,
                  "code that writes two rows of %s with the same (%s) fails from here on", table,
                  columns);
}

static void
index_created(const Create *create)
{
    const MigSqliteLintStatement *statement = create->statement;
    guint n = 0;
    g_autofree char *columns = index_columns(statement, &n);
    g_autofree char *table_name = statement->on ? mig_sqlite_name(statement->on) : NULL;
    g_autoptr(MigSqliteTable) table = mig_sqlite_lint_table(create->lint, statement->on);

    check_name(create);
    if (!table || !columns)
        return;
    check_quoted(create, table, statement->rest, statement->reader.tokens->len);
    check_shape(create, columns, n, mig_sqlite_lint_says(statement, "WHERE"));
    if (statement->unique && mig_sqlite_lint_is_used(create->lint, statement->on))
        check_unique(create, columns, table_name);
}

void
mig_sqlite_lint_create(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    g_autofree char *name = statement->name ? mig_sqlite_name(statement->name) : NULL;
    const Create create = {lint, index, statement, report, name};

    if (!name)
        return;
    if (statement->verb == LINT_CREATE_TABLE)
        table_created(&create);
    else if (statement->verb == LINT_CREATE_INDEX)
        index_created(&create);
    else if (statement->verb == LINT_CREATE_VIEW || statement->verb == LINT_CREATE_TRIGGER)
        check_name(&create);
}
