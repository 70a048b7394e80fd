/* What every driver must do (core/dialect.h), run for each registered dialect on its real engine.
 */
#include <stdio.h>

#include "tests/dialect/fixture.h"
#include "tests/lib/cluster.h"

static void
reading_a_missing_database_shows_an_empty_one(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);
    gboolean exists = TRUE;
    g_autoptr(GPtrArray) rows =
        f->dialect->read_rows(connection, NULL, "migrate_version", &exists, &f->error);

    assert_no_error(f->error);
    assert_int_equal(rows->len, 0);
    assert_false(exists);
    assert_int_equal(connection->absent, (f->dialect->capabilities & MIG_CAP_FILE_DATABASE) != 0);
    if (f->path)
        assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

static void
query_passes_parameters_and_nulls(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE t (a text, b text);");
    MigSql *sql = mig_sql_new(1, "INSERT INTO t VALUES (?1, ?2)", "it's \"ä\"\n;--", NULL);

    g_ptr_array_add(sql->params, NULL);
    f->dialect->query(connection, sql, NULL, NULL, &f->error);
    mig_sql_free(sql);
    assert_no_error(f->error);
    assert_string_equal(fixture_ask(f, connection, "SELECT a, b FROM t"), "it's \"ä\"\n;--|NULL");
}

static void
query_counts_rows(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE t (a text); INSERT INTO t VALUES ('x'), ('y');");
    MigSql *sql = mig_sql_new(1, "UPDATE t SET a = 'z'", NULL);
    gboolean ok = f->dialect->query(connection, sql, NULL, NULL, &f->error);

    mig_sql_free(sql);
    assert_false(ok);
    fixture_assert_error(f, MIG_E_ROWS_CHANGED);
}

static void
names_and_literals_survive_quoting(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    static const char *const names[] = {"order", "a b", "q\"uo'te", "Größe", "x;--", "1"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *name = f->dialect->quote_name(names[i]);
        g_autofree char *literal = f->dialect->quote_literal(names[i]);
        g_autofree char *make = g_strdup_printf("CREATE TABLE %s (%s text); INSERT INTO %s VALUES "
                                                "(%s);",
                                                name, name, name, literal);
        g_autofree char *ask = g_strdup_printf("SELECT %s FROM %s", name, name);
        gboolean exists = FALSE;

        fixture_execute(f, connection, make);
        assert_string_equal(fixture_ask(f, connection, ask), names[i]);
        assert_true(f->dialect->has_table(connection, NULL, names[i], &exists, &f->error));
        assert_true(exists);
    }
}

static void
execute_says_where_it_failed(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const char *sql = "CREATE TABLE t (a integer);\n\n  -- ü\n  SELECT nosuch\n  FROM t;\n";

    assert_false(f->dialect->execute(connection, sql, strlen(sql), "model.sql", &f->error));
    fixture_assert_error(f, MIG_E_STATEMENT);
    MigErrorDetails *details = mig_error_details(f->error);

    assert_string_equal(details->file, "model.sql");
    assert_int_equal(details->line, 4);
    assert_int_equal(details->column, 10);
    assert_non_null(details->engine_message);
    assert_non_null(details->sqlstate);
}

static void
rows_come_sorted(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    gboolean exists = FALSE;

    fixture_execute(f, connection,
                    "CREATE TABLE \"Alembic Version\" (version_num varchar(32) PRIMARY KEY);"
                    "INSERT INTO \"Alembic Version\" VALUES ('b'), ('a'), ('B');");
    g_autoptr(GPtrArray) rows =
        f->dialect->read_rows(connection, NULL, "Alembic Version", &exists, &f->error);

    assert_no_error(f->error);
    assert_true(exists);
    assert_int_equal(rows->len, 3);
    assert_string_equal(rows->pdata[0], "B");
    assert_string_equal(rows->pdata[1], "a");
    assert_string_equal(rows->pdata[2], "b");
}

static void
foreign_version_table_is_told(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE migrate_version (a integer);");
    assert_null(f->dialect->read_rows(connection, NULL, "migrate_version", NULL, &f->error));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_non_null(strstr(mig_error_details(f->error)->hint, "version_table"));
}

