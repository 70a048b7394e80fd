#include "core/vcs_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/locations.h"

gboolean
mig_vcs_fail(GError **error, const char *format, ...)
{
    const git_error *last = git_error_last();
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    mig_set_error(error, MIG_E_VCS, "%s: %s", message, last ? last->message : "no reason given");
    return FALSE;
}

static void
advise_opening(const char *folder, int code, GError *error)
{
    const git_error *last = git_error_last();

    if (code == GIT_EOWNER)
        mig_error_set_hint(error,
                           "The repository belongs to another user, as in many containers. If that "
                           "is right: git config --global --add safe.directory '%s'",
                           folder);
    else if (last && strstr(last->message, "objectformat"))
        mig_error_set_hint(error, "Repositories with SHA-256 object names cannot be read yet: use "
                                  "the commands without a git reference.");
}

static char *
real_path(const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *folder = g_path_get_dirname(path);
    char *resolved = realpath(path, NULL);

    if (resolved) {
        char *copy = g_strdup(resolved);

        free(resolved);
        return copy;
    }
    if (strcmp(folder, path) == 0 || strcmp(folder, ".") == 0)
        return g_strdup(path);
    g_autofree char *parent = real_path(folder);

    return g_build_filename(parent, name, NULL);
}

MigVcs *
mig_vcs_open(const char *folder, GError **error)
{
    static const char *extensions[] = {"worktreeconfig"};
    git_repository *repository = NULL;
    g_autofree char *start = real_path(folder);

    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, G_N_ELEMENTS(extensions));
    int code = git_repository_open_ext(&repository, start, 0, NULL);

    if (code < 0 || git_repository_is_bare(repository)) {
        if (code < 0 && code != GIT_ENOTFOUND) {
            mig_vcs_fail(error, "cannot open the git repository of '%s'", folder);
            advise_opening(folder, code, error ? *error : NULL);
        }
        git_repository_free(repository);
        git_libgit2_shutdown();
        return NULL;
    }
    MigVcs *vcs = g_new0(MigVcs, 1);
    g_autofree char *top = real_path(git_repository_workdir(repository));

    vcs->repository = repository;
    vcs->top = g_strconcat(top, "/", NULL);
    vcs->locations = g_ptr_array_new_with_free_func(g_free);
    return vcs;
}

void
mig_vcs_free(MigVcs *vcs)
{
    if (!vcs)
        return;
    git_repository_free(vcs->repository);
    git_libgit2_shutdown();
    g_ptr_array_unref(vcs->locations);
    g_free(vcs->top);
    g_free(vcs);
}

char *
mig_vcs_path(const MigVcs *vcs, const char *path)
{
    g_autofree char *real = real_path(path);

    if (g_str_has_prefix(real, vcs->top))
        return g_strdup(real + strlen(vcs->top));
    return strlen(real) + 1 == strlen(vcs->top) && g_str_has_prefix(vcs->top, real) ? g_strdup("")
                                                                                    : NULL;
}

void
mig_vcs_set_locations(MigVcs *vcs, const GPtrArray *locations, gboolean recursive)
{
    g_ptr_array_set_size(vcs->locations, 0);
    for (guint i = 0; i < locations->len; i++) {
        char *path = mig_vcs_path(vcs, locations->pdata[i]);

        if (path)
            g_ptr_array_add(vcs->locations, path);
    }
    vcs->recursive = recursive;
}

/* Says how to get what a clone without its whole history lacks; otherwise what else may be wrong. */
static void
set_hint(MigVcs *vcs, GError **error, const char *otherwise)
{
    mig_error_set_hint(error ? *error : NULL,
                       git_repository_is_shallow(vcs->repository)
                           ? "This clone is shallow; fetch what it lacks: git fetch --unshallow"
                           : otherwise);
}

static gboolean
find_commit(MigVcs *vcs, const char *ref, git_commit **ret_commit, GError **error)
{
    git_auto(git_object) object = NULL;

    if (git_revparse_single(&object, vcs->repository, ref) == 0 &&
        git_object_peel((git_object **)ret_commit, object, GIT_OBJECT_COMMIT) == 0)
        return TRUE;
    mig_vcs_fail(error, "git knows no commit '%s'", ref);
    set_hint(vcs, error, "See `git branch --all`; a branch of a remote must be fetched first.");
    return FALSE;
}

char *
mig_vcs_id_text(const git_oid *id)
{
    char text[GIT_OID_HEXSZ + 1];

    return g_strdup(git_oid_tostr(text, sizeof text, id));
}

char *
mig_vcs_commit(MigVcs *vcs, const char *ref, GError **error)
{
    git_auto(git_commit) commit = NULL;

    return find_commit(vcs, ref, &commit, error) ? mig_vcs_id_text(git_commit_id(commit)) : NULL;
}

char *
mig_vcs_head(MigVcs *vcs, GError **error)
{
    git_oid id;
    int code = git_reference_name_to_id(&id, vcs->repository, "HEAD");

    if (code == 0)
        return mig_vcs_id_text(&id);
    if (code != GIT_ENOTFOUND)
        mig_vcs_fail(error, "git cannot tell the checkout's commit");
    return NULL;
}

