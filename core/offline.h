/* The same steps as an SQL script for `sqlite3 <` or `psql -f` (`--sql`): it stops at the first
 * error, and each step asserts the rows it starts from, in its own transaction, with log rows.
 * The scripts connect to no database; the dialect comes from the URL. New strings. */
#ifndef MIG_OFFLINE_H
#define MIG_OFFLINE_H

#include "core/project.h"
#include "core/steps.h"

char *mig_offline_upgrade(MigProject *project, const char *range, const char *tag, GError **error);
char *mig_offline_downgrade(MigProject *project, const char *range, gboolean all_branches,
                            const char *tag, GError **error);
/* stamp: rows are taken to be none unless target is a range `A:B`. */
char *mig_offline_stamp(MigProject *project, const GPtrArray *targets, gboolean purge,
                        const char *tag, GError **error);

#endif
