/* The public edge: GErrors become MigErrorInfo, GLib types stay inside. */
#include "build-config.h"

#include "core/apply.h"
#include "core/error.h"
#include "core/migrate.h"
#include "core/project.h"

struct MigSession {
    MigConfig *config;
    MigProject *project; /* made at the first call that needs it; settings are final then */
    GPtrArray *scripts;  /* of char*: name, text, name, text … */
    char *dialect;
    void *handle;
    MigEventFunc event_func;
    void *event_data;

    GError *error;
    char *error_text;
    MigErrorInfo info;
    GPtrArray *rows;
};

const char *
mig_version(void)
{
    return PACKAGE_VERSION;
}

MigSession *
mig_session_new(void)
{
    MigSession *session = g_new0(MigSession, 1);
    g_autofree char *here = g_get_current_dir();

    session->config = mig_config_new(here);
    session->scripts = g_ptr_array_new_with_free_func(g_free);
    return session;
}

static void
forget_answers(MigSession *session)
{
    g_clear_error(&session->error);
    g_clear_pointer(&session->error_text, g_free);
    g_clear_pointer(&session->rows, g_ptr_array_unref);
    session->info = (MigErrorInfo){0};
}

void
mig_session_free(MigSession *session)
{
    if (!session)
        return;
    forget_answers(session);
    g_clear_pointer(&session->project, mig_project_free);
    mig_config_unref(session->config);
    g_ptr_array_unref(session->scripts);
    g_free(session->dialect);
    g_free(session);
}

static MigErrorCode
fail(MigSession *session, GError *error)
{
    const MigErrorDetails *details = mig_error_details(error);

    session->error = error;
    session->error_text = mig_error_format(error);
    session->info.code = details ? (MigErrorCode)error->code : MIG_E_INTERNAL;
    session->info.message = error->message;
    session->info.text = session->error_text;
    if (details) {
        session->info.subject = details->subject;
        session->info.file = details->file;
        session->info.line = details->line;
        session->info.column = details->column;
        session->info.engine_message = details->engine_message;
        session->info.sqlstate = details->sqlstate;
        session->info.state_now = details->state_now;
        session->info.hint = details->hint;
    }
    return session->info.code;
}

static MigErrorCode
finish(MigSession *session, GError *error)
{
    return error ? fail(session, error) : MIG_OK;
}

/* Settings, scripts and the handle are fixed once the project is made: a change after that would
 * apply to half of what was read. */
static gboolean
still_open(MigSession *session, GError **error)
{
    forget_answers(session);
    if (!session->project)
        return TRUE;
    mig_set_error(error, MIG_E_USAGE, "the session has already been used");
    mig_error_set_hint(error ? *error : NULL,
                       "Settings, scripts and the handle must be given before the first run; "
                       "make a new session.");
    return FALSE;
}

MigErrorCode
mig_session_load_config(MigSession *session, const char *path, const char *section)
{
    GError *error = NULL;

    if (!still_open(session, &error))
        return fail(session, error);
    MigConfigOptions options = {.file = path, .section = section};
    MigConfig *config = mig_config_load(&options, &error);

    if (!config)
        return fail(session, error);
    mig_config_unref(session->config);
    session->config = config;
    return MIG_OK;
}

MigErrorCode
mig_session_set(MigSession *session, const char *key, const char *value)
{
    GError *error = NULL;

    if (still_open(session, &error))
        mig_config_set(session->config, key, value, "the program", &error);
    return finish(session, error);
}

MigErrorCode
mig_session_add_script(MigSession *session, const char *name, const char *text)
{
    GError *error = NULL;

    if (still_open(session, &error)) {
        g_ptr_array_add(session->scripts, g_strdup(name));
        g_ptr_array_add(session->scripts, g_strdup(text));
    }
    return finish(session, error);
}

MigErrorCode
mig_session_adopt(MigSession *session, const char *dialect, void *handle)
{
    GError *error = NULL;

    if (still_open(session, &error)) {
        g_free(session->dialect);
        session->dialect = g_strdup(dialect);
        session->handle = handle;
    }
    return finish(session, error);
}

