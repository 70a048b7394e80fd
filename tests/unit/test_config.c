#include "tests/unit/unit.h"

#include <glib/gstdio.h>

#include "core/config.h"
#include "core/error.h"
#include "tests/unit/load_config.h"

static void
defaults(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = load_with("[migrate]\n", NULL, &error);

    assert_no_error(error);
    assert_string_equal(mig_config_text(config, "script_location"), ".");
    assert_string_equal(mig_config_text(config, "version_table"), "migrate_version");
    assert_string_equal(mig_config_text(config, "log_table"), "migrate_log");
    assert_string_equal(mig_config_text(config, "file_template"), "%(rev)s_%(slug)s");
    assert_null(mig_config_text(config, "version_table_schema"));
    assert_int_equal(mig_config_list(config, "version_locations")->len, 0);
    assert_true(mig_config_boolean(config, "transaction_per_migration"));
    assert_true(mig_config_boolean(config, "online"));
    assert_false(mig_config_boolean(config, "include_grants"));
    assert_int_equal(mig_config_integer(config, "truncate_slug_length"), 40);
    assert_int_equal(mig_config_integer(config, "lock_retries"), 10);
    assert_int_equal(mig_config_duration_ms(config, "run_lock_timeout"), 300000);
    assert_int_equal(mig_config_duration_ms(config, "lock_timeout"), 3000);
    assert_int_equal(mig_config_duration_ms(config, "statement_timeout"), -1);
    assert_int_equal(mig_config_duration_ms(config, "model_timeout"), 60000);
    assert_string_equal(mig_config_origin(config, "log_table"), "default");
    assert_int_equal(mig_config_hooks(config)->len, 0);
    assert_string_equal(mig_config_file(config), "migrate.ini");
    assert_null(mig_config_section(config));
}

static void
values_by_type(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = load_with("[migrate]\n"
                                            "version_locations = a, b c\n"
                                            "    d ,, e\n"
                                            "online: OFF\n"
                                            "record_schema = Yes\n"
                                            "lock_retries = 0\n"
                                            "lock_timeout = 500ms\n"
                                            "run_lock_timeout = 2 h\n"
                                            "model_timeout = 90\n"
                                            "statement_timeout = 0\n"
                                            "model = exec:python -c 'a, b'\n"
                                            "  extra.sql, more.sql\n"
                                            "timezone = UTC\n"
                                            "file_template = %%(rev)s-%(slug)s\n",
                                            NULL, &error);

    assert_no_error(error);
    const GPtrArray *locations = mig_config_list(config, "version_locations");

    assert_int_equal(locations->len, 4);
    assert_string_equal(locations->pdata[1], "b c");
    assert_string_equal(locations->pdata[3], "e");
    assert_false(mig_config_boolean(config, "online"));
    assert_true(mig_config_boolean(config, "record_schema"));
    assert_int_equal(mig_config_integer(config, "lock_retries"), 0);
    assert_int_equal(mig_config_duration_ms(config, "lock_timeout"), 500);
    assert_int_equal(mig_config_duration_ms(config, "run_lock_timeout"), 7200000);
    assert_int_equal(mig_config_duration_ms(config, "model_timeout"), 90000);
    assert_int_equal(mig_config_duration_ms(config, "statement_timeout"), -1);
    assert_string_equal(mig_config_text(config, "file_template"), "%%(rev)s-%(slug)s");
    assert_string_equal(mig_config_origin(config, "model_timeout"), "migrate.ini:9");
    const GPtrArray *model = mig_config_list(config, "model");

    assert_int_equal(model->len, 3);
    assert_string_equal(model->pdata[0], "exec:python -c 'a, b'");
    assert_string_equal(model->pdata[2], "more.sql");
}

static void
include_schemas_is_a_list_or_a_boolean(void **state)
{
    static const struct {
        const char *value;
        guint length;
        const char *first;
    } cases[] = {{"true", 1, "*"},        {"ON", 1, "*"}, {"false", 0, NULL},
                 {"a, tenant_*", 2, "a"}, {"", 0, NULL},  {"true, b", 2, "true"}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            g_strdup_printf("[migrate]\ninclude_schemas = %s\n", cases[i].value);
        g_autoptr(MigConfig) config = load_with(text, NULL, NULL);
        const GPtrArray *list = mig_config_list(config, "include_schemas");

        assert_int_equal(list->len, cases[i].length);
        if (cases[i].first)
            assert_string_equal(list->pdata[0], cases[i].first);
    }
}

