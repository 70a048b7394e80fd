#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/script.h"

static GPtrArray *
list(const char *words)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(words, " ", -1);

    for (char **part = parts; *part && **part; part++)
        g_ptr_array_add(out, g_strdup(*part));
    return out;
}

static char *
render(const char *template_text, const MigScriptDraft *draft)
{
    g_autoptr(GError) error = NULL;
    char *text = mig_script_render(template_text, "script.sql.in", draft, &error);

    assert_no_error(error);
    return text;
}

static void
default_template_is_the_design(void **state)
{
    g_autoptr(GPtrArray) down = list("4f1c0d2e77b3");
    const MigScriptDraft draft = {
        .id = "9b2f6c1e04aa",
        .message = "add age column",
        .down = down,
        .created = "2026-11-21T10:00:00Z",
        .upgrade = "ALTER TABLE users ADD COLUMN age integer;\n",
        .downgrade = "-- hazard: data-loss: drops column users.age\n"
                     "ALTER TABLE users DROP COLUMN age;\n",
    };
    g_autofree char *text = render(mig_script_default_template, &draft);

    assert_string_equal(text, "-- add age column\n"
                              "--\n"
                              "-- revision: 9b2f6c1e04aa\n"
                              "-- down_revision: 4f1c0d2e77b3\n"
                              "-- branch_labels:\n"
                              "-- depends_on:\n"
                              "-- created: 2026-11-21T10:00:00Z\n"
                              "\n"
                              "-- migrate: upgrade\n"
                              "ALTER TABLE users ADD COLUMN age integer;\n"
                              "\n"
                              "-- migrate: downgrade\n"
                              "-- hazard: data-loss: drops column users.age\n"
                              "ALTER TABLE users DROP COLUMN age;\n");
}

static void
everything_has_its_place(void **state)
{
    g_autoptr(GPtrArray) down = list("b c");
    g_autoptr(GPtrArray) deps = list("d label");
    g_autoptr(GPtrArray) labels = list("x y");
    const MigScriptDraft draft = {.id = "a",
                                  .message = " first\r\n\n  second \n",
                                  .down = down,
                                  .deps = deps,
                                  .labels = labels,
                                  .notes = "\nnot managed: x"};
    g_autofree char *text = render(mig_script_default_template, &draft);

    assert_string_equal(text, "-- first\n--\n--   second\n--\n"
                              "-- revision: a\n-- down_revision: b, c\n-- branch_labels: x, y\n"
                              "-- depends_on: d, label\n-- created:\n-- not managed: x\n\n"
                              "-- migrate: upgrade\n\n-- migrate: downgrade\n");
}

static void
empty_message_is_read_back(void **state)
{
    const MigScriptDraft draft = {.id = "a", .notes = "a note", .created = "now"};
    g_autofree char *text = render(mig_script_default_template, &draft);
    g_autoptr(MigScript) script = mig_script_from_text(text, -1, NULL, NULL);

    assert_string_equal(script->message, "");
    assert_string_equal(script->doc, "a note");
}

static void
irreversible_has_no_downgrade(void **state)
{
    const MigScriptDraft draft = {
        .id = "a", .upgrade = "A;", .downgrade = "B;", .irreversible = TRUE};
    g_autofree char *text = render(mig_script_default_template, &draft);

    assert_true(g_str_has_suffix(text, "-- migrate: upgrade\nA;\n"));
    assert_null(strstr(text, "migrate: downgrade"));
}

