/* Names, queries and errors of the PostgreSQL driver on a real server. */
#include "tests/lib/cluster.h"
#include "tests/unit/unit.h"

#include "core/error.h"
#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

typedef struct {
    MigConnection *connection;
    GError *error;
    GString *text;
} World;

static int
setup(void **state)
{
    World *world = g_new0(World, 1);
    g_autofree char *database = cluster_create_database();
    g_autofree char *text = cluster_url(database);
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, &world->error);

    world->connection = mig_pg_connect(url, MIG_CONNECT_WRITE, &world->error);
    world->text = g_string_new(NULL);
    *state = world;
    return world->error ? -1 : 0;
}

static int
teardown(void **state)
{
    World *world = *state;

    mig_pg_close(world->connection);
    g_clear_error(&world->error);
    g_string_free(world->text, TRUE);
    g_free(world);
    return 0;
}

static gboolean
append_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    GString *text = user_data;

    for (guint i = 0; i < n_columns; i++)
        g_string_append_printf(text, "%s|", values[i] ? values[i] : "NULL");
    return TRUE;
}

static const char *
ask(World *world, const char *query)
{
    MigSql *sql = mig_sql_new(-1, query, NULL);

    g_clear_error(&world->error);
    g_string_truncate(world->text, 0);
    mig_pg_query(world->connection, sql, append_row, world->text, &world->error);
    mig_sql_free(sql);
    assert_no_error(world->error);
    return world->text->str;
}

static gboolean
execute(World *world, const char *sql)
{
    g_clear_error(&world->error);
    return mig_pg_execute(world->connection, sql, strlen(sql), "m.sql", &world->error);
}

static void
a_connection_says_what_it_is(void **state)
{
    World *world = *state;

    assert_true(g_str_has_prefix(world->connection->server, "PostgreSQL 1"));
    assert_null(strchr(world->connection->server, '('));
    assert_string_equal(world->connection->default_schema, "public");
    assert_false(world->connection->pooled);
    assert_string_equal(ask(world, "SELECT current_setting('application_name')"), "migrate|");
}

/* The server's own quote_identifier() is asked about every keyword it has. */
static void
names_are_quoted_where_the_server_quotes_them(void **state)
{
    World *world = *state;
    PGresult *result =
        mig_pg_exec((MigPg *)world->connection,
                    "SELECT word, quote_ident(word) FROM pg_get_keywords() UNION ALL "
                    "SELECT n, quote_ident(n) FROM unnest(ARRAY['a', 'A', '_a1', "
                    "'1a', 'a$', 'ä', 'a b', 'a\"b']) n",
                    &world->error);

    assert_no_error(world->error);
    for (int i = 0; i < PQntuples(result); i++) {
        g_autofree char *name = mig_pg_name(PQgetvalue(result, i, 0));

        /* What only a newer server reserves is quoted too. */
        if (strcmp(name, PQgetvalue(result, i, 0)) == 0)
            assert_string_equal(name, PQgetvalue(result, i, 1));
    }
    PQclear(result);
    g_autofree char *plain = mig_pg_name("name"), *empty = mig_pg_name("");

    assert_string_equal(plain, "name");
    assert_string_equal(empty, "\"\"");
}

static void
literals_mean_the_same_with_and_without_standard_strings(void **state)
{
    World *world = *state;
    static const char *const texts[] = {"", "it's", "a\\b", "'\\'", "ä\n\"", "\\\\"};

    for (int standard = 0; standard < 2; standard++) {
        ask(world, standard ? "SET standard_conforming_strings = on"
                            : "SET standard_conforming_strings = off");
        for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
            g_autofree char *literal = mig_pg_quote_literal(texts[i]);
            g_autofree char *sql = g_strconcat("SELECT ", literal, NULL);
            g_autofree char *expected = g_strconcat(texts[i], "|", NULL);

            assert_string_equal(ask(world, sql), expected);
        }
    }
}

static void
parameters_are_told_from_question_marks(void **state)
{
    World *world = *state;
    MigSql *sql = mig_sql_new(
        -1, "SELECT ?2::text || '?1' || ?1, '{\"a\": 1}'::jsonb ? 'a', 1 \"?1\"", "x", "y", NULL);

    mig_pg_query(world->connection, sql, append_row, world->text, &world->error);
    mig_sql_free(sql);
    assert_no_error(world->error);
    assert_string_equal(world->text->str, "y?1x|t|1|");
}

