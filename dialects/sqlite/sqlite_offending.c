#include "dialects/sqlite/sqlite_offending.h"

#include <string.h>

#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_plan.h"

/* `INSERT INTO target (columns) SELECT sources FROM table`, taken apart. */
typedef struct {
    char *target;       /* name */
    GPtrArray *columns; /* of char*: names */
    GPtrArray *sources; /* of char*: the text of each expression */
    char *table;        /* as written in the statement, quotes kept */
} Copy;

static void
copy_clear(Copy *copy)
{
    g_free(copy->target);
    g_clear_pointer(&copy->columns, g_ptr_array_unref);
    g_clear_pointer(&copy->sources, g_ptr_array_unref);
    g_free(copy->table);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Copy, copy_clear)

static gboolean
expect(MigLexer *lexer, const char *word)
{
    return mig_token_is(lexer->text, mig_lexer_next_code(lexer), word);
}

/* The items up to `end` at the same depth, as text. */
static GPtrArray *
read_items(MigLexer *lexer, const char *end)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    gsize start = lexer->position;
    int depth = 0;

    for (;;) {
        MigToken token = mig_lexer_next_code(lexer);
        const gboolean is_end = depth == 0 && mig_token_is(lexer->text, token, end);

        if (token.kind == MIG_TOKEN_END || token.kind == MIG_TOKEN_ERROR)
            return NULL;
        if (is_end || (depth == 0 && mig_token_is(lexer->text, token, ","))) {
            g_ptr_array_add(items,
                            g_strstrip(g_strndup(lexer->text + start, token.offset - start)));
            start = token.offset + token.length;
        }
        if (is_end)
            return g_steal_pointer(&items);
        if (mig_token_is(lexer->text, token, "("))
            depth++;
        else if (mig_token_is(lexer->text, token, ")"))
            depth--;
    }
}

static void
unquote(GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++) {
        MigLexer lexer;
        char *name = names->pdata[i];

        mig_lexer_init(&lexer, &mig_lex_rules_sqlite, name, strlen(name));
        names->pdata[i] = mig_token_name(name, mig_lexer_next_code(&lexer));
        g_free(name);
    }
}

static gboolean
read_copy(const char *text, gsize length, Copy *copy)
{
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, length);
    if (!expect(&lexer, "INSERT") || !expect(&lexer, "INTO"))
        return FALSE;
    copy->target = mig_token_name(text, mig_lexer_next_code(&lexer));
    if (!g_str_has_prefix(copy->target, "_mig_new") || !expect(&lexer, "("))
        return FALSE;
    copy->columns = read_items(&lexer, ")");
    if (!copy->columns || !expect(&lexer, "SELECT"))
        return FALSE;
    unquote(copy->columns);
    copy->sources = read_items(&lexer, "FROM");
    if (!copy->sources || copy->sources->len != copy->columns->len)
        return FALSE;
    MigToken table = mig_lexer_next_code(&lexer);

    copy->table = g_strndup(text + table.offset, table.length);
    return table.kind == MIG_TOKEN_WORD || table.kind == MIG_TOKEN_QUOTED;
}

static gboolean
is_null(const char *source)
{
    g_autofree char *code = mig_lex_normalise(&mig_lex_rules_sqlite, source, strlen(source));

    return g_ascii_strcasecmp(code, "NULL") == 0;
}

/* What the old table supplies for a column of the new one; NULL: nothing. A column that must have a
 * value but has no default is copied as NULL. */
static const char *
source_of(const Copy *copy, const char *column)
{
    for (guint i = 0; i < copy->columns->len; i++) {
        if (g_ascii_strcasecmp(copy->columns->pdata[i], column) == 0)
            return is_null(copy->sources->pdata[i]) ? NULL : copy->sources->pdata[i];
    }
    return NULL;
}

