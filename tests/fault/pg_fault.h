/* What tests of disturbed runs on PostgreSQL share: a project whose statements would show when they ran
 * twice or not at all, and the whole state of a database as a text. */
#ifndef MIG_TESTS_PG_FAULT_H
#define MIG_TESTS_PG_FAULT_H

#include "tests/dialect/world.h"
#include "tests/lib/cluster.h"

#define STEPS 2

/* *state: the world after, with a database and scripts. */
int pg_fault_setup(void **state);

#define PG_FAULT_TEST(function)                                                                    \
    {                                                                                              \
#function, function, pg_fault_setup, world_teardown, NULL                                          \
    }

/* Moves to "head", or to "base" for a downgrade. */
gboolean pg_fault_run(World *world, const char *target);

/* Makes the database one where such a run begins. */
void pg_fault_reset(World *world, const char *target);

/* A run in a process of its own; before (may be NULL) is called in it first. It ends with 0, or with the
 * number of the error modulo 256. */
pid_t pg_fault_start(World *world, const char *target, void (*before)(World *world));

/* Waits for its end. -1: it was killed. */
int pg_fault_wait(pid_t run);

/* Until the server takes connections. */
void pg_fault_wait_for_server(World *world);

/* Schema, rows, version rows, log, and what locks are held. New string. */
char *pg_fault_state(World *world);

/* Fails, with words for what was done, unless the state is as expected. */
void pg_fault_check(World *world, const char *expected, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Asks or commands over a connection that is opened for it, as the superuser. New string: the first
 * column of the first row, or NULL. */
char *pg_fault_ask(World *world, const char *sql);

#endif
