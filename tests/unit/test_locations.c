#include "tests/unit/unit.h"

#include <sys/stat.h>

#include "core/error.h"
#include "core/locations.h"
#include "tests/unit/sandbox.h"

/* Scans the locations (space-separated); the paths found, or the errors, joined by spaces. */
static char *
scan(const char *locations, gboolean recursive)
{
    g_auto(GStrv) list = g_strsplit(locations, " ", -1);
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    for (char **folder = list; *folder; folder++)
        g_ptr_array_add(folders, *folder);
    g_autoptr(GPtrArray) paths = mig_locations_scan(folders, recursive, errors);
    GString *found = g_string_new(NULL);

    for (guint i = 0; i < paths->len; i++)
        g_string_append_printf(found, "%s%s", i ? " " : "", (char *)paths->pdata[i]);
    for (guint i = 0; i < errors->len; i++)
        g_string_append_printf(found, "!%s", ((GError *)errors->pdata[i])->message);
    return g_string_free(found, FALSE);
}

#define assert_scan(locations, recursive, expected)                                                \
    do {                                                                                           \
        g_autofree char *found = scan(locations, recursive);                                       \
                                                                                                   \
        assert_string_equal(found, expected);                                                      \
    } while (0)

static void
files_then_folders_by_name(void **state)
{
    static const char *const files[] = {"v/b.sql",      "v/a.sql",   "v/B.sql",
                                        "v/ä 'x\".sql", "v/z/1.sql", "v/a/2.sql",
                                        "v/a/b/3.sql",  "w/0.sql",   "v/a.d/4.sql"};

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        sandbox_write(files[i], "");
    assert_scan("v w", FALSE, "v/B.sql v/a.sql v/b.sql v/ä 'x\".sql w/0.sql");
    assert_scan("w v", TRUE,
                "w/0.sql v/B.sql v/a.sql v/b.sql v/ä 'x\".sql v/a/2.sql v/a/b/3.sql v/a.d/4.sql "
                "v/z/1.sql");
}

static void
other_files_are_left_out(void **state)
{
    static const char *const files[] = {
        "v/a.sql~",     "v/.hidden.sql", "v/#a.sql#", "v/.#a.sql", "v/~a.sql",
        "v/#a.sql",     "v/a.sql.swp",   "v/README",  "v/a.SQL",   "v/sql",
        "v/.git/x.sql", "v/d.sql/x.sql", "v/ok.sql"};

    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        sandbox_write(files[i], "");
    assert_scan("v", FALSE, "v/ok.sql");
    assert_scan("v", TRUE, "v/ok.sql v/d.sql/x.sql");
}

static void
no_folder_is_read_twice(void **state)
{
    sandbox_write("v/a.sql", "");
    sandbox_write("v/sub/b.sql", "");
    assert_int_equal(symlink("..", "v/sub/loop"), 0);
    assert_int_equal(symlink(".", "v/self"), 0);
    assert_int_equal(symlink("v", "w"), 0);
    assert_scan("v v/sub w v", TRUE, "v/a.sql v/sub/b.sql");
    assert_scan("v/sub v", TRUE, "v/sub/b.sql v/sub/loop/a.sql");
    assert_scan("w", FALSE, "w/a.sql");
}

static void
linked_files_are_files(void **state)
{
    sandbox_write("x/real", "");
    sandbox_write("v/b.sql", "");
    assert_int_equal(symlink("../x/real", "v/a.sql"), 0);
    assert_int_equal(symlink("nowhere", "v/c.sql"), 0);
    assert_int_equal(symlink("nowhere", "v/other"), 0);
    assert_scan("v", TRUE, "v/a.sql v/b.sql v/c.sql");
}

static void
errors_are_collected(void **state)
{
    sandbox_write("file", "");
    sandbox_write("v/\xff.sql", "");
    sandbox_write("v/a.sql", "");
    assert_int_equal(mkfifo("v/pipe.sql", 0600), 0);
    assert_scan(
        "none file v", FALSE,
        "v/a.sql!there is no folder 'none' for scripts!cannot read folder 'file': Not a "
        "directory!script 'v/pipe.sql' is not a plain file!the name of script 'v/\uFFFD.sql' "
        "is not UTF-8");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_then_folders_by_name), TEST(other_files_are_left_out),
        TEST(no_folder_is_read_twice),    TEST(linked_files_are_files),
        TEST(errors_are_collected),
    };

    return cmocka_run_group_tests_name("locations", tests, NULL, NULL);
}
