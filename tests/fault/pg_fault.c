#include "tests/fault/pg_fault.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text_diff.h"

/* How long anything is waited for. */
#define PATIENCE_US (60 * G_USEC_PER_SEC)

static void
make_scripts(World *w)
{
    world_script(w, "a1", "",
                 "\nCREATE TABLE hits (x text);\nCREATE TABLE \"it's\" (a int, b text);\n"
                 "COPY \"it's\" FROM stdin;\n1\tone\n2\ttwo\n\\.\nINSERT INTO hits VALUES ('a1');\n",
                 "\nDROP TABLE \"it's\";\nDROP TABLE hits;\n");
    world_script(w, "b2", "a1",
                 "\nINSERT INTO hits VALUES ('b2.1');\n"
                 "-- migrate: upgrade transaction=off\n"
                 "INSERT INTO hits VALUES ('b2.2');\nSET work_mem = '7MB';\n"
                 "CREATE UNIQUE INDEX CONCURRENTLY i ON \"it's\" (b);\n"
                 "INSERT INTO hits SELECT current_setting('work_mem');\n"
                 "-- migrate: upgrade transaction=off\n"
                 "-- migrate: upgrade\nINSERT INTO hits VALUES ('b2.4');\n"
                 "ALTER TABLE \"it's\" ADD UNIQUE USING INDEX i;\n",
                 "\nALTER TABLE \"it's\" DROP CONSTRAINT i;\nCREATE INDEX i ON \"it's\" (b);\n"
                 "-- migrate: downgrade transaction=off\n"
                 "INSERT INTO hits VALUES ('down');\nDROP INDEX CONCURRENTLY i;\n"
                 "-- migrate: downgrade\nDELETE FROM hits WHERE x <> 'a1';\n");
}

int
pg_fault_setup(void **state)
{
    if (world_setup_on(state, "postgresql") != 0)
        return -1;
    make_scripts(*state);
    world_set(*state, "run_lock_timeout", "60s");
    return 0;
}

gboolean
pg_fault_run(World *w, const char *target)
{
    return strcmp(target, "base") == 0 ? world_downgrade(w, target) : world_upgrade(w, target);
}

char *
pg_fault_ask(World *w, const char *sql)
{
    PGconn *conn = PQconnectdb(w->f->url->raw);
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    char *answer = NULL;

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
        answer = g_strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(conn);
    return answer;
}

void
pg_fault_reset(World *w, const char *target)
{
    g_free(pg_fault_ask(w, "SET client_min_messages = error; DROP SCHEMA public CASCADE; "
                           "CREATE SCHEMA public"));
    if (strcmp(target, "base") == 0)
        assert_ok(world_upgrade(w, "head"));
}

pid_t
pg_fault_start(World *w, const char *target, void (*before)(World *))
{
    pid_t run = fork();

    assert_true(run >= 0);
    if (run > 0)
        return run;
    if (before)
        before(w);
    _exit(pg_fault_run(w, target) ? 0 : w->f->error->code % 256);
}

int
pg_fault_wait(pid_t run)
{
    int status = 0;

    for (gint64 end = g_get_monotonic_time() + PATIENCE_US;
         waitpid(run, &status, WNOHANG) == 0; g_usleep(1000)) {
        if (g_get_monotonic_time() > end)
            fail_msg("a run does not end");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
pg_fault_wait_for_server(World *w)
{
    gint64 end = g_get_monotonic_time() + PATIENCE_US;

    while (PQping(w->f->url->raw) != PQPING_OK) {
        if (g_get_monotonic_time() > end)
            fail_msg("the server does not come back");
        g_usleep(10 * 1000);
    }
}

static const char *const questions[] = {
    "SELECT version_num FROM migrate_version",
    "SELECT revision, direction, blocks_done, blocks_total, statements_done, intent, finished_at IS "
    "NOT NULL, script, upgrade_checksum, parents FROM migrate_log ORDER BY id",
    "SELECT c.relname, c.relkind, x.indisvalid, pg_get_indexdef(x.indexrelid) FROM pg_class c LEFT "
    "JOIN pg_index x ON x.indexrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT attrelid::regclass, attname, atttypid::regtype FROM pg_attribute JOIN pg_class c ON c.oid = "
    "attrelid WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 ORDER BY 1, 2",
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = "
    "'public'::regnamespace ORDER BY 1",
    "SELECT locktype, mode FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = "
    "current_database()) AND pid <> pg_backend_pid()",
    "SELECT * FROM pg_prepared_xacts",
};

char *
pg_fault_state(World *w)
{
    GString *all = g_string_new(NULL);
    MigConnection *connection = fixture_connect(w->f, MIG_CONNECT_READ);

    for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
        g_auto(GStrv) rows = g_strsplit(fixture_ask(w->f, connection, questions[i]), ";", -1);

        for (char **row = rows; *row; row++)
            g_string_append_printf(all, "%s\n", *row);
    }
    if (*fixture_ask(w->f, connection, "SELECT 1 FROM pg_class WHERE relname = 'hits'"))
        g_string_append_printf(all, "%s\n%s\n",
                               fixture_ask(w->f, connection, "SELECT x FROM hits ORDER BY 1"),
                               fixture_ask(w->f, connection, "SELECT a, b FROM \"it's\" ORDER BY 1"));
    fixture_close(w->f, connection);
    return g_string_free(all, FALSE);
}

void
pg_fault_check(World *w, const char *expected, const char *format, ...)
{
    g_autofree char *state = pg_fault_state(w);
    va_list args;

    if (strcmp(state, expected) == 0)
        return;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);

    va_end(args);
    /* Longer than what a message holds. */
    g_autofree char *diff = mig_text_diff(expected, state, "undisturbed", "disturbed", 60);

    printf("# %s\n%s\n", what, diff);
    fail_msg("%s: another state than that of an undisturbed run", what);
}
