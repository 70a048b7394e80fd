/* Scripts as files: how much of them is read, and what happens when they change or cannot be read. */
#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "core/error.h"
#include "core/script.h"
#include "tests/unit/sandbox.h"

#define HEAD "-- m\n-- revision: a\n-- down_revision:\n"

static void
opening_reads_the_header_only(void **state)
{
    g_autoptr(GError) error = NULL;

    sandbox_write("a.sql", HEAD "-- migrate: upgrade\nSELECT 'open \xe9\n");
    g_autoptr(MigScript) script = mig_script_open("a.sql", &error);

    assert_no_error(error);
    assert_string_equal(script->id, "a");
    assert_string_equal(script->path, "a.sql");
    assert_null(script->text);
    assert_null(script->blocks);
    assert_false(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_int_equal(error->code, MIG_E_SCRIPT_ENCODING);
}

static void
long_files_without_marker_end(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *padding = g_strnfill(100000, 'x');
    g_autofree char *text = g_strdup_printf(HEAD "-- %s", padding);

    sandbox_write("a.sql", text);
    assert_null(mig_script_open("a.sql", &error));
    assert_int_equal(error->code, MIG_E_SCRIPT_MARKER);
    assert_int_equal(mig_error_details(error)->line, 4);
}

static void
unreadable_files_are_named(void **state)
{
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) folder = NULL;

    assert_null(mig_script_open("nö.sql", &missing));
    assert_int_equal(missing->code, MIG_E_FILE);
    assert_string_equal(mig_error_details(missing)->file, "nö.sql");
    assert_int_equal(g_mkdir("d.sql", 0700), 0);
    assert_null(mig_script_open("d.sql", &folder));
    assert_int_equal(folder->code, MIG_E_FILE);
    assert_string_equal(folder->message, "cannot read the script: Is a directory");
}

static void
changed_header_is_noticed(void **state)
{
    g_autoptr(GError) error = NULL;

    sandbox_write("a.sql", HEAD "-- migrate: upgrade\n");
    g_autoptr(MigScript) script = mig_script_open("a.sql", &error);
    g_autoptr(MigScript) other = mig_script_open("a.sql", &error);

    sandbox_write("a.sql", "-- other message\n" HEAD "-- migrate: upgrade\nSELECT 1;\n");
    assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
    const MigBlock *block = &g_array_index(script->blocks, MigBlock, 0);

    assert_int_equal(block->line, 5);
    assert_string_equal(script->text + block->offset, "SELECT 1;\n");
    sandbox_write("a.sql", "-- revision: a\n-- down_revision: b\n-- migrate: upgrade\n");
    assert_false(mig_script_load_body(other, &mig_lex_rules_generic, &error));
    assert_int_equal(error->code, MIG_E_FILE);
}

/* All scripts of a folder parse, and their statements tile their blocks. */
static guint
read_history(const char *folder)
{
    g_autofree char *path = g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests/data",
                                             folder, "versions", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    guint n = 0;

    assert_non_null(dir);
    while ((name = g_dir_read_name(dir))) {
        g_autoptr(GError) error = NULL;
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autoptr(MigScript) script = mig_script_open(file, &error);

        assert_no_error(error);
        assert_true(mig_script_load_body(script, &mig_lex_rules_generic, &error));
        for (guint i = 0; i < script->blocks->len; i++) {
            const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);
            g_autoptr(GArray) statements = mig_split(
                &mig_lex_rules_generic, script->text + block->offset, block->length, file, &error);

            assert_no_error(error);
            n += statements->len;
        }
    }
    return n;
}

static void
real_histories_are_read(void **state)
{
    assert_int_equal(read_history("examples/histories/chirpstack.sqlite"), 218);
    assert_int_equal(read_history("histories/chirpstack.postgresql"), 213);
    assert_int_equal(read_history("histories/nakama.postgresql"), 108);
}

#define in_sandbox(test) cmocka_unit_test_setup_teardown(test, sandbox_enter, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        in_sandbox(opening_reads_the_header_only),
        in_sandbox(long_files_without_marker_end),
        in_sandbox(unreadable_files_are_named),
        in_sandbox(changed_header_is_noticed),
        cmocka_unit_test(real_histories_are_read),
    };

    return cmocka_run_group_tests_name("script files", tests, NULL, NULL);
}
