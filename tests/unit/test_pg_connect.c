/* Connecting to PostgreSQL: what goes wrong and how it is told, adopted connections, scratch. */
#include "tests/lib/cluster.h"
#include "tests/unit/unit.h"

#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/error.h"
#include "core/scratch.h"
#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_introspect.h"

#define PASSWORD "hunter2-secret"

typedef struct {
    GPtrArray *connections;
    PGconn *admin;
    char *database;
    GError *error;
    GPtrArray *strings;
} World;

static void
close_connection(gpointer connection)
{
    mig_pg_close(connection);
}

static int
setup(void **state)
{
    World *world = g_new0(World, 1);

    world->connections = g_ptr_array_new_with_free_func(close_connection);
    world->strings = g_ptr_array_new_with_free_func(g_free);
    world->database = cluster_create_database();
    g_autofree char *url = cluster_url(world->database);

    world->admin = PQconnectdb(url);
    *state = world;
    return 0;
}

static int
teardown(void **state)
{
    World *world = *state;

    g_ptr_array_unref(world->connections);
    g_ptr_array_unref(world->strings);
    PQfinish(world->admin);
    g_clear_error(&world->error);
    g_free(world->database);
    g_free(world);
    return 0;
}

static const char *
keep(World *world, char *text)
{
    g_ptr_array_add(world->strings, text);
    return text;
}

/* First value of a query of the superuser's. */
static const char *
admin(World *world, const char *sql)
{
    PGresult *result = PQexec(world->admin, sql);
    char *value = NULL;

    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
        value = g_strdup(PQgetvalue(result, 0, 0));
    else if (PQresultStatus(result) != PGRES_COMMAND_OK)
        value = g_strdup(PQerrorMessage(world->admin));
    PQclear(result);
    return keep(world, value ? value : g_strdup(""));
}

static const char *
ask(World *world, MigConnection *connection, const char *sql)
{
    PGresult *result = mig_pg_exec((MigPg *)connection, sql, &world->error);

    assert_no_error(world->error);
    char *value = g_strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");

    PQclear(result);
    return keep(world, value);
}

/* NULL with world->error. */
static MigConnection *
try(World *world, const char *text, MigConnectMode mode)
{
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, NULL);

    assert_non_null(url);
    g_clear_error(&world->error);
    MigConnection *connection = mig_pg_connect(url, mode, &world->error);

    if (connection)
        g_ptr_array_add(world->connections, connection);
    else
        mig_url_redact_error(url, world->error);
    return connection;
}

static MigConnection *
connect_as(World *world, const char *user, const char *options)
{
    g_autofree char *url = g_strdup_printf("postgresql://%s@/%s?host=%s%s", user, world->database,
                                           cluster_folder(), options);
    MigConnection *connection = try(world, url, MIG_CONNECT_WRITE);

    assert_no_error(world->error);
    return connection;
}

static MigConnection *
scratch(World *world, MigConnection *target)
{
    g_clear_error(&world->error);
    MigConnection *made = mig_pg_open_scratch(target, NULL, &world->error);

    if (made)
        g_ptr_array_add(world->connections, made);
    return made;
}

static void
shut(World *world, MigConnection *connection)
{
    assert_true(g_ptr_array_remove(world->connections, connection));
}

#define assert_fails(text, expected_code, words, hint_words)                                       \
    do {                                                                                           \
        assert_null(try(world, text, MIG_CONNECT_WRITE));                                          \
        g_autofree char *whole = mig_error_format(world->error);                                   \
        if (world->error->code != (expected_code) || !strstr(world->error->message, words) ||      \
            !strstr(mig_error_details(world->error)->hint, hint_words) ||                          \
            strstr(whole, PASSWORD) || strstr(whole, "LOCATION"))                                  \
            fail_msg("%d: %s", world->error->code, whole);                                         \
    } while (0)

/* ---- what goes wrong ---- */

static void
no_server_is_told_with_host_and_port(void **state)
{
    World *world = *state;
    g_autofree char *folder = g_strdup_printf("%s/none", cluster_folder());
    g_autofree char *socket_url = g_strdup_printf("postgresql://ann@/app?host=%s", folder);

    assert_fails("postgresql://ann:" PASSWORD "@127.0.0.1:1/app", MIG_E_CONNECT,
                 "database 'app' on host '127.0.0.1' port 1 as user 'ann'", "server runs");
    assert_fails(socket_url, MIG_E_CONNECT, folder, "server runs");
    assert_fails("postgresql://ann:" PASSWORD "@no-such-host.invalid/app", MIG_E_CONNECT,
                 "no-such-host.invalid", "host and port");
}

