/* The run lock: held by the session, and polled for, since a session that waits for a lock holds a
 * snapshot that a concurrent index build waits for in turn (rule 2). */
#include <string.h>

#include "dialects/postgresql/pg_units.h"

#define FIRST_PAUSE_MS 10
#define LONGEST_PAUSE_MS 500
/* A wait that is longer is told of. */
#define TELL_OF_WAIT_US G_USEC_PER_SEC

static gint64
key_of(const MigPg *pg, const MigUnitsOptions *options)
{
    return mig_pg_run_key(options->version_schema ? options->version_schema
                                                  : mig_connection_default_schema(&pg->base),
                          options->version_table);
}

static gboolean
try_lock(MigPg *pg, gint64 key, gboolean *ret_locked, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.pg_try_advisory_lock(%" G_GINT64_FORMAT ")", key);
    PGresult *result = mig_pg_exec(pg, sql, error);

    if (!result)
        return FALSE;
    *ret_locked = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return TRUE;
}

char *
mig_pg_lock_holder(MigPg *pg, gint64 key)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT " MIG_PG_SESSION_TEXT("NULL", "a.backend_start") " FROM pg_catalog.pg_locks AS l "
        "JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND "
        "l.granted AND l.objsubid = 1 AND l.database = (SELECT d.oid FROM pg_catalog.pg_database "
        "AS d WHERE d.datname = pg_catalog.current_database()) AND l.classid::pg_catalog.int8 = %u "
        "AND l.objid::pg_catalog.int8 = %u",
        (guint32)((guint64)key >> 32), (guint32)(guint64)key);
    PGresult *result = mig_pg_exec(pg, sql, NULL);
    char *holder = result && PQntuples(result) > 0 && !PQgetisnull(result, 0, 0)
                       ? g_strdup(PQgetvalue(result, 0, 0))
                       : NULL;

    PQclear(result);
    return holder;
}

static void
set_locked_error(MigPg *pg, gint64 key, GError **error)
{
    g_autofree char *holder = mig_pg_lock_holder(pg, key);

    mig_set_error(error, MIG_E_LOCKED, "%s holds the lock on '%s'",
                  holder ? holder : "another process", pg->base.display);
    mig_error_set_hint(error ? *error : NULL,
                       "Wait until it has finished, or set a longer run_lock_timeout.");
}

/* Says once whom the run waits for, when that takes a while. */
static void
tell_of_wait(MigPg *pg, gint64 key, gint64 began_us, gboolean *told)
{
    if (*told || !pg->base.message || g_get_monotonic_time() - began_us < TELL_OF_WAIT_US)
        return;
    g_autofree char *holder = mig_pg_lock_holder(pg, key);

    if (!holder)
        return;
    g_autofree char *text =
        g_strdup_printf("waiting for %s, which holds the lock on '%s'", holder, pg->base.display);

    *told = TRUE;
    pg->base.message(MIG_EVENT_NOTICE, text, pg->base.message_data);
}

static gboolean
may_wait_on(MigPg *pg, const MigUnitsOptions *options, gint64 key, gint64 began_us, GError **error)
{
    if (options->cancelled && options->cancelled(options->user_data)) {
        mig_set_error(error, MIG_E_INTERRUPTED, "stopped while waiting for the lock");
        return FALSE;
    }
    if (options->lock_timeout_ms < 0 ||
        g_get_monotonic_time() - began_us < options->lock_timeout_ms * 1000)
        return TRUE;
    set_locked_error(pg, key, error);
    return FALSE;
}

gboolean
mig_pg_lock_run(MigPg *pg, const MigUnitsOptions *options, GError **error)
{
    gint64 began_us = g_get_monotonic_time();
    gint64 pause_ms = FIRST_PAUSE_MS;
    gboolean told = FALSE;

    if (!options->version_table || pg->base.pooled)
        return TRUE;
    gint64 key = key_of(pg, options);

    for (;;) {
        gboolean locked = FALSE;

        if (!try_lock(pg, key, &locked, error))
            return FALSE;
        if (locked) {
            pg->run_key = key;
            pg->run_locked = TRUE;
            return TRUE;
        }
        if (!may_wait_on(pg, options, key, began_us, error))
            return FALSE;
        tell_of_wait(pg, key, began_us, &told);
        g_usleep((gulong)pause_ms * 1000);
        pause_ms = MIN(pause_ms * 2, LONGEST_PAUSE_MS);
    }
}

void
mig_pg_unlock_run(MigPg *pg)
{
    if (!pg->run_locked)
        return;
    g_autofree char *sql =
        g_strdup_printf("SELECT pg_catalog.pg_advisory_unlock(%" G_GINT64_FORMAT ")", pg->run_key);
    PGresult *result = mig_pg_exec(pg, sql, NULL);

    PQclear(result);
    pg->run_locked = FALSE;
}
