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

GPtrArray *
invocation_projects(Invocation *invocation, GError **error)
{
    const GPtrArray *sections = invocation->sections;
    guint n = sections ? sections->len : 1;
    const char *one_url = invocation->url           ? "--url"
                          : g_getenv("MIGRATE_URL") ? "MIGRATE_URL"
                                                    : NULL;

    if (n > 1 && one_url) {
        mig_set_error(error, MIG_E_USAGE, "several -n cannot share the one database of %s",
                      one_url);
        mig_error_set_hint(error ? *error : NULL, "Give each section of migrate.ini its own url.");
        return NULL;
    }
    g_autoptr(GPtrArray) projects =
        g_ptr_array_new_with_free_func((GDestroyNotify)mig_project_free);

    for (guint i = 0; i < n; i++) {
        MigProject *project = open_project(invocation, sections ? sections->pdata[i] : NULL, error);

        if (!project)
            return NULL;
        g_ptr_array_add(projects, project);
    }
    return g_steal_pointer(&projects);
}
