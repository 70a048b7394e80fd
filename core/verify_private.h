/* What the files of verify share. */
#ifndef MIG_VERIFY_PRIVATE_H
#define MIG_VERIFY_PRIVATE_H

#include "core/verify.h"

/* Part of a verification that one scratch database is enough for. */
typedef struct {
    const MigVerifyOptions *options;
    const GPtrArray *judged; /* of MigRevision*: of the whole verification */
    guint first, end; /* which of them, in the order of an upgrade, are judged here; what lies
                         before is replayed */
    const int *stop;  /* not 0 (read atomically): give up; may be NULL */
} MigVerifyStretch;

void mig_verify_result_free(MigVerifyResult *result);

/* Judges a stretch on scratch, and the model when the stretch is the last one. Results are added to
 * results in order. */
gboolean mig_verify_stretch(MigProject *project, const MigVerifyStretch *stretch,
                            GPtrArray *results, GError **error);

/* The same for all that is to be judged, by several threads with a scratch database each. Events
 * come in order, in this thread. project must have a twin (mig_project_twin()). */
gboolean mig_verify_jobs(MigProject *project, const MigVerifyStretch *whole, guint n_jobs,
                         GPtrArray *results, GError **error);

/* The state that scratch is in, as far as the settings include it. hidden: names of the tool's tables. */
MigSchema *mig_verify_look(MigProject *project, MigScratch *place, MigConnection *scratch,
                           GPtrArray *hidden, GError **error);

/* NULL when the states are equal; else the SQL from `reached` to `expected`. */
char *mig_verify_difference(MigScratch *place, MigConnection *scratch, MigSchema *reached,
                            const MigSchema *expected, GError **error);

/* Tries the merge points among the judged in the other order; adds a result for each that is at
 * fault. */
gboolean mig_verify_merges(MigProject *project, const GPtrArray *judged, GPtrArray *results,
                           GError **error);

#endif
