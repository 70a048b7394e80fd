#include "cmd/completion.h"

/* Text between single quotes. New string. */
static char *
quote(const char *text)
{
    GString *quoted = g_string_new("'");

    for (; *text; text++) {
        if (*text == '\\' || *text == '\'')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *text);
    }
    g_string_append_c(quoted, '\'');
    return g_string_free(quoted, FALSE);
}

/* " -x -a '(__migrate_list revisions)'"; flag: "-x" where a value must follow, else "". */
static void
append_value(GString *out, Completion completion, const char *const *choices, const char *flag)
{
    static const char *const words[] = {
        [COMPLETE_NONE] = NULL,
        [COMPLETE_FILE] = NULL,
        [COMPLETE_FOLDER] = "(__fish_complete_directories (commandline -ct))",
        [COMPLETE_REVISION] = "(__migrate_list revisions)",
        [COMPLETE_CHOICES] = NULL,
        [COMPLETE_SECTION] = "(__migrate_list sections)",
        [COMPLETE_COMMAND] = "(__migrate_commands)",
        [COMPLETE_SOURCE] = completion_sources,
    };
    g_autofree char *joined = choices ? g_strjoinv(" ", (char **)choices) : NULL;
    const char *shown = joined ? joined : words[completion];

    if (completion == COMPLETE_FILE)
        g_string_append(out, *flag ? " -r -F" : " -F");
    else
        g_string_append(out, flag);
    if (shown)
        g_string_append_printf(out, " -a '%s'", shown);
}

static void
append_options(GString *out, const char *condition, const Option *options)
{
    for (const Option *option = options; option && option->name; option++) {
        g_autofree char *help = quote(option->help);

        g_string_append_printf(out, "complete -c migrate%s", condition);
        if (option->letter)
            g_string_append_printf(out, " -s %c", option->letter);
        g_string_append_printf(out, " -l %s", option->name);
        if (option->kind == OPTION_VALUE || option->kind == OPTION_LIST)
            append_value(out, option->completion, option->choices, " -x");
        else if (option->kind == OPTION_OPTIONAL_VALUE)
            append_value(out, option->completion, option->choices, "");
        g_string_append_printf(out, " -d %s\n", help);
    }
}

static void
append_arguments(GString *out, const Command *command)
{
    int n = 0;

    for (const Argument *argument = command->arguments; argument && argument->name;
         argument++, n++) {
        g_string_append_printf(out, "complete -c migrate -n '__migrate_at %s %d %d'", command->name,
                               n, argument->repeatable ? 999 : n);
        append_value(out, argument->completion, argument->choices, "");
        g_string_append_c(out, '\n');
    }
}

/* "-c|--config|…": the options whose value is the next word. */
static void
append_value_names(GString *out, const Option *options)
{
    for (const Option *option = options; option && option->name; option++) {
        if (option->kind != OPTION_VALUE && option->kind != OPTION_LIST)
            continue;
        if (option->letter)
            g_string_append_printf(out, "%s-[A-Za-z]*%c", out->len ? "|" : "", option->letter);
        g_string_append_printf(out, "%s--%s", out->len ? "|" : "", option->name);
    }
}

void
completion_parts_fish(GPtrArray *parts)
{
    GString *completions = g_string_new(NULL), *value_options = g_string_new(NULL);
    GString *names = g_string_new(NULL);

    append_value_names(value_options, global_options);
    append_options(completions, "", global_options);
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *summary = quote((*command)->summary);
        g_autofree char *condition = g_strdup_printf(" -n '__migrate_in %s'", (*command)->name);

        g_string_append_printf(names, "    echo %s\\t%s\n", (*command)->name, summary);
        append_value_names(value_options, (*command)->options);
        append_options(completions, condition, (*command)->options);
        append_arguments(completions, *command);
    }
    completion_add_part(parts, "@COMMANDS@", names);
    completion_add_part(parts, "@VALUE_OPTIONS@", value_options);
    completion_add_part(parts, "@COMPLETIONS@", completions);
}
