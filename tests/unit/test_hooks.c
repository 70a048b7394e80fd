/* Post-write hooks: what runs over a new script, in which order, and when one fails. */
#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "core/error.h"
#include "core/revision.h"
#include "core/revision_private.h"
#include "tests/unit/sandbox.h"

/* A project whose migrate.ini has these hooks. */
static MigProject *
project_with_hooks(const char *hooks)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text =
        g_strdup_printf("[migrate]\nurl = sqlite:///x.db\n[post_write_hooks]\n%s\n", hooks);
    g_autoptr(GPtrArray) extra = g_ptr_array_new();

    sandbox_write("migrate.ini", text);
    g_mkdir("versions", 0700);
    g_ptr_array_add(extra, (char *)"Tenant-Id=été");
    const MigConfigOptions options = {.file = "migrate.ini", .extra = extra};
    g_autoptr(MigConfig) config = mig_config_load(&options, &error);

    assert_no_error(error);
    return mig_project_new(config);
}

static void
hooks_run_in_order(void **state)
{
    g_autoptr(MigProject) project = project_with_hooks(
        "hooks = one, two\n"
        "one.command = sh -c 'echo \"$MIGRATE_X_TENANT_ID\" >>\"$1\"' sh REVISION_SCRIPT_FILENAME\n"
        "two.command = cp REVISION_SCRIPT_FILENAME copy.txt\n"
        "two.cwd = versions");
    const MigRevisionOptions options = {.message = "it's", .rev_id = "aa", .upgrade = "A;"};
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    sandbox_write("script.sql.in", "-- revision: ${rev}\n-- down_revision:\n-- migrate: upgrade\n"
                                   "${upgrade}\n--");
    g_autofree char *path = mig_revision_write(project, &options, NULL, &error);

    assert_no_error(error);
    assert_true(g_file_get_contents("versions/copy.txt", &text, NULL, NULL));
    assert_true(g_str_has_suffix(text, "A;\n--\nété\n"));
}

static void
hook_paths_are_one_word(void **state)
{
    g_autoptr(MigProject) project =
        project_with_hooks("hooks = one\n"
                           "one.command = sh -c 'printf \"[%s]\" \"$@\"; exit 1' sh "
                           "REVISION_SCRIPT_FILENAME 'copy of REVISION_SCRIPT_FILENAME'");
    g_autofree char *here = g_get_current_dir();
    g_autofree char *path = g_build_filename(here, "versions", "it's a; $(x).sql", NULL);
    g_autoptr(GError) error = NULL;

    sandbox_write(path, "x");
    assert_false(mig_hooks_run(project, path, &error));
    assert_int_equal(error->code, MIG_E_HOOK);
    g_autofree char *target = g_strdup_printf("[%s][copy of %s]", path, path);

    assert_string_equal(mig_error_details(error)->engine_detail, target);
}

static void
failing_hooks_keep_the_file(void **state)
{
    static const struct {
        const char *command, *message, *detail;
    } cases[] = {
        {"sh -c 'echo no; echo why >&2; exit 3'", "the post-write hook 'one' exited with status 3",
         "why"},
        {"sh -c 'echo only out; exit 1'", "the post-write hook 'one' exited with status 1",
         "only out"},
        {"sh -c 'kill -9 $$'", "the post-write hook 'one' was ended by signal 9 (Killed)", NULL},
        {"no-such-program-anywhere x", "the post-write hook 'one' cannot be run: ", NULL},
        {"sh -c 'open", "the post-write hook 'one' cannot be run: ", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *hooks = g_strdup_printf("hooks = one, two\none.command = %s\n"
                                                 "two.command = touch ran-on",
                                                 cases[i].command);
        g_autoptr(MigProject) project = project_with_hooks(hooks);
        g_autofree char *id = g_strdup_printf("r%zu", i);
        const MigRevisionOptions options = {.rev_id = id};
        g_autoptr(GError) error = NULL;
        g_autofree char *path = g_strdup_printf("versions/r%zu.sql", i);

        assert_null(mig_revision_write(project, &options, NULL, &error));
        assert_int_equal(error->code, MIG_E_HOOK);
        assert_true(g_str_has_prefix(error->message, cases[i].message));
        const MigErrorDetails *details = mig_error_details(error);

        assert_string_equal(details->file, "migrate.ini");
        assert_int_equal(details->line, 5);
        assert_non_null(strstr(details->state_now, path));
        if (cases[i].detail)
            assert_string_equal(details->engine_detail, cases[i].detail);
        assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        assert_false(g_file_test("ran-on", G_FILE_TEST_EXISTS));
    }
}

#define in_sandbox(test) cmocka_unit_test_setup_teardown(test, sandbox_enter, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        in_sandbox(hooks_run_in_order),
        in_sandbox(hook_paths_are_one_word),
        in_sandbox(failing_hooks_keep_the_file),
    };

    return cmocka_run_group_tests_name("hooks", tests, NULL, NULL);
}
