/* What the files of the revision room share among themselves. */
#ifndef MIG_REVISION_PRIVATE_H
#define MIG_REVISION_PRIVATE_H

#include "core/revision.h"

/* A time in the time zone of the settings. */
GDateTime *mig_revision_time(const MigConfig *config, gint64 epoch_seconds);

/* Parents of a new revision by the options, as an array of MigRevision*; empty: a base. */
GPtrArray *mig_revision_parents(const MigGraph *graph, const MigRevisionOptions *options,
                                GError **error);

/* Its dependencies as they are to be written: ids, but labels that were given as such stay. Array of
 * char*. */
GPtrArray *mig_revision_deps(const MigGraph *graph, const MigRevisionOptions *options,
                             GError **error);

/* The folder (absolute) that the new script belongs in. */
char *mig_revision_folder(MigProject *project, const MigRevisionOptions *options,
                          const GPtrArray *parents, GError **error);

#endif
