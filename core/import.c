#include "core/import.h"

#include <string.h>
#include <unistd.h>

#include "core/config_edit.h"
#include "core/error.h"
#include "core/import_private.h"
#include "core/new_file.h"
#include "core/revision_private.h"

/* A script to be written. */
typedef struct {
    char *path; /* absolute */
    char *text;
} Draft;

/* An import under way. */
typedef struct {
    MigProject *project;
    const MigImportOptions *options;
    const MigDialect *dialect;
    MigForeignHistory *history;
    char *folder;      /* absolute */
    GPtrArray *drafts; /* of Draft*, parallel to the revisions */
    MigImport *import;
} Work;

static void
draft_free(Draft *draft)
{
    g_free(draft->path);
    g_free(draft->text);
    g_free(draft);
}

static void
imported_free(MigImported *imported)
{
    g_free(imported->id);
    g_free(imported->message);
    g_free(imported->path);
    g_free(imported->from);
    for (int i = MIG_UPGRADE; i <= MIG_DOWNGRADE; i++)
        g_free(imported->problems[i]);
    g_free(imported->irreversible);
    g_free(imported);
}

void
mig_import_free(MigImport *import)
{
    if (!import)
        return;
    g_ptr_array_unref(import->revisions);
    g_ptr_array_unref(import->settings);
    g_free(import);
}

static void
work_clear(Work *work)
{
    mig_foreign_history_free(work->history);
    g_free(work->folder);
    g_clear_pointer(&work->drafts, g_ptr_array_unref);
    mig_import_free(work->import);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static char *
first_line(const char *text)
{
    return g_strndup(text, strcspn(text, "\n"));
}

static void
add_imported(Work *work, const MigForeign *foreign, const char *path, const char *from)
{
    MigImported *imported = g_new0(MigImported, 1);

    imported->id = g_strdup(foreign->id);
    imported->message = first_line(foreign->message);
    imported->path = mig_config_display_path(mig_project_config(work->project), path);
    imported->from = g_strdup(from);
    for (int i = MIG_UPGRADE; i <= MIG_DOWNGRADE; i++)
        imported->problems[i] = g_strdup(foreign->problems[i]);
    imported->irreversible = g_strdup(foreign->irreversible);
    imported->recorded = foreign->recorded;
    if (!foreign->problems[MIG_UPGRADE] && !foreign->problems[MIG_DOWNGRADE])
        work->import->n_rendered++;
    g_ptr_array_add(work->import->revisions, imported);
}

/* The name that it would have had on the day when it was made. */
static char *
name_for(const Work *work, const MigForeign *foreign, GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) made =
        foreign->created ? g_date_time_new_from_iso8601(foreign->created, utc) : NULL;
    g_autofree char *title = first_line(foreign->message);
    const gint64 epoch = made ? g_date_time_to_unix(made) : g_get_real_time() / G_USEC_PER_SEC;

    return mig_revision_file_name(mig_project_config(work->project), foreign->id, title, epoch,
                                  error);
}

static gboolean
check_id(const MigForeign *foreign, const char *from, GError **error)
{
    const char *wrong = mig_script_id_is_legal(foreign->id) ? NULL : foreign->id;

    for (guint i = 0; !wrong && i < foreign->labels->len; i++) {
        if (!mig_script_id_is_legal(foreign->labels->pdata[i]))
            wrong = foreign->labels->pdata[i];
    }
    if (!wrong)
        return TRUE;
    mig_set_error(error, MIG_E_REVISION_ID, "'%s' of '%s' is not a legal id or label", wrong, from);
    mig_error_set_hint(error ? *error : NULL, "%s", mig_script_id_rule);
    return FALSE;
}

static gboolean
draft_one(Work *work, MigForeign *foreign, GError **error)
{
    const MigConfig *config = mig_project_config(work->project);
    g_autofree char *from = mig_config_display_path(config, foreign->path);
    g_autofree char *name = NULL;

    if (!check_id(foreign, from, error) || !(name = name_for(work, foreign, error)))
        return FALSE;
    mig_foreign_judge(foreign, work->dialect);
    g_autofree char *text = mig_foreign_render(work->history, foreign, work->dialect, from, error);

    if (!text) {
        mig_error_set_subject(error ? *error : NULL, "import of %s", foreign->id);
        return FALSE;
    }
    Draft *draft = g_new0(Draft, 1);

    draft->path = g_build_filename(work->folder, name, NULL);
    draft->text = g_steal_pointer(&text);
    g_ptr_array_add(work->drafts, draft);
    add_imported(work, foreign, draft->path, from);
    return TRUE;
}