static void
units_run_in_order_and_are_reported(void **state)
{
    static const MigUnitsMode modes[] = {MIG_UNITS_GROUP, MIG_UNITS_ONE_BY_ONE,
                                         MIG_UNITS_WHOLE_RUN};
    Fixture *f = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
        MigUnit *one =
            fixture_unit(f, "one", "CREATE TABLE t (a integer);INSERT INTO t VALUES (1)");
        MigUnit *two = fixture_unit(f, "two", "INSERT INTO t VALUES (2);");
        MigUnit *three = fixture_unit(f, "three", "-- nothing\n");

        fixture_own(three->after, -1, "DROP TABLE t");
        fixture_run(f, connection, modes[i], NULL, one, two, three, NULL);
        assert_no_error(f->error);
        assert_string_equal(f->events->str,
                            modes[i] == MIG_UNITS_ONE_BY_ONE
                                ? "one.sql 0; one.sql 1; done one.sql; two.sql 0; done two.sql; "
                                  "done three.sql; "
                                : "one.sql 0; one.sql 1; two.sql 0; done one.sql; done two.sql; "
                                  "done three.sql; ");
        fixture_close(f, connection);
    }
}

static void
failed_unit_leaves_no_trace_and_keeps_those_before(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a integer UNIQUE);");
    MigUnit *two = fixture_unit(f, "two",
                                "INSERT INTO t VALUES (1);\nCREATE TABLE u (a integer);\n"
                                "INSERT INTO t\n  VALUES (1);");
    MigUnit *three = fixture_unit(f, "three", "INSERT INTO t VALUES (3);");
    const MigUnit *failed = NULL;

    fixture_own(two->before, -1, "CREATE TABLE v (a integer)");
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, &failed, one, two, three, NULL));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_ptr_equal(failed, two);
    assert_string_equal(mig_error_details(f->error)->file, "two.sql");
    assert_int_equal(mig_error_details(f->error)->line, 3);
    assert_int_equal(mig_error_details(f->error)->column, 1);
    assert_string_equal(f->events->str,
                        "one.sql 0; two.sql 0; two.sql 1; two.sql 2; done one.sql; ");
    assert_string_equal(fixture_ask(f, connection, "SELECT count(*) FROM t"), "0");
    gboolean exists = TRUE;

    f->dialect->has_table(connection, NULL, "u", &exists, &f->error);
    assert_false(exists);
    f->dialect->has_table(connection, NULL, "v", &exists, &f->error);
    assert_false(exists);
}

static void
whole_run_goes_back_as_one(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a integer);");
    MigUnit *two = fixture_unit(f, "two", "INSERT INTO nosuch VALUES (1);");
    gboolean exists = TRUE;

    assert_false(fixture_run(f, connection, MIG_UNITS_WHOLE_RUN, NULL, one, two, NULL));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_string_equal(f->events->str, "one.sql 0; two.sql 0; ");
    assert_true(f->dialect->has_table(connection, NULL, "t", &exists, NULL));
    assert_false(exists);
}

static const char *const version_table =
    "CREATE TABLE migrate_version (version_num text PRIMARY KEY);"
    "INSERT INTO migrate_version VALUES ('a'), ('b');";

static void
whole_row_set_is_asserted(void **state)
{
    static const char *const wrong[] = {"a", "a,b,c", "a,c", "b"};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, version_table);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        MigUnit *unit = fixture_unit(f, "one", "CREATE TABLE t (a integer);");

        fixture_expect_rows(f, unit, wrong[i]);
        assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
        fixture_assert_error(f, MIG_E_ROWS_CHANGED);
        assert_string_equal(f->events->str, "");
    }
    MigUnit *unit = fixture_unit(f, "one", "CREATE TABLE t (a integer);");

    fixture_expect_rows(f, unit, "a,b");
    fixture_own(unit->after, 1,
                "UPDATE migrate_version SET version_num = 'c' WHERE "
                "version_num = 'b'");
    fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL);
    assert_no_error(f->error);
    assert_string_equal(
        fixture_ask(f, connection, "SELECT version_num FROM migrate_version ORDER BY 1"), "a;c");
}

static void
row_movement_must_hit_its_row(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *unit = fixture_unit(f, "one", "CREATE TABLE t (a integer);");
    gboolean exists = TRUE;

    fixture_execute(f, connection, version_table);
    fixture_own(unit->after, 1, "DELETE FROM migrate_version WHERE version_num = 'x'");
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
    fixture_assert_error(f, MIG_E_ROWS_CHANGED);
    assert_true(f->dialect->has_table(connection, NULL, "t", &exists, NULL));
    assert_false(exists);
}

