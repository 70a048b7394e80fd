/* What the database tells of a statement that was cut short outside transactions (rule 6). */
#include "tests/dialect/pg_fixture.h"

#include "dialects/postgresql/pg_driver.h"

static const char *const things =
    "CREATE SCHEMA \"Ä b\"; CREATE TABLE t (a int, b text COLLATE \"C\"); "
    "INSERT INTO t SELECT 1 FROM generate_series(1, 2); "
    "CREATE TABLE \"Ä b\".\"t\"\"\" (a int, \"C d\" text); "
    "CREATE INDEX \"i ok\" ON t (a, lower(b) DESC) INCLUDE (b) WHERE a > 0; "
    "CREATE UNIQUE INDEX \"I'\" ON \"Ä b\".\"t\"\"\" USING btree (\"C d\" text_pattern_ops); "
    "CREATE INDEX elsewhere ON \"Ä b\".\"t\"\"\" (a); "
    "CREATE TABLE p (a int) PARTITION BY LIST (a); "
    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); "
    "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); CREATE TABLE p3 (a int);";

static const struct {
    const char *settings, *statement;
    MigBareState state;
    const char *clear;
} cases[] = {
    {"", "CREATE INDEX CONCURRENTLY \"i ok\" ON t (a, lower(b) DESC) INCLUDE (b) WHERE a > 0",
     MIG_BARE_DONE, NULL},
    {"", "CREATE INDEX CONCURRENTLY IF NOT EXISTS \"i ok\"/**/ON ONLY public.t USING btree (\"a\", "
         "lower(t.b) DESC) INCLUDE (b) WHERE (a > 0) -- done",
     MIG_BARE_DONE, NULL},
    {"", "CREATE UNIQUE INDEX CONCURRENTLY \"I'\" ON \"Ä b\".\"t\"\"\" (\"C d\" text_pattern_ops)",
     MIG_BARE_DONE, NULL},
    {"SET search_path = public, \"Ä b\";",
     "CREATE UNIQUE INDEX CONCURRENTLY \"I'\" ON \"t\"\"\" (\"C d\" text_pattern_ops)", MIG_BARE_DONE,
     NULL},
    /* Another one of the same name, which the statement fails at. */
    {"", "CREATE INDEX CONCURRENTLY \"i ok\" ON t (a)", MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE UNIQUE INDEX CONCURRENTLY \"i ok\" ON t (a, lower(b) DESC) INCLUDE (b) WHERE a > 0",
     MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE INDEX CONCURRENTLY elsewhere ON t (a)", MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE INDEX CONCURRENTLY nosuch ON t (a)", MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE INDEX CONCURRENTLY i ON nosuch (a)", MIG_BARE_NOT_DONE, NULL},
    {"", "create unique index concurrently broken on t (a)", MIG_BARE_HALF_DONE,
     "DROP INDEX CONCURRENTLY public.broken"},
    {"", "CREATE INDEX CONCURRENTLY ON t (a)", MIG_BARE_UNKNOWN, NULL},
    {"", "CREATE INDEX CONCURRENTLY \"i ok\" ON t (nosuch)", MIG_BARE_UNKNOWN, NULL},
    {"SET ROLE nosuch;", "CREATE INDEX CONCURRENTLY nosuch ON t (a)", MIG_BARE_UNKNOWN, NULL},
    {"", "DROP INDEX CONCURRENTLY \"i ok\"", MIG_BARE_NOT_DONE, NULL},
    {"", "DROP INDEX CONCURRENTLY broken", MIG_BARE_NOT_DONE, NULL},
    {"", "DROP INDEX CONCURRENTLY IF EXISTS nosuch", MIG_BARE_DONE, NULL},
    {"", "DROP INDEX CONCURRENTLY \"I'\"", MIG_BARE_DONE, NULL},
    {"SET search_path = 'Ä b';\n", "DROP INDEX CONCURRENTLY \"I'\"", MIG_BARE_NOT_DONE, NULL},
    {"", "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", MIG_BARE_NOT_DONE, NULL},
    {"", "ALTER TABLE IF EXISTS p DETACH PARTITION public.p3 CONCURRENTLY", MIG_BARE_DONE, NULL},
    {"", "ALTER TABLE p DETACH PARTITION nosuch CONCURRENTLY", MIG_BARE_UNKNOWN, NULL},
    {"", "REINDEX INDEX CONCURRENTLY \"i ok\"", MIG_BARE_HALF_DONE,
     "DROP INDEX CONCURRENTLY public.\"i ok_ccnew\";\n"
     "DROP INDEX CONCURRENTLY public.\"i ok_ccold1\""},
    {"", "REINDEX (CONCURRENTLY, VERBOSE) TABLE public.t", MIG_BARE_HALF_DONE,
     "DROP INDEX CONCURRENTLY public.\"i ok_ccnew\";\n"
     "DROP INDEX CONCURRENTLY public.\"i ok_ccold1\""},
    {"", "REINDEX TABLE CONCURRENTLY \"Ä b\".\"t\"\"\"", MIG_BARE_NOT_DONE, NULL},
    {"", "REINDEX TABLE t", MIG_BARE_NOT_DONE, NULL},
    {"", "VACUUM t", MIG_BARE_NOT_DONE, NULL},
    {"", "ALTER SYSTEM SET work_mem = '5MB'", MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE DATABASE nosuch", MIG_BARE_NOT_DONE, NULL},
    {"", "CREATE DATABASE postgres", MIG_BARE_UNKNOWN, NULL},
    {"", "DROP DATABASE IF EXISTS nosuch", MIG_BARE_DONE, NULL},
    {"", "DROP DATABASE postgres", MIG_BARE_NOT_DONE, NULL},
    {"", "DROP TABLESPACE nosuch", MIG_BARE_DONE, NULL},
    {"", "DROP SUBSCRIPTION nosuch", MIG_BARE_DONE, NULL},
    {"", "CALL p()", MIG_BARE_UNKNOWN, NULL},
    {"", "DO $$ BEGIN COMMIT; END $$", MIG_BARE_UNKNOWN, NULL},
    {"", "COMMIT PREPARED 'x'", MIG_BARE_UNKNOWN, NULL},
};

static void
judge(Fixture *f, MigConnection *connection, const char *statement, const char *settings,
      MigBareState expected, const char *expected_clear)
{
    MigBareState state = MIG_BARE_UNKNOWN;
    g_autofree char *clear = NULL;

    assert_true(f->dialect->judge_bare(connection, statement, strlen(statement), settings, &state,
                                       &clear, &f->error));
    if (state != expected || g_strcmp0(clear, expected_clear) != 0)
        fail_msg("%s %s: %d, %s", settings, statement, state, clear ? clear : "nothing");
}

/* A build of a unique index that finds the same value twice leaves it invalid. */
static void
make_invalid(Fixture *f, const char *name)
{
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    g_autofree char *sql =
        g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY \"%s\" ON t (a)", name);

    assert_false(f->dialect->execute(connection, sql, strlen(sql), NULL, &f->error));
    g_clear_error(&f->error);
    fixture_close(f, connection);
}

static void
statements_are_judged_by_the_catalog(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, things);
    make_invalid(f, "broken");
    make_invalid(f, "i ok_ccnew");
    make_invalid(f, "i ok_ccold1");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        judge(f, connection, cases[i].statement, cases[i].settings, cases[i].state, cases[i].clear);
    assert_string_equal(fixture_ask(f, connection, "SELECT current_setting('search_path')"),
                        "\"$user\", public");
    assert_string_equal(fixture_ask(f, connection,
                                    "SELECT count(*) FROM pg_class WHERE relpersistence = 't'"),
                        "0");
}

