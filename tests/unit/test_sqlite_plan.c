#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/order.h"
#include "core/rename.h"

static const MigDialect *dialect;

static MigSchema *
load(const char *ddl)
{
    g_autoptr(GError) error = NULL;
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, &error);
    MigIntrospectOptions options = {NULL};

    assert_no_error(error);
    dialect->execute(scratch, ddl, strlen(ddl), NULL, &error);
    assert_no_error(error);
    MigSchema *schema = dialect->introspect(scratch, &options, &error);

    assert_no_error(error);
    dialect->close(scratch);
    return schema;
}

static char *
plan(const char *from_ddl, const char *to_ddl, const char *rename, GError **error)
{
    g_autoptr(MigSchema) from = load(from_ddl), to = load(to_ddl);
    g_autoptr(GPtrArray) renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    g_auto(GStrv) texts = g_strsplit(rename ? rename : "", " ", -1);

    for (char **text = texts; *text && **text; text++)
        g_ptr_array_add(renames, mig_rename_parse(*text, NULL));
    g_autoptr(MigScratch) place = mig_scratch_new(dialect);
    g_autoptr(MigPlan) new = mig_plan_between(place, from, to, renames, NULL, FALSE, error);

    return new ? mig_plan_sql(new) : NULL;
}

#define assert_plan(from, to, rename, expected)                                                    \
    do {                                                                                           \
        g_autoptr(GError) plan_error = NULL;                                                       \
        g_autofree char *plan_text = plan(from, to, rename, &plan_error);                          \
                                                                                                   \
        assert_no_error(plan_error);                                                               \
        assert_string_equal(plan_text, expected);                                                  \
    } while (0)

static void
tables_are_made_parents_first(void **state)
{
    const char *ddl = "CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES z);"
                      "CREATE TABLE loop1 (x REFERENCES loop2);"
                      "CREATE TABLE loop2 (x REFERENCES loop1);"
                      "CREATE VIEW v1 AS SELECT * FROM v2;"
                      "CREATE VIEW v2 AS SELECT id FROM a;"
                      "CREATE TRIGGER tr INSTEAD OF INSERT ON v2 BEGIN SELECT 1; END;"
                      "CREATE TABLE z (id INTEGER PRIMARY KEY, me REFERENCES z);"
                      "CREATE INDEX \"by me\" ON z (me);";

    assert_plan("", ddl, NULL,
                "CREATE TABLE z (id INTEGER PRIMARY KEY, me REFERENCES z);\n\n"
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES z);\n\n"
                "CREATE TABLE loop1 (x REFERENCES loop2);\n\n"
                "CREATE TABLE loop2 (x REFERENCES loop1);\n\n"
                "CREATE INDEX \"by me\" ON z (me);\n\n"
                "CREATE VIEW v2 AS SELECT id FROM a;\n\n"
                "CREATE VIEW v1 AS SELECT * FROM v2;\n\n"
                "CREATE TRIGGER tr INSTEAD OF INSERT ON v2 BEGIN SELECT 1; END;\n");
    assert_plan(ddl, "", NULL,
                "-- hazard: breaks-old-code: drops view v1\n"
                "DROP VIEW v1;\n\n"
                "-- hazard: breaks-old-code: drops view v2\n"
                "DROP VIEW v2;\n\n"
                "-- hazard: data-loss: drops table a\n"
                "DROP TABLE a;\n\n"
                "-- hazard: data-loss: drops table z\n"
                "DROP TABLE z;\n\n"
                "-- hazard: data-loss: drops table loop1\n"
                "DROP TABLE loop1;\n\n"
                "-- hazard: data-loss: drops table loop2\n"
                "DROP TABLE loop2;\n");
}

static void
columns_are_added_and_dropped_natively(void **state)
{
    const char *users = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);";
    const char *more = "CREATE TABLE users (id INTEGER PRIMARY KEY,\n"
                       "  age integer NOT NULL DEFAULT 0, -- in years\n"
                       "  name TEXT,\n  boss REFERENCES users /* or none */\n);";

    assert_plan(users, more, NULL,
                "ALTER TABLE users ADD COLUMN age integer NOT NULL DEFAULT 0;\n"
                "ALTER TABLE users ADD COLUMN boss REFERENCES users;\n");
    assert_plan(more, users, NULL,
                "-- hazard: data-loss: drops column users.age\n"
                "-- hazard: data-loss: drops column users.boss\n"
                "ALTER TABLE users DROP COLUMN age;\n"
                "ALTER TABLE users DROP COLUMN boss;\n");
}

