#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/revspec.h"
#include "tests/lib/graph_util.h"

/* A trunk with two labelled branches, one of two further commits; another root that needs them. */
#define TREE                                                                                       \
    "aa01() aa02(aa01) b101(aa02)[left] b102(b101) c201(aa02)[right] c202(c201) "                  \
    "z1()[other] z2(z1;b101) z3(z2)"

typedef struct {
    const char *symbol;
    const char *rows;     /* NULL: no database */
    const char *expected; /* ids, or "E320 part of the message" */
} Case;

static void
check_case(const MigGraph *graph, const Case *c, GPtrArray *found, const GError *error)
{
    g_autofree char *result = NULL;

    if (error)
        result = g_strdup_printf("%s %s", mig_error_code_name(error->code), error->message);
    else
        result = graph_util_ids(found, FALSE);
    if (g_str_has_prefix(c->expected, "E3") || g_str_has_prefix(c->expected, "E1")) {
        if (!error || !g_str_has_prefix(result, c->expected))
            fail_msg("'%s': got '%s' instead of '%s…'", c->symbol, result, c->expected);
    } else if (!g_str_equal(result, c->expected)) {
        fail_msg("'%s': got '%s' instead of '%s'", c->symbol, result, c->expected);
    }
}

static void
run_cases(const Case *cases, gsize n, gboolean history)
{
    g_autoptr(GError) build_error = NULL;
    g_autoptr(MigGraph) graph = mig_graph_new(graph_util_scripts(TREE), &build_error);

    assert_no_error(build_error);
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) rows =
            cases[i].rows ? graph_util_revisions(graph, cases[i].rows) : NULL;
        g_autoptr(GPtrArray) found =
            history ? mig_revspec_history(graph, cases[i].symbol, rows, &error)
                    : mig_revspec_resolve(graph, cases[i].symbol, rows, &error);

        check_case(graph, &cases[i], found, error);
    }
}

static void
symbols_resolve(void **state)
{
    static const Case cases[] = {
        {"aa02", NULL, "aa02"},
        {"left", NULL, "b101"},
        {"le", NULL, "b101"},
        {"c202", NULL, "c202"},
        {"c2", NULL, "E321 revision 'c2' is ambiguous: it begins 'c201', 'c202'"},
        {"", NULL, "E320 no such revision ''"},
        {"nope", NULL, "E320 no such revision 'nope'"},
        {"base", NULL, ""},
        {"left@base", NULL, ""},
        {"nope@base", NULL, "E320 no such branch 'nope'"},
        {"heads", NULL, "b102 c202 z3"},
        {"head", NULL,
         "E322 'head' is not one revision: there are several heads: 'b102', 'c202', 'z3'"},
        {"left@head", NULL, "b102"},
        {"left@heads", NULL, "b102"},
        {"aa01@heads", NULL, "b102 c202"},
        {"aa01@head", NULL, "E322 'aa01@head' is not one revision"},
        /* A prefix with a label counts within the branch. */
        {"left@b10", NULL, "E321 revision 'b10' is ambiguous"},
        {"b102@aa01", NULL, "aa01"},
        {"z3@z", NULL, "E321 revision 'z' is ambiguous: it begins 'z1', 'z2', 'z3'"},
        {"right@c", NULL, "E321 revision 'c' is ambiguous"},
        {"c201@c202", NULL, "c202"},
        {"left@c201", NULL, "E323 revision 'c201' is not a member of branch 'left'"},
        {"left@c20", NULL, "E321 revision 'c20' is ambiguous"},
        {"oth@z2", NULL, "z2"},
        {"o@", NULL, "E320 no such revision ''"},
        {"@aa01", NULL, "E320 no such branch ''"},
        {"left@left@b101", NULL, "E320 no such revision 'left@b101'"},
        {"current", "b101 c202", "b101 c202"},
        {"left@current", "b101 c202", "b101"},
        {"current", NULL, "E103 'current' stands for what the database holds"},
    };

    run_cases(cases, G_N_ELEMENTS(cases), FALSE);
}

