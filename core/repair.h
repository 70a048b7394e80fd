/* `repair`: what only a person can decide about the log. */
#ifndef MIG_REPAIR_H
#define MIG_REPAIR_H

#include "core/changed.h"
#include "core/project.h"
#include "core/store.h"

/* The result of accepting a script. */
typedef struct {
    MigRevision *revision;
    MigChangedScript *change; /* what was accepted; NULL: nothing had changed, or see is_new */
    gboolean is_new;          /* the log knew nothing of the script until now */
} MigAccepted;

void mig_accepted_free(MigAccepted *accepted);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigAccepted, mig_accepted_free)

/* Takes the script of an applied revision (a symbol that names one) as it is now: a new row in the
 * log holds its text, checksums and parents; the old one stays. A revision that is not applied is
 * MIG_E_RANGE. tag may be NULL. */
MigAccepted *mig_repair_accept(MigProject *project, const char *symbol, const char *tag,
                               GError **error);

/* The result of giving up a half-done step. */
typedef struct {
    MigLogRow *row;
    GPtrArray *kept;    /* of char*: the statements that were done and stay; NULL: the log's text
                           cannot be read any more */
    GPtrArray *row_ids; /* of char*: where the database stands */
} MigAbandoned;

void mig_abandoned_free(MigAbandoned *abandoned);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigAbandoned, mig_abandoned_free)

/* Gives up the half-done step of a revision (its id or the beginning of it; the script need not be
 * there): its row in the log ends as "abandoned". Nothing is undone. MIG_E_UNKNOWN_REVISION when no
 * such step is half done. */
MigAbandoned *mig_repair_abandon(MigProject *project, const char *id, GError **error);

#endif
