#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/ini.h"

typedef struct {
    GPtrArray *errors;
    MigIni *ini;
} Parsed;

static Parsed
parse(const char *text, gssize length)
{
    Parsed parsed = {g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free), NULL};

    parsed.ini =
        mig_ini_parse(text, length < 0 ? strlen(text) : (gsize)length, "m.ini", parsed.errors);
    return parsed;
}

static void
parsed_clear(Parsed *parsed)
{
    mig_ini_free(parsed->ini);
    g_ptr_array_unref(parsed->errors);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parsed, parsed_clear)

static const char *
value_of(const Parsed *parsed, const char *section, const char *key)
{
    const MigIniSection *found = mig_ini_section(parsed->ini, section);
    const MigIniEntry *entry = found ? mig_ini_entry(found, key) : NULL;

    return entry ? entry->value : NULL;
}

static void
keys_and_values(void **state)
{
    g_auto(Parsed) p = parse("# comment\n"
                             "; another\n"
                             "\n"
                             "[migrate]\n"
                             "plain = a value\n"
                             "colon: x = y\n"
                             "password=a#b ;c\n"
                             "empty =\n"
                             "  indented = 1\n"
                             "größe = ä\n"
                             "tail = spaces \t \n"
                             "[migrate:with 'space\"]\n"
                             "[ lint ]\n"
                             "a.b-c = [x]",
                             -1);

    assert_int_equal(p.errors->len, 0);
    assert_string_equal(value_of(&p, "migrate", "plain"), "a value");
    assert_string_equal(value_of(&p, "migrate", "colon"), "x = y");
    assert_string_equal(value_of(&p, "migrate", "password"), "a#b ;c");
    assert_string_equal(value_of(&p, "migrate", "empty"), "indented = 1");
    assert_string_equal(value_of(&p, "migrate", "größe"), "ä");
    assert_string_equal(value_of(&p, "migrate", "tail"), "spaces");
    assert_string_equal(value_of(&p, "lint", "a.b-c"), "[x]");
    assert_non_null(mig_ini_section(p.ini, "migrate:with 'space\""));
    assert_null(value_of(&p, "migrate", "none"));
}

static void
values_of_several_lines(void **state)
{
    g_auto(Parsed) p = parse("[s]\n"
                             "first = a\n"
                             "   b\n"
                             "\n"
                             "   # no part of it\n"
                             "\tc = d\n"
                             "  below =\n"
                             "    x\n"
                             "    [y]\n"
                             "  next = z\n",
                             -1);

    /* "below" is indented less than the line above it, but more than its key: it carries on. */
    assert_int_equal(p.errors->len, 0);
    assert_string_equal(value_of(&p, "s", "first"), "a\nb\nc = d\nbelow =\nx\n[y]\nnext = z");

    g_auto(Parsed) q = parse("[s]\n  below =\n    x\n    [y]\n  next = z\n[t]\n", -1);

    assert_int_equal(q.errors->len, 0);
    assert_string_equal(value_of(&q, "s", "below"), "x\n[y]");
    assert_string_equal(value_of(&q, "s", "next"), "z");
    assert_non_null(mig_ini_section(q.ini, "t"));
}

static void
line_ends_and_bom(void **state)
{
    g_auto(Parsed) p = parse("\xef\xbb\xbf[s]\r\na = 1\r\n  2\r\nb = 3", -1);

    assert_int_equal(p.errors->len, 0);
    assert_string_equal(value_of(&p, "s", "a"), "1\n2");
    assert_string_equal(value_of(&p, "s", "b"), "3");
}