/* What ADD and DROP COLUMN would refuse, or only refuse when there are rows. */
static void
what_alter_cannot_do_is_a_rebuild(void **state)
{
    static const char *const columns[] = {
        "y UNIQUE",
        "y NOT NULL",
        "y NOT NULL DEFAULT NULL",
        "y DEFAULT CURRENT_TIMESTAMP",
        "y DEFAULT (1 + 1)",
        "y TEXT DEFAULT TRUE",
        "y REFERENCES t DEFAULT 1",
        "y AS (x) STORED",
        "y INTEGER PRIMARY KEY",
        "y, UNIQUE (x)",
        "y, CHECK (y > x)",
        "z AS (y), y",
    };

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_autofree char *to = g_strdup_printf("CREATE TABLE t (x, %s);", columns[i]);
        g_autofree char *up = plan("CREATE TABLE t (x);", to, NULL, NULL);

        if (!strstr(up, "CREATE TABLE \"_mig_new_t\""))
            fail_msg("%s: no rebuild: %s", columns[i], up);
    }
}

/* DROP COLUMN fails as long as any view is broken, so it is tried first. */
static void
broken_code_forbids_dropping(void **state)
{
    g_autofree char *up =
        plan("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM nowhere;",
             "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM nowhere;", NULL, NULL);

    assert_non_null(strstr(up, "_mig_new_t"));
    assert_plan("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t;",
                "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t;", NULL,
                "-- hazard: data-loss: drops column t.b\n"
                "ALTER TABLE t DROP COLUMN b;\n");
    assert_plan("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a, b FROM t;",
                "CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t;", NULL,
                "DROP VIEW v;\n\n"
                "-- hazard: data-loss: drops column t.b\n"
                "ALTER TABLE t DROP COLUMN b;\n\n"
                "CREATE VIEW v AS SELECT a FROM t;\n");
}

/* The comma that DROP COLUMN looks for could be one in the comment. */
static void
last_column_behind_a_comment_is_a_rebuild(void **state)
{
    g_autofree char *up =
        plan("CREATE TABLE t (a, -- one, two\n b);", "CREATE TABLE t (a);", NULL, NULL);

    assert_non_null(strstr(up, "_mig_new_t"));
}

static void
rebuild_keeps_all_that_belongs_to_the_table(void **state)
{
    assert_plan(
        "CREATE TABLE \"Order\" (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT, gone,"
        " d AS (n));\n"
        "CREATE INDEX by_n ON \"Order\" (n);\n"
        "CREATE INDEX by_gone ON \"Order\" (gone);\n"
        "CREATE TRIGGER tr AFTER DELETE ON \"Order\" BEGIN SELECT 1; END;\n"
        "CREATE TRIGGER old AFTER DELETE ON \"Order\" BEGIN SELECT 2; END;",
        "CREATE TABLE \"Order\" (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
        "  n TEXT NOT NULL UNIQUE ON CONFLICT REPLACE, -- the number\n"
        "  d AS (n), new NOT NULL\n);\n"
        "CREATE INDEX by_n ON \"Order\" (n);\n"
        "CREATE TRIGGER tr AFTER DELETE ON \"Order\" BEGIN SELECT 1; END;",
        NULL,
        "DROP TRIGGER old;\n\n"
        "DROP INDEX by_gone;\n\n"
        "PRAGMA legacy_alter_table = ON;\n\n"
        "-- hazard: rewrite: copies every row of table \"Order\" into a new one\n"
        "-- hazard: data-loss: drops column \"Order\".gone\n"
        "-- hazard: fails-on-data: \"Order\".n becomes NOT NULL; rows that stand in the way:\n"
        "--   SELECT * FROM \"Order\" WHERE n IS NULL;\n"
        "--   UPDATE \"Order\" SET n = ... WHERE n IS NULL;\n"
        "-- hazard: fails-on-data: new column \"Order\".new admits no NULL and has no "
        "default: fails when the table has rows\n"
        "--   to fill it, write a value in place of NULL /* new */ below\n"
        "-- hazard: fails-on-data: UNIQUE (n) on table \"Order\"; rows that stand in the "
        "way:\n"
        "--   SELECT n, count(*) FROM \"Order\" WHERE n IS NOT NULL GROUP BY n HAVING "
        "count(*) > 1;\n"
        "CREATE TABLE \"_mig_new_Order\" (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
        "  n TEXT NOT NULL UNIQUE ON CONFLICT REPLACE, -- the number\n"
        "  d AS (n), new NOT NULL\n);\n"
        "INSERT OR ABORT INTO _mig_new_Order (id, n, new)\n"
        "SELECT id, n, NULL /* new */\n"
        "FROM \"Order\";\n"
        "DELETE FROM sqlite_sequence WHERE name = '_mig_new_Order';\n"
        "UPDATE sqlite_sequence SET name = '_mig_new_Order' WHERE name = 'Order' COLLATE NOCASE;\n"
        "DROP TABLE \"Order\";\n"
        "ALTER TABLE _mig_new_Order RENAME TO \"Order\";\n"
        "CREATE INDEX by_n ON \"Order\" (n);\n"
        "CREATE TRIGGER tr AFTER DELETE ON \"Order\" BEGIN SELECT 1; END;\n\n"
        "PRAGMA legacy_alter_table = OFF;\n");
}

