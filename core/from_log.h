/* Scripts that are not in the checkout, as the log keeps them (rule 11). */
#ifndef MIG_FROM_LOG_H
#define MIG_FROM_LOG_H

#include "core/project.h"
#include "core/store.h"

/* Which of these ids (of char*) the log keeps a script of: array of MigLogRow*, in their order. */
GPtrArray *mig_from_log_find(MigProject *project, const GPtrArray *ids, GError **error);

/* Builds the project's graph anew from the scripts that there are, and from the log those that the
 * version rows and they themselves miss. A text of the log that is not what the log's own checksums,
 * parents and id say is MIG_E_CHANGED_SCRIPT: somebody wrote there. What the log does not have
 * either stays missing, and is reported by whoever needs it. *ret_ids (may be NULL): ids of the
 * scripts taken from the log (char*). */
gboolean mig_from_log_complete(MigProject *project, GPtrArray **ret_ids, GError **error);

/* Adds to a MIG_E_UNKNOWN_ROW error that the log keeps scripts of rows (ids, of char*), if it does. */
void mig_from_log_advise(MigProject *project, const GPtrArray *row_ids, const char *target,
                         GError *error);

#endif
