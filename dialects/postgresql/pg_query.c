#include "dialects/postgresql/pg_driver.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

static gboolean
succeeded(const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
        return TRUE;
    default:
        return FALSE;
    }
}

/* The result when it is a success; else it is cleared. */
static PGresult *
take(MigPg *pg, PGresult *result, GError **error)
{
    if (succeeded(result))
        return result;
    g_propagate_error(error, mig_pg_error_new(pg, result, 0, NULL));
    PQclear(result);
    return NULL;
}

PGresult *
mig_pg_exec(MigPg *pg, const char *sql, GError **error)
{
    return take(pg, PQexec(pg->conn, sql), error);
}

char *
mig_pg_with_dollars(const char *sql)
{
    GString *out = g_string_sized_new(strlen(sql) + 1);
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, sql, strlen(sql));
    for (;;) {
        MigToken token = mig_lexer_next(&lexer);

        if (token.kind == MIG_TOKEN_END)
            return g_string_free(out, FALSE);
        g_string_append_len(out, sql + token.offset, (gssize)token.length);
        if (token.kind == MIG_TOKEN_PARAMETER && token.length > 1 && sql[token.offset] == '?')
            out->str[out->len - token.length] = '$';
    }
}

static gboolean
give_rows(const PGresult *result, MigRowFunc row, gpointer user_data, GError **error)
{
    int n_columns = PQnfields(result);
    g_autofree const char **values = g_new0(const char *, n_columns + 1);

    for (int i = 0; i < PQntuples(result); i++) {
        for (int j = 0; j < n_columns; j++)
            values[j] = PQgetisnull(result, i, j) ? NULL : PQgetvalue(result, i, j);
        if (!row((guint)n_columns, values, user_data, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_count(PGresult *result, const MigSql *sql, GError **error)
{
    gint64 count = g_ascii_strtoll(PQcmdTuples(result), NULL, 10);

    if (sql->expected_rows < 0 || count == sql->expected_rows)
        return TRUE;
    mig_set_error(error, MIG_E_ROWS_CHANGED,
                  "a statement hit %" G_GINT64_FORMAT " rows instead of %d: %s", count,
                  sql->expected_rows, sql->sql);
    return FALSE;
}

gboolean
mig_pg_query(MigConnection *connection, const MigSql *sql, MigRowFunc row, gpointer user_data,
             GError **error)
{
    MigPg *pg = (MigPg *)connection;
    g_autofree char *text = mig_pg_with_dollars(sql->sql);

    if (!mig_pg_guard(pg, error))
        return FALSE;
    PGresult *result = PQexecParams(pg->conn, text, (int)sql->params->len, NULL,
                                    (const char *const *)sql->params->pdata, NULL, NULL, 0);

    result = take(pg, result, error);
    if (!result) {
        mig_pg_undo_failed(pg);
        return FALSE;
    }
    gboolean ok =
        (!row || give_rows(result, row, user_data, error)) && check_count(result, sql, error);

    PQclear(result);
    return ok;
}

static gboolean
fill_string(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    char **string = user_data;

    g_free(*string);
    *string = g_strdup(values[0]);
    return TRUE;
}

gboolean
mig_pg_has_table(MigConnection *connection, const char *schema, const char *table,
                 gboolean *ret_exists, GError **error)
{
    g_autofree char *found = NULL;
    MigSql *sql =
        mig_sql_new(-1,
                    "SELECT c.oid FROM pg_catalog.pg_class c"
                    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    " WHERE n.nspname = ?1 AND c.relname = ?2"
                    " AND c.relkind IN ('r', 'p', 'v', 'f')",
                    schema ? schema : mig_connection_default_schema(connection), table, NULL);
    gboolean ok = mig_pg_query(connection, sql, fill_string, &found, error);

    mig_sql_free(sql);
    if (ok)
        *ret_exists = found != NULL;
    return ok;
}

static gboolean
collect(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    if (values[0])
        g_ptr_array_add(user_data, g_strdup(values[0]));
    return TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
read_column(MigConnection *connection, const char *schema, const char *table, GPtrArray *rows,
            GError **error)
{
    g_autofree char *quoted_schema =
        mig_pg_quote_name(schema ? schema : mig_connection_default_schema(connection));
    g_autofree char *quoted_table = mig_pg_quote_name(table);
    g_autofree char *text =
        g_strdup_printf("SELECT t.version_num FROM %s.%s AS t", quoted_schema, quoted_table);
    MigSql *sql = mig_sql_new(-1, text, NULL);
    g_autoptr(GError) own = NULL;
    gboolean ok = mig_pg_query(connection, sql, collect, rows, &own);

    mig_sql_free(sql);
    if (ok)
        return TRUE;
    if (g_strcmp0(mig_error_details(own)->sqlstate, "42703") == 0)
        mig_error_set_hint(own,
                           "The table '%s' is not a version table of migrate or Alembic: set "
                           "version_table to another name.",
                           table);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

GPtrArray *
mig_pg_read_rows(MigConnection *connection, const char *schema, const char *table,
                 gboolean *ret_exists, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    gboolean exists;

    if (!mig_pg_has_table(connection, schema, table, &exists, error) ||
        (exists && !read_column(connection, schema, table, rows, error)))
        return NULL;
    g_ptr_array_sort(rows, compare_names);
    if (ret_exists)
        *ret_exists = exists;
    return g_steal_pointer(&rows);
}
