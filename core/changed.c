#include "core/changed.h"

#include <string.h>

#include "core/error.h"
#include "core/text_diff.h"

/* A diff is shown up to here. */
#define MAX_DIFF_LINES 60

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

void
mig_changed_free(MigChangedScript *script)
{
    if (!script)
        return;
    g_free(script->old_parents);
    g_free(script->diff);
    g_free(script);
}

static char *
diff_with_log(const MigScript *script, const MigLogRow *row, const char *old_name)
{
    g_autofree char *usual_name = g_strdup_printf("%s as it was applied", row->revision);

    return mig_text_diff(row->script, script->text, old_name ? old_name : usual_name,
                         script->path ? script->path : "now", MAX_DIFF_LINES);
}

MigChangedScript *
mig_changed_compare(MigRevision *revision, const MigLogRow *row, const char *old_name,
                    const MigLexRules *rules, GError **error)
{
    MigScript *script = revision->script;

    if (is_same_text(script, row) || !mig_script_load_body(script, rules, error))
        return NULL;
    const MigChangedScript found = {
        .revision = revision,
        .upgrade = differs(script, MIG_UPGRADE, rules, row->upgrade_checksum),
        .downgrade = differs(script, MIG_DOWNGRADE, rules, row->downgrade_checksum),
        .parents = parents_differ(script, row->parents),
    };

    if (!found.upgrade && !found.downgrade && !found.parents)
        return NULL;
    MigChangedScript *script_found = g_memdup2(&found, sizeof found);

    script_found->old_parents = g_strdup(row->parents);
    script_found->diff = row->script ? diff_with_log(script, row, old_name) : NULL;
    return script_found;
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
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mig_changed_free);

    for (guint i = 0; i < log->len; i++) {
        const MigLogRow *row = log->pdata[i];
        MigRevision *revision = mig_graph_find(graph, row->revision);

        if (!revision || !mig_revision_set_has(applied, revision) ||
            strcmp(row->direction, mig_direction_name(MIG_DOWNGRADE)) == 0)
            continue;
        GError *own = NULL;
        MigChangedScript *found =
            mig_changed_compare(revision, row, NULL, dialect->lex_rules, &own);

        if (found)
            g_ptr_array_add(list, found);
        if (own) {
            g_propagate_error(error, own);
            return NULL;
        }
    }
    g_ptr_array_sort(list, by_load_order);
    return g_steal_pointer(&list);
}

char *
mig_changed_describe(const MigChangedScript *script)
{
    const char *parts = script->upgrade && script->downgrade ? "upgrade, downgrade"
                        : script->upgrade                    ? "upgrade"
                                                             : "downgrade";

    return g_strdup_printf("%s (%s)", script->revision->id, parts);
}

char *
mig_changed_describe_parents(const MigChangedScript *script)
{
    g_autofree char *now = mig_rows_join(script->revision->script->down);
    const char *old = script->old_parents;

    return g_strdup_printf("'%s' was applied with the parents '%s' and has '%s' now",
                           script->revision->id, *old ? old : "base", *now ? now : "base");
}

/* What does not stop an upgrade. */
static void
warn_of_the_rest(MigProject *project, const MigChangedScript *script)
{
    if (script->downgrade)
        mig_project_tell(project, MIG_EVENT_WARNING,
                         "the downgrade of '%s' was changed after it was applied",
                         script->revision->id);
    if (!script->parents)
        return;
    g_autofree char *parents = mig_changed_describe_parents(script);

    mig_project_tell(project, MIG_EVENT_WARNING, "%s", parents);
}

static GError *
refusal(const MigChangedScript *script)
{
    const char *id = script->revision->id;
    GError *error =
        mig_error_new(MIG_E_CHANGED_SCRIPT, "revision '%s' was changed after it was applied", id);

    mig_error_set_location(error, script->revision->script->path, 0, 0, NULL, 0);
    mig_error_details(error)->diff = g_strdup(script->diff);
    mig_error_set_hint(error,
                       "Undo the edit and write a new revision instead; or take the script as it "
                       "is now, if it leads to the same: migrate repair --accept %s",
                       id);
    return error;
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

        if (script->upgrade)
            g_ptr_array_add(errors, refusal(script));
        else
            warn_of_the_rest(project, script);
    }
    GError *all = mig_error_from_list(errors);

    if (!all)
        return TRUE;
    mig_error_set_state(all, "nothing was run");
    g_propagate_error(error, all);
    return FALSE;
}
