/* Views and triggers that no longer compile, for units that make a table anew: SQLite itself looks
 * at them only on RENAME and DROP COLUMN. */
#ifndef MIG_SQLITE_BROKEN_H
#define MIG_SQLITE_BROKEN_H

#include "dialects/sqlite/sqlite_driver.h"

/* All that do not compile now (of char*: "view x"), to why (char*). */
GHashTable *mig_sqlite_broken_find(MigSqlite *sqlite, GError **error);

/* MIG_E_WOULD_LOSE when `after` holds one that `before` does not and no glob of allow lets go. */
gboolean mig_sqlite_broken_compare(GHashTable *before, GHashTable *after, const GPtrArray *allow,
                                   GError **error);

/* Whether one of the globs (of char*; may be NULL) matches. */
gboolean mig_sqlite_matches_any(const GPtrArray *globs, const char *name);

#endif
