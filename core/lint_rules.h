/* The rules of lint as one table, from which lint, explain and the manual page are made. */
#ifndef MIG_LINT_RULES_H
#define MIG_LINT_RULES_H

#include <glib.h>

typedef enum { MIG_LINT_OFF, MIG_LINT_INFO, MIG_LINT_WARNING, MIG_LINT_ERROR } MigLintSeverity;

/* One row. Rules are in files by subject under core/lint-rules/. */
typedef struct {
    const char *id;           /* "PG001" */
    const char *name;         /* "index-not-concurrent" */
    MigLintSeverity severity; /* by default; OFF: only where the settings ask for it */
    gboolean sized;           /* only information where the live table is known to be small */
    const char *title;        /* what it catches, one line, no full stop */
    const char *why;          /* what happens; sentences */
    const char *safe;         /* the safe way; sentences */
} MigLintRule;

/* All rules in the order of their ids within each subject, ended by a NULL id. */
extern const MigLintRule mig_lint_rules[];

/* The rule with this id (any case), or NULL. */
const MigLintRule *mig_lint_rule(const char *id);

/* What has an id in the same catalog, and is not lint's to find. */
typedef struct {
    const char *id;       /* "RV001" */
    const char *name;     /* "several-heads" */
    const char *title;
    const char *why;
    const char *safe;
    const char *found_by; /* "`migrate check`, and …": no full stop */
    const char *answers;  /* the words by which the answers of check and verify tell it, and codes of
                             errors: ",heads,E322,"; "": it has none of its own */
} MigLintElsewhere;

/* All of them in the order of their ids, ended by a NULL id. */
extern const MigLintElsewhere mig_lint_elsewhere[];

/* The one with this id, or name, in any case; or the one whose answers hold this word; or NULL. */
const MigLintElsewhere *mig_lint_elsewhere_find(const char *id);
const MigLintElsewhere *mig_lint_elsewhere_answer(const char *word);

/* Id of the rule that was probably meant, or NULL. */
const char *mig_lint_rule_near(const char *id);

/* "error", "warning", "info", "off"; and back: FALSE when the word is none of them. */
const char *mig_lint_severity_name(MigLintSeverity severity);
gboolean mig_lint_severity_parse(const char *word, MigLintSeverity *ret);

#endif
