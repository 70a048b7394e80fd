/* What the files of the PostgreSQL driver share. */
#ifndef MIG_PG_DRIVER_H
#define MIG_PG_DRIVER_H

#include <libpq-fe.h>

#include "core/dialect.h"
#include "core/error.h"

typedef struct _MigPgUnits MigPgUnits;

typedef struct _MigPg MigPg;

struct _MigPg {
    MigConnection base;
    PGconn *conn;
    gboolean adopted;     /* the caller's handle: left open, and as it was */
    GPtrArray *saved;     /* adopted: of char*, names and values of the caller's settings */
    char **settings;      /* statements: what a session of ours has set, for RESET ALL forgets it */
    char *scratch_name;   /* scratch: the database to drop at close; else NULL */
    MigPg *scratch_maker; /* scratch: the connection that made it and drops it, holding its mark */
    gboolean rewindable;  /* scratch: all since it was made is in a transaction that is open */
    gboolean kept;        /* scratch: something was committed */
    guint n_inside;       /* scratch: statements run since it was rewound */
    guint64 prepared;     /* scratch: which catalog queries the server has by name, as bits … */
    guint epoch;          /* … and what the names begin with */
    guint planned_for;    /* how many objects there were when the server planned them */
    GPtrArray *left_out;  /* scratch: what it goes without (pg_left_out.h); NULL: nothing yet */
    MigPgUnits *units;    /* between units_begin and the end; else NULL */
    gboolean run_locked;  /* the session holds the lock of the run … */
    gint64 run_key;       /* … with this key */
};

/* ---- pg_open.c ---- */

/* Connects; keywords and values are NULL-ended. expand: the value of "dbname" is a URL. */
PGconn *mig_pg_open(const char *const *keywords, const char *const *values, gboolean expand,
                    GError **error);
/* What a parameter of the connection is, however it was given; "" when it was not. New string. */
char *mig_pg_option(PGconn *conn, const char *keyword);
/* "database 'app' on host 'db.example' port 5432 as user 'ann'". New string. */
char *mig_pg_describe(PGconn *conn);

/* ---- pg_connect.c ---- */

/* Wraps a connection; takes it. */
MigPg *mig_pg_wrap(PGconn *conn, const char *display);
/* libpq's notice receiver for a MigPg. */
void mig_pg_on_notice(void *pg, const PGresult *result);
/* Whether a server of that version (150004; text: as it says it) is one we support. */
gboolean mig_pg_check_version(int version, const char *text, GError **error);
/* Checks the server and learns what it is; sets what the session needs. */
gboolean mig_pg_get_ready(MigPg *pg, GError **error);
MigConnection *mig_pg_connect(const MigUrl *url, MigConnectMode mode, GError **error);
MigConnection *mig_pg_adopt(void *native_handle, GError **error);
void mig_pg_close(MigConnection *connection);

/* ---- pg_scratch.c ---- */
MigConnection *mig_pg_open_scratch(MigConnection *target, const MigUrl *server, GError **error);
/* For close: takes the database away, when it is a scratch one whose connection is closed. */
void mig_pg_scratch_drop(MigPg *pg);

/* ---- pg_rewind.c ---- */
gboolean mig_pg_rewind(MigConnection *scratch);
/* Commits what was done since the database was rewound, for what cannot be done in a transaction. */
gboolean mig_pg_keep(MigPg *pg, GError **error);
/* Around what may fail while the database is rewindable: a failure must not end the transaction. Both
 * do nothing otherwise. */
gboolean mig_pg_guard(MigPg *pg, GError **error);
void mig_pg_undo_failed(MigPg *pg);
/* The same around a part of that, which may fail without ending the whole. */
gboolean mig_pg_guard_part(MigPg *pg, GError **error);
void mig_pg_undo_part(MigPg *pg);

/* ---- pg_fingerprint.c ---- */
char *mig_pg_fingerprint(MigConnection *target, const MigUrl *server, GError **error);

/* ---- pg_error.c ---- */

