#include "tests/unit/unit.h"

#include "core/suggest.h"

static const char *const keys[] = {
    "url", "model", "version_table", "version_locations", "größe", "ab", "ba", NULL};

static void
nearest_word(void **state)
{
    static const struct {
        const char *word, *expected;
    } cases[] = {
        {"ulr", "url"}, /* swap of neighbours is one slip */
        {"URL", "url"}, /* case does not count */
        {"modle", "model"},
        {"verson_table", "version_table"},
        {"version_location", "version_locations"},
        {"GRÖẞE", "größe"},
        {"grosse", "größe"},
        {"aa", "ab"}, /* ties: the first */
        {"vtable", NULL},
        {"x", NULL},
        {"", NULL},
        {"sqlalchemy.url", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *found = mig_suggest(cases[i].word, keys);

        if (g_strcmp0(found, cases[i].expected) != 0)
            fail_msg("'%s': got '%s', not '%s'", cases[i].word, found, cases[i].expected);
    }
}

static void
result_is_the_candidate_itself(void **state)
{
    assert_ptr_equal(mig_suggest("model", keys), keys[1]);
    assert_null(mig_suggest("model", (const char *const[]){NULL}));
}

static void
bytes_that_are_not_utf8_do_no_harm(void **state)
{
    assert_string_equal(mig_suggest("mo\xff"
                                    "el",
                                    keys),
                        "model");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_word),
        cmocka_unit_test(result_is_the_candidate_itself),
        cmocka_unit_test(bytes_that_are_not_utf8_do_no_harm),
    };

    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
