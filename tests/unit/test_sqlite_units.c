/* SQLite's side of the rules for units: settings, foreign keys, lost objects, groups, full disks.
 */
#include "tests/dialect/fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

static void
settings_are_put_back(void **state)
{
    static const struct {
        const char *change, *question, *answer;
    } cases[] = {
        {"PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table", "0"},
        {"PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers", "0"},
        {"PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints", "0"},
        {"PRAGMA case_sensitive_like = ON", "SELECT 'a' LIKE 'A'", "1"},
        {"PRAGMA query_only = ON", "PRAGMA query_only", "0"},
        {"PRAGMA writable_schema = ON", "PRAGMA writable_schema", "0"},
        {"PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "1"},
        {"PRAGMA defer_foreign_keys = ON", "PRAGMA defer_foreign_keys", "0"},
        {"PRAGMA reverse_unordered_selects(1)", "PRAGMA reverse_unordered_selects", "0"},
        {"PRAGMA cell_size_check = 1", "PRAGMA cell_size_check", "0"},
        {"PRAGMA main.locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "normal"},
        {"CREATE TEMP TABLE x (a); CREATE TABLE temp.y (a)",
         "SELECT count(*) FROM temp.sqlite_master", "0"},
        {"PRAGMA temp_store = MEMORY; CREATE TEMP TABLE x (a); CREATE TEMP VIEW y AS SELECT 1;"
         "CREATE INDEX temp.z ON x (a); CREATE TEMP TRIGGER w AFTER INSERT ON x BEGIN SELECT 1; "
         "END",
         "SELECT count(*) FROM temp.sqlite_master", "0"},
    };
    Fixture *f = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
        g_autofree char *broken = g_strdup_printf("%s; SELECT nosuch;", cases[i].change);
        MigUnit *one = fixture_unit(f, "one", cases[i].change);
        MigUnit *two = fixture_unit(f, "two", "SELECT 1;");

        fixture_own(one->after, -1, "CREATE TABLE main.own (a)");
        fixture_own(two->after, -1, "DROP TABLE main.own");
        RUN(one, two);
        assert_no_error(f->error);
        assert_string_equal(ask(cases[i].question), cases[i].answer);
        assert_false(fixture_run_script(f, connection, broken));
        assert_string_equal(ask(cases[i].question), cases[i].answer);
        fixture_close(f, connection);
    }
}

static void
off_block_keeps_its_settings_to_its_end(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    static const char *const scripts[] = {"CREATE TABLE t (a)",
                                          "ATTACH ':memory:' AS extra",
                                          "CREATE TABLE extra.x AS SELECT 7 AS a",
                                          "CREATE TEMP TABLE temporary AS SELECT 8 AS a",
                                          "PRAGMA case_sensitive_like = ON",
                                          "INSERT INTO t SELECT a FROM extra.x",
                                          "INSERT INTO t SELECT a FROM temporary",
                                          "INSERT INTO t SELECT 'a' LIKE 'A'"};
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        MigUnit *unit = fixture_unit(f, "off", scripts[i]);

        unit->off = TRUE;
        f->dialect->unit_submit(connection, unit, NULL, &f->error);
        assert_no_error(f->error);
    }
    MigUnit *unit = fixture_unit(f, "s",
                                 "INSERT INTO t SELECT 'b' LIKE 'B';"
                                 "CREATE TABLE temporary (x);");

    assert_true(f->dialect->unit_submit(connection, unit, NULL, &f->error));
    assert_true(f->dialect->units_end(connection, NULL, &f->error));
    assert_string_equal(ask("SELECT a FROM t"), "7;8;0;1");
    assert_string_equal(ask("SELECT count(*) FROM temp.sqlite_master"), "0");
    assert_string_equal(ask("SELECT name FROM pragma_database_list WHERE name = 'extra'"), "");
}

static void
conflict_rollback_takes_nothing_along(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1);");
    MigUnit *two = fixture_unit(f, "two", "INSERT OR ROLLBACK INTO t VALUES (1);");
    const MigUnit *failed = NULL;

    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, two, NULL));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(f->error)->sqlstate, "SQLITE_CONSTRAINT_UNIQUE");
    assert_ptr_equal(failed, two);
    assert_string_equal(f->events->str, "one.sql 0; one.sql 1; two.sql 0; done one.sql; ");
    assert_string_equal(ask("SELECT a FROM t"), "1");
}

