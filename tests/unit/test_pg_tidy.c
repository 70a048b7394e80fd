/* Models as pg_dump writes them. */
#include "tests/lib/cluster.h"
#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "core/error.h"
#include "core/model.h"
#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"

/* The text after tidying, white space at the ends of lines removed, then the notices; or the error.
 */
static char *
tidy(const char *model, gboolean with_grants)
{
    g_autofree char *text = g_strdup(model);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) notices =
        mig_pg_tidy_model(text, strlen(text), "m.sql", with_grants, &error);
    GString *out = g_string_new(NULL);

    if (!notices) {
        g_string_printf(out, "%d:%d %s", mig_error_details(error)->line,
                        mig_error_details(error)->column, error->message);
        return g_string_free(out, FALSE);
    }
    assert_int_equal(strlen(text), strlen(model));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        g_string_append_printf(out, "%s%s", g_strchomp(*line), line[1] ? "\n" : "");
    for (guint i = 0; i < notices->len; i++)
        g_string_append_printf(out, "[%s]", (const char *)notices->pdata[i]);
    return g_string_free(out, FALSE);
}

static void
what_is_no_schema_is_blanked(void **state)
{
    static const struct {
        const char *model, *expected;
        gboolean with_grants;
    } cases[] = {
        {"\\restrict aB'1\nCREATE TABLE t ();\n\\unrestrict aB'1\n", "\nCREATE TABLE t ();\n\n", 0},
        {"\\connect -reuse-previous=on \"dbname='x'\"\r\nSELECT 1;", "\nSELECT 1;", 0},
        {"-- a\n  \\restrict x\n/* b */ SELECT 1;", "-- a\n\n/* b */ SELECT 1;", 0},
        {"SELECT 1;\n  \\i other.sql\n", "2:3 '\\i' is a command of psql, not SQL", 0},
        {"\\", "1:1 '\\' is a command of psql, not SQL", 0},
        {"SELECT E'\\\\restrict';\nSELECT '\n\\i x\n';",
         "SELECT E'\\\\restrict';\nSELECT '\n\\i x\n';", 0},
        {"COPY t FROM stdin;\n\\i\n\\.\nSELECT 1;", "COPY t FROM stdin;\n\\i\n\\.\nSELECT 1;", 0},
        {"ALTER TABLE a.b OWNER TO \"me you\"; ALTER\nVIEW c OWNER TO -- x\n me;",
         "\n\n[left out 2 statements about owners]", 0},
        {"ALTER TABLE owner RENAME TO x;", "ALTER TABLE owner RENAME TO x;", 0},
        {"SET transaction_timeout = 0; SET search_path = a;",
         "                             SET search_path = a;", 0},
        {"GRANT ALL ON t TO x; SELECT 1;", "                     SELECT 1;", 0},
        {"GRANT ALL ON t TO x;", "GRANT ALL ON t TO x;", 1},
        {"CREATE USER MAPPING FOR x SERVER y;",
         "[left out 1 statement about connections to other servers]", 0},
        {"create user x; DROP ROLE y;",
         "[left out 2 statements about roles or the server, which other databases share]", 1},
        {"GRANT a TO b; revoke admin option for a from b; GRANT ALL ON PARAMETER p TO b;",
         "[left out 3 statements about roles or the server, which other databases share]", 1},
        {"GRANT ALL ON DATABASE d TO b;", "[left out 1 statement about the database as a whole]", 1},
        {"GRANT SELECT (a, \"on\") ON t TO b;", "GRANT SELECT (a, \"on\") ON t TO b;", 1},
        {"DO $$ BEGIN Create\nUser x; END $$; DO 'SELECT 1';",
         "\n                DO 'SELECT 1';"
         "[left out 1 statement about roles or the server, which other databases share]",
         0},
        {"SET ROLE x; set local role x; SET SESSION AUTHORIZATION x; REASSIGN OWNED BY x TO y;",
         "[left out 4 statements about owners]", 0},
        {"SET default_tablespace = fast; SET role_x = 1;",
         "                               SET role_x = 1;", 0},
        {"SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180001'::integer); SELECT 1;",
         "                                                                                  SELECT 1;",
         0},
        {"IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z;",
         "[left out 1 statement about connections to other servers]", 0},
        {"CREATE DATABASE x;\n\\connect x\n",
         "\n\n[left out 1 statement about the database as a whole]", 0},
        {"", "", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *actual = tidy(cases[i].model, cases[i].with_grants);

        assert_string_equal(actual, cases[i].expected);
    }
}

/* ---- what pg_dump of this machine writes ---- */

typedef struct {
    MigConnection *target, *scratch;
    MigConfig *config;
    MigProject *project;
    GString *told;
    GError *error;
    char *text;
} World;

static void
listen(const MigEvent *event, void *user_data)
{
    g_string_append_printf(user_data, "%s\n", event->message);
}

static int
setup(void **state)
{
    World *world = g_new0(World, 1);
    g_autofree char *database = cluster_create_database();
    g_autofree char *text = cluster_url(database);
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, NULL);

    world->config = mig_config_new("/");
    world->project = mig_project_new(world->config);
    world->told = g_string_new(NULL);
    mig_project_on_event(world->project, listen, world->told);
    world->target = mig_pg_connect(url, MIG_CONNECT_WRITE, &world->error);
    world->scratch = mig_pg_open_scratch(world->target, NULL, &world->error);
    *state = world;
    return world->error ? -1 : 0;
}

