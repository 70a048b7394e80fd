#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/error_texts.h"

static void
format_has_all_parts_in_order(void **state)
{
    g_autoptr(GError) error = mig_error_new(MIG_E_STATEMENT, "no such table: 'x'");
    const char *text = "one;\n\tsélect x;\n";

    mig_error_set_subject(error, "upgrade of 77ab, statement 2 of 3");
    mig_error_set_offset(error, "versions/77ab.sql", text, strlen(text), strlen("one;\n\tsélect "));
    mig_error_details(error)->engine_message = g_strdup("no such table: x");
    mig_error_details(error)->sqlstate = g_strdup("SQLITE_ERROR");
    mig_error_set_state(error, "rolled back, the database stays at 12cd");
    mig_error_set_hint(error, "Correct the script.");
    mig_error_set_next(error, "migrate upgrade head");
    g_autoptr(GError) copy = g_error_copy(error);
    g_autofree char *shown = mig_error_format(copy);

    assert_string_equal(shown, "error E401: upgrade of 77ab, statement 2 of 3: no such table: 'x'\n"
                               "  at versions/77ab.sql:2:9\n"
                               "    2 | \tsélect x;\n"
                               "      | \t       ^\n"
                               "  database: no such table: x (SQLITE_ERROR)\n"
                               "  state: rolled back, the database stays at 12cd\n"
                               "  hint: Correct the script.\n"
                               "  next: migrate upgrade head\n");
}

static void
list_becomes_one_error(void **state)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    assert_null(mig_error_from_list(list));
    g_ptr_array_add(list, mig_error_new(MIG_E_CYCLE, "first"));
    g_ptr_array_add(list, mig_error_new(MIG_E_SELF_LOOP, "second"));
    g_autoptr(GError) error = mig_error_from_list(list);
    g_autofree char *shown = mig_error_format(error);

    assert_int_equal(list->len, 0);
    assert_string_equal(shown, "error E315: first\nerror E314: second\n");
}

static void
exit_status_follows_the_hundreds(void **state)
{
    static const struct {
        int code, status;
    } cases[] = {{MIG_E_USAGE, 2},  {MIG_E_FILE, 3},         {MIG_E_CYCLE, 3},    {MIG_E_CONNECT, 4},
                 {MIG_E_LOCKED, 5}, {MIG_E_IRREVERSIBLE, 6}, {MIG_E_HALF_WAY, 7}, {MIG_E_INTERNAL, 4}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = mig_error_new(cases[i].code, "x");

        assert_int_equal(mig_error_exit_status(error), cases[i].status);
    }
}

/* The public header is the list of all codes. */
static void
every_code_has_a_text(void **state)
{
    g_autofree char *path = g_build_filename(g_getenv("MIGRATE_SRCDIR"), "core", "migrate.h", NULL);
    g_autofree char *header = NULL;
    const MigErrorText *text = mig_error_texts;

    assert_true(g_file_get_contents(path, &header, NULL, NULL));
    for (const char *at = header; (at = strstr(at, "MIG_E_")); at++) {
        const char *equals = at + strcspn(at, " \n,");

        if (!g_str_has_prefix(equals, " = "))
            continue;
        g_autofree char *name = g_strdup_printf("e%.3s", equals + strlen(" = "));

        if (!mig_error_text(name))
            fail_msg("%s has no text", name);
        assert_int_equal(text->code, mig_error_text(name)->code);
        text++;
    }
    assert_int_equal(text->code, MIG_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text),
        cmocka_unit_test(format_has_all_parts_in_order),
        cmocka_unit_test(list_becomes_one_error),
        cmocka_unit_test(exit_status_follows_the_hundreds),
    };

    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
