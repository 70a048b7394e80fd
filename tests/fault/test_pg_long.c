/* Runs on PostgreSQL that are disturbed in the middle of a statement that takes long, as it waits for
 * another session: the next run ends where an undisturbed one ends. */
#include "tests/fault/pg_fault.h"

#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* A statement of the second step, and what makes it wait. */
static const struct {
    const char *up, *holder;
    gboolean unnoticed; /* not tried until the server's process notices that its client is gone, which
                           takes two seconds */
} cases[] = {
    {" transaction=off\nSET work_mem = '7MB';\nCREATE INDEX CONCURRENTLY i ON \"it's\" (b);\n"
     "INSERT INTO hits SELECT current_setting('work_mem');\n",
     "UPDATE \"it's\" SET a = a WHERE a = 1", FALSE},
    {" transaction=off\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON \"it's\" (a) WHERE a > 0;\n",
     "UPDATE \"it's\" SET a = a WHERE a = 1", TRUE},
    {" transaction=off\nDROP INDEX CONCURRENTLY j;\nINSERT INTO hits VALUES ('dropped');\n",
     "UPDATE \"it's\" SET a = a WHERE a = 1", TRUE},
    {" transaction=off\nINSERT INTO hits VALUES ('now');\nREINDEX INDEX CONCURRENTLY j;\n",
     "UPDATE \"it's\" SET a = a WHERE a = 1", TRUE},
    {" transaction=off\nVACUUM \"it's\";\n", "LOCK TABLE \"it's\" IN SHARE UPDATE EXCLUSIVE MODE", TRUE},
    {" transaction=off\nINSERT INTO hits VALUES ('one');\nUPDATE \"it's\" SET b = b || 'x';\n"
     "INSERT INTO hits VALUES ('two');\n",
     "UPDATE \"it's\" SET a = a WHERE a = 2", TRUE},
    {"\nINSERT INTO hits VALUES ('one');\nUPDATE \"it's\" SET b = b || 'x';\n"
     "INSERT INTO hits VALUES ('two');\n",
     "UPDATE \"it's\" SET a = a WHERE a = 2", FALSE},
};

/* What happens while it waits. */
typedef enum {
    KILL_CLIENT,          /* the server's process notices by itself, and gives up */
    KILL_CLIENT_AND_LET,  /* what it waits for ends first: it may finish without its client */
    END_SESSION,
    CRASH,
    STOP,
    N_FAULTS
} Fault;

static const char *const names[] = {"client killed", "client killed, statement let go on",
                                    "session ended", "server crashed",
                                    "server stopped at once"};

static void
prepare(World *w, gsize i)
{
    world_script(w, "a1", "",
                 "\nCREATE TABLE hits (x text);\nCREATE TABLE \"it's\" (a int, b text);\n"
                 "INSERT INTO \"it's\" VALUES (1, 'one'), (2, 'two');\n"
                 "CREATE INDEX j ON \"it's\" (b);\n",
                 NULL);
    world_script(w, "b2", "a1", cases[i].up, NULL);
    world_set(w, "lock_timeout", "60s");
    pg_fault_reset(w, "head");
    assert_ok(world_upgrade(w, "a1"));
}

static void
ignore(void *unused, const char *notice)
{
}

static PGconn *
hold(World *w, gsize i)
{
    PGconn *holder = PQconnectdb(w->f->url->raw);
    g_autofree char *sql = g_strconcat("BEGIN; ", cases[i].holder, NULL);
    PGresult *result = PQexec(holder, sql);

    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQsetNoticeProcessor(holder, ignore, NULL);
    return holder;
}

static void
let_go(PGconn *holder)
{
    PQclear(PQexec(holder, "COMMIT"));
    PQfinish(holder);
}

#define WAITING                                                                                    \
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'migrate'"
#define ENDED                                                                                      \
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrate')"

/* Until a question has an answer. */
static int
wait_for(World *w, const char *sql)
{
    for (gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC; g_get_monotonic_time() < end;
         g_usleep(5000)) {
        g_autofree char *answer = pg_fault_ask(w, sql);

        if (answer)
            return atoi(answer);
    }
    fail_msg("it does not come to this: %s", sql);
    return 0;
}

static void
crash(World *w, int backend, PGconn *holder)
{
    struct pollfd ended = {.fd = PQsocket(holder), .events = POLLIN};

    kill(backend, SIGKILL);
    assert_int_equal(poll(&ended, 1, 60000), 1);
    pg_fault_wait_for_server(w);
}

