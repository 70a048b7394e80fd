/* Drift: how the live database differs from what the scripts that it has applied make. */
#ifndef MIG_DRIFT_H
#define MIG_DRIFT_H

#include "core/order.h"
#include "core/project.h"

typedef struct {
    MigSchema *expected, *live; /* versions@current, live */
    MigPlan *plan;              /* from the first to the second */
} MigDrift;

/* Replays the applied revisions on scratch and compares; include and exclude count. Errors: those
 * of both sources, as of an unknown row. */
MigDrift *mig_drift(MigProject *project, GError **error);
void mig_drift_free(MigDrift *drift);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigDrift, mig_drift_free)

#endif
