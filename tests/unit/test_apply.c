/* Running steps on a real database: rows, log, events, refusals and errors. */
#include "tests/dialect/world.h"

#include "core/changed.h"
#include "core/store.h"

#include <glib/gstdio.h>

static void
goes_up_and_down(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_upgrade(w, "head"));
    assert_int_equal(w->steps, 3);
    assert_string_equal(w->events->str, "begin a1 1/3 base>a1; 1/1; begin b2 2/3 a1>b2; 1/2; 2/2; "
                                        "begin c3 3/3 b2>c3; done a1; done b2; done c3; ");
    assert_string_equal(world_ask(w, ROWS), "c3");
    assert_string_equal(world_ask(w, TABLES), "a;b");
    assert_ok(world_downgrade(w, "-2"));
    assert_string_equal(world_ask(w, ROWS), "a1");
    assert_string_equal(world_ask(w, TABLES), "a");
    assert_ok(world_downgrade(w, "base"));
    assert_string_equal(world_ask(w, ROWS), "");
    assert_string_equal(
        world_ask(w, "SELECT revision, direction, blocks_done, blocks_total, "
                     "finished_at >= started_at, parents FROM migrate_log ORDER BY id"),
        "a1|upgrade|1|1|1|;b2|upgrade|1|1|1|a1;c3|upgrade|1|1|1|b2;"
        "c3|downgrade|1|1|1|b2;b2|downgrade|1|1|1|a1;a1|downgrade|1|1|1|");
}

static void
log_keeps_script_and_names(void **state)
{
    World *w = *state;
    g_autofree char *quoted = NULL;

    world_three_scripts(w);
    const MigApplyOptions options = {.tag = "release \"7\"", .run_lock_timeout_ms = 1000};

    assert_ok(mig_apply_upgrade(world_project(w), "a1", &options, &w->steps, &w->f->error));
    assert_string_equal(world_ask(w, "SELECT script FROM migrate_log"), w->scripts->pdata[1]);
    assert_string_equal(world_ask(w, "SELECT tag, git_commit, who LIKE '%@%', tool_version <> '', "
                                     "length(upgrade_checksum), length(downgrade_checksum) FROM "
                                     "migrate_log"),
                        "release \"7\"|NULL|1|1|64|64");
}

static void
nothing_to_do_touches_nothing(void **state)
{
    World *w = *state;

    world_script(w, "a1", "", "\n", "\n");
    assert_ok(world_downgrade(w, "base"));
    assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    world_three_scripts(w);
    assert_ok(world_stamp(w, "base", FALSE));
    assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    assert_ok(world_upgrade(w, "head"));
    g_autofree char *before = NULL, *after = NULL;
    gsize length_before, length_after;
    GStatBuf old, new;

    assert_true(g_file_get_contents(w->f->path, &before, &length_before, NULL));
    g_stat(w->f->path, &old);
    assert_ok(world_upgrade(w, "head"));
    assert_int_equal(w->steps, 0);
    assert_string_equal(w->events->str, "");
    assert_ok(world_stamp(w, "c3", FALSE));
    assert_ok(mig_apply_ensure_version(world_project(w), &w->f->error));
    g_stat(w->f->path, &new);
    assert_true(g_file_get_contents(w->f->path, &after, &length_after, NULL));
    assert_int_equal(old.st_mtim.tv_sec, new.st_mtim.tv_sec);
    assert_int_equal(old.st_mtim.tv_nsec, new.st_mtim.tv_nsec);
    assert_int_equal(length_before, length_after);
    assert_memory_equal(before, after, length_after);
}

static void
failing_step_says_everything(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\n-- ü\n  SELECT 'ü', nosuch;\n", "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_int_equal(w->steps, 1);
    const MigErrorDetails *details = mig_error_details(w->f->error);

    assert_string_equal(details->subject, "upgrade of b2 (about b2), block 1, statement 2 of 2");
    assert_string_equal(details->file, "b2.sql");
    assert_int_equal(details->line, 7);
    assert_int_equal(details->column, 15);
    assert_string_equal(details->source_line, "  SELECT 'ü', nosuch;");
    assert_string_equal(details->engine_message, "no such column: nosuch");
    assert_string_equal(details->sqlstate, "SQLITE_ERROR");
    assert_string_equal(details->state_now, "rolled back, the database stays at a1");
    assert_string_equal(details->next_command, "migrate upgrade head");
    assert_string_equal(world_ask(w, ROWS), "a1");
    assert_string_equal(world_ask(w, TABLES), "a");
    assert_string_equal(world_ask(w, "SELECT revision FROM migrate_log"), "a1");
}

