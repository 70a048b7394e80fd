#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/graph.h"
#include "core/steps.h"
#include "tests/lib/graph_util.h"

/* What a broken graph's error says, a line each: "E313 c.sql:4 message". */
static char *
build_errors(GPtrArray *scripts)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigGraph) graph = mig_graph_new(scripts, &error);
    GString *text = g_string_new(NULL);

    assert_null(graph);
    const MigErrorDetails *details = mig_error_details(error);

    for (guint i = 0; i <= (details->related ? details->related->len : 0); i++) {
        const GError *one = i == 0 ? error : details->related->pdata[i - 1];
        const MigErrorDetails *parts = mig_error_details(one);

        g_string_append_printf(text, "%s %s:%d %s\n", mig_error_code_name(one->code), parts->file,
                               parts->line, one->message);
    }
    return g_string_free(text, FALSE);
}

static MigGraph *
build(const char *notation)
{
    g_autoptr(GError) error = NULL;
    MigGraph *graph = mig_graph_new(graph_util_scripts(notation), &error);

    assert_no_error(error);
    return graph;
}

static void
errors_are_found(void **state)
{
    static const struct {
        const char *graph, *errors;
    } cases[] = {
        /* All of them, not the first only. */
        {"a(a) b(nope;gone) c(b)[a] d()[x] e()[x]",
         "E312 c.sql:5 branch label 'a' of revision 'c' is already used by revision 'a' (a.sql)\n"
         "E312 e.sql:5 branch label 'x' of revision 'e' is already used by revision 'd' (d.sql)\n"
         "E314 a.sql:4 revision 'a' has itself in down_revision\n"
         "E313 b.sql:4 unknown revision 'nope' in down_revision of revision 'b'\n"
         "E313 b.sql:6 unknown revision 'gone' in depends_on of revision 'b'\n"},
        {"a() a()", "E311 a.sql:3 revision 'a' is there twice: in a.sql:3 and a.sql:3\n"},
        {"a(;a)", "E314 a.sql:6 revision 'a' has itself in depends_on\n"},
        {"a(;l)[l]", "E314 a.sql:6 revision 'a' has itself in depends_on\n"},
        {"a()[l,l]",
         "E312 a.sql:5 branch label 'l' of revision 'a' is already used by revision 'a' (a.sql)\n"},
        /* A parent is named by its id: a label would move. */
        {"a()[l] b(l)", "E313 b.sql:4 unknown revision 'l' in down_revision of revision 'b'\n"},
        {"head() b(head)",
         "E310 head.sql:3 revision id 'head' is not allowed\n"
         "E313 b.sql:4 unknown revision 'head' in down_revision of revision 'b'\n"},
        {"a-b()", "E310 a-b.sql:3 revision id 'a-b' is not allowed\n"},
        {"a()[base]", "E310 a.sql:5 branch label 'base' is not allowed\n"},
        /* Only the members of a cycle are named, not what hangs on it. */
        {"a() b(a) c(b,e) d(c) e(d) f(e)",
         "E315 c.sql:4 down_revision forms a cycle in revisions 'c', 'd', 'e'\n"},
        {"a(b) b(a) c(d) d(c)", "E315 a.sql:4 down_revision forms a cycle in revisions 'a', 'b'\n"
                                "E315 c.sql:4 down_revision forms a cycle in revisions 'c', 'd'\n"},
        {"a(;c) b(a) c(b) d(c)",
         "E315 a.sql:6 down_revision with depends_on forms a cycle in revisions 'a', 'b', 'c'\n"},
        /* A cycle inside a larger one that needs a dependency: both. */
        {"a(b;c) b(a) c(b)",
         "E315 a.sql:4 down_revision forms a cycle in revisions 'a', 'b'\n"
         "E315 a.sql:6 down_revision with depends_on forms a cycle in revisions 'a', 'b', 'c'\n"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = build_errors(graph_util_scripts(cases[i].graph));

        assert_string_equal(found, cases[i].errors);
    }
}

static void
duplicate_names_both_files(void **state)
{
    GPtrArray *scripts = graph_util_scripts("a() a()");
    MigScript *second = scripts->pdata[1];

    g_free(second->path);
    second->path = g_strdup("versions/other file.sql");
    g_autofree char *found = build_errors(scripts);

    assert_string_equal(found, "E311 versions/other file.sql:3 revision 'a' is there twice: in "
                               "a.sql:3 and versions/other file.sql:3\n");
}

static void
near_names_are_suggested(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_null(mig_graph_new(graph_util_scripts("4f1c0d2e()[stable] b(4f1c0d3e)"), &error));
    assert_non_null(strstr(mig_error_details(error)->hint, "'4f1c0d2e'"));
    g_clear_error(&error);
    assert_null(mig_graph_new(graph_util_scripts("4f1c0d2e()[stable] b(;stabel)"), &error));
    assert_non_null(strstr(mig_error_details(error)->hint, "'stable'"));
}

static char *
ids(const MigGraph *graph, GPtrArray *(*list)(const MigGraph *))
{
    g_autoptr(GPtrArray) found = list(graph);

    return graph_util_ids(found, FALSE);
}

static void
marks_are_set(void **state)
{
    g_autoptr(MigGraph) graph =
        build("m(c1,c2) a()[one,two] c1(b) c2(b,b) b(a) e(;m) x(;one)[three]");
    g_autofree char *heads = ids(graph, mig_graph_heads), *real = ids(graph, mig_graph_real_heads),
                    *bases = ids(graph, mig_graph_bases);
    const MigRevision *b = mig_graph_find(graph, "b"), *m = mig_graph_find(graph, "m");
    const MigRevision *x = mig_graph_find(graph, "x");

    assert_string_equal(heads, "m e x");
    assert_string_equal(real, "e x");
    assert_string_equal(bases, "a e x");
    assert_true(mig_revision_is_branch_point(b));
    assert_false(mig_revision_is_merge_point(b));
    assert_true(mig_revision_is_merge_point(m));
    /* A parent that is named twice is one parent. */
    assert_false(mig_revision_is_merge_point(mig_graph_find(graph, "c2")));
    assert_ptr_equal(x->deps->pdata[0], mig_graph_find(graph, "a"));
    assert_ptr_equal(mig_graph_find_label(graph, "two"), mig_graph_find(graph, "a"));
    assert_null(mig_graph_find_label(graph, "a"));
    assert_null(mig_graph_find(graph, "one"));
}

static char *
label_text(const MigGraph *graph)
{
    const GPtrArray *all = mig_graph_revisions(graph);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < all->len; i++) {
        const MigRevision *revision = all->pdata[i];

        g_string_append_printf(text, "%s%s:", i ? " " : "", revision->id);
        for (guint j = 0; j < revision->labels->len; j++)
            g_string_append_printf(text, "%s%s", j ? "," : "", (char *)revision->labels->pdata[j]);
    }
    return g_string_free(text, FALSE);
}

