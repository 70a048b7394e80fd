#include "cmd/moving.h"

#include <string.h>

#include "cmd/databases.h"
#include "cmd/interrupt.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "cmd/show_plan.h"

/* The same setting as in migrate.ini, with the words of the command line when it is wrong. */
static gboolean
set_timeout(MigProject *project, const char *option, const char *key, const char *value,
            GError **error)
{
    g_autoptr(GError) own = NULL;
    g_autofree char *origin = g_strconcat("--", option, NULL);

    if (!value || mig_config_set(mig_project_config(project), key, value, origin, &own))
        return TRUE;
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "option '%s': '%s' is no duration", origin, value);
    mig_error_set_hint(error ? *error : NULL, "Write 500ms, 30s, 5min, 1h or none.");
    return FALSE;
}

gboolean
set_timeouts(const Invocation *invocation, MigProject *project, GError **error)
{
    return set_timeout(project, "run-lock-timeout", "run_lock_timeout",
                       invocation_value(invocation, "run-lock-timeout"), error) &&
           set_timeout(project, "lock-timeout", "lock_timeout",
                       invocation_value(invocation, "lock-timeout"), error);
}

static int
show_result(Invocation *invocation, MigProject *project, MigDirection direction, guint steps,
            GError **error)
{
    const gboolean json = invocation->format == FORMAT_JSON;

    if (!json && steps > 0)
        return 0;
    g_autoptr(GPtrArray) rows = mig_project_row_ids(project, error);

    if (!rows)
        return -1;
    if (json) {
        json_t *object = database_json(project);

        json_object_set_new(object, "direction", json_string(invocation->command->name));
        json_object_set_new(object, "steps", json_integer(steps));
        json_object_set_new(object, "rows", strings_json(rows));
        out_json_line(object);
    } else {
        g_autofree char *at = rows_text(rows);

        talk(invocation, "nothing to do: the database is at %s", at);
    }
    return 0;
}

int
move_database(Invocation *invocation, MigProject *project, MigDirection direction,
              const char *target, GError **error)
{
    const MigApplyOptions options = {
        .tag = invocation_value(invocation, "tag"),
        .allow_drop = invocation_list(invocation, "allow-drop"),
        .one_by_one = invocation_has(invocation, "one-by-one"),
        .from_log = invocation_has(invocation, "from-log"),
        .to_ref = invocation->command == &command_switch,
        .run_lock_timeout_ms = G_MININT64,
        .cancelled = interrupt_asked,
    };
    const gboolean all_branches = invocation_has(invocation, "all-branches");
    guint steps = 0;

    if (!set_timeouts(invocation, project, error))
        return -1;
    if (invocation_has(invocation, "plan"))
        return show_plan(invocation, project, direction, target, &options, error);
    interrupt_begin();
    gboolean done =
        direction == MIG_UPGRADE
            ? mig_apply_upgrade(project, target, &options, &steps, error)
            : mig_apply_downgrade(project, target, all_branches, &options, &steps, error);

    return done ? show_result(invocation, project, direction, steps, error) : -1;
}

gboolean
check_sql_options(const Invocation *invocation, GError **error)
{
    static const char *const online[] = {"plan", "one-by-one", "allow-drop", "run-lock-timeout",
                                         "lock-timeout", "from-log"};

    for (gsize i = 0; i < G_N_ELEMENTS(online); i++) {
        if (invocation_has(invocation, online[i])) {
            mig_set_error(error, MIG_E_USAGE, "'--%s' has no meaning with '--sql'", online[i]);
            return FALSE;
        }
    }
    return TRUE;
}

int
print_script(const Invocation *invocation, MigProject *project, const char *sql)
{
    if (invocation->format == FORMAT_JSON) {
        json_t *object = database_json(project);

        json_object_set_new(object, "sql", json_string(sql));
        out_json(object);
    } else {
        out_sql(invocation, sql);
    }
    return 0;
}