static void
first_step_failing_leaves_an_empty_database(void **state)
{
    World *w = *state;

    world_script(w, "a1", "", "\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1, 2);\n", NULL);
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(w->f->error)->state_now,
                        "rolled back, the database stays at base");
    assert_string_equal(world_ask(w, "SELECT count(*) FROM sqlite_master"), "0");
}

static void
whole_run_is_one_transaction(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "c3", "b2", "\nSELECT nosuch;\n", "\n");
    world_set(w, "transaction_per_migration", "false");
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_int_equal(w->steps, 0);
    assert_string_equal(mig_error_details(w->f->error)->state_now,
                        "rolled back, the database stays at base");
    assert_string_equal(world_ask(w, "SELECT count(*) FROM sqlite_master"), "0");
    world_script(w, "c3", "b2", "\n", "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, ROWS), "c3");
}

static void
unknown_row_is_refused(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_upgrade(w, "head"));
    world_execute(w, "UPDATE migrate_version SET version_num = 'ffff'");
    assert_fails(world_upgrade(w, "head"), MIG_E_UNKNOWN_ROW);
    assert_non_null(strstr(w->f->error->message, "ffff"));
    assert_fails(world_downgrade(w, "base"), MIG_E_UNKNOWN_ROW);
    assert_fails(world_stamp(w, "head", FALSE), MIG_E_UNKNOWN_ROW);
    assert_ok(world_stamp(w, "head", TRUE));
    assert_string_equal(world_ask(w, ROWS), "c3");
}

static void
irreversible_steps_are_all_named_first(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\n", NULL);
    world_script(w, "a1", "", "\nCREATE TABLE a (x);\n", " dialect=postgresql\nDROP TABLE a;\n");
    assert_ok(world_upgrade(w, "head"));
    assert_fails(world_downgrade(w, "base"), MIG_E_IRREVERSIBLE);
    assert_non_null(strstr(w->f->error->message, "'b2'"));
    const GPtrArray *related = mig_error_details(w->f->error)->related;

    assert_int_equal(related->len, 1);
    assert_non_null(strstr(((GError *)related->pdata[0])->message, "'a1'"));
    assert_string_equal(world_ask(w, ROWS), "c3");
    assert_string_equal(
        world_ask(w, "SELECT count(*) FROM migrate_log WHERE direction = 'downgrade'"), "0");
}

static void
transaction_control_is_refused_first(void **state)
{
    static const char *const words[] = {"COMMIT",
                                        "begin",
                                        "ROLLBACK",
                                        "savepoint x",
                                        "VACUUM",
                                        "ATTACH 'x' AS y",
                                        "PRAGMA journal_mode = WAL"};
    World *w = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *up = g_strdup_printf("\nCREATE TABLE b (x);\n  %s;\n", words[i]);

        world_three_scripts(w);
        world_script(w, "b2", "a1", up, "\n");
        assert_fails(world_upgrade(w, "head"), MIG_E_TRANSACTION_CONTROL);
        assert_string_equal(mig_error_details(w->f->error)->file, "b2.sql");
        assert_int_equal(mig_error_details(w->f->error)->line, 6);
        assert_int_equal(mig_error_details(w->f->error)->column, 3);
        assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    }
}

static void
psql_commands_are_refused_first(void **state)
{
    static const struct {
        const char *command, *message, *hint;
    } cases[] = {
        {"\\d t", "'\\d' is a command of psql and no SQL", "nothing but SQL"},
        {"\\copy t FROM 'x'", "'\\copy' is a command of psql and no SQL", "FROM stdin"},
        {"\\i x.sql\nSELECT 1", "'\\i' is a command of psql and no SQL", "that file"},
        {"\\restrict aX9", "'\\restrict' is a command of psql and no SQL", "nothing but SQL"},
    };
    World *w = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *up =
            g_strdup_printf("\nINSERT INTO b VALUES ('\\d');\n  %s;\n", cases[i].command);

        world_three_scripts(w);
        world_script(w, "b2", "a1", up, "\n");
        assert_fails(world_upgrade(w, "head"), MIG_E_SCRIPT_SQL);
        assert_string_equal(w->f->error->message, cases[i].message);
        assert_non_null(strstr(mig_error_details(w->f->error)->hint, cases[i].hint));
        assert_int_equal(mig_error_details(w->f->error)->line, 6);
        assert_int_equal(mig_error_details(w->f->error)->column, 3);
        assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    }
    world_script(w, "b2", "a1", "\nSELECT 1 \\gset\n;\n", "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_SCRIPT_SQL);
    assert_int_equal(mig_error_details(w->f->error)->column, 10);
}

