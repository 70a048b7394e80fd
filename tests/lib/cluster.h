/* A throwaway PostgreSQL server for a test program (tests/lib/cluster.sh). */
#ifndef MIG_TESTS_CLUSTER_H
#define MIG_TESTS_CLUSTER_H

#include <glib.h>

/* The server's folder, which is also its socket's (host=FOLDER, user postgres); started at the first
 * call, stopped when the program ends. NULL: no server programs are installed; a program then prints
 * "1..0 # SKIP …" before its tests (cluster_skip()). Fails the program when the server does not
 * start. */
const char *cluster_folder(void);

/* Whether a test must fail rather than be skipped (MIGRATE_TEST_REQUIRE_ALL=1). */
gboolean cluster_is_required(void);

/* Prints the TAP line that skips a whole program (or, with MIGRATE_TEST_REQUIRE_ALL=1, fails it) and
 * returns its exit status. */
int cluster_skip(void);

/* "postgresql://postgres@/NAME?host=FOLDER" for a database. New string. */
char *cluster_url(const char *database);

/* Makes an empty database with a name of its own and returns the name; new string. It goes with the
 * cluster. */
char *cluster_create_database(void);

/* Stops the server as a crash would and starts it again. */
void cluster_restart(void);

#endif