static void
sections_have_their_own_blocks(void **state)
{
    MigDraftSection users = {.name = "users", .upgrade = "A;\n", .downgrade = "B;\n"};
    MigDraftSection orders = {.name = "orders", .upgrade = "C;\n"};
    g_autoptr(GPtrArray) sections = g_ptr_array_new();

    g_ptr_array_add(sections, &users);
    g_ptr_array_add(sections, &orders);
    const MigScriptDraft draft = {.id = "a", .sections = sections, .rules = &mig_lex_rules_generic};
    g_autofree char *text = render("-- revision: ${rev}\n-- down_revision: ${down_revision}\n"
                                   "-- migrate: upgrade\nSET x;\n${upgrade}\n"
                                   "-- migrate: downgrade transaction=off\n${downgrade}\n",
                                   &draft);

    assert_string_equal(text, "-- revision: a\n-- down_revision:\n\n"
                              "-- migrate: upgrade name=users\nSET x;\nA;\n\n"
                              "-- migrate: upgrade name=orders\nSET x;\nC;\n\n"
                              "-- migrate: downgrade transaction=off name=users\nB;\n\n"
                              "-- migrate: downgrade transaction=off name=orders\n");
}

static void
templates_may_differ(void **state)
{
    const MigScriptDraft draft = {
        .id = "a", .message = "m", .upgrade = "A;\r\n", .downgrade = "B;"};
    g_autofree char *text = render("\xef\xbb\xbf-- revision: ${rev}\r\n-- down_revision:\r\n"
                                   "-- ${message}\r\n-- cost: $${x} $5\r\n\r\n"
                                   "-- migrate: upgrade\r\n-- ${rev} é\r\n  ${upgrade} -- done",
                                   &draft);

    assert_string_equal(text, "-- revision: a\n-- down_revision:\n-- m\n-- cost: ${x} $5\n\n"
                              "-- migrate: upgrade\n-- a é\n  A;\r -- done\n");
}

typedef struct {
    const char *template_text;
    const char *message;
    int line, column;
} BadCase;

static void
bad_templates(void **state)
{
#define KEYS "-- revision: ${rev}\n-- down_revision:${down_revision}\n"
    static const BadCase cases[] = {
        {KEYS "-- é ${revision}\n-- migrate: upgrade\n", "unknown token '${revision}'", 3, 6},
        {KEYS "-- ${rev\n-- migrate: upgrade\n", "token without '}'", 3, 4},
        {KEYS "-- ${upgrade}\n-- migrate: upgrade\n",
         "the token '${upgrade}' is not in a block of its direction", 3, 4},
        {KEYS "-- migrate: downgrade\n${upgrade}\n",
         "the token '${upgrade}' is not in a block of its direction", 4, 1},
        {KEYS "-- migrate: upgrade\n-- ${message}\n",
         "the token '${message}' is not in a header comment", 4, 4},
        {KEYS "${message}\n-- migrate: upgrade\n",
         "the token '${message}' is not in a header comment", 3, 1},
        {KEYS "-- migrate: upgrade\n", "the template has no place for '${upgrade}'", 0, 0},
        {KEYS "-- migrate: upgrade\n${upgrade}\n-- migrate: downgrade\n",
         "the template has no place for '${downgrade}'", 0, 0},
        {KEYS "-- migrate: upgrad\n${upgrade}\n", "unknown word 'upgrad' after '-- migrate:'", 3,
         13},
        {KEYS "-- Message: ${message}\n-- migrate: upgrade\n${upgrade}\n",
         "the script made from the template does not read back: its message differs", 0, 0},
        {"-- revision: ${rev}\n-- migrate: upgrade\n${upgrade}\n",
         "the script made from the template is not valid: line 1: the header has no "
         "'down_revision'",
         0, 0},
        {"-- revision: b${rev}\n-- down_revision:\n-- migrate: upgrade\n${upgrade}\n",
         "the script made from the template does not read back: its revision differs", 0, 0},
        {"-- revision: ${rev}\n-- down_revision: b\n-- migrate: upgrade\n${upgrade}\n",
         "the script made from the template does not read back: its down_revision differs", 0, 0},
        {KEYS "\xff\n-- migrate: upgrade\n${upgrade}\n", "the template is not UTF-8", 0, 0},
    };
    const MigScriptDraft draft = {.id = "a", .message = "m", .upgrade = "A;", .downgrade = "B;"};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(mig_script_render(cases[i].template_text, "script.sql.in", &draft, &error));
        assert_string_equal(error->message, cases[i].message);
        assert_int_equal(error->code, MIG_E_TEMPLATE);
        assert_string_equal(mig_error_details(error)->file, "script.sql.in");
        assert_int_equal(mig_error_details(error)->line, cases[i].line);
        assert_int_equal(mig_error_details(error)->column, cases[i].column);
    }
}

