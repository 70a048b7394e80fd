/* A PostgreSQL server whose disk is full: no file of it can grow beyond a limit (as root or not, which a
 * small file system would not allow). The step that needs more leaves no trace, and is done when there is
 * room. */
#include "tests/fault/pg_fault.h"

#include <stdio.h>

/* 20 MB and a piece of a page, in the units of ulimit. */
#define LIMIT "41003"

/* Rows of a thousand bytes, as many as table `wanted` says. */
#define LARGE "INSERT INTO large SELECT g, repeat('x', 1000) FROM generate_series(1, (SELECT n FROM wanted)) g"

static const char *const cases[] = {
    "\nINSERT INTO hits VALUES ('one');\n" LARGE ";\nINSERT INTO hits VALUES ('two');\n",
    " transaction=off\nINSERT INTO hits VALUES ('one');\n" LARGE ";\nINSERT INTO hits VALUES ('two');\n",
    "\nINSERT INTO hits VALUES ('one');\n-- migrate: upgrade\n" LARGE ";\n",
};

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

        assert_fails(pg_fault_run(w, "head"), half_way ? MIG_E_HALF_WAY : MIG_E_DISK_FULL);
        assert_string_equal(mig_error_details(w->f->error)->sqlstate, "53100");
        if (!half_way)
            pg_fault_check(w, before, "full disk");
        world_execute(w, "TRUNCATE large; UPDATE wanted SET n = 5");
        assert_ok(pg_fault_run(w, "head"));
        assert_string_equal(world_ask(w, "SELECT count(*) FROM large"), "5");
        world_execute(w, "DELETE FROM wanted");
        pg_fault_check(w, expected, "full disk in '%s'", cases[i]);
    }
    printf("# full disk: %u faults\n", n_faults);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_FAULT_TEST(disk_is_full),
    };

    g_setenv("MIGRATE_TEST_FILE_LIMIT", LIMIT, TRUE);
    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
