/* The version table as steps move it. */
#ifndef MIG_STEPS_MOVES_H
#define MIG_STEPS_MOVES_H

#include "core/steps.h"

typedef struct _MigRowTracker MigRowTracker;

/* Follows the version table from rows (of MigRevision*); applied: these and their ancestors. */
MigRowTracker *mig_row_tracker_new(const MigGraph *graph, const GPtrArray *rows,
                                   const MigRevisionSet *applied);
void mig_row_tracker_free(MigRowTracker *tracker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigRowTracker, mig_row_tracker_free)

/* The step that moves the rows over revision, which must be next in order. */
MigStep *mig_row_tracker_step(MigRowTracker *tracker, MigRevision *revision,
                              MigDirection direction);

/* The row ids as they are now: of char*, sorted; owned by the tracker. */
const GPtrArray *mig_row_tracker_rows(const MigRowTracker *tracker);

#endif
