/* What happened to a project's scripts since a commit of git: which are new, which were edited or
 * deleted although others have them, and whether a merge would leave two heads. */
#ifndef MIG_SINCE_H
#define MIG_SINCE_H

#include "core/changed.h"
#include "core/project.h"

/* A script that the commit holds and the checkout does not. */
typedef struct {
    char *id;
    char *path; /* from the top of the working tree */
} MigDeletedScript;

typedef struct {
    char *ref;  /* as given */
    char *base; /* the commit that it and the checkout have in common (hex) */
    GPtrArray
        *added; /* of MigRevision*, load order: those of the checkout that base does not have */
    GPtrArray *changed; /* of MigChangedScript*, load order: other tokens, options or parents than
                           in base */
    GPtrArray *deleted; /* of MigDeletedScript*, by path */
    GPtrArray *heads; /* of char*: the heads after a merge with ref, when there would be several and
                         one of them is an added revision; else empty */
    GPtrArray *their_heads; /* of char*: those of them that ref has */
    GError *merge_fault;    /* why the graph would be unsound after a merge; or NULL */
} MigSince;

/* Compares the project's scripts (as they lie in the checkout, committed or not) with the newest
 * commit that the checkout's has in common with ref. A script that was only moved, or whose
 * comments changed, is neither changed nor new. MIG_E_VCS when git cannot answer, or there is no
 * repository. */
MigSince *mig_since(MigProject *project, const char *ref, GError **error);
void mig_since_free(MigSince *since);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSince, mig_since_free)

/* What is new or edited since then: array of MigRevision*, the new ones first. */
GPtrArray *mig_since_recent(MigProject *project, const char *ref, GError **error);

/* What is deleted since then, also where the graph is unsound for want of them: array of
 * MigDeletedScript*. */
GPtrArray *mig_since_deleted(MigProject *project, const char *ref, GError **error);

/* The scripts that a commit (anything that git knows) holds: array of MigScript*, headers only.
 * A script that cannot be read is an error that names it with its line. */
GPtrArray *mig_since_scripts(MigProject *project, const char *commit, GError **error);

/* Who brought each script of the project: id → MigVcsOrigin*, without those that are not committed.
 * NULL without error where there is no repository. New table. */
GHashTable *mig_since_origins(MigProject *project, GError **error);

/* The project's repository; MIG_E_VCS when there is none. */
MigVcs *mig_since_vcs(MigProject *project, GError **error);

#endif