static int
teardown(void **state)
{
    World *world = *state;

    mig_pg_close(world->scratch);
    mig_pg_close(world->target);
    mig_project_free(world->project);
    mig_config_unref(world->config);
    g_string_free(world->told, TRUE);
    g_clear_error(&world->error);
    g_free(world->text);
    g_free(world);
    return 0;
}

static void
load(World *world, const char *model)
{
    MigModelPart part = {(char *)"dump.sql", (char *)model, strlen(model)};

    mig_model_execute(world->project, world->scratch, &part, &world->error);
}

static void
a_dump_with_data_loads(void **state)
{
    World *world = *state;
    static const char objects[] =
        "CREATE SCHEMA \"Other\"; CREATE TYPE mood AS ENUM ('sad', 'ok');"
        "CREATE TABLE \"Other\".\"T\" (id serial PRIMARY KEY, m mood DEFAULT 'ok');"
        "INSERT INTO \"Other\".\"T\" (m) VALUES ('sad'), ('ok');"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;"
        "CREATE VIEW v AS SELECT *, f() FROM \"Other\".\"T\";";
    MigPg *target = (MigPg *)world->target;
    g_autofree char *folder_path = g_strdup(cluster_folder());
    g_autofree char *bin_file = g_build_filename(folder_path, "bin", NULL);
    g_autofree char *bin = NULL, *program = NULL;
    int status;

    assert_true(mig_pg_execute(world->target, objects, strlen(objects), NULL, &world->error));
    assert_true(g_file_get_contents(bin_file, &bin, NULL, NULL));
    program = g_build_filename(g_strchomp(bin), "pg_dump", NULL);
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        print_message("no pg_dump beside the server\n");
        return;
    }
    char *argv[] = {program,      (char *)"-h",       folder_path, (char *)"-U", (char *)"postgres",
                    (char *)"-C", PQdb(target->conn), NULL};

    assert_true(
        g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, &world->text, NULL, &status, &world->error));
    assert_int_equal(status, 0);
    load(world, world->text);
    assert_no_error(world->error);
    assert_non_null(strstr(world->told->str, "left out 1 statement that changes rows"));
    assert_non_null(strstr(world->told->str, "about owners"));
    assert_non_null(strstr(world->told->str, "about the database as a whole"));
    /* The next text starts where the first one did, not in the dump's empty search path. */
    load(world, "CREATE TABLE mine AS SELECT count(*) AS n FROM v;");
    assert_no_error(world->error);
    PGresult *result =
        mig_pg_exec((MigPg *)world->scratch, "SELECT n FROM public.mine", &world->error);

    assert_string_equal(PQgetvalue(result, 0, 0), "0");
    PQclear(result);
}

static void
an_error_has_its_place_in_the_model(void **state)
{
    World *world = *state;

    load(world, "\\restrict x\nSET transaction_timeout = 0;\nCREATE TABLE a (b int);\n"
                "INSERT INTO a VALUES ('ä');\nCREATE VIEW v AS SELECT 'ä', c FROM a;\n");
    assert_int_equal(world->error->code, MIG_E_MODEL);
    assert_int_equal(mig_error_details(world->error)->line, 5);
    assert_int_equal(mig_error_details(world->error)->column, 30);
    assert_string_equal(mig_error_details(world->error)->file, "dump.sql");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_schema_is_blanked),
        cmocka_unit_test_setup_teardown(a_dump_with_data_loads, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_has_its_place_in_the_model, setup, teardown),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests_name("pg_tidy", tests, NULL, NULL);
}
