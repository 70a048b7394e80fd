/* `revision --autogenerate`, `check`'s comparison: what differs between base state and model. */
#ifndef MIG_AUTOGENERATE_H
#define MIG_AUTOGENERATE_H

#include "core/diff.h"
#include "core/order.h"
#include "core/project.h"
#include "core/rename_likely.h"

/* Answers a question: *ret_choice becomes an index into question->to, or -1 for "no rename". FALSE
 * stops everything with an error. */
typedef gboolean (*MigRenameAskFunc)(MigProject *project, const MigRenameQuestion *question,
                                     int *ret_choice, void *user_data, GError **error);

typedef struct {
    gboolean against_versions;   /* compare with the versions replayed on scratch, not with live */
    const GPtrArray *renames;    /* of MigRename*; may be NULL */
    gboolean no_rename;          /* there are no others: nothing is asked, nothing is noted */
    MigRenameAskFunc ask;        /* NULL: nobody to ask */
    void *ask_data;
    gboolean allow_drop;         /* --allow-drop … */
    const char *allow_drop_glob; /* … =GLOB; NULL: all */
    gboolean no_proof;
} MigAutogenerateOptions;

typedef struct {
    MigSchema *from, *to;        /* what is left alone is in both */
    MigPlan *upgrade, *downgrade;
    const GPtrArray *changes;    /* of MigChange*: those of the upgrade */
    GPtrArray *renames;          /* of MigRename*: those given and those answered */
    GPtrArray *likely;           /* of MigRenameQuestion*: nobody was asked, nothing was guessed */
    GPtrArray *unmanaged;        /* of char*: one line each: tables the versions did not create,
                                    objects we cannot manage */
    GPtrArray *left_out;         /* of char*: one line each: what scratch went without */
} MigDifference;

void mig_difference_free(MigDifference *difference);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigDifference, mig_difference_free)

/* Compares. A database that is behind its heads is MIG_E_NOT_AT_HEAD (unless against_versions). Unless no_proof,
 * the two plans are run on scratch: up must equal `to`, down must equal `from` (MIG_E_PROOF). */
MigDifference *mig_autogenerate(MigProject *project, const MigAutogenerateOptions *options,
                                GError **error);

#endif
