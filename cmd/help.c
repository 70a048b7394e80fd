#include "cmd/help.h"

#include <string.h>

#include "cmd/options.h"

#define WIDTH 79
#define INDENT 2
#define HELP_COLUMN 26

/* Appends text word by word between indent and WIDTH; the line stands at `column` already. */
static void
append_wrapped(GString *out, const char *text, int indent, int column)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gboolean first = TRUE;

    for (char **word = words; *word; word++) {
        const int length = (int)g_utf8_strlen(*word, -1);

        if (!first && column + 1 + length > WIDTH) {
            g_string_append_printf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += length;
        first = FALSE;
    }
    g_string_append_c(out, '\n');
}

/* Paragraphs, an empty line between them; lines that begin with white space are kept as they are.
 */
static void
append_paragraphs(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean verbatim = FALSE;

    for (char **line = lines; *line; line++) {
        const gboolean is_verbatim = g_ascii_isspace(**line);

        if (**line == '\0')
            continue;
        if (line > lines && !(verbatim && is_verbatim))
            g_string_append_c(out, '\n');
        verbatim = is_verbatim;
        if (verbatim)
            g_string_append_printf(out, "%s\n", *line);
        else
            append_wrapped(out, *line, 0, 0);
    }
}

/* "  LABEL     help": the help begins on its own line when the label is too long. */
static void
append_row(GString *out, const char *label, const char *help)
{
    const int length = INDENT + (int)g_utf8_strlen(label, -1);

    g_string_append_printf(out, "%*s%s", INDENT, "", label);
    if (length + 2 > HELP_COLUMN)
        g_string_append_printf(out, "\n%*s", HELP_COLUMN, "");
    else
        g_string_append_printf(out, "%*s", HELP_COLUMN - length, "");
    append_wrapped(out, help, HELP_COLUMN, HELP_COLUMN);
}

char *
help_option_label(const Option *option)
{
    GString *label = g_string_new(NULL);

    if (option->letter)
        g_string_append_printf(label, "-%c, ", option->letter);
    g_string_append_printf(label, "--%s", option->name);
    if (option->kind == OPTION_OPTIONAL_VALUE)
        g_string_append_printf(label, "[=%s]", option->value);
    else if (option->kind != OPTION_FLAG)
        g_string_append_printf(label, "=%s", option->value);
    return g_string_free(label, FALSE);
}

char *
help_with_choices(const char *help, const char *const *choices)
{
    g_autofree char *words = choices ? g_strjoinv(", ", (char **)choices) : NULL;

    return words ? g_strconcat(help, ": ", words, NULL) : g_strdup(help);
}

static void
append_options(GString *out, const char *title, const Option *options, const Command *command)
{
    if (!options || !options->name)
        return;
    g_string_append_printf(out, "\n%s\n", title);
    for (const Option *option = options; option->name; option++) {
        if (options_find_name(command, option->name, strlen(option->name)) != option)
            continue; /* the command has its own in place of a global one */
        g_autofree char *label = help_option_label(option);
        g_autofree char *help = help_with_choices(option->help, option->choices);
        g_autofree char *aligned = g_strdup_printf("%s%s", option->letter ? "" : "    ", label);

        append_row(out, aligned, help);
    }
}

char *
help_usage(const Command *command)
{
    GString *usage = g_string_new("migrate ");

    g_string_append(usage, command->name);
    if (command->options && command->options->name)
        g_string_append(usage, " [OPTIONS]");
    for (const Argument *argument = command->arguments; argument && argument->name; argument++) {
        g_string_append_printf(usage, argument->optional ? " [%s%s]" : " %s%s", argument->name,
                               argument->repeatable ? "..." : "");
    }
    return g_string_free(usage, FALSE);
}

static void
append_arguments(GString *out, const Command *command)
{
    if (!command->arguments || !command->arguments->name)
        return;
    g_string_append(out, "\nArguments:\n");
    for (const Argument *argument = command->arguments; argument->name; argument++) {
        g_autofree char *help = help_with_choices(argument->help, argument->choices);

        append_row(out, argument->name, help);
    }
}

static void
append_examples(GString *out, const Command *command)
{
    if (!command->examples)
        return;
    g_auto(GStrv) lines = g_strsplit(command->examples, "\n", -1);

    g_string_append(out, "\nExamples:\n");
    for (char **line = lines; *line && **line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, "\t", 2);

        g_string_append_printf(out, "%*s%s\n", INDENT, "", parts[0]);
        if (parts[0] && parts[1]) {
            g_string_append_printf(out, "%*s", 3 * INDENT, "");
            append_wrapped(out, parts[1], 3 * INDENT, 3 * INDENT);
        }
    }
}

char *
help_command(const Command *command)
{
    GString *out = g_string_new("Usage: ");
    g_autofree char *usage = help_usage(command);

    g_autofree char *summary =
        g_strdup_printf("%c%s.", g_ascii_toupper(command->summary[0]), command->summary + 1);

    g_string_append_printf(out, "%s\n\n", usage);
    append_wrapped(out, summary, 0, 0);
    if (command->description) {
        g_string_append_c(out, '\n');
        append_paragraphs(out, command->description);
    }
    append_arguments(out, command);
    append_options(out, "Options:", command->options, command);
    append_options(out, "Global options:", global_options, command);
    append_examples(out, command);
    return g_string_free(out, FALSE);
}

char *
help_overview(void)
{
    GString *out = g_string_new("Usage: migrate [OPTIONS] COMMAND [ARGUMENTS]\n\n"
                                "Schema migrations for SQLite and PostgreSQL.\n\nCommands:\n");

    for (const Command *const *command = commands; *command; command++)
        append_row(out, (*command)->name, (*command)->summary);
    append_options(out, "Global options:", global_options, NULL);
    g_string_append(out, "\n'migrate COMMAND --help' shows a command's options and examples.\n");
    return g_string_free(out, FALSE);
}
