/* Units on PostgreSQL that are not one transaction, that wait, or whose server goes away. */
#include "tests/dialect/pg_fixture.h"

#include "dialects/postgresql/pg_driver.h"

static gboolean
run_off(Fixture *f, MigConnection *connection, const char *const *scripts)
{
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);
    char *text = g_strjoinv(";\n", (char **)scripts);
    gboolean ok;

    g_clear_error(&f->error);
    g_string_truncate(f->events, 0);
    g_ptr_array_add(f->strings, text);
    MigUnit *all = fixture_unit(f, "off", text);

    options.statement_lock_timeout_ms = 3000;
    ok = f->dialect->units_begin(connection, &options, &f->error);
    for (guint i = 0; ok && i < all->n_statements; i++) {
        MigUnit *unit = fixture_unit(f, "off", "");

        g_free((gpointer)unit->statements);
        unit->text = all->text;
        unit->text_length = all->text_length;
        unit->statements = g_memdup2(&all->statements[i], sizeof *all->statements);
        unit->n_statements = 1;
        unit->off = TRUE;
        fixture_own(unit->before, -1, "INSERT INTO public.progress VALUES ('begin')");
        fixture_own(unit->after, 1, "INSERT INTO public.progress VALUES ('end')");
        ok = f->dialect->unit_submit(connection, unit, NULL, &f->error);
    }
    return ok && f->dialect->units_end(connection, NULL, &f->error);
}

static void
off_blocks_run_bare_what_must(void **state)
{
    static const char *const scripts[] = {
        "SET work_mem = '7MB'",
        "CREATE TEMP TABLE x AS SELECT 5 AS a",
        "CREATE TABLE t AS SELECT a, current_setting('work_mem') AS w FROM x",
        "SET ROLE weak",
        "CREATE TABLE w AS SELECT 1 AS a",
        "RESET ROLE",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "VACUUM t",
        "CALL p()",
        "DO $$ BEGIN INSERT INTO t VALUES (8, 'x'); COMMIT; INSERT INTO t VALUES (9, 'x'); END $$",
        "ALTER TABLE t ADD CHECK (a > 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT t_a_check",
        "REINDEX INDEX CONCURRENTLY i",
        "INSERT INTO t SELECT 10, current_setting('lock_timeout')",
        NULL};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE progress (a text); GRANT CREATE, USAGE ON SCHEMA "
                    "public TO weak; CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'");
    run_off(f, connection, scripts);
    assert_no_error(f->error);
    assert_string_equal(ask("SELECT a, w FROM t ORDER BY a"), "5|7MB;8|x;9|x;10|3s");
    assert_string_equal(ask("SELECT tableowner FROM pg_tables WHERE tablename = 'w'"), "weak");
    assert_string_equal(ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"),
                        "t");
    assert_string_equal(ask("SELECT a, count(*) FROM progress GROUP BY a ORDER BY a"),
                        "begin|14;end|14");
    assert_string_equal(ask("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"), "0");
    assert_string_equal(ask("SELECT current_setting('work_mem')"), "4MB");
}

static void
failed_off_statement_keeps_its_intent_alone(void **state)
{
    static const char *const bare[] = {"CREATE UNIQUE INDEX CONCURRENTLY i\n ON t (a)", NULL};
    static const char *const plain[] = {"ALTER TABLE t\n ADD UNIQUE (a)", NULL};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE progress (a text); CREATE TABLE t AS SELECT 1 AS a "
                    "FROM generate_series(1, 2)");
    assert_false(run_off(f, connection, bare));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_string_equal(mig_error_details(f->error)->sqlstate, "23505");
    assert_int_equal(mig_error_details(f->error)->line, 1);
    assert_string_equal(ask("SELECT a FROM progress"), "begin");
    assert_string_equal(ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"),
                        "f");
    assert_false(run_off(f, connection, plain));
    assert_string_equal(ask("SELECT a FROM progress"), "begin;begin");
    assert_string_equal(f->events->str, "off.sql 0; ");
}

static void
second_run_waits_and_says_for_whom(void **state)
{
    Fixture *f = *state;
    MigConnection *first = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *second = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    assert_true(f->dialect->units_begin(first, &options, &f->error));
    assert_false(f->dialect->units_begin(second, &options, &f->error));
    fixture_assert_error(f, MIG_E_LOCKED);
    g_autofree char *pid =
        g_strdup_printf("process %d (migrate of postgres", PQbackendPID(((MigPg *)first)->conn));

    assert_non_null(strstr(f->error->message, pid));
    options.version_table = "other_version";
    g_clear_error(&f->error);
    assert_true(f->dialect->units_begin(second, &options, &f->error));
    assert_true(f->dialect->units_end(second, NULL, &f->error));
    assert_true(f->dialect->units_end(first, NULL, &f->error));
    options.version_table = "migrate_version";
    assert_true(f->dialect->units_begin(second, &options, &f->error));
    assert_true(f->dialect->units_end(second, NULL, &f->error));
}

