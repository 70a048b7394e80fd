#include "core/since.h"

#include <string.h>

#include "core/error.h"

static void
deleted_free(gpointer data)
{
    MigDeletedScript *deleted = data;

    g_free(deleted->id);
    g_free(deleted->path);
    g_free(deleted);
}

void
mig_since_free(MigSince *since)
{
    if (!since)
        return;
    g_free(since->ref);
    g_free(since->base);
    g_ptr_array_unref(since->added);
    g_ptr_array_unref(since->changed);
    g_clear_pointer(&since->deleted, g_ptr_array_unref);
    g_ptr_array_unref(since->heads);
    g_ptr_array_unref(since->their_heads);
    g_clear_error(&since->merge_fault);
    g_free(since);
}

MigVcs *
mig_since_vcs(MigProject *project, GError **error)
{
    GError *own = NULL;
    MigVcs *vcs = mig_project_vcs(project, &own);

    if (!vcs && !own) {
        g_autoptr(GPtrArray) locations = mig_project_version_locations(project);
        g_autofree char *shown =
            mig_config_display_path(mig_project_config(project), locations->pdata[0]);

        own = mig_error_new(MIG_E_VCS, "'%s' is in no git repository", shown);
    }
    if (own)
        g_propagate_error(error, own);
    return vcs;
}

/* The script of a file in a commit; for messages it is known as git would show it, "COMMIT:PATH".
 */
static MigScript *
read_script(MigVcs *vcs, const char *commit, const MigVcsFile *file, GError **error)
{
    gsize length;
    g_autofree char *text = mig_vcs_read(vcs, file->content, &length, error);
    g_autofree char *name = g_strdup_printf("%.12s:%s", commit, file->path);

    return text ? mig_script_from_text(text, (gssize)length, name, error) : NULL;
}

GPtrArray *
mig_since_scripts(MigProject *project, const char *ref, GError **error)
{
    MigVcs *vcs = mig_since_vcs(project, error);
    g_autofree char *commit = vcs ? mig_vcs_commit(vcs, ref, error) : NULL;
    g_autoptr(GPtrArray) files = commit ? mig_vcs_list(vcs, commit, error) : NULL;
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func((GDestroyNotify)mig_script_free);

    for (guint i = 0; files && i < files->len; i++) {
        MigScript *script = read_script(vcs, commit, files->pdata[i], error);

        if (!script)
            return NULL;
        g_ptr_array_add(scripts, script);
    }
    return files ? g_steal_pointer(&scripts) : NULL;
}

/* The two sides without what is byte for byte the same at the same place. */
typedef struct {
    GHashTable *old; /* path → MigVcsFile*: files of the commit */
    GPtrArray *ours; /* of MigScript*: of the checkout */
    GHashTable *our_ids;
    GHashTable *old_scripts; /* id → MigScript* */
    GHashTable *old_paths;   /* id → path, owned by old's files */
} Sides;

static void
sides_clear(Sides *sides)
{
    g_clear_pointer(&sides->old, g_hash_table_unref);
    g_clear_pointer(&sides->ours, g_ptr_array_unref);
    g_clear_pointer(&sides->our_ids, g_hash_table_unref);
    g_clear_pointer(&sides->old_scripts, g_hash_table_unref);
    g_clear_pointer(&sides->old_paths, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sides, sides_clear)

static gboolean
find_sides(MigVcs *vcs, const GPtrArray *scripts, const GPtrArray *files, Sides *sides,
           GError **error)
{
    sides->old = g_hash_table_new(g_str_hash, g_str_equal);
    sides->our_ids = g_hash_table_new(g_str_hash, g_str_equal);
    sides->ours = g_ptr_array_new();
    for (guint i = 0; i < files->len; i++) {
        MigVcsFile *file = files->pdata[i];

        g_hash_table_insert(sides->old, file->path, file);
    }
    for (guint i = 0; i < scripts->len; i++) {
        MigScript *script = scripts->pdata[i];
        g_autofree char *name = script->path ? mig_vcs_path(vcs, script->path) : NULL;
        const MigVcsFile *file = name ? g_hash_table_lookup(sides->old, name) : NULL;
        g_autofree char *content = file ? mig_vcs_content_of(vcs, script->path, error) : NULL;

        g_hash_table_add(sides->our_ids, script->id);
        if (file && !content)
            return FALSE;
        if (file && strcmp(content, file->content) == 0)
            g_hash_table_remove(sides->old, name);
        else
            g_ptr_array_add(sides->ours, script);
    }
    return TRUE;
}

/* Reads what is left of the commit's side. */
static gboolean
read_old_scripts(MigVcs *vcs, const char *commit, const GPtrArray *files, Sides *sides,
                 GError **error)
{
    sides->old_scripts =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)mig_script_free);
    sides->old_paths = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < files->len; i++) {
        const MigVcsFile *file = files->pdata[i];

        if (!g_hash_table_contains(sides->old, file->path))
            continue;
        MigScript *script = read_script(vcs, commit, file, error);

        if (!script)
            return FALSE;
        g_hash_table_replace(sides->old_paths, script->id, file->path);
        g_hash_table_replace(sides->old_scripts, script->id, script);
    }
    return TRUE;
}

