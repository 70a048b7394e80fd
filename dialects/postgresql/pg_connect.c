#include <errno.h>
#include <string.h>

#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"

#define OLDEST_VERSION 130000
#define SUPPORTED "migrate works with PostgreSQL 13 to 18."
#define READ_WAIT_MS 5000

static void
on_notice(void *user_data, const PGresult *result)
{
    MigPg *pg = user_data;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (pg->base.message && text)
        pg->base.message(g_strcmp0(severity, "WARNING") == 0 ? MIG_EVENT_WARNING : MIG_EVENT_DEBUG,
                         text, pg->base.message_data);
}

/* What a setting of the connection is, however it was given; "" when it was not. Free it. */
static char *
option_of(PGconn *conn, const char *keyword)
{
    PQconninfoOption *options = PQconninfo(conn);
    char *value = NULL;

    for (PQconninfoOption *option = options; option && option->keyword; option++) {
        if (strcmp(option->keyword, keyword) == 0)
            value = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return value ? value : g_strdup("");
}

static const char *
or_empty(const char *text)
{
    return text ? text : "";
}

/* "database 'app' on host 'db.example' port 5432 as user 'ann'". New string. */
static char *
describe(PGconn *conn)
{
    const char *host = or_empty(PQhost(conn));
    g_autofree char *port =
        *host == '/' || !*host ? g_strdup("") : g_strdup_printf(" port %s", or_empty(PQport(conn)));

    return g_strdup_printf("database '%s' on host '%s'%s as user '%s'", or_empty(PQdb(conn)), host,
                           port, or_empty(PQuser(conn)));
}

/* ---- waiting for the connection ---- */

/* connect_timeout is a time for each host; -1: none. */
static gint64
deadline_of(PGconn *conn)
{
    g_autofree char *timeout = option_of(conn, "connect_timeout");
    g_autofree char *host = option_of(conn, "host");
    gint64 seconds = g_ascii_strtoll(timeout, NULL, 10), n_hosts = 1;

    for (const char *c = host; *c; c++)
        n_hosts += *c == ',';
    return seconds > 0 ? g_get_monotonic_time() + MAX(seconds, 2) * n_hosts * G_USEC_PER_SEC : -1;
}

/* FALSE when the time is over. */
static gboolean
wait_for_socket(PGconn *conn, GIOCondition condition, gint64 deadline)
{
    GPollFD socket = {PQsocket(conn), (gushort)condition, 0};
    int n;

    do {
        gint64 left = deadline < 0 ? -1 : MAX(deadline - g_get_monotonic_time(), 0) / 1000;

        n = g_poll(&socket, 1, (int)left);
    } while (n < 0 && errno == EINTR);
    return n != 0;
}

/* Drives the connection to its end, whatever that is. FALSE when the time is over. */
static gboolean
finish_connecting(PGconn *conn)
{
    gint64 deadline = deadline_of(conn);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;

    while (PQstatus(conn) != CONNECTION_BAD && state != PGRES_POLLING_OK &&
           state != PGRES_POLLING_FAILED) {
        if (!wait_for_socket(conn, state == PGRES_POLLING_READING ? G_IO_IN : G_IO_OUT, deadline))
            return FALSE;
        state = PQconnectPoll(conn);
    }
    return TRUE;
}

/* ---- what went wrong ---- */

/* With verbose errors the server's words are "FATAL:  28P01: words", and end in a line that says
 * where in the server's source they come from. */
static char *
take_sqlstate(char *words)
{
    g_autoptr(GRegex) state = g_regex_new(":  ([0-9A-Z]{5}): ", 0, 0, NULL);
    g_autoptr(GRegex) source = g_regex_new("\nLOCATION:  [^\n]*", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    char *sqlstate = NULL;

    if (g_regex_match(state, words, 0, &match)) {
        do {
            g_free(sqlstate);
            sqlstate = g_match_info_fetch(match, 1);
        } while (g_match_info_next(match, NULL));
    }
    g_autofree char *plain = g_regex_replace_literal(state, words, -1, 0, ":  ", 0, NULL);
    g_autofree char *clean = g_regex_replace_literal(source, plain, -1, 0, "", 0, NULL);

    strcpy(words, clean);
    return sqlstate;
}

static gboolean
is_no_server(const char *words)
{
    return strstr(words, "expected authentication request") ||
           strstr(words, "received invalid response to") || strstr(words, "invalid message length");
}

static void
add_hint(GError *error, PGconn *conn)
{
    const MigErrorDetails *details = mig_error_details(error);
    const char *state = or_empty(details->sqlstate), *words = details->engine_message;

    if (is_no_server(words)) {
        error->code = MIG_E_NOT_A_DATABASE;
        mig_error_set_hint(error, "What answers there is no PostgreSQL server: check the port.");
    } else if (strcmp(state, "3D000") == 0) {
        mig_error_set_hint(error, "The server is there, the database is not: check its name, or "
                                  "make it with 'createdb'.");
    } else if (strcmp(state, "28P01") == 0) {
        mig_error_set_hint(error, "The server is there: check the password, in the URL, in "
                                  "PGPASSWORD or in ~/.pgpass.");
    } else if (PQconnectionNeedsPassword(conn)) {
        mig_error_set_hint(error, "The server asks for a password: give it in the URL, in "
                                  "PGPASSWORD or in ~/.pgpass.");
    } else if (strcmp(state, "28000") == 0) {
        mig_error_set_hint(error, "The server is there but does not let this user in: check the "
                                  "user's name, and the server's pg_hba.conf.");
    } else if (strcmp(state, "57P03") == 0) {
        mig_error_set_hint(error, "The server is starting or stopping: try again in a moment.");
    } else if (!*state) {
        mig_error_set_hint(error, "Check that the server runs, and its host and port.");
    }
}

static void
fail_to_connect(PGconn *conn, gboolean in_time, GError **error)
{
    g_autofree char *what = describe(conn);
    g_autofree char *words =
        g_utf8_make_valid(in_time ? PQerrorMessage(conn) : "no answer within connect_timeout", -1);
    g_autofree char *sqlstate = take_sqlstate(words);

    g_strstrip(words);
    GError *own = mig_error_new(MIG_E_CONNECT, "cannot connect to %s: %s", what, words);
    MigErrorDetails *details = mig_error_details(own);

    details->engine_message = g_steal_pointer(&words);
    details->sqlstate = g_steal_pointer(&sqlstate);
    add_hint(own, conn);
    g_propagate_error(error, own);
}

/* ---- a connection of our own ---- */

static void
ignore_notice(void *user_data, const PGresult *result)
{
}

PGconn *
mig_pg_open(const char *const *keywords, const char *const *values, GError **error)
{
    PGconn *conn = PQconnectStartParams(keywords, values, 1);

    PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    PQsetNoticeReceiver(conn, ignore_notice, NULL);
    gboolean in_time = finish_connecting(conn);

    if (in_time && PQstatus(conn) == CONNECTION_OK) {
        PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
        return conn;
    }
    fail_to_connect(conn, in_time, error);
    PQfinish(conn);
    return NULL;
}

static gboolean
check_version(PGconn *conn, GError **error)
{
    if (PQserverVersion(conn) >= OLDEST_VERSION)
        return TRUE;
    mig_set_error(error, MIG_E_UNSUPPORTED, "the server's version %s is too old",
                  or_empty(PQparameterStatus(conn, "server_version")));
    mig_error_set_hint(error ? *error : NULL, SUPPORTED);
    return FALSE;
}

MigPg *
mig_pg_wrap(PGconn *conn, const char *display)
{
    MigPg *pg = g_new0(MigPg, 1);
    g_autofree char *version = g_strdup(or_empty(PQparameterStatus(conn, "server_version")));

    version[strcspn(version, " ")] = '\0';
    pg->base.dialect = &mig_dialect_postgresql;
    pg->base.display = g_strdup(display);
    pg->base.server = g_strdup_printf("PostgreSQL %s", version);
    pg->base.lock_wait_ms = READ_WAIT_MS;
    pg->conn = conn;
    PQsetNoticeReceiver(conn, on_notice, pg);
    return pg;
}

/* Asks for all that must be known, and sets what must be set, in one round trip. Behind a pooler
 * nothing is set: it would stay with the server's process and meet others. */
static PGresult *
ask_facts(MigPg *pg, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.current_schema(), pg_catalog.pg_backend_pid() <> %d,"
        " pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'),"
        " CASE WHEN pg_catalog.pg_backend_pid() = %d THEN"
        " pg_catalog.set_config('standard_conforming_strings', 'on', false) ||"
        " pg_catalog.set_config('default_transaction_read_only', %s, false) END",
        PQbackendPID(pg->conn), PQbackendPID(pg->conn),
        pg->base.read_only ? "'on'"
                           : "pg_catalog.current_setting('default_transaction_read_only')");

    return mig_pg_exec(pg, sql, error);
}

static gboolean
is_true(const PGresult *facts, int column)
{
    return strcmp(PQgetvalue(facts, 0, column), "t") == 0;
}

static gboolean
judge_facts(MigPg *pg, const PGresult *facts, GError **error)
{
    g_autofree char *what = describe(pg->conn);

    if (PQgetisnull(facts, 0, 0)) {
        mig_set_error(error, MIG_E_CONNECT, "no schema of the search path exists in %s", what);
        mig_error_set_hint(error ? *error : NULL, "Make the schema, or name another: "
                                                  "'?options=-csearch_path%%3DNAME' in the URL.");
        return FALSE;
    }
    pg->base.default_schema = g_strdup(PQgetvalue(facts, 0, 0));
    pg->pooled = is_true(facts, 1);
    if (pg->base.read_only || !is_true(facts, 2))
        return TRUE;
    mig_set_error(error, MIG_E_READ_ONLY, "%s is a standby that cannot be written", what);
    mig_error_set_hint(error ? *error : NULL,
                       "Connect to the primary server; with several hosts in "
                       "the URL, add 'target_session_attrs=read-write'.");
    return FALSE;
}

gboolean
mig_pg_get_ready(MigPg *pg, GError **error)
{
    PGresult *facts = check_version(pg->conn, error) ? ask_facts(pg, error) : NULL;
    gboolean ok = facts && judge_facts(pg, facts, error);

    PQclear(facts);
    return ok;
}

MigConnection *
mig_pg_connect(const MigUrl *url, MigConnectMode mode, GError **error)
{
    const char *const keywords[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"migrate", url->raw, "UTF8", NULL};
    PGconn *conn = mig_pg_open(keywords, values, error);

    if (!conn)
        return NULL;
    MigPg *pg = mig_pg_wrap(conn, url->display);

    pg->base.read_only = mode == MIG_CONNECT_READ;
    if (mig_pg_get_ready(pg, error))
        return &pg->base;
    mig_pg_close(&pg->base);
    return NULL;
}

void
mig_pg_close(MigConnection *connection)
{
    MigPg *pg = (MigPg *)connection;

    if (!pg)
        return;
    if (!pg->adopted)
        PQfinish(pg->conn);
    g_free(pg->base.display);
    g_free(pg->base.server);
    g_free(pg->base.default_schema);
    g_free(pg);
}