static void
a_missing_database_is_told(void **state)
{
    World *world = *state;
    g_autofree char *url = g_strdup_printf("postgresql://postgres@/nope?host=%s", cluster_folder());

    assert_fails(url, MIG_E_CONNECT, "database \"nope\" does not exist", "createdb");
    assert_string_equal(mig_error_details(world->error)->sqlstate, "3D000");
}

static void
write_hba(World *world)
{
    g_autofree char *path = g_build_filename(cluster_folder(), "data", "pg_hba.conf", NULL);
    g_autofree char *lines = g_strdup("local all locked scram-sha-256\n"

                                      "local all banned reject\n"
                                      "local all all trust\n");

    assert_true(g_file_set_contents(path, lines, -1, NULL));
    admin(world, "SET password_encryption = 'scram-sha-256'");
    admin(world, "CREATE ROLE locked LOGIN PASSWORD '" PASSWORD "'");
    admin(world, "CREATE ROLE banned LOGIN");
    admin(world, "SELECT pg_reload_conf()");
    /* The server reads it when it gets to it. */
    for (int i = 0; i < 100 && *admin(world, "SELECT 1 FROM pg_hba_file_rules WHERE "
                                             "auth_method = 'reject'") != '1';
         i++)
        g_usleep(10000);
    g_usleep(100000);
}

static void
passwords_are_asked_for_and_never_told(void **state)
{
    World *world = *state;
    const char *folder = cluster_folder();
    g_autofree char *right =
        g_strdup_printf("postgresql://locked:" PASSWORD "@/%s?host=%s", world->database, folder);
    g_autofree char *wrong =
        g_strdup_printf("postgresql://locked:" PASSWORD "x@/%s?host=%s", world->database, folder);
    g_autofree char *none =
        g_strdup_printf("postgresql://locked@/%s?host=%s", world->database, folder);
    g_autofree char *banned =
        g_strdup_printf("postgresql://banned@/%s?host=%s", world->database, folder);
    g_autofree char *pass_file = g_build_filename(folder, "pass", NULL);
    g_autofree char *with_file = g_strdup_printf("%s&passfile=%s", none, pass_file);

    write_hba(world);
    assert_fails(wrong, MIG_E_CONNECT, "password authentication failed", "~/.pgpass");
    assert_string_equal(mig_error_details(world->error)->sqlstate, "28P01");
    assert_fails(none, MIG_E_CONNECT, "no password supplied", "asks for a password");
    assert_fails(banned, MIG_E_CONNECT, "pg_hba.conf rejects", "pg_hba.conf");
    assert_non_null(try(world, right, MIG_CONNECT_READ));

    g_setenv("PGPASSWORD", PASSWORD, TRUE);
    assert_non_null(try(world, none, MIG_CONNECT_READ));
    g_setenv("PGPASSWORD", PASSWORD "y", TRUE);
    assert_fails(none, MIG_E_CONNECT, "password authentication failed", "PGPASSWORD");
    g_unsetenv("PGPASSWORD");

    assert_true(g_file_set_contents(pass_file, "*:*:*:locked:" PASSWORD "\n", -1, NULL));
    g_chmod(pass_file, 0600);
    assert_non_null(try(world, with_file, MIG_CONNECT_READ));
    assert_true(g_file_set_contents(pass_file, "*:*:*:locked:" PASSWORD "z\n", -1, NULL));
    g_chmod(pass_file, 0600);
    assert_fails(with_file, MIG_E_CONNECT, "password retrieved from file", "~/.pgpass");
}

static void
a_service_and_the_environment_are_used(void **state)
{
    World *world = *state;
    g_autofree char *file = g_build_filename(cluster_folder(), "services", NULL);
    g_autofree char *text =
        g_strdup_printf("[prod]\nhost=%s\nuser=postgres\ndbname=%s\npassword=" PASSWORD "\n",
                        cluster_folder(), world->database);

    assert_true(g_file_set_contents(file, text, -1, NULL));
    g_setenv("PGSERVICEFILE", file, TRUE);
    MigConnection *connection = try(world, "postgresql://?service=prod", MIG_CONNECT_READ);

    assert_no_error(world->error);
    assert_string_equal(ask(world, connection, "SELECT current_database()"), world->database);
    assert_fails("postgresql://?service=prod&dbname=nope", MIG_E_CONNECT, "nope", "createdb");
    assert_fails("postgresql://?service=other", MIG_E_CONNECT, "service \"other\" not found", "");
    g_unsetenv("PGSERVICEFILE");

    g_setenv("PGHOST", cluster_folder(), TRUE);
    g_setenv("PGUSER", "postgres", TRUE);
    g_setenv("PGDATABASE", world->database, TRUE);
    connection = try(world, "postgresql://", MIG_CONNECT_READ);
    g_unsetenv("PGHOST");
    g_unsetenv("PGUSER");
    g_unsetenv("PGDATABASE");
    assert_no_error(world->error);
    assert_string_equal(ask(world, connection, "SELECT current_database()"), world->database);
}

