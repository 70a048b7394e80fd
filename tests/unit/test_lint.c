/* Lint on SQLite: the cases under tests/lint/sqlite, and what is not a rule's. */
#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/lint.h"
#include "tests/lib/lint_cases.h"
#include "tests/unit/sandbox.h"

static MigProject *
project_with(const char *settings)
{
    static const MigConfigOptions none;
    g_autoptr(GError) error = NULL;

    sandbox_write("migrate.ini", settings);
    g_autoptr(MigConfig) config = mig_config_load(&none, &error);

    assert_no_error(error);
    return mig_project_new(config);
}

static char *
judge(const LintCase *lint_case, gboolean allowed)
{
    g_autofree char *settings = lint_cases_settings("sqlite:///app.db", "");
    g_autofree char *suppressed = lint_case_suppressed(lint_case);
    g_autoptr(MigProject) project = project_with(settings);
    g_autoptr(GError) error = NULL;
    const MigLintOptions options = {.range = "subject"};

    mig_project_add_script(project, "base.sql", lint_case->base);
    mig_project_add_script(project, "subject.sql", allowed ? suppressed : lint_case->subject);
    g_autoptr(MigLintResult) result = mig_lint(project, &options, &error);

    if (!result || result->stopped)
        return g_strdup_printf("%s: %s", lint_case->title,
                               (result ? result->stopped : error)->message);
    return lint_case_judge(lint_case, result, "subject", allowed);
}

static void
case_holds(void **state)
{
    const LintCase *lint_case = *state;
    void *sandbox = NULL;

    sandbox_enter(&sandbox);
    char *wrong = judge(lint_case, FALSE);

    if (!wrong && lint_case->lines->len > 0)
        wrong = judge(lint_case, TRUE);
    sandbox_leave(&sandbox);
    if (wrong)
        print_error("%s\n", wrong);
    assert_null(wrong);
}

int
main(void)
{
    g_autoptr(GPtrArray) cases = lint_cases_read("sqlite");
    g_autofree struct CMUnitTest *tests = g_new0(struct CMUnitTest, cases->len);

    lint_cases_check_coverage(cases);
    for (guint i = 0; i < cases->len; i++) {
        tests[i].name = ((LintCase *)cases->pdata[i])->title;
        tests[i].test_func = case_holds;
        tests[i].initial_state = cases->pdata[i];
    }
    return _cmocka_run_group_tests("cases", tests, cases->len, NULL, NULL);
}