static void
explain(MigSqlite *sqlite, const char *table, GError *error, const char *where,
        const char *what_is_wrong)
{
    g_autofree char *shown = g_strdup_printf("SELECT * FROM %s%s", table, where);
    g_autofree char *count_sql = g_strdup_printf("SELECT count(*) FROM %s%s", table, where);
    g_autofree char *count = mig_sqlite_value(sqlite, count_sql, NULL, NULL);
    MigErrorDetails *details = mig_error_details(error);

    if (!count || strcmp(count, "0") == 0)
        return;
    g_free(details->engine_detail);
    details->engine_detail =
        g_strdup_printf("table %s: %s %s %s: %s", table, count,
                        strcmp(count, "1") == 0 ? "row" : "rows", what_is_wrong, shown);
    mig_error_set_hint(error, "Correct these rows first, by hand or by a statement above this one "
                              "in the script, and run again.");
}

static void
explain_not_null(MigSqlite *sqlite, const Copy *copy, GError *error, const char *column)
{
    const char *source = source_of(copy, column);
    g_autofree char *where = source ? g_strdup_printf(" WHERE %s IS NULL", source) : g_strdup("");
    g_autofree char *wrong = source
                                 ? g_strdup_printf("with NULL for %s", column)
                                 : g_strdup_printf("without a value for the new column %s", column);

    explain(sqlite, copy->table, error, where, wrong);
}

/* where: of a partial index, or NULL. */
static void
explain_duplicates(MigSqlite *sqlite, const char *table, GError *error, GPtrArray *keys,
                   const char *where)
{
    g_autoptr(GString) list = g_string_new(NULL), known = g_string_new(NULL);
    g_autofree char *only = where ? g_strdup_printf("(%s) AND ", where) : g_strdup("");

    for (guint i = 0; i < keys->len; i++) {
        const char *key = keys->pdata[i];

        g_string_append_printf(list, "%s%s", i ? ", " : "", key);
        g_string_append_printf(known, "%s%s IS NOT NULL", i ? " AND " : "", key);
    }
    g_autofree char *rows =
        g_strdup_printf(" WHERE %s(%s) IN (SELECT %s FROM %s WHERE %s%s "
                        "GROUP BY %s HAVING count(*) > 1)",
                        only, list->str, list->str, table, only, known->str, list->str);
    g_autofree char *wrong = g_strdup_printf("with values of (%s) that occur twice", list->str);

    explain(sqlite, table, error, rows, wrong);
}

/* columns: "_mig_new_t.a, _mig_new_t.b" */
static void
explain_unique(MigSqlite *sqlite, const Copy *copy, GError *error, const char *columns)
{
    g_auto(GStrv) names = g_strsplit(columns, ", ", -1);
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    const gsize skip = strlen(copy->target) + 1;

    for (char **name = names; *name; name++) {
        const char *source = strlen(*name) > skip ? source_of(copy, *name + skip) : NULL;

        if (!source)
            return;
        g_ptr_array_add(keys, (gpointer)source);
    }
    explain_duplicates(sqlite, copy->table, error, keys, NULL);
}

/* `CREATE UNIQUE INDEX name ON table (keys) WHERE condition` */
static void
explain_unique_index(MigSqlite *sqlite, const char *text, gsize length, GError *error)
{
    g_autofree char *sql = g_strndup(text, length);
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, length);
    if (!expect(&lexer, "CREATE") || !expect(&lexer, "UNIQUE") || !expect(&lexer, "INDEX"))
        return;
    while (!mig_token_is(sql, token = mig_lexer_next_code(&lexer), "ON")) {
        if (token.kind == MIG_TOKEN_END || token.kind == MIG_TOKEN_ERROR)
            return;
    }
    token = mig_lexer_next_code(&lexer);
    g_autofree char *table = g_strndup(sql + token.offset, token.length);
    g_autoptr(GPtrArray) items = expect(&lexer, "(") ? read_items(&lexer, ")") : NULL;

    if (!items)
        return;
    g_ptr_array_add(items, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)items->pdata);
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(list);
    gboolean partial = mig_token_is(sql, mig_lexer_next_code(&lexer), "WHERE");
    g_autofree char *where = partial
                                 ? mig_lex_normalise(&mig_lex_rules_sqlite, sql + lexer.position,
                                                     length - lexer.position)
                                 : NULL;

    if (where && g_str_has_suffix(where, ";"))
        where[strlen(where) - 1] = '\0';
    explain_duplicates(sqlite, table, error, keys, where);
}