static void
unknown_token_has_a_hint(void **state)
{
    g_autoptr(GError) error = NULL;
    const MigScriptDraft draft = {.id = "a"};

    assert_null(mig_script_render("-- ${mesage}\n", NULL, &draft, &error));
    assert_string_equal(mig_error_details(error)->hint, "Did you mean 'message'?");
    assert_string_equal(mig_error_details(error)->file, "built-in template");
}

static void
sql_cannot_open_a_block(void **state)
{
    g_autoptr(GError) error = NULL;
    const MigScriptDraft draft = {.id = "a",
                                  .upgrade = "CREATE TABLE t(\n-- migrate: downgrade\na);",
                                  .rules = &mig_lex_rules_generic};

    assert_null(mig_script_render(mig_script_default_template, NULL, &draft, &error));
    assert_string_equal(error->message, "the script made from the template does not read back: its "
                                        "number of blocks differs");
}

static void
message_must_be_utf_8(void **state)
{
    g_autoptr(GError) error = NULL;
    const MigScriptDraft draft = {.id = "a", .message = "m\xe9"};

    assert_null(mig_script_render(mig_script_default_template, NULL, &draft, &error));
    assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
}

static void
assert_message_is_safe(const char *message, const char *notes)
{
    g_autoptr(GPtrArray) down = list("b");
    const MigScriptDraft draft = {.id = "a",
                                  .message = message,
                                  .notes = notes,
                                  .down = down,
                                  .created = "now",
                                  .upgrade = "A;"};
    g_autofree char *text = render(mig_script_default_template, &draft);
    g_autoptr(GError) error = NULL;
    g_autoptr(MigScript) script = mig_script_from_text(text, -1, NULL, &error);

    assert_no_error(error);
    assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_string_equal(script->id, "a");
    assert_string_equal(script->created, "now");
    assert_int_equal(script->down->len, 1);
    assert_int_equal(script->labels->len, 0);
    assert_int_equal(script->deps->len, 0);
    assert_int_equal(script->blocks->len, 2);
}

static void
messages_cannot_forge_anything(void **state)
{
    static const char *const messages[] = {
        "it's \"quoted\" `and` $so$ ${rev} on",
        "revision: x",
        "Revision: x",
        "created: a table",
        "migrate: upgrade",
        "migrate: nonsense",
        "-- migrate: upgrade",
        "Migrate: downgrade",
        "migrate upgrade",
        "a\n-- migrate: upgrade\nDROP TABLE x;",
        "a\nDROP TABLE x;",
        "a\rmigrate: upgrade\rDROP TABLE x;",
        "\\revision: x",
        "\\",
        "*/ a /*",
        "été Ω 日本語 \xf0\x9f\x98\x80",
        "  down_revision: c",
        "a\n\n\nb",
        "\ttab\v\f",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        assert_message_is_safe(messages[i], NULL);
        assert_message_is_safe("m", messages[i]);
    }
}

