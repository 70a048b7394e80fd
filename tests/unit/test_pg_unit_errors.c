/* Where a failing statement is said to be. */
#include "tests/dialect/pg_fixture.h"

#include "dialects/postgresql/pg_driver.h"

typedef struct {
    const char *script; /* '¬' stands ahead of the place to blame */
    const char *state;
} Case;

/* Runs the script as the second of three units and compares the place. */
static void
check(Fixture *f, MigConnection *connection, const Case *c)
{
    g_auto(GStrv) halves = g_strsplit(c->script, "¬", 2);
    g_autofree char *script = g_strconcat(halves[0], halves[1], NULL);
    const char *newline = strrchr(halves[0], '\n');
    g_auto(GStrv) lines = g_strsplit(halves[0], "\n", -1);
    int column = (int)g_utf8_strlen(newline ? newline + 1 : halves[0], -1) + 1;
    MigUnit *unit = fixture_unit(f, "s", script);

    assert_false(RUN(fixture_unit(f, "ö", "SELECT 'ä'"), unit, fixture_unit(f, "x", "SELECT 1")));
    const MigErrorDetails *details = mig_error_details(f->error);

    if (g_strcmp0(details->sqlstate, c->state) != 0)
        fail_msg("%s: %s (%s)", c->script, f->error->message, details->sqlstate);
    if (details->line != MAX((int)g_strv_length(lines), 1) || details->column != column)
        fail_msg("%s: %d:%d", c->script, details->line, details->column);
    assert_string_equal(details->file, "s.sql");
    assert_non_null(details->source_line);
    assert_non_null(details->engine_message);
}

