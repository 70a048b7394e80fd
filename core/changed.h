/* Applied scripts that were edited since: what the log remembers against what the files say. */
#ifndef MIG_CHANGED_H
#define MIG_CHANGED_H

#include "core/project.h"

typedef struct {
    MigRevision *revision;
    gboolean upgrade, downgrade; /* tokens or block options differ */
    gboolean parents;            /* down_revision differs */
} MigChangedScript;

/* All that changed among the applied revisions (rows and their ancestors; rows: of MigRevision*),
 * load order; array of MigChangedScript*. A revision without a log row (applied before the tool was
 * adopted) is unknown, not changed. */
GPtrArray *mig_changed_scripts(MigProject *project, const GPtrArray *rows, GError **error);

/* One for people: "9b2f (upgrade, down_revision)". New string. */
char *mig_changed_describe(const MigChangedScript *script);

/* MIG_E_CHANGED_SCRIPT naming the revisions whose upgrade changed, if there are any. */
gboolean mig_changed_refuse(MigProject *project, const GPtrArray *rows, GError **error);

#endif