static void
scripts_cannot_end_the_transaction(void **state)
{
    static const char *const scripts[] = {"COMMIT", "end transaction", "/* x */ ROLLBACK;",
                                          "BEGIN"};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *script = g_strconcat("CREATE TABLE t (a integer);\n", scripts[i], NULL);
        MigUnit *unit = fixture_unit(f, "one", script);
        gboolean exists = TRUE;

        assert_true(f->dialect->is_transaction_control(scripts[i], strlen(scripts[i])));
        assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
        fixture_assert_error(f, MIG_E_TRANSACTION_CONTROL);
        assert_int_equal(mig_error_details(f->error)->line, 2);
        assert_true(f->dialect->has_table(connection, NULL, "t", &exists, NULL));
        assert_false(exists);
    }
    assert_false(f->dialect->is_transaction_control("SELECT 1", 8));
    assert_false(f->dialect->is_transaction_control("", 0));
}

static void
scripts_cannot_write_our_tables(void **state)
{
    static const char *const scripts[] = {
        "DELETE FROM migrate_version",
        "INSERT INTO MIGRATE_VERSION VALUES ('x')",
        "DROP TABLE migrate_version",
        "ALTER TABLE migrate_version RENAME TO x",
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, version_table);
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        MigUnit *unit = fixture_unit(f, "one", scripts[i]);

        assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
        fixture_assert_error(f, MIG_E_STATEMENT);
    }
    MigUnit *unit = fixture_unit(f, "one", "SELECT * FROM migrate_version");

    assert_true(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
}

/* Where savepoints are the script's own business, they end with it. */
static void
savepoints_are_refused_or_the_scripts_own(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one",
                                "CREATE TABLE t (a integer); SAVEPOINT x; INSERT INTO t VALUES "
                                "(1);\nROLLBACK TO x; INSERT INTO t VALUES (2); RELEASE x;");
    gboolean refused = f->dialect->is_transaction_control("SAVEPOINT x", 11);
    gboolean exists = FALSE;

    assert_int_equal(f->dialect->is_transaction_control("rollback to x", 13), refused);
    assert_int_equal(f->dialect->is_transaction_control("RELEASE x", 9), refused);
    assert_int_equal(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, one, NULL), !refused);
    if (refused)
        fixture_assert_error(f, MIG_E_TRANSACTION_CONTROL);
    assert_true(f->dialect->has_table(connection, NULL, "t", &exists, NULL));
    assert_int_equal(exists, !refused);
    if (!refused)
        assert_string_equal(fixture_ask(f, connection, "SELECT a FROM t"), "2");
}

static void
cancelling_stops_between_units(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a integer);");
    MigUnit *two = fixture_unit(f, "two", "INSERT INTO t VALUES (1);");
    const MigUnit *failed = NULL;

    f->cancel_after = 1;
    assert_false(fixture_run(f, connection, MIG_UNITS_ONE_BY_ONE, &failed, one, two, NULL));
    fixture_assert_error(f, MIG_E_INTERRUPTED);
    assert_ptr_equal(failed, two);
    assert_string_equal(f->events->str, "one.sql 0; done one.sql; ");
    assert_string_equal(fixture_ask(f, connection, "SELECT count(*) FROM t"), "0");
}

static void
second_writer_waits_and_gives_up(void **state)
{
    Fixture *f = *state;
    MigConnection *first = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *second = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    assert_true(f->dialect->units_begin(first, &options, &f->error));
    gint64 begin = g_get_monotonic_time();

    assert_false(f->dialect->units_begin(second, &options, &f->error));
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_true(g_get_monotonic_time() - begin >= 100 * 1000);
    g_clear_error(&f->error);

    options.lock_timeout_ms = -1;
    f->cancel = TRUE;
    assert_false(f->dialect->units_begin(second, &options, &f->error));
    fixture_assert_error(f, MIG_E_INTERRUPTED);
    g_clear_error(&f->error);

    f->cancel = FALSE;
    assert_true(f->dialect->units_end(first, NULL, &f->error));
    assert_true(f->dialect->units_begin(second, &options, &f->error));
    assert_true(f->dialect->units_end(second, NULL, &f->error));
}

