/* What steps would run, statement by statement, and what that would do to a live system: for
 * `--plan`. */
#ifndef MIG_STEP_PLAN_H
#define MIG_STEP_PLAN_H

#include "core/change.h"
#include "core/facts.h"
#include "core/project.h"
#include "core/steps.h"

typedef struct {
    char *text;         /* without semicolon */
    gsize offset;       /* in the script's text */
    gsize from;         /* where the comments above it begin */
    const MigBlock *in; /* the script's */
    guint block;        /* from 1, among the step's blocks for this database */
    gboolean off;       /* outside a transaction */
    int line;           /* in the script */
    GPtrArray *hazards; /* of MigHazard*: those that the comments above it name */
    MigFacts *facts;    /* mig_step_plans(); else NULL */
    /* Its locks block others and stay while a later statement of the same transaction is at work:
     * how many statements later, and on which table. 0, NULL: they do not. */
    guint held_for;
    const MigTouch *held_while;
} MigStepStatement;

typedef struct {
    const MigStep *step;
    GPtrArray *statements; /* of MigStepStatement*: those that are left to run */
    guint n_done;          /* those before them, which a run that was cut short did */
} MigStepPlan;

/* The statements of a step for this project's database, by the script alone: array of
 * MigStepStatement*. */
GPtrArray *mig_step_statements(MigProject *project, const MigStep *step, GError **error);

/* The same for steps (of MigStep*, which must outlive the result), with what they would do.
 * Array of MigStepPlan*. */
GPtrArray *mig_step_plans(MigProject *project, const GPtrArray *steps, GError **error);

#endif
