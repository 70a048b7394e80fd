/* The connection to PostgreSQL is cut at each request of a run, before the server has it and after it
 * has done it (a request is as much as a whole transaction, its COMMIT with it): the next run ends
 * where an undisturbed one ends. Prints how many faults that were. */
#include "tests/fault/pg_fault.h"

#include <stdio.h>

#include "tests/fault/pg_proxy.h"

static const char *const names[] = {"before it was sent", "in the middle of it", "after it was done"};

static char *proxied_url;

static void
reach_proxy(World *w)
{
    world_set(w, "url", proxied_url);
}

/* A run through the proxy; returns how many requests there were. */
static guint
run_cut(World *w, const char *target, ProxyCut cut, guint at)
{
    g_autofree char *host = pg_proxy_listen();
    g_auto(GStrv) parts = g_strsplit(w->f->url->raw, "?host=", 2);
    gboolean was_cut;

    proxied_url = g_strdup_printf("%s?host=%s", parts[0], host);
    pid_t run = pg_fault_start(w, target, reach_proxy);
    guint n = pg_proxy_serve(run, cut, at, &was_cut);
    int status = pg_fault_wait(run);

    pg_proxy_end();
    g_clear_pointer(&proxied_url, g_free);
    assert_int_equal(was_cut, at > 0);
    /* Losing it while the lock is given back is no failure. */
    if (status != (at > 0 ? MIG_E_CONNECT % 256 : 0) && (at == 0 || at < n || status != 0))
        fail_msg("request %u of %u cut %s: the run ended with %d", at, n, names[cut], status);
    return n;
}

static void
cut(World *w, const char *target, ProxyCut how)
{
    pg_fault_reset(w, target);
    const guint n = run_cut(w, target, how, 0);
    g_autofree char *expected = pg_fault_state(w);
    gint64 began_us = g_get_monotonic_time();
    guint n_faults = 0;

    assert_true(n > 12);
    for (guint at = 1; at <= n; at++) {
        pg_fault_reset(w, target);
        run_cut(w, target, how, at);
        n_faults++;
        if (!pg_fault_run(w, target))
            fail_msg("request %u of %u cut %s: %s", at, n, names[how], w->f->error->message);
        pg_fault_check(w, expected, "request %u of %u cut %s", at, n, names[how]);
    }
    printf("# cut %s on the way to %s: %u faults at %u requests of %d steps, %.1f s\n", names[how],
           target, n_faults, n, STEPS,
           (double)(g_get_monotonic_time() - began_us) / G_USEC_PER_SEC);
    assert_int_equal(n_faults, n);
}

static void
requests_are_not_sent(void **state)
{
    cut(*state, "head", PROXY_BEFORE);
    cut(*state, "base", PROXY_BEFORE);
}

static void
requests_are_sent_half(void **state)
{
    cut(*state, "head", PROXY_HALF);
    if (g_getenv("MIGRATE_FAULT_ALL"))
        cut(*state, "base", PROXY_HALF);
}

static void
answers_do_not_arrive(void **state)
{
    cut(*state, "head", PROXY_AFTER);
    cut(*state, "base", PROXY_AFTER);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PG_FAULT_TEST(requests_are_not_sent),
        PG_FAULT_TEST(requests_are_sent_half),
        PG_FAULT_TEST(answers_do_not_arrive),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    if (!cluster_folder())
        return cluster_skip();
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
