/* Slots introspect and dump of the SQLite driver (core/dialect.h). */
#ifndef MIG_SQLITE_INTROSPECT_H
#define MIG_SQLITE_INTROSPECT_H

#include "core/dialect.h"

/* Reads sqlite_schema in one query, and a second when there are virtual tables. */
MigSchema *mig_sqlite_introspect(MigConnection *connection, const MigIntrospectOptions *options,
                                 GError **error);

/* The stored statements, each ended by a semicolon: tables (a referenced one first), virtual tables,
 * indexes, views (a mentioned one first), triggers. What is unmanaged is left out. */
char *mig_sqlite_dump(const MigSchema *schema);

#endif