static void
variables_are_replaced(void **state)
{
    static const struct {
        const char *value, *expected;
    } cases[] = {
        {"a ${SET} b", "a from environment b"},
        {"${SET:-x}", "from environment"},
        {"x${EMPTY}y", "xy"},
        {"${EMPTY:-x}", "x"},
        {"${UNSET:-}!", "!"},
        {"${UNSET:-a${SET}b}c", "afrom environmentbc"},
        {"${UNSET:-a}b}", "ab}"},
        {"${x:key}", "of -x"},
        {"${x:key:-other}", "of -x"},
        {"${x:none:-other}", "other"},
        {"${x:flag}!", "!"},
        {"$SET 100% $ % %% %(x)s $${ ${ } ${} ${1} ${x:} ${UNSET",
         "$SET 100% $ % %% %(x)s $${ ${ } "
         "${} ${1} ${x:} ${UNSET"},
        {"p%(heres p@ss$", "p%(heres p@ss$"},
    };
    g_autoptr(GPtrArray) extra = g_ptr_array_new();
    MigConfigOptions options = {.extra = extra};

    g_ptr_array_add(extra, (char *)"key=first");
    g_ptr_array_add(extra, (char *)"key=of -x");
    g_ptr_array_add(extra, (char *)"flag");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf("[migrate]\nnaming = %s\n", cases[i].value);
        g_autoptr(MigConfig) config = load_with(text, &options, &error);

        assert_no_error(error);
        assert_string_equal(mig_config_text(config, "naming"), cases[i].expected);
    }
    assert_int_equal(extra->len, 3);
}

static void
here_is_the_folder_of_the_file(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *current = g_get_current_dir();
    g_autofree char *sub = g_build_filename(current, "sub dir", NULL);
    g_autofree char *expected = g_build_filename(sub, "x", NULL);

    assert_int_equal(g_mkdir("sub dir", 0700), 0);
    assert_true(g_file_set_contents("sub dir/my.ini", "[migrate]\nscript_location = %(here)s/x\n",
                                    -1, NULL));
    g_setenv("MIGRATE_CONFIG", "sub dir/my.ini", TRUE);
    g_autoptr(MigConfig) config = mig_config_load(&(MigConfigOptions){0}, &error);
    g_autofree char *path = mig_config_resolve_path(config, "./x");
    g_autofree char *dot = mig_config_resolve_path(config, ".");
    g_autofree char *absolute = mig_config_resolve_path(config, "/x");

    assert_no_error(error);
    assert_string_equal(mig_config_here(config), sub);
    assert_string_equal(mig_config_text(config, "script_location"), expected);
    assert_string_equal(path, expected);
    assert_string_equal(dot, sub);
    assert_string_equal(absolute, "/x");
    assert_string_equal(mig_config_origin(config, "script_location"), "sub dir/my.ini:2");
}

static void
here_of_a_path_through_a_symbolic_link(void **state)
{
    g_autofree char *current = g_get_current_dir();

    assert_int_equal(g_mkdir_with_parents("a/b", 0700), 0);
    assert_int_equal(symlink("a/b", "link"), 0);
    assert_true(g_file_set_contents("a/migrate.ini", "[migrate]\n", -1, NULL));
    g_autoptr(MigConfig) config =
        mig_config_load(&(MigConfigOptions){.file = "link/../migrate.ini"}, NULL);
    g_autofree char *expected = g_build_filename(current, "a", NULL);

    assert_string_equal(mig_config_here(config), expected);
}

static void
sections_are_laid_over_migrate(void **state)
{
    const char *text = "[migrate]\n"
                       "url = ${UNSET}\n"
                       "version_table = v\n"
                       "log_table = l\n"
                       "[migrate:one]\n"
                       "url = sqlite:///one.db\n"
                       "version_table = v1\n"
                       "[migrate: zwei 'q']\n"
                       "url = sqlite:///${UNSET:-two}.db\n"
                       "[migrate:three]\n"
                       "url = sqlite:///${UNSET}.db\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) one = load_with(text, &(MigConfigOptions){.section = "one"}, &error);

    assert_no_error(error);
    g_autoptr(MigConfig) two = load_with(text, &(MigConfigOptions){.section = "zwei 'q'"}, &error);

    assert_no_error(error);
    assert_string_equal(mig_config_text(one, "version_table"), "v1");
    assert_string_equal(mig_config_text(one, "log_table"), "l");
    assert_string_equal(mig_config_url(one, NULL)->display, "sqlite:///one.db");
    assert_string_equal(mig_config_section(one), "one");
    assert_string_equal(mig_config_text(two, "version_table"), "v");
    assert_string_equal(mig_config_url(two, NULL)->display, "sqlite:///two.db");
    g_autoptr(GPtrArray) names = mig_config_sections(one);

    assert_int_equal(names->len, 3);
    assert_string_equal(names->pdata[1], "zwei 'q'");
    g_autofree char *shown = errors_of(text, &(MigConfigOptions){.section = "three"});

    assert_string_equal(shown, "error E204: environment variable 'UNSET' is not set\n"
                               "  at migrate.ini:11:17\n"
                               "   11 | url = sqlite:///${UNSET}.db\n"
                               "      |                 ^\n"
                               "  hint: Set it, or write ${UNSET:-default}.\n");
    g_autofree char *misspelt = errors_of(text, &(MigConfigOptions){.section = "onne"});

    assert_contains(misspelt, "there is no section [migrate:onne] in 'migrate.ini'");
    assert_contains(misspelt, "Did you mean 'one'? The names are 'one', 'zwei 'q'', 'three'.");
}