static void
rowids_are_copied_under_a_free_name(void **state)
{
    g_autofree char *up = plan("CREATE TABLE t (RowId, x); CREATE TABLE _mig_new_t (a);",
                               "CREATE TABLE t (RowId, x, _rowid_ UNIQUE);"
                               "CREATE TABLE _mig_new_t (a);",
                               NULL, NULL);

    assert_non_null(
        strstr(up, "INSERT INTO _mig_new2_t (oid, RowId, x)\nSELECT _rowid_, RowId, x"));
}

static void
self_qualified_tables_take_a_detour(void **state)
{
    assert_plan("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a CHECK (t.a > 0));"
                "CREATE VIEW v AS SELECT a FROM t;"
                "CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;",
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a CHECK (T.a > 1));"
                "CREATE VIEW v AS SELECT a FROM t;"
                "CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;",
                NULL,
                "-- hazard: rewrite: copies every row of table t into a new one\n"
                "-- hazard: fails-on-data: new CHECK on table t; rows that stand in the way:\n"
                "--   SELECT * FROM t WHERE NOT (t.a > 1);\n"
                "--   UPDATE t SET ... WHERE NOT (t.a > 1);\n"
                "CREATE TABLE _mig_old_t (id, a);\n"
                "INSERT INTO _mig_old_t (rowid, id, a)\nSELECT rowid, id, a\nFROM t;\n"
                "DELETE FROM sqlite_sequence WHERE name = '_mig_old_t';\n"
                "UPDATE sqlite_sequence SET name = '_mig_old_t' WHERE name = 't' COLLATE NOCASE;\n"
                "DROP TABLE t;\n"
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a CHECK (T.a > 1));\n"
                "INSERT INTO t (id, a)\nSELECT id, a\nFROM _mig_old_t;\n"
                "DELETE FROM sqlite_sequence WHERE name = 't';\n"
                "UPDATE sqlite_sequence SET name = 't' WHERE name = '_mig_old_t' COLLATE NOCASE;\n"
                "DROP TABLE _mig_old_t;\n"
                "CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;\n");
}

static void
rebuild_stays_away_from_shadow_names(void **state)
{
    g_autofree char *up = plan("CREATE TABLE t_idx (a); CREATE VIRTUAL TABLE _mig_new_t USING "
                               "fts5(b); CREATE VIRTUAL TABLE \"\" USING fts5(b);",
                               "CREATE TABLE t_idx (a INT); CREATE VIRTUAL TABLE _mig_new_t USING "
                               "fts5(b); CREATE VIRTUAL TABLE \"\" USING fts5(b);",
                               NULL, NULL);

    assert_non_null(strstr(up, "ALTER TABLE _mig_new2_t_idx RENAME TO t_idx"));
}

static void
too_large_a_default_is_no_integer(void **state)
{
    g_autofree char *up =
        plan("CREATE TABLE t (a ANY) STRICT;",
             "CREATE TABLE t (a ANY, n INT DEFAULT 9223372036854775808) STRICT;", NULL, NULL);
    g_autofree char *fits =
        plan("CREATE TABLE t (a ANY) STRICT;",
             "CREATE TABLE t (a ANY, n INT DEFAULT -9223372036854775808) STRICT;", NULL, NULL);

    assert_non_null(strstr(up, "-- hazard: fails-on-data: the default of new column t.n"));
    assert_string_equal(fits, "ALTER TABLE t ADD COLUMN n INT DEFAULT -9223372036854775808;\n");
}

static gboolean
take_value(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    *(char **)user_data = g_strdup(values[0]);
    return TRUE;
}

/* The state that a downgrade starts from may spell names as the model did. */
static void
counter_is_found_in_any_case(void **state)
{
    const char *ddl = "CREATE TABLE Users (id INTEGER PRIMARY KEY AUTOINCREMENT, a);"
                      "INSERT INTO Users VALUES (41, 1); DELETE FROM Users;";
    g_autofree char *sql =
        plan("CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, a);",
             "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT);", NULL, NULL);
    g_autofree char *found = NULL;
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, NULL);
    MigSql *query = mig_sql_new(-1, "SELECT name || seq FROM sqlite_sequence", NULL);

    assert_true(dialect->execute(scratch, ddl, strlen(ddl), NULL, NULL));
    assert_true(dialect->execute(scratch, sql, strlen(sql), NULL, NULL));
    assert_true(dialect->query(scratch, query, take_value, &found, NULL));
    assert_string_equal(found, "users41");
    mig_sql_free(query);
    dialect->close(scratch);
}

