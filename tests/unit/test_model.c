#include "tests/unit/unit.h"

#include <glib/gstdio.h>
#include <signal.h>

#include "core/child.h"
#include "core/error.h"
#include "core/model.h"

/* A project in a folder of its own, with the notices it told. */
typedef struct {
    char *folder;
    MigConfig *config;
    MigProject *project;
    GString *told;
} Fixture;

static void
listen(const MigEvent *event, void *user_data)
{
    g_string_append_printf(user_data, "%s\n", event->message);
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->folder = g_dir_make_tmp("migrate model.XXXXXX", NULL);
    fixture->config = mig_config_new(fixture->folder);
    fixture->told = g_string_new(NULL);
    mig_config_set(fixture->config, "url", "sqlite::memory:", "test", NULL);
    fixture->project = mig_project_new(fixture->config);
    mig_project_on_event(fixture->project, listen, fixture->told);
    *state = fixture;
    return 0;
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        remove_tree(inner);
    }
    g_remove(path);
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;

    mig_project_free(fixture->project);
    mig_config_unref(fixture->config);
    remove_tree(fixture->folder);
    g_string_free(fixture->told, TRUE);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static void
put(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    g_mkdir_with_parents(folder, 0700);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static GPtrArray *
read_model(Fixture *fixture, const char *setting, GError **error)
{
    GError *own = NULL;

    mig_config_set(fixture->config, "model", setting, "migrate.ini:3", &own);
    assert_no_error(own);
    return mig_model_read(fixture->project, error);
}

/* The texts joined by "|". */
static char *
texts_of(Fixture *fixture, const char *setting)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) parts = read_model(fixture, setting, &error);
    GString *texts = g_string_new(NULL);

    assert_no_error(error);
    for (guint i = 0; i < parts->len; i++)
        g_string_append_printf(texts, "%s|", ((MigModelPart *)parts->pdata[i])->text);
    return g_string_free(texts, FALSE);
}

static void
assert_fails(Fixture *fixture, const char *setting, const char *shown)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) parts = read_model(fixture, setting, &error);

    assert_null(parts);
    g_autofree char *text = mig_error_format(error);
    g_autofree char *pattern = g_strconcat("*", shown, "*", NULL);

    if (!g_pattern_match_simple(pattern, text))
        fail_msg("%s", text);
    assert_int_equal(mig_error_exit_status(error), 3);
}

static void
files_and_folders_are_read_in_order(void **state)
{
    Fixture *fixture = *state;

    put(fixture, "one.sql", "1");
    put(fixture, "bom.sql",
        "\xef\xbb\xbf"
        "2\r\n");
    put(fixture, "empty.sql", "");
    put(fixture, "dir/b.sql", "b");
    put(fixture, "dir/a b/ü.sql", "ü");
    put(fixture, "dir/a.sql", "a");
    put(fixture, "dir/readme.txt", "no");
    put(fixture, "dir/.hidden.sql", "no");
    g_autofree char *one = texts_of(fixture, "one.sql");
    g_autofree char *all = texts_of(fixture, "bom.sql\ndir\nempty.sql, one.sql");

    assert_string_equal(one, "1|");
    assert_string_equal(all, "2\r\n|ü|a|b||1|");
}

static void
what_cannot_be_read_is_named(void **state)
{
    Fixture *fixture = *state;

    put(fixture, "latin.sql",
        "CREATE TABLE t (a);\n-- gr\xf6\xdf"
        "e\n");
    put(fixture, "empty/readme.txt", "");
    assert_fails(fixture, "missing.sql", "cannot read '*missing.sql': No such file*migrate.ini:3");
    assert_fails(fixture, "empty", "the folder '*empty' holds no .sql file");
    assert_fails(fixture, "latin.sql", "'*latin.sql' is not UTF-8 text\n  at *latin.sql:2:6\n");
    assert_fails(fixture, "", "there is no model*Set 'model'");
}

static void
commands_are_run_without_a_shell(void **state)
{
    Fixture *fixture = *state;

    put(fixture, "x.sql", "from here");
    g_autofree char *here = texts_of(fixture, "exec:cat x.sql");
    g_autofree char *plain = texts_of(fixture, "exec:echo '$HOME;' \"a  b\" | c");
    g_autofree char *dialect =
        texts_of(fixture, "exec:sh -c 'echo $MIGRATE_DIALECT; echo hush >&2'");

    assert_string_equal(here, "from here|");
    assert_string_equal(plain, "$HOME; a  b | c\n|");
    assert_string_equal(dialect, "sqlite\n|");
    assert_non_null(strstr(fixture->told->str, "hush"));
}

