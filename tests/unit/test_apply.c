/* Running steps on a real database: rows, log, events, refusals and errors. */
#include "tests/dialect/fixture.h"

#include "core/apply.h"
#include "core/changed.h"
#include "core/store.h"

#include <glib/gstdio.h>

typedef struct {
    Fixture *f;
    MigConfig *config;
    MigProject *project;
    GPtrArray *scripts; /* of char*: name and text in turn */
    GPtrArray *lists;   /* of GPtrArray* */
    GString *events;
    guint steps;
} World;

static int
setup(void **state)
{
    World *w = g_new0(World, 1);
    void *inner = (void *)mig_dialect_by_name("sqlite");

    fixture_setup(&inner);
    w->f = inner;
    w->config = mig_config_new(w->f->folder);
    w->scripts = g_ptr_array_new_with_free_func(g_free);
    w->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    w->events = g_string_new(NULL);
    g_autofree char *url = g_strconcat("sqlite:///", w->f->path, NULL);

    mig_config_set(w->config, "url", url, "test", &w->f->error);
    *state = w;
    return w->f->error ? -1 : 0;
}

static int
teardown(void **state)
{
    World *w = *state;
    void *inner = w->f;

    mig_project_free(w->project);
    mig_config_unref(w->config);
    g_ptr_array_unref(w->scripts);
    g_ptr_array_unref(w->lists);
    g_string_free(w->events, TRUE);
    g_free(w);
    return fixture_teardown(&inner);
}

static void
set(World *w, const char *key, const char *value)
{
    g_clear_error(&w->f->error);
    mig_config_set(w->config, key, value, "test", &w->f->error);
    assert_no_error(w->f->error);
}

/* Adds or replaces a script. up, down: what follows the markers' words; down NULL: none. */
static void
script(World *w, const char *id, const char *parents, const char *up, const char *down)
{
    g_autofree char *name = g_strconcat(id, ".sql", NULL);
    char *text =
        g_strdup_printf("-- about %s\n-- revision: %s\n-- down_revision: %s\n"
                        "-- migrate: upgrade%s\n%s%s",
                        id, id, parents, up, down ? "-- migrate: downgrade" : "", down ? down : "");

    for (guint i = 0; i < w->scripts->len; i += 2) {
        if (strcmp(w->scripts->pdata[i], name) == 0) {
            g_free(w->scripts->pdata[i + 1]);
            w->scripts->pdata[i + 1] = text;
            return;
        }
    }
    g_ptr_array_add(w->scripts, g_steal_pointer(&name));
    g_ptr_array_add(w->scripts, text);
}

static void
on_event(const MigEvent *event, void *user_data)
{
    World *w = user_data;

    switch (event->kind) {
    case MIG_EVENT_STEP_BEGIN:
        g_string_append_printf(w->events, "begin %s %u/%u %s>%s; ", event->revision, event->step,
                               event->n_steps, event->rows_before, event->rows_after);
        break;
    case MIG_EVENT_STATEMENT:
        g_string_append_printf(w->events, "%u/%u; ", event->statement, event->n_statements);
        break;
    case MIG_EVENT_STEP_DONE:
        g_string_append_printf(w->events, "done %s; ", event->revision);
        break;
    case MIG_EVENT_WARNING:
        g_string_append_printf(w->events, "warning %s; ", event->message);
        break;
    default:
        break;
    }
}

/* A project as a new process would have it. */
static MigProject *
project(World *w)
{
    mig_project_free(w->project);
    w->project = mig_project_new(w->config);
    mig_project_on_event(w->project, on_event, w);
    for (guint i = 0; i < w->scripts->len; i += 2)
        mig_project_add_script(w->project, w->scripts->pdata[i], w->scripts->pdata[i + 1]);
    g_clear_error(&w->f->error);
    g_string_truncate(w->events, 0);
    return w->project;
}

static gboolean
upgrade(World *w, const char *target)
{
    return mig_apply_upgrade(project(w), target, NULL, &w->steps, &w->f->error);
}

static gboolean
downgrade(World *w, const char *target)
{
    return mig_apply_downgrade(project(w), target, FALSE, NULL, &w->steps, &w->f->error);
}

static gboolean
stamp(World *w, const char *target, gboolean purge)
{
    GPtrArray *targets = g_ptr_array_new();

    g_ptr_array_add(targets, (gpointer)target);
    g_ptr_array_add(w->lists, targets);
    return mig_apply_stamp(project(w), targets, purge, NULL, NULL, NULL, &w->f->error);
}

