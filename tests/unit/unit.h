/* What every unit test includes: cmocka with the headers it wants before it. */
#ifndef MIG_TESTS_UNIT_H
#define MIG_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib.h>

/* Fails the test with the error's message when there is one. */
#define assert_no_error(error)                                                                     \
    do {                                                                                           \
        if (error)                                                                                 \
            fail_msg("unexpected error: %s", (error)->message);                                    \
    } while (0)

#endif
