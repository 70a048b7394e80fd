/* A connection to a server, or why there is none. */
#include <errno.h>
#include <string.h>

#include "dialects/postgresql/pg_driver.h"

char *
mig_pg_option(PGconn *conn, const char *keyword)
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

char *
mig_pg_describe(PGconn *conn)
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
    g_autofree char *timeout = mig_pg_option(conn, "connect_timeout");
    g_autofree char *host = mig_pg_option(conn, "host");
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
    g_autofree char *what = mig_pg_describe(conn);
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
mig_pg_open(const char *const *keywords, const char *const *values, gboolean expand, GError **error)
{
    PGconn *conn = PQconnectStartParams(keywords, values, expand);

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