/* Asks the database over a connection of its own. */
static const char *
ask(World *w, const char *sql)
{
    MigConnection *connection = fixture_connect(w->f, MIG_CONNECT_READ);
    const char *answer = fixture_ask(w->f, connection, sql);

    fixture_close(w->f, connection);
    return answer;
}

static void
execute(World *w, const char *sql)
{
    MigConnection *connection = fixture_connect(w->f, MIG_CONNECT_WRITE);

    fixture_execute(w->f, connection, sql);
    fixture_close(w->f, connection);
}

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        gboolean call_ok = (call);                                                                 \
        assert_no_error(w->f->error);                                                              \
        assert_true(call_ok);                                                                      \
    } while (0)

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        assert_false(call);                                                                        \
        fixture_assert_error(w->f, code);                                                          \
    } while (0)

#define ROWS "SELECT version_num FROM migrate_version ORDER BY 1"
#define TABLES                                                                                     \
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'migrate%' ORDER BY 1"

static void
three_scripts(World *w)
{
    script(w, "a1", "", "\nCREATE TABLE a (x);\n", "\nDROP TABLE a;\n");
    script(w, "b2", "a1", "\nCREATE TABLE b (x);\nINSERT INTO b VALUES (1);\n",
           "\nDROP TABLE b;\n");
    script(w, "c3", "b2", "\n-- nothing\n", "\n");
}

static void
goes_up_and_down(void **state)
{
    World *w = *state;

    three_scripts(w);
    assert_ok(upgrade(w, "head"));
    assert_int_equal(w->steps, 3);
    assert_string_equal(w->events->str, "begin a1 1/3 base>a1; 1/1; begin b2 2/3 a1>b2; 1/2; 2/2; "
                                        "begin c3 3/3 b2>c3; done a1; done b2; done c3; ");
    assert_string_equal(ask(w, ROWS), "c3");
    assert_string_equal(ask(w, TABLES), "a;b");
    assert_ok(downgrade(w, "-2"));
    assert_string_equal(ask(w, ROWS), "a1");
    assert_string_equal(ask(w, TABLES), "a");
    assert_ok(downgrade(w, "base"));
    assert_string_equal(ask(w, ROWS), "");
    assert_string_equal(ask(w, "SELECT revision, direction, blocks_done, blocks_total, "
                               "finished_at >= started_at, parents FROM migrate_log ORDER BY id"),
                        "a1|upgrade|1|1|1|;b2|upgrade|1|1|1|a1;c3|upgrade|1|1|1|b2;"
                        "c3|downgrade|1|1|1|b2;b2|downgrade|1|1|1|a1;a1|downgrade|1|1|1|");
}

static void
log_keeps_script_and_names(void **state)
{
    World *w = *state;
    g_autofree char *quoted = NULL;

    three_scripts(w);
    const MigApplyOptions options = {.tag = "release \"7\"", .run_lock_timeout_ms = 1000};

    assert_ok(mig_apply_upgrade(project(w), "a1", &options, &w->steps, &w->f->error));
    assert_string_equal(ask(w, "SELECT script FROM migrate_log"), w->scripts->pdata[1]);
    assert_string_equal(ask(w, "SELECT tag, git_commit, who LIKE '%@%', tool_version <> '', "
                               "length(upgrade_checksum), length(downgrade_checksum) FROM "
                               "migrate_log"),
                        "release \"7\"|NULL|1|1|64|64");
}

static void
nothing_to_do_touches_nothing(void **state)
{
    World *w = *state;

    script(w, "a1", "", "\n", "\n");
    assert_ok(downgrade(w, "base"));
    assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    three_scripts(w);
    assert_ok(stamp(w, "base", FALSE));
    assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    assert_ok(upgrade(w, "head"));
    g_autofree char *before = NULL, *after = NULL;
    gsize length_before, length_after;
    GStatBuf old, new;

    assert_true(g_file_get_contents(w->f->path, &before, &length_before, NULL));
    g_stat(w->f->path, &old);
    assert_ok(upgrade(w, "head"));
    assert_int_equal(w->steps, 0);
    assert_string_equal(w->events->str, "");
    assert_ok(stamp(w, "c3", FALSE));
    assert_ok(mig_apply_ensure_version(project(w), &w->f->error));
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

    three_scripts(w);
    script(w, "b2", "a1", "\nCREATE TABLE b (x);\n-- ü\n  SELECT 'ü', nosuch;\n", "\n");
    assert_fails(upgrade(w, "head"), MIG_E_STATEMENT);
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
    assert_string_equal(ask(w, ROWS), "a1");
    assert_string_equal(ask(w, TABLES), "a");
    assert_string_equal(ask(w, "SELECT revision FROM migrate_log"), "a1");
}