static void
names_are_free_before_they_are_taken(void **state)
{
    assert_plan("CREATE TABLE a (x); CREATE TABLE b (x); CREATE INDEX c ON a (x);"
                "CREATE TABLE f_data (x);",
                "CREATE VIEW a AS SELECT x FROM b; CREATE TABLE b (x);"
                "CREATE TABLE c (x); CREATE VIRTUAL TABLE f USING fts5(t);",
                NULL,
                "-- hazard: data-loss: drops table a\nDROP TABLE a;\n\n"
                "CREATE TABLE c (x);\n\n"
                "-- hazard: data-loss: drops table f_data\nDROP TABLE f_data;\n\n"
                "CREATE VIRTUAL TABLE f USING fts5(t);\n\n"
                "CREATE VIEW a AS SELECT x FROM b;\n");
}

static void
renames_carry_references_along(void **state)
{
    const char *from = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> ''));"
                       "CREATE INDEX by_name ON users (name);"
                       "CREATE TABLE posts (author REFERENCES users);"
                       "CREATE VIEW names AS SELECT name FROM users;";
    const char *to = "CREATE TABLE people (id INTEGER PRIMARY KEY,"
                     " full_name TEXT CHECK (full_name <> ''));"
                     "CREATE INDEX by_name ON people (full_name);"
                     "CREATE TABLE posts (author REFERENCES people, at TEXT);"
                     "CREATE VIEW names AS SELECT full_name FROM people;";

    assert_plan(from, to, "users=people users.name=people.full_name",
                "-- hazard: breaks-old-code: renames table users to people\n"
                "ALTER TABLE users RENAME TO people;\n\n"
                "-- hazard: breaks-old-code: renames column people.name to full_name\n"
                "ALTER TABLE people RENAME COLUMN name TO full_name;\n\n"
                "ALTER TABLE posts ADD COLUMN at TEXT;\n");
}

static void
rings_of_renames_step_aside(void **state)
{
    assert_plan("CREATE TABLE a (x, y); CREATE TABLE b (z); CREATE TABLE c (w);",
                "CREATE TABLE b (y, x); CREATE TABLE a (z); CREATE TABLE d (w);",
                "a=b b=a c=d a.x=a.y a.y=a.x",
                "-- hazard: breaks-old-code: renames table c to d\n"
                "ALTER TABLE c RENAME TO d;\n\n"
                "-- hazard: breaks-old-code: renames table a to _mig_old_a\n"
                "ALTER TABLE a RENAME TO _mig_old_a;\n\n"
                "-- hazard: breaks-old-code: renames table b to a\n"
                "ALTER TABLE b RENAME TO a;\n\n"
                "-- hazard: breaks-old-code: renames table _mig_old_a to b\n"
                "ALTER TABLE _mig_old_a RENAME TO b;\n\n"
                "-- hazard: breaks-old-code: renames column b.x to _mig_old_x\n"
                "ALTER TABLE b RENAME COLUMN x TO _mig_old_x;\n\n"
                "-- hazard: breaks-old-code: renames column b.y to x\n"
                "ALTER TABLE b RENAME COLUMN y TO x;\n\n"
                "-- hazard: breaks-old-code: renames column b._mig_old_x to y\n"
                "ALTER TABLE b RENAME COLUMN _mig_old_x TO y;\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_made_parents_first),
        cmocka_unit_test(columns_are_added_and_dropped_natively),
        cmocka_unit_test(what_alter_cannot_do_is_a_rebuild),
        cmocka_unit_test(broken_code_forbids_dropping),
        cmocka_unit_test(last_column_behind_a_comment_is_a_rebuild),
        cmocka_unit_test(rebuild_keeps_all_that_belongs_to_the_table),
        cmocka_unit_test(rowids_are_copied_under_a_free_name),
        cmocka_unit_test(self_qualified_tables_take_a_detour),
        cmocka_unit_test(rebuild_stays_away_from_shadow_names),
        cmocka_unit_test(too_large_a_default_is_no_integer),
        cmocka_unit_test(counter_is_found_in_any_case),
        cmocka_unit_test(names_are_free_before_they_are_taken),
        cmocka_unit_test(renames_carry_references_along),
        cmocka_unit_test(rings_of_renames_step_aside),
    };

    dialect = mig_dialect_by_name("sqlite");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
