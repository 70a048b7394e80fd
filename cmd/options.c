#include "cmd/options.h"

#include <string.h>
#include <unistd.h>

#include "core/suggest.h"

typedef struct {
    Invocation *invocation;
    const char *const *next; /* the word to be read next */
    GError *error;           /* the first one; parsing goes on to learn --format and --color */
} Parser;

static const Option *
find_name_in(const Option *table, const char *name, gsize length)
{
    for (const Option *option = table; option && option->name; option++) {
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0)
            return option;
    }
    return NULL;
}

const Option *
options_find_name(const Command *command, const char *name, gsize length)
{
    const Option *own = find_name_in(command ? command->options : NULL, name, length);

    return own ? own : find_name_in(global_options, name, length);
}

static const Option *
find_letter_in(const Option *table, char letter)
{
    for (const Option *option = table; option && option->name; option++) {
        if (option->letter == letter)
            return option;
    }
    return NULL;
}

const Option *
options_find_letter(const Command *command, char letter)
{
    const Option *own = find_letter_in(command ? command->options : NULL, letter);

    return own ? own : find_letter_in(global_options, letter);
}

const Command *
options_find_command(const char *word, GError **error)
{
    const Command *found = command_find(word);

    if (found || !error)
        return found;
    g_autofree char *shown = g_utf8_make_valid(word, -1);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const Command *const *command = commands; *command; command++)
        g_ptr_array_add(names, (gpointer)(*command)->name);
    g_ptr_array_add(names, NULL);
    const char *near = mig_suggest(shown, (const char *const *)names->pdata);

    mig_set_error(error, MIG_E_UNKNOWN_COMMAND, "unknown command '%s'", shown);
    if (near)
        mig_error_set_hint(*error, "Did you mean '%s'?", near);
    return NULL;
}

/* Keeps the first error (takes it), with the command to type for help. */
static void
fail(Parser *parser, GError *error)
{
    const Command *command = parser->invocation->command;

    if (parser->error) {
        g_error_free(error);
        return;
    }
    if (command)
        mig_error_set_next(error, "migrate %s --help", command->name);
    else
        mig_error_set_next(error, "migrate --help");
    parser->error = error;
}

static void
collect_names(GPtrArray *names, const Option *table)
{
    for (const Option *option = table; option && option->name; option++)
        g_ptr_array_add(names, (gpointer)option->name);
}

/* Where a word of another command was meant: "'--autogenerate' is an option of 'revision'." */
static const Command *
owner_of(const char *name, gsize length)
{
    for (const Command *const *command = commands; *command; command++) {
        if (find_name_in((*command)->options, name, length))
            return *command;
    }
    return NULL;
}

static void
fail_unknown_option(Parser *parser, const char *name, gsize length)
{
    const Command *command = parser->invocation->command;
    g_autofree char *word = g_strndup(name, length);
    GError *error = mig_error_new(MIG_E_UNKNOWN_OPTION, "unknown option '--%s'", word);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    collect_names(names, command ? command->options : NULL);
    collect_names(names, global_options);
    g_ptr_array_add(names, NULL);
    const char *near = mig_suggest(word, (const char *const *)names->pdata);
    const Command *owner = owner_of(name, length);

    if (near)
        mig_error_set_hint(error, "Did you mean '--%s'?", near);
    else if (owner && !command)
        mig_error_set_hint(error, "'--%s' is an option of '%s': write it behind the command.", word,
                           owner->name);
    else if (owner)
        mig_error_set_hint(error, "'--%s' is an option of '%s'.", word, owner->name);
    fail(parser, error);
}

static gboolean
in_choices(const char *const *choices, const char *value)
{
    return !choices || g_strv_contains(choices, value);
}

