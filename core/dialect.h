/* The driver interface: everything core knows of a database. One constant struct a dialect,
 * registered in dialects/registry.c by URL scheme. Core asks capabilities, never names.
 *
 * Rules for every slot: on failure it returns FALSE or NULL, sets *error (domain MIG_ERROR, with
 * engine_message and sqlstate where the engine spoke) and leaves its outputs untouched. A slot
 * never prints. Texts are UTF-8. */
#ifndef MIG_DIALECT_H
#define MIG_DIALECT_H

#include "core/change.h"
#include "core/facts.h"
#include "core/lexer.h"
#include "core/migrate.h"
#include "core/script.h"
#include "core/splitter.h"
#include "core/url.h"

typedef struct _MigDialect MigDialect;
typedef struct _MigConnection MigConnection;

typedef enum {
    MIG_CAP_TRANSACTIONAL_DDL = 1 << 0,
    MIG_CAP_SCHEMAS = 1 << 1,          /* namespaces: version_table_schema, include_schemas */
    MIG_CAP_CONCURRENT_INDEX = 1 << 2, /* statements that must run outside a transaction */
    MIG_CAP_RUN_LOCK = 1 << 3,         /* units_begin takes a lock that lasts to their end: no other
                                          run gets in between two transactions */
    MIG_CAP_FILE_DATABASE = 1 << 4,    /* the database is a file that may not exist yet */
    MIG_CAP_SCRATCH_ON_SERVER = 1 << 6, /* scratch is made on a server: beside the target, or where
                                           scratch_url says */
    MIG_CAP_ATOMIC_REVISION = 1 << 5   /* neighbouring transactional blocks of a revision are one
                                          transaction: nothing needs a commit between them */
} MigCapability;

/* Base of every driver's connection: the driver's struct starts with it. */
struct _MigConnection {
    const MigDialect *dialect;
    char *display;      /* for messages: "sqlite:app.db"; no password */
    char *server;       /* "SQLite 3.40.1" */
    char *default_schema; /* where names without a schema are, our own tables too when no schema is
                             configured; NULL: the dialect's default_schema */
    gboolean absent;    /* the database does not exist yet; reads see an empty one */
    gboolean read_only;
    gboolean pooled;    /* a pooler is in between: no state of a session survives a transaction */
    gint64 lock_wait_ms;    /* how long a read waits for another's lock; -1: no limit. The driver
                               sets a default, core may change it */
    /* What the engine says beside its results: MIG_EVENT_WARNING or MIG_EVENT_DEBUG; and
     * whom a run waits for: MIG_EVENT_NOTICE. Set by core;
     * may be NULL. */
    void (*message)(MigEventKind kind, const char *text, gpointer user_data);
    gpointer message_data;
};

typedef enum {
    MIG_CONNECT_READ,   /* reads only; a missing file is not made but seen as empty */
    MIG_CONNECT_WRITE   /* may write; a missing file is made (its folder must exist) */
} MigConnectMode;

/* A statement of our own with text parameters (NULL element: SQL NULL), written ?1, ?2 … */
typedef struct {
    char *sql;
    GPtrArray *params;  /* of char*; elements may be NULL */
    int expected_rows;  /* rows it must affect; another count is MIG_E_ROWS_CHANGED; -1: any */
} MigSql;

/* params: NULL-ended list of const char*; ends at the first NULL. */
MigSql *mig_sql_new(int expected_rows, const char *sql, ...) G_GNUC_NULL_TERMINATED;
void mig_sql_free(MigSql *sql);

/* The statement as text, its parameters in their places as literals; without a semicolon. New. */
char *mig_sql_text(const MigDialect *dialect, const MigSql *sql);

/* Version rows (of char*) as "a, b"; "" when there are none. New string. */
char *mig_rows_join(const GPtrArray *rows);