/* Against the script of the same id in the commit; NULL without error when nothing that counts has
 * changed. */
static MigChangedScript *
compare(MigRevision *revision, MigScript *old, const char *ref, const MigLexRules *rules,
        GError **error)
{
    const MigRevision before = {.id = revision->id, .script = old};
    g_autofree char *name = g_strdup_printf("%s at %s", revision->id, ref);

    if (!mig_script_load_body(old, rules, error))
        return NULL;
    g_autoptr(MigLogRow) row =
        mig_log_row_new(&before, mig_direction_name(MIG_UPGRADE), NULL, rules);

    return mig_changed_compare(revision, row, name, rules, error);
}

static gboolean
sort_out_ours(const Sides *sides, const MigGraph *graph, const MigLexRules *rules, MigSince *since,
              GError **error)
{
    for (guint i = 0; i < sides->ours->len; i++) {
        MigRevision *revision =
            mig_graph_find(graph, ((const MigScript *)sides->ours->pdata[i])->id);
        MigScript *old = g_hash_table_lookup(sides->old_scripts, revision->id);
        GError *own = NULL;

        if (!old) {
            g_ptr_array_add(since->added, revision);
            continue;
        }
        MigChangedScript *changed = compare(revision, old, since->ref, rules, &own);

        if (changed)
            g_ptr_array_add(since->changed, changed);
        if (own) {
            g_propagate_error(error, own);
            return FALSE;
        }
    }
    return TRUE;
}

/* What only the commit has, in the order of its files. */
static GPtrArray *
find_deleted(const Sides *sides, const GPtrArray *files)
{
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *list = g_ptr_array_new_with_free_func(deleted_free);
    GHashTableIter iter;
    gpointer id, path;

    g_hash_table_iter_init(&iter, sides->old_paths);
    while (g_hash_table_iter_next(&iter, &id, &path)) {
        if (!g_hash_table_contains(sides->our_ids, id))
            g_hash_table_insert(ids, path, id);
    }
    for (guint i = 0; i < files->len; i++) {
        const char *name = ((const MigVcsFile *)files->pdata[i])->path;
        const char *deleted_id = g_hash_table_lookup(ids, name);

        if (!deleted_id)
            continue;
        MigDeletedScript *deleted = g_new0(MigDeletedScript, 1);

        deleted->id = g_strdup(deleted_id);
        deleted->path = g_strdup(name);
        g_ptr_array_add(list, deleted);
    }
    return list;
}

/* The scripts as a merge would have them: theirs, and ours that they lack. Taken from scripts. */
static gboolean
merge_scripts(GPtrArray *scripts, const GPtrArray *added, GHashTable *their_ids, GError **error)
{
    for (guint i = 0; i < scripts->len; i++)
        g_hash_table_add(their_ids, g_strdup(((const MigScript *)scripts->pdata[i])->id));
    for (guint i = 0; i < added->len; i++) {
        const MigRevision *revision = added->pdata[i];

        if (g_hash_table_contains(their_ids, revision->id))
            continue;
        MigScript *script = mig_script_open(revision->script->path, error);

        if (!script)
            return FALSE;
        g_ptr_array_add(scripts, script);
    }
    return TRUE;
}

static void
note_heads(const MigGraph *merged, GHashTable *their_ids, MigSince *since)
{
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(merged);
    gboolean ours = FALSE;

    for (guint i = 0; i < heads->len; i++)
        ours = ours || !g_hash_table_contains(their_ids, ((MigRevision *)heads->pdata[i])->id);
    for (guint i = 0; ours && heads->len > 1 && i < heads->len; i++) {
        const char *id = ((MigRevision *)heads->pdata[i])->id;

        g_ptr_array_add(since->heads, g_strdup(id));
        if (g_hash_table_contains(their_ids, id))
            g_ptr_array_add(since->their_heads, g_strdup(id));
    }
}

/* What the graph would be when ref is merged. Nothing to foretell when the checkout has all of ref.
 */
