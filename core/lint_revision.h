/* Rules of lint about a script as a whole. */
#ifndef MIG_LINT_REVISION_H
#define MIG_LINT_REVISION_H

#include "core/lint_report.h"

/* blocks: of MigLintBlock*, of the upgrade. */
void mig_lint_revision(MigLintReport *report, const MigRevision *revision, const GPtrArray *blocks,
                       gboolean has_downgrade);

#endif
