/* What the tests of settings share: a sandbox with a known environment, and migrate.ini from text. */
#ifndef MIG_TESTS_LOAD_CONFIG_H
#define MIG_TESTS_LOAD_CONFIG_H

#include "core/config.h"
#include "core/error.h"
#include "tests/unit/sandbox.h"

static inline int
config_enter(void **state)
{
    g_unsetenv("MIGRATE_CONFIG");
    g_unsetenv("MIGRATE_URL");
    g_unsetenv("DATABASE_URL");
    g_unsetenv("UNSET");
    g_setenv("SET", "from environment", TRUE);
    g_setenv("EMPTY", "", TRUE);
    return sandbox_enter(state);
}

static inline MigConfig *
load_with(const char *text, const MigConfigOptions *options, GError **error)
{
    static const MigConfigOptions none;

    assert_true(g_file_set_contents("migrate.ini", text, -1, NULL));
    return mig_config_load(options ? options : &none, error);
}

/* Loads text and returns the errors as shown. */
static inline char *
errors_of(const char *text, const MigConfigOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigConfig) config = load_with(text, options, &error);

    assert_null(config);
    return mig_error_format(error);
}

#define assert_contains(text, part)                                                                \
    do {                                                                                           \
        if (!strstr((text), (part)))                                                               \
            fail_msg("'%s' is not in: %s", (part), (text));                                        \
    } while (0)

#define TEST(name) cmocka_unit_test_setup_teardown(name, config_enter, sandbox_leave)

#endif