static void
first_step_failing_leaves_an_empty_database(void **state)
{
    World *w = *state;

    script(w, "a1", "", "\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1, 2);\n", NULL);
    assert_fails(upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(w->f->error)->state_now,
                        "rolled back, the database stays at base");
    assert_string_equal(ask(w, "SELECT count(*) FROM sqlite_master"), "0");
}

static void
whole_run_is_one_transaction(void **state)
{
    World *w = *state;

    three_scripts(w);
    script(w, "c3", "b2", "\nSELECT nosuch;\n", "\n");
    set(w, "transaction_per_migration", "false");
    assert_fails(upgrade(w, "head"), MIG_E_STATEMENT);
    assert_int_equal(w->steps, 0);
    assert_string_equal(mig_error_details(w->f->error)->state_now,
                        "rolled back, the database stays at base");
    assert_string_equal(ask(w, "SELECT count(*) FROM sqlite_master"), "0");
    script(w, "c3", "b2", "\n", "\n");
    assert_ok(upgrade(w, "head"));
    assert_string_equal(ask(w, ROWS), "c3");
}

static void
unknown_row_is_refused(void **state)
{
    World *w = *state;

    three_scripts(w);
    assert_ok(upgrade(w, "head"));
    execute(w, "UPDATE migrate_version SET version_num = 'ffff'");
    assert_fails(upgrade(w, "head"), MIG_E_UNKNOWN_ROW);
    assert_non_null(strstr(w->f->error->message, "ffff"));
    assert_fails(downgrade(w, "base"), MIG_E_UNKNOWN_ROW);
    assert_fails(stamp(w, "head", FALSE), MIG_E_UNKNOWN_ROW);
    assert_ok(stamp(w, "head", TRUE));
    assert_string_equal(ask(w, ROWS), "c3");
}

static void
irreversible_steps_are_all_named_first(void **state)
{
    World *w = *state;

    three_scripts(w);
    script(w, "b2", "a1", "\nCREATE TABLE b (x);\n", NULL);
    script(w, "a1", "", "\nCREATE TABLE a (x);\n", " dialect=postgresql\nDROP TABLE a;\n");
    assert_ok(upgrade(w, "head"));
    assert_fails(downgrade(w, "base"), MIG_E_IRREVERSIBLE);
    assert_non_null(strstr(w->f->error->message, "'b2'"));
    const GPtrArray *related = mig_error_details(w->f->error)->related;

    assert_int_equal(related->len, 1);
    assert_non_null(strstr(((GError *)related->pdata[0])->message, "'a1'"));
    assert_string_equal(ask(w, ROWS), "c3");
    assert_string_equal(ask(w, "SELECT count(*) FROM migrate_log WHERE direction = 'downgrade'"),
                        "0");
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

        three_scripts(w);
        script(w, "b2", "a1", up, "\n");
        assert_fails(upgrade(w, "head"), MIG_E_TRANSACTION_CONTROL);
        assert_string_equal(mig_error_details(w->f->error)->file, "b2.sql");
        assert_int_equal(mig_error_details(w->f->error)->line, 6);
        assert_int_equal(mig_error_details(w->f->error)->column, 3);
        assert_false(g_file_test(w->f->path, G_FILE_TEST_EXISTS));
    }
}

static void
changed_upgrade_stops_the_next(void **state)
{
    World *w = *state;

    three_scripts(w);
    assert_ok(upgrade(w, "b2"));
    /* Comments and layout do not count. */
    script(w, "a1", "", "\n -- new\nCREATE  TABLE a(x) ;\n", "\nDROP TABLE a;\n");
    assert_ok(upgrade(w, "c3"));
    script(w, "a1", "", "\nCREATE TABLE a (x, y);\n", "\nDROP TABLE a;\n");
    assert_ok(upgrade(w, "c3")); /* nothing to do */
    script(w, "d4", "c3", "\n", "\n");
    assert_fails(upgrade(w, "head"), MIG_E_CHANGED_SCRIPT);
    assert_non_null(strstr(w->f->error->message, "'a1'"));
    assert_int_equal(mig_error_exit_status(w->f->error), 6);
    assert_string_equal(ask(w, ROWS), "c3");
    assert_ok(downgrade(w, "base"));
    assert_ok(upgrade(w, "head"));
}

