/* Databases on a server of the test's own that are emptied and used again: making one takes longer
 * than a pair. */
#ifndef MIG_TESTS_PG_POOL_H
#define MIG_TESTS_PG_POOL_H

#include "core/dialect.h"

/* PostgreSQL, with scratch databases from the pool. */
const MigDialect *pg_pool_dialect(void);

/* An empty one, connected; the dialect's close gives it back. */
MigConnection *pg_pool_open(void);

/* Closes all connections. */
void pg_pool_end(void);

/* Runs all statements (of char*) in one transaction, again and again those that fail until no more
 * succeed; unfit (may be NULL) receives what is left, each with its error. FALSE: the server gave
 * up. */
gboolean pg_pool_load(MigConnection *connection, const GPtrArray *statements, GPtrArray *unfit);

#endif
