/* A PostgreSQL server whose disk is full: the step that needs more leaves no trace, and is done when there
 * is room. The disk is a small file system of the server's own, its log of transactions in it too; where
 * none may be mounted, files that cannot grow beyond a limit stand for it. */
#include "tests/fault/pg_fault.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/small_disk.h"

/* 20 MB and a piece of a page, in the units of ulimit. */
#define LIMIT "41003"
#define DISK_MEGABYTES 160
#define PAGE 8192

/* Rows of a thousand bytes, as many as table `wanted` says. */
#define LARGE "INSERT INTO large SELECT g, repeat('x', 1000) FROM generate_series(1, (SELECT n FROM wanted)) g"

static const char *const cases[] = {
    "\nINSERT INTO hits VALUES ('one');\n" LARGE ";\nINSERT INTO hits VALUES ('two');\n",
    " transaction=off\nINSERT INTO hits VALUES ('one');\n" LARGE ";\nINSERT INTO hits VALUES ('two');\n",
    "\nINSERT INTO hits VALUES ('one');\n-- migrate: upgrade\n" LARGE ";\n",
};

static char *disk; /* where the small file system is mounted; NULL: there is none */

/* The server's log of transactions has room: else the server itself would go down. */
static void
fill(World *w, guint64 bytes_left)
{
    if (!disk)
        return;
    world_execute(w, "SELECT pg_switch_wal()");
    world_execute(w, "CHECKPOINT");
    small_disk_fill(disk, bytes_left);
}

static void
make_room(void)
{
    if (disk)
        small_disk_free(disk);
}

static void
prepare(World *w, const char *script, guint rows)
{
    g_autofree char *size = g_strdup_printf("DELETE FROM wanted; INSERT INTO wanted VALUES (%u)", rows);

    world_script(w, "a1", "",
                 "\nCREATE TABLE hits (x text);\nCREATE TABLE \"it's\" (a int, b text);\n"
                 "CREATE TABLE large (a int, b text);\nCREATE TABLE wanted (n int);\n",
                 NULL);
    world_script(w, "b2", "a1", script, NULL);
    pg_fault_reset(w, "head");
    assert_ok(world_upgrade(w, "a1"));
    world_execute(w, size);
}

static void
disk_is_full(void **state)
{
    World *w = *state;
    guint n_faults = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++, n_faults++) {
        gboolean half_way = i > 0;

        prepare(w, cases[i], 5);
        assert_ok(pg_fault_run(w, "head"));
        world_execute(w, "DELETE FROM wanted");
        g_autofree char *expected = pg_fault_state(w);

        prepare(w, cases[i], 40000);
        g_autofree char *before = pg_fault_state(w);

        fill(w, 2 << 20);
        assert_fails(pg_fault_run(w, "head"), half_way ? MIG_E_HALF_WAY : MIG_E_DISK_FULL);
        assert_string_equal(mig_error_details(w->f->error)->sqlstate, "53100");
        if (!half_way)
            pg_fault_check(w, before, "full disk");
        make_room();
        world_execute(w, "TRUNCATE large; UPDATE wanted SET n = 5");
        assert_ok(pg_fault_run(w, "head"));
        assert_string_equal(world_ask(w, "SELECT count(*) FROM large"), "5");
        world_execute(w, "DELETE FROM wanted");
        pg_fault_check(w, expected, "full disk in '%s'", cases[i]);
    }
    printf("# full disk: %u faults\n", n_faults);
}

/* No room, room for one page, for two… until there is enough. */
static void
disk_is_full_at_each_page(void **state)
{
    World *w = *state;
    gboolean failed = disk != NULL;
    guint n_faults = 0;

    pg_fault_reset(w, "head");
    assert_ok(pg_fault_run(w, "head"));
    g_autofree char *expected = pg_fault_state(w);

    for (guint64 pages = 0; failed; pages++) {
        pg_fault_reset(w, "head");
        fill(w, pages * PAGE);
        failed = !pg_fault_run(w, "head");
        make_room();
        if (failed && w->f->error->code != MIG_E_DISK_FULL && w->f->error->code != MIG_E_HALF_WAY)
            fail_msg("full but for %u pages: %s", (guint)pages, w->f->error->message);
        n_faults += failed;
        assert_ok(pg_fault_run(w, "head"));
        pg_fault_check(w, expected, "full disk but for %u pages", (guint)pages);
    }
    printf("# full disk at each page: %u faults\n", n_faults);
    assert_true(!disk || n_faults > 5);
}

/* Without room for its log of transactions the server goes down. */
static void
server_goes_down(void **state)
{
    World *w = *state;
    g_autoptr(GString) script = g_string_new("\nINSERT INTO hits VALUES ('one');\n");
    guint n_faults = 0;

    for (guint i = 0; i < 2 * DISK_MEGABYTES / 16; i++)
        g_string_append(script, "SELECT pg_switch_wal();\nINSERT INTO hits VALUES ('more');\n");
    prepare(w, cases[0], 5);
    world_script(w, "b2", "a1", script->str, NULL);
    if (disk) {
        fill(w, 16 * PAGE);
        assert_fails(pg_fault_run(w, "head"), MIG_E_CONNECT);
        n_faults++;
        make_room();
        cluster_restart();
        assert_string_equal(world_ask(w, "SELECT version_num FROM migrate_version"), "a1");
        assert_string_equal(world_ask(w, "SELECT count(*) FROM hits"), "0");
    }
    world_script(w, "b2", "a1", "\nINSERT INTO hits VALUES ('one');\n", NULL);
    assert_ok(pg_fault_run(w, "head"));
    assert_string_equal(world_ask(w, "SELECT x FROM hits"), "one");
    printf("# full disk, and the server goes down: %u faults\n", n_faults);
}

static void
give_back(void)
{
    small_disk_unmount(disk);
    g_rmdir(disk);
    g_free(disk);
}

/* The server may be another user's. */
static void
mount_disk(void)
{
    disk = g_dir_make_tmp("migrate-disk-XXXXXX", NULL);
    if (g_chmod(disk, 0755) == 0 && small_disk_mount(disk, DISK_MEGABYTES)) {
        g_autofree char *data = g_build_filename(disk, "data", NULL);

        g_setenv("MIGRATE_TEST_DATA", data, TRUE);
        atexit(give_back);
        return;
    }
    printf("# no small disk may be mounted here: files cannot grow instead\n");
    g_rmdir(disk);
    g_clear_pointer(&disk, g_free);
    g_setenv("MIGRATE_TEST_FILE_LIMIT", LIMIT, TRUE);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PG_FAULT_TEST(disk_is_full),
        PG_FAULT_TEST(disk_is_full_at_each_page),
        PG_FAULT_TEST(server_goes_down),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    mount_disk();
    if (!cluster_folder())
        return cluster_skip();
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
