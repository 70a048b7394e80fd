#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/steps.h"
#include "tests/lib/graph_util.h"

#define TREE "a() b(a) c1(b)[left] d1(c1) c2(b)[right] d2(c2) m(d1,d2) z1()[other] z2(z1;c1)"

static MigGraph *
build(const char *notation)
{
    g_autoptr(GError) error = NULL;
    MigGraph *graph = mig_graph_new(graph_util_scripts(notation), &error);

    assert_no_error(error);
    return graph;
}

static GPtrArray *
words(const char *text)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (char **part = parts; *part; part++) {
        if (**part)
            g_ptr_array_add(list, g_strdup(*part));
    }
    return list;
}

/* Steps with their statements: "m: -d1 d2>m". */
static char *
describe(const GPtrArray *steps)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];

        g_string_append_printf(text, "%s%s:", i ? "; " : "", step->revision->id);
        for (guint j = 0; j < step->moves->len; j++) {
            const MigRowMove *move = step->moves->pdata[j];

            if (move->verb == MIG_ROW_INSERT)
                g_string_append_printf(text, " +%s", move->to);
            else if (move->verb == MIG_ROW_DELETE)
                g_string_append_printf(text, " -%s", move->from);
            else
                g_string_append_printf(text, " %s>%s", move->from, move->to);
        }
    }
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *rows, *target, *expected; /* rows NULL: target is an offline range */
    gboolean down, all_branches;
} Case;

static GPtrArray *
steps_of(const MigGraph *graph, const Case *c, GError **error)
{
    if (!c->rows)
        return c->down ? mig_steps_downgrade_range(graph, c->target, c->all_branches, error)
                       : mig_steps_upgrade_range(graph, c->target, error);
    g_autoptr(GPtrArray) rows = graph_util_revisions(graph, c->rows);

    return c->down ? mig_steps_downgrade(graph, rows, c->target, c->all_branches, error)
                   : mig_steps_upgrade(graph, rows, c->target, error);
}

static void
run_cases(const Case *cases, gsize n)
{
    g_autoptr(MigGraph) graph = build(TREE);

    for (gsize i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) steps = steps_of(graph, &cases[i], &error);
        g_autofree char *found =
            error ? g_strdup_printf("%s %s", mig_error_code_name(error->code), error->message)
                  : describe(steps);

        if (!g_str_equal(found, cases[i].expected))
            fail_msg("'%s': got '%s' instead of '%s'", cases[i].target, found, cases[i].expected);
    }
}

static void
rows_move(void **state)
{
    static const Case cases[] = {
        {.rows = "-", .target = "b", .expected = "a: +a; b: a>b"},
        {.rows = "c1", .target = "d2", .expected = "c2: +c2; d2: c2>d2"},
        {.rows = "d1 d2", .target = "m", .expected = "m: -d1 d2>m"},
        {.rows = "m", .target = "d1", .expected = "m: +d1 m>d2", .down = TRUE},
        {.rows = "d1 d2", .target = "left@b", .expected = "d1: d1>c1; c1: -c1", .down = TRUE},
        {.rows = "z1", .target = "z2", .expected = "a: +a; b: a>b; c1: b>c1; z2: -z1 c1>z2"},
        {.rows = "z2", .target = "z1", .expected = "z2: +z1 z2>c1", .down = TRUE},
        {.rows = "d1 z2", .target = "z1", .expected = "z2: z2>z1", .down = TRUE},
        {.rows = "z2", .target = "d1", .expected = "d1: +d1"},
        {.rows = "d1 z2", .target = "c1", .expected = "d1: -d1", .down = TRUE},
        {.rows = "m", .target = "m", .expected = ""},
        {.rows = "m", .target = "m", .expected = "", .down = TRUE},
    };

    run_cases(cases, G_N_ELEMENTS(cases));
}