/* The error of a failed result (NULL: of the connection): engine_message, sqlstate, DETAIL and HINT
 * are filled in; the code follows SQLSTATE (lock and cancel states, connection lost …), else
 * MIG_E_STATEMENT or what `code` says when it is not 0. format: what failed; NULL: the engine's
 * words alone. */
GError *mig_pg_error_new(MigPg *pg, const PGresult *result, int code, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Byte offset of the server's error position in the text that was sent; -1: none. */
gssize mig_pg_error_offset(const MigPg *pg, const PGresult *result, const char *sent);

/* ---- pg_query.c ---- */

/* One statement of ours without parameters; NULL with error when it fails. PQclear() the result. */
PGresult *mig_pg_exec(MigPg *pg, const char *sql, GError **error);
/* ?1 ?2 … as $1 $2 …. New string. */
char *mig_pg_with_dollars(const char *sql);
gboolean mig_pg_query(MigConnection *connection, const MigSql *sql, MigRowFunc row,
                      gpointer user_data, GError **error);
gboolean mig_pg_execute(MigConnection *connection, const char *text, gsize length, const char *file,
                        GError **error);
GPtrArray *mig_pg_read_rows(MigConnection *connection, const char *schema, const char *table,
                            gboolean *ret_exists, GError **error);
gboolean mig_pg_has_table(MigConnection *connection, const char *schema, const char *table,
                          gboolean *ret_exists, GError **error);

/* ---- pg_tidy.c ---- */
GPtrArray *mig_pg_tidy_model(char *text, gsize length, const char *file, gboolean with_grants,
                             GError **error);

/* ---- pg_units.c ---- */
gboolean mig_pg_units_begin(MigConnection *connection, const MigUnitsOptions *options,
                            GError **error);
gboolean mig_pg_unit_submit(MigConnection *connection, const MigUnit *unit,
                            const MigUnit **ret_failed, GError **error);
gboolean mig_pg_units_end(MigConnection *connection, const MigUnit **ret_failed, GError **error);
/* Rolls back and forgets; for close. */
void mig_pg_units_drop(MigPg *pg);

/* ---- pg_words.c ---- */
gboolean mig_pg_is_transaction_control(const char *text, gsize length);
gboolean mig_pg_needs_bare(const char *text, gsize length);
gboolean mig_pg_may_need_bare(const char *text, gsize length);
gboolean mig_pg_sets_session(const char *text, gsize length);

/* ---- pg_judge.c ---- */
gboolean mig_pg_judge_bare(MigConnection *connection, const char *text, gsize length,
                           const char *settings, MigBareState *ret_state, char **ret_clear,
                           GError **error);

/* ---- pg_run.c ---- */

/* The key of the advisory lock that runs on this version table share: the session's (run lock) and each
 * transaction's. Such locks are per database. */
gint64 mig_pg_run_key(const char *schema, const char *table);
/* The same as an expression, for a schema that is one. New string. */
char *mig_pg_run_key_sql(const char *schema, const char *table);
/* Version rows in the order and form in which the server is asked for them. New string. */
char *mig_pg_rows_text(const GPtrArray *rows);

/* ---- pg_lock.c ---- */

/* Takes the lock of the run for the session, waiting as long as the options say: MIG_E_LOCKED says who
 * holds it. Does nothing without a version table, and behind a pooler, where it would leak. */
gboolean mig_pg_lock_run(MigPg *pg, const MigUnitsOptions *options, GError **error);
void mig_pg_unlock_run(MigPg *pg);
/* Who holds a lock of runs, in words; NULL: nobody does, or it cannot be told. New string. */
char *mig_pg_lock_holder(MigPg *pg, gint64 key);

/* ---- pg_offline.c ---- */
char *mig_pg_offline_prologue(void);
char *mig_pg_offline_begin(void);
char *mig_pg_offline_commit(void);
char *mig_pg_offline_enter(const MigUnitsOptions *options, const MigUnit *unit,
                           const MigUnit *before);
char *mig_pg_offline_leave(const MigUnit *unit, gboolean keep_settings);
char *mig_pg_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows);

#endif
