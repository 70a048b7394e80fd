#include "core/project.h"

#include <string.h>

#include "core/error.h"
#include "core/locations.h"
#include "core/steps.h"

struct _MigProject {
    gboolean offline; /* SQL is for a script */
    MigConfig *config;
    MigEventFunc event_func;
    void *event_data;
    GPtrArray *memory; /* of char*: name and text in turn */
    MigGraph *graph;
    const MigDialect *dialect; /* NULL until asked for */
    MigScratch *scratch;       /* NULL until asked for */
    MigUrl *scratch_url;
    MigVcs *vcs; /* NULL until asked for */
    gboolean knows_commit;
    char *commit; /* of the checkout */
    gboolean not_cached;
    MigConnection *connection;
    MigConnectMode mode; /* of the connection */
    gboolean adopted;
};

MigProject *
mig_project_new(MigConfig *config)
{
    MigProject *project = g_new0(MigProject, 1);

    project->config = mig_config_ref(config);
    project->memory = g_ptr_array_new_with_free_func(g_free);
    return project;
}

MigProject *
mig_project_twin(MigProject *project)
{
    if (project->adopted || project->memory->len > 0)
        return NULL;
    mig_config_url(project->config, NULL); /* parsed at the first call, which is no thread's */
    MigProject *twin = mig_project_new(project->config);

    twin->not_cached = project->not_cached;
    return twin;
}

static void
disconnect(MigProject *project)
{
    if (project->connection)
        project->dialect->close(project->connection);
    project->connection = NULL;
}

void
mig_project_free(MigProject *project)
{
    if (!project)
        return;
    disconnect(project);
    mig_scratch_free(project->scratch);
    mig_url_free(project->scratch_url);
    mig_vcs_free(project->vcs);
    g_free(project->commit);
    mig_graph_free(project->graph);
    g_ptr_array_unref(project->memory);
    mig_config_unref(project->config);
    g_free(project);
}

void
mig_project_on_event(MigProject *project, MigEventFunc func, void *user_data)
{
    project->event_func = func;
    project->event_data = user_data;
}

void
mig_project_emit(MigProject *project, const MigEvent *event)
{
    if (project->event_func)
        project->event_func(event, project->event_data);
}

void
mig_project_tell(MigProject *project, MigEventKind kind, const char *format, ...)
{
    va_list args;

    if (!project->event_func)
        return;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    const MigEvent event = {.kind = kind, .message = message};

    mig_project_emit(project, &event);
}

MigConfig *
mig_project_config(const MigProject *project)
{
    return project->config;
}

GPtrArray *
mig_project_version_locations(MigProject *project)
{
    const GPtrArray *given = mig_config_list(project->config, "version_locations");
    GPtrArray *locations = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < given->len; i++)
        g_ptr_array_add(locations, mig_config_resolve_path(project->config, given->pdata[i]));
    if (locations->len == 0) {
        g_autofree char *folder = mig_config_resolve_path(
            project->config, mig_config_text(project->config, "script_location"));

        g_ptr_array_add(locations, g_build_filename(folder, "versions", NULL));
    }
    return locations;
}

void
mig_project_add_script(MigProject *project, const char *name, const char *text)
{
    g_ptr_array_add(project->memory, g_strdup(name));
    g_ptr_array_add(project->memory, g_strdup(text));
}

/* Takes script, or error if there is none. */
static void
collect(MigScript *script, GError *error, GPtrArray *scripts, GPtrArray *errors)
{
    if (script)
        g_ptr_array_add(scripts, script);
    else
        g_ptr_array_add(errors, error);
}

static void
read_files(MigProject *project, GPtrArray *scripts, GPtrArray *errors)
{
    g_autoptr(GPtrArray) locations = mig_project_version_locations(project);
    g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);
    gboolean recursive = mig_config_boolean(project->config, "recursive_version_locations");

    for (guint i = 0; i < locations->len; i++)
        g_ptr_array_add(shown, mig_config_display_path(project->config, locations->pdata[i]));
    g_autoptr(GPtrArray) paths = mig_locations_scan(shown, recursive, errors);

    for (guint i = 0; i < paths->len; i++) {
        GError *error = NULL;
        MigScript *script = mig_script_open(paths->pdata[i], &error);

        collect(script, error, scripts, errors);
    }
}

