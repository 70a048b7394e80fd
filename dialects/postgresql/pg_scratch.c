/* Throwaway databases on a server. A second connection to the target makes each, holds an advisory
 * lock that marks it as in use, and drops it. Databases that a killed run has left are those of the
 * same target whose lock can be had. */
#include <string.h>

#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

#define PREFIX "migrate_scratch_"
#define MARK                                                                                       \
    0x6d696773 /* "migs": first half of the advisory lock's key; the second is the name's end */

/* Columns of the answer to ask_target(). */
enum { POOLED, STANDBY, NAME_STEM, LIKE_TARGET, SETTINGS, SCHEMA, ABANDONED };

static void
advise(GError *error)
{
    mig_error_set_hint(error,
                       "Set 'scratch_url' in migrate.ini to a database on a server where the "
                       "user may create databases; a throwaway server is best.");
}

/* ---- connections beside others ---- */

/* Another connection with the parameters of one that stands, but for the database (NULL: the same)
 * and further options. */
static PGconn *
open_beside(PGconn *conn, const char *database, const char *options, GError **error)
{
    PQconninfoOption *info = PQconninfo(conn);
    g_autoptr(GPtrArray) keywords = g_ptr_array_new(), values = g_ptr_array_new();
    g_autofree char *given = mig_pg_option(conn, "options");
    g_autofree char *all = g_strconcat(given, " ", options, NULL);
    /* Of several hosts it must be the same one again. */
    const char *const fixed[][2] = {
        {"host", PQhost(conn)},     {"hostaddr", PQhostaddr(conn)},
        {"port", PQport(conn)},     {"dbname", database},
        {"options", all},           {"client_encoding", "UTF8"},
        {"application_name", NULL}, {"fallback_application_name", "migrate scratch"},
    };

    for (PQconninfoOption *option = info; option && option->keyword; option++) {
        g_ptr_array_add(keywords, option->keyword);
        g_ptr_array_add(values, option->val);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(fixed); i++) {
        if (!fixed[i][1] || !*fixed[i][1])
            continue;
        g_ptr_array_add(keywords, (gpointer)fixed[i][0]);
        g_ptr_array_add(values, (gpointer)fixed[i][1]);
    }
    g_ptr_array_add(keywords, NULL);
    g_ptr_array_add(values, NULL);
    PGconn *other = mig_pg_open((const char *const *)keywords->pdata,
                                (const char *const *)values->pdata, FALSE, error);

    PQconninfoFree(info);
    return other;
}

