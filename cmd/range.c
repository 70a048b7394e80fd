#include "cmd/range.h"

#include "core/since.h"

gboolean
range_recent(const Invocation *invocation, MigProject *project, GPtrArray **ret_recent,
             GError **error)
{
    const char *since = invocation_value(invocation, "since");

    if (since && invocation_argument(invocation, 0)) {
        mig_set_error(error, MIG_E_USAGE, "a range and --since do not go together");
        return FALSE;
    }
    if (!since)
        return TRUE;
    *ret_recent = mig_since_recent(project, since, error);
    return *ret_recent != NULL;
}
