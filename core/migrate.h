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
    MIG_E_DESTRUCTIVE = 601,
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
    MIG_EVENT_STEP_DONE  /* the step is committed and durable */
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
    long long elapsed_ms;                 /* STEP_DONE */
} MigEvent;

typedef void (*MigEventFunc)(const MigEvent *event, void *user_data);

#ifdef __cplusplus
}
#endif

#endif