void
mig_session_on_event(MigSession *session, MigEventFunc func, void *user_data)
{
    session->event_func = func;
    session->event_data = user_data;
    if (session->project)
        mig_project_on_event(session->project, func, user_data);
}

static MigProject *
project_of(MigSession *session, GError **error)
{
    forget_answers(session);
    if (session->project)
        return session->project;
    g_autoptr(MigProject) project = mig_project_new(session->config);

    mig_project_on_event(project, session->event_func, session->event_data);
    for (guint i = 0; i < session->scripts->len; i += 2)
        mig_project_add_script(project, session->scripts->pdata[i], session->scripts->pdata[i + 1]);
    if (session->dialect && !mig_project_adopt(project, session->dialect, session->handle, error))
        return NULL;
    return session->project = g_steal_pointer(&project);
}

static gboolean
ask_caller(gpointer user_data)
{
    const MigRunOptions *options = user_data;

    return options->cancelled(options->user_data) != 0;
}

static GPtrArray *
globs(const char *const *list)
{
    GPtrArray *array = g_ptr_array_new();

    for (; list && *list; list++)
        g_ptr_array_add(array, (gpointer)*list);
    return array;
}

static MigErrorCode
run(MigSession *session, MigDirection direction, const char *target, const MigRunOptions *options,
    unsigned *ret_steps)
{
    static const MigRunOptions no_options = MIG_RUN_OPTIONS_INIT;
    GError *error = NULL;
    MigProject *project = project_of(session, &error);
    guint steps = 0;

    if (!options)
        options = &no_options;
    g_autoptr(GPtrArray) allow_drop = globs(options->allow_drop);
    MigApplyOptions apply = {.tag = options->tag,
                             .allow_drop = allow_drop,
                             .one_by_one = options->one_by_one != 0,
                             .run_lock_timeout_ms = G_MININT64,
                             .cancelled = options->cancelled ? ask_caller : NULL,
                             .user_data = (gpointer)options};

    if (project && direction == MIG_UPGRADE)
        mig_apply_upgrade(project, target, &apply, &steps, &error);
    else if (project)
        mig_apply_downgrade(project, target, options->all_branches != 0, &apply, &steps, &error);
    if (ret_steps)
        *ret_steps = steps;
    return finish(session, error);
}

MigErrorCode
mig_session_upgrade(MigSession *session, const char *target, const MigRunOptions *options,
                    unsigned *ret_steps)
{
    return run(session, MIG_UPGRADE, target, options, ret_steps);
}

MigErrorCode
mig_session_downgrade(MigSession *session, const char *target, const MigRunOptions *options,
                      unsigned *ret_steps)
{
    return run(session, MIG_DOWNGRADE, target, options, ret_steps);
}

MigErrorCode
mig_session_stamp(MigSession *session, const char *target)
{
    GError *error = NULL;
    MigProject *project = project_of(session, &error);
    g_autoptr(GPtrArray) targets = g_ptr_array_new();

    g_ptr_array_add(targets, (gpointer)target);
    if (project)
        mig_apply_stamp(project, targets, FALSE, NULL, NULL, NULL, &error);
    return finish(session, error);
}

MigErrorCode
mig_session_pending(MigSession *session, const char *target, unsigned *ret_count)
{
    GError *error = NULL;
    MigProject *project = project_of(session, &error);

    if (!project)
        return fail(session, error);
    g_autoptr(GPtrArray) steps = mig_apply_plan(project, MIG_UPGRADE, target, FALSE, NULL, &error);

    if (!steps)
        return fail(session, error);
    *ret_count = steps->len;
    return MIG_OK;
}

MigErrorCode
mig_session_current(MigSession *session, const char *const **ret_rows)
{
    GError *error = NULL;
    MigProject *project = project_of(session, &error);

    if (!project)
        return fail(session, error);
    GPtrArray *rows = mig_project_row_ids(project, &error);

    if (!rows)
        return fail(session, error);
    g_ptr_array_add(rows, NULL);
    session->rows = rows;
    *ret_rows = (const char *const *)rows->pdata;
    return MIG_OK;
}

const MigErrorInfo *
mig_session_error(MigSession *session)
{
    return &session->info;
}
