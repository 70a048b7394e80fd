#include "dialects/sqlite/sqlite_unmanaged.h"

#include <string.h>

#include "dialects/sqlite/sqlite_driver.h"
#include "dialects/sqlite/sqlite_introspect.h"
#include "dialects/sqlite/sqlite_reader.h"

static const char *const texts[] = {
#define UNMANAGED(name, text, why) [MIG_SQLITE_##name] = text,
#include "dialects/sqlite/unmanaged.def"
#undef UNMANAGED
};

void
mig_sqlite_unmanage(MigObject *object, MigSqliteUnmanaged reason, const char *detail)
{
    g_free(object->unmanaged);
    object->unmanaged = g_strdup_printf("%s%s%s", texts[reason], detail ? ": " : "",
                                        detail ? detail : "");
}

/* SQLite reads a stored statement more leniently than a new one: it looks up functions and
 * collations, and refuses parameters, only in the new one. Elsewhere what was read can be made. */
static gboolean
names_function(const MigSqliteReader *reader, guint index)
{
    static const char *const no_functions[] = {"AND",  "OR",   "NOT",  "IN",   "BETWEEN",
                                               "IS",   "LIKE", "GLOB", "CASE", "WHEN",
                                               "THEN", "ELSE", "CAST"};
    MigToken token = mig_sqlite_token(reader, index);

    if (mig_token_is(reader->text, token, "REGEXP") || mig_token_is(reader->text, token, "MATCH") ||
        mig_token_is(reader->text, token, "->") || mig_token_is(reader->text, token, "->>"))
        return TRUE;
    if (!mig_sqlite_token_is_name(token) ||
        !mig_token_is(reader->text, mig_sqlite_token(reader, index + 1), "("))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(no_functions); i++) {
        if (mig_token_is(reader->text, token, no_functions[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_own_collation(const char *text, MigToken token)
{
    return mig_token_is(text, token, "BINARY") || mig_token_is(text, token, "NOCASE") ||
           mig_token_is(text, token, "RTRIM");
}

/* Whether an expression or a list of keys may not be accepted again, from this token on. */
static gboolean
is_doubtful(const char *text, guint from)
{
    MigSqliteReader reader;
    gboolean doubtful = FALSE;

    mig_sqlite_reader_init(&reader, text);
    for (guint i = from; i + 1 < reader.tokens->len && !doubtful; i++) {
        MigToken token = mig_sqlite_token(&reader, i);

        doubtful = token.kind == MIG_TOKEN_PARAMETER || token.kind == MIG_TOKEN_ERROR ||
                   names_function(&reader, i) ||
                   (mig_token_is(text, token, "COLLATE") &&
                    !is_own_collation(text, mig_sqlite_token(&reader, i + 1)));
    }
    mig_sqlite_reader_clear(&reader);
    return doubtful;
}

static gboolean
has_doubtful_part(const MigObject *object)
{
    static const char *const parts[] = {"columns", "where", "expression", "default"};
    const char *collation = mig_object_get(object, "collation");
    const char *generated = mig_object_get(object, "generated");

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *text = mig_object_get(object, parts[i]);

        if (text && is_doubtful(text, 0))
            return TRUE;
    }
    /* Its first word is not part of the expression: "STORED (a + b)". */
    if (generated && is_doubtful(generated, 1))
        return TRUE;
    MigToken whole = {MIG_TOKEN_WORD, 0, collation ? strlen(collation) : 0, 1};

    return collation && !is_own_collation(collation, whole);
}

/* Where new statements may not have strings in double quotes, stored ones still may. */
static gboolean
forbids_quotes(MigSqlite *sqlite)
{
    int allowed = 1;

    sqlite3_db_config(sqlite->db, SQLITE_DBCONFIG_DQS_DDL, -1, &allowed);
    return !allowed;
}

/* Whether a table or one of its indexes may be impossible to make again. */
static gboolean
must_try(const MigObject *table, gboolean quotes_forbidden)
{
    const char *sql = mig_object_get(table, "sql");

    if (quotes_forbidden && strchr(sql, '"'))
        return TRUE;
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        gboolean is_index = strcmp(child->kind, "index") == 0;

        if (child->unmanaged || strcmp(child->kind, "trigger") == 0)
            continue;
        if (has_doubtful_part(child) ||
            (quotes_forbidden && is_index && strchr(mig_object_get(child, "sql"), '"')))
            return TRUE;
    }
    return FALSE;
}

static void
try_object(MigSqlite *scratch, MigObject *object)
{
    const char *sql = mig_object_get(object, "sql");

    if (sqlite3_exec(scratch->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        mig_sqlite_unmanage(object, MIG_SQLITE_UNLOADABLE, sqlite3_errmsg(scratch->db));
}

/* A table with its indexes. Alone: SQLite searches the whole schema at every CREATE. */
static void
try_table(MigSqlite *scratch, MigObject *table)
{
    sqlite3_exec(scratch->db, "BEGIN", NULL, NULL, NULL);
    try_object(scratch, table);
    for (guint i = 0; !table->unmanaged && i < table->children->len; i++) {
        MigObject *child = table->children->pdata[i];

        if (strcmp(child->kind, "index") == 0 && !child->unmanaged)
            try_object(scratch, child);
    }
    sqlite3_exec(scratch->db, "ROLLBACK", NULL, NULL, NULL);
}

/* These may look at tables when they are made. */
static void
try_virtual_tables(MigSqlite *scratch, const GPtrArray *roots)
{
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (strcmp(root->kind, "table") == 0 && !root->unmanaged)
            sqlite3_exec(scratch->db, mig_object_get(root, "sql"), NULL, NULL, NULL);
    }
    for (guint i = 0; i < roots->len; i++) {
        MigObject *root = roots->pdata[i];

        if (strcmp(root->kind, "virtual table") == 0 && !root->unmanaged)
            try_object(scratch, root);
    }
}

/* Tables that are to be tried; *ret_virtual: there are virtual ones. Not owned. */
static GPtrArray *
find_doubtful(MigSqlite *sqlite, const GPtrArray *roots, gboolean *ret_virtual)
{
    GPtrArray *tables = g_ptr_array_new();
    gboolean quotes_forbidden = forbids_quotes(sqlite);

    for (guint i = 0; i < roots->len; i++) {
        MigObject *root = roots->pdata[i];

        if (root->unmanaged)
            continue;
        if (strcmp(root->kind, "virtual table") == 0)
            *ret_virtual = TRUE;
        else if (strcmp(root->kind, "table") == 0 && must_try(root, quotes_forbidden))
            g_ptr_array_add(tables, root);
    }
    return tables;
}

/* Views and triggers load whatever they mention. */
static gboolean
try_doubtful(MigSqlite *sqlite, const MigSchema *schema, GError **error)
{
    const GPtrArray *roots = mig_schema_roots(schema);
    gboolean any_virtual = FALSE;
    g_autoptr(GPtrArray) tables = find_doubtful(sqlite, roots, &any_virtual);

    if (tables->len == 0 && !any_virtual)
        return TRUE;
    MigConnection *scratch = mig_sqlite_open_scratch(&sqlite->base, NULL, error);

    if (!scratch)
        return FALSE;
    for (guint i = 0; i < tables->len; i++)
        try_table((MigSqlite *)scratch, tables->pdata[i]);
    if (any_virtual)
        try_virtual_tables((MigSqlite *)scratch, roots);
    mig_sqlite_close(scratch);
    return TRUE;
}

/* What a model made in the temporary schema beside its own. */
static gboolean
add_temporary(MigSqlite *sqlite, MigSchema *schema, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_sqlite_column(
        sqlite, "SELECT type || ' ' || name FROM sqlite_temp_schema ORDER BY rowid", NULL, error);

    for (guint i = 0; rows && i < rows->len; i++) {
        g_auto(GStrv) row = g_strsplit(rows->pdata[i], " ", 2);
        g_autofree char *kind = g_strconcat("temporary ", row[0], NULL);

        mig_sqlite_unmanage(mig_schema_add(schema, g_intern_string(kind), NULL, row[1]),
                            MIG_SQLITE_TEMPORARY, NULL);
    }
    if (rows && rows->len > 0)
        mig_schema_seal(schema);
    return rows != NULL;
}

MigSchema *
mig_sqlite_read_state(MigConnection *connection, const MigIntrospectOptions *options,
                      GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;
    g_autoptr(MigSchema) schema = mig_sqlite_introspect(connection, options, error);

    if (!schema)
        return NULL;
    if (sqlite->scratch)
        return add_temporary(sqlite, schema, error) ? g_steal_pointer(&schema) : NULL;
    return try_doubtful(sqlite, schema, error) ? g_steal_pointer(&schema) : NULL;
}
