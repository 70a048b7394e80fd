#include "core/vcs.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/locations.h"

struct _MigVcs {
    git_repository *repository;
    char *top;            /* the working tree's real path, with a slash behind it */
    GPtrArray *locations; /* of char*: from the top; "": the top itself */
    gboolean recursive;
};

#define AUTO_FREE(type)                                                                            \
    static void type##_auto(type **object)                                                         \
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

/* What libgit2 said last, behind our words. Returns FALSE. */
static gboolean G_GNUC_PRINTF(2, 3) fail(GError **error, const char *format, ...)
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
            fail(error, "cannot open the git repository of '%s'", folder);
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

static gboolean
find_commit(MigVcs *vcs, const char *ref, git_commit **ret_commit, GError **error)
{
    git_auto(git_object) object = NULL;

    if (git_revparse_single(&object, vcs->repository, ref) == 0 &&
        git_object_peel((git_object **)ret_commit, object, GIT_OBJECT_COMMIT) == 0)
        return TRUE;
    fail(error, "git knows no commit '%s'", ref);
    mig_error_set_hint(error ? *error : NULL,
                       git_repository_is_shallow(vcs->repository)
                           ? "This clone is shallow; fetch what it lacks: git fetch --unshallow"
                           : "See `git branch --all`; a branch of a remote must be fetched first.");
    return FALSE;
}

static char *
id_text(const git_oid *id)
{
    char text[GIT_OID_HEXSZ + 1];

    return g_strdup(git_oid_tostr(text, sizeof text, id));
}

char *
mig_vcs_commit(MigVcs *vcs, const char *ref, GError **error)
{
    git_auto(git_commit) commit = NULL;

    return find_commit(vcs, ref, &commit, error) ? id_text(git_commit_id(commit)) : NULL;
}

char *
mig_vcs_head(MigVcs *vcs, GError **error)
{
    git_oid id;
    int code = git_reference_name_to_id(&id, vcs->repository, "HEAD");

    if (code == 0)
        return id_text(&id);
    if (code != GIT_ENOTFOUND)
        fail(error, "git cannot tell the checkout's commit");
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
        return id_text(&base);
    mig_set_error(error, MIG_E_VCS, "'%s' and the checkout have no commit in common", ref);
    if (git_repository_is_shallow(vcs->repository))
        mig_error_set_hint(error ? *error : NULL,
                           "This clone is shallow; fetch what it lacks: git fetch --unshallow");
    return NULL;
}

static void
file_free(gpointer data)
{
    MigVcsFile *file = data;

    g_free(file->path);
    g_free(file->content);
    g_free(file);
}

/* The scripts of one tree, and with `recursive` of those in it. prefix: "" or with a slash behind. */
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
                return fail(error, "git cannot read the folder '%s'", path);
            if (!list_tree(vcs, sub, inner, files, error))
                return FALSE;
        } else if (mode != GIT_FILEMODE_TREE && mode != GIT_FILEMODE_LINK &&
                   mode != GIT_FILEMODE_COMMIT && g_str_has_suffix(name, ".sql")) {
            MigVcsFile *file = g_new0(MigVcsFile, 1);

            file->path = g_steal_pointer(&path);
            file->content = id_text(git_tree_entry_id(entry));
            g_ptr_array_add(files, file);
        }
    }
    return TRUE;
}

/* *ret_tree: the location as the commit has it; NULL when it has not. */
static gboolean
find_location(MigVcs *vcs, const git_commit *commit, const char *location, git_tree **ret_tree,
              GError **error)
{
    git_auto(git_tree) root = NULL;
    git_auto(git_tree_entry) entry = NULL;

    *ret_tree = NULL;
    if (git_commit_tree(&root, commit) < 0)
        return fail(error, "git cannot read a commit's files");
    if (!*location) {
        *ret_tree = g_steal_pointer(&root);
        return TRUE;
    }
    int code = git_tree_entry_bypath(&entry, root, location);

    if (code == GIT_ENOTFOUND || (code == 0 && git_tree_entry_type(entry) != GIT_OBJECT_TREE))
        return TRUE;
    if (code < 0 || git_tree_lookup(ret_tree, vcs->repository, git_tree_entry_id(entry)) < 0)
        return fail(error, "git cannot read the folder '%s'", location);
    return TRUE;
}

