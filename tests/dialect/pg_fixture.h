/* A fixture over a fresh database of the test's own PostgreSQL server. */
#ifndef MIG_TESTS_PG_FIXTURE_H
#define MIG_TESTS_PG_FIXTURE_H

#include "tests/dialect/fixture.h"
#include "tests/lib/cluster.h"

/* *state: the fixture after. */
int pg_fixture_setup(void **state);

/* Counts the round trips of a connection from here on: each is the server's "ready", or its "go on"
 * in a COPY. */
void pg_fixture_count(MigConnection *connection);
guint pg_fixture_counted(MigConnection *connection);

#define PG_TEST(function)                                                                          \
    cmocka_unit_test_setup_teardown(function, pg_fixture_setup, fixture_teardown)

#endif