static void
inject(World *w, Fault fault, pid_t run, PGconn *holder)
{
    int backend = wait_for(w, WAITING);

    if (fault == END_SESSION)
        kill(backend, SIGTERM);
    else if (fault == CRASH)
        crash(w, backend, holder);
    else if (fault == STOP)
        cluster_restart();
    else
        kill(run, SIGKILL);
    if (fault == KILL_CLIENT)
        wait_for(w, ENDED);
    let_go(holder);
    int status = pg_fault_wait(run);

    assert_int_equal(status, fault >= END_SESSION ? MIG_E_CONNECT % 256 : -1);
}

static void
disturb(World *w, gsize i, Fault fault, const char *expected)
{
    prepare(w, i);
    PGconn *holder = hold(w, i);
    pid_t run = pg_fault_start(w, "head", NULL);

    inject(w, fault, run, holder);
    if (!pg_fault_run(w, "head"))
        fail_msg("%s in '%s': %s", names[fault], cases[i].up, w->f->error->message);
    pg_fault_check(w, expected, "%s in '%s'", names[fault], cases[i].up);
}

static void
long_statements_are_disturbed(void **state)
{
    World *w = *state;
    guint n_faults = 0, n_expected = 0;
    /* Earlier servers do not notice. */
    g_autofree char *notices = pg_fault_ask(
        w, "SELECT 1 FROM pg_settings WHERE name = 'client_connection_check_interval'");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        prepare(w, i);
        assert_true(pg_fault_run(w, "head"));
        g_autofree char *expected = pg_fault_state(w);

        for (guint fault = notices && !cases[i].unnoticed ? 0 : 1; fault < N_FAULTS; fault++) {
            disturb(w, i, fault, expected);
            n_faults++;
        }
        n_expected += notices && !cases[i].unnoticed ? 5 : 4;
    }
    printf("# in the middle of long statements: %u faults in %u statements\n", n_faults,
           (guint)G_N_ELEMENTS(cases));
    assert_int_equal(n_faults, n_expected);
}

/* The run ends by itself when it cannot have its locks, and leaves no trace of what it began. */
static void
locks_are_not_to_be_had(void **state)
{
    static const char *const locked[] = {"\"it's\"", "hits", "migrate_version", "migrate_log"};
    World *w = *state;
    guint n_faults = 0;

    prepare(w, G_N_ELEMENTS(cases) - 1);
    world_set(w, "lock_timeout", "100ms");
    world_set(w, "lock_retries", "1");
    g_autofree char *before = pg_fault_state(w);

    for (gsize i = 0; i < G_N_ELEMENTS(locked); i++, n_faults++) {
        PGconn *holder = PQconnectdb(w->f->url->raw);
        g_autofree char *sql =
            g_strdup_printf("BEGIN; LOCK TABLE %s IN %s MODE", locked[i],
                            i < 2 ? "ACCESS EXCLUSIVE" : "SHARE ROW EXCLUSIVE");

        PQclear(PQexec(holder, sql));
        assert_fails(pg_fault_run(w, "head"), MIG_E_LOCKED);
        assert_non_null(strstr(w->f->error->message, "the lock is held by process "));
        let_go(holder);
        pg_fault_check(w, before, "%s was locked", locked[i]);
    }
    assert_true(pg_fault_run(w, "head"));
    printf("# tables locked by others: %u faults\n", n_faults);
}

static void
twenty_runs_at_once(void **state)
{
    enum { ROUNDS = 3, RUNS = 20 };
    World *w = *state;
    static const char *const targets[] = {"head", "base"};

    for (guint round = 0; round < ROUNDS; round++) {
        const char *target = targets[round % 2];
        pid_t runs[RUNS];

        pg_fault_reset(w, target);
        assert_true(pg_fault_run(w, target));
        g_autofree char *expected = pg_fault_state(w);

        pg_fault_reset(w, target);
        for (guint i = 0; i < RUNS; i++)
            runs[i] = pg_fault_start(w, target, NULL);
        for (guint i = 0; i < RUNS; i++)
            assert_int_equal(pg_fault_wait(runs[i]), 0);
        wait_for(w, ENDED);
        pg_fault_check(w, expected, "%d runs at once to %s", RUNS, target);
    }
    printf("# %d times %d runs at once\n", ROUNDS, RUNS);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PG_FAULT_TEST(long_statements_are_disturbed),
        PG_FAULT_TEST(locks_are_not_to_be_had),
        PG_FAULT_TEST(twenty_runs_at_once),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    if (!cluster_folder())
        return cluster_skip();
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
