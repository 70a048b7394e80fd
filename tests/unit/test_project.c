#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/project.h"
#include "tests/unit/sandbox.h"

static int
setup(void **state)
{
    g_unsetenv("MIGRATE_CONFIG");
    g_unsetenv("MIGRATE_URL");
    g_unsetenv("DATABASE_URL");
    return sandbox_enter(state);
}

/* A project of migrate.ini with these lines in [migrate]. */
static MigProject *
open_project(const char *settings)
{
    g_autofree char *text = g_strconcat("[migrate]\n", settings, NULL);
    g_autoptr(GError) error = NULL;

    sandbox_write("migrate.ini", text);
    g_autoptr(MigConfig) config = mig_config_load(&(MigConfigOptions){0}, &error);

    assert_no_error(error);
    return mig_project_new(config);
}

static void
write_script(const char *path, const char *id, const char *down)
{
    g_autofree char *text =
        g_strdup_printf("-- revision: %s\n-- down_revision: %s\n\n-- migrate: upgrade\n", id, down);

    sandbox_write(path, text);
}

static char *
ids_of(const GPtrArray *revisions)
{
    GString *ids = g_string_new(NULL);

    for (guint i = 0; i < revisions->len; i++)
        g_string_append_printf(ids, "%s%s", i ? " " : "", ((MigRevision *)revisions->pdata[i])->id);
    return g_string_free(ids, FALSE);
}

static void
graph_in_load_order(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project =
        open_project("version_locations = two, %(here)s/one\nrecursive_version_locations = on\n");

    write_script("one/a.sql", "a1", "");
    write_script("one/sub/b.sql", "b1", "a1");
    write_script("two/z.sql", "z1", "b1");
    MigGraph *graph = mig_project_graph(project, &error);

    assert_no_error(error);
    g_autofree char *ids = ids_of(mig_graph_revisions(graph));

    assert_string_equal(ids, "z1 a1 b1");
    assert_string_equal(mig_graph_find(graph, "b1")->script->path, "one/sub/b.sql");
    assert_ptr_equal(mig_project_graph(project, NULL), graph);
    write_script("two/y.sql", "y1", "z1");
    assert_null(mig_graph_find(mig_project_graph(project, NULL), "y1"));
    mig_project_reload(project);
    assert_non_null(mig_graph_find(mig_project_graph(project, NULL), "y1"));
}

static void
locations_are_absolute(void **state)
{
    g_autoptr(MigProject) one = open_project("");
    g_autoptr(MigProject) two = open_project("script_location = db\n");
    g_autoptr(MigProject) three = open_project("version_locations = /abs\n  ./x\n");
    g_autoptr(GPtrArray) of_one = mig_project_version_locations(one);
    g_autoptr(GPtrArray) of_two = mig_project_version_locations(two);
    g_autoptr(GPtrArray) of_three = mig_project_version_locations(three);
    g_autofree char *here = g_get_current_dir();
    g_autofree char *versions = g_build_filename(here, "versions", NULL);
    g_autofree char *db = g_build_filename(here, "db/versions", NULL);
    g_autofree char *x = g_build_filename(here, "x", NULL);

    assert_string_equal(of_one->pdata[0], versions);
    assert_string_equal(of_two->pdata[0], db);
    assert_int_equal(of_three->len, 2);
    assert_string_equal(of_three->pdata[0], "/abs");
    assert_string_equal(of_three->pdata[1], x);
}

static void
paths_lead_from_the_current_folder(void **state)
{
    g_autoptr(GError) error = NULL;

    sandbox_write("project/migrate.ini", "[migrate]\n");
    sandbox_write("elsewhere/x", "");
    write_script("project/versions/a.sql", "a1", "");
    assert_int_equal(chdir("elsewhere"), 0);
    g_autoptr(MigConfig) config =
        mig_config_load(&(MigConfigOptions){.file = "../project/migrate.ini"}, &error);
    g_autoptr(MigProject) project = mig_project_new(config);
    MigGraph *graph = mig_project_graph(project, &error);

    assert_no_error(error);
    assert_string_equal(mig_graph_find(graph, "a1")->script->path, "../project/versions/a.sql");
}

static void
errors_of_all_scripts_together(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project = open_project("");

    write_script("versions/a.sql", "not legal", "");
    write_script("versions/b.sql", "b1", "unknown");
    sandbox_write("versions/c.sql", "-- down_revision:\n");
    sandbox_write("versions/d.sql", "-- revision: d1\n-- down_revision: \xff\n");
    assert_null(mig_project_graph(project, &error));
    g_autofree char *shown = mig_error_format(error);

    assert_non_null(strstr(shown, "versions/a.sql:1"));
    assert_non_null(strstr(shown, "versions/c.sql"));
    assert_non_null(strstr(shown, "versions/d.sql:2"));
    assert_null(strstr(shown, "versions/b.sql"));
    g_unlink("versions/a.sql");
    g_unlink("versions/c.sql");
    g_unlink("versions/d.sql");
    g_clear_error(&error);
    assert_null(mig_project_graph(project, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_UNKNOWN_PARENT));
}

static void
missing_versions_folder(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project = open_project("");

    assert_null(mig_project_graph(project, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_FILE));
    assert_string_equal(error->message, "there is no folder 'versions' for scripts");
    assert_non_null(strstr(mig_error_details(error)->hint, "migrate init"));
}

