/* libmigrate: schema migrations for SQLite and PostgreSQL, from within a program.
 *
 * This is the one public header. It needs no other library's headers. */
#ifndef MIGRATE_H
#define MIGRATE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Every error's code. The name shown to users is "E" and the number; the hundreds give the
 * command's exit status (1xx: 2, 2xx and 3xx: 3, 4xx: 4, 5xx: 5, 6xx: 6, 7xx: 7). */
typedef enum {
    MIG_OK = 0,

    MIG_E_USAGE = 100,           /* wrong arguments */
    MIG_E_UNKNOWN_COMMAND = 101,
    MIG_E_UNKNOWN_OPTION = 102,
    MIG_E_BAD_ARGUMENT = 103,    /* an option's or argument's value is not of its form */

    MIG_E_FILE = 200,            /* a file cannot be read or written */
    MIG_E_CONFIG_MISSING = 201,  /* no migrate.ini, or no such section */
    MIG_E_CONFIG_SYNTAX = 202,
    MIG_E_CONFIG_KEY = 203,      /* unknown or misplaced key */
    MIG_E_CONFIG_VALUE = 204,
    MIG_E_URL = 205,
    MIG_E_TEMPLATE = 206,        /* script template, file_template */
    MIG_E_HOOK = 207,            /* a post-write hook failed */
    MIG_E_MODEL = 208,           /* the model is missing or does not load */
    MIG_E_EXISTS = 209,          /* would overwrite a file */
    MIG_E_EDITOR = 210,          /* no editor, or it failed */
    MIG_E_VCS = 211,             /* git cannot answer */
    MIG_E_IMPORT = 212,          /* another tool's revisions cannot be taken over */

    MIG_E_SCRIPT_HEADER = 300,
    MIG_E_SCRIPT_MARKER = 301,
    MIG_E_SCRIPT_ENCODING = 302,
    MIG_E_SCRIPT_SQL = 303,      /* unterminated string, SQL before the first marker */
    MIG_E_REVISION_ID = 310,     /* illegal or reserved id or label */
    MIG_E_DUPLICATE_ID = 311,
    MIG_E_LABEL_CLASH = 312,
    MIG_E_UNKNOWN_PARENT = 313,  /* down_revision or depends_on names no revision */
    MIG_E_SELF_LOOP = 314,
    MIG_E_CYCLE = 315,
    MIG_E_UNKNOWN_REVISION = 320,
    MIG_E_AMBIGUOUS = 321,       /* prefix, head or walk with several answers */
    MIG_E_MULTIPLE_HEADS = 322,
    MIG_E_NOT_IN_BRANCH = 323,
    MIG_E_WALK = 324,            /* relative walk past the end */
    MIG_E_RANGE = 325,           /* range or destination not valid */
    MIG_E_OVERLAP = 326,         /* a row or target is an ancestor of another */

    MIG_E_CONNECT = 400,
    MIG_E_STATEMENT = 401,       /* a statement failed */
    MIG_E_NOT_A_DATABASE = 402,
    MIG_E_READ_ONLY = 403,
    MIG_E_DISK_FULL = 404,
    MIG_E_ROWS_CHANGED = 405,    /* version rows are not the planned ones */
    MIG_E_FOREIGN_KEY = 406,     /* foreign_key_check found new violations */
    MIG_E_IN_TRANSACTION = 407,  /* the caller's connection is inside a transaction */
    MIG_E_INTERRUPTED = 408,     /* stopped because the caller asked for it */

    MIG_E_LOCKED = 500,

    MIG_E_IRREVERSIBLE = 600,
    MIG_E_OTHER_BRANCH = 602,
    MIG_E_NOT_AT_HEAD = 603,     /* autogenerate against a database behind its heads */
    MIG_E_CHANGED_SCRIPT = 604,
    MIG_E_UNKNOWN_ROW = 605,     /* a version row names no known revision */
    MIG_E_HALF_DONE = 606,
    MIG_E_TRANSACTION_CONTROL = 607,
    MIG_E_UNSUPPORTED = 608,     /* this dialect or version cannot do it */
    MIG_E_WOULD_LOSE = 609,      /* a step would drop an index or trigger it does not know */
    MIG_E_PROOF = 610,           /* the generated script does not do what it should */
    MIG_E_NEEDS_ANSWER = 611,    /* a question without a terminal */
    MIG_E_APPLIED = 612,         /* the database has it applied already */

    MIG_E_HALF_WAY = 700,

    MIG_E_INTERNAL = 900         /* a bug in migrate */
} MigErrorCode;

/* What the library tells while it works. It never prints. */
typedef enum {
    MIG_EVENT_NOTICE,    /* worth knowing (shown unless quiet) */
    MIG_EVENT_WARNING,   /* shown always */
    MIG_EVENT_DEBUG,     /* shown with -v */
    MIG_EVENT_STEP_BEGIN,
    MIG_EVENT_STATEMENT, /* a statement of a step begins */
    MIG_EVENT_STEP_DONE, /* the step is committed and durable */
    MIG_EVENT_PROGRESS   /* a statement is still at work: about once a second, after the first */
} MigEventKind;