static gboolean
list_location(MigVcs *vcs, const git_tree *tree, const char *location, GPtrArray *files,
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
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
    git_auto(git_commit) commit = NULL;

    if (!find_commit(vcs, commit_id, &commit, error))
        return NULL;
    for (guint i = 0; i < vcs->locations->len; i++) {
        git_auto(git_tree) tree = NULL;

        if (!find_location(vcs, commit, vcs->locations->pdata[i], &tree, error) ||
            (tree && !list_location(vcs, tree, vcs->locations->pdata[i], files, error)))
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
        fail(error, "git cannot read the object %s", content);
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
        return id_text(&id);
    fail(error, "cannot read '%s'", path);
    return NULL;
}

static guint
oid_hash(gconstpointer id)
{
    guint hash;

    memcpy(&hash, ((const git_oid *)id)->id, sizeof hash);
    return hash;
}

static gboolean
oid_equal(gconstpointer a, gconstpointer b)
{
    return git_oid_equal(a, b) != 0;
}

static GHashTable *
oid_set(void)
{
    return g_hash_table_new_full(oid_hash, oid_equal, g_free, NULL);
}

static gboolean
add_oid(GHashTable *set, const git_oid *id)
{
    return !g_hash_table_contains(set, id) && g_hash_table_add(set, g_memdup2(id, sizeof *id));
}

/* Commits on their way to be visited, each once. */
typedef struct {
    GHashTable *seen;
    GArray *waiting; /* of git_oid */
    gboolean shallow;
} Walk;

static void
walk_clear(Walk *walk)
{
    g_hash_table_unref(walk->seen);
    g_array_unref(walk->waiting);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static Walk
walk_new(void)
{
    return (Walk){oid_set(), g_array_new(FALSE, FALSE, sizeof(git_oid)), FALSE};
}

static void
walk_push(Walk *walk, const git_oid *id)
{
    if (add_oid(walk->seen, id))
        g_array_append_vals(walk->waiting, id, 1);
}

/* The next commit, whose parents are then waiting; NULL without error at the end. */
static git_commit *
walk_next(MigVcs *vcs, Walk *walk, GError **error)
{
    while (walk->waiting->len > 0) {
        const git_oid id = g_array_index(walk->waiting, git_oid, walk->waiting->len - 1);
        git_commit *commit = NULL;

        g_array_set_size(walk->waiting, walk->waiting->len - 1);
        int code = git_commit_lookup(&commit, vcs->repository, &id);

        if (code == GIT_ENOTFOUND) {
            walk->shallow = TRUE;
            continue;
        }
        if (code < 0) {
            fail(error, "git cannot read a commit");
            return NULL;
        }
        for (guint i = 0; i < git_commit_parentcount(commit); i++)
            walk_push(walk, git_commit_parent_id(commit, i));
        return commit;
    }
    return NULL;
}

static int
push_reference(git_reference *reference, void *payload)
{
    git_auto(git_object) commit = NULL;
    git_auto(git_reference) owned = reference;

    if (git_reference_peel(&commit, owned, GIT_OBJECT_COMMIT) == 0)
        walk_push(payload, git_object_id(commit));
    return 0; /* a reference to something else, or to nothing, has no history */
}

/* One commit's scripts that were not shown yet. *ret_go_on: whether more are wanted. */
static gboolean
show_commit(MigVcs *vcs, const git_commit *commit, GHashTable *const *seen_trees,
            GHashTable *seen_files, MigVcsFound found, gpointer user_data, gboolean *ret_go_on,
            GError **error)
{
    g_autofree char *id = id_text(git_commit_id(commit));

    for (guint i = 0; i < vcs->locations->len; i++) {
        g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
        git_auto(git_tree) tree = NULL;

        if (!find_location(vcs, commit, vcs->locations->pdata[i], &tree, error))
            return FALSE;
        if (!tree || !add_oid(seen_trees[i], git_tree_id(tree)))
            continue;
        if (!list_location(vcs, tree, vcs->locations->pdata[i], files, error))
            return FALSE;
        for (guint k = 0; k < files->len && *ret_go_on; k++) {
            const MigVcsFile *file = files->pdata[k];

            if (g_hash_table_add(seen_files, g_strdup(file->content)))
                *ret_go_on = found(id, file, user_data);
        }
    }
    return TRUE;
}

gboolean
mig_vcs_search(MigVcs *vcs, MigVcsFound found, gpointer user_data, gboolean *ret_shallow,
               GError **error)
{
    g_auto(Walk) walk = walk_new();
    g_autoptr(GHashTable) seen_files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) seen_trees =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    gboolean go_on = TRUE;
    GError *own = NULL;
    git_oid head;

    for (guint i = 0; i < vcs->locations->len; i++)
        g_ptr_array_add(seen_trees, oid_set());
    git_reference_foreach(vcs->repository, push_reference, &walk);
    if (git_reference_name_to_id(&head, vcs->repository, "HEAD") == 0)
        walk_push(&walk, &head);
    while (go_on && !own) {
        git_auto(git_commit) commit = walk_next(vcs, &walk, &own);

        if (!commit)
            break;
        show_commit(vcs, commit, (GHashTable *const *)seen_trees->pdata, seen_files, found,
                    user_data, &go_on, &own);
    }
    if (own) {
        g_propagate_error(error, own);
        return FALSE;
    }
    if (ret_shallow)
        *ret_shallow = walk.shallow;
    return TRUE;
}

static void
origin_free(gpointer data)
{
    MigVcsOrigin *origin = data;

    g_free(origin->commit);
    g_free(origin->author);
    g_free(origin);
}

/* Takes the commit as the script's origin unless an older one is known. */
static void
note_origin(GHashTable *origins, const char *path, const git_commit *commit)
{
    const MigVcsOrigin *known = g_hash_table_lookup(origins, path);
    const git_signature *author = git_commit_author(commit);

    if (known && known->when <= author->when.time)
        return;
    g_autofree char *text = g_strdup_printf("%s <%s>", author->name, author->email);
    MigVcsOrigin *origin = g_new0(MigVcsOrigin, 1);

    origin->commit = id_text(git_commit_id(commit));
    origin->author = g_utf8_make_valid(text, -1);
    origin->when = author->when.time;
    g_hash_table_replace(origins, g_strdup(path), origin);
}

/* Adds the paths of a parent's scripts to old; *ret_same when it has the very same folder. */
static gboolean
look_at_parent(MigVcs *vcs, const git_commit *commit, guint n, const char *location,
               const git_tree *tree, GHashTable *old, gboolean *ret_same, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
    git_auto(git_commit) parent = NULL;
    git_auto(git_tree) other = NULL;
    int code = git_commit_parent(&parent, commit, n);

    if (code == GIT_ENOTFOUND)
        return TRUE; /* a shallow clone's border */
    if (code < 0)
        return fail(error, "git cannot read a commit");
    if (!find_location(vcs, parent, location, &other, error))
        return FALSE;
    if (!other)
        return TRUE;
    if (git_oid_equal(git_tree_id(other), git_tree_id(tree))) {
        *ret_same = TRUE;
        return TRUE;
    }
    if (!list_location(vcs, other, location, files, error))
        return FALSE;
    for (guint i = 0; i < files->len; i++)
        g_hash_table_add(old, g_strdup(((MigVcsFile *)files->pdata[i])->path));
    return TRUE;
}

/* The scripts that no parent of the commit has came with it. */
static gboolean
note_new_scripts(MigVcs *vcs, const git_commit *commit, const char *location, GHashTable *origins,
                 GError **error)
{
    g_autoptr(GHashTable) old = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
    git_auto(git_tree) tree = NULL;
    gboolean same = FALSE;

    if (!find_location(vcs, commit, location, &tree, error))
        return FALSE;
    for (guint i = 0; tree && !same && i < git_commit_parentcount(commit); i++) {
        if (!look_at_parent(vcs, commit, i, location, tree, old, &same, error))
            return FALSE;
    }
    if (!tree || same)
        return TRUE;
    if (!list_location(vcs, tree, location, files, error))
        return FALSE;
    for (guint i = 0; i < files->len; i++) {
        const char *path = ((MigVcsFile *)files->pdata[i])->path;

        if (!g_hash_table_contains(old, path))
            note_origin(origins, path, commit);
    }
    return TRUE;
}

GHashTable *
mig_vcs_origins(MigVcs *vcs, GError **error)
{
    g_autoptr(GHashTable) origins =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, origin_free);
    g_auto(Walk) walk = walk_new();
    GError *own = NULL;
    git_oid head;

    if (git_reference_name_to_id(&head, vcs->repository, "HEAD") == 0)
        walk_push(&walk, &head);
    while (!own) {
        git_auto(git_commit) commit = walk_next(vcs, &walk, &own);

        for (guint i = 0; commit && !own && i < vcs->locations->len; i++)
            note_new_scripts(vcs, commit, vcs->locations->pdata[i], origins, &own);
        if (!commit)
            break;
    }
    if (!own)
        return g_steal_pointer(&origins);
    g_propagate_error(error, own);
    return NULL;
}
