/* Lint on PostgreSQL: the cases under tests/lint/postgresql, one behind the other in a single history,
 * since a scratch database for each would take longer than all of them. */
#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/lint.h"
#include "tests/lib/cluster.h"
#include "tests/lib/lint_cases.h"
#include "tests/unit/sandbox.h"

#define CLEAN_UP                                                                                   \
    "-- revision: x\n-- down_revision: x\n-- migrate: upgrade\n"                                   \
    "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n-- migrate: downgrade\n"

/* All that can run in one history. */
static MigProject *all_project;
static MigLintResult *all_findings;

static MigProject *
new_project(void)
{
    static const MigConfigOptions none;
    g_autofree char *url = cluster_url("postgres");
    g_autofree char *settings = lint_cases_settings(url, "lock_timeout = none");
    g_autoptr(GError) error = NULL;

    sandbox_write("migrate.ini", settings);
    g_autoptr(MigConfig) config = mig_config_load(&none, &error);

    assert_no_error(error);
    return mig_project_new(config);
}

/* Adds a script behind the last one; takes nothing. */
static void
add(MigProject *project, const char *script, const char *id, char **last)
{
    g_autofree char *text = lint_case_rename(script, id, *last);
    g_autofree char *name = g_strconcat(id, ".sql", NULL);

    mig_project_add_script(project, name, text);
    g_free(*last);
    *last = g_strdup(id);
}

static char *
case_id(const LintCase *lint_case, guint number, const char *part)
{
    return g_strdup_printf("%s_%u_%s", lint_case->rule, number, part);
}

static void
add_case(MigProject *project, const LintCase *lint_case, guint number, char **last)
{
    g_autofree char *before = case_id(lint_case, number, "before");
    g_autofree char *subject = case_id(lint_case, number, "subject");
    g_autofree char *allowed = case_id(lint_case, number, "allowed");
    g_autofree char *suppressed = lint_case_suppressed(lint_case);

    for (int i = 0; i < 2; i++) {
        g_autofree char *first = g_strdup_printf("%s%d", before, i);
        g_autofree char *end = g_strdup_printf("%s%d_end", before, i);

        if (i == 1 && lint_case->lines->len == 0)
            return;
        add(project, lint_case->base, first, last);
        add(project, i ? suppressed : lint_case->subject, i ? allowed : subject, last);
        add(project, CLEAN_UP, end, last);
    }
}

/* NULL (and said): it does not run. */
static MigLintResult *
lint(MigProject *project)
{
    const MigLintOptions options = {.range = NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(MigLintResult) result = mig_lint(project, &options, &error);
    const GError *problem = result ? result->stopped : error;
    g_autofree char *shown = problem ? mig_error_format(problem) : NULL;

    if (problem)
        print_error("%s\n", shown);
    return problem ? NULL : g_steal_pointer(&result);
}

static void
expect_nothing_wrong(char *wrong)
{
    if (wrong)
        print_error("%s\n", wrong);
    assert_null(wrong);
}

/* A run of its own. */
static void
lone_case_holds(const LintCase *lint_case)
{
    for (int i = 0; i < 2; i++) {
        g_autofree char *suppressed = lint_case_suppressed(lint_case), *last = g_strdup("");
        g_autoptr(MigProject) project = new_project();

        add(project, lint_case->base, "before", &last);
        add(project, i ? suppressed : lint_case->subject, "subject", &last);
        g_autoptr(MigLintResult) result = lint(project);

        assert_non_null(result);
        assert_true(!result->stopped_at == !lint_case->stops);
        expect_nothing_wrong(lint_case_judge(lint_case, result, "subject", i == 1));
    }
}

static const GPtrArray *all_cases;

static void
case_holds(void **state)
{
    const LintCase *lint_case = *state;
    guint number;

    g_ptr_array_find((GPtrArray *)all_cases, lint_case, &number);
    if (lint_case->stops || lint_case->alone) {
        lone_case_holds(lint_case);
        return;
    }
    g_autofree char *subject = case_id(lint_case, number, "subject");
    g_autofree char *allowed = case_id(lint_case, number, "allowed");

    if (all_findings->stopped_at)
        fail_msg("%s does not run", all_findings->stopped_at->id);
    expect_nothing_wrong(lint_case_judge(lint_case, all_findings, subject, FALSE));
    if (lint_case->lines->len > 0)
        expect_nothing_wrong(lint_case_judge(lint_case, all_findings, allowed, TRUE));
}

static gboolean
run_all(void)
{
    g_autofree char *last = g_strdup("");

    all_project = new_project();
    for (guint i = 0; i < all_cases->len; i++) {
        const LintCase *lint_case = all_cases->pdata[i];

        if (!lint_case->stops && !lint_case->alone)
            add_case(all_project, all_cases->pdata[i], i, &last);
    }
    all_findings = lint(all_project);
    return all_findings != NULL;
}

int
main(void)
{
    if (!cluster_folder())
        return cluster_skip();
    g_autoptr(GPtrArray) cases = lint_cases_read("postgresql");
    g_autofree struct CMUnitTest *tests = g_new0(struct CMUnitTest, cases->len);

    all_cases = cases;
    lint_cases_check_coverage(cases);
    for (guint i = 0; i < cases->len; i++) {
        tests[i].name = ((LintCase *)cases->pdata[i])->title;
        tests[i].test_func = case_holds;
        tests[i].initial_state = cases->pdata[i];
    }
    void *sandbox = NULL;

    /* No setup of the group: cmocka would hand its state to the tests instead of theirs. */
    sandbox_enter(&sandbox);
    int failed = run_all() ? _cmocka_run_group_tests("cases", tests, cases->len, NULL, NULL) : 1;

    mig_lint_result_free(all_findings);
    mig_project_free(all_project);
    sandbox_leave(&sandbox);
    return failed;
}
