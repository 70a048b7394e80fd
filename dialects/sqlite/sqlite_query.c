#include "dialects/sqlite/sqlite_guard.h"

#include <string.h>

#include "dialects/sqlite/sqlite_ddl.h"

#define CACHE_SIZE 128

void
mig_sqlite_wait_init(MigSqliteWait *wait, gint64 timeout_ms)
{
    *wait = (MigSqliteWait){.deadline = -1};
    if (timeout_ms >= 0)
        wait->deadline = g_get_monotonic_time() + timeout_ms * 1000;
}

gboolean
mig_sqlite_wait_again(MigSqliteWait *wait, int rc)
{
    static const guint pauses_ms[] = {1, 2, 5, 10, 15, 20, 25, 25, 50};

    if ((rc & 0xff) != SQLITE_BUSY)
        return FALSE;
    if (wait->cancelled && wait->cancelled(wait->user_data)) {
        wait->was_cancelled = TRUE;
        return FALSE;
    }
    gint64 pause = pauses_ms[MIN(wait->tries, G_N_ELEMENTS(pauses_ms) - 1)] * 1000;

    if (wait->deadline >= 0)
        pause = MIN(pause, wait->deadline - g_get_monotonic_time());
    if (pause <= 0)
        return FALSE;
    wait->tries++;
    g_usleep((gulong)pause);
    return TRUE;
}

static void
wait_for_reads(MigSqlite *sqlite, MigSqliteWait *wait)
{
    mig_sqlite_wait_init(wait, sqlite3_get_autocommit(sqlite->db) ? sqlite->base.lock_wait_ms : 0);
}

static GError *
locked_error(MigSqlite *sqlite, int rc)
{
    GError *error = mig_sqlite_error_new(sqlite->db, rc, NULL);

    if (error->code == MIG_E_LOCKED) {
        g_autofree char *holder = mig_sqlite_lock_holder(sqlite);

        g_free(error->message);
        error->message = g_strdup_printf("'%s' is locked by %s", sqlite->base.display, holder);
        mig_error_set_hint(error, "Wait until the other program has finished writing, then run "
                                  "the command again.");
    }
    return error;
}

static sqlite3_stmt *
prepare(MigSqlite *sqlite, const char *sql, GError **error)
{
    MigSqliteWait wait;
    sqlite3_stmt *statement = NULL;
    int rc;

    wait_for_reads(sqlite, &wait);
    do
        rc = sqlite3_prepare_v2(sqlite->db, sql, -1, &statement, NULL);
    while (rc != SQLITE_OK && mig_sqlite_wait_again(&wait, rc));
    if (rc != SQLITE_OK)
        g_propagate_error(error, locked_error(sqlite, rc));
    return statement;
}

sqlite3_stmt *
mig_sqlite_prepare(MigSqlite *sqlite, const char *sql, GError **error)
{
    sqlite3_stmt *statement = g_hash_table_lookup(sqlite->cache, sql);

    if (statement && !sqlite3_stmt_busy(statement))
        return statement;
    gboolean keep = !statement && g_hash_table_size(sqlite->cache) < CACHE_SIZE;

    statement = prepare(sqlite, sql, error);
    if (statement && keep)
        g_hash_table_insert(sqlite->cache, g_strdup(sql), statement);
    return statement;
}

void
mig_sqlite_release(MigSqlite *sqlite, sqlite3_stmt *statement)
{
    if (!statement)
        return;
    if (g_hash_table_lookup(sqlite->cache, sqlite3_sql(statement)) != statement) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static int
step(MigSqlite *sqlite, sqlite3_stmt *statement)
{
    MigSqliteWait wait;
    int rc;

    wait_for_reads(sqlite, &wait);
    while (((rc = sqlite3_step(statement)) & 0xff) == SQLITE_BUSY &&
           mig_sqlite_wait_again(&wait, rc))
        sqlite3_reset(statement);
    return rc;
}

static void
bind(sqlite3_stmt *statement, int index, const char *value)
{
    if (value)
        sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, index);
}

static gboolean
give_row(sqlite3_stmt *statement, MigRowFunc row, gpointer user_data, GError **error)
{
    guint n = (guint)sqlite3_column_count(statement);
    g_autofree const char **values = g_new0(const char *, n + 1);

    for (guint i = 0; i < n; i++)
        values[i] = (const char *)sqlite3_column_text(statement, (int)i);
    return row(n, values, user_data, error);
}

