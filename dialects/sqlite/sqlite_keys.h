/* Rule 8: foreign keys are off while scripts run; what they left behind is looked at afterwards,
 * as far as the script can have changed it. */
#ifndef MIG_SQLITE_KEYS_H
#define MIG_SQLITE_KEYS_H

#include "dialects/sqlite/sqlite_guard.h"

/* Which table refers to which, kept over the units of a group. */
typedef struct _MigSqliteKeys MigSqliteKeys;

MigSqliteKeys *mig_sqlite_keys_load(MigSqlite *sqlite, GError **error);
void mig_sqlite_keys_free(MigSqliteKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSqliteKeys, mig_sqlite_keys_free)

/* Takes in what a unit did to the tables. */
gboolean mig_sqlite_keys_update(MigSqliteKeys *keys, MigSqlite *sqlite, const MigSqliteGuard *guard,
                                GError **error);

/* Rows that refer to nothing, and keys that SQLite cannot follow at all. */
typedef struct {
    GHashTable *tables;    /* all tables there are, in lower case */
    GPtrArray *rows;       /* of MigSqliteOrphan* */
    GPtrArray *mismatches; /* of char*: tables with a foreign key that nothing unique answers */
} MigSqliteOrphans;

typedef struct {
    char *table, *parent;
    char *rowid; /* NULL: the table has none */
} MigSqliteOrphan;

void mig_sqlite_orphans_free(MigSqliteOrphans *orphans);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSqliteOrphans, mig_sqlite_orphans_free)

/* Looks at the tables that a unit touched and at those that refer to them (guard NULL: at all). */
MigSqliteOrphans *mig_sqlite_orphans_find(MigSqlite *sqlite, const MigSqliteKeys *keys,
                                          const MigSqliteGuard *guard, GError **error);

gboolean mig_sqlite_orphans_none(const MigSqliteOrphans *orphans);

/* MIG_E_FOREIGN_KEY when `after` holds what `before` does not: names tables, rows and count. */
gboolean mig_sqlite_orphans_compare(const MigSqliteOrphans *before, const MigSqliteOrphans *after,
                                    GError **error);

#endif
