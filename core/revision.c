#include "core/revision.h"

#include <string.h>

#include "core/error.h"
#include "core/new_file.h"
#include "core/revision_private.h"

/* A revision being made. */
typedef struct {
    MigProject *project;
    const MigRevisionOptions *options;
    MigGraph *graph;
    char *id;
    GPtrArray *down; /* of char* */
    GPtrArray *deps; /* of char* */
    char *created;
    char *folder; /* absolute: a version location, or a folder in one */
    char *path;   /* absolute */
    char *shown;  /* the same as the user would type it */
    char *text;
} Making;

static void
making_clear(Making *making)
{
    g_free(making->id);
    g_clear_pointer(&making->down, g_ptr_array_unref);
    g_clear_pointer(&making->deps, g_ptr_array_unref);
    g_free(making->created);
    g_free(making->folder);
    g_free(making->path);
    g_free(making->shown);
    g_free(making->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Making, making_clear)

static gboolean
fail_name(const char *name, const char *what, GError **error)
{
    mig_set_error(error, MIG_E_REVISION_ID, "'%s' is not a legal %s", name, what);
    mig_error_set_hint(error ? *error : NULL, "%s", mig_script_id_rule);
    return FALSE;
}

static gboolean
choose_id(Making *making, GError **error)
{
    const char *given = making->options->rev_id;

    if (given && !mig_script_id_is_legal(given))
        return fail_name(given, "revision id", error);
    if (given && mig_graph_find(making->graph, given)) {
        mig_set_error(error, MIG_E_DUPLICATE_ID, "revision '%s' exists already: %s", given,
                      mig_graph_find(making->graph, given)->script->path);
        return FALSE;
    }
    making->id = g_strdup(given);
    while (!making->id || mig_graph_find(making->graph, making->id)) {
        g_free(making->id);
        making->id = mig_script_new_id();
    }
    return TRUE;
}

static gboolean
check_labels(const Making *making, GError **error)
{
    const GPtrArray *labels = making->options->branch_labels;

    for (guint i = 0; labels && i < labels->len; i++)
        if (!mig_script_id_is_legal(labels->pdata[i]))
            return fail_name(labels->pdata[i], "branch label", error);
    return TRUE;
}

static gboolean
choose_place(Making *making, const GPtrArray *parents, GError **error)
{
    const MigConfig *config = mig_project_config(making->project);
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autoptr(GDateTime) when = mig_revision_time(config, now);
    g_autofree char *zone = g_date_time_format(when, "%:z");
    g_autofree char *day = g_date_time_format(when, "%Y-%m-%dT%H:%M:%S");
    g_autofree char *name =
        mig_revision_file_name(config, making->id, making->options->message, now, error);

    making->created = g_strconcat(day, strcmp(zone, "+00:00") == 0 ? "Z" : zone, NULL);
    if (!name)
        return FALSE;
    making->folder = mig_revision_folder(making->project, making->options, parents, error);
    if (!making->folder)
        return FALSE;
    making->path = g_build_filename(making->folder, name, NULL);
    making->shown = mig_config_display_path(config, making->path);
    return TRUE;
}

/* The template's text; *ret_path NULL: the built-in one. */
static char *
read_template(const Making *making, char **ret_path, GError **error)
{
    const MigConfig *config = mig_project_config(making->project);
    const char *given = making->options->template_path;
    g_autofree char *location =
        mig_config_resolve_path(config, mig_config_text(config, "script_location"));
    g_autofree char *path = given ? g_canonicalize_filename(given, NULL)
                                  : g_build_filename(location, "script.sql.in", NULL);
    g_autoptr(GError) problem = NULL;
    char *text = NULL;

    if (!given && !g_file_test(path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return g_strdup(mig_script_default_template);
    if (!g_file_get_contents(path, &text, NULL, &problem)) {
        mig_set_error(error, MIG_E_FILE, "cannot read the template: %s", problem->message);
        return NULL;
    }
    *ret_path = mig_config_display_path(config, path);
    return text;
}

static gboolean
render(Making *making, GError **error)
{
    const MigRevisionOptions *options = making->options;
    const MigDialect *dialect =
        options->upgrade || options->downgrade ? mig_project_dialect(making->project, NULL) : NULL;
    g_autofree char *path = NULL;
    g_autofree char *template_text = read_template(making, &path, error);
    const MigScriptDraft draft = {.id = making->id,
                                  .message = options->message,
                                  .down = making->down,
                                  .deps = making->deps,
                                  .labels = options->branch_labels,
                                  .created = making->created,
                                  .notes = options->notes,
                                  .upgrade = options->upgrade,
                                  .downgrade = options->downgrade,
                                  .upgrade_rest = options->upgrade_rest,
                                  .downgrade_rest = options->downgrade_rest,
                                  .irreversible = options->irreversible,
                                  .sections = options->sections,
                                  .rules = dialect ? dialect->lex_rules : NULL};

    if (template_text)
        making->text = mig_script_render(template_text, path, &draft, error);
    return making->text != NULL;
}

/* A script of the graph read once more, for another graph. */
static MigScript *
read_again(const MigScript *script, GError **error)
{
    return script->text
               ? mig_script_from_text(script->text, script->text_length, script->path, error)
               : mig_script_open(script->path, error);
}

/* The graph with the new script must be sound, before anyone else can see the file. */
static gboolean
check_graph(const Making *making, GError **error)
{
    const GPtrArray *revisions = mig_graph_revisions(making->graph);
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func((GDestroyNotify)mig_script_free);
    GError *problem = NULL;
    MigScript *script = NULL;

    for (guint i = 0; i < revisions->len; i++) {
        script = read_again(((MigRevision *)revisions->pdata[i])->script, error);
        if (!script)
            return FALSE;
        g_ptr_array_add(scripts, script);
    }
    script = mig_script_from_text(making->text, -1, making->shown, error);
    if (!script)
        return FALSE;
    g_ptr_array_add(scripts, script);
    g_autoptr(MigGraph) graph = mig_graph_new(g_steal_pointer(&scripts), &problem);

    if (graph)
        return TRUE;
    mig_error_set_state(problem, "nothing was written");
    g_propagate_error(error, problem);
    return FALSE;
}

char *
mig_revision_write(MigProject *project, const MigRevisionOptions *options, char **ret_id,
                   GError **error)
{
    g_auto(Making) making = {.project = project, .options = options};

    making.graph = mig_project_graph(project, error);
    if (!making.graph)
        return NULL;
    g_autoptr(GPtrArray) parents = mig_revision_parents(making.graph, options, error);

    if (!parents)
        return NULL;
    making.down = mig_revision_ids(parents);
    making.deps = mig_revision_deps(making.graph, options, error);
    if (!making.deps || !choose_id(&making, error) || !check_labels(&making, error) ||
        !choose_place(&making, parents, error) || !render(&making, error) ||
        !check_graph(&making, error) ||
        !mig_new_file_write(making.folder, making.path, making.shown, making.text, error))
        return NULL;
    mig_project_reload(project);
    if (!mig_hooks_run(project, making.path, error))
        return NULL;
    if (ret_id)
        *ret_id = g_steal_pointer(&making.id);
    return g_steal_pointer(&making.shown);
}
