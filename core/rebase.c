#include "core/rebase.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/revspec.h"
#include "core/steps.h"
#include "core/store.h"

/* A script with its new header, before it is written. */
typedef struct {
    MigRebased *what;
    char *before, *after; /* the whole file, bytes */
    gsize before_length, after_length;
} Edit;

static void
rebased_free(gpointer data)
{
    MigRebased *rebased = data;

    if (!rebased)
        return;
    g_free(rebased->id);
    g_free(rebased->path);
    g_free(rebased->old_parents);
    g_free(rebased->new_parents);
    g_free(rebased);
}

static void
edit_free(gpointer data)
{
    Edit *edit = data;

    rebased_free(edit->what);
    g_free(edit->before);
    g_free(edit->after);
    g_free(edit);
}

/* What branched off: descendants of onto's ancestors, without these, onto, and what stands on it.
 */
static MigRevisionSet *
find_beside(const MigGraph *graph, MigRevision *onto)
{
    g_autoptr(GPtrArray) one = g_ptr_array_new();

    g_ptr_array_add(one, onto);
    g_autoptr(MigRevisionSet) below = mig_graph_ancestors(graph, one, TRUE);
    g_autoptr(MigRevisionSet) above = mig_graph_descendants(graph, one, TRUE);
    g_autoptr(GPtrArray) ancestors = mig_revision_set_list(graph, below);
    MigRevisionSet *beside = mig_graph_descendants(graph, ancestors, TRUE);

    mig_revision_set_subtract(beside, below);
    mig_revision_set_subtract(beside, above);
    return beside;
}

/* Those of a set that have no next in it. */
static GPtrArray *
heads_of(const MigGraph *graph, const MigRevisionSet *set)
{
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, set);
    GPtrArray *heads = g_ptr_array_new();

    for (guint i = 0; i < members->len; i++) {
        const MigRevision *revision = members->pdata[i];
        gboolean head = TRUE;

        for (guint k = 0; k < revision->next->len; k++)
            head = head && !mig_revision_set_has(set, revision->next->pdata[k]);
        if (head)
            g_ptr_array_add(heads, members->pdata[i]);
    }
    return heads;
}

/* The revisions to move; NULL: error. */
static MigRevisionSet *
find_own(const MigGraph *graph, MigRevision *onto, const MigRebaseOptions *options, GError **error)
{
    g_autoptr(MigRevisionSet) own = find_beside(graph, onto);
    g_autoptr(GPtrArray) heads = heads_of(graph, own);

    if (!options->head) {
        if (heads->len < 2)
            return g_steal_pointer(&own);
        g_autofree char *names = mig_revision_names(heads);

        mig_set_error(error, MIG_E_AMBIGUOUS, "several branches stand beside '%s': %s", onto->id,
                      names);
        mig_error_set_hint(error ? *error : NULL, "Say which one to move: --head %s",
                           ((const MigRevision *)heads->pdata[0])->id);
        return NULL;
    }
    MigRevision *head = mig_revspec_resolve_one(graph, options->head, NULL, error);

    if (!head)
        return NULL;
    if (!mig_revision_set_has(own, head)) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "'%s' does not stand beside '%s'", head->id,
                      onto->id);
        return NULL;
    }
    g_autoptr(GPtrArray) one = g_ptr_array_new();

    g_ptr_array_add(one, head);
    g_autoptr(MigRevisionSet) below = mig_graph_ancestors(graph, one, TRUE);

    mig_revision_set_intersect(own, below);
    return g_steal_pointer(&own);
}

/* What the database has applied must stay where it is. */
static gboolean
refuse_applied(MigProject *project, const MigGraph *graph, const MigRevisionSet *own,
               const char *onto, GError **error)
{
    g_autoptr(GError) unknown = NULL;
    g_autoptr(GPtrArray) ids = mig_project_row_ids(project, &unknown);

    if (!ids) {
        mig_project_tell(project, MIG_EVENT_WARNING,
                         "whether the revisions are applied already was not found out: %s",
                         unknown->message);
        return TRUE;
    }
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    for (guint i = 0; i < ids->len; i++) {
        MigRevision *row = mig_graph_find(graph, ids->pdata[i]);

        if (row)
            g_ptr_array_add(rows, row);
    }
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);

    mig_revision_set_intersect(applied, own);
    g_autoptr(GPtrArray) both = mig_revision_set_list(graph, applied);

    if (both->len == 0)
        return TRUE;
    g_autofree char *names = mig_revision_names(both);

    mig_set_error(error, MIG_E_APPLIED, "the database has applied %s already", names);
    mig_error_set_state(error ? *error : NULL, "no script was changed");
    mig_error_set_hint(error ? *error : NULL,
                       "Join the heads instead (migrate merge heads -m MESSAGE); or take them back "
                       "first (migrate downgrade) and rebase onto %s then.",
                       onto);
    return FALSE;
}

/* The file with another value on the line of down_revision, all else byte for byte. */
static gboolean
set_parents(Edit *edit, const MigScript *script, GError **error)
{
    const char *line, *end;
    g_autoptr(GError) own = NULL;

    if (!g_file_get_contents(script->path, &edit->before, &edit->before_length, &own)) {
        mig_set_error(error, MIG_E_FILE, "%s", own->message);
        return FALSE;
    }
    line = edit->before;
    end = edit->before + edit->before_length;
    for (int n = 1; n < script->down_line; n++) {
        const char *newline = memchr(line, '\n', (gsize)(end - line));

        line = newline ? newline + 1 : end;
    }
    const char *colon = memchr(line, ':', (gsize)(end - line));
    const char *stop = colon ? colon + 1 + strcspn(colon + 1, "\r\n") : NULL;
    GString *after = g_string_sized_new(edit->before_length + 32);

    if (!colon || stop > end) {
        g_string_free(after, TRUE);
        mig_set_error(error, MIG_E_FILE, "'%s' changed while it was read", script->path);
        return FALSE;
    }
    g_string_append_len(after, edit->before, colon + 1 - edit->before);
    g_string_append_printf(after, " %s", edit->what->new_parents);
    g_string_append_len(after, stop, end - stop);
    edit->after_length = after->len;
    edit->after = g_string_free(after, FALSE);
    return TRUE;
}

