/* Help, manual pages, completion scripts and the parser say the same, and the tables they are made
 * from keep the rules of cmd/command.h. */
#include "tests/unit/unit.h"

#include "cmd/completion.h"
#include "cmd/help.h"
#include "cmd/man.h"
#include "cmd/options.h"

/* All texts of one command (NULL: the program itself), and its name for the failing test. */
typedef struct {
    const Command *command;
    const char *name;
    char *help, *man;
    char *bash, *zsh, *fish; /* the parts of the scripts that are the command's own */
} Texts;

static char *
cut(const char *text, const char *from, const char *to)
{
    const char *start = strstr(text, from);

    if (!start)
        fail_msg("there is no '%s' in the script", from);
    const char *end = strstr(start + strlen(from), to);

    return end ? g_strndup(start, end - start) : g_strdup(start);
}

/* Lines of text that hold word. */
static char *
grep(const char *text, const char *word)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *found = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        if (strstr(*line, word))
            g_string_append_printf(found, "%s\n", *line);
    }
    return g_string_free(found, FALSE);
}

static char *
cut_zsh(const char *script, const Command *command)
{
    g_autofree char *start =
        command ? g_strdup_printf("\n    %s)\n", command->name) : g_strdup("local -a global=(");

    return cut(script, start, command ? ";;" : "\n    )");
}

static char *
cut_fish(const char *script, const Command *command)
{
    if (!command)
        return grep(script, "complete -c migrate -");
    g_autofree char *condition = g_strdup_printf("'__migrate_in %s'", command->name);
    g_autofree char *place = g_strdup_printf("'__migrate_at %s ", command->name);
    g_autofree char *options = grep(script, condition);
    g_autofree char *arguments = grep(script, place);

    return g_strconcat(options, arguments, NULL);
}

/* The names of the options stand in one line, their values in others. */
static char *
cut_bash(const char *script, const Command *command)
{
    g_autofree char *names =
        command ? g_strdup_printf("    %s) echo '", command->name) : g_strdup("    echo '-c ");
    g_autofree char *values =
        command ? g_strdup_printf("    %s:", command->name) : g_strdup("    *:-");
    g_autofree char *first = grep(script, names);
    g_autofree char *second = grep(script, values);

    return g_strconcat(first, second, NULL);
}

static void
texts_init(Texts *texts, const Command *command)
{
    g_autofree char *bash = completion_script("bash");
    g_autofree char *zsh = completion_script("zsh");
    g_autofree char *fish = completion_script("fish");

    texts->command = command;
    texts->name = command ? command->name : "migrate";
    texts->help = command ? help_command(command) : help_overview();
    texts->man = command ? man_command(command) : man_overview();
    texts->bash = cut_bash(bash, command);
    texts->zsh = cut_zsh(zsh, command);
    texts->fish = cut_fish(fish, command);
}

static void
texts_clear(Texts *texts)
{
    g_free(texts->help);
    g_free(texts->man);
    g_free(texts->bash);
    g_free(texts->zsh);
    g_free(texts->fish);
}

static void
assert_has(const Texts *texts, const char *where, const char *text, const char *word)
{
    if (!strstr(text, word))
        fail_msg("%s: '%s' is missing in %s:\n%s", texts->name, word, where, text);
}

/* As man.c spells it. */
static char *
roff(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "-", -1);

    return g_strjoinv("\\-", parts);
}

static void
check_parses(const Command *command, const Option *option)
{
    const char *value = option->choices ? option->choices[0] : "x";
    const char letter[] = {'-', option->letter, '\0'};
    g_autofree char *word = option->kind == OPTION_FLAG
                                ? g_strdup_printf("--%s", option->name)
                                : g_strdup_printf("--%s=%s", option->name, value);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    Invocation invocation = {0};

    if (command)
        g_ptr_array_add(words, (gpointer)command->name);
    g_ptr_array_add(words, (gpointer) "--help");
    g_ptr_array_add(words, word);
    if (option->letter)
        g_ptr_array_add(words, (gpointer)letter);
    if (option->letter && (option->kind == OPTION_VALUE || option->kind == OPTION_LIST))
        g_ptr_array_add(words, (gpointer)value);
    g_ptr_array_add(words, NULL);
    options_parse((const char *const *)words->pdata, &invocation, &error);
    const GPtrArray *values = invocation_list(&invocation, option->name);
    const guint n_values = values ? values->len : 0;

    invocation_clear(&invocation);
    assert_no_error(error);
    assert_true(n_values >= (option->letter ? 2 : 1));
}

