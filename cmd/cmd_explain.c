#include "cmd/output.h"
#include "core/lint_rules.h"

static json_t *
rule_json(const MigLintRule *rule)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(rule->id));
    json_object_set_new(object, "name", json_string(rule->name));
    json_object_set_new(object, "severity", json_string(mig_lint_severity_name(rule->severity)));
    json_object_set_new(object, "by_size", json_boolean(rule->sized));
    json_object_set_new(object, "title", json_string(rule->title));
    json_object_set_new(object, "why", json_string(rule->why));
    json_object_set_new(object, "safe", json_string(rule->safe));
    return object;
}

static int
list_rules(const Invocation *invocation)
{
    json_t *list = json_array();

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        if (invocation->format == FORMAT_JSON) {
            json_array_append_new(list, rule_json(rule));
            continue;
        }
        out_styled(invocation, STYLE_ID, "%s", rule->id);
        out(" %-8s %s: %s\n", mig_lint_severity_name(rule->severity), rule->name, rule->title);
    }
    if (invocation->format == FORMAT_JSON)
        out_json(list);
    else
        json_decref(list);
    return 0;
}

static void
print_rule(const Invocation *invocation, const MigLintRule *rule)
{
    out_styled(invocation, STYLE_ID, "%s", rule->id);
    out(" %s: %s\n\n", rule->name, rule->title);
    out("What happens: %s\n\n", rule->why);
    out("The safe way: %s\n\n", rule->safe);
    out("Severity: %s%s.\n", mig_lint_severity_name(rule->severity),
        rule->severity == MIG_LINT_OFF
            ? ", that is, only where the settings ask for it"
            : (rule->sized ? "; info where the live table (lint --url) is small" : ""));
    out("Set it in section [lint] of migrate.ini: %s = error, warning, info or off.\n", rule->id);
    out("Suppress one finding, in the line above the statement: -- migrate: allow %s REASON\n",
        rule->id);
}

static int
run(Invocation *invocation, GError **error)
{
    const char *id = invocation_argument(invocation, 0);

    if (!id)
        return list_rules(invocation);
    const MigLintRule *rule = mig_lint_rule(id);

    if (!rule) {
        const char *near = mig_lint_rule_near(id);

        mig_set_error(error, MIG_E_BAD_ARGUMENT, "there is no rule '%s'", id);
        if (near)
            mig_error_set_hint(error ? *error : NULL, "Did you mean '%s'?", near);
        mig_error_set_next(error ? *error : NULL, "migrate explain");
        return -1;
    }
    if (invocation->format == FORMAT_JSON)
        out_json(rule_json(rule));
    else
        print_rule(invocation, rule);
    return 0;
}

static const Argument arguments[] = {
    {.name = "ID", .optional = TRUE, .help = "a rule of lint, as PG001 (default: list them all)"},
    {.name = NULL},
};

const Command command_explain = {
    .name = "explain",
    .summary = "tell what a rule of lint is about",
    .description = "Prints what a rule catches, what would happen, and the safe way; without ID, the "
                   "list of all rules with their severities. Those that are off are looked at only "
                   "where section [lint] of the settings turns them on.",
    .examples = "migrate explain PG001\tone rule\n"
                "migrate explain\tall of them\n",
    .arguments = arguments,
    .run = run,
};