static void
changes_are_told_apart(void **state)
{
    World *w = *state;

    three_scripts(w);
    script(w, "x9", "", "\n", "\n");
    assert_ok(upgrade(w, "heads"));
    script(w, "a1", "", "\nCREATE TABLE a (x);\n", "\nDROP TABLE IF EXISTS a;\n");
    script(w, "c3", "b2, x9", "\n", "\n");
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    MigGraph *graph = mig_project_graph(project(w), &w->f->error);

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

    three_scripts(w);
    assert_ok(upgrade(w, "head"));
    script(w, "b2", "a1", "\nCREATE TABLE b (x);\nINSERT INTO b VALUES (1);\n",
           "\nDROP TABLE IF EXISTS b;\n");
    assert_ok(downgrade(w, "a1"));
    assert_non_null(strstr(w->events->str, "warning the downgrade of 'b2' was changed"));
}

static void
blocks_are_filtered_and_atomic_together(void **state)
{
    World *w = *state;

    script(w, "a1", "",
           "\nCREATE TABLE a (x);\n-- migrate: upgrade dialect=postgresql\nnonsense;\n"
           "-- migrate: upgrade dialect=sqlite\nCREATE TABLE b (x);\nSELECT nosuch;\n"
           "-- migrate: upgrade name=other\nnonsense;\n",
           NULL);
    assert_fails(upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(w->f->error)->subject,
                        "upgrade of a1 (about a1), block 2, statement 2 of 2");
    assert_string_equal(ask(w, "SELECT count(*) FROM sqlite_master"), "0");
}

static void
off_block_is_recorded_statement_by_statement(void **state)
{
    World *w = *state;

    script(w, "a1", "",
           "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n"
           "VACUUM;\n",
           NULL);
    script(w, "b2", "a1", "\nCREATE TABLE b (x);\n", NULL);
    assert_ok(upgrade(w, "head"));
    assert_string_equal(ask(w, ROWS), "b2");
    assert_string_equal(ask(w, "SELECT revision, blocks_done, blocks_total, statements_done, "
                               "finished_at IS NOT NULL, intent FROM migrate_log"),
                        "a1|2|2|0|1|NULL;b2|1|1|0|1|NULL");
}

static void
off_block_cut_short_is_half_way(void **state)
{
    World *w = *state;

    script(w, "a1", "",
           "\nCREATE TABLE a (x);\n-- migrate: upgrade transaction=off\nINSERT INTO a VALUES (1);\n"
           "INSERT INTO nosuch VALUES (2);\nVACUUM;\n",
           "\n");
    assert_fails(upgrade(w, "head"), MIG_E_HALF_WAY);
    assert_int_equal(mig_error_exit_status(w->f->error), 7);
    assert_string_equal(mig_error_details(w->f->error)->subject,
                        "upgrade of a1 (about a1), block 2, statement 2 of 3");
    assert_int_equal(mig_error_details(w->f->error)->line, 8);
    assert_string_equal(ask(w, ROWS), "");
    assert_string_equal(ask(w, "SELECT blocks_done, statements_done, finished_at FROM migrate_log"),
                        "1|1|NULL");
    assert_fails(upgrade(w, "head"), MIG_E_HALF_DONE);
    assert_fails(stamp(w, "head", FALSE), MIG_E_HALF_DONE);
    execute(w, "DROP TABLE a; DELETE FROM migrate_log WHERE id = 1");
    script(w, "a1", "", "\nCREATE TABLE a (x);\n", "\n");
    assert_ok(upgrade(w, "head"));
}

static void
off_block_first_statement_failing_leaves_nothing(void **state)
{
    World *w = *state;

    script(w, "a1", "", " transaction=off\nINSERT INTO nosuch VALUES (2);\n", NULL);
    assert_fails(upgrade(w, "head"), MIG_E_STATEMENT);
    assert_string_equal(ask(w, "SELECT count(*) FROM sqlite_master"), "0");
    set(w, "transaction_per_migration", "false");
    assert_fails(upgrade(w, "head"), MIG_E_UNSUPPORTED);
}