static void
targets_are_read(void **state)
{
    static const Case cases[] = {
        {.rows = "b", .target = "c2,d1", .expected = "c2: b>c2; c1: +c1; d1: c1>d1"},
        {.rows = "b", .target = " c2  d1 ", .expected = "c2: b>c2; c1: +c1; d1: c1>d1"},
        {.rows = "b", .target = "c1 c1 left", .expected = "c1: b>c1"},
        {.rows = "b",
         .target = "c1 d1",
         .expected = "E326 target 'd1' overlaps with 'c1': it includes them already"},
        {.rows = "b", .target = "", .expected = "E103 no target is named"},
        {.rows = "b", .target = " , ", .expected = "E103 no target is named"},
        {.rows = "b", .target = "base", .expected = ""},
        {.rows = "b", .target = "nope", .expected = "E320 no such revision 'nope'"},
        {.rows = "a b",
         .target = "c1",
         .expected = "E326 version row 'b' overlaps with 'a': it includes them already"},
        {.rows = "d1 d2", .target = "heads", .expected = "z1: +z1; z2: z1>z2; m: -d1 d2>m"},
        {.rows = "b",
         .target = "-1",
         .expected = "E324 relative revision '-1' does not lead 1 step away: an upgrade does not "
                     "go down"},
        {.rows = "d1",
         .target = "+1",
         .expected = "E324 relative revision '+1' does not lead 1 step away: a downgrade does not "
                     "go up",
         .down = TRUE},
        {.rows = "-",
         .target = "a",
         .expected = "E325 cannot downgrade to 'a': revision 'a' is not applied",
         .down = TRUE},
        {.rows = "d1 d2",
         .target = "heads",
         .expected = "E322 'heads' is not one revision: there are several heads: 'm', 'z2'",
         .down = TRUE},
    };

    run_cases(cases, G_N_ELEMENTS(cases));
}

static void
other_branches_are_kept(void **state)
{
    static const Case cases[] = {
        {.rows = "d1 c2",
         .target = "left@a",
         .down = TRUE,
         .expected =
             "E602 downgrade to 'left@a' would also remove 'c2', which is not of that branch"},
        {.rows = "d1 c2",
         .target = "left@a",
         .down = TRUE,
         .all_branches = TRUE,
         .expected = "d1: d1>c1; c1: -c1; c2: c2>b; b: b>a"},
        {.rows = "d1", .target = "left@a", .down = TRUE, .expected = "d1: d1>c1; c1: c1>b; b: b>a"},
        {.rows = "d1 d2",
         .target = "c2@base",
         .down = TRUE,
         .expected = "E602 downgrade to 'c2@base' would also remove 'c1', 'd1', which are not of "
                     "that branch"},
        /* What depends on the branch goes with it. */
        {.rows = "z2", .target = "left@b", .down = TRUE, .expected = "z2: +z1 z2>c1; c1: c1>b"},
        /* A plain target takes all that is above it. */
        {.rows = "d1 c2",
         .target = "a",
         .down = TRUE,
         .expected = "d1: d1>c1; c1: -c1; c2: c2>b; b: b>a"},
        /* Several rows: the first one's branch, and no other. */
        {.rows = "d1 d2", .target = "-2", .down = TRUE, .expected = "d1: d1>c1; c1: -c1"},
        {.rows = "d1 d2",
         .target = "-3",
         .down = TRUE,
         .expected =
             "E602 downgrade to '-3' would also remove 'c2', 'd2', which are not of that branch"},
    };

    run_cases(cases, G_N_ELEMENTS(cases));
}