static void
check_option(const Texts *texts, const Option *option)
{
    g_autofree char *label = help_option_label(option);
    g_autofree char *roff_label = roff(label);
    g_autofree char *long_name = g_strdup_printf("--%s", option->name);
    g_autofree char *fish_name = g_strdup_printf(" -l %s ", option->name);

    assert_has(texts, "help", texts->help, label);
    assert_has(texts, "the manual page", texts->man, roff_label);
    assert_has(texts, "bash completion", texts->bash, long_name);
    assert_has(texts, "zsh completion", texts->zsh, long_name);
    assert_has(texts, "fish completion", texts->fish, fish_name);
    if (option->kind == OPTION_VALUE || option->kind == OPTION_LIST) {
        g_autofree char *bash_value =
            g_strdup_printf("%s:%s) ", texts->command ? texts->name : "*", long_name);

        assert_has(texts, "bash completion", texts->bash, bash_value);
    }
    for (guint i = 0; option->choices && option->choices[i]; i++) {
        assert_has(texts, "help", texts->help, option->choices[i]);
        assert_has(texts, "bash completion", texts->bash, option->choices[i]);
        assert_has(texts, "zsh completion", texts->zsh, option->choices[i]);
        assert_has(texts, "fish completion", texts->fish, option->choices[i]);
    }
    check_parses(texts->command, option);
}

static void
check_argument(const Texts *texts, const Argument *argument)
{
    assert_has(texts, "help", texts->help, argument->name);
    assert_has(texts, "the manual page", texts->man, argument->name);
    assert_has(texts, "zsh completion", texts->zsh, argument->name);
    assert_has(texts, "fish completion", texts->fish, "'__migrate_at ");
}

static void
options_are_everywhere(void **state)
{
    Texts texts;

    texts_init(&texts, NULL);
    for (const Option *option = global_options; option->name; option++)
        check_option(&texts, option);
    texts_clear(&texts);
    for (const Command *const *command = commands; *command; command++) {
        texts_init(&texts, *command);
        for (const Option *option = (*command)->options; option && option->name; option++)
            check_option(&texts, option);
        for (const Argument *argument = (*command)->arguments; argument && argument->name;
             argument++)
            check_argument(&texts, argument);
        texts_clear(&texts);
    }
}

static void
commands_are_everywhere(void **state)
{
    Texts texts;
    g_autofree char *bash = completion_script("bash");
    g_autofree char *zsh = completion_script("zsh");
    g_autofree char *fish = completion_script("fish");

    texts_init(&texts, NULL);
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *row = g_strdup_printf("\n  %s", (*command)->name);
        g_autofree char *name = roff((*command)->name);
        g_autofree char *entry = g_strdup_printf("\n.TP\n\\fB%s", name);
        g_autofree char *quoted = g_strdup_printf("'%s:", (*command)->name);
        g_autofree char *echoed = g_strdup_printf("echo %s\\t", (*command)->name);

        assert_has(&texts, "help", texts.help, row);
        assert_has(&texts, "the manual page", texts.man, entry);
        assert_has(&texts, "bash completion", bash, (*command)->name);
        assert_has(&texts, "zsh completion", zsh, quoted);
        assert_has(&texts, "fish completion", fish, echoed);
    }
    texts_clear(&texts);
}

static void
settings_are_in_the_manual(void **state)
{
    Texts texts;

    texts_init(&texts, NULL);
    for (const MigSettingSpec *spec = mig_setting_specs; spec->key; spec++) {
        g_autofree char *entry = g_strdup_printf("\n.TP\n\\fB%s\\fR\n", spec->key);

        assert_has(&texts, "the manual page", texts.man, entry);
    }
    texts_clear(&texts);
}

static void
scripts_have_no_marks_left(void **state)
{
    for (gsize i = 0; completion_shells[i]; i++) {
        g_autofree char *script = completion_script(completion_shells[i]);

        assert_false(g_regex_match_simple("@[A-Z_]+@", script, 0, 0));
    }
}

