#include "dialects/sqlite/sqlite_constraint_parse.h"

#include <string.h>

#include "core/error.h"

static void
column_free(gpointer data)
{
    MigSqliteColumn *column = data;

    g_free(column->item.name);
    g_free(column->type);
    g_free(column->not_null);
    g_free(column->default_value);
    g_free(column->collation);
    g_free(column->generated);
    g_ptr_array_unref(column->constraints);
    g_free(column);
}

void
mig_sqlite_table_free(MigSqliteTable *table)
{
    if (!table)
        return;
    g_free(table->name);
    g_ptr_array_unref(table->columns);
    g_ptr_array_unref(table->constraints);
    g_free(table);
}

static gboolean
starts_clause(const MigSqliteReader *reader, guint at)
{
    static const char *const starters[] = {"CONSTRAINT", "DEFAULT", "NULL",  "NOT",
                                           "PRIMARY",    "UNIQUE",  "CHECK", "REFERENCES",
                                           "DEFERRABLE", "COLLATE", "AS"};

    for (gsize i = 0; i < G_N_ELEMENTS(starters); i++) {
        if (mig_token_is(reader->text, mig_sqlite_token(reader, at), starters[i]))
            return TRUE;
    }
    return FALSE;
}

/* SQLite reads "a int GENERATED ALWAYS AS" with the two words in the type, and cuts them off. */
static guint
without_generated_always(const MigSqliteReader *reader, guint from, guint to)
{
    gboolean both = to - from >= 2 &&
                    mig_token_is(reader->text, mig_sqlite_token(reader, to - 1), "ALWAYS") &&
                    mig_token_is(reader->text, mig_sqlite_token(reader, to - 2), "GENERATED");

    return both ? to - 2 : to;
}

/* Any words up to the first clause, and then perhaps "(10, 2)". When the first word is in quotes,
 * SQLite forgets what follows. */
static char *
read_type(MigSqliteReader *reader)
{
    GString *type = g_string_new(NULL);
    guint from = reader->at;

    while (mig_sqlite_token_is_name(mig_sqlite_token(reader, reader->at)) &&
           !starts_clause(reader, reader->at))
        reader->at++;
    guint to = without_generated_always(reader, from, reader->at);

    gboolean quoted = to > from && mig_sqlite_token(reader, from).kind != MIG_TOKEN_WORD;

    for (guint i = from; i < (quoted ? from + 1 : to); i++) {
        g_autofree char *word = mig_token_name(reader->text, mig_sqlite_token(reader, i));

        g_string_append_printf(type, "%s%s", i > from ? " " : "", word);
    }
    from = reader->at;
    if (mig_sqlite_skip_parens(reader) && !quoted) {
        g_autofree char *size = mig_sqlite_spell(reader, from, reader->at);

        g_string_append(type, size);
    }
    g_string_ascii_up(type);
    if (type->len == 0) {
        g_string_free(type, TRUE);
        return NULL;
    }
    return g_string_free(type, FALSE);
}

static gboolean
parse_column(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    guint from = reader->at;
    g_autofree char *name = mig_sqlite_accept_name(reader);

    if (!name) {
        parser->failed = "a column's name";
        return FALSE;
    }
    MigSqliteColumn *column = g_new0(MigSqliteColumn, 1);

    column->constraints = g_ptr_array_new_with_free_func(mig_sqlite_constraint_free);
    column->item.name = g_steal_pointer(&name);
    column->item.offset = mig_sqlite_offset(reader, from);
    g_ptr_array_add(parser->table->columns, column);
    column->type = read_type(reader);
    while (!parser->failed && mig_sqlite_parse_column_clause(parser, column))
        ;
    column->item.length = mig_sqlite_end(reader, reader->at) - column->item.offset;
    g_clear_pointer(&parser->name, g_free);
    return !parser->failed;
}

