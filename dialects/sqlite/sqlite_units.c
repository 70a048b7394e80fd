#include "dialects/sqlite/sqlite_broken.h"
#include "dialects/sqlite/sqlite_keys.h"
#include "dialects/sqlite/sqlite_offending.h"
#include "dialects/sqlite/sqlite_settings.h"

#include <string.h>

/* Rule 13: a group of units is committed at least this often. */
#define GROUP_US (250 * 1000)
/* How many steps of SQLite's machine pass between two questions whether to stop. */
#define CANCEL_PERIOD 10000
/* A wait that is longer is told of. */
#define TELL_OF_WAIT_US G_USEC_PER_SEC

struct _MigSqliteUnits {
    MigUnitsOptions options;
    MigSqliteSettings *settings;
    MigSqliteKeys *keys; /* NULL: to be read */
    char *keys_version;  /* schema_version that keys stand for at the last commit; NULL: none */
    GPtrArray *pending;  /* of const MigUnit*: run in the open transaction */
    gint64 opened_us;    /* when it was opened */
    gint64 next_working_us; /* when to say again that a statement is at work */
    gboolean unclean;    /* off blocks may have left something behind */
    gboolean told_of_wait;
    gboolean own_guard;  /* the authorizer goes with the units */
};

static gboolean
is_cancelled(MigSqliteUnits *units, GError **error)
{
    if (!units->options.cancelled || !units->options.cancelled(units->options.user_data))
        return FALSE;
    mig_set_error(error, MIG_E_INTERRUPTED, "stopped on request");
    return TRUE;
}

static void
begin_statement(MigSqliteUnits *units, const MigUnit *unit, guint index)
{
    units->next_working_us = g_get_monotonic_time() + G_USEC_PER_SEC;
    if (units->options.statement)
        units->options.statement(unit, index, units->options.user_data);
}

/* A handler of the program whose connection it is stays in place as far as it can. */
static gboolean
needs_handler(const MigSqlite *sqlite, const MigUnitsOptions *options)
{
    return options->cancelled || (options->working && !sqlite->adopted);
}

static int
on_progress(void *data)
{
    MigSqliteUnits *units = data;
    const MigUnitsOptions *options = &units->options;
    const gint64 now_us = g_get_monotonic_time();

    if (options->working && now_us >= units->next_working_us) {
        units->next_working_us = now_us + G_USEC_PER_SEC;
        options->working(NULL, 0, 0, options->user_data);
    }
    return options->cancelled && options->cancelled(options->user_data);
}

/* Says once whom the run waits for, when that takes a while. */
static void
tell_of_wait(MigSqlite *sqlite, gint64 began_us)
{
    MigSqliteUnits *units = sqlite->units;

    if (units->told_of_wait || !sqlite->base.message ||
        g_get_monotonic_time() - began_us < TELL_OF_WAIT_US)
        return;
    g_autofree char *holder = mig_sqlite_lock_holder(sqlite);
    g_autofree char *text =
        g_strdup_printf("waiting for %s, which holds the lock on '%s'", holder,
                        sqlite->base.display);

    units->told_of_wait = TRUE;
    sqlite->base.message(MIG_EVENT_NOTICE, text, sqlite->base.message_data);
}

static void
wait_begin(const MigSqliteUnits *units, MigSqliteWait *wait)
{
    mig_sqlite_wait_init(wait, units->options.lock_timeout_ms);
    wait->cancelled = units->options.cancelled;
    wait->user_data = units->options.user_data;
}

static int
on_busy(void *data, int n_times)
{
    return mig_sqlite_wait_again(data, SQLITE_BUSY);
}

