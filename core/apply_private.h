/* What the files of apply share: steps made ready to run. */
#ifndef MIG_APPLY_PRIVATE_H
#define MIG_APPLY_PRIVATE_H

#include "core/apply.h"
#include "core/store.h"

typedef struct {
    const MigBlock *block;
    guint number;       /* from 1, among the step's blocks */
    GArray *statements; /* of MigStatement: offsets and lines in the script's whole text */
} MigReadyBlock;

typedef struct {
    const MigStep *step;
    GPtrArray *blocks; /* of MigReadyBlock* */
} MigReadyStep;

void mig_ready_step_free(MigReadyStep *ready);

/* Reads, splits and judges the scripts of steps; whatever can be refused is (rule 3), all of it
 * together. replay: on scratch, where each step is its own. Array of MigReadyStep*; the steps must
 * outlive it. */
GPtrArray *mig_apply_prepare(MigProject *project, const MigDialect *dialect, const GPtrArray *steps,
                             gboolean replay, GError **error);

/* MIG_E_HALF_DONE when the log holds a step that was cut short. */
gboolean mig_apply_refuse_half_done(MigProject *project, GError **error);

/* The options of units that do the project's settings and the caller's options justice, without
 * callbacks. options may be NULL. */
MigUnitsOptions mig_apply_units_options(MigProject *project, const MigApplyOptions *options);

/* Running steps: begin takes the lock, then either steps or leave. */
typedef struct _MigRun MigRun;

/* options: NULL for a replay, which knows neither rows nor log. */
MigRun *mig_run_new(MigProject *project, MigConnection *connection, const MigApplyOptions *options);
void mig_run_free(MigRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigRun, mig_run_free)
gboolean mig_run_begin(MigRun *run, GError **error);
/* Runs what was made ready and ends. */
gboolean mig_run_steps(MigRun *run, const GPtrArray *ready, GError **error);
/* Ends without having run anything. */
void mig_run_leave(MigRun *run);
/* How many steps are durable. */
guint mig_run_done(const MigRun *run);

#endif
