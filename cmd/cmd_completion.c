#include <string.h>

#include "cmd/completion.h"
#include "cmd/output.h"

static const char *const lists[] = {"revisions", "sections", NULL};

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

static void
list_one(const MigRevision *revision)
{
    g_autofree char *message = g_strdelimit(g_strdup(revision->script->message), "\t", ' ');

    out("%s\t%s\n", revision->id, message);
    for (guint i = 0; i < revision->own_labels->len; i++)
        out("%s\tlabel of %s\n", (const char *)revision->own_labels->pdata[i], revision->id);
}

static int
list_revisions(Invocation *invocation, GError **error)
{
    g_autoptr(GPtrArray) projects = invocation_projects(invocation, error);

    if (!projects)
        return -1;
    const MigGraph *graph = mig_project_graph(projects->pdata[0], error);

    if (!graph)
        return -1;
    out("head\tthe one head\nheads\tall heads\nbase\tbefore the first revision\n"
        "current\twhere the database is\n");
    const GPtrArray *revisions = mig_graph_revisions(graph);

    for (guint i = 0; i < revisions->len; i++)
        list_one(revisions->pdata[i]);
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    const char *shell = invocation_argument(invocation, 0);

    const char *list = invocation_value(invocation, "list");

    if (list)
        return strcmp(list, "revisions") == 0 ? list_revisions(invocation, error)
                                              : list_sections(invocation, error);
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