static void
labels_cover_their_branch(void **state)
{
    static const struct {
        const char *graph, *labels;
    } cases[] = {
        /* Down to, and without, the branch point; up over a merge. */
        {"t() b(t) x1(b) x2(x1)[x] x3(x2) y1(b) m(x3,y1)", "t: b: x1:x x2:x x3:x y1: m:x"},
        /* Without a branch point below, down to the base. */
        {"a() b(a) c(b)[l] d(c)", "a:l b:l c:l d:l"},
        /* A branch point that is labelled itself; and several labels, sorted. */
        {"a() b(a)[z,k] c(b) d(b)[e]", "a: b:k,z c:k,z d:e,k,z"},
        /* A merge point that is labelled: its parents are not. */
        {"a() b() m(a,b)[l] n(m)", "a: b: m:l n:l"},
        /* Dependencies do not carry labels. */
        {"a()[l] b(;a)", "a:l b:"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(MigGraph) graph = build(cases[i].graph);
        g_autofree char *found = label_text(graph);

        assert_string_equal(found, cases[i].labels);
    }
}

static void
norm_down_keeps_the_header_order(void **state)
{
    g_autoptr(MigGraph) graph = build("x() y() z() a(;y) b(a;z,y,x) c(b;x,a)");
    g_autofree char *b = graph_util_ids(mig_graph_find(graph, "b")->norm_down, FALSE);
    g_autofree char *c = graph_util_ids(mig_graph_find(graph, "c")->norm_down, FALSE);

    assert_string_equal(b, "a z x");
    assert_string_equal(c, "b a");
}

static void
empty_graph_works(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigGraph) graph = build("");
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_autoptr(GPtrArray) heads = mig_graph_heads(graph);
    g_autoptr(GPtrArray) up = mig_steps_upgrade(graph, rows, "heads", &error);
    g_autoptr(GPtrArray) head = mig_steps_upgrade(graph, rows, "head", &error);
    g_autoptr(GPtrArray) down = mig_steps_downgrade(graph, rows, "base", FALSE, &error);

    assert_no_error(error);
    assert_int_equal(heads->len + up->len + head->len + down->len, 0);
    assert_null(mig_graph_find(graph, "a"));
}

#define LONG_CHAIN 100000

/* Nothing recurses and nothing is quadratic: else this overflows the stack or never ends. */
static void
long_chain_works(void **state)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *scripts = g_ptr_array_new();

    for (guint i = LONG_CHAIN; i > 0; i--) {
        g_autofree char *id = g_strdup_printf("r%u", i);
        g_autofree char *down = i > 1 ? g_strdup_printf("r%u", i - 1) : g_strdup("");

        graph_util_add(scripts, id, down, i % 7 ? "" : "r1", i == 1 ? "main" : "");
    }
    g_autoptr(MigGraph) graph = mig_graph_new(scripts, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_autoptr(GPtrArray) up = mig_steps_upgrade(graph, rows, "main@heads", &error);

    assert_no_error(error);
    assert_int_equal(up->len, LONG_CHAIN);
    g_autoptr(GPtrArray) top = mig_graph_heads(graph);
    g_autoptr(GPtrArray) down = mig_steps_downgrade(graph, top, "base", FALSE, &error);

    assert_no_error(error);
    assert_int_equal(down->len, LONG_CHAIN);
}

static void
long_cycle_is_found(void **state)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *scripts = g_ptr_array_new();

    for (guint i = 0; i < LONG_CHAIN; i++) {
        g_autofree char *id = g_strdup_printf("r%u", i);
        g_autofree char *down = g_strdup_printf("r%u", (i + 1) % LONG_CHAIN);

        graph_util_add(scripts, id, down, "", "");
    }
    assert_null(mig_graph_new(scripts, &error));
    assert_int_equal(error->code, MIG_E_CYCLE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_found),
        cmocka_unit_test(duplicate_names_both_files),
        cmocka_unit_test(near_names_are_suggested),
        cmocka_unit_test(marks_are_set),
        cmocka_unit_test(labels_cover_their_branch),
        cmocka_unit_test(norm_down_keeps_the_header_order),
        cmocka_unit_test(empty_graph_works),
        cmocka_unit_test(long_chain_works),
        cmocka_unit_test(long_cycle_is_found),
    };

    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
