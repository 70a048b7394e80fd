#include "cmd/completion.h"

#include <string.h>

/* Text for a part of an _arguments specification within single quotes: what stands in `special`
 * gets a backslash. New string. */
static char *
escape(const char *text, const char *special)
{
    GString *escaped = g_string_new(NULL);

    for (; *text; text++) {
        if (*text == '\'') {
            g_string_append(escaped, "'\\''");
            continue;
        }
        if (*text == '\\' || strchr(special, *text))
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *text);
    }
    return g_string_free(escaped, FALSE);
}

/* ":MSG:action" */
static void
append_action(GString *out, const char *name, Completion completion, const char *const *choices)
{
    static const char *const actions[] = {
        [COMPLETE_NONE] = " ",
        [COMPLETE_FILE] = "_files",
        [COMPLETE_FOLDER] = "_files -/",
        [COMPLETE_REVISION] = " _migrate_list revisions",
        [COMPLETE_CHOICES] = " ",
        [COMPLETE_SECTION] = " _migrate_list sections",
        [COMPLETE_COMMAND] = "_migrate_commands",
        [COMPLETE_SOURCE] = NULL,
    };
    g_autofree char *message = escape(name, ":");
    g_autofree char *words = choices ? g_strjoinv(" ", (char **)choices) : NULL;

    g_string_append_printf(out, ":%s:", message);
    if (words)
        g_string_append_printf(out, "(%s)", words);
    else if (completion == COMPLETE_SOURCE)
        g_string_append_printf(out, "(%s)", completion_sources);
    else
        g_string_append(out, actions[completion]);
}

/* "'(-m --message)'{-m+,--message=}'[help]:MSG: '" */
static void
append_option(GString *out, const Option *option, const char *indent)
{
    const gboolean takes_value = option->kind == OPTION_VALUE || option->kind == OPTION_LIST;
    const char *after = takes_value ? "=" : option->kind == OPTION_OPTIONAL_VALUE ? "=-" : "";
    g_autofree char *help = escape(option->help, "[]");

    g_string_append(out, indent);
    if (!option->letter) {
        g_string_append_printf(out, "'%s--%s%s[%s]", option->kind == OPTION_LIST ? "*" : "",
                               option->name, after, help);
    } else {
        if (option->kind == OPTION_LIST)
            g_string_append(out, "'*'");
        else
            g_string_append_printf(out, "'(-%c --%s)'", option->letter, option->name);
        g_string_append_printf(out, "{-%c%s,--%s%s}'[%s]", option->letter, takes_value ? "+" : "",
                               option->name, after, help);
    }
    if (option->kind == OPTION_OPTIONAL_VALUE)
        g_string_append_c(out, ':');
    if (option->kind != OPTION_FLAG)
        append_action(out, option->value, option->completion, option->choices);
    g_string_append_c(out, '\'');
}

static void
append_command(GString *out, const Command *command)
{
    g_string_append_printf(out, "    %s)\n        _arguments $global", command->name);
    for (const Option *option = command->options; option && option->name; option++)
        append_option(out, option, " \\\n            ");
    for (const Argument *argument = command->arguments; argument && argument->name; argument++) {
        g_string_append_printf(out, " \\\n            '%s%s", argument->repeatable ? "*" : "",
                               argument->optional && !argument->repeatable ? ":" : "");
        append_action(out, argument->name, argument->completion, argument->choices);
        g_string_append_c(out, '\'');
    }
    g_string_append(out, "\n        ;;\n");
}

void
completion_parts_zsh(GPtrArray *parts)
{
    GString *names = g_string_new(NULL), *global = g_string_new(NULL);
    GString *options = g_string_new(NULL);

    for (const Option *option = global_options; option->name; option++) {
        append_option(global, option, "        ");
        g_string_append_c(global, '\n');
    }
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *summary = escape((*command)->summary, "");

        g_string_append_printf(names, "        '%s:%s'\n", (*command)->name, summary);
        append_command(options, *command);
    }
    completion_add_part(parts, "@COMMANDS@", names);
    completion_add_part(parts, "@GLOBAL_OPTIONS@", global);
    completion_add_part(parts, "@OPTIONS@", options);
}