/* Strings live during the callback only and may be NULL where they do not apply. */
typedef struct {
    MigEventKind kind;
    const char *message;
    const char *revision;  /* step events: id */
    const char *title;     /* step events: the revision's message */
    const char *direction; /* step events: "upgrade" or "downgrade" */
    const char *rows_before, *rows_after; /* step events: version rows, ", "-separated; "base" if none */
    unsigned step, n_steps;               /* step events: from 1 */
    unsigned statement, n_statements;     /* statement events: from 1 */
    long long elapsed_ms;                 /* STEP_DONE: of the step; PROGRESS: of the statement */
    /* PROGRESS: how far it is, of what total, where the database tells (message: with what); else
     * both are 0. */
    unsigned long long done, total;
} MigEvent;

typedef void (*MigEventFunc)(const MigEvent *event, void *user_data);

/* "0.1.0": of the library that runs, not of this header. */
const char *mig_version(void);

/* A session moves one database through one set of scripts. Make one, say where the scripts and the
 * database are, run it, free it. A session belongs to one thread at a time.
 *
 * Every function that returns MigErrorCode returns MIG_OK, or the code of the error that
 * mig_session_error() then describes. */
typedef struct MigSession MigSession;

/* An error in all its parts. Strings belong to the session, live until its next call, and are NULL
 * where a part does not apply. */
typedef struct {
    MigErrorCode code;
    const char *message;        /* what failed and why, one line */
    const char *subject;        /* "upgrade of 9b2f (add age), block 1, statement 2 of 3" */
    const char *file;
    int line, column;           /* from 1; 0: unknown */
    const char *engine_message; /* the database's own words */
    const char *sqlstate;       /* SQLSTATE, or SQLite's extended result code by name */
    const char *state_now;      /* what became of the database */
    const char *hint;           /* what to do */
    const char *text;           /* all of it, as the command would print it */
} MigErrorInfo;

/* Settings that may be given to a run; start from MIG_RUN_OPTIONS_INIT, so that a program keeps
 * working with a later library. */
typedef struct {
    unsigned size;         /* sizeof (MigRunOptions) */
    const char *tag;       /* kept in the log; NULL: none */
    int one_by_one;        /* no group commit: each revision durable before the next begins */
    int all_branches;      /* downgrade: also revisions outside the target's branch */
    const char *const *allow_drop; /* NULL-terminated globs of index and trigger names that a table's
                                      rebuild may lose; NULL: none */
    int (*cancelled)(void *user_data); /* asked between statements; non-zero stops the run */
    void *user_data;       /* for cancelled */
} MigRunOptions;

#define MIG_RUN_OPTIONS_INIT {sizeof(MigRunOptions), 0, 0, 0, 0, 0, 0}

/* A session with all settings at their defaults. Never NULL. */
MigSession *mig_session_new(void);

/* Frees it; closes a database it opened, leaves an adopted handle open. NULL is fine. */
void mig_session_free(MigSession *session);

/* Reads a migrate.ini; section: NAME of [migrate:NAME], or NULL. Before any other source. */
MigErrorCode mig_session_load_config(MigSession *session, const char *path, const char *section);

/* Sets one setting as migrate.ini would ("url", "version_table", "version_locations" …). */
MigErrorCode mig_session_set(MigSession *session, const char *key, const char *value);

/* Adds a revision script from memory (text is copied); name is used in messages. When there is at
 * least one, no file is read. */
MigErrorCode mig_session_add_script(MigSession *session, const char *name, const char *text);

/* Uses the caller's open connection instead of a URL: a dialect's name (sqlite) and its handle (sqlite3 *). It must
 * not be inside a transaction and not be used by others during a run; settings that a run changes
 * (PRAGMA foreign_keys …, busy timeout, authorizer) are put back, but for the authorizer, which
 * SQLite cannot read: set yours again after a run. The handle stays open and the caller's. */
MigErrorCode mig_session_adopt(MigSession *session, const char *dialect, void *handle);

/* Where events go; NULL: nowhere. */
void mig_session_on_event(MigSession *session, MigEventFunc func, void *user_data);

/* Moves the database; target as on the command line ("head", "heads", an id, "+1", "base", "-1").
 * options may be NULL. *ret_steps (may be NULL): steps done, also when it fails. */
MigErrorCode mig_session_upgrade(MigSession *session, const char *target,
                                 const MigRunOptions *options, unsigned *ret_steps);
MigErrorCode mig_session_downgrade(MigSession *session, const char *target,
                                   const MigRunOptions *options, unsigned *ret_steps);

/* Sets the version rows to target without running anything. */
MigErrorCode mig_session_stamp(MigSession *session, const char *target);

/* How many revisions an upgrade to target would apply. Writes nothing to the database. */
MigErrorCode mig_session_pending(MigSession *session, const char *target, unsigned *ret_count);

/* The version rows, NULL-terminated and sorted, in an array that belongs to the session and lives
 * until its next call. Writes nothing to the database. */
MigErrorCode mig_session_current(MigSession *session, const char *const **ret_rows);

/* The last error; code MIG_OK when the last call succeeded. Never NULL. */
const MigErrorInfo *mig_session_error(MigSession *session);

#ifdef __cplusplus
}
#endif

#endif