static void
random_messages_are_read_back(void **state)
{
    static const char *const pieces[] = {
        " ",           "\n",         "\r",       "-",       "--",
        ":",           "migrate",    "migrate:", "upgrade", "downgrade",
        "revision",    "\\",         "'",        "\"",      "/*",
        "*/",          ";",          "$$",       "${rev}",  "é",
        "name=x",      "depends on", "\t",       "x",       "down_revision",
        "\xef\xbb\xbf"};
    guint32 seed = g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    print_message("# seed %u\n", seed);
    for (int round = 0; round < 5000; round++) {
        g_autoptr(GString) message = g_string_new(NULL);

        for (int n = g_rand_int_range(rand, 0, 8); n > 0; n--)
            g_string_append(message, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        assert_message_is_safe(message->str, message->str);
    }
}

static void
further_blocks_follow_their_first(void **state)
{
    MigDraftBlock off = {(char *)"CREATE INDEX CONCURRENTLY i ON t (a);\n", TRUE};
    MigDraftBlock more = {(char *)"SELECT 1;\n", FALSE};
    g_autoptr(GPtrArray) rest = g_ptr_array_new(), sections = g_ptr_array_new();
    MigDraftSection users = {.name = "users", .upgrade = "SELECT 0;\n", .upgrade_rest = rest};

    g_ptr_array_add(rest, &off);
    g_ptr_array_add(rest, &more);
    g_ptr_array_add(sections, &users);
    const MigScriptDraft draft = {.id = "a",
                                  .upgrade = "SELECT 0;\n",
                                  .downgrade = "SELECT 2;\n",
                                  .upgrade_rest = rest,
                                  .rules = &mig_lex_rules_generic};
    const MigScriptDraft sectioned = {
        .id = "a", .sections = sections, .rules = &mig_lex_rules_generic};
    g_autofree char *text = render(mig_script_default_template, &draft);
    g_autofree char *named = render(mig_script_default_template, &sectioned);

    assert_non_null(strstr(text, "-- migrate: upgrade\n"
                                 "SELECT 0;\n"
                                 "\n"
                                 "-- migrate: upgrade transaction=off\n"
                                 "CREATE INDEX CONCURRENTLY i ON t (a);\n"
                                 "\n"
                                 "-- migrate: upgrade\n"
                                 "SELECT 1;\n"
                                 "\n"
                                 "-- migrate: downgrade\n"
                                 "SELECT 2;\n"));
    assert_non_null(strstr(named, "-- migrate: upgrade transaction=off name=users\n"));
}

static void
first_block_may_be_outside_of_transactions(void **state)
{
    MigDraftBlock off = {(char *)"CREATE INDEX CONCURRENTLY i ON t (a);\n", TRUE};
    g_autoptr(GPtrArray) rest = g_ptr_array_new();

    g_ptr_array_add(rest, &off);
    const MigScriptDraft draft = {.id = "a",
                                  .upgrade = "",
                                  .downgrade = "DROP INDEX i;\n",
                                  .upgrade_rest = rest,
                                  .rules = &mig_lex_rules_generic};
    g_autofree char *text = render(mig_script_default_template, &draft);

    assert_non_null(strstr(text, "\n\n-- migrate: upgrade transaction=off\n"
                                 "CREATE INDEX CONCURRENTLY i ON t (a);\n"
                                 "\n"
                                 "-- migrate: downgrade\n"
                                 "DROP INDEX i;\n"));
    assert_null(strstr(text, "-- migrate: upgrade\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_template_is_the_design),
        cmocka_unit_test(everything_has_its_place),
        cmocka_unit_test(empty_message_is_read_back),
        cmocka_unit_test(irreversible_has_no_downgrade),
        cmocka_unit_test(sections_have_their_own_blocks),
        cmocka_unit_test(templates_may_differ),
        cmocka_unit_test(bad_templates),
        cmocka_unit_test(unknown_token_has_a_hint),
        cmocka_unit_test(sql_cannot_open_a_block),
        cmocka_unit_test(message_must_be_utf_8),
        cmocka_unit_test(messages_cannot_forge_anything),
        cmocka_unit_test(random_messages_are_read_back),
        cmocka_unit_test(further_blocks_follow_their_first),
        cmocka_unit_test(first_block_may_be_outside_of_transactions),
    };

    return cmocka_run_group_tests_name("script_render", tests, NULL, NULL);
}
