/* What the files of apply share: steps made ready to run. */
#ifndef MIG_APPLY_PRIVATE_H
#define MIG_APPLY_PRIVATE_H

#include "core/apply.h"
#include "core/store.h"

typedef struct {
    const MigBlock *block;
    guint number;       /* from 1, among the step's blocks */
    GArray *statements; /* of MigStatement: offsets and lines in the script's whole text */
} MigReadyBlock;

/* A half-done step that a run goes on with. */
typedef struct {
    MigLogRow *row;                     /* as it is in the log; NULL: there is none */
    guint blocks_done, statements_done; /* where to go on: behind that of the row when its intent turned
                                           out to be done */
    char *clear;                        /* statements that run first, to clear remains or to finish
                                           what was begun; or NULL */
} MigResume;

void mig_resume_clear(MigResume *resume);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigResume, mig_resume_clear)

typedef struct {
    const MigStep *step;
    const MigResume *resume; /* how far it is already; NULL: it begins */
    GPtrArray *blocks;  /* of MigReadyBlock* */
    guint n_statements; /* of all blocks */
} MigReadyStep;

/* The blocks of a script (its body is loaded) for a database, cut into statements; empty when there
 * are none. Array of MigReadyBlock*. */
GPtrArray *mig_ready_blocks(const MigDialect *dialect, const MigScript *script,
                            MigDirection direction, const char *name, GError **error);

void mig_ready_step_free(MigReadyStep *ready);

/* Reads, splits and judges the scripts of steps; whatever can be refused is (rule 3), all of it
 * together. replay: on scratch, where each step is its own. Array of MigReadyStep*; the steps must
 * outlive it. */
GPtrArray *mig_apply_prepare(MigProject *project, const MigDialect *dialect, const GPtrArray *steps,
                             gboolean replay, GError **error);

/* Finds the half-done step that the first of these steps (of MigReadyStep*) goes on with, and sets
 * that step's resume to ret, which must outlive it. MIG_E_HALF_DONE when another step is half done;
 * MIG_E_CHANGED_SCRIPT when what was done of this one is written in another way now. */
gboolean mig_resume_find(MigProject *project, const GPtrArray *ready, MigResume *ret,
                         GError **error);

/* Whether the log still holds what was found. */
gboolean mig_resume_holds(MigProject *project, const MigResume *resume, gboolean *ret,
                          GError **error);

/* Under the lock: judges the statement whose end is not recorded by what the database is now.
 * MIG_E_HALF_WAY when that cannot be told. */
gboolean mig_resume_judge(MigProject *project, MigConnection *connection, const MigReadyStep *ready,
                          MigResume *resume, GError **error);

/* Whether a is further on in the same step than b, or b in none. */
gboolean mig_resume_is_further(const MigResume *a, const MigResume *b);

/* A unit and what it stands for. Begins with the unit, so that callbacks can get at the rest. */
typedef struct {
    MigUnit unit;
    const MigReadyStep *ready;
    guint number;                 /* of the step, from 1 */
    guint first_block, end_block; /* end_block: how many blocks are done when it is */
    guint first_statement;        /* off: index of the statement in its block */
    gboolean aside;               /* no progress of the step: a setting made again, remains cleared */
    char *own_text;               /* remains cleared: the text of the unit; else NULL */
    guint n_before;               /* statements of the step before this unit's */
    GArray *statements;           /* of MigStatement: those of the blocks, or the one */
    gboolean last;                /* of its step */
    gint64 elapsed_us;            /* how long it took; 0: not known yet */
} MigStepUnit;

void mig_step_unit_free(gpointer unit);

/* Makes units of steps. */
typedef struct {
    MigProject *project;
    const MigDialect *dialect;
    gboolean recorded; /* rows and log are moved along; else: a replay */
    gboolean offline;  /* times are those of the run to come */
    const char *tag;
    const GPtrArray *allow_drop;
    gboolean create_tables; /* with the next unit */
    GPtrArray *units;       /* of MigStepUnit* */
} MigUnitsBuilder;

/* Adds the units of a step, the last of which moves the rows. *ret_first: index of the first. */
void mig_units_add_step(MigUnitsBuilder *builder, const MigReadyStep *ready, guint number,
                        guint *ret_first);

/* Whether the driver runs the unit's statement outside a transaction. */
gboolean mig_unit_runs_bare(const MigDialect *dialect, const MigUnit *unit);

/* The options of units that do the project's settings and the caller's options justice, without
 * callbacks. options may be NULL. */
MigUnitsOptions mig_apply_units_options(MigProject *project, const MigApplyOptions *options);

/* What a stamp changes. */
typedef struct {
    GPtrArray *before;  /* of char*: row ids */
    GPtrArray *after;   /* of char* */
    GPtrArray *moves;   /* of MigRowMove* */
    GPtrArray *applied; /* of MigRevision*: newly counted as applied, load order */
    gboolean purge;     /* empty the table first, whatever it holds */
} MigStamp;

void mig_stamp_clear(MigStamp *stamp);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigStamp, mig_stamp_clear)

/* Stamps targets (of char*) over rows (of MigRevision*), which the table holds as row_ids (taken).
 * *ret is replaced. */
gboolean mig_stamp_plan(MigProject *project, const GPtrArray *rows, GPtrArray *row_ids,
                        const GPtrArray *targets, MigStamp *ret, GError **error);

/* Log rows and row moves (of MigSql*). offline: times are those of the run to come. */
GPtrArray *mig_stamp_statements(MigProject *project, const MigDialect *dialect,
                                const MigStamp *stamp, const char *tag, gboolean offline);

/* Begins units without steps: the lock is held until mig_apply_write() or units_end. */
MigConnection *mig_apply_lock(MigProject *project, GError **error);

/* Runs statements of our own (of MigSql*) as one transaction over these version rows (NULL: any),
 * with our tables where they miss, and ends the units. */
gboolean mig_apply_write(MigProject *project, MigConnection *connection,
                         const GPtrArray *expected_rows, GPtrArray *statements, GError **error);

/* Running steps: begin takes the lock, then either steps or leave. */
typedef struct _MigRun MigRun;

/* options: NULL for a replay, which knows neither rows nor log. */
MigRun *mig_run_new(MigProject *project, MigConnection *connection, const MigApplyOptions *options);
void mig_run_free(MigRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigRun, mig_run_free)
gboolean mig_run_begin(MigRun *run, GError **error);
/* Runs what was made ready and ends. */
gboolean mig_run_steps(MigRun *run, const GPtrArray *ready, GError **error);
/* Ends without having run anything. */
void mig_run_leave(MigRun *run);
/* How many steps are durable. */
guint mig_run_done(const MigRun *run);

#endif
