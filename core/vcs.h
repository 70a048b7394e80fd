/* The questions we ask git, of the repository that a project's scripts are in: which commit a
 * reference is, what a commit has in common with the checkout, which scripts a commit holds and
 * what they say, where in all of history a script was, and who brought it. Reads only. */
#ifndef MIG_VCS_H
#define MIG_VCS_H

#include <glib.h>

typedef struct _MigVcs MigVcs;

/* A script file as a commit holds it. */
typedef struct {
    char *path;    /* from the top of the working tree, '/' between names */
    char *content; /* git's id of its bytes (hex): equal ids, equal bytes */
} MigVcsFile;

/* Who brought a script into the repository, and when. */
typedef struct {
    char *commit; /* hex id */
    char *author; /* "Name <mail>" */
    gint64 when;  /* seconds since 1970, UTC */
} MigVcsOrigin;

/* The repository that folder is in. NULL without error: it is in none. What git would not open (of
 * another owner, of a format that libgit2 does not know) is MIG_E_VCS with what to do. */
MigVcs *mig_vcs_open(const char *folder, GError **error);
void mig_vcs_free(MigVcs *vcs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigVcs, mig_vcs_free)

/* The folders (char*, absolute) whose scripts are meant from now on, and whether their sub-folders
 * are too; what lies outside of the working tree has no history. Copied. */
void mig_vcs_set_locations(MigVcs *vcs, const GPtrArray *locations, gboolean recursive);

/* A path of the file system as one from the top of the working tree. NULL: outside. New string. */
char *mig_vcs_path(const MigVcs *vcs, const char *path);

/* The commit (hex id) that ref names: a branch, a tag, "origin/main", "HEAD~2". MIG_E_VCS when
 * there is none. New string. */
char *mig_vcs_commit(MigVcs *vcs, const char *ref, GError **error);

/* The checkout's commit; NULL without error before the first one. New string. */
char *mig_vcs_head(MigVcs *vcs, GError **error);

/* The newest commit that ref and the checkout have in common. MIG_E_VCS when they have none, with
 * what a shallow clone lacks. New string. */
char *mig_vcs_merge_base(MigVcs *vcs, const char *ref, GError **error);

/* The scripts of a commit: array of MigVcsFile*, sorted by path. */
GPtrArray *mig_vcs_list(MigVcs *vcs, const char *commit, GError **error);

/* A file's bytes (NUL behind them, not counted). New. */
char *mig_vcs_read(MigVcs *vcs, const char *content, gsize *ret_length, GError **error);

/* The id that git would give the bytes of a file of the working tree. New string. */
char *mig_vcs_content_of(MigVcs *vcs, const char *path, GError **error);

/* Takes a script as some commit holds it. FALSE ends the search. */
typedef gboolean (*MigVcsFound)(const char *commit, const MigVcsFile *file, gpointer user_data);

/* Goes through the scripts of all commits that any reference leads to, newest first, each content
 * once. A shallow clone's border is where it ends: *ret_shallow (may be NULL) says that there was
 * one. */
gboolean mig_vcs_search(MigVcs *vcs, MigVcsFound found, gpointer user_data, gboolean *ret_shallow,
                        GError **error);

/* An empty table of string → MigVcsOrigin*, which owns both. */
GHashTable *mig_vcs_origin_table(void);

/* The commit that brought each script of the checkout's history: path → MigVcsOrigin*. A script
 * that is not committed has none. New table. */
GHashTable *mig_vcs_origins(MigVcs *vcs, GError **error);

#endif
