#include "cmd/help.h"
#include "cmd/options.h"
#include "cmd/output.h"

static const Argument arguments[] = {
    {.name = "COMMAND",
     .optional = TRUE,
     .help = "the command to explain; none: an overview",
     .completion = COMPLETE_COMMAND},
    {.name = NULL},
};

static int
run(Invocation *invocation, GError **error)
{
    const char *name = invocation_argument(invocation, 0);
    const Command *command = name ? options_find_command(name, error) : NULL;

    if (name && !command)
        return -1;
    g_autofree char *text = command ? help_command(command) : help_overview();

    out("%s", text);
    return 0;
}

const Command command_help = {
    .name = "help",
    .summary = "show an overview, or the help of a command",
    .description = "The same text as 'migrate COMMAND --help'. The manual pages migrate(1) and "
                   "migrate-COMMAND(1) say it at greater length.",
    .examples = "migrate help upgrade\tthe options and examples of upgrade\n",
    .arguments = arguments,
    .run = run,
};