static gboolean
table_constraint_is_next(const MigSqliteReader *reader)
{
    return mig_sqlite_peek(reader, "CONSTRAINT") || mig_sqlite_peek(reader, "PRIMARY") ||
           mig_sqlite_peek(reader, "UNIQUE") || mig_sqlite_peek(reader, "CHECK") ||
           mig_sqlite_peek(reader, "FOREIGN");
}

/* Everything up to the closing parenthesis. SQLite lets table constraints follow one another
 * without commas. */
static gboolean
parse_items(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;

    do {
        if (table_constraint_is_next(reader))
            break;
        if (!parse_column(parser))
            return FALSE;
    } while (mig_sqlite_accept(reader, ","));
    for (;;) {
        while (!parser->failed && mig_sqlite_parse_table_constraint(parser))
            ;
        g_clear_pointer(&parser->name, g_free);
        if (parser->failed || !mig_sqlite_accept(reader, ","))
            break;
    }
    if (!parser->failed && !mig_sqlite_accept(reader, ")"))
        parser->failed = "a column or a constraint";
    return !parser->failed;
}

static gboolean
parse_options(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;

    do {
        g_autofree char *word = mig_sqlite_accept_name(reader);

        if (word && g_ascii_strcasecmp(word, "STRICT") == 0)
            parser->table->strict = TRUE;
        else if (word && g_ascii_strcasecmp(word, "WITHOUT") == 0 &&
                 mig_sqlite_token_is_name(mig_sqlite_token(reader, reader->at++)))
            parser->table->without_rowid = TRUE;
        else if (word)
            parser->failed = "a table option";
    } while (!parser->failed && mig_sqlite_accept(reader, ","));
    mig_sqlite_accept(reader, ";");
    if (!parser->failed && mig_sqlite_token(reader, reader->at).kind != MIG_TOKEN_END)
        parser->failed = "the end of the statement";
    return !parser->failed;
}

/* "CREATE TABLE [IF NOT EXISTS] [schema.]name", up to the name. */
static gboolean
parse_title(MigSqliteTableParser *parser)
{
    MigSqliteReader *reader = &parser->reader;
    gboolean create = mig_sqlite_accept(reader, "CREATE");

    if (!mig_sqlite_accept(reader, "TEMP"))
        mig_sqlite_accept(reader, "TEMPORARY");
    parser->failed = "CREATE TABLE";
    if (!create || !mig_sqlite_accept(reader, "TABLE"))
        return FALSE;
    if (mig_token_is(reader->text, mig_sqlite_token(reader, reader->at + 1), "NOT") &&
        mig_sqlite_accept(reader, "IF"))
        reader->at += 2;
    guint from = reader->at;
    g_autofree char *name = mig_sqlite_accept_name(reader);

    if (name && mig_sqlite_accept(reader, ".")) {
        g_free(name);
        name = mig_sqlite_accept_name(reader);
    }
    if (!name)
        return FALSE;
    parser->failed = NULL;
    parser->table->name = g_steal_pointer(&name);
    parser->table->title_offset = mig_sqlite_offset(reader, from);
    parser->table->title_length = mig_sqlite_end(reader, reader->at) - parser->table->title_offset;
    return TRUE;
}

/* What text in double quotes can name inside the table: its columns (here: the first word of every
 * item), the rowid and the table itself. */
static GHashTable *
known_names(const MigSqliteReader *reader, const char *table)
{
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char *const rowids[] = {"rowid", "_rowid_", "oid"};
    guint depth = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(rowids); i++)
        g_hash_table_add(known, g_strdup(rowids[i]));
    g_hash_table_add(known, g_ascii_strdown(table, -1));
    for (guint i = reader->at; i + 1 < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i), next = mig_sqlite_token(reader, i + 1);
        gboolean opens = mig_token_is(reader->text, token, "(");

        depth += opens;
        depth -= depth > 0 && mig_token_is(reader->text, token, ")");
        if (depth == 1 && (opens || mig_token_is(reader->text, token, ",")) &&
            mig_sqlite_token_is_name(next)) {
            g_autofree char *name = mig_token_name(reader->text, next);

            g_hash_table_add(known, g_ascii_strdown(name, -1));
        }
    }
    return known;
}

