#include <string.h>

#include "cmd/command.h"
#include "cmd/output.h"

/* With -v: what is set, and where. */
static void
tell_settings(MigProject *project)
{
    const MigConfig *config = mig_project_config(project);

    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++) {
        const char *origin = mig_config_origin(config, spec->key);
        g_autofree char *value = mig_config_show(config, spec->key);

        if (value && strcmp(origin, "default") != 0)
            mig_project_tell(project, MIG_EVENT_DEBUG, "%s = %s (%s)", spec->key, value, origin);
    }
}

static MigProject *
open_project(Invocation *invocation, const char *section, GError **error)
{
    const MigConfigOptions options = {
        .file = invocation->config_file,
        .section = section,
        .url = invocation->url,
        .extra = invocation->extra,
    };
    g_autoptr(MigConfig) config = mig_config_load(&options, error);

    if (!config)
        return NULL;
    MigProject *project = mig_project_new(config);

    mig_project_on_event(project, report_event, invocation);
    mig_project_set_cached(project, !invocation_has(invocation, "no-cache"));
    if (invocation->verbose > 0)
        tell_settings(project);
    return project;
}

MigProject *
invocation_project(Invocation *invocation, GError **error)
{
    const GPtrArray *sections = invocation->sections;

    if (sections && sections->len > 1) {
        mig_set_error(error, MIG_E_USAGE, "'%s' serves one database: -n can be given only once",
                      invocation->command->name);
        return NULL;
    }
    return open_project(invocation, sections ? sections->pdata[0] : NULL, error);
}

/* Where one URL for all sections comes from, or NULL when each has its own. */
static const char *
common_url(const GPtrArray *projects)
{
    static const char *const origins[] = {"--url", "MIGRATE_URL", "DATABASE_URL", NULL};

    for (guint i = 0; projects->len > 1 && i < projects->len; i++) {
        const char *origin = mig_config_origin(mig_project_config(projects->pdata[i]), "url");

        if (g_strv_contains(origins, origin))
            return origin;
    }
    return NULL;
}

GPtrArray *
invocation_projects(Invocation *invocation, GError **error)
{
    const GPtrArray *sections = invocation->sections;
    const guint n = sections ? sections->len : 1;
    g_autoptr(GPtrArray) projects =
        g_ptr_array_new_with_free_func((GDestroyNotify)mig_project_free);

    for (guint i = 0; i < n; i++) {
        MigProject *project = open_project(invocation, sections ? sections->pdata[i] : NULL, error);

        if (!project)
            return NULL;
        g_ptr_array_add(projects, project);
    }
    const char *origin = common_url(projects);

    if (!origin)
        return g_steal_pointer(&projects);
    mig_set_error(error, MIG_E_USAGE, "several -n cannot share the one database of %s", origin);
    mig_error_set_hint(error ? *error : NULL, "Give each section of migrate.ini a url of its own.");
    return NULL;
}
