#include <string.h>

#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_left_out.h"
#include "dialects/postgresql/pg_model.h"

#define OLDEST_VERSION 130000
#define SUPPORTED "migrate works with PostgreSQL 13 to 18."
#define READ_WAIT_MS 5000
/* A server learns this soon that the program it works for is gone (rule 10). */
#define CHECK_CLIENT "client_connection_check_interval"
#define CHECK_EVERY "'2s'"
#define OLDEST_THAT_CHECKS 140000

void
mig_pg_on_notice(void *user_data, const PGresult *result)
{
    MigPg *pg = user_data;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (pg->base.message && text)
        pg->base.message(g_strcmp0(severity, "WARNING") == 0 ? MIG_EVENT_WARNING : MIG_EVENT_DEBUG,
                         text, pg->base.message_data);
}

static const char *
server_version(PGconn *conn)
{
    const char *version = PQparameterStatus(conn, "server_version");

    return version ? version : "unknown";
}

gboolean
mig_pg_check_version(int version, const char *text, GError **error)
{
    if (version >= OLDEST_VERSION)
        return TRUE;
    mig_set_error(error, MIG_E_UNSUPPORTED, "the server's version %s is too old", text);
    mig_error_set_hint(error ? *error : NULL, SUPPORTED);
    return FALSE;
}

MigPg *
mig_pg_wrap(PGconn *conn, const char *display)
{
    MigPg *pg = g_new0(MigPg, 1);
    g_autofree char *version = g_strdup(server_version(conn));

    version[strcspn(version, " ")] = '\0';
    pg->base.dialect = &mig_dialect_postgresql;
    pg->base.display = g_strdup(display);
    pg->base.server = g_strdup_printf("PostgreSQL %s", version);
    pg->base.lock_wait_ms = READ_WAIT_MS;
    pg->conn = conn;
    return pg;
}

/* Not every system tells a server that the other end of a connection is gone. */
static gboolean
may_check_client(const MigPg *pg)
{
    return !pg->base.read_only && PQserverVersion(pg->conn) >= OLDEST_THAT_CHECKS;
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
        " pg_catalog.set_config('default_transaction_read_only', %s, false) %s END,"
        " pg_catalog.version() ~* 'linux'",
        PQbackendPID(pg->conn), PQbackendPID(pg->conn),
        pg->base.read_only ? "'on'" : "pg_catalog.current_setting('default_transaction_read_only')",
        may_check_client(pg) ? "|| CASE WHEN pg_catalog.version() ~* 'linux' THEN "
                               "pg_catalog.set_config('" CHECK_CLIENT "', " CHECK_EVERY
                               ", false) END"
                             : "");

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
    g_autofree char *what = mig_pg_describe(pg->conn);

    if (PQgetisnull(facts, 0, 0)) {
        mig_set_error(error, MIG_E_CONNECT, "no schema of the search path exists in %s", what);
        mig_error_set_hint(error ? *error : NULL, "Make the schema, or name another: "
                                                  "'?options=-csearch_path%%3DNAME' in the URL.");
        return FALSE;
    }
    pg->base.default_schema = g_strdup(PQgetvalue(facts, 0, 0));
    pg->base.pooled = is_true(facts, 1);
    const char *settings[] = {"SET standard_conforming_strings = on",
                              "SET client_encoding = 'UTF8'",
                              may_check_client(pg) && !pg->base.pooled && is_true(facts, 5)
                                  ? "SET " CHECK_CLIENT " = " CHECK_EVERY
                                  : NULL,
                              NULL};

    pg->settings = g_strdupv((char **)settings);
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
    PGresult *facts =
        mig_pg_check_version(PQserverVersion(pg->conn), server_version(pg->conn), error)
            ? ask_facts(pg, error)
            : NULL;
    gboolean ok = facts && judge_facts(pg, facts, error);

    PQclear(facts);
    return ok;
}

MigConnection *
mig_pg_connect(const MigUrl *url, MigConnectMode mode, GError **error)
{
    const char *const keywords[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"migrate", url->raw, "UTF8", NULL};
    PGconn *conn = mig_pg_open(keywords, values, TRUE, error);

    if (!conn)
        return NULL;
    MigPg *pg = mig_pg_wrap(conn, url->display);

    PQsetNoticeReceiver(conn, mig_pg_on_notice, pg);
    pg->base.read_only = mode == MIG_CONNECT_READ;
    if (mig_pg_get_ready(pg, error))
        return &pg->base;
    mig_pg_close(&pg->base);
    return NULL;
}

/* ---- the caller's connection ---- */

static gboolean
can_be_adopted(PGconn *conn, GError **error)
{
    if (PQstatus(conn) != CONNECTION_OK) {
        mig_set_error(error, MIG_E_CONNECT, "the PostgreSQL connection is not open");
        return FALSE;
    }
    if (PQtransactionStatus(conn) != PQTRANS_IDLE || PQpipelineStatus(conn) != PQ_PIPELINE_OFF) {
        mig_set_error(error, MIG_E_IN_TRANSACTION,
                      "a transaction, a statement or a pipeline is open on the PostgreSQL "
                      "connection");
        mig_error_set_hint(error ? *error : NULL, "End it before handing the connection over.");
        return FALSE;
    }
    return TRUE;
}

/* Notes what the caller has set, since a step ends with RESET ALL. Settings of nobody's (app.user)
 * do not show here, and are lost. */
static gboolean
save_settings(MigPg *pg, GError **error)
{
    PGresult *result = mig_pg_exec(
        pg,
        "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' UNION ALL "
        "SELECT 'role', pg_catalog.current_setting('role')",
        error);

    if (!result)
        return FALSE;
    pg->saved = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < 2 * PQntuples(result); i++)
        g_ptr_array_add(pg->saved, g_strdup(PQgetvalue(result, i / 2, i % 2)));
    PQclear(result);
    return TRUE;
}

static void
restore_settings(MigPg *pg)
{
    g_autoptr(GString) sql = g_string_new("RESET ALL; SELECT 1");

    for (guint i = 0; pg->saved && i < pg->saved->len; i += 2) {
        g_autofree char *name = mig_pg_quote_literal(pg->saved->pdata[i]);
        g_autofree char *value = mig_pg_quote_literal(pg->saved->pdata[i + 1]);

        g_string_append_printf(sql, ", pg_catalog.set_config(%s, %s, false)", name, value);
    }
    PQclear(PQexec(pg->conn, sql->str));
}

/* Notices stay with the receiver that the caller has set, which libpq cannot give back. */
MigConnection *
mig_pg_adopt(void *native_handle, GError **error)
{
    PGconn *conn = native_handle;

    if (!can_be_adopted(conn, error))
        return NULL;
    g_autofree char *display = g_strdup_printf("postgresql://%s@%s:%s/%s", PQuser(conn),
                                               PQhost(conn), PQport(conn), PQdb(conn));
    MigPg *pg = mig_pg_wrap(conn, display);

    pg->adopted = TRUE;
    if (save_settings(pg, error) && PQsetClientEncoding(conn, "UTF8") == 0 &&
        mig_pg_get_ready(pg, error))
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
    mig_pg_units_drop(pg);
    if (pg->adopted)
        restore_settings(pg);
    else
        PQfinish(pg->conn);
    mig_pg_scratch_drop(pg);
    mig_pg_forget_left_out(pg);
    g_clear_pointer(&pg->saved, g_ptr_array_unref);
    g_strfreev(pg->settings);
    g_free(pg->base.display);
    g_free(pg->base.server);
    g_free(pg->base.default_schema);
    g_free(pg);
}