static void
read_memory(MigProject *project, GPtrArray *scripts, GPtrArray *errors)
{
    for (guint i = 0; i < project->memory->len; i += 2) {
        GError *error = NULL;
        MigScript *script = mig_script_from_text(project->memory->pdata[i + 1], -1,
                                                 project->memory->pdata[i], &error);

        collect(script, error, scripts, errors);
    }
}

GPtrArray *
mig_project_read_scripts(MigProject *project, GError **error)
{
    g_autoptr(GPtrArray) scripts = g_ptr_array_new_with_free_func((GDestroyNotify)mig_script_free);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    if (project->memory->len > 0)
        read_memory(project, scripts, errors);
    else
        read_files(project, scripts, errors);
    GError *all = mig_error_from_list(errors);

    if (!all)
        return g_steal_pointer(&scripts);
    g_propagate_error(error, all);
    return NULL;
}

gboolean
mig_project_use_scripts(MigProject *project, GPtrArray *scripts, GError **error)
{
    MigGraph *graph = mig_graph_new(scripts, error);

    if (!graph)
        return FALSE;
    mig_project_reload(project);
    project->graph = graph;
    return TRUE;
}

MigGraph *
mig_project_graph(MigProject *project, GError **error)
{
    if (project->graph)
        return project->graph;
    GPtrArray *scripts = mig_project_read_scripts(project, error);

    return scripts && mig_project_use_scripts(project, scripts, error) ? project->graph : NULL;
}

void
mig_project_reload(MigProject *project)
{
    g_clear_pointer(&project->graph, mig_graph_free);
}

const MigDialect *
mig_project_dialect(MigProject *project, GError **error)
{
    if (project->dialect)
        return project->dialect;
    const MigUrl *url = mig_config_url(project->config, error);

    if (!url)
        return NULL;
    project->dialect = mig_dialect_for_scheme(url->scheme);
    if (!project->dialect)
        mig_set_error(error, MIG_E_UNSUPPORTED, "this build of migrate has no driver for '%s' URLs",
                      url->scheme);
    return project->dialect;
}

static void
on_message(MigEventKind kind, const char *text, gpointer user_data)
{
    mig_project_tell(user_data, kind, "%s", text);
}

static void
listen_to(MigProject *project, MigConnection *connection)
{
    connection->message = on_message;
    connection->message_data = project;
}

static MigConnection *
connect_to(MigProject *project, const MigDialect *dialect, MigConnectMode mode, GError **error)
{
    const MigUrl *url = mig_config_url(project->config, error);
    GError *own = NULL;

    if (!url)
        return NULL;
    mig_project_tell(project, MIG_EVENT_DEBUG, "connecting to %s", url->display);
    MigConnection *connection = dialect->connect(url, mode, &own);

    if (!connection) {
        mig_url_redact_error(url, own);
        g_propagate_error(error, own);
        return NULL;
    }
    listen_to(project, connection);
    return connection;
}

MigConnection *
mig_project_connection(MigProject *project, MigConnectMode mode, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);

    if (!dialect)
        return NULL;
    if (project->connection &&
        (project->adopted || mode == MIG_CONNECT_READ || project->mode == MIG_CONNECT_WRITE))
        return project->connection;
    disconnect(project);
    project->connection = connect_to(project, dialect, mode, error);
    project->mode = mode;
    return project->connection;
}

gboolean
mig_project_adopt(MigProject *project, const char *dialect_name, void *native_handle,
                  GError **error)
{
    const MigDialect *dialect = mig_dialect_by_name(dialect_name);

    if (!dialect) {
        mig_set_error(error, MIG_E_UNSUPPORTED, "this build of migrate has no driver '%s'",
                      dialect_name);
        return FALSE;
    }
    MigConnection *connection = dialect->adopt(native_handle, error);

    if (!connection)
        return FALSE;
    disconnect(project);
    listen_to(project, connection);
    project->dialect = dialect;
    project->connection = connection;
    project->adopted = TRUE;
    return TRUE;
}

static MigConnection *
find_target(gpointer user_data, GError **error)
{
    return mig_project_connection(user_data, MIG_CONNECT_READ, error);
}

