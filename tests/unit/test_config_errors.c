/* Settings that are wrong: all are told, in order, and no password with them. */
#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "tests/unit/load_config.h"

static void
all_errors_together_in_order(void **state)
{
    g_autofree char *shown = errors_of("[migrate]\n"
                                       "verson_table = x\n"
                                       "online = perhaps\n"
                                       "sqlalchemy.url = sqlite:///a.db\n"
                                       "lock_timeout = 3 weeks\n"
                                       "log_table =\n"
                                       "lock_retries = -1\n"
                                       "timezone = Mars/Olympus\n"
                                       "naming = ${UNSET}\n"
                                       "no sign\n"
                                       "hooks = a\n"
                                       "online = true\n"
                                       "[post_write_hooks]\n"
                                       "url = sqlite:\n"
                                       "[migrate]\n",
                                       NULL);
    static const char *const parts[] = {
        "E203: unknown key 'verson_table' in section [migrate]\n  at migrate.ini:2:1",
        "Did you mean 'version_table'?",
        "E204: 'perhaps' of key 'online' is no boolean\n  at migrate.ini:3:10",
        "unknown key 'sqlalchemy.url' in section [migrate]\n  at migrate.ini:4:1",
        "It only made sense in Python. Write 'url' instead.",
        "'3 weeks' of key 'lock_timeout' is no duration\n  at migrate.ini:5:16",
        "key 'log_table' has no value\n  at migrate.ini:6",
        "'-1' of key 'lock_retries' is no number\n  at migrate.ini:7:16",
        "'Mars/Olympus' of key 'timezone' is no time zone",
        "environment variable 'UNSET' is not set\n  at migrate.ini:9:10",
        "E202: line is neither '[section]' nor 'key = value'\n  at migrate.ini:10:1",
        "unknown key 'hooks' in section [migrate]\n  at migrate.ini:11:1",
        "It belongs in section [post_write_hooks].",
        "key 'online' is twice in section [migrate], first in line 3\n  at migrate.ini:12:1",
        "unknown key 'url' in section [post_write_hooks]\n  at migrate.ini:14:1",
        "It belongs in section [migrate].",
        "section [migrate] is there twice, first in line 1\n  at migrate.ini:15:1",
    };
    const char *at = shown;

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *found = strstr(at, parts[i]);

        if (!found)
            fail_msg("'%s' is not (in its place) in: %s", parts[i], shown);
        at = found;
    }
}

static void
values_not_in_force_are_checked_too(void **state)
{
    const char *text = "[migrate]\nonline = 7\n[migrate:a]\nonline = 8\n[migrate:b]\nonline = 9\n"
                       "lock_timeout = ${UNSET}\n";
    g_autofree char *shown = errors_of(text, &(MigConfigOptions){.section = "a"});

    assert_contains(shown, "'7' of key 'online'");
    assert_contains(shown, "'8' of key 'online'");
    assert_contains(shown, "'9' of key 'online'");
    assert_null(strstr(shown, "UNSET"));
}

static void
unknown_sections(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"[alembic]\nscript_location = x\n", "section [alembic] is Alembic's"},
        {"[alembic]\nscript_location = x\n", "Write [migrate] instead."},
        {"[alembic]\nprepend_sys_path = .\n", "unknown key 'prepend_sys_path'"},
        {"[migrate]\n[handlers]\nkeys = console\n", "section [handlers] configures Python's"},
        {"[migrate]\n[migrat]\n", "Did you mean [migrate]?"},
        {"[migrate]\n[post_write_hook]\n", "Did you mean [post_write_hooks]?"},
        {"[migrate]\n[engine1]\n", "is written [migrate:NAME]"},
        {"[migrate]\n[migrate:]\n", "unknown section [migrate:]"},
        {"[DEFAULT]\na = b\n", "is written in [migrate]"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = errors_of(cases[i].text, NULL);

        assert_contains(shown, cases[i].expected);
    }
}

static void
logging_sections_are_one_error(void **state)
{
    g_autofree char *shown = errors_of("[migrate]\n[loggers]\nkeys = root\n[handlers]\n"
                                       "[formatters]\n[logger_root]\nlevel = WARN\nhandlers =\n",
                                       NULL);

    assert_contains(shown, "section [loggers]");
    assert_null(strstr(strstr(shown, "error E") + 1, "error E"));
}

static void
bad_hooks(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"hooks = fmt\n", "hook 'fmt' has no command\n  at migrate.ini:3:9"},
        {"hooks = fmt\nfmt.command =\n", "hook 'fmt' has no command\n  at migrate.ini:4:1"},
        {"hook = fmt\n", "Did you mean 'hooks'?"},
        {"fmt.comand = x\n", "Did you mean 'fmt.command'?"},
        {"fmt.type = console_scripts\n", "Write the whole command line as 'fmt.command'"},
        {"fmt.other = x\n", "A hook has 'fmt.command' and 'fmt.cwd'."},
        {".command = x\n", "unknown key '.command'"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("[migrate]\n[post_write_hooks]\n%s", cases[i].text);
        g_autofree char *shown = errors_of(text, NULL);

        assert_contains(shown, cases[i].expected);
    }
}

static void
no_password_in_errors(void **state)
{
    static const char *const lines[] = {
        "ulr = postgresql://u:S3cret@h/db",
        "url = postgresql://u:S3cret@${UNSET}/db",
        "url = postgresql://${UNSET}:S3cret@h/db",
        "url = postgresql://u:S3cr@t:/#%S3cret@h/db",
        "url = postgresql://h/db?password=S3cret&x=${UNSET}",
        "sqlalchemy.url = postgresql://u:S3cret@h/db?sslpassword=S3cret",
        "scratch_url = mysql://u:S3cret@h/db",
        "model = exec:PGPASSWORD=S3cret psql ${UNSET}",
        "url = ${UNSET_TOO:-postgresql://u:S3cret@${UNSET}}",
        "url postgresql://u:S3cret@h",
        "url =\n   postgresql://u:S3cret@h\nurl =\n   postgresql://u:S3cret@h",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *text = g_strdup_printf("[migrate]\n%s\n", lines[i]);
        g_autofree char *shown = errors_of(text, NULL);

        if (strstr(shown, "S3cr"))
            fail_msg("'%s' shows: %s", lines[i], shown);
    }
}

static void
files_that_cannot_be_read(void **state)
{
    static const struct {
        const char *file, *expected;
        int code;
    } cases[] = {
        {NULL, "there is no file 'migrate.ini'", MIG_E_CONFIG_MISSING},
        {"no/such.ini", "there is no file 'no/such.ini'", MIG_E_CONFIG_MISSING},
        {"folder", "'folder' is a folder, not a file", MIG_E_FILE},
        {"file/x.ini", "cannot read 'file/x.ini'", MIG_E_FILE},
    };

    assert_int_equal(g_mkdir("folder", 0700), 0);
    assert_true(g_file_set_contents("file", "", -1, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        MigConfigOptions options = {.file = cases[i].file};

        assert_null(mig_config_load(&options, &error));
        assert_int_equal(error->code, cases[i].code);
        assert_contains(error->message, cases[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_errors_together_in_order),
        TEST(values_not_in_force_are_checked_too),
        TEST(unknown_sections),
        TEST(logging_sections_are_one_error),
        TEST(bad_hooks),
        TEST(no_password_in_errors),
        TEST(files_that_cannot_be_read),
    };

    return cmocka_run_group_tests_name("config errors", tests, NULL, NULL);
}
