/* `lint`: what the statements of scripts would do to a database that lives: by the rules of
 * core/lint_rules.h, with the state before each statement known from a replay on scratch. */
#ifndef MIG_LINT_H
#define MIG_LINT_H

#include "core/lint_report.h"
#include "core/project.h"

typedef struct {
    const char *range;          /* as history -r; NULL: all revisions */
    const GPtrArray *revisions; /* of MigRevision*: these instead of the range; or NULL */
    gboolean live;              /* look at the project's database for the sizes of its tables */
} MigLintOptions;

typedef struct {
    GPtrArray *findings; /* of MigLintFinding*, by revision in the order in which they run, then by
                            place; those of severity OFF are left out */
    GPtrArray *revisions; /* of const MigRevision*: looked at, in the order in which they run */
    guint n_suppressed;
    GError *stopped;  /* the statement that does not run on scratch, behind which nothing could be
                         looked at; NULL: everything was */
    const MigRevision *stopped_at; /* its revision, also where a finding says why it fails */
} MigLintResult;

void mig_lint_result_free(MigLintResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigLintResult, mig_lint_result_free)

/* Looks at the upgrades of the revisions. Findings are no error. */
MigLintResult *mig_lint(MigProject *project, const MigLintOptions *options, GError **error);

#endif
