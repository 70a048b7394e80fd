#include "dialects/postgresql/pg_introspect.h"
#include "dialects/postgresql/pg_left_out.h"

#include <string.h>

/* What is read is one state, wherever others are at work, and spelled the same whatever the
 * session's settings are. */
/* In a transaction that is open already, what reading sets is undone all the same. */
#define SAVEPOINT "SAVEPOINT migrate_read"
#define BACK "ROLLBACK TO SAVEPOINT migrate_read"
#define BEGIN "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
#define SETTINGS                                                                                   \
    "SELECT quote_ident($1) || '.', set_config('search_path', quote_ident($1), true),"             \
    " set_config('lock_timeout', $2, true), set_config('jit', 'off', true),"                       \
    " set_config('plan_cache_mode', 'force_generic_plan', true),"                                  \
    " set_config('quote_all_identifiers', 'off', true), set_config('datestyle', 'ISO', true),"     \
    " set_config('intervalstyle', 'postgres', true), set_config('timezone', 'UTC', true),"         \
    " set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)"

/* A state of so few objects is read quickly by any plan. */
#define FEW_OBJECTS 50

/* How often a schema is read that others change meanwhile. */
#define TRIES 5

/* In the order in which objects must be known: a table before its indexes, a column before the
 * sequence that numbers it, all before what is said of all. */
static const MigPgCatalog *const catalogs[] = {
    &mig_pg_read_schemas,     &mig_pg_read_extensions, &mig_pg_read_wrappers,
    &mig_pg_read_servers,     &mig_pg_read_collations,
    &mig_pg_read_types,       &mig_pg_read_relations,  &mig_pg_read_inheritance,
    &mig_pg_read_constraints, &mig_pg_read_indexes,    &mig_pg_read_columns,
    &mig_pg_read_sequences,   &mig_pg_read_statistics, &mig_pg_read_routines,
    &mig_pg_read_aggregates,  &mig_pg_read_triggers,   &mig_pg_read_event_triggers,
    &mig_pg_read_rules,       &mig_pg_read_policies,   &mig_pg_read_members,
    &mig_pg_read_depends,     &mig_pg_read_comments,   &mig_pg_read_grants,
};

/* The number of the last query. */
#define UNMANAGED G_N_ELEMENTS(catalogs)

static void
append_pattern(GString *regex, const char *glob)
{
    g_string_append(regex, regex->len > 0 ? "|^" : "^");
    for (const char *c = glob; *c; c++) {
        if (*c == '*')
            g_string_append(regex, ".*");
        else if (*c == '?')
            g_string_append_c(regex, '.');
        else {
            if (!g_ascii_isalnum(*c) && !((guchar)*c & 0x80))
                g_string_append_c(regex, '\\');
            g_string_append_c(regex, *c);
        }
    }
    g_string_append_c(regex, '$');
}

/* The schemas to read as a regular expression over their names. */
static char *
schemas_pattern(const MigIntrospectOptions *options, const char *default_schema)
{
    const GPtrArray *globs = options ? options->include_schemas : NULL;
    GString *regex = g_string_new(NULL);

    if (!globs || globs->len == 0)
        append_pattern(regex, default_schema);
    for (guint i = 0; globs && i < globs->len; i++)
        append_pattern(regex, strcmp(globs->pdata[i], "true") == 0 ? "*" : globs->pdata[i]);
    return g_string_free(regex, FALSE);
}

static GError *
result_error(MigPgReader *reader, const PGresult *result, const char *what)
{
    return mig_pg_error_new(reader->pg, result, 0, "cannot read the schema's %s", what);
}

static gboolean
send(MigPgReader *reader, const char *sql, int n_params, const char *const *params)
{
    return PQsendQueryParams(reader->pg->conn, sql, n_params, NULL, params, NULL, NULL, 0) == 1;
}

/* What the server knows the query by. New string. */
static char *
prepared_name(const MigPgReader *reader, guint number)
{
    return g_strdup_printf("migrate_read_%u_%u", reader->pg->epoch, number);
}