static gboolean
foretell(MigProject *project, MigSince *since, GError **error)
{
    MigVcs *vcs = mig_since_vcs(project, error);
    g_autofree char *tip = vcs ? mig_vcs_commit(vcs, since->ref, error) : NULL;
    g_autoptr(GHashTable) their_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (!tip)
        return FALSE;
    if (strcmp(tip, since->base) == 0)
        return TRUE;
    g_autoptr(GPtrArray) scripts = mig_since_scripts(project, tip, error);

    if (!scripts || !merge_scripts(scripts, since->added, their_ids, error))
        return FALSE;
    g_autoptr(MigGraph) merged = mig_graph_new(g_steal_pointer(&scripts), &since->merge_fault);

    if (merged)
        note_heads(merged, their_ids, since);
    return TRUE;
}

static GPtrArray *
scripts_of(const MigGraph *graph)
{
    const GPtrArray *revisions = mig_graph_revisions(graph);
    GPtrArray *scripts = g_ptr_array_new();

    for (guint i = 0; i < revisions->len; i++)
        g_ptr_array_add(scripts, ((const MigRevision *)revisions->pdata[i])->script);
    return scripts;
}

static gboolean
compare_sides(MigProject *project, MigSince *since, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    MigGraph *graph = dialect ? mig_project_graph(project, error) : NULL;
    MigVcs *vcs = graph ? mig_since_vcs(project, error) : NULL;
    g_autoptr(GPtrArray) files = vcs ? mig_vcs_list(vcs, since->base, error) : NULL;
    g_autoptr(GPtrArray) scripts = files ? scripts_of(graph) : NULL;
    g_auto(Sides) sides = {0};

    if (!files || !find_sides(vcs, scripts, files, &sides, error) ||
        !read_old_scripts(vcs, since->base, files, &sides, error) ||
        !sort_out_ours(&sides, graph, dialect->lex_rules, since, error))
        return FALSE;
    since->deleted = find_deleted(&sides, files);
    return TRUE;
}

GPtrArray *
mig_since_deleted(MigProject *project, const char *ref, GError **error)
{
    MigVcs *vcs = mig_since_vcs(project, error);
    g_autofree char *base = vcs ? mig_vcs_merge_base(vcs, ref, error) : NULL;
    g_autoptr(GPtrArray) files = base ? mig_vcs_list(vcs, base, error) : NULL;
    g_autoptr(GPtrArray) scripts = files ? mig_project_read_scripts(project, error) : NULL;
    g_auto(Sides) sides = {0};

    return scripts && find_sides(vcs, scripts, files, &sides, error) &&
                   read_old_scripts(vcs, base, files, &sides, error)
               ? find_deleted(&sides, files)
               : NULL;
}

MigSince *
mig_since(MigProject *project, const char *ref, GError **error)
{
    MigVcs *vcs = mig_since_vcs(project, error);
    g_autofree char *base = vcs ? mig_vcs_merge_base(vcs, ref, error) : NULL;

    if (!base)
        return NULL;
    g_autoptr(MigSince) since = g_new0(MigSince, 1);

    since->ref = g_strdup(ref);
    since->base = g_steal_pointer(&base);
    since->added = g_ptr_array_new();
    since->changed = g_ptr_array_new_with_free_func((GDestroyNotify)mig_changed_free);
    since->heads = g_ptr_array_new_with_free_func(g_free);
    since->their_heads = g_ptr_array_new_with_free_func(g_free);
    if (!compare_sides(project, since, error) || !foretell(project, since, error))
        return NULL;
    return g_steal_pointer(&since);
}

GPtrArray *
mig_since_recent(MigProject *project, const char *ref, GError **error)
{
    g_autoptr(MigSince) since = mig_since(project, ref, error);

    if (!since)
        return NULL;
    GPtrArray *recent = g_ptr_array_copy(since->added, NULL, NULL);

    for (guint i = 0; i < since->changed->len; i++)
        g_ptr_array_add(recent, ((MigChangedScript *)since->changed->pdata[i])->revision);
    return recent;
}

GHashTable *
mig_since_origins(MigProject *project, GError **error)
{
    MigVcs *vcs = mig_project_vcs(project, error);
    MigGraph *graph = vcs ? mig_project_graph(project, error) : NULL;
    g_autoptr(GHashTable) by_path = graph ? mig_vcs_origins(vcs, error) : NULL;

    if (!by_path)
        return NULL;
    const GPtrArray *revisions = mig_graph_revisions(graph);
    GHashTable *by_id = mig_vcs_origin_table();

    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];
        g_autofree char *path =
            revision->script->path ? mig_vcs_path(vcs, revision->script->path) : NULL;
        gpointer key, origin;

        if (path && g_hash_table_steal_extended(by_path, path, &key, &origin)) {
            g_hash_table_insert(by_id, g_strdup(revision->id), origin);
            g_free(key);
        }
    }
    return by_id;
}
