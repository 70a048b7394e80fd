/* Walks through history. */
#include "core/vcs_private.h"

#include <string.h>

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
            mig_vcs_fail(error, "git cannot read a commit");
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
    g_autofree char *id = mig_vcs_id_text(git_commit_id(commit));

    for (guint i = 0; i < vcs->locations->len; i++) {
        g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(mig_vcs_file_free);
        git_auto(git_tree) tree = NULL;

        if (!mig_vcs_find_location(vcs, commit, vcs->locations->pdata[i], &tree, error))
            return FALSE;
        if (!tree || !add_oid(seen_trees[i], git_tree_id(tree)))
            continue;
        if (!mig_vcs_list_location(vcs, tree, vcs->locations->pdata[i], files, error))
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

GHashTable *
mig_vcs_origin_table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, origin_free);
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

    origin->commit = mig_vcs_id_text(git_commit_id(commit));
    origin->author = g_utf8_make_valid(text, -1);
    origin->when = author->when.time;
    g_hash_table_replace(origins, g_strdup(path), origin);
}

/* Adds the paths of a parent's scripts to old; *ret_same when it has the very same folder. */
static gboolean
look_at_parent(MigVcs *vcs, const git_commit *commit, guint n, const char *location,
               const git_tree *tree, GHashTable *old, gboolean *ret_same, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(mig_vcs_file_free);
    git_auto(git_commit) parent = NULL;
    git_auto(git_tree) other = NULL;
    int code = git_commit_parent(&parent, commit, n);

    if (code == GIT_ENOTFOUND)
        return TRUE; /* a shallow clone's border */
    if (code < 0)
        return mig_vcs_fail(error, "git cannot read a commit");
    if (!mig_vcs_find_location(vcs, parent, location, &other, error))
        return FALSE;
    if (!other)
        return TRUE;
    if (git_oid_equal(git_tree_id(other), git_tree_id(tree))) {
        *ret_same = TRUE;
        return TRUE;
    }
    if (!mig_vcs_list_location(vcs, other, location, files, error))
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
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(mig_vcs_file_free);
    git_auto(git_tree) tree = NULL;
    gboolean same = FALSE;

    if (!mig_vcs_find_location(vcs, commit, location, &tree, error))
        return FALSE;
    for (guint i = 0; tree && !same && i < git_commit_parentcount(commit); i++) {
        if (!look_at_parent(vcs, commit, i, location, tree, old, &same, error))
            return FALSE;
    }
    if (!tree || same)
        return TRUE;
    if (!mig_vcs_list_location(vcs, tree, location, files, error))
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
    g_autoptr(GHashTable) origins = mig_vcs_origin_table();
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