static void
offline_ranges_work(void **state)
{
    static const Case cases[] = {
        {.target = "b", .expected = "a: +a; b: a>b"},
        {.target = ":b", .expected = "a: +a; b: a>b"},
        {.target = "base:b", .expected = "a: +a; b: a>b"},
        {.target = "d1,c2:m", .expected = "d2: c2>d2; m: -d1 d2>m"},
        {.target = "c1:+1", .expected = "d1: c1>d1"},
        {.target = "b:b", .expected = ""},
        {.target = "d1:b", .expected = "E325 range 'd1:b' leads down, not up"},
        {.target = "d1:base", .expected = "E325 range 'd1:base' leads down, not up"},
        {.target = "b,c1:m",
         .expected = "E326 row 'c1' overlaps with 'b': it includes them already"},
        {.target = "b:", .expected = "E103 'b:' is not a range of the form FROM:TO"},
        {.target = "a:b:c1", .expected = "E103 'a:b:c1' is not a range of the form FROM:TO"},
        {.target = "+1:b",
         .expected = "E103 '+1' is relative to what the database holds, and no "
                     "database is asked here"},
        {.target = "d1:b", .expected = "d1: d1>c1; c1: c1>b", .down = TRUE},
        {.target = "d1,d2:left@b", .expected = "d1: d1>c1; c1: -c1", .down = TRUE},
        {.target = "d1,d2:left@base",
         .all_branches = TRUE,
         .down = TRUE,
         .expected = "d1: d1>c1; c1: -c1; d2: d2>c2; c2: c2>b; b: b>a; a: -a"},
        {.target = "b", .expected = "E103 'b' is not a range of the form FROM:TO", .down = TRUE},
        {.target = ":b",
         .expected = "E103 range ':b' has no start to come down from",
         .down = TRUE},
        {.target = "b:d1",
         .expected = "E325 cannot downgrade to 'd1': revision 'd1' is not applied",
         .down = TRUE},
    };

    run_cases(cases, G_N_ELEMENTS(cases));
}

static void
rows_are_checked(void **state)
{
    static const struct {
        const char *ids, *expected;
    } cases[] = {
        {"", ""},
        {"d2 d1", "d2 d1"},
        {"x a y", "E605 the database stands at 'x', 'y', which no script here has"},
        {"d1 b a", "E326 version row 'd1' overlaps with 'b', 'a': it includes them already"},
        {"a a", "E326 version row 'a' is there twice"},
        /* A row is a whole id, never a prefix or a label. */
        {"left", "E605 the database stands at 'left', which no script here has"},
    };
    g_autoptr(MigGraph) graph = build(TREE);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) list = words(cases[i].ids);
        g_autoptr(GPtrArray) rows = mig_steps_rows(graph, list, &error);
        g_autofree char *found =
            error ? g_strdup_printf("%s %s", mig_error_code_name(error->code), error->message)
                  : graph_util_ids(rows, FALSE);

        assert_string_equal(found, cases[i].expected);
    }
}

static void
moves_between_sets(void **state)
{
    g_autoptr(GPtrArray) before = words("a b c"), after = words("b d e");
    g_autoptr(GPtrArray) moves = mig_steps_moves_between(before, after);
    MigStep step = {.moves = moves, .revision = &(MigRevision){.id = "x"}};
    g_autoptr(GPtrArray) steps = g_ptr_array_new();

    g_ptr_array_add(steps, &step);
    g_autofree char *found = describe(steps);

    assert_string_equal(found, "x: -a -c +d +e");
}

static void
stamp_reports_bad_targets(void **state)
{
    g_autoptr(MigGraph) graph = build(TREE);
    g_autoptr(GPtrArray) rows = graph_util_revisions(graph, "b");
    g_autoptr(GPtrArray) targets = words("a nope");
    g_autoptr(GError) error = NULL;

    assert_null(mig_steps_stamp(graph, rows, targets, &error));
    assert_int_equal(error->code, MIG_E_UNKNOWN_REVISION);
    assert_int_equal(rows->len, 1);
    assert_string_equal(((MigRevision *)rows->pdata[0])->id, "b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_move),
        cmocka_unit_test(targets_are_read),
        cmocka_unit_test(other_branches_are_kept),
        cmocka_unit_test(offline_ranges_work),
        cmocka_unit_test(rows_are_checked),
        cmocka_unit_test(moves_between_sets),
        cmocka_unit_test(stamp_reports_bad_targets),
    };

    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
