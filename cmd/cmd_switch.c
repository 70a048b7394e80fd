#include "cmd/databases.h"
#include "cmd/moving.h"

static int
switch_database(Invocation *invocation, MigProject *project, GError **error)
{
    return move_database(invocation, project, MIG_UPGRADE, invocation_argument(invocation, 0),
                         error);
}

static int
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, switch_database, error);
}

static const Option options[] = {
    MOVE_OPTION_PLAN,
    MOVE_OPTION_TAG,
    {.name = "from-log",
     .kind = OPTION_FLAG,
     .help = "where neither git nor the checkout has a script, run the one that the database's log "
             "keeps"},
    MOVE_OPTION_ONE_BY_ONE,
    MOVE_OPTION_ALLOW_DROP,
    MOVE_OPTION_RUN_LOCK_TIMEOUT,
    MOVE_OPTION_LOCK_TIMEOUT,
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REF", .help = "a commit of git: a branch, a tag, HEAD, origin/main"},
    {.name = NULL},
};

const Command command_switch = {
    .name = "switch",
    .summary = "move the database to where a commit of git has it",
    .description =
        "Moves the database to the heads of the scripts that REF holds: down over the revisions "
        "that REF does not have, newest first, then up to all that it has. The scripts are read "
        "from git, nothing is checked out; those to go down over are looked for in the checkout, "
        "then in all of git's history, where they must be what the database's log says was "
        "applied. So the database follows from anywhere to anywhere: before or after `git switch`, "
        "and also when the branch it stands on is deleted.\n"
        "\n"
        "Going down loses what those revisions added: look first with --plan.",
    .examples = "migrate switch main --plan\twhat would be undone and done\n"
                "migrate switch HEAD\tafter git switch: bring the database to this branch\n"
                "migrate switch v1.4\tto where a release was\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
