#include "cmd/completion.h"

/* How a value is completed, in the words of migrate.bash. */
static void
append_kind(GString *out, Completion completion, const char *const *choices)
{
    static const char *const kinds[] = {
        [COMPLETE_NONE] = "none",       [COMPLETE_FILE] = "file",
        [COMPLETE_FOLDER] = "folder",   [COMPLETE_REVISION] = "revision",
        [COMPLETE_CHOICES] = "words",   [COMPLETE_SECTION] = "section",
        [COMPLETE_COMMAND] = "command", [COMPLETE_SOURCE] = "source",
    };
    g_autofree char *words = choices ? g_strjoinv(" ", (char **)choices) : NULL;

    if (words)
        g_string_append_printf(out, "echo 'words %s' ;;\n", words);
    else
        g_string_append_printf(out, "echo %s ;;\n", kinds[completion]);
}

/* "    upgrade:-m | upgrade:--message) echo none ;;" */
static void
append_values(GString *out, const char *command, const Option *options)
{
    for (const Option *option = options; option && option->name; option++) {
        if (option->kind != OPTION_VALUE && option->kind != OPTION_LIST)
            continue;
        g_string_append(out, "    ");
        if (option->letter)
            g_string_append_printf(out, "%s:-%c | ", command, option->letter);
        g_string_append_printf(out, "%s:--%s) ", command, option->name);
        append_kind(out, option->completion, option->choices);
    }
}

static void
append_names(GString *out, const Option *options)
{
    for (const Option *option = options; option && option->name; option++) {
        if (option->letter)
            g_string_append_printf(out, "-%c ", option->letter);
        g_string_append_printf(out, "--%s ", option->name);
    }
    if (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

static void
append_arguments(GString *out, const Command *command)
{
    int n = 0;

    for (const Argument *argument = command->arguments; argument && argument->name; argument++) {
        if (argument->repeatable)
            g_string_append_printf(out, "    %s:*) ", command->name);
        else
            g_string_append_printf(out, "    %s:%d) ", command->name, n++);
        append_kind(out, argument->completion, argument->choices);
    }
}

void
completion_parts_bash(GPtrArray *parts)
{
    GString *names = g_string_new(NULL), *options = g_string_new(NULL);
    GString *values = g_string_new(NULL), *arguments = g_string_new(NULL);
    GString *global = g_string_new(NULL);

    for (const Command *const *command = commands; *command; command++) {
        g_string_append_printf(names, "%s%s", names->len ? " " : "", (*command)->name);
        if ((*command)->options && (*command)->options->name) {
            g_string_append_printf(options, "    %s) echo '", (*command)->name);
            append_names(options, (*command)->options);
            g_string_append(options, "' ;;\n");
        }
        append_values(values, (*command)->name, (*command)->options);
        append_arguments(arguments, *command);
    }
    append_values(values, "*", global_options);
    append_names(global, global_options);
    completion_add_part(parts, "@COMMANDS@", names);
    completion_add_part(parts, "@OPTIONS@", options);
    completion_add_part(parts, "@OPTION_VALUES@", values);
    completion_add_part(parts, "@ARGUMENTS@", arguments);
    completion_add_part(parts, "@GLOBAL_OPTIONS@", global);
    completion_add_part(parts, "@SOURCES@", g_string_new(completion_sources));
}