static void
errors_know_the_byte_where_they_are(void **state)
{
    World *world = *state;

    assert_false(execute(world, "CREATE TABLE ok ();\n\nSELECT 'äöü', nope FROM ok;\n"));
    const MigErrorDetails *details = mig_error_details(world->error);

    assert_string_equal(details->sqlstate, "42703");
    assert_string_equal(details->file, "m.sql");
    assert_int_equal(details->line, 3);
    assert_int_equal(details->column, 15);
    assert_string_equal(details->engine_message, "column \"nope\" does not exist");
}

static void
copy_is_refused_and_the_connection_lives_on(void **state)
{
    World *world = *state;

    assert_true(execute(world, "CREATE TABLE c (a text);"));
    assert_false(execute(world, "SELECT 1;\nCOPY c FROM stdin;\n1\n\\.\n"));
    assert_int_equal(mig_error_details(world->error)->line, 2);
    assert_string_equal(ask(world, "SELECT count(*) FROM c"), "0|");
    assert_true(execute(world, "COPY c TO STDOUT;"));
}

/* What cannot share a message does not; what fails is found by counting or by position. */
static void
a_text_goes_in_messages_of_its_own_kind(void **state)
{
    World *world = *state;
    GString *many = g_string_new(NULL);

    assert_true(execute(world, "CREATE TYPE mood AS ENUM ('sad');\n"
                               "ALTER TYPE mood ADD VALUE 'ok';\n"
                               "CREATE TABLE m (a mood DEFAULT 'ok');\n"
                               "CREATE INDEX CONCURRENTLY i ON m (a);\n"
                               "SELECT count(*) FROM m"));
    if (PQserverVersion(((MigPg *)world->connection)->conn) >= 140000)
        assert_true(execute(world, "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC\n"
                                   "SELECT 1; END; SELECT f()"));
    for (int i = 0; i < 1000; i++)
        g_string_append_printf(many, "CREATE TABLE \"ä %d\" (a int PRIMARY KEY, b text);\n", i);
    assert_true(execute(world, many->str));
    g_string_assign(many, "");
    for (int i = 1; i < 500; i++)
        g_string_append_printf(many, "SELECT 'ä%d';%s", i, i % 3 ? "\n" : " ");
    g_string_append(many, "  /* ä */ CREATE TABLE m ();\nSELECT 1;");
    assert_false(execute(world, many->str));
    g_string_free(many, TRUE);
    assert_int_equal(mig_error_details(world->error)->line, 334);
    assert_non_null(strstr(world->error->message, "already exists"));
    assert_false(execute(world, "BEGIN; CREATE TABLE gone (); SELECT 1/0;"));
    assert_int_equal(PQtransactionStatus(((MigPg *)world->connection)->conn), PQTRANS_IDLE);
    assert_true(execute(world, "BEGIN; CREATE TABLE kept ();"));
    assert_string_equal(ask(world, "SELECT to_regclass('gone'), to_regclass('kept')"),
                        "NULL|kept|");
}

static void
version_rows_are_read_sorted(void **state)
{
    World *world = *state;
    gboolean exists = TRUE;
    g_autoptr(GPtrArray) none =
        mig_pg_read_rows(world->connection, NULL, "Versions", &exists, &world->error);

    assert_no_error(world->error);
    assert_int_equal(none->len, 0);
    assert_false(exists);
    assert_true(execute(world, "CREATE SCHEMA \"S x\"; CREATE TABLE \"S x\".\"Versions\" "
                               "(version_num varchar(32)); INSERT INTO \"S x\".\"Versions\" VALUES "
                               "('b'), ('a'), ('C'); CREATE TABLE other (x int)"));
    g_autoptr(GPtrArray) rows =
        mig_pg_read_rows(world->connection, "S x", "Versions", &exists, &world->error);
    g_autofree char *joined = mig_rows_join(rows);

    assert_true(exists);
    assert_string_equal(joined, "C, a, b");
    assert_null(mig_pg_read_rows(world->connection, NULL, "other", &exists, &world->error));
    assert_non_null(strstr(mig_error_details(world->error)->hint, "version_table"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_connection_says_what_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_quoted_where_the_server_quotes_them, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(literals_mean_the_same_with_and_without_standard_strings,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(parameters_are_told_from_question_marks, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_know_the_byte_where_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(copy_is_refused_and_the_connection_lives_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_text_goes_in_messages_of_its_own_kind, setup, teardown),
        cmocka_unit_test_setup_teardown(version_rows_are_read_sorted, setup, teardown),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests_name("pg_query", tests, NULL, NULL);
}