static gboolean
read_scratch_url(MigProject *project, GError **error)
{
    const char *text = mig_config_text(project->config, "scratch_url");

    if (!text || project->scratch_url)
        return TRUE;
    project->scratch_url = mig_url_parse(text, mig_config_here(project->config), error);
    if (project->scratch_url &&
        mig_dialect_for_scheme(project->scratch_url->scheme) != project->dialect) {
        mig_set_error(error, MIG_E_CONFIG_VALUE,
                      "scratch_url '%s' is not a database of the project's "
                      "kind (%s)",
                      project->scratch_url->display, project->dialect->name);
        g_clear_pointer(&project->scratch_url, mig_url_free);
    }
    return project->scratch_url != NULL;
}

void
mig_project_set_cached(MigProject *project, gboolean cached)
{
    project->not_cached = !cached;
}

gboolean
mig_project_is_cached(const MigProject *project)
{
    return !project->not_cached;
}

static void
tell_left_out(const char *text, gpointer user_data)
{
    mig_project_tell(user_data, MIG_EVENT_NOTICE, "left out on scratch: %s", text);
}

MigScratch *
mig_project_scratch(MigProject *project, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);

    if (project->scratch || !dialect)
        return project->scratch;
    if (!read_scratch_url(project, error))
        return NULL;
    const MigIntrospectOptions options = {
        mig_config_list(project->config, "include_schemas"),
        mig_config_boolean(project->config, "include_grants"),
    };

    project->scratch = mig_scratch_new(dialect);
    mig_scratch_set_cached(project->scratch, !project->not_cached);
    mig_scratch_set_place(project->scratch, find_target, project, project->scratch_url);
    mig_scratch_set_introspect_options(project->scratch, &options);
    mig_scratch_set_listener(project->scratch, tell_left_out, project);
    return project->scratch;
}

MigVcs *
mig_project_vcs(MigProject *project, GError **error)
{
    if (project->vcs)
        return project->vcs;
    g_autoptr(GPtrArray) locations = mig_project_version_locations(project);

    project->vcs = mig_vcs_open(locations->pdata[0], error);
    if (project->vcs)
        mig_vcs_set_locations(
            project->vcs, locations,
            mig_config_boolean(project->config, "recursive_version_locations"));
    return project->vcs;
}

const char *
mig_project_commit(MigProject *project)
{
    if (!project->knows_commit) {
        MigVcs *vcs = project->memory->len == 0 ? mig_project_vcs(project, NULL) : NULL;

        project->commit = vcs ? mig_vcs_head(vcs, NULL) : NULL;
        project->knows_commit = TRUE;
    }
    return project->commit;
}

const char *
mig_project_own_schema(MigProject *project, const MigDialect *dialect)
{
    const char *given = mig_config_text(project->config, "version_table_schema");

    if (given)
        return given;
    return project->connection ? mig_connection_default_schema(project->connection)
                               : dialect->default_schema;
}

void
mig_project_set_offline(MigProject *project)
{
    project->offline = TRUE;
}

char *
mig_project_own_schema_sql(MigProject *project, const MigDialect *dialect)
{
    const char *configured = mig_config_text(project->config, "version_table_schema");

    if (project->offline && !configured && dialect->offline_own_schema)
        return g_strdup(dialect->offline_own_schema);
    return dialect->quote_name(mig_project_own_schema(project, dialect));
}

GPtrArray *
mig_project_row_ids(MigProject *project, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    gboolean exists;

    if (!connection)
        return NULL;
    return connection->dialect->read_rows(
        connection, mig_config_text(project->config, "version_table_schema"),
        mig_config_text(project->config, "version_table"), &exists, error);
}

GPtrArray *
mig_project_rows(MigProject *project, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);

    if (!graph)
        return NULL;
    g_autoptr(GPtrArray) ids = mig_project_row_ids(project, error);

    return ids ? mig_steps_rows(graph, ids, error) : NULL;
}

const char *
mig_project_block_name(const MigProject *project)
{
    const char *section = mig_config_section(project->config);

    return section ? section : "";
}

GPtrArray *
mig_project_own_tables(MigProject *project)
{
    static const char *const keys[] = {"version_table", "log_table"};
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    const char *schema = mig_config_text(project->config, "version_table_schema");

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const char *name = mig_config_text(project->config, keys[i]);

        g_ptr_array_add(names, schema ? g_strconcat(schema, ".", name, NULL) : g_strdup(name));
    }
    return names;
}