static void
section_alone_or_missing(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config =
        load_with("[migrate:a]\n", &(MigConfigOptions){.section = "a"}, &error);

    assert_no_error(error);
    g_autofree char *which = errors_of("[migrate:a]\n[migrate:b]\n", NULL);

    assert_contains(which, "error E201: there is no section [migrate]");
    assert_contains(which, "Choose a section with -n: the names are 'a', 'b'.");
    g_autofree char *empty = errors_of("", NULL);

    assert_contains(empty, "Begin the file with a line '[migrate]'.");
    g_autofree char *none = errors_of("[migrate]\n", &(MigConfigOptions){.section = "a"});

    assert_contains(none, "leave out -n");
}

static void
url_by_precedence(void **state)
{
    const char *text = "[migrate]\nurl = sqlite:///file.db\n";
    MigConfigOptions given = {.url = "sqlite:///option.db"};
    g_autoptr(MigConfig) of_file = load_with(text, NULL, NULL);

    assert_string_equal(mig_config_origin(of_file, "url"), "migrate.ini:2");
    g_setenv("DATABASE_URL", "sqlite:///database.db", TRUE);
    g_autoptr(MigConfig) still_file = load_with(text, NULL, NULL);
    g_autoptr(MigConfig) of_database = load_with("[migrate]\nurl =\n", NULL, NULL);

    assert_string_equal(mig_config_origin(still_file, "url"), "migrate.ini:2");
    assert_string_equal(mig_config_origin(of_database, "url"), "DATABASE_URL");
    assert_string_equal(mig_config_url(of_database, NULL)->display, "sqlite:///database.db");
    g_setenv("MIGRATE_URL", "sqlite:///environment.db", TRUE);
    g_autoptr(MigConfig) of_environment = load_with(text, NULL, NULL);
    g_autoptr(MigConfig) of_option = load_with("[migrate]\nurl = ${UNSET}\n", &given, NULL);

    assert_string_equal(mig_config_origin(of_environment, "url"), "MIGRATE_URL");
    assert_string_equal(mig_config_origin(of_option, "url"), "--url");
    assert_string_equal(mig_config_url(of_option, NULL)->display, "sqlite:///option.db");
}

static void
relative_urls(void **state)
{
    g_autofree char *current = g_get_current_dir();
    static const struct {
        const char *option, *of_file, *expected;
    } cases[] = {
        {NULL, "sqlite:///a.db", "sub/a.db"},
        {NULL, "sqlite:a.db", "sub/a.db"},
        {"sqlite:///a.db", "", "sub/a.db"},
        {"sqlite:a.db", "", "a.db"},
    };

    assert_int_equal(g_mkdir("sub", 0700), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("[migrate]\nurl = %s\n", cases[i].of_file);
        g_autofree char *expected = g_build_filename(current, cases[i].expected, NULL);
        MigConfigOptions options = {.file = "sub/m.ini", .url = cases[i].option};

        assert_true(g_file_set_contents("sub/m.ini", text, -1, NULL));
        g_autoptr(MigConfig) config = mig_config_load(&options, NULL);

        assert_string_equal(mig_config_url(config, NULL)->path, expected);
    }
}

static void
no_url_or_a_bad_one(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) none = load_with("[migrate]\n", NULL, NULL);

    assert_null(mig_config_url(none, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_URL));
    g_autofree char *shown = mig_error_format(error);

    assert_contains(shown, "'url = sqlite:///app.db' in migrate.ini, or give --url, MIGRATE_URL or "
                           "DATABASE_URL");
    g_clear_error(&error);
    g_setenv("DATABASE_URL", "mysql://u:S3cret@h", TRUE);
    g_autoptr(MigConfig) other = load_with("[migrate]\n", NULL, NULL);

    assert_null(mig_config_url(other, &error));
    g_autofree char *bad = mig_error_format(error);

    assert_contains(bad, "error E205: DATABASE_URL: unknown scheme 'mysql'");
    assert_null(strstr(bad, "S3cret"));
}

