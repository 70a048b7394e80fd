#include "dialects/sqlite/sqlite_broken.h"

#include <string.h>

#include "dialects/sqlite/sqlite_ddl.h"

gboolean
mig_sqlite_matches_any(const GPtrArray *globs, const char *name)
{
    for (guint i = 0; globs && i < globs->len; i++) {
        if (g_pattern_match_simple(globs->pdata[i], name))
            return TRUE;
    }
    return FALSE;
}

/* "INSERT", "UPDATE" or "DELETE" of a stored CREATE TRIGGER. */
static const char *
trigger_event(const char *sql)
{
    static const char *const events[] = {"INSERT", "UPDATE", "DELETE"};
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, strlen(sql));
    do
        token = mig_lexer_next_code(&lexer);
    while (token.kind != MIG_TOKEN_END && !mig_token_is(sql, token, "TRIGGER"));
    mig_lexer_next_code(&lexer); /* the name; stored text has neither TEMP nor IF NOT EXISTS */
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
            if (mig_token_is(sql, token, events[i]))
                return events[i];
        }
    }
    return "DELETE";
}

/* A statement that makes SQLite compile the triggers of table for this event. */
static char *
firing_statement(MigSqlite *sqlite, const char *table, const char *event)
{
    g_autofree char *quoted = mig_sqlite_quote_name(table);

    if (strcmp(event, "DELETE") == 0)
        return g_strdup_printf("DELETE FROM main.%s", quoted);
    if (strcmp(event, "INSERT") == 0)
        return g_strdup_printf("INSERT INTO main.%s DEFAULT VALUES", quoted);
    g_autoptr(GPtrArray) columns = mig_sqlite_column(
        sqlite, "SELECT name FROM pragma_table_xinfo(?1, 'main') WHERE hidden = 0", table, NULL);
    GString *sql = g_string_new(NULL);

    g_string_printf(sql, "UPDATE main.%s SET ", quoted);
    for (guint i = 0; columns && i < columns->len; i++) {
        g_autofree char *column = mig_sqlite_quote_name(columns->pdata[i]);

        g_string_append_printf(sql, "%s%s = %s", i ? ", " : "", column, column);
    }
    return g_string_free(sql, FALSE);
}

typedef struct {
    MigSqlite *sqlite;
    GHashTable *broken;
} Search;

static gboolean
try_object(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    Search *search = user_data;
    const char *type = values[0], *name = values[1], *table = values[2], *text = values[3];
    g_autofree char *quoted = mig_sqlite_quote_name(name);
    g_autofree char *sql = strcmp(type, "view") == 0
                               ? g_strdup_printf("SELECT * FROM main.%s", quoted)
                               : firing_statement(search->sqlite, table, trigger_event(text));
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(search->sqlite->db, sql, -1, &statement, NULL) != SQLITE_OK)
        g_hash_table_insert(search->broken, g_strdup_printf("%s %s", type, name),
                            g_strdup(sqlite3_errmsg(search->sqlite->db)));
    sqlite3_finalize(statement);
    return TRUE;
}

GHashTable *
mig_sqlite_broken_find(MigSqlite *sqlite, GError **error)
{
    g_autoptr(GHashTable) broken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Search search = {sqlite, broken};
    MigSql *sql = mig_sql_new(-1,
                              "SELECT type, name, tbl_name, sql FROM main.sqlite_master "
                              "WHERE type IN ('view', 'trigger') AND sql IS NOT NULL",
                              NULL);
    gboolean ok = mig_sqlite_query(&sqlite->base, sql, try_object, &search, error);

    mig_sql_free(sql);
    return ok ? g_steal_pointer(&broken) : NULL;
}

gboolean
mig_sqlite_broken_compare(GHashTable *before, GHashTable *after, const GPtrArray *allow,
                          GError **error)
{
    g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(after), (GCompareFunc)strcmp);
    g_autoptr(GString) text = g_string_new(NULL);
    const char *example = NULL;

    for (GList *at = keys; at; at = at->next) {
        const char *key = at->data, *name = strchr(key, ' ') + 1;

        if (g_hash_table_contains(before, key) || mig_sqlite_matches_any(allow, name))
            continue;
        g_string_append_printf(text, "%s%.*s '%s' (%s)", text->len ? ", " : "",
                               (int)(name - key - 1), key, name,
                               (const char *)g_hash_table_lookup(after, key));
        example = name;
    }
    if (!example)
        return TRUE;
    mig_set_error(error, MIG_E_WOULD_LOSE, "the script makes a table anew and would break %s",
                  text->str);
    mig_error_set_hint(error ? *error : NULL,
                       "Change or drop it in the script too, or accept it with --allow-drop '%s'.",
                       example);
    return FALSE;
}
