/* From version rows and a target to ordered steps, and the row movements of each. */
#ifndef MIG_STEPS_H
#define MIG_STEPS_H

#include "core/graph.h"

typedef enum { MIG_ROW_INSERT, MIG_ROW_DELETE, MIG_ROW_UPDATE } MigRowVerb;

/* One statement on the version table; must hit exactly one row. */
typedef struct {
    MigRowVerb verb;
    char *from; /* DELETE, UPDATE: the row's value before */
    char *to;   /* INSERT, UPDATE: the value after */
} MigRowMove;

typedef struct {
    MigRevision *revision;
    MigDirection direction;
    GPtrArray *moves;       /* of MigRowMove* */
    /* The whole version table before and after the step: of char*, sorted. The strings belong to
     * the graph; a step's rows_after and the next one's rows_before are one array. */
    GPtrArray *rows_before;
    GPtrArray *rows_after;
    /* What a run that was cut short did of it (mig_apply_plan(); else 0): whole blocks, and statements of
     * the next. */
    guint blocks_done, statements_done;
} MigStep;

void mig_step_free(MigStep *step);

/* Turns the ids found in the version table into revisions. An unknown id is MIG_E_UNKNOWN_ROW
 * (all of them named); a row that is an ancestor of another is MIG_E_OVERLAP. */
GPtrArray *mig_steps_rows(const MigGraph *graph, const GPtrArray *row_ids, GError **error);

/* Steps for `upgrade TARGET` (a symbol, or several separated by commas or spaces) from rows (of
 * MigRevision*), oldest first; an empty array: nothing to do. Array of MigStep*, element free
 * function set. */
GPtrArray *mig_steps_upgrade(const MigGraph *graph, const GPtrArray *rows, const char *target,
                             GError **error);

/* The same for `downgrade TARGET`, newest first. Without all_branches a LABEL@ target that would
 * remove revisions outside that branch is MIG_E_OTHER_BRANCH naming them. */
GPtrArray *mig_steps_downgrade(const MigGraph *graph, const GPtrArray *rows, const char *target,
                               gboolean all_branches, GError **error);

/* Steps that lead from rows to exactly these revisions (a set with all their ancestors in it): first the
 * downgrades of what is not among them, then the upgrades to what is. */
GPtrArray *mig_steps_exact(const MigGraph *graph, const GPtrArray *rows,
                           const MigRevisionSet *wanted, GError **error);

/* Offline ranges: `A:B`. Rows start as A (a comma-separated list; empty: base). For upgrade a
 * range without colon is base:B. */
GPtrArray *mig_steps_upgrade_range(const MigGraph *graph, const char *range, GError **error);
GPtrArray *mig_steps_downgrade_range(const MigGraph *graph, const char *range,
                                     gboolean all_branches, GError **error);

/* The row set after `stamp TARGETS` (array of char*), as an array of MigRevision*, load order. */
GPtrArray *mig_steps_stamp(const MigGraph *graph, const GPtrArray *rows, const GPtrArray *targets,
                           GError **error);

/* Row moves that lead from one set of row ids (char*) to another, DELETEs first, deterministic. */
GPtrArray *mig_steps_moves_between(const GPtrArray *before, const GPtrArray *after);

/* `current`: the rows and the tips they imply on other branches (heads of each branch that are
 * applied but no row), load order. */
GPtrArray *mig_steps_current(const MigGraph *graph, const GPtrArray *rows);

/* All applied revisions: rows and their ancestors. */
MigRevisionSet *mig_steps_applied(const MigGraph *graph, const GPtrArray *rows);

#endif
