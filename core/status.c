#include "core/status.h"

#include "core/error.h"
#include "core/missing.h"

void
mig_status_free(MigStatus *status)
{
    if (!status)
        return;
    g_free(status->server);
    g_clear_pointer(&status->heads, g_ptr_array_unref);
    g_clear_pointer(&status->rows, g_ptr_array_unref);
    g_clear_pointer(&status->unknown, g_ptr_array_unref);
    g_clear_pointer(&status->unknown_logged, g_ptr_array_unref);
    g_clear_pointer(&status->row_ids, g_ptr_array_unref);
    g_clear_pointer(&status->pending, g_ptr_array_unref);
    g_clear_pointer(&status->changed, g_ptr_array_unref);
    g_clear_pointer(&status->half_done, g_ptr_array_unref);
    g_clear_pointer(&status->last, mig_log_row_free);
    g_clear_pointer(&status->drift, mig_drift_free);
    g_ptr_array_unref(status->problems);
    g_free(status);
}

/* Keeps a problem; several that came as one are kept apart. */
static void
add_problem(MigStatus *status, GError *problem)
{
    MigErrorDetails *details = mig_error_details(problem);
    g_autoptr(GPtrArray) related = details ? g_steal_pointer(&details->related) : NULL;

    g_ptr_array_add(status->problems, problem);
    for (guint i = 0; related && i < related->len; i++)
        g_ptr_array_add(status->problems, g_error_copy(related->pdata[i]));
}

static void
look_at_scripts(MigStatus *status, MigProject *project)
{
    GError *problem = NULL;

    status->graph = mig_project_graph(project, &problem);
    if (status->graph)
        status->heads = mig_graph_real_heads(status->graph);
    else
        add_problem(status, problem);
}

static gboolean
look_at_database(MigStatus *status, MigProject *project, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    MigConfig *config = mig_project_config(project);

    if (!connection)
        return FALSE;
    status->exists = !connection->absent;
    status->server = g_strdup(connection->server);
    status->row_ids = connection->dialect->read_rows(
        connection, mig_config_text(config, "version_table_schema"),
        mig_config_text(config, "version_table"), &status->has_version_table, error);
    return status->row_ids != NULL;
}

static void
sort_rows(MigStatus *status)
{
    status->rows = g_ptr_array_new();
    status->unknown = g_ptr_array_new();
    for (guint i = 0; i < status->row_ids->len; i++) {
        char *id = status->row_ids->pdata[i];
        MigRevision *revision = mig_graph_find(status->graph, id);

        g_ptr_array_add(revision ? status->rows : status->unknown,
                        revision ? (gpointer)revision : id);
    }
}

/* What can be said only of known rows that go together. */
static gboolean
look_at_position(MigStatus *status, MigProject *project, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_steps_rows(status->graph, status->row_ids, error);

    if (!rows)
        return FALSE;
    status->pending = mig_steps_upgrade(status->graph, rows, "heads", error);
    if (!status->pending)
        return FALSE;
    status->changed = mig_changed_scripts(project, rows, error);
    return status->changed != NULL;
}

static gboolean
look_at_log(MigStatus *status, MigProject *project, GError **error)
{
    status->half_done = mig_store_half_done(project, error);
    if (!status->half_done)
        return FALSE;
    g_autoptr(GPtrArray) latest = mig_store_latest(project, FALSE, error);

    if (latest && latest->len > 0)
        status->last = g_ptr_array_steal_index(latest, latest->len - 1);
    return latest != NULL;
}

MigStatus *
mig_status(MigProject *project, gboolean with_drift)
{
    MigStatus *status = g_new0(MigStatus, 1);
    GError *problem = NULL;

    status->problems = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    look_at_scripts(status, project);
    if (!look_at_database(status, project, &problem)) {
        add_problem(status, problem);
        return status;
    }
    if (!look_at_log(status, project, &problem))
        add_problem(status, g_steal_pointer(&problem));
    if (!status->graph)
        return status;
    sort_rows(status);
    if (status->unknown->len > 0)
        status->unknown_logged = mig_missing_logged(project, status->unknown, NULL);
    if (!look_at_position(status, project, &problem))
        add_problem(status, g_steal_pointer(&problem));
    else if (with_drift && !(status->drift = mig_drift(project, &problem)))
        add_problem(status, g_steal_pointer(&problem));
    return status;
}

static gboolean
is_empty(const GPtrArray *list)
{
    return !list || list->len == 0;
}

gboolean
mig_status_is_good(const MigStatus *status)
{
    return is_empty(status->problems) && is_empty(status->unknown) && is_empty(status->pending) &&
           is_empty(status->changed) && is_empty(status->half_done) && status->heads->len < 2 &&
           (!status->drift || is_empty(status->drift->plan->changes));
}