static void
changed_upgrade_stops_the_next(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_upgrade(w, "b2"));
    /* Comments and layout do not count. */
    world_script(w, "a1", "", "\n -- new\nCREATE  TABLE a(x) ;\n", "\nDROP TABLE a;\n");
    assert_ok(world_upgrade(w, "c3"));
    world_script(w, "a1", "", "\nCREATE TABLE a (x, y);\n", "\nDROP TABLE a;\n");
    assert_ok(world_upgrade(w, "c3")); /* nothing to do */
    world_script(w, "d4", "c3", "\n", "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_CHANGED_SCRIPT);
    assert_non_null(strstr(w->f->error->message, "'a1'"));
    assert_int_equal(mig_error_exit_status(w->f->error), 6);
    assert_string_equal(world_ask(w, ROWS), "c3");
    assert_ok(world_downgrade(w, "base"));
    assert_ok(world_upgrade(w, "head"));
}

static void
changes_are_told_apart(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "x9", "", "\n", "\n");
    assert_ok(world_upgrade(w, "heads"));
    world_script(w, "a1", "", "\nCREATE TABLE a (x);\n", "\nDROP TABLE IF EXISTS a;\n");
    world_script(w, "c3", "b2, x9", "\n", "\n");
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    MigGraph *graph = mig_project_graph(world_project(w), &w->f->error);

    g_ptr_array_add(rows, mig_graph_find(graph, "c3"));
    g_autoptr(GPtrArray) changed = mig_changed_scripts(w->project, rows, &w->f->error);

    assert_no_error(w->f->error);
    assert_int_equal(changed->len, 2);
    const MigChangedScript *first = changed->pdata[0], *second = changed->pdata[1];

    assert_string_equal(first->revision->id, "a1");
    assert_false(first->upgrade);
    assert_true(first->downgrade);
    assert_false(first->parents);
    assert_string_equal(second->revision->id, "c3");
    assert_false(second->upgrade);
    assert_true(second->parents);
}

static void
changed_downgrade_is_told(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_upgrade(w, "head"));
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\nINSERT INTO b VALUES (1);\n",
                 "\nDROP TABLE IF EXISTS b;\n");
    assert_ok(world_downgrade(w, "a1"));
    assert_non_null(strstr(w->events->str, "warning the downgrade of 'b2' was changed"));
}

static void
blocks_are_filtered_and_atomic_together(void **state)
{
    World *w = *state;

    world_script(w, "a1", "",
                 "\nCREATE TABLE a (x);\n-- migrate: upgrade dialect=postgresql\nnonsense;\n"
                 "-- migrate: upgrade dialect=sqlite\nCREATE TABLE b (x);\nSELECT nosuch;\n"
                 "-- migrate: upgrade name=other\nnonsense;\n",
                 NULL);
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(w->f->error)->subject,
                        "upgrade of a1 (about a1), block 2, statement 2 of 2");
    assert_string_equal(world_ask(w, "SELECT count(*) FROM sqlite_master"), "0");
}

static void
off_block_is_recorded_statement_by_statement(void **state)
{
    World *w = *state;

    world_script(
        w, "a1", "",
        "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n"
        "VACUUM;\n",
        NULL);
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\n", NULL);
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, ROWS), "b2");
    assert_string_equal(world_ask(w, "SELECT revision, blocks_done, blocks_total, statements_done, "
                                     "finished_at IS NOT NULL, intent FROM migrate_log"),
                        "a1|2|2|0|1|NULL;b2|1|1|0|1|NULL");
}

