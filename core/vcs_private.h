/* What the files of vcs share. */
#ifndef MIG_VCS_PRIVATE_H
#define MIG_VCS_PRIVATE_H

#include <git2.h>

#include "core/vcs.h"

struct _MigVcs {
    git_repository *repository;
    char *top;            /* the working tree's real path, with a slash behind it */
    GPtrArray *locations; /* of char*: from the top; "": the top itself */
    gboolean recursive;
};

#define AUTO_FREE(type)                                                                            \
    static inline void type##_auto(type **object)                                                  \
    {                                                                                              \
        type##_free(*object);                                                                      \
    }
AUTO_FREE(git_object)
AUTO_FREE(git_commit)
AUTO_FREE(git_tree)
AUTO_FREE(git_tree_entry)
AUTO_FREE(git_reference)
AUTO_FREE(git_blob)
#define git_auto(type) __attribute__((cleanup(type##_auto))) type *

/* What libgit2 said last, behind our words, as MIG_E_VCS. Returns FALSE. */
gboolean mig_vcs_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* An object's id in hex. New string. */
char *mig_vcs_id_text(const git_oid *id);

void mig_vcs_file_free(gpointer file);

/* *ret_tree: the location as the commit has it; NULL when it has not. */
gboolean mig_vcs_find_location(MigVcs *vcs, const git_commit *commit, const char *location,
                               git_tree **ret_tree, GError **error);

/* Appends the scripts of a location's tree to files (of MigVcsFile*). */
gboolean mig_vcs_list_location(MigVcs *vcs, const git_tree *tree, const char *location,
                               GPtrArray *files, GError **error);

#endif
