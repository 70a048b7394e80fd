#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/order.h"

static MigAction *
action(GPtrArray *actions, int rank, const char *id)
{
    MigAction *new = mig_action_new("%s", id);

    new->rank = rank;
    g_ptr_array_add(actions, new);
    return new;
}

static char *
ordered(GPtrArray *actions, GError **error)
{
    g_autoptr(GPtrArray) order = mig_order_actions(actions, error);
    GString *out = g_string_new(NULL);

    for (guint i = 0; order && i < order->len; i++)
        g_string_append_printf(out, "%s%s", i ? " " : "", ((MigAction *)order->pdata[i])->id);
    return g_string_free(out, FALSE);
}

static void
ties_go_by_rank_then_id(void **state)
{
    GPtrArray *actions = g_ptr_array_new();

    action(actions, 2, "a");
    action(actions, 1, "c");
    action(actions, 1, "b");
    g_autofree char *order = ordered(actions, NULL);

    assert_string_equal(order, "b c a");
}

static void
needs_and_preferences_come_first(void **state)
{
    GPtrArray *actions = g_ptr_array_new();

    mig_action_need(action(actions, 1, "a"), "%s", "z");
    mig_action_prefer(action(actions, 1, "b"), "%s", "a");
    mig_action_need(action(actions, 1, "c"), "nobody");
    action(actions, 1, "z");
    g_autofree char *order = ordered(actions, NULL);

    assert_string_equal(order, "c z a b");
}

static void
loop_of_preferences_is_broken(void **state)
{
    GPtrArray *actions = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    mig_action_prefer(action(actions, 2, "a"), "b");
    mig_action_prefer(action(actions, 1, "b"), "c");
    MigAction *c = action(actions, 3, "c");

    mig_action_prefer(c, "a");
    mig_action_prefer(c, "b");
    mig_action_need(action(actions, 0, "d"), "c");
    g_autofree char *order = ordered(actions, &error);

    assert_no_error(error);
    assert_string_equal(order, "b a c d");
}

/* What has a lower rank does not wait for what has a higher one. */
static void
preferences_yield_to_rank(void **state)
{
    GPtrArray *actions = g_ptr_array_new();

    mig_action_prefer(action(actions, 1, "a"), "b");
    mig_action_prefer(action(actions, 1, "b"), "a");
    mig_action_prefer(action(actions, 1, "c"), "z");
    mig_action_need(action(actions, 2, "d"), "b");
    action(actions, 9, "z");
    g_autofree char *order = ordered(actions, NULL);

    assert_string_equal(order, "a b c d z");
}

static void
loop_of_needs_is_an_error(void **state)
{
    GPtrArray *actions = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    action(actions, 1, "free");
    mig_action_need(action(actions, 1, "a"), "b");
    mig_action_need(action(actions, 1, "b"), "a");
    g_autofree char *order = ordered(actions, &error);

    assert_string_equal(order, "");
    assert_int_equal(error->code, MIG_E_INTERNAL);
    assert_string_equal(error->message, "cannot order the plan: these need each other: 'a', 'b'");
}

static GPtrArray *
fixed_plan(const MigPlanInput *input, GError **error)
{
    GPtrArray *actions = g_ptr_array_new();
    MigAction *one = action(actions, 1, "one"), *two = action(actions, 2, "two");

    mig_action_hazard(one, "data-loss", "drops x\nSELECT 1;");
    mig_action_sql(one, "DROP TABLE x");
    mig_action_sql(one, "CREATE TABLE y (\n  a INT -- migrate: upgrade\n)");
    mig_action_sql(two, "CREATE VIEW v AS SELECT '-- migrate: x' -- last");
    mig_action_sql(two, "CREATE VIEW w AS SELECT 1 /* for");
    return actions;
}

static void
sql_has_comments_semicolons_and_no_markers(void **state)
{
    static const MigLexRules rules = {.unterminated_comment_ok = TRUE};
    static const MigDialect dialect = {.name = "test", .lex_rules = &rules, .plan = fixed_plan};
    MigPlanInput input = {NULL};
    g_autoptr(MigPlan) plan = mig_plan_new(&dialect, &input, NULL);
    g_autofree char *sql = mig_plan_sql(plan);

    assert_false(mig_plan_is_empty(plan));
    assert_string_equal(sql, "-- hazard: data-loss: drops x\n"
                             "--   SELECT 1;\n"
                             "DROP TABLE x;\n"
                             "CREATE TABLE y (\n  a INT ---- migrate: upgrade\n);\n"
                             "\n"
                             "CREATE VIEW v AS SELECT '-- migrate: x' -- last\n;\n"
                             "CREATE VIEW w AS SELECT 1 /* for */;\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_go_by_rank_then_id),
        cmocka_unit_test(needs_and_preferences_come_first),
        cmocka_unit_test(loop_of_preferences_is_broken),
        cmocka_unit_test(preferences_yield_to_rank),
        cmocka_unit_test(loop_of_needs_is_an_error),
        cmocka_unit_test(sql_has_comments_semicolons_and_no_markers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
