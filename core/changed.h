/* Applied scripts that were edited since: what the log remembers against what the files say. */
#ifndef MIG_CHANGED_H
#define MIG_CHANGED_H

#include "core/project.h"
#include "core/store.h"

typedef struct {
    MigRevision *revision;
    gboolean upgrade, downgrade; /* tokens or block options differ */
    gboolean parents;            /* down_revision differs */
    char *old_parents;           /* those of the log, as "a, b"; NULL: unknown */
    char *diff; /* from the text in the log to the file's; NULL: the log has none */
} MigChangedScript;

void mig_changed_free(MigChangedScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigChangedScript, mig_changed_free)

/* One revision (its body is loaded as needed) against a log row with the script: NULL without error
 * when nothing that counts has changed. old_name: what the diff calls the row's text; NULL: what
 * was applied. */
MigChangedScript *mig_changed_compare(MigRevision *revision, const MigLogRow *row,
                                      const char *old_name, const MigLexRules *rules,
                                      GError **error);

/* All that changed among the applied revisions (rows and their ancestors; rows: of MigRevision*),
 * load order; array of MigChangedScript*. A revision without a log row (applied before the tool was
 * adopted) is unknown, not changed. */
GPtrArray *mig_changed_scripts(MigProject *project, const GPtrArray *rows, GError **error);

/* One for people: "9b2f (upgrade, downgrade)", without its parents. New string. */
char *mig_changed_describe(const MigChangedScript *script);

/* What changed about the parents: "9b2f has the parents 'a', it was applied with 'b'". New string.
 */
char *mig_changed_describe_parents(const MigChangedScript *script);

/* MIG_E_CHANGED_SCRIPT naming the revisions whose upgrade changed, if there are any, with what
 * changed. Other changes are told as warnings. */
gboolean mig_changed_refuse(MigProject *project, const GPtrArray *rows, GError **error);

#endif
