#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "core/error.h"
#include "core/script.h"
#include "tests/unit/sandbox.h"

#define HEAD "-- m\n-- revision: a\n-- down_revision:\n"

static MigScript *
load(const char *text)
{
    g_autoptr(GError) error = NULL;
    MigScript *script = mig_script_from_text(text, -1, "versions/a.sql", &error);

    assert_no_error(error);
    assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_no_error(error);
    return script;
}

static char *
joined(const GPtrArray *list)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(out, "%s%s", i ? "|" : "", (const char *)list->pdata[i]);
    return g_string_free(out, FALSE);
}

static void
assert_list(const GPtrArray *list, const char *expected)
{
    g_autofree char *text = joined(list);

    assert_string_equal(text, expected);
}

static void
assert_block(const MigScript *script, guint i, MigDirection direction, int line, const char *text)
{
    const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);
    g_autofree char *found = g_strndup(script->text + block->offset, block->length);

    assert_int_equal(block->direction, direction);
    assert_int_equal(block->line, line);
    assert_string_equal(found, text);
}

static void
example_of_the_design(void **state)
{
    g_autoptr(MigScript) script = load("-- add age column\n"
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

    assert_string_equal(script->id, "9b2f6c1e04aa");
    assert_string_equal(script->message, "add age column");
    assert_string_equal(script->doc, "add age column");
    assert_string_equal(script->created, "2026-11-21T10:00:00Z");
    assert_string_equal(script->path, "versions/a.sql");
    assert_list(script->down, "4f1c0d2e77b3");
    assert_list(script->deps, "");
    assert_list(script->labels, "");
    assert_int_equal(script->id_line, 3);
    assert_int_equal(script->down_line, 4);
    assert_int_equal(script->labels_line, 5);
    assert_int_equal(script->deps_line, 6);
    assert_int_equal(script->blocks->len, 2);
    assert_block(script, 0, MIG_UPGRADE, 9, "ALTER TABLE users ADD COLUMN age integer;\n\n");
    assert_block(
        script, 1, MIG_DOWNGRADE, 12,
        "-- hazard: data-loss: drops column users.age\nALTER TABLE users DROP COLUMN age;\n");
}

static void
lists_are_separated_by_commas(void **state)
{
    g_autoptr(MigScript) script = load("--revision:a.1_B\n"
                                       "  -- down_revision:  b ,c,  d\t\n"
                                       "-- branch_labels: x, y\n"
                                       "-- depends_on: label_1,e\n"
                                       "-- migrate: upgrade");

    assert_string_equal(script->id, "a.1_B");
    assert_list(script->down, "b|c|d");
    assert_list(script->labels, "x|y");
    assert_list(script->deps, "label_1|e");
    assert_string_equal(script->message, "");
    assert_null(script->created);
    assert_block(script, 0, MIG_UPGRADE, 5, "");
}

static void
free_comments_are_the_doc(void **state)
{
    g_autoptr(MigScript) script =
        load("\n/* licence: x */\n-- add été\n--   indented \n--\n"
             "-- revision: a\n-- down_revision:\n-- note: foo\n"
             "-- see https://x.example/a: b\n-- Idea: nothing\n\n-- last\n"
             "-- migrate: upgrade\n");

    assert_string_equal(script->message, "add été");
    assert_string_equal(script->doc,
                        "add été\n  indented\n\nnote: foo\nsee https://x.example/a: b\n"
                        "Idea: nothing\nlast");
}

static void
message_may_be_missing(void **state)
{
    g_autoptr(MigScript) script = load("--\n--\n-- revision: a\n-- down_revision:\n-- a note\n"
                                       "-- migrate: upgrade\n");

    assert_string_equal(script->message, "");
    assert_string_equal(script->doc, "a note");
}

static void
backslash_makes_a_comment(void **state)
{
    g_autoptr(MigScript) script = load("-- \\revision: b\n-- revision: a\n-- down_revision:\n"
                                       "-- \\migrate: upgrade\n-- \\\\x\n-- migrate: upgrade\n");

    assert_string_equal(script->id, "a");
    assert_string_equal(script->message, "revision: b");
    assert_string_equal(script->doc, "revision: b\nmigrate: upgrade\n\\x");
}

static void
windows_files_are_fine(void **state)
{
    g_autoptr(MigScript) script = load(
        "\xef\xbb\xbf-- m\r\n-- revision: a\r\n-- down_revision: b, c\r\n\r\n"
        "-- migrate: upgrade transaction=off\r\nSELECT 1;\r\n-- migrate: downgrade\r\nSELECT 2");

    assert_string_equal(script->message, "m");
    assert_string_equal(script->doc, "m");
    assert_string_equal(script->id, "a");
    assert_list(script->down, "b|c");
    assert_int_equal(script->text[0], '-');
    assert_true(g_array_index(script->blocks, MigBlock, 0).transaction_off);
    assert_block(script, 0, MIG_UPGRADE, 5, "SELECT 1;\r\n");
    assert_block(script, 1, MIG_DOWNGRADE, 7, "SELECT 2");
}

static void
blocks_have_options(void **state)
{
    g_autoptr(MigScript) script =
        load(HEAD "--migrate:upgrade  name=été\ttransaction=off dialect=sqlite\n"
                  "A;\n\t -- migrate: downgrade dialect=postgresql \nB;\n"
                  "-- migrate: upgrade name=x\nC;\n");
    const MigBlock *first = &g_array_index(script->blocks, MigBlock, 0);

    assert_string_equal(first->options, "dialect=sqlite name=été transaction=off");
    assert_string_equal(first->dialect, "sqlite");
    assert_string_equal(first->name, "été");
    assert_true(first->transaction_off);
    assert_block(script, 0, MIG_UPGRADE, 4, "A;\n");
    assert_block(script, 1, MIG_DOWNGRADE, 6, "B;\n");
    assert_block(script, 2, MIG_UPGRADE, 8, "C;\n");
    assert_string_equal(g_array_index(script->blocks, MigBlock, 1).options, "dialect=postgresql");
    assert_false(g_array_index(script->blocks, MigBlock, 1).transaction_off);
}

static guint
count_blocks(const MigScript *script, MigDirection direction, const char *dialect, const char *name)
{
    g_autoptr(GPtrArray) blocks = mig_script_blocks(script, direction, dialect, name);

    return blocks ? blocks->len : 0;
}

static void
blocks_are_filtered(void **state)
{
    g_autoptr(MigScript) script =
        load(HEAD "-- migrate: upgrade\n-- migrate: upgrade dialect=sqlite\n"
                  "-- migrate: upgrade name=x\n"
                  "-- migrate: downgrade dialect=postgresql\n");

    assert_int_equal(count_blocks(script, MIG_UPGRADE, NULL, NULL), 3);
    assert_int_equal(count_blocks(script, MIG_UPGRADE, "sqlite", "x"), 3);
    assert_int_equal(count_blocks(script, MIG_UPGRADE, "postgresql", "y"), 1);
    assert_int_equal(count_blocks(script, MIG_DOWNGRADE, "postgresql", NULL), 1);
    assert_int_equal(count_blocks(script, MIG_DOWNGRADE, "sqlite", NULL), 0);
}

static void
markers_in_quotes_are_none(void **state)
{
    g_autoptr(MigScript) script =
        load("/*\n-- migrate: upgrade\n*/\n" HEAD "-- migrate: upgrade\n"
             "SELECT '\n-- migrate: downgrade\n', \"\n-- migrate: downgrade\n\";\n"
             "SELECT $$\n-- migrate: downgrade\n$$;\n/*\n-- migrate: downgrade\n*/\n"
             "COPY t FROM stdin;\n-- migrate: downgrade\n\\.\n"
             "SELECT 1 -- no semicolon\n-- migrate: downgrade\nX\n");

    assert_int_equal(script->blocks->len, 2);
    assert_block(script, 1, MIG_DOWNGRADE, 23, "X\n");
}

static void
hints_are_comments_of_their_block(void **state)
{
    g_autoptr(MigScript) script =
        load(HEAD "-- migrate: upgrade\n-- migrate: allow L001 we know\nDROP TABLE x; "
                  "-- migrate: allow L002\n-- migrate: renamed from y\n");

    assert_int_equal(script->blocks->len, 1);
}

typedef struct {
    const char *text;
    int code;
    int line, column;
    const char *message;
    const char *hint; /* part of it; or NULL */
} BadCase;

/* All errors of a script, wherever they show: at opening or at loading. */
static void
check_bad(const BadCase *bad, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigScript) script = mig_script_from_text(bad->text, length, "versions/a.sql", &error);

    if (script)
        assert_false(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_non_null(error);
    assert_string_equal(error->message, bad->message);
    assert_int_equal(error->code, bad->code);
    const MigErrorDetails *details = mig_error_details(error);

    assert_string_equal(details->file, "versions/a.sql");
    assert_int_equal(details->line, bad->line);
    assert_int_equal(details->column, bad->column);
    if (bad->hint && (!details->hint || !strstr(details->hint, bad->hint)))
        fail_msg("hint '%s' lacks '%s'", details->hint, bad->hint);
}

static void
bad_headers(void **state)
{
    static const BadCase cases[] = {
        {"-- down_revision:\n-- migrate: upgrade\n", MIG_E_SCRIPT_HEADER, 1, 0,
         "the header has no 'revision'", "-- revision: "},
        {"-- revision: a\n-- migrate: upgrade\n", MIG_E_SCRIPT_HEADER, 1, 0,
         "the header has no 'down_revision'", "an empty down_revision makes a base"},
        {"", MIG_E_SCRIPT_HEADER, 1, 0, "the header has no 'revision'", NULL},
        {"-- migrate: upgrade\n" HEAD, MIG_E_SCRIPT_HEADER, 1, 0, "the header has no 'revision'",
         NULL},
        {HEAD, MIG_E_SCRIPT_MARKER, 4, 1,
         "the script has no '-- migrate: upgrade' and no '-- migrate: downgrade'", NULL},
        {"-- revision: a\n-- revison: b\n", MIG_E_SCRIPT_HEADER, 2, 4,
         "unknown header key 'revison'", "Did you mean 'revision'?"},
        {"-- Down_Revision: b\n", MIG_E_SCRIPT_HEADER, 1, 4, "unknown header key 'Down_Revision'",
         "'down_revision'"},
        {"-- down revision: b\n", MIG_E_SCRIPT_HEADER, 1, 4, "unknown header key 'down revision'",
         "'down_revision'"},
        {"-- branch_label: b\n", MIG_E_SCRIPT_HEADER, 1, 4, "unknown header key 'branch_label'",
         "'branch_labels'"},
        {"-- depend_on: b\n", MIG_E_SCRIPT_HEADER, 1, 4, "unknown header key 'depend_on'",
         "'depends_on'"},
        {HEAD "-- down_revision: b\n", MIG_E_SCRIPT_HEADER, 4, 4,
         "header key 'down_revision' is given twice, first on line 3", NULL},
        {HEAD "-- created: a\n-- created: b\n", MIG_E_SCRIPT_HEADER, 5, 4,
         "header key 'created' is given twice, first on line 4", NULL},
        {"-- revision: é-b\n", MIG_E_REVISION_ID, 1, 14, "'é-b' is not a legal revision id",
         "letters A-Z"},
        {"-- revision:\n", MIG_E_REVISION_ID, 1, 13, "a revision id is empty", NULL},
        {"-- revision: a, b\n", MIG_E_REVISION_ID, 1, 14, "'a, b' is not a legal revision id",
         NULL},
        {"-- revision: head\n", MIG_E_REVISION_ID, 1, 14,
         "'head' is a reserved word and cannot be a revision id", NULL},
        {"-- x\n-- branch_labels: a,  current\n", MIG_E_REVISION_ID, 2, 23,
         "'current' is a reserved word and cannot be a branch label", NULL},
        {"-- depends_on: a@b\n", MIG_E_REVISION_ID, 1, 16,
         "'a@b' is not a legal revision id or label", NULL},
        {"-- down_revision: a,,b\n", MIG_E_REVISION_ID, 1, 21, "a revision id is empty", NULL},
        {"-- down_revision: a,\n", MIG_E_REVISION_ID, 1, 20, "a revision id is empty", NULL},
        {HEAD "SELECT 1;\n-- migrate: upgrade\n", MIG_E_SCRIPT_SQL, 4, 1,
         "SQL before the first '-- migrate:' marker", NULL},
        {HEAD "/* open\n-- migrate: upgrade\n", MIG_E_SCRIPT_SQL, 4, 1, "comment without an end",
         NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_bad(&cases[i], strlen(cases[i].text));
}

static void
bad_markers(void **state)
{
    static const BadCase cases[] = {
        {HEAD "-- migrate: upgrad\n", MIG_E_SCRIPT_MARKER, 4, 13,
         "unknown word 'upgrad' after '-- migrate:'", "Did you mean 'upgrade'?"},
        {HEAD "-- migrate: \n", MIG_E_SCRIPT_MARKER, 4, 13, "unknown word '' after '-- migrate:'",
         "Known are 'upgrade', 'downgrade'"},
        {HEAD "-- migrate: upgrade\n-- migrate: bananas\n", MIG_E_SCRIPT_MARKER, 5, 13,
         "unknown word 'bananas' after '-- migrate:'", "Known are"},
        {HEAD "-- migrate: upgrade\n-- migrate: Downgrade\n", MIG_E_SCRIPT_MARKER, 5, 13,
         "unknown word 'Downgrade' after '-- migrate:'", "Did you mean 'downgrade'?"},
        {HEAD "-- migrate: upgrade transacton=off\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "unknown option 'transacton' of a block", "Did you mean 'transaction'?"},
        {HEAD "-- migrate: upgrade --\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "unknown option '--' of a block", "'transaction', 'dialect', 'name'"},
        {HEAD "-- migrate: upgrade transaction=of\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "option 'transaction' of a block cannot be 'of'", "Did you mean 'off'?"},
        {HEAD "-- migrate: upgrade transaction = off\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "option 'transaction' of a block has no value", "without blanks"},
        {HEAD "-- migrate: upgrade name=\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "option 'name' of a block has no value", NULL},
        {HEAD "-- migrate: upgrade dialect=postgres\n", MIG_E_SCRIPT_MARKER, 4, 21,
         "option 'dialect' of a block cannot be 'postgres'", "Did you mean 'postgresql'?"},
        {HEAD "-- migrate: upgrade name=a name=a\n", MIG_E_SCRIPT_MARKER, 4, 28,
         "option 'name' of a block is given twice", NULL},
        {HEAD "-- migrate: upgrade transaction=off transaction=off\n", MIG_E_SCRIPT_MARKER, 4, 37,
         "option 'transaction' of a block is given twice", NULL},
        {HEAD "-- migrate: upgrade\nSELECT 1; -- migrate: downgrade\n", MIG_E_SCRIPT_MARKER, 5, 11,
         "the marker does not stand on a line of its own", NULL},
        {HEAD "-- migrate: upgrade\n-- migrat: downgrade\n", MIG_E_SCRIPT_MARKER, 5, 1,
         "the comment is nearly a marker", "'-- migrate: downgrade'"},
        {HEAD "-- migrate: upgrade\n-- migrate downgrade\n", MIG_E_SCRIPT_MARKER, 5, 1,
         "the comment is nearly a marker", NULL},
        {HEAD "-- migrate: upgrade\n-- Migrate : DOWNGRADE transaction=off\n", MIG_E_SCRIPT_MARKER,
         5, 1, "the comment is nearly a marker", NULL},
        {HEAD "-- migrate: allow L001 x\n-- migrate: upgrade\n", MIG_E_SCRIPT_MARKER, 4, 1,
         "directive before the first block", NULL},
        {HEAD "-- migrate: upgrade\nSELECT 'abc\n", MIG_E_SCRIPT_SQL, 5, 8, "string without an end",
         NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_bad(&cases[i], strlen(cases[i].text));
}

static void
near_markers_in_prose_are_comments(void **state)
{
    g_autoptr(MigScript) script =
        load(HEAD "-- migrate: upgrade\n-- migrates downgrade of users\n-- migration: see docs\n"
                  "-- Migrate: all rows\n-- manager: upgrade\n-- upgrade\n");

    assert_int_equal(script->blocks->len, 1);
}

static void
bad_encodings(void **state)
{
    static const BadCase in_header = {
        "-- m\xe9\n" HEAD, MIG_E_SCRIPT_ENCODING, 1, 5, "the script is not UTF-8: byte 0xe9",
        "Save the file"};
    static const BadCase in_body = {HEAD "-- migrate: upgrade\nSELECT 'é\xe9';\n",
                                    MIG_E_SCRIPT_ENCODING,
                                    5,
                                    10,
                                    "the script is not UTF-8: byte 0xe9",
                                    NULL};
    static const BadCase overlong = {HEAD "-- migrate: upgrade\n\xc0\x80",
                                     MIG_E_SCRIPT_ENCODING,
                                     5,
                                     1,
                                     "the script is not UTF-8: byte 0xc0",
                                     NULL};
    static const BadCase utf_16 = {"\xff\xfe-\0-\0 \0m\0",
                                   MIG_E_SCRIPT_ENCODING,
                                   1,
                                   1,
                                   "the script is not UTF-8: byte 0xff",
                                   "UTF-16"};
    static const BadCase nul = {HEAD "-- migrate: upgrade\nx\0y",
                                MIG_E_SCRIPT_ENCODING,
                                5,
                                2,
                                "the script is not UTF-8: byte 0x00",
                                NULL};

    check_bad(&in_header, strlen(in_header.text));
    check_bad(&in_body, strlen(in_body.text));
    check_bad(&overlong, strlen(overlong.text));
    check_bad(&utf_16, 10);
    check_bad(&nul, strlen(nul.text) + 2);
}

static void
ids_are_legal_or_not(void **state)
{
    g_autofree char *longest = g_strnfill(128, 'x');
    g_autofree char *too_long = g_strnfill(129, 'x');

    assert_true(mig_script_id_is_legal("a"));
    assert_true(mig_script_id_is_legal("Az09_."));
    assert_true(mig_script_id_is_legal("HEAD"));
    assert_true(mig_script_id_is_legal(longest));
    assert_false(mig_script_id_is_legal(too_long));
    assert_false(mig_script_id_is_legal(""));
    assert_false(mig_script_id_is_legal("a-b"));
    assert_false(mig_script_id_is_legal("a b"));
    assert_false(mig_script_id_is_legal("é"));
    assert_false(mig_script_id_is_legal("heads"));
    assert_false(mig_script_id_is_legal("base"));
}

static void
new_ids_are_twelve_hex_digits(void **state)
{
    g_autofree char *one = mig_script_new_id();
    g_autofree char *other = mig_script_new_id();

    assert_int_equal(strlen(one), 12);
    assert_int_equal(strspn(one, "0123456789abcdef"), 12);
    assert_string_not_equal(one, other);
}

static char *
upgrade_checksum(const char *body)
{
    g_autofree char *text = g_strconcat(HEAD, body, NULL);
    g_autoptr(MigScript) script = load(text);

    return mig_script_checksum(script, MIG_UPGRADE, &mig_lex_rules_generic);
}

static void
assert_same_checksum(const char *a, const char *b, gboolean same)
{
    g_autofree char *first = upgrade_checksum(a);
    g_autofree char *second = upgrade_checksum(b);

    assert_int_equal(strlen(first), 64);
    if ((strcmp(first, second) == 0) != same)
        fail_msg("%s checksum for:\n%s\n%s", same ? "not the same" : "the same", a, b);
}

static void
checksum_is_over_options_and_tokens(void **state)
{
    static const char base[] = "-- migrate: upgrade\nCREATE TABLE t(a, b DEFAULT 'x\ny');\n";

    assert_same_checksum(base,
                         "-- note\n-- migrate: upgrade\n\n  CREATE\tTABLE t (a,b DEFAULT 'x\ny')"
                         "/* c */ ;-- x\n",
                         TRUE);
    assert_same_checksum(base, "-- migrate: upgrade\r\nCREATE TABLE t(a, b DEFAULT 'x\r\ny');\r\n",
                         TRUE);
    assert_same_checksum(base,
                         "-- migrate: upgrade\nCREATE TABLE t(a, b DEFAULT 'x\ny');\n"
                         "-- migrate: downgrade\nDROP TABLE t;\n",
                         TRUE);
    assert_same_checksum(base, "-- migrate: upgrade\nCREATE TABLE t(a, b DEFAULT 'x y');\n", FALSE);
    assert_same_checksum(base, "-- migrate: upgrade\nCREATE TABLE t(a, c DEFAULT 'x\ny');\n",
                         FALSE);
    assert_same_checksum(base, "-- migrate: upgrade name=x\nCREATE TABLE t(a, b DEFAULT 'x\ny');\n",
                         FALSE);
    assert_same_checksum("-- migrate: upgrade name=x dialect=sqlite\n",
                         "-- migrate: upgrade  dialect=sqlite   name=x\n", TRUE);
    assert_same_checksum("-- migrate: upgrade\nSELECT ab;\n", "-- migrate: upgrade\nSELECT a b;\n",
                         FALSE);
    assert_same_checksum("-- migrate: upgrade\nA;\n-- migrate: upgrade\nB;\n",
                         "-- migrate: upgrade\nA; B;\n", FALSE);
    assert_same_checksum("-- migrate: downgrade\n", "-- migrate: upgrade\n", FALSE);
    assert_same_checksum("-- migrate: upgrade\nCOPY t FROM stdin;\na\n\\.\n",
                         "-- migrate: upgrade\nCOPY t FROM stdin;\n a\n\\.\n", FALSE);
    assert_same_checksum("-- migrate: upgrade\nCOPY t FROM stdin;\na\n\\.\n",
                         "-- migrate: upgrade\nCOPY t FROM stdin;\r\na\r\n\\.\r\n", TRUE);
}

/* The checksums are in users' log tables: they must never come out otherwise. */
static void
checksum_never_changes(void **state)
{
    g_autofree char *checksum =
        upgrade_checksum("-- migrate: upgrade transaction=off\nSELECT 1;\n");
    g_autofree char *expected = g_compute_checksum_for_string(
        G_CHECKSUM_SHA256, "block\ntransaction=off\nSELECT\n1\n;\n", -1);

    assert_string_equal(checksum, expected);
}

/* Literals longer than the digest's buffer, and tokens at its very end. */
static void
checksum_of_long_tokens(void **state)
{
    for (int length = 4070; length < 4110; length++) {
        g_autofree char *x = g_strnfill(length, 'x');
        g_autofree char *body =
            g_strdup_printf("-- migrate: upgrade\nSELECT  '%s', 1, %s;\n", x, x);
        g_autofree char *plain = g_strdup_printf("block\n\nSELECT\n'%s'\n,\n1\n,\n%s\n;\n", x, x);
        g_autofree char *checksum = upgrade_checksum(body);
        g_autofree char *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, plain, -1);

        assert_string_equal(checksum, expected);
    }
}

/* Wherever a read ends in it, a header is read the same. */
static void
long_headers_are_read_whole(void **state)
{
    for (int size = 3950; size < 4150; size++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *padding = g_strnfill(size, 'x');
        g_autofree char *text = g_strdup_printf(
            "\xef\xbb\xbf-- é\n/* %s */\r\n-- revision: abc\r\n-- down_revision: def, ghi\r\n"
            "-- \xc3\xa9\r\n\r\n-- migrate: upgrade name=x\r\nSELECT 1;\r\n-- \xc3\xa9\r\n",
            padding);

        sandbox_write("a.sql", text);
        g_autoptr(MigScript) script = mig_script_open("a.sql", &error);

        assert_no_error(error);
        assert_string_equal(script->id, "abc");
        assert_string_equal(script->doc, "é\né");
        assert_list(script->down, "def|ghi");
        assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
        assert_block(script, 0, MIG_UPGRADE, 7, "SELECT 1;\r\n-- é\r\n");
    }
}

#define in_sandbox(test) cmocka_unit_test_setup_teardown(test, sandbox_enter, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_of_the_design),
        cmocka_unit_test(lists_are_separated_by_commas),
        cmocka_unit_test(free_comments_are_the_doc),
        cmocka_unit_test(message_may_be_missing),
        cmocka_unit_test(backslash_makes_a_comment),
        cmocka_unit_test(windows_files_are_fine),
        cmocka_unit_test(blocks_have_options),
        cmocka_unit_test(blocks_are_filtered),
        cmocka_unit_test(markers_in_quotes_are_none),
        cmocka_unit_test(hints_are_comments_of_their_block),
        cmocka_unit_test(bad_headers),
        cmocka_unit_test(bad_markers),
        cmocka_unit_test(near_markers_in_prose_are_comments),
        cmocka_unit_test(bad_encodings),
        cmocka_unit_test(ids_are_legal_or_not),
        cmocka_unit_test(new_ids_are_twelve_hex_digits),
        cmocka_unit_test(checksum_is_over_options_and_tokens),
        cmocka_unit_test(checksum_never_changes),
        cmocka_unit_test(checksum_of_long_tokens),
        in_sandbox(long_headers_are_read_whole),
    };

    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
