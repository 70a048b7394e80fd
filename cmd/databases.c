#include "cmd/databases.h"

#include "cmd/output.h"
#include "core/store.h"

static void
name_database(GError *error, const char *name)
{
    const MigErrorDetails *details = mig_error_details(error);

    if (!details)
        return;
    g_autofree char *subject = g_strdup(details->subject);

    if (subject)
        mig_error_set_subject(error, "[migrate:%s]: %s", name, subject);
    else
        mig_error_set_subject(error, "[migrate:%s]", name);
}

int
databases_run(Invocation *invocation, DatabaseFunc func, GError **error)
{
    g_autoptr(GPtrArray) projects = invocation_projects(invocation, error);
    int highest = 0;

    if (!projects)
        return -1;
    for (guint i = 0; i < projects->len; i++) {
        MigProject *project = projects->pdata[i];
        const char *name = mig_config_section(mig_project_config(project));
        GError *own = NULL;

        if (projects->len > 1)
            talk(invocation, "[migrate:%s]", name);
        int status = func(invocation, project, &own);

        if (own) {
            if (projects->len > 1)
                name_database(own, name);
            g_propagate_error(error, own);
            return -1;
        }
        highest = MAX(highest, status);
    }
    return highest;
}

json_t *
database_json(MigProject *project)
{
    MigConfig *config = mig_project_config(project);
    const char *name = mig_config_section(config);
    const MigUrl *url = mig_config_url(config, NULL);
    json_t *object = json_object();

    json_object_set_new(object, "name", text_json(name));
    json_object_set_new(object, "url", url ? json_string(url->display) : json_null());
    return object;
}

char *
rows_text(const GPtrArray *row_ids)
{
    return row_ids->len > 0 ? mig_rows_join(row_ids) : g_strdup("base");
}

gboolean
is_logged(const GPtrArray *rows, const char *id)
{
    for (guint i = 0; rows && i < rows->len; i++) {
        if (g_str_equal(((const MigLogRow *)rows->pdata[i])->revision, id))
            return TRUE;
    }
    return FALSE;
}

json_t *
logged_json(const GPtrArray *rows)
{
    json_t *list = json_array();

    for (guint i = 0; rows && i < rows->len; i++)
        json_array_append_new(list, json_string(((const MigLogRow *)rows->pdata[i])->revision));
    return list;
}
