/* Opening SQLite files in every state they can be in, and handles of other people. */
#include "tests/dialect/fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

/* A plain handle on the fixture's file. */
static sqlite3 *
open_plain(Fixture *f, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void
make(Fixture *f, const char *sql)
{
    sqlite3_close(open_plain(f, sql));
}

static void
set_option(Fixture *f, const char *key, const char *value)
{
    if (!f->url->query)
        f->url->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(f->url->query, g_strdup(key), g_strdup(value));
}

static void
set_path(Fixture *f, const char *path)
{
    g_free(f->path);
    g_free(f->url->path);
    f->path = g_strdup(path);
    f->url->path = g_strdup(path);
}

#define assert_no_connection(mode, code)                                                           \
    do {                                                                                           \
        g_clear_error(&f->error);                                                                  \
        assert_null(f->dialect->connect(f->url, mode, &f->error));                                 \
        fixture_assert_error(f, code);                                                             \
    } while (0)

static void
odd_names_are_only_names(void **state)
{
    static const char *const names[] = {"a?mode=ro", "b#c",       "100%25",
                                        "file:x",    "ü ' \" \\", "-wal"};
    Fixture *f = *state;
    g_autofree char *folder = g_path_get_dirname(f->path);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);

        set_path(f, path);
        MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

        fixture_execute(f, connection, "CREATE TABLE t (a);");
        fixture_close(f, connection);
        assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    }
}

static void
what_is_no_database_is_said(void **state)
{
    Fixture *f = *state;
    g_autofree char *folder = g_path_get_dirname(f->path);
    g_autofree char *missing = g_build_filename(folder, "no", "such.db", NULL);
    g_autofree char *below_file = g_build_filename(f->path, "x.db", NULL);
    g_autofree char *garbage = g_strnfill(5000, 'x');

    set_path(f, folder);
    assert_no_connection(MIG_CONNECT_READ, MIG_E_CONNECT);
    assert_non_null(strstr(f->error->message, "it is a folder"));
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_CONNECT);
    set_path(f, missing);
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_CONNECT);
    assert_non_null(strstr(f->error->message, "its folder does not exist"));
    g_autofree char *path = g_build_filename(folder, "test.db", NULL);

    set_path(f, path);
    g_file_set_contents(path, garbage, 5000, NULL);
    assert_no_connection(MIG_CONNECT_READ, MIG_E_NOT_A_DATABASE);
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_NOT_A_DATABASE);
    assert_string_equal(mig_error_details(f->error)->sqlstate, "SQLITE_NOTADB");
    set_path(f, below_file);
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_CONNECT);
}

static void
empty_file_is_an_empty_database(void **state)
{
    Fixture *f = *state;

    g_file_set_contents(f->path, "", 0, NULL);
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);

    assert_false(connection->absent);
    assert_string_equal(fixture_ask(f, connection, "SELECT count(*) FROM sqlite_master"), "0");
}

static void
options_of_the_url_count(void **state)
{
    Fixture *f = *state;

    set_option(f, "mode", "rw");
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_CONNECT);
    assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
    make(f, "CREATE TABLE t (a)");
    fixture_connect(f, MIG_CONNECT_WRITE);
    set_option(f, "mode", "ro");
    assert_no_connection(MIG_CONNECT_WRITE, MIG_E_READ_ONLY);
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);

    assert_true(connection->read_only);
    assert_false(f->dialect->units_begin(connection, &options, &f->error));
    fixture_assert_error(f, MIG_E_READ_ONLY);
    set_option(f, "mode", "r");
    assert_no_connection(MIG_CONNECT_READ, MIG_E_URL);
    set_option(f, "mode", "ro");
    set_option(f, "timeout", "5");
    assert_no_connection(MIG_CONNECT_READ, MIG_E_URL);
    assert_non_null(strstr(f->error->message, "'timeout'"));
}

static void
reader_cannot_write(void **state)
{
    Fixture *f = *state;

    make(f, "CREATE TABLE t (a)");
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);
    const char *sql = "INSERT INTO t VALUES (1)";

    assert_false(f->dialect->execute(connection, sql, strlen(sql), NULL, &f->error));
    fixture_assert_error(f, MIG_E_READ_ONLY);
}

static void
reading_wal_leaves_nothing_behind(void **state)
{
    Fixture *f = *state;
    g_autofree char *before = NULL, *after = NULL;
    gsize length;

    make(f, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    assert_true(g_file_get_contents(f->path, &before, &length, NULL));
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);

    assert_string_equal(fixture_ask(f, connection, "SELECT a FROM t"), "1");
    fixture_close(f, connection);
    g_autofree char *wal = g_strconcat(f->path, "-wal", NULL);
    g_autofree char *shm = g_strconcat(f->path, "-shm", NULL);

    assert_false(g_file_test(wal, G_FILE_TEST_EXISTS));
    assert_false(g_file_test(shm, G_FILE_TEST_EXISTS));
    assert_true(g_file_get_contents(f->path, &after, &length, NULL));
    assert_memory_equal(before, after, length);
}