char *
mig_sqlite_misfit(const char *type, const char *value)
{
    if (g_ascii_strcasecmp(type, "INT") == 0 || g_ascii_strcasecmp(type, "INTEGER") == 0 ||
        g_ascii_strcasecmp(type, "REAL") == 0)
        return g_strdup_printf("NOT (%s = CAST(%s AS %s))", value, value, type);
    if (g_ascii_strcasecmp(type, "TEXT") == 0)
        return g_strdup_printf("typeof(%s) = 'blob'", value);
    if (g_ascii_strcasecmp(type, "BLOB") == 0)
        return g_strdup_printf("typeof(%s) NOT IN ('blob', 'null')", value);
    return NULL;
}

/* words: "TEXT value in INTEGER column _mig_new_t.a" */
static void
explain_type(MigSqlite *sqlite, const Copy *copy, GError *error, const char *words)
{
    const char *in = strstr(words, " value in "), *column = strstr(words, " column ");

    if (!in || !column || strlen(column) <= strlen(" column .") + strlen(copy->target))
        return;
    in += strlen(" value in ");
    g_autofree char *type = column > in ? g_strndup(in, (gsize)(column - in)) : g_strdup("");

    column += strlen(" column .") + strlen(copy->target);
    const char *source = source_of(copy, column);
    g_autofree char *misfit = source ? mig_sqlite_misfit(type, source) : NULL;

    if (!misfit)
        return;
    g_autofree char *where = g_strdup_printf(" WHERE %s", misfit);
    g_autofree char *wrong = g_strdup_printf("with a value of %s that is no %s", column, type);

    explain(sqlite, copy->table, error, where, wrong);
}

/* The expression of the new table's CHECK that SQLite names: by its name, or, when it has none, by
 * the expression itself. */
static char *
check_expression(MigSqlite *sqlite, const Copy *copy, const char *named)
{
    g_autofree char *sql = mig_sqlite_value(
        sqlite, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1",
        copy->target, NULL);
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);
    MigObject *table = sql ? mig_sqlite_table_add(schema, copy->target, sql, NULL) : NULL;

    mig_schema_seal(schema);
    MigObject *check = table ? mig_schema_lookup(schema, "constraint", table, named) : NULL;

    return g_strdup(
        check && mig_object_get(check, "expression") ? mig_object_get(check, "expression") : named);
}

static void
explain_check(MigSqlite *sqlite, const Copy *copy, GError *error, const char *named)
{
    g_autofree char *expression = check_expression(sqlite, copy, named);
    g_autofree char *where = g_strdup_printf(" WHERE NOT (%s)", expression);
    g_autofree char *wrong = g_strdup_printf("that break CHECK (%s)", expression);

    explain(sqlite, copy->table, error, where, wrong);
}

static const char *
behind(const char *text, const char *prefix)
{
    return text && g_str_has_prefix(text, prefix) ? text + strlen(prefix) : NULL;
}

void
mig_sqlite_offending_explain(MigSqlite *sqlite, const char *text, const MigStatement *statement,
                             GError *error)
{
    g_auto(Copy) copy = {NULL, NULL, NULL, NULL};
    const MigErrorDetails *details = mig_error_details(error);
    const char *words = details ? details->engine_message : NULL;
    const char *rest;

    if (!words)
        return;
    if (g_str_has_prefix(words, "UNIQUE constraint failed: "))
        explain_unique_index(sqlite, text + statement->offset, statement->length, error);
    if (!read_copy(text + statement->offset, statement->length, &copy))
        return;
    if ((rest = behind(words, "cannot store ")))
        explain_type(sqlite, &copy, error, rest);
    else if ((rest = behind(words, "NOT NULL constraint failed: ")) &&
             strlen(rest) > strlen(copy.target) + 1)
        explain_not_null(sqlite, &copy, error, rest + strlen(copy.target) + 1);
    else if ((rest = behind(words, "UNIQUE constraint failed: ")))
        explain_unique(sqlite, &copy, error, rest);
    else if ((rest = behind(words, "CHECK constraint failed: ")))
        explain_check(sqlite, &copy, error, rest);
}
