/* Scripts that are not in the checkout, as git's history or the log keeps them (rule 11). */
#ifndef MIG_MISSING_H
#define MIG_MISSING_H

#include "core/project.h"
#include "core/store.h"

/* Which of these ids (of char*) the log keeps a script of: array of MigLogRow*, in their order. */
GPtrArray *mig_missing_logged(MigProject *project, const GPtrArray *ids, GError **error);

/* Builds the project's graph anew from the scripts that there are, and those that the version rows
 * and they themselves miss: from git's history, in the version that the log's checksums tell (any,
 * where the log has no row for it); with use_log, else from the log. A text of the log that is not
 * what the log's own checksums, parents and id say is MIG_E_CHANGED_SCRIPT: somebody wrote there.
 * What neither has stays missing, and is reported by whoever needs it. *ret_notes: what was found
 * where (char*). */
gboolean mig_missing_complete(MigProject *project, gboolean use_log, GPtrArray **ret_notes,
                              GError **error);

/* The same, with the scripts of a commit of git in place of the checkout's; what the commit lacks
 * is taken from the checkout first. *ret_ids: the revisions that the commit has (char*). */
gboolean mig_missing_complete_at(MigProject *project, const char *ref, gboolean use_log,
                                 GPtrArray **ret_ids, GPtrArray **ret_notes, GError **error);

/* Adds to a MIG_E_UNKNOWN_ROW error that the log keeps scripts of rows (ids, of char*), if it does.
 */
void mig_missing_advise(MigProject *project, const GPtrArray *row_ids, const char *target,
                        GError *error);

#endif
