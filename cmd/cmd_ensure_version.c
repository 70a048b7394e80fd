#include "cmd/databases.h"
#include "cmd/moving.h"
#include "cmd/output.h"
#include "core/apply.h"

static int
ensure(Invocation *invocation, MigProject *project, GError **error)
{
    MigConfig *config = mig_project_config(project);

    if (!set_timeouts(invocation, project, error) || !mig_apply_ensure_version(project, error))
        return -1;
    if (invocation->format == FORMAT_JSON) {
        json_t *object = database_json(project);

        json_object_set_new(object, "version_table",
                            json_string(mig_config_text(config, "version_table")));
        json_object_set_new(object, "log_table", json_string(mig_config_text(config, "log_table")));
        out_json(object);
    } else {
        talk(invocation, "the tables '%s' and '%s' are there",
             mig_config_text(config, "version_table"), mig_config_text(config, "log_table"));
    }
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, ensure, error);
}

static const Option options[] = {
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = NULL},
};

const Command command_ensure_version = {
    .name = "ensure-version",
    .summary = "make the version table where it is missing",
    .description = "Makes the tool's own tables (version_table and log_table of migrate.ini) in "
                   "the database, and the database's file if need be. Nothing happens where they "
                   "are there. 'upgrade' does the same by itself.",
    .examples = "migrate ensure-version\tprepare a database for a user without the right to make "
                "tables\n",
    .options = options,
    .run = run,
};
