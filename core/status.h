/* `status`: where the database is, what is pending, what is wrong. */
#ifndef MIG_STATUS_H
#define MIG_STATUS_H

#include "core/changed.h"
#include "core/drift.h"
#include "core/project.h"
#include "core/steps.h"
#include "core/store.h"

/* Everything that could be found out; what could not is NULL, and problems say why. */
typedef struct {
    gboolean exists; /* the database is there */
    gboolean has_version_table;
    char *server;              /* "SQLite 3.40.1" */
    MigGraph *graph;           /* the project's */
    GPtrArray *heads;          /* of MigRevision* */
    GPtrArray *row_ids;        /* of char* */
    GPtrArray *rows;           /* of MigRevision*: those of row_ids that are known */
    GPtrArray *unknown;        /* of char*, owned by row_ids: the others */
    GPtrArray *unknown_logged; /* of MigLogRow*: those of unknown whose scripts the log keeps */
    GPtrArray *pending;        /* of MigStep*: up to the heads */
    GPtrArray *changed;        /* of MigChangedScript* */
    GPtrArray *half_done;      /* of MigLogRow* */
    MigLogRow *last;           /* the newest row of the log */
    MigDrift *drift;           /* NULL: not asked for, or not found out */
    GPtrArray *problems;       /* of GError* */
} MigStatus;

/* Never fails: a missing database, a broken script or graph, an unknown row are part of the answer.
 * with_drift: replay the applied revisions on scratch and compare (takes as long as that takes). */
MigStatus *mig_status(MigProject *project, gboolean with_drift);
void mig_status_free(MigStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigStatus, mig_status_free)

/* Whether everything is as it should be: no problem, one head at most, nothing pending, unknown,
 * changed or half-done, and no drift. */
gboolean mig_status_is_good(const MigStatus *status);

#endif