static gpointer
answer_as_web_server(gpointer listener)
{
    for (;;) {
        int client = accept(GPOINTER_TO_INT(listener), NULL, NULL);
        char request[64];

        if (client < 0)
            return NULL;
        if (read(client, request, sizeof request) > 0)
            (void)!write(client, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
        close(client);
    }
}

static void
something_else_on_the_port_is_told(void **state)
{
    World *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    g_autofree char *url =
        g_strdup_printf("postgresql://ann@/app?host=%s&port=6543", cluster_folder());

    g_snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.6543", cluster_folder());
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 5), 0);
    GThread *thread = g_thread_new("web", answer_as_web_server, GINT_TO_POINTER(listener));

    assert_fails(url, MIG_E_NOT_A_DATABASE, "cannot connect", "no PostgreSQL server");
    shutdown(listener, SHUT_RDWR);
    g_thread_join(thread);
    close(listener);
}

/* A server that takes the connection and says nothing. */
static void
connect_timeout_ends_the_wait(void **state)
{
    World *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    g_autofree char *url = g_strdup_printf(
        "postgresql://ann@/app?host=%s&port=6544&connect_timeout=2", cluster_folder());

    g_snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.6544", cluster_folder());
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_fails(url, MIG_E_CONNECT, "no answer within connect_timeout", "server runs");
    close(listener);
}

static void
a_search_path_without_a_schema_is_told(void **state)
{
    World *world = *state;
    g_autofree char *url =
        g_strdup_printf("postgresql://postgres@/%s?host=%s&options=-csearch_path%%3Dnope",
                        world->database, cluster_folder());

    assert_fails(url, MIG_E_CONNECT, "no schema of the search path exists", "search_path");
    admin(world, "CREATE SCHEMA \"S x\"");
    MigConnection *connection =
        connect_as(world, "postgres", "&options=-csearch_path%3D%22S%5C%20x%22");

    assert_string_equal(connection->default_schema, "S x");
}

static void
reading_cannot_write(void **state)
{
    World *world = *state;
    g_autofree char *url = cluster_url(world->database);
    MigConnection *connection = try(world, url, MIG_CONNECT_READ);

    assert_true(connection->read_only);
    assert_null(mig_pg_exec((MigPg *)connection, "CREATE TABLE t ()", &world->error));
    assert_int_equal(world->error->code, MIG_E_READ_ONLY);
}

static void
a_lost_connection_is_told(void **state)
{
    World *world = *state;
    MigConnection *connection = connect_as(world, "postgres", "");
    g_autofree char *kill = g_strdup_printf("SELECT pg_terminate_backend(%d)",
                                            PQbackendPID(((MigPg *)connection)->conn));

    admin(world, kill);
    assert_null(mig_pg_exec((MigPg *)connection, "SELECT 1", &world->error));
    assert_int_equal(world->error->code, MIG_E_CONNECT);
    g_clear_error(&world->error);
    assert_false(mig_pg_execute(connection, "SELECT 1;", 9, NULL, &world->error));
    assert_int_equal(world->error->code, MIG_E_CONNECT);
    assert_non_null(mig_error_details(world->error)->hint);
}

/* ---- what the server says ---- */

static void
on_message(MigEventKind kind, const char *text, gpointer user_data)
{
    g_string_append_printf(user_data, "%s %s;", kind == MIG_EVENT_WARNING ? "warning" : "debug",
                           text);
}

static void
notices_and_warnings_reach_the_caller(void **state)
{
    World *world = *state;
    MigConnection *connection = connect_as(world, "postgres", "");
    GString *text = g_string_new(NULL);

    connection->message = on_message;
    connection->message_data = text;
    ask(world, connection, "DROP TABLE IF EXISTS nope");
    ask(world, connection, "DO $$ BEGIN RAISE WARNING 'careful'; END $$");
    keep(world, g_string_free(text, FALSE));
    assert_string_equal(world->strings->pdata[world->strings->len - 1],
                        "debug table \"nope\" does not exist, skipping;warning careful;");
}

/* ---- adopted connections ---- */