static void
a_command_that_fails_is_shown_with_its_words(void **state)
{
    Fixture *fixture = *state;

    assert_fails(fixture, "exec:sh -c 'echo why >&2; echo x; exit 3'",
                 "exited with status 3*detail: why*");
    assert_fails(fixture, "exec:sh -c 'kill -9 $$'", "was ended by signal 9");
    assert_fails(fixture, "exec:true", "'true' printed nothing*hint: Let it print");
    assert_fails(fixture, "exec:printf ' \\n'", "printed nothing");
    assert_fails(fixture, "exec:no-such-program-here",
                 "error E208: cannot run 'no-such-program-here': there is no such program");
    assert_fails(fixture, "exec:sh -c 'unclosed", "cannot run");
    assert_fails(fixture, "exec:printf 'ok\\n\\377'", "is not UTF-8 text\n  at exec:printf*:2:1");
}

static void
a_large_output_is_taken_whole(void **state)
{
    g_autofree char *text = texts_of(
        *state, "exec:sh -c 'yes abcdefghi | head -c 5000000; yes e | head -c 3000000 >&2'");

    assert_int_equal(strlen(text), 5000001);
}

/* The command and what it started are gone when time is up. */
static void
a_command_that_hangs_is_ended(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->folder, "pid", NULL), *text = NULL;
    gint64 start_us = g_get_monotonic_time();

    mig_config_set(fixture->config, "model_timeout", "500ms", "test", NULL);
    assert_fails(fixture, "exec:sh -c 'sleep 100 & echo $! >pid; wait'",
                 "was still running after 0.5 s");
    assert_true(g_get_monotonic_time() - start_us < 30 * G_USEC_PER_SEC);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    pid_t pid = (pid_t)g_ascii_strtoll(text, NULL, 10);

    for (int i = 0; i < 200 && kill(pid, 0) == 0; i++)
        g_usleep(10000);
    assert_int_not_equal(kill(pid, 0), 0);
}

/* A background process that keeps the output open does not keep us. */
static void
what_a_command_leaves_behind_is_not_waited_for(void **state)
{
    gint64 start_us = g_get_monotonic_time();
    g_autofree char *text = texts_of(*state, "exec:sh -c 'sleep 20 & echo done'");

    assert_string_equal(text, "done\n|");
    assert_true(g_get_monotonic_time() - start_us < 15 * G_USEC_PER_SEC);
}

static void
execute(Fixture *fixture, const char *text, GError **error)
{
    const MigDialect *dialect = mig_dialect_by_name("sqlite");
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, NULL);
    const MigModelPart part = {(char *)"m.sql", (char *)text, strlen(text)};

    mig_model_execute(fixture->project, scratch, &part, error);
    dialect->close(scratch);
}

static void
rows_are_no_part_of_a_model(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;

    execute(
        fixture,
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t (a INTEGER PRIMARY KEY "
        "AUTOINCREMENT, b NOT NULL);\nINSERT INTO t VALUES(1,NULL);\nreplace into\nt values (1);\n"
        "DELETE FROM sqlite_sequence;\nINSERT INTO sqlite_sequence VALUES('t',1);\nUPDATE t SET "
        "b = nonsense();\nCOMMIT;\n",
        &error);
    assert_no_error(error);
    assert_string_equal(fixture->told->str,
                        "m.sql: left out 3 statements that change rows, not the schema\n");
}

static void
errors_of_the_engine_have_a_place(void **state)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"CREATE TABLE t (a);\n\nCREATE TABLE ü (é int, FOO BAR BAZ(, b);",
         "error E208: *at m.sql:3:*CREATE TABLE ü*database: near \",\": syntax error*"},
        {"CREATE TABLE t (a);\nINSERT INTO t VALUES ('ü'); CREATE INDEX i ON nowhere (a);",
         "error E208: *at m.sql:2:*INSERT INTO t VALUES ('ü'); CREATE INDEX*no such table*"},
        {"CREATE TABLE t (a 'x", "error E208: *at m.sql:1:19\n*"},
        {"CREATE VIEW v AS SELECT 1; ATTACH '/tmp/x.db' AS x;", "error E208: *at m.sql:1:*"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        execute(*state, cases[i].text, &error);
        assert_non_null(error);
        g_autofree char *shown = mig_error_format(error);

        if (!g_pattern_match_simple(cases[i].shown, shown))
            fail_msg("%s", shown);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_and_folders_are_read_in_order),
        TEST(what_cannot_be_read_is_named),
        TEST(commands_are_run_without_a_shell),
        TEST(a_command_that_fails_is_shown_with_its_words),
        TEST(a_large_output_is_taken_whole),
        TEST(a_command_that_hangs_is_ended),
        TEST(what_a_command_leaves_behind_is_not_waited_for),
        TEST(rows_are_no_part_of_a_model),
        TEST(errors_of_the_engine_have_a_place),
    };

    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
