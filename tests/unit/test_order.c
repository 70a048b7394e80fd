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

/* A plan whose middle action must be committed, or run outside of a transaction. */
static MigPlan
plan_of_three(gboolean own, gboolean off)
{
    MigPlan plan = {.dialect = mig_dialects[0], .actions = g_ptr_array_new()};

    for (int i = 0; i < 3; i++)
        mig_action_sql(action(plan.actions, i, "x"), "SELECT %d", i + 1);
    ((MigAction *)plan.actions->pdata[1])->own_transaction = own;
    ((MigAction *)plan.actions->pdata[1])->transaction_off = off;
    g_ptr_array_set_free_func(plan.actions, (GDestroyNotify)mig_action_free);
    return plan;
}

static void
blocks_end_where_a_commit_is_needed(void **state)
{
    MigPlan plan = plan_of_three(TRUE, FALSE);
    GPtrArray *rest;
    g_autofree char *first = mig_plan_blocks(&plan, &rest);

    assert_string_equal(first, "SELECT 1;\n\nSELECT 2;\n");
    assert_int_equal(rest->len, 1);
    assert_string_equal(((MigDraftBlock *)rest->pdata[0])->sql, "SELECT 3;\n");
    assert_false(((MigDraftBlock *)rest->pdata[0])->transaction_off);
    g_ptr_array_unref(rest);
    g_ptr_array_unref(plan.actions);
}

static void
blocks_outside_of_transactions_stand_alone(void **state)
{
    MigPlan plan = plan_of_three(FALSE, TRUE);
    GPtrArray *rest;
    g_autofree char *first = mig_plan_blocks(&plan, &rest);

    assert_string_equal(first, "SELECT 1;\n");
    assert_int_equal(rest->len, 2);
    assert_string_equal(((MigDraftBlock *)rest->pdata[0])->sql, "SELECT 2;\n");
    assert_true(((MigDraftBlock *)rest->pdata[0])->transaction_off);
    assert_string_equal(((MigDraftBlock *)rest->pdata[1])->sql, "SELECT 3;\n");
    g_ptr_array_unref(rest);
    g_ptr_array_unref(plan.actions);
}

static void
statements_outside_of_transactions_share_a_block(void **state)
{
    MigPlan plan = plan_of_three(FALSE, TRUE);
    GPtrArray *rest;

    ((MigAction *)plan.actions->pdata[0])->transaction_off = TRUE;
    ((MigAction *)plan.actions->pdata[1])->after_commit = TRUE;
    g_autofree char *first = mig_plan_blocks(&plan, &rest);

    assert_string_equal(first, "");
    assert_int_equal(rest->len, 2);
    assert_string_equal(((MigDraftBlock *)rest->pdata[0])->sql, "SELECT 1;\n\nSELECT 2;\n");
    assert_true(((MigDraftBlock *)rest->pdata[0])->transaction_off);
    assert_false(((MigDraftBlock *)rest->pdata[1])->transaction_off);
    g_ptr_array_unref(rest);
    g_ptr_array_unref(plan.actions);
}

static void
blocks_begin_where_a_commit_is_needed(void **state)
{
    MigPlan plan = plan_of_three(FALSE, FALSE);
    GPtrArray *rest;

    for (guint i = 0; i < 2; i++)
        ((MigAction *)plan.actions->pdata[i])->after_commit = TRUE;
    g_autofree char *first = mig_plan_blocks(&plan, &rest);

    assert_string_equal(first, "SELECT 1;\n");
    assert_int_equal(rest->len, 1);
    assert_string_equal(((MigDraftBlock *)rest->pdata[0])->sql, "SELECT 2;\n\nSELECT 3;\n");
    g_ptr_array_unref(rest);
    g_ptr_array_unref(plan.actions);
}

static void
one_block_has_no_rest(void **state)
{
    MigPlan plan = plan_of_three(FALSE, FALSE);
    GPtrArray *rest;
    g_autofree char *first = mig_plan_blocks(&plan, &rest), *all = mig_plan_sql(&plan);

    assert_string_equal(first, all);
    assert_int_equal(rest->len, 0);
    g_ptr_array_unref(rest);
    g_ptr_array_unref(plan.actions);
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
        cmocka_unit_test(blocks_end_where_a_commit_is_needed),
        cmocka_unit_test(blocks_outside_of_transactions_stand_alone),
        cmocka_unit_test(statements_outside_of_transactions_share_a_block),
        cmocka_unit_test(blocks_begin_where_a_commit_is_needed),
        cmocka_unit_test(one_block_has_no_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
