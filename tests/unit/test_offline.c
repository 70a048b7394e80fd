/* Offline scripts, run by the sqlite3 program: they must lead where the online run leads. */
#include "tests/dialect/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "core/offline.h"

/* Runs a shell line with $1 = the database for offline scripts, $2 = a file with script. */
static int
shell(World *w, const char *line, const char *script, const char **ret_out, const char **ret_err)
{
    char *file = g_strconcat(w->f->folder, "/script.sql", NULL);
    char *database = g_strconcat(w->f->folder, "/off.db", NULL);
    const char *argv[] = {"/bin/sh", "-c", line, "sh", database, file, NULL};
    char *out = NULL, *err = NULL;
    int status = 0;

    g_file_set_contents(file, script, -1, NULL);
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, NULL);
    g_ptr_array_add(w->f->strings, file);
    g_ptr_array_add(w->f->strings, database);
    g_ptr_array_add(w->f->strings, out);
    g_ptr_array_add(w->f->strings, err);
    if (ret_out)
        *ret_out = out;
    if (ret_err)
        *ret_err = err;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
run_script(World *w, const char *script, const char **ret_err)
{
    return shell(w, "exec sqlite3 \"$1\" <\"$2\"", script, NULL, ret_err);
}

/* A database whole, with the times blotted out. */
static const char *
dump(World *w, const char *path)
{
    const char *out = NULL;
    g_autofree char *quoted = path ? g_shell_quote(path) : g_strdup("\"$1\"");
    g_autofree char *line = g_strdup_printf("exec sqlite3 %s .dump", quoted);
    g_autoptr(GRegex) times = g_regex_new("'20\\d\\d-[-0-9T:.]*Z'", 0, 0, NULL);

    assert_int_equal(shell(w, line, "", &out, NULL), 0);
    char *text = g_regex_replace_literal(times, out, -1, 0, "TIME", 0, NULL);

    g_ptr_array_add(w->f->strings, text);
    return text;
}

static const char *
keep(World *w, char *text)
{
    assert_no_error(w->f->error);
    g_ptr_array_add(w->f->strings, text);
    return text;
}

static const char *
offline_upgrade(World *w, const char *range, const char *tag)
{
    return keep(w, mig_offline_upgrade(world_project(w), range, tag, &w->f->error));
}

static const char *
offline_downgrade(World *w, const char *range)
{
    return keep(w, mig_offline_downgrade(world_project(w), range, FALSE, NULL, &w->f->error));
}

static const char *
offline_stamp(World *w, const char *target, gboolean purge)
{
    g_autoptr(GPtrArray) targets = g_ptr_array_new();

    g_ptr_array_add(targets, (gpointer)target);
    return keep(w, mig_offline_stamp(world_project(w), targets, purge, NULL, &w->f->error));
}

static void
rich_scripts(World *w)
{
    world_script(w, "a1", "",
                 "\nCREATE TABLE users (id integer PRIMARY KEY, n text CHECK (n <> 'a;b'));\n"
                 "CREATE TRIGGER tr AFTER INSERT ON users BEGIN\n UPDATE users SET n = n || ';y'\n"
                 "; SELECT CASE WHEN 1 THEN 2 END; END;\n",
                 "\nDROP TABLE users;\n");
    world_script(w, "b2", "a1",
                 "\nINSERT INTO users VALUES (1, 'it''s\n.quit\n\\n ä');\n"
                 "PRAGMA legacy_alter_table = ON -- no semicolon\n",
                 "\nDELETE FROM users WHERE id = 1;\n");
    world_script(w, "x9", "", "\nCREATE TABLE x (a REFERENCES users);\n", "\nDROP TABLE x\n");
    world_script(w, "c3", "b2, x9", "\nCREATE VIEW v AS SELECT n FROM users;-- no line end\n",
                 "\nDROP VIEW v;/* without an end");
    world_script(w, "d4", "c3",
                 " transaction=off\nVACUUM;\nINSERT INTO users VALUES (2, 'q');\n"
                 "-- migrate: upgrade\nALTER TABLE users RENAME TO people;\n",
                 " transaction=off\nALTER TABLE people RENAME TO users;\n"
                 "DELETE FROM users WHERE id = 2\n");
}

static void
reaches_what_the_online_run_reaches(void **state)
{
    static const char *const whole_run[] = {"true", "false"};
    World *w = *state;

    rich_scripts(w);
    for (gsize i = 0; i < G_N_ELEMENTS(whole_run); i++) {
        const char *target = i == 0 ? "d4" : "c3";
        g_autofree char *back = g_strconcat(target, ":base", NULL);
        const MigApplyOptions options = {.tag = "it's", .run_lock_timeout_ms = 1000};
        const char *err = "";

        world_set(w, "transaction_per_migration", whole_run[i]);
        assert_ok(mig_apply_upgrade(world_project(w), target, &options, NULL, &w->f->error));
        int status = run_script(w, offline_upgrade(w, target, "it's"), &err);

        assert_string_equal(err, "");
        assert_int_equal(status, 0);
        assert_string_equal(dump(w, NULL), dump(w, w->f->path));
        assert_ok(world_downgrade(w, "base"));
        assert_int_equal(run_script(w, offline_downgrade(w, back), NULL), 0);
        assert_string_equal(dump(w, NULL), dump(w, w->f->path));
    }
}