static void
off_block_cut_short_is_half_way(void **state)
{
    World *w = *state;

    world_script(
        w, "a1", "",
        "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n"
        "INSERT INTO nosuch VALUES (2);\nVACUUM;\n",
        "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
    assert_int_equal(mig_error_exit_status(w->f->error), 7);
    assert_string_equal(mig_error_details(w->f->error)->subject,
                        "upgrade of a1 (about a1), block 2, statement 2 of 3");
    assert_int_equal(mig_error_details(w->f->error)->line, 8);
    assert_string_equal(world_ask(w, ROWS), "");
    assert_string_equal(
        world_ask(w, "SELECT blocks_done, statements_done, finished_at FROM migrate_log"),
        "1|1|NULL");
    assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
    assert_fails(world_stamp(w, "head", FALSE), MIG_E_HALF_DONE);
    world_script(
        w, "a1", "",
        "\nCREATE  TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n"
        "INSERT INTO a VALUES (3);\nVACUUM;\n-- migrate: upgrade\nINSERT INTO a VALUES (4);\n",
        "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_non_null(strstr(w->events->str, "begin a1 1/1 base>a1; 3/5; 4/5; 5/5; done a1; "));
    assert_string_equal(world_ask(w, "SELECT x FROM a"), "1;3;4");
    assert_string_equal(world_ask(w, "SELECT count(*), script LIKE '%VALUES (4)%', blocks_done, "
                                     "blocks_total, finished_at IS NOT NULL FROM migrate_log"),
                        "1|1|3|3|1");
    assert_string_equal(world_ask(w, ROWS), "a1");
    assert_ok(world_upgrade(w, "head"));
}

static void
what_was_done_must_not_change(void **state)
{
    World *w = *state;
    const char *scripts[] = {
        "\nCREATE TABLE a (x, y);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n",
        "\nCREATE TABLE a (x);\nSELECT 1;\n-- migrate: upgrade transaction=off\n"
        "INSERT INTO a VALUES (1);\n",
        "\nCREATE TABLE a (x);\n-- migrate: upgrade\nINSERT INTO a VALUES (1);\n",
        "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (2);\n",
        "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\n",
        "\nCREATE TABLE a (x);\n",
        "\n",
    };

    world_script(w, "a1", "",
                 "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\n"
                 "INSERT INTO a VALUES (1);\nINSERT INTO nosuch VALUES (2);\n",
                 "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        world_script(w, "a1", "", scripts[i], "\n");
        assert_fails(world_upgrade(w, "head"), MIG_E_CHANGED_SCRIPT);
        assert_non_null(mig_error_details(w->f->error)->diff);
        assert_string_equal(world_ask(w, "SELECT x FROM a"), "1");
    }
    world_script(w, "a1", "",
                 "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\n"
                 "INSERT INTO a VALUES (1);\n",
                 "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, "SELECT x FROM a"), "1");
    assert_string_equal(world_ask(w, ROWS), "a1");
}

static void
settings_of_a_cut_block_are_made_again(void **state)
{
    World *w = *state;
    const char *begin = " transaction=off\nCREATE TABLE a (x);\nPRAGMA recursive_triggers = ON;\n"
                        "INSERT INTO a VALUES (1);\n";
    g_autofree char *bad = g_strconcat(begin, "INSERT INTO nosuch VALUES (1);\n", NULL);
    g_autofree char *good = g_strconcat(
        begin, "INSERT INTO a SELECT recursive_triggers + 100 FROM pragma_recursive_triggers;\n",
        NULL);

    world_script(w, "a1", "", bad, "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
    world_script(w, "a1", "", good, "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, "SELECT x FROM a"), "1;101");
}

static void
bare_statement_that_fails_twice_loses_no_progress(void **state)
{
    World *w = *state;

    world_script(w, "a1", "",
                 "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\n"
                 "INSERT INTO a VALUES (1);\nATTACH '/no/such/folder/x' AS y;\n",
                 "\n");
    for (int i = 0; i < 3; i++) {
        assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
        assert_string_equal(
            world_ask(w, "SELECT blocks_done, statements_done, intent IS NOT NULL FROM migrate_log"),
            "1|1|1");
    }
    world_script(w, "a1", "",
                 "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\n"
                 "INSERT INTO a VALUES (1);\nVACUUM;\n",
                 "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, "SELECT x FROM a"), "1");
}

static void
statement_without_a_recorded_end_is_judged(void **state)
{
    World *w = *state;

    world_script(w, "a1", "", " transaction=off\nCREATE TABLE a (x);\nVACUUM;\nVACUUM;\n", "\n");
    assert_ok(world_upgrade(w, "head"));
    world_execute(w, "DELETE FROM migrate_version; UPDATE migrate_log SET finished_at = NULL, "
                     "blocks_done = 0, statements_done = 1, intent = 'VACUUM'");
    assert_ok(world_upgrade(w, "head"));
    assert_non_null(strstr(w->events->str, "begin a1 1/1 base>a1; 2/3; 3/3; done a1; "));
    world_execute(w, "DELETE FROM migrate_version; UPDATE migrate_log SET finished_at = NULL, "
                     "blocks_done = 0, statements_done = 1, intent = 'VACUUM INTO ''x'''");
    assert_fails(world_upgrade(w, "head"), MIG_E_HALF_WAY);
    assert_non_null(strstr(w->f->error->message, "uncertain: VACUUM INTO 'x'"));
    assert_string_equal(world_ask(w, ROWS), "");
}

static void
downgrade_cut_short_stops_both_ways(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\n",
                 " transaction=off\nDROP TABLE b;\nDROP TABLE nosuch;\n");
    assert_ok(world_upgrade(w, "head"));
    assert_fails(world_downgrade(w, "base"), MIG_E_HALF_WAY);
    assert_int_equal(w->steps, 1);
    assert_string_equal(world_ask(w, ROWS), "b2");
    assert_string_equal(world_ask(w, "SELECT revision, direction, blocks_done, statements_done "
                                     "FROM migrate_log WHERE finished_at IS NULL"),
                        "b2|downgrade|0|1");
    world_script(w, "d4", "c3", "\n", "\n");
    assert_fails(world_upgrade(w, "heads"), MIG_E_HALF_DONE);
    assert_fails(world_stamp(w, "a1", FALSE), MIG_E_HALF_DONE);
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\n",
                 " transaction=off\nDROP TABLE b;\nDROP TABLE IF EXISTS nosuch;\n");
    assert_ok(world_downgrade(w, "base"));
    assert_string_equal(world_ask(w, ROWS), "");
}

static void
off_block_first_statement_failing_leaves_nothing(void **state)
{
    World *w = *state;

    world_script(w, "a1", "", " transaction=off\nINSERT INTO nosuch VALUES (2);\n", NULL);
    assert_fails(world_upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(world_ask(w, "SELECT count(*) FROM sqlite_master"), "0");
    world_set(w, "transaction_per_migration", "false");
    assert_fails(world_upgrade(w, "head"), MIG_E_UNSUPPORTED);
}

static void
stamp_remembers_scripts(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_stamp(w, "b2", FALSE));
    assert_string_equal(world_ask(w, ROWS), "b2");
    assert_string_equal(world_ask(w, "SELECT revision, direction, length(upgrade_checksum) FROM "
                                     "migrate_log ORDER BY id"),
                        "a1|stamp|64;b2|stamp|64");
    assert_string_equal(world_ask(w, TABLES), "");
    world_script(w, "a1", "", "\nCREATE TABLE other (x);\n", "\n");
    assert_fails(world_upgrade(w, "head"), MIG_E_CHANGED_SCRIPT);
    assert_ok(world_stamp(w, "base", FALSE));
    assert_string_equal(world_ask(w, ROWS), "");
}

static void
ensure_version_makes_both_tables(void **state)
{
    World *w = *state;

    assert_ok(mig_apply_ensure_version(world_project(w), &w->f->error));
    assert_string_equal(
        world_ask(w, "SELECT sql FROM sqlite_master WHERE name = 'migrate_version'"),
        "CREATE TABLE \"migrate_version\" (version_num text NOT NULL, CONSTRAINT "
        "\"migrate_version_pkc\" PRIMARY KEY (version_num))");
    assert_string_equal(world_ask(w, "SELECT count(*) FROM migrate_log"), "0");
}

static void
alembic_table_is_adopted(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_execute(w, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT "
                     "alembic_version_pkc PRIMARY KEY (version_num)); "
                     "INSERT INTO alembic_version VALUES ('a1')");
    world_set(w, "version_table", "alembic_version");
    world_set(w, "log_table", "My \"Log\"");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, "SELECT version_num FROM alembic_version"), "c3");
    assert_string_equal(world_ask(w, "SELECT count(*) FROM \"My \"\"Log\"\"\""), "2");
}

static void
foreign_log_table_is_refused(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_execute(w, "CREATE TABLE migrate_log (id integer, revision text, message text)");
    assert_fails(world_upgrade(w, "head"), MIG_E_UNSUPPORTED);
    assert_non_null(strstr(mig_error_details(w->f->error)->hint, "log_table"));
    assert_string_equal(world_ask(w, TABLES), "");
}

static void
temporary_and_shadowing_objects_do_not_fool_us(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "b2", "a1",
                 "\nCREATE TEMP TABLE migrate_version (version_num text);\n"
                 "INSERT INTO temp.migrate_version VALUES ('zzzz');\n"
                 "CREATE TEMP TABLE migrate_log (x);\nCREATE TEMP VIEW v AS SELECT 1;\n"
                 "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\n"
                 "PRAGMA query_only = ON;\n",
                 "\n");
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, ROWS), "c3");
    /* In an off block they stay until its end. */
    world_script(w, "d4", "c3",
                 " transaction=off\nCREATE TEMP TABLE migrate_version (version_num text);\n"
                 "CREATE TEMP TABLE migrate_log AS SELECT * FROM main.migrate_log;\n"
                 "CREATE TABLE d (x);\n",
                 NULL);
    assert_ok(world_upgrade(w, "head"));
    assert_string_equal(world_ask(w, ROWS), "d4");
    assert_string_equal(world_ask(w, "SELECT finished_at IS NOT NULL FROM migrate_log WHERE "
                                     "revision = 'd4'"),
                        "1");
}