static void
stamp_remembers_scripts(void **state)
{
    World *w = *state;

    three_scripts(w);
    assert_ok(stamp(w, "b2", FALSE));
    assert_string_equal(ask(w, ROWS), "b2");
    assert_string_equal(ask(w, "SELECT revision, direction, length(upgrade_checksum) FROM "
                               "migrate_log ORDER BY id"),
                        "a1|stamp|64;b2|stamp|64");
    assert_string_equal(ask(w, TABLES), "");
    script(w, "a1", "", "\nCREATE TABLE other (x);\n", "\n");
    assert_fails(upgrade(w, "head"), MIG_E_CHANGED_SCRIPT);
    assert_ok(stamp(w, "base", FALSE));
    assert_string_equal(ask(w, ROWS), "");
}

static void
ensure_version_makes_both_tables(void **state)
{
    World *w = *state;

    assert_ok(mig_apply_ensure_version(project(w), &w->f->error));
    assert_string_equal(ask(w, "SELECT sql FROM sqlite_master WHERE name = 'migrate_version'"),
                        "CREATE TABLE \"migrate_version\" (version_num text NOT NULL, CONSTRAINT "
                        "\"migrate_version_pkc\" PRIMARY KEY (version_num))");
    assert_string_equal(ask(w, "SELECT count(*) FROM migrate_log"), "0");
}

static void
alembic_table_is_adopted(void **state)
{
    World *w = *state;

    three_scripts(w);
    execute(w, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT "
               "alembic_version_pkc PRIMARY KEY (version_num)); "
               "INSERT INTO alembic_version VALUES ('a1')");
    set(w, "version_table", "alembic_version");
    set(w, "log_table", "My \"Log\"");
    assert_ok(upgrade(w, "head"));
    assert_string_equal(ask(w, "SELECT version_num FROM alembic_version"), "c3");
    assert_string_equal(ask(w, "SELECT count(*) FROM \"My \"\"Log\"\"\""), "2");
}

static void
foreign_log_table_is_refused(void **state)
{
    World *w = *state;

    three_scripts(w);
    execute(w, "CREATE TABLE migrate_log (id integer, revision text, message text)");
    assert_fails(upgrade(w, "head"), MIG_E_UNSUPPORTED);
    assert_non_null(strstr(mig_error_details(w->f->error)->hint, "log_table"));
    assert_string_equal(ask(w, TABLES), "");
}

static void
temporary_and_shadowing_objects_do_not_fool_us(void **state)
{
    World *w = *state;

    three_scripts(w);
    script(w, "b2", "a1",
           "\nCREATE TEMP TABLE migrate_version (version_num text);\n"
           "INSERT INTO temp.migrate_version VALUES ('zzzz');\n"
           "CREATE TEMP TABLE migrate_log (x);\nCREATE TEMP VIEW v AS SELECT 1;\n"
           "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\n"
           "PRAGMA query_only = ON;\n",
           "\n");
    assert_ok(upgrade(w, "head"));
    assert_string_equal(ask(w, ROWS), "c3");
}

static void
another_run_may_be_quicker(void **state)
{
    World *w = *state;

    three_scripts(w);
    assert_ok(upgrade(w, "a1"));
    MigConnection *other = fixture_connect(w->f, MIG_CONNECT_WRITE);
    const MigApplyOptions options = {.run_lock_timeout_ms = 50};

    fixture_execute(w->f, other, "BEGIN IMMEDIATE");
    assert_fails(mig_apply_upgrade(project(w), "head", &options, &w->steps, &w->f->error),
                 MIG_E_LOCKED);
    assert_int_equal(mig_error_exit_status(w->f->error), 5);
}

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function, setup, teardown, NULL                                                 \
    }

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goes_up_and_down),
        TEST(log_keeps_script_and_names),
        TEST(nothing_to_do_touches_nothing),
        TEST(failing_step_says_everything),
        TEST(first_step_failing_leaves_an_empty_database),
        TEST(whole_run_is_one_transaction),
        TEST(unknown_row_is_refused),
        TEST(irreversible_steps_are_all_named_first),
        TEST(transaction_control_is_refused_first),
        TEST(changed_upgrade_stops_the_next),
        TEST(changes_are_told_apart),
        TEST(changed_downgrade_is_told),
        TEST(blocks_are_filtered_and_atomic_together),
        TEST(off_block_is_recorded_statement_by_statement),
        TEST(off_block_cut_short_is_half_way),
        TEST(off_block_first_statement_failing_leaves_nothing),
        TEST(stamp_remembers_scripts),
        TEST(ensure_version_makes_both_tables),
        TEST(alembic_table_is_adopted),
        TEST(foreign_log_table_is_refused),
        TEST(temporary_and_shadowing_objects_do_not_fool_us),
        TEST(another_run_may_be_quicker),
    };

    return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
