/* SQLite's checks on what a script left behind: foreign keys (rule 8), lost and broken objects
 * (rule 9). */
#include "tests/dialect/fixture.h"

static const char *const family =
    "CREATE TABLE parent (id integer PRIMARY KEY, name text UNIQUE);"
    "CREATE TABLE child (id integer PRIMARY KEY, p integer REFERENCES parent ON DELETE CASCADE);"
    "INSERT INTO parent VALUES (1, 'one'), (2, 'two');"
    "INSERT INTO child VALUES (10, 1), (20, 2);";

static void
new_orphans_are_refused_by_name(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, family);
    assert_refused("INSERT INTO child VALUES (30, 9), (31, NULL), (32, 8);", MIG_E_FOREIGN_KEY,
                   "leaves 2 rows whose foreign key finds no row: 'child' rowid 30 (refers to "
                   "'parent'), 'child' rowid 32");
    assert_string_equal(ask("SELECT count(*) FROM child"), "2");
    assert_refused("DELETE FROM parent WHERE id = 1;", MIG_E_FOREIGN_KEY, "'child' rowid 10");
    assert_refused("UPDATE parent SET id = 3 WHERE id = 2;", MIG_E_FOREIGN_KEY, "rowid 20");
    assert_refused("DROP TABLE parent;", MIG_E_FOREIGN_KEY, "2 rows");
    assert_refused("ALTER TABLE child ADD COLUMN q integer DEFAULT 7 REFERENCES parent;",
                   MIG_E_FOREIGN_KEY, "2 rows");
    assert_string_equal(ask("SELECT count(*) FROM parent"), "2");
    assert_runs("DELETE FROM child WHERE p = 1; DELETE FROM parent WHERE id = 1;");
    assert_string_equal(ask("SELECT id FROM child"), "20");
}

static void
orphans_from_before_are_let_be(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, family);
    fixture_execute(f, connection, "INSERT INTO child VALUES (99, 999);");
    assert_runs("INSERT INTO child VALUES (30, 1);");
    assert_string_equal(ask("SELECT id FROM child ORDER BY 1"), "10;20;30;99");
    assert_string_equal(f->events->str, "s.sql 0; done s.sql; ");
    assert_refused("INSERT INTO child VALUES (40, 4);", MIG_E_FOREIGN_KEY, "1 row whose");
    assert_runs("ALTER TABLE child RENAME TO kid;");
    assert_runs("ALTER TABLE parent RENAME TO elder; ALTER TABLE kid RENAME COLUMN p TO q;");
    assert_string_equal(ask("SELECT q FROM kid ORDER BY id"), "1;2;1;999");
}

static void
rebuild_of_a_parent_does_not_cascade(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, family);
    fixture_execute(f, connection, "PRAGMA foreign_keys = ON;");
    assert_runs("PRAGMA foreign_keys = ON;\nPRAGMA legacy_alter_table = ON;\n"
                "CREATE TABLE new_parent (id integer PRIMARY KEY, name text UNIQUE, x);"
                "INSERT INTO new_parent SELECT id, name, 1 FROM parent; DROP TABLE parent;"
                "ALTER TABLE new_parent RENAME TO parent;");
    assert_string_equal(ask("SELECT id FROM child ORDER BY 1"), "10;20");
    assert_string_equal(ask("SELECT x FROM parent"), "1;1");
    assert_string_equal(ask("PRAGMA foreign_keys"), "1");
    assert_string_equal(ask("PRAGMA legacy_alter_table"), "0");
    assert_non_null(
        strstr(ask("SELECT sql FROM sqlite_master WHERE name = 'child'"), "REFERENCES parent "));
}

static void
keys_made_in_a_group_are_known_to_the_next_unit(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const MigUnit *failed = NULL;
    MigUnit *one =
        fixture_unit(f, "one",
                     "CREATE TABLE \"Pär\" (id integer PRIMARY KEY);"
                     "CREATE TABLE kid (a integer, FOREIGN KEY (a) REFERENCES \"pär\");");
    MigUnit *two = fixture_unit(f, "two", "ALTER TABLE kid RENAME TO grandkid;");
    MigUnit *three = fixture_unit(f, "three", "INSERT INTO grandkid VALUES (1);");

    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, two, three, NULL));
    assert_ptr_equal(failed, three);
    fixture_assert_error(f, MIG_E_FOREIGN_KEY);
    assert_string_equal(ask("SELECT count(*) FROM grandkid"), "0");
    one = fixture_unit(f, "one", "ALTER TABLE grandkid ADD COLUMN b integer REFERENCES \"PäR\";");
    two = fixture_unit(f, "two", "INSERT INTO grandkid (b) VALUES (3);");
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, two, NULL));
    assert_ptr_equal(failed, two);
    fixture_assert_error(f, MIG_E_FOREIGN_KEY);
    one = fixture_unit(f, "one", "DROP TABLE grandkid;");
    two = fixture_unit(f, "two", "CREATE TABLE grandkid (b); INSERT INTO grandkid VALUES (3);");
    assert_true(fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, two, NULL));
}

