#include "core/drift.h"

#include "core/settle.h"
#include "core/source.h"

void
mig_drift_free(MigDrift *drift)
{
    if (!drift)
        return;
    g_clear_pointer(&drift->plan, mig_plan_free);
    g_clear_pointer(&drift->expected, mig_schema_free);
    g_clear_pointer(&drift->live, mig_schema_free);
    g_free(drift);
}

MigDrift *
mig_drift(MigProject *project, GError **error)
{
    g_autoptr(MigDrift) drift = g_new0(MigDrift, 1);
    MigScratch *scratch = mig_project_scratch(project, error);
    MigConnection *connection =
        scratch ? mig_project_connection(project, MIG_CONNECT_READ, error) : NULL;

    if (!connection)
        return NULL;
    drift->expected = mig_source_read(project, "versions@current", error);
    drift->live = drift->expected ? mig_source_read(project, "live", error) : NULL;
    if (!drift->live || !mig_settle(scratch, drift->expected, drift->live, error))
        return NULL;
    drift->plan = mig_plan_between(scratch, drift->expected, drift->live, NULL, connection->server,
                                   FALSE, error);
    return drift->plan ? g_steal_pointer(&drift) : NULL;
}