static void
scripts_from_memory(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = mig_config_new("/nowhere");
    g_autoptr(MigProject) project = mig_project_new(config);

    mig_project_add_script(project, "first",
                           "-- revision: a1\n-- down_revision:\n-- migrate: upgrade\n");
    mig_project_add_script(project, "second",
                           "-- revision: b1\n-- down_revision: a1\n-- migrate: upgrade\n");
    MigGraph *graph = mig_project_graph(project, &error);

    assert_no_error(error);
    g_autofree char *ids = ids_of(mig_graph_revisions(graph));

    assert_string_equal(ids, "a1 b1");
    mig_project_reload(project);
    assert_non_null(mig_project_graph(project, NULL));
    mig_project_add_script(project, "third", "-- revision: c1\n-- migrate: upgrade\n");
    mig_project_reload(project);
    assert_null(mig_project_graph(project, &error));
    assert_string_equal(mig_error_details(error)->file, "third");
}

static void
rows_of_the_database(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project = open_project("url = sqlite:///a.db\nversion_table = v\n");
    const char *sql = "CREATE TABLE v (version_num text NOT NULL PRIMARY KEY);"
                      "INSERT INTO v VALUES ('b1'), ('a1')";

    write_script("versions/a.sql", "a1", "");
    write_script("versions/b.sql", "b1", "");
    g_autoptr(GPtrArray) none = mig_project_row_ids(project, &error);

    assert_no_error(error);
    assert_int_equal(none->len, 0);
    assert_false(g_file_test("a.db", G_FILE_TEST_EXISTS));
    assert_true(mig_project_connection(project, MIG_CONNECT_READ, NULL)->absent);
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_WRITE, &error);

    assert_no_error(error);
    assert_true(connection->dialect->execute(connection, sql, strlen(sql), NULL, NULL));
    assert_ptr_equal(mig_project_connection(project, MIG_CONNECT_READ, NULL), connection);
    assert_ptr_equal(mig_project_dialect(project, NULL), connection->dialect);
    g_autoptr(GPtrArray) ids = mig_project_row_ids(project, &error);

    assert_int_equal(ids->len, 2);
    assert_string_equal(ids->pdata[0], "a1");
    g_autoptr(GPtrArray) rows = mig_project_rows(project, &error);

    assert_no_error(error);
    g_autofree char *names = ids_of(rows);

    assert_string_equal(names, "a1 b1");
}

static void
unknown_row_is_an_error(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project = open_project("url = sqlite:///a.db\n");
    const char *sql = "CREATE TABLE migrate_version (version_num text NOT NULL PRIMARY KEY);"
                      "INSERT INTO migrate_version VALUES ('gone')";

    write_script("versions/a.sql", "a1", "");
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_WRITE, NULL);

    assert_true(connection->dialect->execute(connection, sql, strlen(sql), NULL, NULL));
    assert_null(mig_project_rows(project, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_UNKNOWN_ROW));
}

static void
no_connection(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigProject) project = open_project("url = postgresql://u:S3cret@127.0.0.1:1/db\n");

    assert_null(mig_project_connection(project, MIG_CONNECT_READ, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_CONNECT));
    g_autofree char *whole = mig_error_format(error);

    assert_null(strstr(whole, "S3cret"));
    g_clear_error(&error);
    g_autoptr(MigProject) nameless = open_project("");

    assert_null(mig_project_dialect(nameless, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_URL));
}

static void
keep_message(const MigEvent *event, void *user_data)
{
    GString *all = user_data;

    g_string_append_printf(all, "%d:%s\n", event->kind, event->message);
}

static void
events_are_told(void **state)
{
    g_autoptr(GString) all = g_string_new(NULL);
    g_autoptr(MigProject) project = open_project("url = sqlite:///a.db?password=S3cret\n");

    mig_project_tell(project, MIG_EVENT_NOTICE, "nobody hears");
    mig_project_on_event(project, keep_message, all);
    mig_project_tell(project, MIG_EVENT_WARNING, "%s %d", "100%", 7);
    assert_string_equal(all->str, "1:100% 7\n");
    mig_project_connection(project, MIG_CONNECT_READ, NULL);
    assert_non_null(strstr(all->str, "connecting to sqlite:///a.db?password=***\n"));
}

static void
own_tables_by_setting(void **state)
{
    g_autoptr(MigProject) project = open_project("version_table = alembic_version\n");
    g_autoptr(GPtrArray) names = mig_project_own_tables(project);

    assert_int_equal(names->len, 2);
    assert_string_equal(names->pdata[0], "alembic_version");
    assert_string_equal(names->pdata[1], "migrate_log");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, sandbox_leave)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(graph_in_load_order),
        TEST(locations_are_absolute),
        TEST(paths_lead_from_the_current_folder),
        TEST(errors_of_all_scripts_together),
        TEST(missing_versions_folder),
        TEST(scripts_from_memory),
        TEST(rows_of_the_database),
        TEST(unknown_row_is_an_error),
        TEST(no_connection),
        TEST(events_are_told),
        TEST(own_tables_by_setting),
    };

    return cmocka_run_group_tests_name("project", tests, NULL, NULL);
}
