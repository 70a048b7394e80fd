#include "cmd/findings.h"
#include "cmd/output.h"
#include "cmd/range.h"
#include "core/lint_rules.h"
#include "core/verify.h"

static const char *const verdict_texts[] = {
    [MIG_VERIFY_OK] = "up, down and up again",
    [MIG_VERIFY_IRREVERSIBLE] = "irreversible: only the upgrade was tried",
    [MIG_VERIFY_UP_FAILED] = "the upgrade fails",
    [MIG_VERIFY_DOWN_FAILED] = "the downgrade fails",
    [MIG_VERIFY_NOT_INVERSE] = "the downgrade is not the inverse of the upgrade; what it leaves "
                               "undone:",
    [MIG_VERIFY_NOT_REPEATABLE] = "the second upgrade does not lead where the first did; the "
                                  "difference:",
    [MIG_VERIFY_NOT_MODEL] = "the end of the history is not the model; what is missing:",
    [MIG_VERIFY_NOT_COMMUTING] = "the branches that it joins do not end there in the other order; the "
                                 "difference:",
};

static json_t *
result_json(const MigVerifyResult *result)
{
    const MigLintElsewhere *one =
        mig_lint_elsewhere_answer(mig_verify_verdict_name(result->verdict));
    json_t *object = json_object();

    json_object_set_new(object, "revision",
                        result->revision ? json_string(result->revision->id) : json_null());
    json_object_set_new(object, "verdict", json_string(mig_verify_verdict_name(result->verdict)));
    json_object_set_new(object, "rule", text_json(one ? one->id : NULL));
    json_object_set_new(object, "ok", json_boolean(!mig_verify_verdict_is_fault(result->verdict)));
    json_object_set_new(object, "sql", text_json(result->sql));
    json_object_set_new(object, "error",
                        result->error ? error_as_json(result->error) : json_null());
    json_object_set_new(object, "elapsed_us", json_integer(result->elapsed_us));
    return object;
}

static void
print_result(const Invocation *invocation, const MigVerifyResult *result)
{
    const gboolean fault = mig_verify_verdict_is_fault(result->verdict);

    out_styled(invocation, fault ? STYLE_BAD : STYLE_GOOD, "%s", fault ? "fault" : "ok");
    out(" ");
    if (result->revision)
        out_styled(invocation, STYLE_ID, "%s", result->revision->id);
    else
        out("model");
    out(": %s\n",
        result->revision || fault ? verdict_texts[result->verdict] : "is where the history ends");
    if (result->sql)
        out_sql(invocation, result->sql);
    if (result->error)
        report_error(invocation, result->error);
}

/* The line of the revision's downgrade, which is what most faults are about; 0: it has none. */
static int
downgrade_line(const MigRevision *revision)
{
    const GArray *blocks = revision->script->blocks;

    for (guint i = 0; blocks && i < blocks->len; i++) {
        const MigBlock *block = &g_array_index(blocks, MigBlock, i);

        if (block->direction == MIG_DOWNGRADE)
            return block->line;
    }
    return 0;
}

static Finding
finding_of(const MigVerifyResult *result)
{
    const MigErrorDetails *details = result->error ? mig_error_details(result->error) : NULL;
    const MigRevision *revision = result->revision;
    const char *name = mig_verify_verdict_name(result->verdict);
    const MigLintElsewhere *one = mig_lint_elsewhere_answer(name);
    Finding finding = {
        .rule = {.id = name,
                 .name = one ? one->id : NULL,
                 .title = verdict_texts[result->verdict],
                 .why = one ? one->why : NULL,
                 .cure = one ? one->safe : NULL,
                 .level = FINDING_ERROR},
        .level = FINDING_ERROR,
        .revision = revision ? revision->id : "model",
        .file = revision ? revision->script->path : NULL,
        .line = revision ? downgrade_line(revision) : 0,
        .message = verdict_texts[result->verdict],
        .safe = result->sql};

    if (result->error)
        finding.message = result->error->message;
    if (details && details->file && details->line > 0) {
        finding.file = details->file;
        finding.line = details->line;
        finding.column = details->column;
    }
    return finding;
}

