#include "cmd/databases.h"
#include "cmd/moving.h"
#include "core/offline.h"

static int
downgrade(Invocation *invocation, MigProject *project, GError **error)
{
    return move_database(invocation, project, MIG_DOWNGRADE, invocation_argument(invocation, 0),
                         error);
}

static int
print_sql(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autofree char *sql = NULL;

    if (project)
        sql = mig_offline_downgrade(project, invocation_argument(invocation, 0),
                                    invocation_has(invocation, "all-branches"),
                                    invocation_value(invocation, "tag"), error);
    return sql ? print_script(invocation, project, sql) : -1;
}

static int
run(Invocation *invocation, GError **error)
{
    if (!invocation_has(invocation, "sql"))
        return databases_run(invocation, downgrade, error);
    if (!check_sql_options(invocation, error))
        return -1;
    return print_sql(invocation, error);
}

static const Option options[] = {
    MOVE_OPTION_PLAN,
    MOVE_OPTION_SQL,
    MOVE_OPTION_TAG,
    {.name = "all-branches",
     .kind = OPTION_FLAG,
     .help = "let LABEL@REV take revisions of other branches down too"},
    {.name = "from-log",
     .kind = OPTION_FLAG,
     .help = "where a script is missing, run the one that the database's log keeps"},
    MOVE_OPTION_ONE_BY_ONE,
    MOVE_OPTION_ALLOW_DROP,
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REV",
     .help = "revision to go back to: an id, a label, base, LABEL@base, -1",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_downgrade = {
    .name = "downgrade",
    .summary = "move the database down to a revision",
    .description =
        "Runs the downgrade blocks of all applied revisions above REV, newest first. REV itself "
        "stays. A revision without a downgrade block is irreversible: then nothing runs at all.\n"
        "With --sql no database is connected to: REV must be a range A:B, from A down to B.",
    .examples = "migrate downgrade -1\tundo the last revision\n"
                "migrate downgrade base\tundo everything\n"
                "migrate downgrade shop@base\tundo one branch\n"
                "migrate downgrade -1 --plan\tsee first what would run\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