static void
hooks(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *current = g_get_current_dir();
    g_autofree char *cwd = g_build_filename(current, "sub", NULL);
    g_autoptr(MigConfig) config =
        load_with("[migrate]\n[post_write_hooks]\nhooks = fmt, a.b\n"
                  "a.b.command = lint REVISION_SCRIPT_FILENAME\n"
                  "fmt.command = ${SET} %(here)s\nfmt.cwd = sub\nunused.command = ${UNSET}\n"
                  "[lint]\nPG001 = warning\n",
                  NULL, &error);

    assert_no_error(error);
    const GPtrArray *list = mig_config_hooks(config);

    assert_int_equal(list->len, 2);
    const MigHook *first = list->pdata[0], *second = list->pdata[1];
    g_autofree char *command = g_strdup_printf("from environment %s", current);

    assert_string_equal(first->name, "fmt");
    assert_string_equal(first->command, command);
    assert_string_equal(first->cwd, cwd);
    assert_int_equal(first->line, 5);
    assert_string_equal(second->command, "lint REVISION_SCRIPT_FILENAME");
    assert_null(second->cwd);
}

static void
values_are_shown_without_passwords(void **state)
{
    static const struct {
        const char *key, *expected;
    } cases[] = {
        {"url", "postgresql://u:***@h/db?sslpassword=***"},
        {"scratch_url", "sqlite:///a:b@c.db"},
        {"model", "exec:PGPASSWORD=***"},
        {"version_locations", "a, b"},
        {"online", "true"},
        {"naming", NULL},
    };
    g_autoptr(MigConfig) config =
        load_with("[migrate]\nurl = postgresql://u:S3cret@h/db?sslpassword=S3cret\n"
                  "scratch_url = sqlite:///a:b@c.db\nmodel = exec:PGPASSWORD=S3cret dump\n"
                  "version_locations =\n  a\n  b\n",
                  NULL, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *shown = mig_config_show(config, cases[i].key);

        if (g_strcmp0(shown, cases[i].expected) != 0)
            fail_msg("%s: '%s', not '%s'", cases[i].key, shown, cases[i].expected);
    }
}

static void
extra_without_key(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) extra = g_ptr_array_new();

    g_ptr_array_add(extra, (char *)"=x");
    assert_null(load_with("[migrate]\n", &(MigConfigOptions){.extra = extra}, &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_BAD_ARGUMENT));
}

static void
settings_without_a_file(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = mig_config_new("/srv");

    g_setenv("MIGRATE_URL", "sqlite:///other.db", TRUE);
    assert_true(mig_config_set(config, "url", "sqlite:app.db", "the program", &error));
    assert_string_equal(mig_config_url(config, NULL)->path, "/srv/app.db");
    assert_true(mig_config_set(config, "url", "sqlite:new.db", "the program", &error));
    assert_string_equal(mig_config_url(config, NULL)->path, "/srv/new.db");
    assert_string_equal(mig_config_origin(config, "url"), "the program");
    assert_true(mig_config_set(config, "naming", "${UNSET}", "the program", &error));
    assert_string_equal(mig_config_text(config, "naming"), "${UNSET}");
    assert_null(mig_config_file(config));
    assert_false(mig_config_set(config, "online", "7", "the program", &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_CONFIG_VALUE));
    assert_true(mig_config_boolean(config, "online"));
    g_clear_error(&error);
    assert_false(mig_config_set(config, "onlin", "1", "the program", &error));
    assert_true(g_error_matches(error, MIG_ERROR, MIG_E_CONFIG_KEY));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(defaults),
        TEST(values_by_type),
        TEST(include_schemas_is_a_list_or_a_boolean),
        TEST(variables_are_replaced),
        TEST(here_is_the_folder_of_the_file),
        TEST(here_of_a_path_through_a_symbolic_link),
        TEST(sections_are_laid_over_migrate),
        TEST(section_alone_or_missing),
        TEST(url_by_precedence),
        TEST(relative_urls),
        TEST(no_url_or_a_bad_one),
        TEST(hooks),
        TEST(values_are_shown_without_passwords),
        TEST(extra_without_key),
        TEST(settings_without_a_file),
    };

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
