/* Whom a statement waits for (rule 7). Afterwards nobody knows, so that a second connection asks
 * while it waits. */
#include <string.h>

#include "dialects/postgresql/pg_units.h"

#define FIRST_LOOK_MS 500
#define LONGEST_PAUSE_MS 5000
#define MAX_NAMED 3

struct _MigPgWatch {
    PGconn *conn;       /* NULL: not needed so far */
    gboolean blind;     /* there is no second connection to be had */
    gint64 due_us;      /* the next look */
    gint64 pause_ms;    /* and how long after it comes another one */
    char *pids, *names; /* who was in the way when it was last looked; NULL: nobody was */
    char *told;         /* the pids that were told of */
};

/* A timeout that is short leaves little time to look. */
void
mig_pg_watch_begin(MigPg *pg)
{
    MigPgUnits *units = pg->units;
    gint64 timeout_ms = units->options.statement_lock_timeout_ms;

    if (!units->watch)
        units->watch = g_new0(MigPgWatch, 1);
    units->watch->pause_ms =
        timeout_ms > 0 ? CLAMP(timeout_ms / 3, 10, FIRST_LOOK_MS) : FIRST_LOOK_MS;
    units->watch->due_us = g_get_monotonic_time() + units->watch->pause_ms * 1000;
}

/* What was seen at one try is worth knowing after the next. */
void
mig_pg_watch_end(MigPg *pg, gboolean ok)
{
    if (!ok)
        return;
    g_clear_pointer(&pg->units->watch->pids, g_free);
    g_clear_pointer(&pg->units->watch->names, g_free);
}

void
mig_pg_watch_free(MigPgWatch *watch)
{
    if (!watch)
        return;
    PQfinish(watch->conn);
    g_free(watch->pids);
    g_free(watch->names);
    g_free(watch->told);
    g_free(watch);
}

/* The same server as the run's, even where several hosts were given. */
static PGconn *
connect_again(PGconn *conn)
{
    PQconninfoOption *options = PQconninfo(conn);
    g_autoptr(GPtrArray) keywords = g_ptr_array_new(), values = g_ptr_array_new();

    for (PQconninfoOption *option = options; option && option->keyword; option++) {
        const char *value = option->val;

        if (!value)
            continue;
        if (strcmp(option->keyword, "host") == 0)
            value = PQhost(conn);
        else if (strcmp(option->keyword, "hostaddr") == 0)
            value = PQhostaddr(conn);
        else if (strcmp(option->keyword, "port") == 0)
            value = PQport(conn);
        else if (strcmp(option->keyword, "connect_timeout") == 0)
            continue;
        g_ptr_array_add(keywords, option->keyword);
        g_ptr_array_add(values, (gpointer)value);
    }
    g_ptr_array_add(keywords, (gpointer) "connect_timeout");
    g_ptr_array_add(values, (gpointer) "2");
    g_ptr_array_add(keywords, NULL);
    g_ptr_array_add(values, NULL);
    PGconn *second = PQconnectdbParams((const char *const *)keywords->pdata,
                                       (const char *const *)values->pdata, 0);

    PQconninfoFree(options);
    return second;
}

/* Prepared transactions have no process. */
static char *
make_question(PGconn *conn)
{
    return g_strdup_printf(
        "SELECT pg_catalog.string_agg(b.pid::pg_catalog.text, ',' ORDER BY b.pid), "
        "pg_catalog.string_agg(COALESCE(" MIG_PG_SESSION_TEXT(
            "a.state", "COALESCE(a.xact_start, a.backend_start)") " || COALESCE(': ' || "
        "NULLIF(pg_catalog.left(pg_catalog.regexp_replace(pg_catalog.btrim(a.query, E' \\t\\r\\n'), "
        "'\\s+', ' ', 'g'), 200), ''), ''), 'a prepared transaction'), '; ' ORDER BY b.pid) "
        "FROM (SELECT DISTINCT u.pid FROM pg_catalog.pg_stat_activity AS m CROSS JOIN "
        "pg_catalog.unnest(pg_catalog.pg_blocking_pids(m.pid)) AS u(pid) WHERE m.pid = %d AND "
        "m.wait_event_type = 'Lock' ORDER BY u.pid LIMIT %d) AS b "
        "LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid",
        PQbackendPID(conn), MAX_NAMED);
}

/* Says once who is in the way. */
static void
tell(MigPg *pg)
{
    MigPgWatch *watch = pg->units->watch;

    if (!pg->base.message || g_strcmp0(watch->pids, watch->told) == 0)
        return;
    g_autofree char *text = g_strconcat("waiting for a lock that is held by ", watch->names, NULL);

    g_free(watch->told);
    watch->told = g_strdup(watch->pids);
    pg->base.message(MIG_EVENT_NOTICE, text, pg->base.message_data);
}

/* Behind a pooler nobody knows which process works for whom. */
PGconn *
mig_pg_watch_connection(MigPg *pg)
{
    MigPgWatch *watch = pg->units->watch;

    if (watch->blind || pg->base.pooled)
        return NULL;
    if (!watch->conn)
        watch->conn = connect_again(pg->conn);
    return watch->conn;
}

static void
look(MigPg *pg)
{
    MigPgWatch *watch = pg->units->watch;
    g_autofree char *question = make_question(pg->conn);
    PGresult *result = PQexec(mig_pg_watch_connection(pg), question);

    watch->blind = PQresultStatus(result) != PGRES_TUPLES_OK;
    if (!watch->blind && !PQgetisnull(result, 0, 0)) {
        g_free(watch->pids);
        watch->pids = g_strdup(PQgetvalue(result, 0, 0));
        g_free(watch->names);
        watch->names = g_utf8_make_valid(PQgetvalue(result, 0, 1), -1);
        tell(pg);
    }
    PQclear(result);
}

void
mig_pg_watch_look(MigPg *pg)
{
    MigPgWatch *watch = pg->units->watch;

    if (watch->blind || pg->base.pooled || !pg->units->options.version_table ||
        g_get_monotonic_time() < watch->due_us)
        return;
    look(pg);
    watch->due_us = g_get_monotonic_time() + watch->pause_ms * 1000;
    if (pg->units->options.statement_lock_timeout_ms <= 0 || !watch->names)
        watch->pause_ms = MIN(watch->pause_ms * 2, LONGEST_PAUSE_MS);
}

const char *
mig_pg_watch_names(const MigPg *pg)
{
    return pg->units && pg->units->watch ? pg->units->watch->names : NULL;
}