/* A scratch database is read again and again: that the server plans each query once takes most of
 * the time off. */
static gboolean
send_prepared(MigPgReader *reader, const char *sql, guint number, int n_params,
              const char *const *params)
{
    PGconn *conn = reader->pg->conn;
    g_autofree char *name = prepared_name(reader, number);

    if (!(reader->pg->prepared & G_GUINT64_CONSTANT(1) << number)) {
        reader->preparing |= G_GUINT64_CONSTANT(1) << number;
        if (PQsendPrepare(conn, name, sql, 0, NULL) != 1)
            return FALSE;
    }
    return PQsendQueryPrepared(conn, name, n_params, params, NULL, NULL, 0) == 1;
}

static gboolean
send_catalog(MigPgReader *reader, const char *text, guint number, const char *pattern)
{
    g_autofree char *sql = mig_pg_catalog_sql(text, PQserverVersion(reader->pg->conn));
    const char *const params[] = {pattern};
    int n_params = strstr(sql, "$1") ? 1 : 0;

    return reader->pg->scratch_name ? send_prepared(reader, sql, number, n_params, params)
                                    : send(reader, sql, n_params, params);
}

static gboolean
is_wanted(const MigPgReader *reader, const MigPgCatalog *catalog)
{
    return catalog != &mig_pg_read_grants || reader->grants;
}

static gboolean
send_all(MigPgReader *reader, const char *pattern)
{
    g_autofree char *timeout =
        g_strdup_printf("%" G_GINT64_FORMAT, MAX(reader->pg->base.lock_wait_ms, 0));
    g_autofree char *unmanaged = mig_pg_unmanaged_sql();
    const char *const settings[] = {reader->default_schema, timeout};
    gboolean inside = PQtransactionStatus(reader->pg->conn) == PQTRANS_INTRANS;
    gboolean ok =
        send(reader, inside ? SAVEPOINT : BEGIN, 0, NULL) && send(reader, SETTINGS, 2, settings);

    for (gsize i = 0; ok && i < G_N_ELEMENTS(catalogs); i++)
        ok = !is_wanted(reader, catalogs[i]) ||
             send_catalog(reader, catalogs[i]->sql, (guint)i, pattern);
    ok = ok && send_catalog(reader, unmanaged, UNMANAGED, pattern);
    return ok && send(reader, inside ? BACK : "COMMIT", 0, NULL) &&
           PQpipelineSync(reader->pg->conn) == 1;
}

/* The result of the next query of the pipeline; NULL with error. */
static PGresult *
receive(MigPgReader *reader, const char *what, GError **error)
{
    PGresult *result = PQgetResult(reader->pg->conn);
    ExecStatusType status = PQresultStatus(result);
    PGresult *end;

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        g_propagate_error(error, result_error(reader, result, what));
        PQclear(result);
        return NULL;
    }
    while ((end = PQgetResult(reader->pg->conn)))
        PQclear(end);
    return result;
}

static gboolean
receive_settings(MigPgReader *reader, GError **error)
{
    PGresult *begun = receive(reader, "state", error);
    PGresult *settings = begun ? receive(reader, "state", error) : NULL;

    if (settings)
        reader->default_prefix = g_strdup(PQgetvalue(settings, 0, 0));
    PQclear(begun);
    PQclear(settings);
    return settings != NULL;
}

/* That a query is prepared, if it was sent to be. */
static gboolean
receive_prepared(MigPgReader *reader, const char *what, guint number, GError **error)
{
    guint64 bit = G_GUINT64_CONSTANT(1) << number;
    PGresult *result = reader->preparing & bit ? receive(reader, what, error) : NULL;

    if (result)
        reader->pg->prepared |= bit;
    PQclear(result);
    return result || !(reader->preparing & bit);
}