/* The keys are kept from one transaction to the next, but not over what others do in between. */
static void
keys_made_by_others_between_units_are_known(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *other = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_ONE_BY_ONE);
    const MigUnit *failed = NULL;

    fixture_execute(f, connection, family);
    MigUnit *one = fixture_unit(f, "one", "INSERT INTO child VALUES (30, 2);");
    MigUnit *two = fixture_unit(f, "two", "DELETE FROM child WHERE id = 20;");
    MigUnit *three = fixture_unit(f, "three", "DELETE FROM child WHERE id = 10;");

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    assert_true(f->dialect->unit_submit(connection, one, NULL, &f->error));
    assert_true(f->dialect->unit_submit(connection, two, NULL, &f->error));
    fixture_execute(f, other,
                    "CREATE TABLE grandchild (c integer REFERENCES child);"
                    "INSERT INTO grandchild VALUES (10);");
    assert_false(f->dialect->unit_submit(connection, three, &failed, &f->error));
    assert_ptr_equal(failed, three);
    fixture_assert_error(f, MIG_E_FOREIGN_KEY);
    assert_string_equal(ask("SELECT id FROM child ORDER BY 1"), "10;30");
}

static void
rows_without_rowid_are_counted(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE p (id text PRIMARY KEY);"
                    "CREATE TABLE c (p text PRIMARY KEY REFERENCES p) WITHOUT ROWID;"
                    "INSERT INTO c VALUES ('old');");
    assert_runs("INSERT INTO p VALUES ('x'); INSERT INTO c VALUES ('x');");
    assert_refused("INSERT INTO c VALUES ('y');", MIG_E_FOREIGN_KEY, "'c' (refers to 'p')");
}

static void
mismatched_keys_are_refused_where_they_are_new(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE p (a, b); CREATE UNIQUE INDEX pa ON p (a);"
                    "CREATE TABLE c (a REFERENCES p (a));");
    assert_refused("DROP INDEX pa;", MIG_E_FOREIGN_KEY, "'c' without a unique key");
    assert_runs("CREATE TABLE d (b REFERENCES p (b));");
    assert_runs("INSERT INTO p VALUES (1, 2); INSERT INTO d VALUES (2);");
}

static void
schema_written_by_hand_is_checked_whole(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE p (id integer PRIMARY KEY);"
                    "CREATE TABLE c (a integer); INSERT INTO c VALUES (5);");
    assert_refused("PRAGMA writable_schema = ON;"
                   "UPDATE sqlite_master SET sql = 'CREATE TABLE c (a integer REFERENCES p)' "
                   "WHERE name = 'c'; PRAGMA schema_version = 50;",
                   MIG_E_FOREIGN_KEY, "'c' rowid 1");
    assert_string_equal(ask("PRAGMA writable_schema"), "0");
}

static const char *const rich_table = "CREATE TABLE t (a, b); CREATE INDEX \"T idx\" ON t (a);"
                                      "CREATE TRIGGER trig AFTER INSERT ON t BEGIN SELECT 1; END;"
                                      "INSERT INTO t VALUES (1, 2);";

#define REBUILD                                                                                    \
    "CREATE TABLE t_new (a, b, c); INSERT INTO t_new SELECT a, b, 3 FROM t; DROP TABLE T;"         \
    "ALTER TABLE t_new RENAME TO t;"

static void
rebuild_must_not_lose_what_it_does_not_know(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, rich_table);
    assert_refused(REBUILD, MIG_E_WOULD_LOSE, "index 'T idx' of 't', trigger 'trig' of 't'");
    assert_string_equal(ask("SELECT count(*) FROM pragma_table_info('t')"), "2");
    assert_refused(REBUILD "CREATE INDEX \"t IDX\" ON t (c);", MIG_E_WOULD_LOSE, "lose trigger");
    assert_runs(REBUILD "CREATE INDEX \"t IDX\" ON t (c);"
                        "CREATE TRIGGER trig AFTER DELETE ON t BEGIN SELECT 1; END;");
    assert_runs("DROP INDEX \"T Idx\"; DROP TRIGGER IF EXISTS trig;" REBUILD);
}

