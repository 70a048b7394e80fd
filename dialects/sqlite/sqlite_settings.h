/* Rule 5: what a script may leave behind on the connection (settings, temporary objects, attached
 * databases) is put back as it was. */
#ifndef MIG_SQLITE_SETTINGS_H
#define MIG_SQLITE_SETTINGS_H

#include "dialects/sqlite/sqlite_guard.h"

typedef struct _MigSqliteSettings MigSqliteSettings;

/* Remembers how the connection is, then turns foreign keys off. Outside a transaction. */
MigSqliteSettings *mig_sqlite_settings_save(MigSqlite *sqlite, GError **error);
void mig_sqlite_settings_free(MigSqliteSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSqliteSettings, mig_sqlite_settings_free)

/* Puts back what may be put back inside a transaction; cheap when the guard noted nothing. */
gboolean mig_sqlite_settings_reset(MigSqliteSettings *settings, MigSqlite *sqlite,
                                   const MigSqliteGuard *guard, GError **error);

/* All of it, outside a transaction, whatever the guard saw: also detaches databases; foreign keys
 * are off again. */
gboolean mig_sqlite_settings_reset_outside(MigSqliteSettings *settings, MigSqlite *sqlite,
                                           GError **error);

/* Foreign keys and the like as they were at the beginning; outside a transaction. */
void mig_sqlite_settings_restore(MigSqliteSettings *settings, MigSqlite *sqlite);

#endif
