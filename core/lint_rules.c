#include "core/lint_rules.h"

#include <string.h>

#include "core/suggest.h"

#define OFF MIG_LINT_OFF, FALSE
#define INFO MIG_LINT_INFO, FALSE
#define WARNING MIG_LINT_WARNING, FALSE
#define ERROR MIG_LINT_ERROR, FALSE
#define WARNING_BY_SIZE MIG_LINT_WARNING, TRUE
#define ERROR_BY_SIZE MIG_LINT_ERROR, TRUE

const MigLintRule mig_lint_rules[] = {
#include "core/lint-rules/locks.def"
#include "core/lint-rules/correctness.def"
#include "core/lint-rules/compatibility.def"
#include "core/lint-rules/style.def"
#include "core/lint-rules/sqlite.def"
#include "core/lint-rules/revision.def"
    {NULL, NULL, OFF, NULL, NULL, NULL},
};

const MigLintElsewhere mig_lint_elsewhere[] = {
#include "core/lint-rules/elsewhere.def"
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

static const char *const severities[] = {
    [MIG_LINT_OFF] = "off",
    [MIG_LINT_INFO] = "info",
    [MIG_LINT_WARNING] = "warning",
    [MIG_LINT_ERROR] = "error",
};

const MigLintRule *
mig_lint_rule(const char *id)
{
    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        if (g_ascii_strcasecmp(rule->id, id) == 0)
            return rule;
    }
    return NULL;
}

const MigLintElsewhere *
mig_lint_elsewhere_find(const char *id)
{
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++) {
        if (g_ascii_strcasecmp(one->id, id) == 0 || g_ascii_strcasecmp(one->name, id) == 0)
            return one;
    }
    return NULL;
}

const MigLintElsewhere *
mig_lint_elsewhere_answer(const char *word)
{
    g_autofree char *item = g_strdup_printf(",%s,", word);

    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++) {
        if (strstr(one->answers, item))
            return one;
    }
    return NULL;
}

const char *
mig_lint_rule_near(const char *id)
{
    const char *names[2 * G_N_ELEMENTS(mig_lint_rules)];
    gsize n = 0;

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        names[n++] = rule->id;
        if (g_ascii_strcasecmp(rule->name, id) == 0)
            return rule->id;
    }
    names[n] = NULL;
    g_autofree char *upper = g_ascii_strup(id, -1);

    return mig_suggest(upper, names);
}

const char *
mig_lint_severity_name(MigLintSeverity severity)
{
    return severities[severity];
}

gboolean
mig_lint_severity_parse(const char *word, MigLintSeverity *ret)
{
    for (guint i = 0; i < G_N_ELEMENTS(severities); i++) {
        if (g_ascii_strcasecmp(word, severities[i]) == 0) {
            *ret = (MigLintSeverity)i;
            return TRUE;
        }
    }
    return FALSE;
}