static gboolean
receive_rows(MigPgReader *reader, const char *what, guint number,
             void (*take)(MigPgReader *reader, const MigPgRow *row), GError **error)
{
    PGresult *result =
        receive_prepared(reader, what, number, error) ? receive(reader, what, error) : NULL;
    MigPgRow row = {result, 0};

    if (!result)
        return FALSE;
    for (int n = PQntuples(result); row.row < n; row.row++)
        take(reader, &row);
    PQclear(result);
    return TRUE;
}

/* Takes what is left of the pipeline and leaves it, and the transaction. */
static void
finish(MigPgReader *reader)
{
    PGconn *conn = reader->pg->conn;

    while (PQstatus(conn) == CONNECTION_OK) {
        PGresult *result = PQgetResult(conn);
        ExecStatusType status = PQresultStatus(result);

        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC)
            break;
    }
    PQexitPipelineMode(conn);
    if (!reader->pg->rewindable && PQtransactionStatus(conn) != PQTRANS_IDLE)
        PQclear(PQexec(conn, "ROLLBACK"));
    else if (PQtransactionStatus(conn) == PQTRANS_INERROR)
        PQclear(PQexec(conn, BACK));
}

static gboolean
read_all(MigPgReader *reader, const char *pattern, GError **error)
{
    gboolean ok = PQenterPipelineMode(reader->pg->conn) == 1 && send_all(reader, pattern);

    if (!ok) {
        g_propagate_error(error, result_error(reader, NULL, "state"));
        return FALSE;
    }
    ok = receive_settings(reader, error);
    for (gsize i = 0; ok && i < G_N_ELEMENTS(catalogs); i++)
        ok = !is_wanted(reader, catalogs[i]) ||
             receive_rows(reader, catalogs[i]->what, (guint)i, catalogs[i]->take, error);
    ok = ok && receive_rows(reader, "unmanaged objects", UNMANAGED, mig_pg_take_unmanaged, error);
    finish(reader);
    return ok;
}

/* Whether the error may come of an object that the snapshot has and the server no longer, or of a
 * script that has the server forget what is prepared. */
static gboolean
is_torn(const MigPgReader *reader, const GError *error)
{
    const MigErrorDetails *details = error ? mig_error_details(error) : NULL;
    const char *sqlstate = details ? details->sqlstate : NULL;

    return reader->torn ||
           (sqlstate && (g_str_has_prefix(sqlstate, "42") || g_str_has_prefix(sqlstate, "26") ||
                         strcmp(sqlstate, "XX000") == 0));
}

static void
forget_prepared(MigPg *pg)
{
    pg->prepared = 0;
    pg->epoch++;
}

/* A plan made for a few objects reads whole catalogs once for each of many: the queries are planned anew
 * when there are twice as many. */
static void
mind_growth(const MigPgReader *reader)
{
    const guint n = mig_schema_objects(reader->schema)->len;

    if (reader->preparing)
        reader->pg->planned_for = n;
    else if (n > 2 * reader->pg->planned_for + FEW_OBJECTS)
        forget_prepared(reader->pg);
}

MigSchema *
mig_pg_introspect(MigConnection *connection, const MigIntrospectOptions *options, GError **error)
{
    const char *default_schema = mig_connection_default_schema(connection);
    g_autofree char *pattern = schemas_pattern(options, default_schema);
    g_autoptr(GError) failure = NULL;

    for (int i = 0; i < TRIES; i++) {
        g_autoptr(MigPgReader) reader = mig_pg_reader_new((MigPg *)connection, default_schema);

        g_clear_error(&failure);
        reader->grants = options && options->include_grants;
        if (read_all(reader, pattern, &failure) && !reader->torn) {
            mig_pg_resolve_late(reader);
            mig_pg_mark_left_out(reader->pg, reader->schema);
            mig_schema_seal(reader->schema);
            mind_growth(reader);
            return g_steal_pointer(&reader->schema);
        }
        forget_prepared(reader->pg);
        if (!is_torn(reader, failure))
            break;
    }
    if (!failure)
        failure = mig_error_new(MIG_E_LOCKED, "cannot read the schema, it changes all the time");
    g_propagate_error(error, g_steal_pointer(&failure));
    return NULL;
}