static void
allowed_and_dropped_objects_may_go(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    g_autoptr(GPtrArray) allow = g_ptr_array_new();

    fixture_execute(f, connection, rich_table);
    MigUnit *unit = fixture_unit(f, "s", REBUILD);

    unit->allow_drop = allow;
    g_ptr_array_add(allow, "T *");
    assert_false(RUN(unit));
    fixture_assert_error(f, MIG_E_WOULD_LOSE);
    g_ptr_array_add(allow, "tri?");
    assert_true(RUN(unit));
    fixture_execute(f, connection, "CREATE INDEX i ON t (a);");
    assert_runs("DROP TABLE t;");
}

static void
rename_first_rebuilds_are_seen_too(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, rich_table);
    assert_refused("ALTER TABLE t RENAME TO t_2; ALTER TABLE t_2 RENAME TO t_old;"
                   "CREATE TABLE t (a, b);"
                   "INSERT INTO t SELECT * FROM t_old; DROP TABLE t_old;",
                   MIG_E_WOULD_LOSE, "index 'T idx' of 't'");
    /* Made anew twice in one script: the second time counts too. */
    assert_refused(REBUILD "CREATE INDEX \"T idx\" ON t (a);"
                           "CREATE TRIGGER trig AFTER INSERT ON t BEGIN SELECT 1; END;"
                           "CREATE TABLE t_new (a); DROP TABLE t; ALTER TABLE t_new RENAME TO t;",
                   MIG_E_WOULD_LOSE, "trigger 'trig'");
    /* What the script made itself it may drop with its table. */
    assert_runs("CREATE TABLE x (a); CREATE INDEX xi ON x (a); DROP TABLE x; CREATE TABLE x (b);");
}

static void
triggers_of_views_are_kept(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t;"
                    "CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN SELECT 1; END;");
    assert_refused("DROP VIEW v; CREATE VIEW v AS SELECT a, b FROM t;", MIG_E_WOULD_LOSE,
                   "trigger 'vt' of 'v'");
}

static void
rebuild_must_not_break_views_and_triggers(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const char *script = "PRAGMA legacy_alter_table = ON; CREATE TABLE t_new (a); "
                         "DROP TABLE t; ALTER TABLE t_new RENAME TO t;";

    fixture_execute(f, connection,
                    "CREATE TABLE t (a, b); CREATE TABLE u (x); CREATE VIEW v AS SELECT b FROM t;"
                    "CREATE VIEW bad AS SELECT * FROM nosuch;"
                    "CREATE TRIGGER \"Uhr\" AFTER UPDATE OF x ON u BEGIN "
                    "INSERT INTO t (b) VALUES (1); END;");
    assert_refused(script, MIG_E_WOULD_LOSE,
                   "trigger 'Uhr' (table t has no column named b), view 'v' (no such column: b)");
    g_autoptr(GPtrArray) allow = g_ptr_array_new();
    MigUnit *unit = fixture_unit(f, "s", script);

    g_ptr_array_add(allow, "*");
    unit->allow_drop = allow;
    assert_true(RUN(unit));
    assert_string_equal(ask("SELECT count(*) FROM pragma_table_info('t')"), "1");
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
        TEST(new_orphans_are_refused_by_name),
        TEST(orphans_from_before_are_let_be),
        TEST(rebuild_of_a_parent_does_not_cascade),
        TEST(keys_made_in_a_group_are_known_to_the_next_unit),
        TEST(keys_made_by_others_between_units_are_known),
        TEST(rows_without_rowid_are_counted),
        TEST(mismatched_keys_are_refused_where_they_are_new),
        TEST(schema_written_by_hand_is_checked_whole),
        TEST(rebuild_must_not_lose_what_it_does_not_know),
        TEST(allowed_and_dropped_objects_may_go),
        TEST(rename_first_rebuilds_are_seen_too),
        TEST(triggers_of_views_are_kept),
        TEST(rebuild_must_not_break_views_and_triggers),
    };

    return cmocka_run_group_tests_name("sqlite checks", tests, NULL, NULL);
}