/* One transaction's worth of work. */
typedef struct {
    GPtrArray *before;        /* of MigSql*: ours, before the assertion (making our tables) */
    const char *version_schema; /* NULL: default */
    const char *version_table;
    const char *log_table;    /* both are closed to the script; NULL: no table to protect */
    const GPtrArray *expected_rows; /* of char*: the table holds exactly these; NULL: no assertion */
    const char *file;         /* script's path for messages; may be NULL */
    const char *text;         /* whole text of the script */
    gsize text_length;
    const MigStatement *statements; /* offsets into text, lines relative to text */
    guint n_statements;
    gboolean off;             /* the only statement is one of a transaction=off block: it is made
                                 durable by itself, together with `after`; where needs_bare() says
                                 so it runs outside, and `after` is committed behind it. `before` is
                                 committed ahead of it, or (unless MIG_CAP_RUN_LOCK) with it */
    GPtrArray *after;         /* of MigSql*: ours, after the script (log row, row movement) */
    const GPtrArray *allow_drop; /* of char*: globs of names that rule 9 lets go; may be NULL */
    gint64 *ret_elapsed_us;   /* set before done(), where the driver knows better than its caller how
                                 long the unit took; may be NULL */
    gpointer user_data;       /* the caller's */
} MigUnit;

typedef enum {
    MIG_UNITS_GROUP,     /* group commit (rule 13) */
    MIG_UNITS_ONE_BY_ONE, /* each durable before the next begins */
    MIG_UNITS_WHOLE_RUN  /* all in one transaction (transaction_per_migration = false) */
} MigUnitsMode;

typedef struct {
    MigUnitsMode mode;
    gint64 lock_timeout_ms; /* how long to wait for the write lock; -1: no limit */
    const char *version_schema; /* NULL: default */
    const char *version_table;  /* whose runs exclude each other, where the lock is no file's; NULL: a
                                   run that nobody can disturb */
    gint64 statement_lock_timeout_ms; /* how long one statement waits for a lock; 0, -1: no limit */
    gint64 statement_timeout_ms;      /* how long one statement may run; 0, -1: no limit */
    guint lock_retries;               /* further tries of a unit that ran into the former */
    /* Called in order, once for each unit that is committed and durable. */
    void (*done)(const MigUnit *unit, gpointer user_data);
    /* Called before each statement of a script runs or is queued (index from 0); may be NULL. */
    void (*statement)(const MigUnit *unit, guint index, gpointer user_data);
    /* Called about once a second while a statement is at work for longer than that; what: with what,
     * and how far of what total, where the engine tells, else NULL and 0; may be NULL. */
    void (*working)(const char *what, guint64 done, guint64 total, gpointer user_data);
    /* Asked between statements; TRUE stops the run as an interrupt does; may be NULL. */
    gboolean (*cancelled)(gpointer user_data);
    gpointer user_data;
} MigUnitsOptions;

/* Called for each row of a result; values are NULL for SQL NULL. FALSE (with error) stops. */
typedef gboolean (*MigRowFunc)(guint n_columns, const char *const *values, gpointer user_data,
                               GError **error);

typedef struct {
    const GPtrArray *include_schemas; /* of char*: names, globs, or "true" for all; where the dialect
                                         has schemas. NULL or empty: the default schema alone */
    gboolean include_grants;
} MigIntrospectOptions;

/* Input of planning: the changes and both states whole. */
typedef struct {
    const MigSchema *from, *to;
    const GPtrArray *changes;  /* of MigChange* */
    gboolean online;           /* plan for a live system */
    const char *server;        /* MigConnection.server of the target; NULL: unknown, use the safest */
} MigPlanInput;

/* How far a statement came that was begun outside a transaction, and whose end nobody recorded. */
typedef enum {
    MIG_BARE_NOT_DONE,  /* not at all, or it can be run again without harm */
    MIG_BARE_DONE,      /* all of it */
    MIG_BARE_HALF_DONE, /* it left remains that must be cleared before it can run again */
    MIG_BARE_UNKNOWN    /* the database does not tell */
} MigBareState;

struct _MigDialect {
    const char *name;            /* "sqlite": value of dialect= and MIGRATE_DIALECT */
    const char *const *schemes;  /* NULL-terminated */
    guint capabilities;
    const MigLexRules *lex_rules;
    const char *default_schema;  /* where our own tables are when no schema is configured: they are
                                    always qualified */
    const char *catalog_prefix;  /* how the names of the engine's own tables begin: what is written
                                    into them is schema, not data */
    const char *file_magic;      /* MIG_CAP_FILE_DATABASE: how such a file begins; else NULL */
    const char *const *respelled; /* attributes whose text the engine may spell in another way when it
                                     reads its own spelling (mig_settle()); NULL: none */
    const char *only;            /* the word before a table's name in FROM that leaves out the rows
                                    of tables made of it; NULL: there are no such tables */
    const char *text_type;       /* column types and expressions for our own tables */
    const char *serial_type;     /* of a primary key that numbers itself, PRIMARY KEY included */
    const char *bigint_type;
    const char *insert_override; /* what stands before VALUES, so that columns which number
                                    themselves take values; NULL: nothing */
    const char *now_expression;  /* current time as ISO 8601 UTC text with milliseconds */

