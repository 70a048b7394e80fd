#include "cmd/databases.h"
#include "cmd/findings.h"
#include "cmd/output.h"
#include "core/check.h"
#include "core/lint_rules.h"

static void
print_json(MigProject *project, const GPtrArray *findings, gboolean ok)
{
    json_t *object = database_json(project), *list = json_array();

    for (guint i = 0; i < findings->len; i++) {
        const MigFinding *finding = findings->pdata[i];
        json_t *item = json_object();

        json_object_set_new(item, "reason", json_string(finding->reason));
        json_object_set_new(item, "rule", text_json(finding->rule));
        json_object_set_new(item, "ok", json_boolean(finding->ok));
        json_object_set_new(item, "message", json_string(finding->message));
        json_object_set_new(item, "file", text_json(finding->file));
        json_object_set_new(item, "line",
                            finding->line ? json_integer(finding->line) : json_null());
        json_object_set_new(item, "sql", text_json(finding->sql));
        json_object_set_new(item, "diff", text_json(finding->diff));
        json_object_set_new(item, "hint", text_json(finding->hint));
        json_array_append_new(list, item);
    }
    json_object_set_new(object, "ok", json_boolean(ok));
    json_object_set_new(object, "findings", list);
    out_json(object);
}

static void
print_text(const Invocation *invocation, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++) {
        const MigFinding *finding = findings->pdata[i];

        out_styled(invocation, finding->ok ? STYLE_GOOD : STYLE_BAD, "%s",
                   finding->ok ? "ok: " : "no: ");
        if (finding->file && finding->line)
            out("%s:%d: ", finding->file, finding->line);
        else if (finding->file)
            out("%s: ", finding->file);
        out("%s\n", finding->message);
        if (finding->diff)
            out("%s", finding->diff);
        if (finding->sql)
            out_sql(invocation, finding->sql);
        if (finding->hint)
            talk(invocation, "hint: %s", finding->hint);
    }
}

/* rule: the catalog's; NULL: it is not there. */
static FindingRule
finding_rule(const char *reason, const char *rule)
{
    const MigLintElsewhere *one = rule ? mig_lint_elsewhere_find(rule) : NULL;
    FindingRule found = {.id = reason, .level = FINDING_ERROR};

    if (one) {
        found.name = one->id;
        found.title = one->title;
        found.why = one->why;
        found.cure = one->safe;
    }
    return found;
}

/* As annotations, SARIF or JUnit. */
static void
report_answers(const Invocation *invocation, const GPtrArray *answers)
{
    g_autoptr(GArray) findings = g_array_new(FALSE, FALSE, sizeof(Finding));
    g_autoptr(GArray) examined = g_array_new(FALSE, FALSE, sizeof(Examined));

    for (guint i = 0; i < answers->len; i++) {
        const MigFinding *answer = answers->pdata[i];
        const Examined asked = {answer->reason, answer->message, answer->file};
        const Finding finding = {
            .rule = finding_rule(answer->reason, answer->rule),
            .level = FINDING_ERROR,
            .revision = answer->reason,
            .file = answer->file,
            .line = answer->line,
            .message = answer->message,
            .blocks = answer->diff,
            .safe = answer->hint ? answer->hint : answer->sql,
        };

        g_array_append_val(examined, asked);
        if (!answer->ok)
            g_array_append_val(findings, finding);
    }
    const Report report = {"check", findings, examined, NULL};

    report_print(invocation, &report);
}

static int
check(Invocation *invocation, MigProject *project, GError **error)
{
    const MigCheckOptions wanted = {.against_versions = invocation_has(invocation, "against"),
                                    .since = invocation_value(invocation, "since")};
    g_autoptr(GPtrArray) findings = mig_check(project, &wanted, error);
    gboolean ok = TRUE;

    if (!findings)
        return -1;
    for (guint i = 0; i < findings->len; i++)
        ok = ok && ((MigFinding *)findings->pdata[i])->ok;
    if (invocation->format == FORMAT_JSON)
        print_json(project, findings, ok);
    else if (invocation->format == FORMAT_TEXT)
        print_text(invocation, findings);
    else
        report_answers(invocation, findings);
    return ok ? 0 : 1;
}

static int
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, check, error);
}

static const char *const sides[] = {"versions", NULL};

static const Option options[] = {
    FINDING_FORMAT_OPTION,
    {.name = "against",
     .kind = OPTION_VALUE,
     .value = "versions",
     .help = "replay the scripts on scratch and ask nothing of the database",
     .completion = COMPLETE_CHOICES,
     .choices = sides},
    {.name = "since",
     .kind = OPTION_VALUE,
     .value = "REF",
     .help =
         "ask git, too: what happened to the scripts since REF (origin/main), and would a merge "
         "with it leave two heads?"},
    {.name = NULL},
};

const Command command_check = {
    .name = "check",
    .summary = "check that everything fits together",
    .description =
        "Asks, and answers each on a line of its own: Is the graph of revisions sound? Has it one "
        "head? Is the database at head? Are the applied scripts as they were when they ran? Is the "
        "database what the model says? If not, the SQL that would remove the difference is shown.\n"
        "\n"
        "With --since it asks of the scripts, too: was one that REF has already edited or deleted "
        "here, "
        "and will there be two heads once this branch is merged with REF?\n"
        "\n"
        "Exits with 1 when an answer is no. Tables that the versions did not create are named, and "
        "are no difference. Nothing is ever written.",
    .examples = "migrate check\tbefore a release: does the model have a migration, and is it "
                "applied?\n"
                "migrate check --against versions\tthe same in CI, without a database\n"
                "migrate check --against versions --since origin/main\tfor a pull request\n",
    .options = options,
    .run = run,
};
