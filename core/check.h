/* `check`: is the graph sound with one head, the database at head, model and database equal,
 * applied scripts unchanged? Also what `status` shows. */
#ifndef MIG_CHECK_H
#define MIG_CHECK_H

#include "core/autogenerate.h"

/* One answer. reason: stable word for JSON: "graph", "heads", "not-at-head", "unknown-row",
 * "changed-script", "difference". */
typedef struct {
    const char *reason;
    gboolean ok;
    char *message; /* one line */
    char *sql;     /* difference: the SQL that would remove it; else NULL */
    char *hint;    /* what to do, or NULL */
} MigFinding;

/* Array of MigFinding*, one for each question asked, in a fixed order. An error (connect failed, a
 * broken script) is an error, not a finding; but an unsound graph is one. */
GPtrArray *mig_check(MigProject *project, gboolean against_versions, GError **error);

#endif