    /* Opens the database. Errors: MIG_E_CONNECT, _NOT_A_DATABASE, _READ_ONLY. */
    MigConnection *(*connect)(const MigUrl *url, MigConnectMode mode, GError **error);
    /* Wraps the caller's own handle (sqlite3*, PGconn*); close leaves it open and as it was, but for
     * hooks that cannot be read back (SQLite: an authorizer; a progress handler, where runs can be
     * cancelled). MIG_E_IN_TRANSACTION when a transaction is open on it. */
    MigConnection *(*adopt)(void *native_handle, GError **error);
    /* A throwaway empty database that behaves as target does (NULL: any), with the same default
     * schema; close takes it away. Cannot touch files. MIG_CAP_SCRATCH_ON_SERVER: it is made on the
     * target's server, or on that of `server` (NULL: none given) when there is one. */
    MigConnection *(*open_scratch)(MigConnection *target, const MigUrl *server, GError **error);
    /* Makes a scratch database as it was when it was opened, so that it need not be made again; to be
     * called before its first use too. FALSE: it cannot be (it is to be closed). NULL where making one
     * costs nothing. */
    gboolean (*rewind)(MigConnection *scratch);
    /* MIG_CAP_SCRATCH_ON_SERVER: all that how a scratch database reads depends on (version, encoding,
     * locale, settings of the database …) as a text to be compared. New string. */
    char *(*fingerprint)(MigConnection *target, const MigUrl *server, GError **error);
    /* Rolls back what is open, restores what was set, frees. NULL-safe. */
    void (*close)(MigConnection *connection);

    /* Name as a quoted identifier; text as a literal. New strings. */
    char *(*quote_name)(const char *name);
    char *(*quote_literal)(const char *text);

    /* Runs one statement of ours, or a query; row may be NULL. */
    gboolean (*query)(MigConnection *connection, const MigSql *sql, MigRowFunc row,
                      gpointer user_data, GError **error);
    /* Runs a whole text, statement by statement, without any of the rules of units: for scratch.
     * Errors carry file, line and column (file may be NULL). */
    gboolean (*execute)(MigConnection *connection, const char *text, gsize length,
                        const char *file, GError **error);
    /* Makes a model's text fit for execute, in place and without moving lines: what a dump tool writes
     * for its own client, and what says nothing of the schema or would reach beyond the database, is
     * blanked out; grants too, unless they are wanted. What people should know of it (of char*, each
     * to follow "FILE: "; may be empty), or NULL. May be absent. */
    GPtrArray *(*tidy_model)(char *text, gsize length, const char *file, gboolean with_grants,
                             GError **error);
    /* The version table's rows (char*, sorted). *ret_exists says whether the table is there. */
    GPtrArray *(*read_rows)(MigConnection *connection, const char *schema, const char *table,
                            gboolean *ret_exists, GError **error);
    /* Whether a table exists. */
    gboolean (*has_table)(MigConnection *connection, const char *schema, const char *table,
                          gboolean *ret_exists, GError **error);

    /* Units: begin, submit each, end. Submit may run at once or queue; a failure of submit or end
     * means: earlier units are committed (and were reported done), or in MIG_UNITS_WHOLE_RUN
     * rolled back; the failed one left no trace; nothing is open any more; end must not be called
     * after a failed submit. The error has the location in the failing unit's script, and
     * *ret_failed (may be NULL) is the failing unit. Units live until end or failure. */
    gboolean (*units_begin)(MigConnection *connection, const MigUnitsOptions *options,
                            GError **error);
    gboolean (*unit_submit)(MigConnection *connection, const MigUnit *unit,
                            const MigUnit **ret_failed, GError **error);
    gboolean (*units_end)(MigConnection *connection, const MigUnit **ret_failed, GError **error);