/* Runs BEGIN or COMMIT, waiting for others as long as the options allow. */
static gboolean
run_waiting(MigSqlite *sqlite, const char *sql, GError **error)
{
    MigSqliteUnits *units = sqlite->units;
    MigSqliteWait wait;
    gint64 began_us = g_get_monotonic_time();
    int rc;

    wait_begin(units, &wait);
    while ((rc = sqlite3_exec(sqlite->db, sql, NULL, NULL, NULL)) != SQLITE_OK &&
           mig_sqlite_wait_again(&wait, rc))
        tell_of_wait(sqlite, began_us);
    if (rc == SQLITE_OK)
        return TRUE;
    if (wait.was_cancelled) {
        mig_set_error(error, MIG_E_INTERRUPTED, "stopped while waiting for the lock");
        return FALSE;
    }
    g_autoptr(GError) own =
        mig_sqlite_error_new(sqlite->db, rc, "cannot write '%s'", sqlite->base.display);

    if (own->code == MIG_E_LOCKED) {
        g_autofree char *holder = mig_sqlite_lock_holder(sqlite);

        g_free(own->message);
        own->message =
            g_strdup_printf("%s holds the lock on '%s'", holder, sqlite->base.display);
        mig_error_set_hint(own, "Wait until it has finished, or set a longer run_lock_timeout.");
    }
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

/* The number that SQLite raises with every change of the schema; NULL when it cannot be read. */
static char *
schema_version(MigSqlite *sqlite)
{
    return mig_sqlite_value(sqlite, "PRAGMA main.schema_version", NULL, NULL);
}

/* Forgets the keys if somebody else has changed the schema since the last transaction. */
static void
check_keys_version(MigSqlite *sqlite)
{
    MigSqliteUnits *units = sqlite->units;
    g_autofree char *now = units->keys ? schema_version(sqlite) : NULL;

    if (!now || g_strcmp0(now, units->keys_version) != 0)
        g_clear_pointer(&units->keys, mig_sqlite_keys_free);
}

static void
roll_back(MigSqlite *sqlite)
{
    if (!sqlite3_get_autocommit(sqlite->db))
        sqlite3_exec(sqlite->db, "ROLLBACK", NULL, NULL, NULL);
    g_ptr_array_set_size(sqlite->units->pending, 0);
    g_clear_pointer(&sqlite->units->keys, mig_sqlite_keys_free);
}

static gboolean
open_transaction(MigSqlite *sqlite, GError **error)
{
    if (!sqlite3_get_autocommit(sqlite->db))
        return TRUE;
    if (!run_waiting(sqlite, "BEGIN IMMEDIATE", error))
        return FALSE;
    sqlite->units->opened_us = g_get_monotonic_time();
    check_keys_version(sqlite);
    return TRUE;
}

/* Commits what is pending and reports it; rolls back when that fails. */
static gboolean
commit(MigSqlite *sqlite, GError **error)
{
    MigSqliteUnits *units = sqlite->units;

    if (sqlite3_get_autocommit(sqlite->db))
        return TRUE;
    g_free(units->keys_version);
    units->keys_version = units->keys ? schema_version(sqlite) : NULL;
    if (!run_waiting(sqlite, "COMMIT", error)) {
        roll_back(sqlite);
        return FALSE;
    }
    for (guint i = 0; units->options.done && i < units->pending->len; i++)
        units->options.done(units->pending->pdata[i], units->options.user_data);
    g_ptr_array_set_size(units->pending, 0);
    return TRUE;
}

static gboolean
run_own(MigSqlite *sqlite, const GPtrArray *statements, GError **error)
{
    for (guint i = 0; statements && i < statements->len; i++) {
        if (!mig_sqlite_query(&sqlite->base, statements->pdata[i], NULL, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
same_rows(const GPtrArray *a, const GPtrArray *b)
{
    gboolean same = a->len == b->len;

    for (guint i = 0; same && i < a->len; i++)
        same = strcmp(a->pdata[i], b->pdata[i]) == 0;
    return same;
}

static gboolean
assert_rows(MigSqlite *sqlite, const MigUnit *unit, GError **error)
{
    if (!unit->expected_rows)
        return TRUE;
    g_autoptr(GPtrArray) rows = mig_sqlite_version_rows(sqlite, unit->version_table, error);

    if (!rows || same_rows(rows, unit->expected_rows))
        return rows != NULL;
    g_autofree char *found = mig_rows_join(rows);
    g_autofree char *expected = mig_rows_join(unit->expected_rows);

    mig_set_error(error, MIG_E_ROWS_CHANGED,
                  "the version rows are not the planned ones: found '%s', expected '%s'", found,
                  expected);
    mig_error_set_hint(error ? *error : NULL,
                       "Something else writes '%s': see `migrate current`, then run the command "
                       "again.",
                       unit->version_table);
    return FALSE;
}

/* The unit's own statements ahead of the script, then the script. */
static gboolean
run_script(MigSqlite *sqlite, const MigUnit *unit, gboolean announce, GError **error)
{
    MigSqliteUnits *units = sqlite->units;

    mig_sqlite_guard_begin(sqlite->guard, unit);
    if (!run_own(sqlite, unit->before, error) || !assert_rows(sqlite, unit, error))
        return FALSE;
    for (guint i = 0; i < unit->n_statements; i++) {
        if (is_cancelled(units, error))
            return FALSE;
        if (announce)
            begin_statement(units, unit, i);
        if (!mig_sqlite_guard_run(sqlite->guard, &unit->statements[i], error)) {
            mig_sqlite_offending_explain(sqlite, unit->text, &unit->statements[i],
                                         error ? *error : NULL);
            return FALSE;
        }
    }
    return TRUE;
}

/* What is wrong with the database after the script that may be the script's doing. */
typedef struct {
    MigSqliteOrphans *orphans;
    GHashTable *broken; /* NULL: not looked for */
} Findings;

static void
findings_clear(Findings *findings)
{
    mig_sqlite_orphans_free(findings->orphans);
    g_clear_pointer(&findings->broken, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Findings, findings_clear)

static gboolean
need_keys(MigSqlite *sqlite, GError **error)
{
    if (!sqlite->units->keys)
        sqlite->units->keys = mig_sqlite_keys_load(sqlite, error);
    return sqlite->units->keys != NULL;
}

static gboolean
find_after(MigSqlite *sqlite, Findings *findings, GError **error)
{
    gboolean rebuilt = FALSE;

    if (!mig_sqlite_keys_update(sqlite->units->keys, sqlite, sqlite->guard, error))
        return FALSE;
    findings->orphans = mig_sqlite_orphans_find(sqlite, sqlite->units->keys, sqlite->guard, error);
    if (!findings->orphans || !mig_sqlite_guard_was_rebuilt(sqlite->guard, &rebuilt, error))
        return FALSE;
    if (!rebuilt)
        return TRUE;
    findings->broken = mig_sqlite_broken_find(sqlite, error);
    return findings->broken != NULL;
}

/* Back at the savepoint: is what was found new? */
static gboolean
compare_with_before(MigSqlite *sqlite, const MigUnit *unit, const Findings *after, GError **error)
{
    g_auto(Findings) before = {NULL, NULL};
    g_autoptr(MigSqliteKeys) keys = mig_sqlite_keys_load(sqlite, error);

    if (!keys)
        return FALSE;
    before.orphans = mig_sqlite_orphans_find(sqlite, keys, NULL, error);
    if (!before.orphans || (!mig_sqlite_orphans_none(after->orphans) &&
                            !mig_sqlite_orphans_compare(before.orphans, after->orphans, error)))
        return FALSE;
    if (!after->broken)
        return TRUE;
    before.broken = mig_sqlite_broken_find(sqlite, error);
    return before.broken &&
           mig_sqlite_broken_compare(before.broken, after->broken, unit->allow_drop, error);
}

/* Rules 8 and 9: the script with the checks on what it left. */
static gboolean
run_checked(MigSqlite *sqlite, const MigUnit *unit, gboolean announce, GError **error)
{
    g_auto(Findings) after = {NULL, NULL};

    if ((unit->n_statements > 0 && !need_keys(sqlite, error)) ||
        !run_script(sqlite, unit, announce, error) ||
        !mig_sqlite_settings_reset(sqlite->units->settings, sqlite, sqlite->guard, error))
        return FALSE;
    if (unit->n_statements == 0)
        return TRUE;
    if (!mig_sqlite_guard_check_losses(sqlite->guard, error) || !find_after(sqlite, &after, error))
        return FALSE;
    if (mig_sqlite_orphans_none(after.orphans) &&
        (!after.broken || g_hash_table_size(after.broken) == 0))
        return TRUE;
    return mig_sqlite_run(sqlite, "ROLLBACK TO migrate_unit", error) &&
           compare_with_before(sqlite, unit, &after, error) &&
           run_script(sqlite, unit, FALSE, error) &&
           mig_sqlite_settings_reset(sqlite->units->settings, sqlite, sqlite->guard, error);
}

static gboolean
run_unit(MigSqlite *sqlite, const MigUnit *unit, gboolean announce, GError **error)
{
    if (!mig_sqlite_run(sqlite, "SAVEPOINT migrate_unit", error) ||
        !run_checked(sqlite, unit, announce, error) || !run_own(sqlite, unit->after, error) ||
        !mig_sqlite_run(sqlite, "RELEASE migrate_unit", error))
        return FALSE;
    g_ptr_array_add(sqlite->units->pending, (gpointer)unit);
    return TRUE;
}

/* Takes the units apart; nothing is open any more. */
static void
finish(MigSqlite *sqlite)
{
    MigSqliteUnits *units = g_steal_pointer(&sqlite->units);

    if (needs_handler(sqlite, &units->options))
        sqlite3_progress_handler(sqlite->db, 0, NULL, NULL);
    if (units->unclean)
        mig_sqlite_settings_reset_outside(units->settings, sqlite, NULL);
    else
        mig_sqlite_settings_reset(units->settings, sqlite, sqlite->guard, NULL);
    mig_sqlite_settings_restore(units->settings, sqlite);
    if (units->own_guard)
        g_clear_pointer(&sqlite->guard, mig_sqlite_guard_free);
    mig_sqlite_settings_free(units->settings);
    mig_sqlite_keys_free(units->keys);
    g_free(units->keys_version);
    g_ptr_array_unref(units->pending);
    g_free(units);
}

/* An error that ended the whole transaction took the units before it along (a full disk, or a
 * script's own ON CONFLICT ROLLBACK): they are run again. */
static void
redo_pending(MigSqlite *sqlite)
{
    g_autoptr(GPtrArray) units = g_ptr_array_copy(sqlite->units->pending, NULL, NULL);
    gboolean ok = open_transaction(sqlite, NULL);

    g_ptr_array_set_size(sqlite->units->pending, 0);
    for (guint i = 0; ok && i < units->len; i++)
        ok = run_unit(sqlite, units->pdata[i], FALSE, NULL);
    if (!ok)
        roll_back(sqlite);
}

/* Undoes the failed unit, keeps those before it where the mode allows, and ends. */
static gboolean
fail(MigSqlite *sqlite, const GError *error, const MigUnit *unit, const MigUnit **ret_failed)
{
    MigSqliteUnits *units = sqlite->units;

    g_clear_pointer(&units->keys, mig_sqlite_keys_free);
    if (units->options.mode == MIG_UNITS_WHOLE_RUN) {
        roll_back(sqlite);
    } else if (!sqlite3_get_autocommit(sqlite->db)) {
        int rc = sqlite3_exec(sqlite->db, "ROLLBACK TO migrate_unit; RELEASE migrate_unit", NULL,
                              NULL, NULL);

        if (rc != SQLITE_OK && rc != SQLITE_ERROR) /* ERROR: the unit had not begun */
            roll_back(sqlite);
    } else if (units->pending->len > 0 && error->code != MIG_E_INTERRUPTED) {
        redo_pending(sqlite);
    }
    commit(sqlite, NULL);
    finish(sqlite);
    if (ret_failed)
        *ret_failed = unit;
    return FALSE;
}

/* A statement that no transaction may hold: its intent is recorded before, its end after. */
static gboolean
run_bare(MigSqlite *sqlite, const MigUnit *unit, GError **error)
{
    MigSqliteUnits *units = sqlite->units;

    mig_sqlite_guard_begin(sqlite->guard, unit);
    if (!mig_sqlite_run(sqlite, "SAVEPOINT migrate_unit", error) ||
        !run_own(sqlite, unit->before, error) || !assert_rows(sqlite, unit, error) ||
        !mig_sqlite_run(sqlite, "RELEASE migrate_unit", error) || !commit(sqlite, error))
        return FALSE;
    begin_statement(units, unit, 0);
    units->unclean = TRUE;
    MigSqliteWait wait;

    wait_begin(units, &wait);
    sqlite3_busy_handler(sqlite->db, on_busy, &wait);
    gboolean ok = mig_sqlite_guard_run(sqlite->guard, &unit->statements[0], error);

    sqlite3_busy_handler(sqlite->db, NULL, NULL);
    if (!ok || !open_transaction(sqlite, error) ||
        !mig_sqlite_run(sqlite, "SAVEPOINT migrate_unit", error) ||
        !run_own(sqlite, unit->after, error) ||
        !mig_sqlite_run(sqlite, "RELEASE migrate_unit", error))
        return FALSE;
    g_ptr_array_add(units->pending, (gpointer)unit);
    return TRUE;
}

/* A statement of an off block: durable by itself. Temporary objects and settings live on to the
 * end of the block, except what would bar our own statements. */
static gboolean
run_off(MigSqlite *sqlite, const MigUnit *unit, GError **error)
{
    const MigStatement *statement = &unit->statements[0];

    if (mig_sqlite_needs_bare(unit->text + statement->offset, statement->length))
        return run_bare(sqlite, unit, error);
    sqlite->units->unclean = TRUE;
    if (!mig_sqlite_run(sqlite, "SAVEPOINT migrate_unit", error) ||
        !run_script(sqlite, unit, TRUE, error) ||
        !mig_sqlite_run(sqlite, "PRAGMA query_only = OFF", error) ||
        !run_own(sqlite, unit->after, error) ||
        !mig_sqlite_run(sqlite, "RELEASE migrate_unit", error))
        return FALSE;
    g_ptr_array_add(sqlite->units->pending, (gpointer)unit);
    return TRUE;
}

static gboolean
submit(MigSqlite *sqlite, const MigUnit *unit, GError **error)
{
    MigSqliteUnits *units = sqlite->units;

    if (is_cancelled(units, error))
        return FALSE;
    if (unit->off)
        return commit(sqlite, error) && open_transaction(sqlite, error) &&
               run_off(sqlite, unit, error) && commit(sqlite, error);
    if (units->unclean) {
        if (!commit(sqlite, error) ||
            !mig_sqlite_settings_reset_outside(units->settings, sqlite, error))
            return FALSE;
        units->unclean = FALSE;
    }
    if (!open_transaction(sqlite, error) || !run_unit(sqlite, unit, TRUE, error))
        return FALSE;
    gboolean due = units->options.mode == MIG_UNITS_ONE_BY_ONE ||
                   (units->options.mode == MIG_UNITS_GROUP &&
                    g_get_monotonic_time() - units->opened_us >= GROUP_US);

    return !due || commit(sqlite, error);
}

gboolean
mig_sqlite_units_begin(MigConnection *connection, const MigUnitsOptions *options, GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;

    if (!sqlite3_get_autocommit(sqlite->db)) {
        mig_set_error(error, MIG_E_IN_TRANSACTION, "a transaction is open on the connection");
        return FALSE;
    }
    if (connection->read_only) {
        mig_set_error(error, MIG_E_READ_ONLY, "'%s' is open for reading only", connection->display);
        return FALSE;
    }
    MigSqliteSettings *settings = mig_sqlite_settings_save(sqlite, error);

    if (!settings)
        return FALSE;
    MigSqliteUnits *units = g_new0(MigSqliteUnits, 1);

    units->options = *options;
    units->settings = settings;
    units->pending = g_ptr_array_new();
    units->own_guard = sqlite->guard == NULL;
    if (units->own_guard)
        sqlite->guard = mig_sqlite_guard_new(sqlite, FALSE);
    mig_sqlite_guard_begin(sqlite->guard, NULL);
    sqlite->units = units;
    if (needs_handler(sqlite, options))
        sqlite3_progress_handler(sqlite->db, CANCEL_PERIOD, on_progress, units);
    if (open_transaction(sqlite, error))
        return TRUE;
    finish(sqlite);
    return FALSE;
}

gboolean
mig_sqlite_unit_submit(MigConnection *connection, const MigUnit *unit, const MigUnit **ret_failed,
                       GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;
    g_autoptr(GError) own = NULL;

    if (submit(sqlite, unit, &own))
        return TRUE;
    fail(sqlite, own, unit, ret_failed);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

gboolean
mig_sqlite_units_end(MigConnection *connection, const MigUnit **ret_failed, GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;
    GPtrArray *pending = sqlite->units->pending;
    const MigUnit *first = pending->len > 0 ? pending->pdata[0] : NULL;
    gboolean ok = commit(sqlite, error);

    if (!ok && ret_failed)
        *ret_failed = first;
    finish(sqlite);
    return ok;
}

void
mig_sqlite_units_drop(MigSqlite *sqlite)
{
    if (!sqlite->units)
        return;
    roll_back(sqlite);
    finish(sqlite);
}
