#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/redact.h"
#include "core/url.h"

static void
sqlite_urls_become_paths(void **state)
{
    static const struct {
        const char *text, *path;
    } cases[] = {
        {"sqlite:///app.db", "/srv/app/app.db"},
        {"sqlite:///./app.db", "/srv/app/app.db"},
        {"sqlite:///../x/app.db", "/srv/app/../x/app.db"},
        {"sqlite:////var/lib/app.db", "/var/lib/app.db"},
        {"sqlite:app.db", "/srv/app/app.db"},
        {"sqlite:/var/app.db", "/var/app.db"},
        {"sqlite::memory:", ":memory:"},
        {"sqlite:///:memory:", ":memory:"},
        {"sqlite://", ":memory:"},
        {"sqlite://?cache=shared", ":memory:"},
        {"SQLite+pysqlite:///app.db", "/srv/app/app.db"},
        {"sqlite:///my%20file#1 @a:b.db", "/srv/app/my%20file#1 @a:b.db"},
        {"sqlite:///größe 'x\".db?mode=ro", "/srv/app/größe 'x\".db"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigUrl) url = mig_url_parse(cases[i].text, "/srv/app", &error);

        assert_no_error(error);
        assert_string_equal(url->scheme, "sqlite");
        assert_string_equal(url->path, cases[i].path);
    }
}

static void
relative_folders_start_here(void **state)
{
    g_autofree char *current = g_get_current_dir();
    g_autofree char *expected = g_build_filename(current, "sub", "a.db", NULL);
    g_autofree char *plain = g_build_filename(current, "a.db", NULL);
    g_autoptr(MigUrl) below = mig_url_parse("sqlite:a.db", "sub", NULL);
    g_autoptr(MigUrl) here = mig_url_parse("sqlite:a.db", NULL, NULL);

    assert_string_equal(below->path, expected);
    assert_string_equal(here->path, plain);
}

static void
sqlite_options_are_decoded(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigUrl) url =
        mig_url_parse("sqlite:///a.db?mode=ro&vfs=my%20vfs%3d1&&x=a+b%zz", "/", &error);

    assert_no_error(error);
    assert_int_equal(g_hash_table_size(url->query), 3);
    assert_string_equal(g_hash_table_lookup(url->query, "mode"), "ro");
    assert_string_equal(g_hash_table_lookup(url->query, "vfs"), "my vfs=1");
    assert_string_equal(g_hash_table_lookup(url->query, "x"), "a+b%zz");
}

static void
server_urls_are_kept_raw(void **state)
{
    static const struct {
        const char *text, *raw, *display;
    } cases[] = {
        {"postgresql://localhost/db", "postgresql://localhost/db", "postgresql://localhost/db"},
        {"postgres://u@h:5432/db", "postgres://u@h:5432/db", "postgres://u@h:5432/db"},
        {"PostgreSQL+psycopg2://u:pw@h/db", "postgresql://u:pw@h/db", "postgresql://u:***@h/db"},
        {"postgresql:///db?host=/run/pg&service=x", "postgresql:///db?host=/run/pg&service=x",
         "postgresql:///db?host=/run/pg&service=x"},
        {"postgresql://u:@h1:1,h2:2/db", "postgresql://u:@h1:1,h2:2/db",
         "postgresql://u:@h1:1,h2:2/db"},
        {"postgresql://", "postgresql://", "postgresql://"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigUrl) url = mig_url_parse(cases[i].text, "/", &error);

        assert_no_error(error);
        assert_string_equal(url->scheme, "postgresql");
        assert_string_equal(url->raw, cases[i].raw);
        assert_string_equal(url->display, cases[i].display);
        assert_null(url->path);
        assert_null(url->query);
    }
}

/* In each of these "S3cr" begins a password or a piece of one; no text we make may hold it. */
static const char *const with_password[] = {
    "postgresql://u:S3cret@h/db",
    "postgresql://:S3cret@h/db",
    "postgresql://u:S3cr%40%3A%2F%23%25S3cr@h/db",
    "postgresql://u:S3cr:S3cr#S3cr?S3cr@h/db",
    "postgresql://u:S3cr@S3cr@h/db",
    "postgresql://u:S3cr/S3cr@h/db",
    "postgresql://u:S3cr%S3cr@h/db",
    "postgresql://u@server:S3cret@server/db",
    "postgresql://u:1/S3cret@h/db",
    "postgresql://h/db?password=S3cret",
    "postgresql://h/db?user=u&sslpassword=S3cret&sslmode=require",
    "postgresql://h/db?PassWord=S3cr@:/#%S3cr",
    "postgresql://h/db?p%61ssword=S3cret",
    "postgresql://h/db?dbname=postgresql%3A%2F%2Fu%3AS3cret%40h",
    "postgresql://h/db?options=password%3DS3cret",
    "postgresql://u:S3cret1@h/db?password=S3cret2",
    "postgresql://u:S3cr?x=S3cr@h/db",
    "postgresql://u:S3cret@h/db?bad",
    "postgresql:u:S3cret@h/db",
    "postgres//u:S3cret@h/db",
    "mysql://u:S3cret@h/db",
    "u:S3cret@h/db",
    "sqlite:///a.db?password=S3cret",
    "sqlite:///a.db?key=S3cret",
    "sqlite:///a.db?key=S3cret&key=S3cret",
    "sqlite+pysqlcipher://:S3cret@/a.db",
    "sqlite://u:S3cret@h/a.db",
    "postgresql://u:S3cret\n@h/db",
};