static void
relative_symbols_resolve(void **state)
{
    static const Case cases[] = {
        {"aa01+1", NULL, "aa02"},
        {"aa02+1", NULL, "E321 'aa02+1' is ambiguous: 'aa02' has several children: 'b101', 'c201'"},
        {"left@aa02+1", NULL, "b101"},
        {"left@base+3", NULL, "b101"},
        {"base+1", NULL, "E321 'base+1' is ambiguous: there are several bases: 'aa01', 'z1'"},
        {"left@head-1", NULL, "b101"},
        {"b102-3", NULL, "aa01"},
        {"b102-4", NULL, ""},
        {"b102-5", NULL,
         "E324 relative revision 'b102-5' does not lead 5 steps away: base comes after 4"},
        {"b102+1", NULL,
         "E324 relative revision 'b102+1' does not lead 1 step away: the head comes after 0"},
        {"b102+99999999999999999999", NULL, "E324 relative revision"},
        {"b102+0", NULL, "b102"},
        {"heads-1", NULL, "E322 'heads-1' is not one revision"},
        /* Matched whole: this is no relative symbol. */
        {"aa01+1x", NULL, "E320 no such revision 'aa01+1x'"},
        {"aa01+", NULL, "E320 no such revision 'aa01+'"},
        {"+1", NULL, "E103 '+1' is relative to what the database holds"},
        {"+1", "aa01", "aa02"},
        {"+1", "-", "E321 '+1' is ambiguous: there are several bases"},
        {"other@+1", "-", "z1"},
        {"other@+1", "aa02", "z1"},
        {"right@+1", "b102", "c201"},
        {"current-1", "b102", "b101"},
        {"current-1", "b102 c202", "E321 'current-1' is not one revision: there are several rows"},
        {"-1", "b102", "b101"},
        {"left@-1", "b102 c202", "b101"},
        {"left@-1", "aa02", "E325 branch 'left' is not applied"},
        /* Implied by a dependency only. */
        {"left@-1", "z3", "aa02"},
    };

    run_cases(cases, G_N_ELEMENTS(cases), FALSE);
}

static void
ranges_resolve(void **state)
{
    static const Case cases[] = {
        {NULL, NULL, "b102 z3 z2 z1 c202 c201 b101 aa02 aa01"},
        {":", NULL, "b102 z3 z2 z1 c202 c201 b101 aa02 aa01"},
        {"aa02:b102", NULL, "b102 b101 aa02"},
        {"b102:b102", NULL, "b102"},
        {"b102", NULL, "b102"},
        /* A dependency counts as an ancestor, and both ends are there. */
        {"b101:z3", NULL, "z3 z2 b101"},
        {"other@base:", NULL, "z3 z2 z1 b101 aa02 aa01"},
        {"left@base:", NULL, "b102 b101 aa02 aa01"},
        {"left@base:heads", NULL, "b102 b101 aa02 aa01"},
        {"left@base:c202", NULL, "E323 revision 'c202' is not a member of branch 'left'"},
        {"left@base:+3", NULL, "b101 aa02 aa01"},
        {"left@-1:", NULL, "b102 b101"},
        {"b102:aa01", NULL,
         "E325 range 'b102:aa01' leads nowhere: 'b102' is not an ancestor of 'aa01'"},
        {"aa01:+1", NULL, "aa02 aa01"},
        {"aa01:+2", NULL, "E321 '+2' is ambiguous"},
        {"b101:+20", NULL, "b102 b101"},
        {"-20:b102", NULL, "b102 b101 aa02 aa01"},
        {"-1:b102", NULL, "b102 b101"},
        {"-1:", NULL, "b102 z3 z2 c202 c201 b101"},
        {":left@head-2", NULL, "aa02 aa01"},
        {"current:", "z2", "z3 z2"},
        {":current", "aa02", "aa02 aa01"},
        {"current:+1", "c201", "c202 c201"},
        {"-1:current", "c201", "c201 aa02"},
        {"current", "aa02 z1", "aa02 z1"},
        {"current:", NULL, "E103 'current' stands for"},
        {"a:b:c", NULL, "E103 range 'a:b:c' has more than one ':'"},
        {"nope:", NULL, "E320 no such revision 'nope'"},
        {":nope", NULL, "E320 no such revision 'nope'"},
    };

    run_cases(cases, G_N_ELEMENTS(cases), TRUE);
}

static void
one_is_one(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigGraph) graph = mig_graph_new(graph_util_scripts(TREE), &error);

    assert_no_error(error);
    assert_string_equal(mig_revspec_resolve_one(graph, "left@head", NULL, &error)->id, "b102");
    assert_null(mig_revspec_resolve_one(graph, "heads", NULL, &error));
    assert_int_equal(error->code, MIG_E_AMBIGUOUS);
    g_clear_error(&error);
    assert_null(mig_revspec_resolve_one(graph, "base", NULL, &error));
    assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
    g_clear_error(&error);
    assert_null(mig_revspec_resolve_one(graph, "aa03", NULL, &error));
    assert_string_equal(mig_error_details(error)->hint, "Did you mean 'aa01'?");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_resolve),
        cmocka_unit_test(relative_symbols_resolve),
        cmocka_unit_test(ranges_resolve),
        cmocka_unit_test(one_is_one),
    };

    return cmocka_run_group_tests_name("revspec", tests, NULL, NULL);
}
