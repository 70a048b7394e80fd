/* `check`: is the graph sound with one head, the database at head, its applied scripts unchanged,
 * and is it what the model says? */
#ifndef MIG_CHECK_H
#define MIG_CHECK_H

#include "core/autogenerate.h"

/* One answer. reason: stable word for JSON: "graph", "heads", "not-at-head", "unknown-row",
 * "changed-script", "half-done", "difference"; and since a commit of git: "edited-script",
 * "deleted-script", "heads-after-merge". */
typedef struct {
    const char *reason;
    const char *rule; /* its id in the catalog of lint, "RV001", or NULL: it has none */
    gboolean ok;
    char *message; /* one line */
    char *file;    /* the script that it is about, or NULL */
    int line;      /* of the file, from 1; 0: the whole file */
    char *sql;     /* difference: the SQL that would remove it; else NULL */
    char *diff;    /* edited and changed scripts: what was edited, as a unified diff; else NULL */
    char *hint;    /* what to do, or NULL */
} MigFinding;

typedef struct {
    gboolean against_versions; /* nothing is asked of the database */
    const char *since; /* a commit of git: asks of what happened to the scripts since; or NULL */
} MigCheckOptions;

/* Array of MigFinding*, one for each question asked, in a fixed order; an unsound graph has one for
 * each of its faults. Questions that an answer leaves without sense are not asked: of an unsound
 * graph nothing more, of a database that is not at head not whether it equals the model.
 * An error (connect failed, a broken script) is
 * an error, not a finding. What is unmanaged is told as a NOTICE. */
GPtrArray *mig_check(MigProject *project, const MigCheckOptions *options, GError **error);

#endif