/* Checks a value against its choices; what: "option '--format'" or "argument SHELL". */
static gboolean
check_value(Parser *parser, const char *what, const char *value, const char *const *choices,
            Completion completion)
{
    gboolean is_path = completion == COMPLETE_FILE || completion == COMPLETE_FOLDER;

    if (!is_path && !g_utf8_validate(value, -1, NULL)) {
        g_autofree char *shown = g_utf8_make_valid(value, -1);

        fail(parser, mig_error_new(MIG_E_BAD_ARGUMENT, "%s: '%s' is not valid UTF-8", what, shown));
        return FALSE;
    }
    if (in_choices(choices, value))
        return TRUE;
    g_autofree char *list = g_strjoinv(", ", (char **)choices);
    GError *error =
        mig_error_new(MIG_E_BAD_ARGUMENT, "%s: '%s' is not one of %s", what, value, list);
    const char *near = mig_suggest(value, choices);

    if (near)
        mig_error_set_hint(error, "Did you mean '%s'?", near);
    fail(parser, error);
    return FALSE;
}

static void
store(Parser *parser, const Option *option, const char *value)
{
    GHashTable *options = parser->invocation->options;
    GPtrArray *values = g_hash_table_lookup(options, option->name);

    if (option->kind != OPTION_FLAG && value) {
        g_autofree char *what = g_strdup_printf("option '--%s'", option->name);
        /* Before the command is known, so are its own choices not: see check_early(). */
        const char *const *choices = parser->invocation->command ? option->choices : NULL;

        if (!check_value(parser, what, value, choices, option->completion))
            return;
    }
    if (!values) {
        values = g_ptr_array_new();
        g_hash_table_insert(options, (gpointer)option->name, values);
    }
    g_ptr_array_add(values, (gpointer)value);
}

/* "-1", "-3:": relative revisions are arguments and values, never options. */
static gboolean
is_option_word(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !g_ascii_isdigit(word[1]);
}

/* Takes the next word as the option's value. */
static void
store_next_word(Parser *parser, const Option *option, const char *shown)
{
    const char *word = *parser->next;

    if (word && !is_option_word(word)) {
        parser->next++;
        store(parser, option, word);
        return;
    }
    GError *error =
        mig_error_new(MIG_E_USAGE, "option '%s' needs a value: %s", shown, option->value);

    if (word && strcmp(word, "--") != 0)
        mig_error_set_hint(error, "A value that starts with a dash is written --%s=%s.",
                           option->name, word);
    fail(parser, error);
}

static void
parse_long(Parser *parser, const char *word)
{
    const char *name = word + 2;
    gsize length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const Option *option = options_find_name(parser->invocation->command, name, length);

    if (!option) {
        fail_unknown_option(parser, name, length);
    } else if (option->kind == OPTION_FLAG && value) {
        fail(parser, mig_error_new(MIG_E_USAGE, "option '--%s' takes no value", option->name));
    } else if (value || option->kind == OPTION_OPTIONAL_VALUE) {
        store(parser, option, value);
    } else if (option->kind == OPTION_FLAG) {
        store(parser, option, "");
    } else {
        g_autofree char *shown = g_strdup_printf("--%s", option->name);

        store_next_word(parser, option, shown);
    }
}

/* "-v", "-qv", "-mMSG", "-im MSG". */
static void
parse_short(Parser *parser, const char *word)
{
    for (const char *at = word + 1; *at; at++) {
        const Option *option = options_find_letter(parser->invocation->command, *at);

        if (!option) {
            g_autofree char *letter = g_utf8_make_valid(at, 1);

            if (((guchar)*at & 0x80) == 0)
                fail(parser, mig_error_new(MIG_E_UNKNOWN_OPTION, "unknown option '-%s'", letter));
            else
                fail(parser, mig_error_new(MIG_E_UNKNOWN_OPTION, "unknown option in '%s'", word));
            return;
        }
        if (option->kind == OPTION_FLAG || option->kind == OPTION_OPTIONAL_VALUE) {
            store(parser, option, option->kind == OPTION_FLAG ? "" : NULL);
            continue;
        }
        if (at[1]) {
            store(parser, option, at + 1);
        } else {
            const char shown[] = {'-', *at, '\0'};

            store_next_word(parser, option, shown);
        }
        return;
    }
}

static void
set_command(Parser *parser, const char *word)
{
    GError *error = NULL;

    parser->invocation->command = options_find_command(word, &error);
    if (error)
        fail(parser, error);
}

