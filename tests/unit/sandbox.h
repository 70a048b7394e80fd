/* An empty folder as current folder for each test: fixtures for cmocka_unit_test_setup_teardown(). */
#ifndef MIG_TESTS_SANDBOX_H
#define MIG_TESTS_SANDBOX_H

#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

/* Setup: *state is the folder's path. */
static inline int
sandbox_enter(void **state)
{
    char *folder = g_dir_make_tmp("migrate-test-XXXXXX", NULL);

    *state = folder;
    return folder ? chdir(folder) : -1;
}

static inline void
sandbox_remove(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
            sandbox_remove(path);
        else
            g_unlink(path);
        g_free(path);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(folder);
}

/* Teardown. */
static inline int
sandbox_leave(void **state)
{
    int failed = chdir("/");

    sandbox_remove(*state);
    g_free(*state);
    return failed;
}

/* Writes a file, and the folders it needs. */
static inline void
sandbox_write(const char *path, const char *text)
{
    char *folder = g_path_get_dirname(path);

    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    g_free(folder);
}

#endif
