#include <string.h>

#include "cmd/output.h"
#include "core/error_texts.h"
#include "core/lint_rules.h"
#include "core/suggest.h"

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
    json_object_set_new(object, "found_by", json_string("`migrate lint`"));
    return object;
}

static json_t *
elsewhere_json(const MigLintElsewhere *one)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(one->id));
    json_object_set_new(object, "name", json_string(one->name));
    json_object_set_new(object, "severity", json_null());
    json_object_set_new(object, "by_size", json_false());
    json_object_set_new(object, "title", json_string(one->title));
    json_object_set_new(object, "why", json_string(one->why));
    json_object_set_new(object, "safe", json_string(one->safe));
    json_object_set_new(object, "found_by", json_string(one->found_by));
    return object;
}

static int
exit_status(const MigErrorText *text)
{
    g_autoptr(GError) sample = mig_error_new(text->code, "%s", text->title);

    return mig_error_exit_status(sample);
}

static json_t *
error_json(const MigErrorText *text)
{
    json_t *object = json_object();

    json_object_set_new(object, "id", json_string(mig_error_code_name(text->code)));
    json_object_set_new(object, "title", json_string(text->title));
    json_object_set_new(object, "why", json_string(text->why));
    json_object_set_new(object, "safe", json_string(text->cure));
    json_object_set_new(object, "exit_status", json_integer(exit_status(text)));
    return object;
}

static int
list_as_json(void)
{
    json_t *list = json_array();

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++)
        json_array_append_new(list, rule_json(rule));
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++)
        json_array_append_new(list, elsewhere_json(one));
    for (const MigErrorText *text = mig_error_texts; text->code; text++)
        json_array_append_new(list, error_json(text));
    out_json(list);
    return 0;
}

static int
list_all(const Invocation *invocation)
{
    if (invocation->format == FORMAT_JSON)
        return list_as_json();
    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        out_styled(invocation, STYLE_ID, "%s", rule->id);
        out(" %-8s %s: %s\n", mig_lint_severity_name(rule->severity), rule->name, rule->title);
    }
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++) {
        out_styled(invocation, STYLE_ID, "%s", one->id);
        out(" %-8s %s: %s\n", "-", one->name, one->title);
    }
    for (const MigErrorText *text = mig_error_texts; text->code; text++) {
        out_styled(invocation, STYLE_ID, "%s", mig_error_code_name(text->code));
        out("  exit %d   %s\n", exit_status(text), text->title);
    }
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

static void
print_elsewhere(const Invocation *invocation, const MigLintElsewhere *one)
{
    out_styled(invocation, STYLE_ID, "%s", one->id);
    out(" %s: %s\n\n", one->name, one->title);
    out("What happens: %s\n\n", one->why);
    out("What to do: %s\n\n", one->safe);
    out("Found by: %s.\n", one->found_by);
}

static void
print_error(const Invocation *invocation, const MigErrorText *text)
{
    out_styled(invocation, STYLE_ID, "%s", mig_error_code_name(text->code));
    out(": %s\n\n", text->title);
    out("What it means: %s\n\n", text->why);
    out("What to do: %s\n\n", text->cure);
    out("Exit status: %d.\n", exit_status(text));
}

static const MigLintRule *
rule_called(const char *name)
{
    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        if (g_ascii_strcasecmp(rule->name, name) == 0)
            return rule;
    }
    return mig_lint_rule(name);
}

static const char *
nearest(const char *code)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *upper = g_ascii_strup(code, -1);

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++)
        g_ptr_array_add(names, (gpointer)rule->id);
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++)
        g_ptr_array_add(names, (gpointer)one->id);
    for (const MigErrorText *text = mig_error_texts; text->code; text++)
        g_ptr_array_add(names, (gpointer)mig_error_code_name(text->code));
    g_ptr_array_add(names, NULL);
    return mig_suggest(upper, (const char *const *)names->pdata);
}

static int
explain(const Invocation *invocation, const char *code, GError **error)
{
    const MigLintRule *rule = rule_called(code);
    const MigLintElsewhere *one = rule ? NULL : mig_lint_elsewhere_find(code);
    const MigErrorText *text = rule || one ? NULL : mig_error_text(code);

    if (!rule && !one && !text)
        one = mig_lint_elsewhere_answer(code);
    if (!rule && !one && !text) {
        const char *near = nearest(code);

        mig_set_error(error, MIG_E_BAD_ARGUMENT, "there is no rule and no error '%s'", code);
        if (near)
            mig_error_set_hint(error ? *error : NULL, "Did you mean '%s'?", near);
        mig_error_set_next(error ? *error : NULL, "migrate explain");
        return -1;
    }
    if (invocation->format == FORMAT_JSON)
        out_json(rule ? rule_json(rule) : one ? elsewhere_json(one) : error_json(text));
    else if (rule)
        print_rule(invocation, rule);
    else if (one)
        print_elsewhere(invocation, one);
    else
        print_error(invocation, text);
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    const char *code = invocation_argument(invocation, 0);

    return code ? explain(invocation, code, error) : list_all(invocation);
}

static const Argument arguments[] = {
    {.name = "CODE",
     .optional = TRUE,
     .help = "a rule, as PG001 or index-not-concurrent, an error, as E401, or an answer of check or "
             "verify, as not-inverse (default: list them all)"},
    {.name = NULL},
};

const Command command_explain = {
    .name = "explain",
    .summary = "tell what a rule of lint, or the code of an error, is about",
    .description =
        "Prints what a rule catches, what would happen, and the safe way; of an error what it means, "
        "which state it leaves, and what to do next. Without CODE, the list of all: rules with their "
        "severities, errors with their exit statuses. Rules that are off are looked at only where "
        "section [lint] of the settings turns them on; those with a dash are found by other commands.",
    .examples = "migrate explain PG001\tone rule\n"
                "migrate explain E604\tan error\n"
                "migrate explain\tall of them\n",
    .arguments = arguments,
    .run = run,
};