/* Nothing may be there already; all such files are named. */
static gboolean
check_free(const Work *work, GError **error)
{
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    for (guint i = 0; i < work->drafts->len; i++) {
        const Draft *draft = work->drafts->pdata[i];
        const MigImported *imported = work->import->revisions->pdata[i];

        if (g_file_test(draft->path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
            g_ptr_array_add(errors, mig_error_new(MIG_E_EXISTS, "the file '%s' exists already",
                                                  imported->path));
    }
    GError *all = mig_error_from_list(errors);

    if (all)
        g_propagate_error(error, all);
    return !all;
}

/* The graph with all of them must be sound. */
static gboolean
check_graph(const Work *work, GError **error)
{
    g_autoptr(GPtrArray) scripts = mig_project_read_scripts(work->project, error);

    for (guint i = 0; scripts && i < work->drafts->len; i++) {
        const Draft *draft = work->drafts->pdata[i];
        const MigImported *imported = work->import->revisions->pdata[i];
        MigScript *script = mig_script_from_text(draft->text, -1, imported->path, error);

        if (!script)
            return FALSE;
        g_ptr_array_add(scripts, script);
    }
    g_autoptr(MigGraph) graph = scripts ? mig_graph_new(g_steal_pointer(&scripts), error) : NULL;

    return graph != NULL;
}

/* One setting that must be Alembic's. */
static gboolean
check_setting(Work *work, const char *key, const char *wanted, GError **error)
{
    const MigConfig *config = mig_project_config(work->project);
    const char *have = mig_config_text(config, key), *origin = mig_config_origin(config, key);
    const MigGraph *graph;

    if (g_strcmp0(have, wanted) == 0)
        return TRUE;
    if (strcmp(origin, "default") != 0 || !wanted) {
        mig_set_error(error, MIG_E_IMPORT, "'%s' is '%s' (%s), and Alembic's is '%s'", key,
                      have ? have : "", origin, wanted ? wanted : "");
        mig_error_set_hint(error ? *error : NULL, "Set it to Alembic's, whose table is used on.");
        return FALSE;
    }
    if (!(graph = mig_project_graph(work->project, error)))
        return FALSE;
    if (mig_graph_revisions(graph)->len > 0) {
        mig_set_error(error, MIG_E_IMPORT,
                      "the project has revisions in '%s', and Alembic's are in '%s'",
                      mig_config_text(config, "version_table"), work->history->version_table);
        mig_error_set_hint(error ? *error : NULL,
                           "Import into a project without revisions, or set '%s = %s'.", key,
                           wanted);
        return FALSE;
    }
    g_ptr_array_add(work->import->settings, g_strdup_printf("%s = %s", key, wanted));
    return TRUE;
}

static gboolean
check_settings(Work *work, GError **error)
{
    return check_setting(work, "version_table", work->history->version_table, error) &&
           check_setting(work, "version_table_schema", work->history->version_table_schema, error);
}

static gboolean
draft_all(Work *work, GError **error)
{
    const MigRevisionOptions place = {.version_path = work->options->version_path};
    const GPtrArray *revisions = work->history->revisions;
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    work->folder = mig_revision_folder(work->project, &place, none, error);
    if (!work->folder)
        return FALSE;
    for (guint i = 0; i < revisions->len; i++) {
        if (!draft_one(work, revisions->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

/* All scripts and settings, or none. */
static gboolean
write_all(const Work *work, GError **error)
{
    guint n = 0;
    gboolean ok = TRUE;

    for (; ok && n < work->drafts->len; n += ok) {
        const Draft *draft = work->drafts->pdata[n];
        const MigImported *imported = work->import->revisions->pdata[n];

        ok = mig_new_file_write(work->folder, draft->path, imported->path, draft->text, error);
    }
    if (ok &&
        mig_config_add_lines(mig_project_config(work->project), work->import->settings, error))
        return TRUE;
    while (n > 0)
        unlink(((const Draft *)work->drafts->pdata[--n])->path);
    return FALSE;
}

MigImport *
mig_import_alembic(MigProject *project, const char *path, const MigImportOptions *options,
                   GError **error)
{
    g_auto(Work) work = {.project = project, .options = options};

    work.drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
    work.import = g_new0(MigImport, 1);
    work.import->revisions = g_ptr_array_new_with_free_func((GDestroyNotify)imported_free);
    work.import->settings = g_ptr_array_new_with_free_func(g_free);
    work.dialect = mig_project_dialect(project, error);
    work.history = work.dialect ? mig_alembic_read(project, path, options->no_env, error) : NULL;
    if (!work.history)
        return NULL;
    if (!draft_all(&work, error) || !check_free(&work, error) || !check_graph(&work, error) ||
        !check_settings(&work, error) || (!options->plan && !write_all(&work, error))) {
        mig_error_set_state(error ? *error : NULL, "nothing was written");
        return NULL;
    }
    mig_project_reload(project);
    return g_steal_pointer(&work.import);
}