char *
mig_vcs_merge_base(MigVcs *vcs, const char *ref, GError **error)
{
    git_auto(git_commit) theirs = NULL;
    git_auto(git_commit) ours = NULL;
    git_oid base;

    if (!find_commit(vcs, ref, &theirs, error) || !find_commit(vcs, "HEAD", &ours, error))
        return NULL;
    if (git_merge_base(&base, vcs->repository, git_commit_id(ours), git_commit_id(theirs)) == 0)
        return mig_vcs_id_text(&base);
    mig_set_error(error, MIG_E_VCS, "'%s' and the checkout have no commit in common", ref);
    set_hint(vcs, error, NULL);
    return NULL;
}

void
mig_vcs_file_free(gpointer data)
{
    MigVcsFile *file = data;

    g_free(file->path);
    g_free(file->content);
    g_free(file);
}

/* The scripts of one tree, and with `recursive` of those in it. prefix: "" or with a slash behind.
 */
static gboolean
list_tree(MigVcs *vcs, const git_tree *tree, const char *prefix, GPtrArray *files, GError **error)
{
    for (gsize i = 0; i < git_tree_entrycount(tree); i++) {
        const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
        const char *name = git_tree_entry_name(entry);
        const git_filemode_t mode = git_tree_entry_filemode(entry);
        g_autofree char *path = g_strconcat(prefix, name, NULL);

        if (mig_locations_is_leftover(name))
            continue;
        if (mode == GIT_FILEMODE_TREE && vcs->recursive) {
            g_autofree char *inner = g_strconcat(path, "/", NULL);
            git_auto(git_tree) sub = NULL;

            if (git_tree_lookup(&sub, vcs->repository, git_tree_entry_id(entry)) < 0)
                return mig_vcs_fail(error, "git cannot read the folder '%s'", path);
            if (!list_tree(vcs, sub, inner, files, error))
                return FALSE;
        } else if (mode != GIT_FILEMODE_TREE && mode != GIT_FILEMODE_LINK &&
                   mode != GIT_FILEMODE_COMMIT && g_str_has_suffix(name, ".sql")) {
            MigVcsFile *file = g_new0(MigVcsFile, 1);

            file->path = g_steal_pointer(&path);
            file->content = mig_vcs_id_text(git_tree_entry_id(entry));
            g_ptr_array_add(files, file);
        }
    }
    return TRUE;
}

gboolean
mig_vcs_find_location(MigVcs *vcs, const git_commit *commit, const char *location,
                      git_tree **ret_tree, GError **error)
{
    git_auto(git_tree) root = NULL;
    git_auto(git_tree_entry) entry = NULL;

    *ret_tree = NULL;
    if (git_commit_tree(&root, commit) < 0)
        return mig_vcs_fail(error, "git cannot read a commit's files");
    if (!*location) {
        *ret_tree = g_steal_pointer(&root);
        return TRUE;
    }
    int code = git_tree_entry_bypath(&entry, root, location);

    if (code == GIT_ENOTFOUND || (code == 0 && git_tree_entry_type(entry) != GIT_OBJECT_TREE))
        return TRUE;
    if (code < 0 || git_tree_lookup(ret_tree, vcs->repository, git_tree_entry_id(entry)) < 0)
        return mig_vcs_fail(error, "git cannot read the folder '%s'", location);
    return TRUE;
}

gboolean
mig_vcs_list_location(MigVcs *vcs, const git_tree *tree, const char *location, GPtrArray *files,
                      GError **error)
{
    g_autofree char *prefix = *location ? g_strconcat(location, "/", NULL) : g_strdup("");

    return list_tree(vcs, tree, prefix, files, error);
}

static int
by_path(gconstpointer a, gconstpointer b)
{
    return strcmp((*(MigVcsFile *const *)a)->path, (*(MigVcsFile *const *)b)->path);
}

GPtrArray *
mig_vcs_list(MigVcs *vcs, const char *commit_id, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(mig_vcs_file_free);
    git_auto(git_commit) commit = NULL;

    if (!find_commit(vcs, commit_id, &commit, error))
        return NULL;
    for (guint i = 0; i < vcs->locations->len; i++) {
        git_auto(git_tree) tree = NULL;

        if (!mig_vcs_find_location(vcs, commit, vcs->locations->pdata[i], &tree, error) ||
            (tree && !mig_vcs_list_location(vcs, tree, vcs->locations->pdata[i], files, error)))
            return NULL;
    }
    g_ptr_array_sort(files, by_path);
    return g_steal_pointer(&files);
}

char *
mig_vcs_read(MigVcs *vcs, const char *content, gsize *ret_length, GError **error)
{
    git_auto(git_blob) blob = NULL;
    git_oid id;

    if (git_oid_fromstr(&id, content) < 0 || git_blob_lookup(&blob, vcs->repository, &id) < 0) {
        mig_vcs_fail(error, "git cannot read the object %s", content);
        return NULL;
    }
    const gsize length = git_blob_rawsize(blob);
    char *text = g_malloc(length + 1);

    memcpy(text, git_blob_rawcontent(blob), length);
    text[length] = '\0';
    *ret_length = length;
    return text;
}

char *
mig_vcs_content_of(MigVcs *vcs, const char *path, GError **error)
{
    git_oid id;

    if (git_odb_hashfile(&id, path, GIT_OBJECT_BLOB) == 0)
        return mig_vcs_id_text(&id);
    mig_vcs_fail(error, "cannot read '%s'", path);
    return NULL;
}