/* Runs in a child, which leaves without closing anything. */
static void
crash_after(Fixture *f, const char *sql)
{
    pid_t child = fork();

    if (child == 0) {
        sqlite3 *db = NULL;

        sqlite3_open(f->path, &db);
        _exit(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : 1);
    }
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void
log_of_a_crashed_writer_is_read_and_kept(void **state)
{
    Fixture *f = *state;
    g_autofree char *wal = g_strconcat(f->path, "-wal", NULL);
    g_autofree char *before = NULL, *after = NULL;
    gsize length_before, length_after;

    crash_after(f, "PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (7);");
    assert_true(g_file_get_contents(f->path, &before, &length_before, NULL));
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);

    assert_string_equal(fixture_ask(f, connection, "SELECT a FROM t"), "7");
    fixture_close(f, connection);
    assert_true(g_file_get_contents(f->path, &after, &length_after, NULL));
    assert_int_equal(length_before, length_after);
    assert_memory_equal(before, after, length_after);
    assert_true(g_file_test(wal, G_FILE_TEST_EXISTS));
}

static void
hot_journal_is_rolled_back(void **state)
{
    Fixture *f = *state;

    make(f, "CREATE TABLE t (a); INSERT INTO t VALUES (1);");
    crash_after(f, "PRAGMA cache_size = 5; PRAGMA cache_spill = 5; BEGIN; DELETE FROM t;"
                   "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                   "FROM n WHERE i < 3000) SELECT hex(randomblob(100)) AS x FROM n;");
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);

    assert_string_equal(fixture_ask(f, connection, "SELECT name FROM sqlite_master"), "t");
    assert_string_equal(fixture_ask(f, connection, "SELECT a FROM t"), "1");
}

static void
lock_of_another_is_waited_for(void **state)
{
    Fixture *f = *state;
    sqlite3 *other = open_plain(f, "CREATE TABLE t (a); BEGIN EXCLUSIVE;");
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);

    connection->lock_wait_ms = 50;
    gint64 began = g_get_monotonic_time();
    GPtrArray *rows = f->dialect->read_rows(connection, NULL, "v", NULL, &f->error);

    sqlite3_close(other);
    assert_null(rows);
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_in_range(g_get_monotonic_time() - began, 50 * 1000, 3000 * 1000);
}

/* Does something as a user without rights; what it returns is 0 when all is well. */
static int
as_nobody(int (*function)(Fixture *f), Fixture *f)
{
    pid_t child = fork();

    if (child == 0)
        _exit(geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0) ? 99 : function(f));
    int status;

    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int
connect_error(Fixture *f, MigConnectMode mode)
{
    GError *error = NULL;
    MigConnection *connection = f->dialect->connect(f->url, mode, &error);

    return connection ? 1 : error->code == MIG_E_READ_ONLY ? 0 : 2;
}

static int
write_nothing(Fixture *f)
{
    return connect_error(f, MIG_CONNECT_WRITE);
}

static int
read_one(Fixture *f)
{
    MigConnection *connection = f->dialect->connect(f->url, MIG_CONNECT_READ, NULL);
    MigSql *sql = mig_sql_new(-1, "SELECT a FROM t", NULL);

    return !connection || !connection->read_only ||
           !f->dialect->query(connection, sql, NULL, NULL, NULL);
}

static int
cannot_read(Fixture *f)
{
    GError *error = NULL;

    return f->dialect->connect(f->url, MIG_CONNECT_READ, &error) || error->code != MIG_E_CONNECT ||
           !mig_error_details(error)->engine_detail;
}

static void
rights_are_told(void **state)
{
    Fixture *f = *state;
    g_autofree char *folder = g_path_get_dirname(f->path);

    make(f, "CREATE TABLE t (a)");
    g_chmod(f->folder, 0755);
    g_chmod(f->path, 0444);
    g_chmod(folder, 0555);
    assert_int_equal(as_nobody(write_nothing, f), 0);
    assert_int_equal(as_nobody(read_one, f), 0);
    g_chmod(f->path, 0666);
    assert_int_equal(as_nobody(write_nothing, f), 0); /* the folder */
    g_chmod(f->path, 0000);
    assert_int_equal(as_nobody(cannot_read, f), 0);
    g_chmod(f->path, 0644);
    g_chmod(folder, 0755);
    make(f, "PRAGMA journal_mode = WAL");
    g_chmod(folder, 0555);
    g_chmod(f->path, 0444);
    assert_int_equal(as_nobody(read_one, f), 0); /* WAL on read-only media */
    g_chmod(folder, 0755);
}