/* Steps through a statement to its end. */
static gboolean
drain(MigSqlite *sqlite, sqlite3_stmt *statement, MigRowFunc row, gpointer user_data,
      GError **error)
{
    int rc;

    while ((rc = step(sqlite, statement)) == SQLITE_ROW) {
        if (row && !give_row(statement, row, user_data, error))
            return FALSE;
    }
    if (rc == SQLITE_DONE)
        return TRUE;
    g_propagate_error(error, locked_error(sqlite, rc));
    return FALSE;
}

static gboolean
check_count(MigSqlite *sqlite, const MigSql *sql, GError **error)
{
    int changed = sqlite3_changes(sqlite->db);

    if (sql->expected_rows < 0 || changed == sql->expected_rows)
        return TRUE;
    mig_set_error(error, MIG_E_ROWS_CHANGED, "a statement hit %d rows instead of %d: %s", changed,
                  sql->expected_rows, sql->sql);
    return FALSE;
}

gboolean
mig_sqlite_query(MigConnection *connection, const MigSql *sql, MigRowFunc row, gpointer user_data,
                 GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;
    sqlite3_stmt *statement = mig_sqlite_prepare(sqlite, sql->sql, error);

    if (!statement)
        return FALSE;
    for (guint i = 0; i < sql->params->len; i++)
        bind(statement, (int)i + 1, sql->params->pdata[i]);
    gboolean ok =
        drain(sqlite, statement, row, user_data, error) && check_count(sqlite, sql, error);

    mig_sqlite_release(sqlite, statement);
    return ok;
}

gboolean
mig_sqlite_run(MigSqlite *sqlite, const char *sql, GError **error)
{
    sqlite3_stmt *statement = mig_sqlite_prepare(sqlite, sql, error);
    gboolean ok = statement && drain(sqlite, statement, NULL, NULL, error);

    mig_sqlite_release(sqlite, statement);
    return ok;
}

static gboolean
collect(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    if (values[0])
        g_ptr_array_add(user_data, g_strdup(values[0]));
    return TRUE;
}

GPtrArray *
mig_sqlite_column(MigSqlite *sqlite, const char *sql, const char *param, GError **error)
{
    sqlite3_stmt *statement = mig_sqlite_prepare(sqlite, sql, error);

    if (!statement)
        return NULL;
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    if (param)
        bind(statement, 1, param);
    gboolean ok = drain(sqlite, statement, collect, values, error);

    mig_sqlite_release(sqlite, statement);
    return ok ? g_steal_pointer(&values) : NULL;
}

char *
mig_sqlite_value(MigSqlite *sqlite, const char *sql, const char *param, GError **error)
{
    g_autoptr(GPtrArray) values = mig_sqlite_column(sqlite, sql, param, error);

    return values && values->len > 0 ? g_strdup(values->pdata[0]) : NULL;
}