/* Parents of a revision with `onto` in place of its ancestors; NULL: none of them is one. */
static GPtrArray *
new_parents(const MigRevision *revision, const MigRevisionSet *below, MigRevision *onto)
{
    GPtrArray *parents = g_ptr_array_new();
    gboolean changed = FALSE;

    for (guint i = 0; i < revision->down->len; i++) {
        MigRevision *parent = revision->down->pdata[i];
        const gboolean stays = !mig_revision_set_has(below, parent);

        changed = changed || !stays;
        if (stays || !g_ptr_array_find(parents, onto, NULL))
            g_ptr_array_add(parents, stays ? parent : onto);
    }
    if (changed)
        return parents;
    g_ptr_array_unref(parents);
    return NULL;
}

static GPtrArray *
make_edits(const MigGraph *graph, const MigRevisionSet *own, MigRevision *onto, GError **error)
{
    g_autoptr(GPtrArray) edits = g_ptr_array_new_with_free_func(edit_free), one = g_ptr_array_new();

    g_ptr_array_add(one, onto);
    g_autoptr(MigRevisionSet) below = mig_graph_ancestors(graph, one, TRUE);
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, own);

    for (guint i = 0; i < members->len; i++) {
        const MigRevision *revision = members->pdata[i];
        g_autoptr(GPtrArray) parents = new_parents(revision, below, onto);

        if (!parents)
            continue;
        Edit *edit = g_new0(Edit, 1);

        g_ptr_array_add(edits, edit);
        edit->what = g_new0(MigRebased, 1);
        edit->what->id = g_strdup(revision->id);
        edit->what->path = g_strdup(revision->script->path);
        edit->what->old_parents = mig_revision_join(revision->down);
        edit->what->new_parents = mig_revision_join(parents);
        if (!set_parents(edit, revision->script, error))
            return NULL;
    }
    return g_steal_pointer(&edits);
}

static const Edit *
find_edit(const GPtrArray *edits, const char *path)
{
    for (guint i = 0; i < edits->len; i++) {
        if (g_strcmp0(((const Edit *)edits->pdata[i])->what->path, path) == 0)
            return edits->pdata[i];
    }
    return NULL;
}

/* Whether the graph would be sound. */
static gboolean
try_graph(MigProject *project, const GPtrArray *edits, GError **error)
{
    g_autoptr(GPtrArray) scripts = mig_project_read_scripts(project, error);

    for (guint i = 0; scripts && i < scripts->len; i++) {
        MigScript *script = scripts->pdata[i];
        const Edit *edit = find_edit(edits, script->path);

        if (!edit)
            continue;
        MigScript *edited =
            mig_script_from_text(edit->after, (gssize)edit->after_length, script->path, error);

        if (!edited)
            return FALSE;
        scripts->pdata[i] = edited;
        mig_script_free(script);
    }
    g_autoptr(MigGraph) graph = scripts ? mig_graph_new(g_steal_pointer(&scripts), error) : NULL;

    return graph != NULL;
}

static gboolean
write_file(const char *path, const char *bytes, gsize length, GError **error)
{
    g_autoptr(GError) own = NULL;
    struct stat info;
    const int mode = stat(path, &info) == 0 ? (int)(info.st_mode & 07777) : 0666;

    if (g_file_set_contents_full(path, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, mode,
                                 &own))
        return TRUE;
    mig_set_error(error, MIG_E_FILE, "%s", own->message);
    return FALSE;
}

static gboolean
write_edits(const GPtrArray *edits, GError **error)
{
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = edits->pdata[i];

        if (write_file(edit->what->path, edit->after, edit->after_length, error))
            continue;
        while (i-- > 0) {
            const Edit *done = edits->pdata[i];

            write_file(done->what->path, done->before, done->before_length, NULL);
        }
        mig_error_set_state(error ? *error : NULL, "no script was changed");
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_onto(const MigRevision *onto, const MigRebaseOptions *options, GError **error)
{
    if (options->splice || mig_revision_is_head(onto))
        return TRUE;
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "'%s' is no head", onto->id);
    mig_error_set_hint(error ? *error : NULL,
                       "Rebase onto a head, so that no branch is left; or insist with --splice.");
    return FALSE;
}

GPtrArray *
mig_rebase(MigProject *project, const char *symbol, const MigRebaseOptions *options, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    MigRevision *onto = graph ? mig_revspec_resolve_one(graph, symbol, NULL, error) : NULL;
    g_autoptr(MigRevisionSet) own = onto ? find_own(graph, onto, options, error) : NULL;
    g_autoptr(GPtrArray) edits = own ? make_edits(graph, own, onto, error) : NULL;

    if (!edits ||
        (edits->len > 0 && (!check_onto(onto, options, error) ||
                            !refuse_applied(project, graph, own, onto->id, error) ||
                            !try_graph(project, edits, error) || !write_edits(edits, error))))
        return NULL;
    GPtrArray *done = g_ptr_array_new_with_free_func(rebased_free);

    for (guint i = 0; i < edits->len; i++)
        g_ptr_array_add(done, g_steal_pointer(&((Edit *)edits->pdata[i])->what));
    mig_project_reload(project);
    return done;
}
