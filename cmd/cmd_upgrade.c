#include "cmd/databases.h"
#include "cmd/moving.h"

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
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, upgrade, error);
}

static const Option options[] = {
    MOVE_OPTION_PLAN,
    MOVE_OPTION_TAG,
    MOVE_OPTION_ONE_BY_ONE,
    MOVE_OPTION_ALLOW_DROP,
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
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
        "ones before it stay. With several REV the database reaches them all.",
    .examples = "migrate upgrade head\tall there is\n"
                "migrate upgrade +1\tthe next revision\n"
                "migrate upgrade head --plan\tsee first what would run\n"
                "migrate upgrade head -n one -n two\tseveral databases, one after the other\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
