/* Whether the branches that a merge point joins may run in either order: databases that took one first
 * and those that took the other are to end as one. */
#include "core/verify_private.h"

#include "core/apply.h"
#include "core/error.h"
#include "core/scratch.h"
#include "core/steps.h"

typedef struct {
    MigProject *project;
    const MigGraph *graph;
    MigScratch *place;
    GPtrArray *hidden;
} Merges;

/* Runs the branches one behind the other. */
static gboolean
run_branches(const Merges *merges, MigConnection *scratch, const GPtrArray *parents,
             gboolean backwards, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    for (guint i = 0; i < parents->len; i++) {
        const MigRevision *parent = parents->pdata[backwards ? parents->len - 1 - i : i];
        g_autoptr(GPtrArray) steps = mig_steps_upgrade(merges->graph, rows, parent->id, error);

        if (!steps)
            return FALSE;
        if (steps->len == 0)
            continue;
        if (!mig_apply_replay(merges->project, scratch, steps, error))
            return FALSE;
        const MigStep *last = steps->pdata[steps->len - 1];
        GPtrArray *reached = mig_steps_rows(merges->graph, last->rows_after, error);

        if (!reached)
            return FALSE;
        g_ptr_array_unref(rows);
        rows = reached;
    }
    return TRUE;
}

static MigSchema *
state_of(const Merges *merges, MigConnection *scratch, const GPtrArray *parents,
         gboolean backwards, GError **error)
{
    if (!run_branches(merges, scratch, parents, backwards, error))
        return NULL;
    return mig_verify_look(merges->project, merges->place, scratch, merges->hidden, error);
}

static gboolean
try_backwards(const Merges *merges, const MigSchema *forwards, MigVerifyResult *result,
              GError **error)
{
    MigConnection *scratch = mig_scratch_open(merges->place, error);

    if (!scratch)
        return FALSE;
    g_autoptr(MigSchema) backwards =
        state_of(merges, scratch, result->revision->down, TRUE, &result->error);

    if (backwards)
        result->sql = mig_verify_difference(merges->place, scratch, backwards, forwards,
                                            &result->error);
    mig_scratch_close(merges->place, scratch);
    return TRUE;
}

/* The result's error and sql stay empty where the order does not matter. Which of the two orders fails
 * says nothing: `verify` has run one of them. */
static gboolean
judge(const Merges *merges, MigVerifyResult *result, GError **error)
{
    MigConnection *scratch = mig_scratch_open(merges->place, error);

    if (!scratch)
        return FALSE;
    g_autoptr(MigSchema) forwards =
        state_of(merges, scratch, result->revision->down, FALSE, &result->error);

    mig_scratch_close(merges->place, scratch);
    return !forwards || try_backwards(merges, forwards, result, error);
}

gboolean
mig_verify_merges(MigProject *project, const GPtrArray *judged, GPtrArray *results, GError **error)
{
    MigScratch *place = mig_project_scratch(project, error);
    const MigGraph *graph = place ? mig_project_graph(project, error) : NULL;

    if (!graph)
        return FALSE;
    g_autoptr(GPtrArray) hidden = mig_project_own_tables(project);
    const Merges merges = {project, graph, place, hidden};

    for (guint i = 0; i < judged->len; i++) {
        const MigRevision *revision = judged->pdata[i];

        if (revision->down->len < 2)
            continue;
        MigVerifyResult *result = g_new0(MigVerifyResult, 1);
        gint64 start = g_get_monotonic_time();

        result->revision = revision;
        result->verdict = MIG_VERIFY_NOT_COMMUTING;
        const gboolean done = judge(&merges, result, error);

        result->elapsed_us = g_get_monotonic_time() - start;
        if (done && (result->sql || result->error))
            g_ptr_array_add(results, result);
        else
            mig_verify_result_free(result);
        if (!done)
            return FALSE;
    }
    return TRUE;
}