static void
positions_are_exact(void **state)
{
    static const Case cases[] = {
        {"SELECT ¬nosuch", "42703"},
        {"-- é\n\n  SELECT 'ä', ¬nosuch FROM pg_class", "42703"},
        {"SELECT 1; SELECT '日本'; SELECT ¬nosuch; SELECT 2", "42703"},
        {"/* a /* ü */ b */ SELECT ¬nosuch", "42703"},
        {"SELECT $a$;$a$, $$ 'x' $$, E'\\'', U&'\\0441\\043B', U&\"d\\0061t\" FROM (SELECT 1 AS "
         "dat) "
         "x; SELECT ¬nosuch",
         "42703"},
        {"CREATE TABLE t (a int);;\nCREATE TABLE u (a int, ¬, b int)", "42601"},
        {"CREATE TABLE t (\n  a int,\n  b ¬nosuchtype\n)", "42704"},
        {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 'ä', 1;\n  SELECT "
         "¬nosuch\n$$",
         "42703"},
        {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $x$\nBEGIN\n  ¬RETRUN 1;\nEND $x$",
         "42601"},
        {"SELECT 'x\ny';\nSELECT 1 FROM ¬nosuch", "42P01"},
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(f, connection, &cases[i]);
}

static void
atomic_bodies_are_one_statement(void **state)
{
    static const Case atomic = {
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; "
        "SELECT 2; END;\nSELECT ¬nosuch",
        "42703"};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    if (PQserverVersion(((MigPg *)connection)->conn) >= 140000)
        check(f, connection, &atomic);
}

static void
statements_without_position_are_counted(void **state)
{
    static const Case cases[] = {
        {"SELECT 1;\n  -- é\n  ¬SELECT 1/(SELECT 0); SELECT 2", "22012"},
        {"SELECT 1; SELECT 2; ¬DROP TABLE nosuch; SELECT 3", "42P01"},
        {"INSERT INTO ruled VALUES (1);\nUPDATE ruled SET a = 2;\nDELETE FROM ruled;\n"
         "¬INSERT INTO ruled VALUES (NULL)",
         "23502"},
        {"SELECT * FROM pg_class; TABLE pg_type; VALUES (1), (2); ¬CREATE TABLE ruled (a int)",
         "42P07"},
        {"COPY c FROM stdin;\n1\t2\n\\.\n¬DROP VIEW c", "42809"},
        {"COPY c TO stdout; ¬DROP VIEW c", "42809"},
        {"¬SELECT pg_sleep(0), raise('no')", "P0001"},
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE c (a int, b int); CREATE TABLE ruled (a int NOT NULL);"
                    "CREATE RULE r AS ON UPDATE TO ruled DO ALSO SELECT * FROM c;"
                    "CREATE RULE s AS ON UPDATE TO ruled DO ALSO SELECT 1, 2;"
                    "CREATE RULE d AS ON DELETE TO ruled DO INSTEAD NOTHING;"
                    "INSERT INTO ruled VALUES (1); INSERT INTO c VALUES (1, 2);"
                    "CREATE FUNCTION raise(text) RETURNS int LANGUAGE plpgsql AS "
                    "'BEGIN RAISE EXCEPTION ''%'', $1 USING DETAIL = ''d'', HINT = ''h''; END'");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(f, connection, &cases[i]);
    const MigErrorDetails *details = mig_error_details(f->error);

    assert_string_equal(details->engine_message, "no");
    assert_string_equal(details->engine_detail, "d");
    assert_string_equal(details->engine_hint, "h");
    assert_string_equal(details->engine_context, "PL/pgSQL function raise(text) line 1 at RAISE");
}

static void
bodies_are_looked_into(void **state)
{
    static const Case cases[] = {
        {"SELECT 1;\nDO $$\nBEGIN\n  PERFORM 1;\n  INSERT INTO c SELECT ¬nosuch;\nEND $$", "42703"},
        {"DO $$\nBEGIN\n  PERFORM 'é', ¬nosuch FROM c;\nEND $$", "42703"},
        {"DO $$\nDECLARE a int := 1;\nBEGIN\n  IF ¬nosuch THEN a := 2; END IF;\nEND $$", "42703"},
        {"DO $$\nBEGIN\n  ¬RAISE EXCEPTION 'x';\nEND $$", "P0001"},
        {"DO $$\nBEGIN\n  ¬PERFORM 1/(SELECT 0);\nEND $$", "22012"},
        {"DO LANGUAGE plpgsql 'BEGIN\n  INSERT INTO ¬nosuch VALUES (1);\nEND'", "42P01"},
        {"DO $$\nBEGIN\n  PERFORM 1;\n  ¬BEGINN;\nEND $$", "42601"},
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE c (a int)");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(f, connection, &cases[i]);
}

static void
lines_of_copy_data_are_told(void **state)
{
    static const Case cases[] = {
        {"COPY c FROM stdin;\n1\t2\n¬x\t2\n3\t4\n\\.\nSELECT 1", "22P02"},
        {"SELECT 1;\nCOPY c (a) FROM stdin;\n1\n¬2\t3\n\\.\n", "22P04"},
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE c (a int, b int)");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(f, connection, &cases[i]);
    assert_string_equal(ask("SELECT count(*) FROM c"), "0");
}

static void
hints_say_what_helps(void **state)
{
    static const struct {
        const char *script, *hint;
    } cases[] = {
        {"CREATE INDEX CONCURRENTLY i ON c (a)", "transaction=off"},
        {"DO $$ BEGIN COMMIT; END $$", "transaction=off"},
        {"ALTER TYPE mood ADD VALUE 'sad'; SELECT 'sad'::mood", "second block"},
    };
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE c (a int); CREATE TYPE mood AS ENUM ('ok')");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_false(fixture_run_script(f, connection, cases[i].script));
        fixture_assert_error(f, MIG_E_STATEMENT);
        assert_non_null(strstr(mig_error_details(f->error)->hint, cases[i].hint));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(positions_are_exact),
        PG_TEST(atomic_bodies_are_one_statement),
        PG_TEST(statements_without_position_are_counted),
        PG_TEST(bodies_are_looked_into),
        PG_TEST(lines_of_copy_data_are_told),
        PG_TEST(hints_say_what_helps),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
