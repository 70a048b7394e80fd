#include "core/changed.h"

#include <string.h>

#include "core/error.h"
#include "core/steps.h"
#include "core/store.h"

/* Whether the script is byte for byte what was run: then nothing needs to be parsed. */
static gboolean
is_same_text(const MigScript *script, const MigLogRow *row)
{
    g_autofree char *content = NULL;
    const char *text = script->text;
    gsize length = script->text_length;

    if (!row->script)
        return FALSE;
    if (!text) {
        if (!script->path || !g_file_get_contents(script->path, &content, &length, NULL))
            return FALSE;
        text = content;
        if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3;
            length -= 3;
        }
    }
    return length == strlen(row->script) && memcmp(text, row->script, length) == 0;
}

static gboolean
differs(const MigScript *script, MigDirection direction, const MigLexRules *rules,
        const char *logged)
{
    g_autofree char *now = mig_script_checksum(script, direction, rules);

    return logged && strcmp(now, logged) != 0;
}

static gboolean
parents_differ(const MigScript *script, const char *logged)
{
    g_autofree char *now = mig_rows_join(script->down);

    return logged && strcmp(now, logged) != 0;
}

/* Adds to list when the revision's script is not what the log row says. */
static gboolean
compare(MigRevision *revision, const MigLogRow *row, const MigLexRules *rules, GPtrArray *list,
        GError **error)
{
    MigScript *script = revision->script;

    if (is_same_text(script, row))
        return TRUE;
    if (!mig_script_load_body(script, rules, error))
        return FALSE;
    const MigChangedScript found = {
        .revision = revision,
        .upgrade = differs(script, MIG_UPGRADE, rules, row->upgrade_checksum),
        .downgrade = differs(script, MIG_DOWNGRADE, rules, row->downgrade_checksum),
        .parents = parents_differ(script, row->parents),
    };

    if (found.upgrade || found.downgrade || found.parents)
        g_ptr_array_add(list, g_memdup2(&found, sizeof found));
    return TRUE;
}

static int
by_load_order(gconstpointer a, gconstpointer b)
{
    const MigChangedScript *left = *(const MigChangedScript *const *)a;
    const MigChangedScript *right = *(const MigChangedScript *const *)b;

    return (left->revision->index > right->revision->index) -
           (left->revision->index < right->revision->index);
}

GPtrArray *
mig_changed_scripts(MigProject *project, const GPtrArray *rows, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);
    const MigDialect *dialect = graph ? mig_project_dialect(project, error) : NULL;
    g_autoptr(GPtrArray) log = dialect ? mig_store_latest(project, TRUE, error) : NULL;

    if (!log)
        return NULL;
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < log->len; i++) {
        const MigLogRow *row = log->pdata[i];
        MigRevision *revision = mig_graph_find(graph, row->revision);

        if (!revision || !mig_revision_set_has(applied, revision) ||
            strcmp(row->direction, mig_direction_name(MIG_DOWNGRADE)) == 0)
            continue;
        if (!compare(revision, row, dialect->lex_rules, list, error))
            return NULL;
    }
    g_ptr_array_sort(list, by_load_order);
    return g_steal_pointer(&list);
}

char *
mig_changed_describe(const MigChangedScript *script)
{
    const char *const parts[] = {script->upgrade ? "upgrade" : NULL,
                                 script->downgrade ? "downgrade" : NULL,
                                 script->parents ? "down_revision" : NULL};
    GString *out = g_string_new(script->revision->id);
    const char *before = " (";

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i])
            continue;
        g_string_append_printf(out, "%s%s", before, parts[i]);
        before = ", ";
    }
    g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

gboolean
mig_changed_refuse(MigProject *project, const GPtrArray *rows, GError **error)
{
    g_autoptr(GPtrArray) changed = mig_changed_scripts(project, rows, error);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    if (!changed)
        return FALSE;
    for (guint i = 0; i < changed->len; i++) {
        const MigChangedScript *script = changed->pdata[i];

        if (!script->upgrade)
            continue;
        GError *one =
            mig_error_new(MIG_E_CHANGED_SCRIPT, "revision '%s' was changed after it was applied",
                          script->revision->id);

        mig_error_set_location(one, script->revision->script->path, 0, 0, NULL, 0);
        mig_error_set_hint(one, "Undo the edit and write a new revision instead.");
        g_ptr_array_add(errors, one);
    }
    GError *all = mig_error_from_list(errors);

    if (!all)
        return TRUE;
    mig_error_set_state(all, "nothing was run");
    g_propagate_error(error, all);
    return FALSE;
}
