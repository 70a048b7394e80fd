#include <string.h>

#include "cmd/findings.h"
#include "cmd/output.h"
#include "cmd/range.h"
#include "core/lint.h"

static FindingLevel
level_of(MigLintSeverity severity)
{
    return severity == MIG_LINT_ERROR     ? FINDING_ERROR
           : severity == MIG_LINT_WARNING ? FINDING_WARNING
                                          : FINDING_INFO;
}

static GArray *
list_findings(const MigLintResult *result)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Finding));

    for (guint i = 0; i < result->findings->len; i++) {
        const MigLintFinding *found = result->findings->pdata[i];
        const MigLintRule *rule = found->rule;
        const Finding finding = {
            .rule = {rule->id, rule->name, rule->title, rule->why, rule->safe,
                     level_of(rule->severity)},
            .level = level_of(found->severity),
            .revision = found->revision->id,
            .file = found->file,
            .line = found->line,
            .column = found->column,
            .end_line = found->end_line,
            .message = found->message,
            .blocks = found->blocks,
            .safe = found->safe ? found->safe : rule->safe,
            .allowed = found->allowed,
        };

        g_array_append_val(list, finding);
    }
    return list;
}

static GArray *
list_examined(const MigLintResult *result)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Examined));

    for (guint i = 0; i < result->revisions->len; i++) {
        const MigRevision *revision = result->revisions->pdata[i];
        const Examined examined = {revision->id, revision->script->message, revision->script->path};

        g_array_append_val(list, examined);
    }
    return list;
}

static void
tell_summary(const Invocation *invocation, const Report *report, const MigLintResult *result)
{
    guint n_errors = report_count(report, FINDING_ERROR);
    guint n_warnings = report_count(report, FINDING_WARNING) - n_errors;
    guint n_infos = report_count(report, FINDING_INFO) - n_errors - n_warnings;

    if (invocation->format != FORMAT_TEXT)
        return;
    talk(invocation,
         "looked at %u revision%s: %u error%s, %u warning%s, %u for information, %u allowed",
         result->revisions->len, result->revisions->len == 1 ? "" : "s", n_errors,
         n_errors == 1 ? "" : "s", n_warnings, n_warnings == 1 ? "" : "s", n_infos,
         result->n_suppressed);
    if (result->stopped_at && !result->stopped)
        talk(invocation, "revision '%s' cannot run: what comes behind it was not looked at",
             result->stopped_at->id);
}

static FindingLevel
failing_level(const Invocation *invocation)
{
    const char *word = invocation_value(invocation, "fail-on");

    return g_strcmp0(word, "warning") == 0 ? FINDING_WARNING
           : g_strcmp0(word, "info") == 0  ? FINDING_INFO
                                           : FINDING_ERROR;
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    MigLintOptions options = {.range = invocation_argument(invocation, 0),
                              .live = invocation->url != NULL};
    g_autoptr(GPtrArray) recent = NULL;

    if (project && !range_recent(invocation, project, &recent, error))
        return -1;
    options.revisions = recent;
    if (project && invocation->format == FORMAT_JSON)
        mig_project_on_event(project, NULL, NULL); /* one document, not a stream */
    g_autoptr(MigLintResult) result = project ? mig_lint(project, &options, error) : NULL;

    if (!result)
        return -1;
    g_autoptr(GArray) findings = list_findings(result), examined = list_examined(result);
    const Report report = {"lint", findings, examined, result->stopped};

    report_print(invocation, &report);
    tell_summary(invocation, &report, result);
    if (result->stopped) {
        g_propagate_error(error, g_steal_pointer(&result->stopped));
        return -1;
    }
    return report_count(&report, failing_level(invocation)) > 0;
}

static const char *const levels[] = {"error", "warning", "info", NULL};

static const Option options[] = {
    FINDING_FORMAT_OPTION,
    {.name = "fail-on",
     .kind = OPTION_VALUE,
     .value = "LEVEL",
     .help = "exit with 1 for findings from this level on (default: error)",
     .completion = COMPLETE_CHOICES,
     .choices = levels},
    RANGE_SINCE_OPTION,
    {.name = NULL},
};

static const Argument arguments[] = {
    RANGE_ARGUMENT("revisions to look at, as in history -r (default: all)"),
    {.name = NULL},
};

const Command command_lint = {
    .name = "lint",
    .summary = "say what scripts would do to a database that is in use",
    .description =
        "Looks at each statement of the upgrades: what it locks and for how long, what it may "
        "lose, "
        "where it fails when tables have rows, which old code it breaks. The history is replayed "
        "on "
        "a throwaway database, so that the state before each statement is known: an index on a "
        "table of the same revision is no finding. On PostgreSQL what a statement locks, reads and "
        "rewrites is observed there.\n"
        "\n"
        "With --url the sizes of that database's tables count: what hits small ones only is told "
        "as information, and times are estimated. Nothing is written.\n"
        "\n"
        "A line `-- migrate: allow ID REASON` above a statement suppresses a finding. Section "
        "[lint] "
        "of the settings sets severities: `PG001 = warning` (error, warning, info, off). `migrate "
        "explain` lists the rules, `migrate explain ID` tells about one. Exits with 1 when there "
        "is "
        "an error among the findings.",
    .examples =
        "migrate lint\tall scripts\n"
        "migrate lint current:head\tthose that the database has not seen\n"
        "migrate lint head --url postgresql://replica/app\tthe newest, by the sizes of live "
        "tables\n"
        "migrate lint --since origin/main --format github\tfor a pull request\n"
        "migrate lint --format sarif >lint.sarif\tfor code scanning\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