static int
allow_all(void *data, int action, const char *a, const char *b, const char *c, const char *d)
{
    return SQLITE_OK;
}

static void
handle_of_another_is_left_as_it_was(void **state)
{
    Fixture *f = *state;
    sqlite3 *db = open_plain(f, "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;"
                                "CREATE TEMP TABLE mine (a); ATTACH ':memory:' AS aside;");

    sqlite3_set_authorizer(db, allow_all, NULL);
    MigConnection *connection = fixture_keep(f, f->dialect->adopt(db, &f->error));
    MigUnit *unit = fixture_unit(f, "s",
                                 "PRAGMA recursive_triggers = OFF; CREATE TABLE t (a);"
                                 "CREATE TEMP TABLE yours (a);");

    assert_true(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
    unit = fixture_unit(f, "s", "CREATE TABLE u (a); SELECT nosuch;");
    assert_false(fixture_run(f, connection, MIG_UNITS_GROUP, NULL, unit, NULL));
    assert_string_equal(fixture_ask(f, connection, "SELECT name FROM temp.sqlite_master"), "mine");
    assert_string_equal(fixture_ask(f, connection, "PRAGMA foreign_keys"), "1");
    assert_string_equal(fixture_ask(f, connection, "PRAGMA recursive_triggers"), "1");
    fixture_close(f, connection);
    assert_int_equal(sqlite3_exec(db,
                                  "INSERT INTO t VALUES (1); CREATE TABLE aside.x (a);"
                                  "BEGIN; COMMIT",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_null(sqlite3_next_stmt(db, NULL));
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    assert_null(f->dialect->adopt(db, &f->error));
    sqlite3_close(db);
    fixture_assert_error(f, MIG_E_IN_TRANSACTION);
}

static void
closing_amid_units_rolls_back(void **state)
{
    Fixture *f = *state;
    sqlite3 *db = open_plain(f, "PRAGMA foreign_keys = ON");
    MigConnection *connection = fixture_keep(f, f->dialect->adopt(db, &f->error));
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);
    MigUnit *unit = fixture_unit(f, "s", "CREATE TABLE t (a);");

    assert_true(f->dialect->units_begin(connection, &options, &f->error));
    assert_true(f->dialect->unit_submit(connection, unit, NULL, &f->error));
    fixture_close(f, connection);
    assert_true(sqlite3_get_autocommit(db));
    assert_int_equal(sqlite3_exec(db, "SELECT * FROM t", NULL, NULL, NULL), SQLITE_ERROR);
    sqlite3_close(db);
}

static void
scratch_reaches_no_files(void **state)
{
    static const char *const scripts[] = {"ATTACH 'out.db' AS x", "ATTACH 'o' || 'ut' AS x",
                                          "VACUUM INTO 'out.db'"};
    Fixture *f = *state;

    make(f, "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)");
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_READ);
    MigConnection *scratch = fixture_keep(f, f->dialect->open_scratch(connection, NULL, &f->error));

    assert_string_equal(fixture_ask(f, scratch, "PRAGMA encoding"), "UTF-16le");
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_clear_error(&f->error);
        assert_false(
            f->dialect->execute(scratch, scripts[i], strlen(scripts[i]), "m.sql", &f->error));
        assert_false(g_file_test("out.db", G_FILE_TEST_EXISTS));
    }
    fixture_execute(f, scratch, "CREATE TABLE t (a); ATTACH ':memory:' AS x; VACUUM;");
}

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function, fixture_setup, fixture_teardown,                                      \
            (void *)mig_dialect_by_name("sqlite")                                                  \
    }

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(odd_names_are_only_names),
        TEST(what_is_no_database_is_said),
        TEST(empty_file_is_an_empty_database),
        TEST(options_of_the_url_count),
        TEST(reader_cannot_write),
        TEST(reading_wal_leaves_nothing_behind),
        TEST(log_of_a_crashed_writer_is_read_and_kept),
        TEST(hot_journal_is_rolled_back),
        TEST(lock_of_another_is_waited_for),
        TEST(rights_are_told),
        TEST(handle_of_another_is_left_as_it_was),
        TEST(closing_amid_units_rolls_back),
        TEST(scratch_reaches_no_files),
    };

    return cmocka_run_group_tests_name("sqlite connect", tests, NULL, NULL);
}