static void
group_is_committed_in_time(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *slow = fixture_unit(f, "slow", "CREATE TABLE t (a);");
    MigUnit *two = fixture_unit(f, "two", "SELECT 1;");
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    g_usleep(260 * 1000);
    assert_true(f->dialect->unit_submit(connection, slow, NULL, &f->error));
    assert_true(f->dialect->unit_submit(connection, two, NULL, &f->error));
    assert_string_equal(f->events->str, "slow.sql 0; done slow.sql; two.sql 0; ");
    assert_true(f->dialect->units_end(connection, NULL, &f->error));
}

static void
commit_waits_for_readers_and_gives_up(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const MigUnit *failed = NULL;
    sqlite3 *reader = NULL;
    sqlite3_stmt *statement = NULL;

    fixture_execute(f, connection, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);");
    assert_int_equal(sqlite3_open(f->path, &reader), SQLITE_OK);
    sqlite3_prepare_v2(reader, "SELECT a FROM t", -1, &statement, NULL);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    MigUnit *one = fixture_unit(f, "one", "INSERT INTO t VALUES (3);");
    gboolean ok = fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, NULL);

    sqlite3_finalize(statement);
    sqlite3_close(reader);
    assert_false(ok);
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_ptr_equal(failed, one);
    assert_string_equal(f->events->str, "one.sql 0; ");
    assert_string_equal(ask("SELECT count(*) FROM t"), "2");
    assert_true(RUN(one));
}

/* Makes writing beyond this size fail, as on a full disk. */
static void
limit_file_size(rlim_t size, struct rlimit *old)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, old);
    limit = *old;
    limit.rlim_cur = size;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void
full_disk_rolls_back(void **state)
{
    static const MigUnitsMode modes[] = {MIG_UNITS_GROUP, MIG_UNITS_ONE_BY_ONE};
    Fixture *f = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
        MigUnit *one = fixture_unit(f, "one", "CREATE TABLE IF NOT EXISTS t (a);");
        MigUnit *two =
            fixture_unit(f, "two",
                         "PRAGMA cache_size = 10; CREATE TABLE big AS WITH RECURSIVE n(i)"
                         " AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                         "SELECT hex(randomblob(200)) AS x FROM n; SELECT 1;");
        struct rlimit old;

        limit_file_size(100 * 1024, &old);
        gboolean ok = fixture_run(f, connection, modes[i], NULL, one, two, NULL);

        setrlimit(RLIMIT_FSIZE, &old);
        assert_false(ok);
        fixture_assert_error(f, MIG_E_DISK_FULL);
        assert_int_equal(mig_error_exit_status(f->error), 4);
        assert_non_null(strstr(f->events->str, "done one.sql; "));
        assert_null(strstr(f->events->str, "done two.sql; "));
        assert_string_equal(ask("SELECT name FROM sqlite_master"), "t");
        assert_string_equal(ask("PRAGMA integrity_check"), "ok");
        assert_true(RUN(two));
        fixture_execute(f, connection, "DROP TABLE big; DROP TABLE t; VACUUM;");
        fixture_close(f, connection);
    }
}

static gboolean
after_a_while(gpointer user_data)
{
    guint *asked = user_data;

    return ++*asked > 20;
}

static void
running_statement_is_cancelled(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    guint asked = 0;
    MigUnitsOptions options = {.mode = MIG_UNITS_GROUP,
                               .lock_timeout_ms = 100,
                               .cancelled = after_a_while,
                               .user_data = &asked};
    MigUnit *unit = fixture_unit(f, "s",
                                 "CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION "
                                 "ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;");

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    assert_false(f->dialect->unit_submit(connection, unit, NULL, &f->error));
    fixture_assert_error(f, MIG_E_INTERRUPTED);
    assert_string_equal(ask("SELECT count(*) FROM sqlite_master"), "0");
}

static void
cancelling_stops_between_statements(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a integer);");
    MigUnit *two = fixture_unit(f, "two", "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);");

    f->cancel_after = 2;
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, one, two, NULL));
    fixture_assert_error(f, MIG_E_INTERRUPTED);
    assert_string_equal(f->events->str, "one.sql 0; two.sql 0; done one.sql; ");
    assert_string_equal(fixture_ask(f, connection, "SELECT count(*) FROM t"), "0");
}

static const char *const family =
    "CREATE TABLE parent (id integer PRIMARY KEY, name text UNIQUE);"
    "CREATE TABLE child (id integer PRIMARY KEY, p integer REFERENCES parent ON DELETE CASCADE);"
    "INSERT INTO parent VALUES (1, 'one'), (2, 'two');"
    "INSERT INTO child VALUES (10, 1), (20, 2);";

