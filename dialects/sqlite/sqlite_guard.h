/* What a script does, seen through SQLite's authorizer while its statements are compiled: some of
 * it is refused (rules 3 and 5), some is noted for the checks at the end of a unit (rules 8, 9). */
#ifndef MIG_SQLITE_GUARD_H
#define MIG_SQLITE_GUARD_H

#include "dialects/sqlite/sqlite_driver.h"

struct _MigSqliteGuard {
    MigSqlite *sqlite;
    gboolean scratch;    /* nothing may reach the file system */
    gboolean listening;  /* a script's statement is being compiled or run */
    const MigUnit *unit; /* the script's; NULL on scratch outside units */
    GError *refusal;     /* why the last statement was refused; NULL: it was not */

    /* Of the statement at hand. Names are in lower case throughout. */
    GPtrArray *drops;   /* of char*: tables and views */
    GPtrArray *removes; /* of char*: "index x", "trigger x" */
    char *altered;      /* the table of an ALTER TABLE */
    gboolean is_ddl, writes_schema;

    /* Of the unit so far. */
    GHashTable *touched;  /* tables whose rows, keys or uniqueness may have changed */
    GHashTable *reshaped; /* tables whose foreign keys may have changed */
    gboolean reload;      /* … of any table */
    gboolean everything;  /* the schema was written behind SQLite's back: all are touched */
    gboolean temp_made, setting_changed;
    GHashTable *dropped; /* tables and views, by the name they had before the unit */
    GHashTable *origins; /* new name to the name before the unit, for renamed tables */
    GHashTable *made;    /* "index x", "trigger x" that the script created */
    GHashTable *removed; /* the same, dropped by name */
    GPtrArray *at_risk;  /* indexes and triggers that went with their table */
};

/* Sets the authorizer; scratch: for good, and with files out of reach. */
MigSqliteGuard *mig_sqlite_guard_new(MigSqlite *sqlite, gboolean scratch);
/* Takes the authorizer off again. NULL-safe. */
void mig_sqlite_guard_free(MigSqliteGuard *guard);

/* Forgets what was noted and begins to watch over unit. */
void mig_sqlite_guard_begin(MigSqliteGuard *guard, const MigUnit *unit);

/* Runs one statement of the unit's script under watch. */
gboolean mig_sqlite_guard_run(MigSqliteGuard *guard, const MigStatement *statement, GError **error);

/* Whether a table or view that the unit dropped is there again. */
gboolean mig_sqlite_guard_was_rebuilt(MigSqliteGuard *guard, gboolean *ret, GError **error);

/* Rule 9: MIG_E_WOULD_LOSE when an index or trigger went with its table, the table is there again
 * and it is not. */
gboolean mig_sqlite_guard_check_losses(MigSqliteGuard *guard, GError **error);

#endif
