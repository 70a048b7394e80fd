#include "cmd/databases.h"
#include "cmd/moving.h"
#include "core/offline.h"

/* All words together are one target of several symbols. New string. */
static char *
join_targets(const Invocation *invocation)
{
    GString *target = g_string_new(NULL);

    for (guint i = 0; i < invocation->arguments->len; i++)
        g_string_append_printf(target, "%s%s", i > 0 ? "," : "",
                               invocation_argument(invocation, i));
    return g_string_free(target, FALSE);
}

static int
upgrade(Invocation *invocation, MigProject *project, GError **error)
{
    g_autofree char *target = join_targets(invocation);

    return move_database(invocation, project, MIG_UPGRADE, target, error);
}

static int
print_sql(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autofree char *range = join_targets(invocation);
    g_autofree char *sql =
        project ? mig_offline_upgrade(project, range, invocation_value(invocation, "tag"), error)
                : NULL;

    return sql ? print_script(invocation, project, sql) : -1;
}

static int
run(Invocation *invocation, GError **error)
{
    if (!invocation_has(invocation, "sql"))
        return databases_run(invocation, upgrade, error);
    if (!check_sql_options(invocation, error))
        return -1;
    return print_sql(invocation, error);
}

static const Option options[] = {
    MOVE_OPTION_PLAN,       MOVE_OPTION_SQL,        MOVE_OPTION_TAG,
    MOVE_OPTION_ONE_BY_ONE, MOVE_OPTION_ALLOW_DROP, MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REV",
     .repeatable = TRUE,
     .help = "revision to reach: an id, a label, head, heads, LABEL@head, +1",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_upgrade = {
    .name = "upgrade",
    .summary = "move the database up to a revision",
    .description =
        "Runs the upgrade blocks of all revisions that REV needs and the database has not. Each "
        "revision and its record move together: one that fails leaves nothing behind, and the "
        "ones before it stay. With several REV the database reaches them all. A block with "
        "transaction=off that was cut short is gone on with, at the first statement that was not "
        "done.\n"
        "With --sql no database is connected to: the script is made for one that stands on base, "
        "or with A:B on A.",
    .examples = "migrate upgrade head\tall there is\n"
                "migrate upgrade +1\tthe next revision\n"
                "migrate upgrade head --plan\tsee first what would run\n"
                "migrate upgrade 4f1c:head --sql >up.sql\ta script for a database at 4f1c\n"
                "migrate upgrade head -n one -n two\tseveral databases, one after the other\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