static void
every_byte_of_a_value_has_its_place(void **state)
{
    const char *text = "[s]\nkey =  one\n\n   two\n  # c\n\tthree\n";
    g_auto(Parsed) p = parse(text, -1);
    const MigIniEntry *entry = mig_ini_entry(mig_ini_section(p.ini, "s"), "key");

    assert_string_equal(entry->value, "one\ntwo\nthree");
    for (gsize i = 0; entry->value[i]; i++) {
        if (entry->value[i] != '\n')
            assert_int_equal(text[mig_ini_value_offset(entry, i)], entry->value[i]);
    }
    assert_ptr_equal(text + mig_ini_value_offset(entry, 4), strstr(text, "two"));
    assert_int_equal(entry->line, 2);
}

static void
errors_have_places(void **state)
{
    static const struct {
        const char *text, *expected;
        gssize length;
    } cases[] = {
        {"a = 1\n", "error E202: key 'a' stands before any section\n  at m.ini:1:1\n", -1},
        {"[s]\nno sign\n", "neither '[section]' nor 'key = value'\n  at m.ini:2:1\n", -1},
        {"[s]\n  = x\n", "the key before '=' is missing\n  at m.ini:2:3\n", -1},
        {"[s\n", "section header is not of the form '[name]'\n  at m.ini:1:1\n", -1},
        {"[s] # c\n", "not of the form '[name]'\n  at m.ini:1:1\n    1 | [s] # c\n", -1},
        {"[]\n", "not of the form '[name]'\n  at m.ini:1:1\n", -1},
        {"[s]\n[t]\n [s]\n", "[s] is there twice, first in line 1\n  at m.ini:3:2\n", -1},
        {"[s]\na=1\nb=2\na=3\n", "'a' is twice in section [s], first in line 2\n  at m.ini:4:1\n",
         -1},
        {"[s]\nä = \xff\n", "byte 0xff is not UTF-8\n  at m.ini:2:5\n", -1},
        {"\xef\xbb\xbf[s]\n\xc3", "byte 0xc3 is not UTF-8\n  at m.ini:2:1\n", -1},
        {"[s]\na = b\0c\n", "a NUL byte is no text\n  at m.ini:2:6\n", 12},
        {"\xff\xfe[\0s\0]\0", "byte 0xff is not UTF-8\n  at m.ini:1:1\n", 8},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Parsed) p = parse(cases[i].text, cases[i].length);

        assert_int_equal(p.errors->len, 1);
        assert_true(g_error_matches(p.errors->pdata[0], MIG_ERROR, MIG_E_CONFIG_SYNTAX));
        g_autofree char *shown = mig_error_format(p.errors->pdata[0]);

        if (!strstr(shown, cases[i].expected))
            fail_msg("'%s': %s", cases[i].text, shown);
    }
}

static void
all_errors_are_found(void **state)
{
    g_auto(Parsed) p = parse("x = 1\n[s\ninside = 1\ninside = 2\n[t]\na\nb\nc = 1\nc = 2\n", -1);

    assert_int_equal(p.errors->len, 6);
    assert_string_equal(value_of(&p, "t", "c"), "1");
}

static void
passwords_are_not_shown(void **state)
{
    static const char *const texts[] = {
        "[s]\nurl = postgresql://u:S3cret@h/db\nurl = postgresql://u:S3cret@h/db\n",
        "[s]\npassword S3cret\n",
        "url = postgresql://h/db?password=S3cret\n",
        "[s\xff url = postgresql://u:S3cret@h\n",
        "[s]\nurl = postgresql://u:S3cret\xff@h\n",
        "[postgresql://u:S3cret@h\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_auto(Parsed) p = parse(texts[i], -1);

        assert_int_equal(p.errors->len, 1);
        g_autofree char *shown = mig_error_format(p.errors->pdata[0]);

        if (strstr(shown, "S3cret"))
            fail_msg("'%s' shows: %s", texts[i], shown);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_values),
        cmocka_unit_test(values_of_several_lines),
        cmocka_unit_test(line_ends_and_bom),
        cmocka_unit_test(every_byte_of_a_value_has_its_place),
        cmocka_unit_test(errors_have_places),
        cmocka_unit_test(all_errors_are_found),
        cmocka_unit_test(passwords_are_not_shown),
    };

    return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