static void
virtual_tables_come_and_go(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, family);
    assert_runs("CREATE VIRTUAL TABLE found USING fts5(name, content=parent, content_rowid=id);"
                "INSERT INTO found(found) VALUES ('rebuild');"
                "CREATE TRIGGER sync AFTER INSERT ON parent BEGIN "
                "INSERT INTO found(rowid, name) VALUES (new.id, new.name); END;"
                "INSERT INTO parent VALUES (3, 'three');");
    assert_string_equal(ask("SELECT rowid FROM found WHERE found MATCH 'three'"), "3");
    assert_runs("ALTER TABLE found RENAME TO finder; DROP TRIGGER sync; DROP TABLE finder;");
    assert_string_equal(ask("SELECT count(*) FROM sqlite_master WHERE name LIKE 'f%'"), "0");
}

static void
journal_that_cannot_roll_back_does_not_stay(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *off = fixture_unit(f, "off", "PRAGMA journal_mode = OFF");
    MigUnit *bad = fixture_unit(f, "bad", "CREATE TABLE t (a); SELECT nosuch;");

    off->off = TRUE;
    fixture_own(off->after, -1, "CREATE TABLE done (a)");
    assert_false(RUN(off, bad));
    assert_string_equal(ask("SELECT name FROM sqlite_master"), "done");
    assert_string_equal(ask("PRAGMA journal_mode"), "delete");
    off = fixture_unit(f, "off", "PRAGMA journal_mode = WAL");
    off->off = TRUE;
    assert_true(RUN(off, fixture_unit(f, "s", "CREATE TABLE t (a)")));
    assert_string_equal(ask("PRAGMA journal_mode"), "wal");
}

static void
bare_statement_records_its_intent(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *off = fixture_unit(f, "off", "ATTACH 'no/such/folder/x.db' AS x");

    off->off = TRUE;
    fixture_own(off->before, -1, "CREATE TABLE intent (a)");
    fixture_own(off->after, -1, "CREATE TABLE ended (a)");
    assert_false(RUN(off));
    fixture_assert_error(f, MIG_E_CONNECT);
    assert_string_equal(f->events->str, "off.sql 0; ");
    assert_string_equal(ask("SELECT name FROM sqlite_master"), "intent");
    off = fixture_unit(f, "off", "VACUUM");
    off->off = TRUE;
    fixture_own(off->after, -1, "CREATE TABLE ended (a)");
    fixture_own(off->after, 1, "DELETE FROM ended");
    assert_false(RUN(off));
    fixture_assert_error(f, MIG_E_ROWS_CHANGED);
    assert_string_equal(ask("SELECT name FROM sqlite_master"), "intent");
}

static void
statements_that_we_cut_wrongly_run_whole(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const char *text = "CREATE TABLE a (x); CREATE TABLE b (x); COMMIT";
    MigUnit *unit = fixture_unit(f, "s", "SELECT 1");
    MigStatement both = {
        .offset = 0, .length = strlen("CREATE TABLE a (x); CREATE TABLE b (x)"), .line = 1};

    unit->text = text;
    unit->text_length = strlen(text);
    ((MigStatement *)unit->statements)[0] = both;
    assert_true(RUN(unit));
    assert_string_equal(ask("SELECT name FROM sqlite_master ORDER BY 1"), "a;b");
    ((MigStatement *)unit->statements)[0].offset = strlen("CREATE TABLE a (x); ");
    ((MigStatement *)unit->statements)[0].length = strlen("CREATE TABLE b (x); COMMIT");
    fixture_execute(f, connection, "DROP TABLE b;");
    assert_false(RUN(unit));
    fixture_assert_error(f, MIG_E_TRANSACTION_CONTROL);
    assert_string_equal(ask("SELECT name FROM sqlite_master ORDER BY 1"), "a");
}

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function, fixture_setup, fixture_teardown,                                      \
            (void *)mig_dialect_by_name("sqlite")                                                  \
    }

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings_are_put_back),
        TEST(off_block_keeps_its_settings_to_its_end),
        TEST(conflict_rollback_takes_nothing_along),
        TEST(group_is_committed_in_time),
        TEST(commit_waits_for_readers_and_gives_up),
        TEST(full_disk_rolls_back),
        TEST(cancelling_stops_between_statements),
        TEST(running_statement_is_cancelled),
        TEST(virtual_tables_come_and_go),
        TEST(journal_that_cannot_roll_back_does_not_stay),
        TEST(bare_statement_records_its_intent),
        TEST(statements_that_we_cut_wrongly_run_whole),
    };

    return cmocka_run_group_tests_name("sqlite units", tests, NULL, NULL);
}