static PGconn *
open_url(const MigUrl *url, GError **error)
{
    const char *const keywords[] = {"fallback_application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"migrate scratch", url->raw, "UTF8", NULL};

    return mig_pg_open(keywords, values, TRUE, error);
}

static MigPg *
open_maker(MigConnection *target, const MigUrl *server, GError **error)
{
    if (!target && !server) {
        mig_set_error(error, MIG_E_CONNECT, "there is no server to make a scratch database on");
        mig_error_set_hint(error ? *error : NULL, "Set 'url' or 'scratch_url' in migrate.ini.");
        return NULL;
    }
    PGconn *conn =
        server ? open_url(server, error) : open_beside(((MigPg *)target)->conn, NULL, "", error);

    return conn ? mig_pg_wrap(conn, server ? server->display : target->display) : NULL;
}

/* ---- what it is to be like ---- */

/* Finds abandoned databases (their marks are then ours), marks the new one as in use, and asks how
 * the target was made, all in one round trip. What the target and its user have set for the session
 * goes along where the user may set it. Behind a pooler no lock is taken: it would stay there. */
static const char question[] =
    "WITH d AS MATERIALIZED (SELECT oid, encoding, pg_catalog.to_jsonb(d) AS j"
    " FROM pg_catalog.pg_database d WHERE datname = pg_catalog.current_database()),"
    " own AS MATERIALIZED (SELECT pg_catalog.pg_backend_pid() = $1::int AS session),"
    " old AS MATERIALIZED (SELECT o.datname FROM own, d, pg_catalog.pg_database o WHERE"
    "  own.session AND o.datname ~ ('^" PREFIX "' || d.oid || '_[0-9a-f]{8}$'))"
    " SELECT NOT own.session, pg_catalog.pg_is_in_recovery(), '" PREFIX "' || d.oid,"
    "  pg_catalog.format('ENCODING %L LC_COLLATE %L LC_CTYPE %L',"
    "   pg_catalog.pg_encoding_to_char(d.encoding), j->>'datcollate', j->>'datctype')"
    "  || CASE j->>'datlocprovider'"
    "   WHEN 'i' THEN pg_catalog.format(' LOCALE_PROVIDER icu ICU_LOCALE %L',"
    "    coalesce(j->>'daticulocale', j->>'datlocale'))"
    "    || coalesce(' ICU_RULES ' || pg_catalog.quote_literal(nullif(j->>'daticurules', '')), '')"
    "   WHEN 'b' THEN pg_catalog.format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L',"
    "    j->>'datlocale')"
    "   WHEN 'c' THEN ' LOCALE_PROVIDER libc' ELSE '' END,"
    "  (SELECT pg_catalog.string_agg(pg_catalog.format('-c %s=%s', name,"
    "    pg_catalog.regexp_replace(setting, '([\\\\[:space:]])', '\\\\\\1', 'g')), ' ')"
    "   FROM pg_catalog.pg_settings WHERE source IN ('database', 'database user')"
    "   AND (context IN ('user', 'backend')"
    "    OR pg_catalog.current_setting('is_superuser')::bool)),"
    "  pg_catalog.current_schema(),"
    "  (SELECT pg_catalog.string_agg(datname, ' ') FROM old WHERE"
    "   pg_catalog.pg_try_advisory_lock($2::int,"
    "    ('x' || pg_catalog.right(datname, 8))::bit(32)::int)),"
    "  CASE WHEN own.session THEN"
    "   pg_catalog.pg_try_advisory_lock($2::int, ('x' || $3)::bit(32)::int)::text"
    "   || pg_catalog.set_config('default_transaction_read_only', 'off', false)"
    "   || pg_catalog.set_config('statement_timeout', '0', false)"
    "   || pg_catalog.set_config('lock_timeout', '0', false) END"
    " FROM own, d";

static PGresult *
ask_target(MigPg *maker, const char *number, GError **error)
{
    g_autofree char *pid = g_strdup_printf("%d", PQbackendPID(maker->conn));
    g_autofree char *mark = g_strdup_printf("%d", MARK);
    const char *const params[] = {pid, mark, number};
    PGresult *facts =
        PQexecParams(maker->conn, question, G_N_ELEMENTS(params), NULL, params, NULL, NULL, 0);

    if (PQresultStatus(facts) == PGRES_TUPLES_OK)
        return facts;
    g_propagate_error(error,
                      mig_pg_error_new(maker, facts, 0, "cannot prepare a scratch database"));
    PQclear(facts);
    return NULL;
}

static gboolean
is_true(const PGresult *facts, int column)
{
    return strcmp(PQgetvalue(facts, 0, column), "t") == 0;
}

static gboolean
judge_target(MigPg *maker, const PGresult *facts, GError **error)
{
    const char *reason = is_true(facts, POOLED)    ? "a pooler is in between"
                         : is_true(facts, STANDBY) ? "the server is a standby"
                                                   : NULL;
    g_autofree char *what = mig_pg_describe(maker->conn);

    if (!reason)
        return TRUE;
    mig_set_error(error, MIG_E_UNSUPPORTED, "cannot make a scratch database beside %s: %s", what,
                  reason);
    advise(error ? *error : NULL);
    return FALSE;
}

/* ---- making and dropping ---- */

static void
drop_database(PGconn *maker, const char *name)
{
    g_autofree char *quoted = mig_pg_quote_name(name);
    g_autofree char *sql = g_strdup_printf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quoted);

    PQclear(PQexec(maker, sql));
}

/* What cannot be dropped is another user's, who will. */
static void
sweep(MigPg *maker, const char *names)
{
    g_auto(GStrv) abandoned = g_strsplit(names, " ", -1);

    for (char **name = abandoned; *name; name++) {
        if (**name)
            drop_database(maker->conn, *name);
    }
}

