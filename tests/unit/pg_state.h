/* States of PostgreSQL databases, made with DDL and read back, for tests. */
#ifndef MIG_TESTS_PG_STATE_H
#define MIG_TESTS_PG_STATE_H

#include "core/schema.h"
#include "tests/unit/unit.h"

/* Runs the statements (NULL: none) in a new database and reads it. include: NULL-terminated, may be
 * NULL. The database's URL is in *ret_url (may be NULL). Fails the test when something fails. */
MigSchema *pg_state_of(const char *ddl, const char *const *include, gboolean grants,
                       char **ret_url);

/* Reads a database again. */
MigSchema *pg_state_read(const char *url, const char *const *include, gboolean grants);

/* The major version of the server. */
int pg_state_version(void);

/* The object has exactly these lines: "attribute = value" by name (line ends in values are shown as
 * "\n"), then "-> identity" of what it depends on, then "unmanaged". */
void pg_state_expect(const MigSchema *schema, const char *identity, const char *lines);

/* The object is not there. */
void pg_state_expect_none(const MigSchema *schema, const char *identity);

#endif
