/* The revisions that a command looks at: a range, or what is new since a commit of git. */
#ifndef MIGRATE_CMD_RANGE_H
#define MIGRATE_CMD_RANGE_H

#include "cmd/command.h"

/* Entry of a command's option table. */
#define RANGE_SINCE_OPTION                                                                         \
    {                                                                                              \
        .name = "since", .kind = OPTION_VALUE, .value = "REF",                                     \
        .help = "only what is new or edited since the commit in common with REF (origin/main)"     \
    }

/* Entry of its argument table, the first; text says what is done with the revisions. */
#define RANGE_ARGUMENT(text)                                                                       \
    {                                                                                              \
        .name = "RANGE", .optional = TRUE, .help = text, .completion = COMPLETE_REVISION           \
    }

/* What --since names (new array of MigRevision*, which the project owns), or NULL without it: the
 * range, or all, is meant then. MIG_E_USAGE when both are given; the errors of mig_since_recent().
 */
gboolean range_recent(const Invocation *invocation, MigProject *project, GPtrArray **ret_recent,
                      GError **error);

#endif
