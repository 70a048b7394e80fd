/* What SQLite accepts and we cannot manage; unmanaged.def lists it with the reasons. */
#ifndef MIG_SQLITE_UNMANAGED_H
#define MIG_SQLITE_UNMANAGED_H

#include "core/dialect.h"

typedef enum {
#define UNMANAGED(name, text, why) MIG_SQLITE_##name,
#include "dialects/sqlite/unmanaged.def"
#undef UNMANAGED
} MigSqliteUnmanaged;

/* Marks an object; detail (may be NULL) follows the reason's text. */
void mig_sqlite_unmanage(MigObject *object, MigSqliteUnmanaged reason, const char *detail);

/* Reads a state and tries on a throwaway database what of a database of the user's may be impossible
 * to make again: what does not load there is unmanaged. The `introspect` slot. */
MigSchema *mig_sqlite_read_state(MigConnection *connection, const MigIntrospectOptions *options,
                                 GError **error);

#endif
