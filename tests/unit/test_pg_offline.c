/* The text around offline steps, run by psql. */
#include <sys/wait.h>

#include "tests/dialect/pg_fixture.h"

/* Runs psql -f over a file; its words on stderr in *ret_err. */
static int
run_psql(Fixture *f, const char *script, const char **ret_err)
{
    g_autofree char *file = g_build_filename(f->folder, "steps.sql", NULL);
    char *argv[] = {"psql", "-qX", "-f", file, f->url->raw, NULL};
    char *err = NULL;
    int status = 0;

    g_file_set_contents(file, script, -1, NULL);
    if (!g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                      NULL, NULL, &err, &status, &f->error))
        fail_msg("%s", f->error->message);
    g_ptr_array_add(f->strings, err);
    *ret_err = err;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A step of one statement on a table whose rows are said to be these. */
static void
append_step(Fixture *f, GString *out, const char *table, const char *rows, const char *sql)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_auto(GStrv) ids = g_strsplit(rows, ",", -1);

    for (char **id = ids; *id; id++)
        g_ptr_array_add(list, *id);
    g_autofree char *begin = f->dialect->offline_begin();
    g_autofree char *assertion = f->dialect->offline_assert_rows(NULL, table, list);
    g_autofree char *commit = f->dialect->offline_commit();

    g_string_append_printf(out, "%s%s%s;\n%s", begin, assertion, sql, commit);
}

static void
psql_runs_steps_and_stops_at_the_first_error(void **state)
{
    static const char *const tables[] = {"migrate_version", "it's $migrate$ \"Ä\" 100%"};
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    const char *err;

    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *prologue = f->dialect->offline_prologue();
        g_autoptr(GString) out = g_string_new(prologue);
        g_autofree char *name = f->dialect->quote_name(tables[i]);
        g_autofree char *make = g_strdup_printf(
            "DROP TABLE IF EXISTS t, u, v; CREATE TABLE %s (version_num varchar(32));"
            "INSERT INTO %s VALUES ('b'), ('a')",
            name, name);

        fixture_execute(f, connection, make);
        append_step(f, out, tables[i], "a,b",
                    "SET ROLE pg_monitor; RESET ROLE; CREATE TABLE t AS "
                    "SELECT 'ä' AS a");
        append_step(f, out, tables[i], "a,b", "CREATE TABLE u (a int)");
        append_step(f, out, tables[i], "a", "CREATE TABLE v (a int)");
        append_step(f, out, tables[i], "a,b", "CREATE TABLE w (a int)");
        assert_int_equal(run_psql(f, out->str, &err), 3);
        assert_non_null(strstr(err, "the version rows are not the planned ones: found 'a, b' instead of 'a'"));
        assert_string_equal(ask("SELECT to_regclass('u'), to_regclass('v'), to_regclass('w')"),
                            "u|NULL|NULL");
        assert_string_equal(ask("SELECT length(a) FROM t"), "1");
    }
}

static void
empty_set_of_rows_is_asserted_too(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autofree char *prologue = f->dialect->offline_prologue();
    g_autofree char *assertion = f->dialect->offline_assert_rows("public", "x", none);
    g_autofree char *script = g_strconcat(prologue, "BEGIN;\n", assertion, "COMMIT;\n", NULL);
    const char *err;

    fixture_execute(f, connection, "CREATE TABLE x (version_num text)");
    assert_int_equal(run_psql(f, script, &err), 0);
    assert_string_equal(err, "");
    fixture_execute(f, connection, "INSERT INTO x VALUES ('a')");
    assert_int_equal(run_psql(f, script, &err), 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(psql_runs_steps_and_stops_at_the_first_error),
        PG_TEST(empty_set_of_rows_is_asserted_too),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