/* Behind an unknown command words still are arguments and options of all commands. */
static void
parse_words(Parser *parser)
{
    gboolean only_arguments = FALSE;

    while (*parser->next) {
        const char *word = *parser->next++;

        if (!only_arguments && strcmp(word, "--") == 0)
            only_arguments = TRUE;
        else if (!only_arguments && g_str_has_prefix(word, "--"))
            parse_long(parser, word);
        else if (!only_arguments && is_option_word(word))
            parse_short(parser, word);
        else if (!parser->invocation->command && !parser->error)
            set_command(parser, word);
        else
            g_ptr_array_add(parser->invocation->arguments, (gpointer)word);
    }
}

static void
fail_missing_argument(Parser *parser, const Argument *argument)
{
    const char *examples = parser->invocation->command->examples;
    GError *error =
        mig_error_new(MIG_E_USAGE, "argument %s is missing: %s", argument->name, argument->help);

    if (examples)
        mig_error_set_hint(error, "For example: `%.*s`.", (int)strcspn(examples, "\t\n"), examples);
    fail(parser, error);
}

static void
check_arguments(Parser *parser)
{
    const Argument *argument = parser->invocation->command->arguments;
    const GPtrArray *given = parser->invocation->arguments;
    guint n = 0;

    while (argument && argument->name) {
        g_autofree char *what = g_strdup_printf("argument %s", argument->name);

        if (n >= given->len && !argument->optional) {
            fail_missing_argument(parser, argument);
            return;
        }
        if (n >= given->len)
            return;
        if (!check_value(parser, what, given->pdata[n++], argument->choices, argument->completion))
            return;
        if (argument->repeatable && n < given->len)
            continue;
        argument++;
    }
    if (n < given->len) {
        g_autofree char *shown = g_utf8_make_valid(given->pdata[n], -1);

        fail(parser, mig_error_new(MIG_E_USAGE, "too many arguments: '%s'", shown));
    }
}

/* The choices of options that stood before the command. */
static void
check_early(Parser *parser)
{
    const Command *command = parser->invocation->command;

    for (const Option *global = global_options; global->name; global++) {
        const Option *option = options_find_name(command, global->name, strlen(global->name));
        const char *value = invocation_value(parser->invocation, global->name);
        g_autofree char *what = g_strdup_printf("option '--%s'", global->name);

        if (value && option->choices)
            check_value(parser, what, value, option->choices, option->completion);
    }
}

static OutputFormat
find_format(const char *name)
{
    static const char *const names[] = {
        [FORMAT_TEXT] = "text",   [FORMAT_JSON] = "json",   [FORMAT_GITHUB] = "github",
        [FORMAT_SARIF] = "sarif", [FORMAT_JUNIT] = "junit",
    };

    for (guint i = 0; name && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return (OutputFormat)i;
    }
    return FORMAT_TEXT;
}

static gboolean
wants_color(const char *when, int fd)
{
    const char *no_color = g_getenv("NO_COLOR"), *term = g_getenv("TERM");

    if (g_strcmp0(when, "always") == 0)
        return TRUE;
    if (g_strcmp0(when, "never") == 0 || (no_color && *no_color))
        return FALSE;
    return isatty(fd) && g_strcmp0(term, "dumb") != 0;
}

static void
set_globals(Invocation *invocation)
{
    const char *color = invocation_value(invocation, "color");
    GPtrArray *verbose = invocation_list(invocation, "verbose");

    invocation->config_file = invocation_value(invocation, "config");
    invocation->sections = invocation_list(invocation, "name");
    invocation->url = invocation_value(invocation, "url");
    invocation->extra = invocation_list(invocation, "extra");
    invocation->format = find_format(invocation_value(invocation, "format"));
    invocation->color = wants_color(color, STDOUT_FILENO);
    invocation->color_err = wants_color(color, STDERR_FILENO);
    invocation->quiet = invocation_has(invocation, "quiet");
    invocation->verbose = verbose ? (int)verbose->len : 0;
}

gboolean
options_parse(const char *const *words, Invocation *invocation, GError **error)
{
    Parser parser = {.invocation = invocation, .next = words};

    invocation->arguments = g_ptr_array_new();
    invocation->options =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    parse_words(&parser);
    check_early(&parser);
    set_globals(invocation);
    if (!parser.error && invocation->command && !invocation_has(invocation, "help"))
        check_arguments(&parser);
    if (!parser.error)
        return TRUE;
    g_propagate_error(error, parser.error);
    return FALSE;
}
