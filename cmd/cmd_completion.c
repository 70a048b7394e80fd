#include "cmd/completion.h"
#include "cmd/output.h"

static const char *const lists[] = {"sections", NULL};

static int
list_sections(Invocation *invocation, GError **error)
{
    const MigConfigOptions options = {.file = invocation->config_file, .extra = invocation->extra};
    g_autoptr(MigConfig) config = mig_config_load(&options, error);

    if (!config)
        return -1;
    g_autoptr(GPtrArray) sections = mig_config_sections(config);

    for (guint i = 0; i < sections->len; i++)
        out("%s\tsection [migrate:%s]\n", (const char *)sections->pdata[i],
            (const char *)sections->pdata[i]);
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    const char *shell = invocation_argument(invocation, 0);

    if (invocation_has(invocation, "list"))
        return list_sections(invocation, error);
    if (!shell) {
        mig_set_error(error, MIG_E_USAGE, "argument SHELL is missing: bash, zsh or fish");
        mig_error_set_next(error ? *error : NULL, "migrate completion --help");
        return -1;
    }
    g_autofree char *script = completion_script(shell);

    out("%s", script);
    return 0;
}

static const Option options[] = {
    {.name = "list",
     .kind = OPTION_VALUE,
     .value = "WORDS",
     .help = "print words of the project instead, as the scripts ask for them: the word, a tab, "
             "an explanation",
     .completion = COMPLETE_CHOICES,
     .choices = lists},
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "SHELL",
     .optional = TRUE,
     .help = "the shell to print a script for",
     .completion = COMPLETE_CHOICES,
     .choices = completion_shells},
    {.name = NULL},
};

const Command command_completion = {
    .name = "completion",
    .summary = "print a completion script for a shell",
    .description = "The script completes commands, options and their values, revisions and "
                   "sections. 'make install' puts it where the shells look; the examples are for "
                   "other places.",
    .examples = "eval \"$(migrate completion bash)\"\tin ~/.bashrc\n"
                "source <(migrate completion zsh)\tin ~/.zshrc, behind compinit\n"
                "migrate completion fish > ~/.config/fish/completions/migrate.fish\tfor fish\n",
    .options = options,
    .arguments = arguments,
    .run = run,
};