/* As annotations, SARIF or JUnit. */
static int
report_results(const Invocation *invocation, const GPtrArray *results)
{
    g_autoptr(GArray) findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    g_autoptr(GArray) examined = g_array_new(FALSE, FALSE, sizeof(Examined));

    for (guint i = 0; i < results->len; i++) {
        const MigVerifyResult *result = results->pdata[i];
        const MigRevision *revision = result->revision;
        const Examined seen = {revision ? revision->id : "model",
                               revision ? revision->script->message : "the end of the history",
                               revision ? revision->script->path : NULL};

        g_array_append_val(examined, seen);
        if (mig_verify_verdict_is_fault(result->verdict)) {
            const Finding finding = finding_of(result);

            g_array_append_val(findings, finding);
        }
    }
    const Report report = {"verify", findings, examined, NULL};

    report_print(invocation, &report);
    return findings->len > 0;
}

static int
verify(Invocation *invocation, MigProject *project, const MigVerifyOptions *options, GError **error)
{
    json_t *list = json_array();
    guint n_revisions = 0, n_faults = 0, n_irreversible = 0;

    if (invocation->format == FORMAT_JSON)
        mig_project_on_event(project, NULL, NULL); /* one document, not a stream */
    g_autoptr(GPtrArray) results = mig_verify(project, options, error);

    if (results && invocation->format != FORMAT_TEXT && invocation->format != FORMAT_JSON) {
        json_decref(list);
        return report_results(invocation, results);
    }

    for (guint i = 0; results && i < results->len; i++) {
        const MigVerifyResult *result = results->pdata[i];

        n_revisions += result->revision && result->verdict != MIG_VERIFY_NOT_COMMUTING;
        n_faults += mig_verify_verdict_is_fault(result->verdict);
        n_irreversible += result->verdict == MIG_VERIFY_IRREVERSIBLE;
        if (invocation->format == FORMAT_JSON)
            json_array_append_new(list, result_json(result));
        else if (result->verdict != MIG_VERIFY_OK || !result->revision)
            print_result(invocation, result);
    }
    if (!results) {
        json_decref(list);
        return -1;
    }
    if (invocation->format == FORMAT_JSON) {
        out_json(list);
    } else {
        json_decref(list);
        talk(invocation, "verified %u revision%s, %u irreversible, %u at fault", n_revisions,
             n_revisions == 1 ? "" : "s", n_irreversible, n_faults);
    }
    return n_faults > 0;
}

static gboolean
read_jobs(const Invocation *invocation, guint *ret_jobs, GError **error)
{
    const char *text = invocation_value(invocation, "jobs");
    guint64 jobs = 0;

    if (text && !g_ascii_string_to_unsigned(text, 10, 1, 64, &jobs, NULL)) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "option '--jobs': '%s' is no number from 1 to 64",
                      text);
        return FALSE;
    }
    *ret_jobs = (guint)jobs;
    return TRUE;
}

static int
run(Invocation *invocation, GError **error)
{
    MigVerifyOptions options = {.range = invocation_argument(invocation, 0),
                                .merges = invocation_has(invocation, "merges"),
                                .no_model = invocation_has(invocation, "no-model"),
                                .keep_going = invocation_has(invocation, "keep-going")};

    if (!read_jobs(invocation, &options.jobs, error))
        return -1;
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autoptr(GPtrArray) recent = NULL;

    if (!project || !range_recent(invocation, project, &recent, error))
        return -1;
    options.only = recent;
    return verify(invocation, project, &options, error);
}

static const Option options[] = {
    FINDING_FORMAT_OPTION,
    {.name = "keep-going", .letter = 'k', .help = "go on after the first fault"},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPTION_VALUE,
     .value = "N",
     .help = "how many scratch databases are worked on at once (default: as many as help)"},
    {.name = "merges", .help = "try the branches of merge points in the other order, too"},
    {.name = "no-model", .help = "do not compare the end of the history with the model"},
    RANGE_SINCE_OPTION,
    {.name = NULL},
};

static const Argument arguments[] = {
    RANGE_ARGUMENT("revisions to verify, as in history -r (default: all)"),
    {.name = NULL},
};

const Command command_verify = {
    .name = "verify",
    .summary = "prove on scratch that every script runs up, down and up again",
    .description =
        "Replays the history from base on a throwaway database. Each revision of the range goes "
        "up, down and up again: the downgrade must be the exact inverse of the upgrade. At the "
        "end of the history the state must equal the model. Your database is not touched, and "
        "need not exist. With --merges the branches that a merge point joins are run in the other order, "
        "too: databases that took them in either order are to end as one. The exit status is 1 when there is a fault.",
    .examples = "migrate verify\tthe whole history\n"
                "migrate verify 4f1c:head\tfrom one revision on\n"
                "migrate verify --since origin/main\twhat a pull request adds\n"
                "migrate verify --keep-going --format json\tall faults, for a program\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
