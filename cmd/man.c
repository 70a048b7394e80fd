#include "cmd/man.h"

#include "build-config.h"

#include <string.h>

#include "cmd/help.h"
#include "cmd/man_text.h"
#include "core/config_lint.h"
#include "core/error_texts.h"

/* Appends text with everything that roff would take for its own made harmless. */
static void
append_text(GString *out, const char *text)
{
    gboolean line_begins = TRUE;

    for (; *text; text++) {
        if (line_begins && (*text == '.' || *text == '\''))
            g_string_append(out, "\\&");
        line_begins = *text == '\n';
        if (*text == '\\')
            g_string_append(out, "\\e");
        else if (*text == '-')
            g_string_append(out, "\\-");
        else if (*text == '\'')
            g_string_append(out, "\\(aq");
        else if (*text == '`')
            g_string_append(out, "\\(ga");
        else if (*text == '^')
            g_string_append(out, "\\(ha");
        else if (*text == '~')
            g_string_append(out, "\\(ti");
        else
            g_string_append_c(out, *text);
    }
}

static void
append_line(GString *out, const char *text)
{
    append_text(out, text);
    g_string_append_c(out, '\n');
}

static void
append_header(GString *out, const char *name, const char *summary)
{
    g_autofree char *upper = g_ascii_strup(name, -1);

    g_string_append(out, ".TH \"");
    append_text(out, upper);
    g_string_append(out, "\" \"1\" \"\" \"migrate " PACKAGE_VERSION "\" \"Manual of migrate\"\n"
                         ".nh\n.ad l\n.SH NAME\n");
    append_text(out, name);
    g_string_append(out, " \\- ");
    append_line(out, summary);
}

static void
append_entry(GString *out, const char *term, const char *text)
{
    g_string_append(out, ".TP\n\\fB");
    append_text(out, term);
    g_string_append(out, "\\fR\n");
    append_line(out, text);
}

static void
append_sections(GString *out, const ManSection *sections)
{
    for (const ManSection *section = sections; section->title; section++) {
        g_string_append_printf(out, ".SH \"%s\"\n", section->title);
        if (section->text)
            append_line(out, section->text);
        for (const ManEntry *entry = section->entries; entry->term; entry++)
            append_entry(out, entry->term, entry->text);
    }
}

/* Help with its choices as a sentence. */
static char *
sentence(const char *help, const char *const *choices)
{
    g_autofree char *text = help_with_choices(help, choices);
    const gboolean ends = *text == '\0' || g_str_has_suffix(text, "?");

    text[0] = g_ascii_toupper(text[0]);
    return g_strconcat(text, ends ? "" : ".", NULL);
}

static void
append_options(GString *out, const char *title, const Option *options)
{
    if (!options || !options->name)
        return;
    g_string_append_printf(out, ".SH \"%s\"\n", title);
    for (const Option *option = options; option->name; option++) {
        g_autofree char *label = help_option_label(option);
        g_autofree char *text = sentence(option->help, option->choices);

        append_entry(out, label, text);
    }
}

/* Paragraphs; lines that begin with white space are shown as they are. */
static void
append_paragraphs(GString *out, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    gboolean verbatim = FALSE;

    for (char **line = lines; *line; line++) {
        const gboolean is_verbatim = g_ascii_isspace(**line);

        if (**line == '\0')
            continue;
        if (verbatim && !is_verbatim)
            g_string_append(out, ".fi\n");
        if (!verbatim || !is_verbatim)
            g_string_append(out, ".PP\n");
        if (!verbatim && is_verbatim)
            g_string_append(out, ".nf\n");
        verbatim = is_verbatim;
        append_line(out, *line);
    }
    if (verbatim)
        g_string_append(out, ".fi\n");
}

static void
append_examples(GString *out, const char *examples)
{
    g_auto(GStrv) lines = g_strsplit(examples ? examples : "", "\n", -1);

    if (examples)
        g_string_append(out, ".SH EXAMPLES\n");
    for (char **line = lines; *line && **line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, "\t", 2);
        g_autofree char *text = sentence(parts[1] ? parts[1] : "", NULL);

        append_entry(out, parts[0], text);
    }
}

static void
append_synopsis(GString *out, const char *usage)
{
    g_string_append(out, ".SH SYNOPSIS\n");
    append_line(out, usage);
}

