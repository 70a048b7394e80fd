#include "tests/unit/unit.h"

#include "cmd/options.h"

/* A table of its own, so that the tests do not change with the commands. */
static const char *const modes[] = {"fast", "slow", NULL};

static const Option move_options[] = {
    {.name = "message", .letter = 'm', .kind = OPTION_VALUE, .value = "MSG", .help = "x"},
    {.name = "sql", .letter = 's', .kind = OPTION_FLAG, .help = "x"},
    {.name = "head", .kind = OPTION_LIST, .value = "HEAD", .help = "x"},
    {.name = "rev-range", .letter = 'r', .kind = OPTION_VALUE, .value = "RANGE", .help = "x"},
    {.name = "allow-drop",
     .letter = 'a',
     .kind = OPTION_OPTIONAL_VALUE,
     .value = "GLOB",
     .help = "x"},
    {.name = "mode", .kind = OPTION_VALUE, .value = "MODE", .help = "x", .choices = modes},
    {.name = NULL},
};

static const Argument move_arguments[] = {
    {.name = "REV", .help = "where to"},
    {.name = "MODE", .optional = TRUE, .help = "x", .choices = modes},
    {.name = NULL},
};

static const Argument many_arguments[] = {
    {.name = "REVS", .repeatable = TRUE, .help = "which"},
    {.name = NULL},
};

static const Command move = {.name = "move", .options = move_options, .arguments = move_arguments};
static const Command many = {.name = "many", .arguments = many_arguments};
static const Command none = {.name = "none"};
const Command *const commands[] = {&move, &many, &none, NULL};

/* One case: the words, and what the invocation then looks like as text, or the error. */
typedef struct {
    const char *line;
    const char *expected;
} Case;

static const char *const shown_options[] = {"message", "sql",  "head", "rev-range", "allow-drop",
                                            "mode",    "name", "url",  "verbose",   "format"};