static void
help_is_80_columns_wide(void **state)
{
    for (const Command *const *command = commands; *command; command++) {
        g_autofree char *help = help_command(*command);
        g_auto(GStrv) lines = g_strsplit(help, "\n", -1);

        for (char **line = lines; *line; line++) {
            if (g_utf8_strlen(*line, -1) > 80)
                fail_msg("%s: too wide: %s", (*command)->name, *line);
            if (g_str_has_suffix(*line, " "))
                fail_msg("%s: white space at the end: '%s'", (*command)->name, *line);
        }
    }
}

/* "SQL between two states", but not "Show the heads." */
static void
check_sentence_part(const char *command, const char *text)
{
    if (!text || !*text || g_str_has_suffix(text, ".") ||
        (g_ascii_isupper(text[0]) && g_ascii_islower(text[1])))
        fail_msg("%s: not a line in lower case without full stop: '%s'", command, text);
}

/* Whether an option of a command is the global one with more choices. */
static gboolean
widens(const Option *option, const Option *global)
{
    if (!option->choices || !global->choices || option->kind != global->kind || option->letter)
        return FALSE;
    for (const char *const *choice = global->choices; *choice; choice++) {
        if (!g_strv_contains(option->choices, *choice))
            return FALSE;
    }
    return TRUE;
}

/* No option hides another of the same command or a global one, unless it widens that. */
static void
check_unique(const Command *command, const Option *option)
{
    const gsize length = strlen(option->name);

    if (options_find_name(command, option->name, length) != option ||
        (option->letter && options_find_letter(command, option->letter) != option))
        fail_msg("%s: --%s is there twice", command->name, option->name);
    for (const Option *global = global_options; global->name; global++) {
        if ((strcmp(option->name, global->name) == 0 && !widens(option, global)) ||
            (option->letter && option->letter == global->letter))
            fail_msg("%s: --%s hides a global option", command->name, option->name);
    }
}

static void
tables_keep_the_rules(void **state)
{
    for (const Command *const *command = commands; *command; command++) {
        const char *name = (*command)->name;
        gboolean last = FALSE, optional = FALSE;

        check_sentence_part(name, (*command)->summary);
        assert_non_null((*command)->run);
        for (const Option *option = (*command)->options; option && option->name; option++) {
            check_unique(*command, option);
            check_sentence_part(name, option->help);
            assert_int_equal(option->kind == OPTION_FLAG, option->value == NULL);
            assert_int_equal(option->completion == COMPLETE_CHOICES, option->choices != NULL);
        }
        for (const Argument *argument = (*command)->arguments; argument && argument->name;
             argument++) {
            check_sentence_part(name, argument->help);
            assert_false(last);
            assert_false(optional && !argument->optional);
            last = argument->repeatable;
            optional = argument->optional;
            assert_int_equal(argument->completion == COMPLETE_CHOICES, argument->choices != NULL);
        }
    }
}

/* What an example shows must be right; what stands behind a redirection is the shell's. */
static void
check_example(const char *command, const char *example)
{
    g_auto(GStrv) words = NULL;
    g_autofree char *own = g_strndup(example, strcspn(example, ">|"));
    g_autoptr(GError) error = NULL;
    Invocation invocation = {0};

    if (!g_str_has_prefix(example, "migrate "))
        return;
    assert_true(g_shell_parse_argv(own, NULL, &words, NULL));
    const gboolean ok = options_parse((const char *const *)words + 1, &invocation, &error);

    invocation_clear(&invocation);
    if (!ok)
        fail_msg("%s: wrong example '%s': %s", command, example, error->message);
}

static void
examples_are_right(void **state)
{
    for (const Command *const *command = commands; *command; command++) {
        if (!(*command)->examples)
            fail_msg("%s has no example", (*command)->name);
        g_auto(GStrv) lines = g_strsplit((*command)->examples, "\n", -1);

        for (char **line = lines; *line && **line; line++) {
            g_auto(GStrv) parts = g_strsplit(*line, "\t", 2);

            check_example((*command)->name, parts[0]);
            check_sentence_part((*command)->name, parts[1]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_everywhere),     cmocka_unit_test(commands_are_everywhere),
        cmocka_unit_test(settings_are_in_the_manual), cmocka_unit_test(scripts_have_no_marks_left),
        cmocka_unit_test(help_is_80_columns_wide),    cmocka_unit_test(tables_keep_the_rules),
        cmocka_unit_test(examples_are_right),
    };

    return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
