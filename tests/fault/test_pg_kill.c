/* Runs on PostgreSQL that are disturbed just before each statement that the server sees, ours and the
 * scripts', are followed by one that ends where an undisturbed run ends. Prints how many faults that
 * were. MIGRATE_FAULT_ALL=1 leaves no statement out. */
#include "tests/fault/pg_fault.h"

#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "tests/fault/pg_stepper.h"

#define FEW 9

/* What happens just before a statement. */
typedef enum {
    KILL_CLIENT, /* the server's process goes on without it, and finishes its message */
    END_SESSION, /* the server's process goes: what it has begun is rolled back */
    CRASH,       /* the server crashes: what was not durable is lost too */
    STOP         /* the server is stopped with "immediate", and started again */
} Fault;

static const char *const names[] = {"client killed", "session ended", "server crashed",
                                    "server stopped at once"};

static void
follow(World *w)
{
    pg_stepper_follow();
}

/* Waits until the run has come to the statement. */
static void
wait_for_stop(pid_t run)
{
    gint64 end = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;

    while (pg_stepper_stopped() == 0) {
        if (g_get_monotonic_time() > end || waitpid(run, NULL, WNOHANG) != 0)
            fail_msg("the run does not come to the statement");
        g_usleep(200);
    }
}

/* The server ends all sessions when one of its processes has crashed. */
static void
crash(World *w, int backend)
{
    PGconn *other = PQconnectdb(w->f->url->raw);
    struct pollfd ended = {.fd = PQsocket(other), .events = POLLIN};

    assert_int_equal(PQstatus(other), CONNECTION_OK);
    kill(backend, SIGKILL);
    pg_stepper_let_go();
    assert_int_equal(poll(&ended, 1, 60000), 1);
    PQfinish(other);
    pg_fault_wait_for_server(w);
}

static void
inject(World *w, Fault fault, pid_t run)
{
    int backend = pg_stepper_stopped();

    switch (fault) {
    case KILL_CLIENT:
        kill(run, SIGKILL);
        assert_int_equal(pg_fault_wait(run), -1);
        pg_stepper_let_go();
        return;
    case END_SESSION:
        kill(backend, SIGTERM);
        pg_stepper_let_go();
        break;
    case CRASH:
        crash(w, backend);
        break;
    case STOP:
        cluster_restart();
        pg_stepper_let_go();
        break;
    }
    if (pg_fault_wait(run) == -1)
        fail_msg("the run crashed");
}

/* How many statements an undisturbed run has, and what it ends with. */
static guint
count_statements(World *w, const char *target, char **ret_state)
{
    pg_fault_reset(w, target);
    pg_stepper_stop_at(0);
    assert_int_equal(pg_fault_wait(pg_fault_start(w, target, follow)), 0);
    *ret_state = pg_fault_state(w);
    return pg_stepper_count();
}

/* The fault at each statement in turn, or at every few. */
static void
disturb(World *w, const char *target, Fault fault, guint every)
{
    g_autofree char *expected = NULL;
    const guint n = count_statements(w, target, &expected);
    gint64 began_us = g_get_monotonic_time();
    guint n_faults = 0;

    assert_true(n > 60);
    for (guint at = 1; at <= n; at += every) {
        pg_fault_reset(w, target);
        pg_stepper_stop_at(at);
        pid_t run = pg_fault_start(w, target, follow);

        wait_for_stop(run);
        inject(w, fault, run);
        n_faults++;
        if (!pg_fault_run(w, target))
            fail_msg("%s at statement %u: %s", names[fault], at, w->f->error->message);
        pg_fault_check(w, expected, "%s at statement %u of %u", names[fault], at, n);
    }
    printf("# %s on the way to %s: %u faults at %u statements of %d steps, %.1f s\n", names[fault],
           target, n_faults, n, STEPS,
           (double)(g_get_monotonic_time() - began_us) / G_USEC_PER_SEC);
    assert_int_equal(n_faults, (n + every - 1) / every);
}

static void
client_is_killed(void **state)
{
    disturb(*state, "head", KILL_CLIENT, 1);
    disturb(*state, "base", KILL_CLIENT, 1);
}

/* A crash ends sessions too, and takes more. */
static void
session_is_ended(void **state)
{
    gboolean all = g_getenv("MIGRATE_FAULT_ALL") != NULL;

    disturb(*state, "head", END_SESSION, all ? 1 : FEW);
    disturb(*state, "base", END_SESSION, all ? 1 : FEW);
}

static void
server_crashes(void **state)
{
    gboolean all = g_getenv("MIGRATE_FAULT_ALL") != NULL;

    disturb(*state, "head", CRASH, 1);
    disturb(*state, "base", CRASH, all ? 1 : FEW);
}

/* Takes half a second each. */
static void
server_is_stopped_at_once(void **state)
{
    gboolean all = g_getenv("MIGRATE_FAULT_ALL") != NULL;

    disturb(*state, "head", STOP, all ? 1 : 2 * FEW);
    if (all)
        disturb(*state, "base", STOP, 1);
}

/* What a run says is done stays so, also when a step behind it in the same message failed. */
static void
reported_steps_survive(void **state)
{
    World *w = *state;

    world_script(w, "a1", "", "\nCREATE TABLE t (a int);\n", NULL);
    world_script(w, "b2", "a1", "\nINSERT INTO t VALUES (2);\n", NULL);
    world_script(w, "c3", "b2", "\nINSERT INTO t VALUES (3);\n", NULL);
    world_script(w, "d4", "c3", "\nINSERT INTO t VALUES (1 / 0);\n", NULL);
    pg_fault_reset(w, "head");
    assert_ok(world_upgrade(w, "a1"));
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_non_null(strstr(mig_error_details(w->f->error)->state_now, "stays at c3"));
    cluster_restart();
    assert_string_equal(world_ask(w, "SELECT version_num FROM migrate_version"), "c3");
    assert_string_equal(world_ask(w, "SELECT a FROM t ORDER BY a"), "2;3");
    printf("# server stopped at once behind a failed step: 1 faults\n");
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PG_FAULT_TEST(client_is_killed),
        PG_FAULT_TEST(session_is_ended),
        PG_FAULT_TEST(server_crashes),
        PG_FAULT_TEST(server_is_stopped_at_once),
        PG_FAULT_TEST(reported_steps_survive),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    pg_stepper_init();
    if (!cluster_folder())
        return cluster_skip();
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