static void
no_password_is_seen(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(with_password); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigUrl) url = mig_url_parse(with_password[i], "/", &error);
        g_autofree char *shown = url ? g_strdup(url->display) : mig_error_format(error);
        g_autofree char *line = g_strconcat("url = ", with_password[i], NULL);
        g_autofree char *redacted = mig_redact_line(line, NULL);

        if (strstr(shown, "S3cr"))
            fail_msg("'%s' is shown as: %s", with_password[i], shown);
        if (strstr(redacted, "S3cr"))
            fail_msg("line '%s' is shown as: %s", line, redacted);
    }
}

static void
messages_are_redacted(void **state)
{
    g_autoptr(MigUrl) url =
        mig_url_parse("postgresql://u:p%40ss-word@h/db?sslpassword=no", "/", NULL);
    g_autofree char *text = mig_url_redact(
        url, "bad token \"p%40ss-word\", or p@ss-word, no: \"no\" is none in snow (u@h)");

    assert_string_equal(text, "bad token \"***\", or ***, ***: \"***\" is none in snow (u@h)");
}

static void
lines_without_password_stay(void **state)
{
    static const char *const lines[] = {"", "url = sqlite:///app.db", "model: schema.sql",
                                        "url = postgresql://u@h/db", "%(here)s ${X:-y}"};

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        gsize start;
        g_autofree char *line = mig_redact_line(lines[i], &start);

        assert_string_equal(line, lines[i]);
        assert_int_equal(start, strlen(lines[i]));
    }
    gsize start;
    g_autofree char *line = mig_redact_line("PGPASSWORD = a b=c", &start);

    assert_string_equal(line, "PGPASSWORD = ***");
    assert_int_equal(start, strlen("PGPASSWORD = "));
}

static void
bad_urls_are_explained(void **state)
{
    static const struct {
        const char *text, *message, *hint;
    } cases[] = {
        {"", "does not begin with a scheme", "sqlite:///app.db"},
        {"app.db", "does not begin with a scheme", "sqlite:///app.db"},
        {"/a:b", "does not begin with a scheme", NULL},
        {"sqllite:///a.db", "unknown scheme 'sqllite'", "Did you mean 'sqlite'?"},
        {"postgre://h/db", "unknown scheme 'postgre'", "Did you mean 'postgres'?"},
        {"mysql://h/db", "unknown scheme 'mysql'", "sqlite and postgresql"},
        {"sqlite://app.db", "names a host", "sqlite:///app.db"},
        {"sqlite:", "names no file", NULL},
        {"sqlite:///", "names no file", NULL},
        {"sqlite:///?mode=ro", "names no file", NULL},
        {"sqlite:////folder/", "names no file", NULL},
        {"sqlite:///a.db?mode", "'name=value'", NULL},
        {"sqlite:///a.db?=ro", "'name=value'", NULL},
        {"sqlite:///a.db?mode=ro&mode=rw", "option 'mode' is twice", NULL},
        {"sqlite:///a.db?mode=%ff", "not UTF-8 when decoded", NULL},
        {"sqlite:///a\n.db", "line break", NULL},
        {"sqlite:///\xff.db", "not UTF-8", NULL},
        {"postgresql:h/db", "'//' is missing", NULL},
        {"postgresql://u:p@ss@h/db", "'@' or '/' that must be escaped", "%40"},
        {"postgresql://u:p/ss@h/db", "'@' or '/' that must be escaped", "%2F"},
        {"postgresql://u:100%@h/db", "two hex digits", "%25"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(mig_url_parse(cases[i].text, "/", &error));
        assert_true(g_error_matches(error, MIG_ERROR, MIG_E_URL));
        if (!strstr(error->message, cases[i].message))
            fail_msg("'%s': %s", cases[i].text, error->message);
        const char *hint = mig_error_details(error)->hint;

        if (cases[i].hint && (!hint || !strstr(hint, cases[i].hint)))
            fail_msg("'%s': hint %s", cases[i].text, hint);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_urls_become_paths),
        cmocka_unit_test(relative_folders_start_here),
        cmocka_unit_test(sqlite_options_are_decoded),
        cmocka_unit_test(server_urls_are_kept_raw),
        cmocka_unit_test(no_password_is_seen),
        cmocka_unit_test(messages_are_redacted),
        cmocka_unit_test(lines_without_password_stay),
        cmocka_unit_test(bad_urls_are_explained),
    };

    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