/* A session that holds a table's lock for a while. */
static GPid
hold_lock(Fixture *f, const char *seconds)
{
    g_autofree char *sql =
        g_strdup_printf("BEGIN; LOCK TABLE t; SELECT pg_sleep(%s); COMMIT", seconds);
    char *argv[] = {"psql", "-qAtX", "-c", sql, f->url->raw, NULL};
    GPid pid;

    if (!g_spawn_async(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                       NULL, &pid, &f->error))
        fail_msg("%s", f->error->message);
    return pid;
}

static void
wait_for_lock(Fixture *f, MigConnection *connection)
{
    for (int i = 0; i < 200; i++) {
        if (*ask("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = "
                 "'t'::regclass"))
            return;
        g_usleep(10 * 1000);
    }
    fail_msg("nobody took the lock");
}

static void
lock_timeouts_are_tried_again(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    options.statement_lock_timeout_ms = 50;
    fixture_execute(f, connection, "CREATE TABLE t (a int)");
    for (guint retries = 0; retries < 11; retries += 10) {
        hold_lock(f, "0.5");
        wait_for_lock(f, connection);
        options.lock_retries = retries;
        g_clear_error(&f->error);
        assert_true(f->dialect->units_begin(connection, &options, &f->error));
        gboolean ok = f->dialect->unit_submit(connection, fixture_unit(f, "one", "SELECT 1"), NULL,
                                              &f->error) &&
                      f->dialect->unit_submit(
                          connection, fixture_unit(f, "two", "SELECT 1;\n ALTER TABLE t ADD b int"),
                          NULL, &f->error) &&
                      f->dialect->units_end(connection, NULL, &f->error);

        assert_int_equal(ok, retries > 0);
        if (ok)
            break;
        fixture_assert_error(f, MIG_E_LOCKED);
        assert_int_equal(mig_error_details(f->error)->line, 2);
        assert_string_equal(f->events->str, "one.sql 0; two.sql 0; two.sql 1; done one.sql; ");
        g_string_truncate(f->events, 0);
        for (int i = 0; i < 100 && *ask("SELECT 1 FROM pg_locks WHERE relation = 't'::regclass");
             i++)
            g_usleep(20 * 1000);
    }
    assert_true(g_str_has_suffix(f->events->str, "done two.sql; "));
    assert_string_equal(ask("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND "
                            "attnum > 0"),
                        "2");
}

static gboolean
after_a_while(gpointer user_data)
{
    guint *asked = user_data;

    return ++*asked > 5;
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
    gint64 began = g_get_monotonic_time();

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    gboolean ok =
        f->dialect->unit_submit(connection,
                                fixture_unit(f, "s", "CREATE TABLE t (a int); SELECT pg_sleep(60)"),
                                NULL, &f->error) &&
        f->dialect->units_end(connection, NULL, &f->error);

    assert_false(ok);
    fixture_assert_error(f, MIG_E_INTERRUPTED);
    assert_true(g_get_monotonic_time() - began < 20 * G_USEC_PER_SEC);
    assert_string_equal(ask("SELECT to_regclass('t')"), "NULL");
}

static void
statement_timeout_is_no_interrupt(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_ONE_BY_ONE);

    options.statement_timeout_ms = 50;
    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    assert_false(f->dialect->unit_submit(connection, fixture_unit(f, "s", "SELECT pg_sleep(60)"),
                                         NULL, &f->error));
    fixture_assert_error(f, MIG_E_STATEMENT);
    assert_non_null(strstr(mig_error_details(f->error)->hint, "statement_timeout"));
}

static gpointer
crash_server(gpointer data)
{
    g_usleep(400 * 1000);
    cluster_restart();
    return NULL;
}

static void
lost_server_leaves_all_or_nothing(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE kept AS SELECT 1 AS a");
    MigUnit *one = fixture_unit(f, "one", "CREATE TABLE t (a int)");
    MigUnit *two = fixture_unit(f, "two", "CREATE TABLE u (a int); SELECT pg_sleep(30)");
    g_autoptr(GThread) thread = g_thread_new("crash", crash_server, NULL);
    gboolean ok = RUN(one, two);

    g_thread_join(g_steal_pointer(&thread));
    assert_false(ok);
    fixture_assert_error(f, MIG_E_CONNECT);
    assert_non_null(strstr(mig_error_details(f->error)->state_now, "not known"));
    assert_null(strchr(f->error->message, '\n'));
    assert_null(strstr(f->events->str, "done"));
    connection = fixture_connect(f, MIG_CONNECT_WRITE);
    assert_string_equal(ask("SELECT to_regclass('u')"), "NULL");
    assert_string_equal(ask("SELECT a FROM kept"), "1");
}

/* Roles are the whole server's. */
static int
make_role(void **state)
{
    g_autofree char *url = cluster_url("postgres");
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, "CREATE ROLE weak");
    gboolean ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    PQclear(result);
    PQfinish(conn);
    return ok ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(off_blocks_run_bare_what_must),
        PG_TEST(failed_off_statement_keeps_its_intent_alone),
        PG_TEST(second_run_waits_and_says_for_whom),
        PG_TEST(lock_timeouts_are_tried_again),
        PG_TEST(running_statement_is_cancelled),
        PG_TEST(statement_timeout_is_no_interrupt),
        PG_TEST(lost_server_leaves_all_or_nothing),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, make_role, NULL);
}
