#include "cmd/command.h"

#include <string.h>

static const char *const format_choices[] = {"text", "json", NULL};
static const char *const color_choices[] = {"auto", "always", "never", NULL};

const Option global_options[] = {
    {.name = "config",
     .letter = 'c',
     .kind = OPTION_VALUE,
     .value = "FILE",
     .help = "read settings from FILE (or MIGRATE_CONFIG; default migrate.ini)",
     .completion = COMPLETE_FILE},
    {.name = "name",
     .letter = 'n',
     .kind = OPTION_LIST,
     .value = "NAME",
     .help = "use section [migrate:NAME] over [migrate]; may be repeated where a command can "
             "serve several databases",
     .completion = COMPLETE_SECTION},
    {.name = "url",
     .kind = OPTION_VALUE,
     .value = "URL",
     .help = "the database, instead of MIGRATE_URL and the url in the file"},
    {.name = "extra",
     .letter = 'x',
     .kind = OPTION_LIST,
     .value = "KEY=VALUE",
     .help = "a value for ${x:KEY} in migrate.ini and MIGRATE_X_KEY of model commands and hooks"},
    {.name = "format",
     .kind = OPTION_VALUE,
     .value = "FORMAT",
     .help = "how to show results",
     .completion = COMPLETE_CHOICES,
     .choices = format_choices},
    {.name = "color",
     .kind = OPTION_VALUE,
     .value = "WHEN",
     .help = "colour the output (auto: on a terminal, unless NO_COLOR is set)",
     .completion = COMPLETE_CHOICES,
     .choices = color_choices},
    {.name = "no-cache",
     .kind = OPTION_FLAG,
     .help = "load models and replay versions anew, without the states kept from earlier runs"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .help = "print results and errors only"},
    {.name = "verbose",
     .letter = 'v',
     .kind = OPTION_FLAG,
     .help = "print more, such as where each setting came from"},
    {.name = "help", .letter = 'h', .kind = OPTION_FLAG, .help = "show help and exit"},
    {.name = "version", .kind = OPTION_FLAG, .help = "show the version and exit"},
    {.name = NULL},
};

const Command *
command_find(const char *name)
{
    for (const Command *const *command = commands; *command; command++) {
        if (strcmp((*command)->name, name) == 0)
            return *command;
    }
    return NULL;
}

GPtrArray *
invocation_list(const Invocation *invocation, const char *option)
{
    return g_hash_table_lookup(invocation->options, option);
}

gboolean
invocation_has(const Invocation *invocation, const char *option)
{
    return invocation_list(invocation, option) != NULL;
}

const char *
invocation_value(const Invocation *invocation, const char *option)
{
    const GPtrArray *values = invocation_list(invocation, option);

    return values ? values->pdata[values->len - 1] : NULL;
}

const char *
invocation_argument(const Invocation *invocation, guint n)
{
    return n < invocation->arguments->len ? invocation->arguments->pdata[n] : NULL;
}

void
invocation_clear(Invocation *invocation)
{
    g_clear_pointer(&invocation->arguments, g_ptr_array_unref);
    g_clear_pointer(&invocation->options, g_hash_table_unref);
}