static void
an_adopted_connection_comes_back_as_it_was(void **state)
{
    World *world = *state;

    admin(world, "CREATE ROLE guest; CREATE SCHEMA theirs; GRANT USAGE ON SCHEMA theirs TO guest");
    admin(world, "SET search_path = theirs; SET work_mem = '7MB'; SET client_encoding = 'LATIN1'; "
                 "SET standard_conforming_strings = off; SET ROLE guest");
    MigConnection *connection = mig_pg_adopt(world->admin, &world->error);

    assert_no_error(world->error);
    assert_string_equal(connection->default_schema, "theirs");
    ask(world, connection, "RESET ALL");
    ask(world, connection, "RESET ROLE");
    ask(world, connection, "SET search_path = pg_catalog");
    ask(world, connection, "SET statement_timeout = 5000");
    mig_pg_close(connection);
    assert_string_equal(admin(world, "SHOW search_path"), "theirs");
    assert_string_equal(admin(world, "SHOW work_mem"), "7MB");
    assert_string_equal(admin(world, "SHOW client_encoding"), "LATIN1");
    assert_string_equal(admin(world, "SHOW standard_conforming_strings"), "off");
    assert_string_equal(admin(world, "SHOW statement_timeout"), "0");
    assert_string_equal(admin(world, "SELECT current_user"), "guest");
}

static void
an_open_transaction_is_not_adopted(void **state)
{
    World *world = *state;

    admin(world, "BEGIN");
    assert_null(mig_pg_adopt(world->admin, &world->error));
    assert_int_equal(world->error->code, MIG_E_IN_TRANSACTION);
    admin(world, "ROLLBACK");
}

/* ---- scratch ---- */

#define COUNT "SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate\\_scratch\\_%'"

static void
scratch_is_like_its_target_and_goes(void **state)
{
    World *world = *state;
    g_autofree char *set =
        g_strdup_printf("ALTER DATABASE %s SET timezone = 'Asia/Tokyo'", world->database);
    g_autofree char *custom =
        g_strdup_printf("ALTER DATABASE %s SET app.greeting = 'it''s \\ me'", world->database);

    admin(world, set);
    admin(world, custom);
    admin(world, "CREATE SCHEMA \"S x\"");
    MigConnection *target =
        connect_as(world, "postgres", "&options=-csearch_path%3D%22S%5C%20x%22");
    MigConnection *made = scratch(world, target);

    assert_no_error(world->error);
    assert_string_equal(made->default_schema, "S x");
    assert_string_equal(ask(world, made, "SELECT current_schemas(false)"), "{\"S x\"}");
    assert_string_equal(ask(world, made, "SHOW timezone"), "Asia/Tokyo");
    assert_string_equal(ask(world, made, "SHOW check_function_bodies"), "off");
    assert_string_equal(ask(world, made,
                            "SELECT encoding || datcollate FROM pg_database WHERE "
                            "datname = current_database()"),
                        "6C");
    assert_string_equal(ask(world, made,
                            "SELECT count(*) FROM pg_class WHERE relnamespace = "
                            "'public'::regnamespace"),
                        "0");
    assert_string_equal(admin(world, COUNT), "1");
    shut(world, made);
    assert_string_equal(admin(world, COUNT), "0");
}

static void
scratch_stands_while_its_target_is_gone(void **state)
{
    World *world = *state;
    MigConnection *target = connect_as(world, "postgres", "");
    MigConnection *one = scratch(world, target), *two = scratch(world, target);

    shut(world, target);
    ask(world, one, "CREATE TABLE t (a int)");
    ask(world, two, "CREATE TABLE t (b int)");
    assert_string_equal(admin(world, COUNT), "2");
    shut(world, one);
    shut(world, two);
    assert_string_equal(admin(world, COUNT), "0");
}

static void
abandoned_scratch_is_swept_and_other_runs_are_left_alone(void **state)
{
    World *world = *state;
    MigConnection *target = connect_as(world, "postgres", "");
    g_autofree char *dead = g_strdup_printf("CREATE DATABASE migrate_scratch_%s_0000beef",
                                            admin(world, "SELECT oid FROM pg_database WHERE "
                                                         "datname = current_database()"));

    admin(world, dead);
    admin(world, "CREATE DATABASE migrate_scratch_1_0000beef");
    MigConnection *one = scratch(world, target);

    assert_string_equal(admin(world, COUNT), "2");
    MigConnection *two = scratch(world, target);

    assert_string_equal(admin(world, COUNT), "3");
    ask(world, one, "SELECT 1");
    shut(world, one);
    shut(world, two);
    assert_string_equal(admin(world, COUNT), "1");
    admin(world, "DROP DATABASE migrate_scratch_1_0000beef");
}

