/* What the files of the SQLite driver share. */
#ifndef MIG_SQLITE_DRIVER_H
#define MIG_SQLITE_DRIVER_H

#include <sqlite3.h>

#include "core/dialect.h"
#include "core/error.h"

typedef struct _MigSqliteUnits MigSqliteUnits;
typedef struct _MigSqliteGuard MigSqliteGuard;

typedef struct {
    MigConnection base;
    sqlite3 *db;
    gboolean scratch;      /* one of ours, in memory */
    gboolean adopted;      /* the caller's handle: left open, and as it was */
    GHashTable *cache;     /* char* to sqlite3_stmt*: our own repeated statements */
    MigSqliteUnits *units; /* between units_begin and the end; else NULL */
    MigSqliteGuard *guard; /* while an authorizer of ours is set; else NULL */
} MigSqlite;

/* Wraps a handle; takes nothing but the pointer. */
MigSqlite *mig_sqlite_wrap(sqlite3 *db, const char *display);

/* ---- sqlite_connect.c ---- */
MigConnection *mig_sqlite_connect(const MigUrl *url, MigConnectMode mode, GError **error);
MigConnection *mig_sqlite_adopt(void *native_handle, GError **error);
MigConnection *mig_sqlite_open_scratch(MigConnection *target, const MigUrl *server, GError **error);
void mig_sqlite_close(MigConnection *connection);

/* ---- sqlite_error.c ---- */

/* The error that the handle is in after result code rc. format: what failed; NULL: the engine's
 * words alone are the message. */
GError *mig_sqlite_error_new(sqlite3 *db, int rc, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* ---- sqlite_holder.c ---- */

/* Who has the lock that keeps us out: "process 4242 (sqlite3)", or "another process" where the system
 * does not tell. New string. */
char *mig_sqlite_lock_holder(MigSqlite *sqlite);

/* ---- sqlite_facts.c ---- */
GPtrArray *mig_sqlite_statement_facts(MigConnection *connection, const GPtrArray *statements,
                                      GError **error);

/* ---- sqlite_query.c ---- */

/* Waiting for somebody else's lock: small sleeps until the time is over or we are cancelled. */
typedef struct {
    gint64 deadline; /* monotonic µs; -1: none */
    guint tries;
    gboolean (*cancelled)(gpointer user_data); /* may be NULL */
    gpointer user_data;
    gboolean was_cancelled;
} MigSqliteWait;

void mig_sqlite_wait_init(MigSqliteWait *wait, gint64 timeout_ms);
/* Whether rc means that waiting may help and there is time left; then it has slept. */
gboolean mig_sqlite_wait_again(MigSqliteWait *wait, int rc);

/* A statement of ours, from the cache where it can be. Release it, also after a failure. */
sqlite3_stmt *mig_sqlite_prepare(MigSqlite *sqlite, const char *sql, GError **error);
void mig_sqlite_release(MigSqlite *sqlite, sqlite3_stmt *statement);

/* Runs one statement of ours, waiting for locks where no transaction is open. params: NULL-ended.
 */
gboolean mig_sqlite_run(MigSqlite *sqlite, const char *sql, GError **error);
/* The first column of the first row as a new string; NULL without error: no row, or SQL NULL. */
char *mig_sqlite_value(MigSqlite *sqlite, const char *sql, const char *param, GError **error);
/* The first column of all rows (of char*, SQL NULL left out), in the order they come. */
GPtrArray *mig_sqlite_column(MigSqlite *sqlite, const char *sql, const char *param, GError **error);

gboolean mig_sqlite_query(MigConnection *connection, const MigSql *sql, MigRowFunc row,
                          gpointer user_data, GError **error);
gboolean mig_sqlite_execute(MigConnection *connection, const char *text, gsize length,
                            const char *file, GError **error);
/* The rows of a version table that is there (of char*, sorted). */
GPtrArray *mig_sqlite_version_rows(MigSqlite *sqlite, const char *table, GError **error);
GPtrArray *mig_sqlite_read_rows(MigConnection *connection, const char *schema, const char *table,
                                gboolean *ret_exists, GError **error);
gboolean mig_sqlite_has_table(MigConnection *connection, const char *schema, const char *table,
                              gboolean *ret_exists, GError **error);

/* Called between preparing and running a statement of a script; FALSE stops. */
typedef gboolean (*MigSqlitePrepared)(MigSqlite *sqlite, const char *sql, gsize length,
                                      gpointer user_data, GError **error);

/* Runs the statement at offset of a script's text, rows ignored. What the splitter took for one
 * statement and SQLite for several runs whole. The error is located in text. */
gboolean mig_sqlite_run_script_statement(MigSqlite *sqlite, const char *file, const char *text,
                                         gsize text_length, const MigStatement *statement,
                                         MigSqlitePrepared prepared, gpointer user_data,
                                         GError **error);

/* ---- sqlite_units.c ---- */
gboolean mig_sqlite_units_begin(MigConnection *connection, const MigUnitsOptions *options,
                                GError **error);
gboolean mig_sqlite_unit_submit(MigConnection *connection, const MigUnit *unit,
                                const MigUnit **ret_failed, GError **error);
gboolean mig_sqlite_units_end(MigConnection *connection, const MigUnit **ret_failed,
                              GError **error);
/* Rolls back and puts back what units_begin changed; for close. */
void mig_sqlite_units_drop(MigSqlite *sqlite);

/* ---- sqlite_words.c ---- */
gboolean mig_sqlite_is_transaction_control(const char *text, gsize length);
gboolean mig_sqlite_needs_bare(const char *text, gsize length);
gboolean mig_sqlite_judge_bare(MigConnection *connection, const char *text, gsize length,
                               const char *settings, MigBareState *ret_state, char **ret_clear,
                               GError **error);
gboolean mig_sqlite_sets_session(const char *text, gsize length);

/* ---- sqlite_offline.c ---- */
char *mig_sqlite_offline_prologue(void);
char *mig_sqlite_offline_begin(void);
char *mig_sqlite_offline_commit(void);
char *mig_sqlite_offline_enter(const MigUnitsOptions *options, const MigUnit *unit,
                               const MigUnit *before);
char *mig_sqlite_offline_leave(const MigUnit *unit, gboolean keep_settings);
char *mig_sqlite_offline_encode(char *script);
char *mig_sqlite_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows);

#endif