static void
off_unit_is_durable_by_itself(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a integer);");
    MigUnit *off = fixture_unit(f, "off", "INSERT INTO t VALUES (1)");
    MigUnit *bad = fixture_unit(f, "bad", "INSERT INTO nosuch VALUES (1)");

    off->off = bad->off = TRUE;
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, one, off, bad, NULL));
    assert_string_equal(f->events->str,
                        "one.sql 0; done one.sql; off.sql 0; done off.sql; bad.sql 0; ");
    assert_string_equal(fixture_ask(f, connection, "SELECT a FROM t"), "1");
}

static void
scratch_is_apart(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *scratch = fixture_keep(f, f->dialect->open_scratch(connection, NULL, &f->error));
    gboolean exists = TRUE;

    fixture_execute(f, connection, "CREATE TABLE t (a integer);");
    assert_true(f->dialect->has_table(scratch, NULL, "t", &exists, &f->error));
    assert_false(exists);
    MigUnit *unit = fixture_unit(f, "one", "CREATE TABLE u (a integer);");

    unit->version_table = unit->log_table = NULL;
    assert_true(fixture_run(f, scratch, MIG_UNITS_GROUP, NULL, unit, NULL));
    assert_true(f->dialect->has_table(scratch, NULL, "u", &exists, &f->error));
    assert_true(exists);
    assert_true(f->dialect->has_table(connection, NULL, "u", &exists, &f->error));
    assert_false(exists);
}

static void
registry_finds_it(void **state)
{
    Fixture *f = *state;

    assert_ptr_equal(mig_dialect_by_name(f->dialect->name), f->dialect);
    for (gsize i = 0; f->dialect->schemes[i]; i++)
        assert_ptr_equal(mig_dialect_for_scheme(f->dialect->schemes[i]), f->dialect);
    assert_null(mig_dialect_by_name("nosuch"));
    assert_null(mig_dialect_for_scheme("nosuch"));
}

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function, fixture_setup, fixture_teardown, NULL                                 \
    }

static const struct CMUnitTest contract[] = {
    TEST(registry_finds_it),
    TEST(reading_a_missing_database_shows_an_empty_one),
    TEST(query_passes_parameters_and_nulls),
    TEST(query_counts_rows),
    TEST(names_and_literals_survive_quoting),
    TEST(execute_says_where_it_failed),
    TEST(rows_come_sorted),
    TEST(foreign_version_table_is_told),
    TEST(units_run_in_order_and_are_reported),
    TEST(failed_unit_leaves_no_trace_and_keeps_those_before),
    TEST(whole_run_goes_back_as_one),
    TEST(whole_row_set_is_asserted),
    TEST(row_movement_must_hit_its_row),
    TEST(scripts_cannot_end_the_transaction),
    TEST(scripts_cannot_write_our_tables),
    TEST(savepoints_are_refused_or_the_scripts_own),
    TEST(cancelling_stops_between_units),
    TEST(second_writer_waits_and_gives_up),
    TEST(off_unit_is_durable_by_itself),
    TEST(scratch_is_apart),
};

int
main(void)
{
    g_autoptr(GArray) tests = g_array_new(FALSE, FALSE, sizeof(struct CMUnitTest));
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    /* A run for one version of the server is not about dialects that have none. */
    if (!cluster_folder() && (cluster_is_required() || g_getenv("MIGRATE_TEST_VERSION")))
        return cluster_skip();
    for (gsize i = 0; mig_dialects[i]; i++) {
        if (!(mig_dialects[i]->capabilities & MIG_CAP_FILE_DATABASE) && !cluster_folder()) {
            printf("# no server programs are installed: %s is left out\n", mig_dialects[i]->name);
            continue;
        }
        for (gsize j = 0; j < G_N_ELEMENTS(contract); j++) {
            struct CMUnitTest test = contract[j];
            char *name = g_strdup_printf("%s: %s", mig_dialects[i]->name, test.name);

            g_ptr_array_add(names, name);
            test.name = name;
            test.initial_state = (gpointer)mig_dialects[i];
            g_array_append_val(tests, test);
        }
    }
    return _cmocka_run_group_tests("contract", (struct CMUnitTest *)tests->data, tests->len, NULL,
                                   NULL);
}