static gboolean
create_database(MigPg *maker, const char *name, const PGresult *facts, GError **error)
{
    g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s TEMPLATE template0 %s", name,
                                           PQgetvalue(facts, 0, LIKE_TARGET));
    PGresult *result = PQexec(maker->conn, sql);
    gboolean ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!ok) {
        g_autofree char *what = mig_pg_describe(maker->conn);
        GError *own =
            mig_pg_error_new(maker, result, 0, "cannot make a scratch database beside %s", what);

        advise(own);
        g_propagate_error(error, own);
    }
    PQclear(result);
    return ok;
}

/* A value for a `-c name=value` of the connection's options. New string. */
static char *
escape_option(const char *value)
{
    GString *out = g_string_new(NULL);

    for (; *value; value++) {
        if (g_ascii_isspace(*value) || *value == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *value);
    }
    return g_string_free(out, FALSE);
}

/* Options of the connection, not statements, since RESET ALL must come back to them. */
static PGconn *
open_database(MigPg *maker, const char *name, const char *schema, const char *settings,
              GError **error)
{
    g_autofree char *quoted = mig_pg_name(schema);
    g_autofree char *path = escape_option(quoted);
    g_autofree char *options = g_strdup_printf(
        "%s -c search_path=%s -c check_function_bodies=off -c default_transaction_read_only=off"
        " -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0",
        settings, path);

    return open_beside(maker->conn, name, options, error);
}

static gboolean
furnish(MigPg *pg, const char *schema, GError **error)
{
    g_autofree char *quoted = mig_pg_quote_name(schema);
    g_autofree char *sql =
        g_strdup_printf("SET client_min_messages = error; CREATE SCHEMA IF NOT EXISTS %s; "
                        "RESET client_min_messages",
                        quoted);
    PGresult *result = strcmp(schema, "public") == 0 ? NULL : mig_pg_exec(pg, sql, error);
    gboolean ok = result || strcmp(schema, "public") == 0;

    PQclear(result);
    return ok && mig_pg_get_ready(pg, error);
}

/* Takes name and, when it succeeds, maker. */
static MigPg *
enter(MigPg *maker, char *name, const char *schema, const char *settings, GError **error)
{
    PGconn *conn = open_database(maker, name, schema, settings, error);
    g_autofree char *display = g_strdup_printf("scratch database '%s'", name);

    if (!conn) {
        drop_database(maker->conn, name);
        g_free(name);
        return NULL;
    }
    MigPg *pg = mig_pg_wrap(conn, display);

    PQsetNoticeReceiver(conn, mig_pg_on_notice, pg);
    pg->scratch_name = name;
    if (furnish(pg, schema, error)) {
        pg->scratch_maker = maker;
        return pg;
    }
    PQfinish(g_steal_pointer(&pg->conn));
    drop_database(maker->conn, name);
    mig_pg_close(&pg->base);
    return NULL;
}

MigConnection *
mig_pg_open_scratch(MigConnection *target, const MigUrl *server, GError **error)
{
    MigPg *maker = open_maker(target, server, error), *pg = NULL;
    g_autofree char *number = g_strdup_printf("%08x", g_random_int());
    PGresult *facts = maker ? ask_target(maker, number, error) : NULL;

    if (facts && judge_target(maker, facts, error)) {
        g_autofree char *name = g_strconcat(PQgetvalue(facts, 0, NAME_STEM), "_", number, NULL);
        const char *schema =
            target ? mig_connection_default_schema(target) : PQgetvalue(facts, 0, SCHEMA);

        sweep(maker, PQgetvalue(facts, 0, ABANDONED));
        if (create_database(maker, name, facts, error))
            pg = enter(maker, g_steal_pointer(&name), *schema ? schema : "public",
                       PQgetvalue(facts, 0, SETTINGS), error);
    }
    PQclear(facts);
    if (pg)
        return &pg->base;
    if (maker)
        mig_pg_close(&maker->base);
    return NULL;
}

void
mig_pg_scratch_drop(MigPg *pg)
{
    if (pg->scratch_maker) {
        drop_database(pg->scratch_maker->conn, pg->scratch_name);
        mig_pg_close(&pg->scratch_maker->base);
    }
    g_free(pg->scratch_name);
}