    /* Whether a statement (its text) would end or open a transaction: refused in units (rule 3). */
    gboolean (*is_transaction_control)(const char *text, gsize length);
    /* Whether a statement cannot run inside a transaction (or would do nothing there): refused in a
     * transactional block, run bare in an off block. */
    gboolean (*needs_bare)(const char *text, gsize length);
    /* Whether a statement of an off block is run bare although only the engine knows whether it must
     * (a procedure may commit). NULL: needs_bare() says it all. */
    gboolean (*may_need_bare)(const char *text, gsize length);
    /* Optional: judges a bare statement (its text) that was begun and may have been cut short, by what
     * the database is now. settings: the statements that had set the session before (see
     * sets_session), as a text; may be empty. *ret_clear: the statements, as a text, that clear its
     * remains (MIG_BARE_HALF_DONE) or finish it (MIG_BARE_DONE); they run like those of an off block.
     * New string, or NULL. Without the slot all such statements are unknown, and reported as
     * uncertain. */
    gboolean (*judge_bare)(MigConnection *connection, const char *text, gsize length,
                           const char *settings, MigBareState *ret_state, char **ret_clear,
                           GError **error);
    /* Optional: whether a statement changes the session only (a setting), so that it is lost with it:
     * when an off block is resumed such statements are run again, done or not. */
    gboolean (*sets_session)(const char *text, gsize length);
    /* What statements (of const char*: those of a whole plan, in order) lock, and for how long: told by
     * their words, and by what the database knows of the tables that they name (NULL: no database;
     * then there are no sizes either). Array of MigFacts*, one a statement. */
    GPtrArray *(*statement_facts)(MigConnection *connection, const GPtrArray *statements,
                                  GError **error);
    /* Text around the steps of an offline script (`--sql`), written for the engine's own client: what
     * comes first (it makes the client stop at the first error), and what begins and commits a
     * transaction. New strings. */
    char *(*offline_prologue)(void);
    char *(*offline_begin)(void);
    char *(*offline_commit)(void);
    /* What puts the session in order for the statements of a unit: for its transaction, or, when it is
     * off, for a block of which it is the first, or a later one. before: the unit before a later one, or
     * the statements of the transaction that come before these; else NULL. New string. */
    char *(*offline_enter)(const MigUnitsOptions *options, const MigUnit *unit,
                           const MigUnit *before);
    /* What makes it ours again, behind them: of what they set (and of temporary tables), nothing is
     * left; or, keep_settings, nothing until the transaction ends, for an off block goes on. NULL:
     * nothing need be done. New string. */
    char *(*offline_leave)(const MigUnit *unit, gboolean keep_settings);
    /* The whole script as the client must read it, where it does not take all bytes as they are. Takes
     * and returns a string; NULL: as it is. */
    char *(*offline_encode)(char *script);
    const char *offline_own_schema; /* how scripts name the schema of our own tables when none is
                                       configured; NULL: default_schema, quoted */
    /* A statement that fails unless the version table holds exactly these rows (char*). schema: NULL
     * when none is configured. */
    char *(*offline_assert_rows)(const char *schema, const char *table, const GPtrArray *rows);

    /* Reads the whole database. What cannot be managed is in the result with `unmanaged` set. */
    MigSchema *(*introspect)(MigConnection *connection, const MigIntrospectOptions *options,
                             GError **error);
    /* Changes into actions (rule table of the dialect). Array of MigAction*. */
    GPtrArray *(*plan)(const MigPlanInput *input, GError **error);
    /* A whole state as DDL text, in an order that loads, without what is unmanaged. New string. */
    char *(*dump)(const MigSchema *schema);
    /* Optional: a literal of a column's type (spelled as in its attribute; NULL: none) for sample
     * rows. Same arguments, same literal; rows are numbered from 0 and differ in their literals where
     * the type has enough values. variant 0 is the plainest, higher ones are others that a CHECK may
     * want; NULL behind the last, and at 0 for a type without known values: such tables get no
     * rows. Without the slot proofs run on empty tables. New string. */
    char *(*sample_value)(const char *type, guint row, guint variant);
    /* Optional: what lint asks (core/lint_report.h). NULL: scripts of the dialect cannot be examined. */
    const struct _MigLintDriver *lint;
};

/* The schema that names without one are in. Belongs to the connection or the dialect. */
const char *mig_connection_default_schema(const MigConnection *connection);

/* dialects/registry.c: all dialects (NULL-terminated); one by URL scheme or name, or NULL. */
extern const MigDialect *const mig_dialects[];
const MigDialect *mig_dialect_for_scheme(const char *scheme);
const MigDialect *mig_dialect_by_name(const char *name);

#endif
