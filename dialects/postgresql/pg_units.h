/* Units on PostgreSQL: messages of many statements, what the server answers, and whose fault it is.
 */
#ifndef MIG_PG_UNITS_H
#define MIG_PG_UNITS_H

#include "dialects/postgresql/pg_driver.h"

typedef enum {
    MIG_PG_OWN,       /* a statement of ours that has nothing to say */
    MIG_PG_LOCK,      /* takes the lock of the run */
    MIG_PG_ROWS,      /* fails unless the version rows are the expected ones */
    MIG_PG_HIT,       /* fails unless a statement of ours hits the rows it should */
    MIG_PG_SCRIPT,    /* a statement of the script */
    MIG_PG_LOSSES,    /* fails when the script lost an index or trigger (rule 9) */
    MIG_PG_UNCHANGED, /* fails when the script changed the version rows */
    MIG_PG_COMMIT     /* ends a unit */
} MigPgPartKind;

/* One statement of a message. */
typedef struct {
    MigPgPartKind kind;
    gsize offset; /* in the message */
    const MigUnit *unit;
    guint statement;   /* SCRIPT: index in the unit */
    const MigSql *own; /* HIT */
} MigPgPart;

/* What is sent in one round trip (plus one for each COPY). */
typedef struct {
    GString *text;
    GArray *parts; /* of MigPgPart */
} MigPgMessage;

typedef struct _MigPgWatch MigPgWatch;

struct _MigPgUnits {
    MigUnitsOptions options;
    GPtrArray *queue; /* of const MigUnit*: not sent yet */
    gsize queue_bytes;
    GPtrArray *uncommitted; /* of const MigUnit*: WHOLE_RUN: ran in the open transaction */
    gint64 next_working_us; /* when to say again what is at work */
    gint64 began_us;        /* by the server's clock: the unit that it is at */
    const char *off_text;   /* the script whose off block has set the session's state; else NULL */
    gboolean off_patient;   /* the timeouts that were set for its last statement: none */
    MigPgWatch *watch;      /* NULL: nothing was sent so far */
    GHashTable *skipped;    /* set of const MigStatement*: what scratch goes without */
};

/* ---- pg_message.c ---- */

/* A timeout as the server takes it: an endless one is 0, a longer one than it knows the longest. */
gint64 mig_pg_timeout_ms(gint64 ms);

MigPgMessage *mig_pg_message_new(void);
void mig_pg_message_free(MigPgMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigPgMessage, mig_pg_message_free)

/* Adds a whole transactional unit; durable FALSE: its commit waits for no disk. In WHOLE_RUN a
 * BEGIN is written only ahead of the first unit, and no COMMIT. */
void mig_pg_message_add_unit(MigPgMessage *message, MigPg *pg, const MigUnit *unit,
                             gboolean durable);
void mig_pg_message_add_commit(MigPgMessage *message, const MigUnit *unit);

/* The three parts of a unit of an off block: what is ahead of its statement, committed; the
 * statement (with the progress record in one transaction, unless it runs bare); and, when it ran
 * bare, what is behind. */
void mig_pg_message_add_off_begin(MigPgMessage *message, MigPg *pg, const MigUnit *unit);
void mig_pg_message_add_off_statement(MigPgMessage *message, MigPg *pg, const MigUnit *unit);
void mig_pg_message_add_bare(MigPgMessage *message, const MigUnit *unit);
void mig_pg_message_add_off_end(MigPgMessage *message, MigPg *pg, const MigUnit *unit);

/* ---- pg_losses.c ---- */

/* Whether rule 9 has something to look at in the unit. */
gboolean mig_pg_losses_possible(const MigUnit *unit);
/* The statement that notes what hangs on the tables that this statement of the script will drop;
 * NULL: it drops none. New string. */
char *mig_pg_losses_note(const MigUnit *unit, guint statement);
/* The statement that fails when something noted is gone from a table that is there again. New
 * string. */
char *mig_pg_losses_check(const MigUnit *unit);

/* ---- pg_work.c ---- */

/* A statement begins. */
void mig_pg_work_begin(MigPg *pg);
/* To be called again and again while an answer is waited for: says once a second what is at work. */
void mig_pg_work_tell(MigPg *pg);

/* ---- pg_send.c ---- */
typedef struct {
    guint n_done;       /* parts that have ended */
    guint n_committed;  /* units whose COMMIT has */
    PGresult *failure;  /* NULL: all went well, or the connection is gone */
    gboolean cancelled; /* by us */
    gboolean lost;      /* the connection is gone */
} MigPgOutcome;

void mig_pg_outcome_clear(MigPgOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigPgOutcome, mig_pg_outcome_clear)

/* Sends the message and takes all answers, feeding COPY and announcing statements. FALSE when
 * something failed. *ret must be cleared in any case. */
gboolean mig_pg_send(MigPg *pg, const MigPgMessage *message, MigPgOutcome *ret);

/* ---- pg_watch.c ---- */

/* A message is sent now; all its answers are there. */
void mig_pg_watch_begin(MigPg *pg);
void mig_pg_watch_end(MigPg *pg, gboolean ok);
/* To be called again and again while an answer is waited for: looks, and tells, who is in the way. */
void mig_pg_watch_look(MigPg *pg);
/* Who was in the way of the last message that failed, as far as that was seen; NULL: nobody. */
const char *mig_pg_watch_names(const MigPg *pg);
void mig_pg_watch_free(MigPgWatch *watch);
/* The second connection; NULL: there is none to be had. */
PGconn *mig_pg_watch_connection(MigPg *pg);

/* A row "a" of pg_stat_activity in words, an expression. state: what it does, an expression or "NULL";
 * since: an expression. */
#define MIG_PG_SESSION_TEXT(state, since)                                                          \
    "'process ' || a.pid || ' (' || COALESCE(NULLIF(a.application_name, ''), NULLIF(a.backend_type, "     \
    "'client backend'), 'a program') || COALESCE(' of ' || a.usename, '') || "                     \
    "COALESCE('@' || CASE a.client_port WHEN -1 THEN 'local' ELSE "                                \
    "pg_catalog.host(a.client_addr) END, '') || COALESCE(', ' || " state                           \
    ", '') || COALESCE(', since ' || pg_catalog.to_char(" since                                    \
    " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '') || ')'"

/* ---- pg_unit_error.c ---- */

/* The part that failed. */
const MigPgPart *mig_pg_failed_part(MigPg *pg, const MigPgMessage *message,
                                    const MigPgOutcome *outcome);
/* The error of a failed message. */
GError *mig_pg_unit_error(MigPg *pg, const MigPgMessage *message, const MigPgOutcome *outcome);

/* What our own failing expressions say stands between these. */
#define MIG_PG_MARK "<migrate:"
#define MIG_PG_MARK_END ":migrate>"

#endif