static void
append_rules(GString *out)
{
    g_string_append(out, ".SH RULES\n");
    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        g_autofree char *term = g_strdup_printf("%s %s", rule->id, rule->name);
        g_autofree char *title = sentence(rule->title, NULL);
        g_autofree char *text =
            g_strdup_printf("%s (%s%s) %s", title, mig_lint_severity_name(rule->severity),
                            rule->sized ? ", by size" : "", rule->safe);

        append_entry(out, term, text);
    }
    g_string_append(out, ".SH \"RULES OF OTHER COMMANDS\"\n");
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++) {
        g_autofree char *term = g_strdup_printf("%s %s", one->id, one->name);
        g_autofree char *title = sentence(one->title, NULL);
        g_autofree char *text = g_strdup_printf("%s Found by: %s.", title, one->found_by);

        append_entry(out, term, text);
    }
    g_string_append(out, ".SH ERRORS\n");
    for (const MigErrorText *error = mig_error_texts; error->code; error++) {
        g_autofree char *title = sentence(error->title, NULL);
        g_autofree char *text = g_strdup_printf("%s %s", title, error->cure);

        append_entry(out, mig_error_code_name(error->code), text);
    }
}

char *
man_command(const Command *command)
{
    GString *out = g_string_new(NULL);
    g_autofree char *name = g_strdup_printf("migrate-%s", command->name);
    g_autofree char *usage = help_usage(command);
    g_autofree char *summary = sentence(command->summary, NULL);

    append_header(out, name, command->summary);
    append_synopsis(out, usage);
    g_string_append(out, ".SH DESCRIPTION\n");
    append_line(out, summary);
    if (command->description)
        append_paragraphs(out, command->description);
    if (command->arguments && command->arguments->name)
        g_string_append(out, ".SH ARGUMENTS\n");
    for (const Argument *argument = command->arguments; argument && argument->name; argument++) {
        g_autofree char *text = sentence(argument->help, argument->choices);

        append_entry(out, argument->name, text);
    }
    append_options(out, "OPTIONS", command->options);
    append_examples(out, command->examples);
    if (command == &command_explain)
        append_rules(out);
    g_string_append(out, ".SH \"SEE ALSO\"\n.BR migrate (1)\nfor the options that every command "
                         "takes, the settings and the exit statuses.\n");
    return g_string_free(out, FALSE);
}

static void
append_commands(GString *out)
{
    g_string_append(out, ".SH COMMANDS\nEach has a manual page of its own:\n"
                         ".BR migrate\\-COMMAND (1).\n");
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *usage = help_usage(*command);
        g_autofree char *text = sentence((*command)->summary, NULL);

        append_entry(out, usage + strlen("migrate "), text);
    }
}

static void
append_settings(GString *out)
{
    static const char *const types[] = {
        [MIG_SETTING_TEXT] = "text",
        [MIG_SETTING_LIST] = "list, separated by commas or new lines",
        [MIG_SETTING_BOOLEAN] = "true or false",
        [MIG_SETTING_INTEGER] = "number",
        [MIG_SETTING_DURATION] = "duration, such as 500ms, 30s, 5min, none",
        [MIG_SETTING_URL] = "URL",
    };

    g_string_append(out, ".SH SETTINGS\n"
                         "Keys of the section [migrate] of the settings file, and of sections "
                         "[migrate:NAME], which\n.B \\-n NAME\nputs over it.\n");
    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++) {
        g_autofree char *help = sentence(spec->help, NULL);
        g_autofree char *form =
            g_strdup_printf("%s%s%s", types[spec->type], spec->fallback ? "; default " : "",
                            spec->fallback ? spec->fallback : "");
        g_autofree char *form_sentence = sentence(form, NULL);
        g_autofree char *text = g_strdup_printf("%s %s", help, form_sentence);

        append_entry(out, spec->key, text);
    }
}

static void
append_lint_settings(GString *out)
{
    g_string_append(out, ".SH \"SETTINGS OF LINT\"\nKeys of the section [lint].\n");
    for (const MigLintSetting *setting = mig_lint_settings; setting->key; setting++) {
        g_autofree char *text =
            g_strdup_printf("%s%s%s%s", setting->help, setting->fallback ? " Default " : "",
                            setting->fallback ? setting->fallback : "",
                            setting->fallback ? "." : "");

        append_entry(out, setting->key, text);
    }
}

char *
man_overview(void)
{
    GString *out = g_string_new(NULL);

    append_header(out, "migrate", "schema migrations for SQLite and PostgreSQL");
    append_synopsis(out, "migrate [OPTIONS] COMMAND [ARGUMENTS]");
    g_string_append(out, ".SH DESCRIPTION\nSchema migrations for any language.\n");
    append_paragraphs(
        out,
        "Keeps the schema of a database in step with a model, by a history of revisions: SQL "
        "scripts that lead up and down. The model is SQL text, or what a command or an ORM prints. "
        "'migrate revision --autogenerate' compares the database with the model and writes the "
        "script that is missing; 'migrate upgrade head' runs what the database has not seen.\n"
        "What a command finds goes to standard output, what it says about its work to standard "
        "error. With --format json both are JSON.");
    append_commands(out);
    append_options(out, "GLOBAL OPTIONS", global_options);
    append_sections(out, man_sections_before);
    append_settings(out);
    append_lint_settings(out);
    append_sections(out, man_sections_behind);
    return g_string_free(out, FALSE);
}
