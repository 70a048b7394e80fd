/* Random pairs of schemas: the plan up reaches the target and the plan down returns,
 * whatever rows there are, rows in columns that stay are kept, and what a plan makes has the text
 * that the user wrote. A failure is shrunk to a small pair and shown.
 *
 * MIGRATE_PLAN_PAIRS: how many pairs; MIGRATE_PLAN_SEED: the first pair's seed (each pair's own is
 * the next number), so that a failure is repeated with MIGRATE_PLAN_SEED=N MIGRATE_PLAN_PAIRS=1;
 * MIGRATE_PLAN_FAILURES: how many to show before the run ends; MIGRATE_PLAN_QUICK: they are shown
 * as they are. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "tests/property/pair.h"
#include "tests/property/tally.h"

static guint
setting(const char *name, guint fallback)
{
    const char *text = g_getenv(name);

    return text ? (guint)g_ascii_strtoull(text, NULL, 10) : fallback;
}

/* As comments, which TAP takes anywhere. */
static void
print_commented(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        printf("# %s\n", *line);
}

static void
show_failure(const Pair *pair, guint seed, const char *failure)
{
    gboolean quick = g_getenv("MIGRATE_PLAN_QUICK") != NULL;
    g_autoptr(Pair) small = quick ? pair_copy(pair) : pair_shrink(pair, failure);
    g_autofree char *script = NULL;
    g_autofree char *again = pair_check(small, &script);
    g_autofree char *described = pair_describe(small);

    printf("# seed %u\n", seed);
    print_commented(failure);
    print_commented("==== shrunk to");
    print_commented(again);
    print_commented(described);
    print_commented(script);
}

/* Returns whether the pair passed. */
static gboolean
check_seed(guint seed)
{
    g_autoptr(Pair) pair = pair_new(seed);
    g_autofree char *failure = pair_check(pair, NULL);

    if (failure)
        show_failure(pair, seed, failure);
    fflush(stdout);
    return !failure;
}

static void
plans_reach_and_return(void **state)
{
    guint n = setting("MIGRATE_PLAN_PAIRS", pair_default_count);
    guint seed = setting("MIGRATE_PLAN_SEED", pair_default_seed);
    guint most = setting("MIGRATE_PLAN_FAILURES", 3), failures = 0;

    printf("# %u pairs from seed %u\n", n, seed);
    for (guint i = 0; i < n && failures < most; i++)
        failures += !check_seed(seed + i);
    assert_true(tally_print(n) || failures > 0);
    assert_int_equal(failures, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plans_reach_and_return)};

    int status;

    if (!pair_begin(&status))
        return status;
    status = cmocka_run_group_tests(tests, NULL, NULL);
    pair_end();
    return status;
}
