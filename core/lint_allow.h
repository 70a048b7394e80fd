/* Suppressions of lint in a script: `-- migrate: allow ID[,ID…] REASON`, above a statement, inside it
 * or behind it on its last line. Findings about the whole script are covered from anywhere in it, and
 * a suppression behind the last statement of a block covers the whole script. */
#ifndef MIG_LINT_ALLOW_H
#define MIG_LINT_ALLOW_H

#include "core/lint_report.h"

/* Reads those of a block. Array of what the two functions below take; add to it block by block. */
GPtrArray *mig_lint_allow_new(void);
void mig_lint_allow_read(GPtrArray *allows, const MigLexRules *rules, const char *text,
                         const MigBlock *block);

/* Marks the findings (from index `first` on) that are covered. Then adds those about the suppressions
 * themselves: without a reason, of an unknown rule, covering nothing. */
void mig_lint_allow_apply(GPtrArray *allows, MigLintReport *report, guint first);

#endif