static void
settings_come_back_after_each_text(void **state)
{
    World *world = *state;
    MigConnection *made = scratch(world, connect_as(world, "postgres", ""));
    static const char text[] = "SET check_function_bodies = on; CREATE ROLE other_one;\n"
                               "SELECT pg_catalog.set_config('search_path', '', false);\n"
                               "CREATE TABLE public.a (b int); SET ROLE other_one;";

    assert_true(mig_pg_execute(made, text, strlen(text), NULL, &world->error));
    assert_string_equal(ask(world, made, "SHOW search_path"), "public");
    assert_string_equal(ask(world, made, "SHOW check_function_bodies"), "off");
    assert_string_equal(ask(world, made, "SELECT current_user"), "postgres");
    assert_string_equal(ask(world, made, "SELECT count(*) FROM a"), "0");
    ask(world, made, "DROP ROLE other_one");
}

static void
no_right_to_create_databases_is_told(void **state)
{
    World *world = *state;

    admin(world, "CREATE ROLE poor LOGIN");
    assert_null(scratch(world, connect_as(world, "poor", "")));
    assert_non_null(strstr(world->error->message, "permission denied to create database"));
    assert_non_null(strstr(mig_error_details(world->error)->hint, "scratch_url"));
}

static void
scratch_url_says_where(void **state)
{
    World *world = *state;
    g_autofree char *other = cluster_create_database();
    g_autofree char *text = cluster_url(other);
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, NULL);
    MigConnection *made = mig_pg_open_scratch(NULL, url, &world->error);

    assert_no_error(world->error);
    g_ptr_array_add(world->connections, made);
    assert_string_equal(made->default_schema, "public");
    assert_string_equal(admin(world, COUNT), "1");
    assert_null(mig_pg_open_scratch(NULL, NULL, &world->error));
    assert_non_null(strstr(world->error->message, "no server"));
}

static void
what_reading_prepares_may_be_forgotten(void **state)
{
    World *world = *state;
    MigConnection *made = scratch(world, connect_as(world, "postgres", ""));

    for (int i = 0; i < 4; i++) {
        g_autoptr(MigSchema) schema = mig_pg_introspect(made, NULL, &world->error);

        assert_no_error(world->error);
        assert_int_equal(mig_schema_roots(schema)->len, i < 2 ? i : i + 1);
        assert_string_equal(ask(world, made, "SHOW plan_cache_mode"), "auto");
        ask(world, made, i > 0 ? "DEALLOCATE ALL" : "SELECT 1");
        ask(world, made, keep(world, g_strdup_printf("CREATE TABLE t%d (a int)", i)));
        assert_true(i != 1 || mig_pg_rewind(made));
        ask(world, made, i == 1 ? "CREATE TABLE inside (a int)" : "SELECT 1");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void
a_server_that_is_too_old_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_true(mig_pg_check_version(130000, "13.0", &error));
    assert_true(mig_pg_check_version(180004, "18.4", &error));
    assert_false(mig_pg_check_version(120022, "12.22 (Debian)", &error));
    assert_int_equal(error->code, MIG_E_UNSUPPORTED);
    assert_string_equal(error->message, "the server's version 12.22 (Debian) is too old");
    assert_non_null(strstr(mig_error_details(error)->hint, "13 to 18"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_is_too_old_is_refused),
        TEST(no_server_is_told_with_host_and_port),
        TEST(a_missing_database_is_told),
        TEST(passwords_are_asked_for_and_never_told),
        TEST(a_service_and_the_environment_are_used),
        TEST(something_else_on_the_port_is_told),
        TEST(connect_timeout_ends_the_wait),
        TEST(a_search_path_without_a_schema_is_told),
        TEST(reading_cannot_write),
        TEST(a_lost_connection_is_told),
        TEST(notices_and_warnings_reach_the_caller),
        TEST(an_adopted_connection_comes_back_as_it_was),
        TEST(an_open_transaction_is_not_adopted),
        TEST(scratch_is_like_its_target_and_goes),
        TEST(scratch_stands_while_its_target_is_gone),
        TEST(abandoned_scratch_is_swept_and_other_runs_are_left_alone),
        TEST(settings_come_back_after_each_text),
        TEST(what_reading_prepares_may_be_forgotten),
        TEST(no_right_to_create_databases_is_told),
        TEST(scratch_url_says_where),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests_name("pg_connect", tests, NULL, NULL);
}