gboolean
mig_sqlite_has_table(MigConnection *connection, const char *schema, const char *table,
                     gboolean *ret_exists, GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;

    if (schema && g_ascii_strcasecmp(schema, "main") != 0) {
        mig_set_error(error, MIG_E_UNSUPPORTED, "SQLite has no schemas: '%s' cannot hold a table",
                      schema);
        mig_error_set_hint(error ? *error : NULL, "Leave version_table_schema unset for SQLite.");
        return FALSE;
    }
    const char *sql = "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ?1 COLLATE "
                      "NOCASE";
    g_autoptr(GPtrArray) found = mig_sqlite_column(sqlite, sql, table, error);

    if (!found)
        return FALSE;
    *ret_exists = found->len > 0;
    return TRUE;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
hint_at_foreign_table(const char *table, GError **error)
{
    const MigErrorDetails *details = mig_error_details(error ? *error : NULL);

    /* "no such column"; what has a name of its own (a damaged file) is not about the columns. */
    if (details && (*error)->code == MIG_E_STATEMENT &&
        g_strcmp0(details->sqlstate, "SQLITE_ERROR") == 0)
        mig_error_set_hint(*error,
                           "The table '%s' is not a version table of migrate or Alembic: set "
                           "version_table to another name.",
                           table);
}

GPtrArray *
mig_sqlite_version_rows(MigSqlite *sqlite, const char *table, GError **error)
{
    g_autofree char *quoted = mig_sqlite_quote_name(table);
    /* Qualified: an unknown name in double quotes would read as a string. */
    g_autofree char *sql = g_strdup_printf("SELECT t.version_num FROM main.%s AS t", quoted);
    GPtrArray *rows = mig_sqlite_column(sqlite, sql, NULL, error);

    if (rows)
        g_ptr_array_sort(rows, compare_names);
    else
        hint_at_foreign_table(table, error);
    return rows;
}

GPtrArray *
mig_sqlite_read_rows(MigConnection *connection, const char *schema, const char *table,
                     gboolean *ret_exists, GError **error)
{
    gboolean exists;

    if (!mig_sqlite_has_table(connection, schema, table, &exists, error))
        return NULL;
    GPtrArray *rows = exists ? mig_sqlite_version_rows((MigSqlite *)connection, table, error)
                             : g_ptr_array_new_with_free_func(g_free);

    if (rows && ret_exists)
        *ret_exists = exists;
    return rows;
}

/* Where in the statement the engine says the error is; its start when it does not say. */
static gsize
error_offset(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = sqlite3_error_offset(db);

    return offset > 0 ? (gsize)offset : 0;
#else
    return 0;
#endif
}

/* SQLite would take NULL for a parameter without a word. */
static gboolean
has_no_parameter(sqlite3_stmt *statement, GError **error)
{
    if (sqlite3_bind_parameter_count(statement) == 0)
        return TRUE;
    const char *name = sqlite3_bind_parameter_name(statement, 1);

    mig_set_error(error, MIG_E_STATEMENT, "'%s' is a parameter, and nothing gives it a value",
                  name ? name : "?");
    mig_error_set_hint(error ? *error : NULL, "Write the value itself; text stands in quotes.");
    return FALSE;
}

/* Runs the first of the statements in sql; *ret_used: how many bytes that was. */
static gboolean
run_first(MigSqlite *sqlite, const char *sql, gsize length, MigSqlitePrepared prepared,
          gpointer user_data, gsize *ret_used, gsize *ret_error_offset, GError **error)
{
    sqlite3_stmt *statement = NULL;
    const char *tail = NULL;
    int rc = sqlite3_prepare_v2(sqlite->db, sql, (int)length, &statement, &tail);

    if (rc == SQLITE_AUTH && sqlite->guard && sqlite->guard->refusal) {
        g_propagate_error(error, g_steal_pointer(&sqlite->guard->refusal));
        return FALSE;
    }
    if (rc != SQLITE_OK) {
        g_propagate_error(error, mig_sqlite_error_new(sqlite->db, rc, NULL));
        *ret_error_offset = error_offset(sqlite->db);
        return FALSE;
    }
    *ret_used = (gsize)(tail - sql);
    if (!statement)
        return TRUE;
    if (!has_no_parameter(statement, error) ||
        (prepared && !prepared(sqlite, sql, *ret_used, user_data, error))) {
        sqlite3_finalize(statement);
        return FALSE;
    }
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        ;
    if (rc != SQLITE_DONE)
        g_propagate_error(error, mig_sqlite_error_new(sqlite->db, rc, NULL));
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE;
}

gboolean
mig_sqlite_run_script_statement(MigSqlite *sqlite, const char *file, const char *text,
                                gsize text_length, const MigStatement *statement,
                                MigSqlitePrepared prepared, gpointer user_data, GError **error)
{
    gsize at = statement->offset, end = statement->offset + statement->length;

    while (at < end) {
        g_autoptr(GError) own = NULL;
        gsize used = 0, offset = 0;
        gboolean ok = run_first(sqlite, text + at, MIN(end - at, G_MAXINT), prepared, user_data,
                                &used, &offset, &own);

        if (ok && used == 0) /* SQLite reads no further than a NUL */
            mig_set_error(&own, MIG_E_STATEMENT, "the statement holds a NUL byte");
        if (own) {
            mig_error_set_offset(own, file, text, text_length, at + offset);
            g_propagate_error(error, g_steal_pointer(&own));
            return FALSE;
        }
        at += used;
    }
    return TRUE;
}

gboolean
mig_sqlite_execute(MigConnection *connection, const char *text, gsize length, const char *file,
                   GError **error)
{
    g_autoptr(GArray) statements = mig_split(&mig_lex_rules_sqlite, text, length, file, error);

    if (!statements)
        return FALSE;
    for (guint i = 0; i < statements->len; i++) {
        if (!mig_sqlite_run_script_statement((MigSqlite *)connection, file, text, length,
                                             &g_array_index(statements, MigStatement, i), NULL,
                                             NULL, error))
            return FALSE;
    }
    return TRUE;
}