static void
replay_runs_scripts_alone(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    world_script(w, "c3", "b2",
                 "\nCREATE INDEX lost ON b (x);\n-- migrate: upgrade transaction=off\nVACUUM;\n"
                 "-- migrate: upgrade\nALTER TABLE b RENAME TO old; CREATE TABLE b (x, y);\n"
                 "DROP TABLE old;\n",
                 NULL);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    MigGraph *graph = mig_project_graph(world_project(w), &w->f->error);
    g_autoptr(GPtrArray) steps = mig_steps_upgrade(graph, none, "head", &w->f->error);

    assert_no_error(w->f->error);
    world_set(w, "transaction_per_migration", "false");
    MigConnection *scratch =
        fixture_keep(w->f, w->f->dialect->open_scratch(NULL, NULL, &w->f->error));

    assert_ok(mig_apply_replay(w->project, scratch, steps, &w->f->error));
    assert_string_equal(fixture_ask(w->f, scratch, "SELECT group_concat(name) FROM sqlite_master"),
                        "a,b");
    assert_string_equal(w->events->str, "");
    assert_false(mig_apply_replay(w->project, scratch, steps, &w->f->error));
    fixture_assert_error(w->f, MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(w->f->error)->subject,
                        "upgrade of a1 (about a1), block 1, statement 1 of 1");
}