/* "move [a, b] --message=x" */
static char *
show(const Invocation *invocation)
{
    GString *text = g_string_new(invocation->command ? invocation->command->name : "-");

    g_string_append(text, " [");
    for (guint i = 0; i < invocation->arguments->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", invocation_argument(invocation, i));
    g_string_append_c(text, ']');
    for (gsize i = 0; i < G_N_ELEMENTS(shown_options); i++) {
        GPtrArray *values = invocation_list(invocation, shown_options[i]);

        for (guint j = 0; values && j < values->len; j++) {
            const char *value = values->pdata[j];

            g_string_append_printf(text, " --%s%s%s", shown_options[i], value ? "=" : "",
                                   value ? value : "");
        }
    }
    return g_string_free(text, FALSE);
}

/* Words are separated by '|'. */
static void
check(const Case *cases, gsize n_cases)
{
    for (gsize i = 0; i < n_cases; i++) {
        g_auto(GStrv) words = g_strsplit(cases[i].line, "|", -1);
        g_autoptr(GError) error = NULL;
        Invocation invocation = {0};
        gboolean ok = options_parse((const char *const *)words, &invocation, &error);
        g_autofree char *shown = ok ? show(&invocation) : NULL;
        const MigErrorDetails *details = mig_error_details(error);
        g_autofree char *failure =
            ok ? NULL
               : g_strdup_printf("%s %s%s%s", mig_error_code_name(error->code), error->message,
                                 details->hint ? " / " : "", details->hint ? details->hint : "");

        invocation_clear(&invocation);
        assert_string_equal(ok ? shown : failure, cases[i].expected);
    }
}

static void
options_and_values(void **state)
{
    static const Case cases[] = {
        {"move|x", "move [x]"},
        {"move|x|--message|hello world", "move [x] --message=hello world"},
        {"move|--message=a=b|x", "move [x] --message=a=b"},
        {"move|--message=|x", "move [x] --message="},
        {"move|-m|hello|x", "move [x] --message=hello"},
        {"move|-mhello|x", "move [x] --message=hello"},
        {"move|-svm|hello|x", "move [x] --message=hello --sql= --verbose="},
        {"move|-vv|x", "move [x] --verbose= --verbose="},
        {"move|x|--head|a|--head=b", "move [x] --head=a --head=b"},
        {"move|--allow-drop|x", "move [x] --allow-drop"},
        {"move|--allow-drop=t*|x", "move [x] --allow-drop=t*"},
        {"move|-as|x", "move [x] --sql= --allow-drop"},
        {"move|x|fast|--mode|slow", "move [x, fast] --mode=slow"},
        {"move|-m|-|x", "move [x] --message=-"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
relative_revisions_are_no_options(void **state)
{
    static const Case cases[] = {
        {"move|-1", "move [-1]"},
        {"move|+2", "move [+2]"},
        {"move|-r|-3:|-1", "move [-1] --rev-range=-3:"},
        {"move|x|-r-3:", "move [x] --rev-range=-3:"},
        {"move|x|--rev-range|-3:-1", "move [x] --rev-range=-3:-1"},
        {"many|-1|-2:", "many [-1, -2:]"},
        {"move|--|-s", "move [-s]"},
        {"move|-s|--|--sql", "move [--sql] --sql="},
        {"--|move|x", "move [x]"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
globals_stand_anywhere(void **state)
{
    static const Case cases[] = {
        {"", "- []"},
        {"--url|u|-n|a|move|x|-n|b", "move [x] --name=a --name=b --url=u"},
        {"move|x|--format=json|-v", "move [x] --verbose= --format=json"},
        {"-h|move", "move []"},
        {"move|--help", "move []"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
wrong_usage(void **state)
{
    static const Case cases[] = {
        {"mvoe|x", "E101 unknown command 'mvoe' / Did you mean 'move'?"},
        {"zzz", "E101 unknown command 'zzz'"},
        {"move|x|--mesage=y", "E102 unknown option '--mesage' / Did you mean '--message'?"},
        {"move|x|--mess=y", "E102 unknown option '--mess'"},
        {"none|--head=x", "E102 unknown option '--head' / '--head' is an option of 'move'."},
        {"--sql|move|x", "E102 unknown option '--sql' / '--sql' is an option of 'move': write it "
                         "behind the command."},
        {"move|x|-z", "E102 unknown option '-z'"},
        {"move|x|-s\xc3\xa9", "E102 unknown option in '-s\xc3\xa9'"},
        {"move|x|--sql=1", "E100 option '--sql' takes no value"},
        {"move|x|-m", "E100 option '-m' needs a value: MSG"},
        {"move|x|--message|--sql", "E100 option '--message' needs a value: MSG / A value that "
                                   "starts with a dash is written --message=--sql."},
        {"move|x|--mode=fasd", "E103 option '--mode': 'fasd' is not one of fast, slow / Did you "
                               "mean 'fast'?"},
        {"move|x|medium", "E103 argument MODE: 'medium' is not one of fast, slow"},
        {"move", "E100 argument REV is missing: where to"},
        {"many", "E100 argument REVS is missing: which"},
        {"move|x|fast|y", "E100 too many arguments: 'y'"},
        {"none|y", "E100 too many arguments: 'y'"},
        {"move|\xff", "E103 argument REV: '\xef\xbf\xbd' is not valid UTF-8"},
        {"move|x|--message=\xff", "E103 option '--message': '\xef\xbf\xbd' is not valid UTF-8"},
        {"move|--help|--slq", "E102 unknown option '--slq' / Did you mean '--sql'?"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
an_error_keeps_the_format(void **state)
{
    const char *words[] = {"--nonsense", "move", "--format", "json", "--color=always", NULL};
    g_autoptr(GError) error = NULL;
    Invocation invocation = {0};

    assert_false(options_parse(words, &invocation, &error));
    assert_int_equal(error->code, MIG_E_UNKNOWN_OPTION);
    assert_int_equal(invocation.format, FORMAT_JSON);
    assert_true(invocation.color);
    invocation_clear(&invocation);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_values),
        cmocka_unit_test(relative_revisions_are_no_options),
        cmocka_unit_test(globals_stand_anywhere),
        cmocka_unit_test(wrong_usage),
        cmocka_unit_test(an_error_keeps_the_format),
    };

    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
