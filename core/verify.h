/* `verify`: every step of a history on scratch, up, down and up again; the downgrade must be the
 * exact inverse, and the end must equal the model. */
#ifndef MIG_VERIFY_H
#define MIG_VERIFY_H

#include "core/project.h"
#include "core/schema.h"

typedef enum {
    MIG_VERIFY_OK,
    MIG_VERIFY_IRREVERSIBLE, /* no downgrade block: only the upgrade was tried; no fault */
    MIG_VERIFY_UP_FAILED,    /* the upgrade failed: error; nothing after it can be tried */
    MIG_VERIFY_DOWN_FAILED,  /* the downgrade failed: error */
    MIG_VERIFY_NOT_INVERSE,  /* up then down left a difference: sql */
    MIG_VERIFY_NOT_REPEATABLE, /* up, down, up is another state than up: sql, or error */
    MIG_VERIFY_NOT_MODEL,    /* the end of the history is not the model: sql */
    MIG_VERIFY_NOT_COMMUTING /* the branches of a merge point lead elsewhere in the other order: sql, or
                                error */
} MigVerifyVerdict;

/* Word for JSON and people: "ok", "irreversible", "upgrade-failed" … */
const char *mig_verify_verdict_name(MigVerifyVerdict verdict);

/* Whether the verdict counts as a fault. */
gboolean mig_verify_verdict_is_fault(MigVerifyVerdict verdict);

typedef struct {
    const MigRevision *revision; /* NULL for the comparison with the model */
    MigVerifyVerdict verdict;
    char *sql;      /* what would turn the state reached into the one expected; or NULL */
    GError *error;  /* what failed; or NULL */
    gint64 elapsed_us;
} MigVerifyResult;

typedef struct {
    const char *range;   /* as history's; only these are judged, what lies before is replayed; NULL: all */
    const GPtrArray *only; /* of MigRevision*: judged instead of a range; NULL: by the range */
    gboolean no_model;   /* leave the model out */
    guint jobs;          /* how many scratch databases are worked on at once; 0: as many as help */
    gboolean merges;     /* try the branches of merge points in the other order, too */
    gboolean keep_going; /* judge on after the first fault, where the state allows */
} MigVerifyOptions;

/* Array of MigVerifyResult* in the order tried, one a revision of the range (up to and with the
 * first fault unless keep_going), then, when the range ends at the heads and a model is set, one
 * for the model, then one for each merge point whose branches do not commute. Faults are results; an error means that nothing could be judged (a broken graph,
 * a range that names nothing). Emits STEP_DONE for each. */
GPtrArray *mig_verify(MigProject *project, const MigVerifyOptions *options, GError **error);

#endif