static const MigSqliteColumn *
find_column(const MigSqliteTable *table, const char *spelled)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];
        g_autofree char *name = mig_sqlite_spell_name(column->item.name);

        if (strcmp(name, spelled) == 0)
            return column;
    }
    return NULL;
}

/* One column of type INTEGER as primary key is the rowid; its order and collation mean nothing
 * then, except that a column's own "INTEGER PRIMARY KEY DESC" makes it no rowid. */
static void
find_rowid_alias(MigSqliteTable *table, MigSqliteConstraint *key, gboolean in_column)
{
    if (table->without_rowid || strcmp(key->type, "PRIMARY KEY") != 0)
        return;
    if (in_column && g_str_has_suffix(key->columns, " DESC"))
        return;
    g_autofree char *first = g_strdup(key->columns);
    MigSqliteReader reader;

    mig_sqlite_reader_init(&reader, key->columns);
    MigToken token = mig_sqlite_token(&reader, 0);

    first[MIN(strlen(first), token.length)] = '\0';
    gboolean single = TRUE;

    for (guint i = 0; i < reader.tokens->len; i++)
        single = single && !mig_token_is(reader.text, mig_sqlite_token(&reader, i), ",");
    const MigSqliteColumn *column = single ? find_column(table, first) : NULL;

    if (column && column->type && strcmp(column->type, "INTEGER") == 0) {
        table->rowid_alias = column->item.name;
        g_free(key->columns);
        key->columns = g_steal_pointer(&first);
    }
    mig_sqlite_reader_clear(&reader);
}

static void
finish(MigSqliteTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];

        for (guint j = 0; j < column->constraints->len; j++) {
            MigSqliteConstraint *constraint = column->constraints->pdata[j];

            table->autoincrement |= constraint->autoincrement;
            find_rowid_alias(table, constraint, TRUE);
        }
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        MigSqliteConstraint *constraint = table->constraints->pdata[i];

        table->autoincrement |= constraint->autoincrement;
        find_rowid_alias(table, constraint, FALSE);
    }
}

static void
set_unreadable(const MigSqliteTableParser *parser, const char *sql, GError **error)
{
    gsize offset = mig_sqlite_offset(&parser->reader, parser->reader.at);

    mig_set_error(error, MIG_E_INTERNAL, "expected %s", parser->failed);
    if (error)
        mig_error_set_offset(*error, NULL, sql, strlen(sql), offset);
}

MigSqliteTable *
mig_sqlite_table_parse(const char *sql, GError **error)
{
    g_autoptr(MigSqliteTable) table = g_new0(MigSqliteTable, 1);
    MigSqliteTableParser parser = {.table = table};

    table->columns = g_ptr_array_new_with_free_func(column_free);
    table->constraints = g_ptr_array_new_with_free_func(mig_sqlite_constraint_free);
    mig_sqlite_reader_init(&parser.reader, sql);
    gboolean ok = parse_title(&parser);

    if (ok && !mig_sqlite_peek(&parser.reader, "(")) {
        parser.failed = "a list of columns";
        ok = FALSE;
    }
    if (ok) {
        if (strchr(sql, '"'))
            parser.reader.known = known_names(&parser.reader, table->name);
        parser.reader.at++;
        ok = parse_items(&parser) && parse_options(&parser);
    }
    if (ok)
        finish(table);
    else
        set_unreadable(&parser, sql, error);
    g_free(parser.name);
    mig_sqlite_reader_clear(&parser.reader);
    return ok ? g_steal_pointer(&table) : NULL;
}

char *
mig_sqlite_table_retitle(const char *sql, const char *new_name, GError **error)
{
    g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(sql, error);

    if (!table)
        return NULL;
    g_autofree char *quoted = mig_sqlite_quote_name(new_name);

    return g_strdup_printf("%.*s%s%s", (int)table->title_offset, sql, quoted,
                           sql + table->title_offset + table->title_length);
}