static void
partition_that_is_leaving_is_led_out(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *reader = fixture_connect(f, MIG_CONNECT_WRITE);
    const char *statement = "ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY";

    if (PQserverVersion(((MigPg *)connection)->conn) < 140000)
        return;
    fixture_execute(f, connection, things);
    PQclear(PQexec(((MigPg *)reader)->conn, "BEGIN; SELECT * FROM p"));
    PQclear(PQexec(((MigPg *)connection)->conn, "SET lock_timeout = 50"));
    PQclear(PQexec(((MigPg *)connection)->conn, statement));
    judge(f, connection, statement, "", MIG_BARE_DONE,
          "ALTER TABLE public.p DETACH PARTITION public.p2 FINALIZE");
    PQclear(PQexec(((MigPg *)reader)->conn, "ROLLBACK"));
    fixture_execute(f, connection, "ALTER TABLE public.p DETACH PARTITION public.p2 FINALIZE");
    judge(f, connection, statement, "", MIG_BARE_DONE, NULL);
}

static void
what_sets_the_session(void **state)
{
    static const char *const yes[] = {"SET work_mem = '5MB'",
                                      "set session search_path = x",
                                      "SET ROLE weak",
                                      "SET SESSION AUTHORIZATION weak",
                                      "RESET ALL",
                                      "LOAD 'x'",
                                      "SELECT set_config('a.b', 'c', false)",
                                      "SELECT pg_catalog.set_config('search_path', '', false)"};
    static const char *const no[] = {"SET LOCAL work_mem = '5MB'",
                                     "SET TRANSACTION READ ONLY",
                                     "SET CONSTRAINTS ALL DEFERRED",
                                     "SELECT set_config('a.b', x, false) FROM t",
                                     "SELECT 1",
                                     "UPDATE t SET a = 1",
                                     "CREATE TEMP TABLE t (a int)"};
    Fixture *f = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(yes); i++) {
        if (!f->dialect->sets_session(yes[i], strlen(yes[i])))
            fail_msg("%s", yes[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(no); i++) {
        if (f->dialect->sets_session(no[i], strlen(no[i])))
            fail_msg("%s", no[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(statements_are_judged_by_the_catalog),
        PG_TEST(partition_that_is_leaving_is_led_out),
        PG_TEST(what_sets_the_session),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
