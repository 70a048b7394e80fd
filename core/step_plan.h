/* What a step would run, statement by statement: for `--plan`. */
#ifndef MIG_STEP_PLAN_H
#define MIG_STEP_PLAN_H

#include "core/change.h"
#include "core/project.h"
#include "core/steps.h"

typedef struct {
    char *text;         /* without semicolon */
    guint block;        /* from 1, among the step's blocks for this database */
    gboolean off;       /* outside a transaction */
    int line;           /* in the script */
    GPtrArray *hazards; /* of MigHazard*: those that the comments above it name */
} MigStepStatement;

/* The statements of a step for this project's database: array of MigStepStatement*. */
GPtrArray *mig_step_statements(MigProject *project, const MigStep *step, GError **error);

#endif
