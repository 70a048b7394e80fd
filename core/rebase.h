/* `rebase`: puts revisions behind others instead of beside them, in their scripts. */
#ifndef MIG_REBASE_H
#define MIG_REBASE_H

#include "core/project.h"

typedef struct {
    const char *head; /* symbol: only what leads to this head is moved; NULL: the one other head */
    gboolean splice;  /* the new parent need not be a head */
} MigRebaseOptions;

/* A script whose down_revision was changed. */
typedef struct {
    char *id, *path;
    char *old_parents, *new_parents; /* as in the header: "a, b"; "" for a base */
} MigRebased;

/* Puts the revisions that branched off from the ancestors of onto (a symbol for one head) behind
 * it: the lowest of them get it as their parent. All scripts or none are written, and only when the
 * graph is sound with them. Array of MigRebased*; empty: nothing branches off. MIG_E_APPLIED when
 * the database has one of them already; where there is no database to ask, a WARNING says so.
 * MIG_E_AMBIGUOUS when they have several heads and none is named. */
GPtrArray *mig_rebase(MigProject *project, const char *onto, const MigRebaseOptions *options,
                      GError **error);

#endif