static void
another_run_may_be_quicker(void **state)
{
    World *w = *state;

    world_three_scripts(w);
    assert_ok(world_upgrade(w, "a1"));
    MigConnection *other = fixture_connect(w->f, MIG_CONNECT_WRITE);
    const MigApplyOptions options = {.run_lock_timeout_ms = 50};

    fixture_execute(w->f, other, "BEGIN IMMEDIATE");
    assert_fails(mig_apply_upgrade(world_project(w), "head", &options, &w->steps, &w->f->error),
                 MIG_E_LOCKED);
    assert_int_equal(mig_error_exit_status(w->f->error), 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(goes_up_and_down),
        WORLD_TEST(log_keeps_script_and_names),
        WORLD_TEST(nothing_to_do_touches_nothing),
        WORLD_TEST(failing_step_says_everything),
        WORLD_TEST(first_step_failing_leaves_an_empty_database),
        WORLD_TEST(whole_run_is_one_transaction),
        WORLD_TEST(unknown_row_is_refused),
        WORLD_TEST(irreversible_steps_are_all_named_first),
        WORLD_TEST(transaction_control_is_refused_first),
        WORLD_TEST(psql_commands_are_refused_first),
        WORLD_TEST(changed_upgrade_stops_the_next),
        WORLD_TEST(changes_are_told_apart),
        WORLD_TEST(changed_downgrade_is_told),
        WORLD_TEST(blocks_are_filtered_and_atomic_together),
        WORLD_TEST(off_block_is_recorded_statement_by_statement),
        WORLD_TEST(off_block_cut_short_is_half_way),
        WORLD_TEST(what_was_done_must_not_change),
        WORLD_TEST(settings_of_a_cut_block_are_made_again),
        WORLD_TEST(bare_statement_that_fails_twice_loses_no_progress),
        WORLD_TEST(statement_without_a_recorded_end_is_judged),
        WORLD_TEST(downgrade_cut_short_stops_both_ways),
        WORLD_TEST(off_block_first_statement_failing_leaves_nothing),
        WORLD_TEST(stamp_remembers_scripts),
        WORLD_TEST(ensure_version_makes_both_tables),
        WORLD_TEST(alembic_table_is_adopted),
        WORLD_TEST(foreign_log_table_is_refused),
        WORLD_TEST(temporary_and_shadowing_objects_do_not_fool_us),
        WORLD_TEST(replay_runs_scripts_alone),
        WORLD_TEST(another_run_may_be_quicker),
    };

    return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