static void
wrong_rows_stop_it(void **state)
{
    World *w = *state;
    const char *err = "";

    world_three_scripts(w);
    assert_int_equal(run_script(w, offline_upgrade(w, "a1", NULL), NULL), 0);
    const char *before = dump(w, NULL);

    assert_int_not_equal(run_script(w, offline_upgrade(w, "base:head", NULL), &err), 0);
    assert_non_null(strstr(err, "the version rows are not the planned ones"));
    assert_string_equal(dump(w, NULL), before);
    assert_int_not_equal(run_script(w, offline_upgrade(w, "b2:head", NULL), &err), 0);
    assert_string_equal(dump(w, NULL), before);
    assert_int_equal(run_script(w, offline_upgrade(w, "a1:head", NULL), &err), 0);
}

static void
failing_step_keeps_those_before(void **state)
{
    World *w = *state;
    const char *err = "";

    world_three_scripts(w);
    world_script(w, "c3", "b2", "\nCREATE TABLE c (x);\nINSERT INTO nosuch VALUES (1);\n", "\n");
    assert_int_not_equal(run_script(w, offline_upgrade(w, "head", NULL), &err), 0);
    assert_non_null(strstr(err, "nosuch"));
    assert_ok(world_upgrade(w, "b2"));
    assert_string_equal(dump(w, NULL), dump(w, w->f->path));
}

static void
new_orphans_stop_it(void **state)
{
    World *w = *state;
    const char *err = "";

    world_script(w, "a1", "",
                 "\nPRAGMA foreign_keys = OFF; CREATE TABLE p (id integer PRIMARY KEY);"
                 "CREATE TABLE c (p REFERENCES p); INSERT INTO p VALUES (1);",
                 "\n");
    world_script(w, "b2", "a1", "\nINSERT INTO c VALUES (1);", "\n");
    world_script(w, "c3", "b2", "\nDELETE FROM p;", "\n");
    assert_int_not_equal(run_script(w, offline_upgrade(w, "head", NULL), &err), 0);
    assert_non_null(strstr(err, "foreign key finds no row"));
    assert_ok(world_upgrade(w, "b2"));
    assert_string_equal(dump(w, NULL), dump(w, w->f->path));
}

static void
stamps(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_stamp(w, "b2", FALSE));
    assert_int_equal(run_script(w, offline_stamp(w, "b2", FALSE), NULL), 0);
    assert_string_equal(dump(w, NULL), dump(w, w->f->path));
    assert_ok(world_stamp(w, "a1", FALSE));
    assert_int_not_equal(run_script(w, offline_stamp(w, "a1", FALSE), NULL), 0);
    assert_int_equal(run_script(w, offline_stamp(w, "b2:a1", FALSE), NULL), 0);
    assert_string_equal(dump(w, NULL), dump(w, w->f->path));
    world_execute(w, "UPDATE migrate_version SET version_num = 'ff'");
    assert_ok(world_stamp(w, "head", TRUE));
    assert_int_equal(run_script(w, offline_stamp(w, "head", TRUE), NULL), 0);
    assert_string_equal(dump(w, NULL), dump(w, w->f->path));
}

static void
refusals_are_the_same(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "b2", "a1", "\nCOMMIT;\n", NULL);
    assert_null(mig_offline_upgrade(world_project(w), "head", NULL, &w->f->error));
    fixture_assert_error(w->f, MIG_E_TRANSACTION_CONTROL);
    assert_null(mig_offline_downgrade(world_project(w), "head:base", FALSE, NULL, &w->f->error));
    fixture_assert_error(w->f, MIG_E_IRREVERSIBLE);
    assert_null(mig_offline_downgrade(world_project(w), "base", FALSE, NULL, &w->f->error));
    assert_null(mig_offline_upgrade(world_project(w), "head:a1", NULL, &w->f->error));
    fixture_assert_error(w->f, MIG_E_RANGE);
    assert_string_equal(offline_upgrade(w, "c3:head", NULL), "-- nothing to do\n");
    assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(reaches_what_the_online_run_reaches),
        WORLD_TEST(wrong_rows_stop_it),
        WORLD_TEST(failing_step_keeps_those_before),
        WORLD_TEST(new_orphans_stop_it),
        WORLD_TEST(stamps),
        WORLD_TEST(refusals_are_the_same),
    };
    g_autofree char *program = g_find_program_in_path("sqlite3");

    if (!program && !g_getenv("MIGRATE_TEST_REQUIRE_ALL")) {
        puts("1..0 # SKIP the program sqlite3 is not installed");
        return EXIT_SUCCESS;
    }
    return cmocka_run_group_tests_name("offline", tests, NULL, NULL);
}
