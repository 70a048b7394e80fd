#include "core/apply.h"

#include <string.h>

#include "core/apply_private.h"
#include "core/changed.h"
#include "core/error.h"
#include "core/missing.h"

/* How long one try to read waits before the caller is asked again whether to go on. */
#define LOOK_MS 200

typedef struct {
    MigProject *project;
    MigDirection direction;
    const char *target;
    gboolean all_branches;
    const MigApplyOptions *options;
    GPtrArray *wanted; /* to_ref: ids (char*) of the revisions that the commit has */
} Request;

/* A plan, with all that could be refused not refused. */
typedef struct {
    GPtrArray *row_ids; /* of char*: what it starts from */
    GPtrArray *steps;   /* of MigStep* */
    GPtrArray *ready;   /* of MigReadyStep* */
    MigResume *resume;  /* which the first of them may go on with */
} Plan;

static const Plan no_plan = {.row_ids = NULL};

static void
plan_clear(Plan *plan)
{
    g_clear_pointer(&plan->ready, g_ptr_array_unref);
    g_clear_pointer(&plan->steps, g_ptr_array_unref);
    g_clear_pointer(&plan->row_ids, g_ptr_array_unref);
    if (plan->resume)
        mig_resume_clear(plan->resume);
    g_clear_pointer(&plan->resume, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Plan, plan_clear)

/* Reads the version rows without lock; a writer may keep us out for a moment. */
static GPtrArray *
look(MigProject *project, const MigApplyOptions *options, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    gint64 timeout_ms = mig_apply_units_options(project, options).lock_timeout_ms;
    gint64 began_us = g_get_monotonic_time();

    if (!connection)
        return NULL;
    gint64 usual_ms = connection->lock_wait_ms;

    for (;;) {
        g_autoptr(GError) own = NULL;

        connection->lock_wait_ms = timeout_ms < 0 ? LOOK_MS : MIN(LOOK_MS, timeout_ms);
        GPtrArray *rows = mig_project_row_ids(project, &own);

        connection->lock_wait_ms = usual_ms;
        if (rows)
            return rows;
        gboolean time_left =
            timeout_ms < 0 || g_get_monotonic_time() - began_us < timeout_ms * 1000;
        gboolean cancelled =
            options && options->cancelled && options->cancelled(options->user_data);

        if (!g_error_matches(own, MIG_ERROR, MIG_E_LOCKED) || !time_left || cancelled) {
            g_propagate_error(error, g_steal_pointer(&own));
            return NULL;
        }
    }
}

/* What is done with a downgrade that is no longer the one that was written with the upgrade. */
static gboolean
warn_of_changes(MigProject *project, const GPtrArray *rows, const GPtrArray *steps, GError **error)
{
    g_autoptr(GPtrArray) changed = mig_changed_scripts(project, rows, error);

    if (!changed)
        return FALSE;
    for (guint i = 0; i < changed->len; i++) {
        const MigChangedScript *script = changed->pdata[i];

        for (guint j = 0; script->downgrade && j < steps->len; j++) {
            if (((const MigStep *)steps->pdata[j])->revision == script->revision)
                mig_project_tell(project, MIG_EVENT_WARNING,
                                 "the downgrade of '%s' was changed after it was applied",
                                 script->revision->id);
        }
    }
    return TRUE;
}

static GPtrArray *
find_exact_steps(const Request *request, MigGraph *graph, const GPtrArray *rows, GError **error)
{
    g_autoptr(MigRevisionSet) wanted = mig_revision_set_new(graph);

    for (guint i = 0; i < request->wanted->len; i++)
        mig_revision_set_add(wanted, mig_graph_find(graph, request->wanted->pdata[i]));
    return mig_steps_exact(graph, rows, wanted, error);
}

static GPtrArray *
find_steps(const Request *request, MigGraph *graph, const GPtrArray *rows, GError **error)
{
    if (request->wanted)
        return find_exact_steps(request, graph, rows, error);
    return request->direction == MIG_UPGRADE
               ? mig_steps_upgrade(graph, rows, request->target, error)
               : mig_steps_downgrade(graph, rows, request->target, request->all_branches, error);
}

static gboolean
refuse_what_can_be(const Request *request, const GPtrArray *rows, const Plan *plan, GError **error)
{
    MigProject *project = request->project;

    if (!mig_resume_find(project, plan->ready, plan->resume, error) ||
        (request->wanted && !warn_of_changes(project, rows, plan->steps, error)))
        return FALSE;
    return request->direction == MIG_UPGRADE ? mig_changed_refuse(project, rows, error)
                                             : warn_of_changes(project, rows, plan->steps, error);
}

/* From several rows -N counts down from the first, as in Alembic; nobody should be surprised. */
static void
warn_of_choice(const Request *request, const GPtrArray *rows, const GPtrArray *steps)
{
    if (request->direction == MIG_UPGRADE || *request->target != '-' || rows->len < 2 ||
        steps->len == 0)
        return;
    g_autofree char *names = mig_revision_names(rows);

    mig_project_tell(request->project, MIG_EVENT_WARNING,
                     "the database is at %s: '%s' counts from '%s'; to choose, name a branch as in "
                     "'LABEL@%s'",
                     names, request->target, ((const MigRevision *)rows->pdata[0])->id,
                     request->target);
}

static gboolean
same_ids(const GPtrArray *a, const GPtrArray *b)
{
    gboolean same = a->len == b->len;

    for (guint i = 0; same && i < a->len; i++)
        same = strcmp(a->pdata[i], b->pdata[i]) == 0;
    return same;
}

/* Takes row_ids. */
static gboolean
make_plan(const Request *request, GPtrArray *row_ids, Plan *ret, GError **error)
{
    MigProject *project = request->project;
    g_auto(Plan) plan = {.row_ids = row_ids};
    MigGraph *graph = mig_project_graph(project, error);
    const MigDialect *dialect = graph ? mig_project_dialect(project, error) : NULL;
    g_autoptr(GPtrArray) rows = dialect ? mig_steps_rows(graph, row_ids, error) : NULL;

    if (!rows)
        return FALSE;
    plan.steps = find_steps(request, graph, rows, error);
    if (!plan.steps)
        return FALSE;
    warn_of_choice(request, rows, plan.steps);
    plan.ready = mig_apply_prepare(project, dialect, plan.steps, FALSE, error);
    if (!plan.ready)
        return FALSE;
    plan.resume = g_new0(MigResume, 1);
    if (plan.steps->len > 0 && !refuse_what_can_be(request, rows, &plan, error))
        return FALSE;
    plan_clear(ret);
    *ret = plan;
    plan = no_plan;
    return TRUE;
}

/* Gives the graph what the checkout lacks, as far as it can be had. */
static gboolean
complete(Request *request, GError **error)
{
    MigProject *project = request->project;
    const gboolean use_log = request->options->from_log;
    g_autoptr(GPtrArray) notes = NULL;

    g_clear_pointer(&request->wanted, g_ptr_array_unref);
    if (!(request->options->to_ref ? mig_missing_complete_at(project, request->target, use_log,
                                                             &request->wanted, &notes, error)
                                   : mig_missing_complete(project, use_log, &notes, error)))
        return FALSE;
    for (guint i = 0; i < notes->len; i++)
        mig_project_tell(project, MIG_EVENT_NOTICE, "%s", (char *)notes->pdata[i]);
    return TRUE;
}

/* Whether a downgrade may succeed with scripts that the checkout lacks. */
static gboolean
lacks_scripts(const Request *request, const GError *error)
{
    return request->direction == MIG_DOWNGRADE &&
           (g_error_matches(error, MIG_ERROR, MIG_E_UNKNOWN_ROW) ||
            g_error_matches(error, MIG_ERROR, MIG_E_UNKNOWN_PARENT));
}

/* Without lock. Rows and log are read one after the other: a plan (or a refusal) is right only if
 * the rows are still the same behind it. */
static gboolean
look_and_plan(Request *request, Plan *ret, GError **error)
{
    gboolean completed = request->options->from_log || request->options->to_ref;

    if (completed && !complete(request, error))
        return FALSE;
    g_autoptr(GPtrArray) row_ids = look(request->project, request->options, error);

    while (row_ids) {
        g_autoptr(GError) own = NULL;
        gboolean ok = make_plan(request, g_ptr_array_ref(row_ids), ret, &own);

        if (ok && ret->steps->len == 0)
            return TRUE;
        if (!completed && lacks_scripts(request, own)) {
            completed = TRUE;
            if (complete(request, NULL))
                continue;
        }
        g_autoptr(GPtrArray) now = look(request->project, request->options, error);

        if (!now)
            return FALSE;
        if (same_ids(now, row_ids)) {
            if (request->direction == MIG_DOWNGRADE &&
                g_error_matches(own, MIG_ERROR, MIG_E_UNKNOWN_ROW))
                mig_missing_advise(request->project, row_ids, request->target, own);
            if (!ok)
                g_propagate_error(error, g_steal_pointer(&own));
            return ok;
        }
        g_ptr_array_unref(row_ids);
        row_ids = g_steal_pointer(&now);
    }
    return FALSE;
}

static void
tell_resume(MigProject *project, const Plan *plan)
{
    const MigResume *resume = plan->resume;
    const MigReadyStep *ready = plan->ready->pdata[0];
    const MigReadyBlock *block =
        resume->blocks_done < ready->blocks->len ? ready->blocks->pdata[resume->blocks_done] : NULL;

    if (block && resume->statements_done < block->statements->len)
        mig_project_tell(
            project, MIG_EVENT_NOTICE,
            "the %s of '%s' was cut short; it goes on with block %u, statement %u of %u",
            resume->row->direction, resume->row->revision, block->number,
            resume->statements_done + 1, block->statements->len);
    else
        mig_project_tell(project, MIG_EVENT_NOTICE,
                         "the %s of '%s' was cut short; all its statements are done",
                         resume->row->direction, resume->row->revision);
}

/* The lock is ours: is the plan still right? Another run may have been quicker. Behind a pooler only
 * transactions lock: what is read here may change while it is read, and each asserts the rows itself. */
static gboolean
check_plan_again(const Request *request, MigConnection *connection, Plan *plan, GError **error)
{
    MigProject *project = request->project;

    if (connection->pooled) {
        if (plan->resume->row)
            tell_resume(project, plan);
        return TRUE;
    }
    g_autoptr(GPtrArray) row_ids = mig_project_row_ids(project, error);
    gboolean holds;

    if (!row_ids || !mig_resume_holds(project, plan->resume, &holds, error))
        return FALSE;
    if ((!holds || !same_ids(row_ids, plan->row_ids)) &&
        !make_plan(request, g_steal_pointer(&row_ids), plan, error))
        return FALSE;
    if (!plan->resume->row)
        return TRUE;
    if (!mig_resume_judge(project, connection, plan->ready->pdata[0], plan->resume, error))
        return FALSE;
    tell_resume(project, plan);
    return TRUE;
}

static gboolean
run_plan(const Request *request, Plan *plan, guint *ret_steps, GError **error)
{
    MigConnection *connection = mig_project_connection(request->project, MIG_CONNECT_WRITE, error);

    if (!connection)
        return FALSE;
    g_autoptr(MigRun) run = mig_run_new(request->project, connection, request->options);

    if (!mig_run_begin(run, error))
        return FALSE;
    if (!check_plan_again(request, connection, plan, error)) {
        mig_run_leave(run);
        return FALSE;
    }
    gboolean ok = mig_run_steps(run, plan->ready, error);

    if (ret_steps)
        *ret_steps = mig_run_done(run);
    return ok;
}

/* Whether all steps are among those of the whole. */
static gboolean
is_part(const GPtrArray *steps, const GPtrArray *whole)
{
    for (guint i = 0; i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];
        gboolean found = FALSE;

        for (guint j = 0; !found && j < whole->len; j++)
            found = ((const MigStep *)whole->pdata[j])->revision == step->revision;
        if (!found)
            return FALSE;
    }
    return TRUE;
}

/* Between two transactions of a run another run with the same goal may get the lock. FALSE when
 * what is left now is something else than what is left of the plan. */
static gboolean
plan_the_rest(Request *request, Plan *plan)
{
    g_auto(Plan) rest = no_plan;

    if (!look_and_plan(request, &rest, NULL) || !is_part(rest.steps, plan->steps))
        return FALSE;
    if (rest.steps->len == plan->steps->len && !mig_resume_is_further(rest.resume, plan->resume))
        return FALSE;
    plan_clear(plan);
    *plan = rest;
    rest = no_plan;
    return TRUE;
}

static gboolean
move(Request *request, guint *ret_steps, GError **error)
{
    g_auto(Plan) plan = no_plan;
    guint n_done = 0;

    if (ret_steps)
        *ret_steps = 0;
    if (!look_and_plan(request, &plan, error))
        return FALSE;
    while (plan.steps->len > 0) {
        g_autoptr(GError) own = NULL;
        guint n = 0;
        gboolean ok = run_plan(request, &plan, &n, &own);

        n_done += n;
        if (ret_steps)
            *ret_steps = n_done;
        if (ok)
            return TRUE;
        if (g_error_matches(own, MIG_ERROR, MIG_E_ROWS_CHANGED) && plan_the_rest(request, &plan))
            continue;
        mig_error_set_next(own, "migrate %s %s",
                           request->wanted ? "switch" : mig_direction_name(request->direction),
                           request->target);
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    return TRUE;
}

static const MigApplyOptions default_options = {.run_lock_timeout_ms = G_MININT64};

static void
request_clear(Request *request)
{
    g_clear_pointer(&request->wanted, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

gboolean
mig_apply_upgrade(MigProject *project, const char *target, const MigApplyOptions *options,
                  guint *ret_steps, GError **error)
{
    g_auto(Request)
        request = {project, MIG_UPGRADE, target, FALSE, options ? options : &default_options, NULL};

    return move(&request, ret_steps, error);
}

gboolean
mig_apply_downgrade(MigProject *project, const char *target, gboolean all_branches,
                    const MigApplyOptions *options, guint *ret_steps, GError **error)
{
    g_auto(Request) request = {
        project, MIG_DOWNGRADE, target, all_branches, options ? options : &default_options, NULL};

    return move(&request, ret_steps, error);
}

GPtrArray *
mig_apply_plan(MigProject *project, MigDirection direction, const char *target,
               gboolean all_branches, const MigApplyOptions *options, GError **error)
{
    g_auto(Request) request = {
        project, direction, target, all_branches, options ? options : &default_options, NULL};
    g_auto(Plan) plan = no_plan;

    if (!look_and_plan(&request, &plan, error))
        return NULL;
    if (plan.resume->row) {
        MigStep *first = plan.steps->pdata[0];

        first->blocks_done = plan.resume->blocks_done;
        first->statements_done = plan.resume->statements_done;
    }
    return g_steal_pointer(&plan.steps);
}

gboolean
mig_apply_replay(MigProject *project, MigConnection *scratch, const GPtrArray *steps,
                 GError **error)
{
    g_autoptr(GPtrArray) ready = mig_apply_prepare(project, scratch->dialect, steps, TRUE, error);

    if (!ready)
        return FALSE;
    g_autoptr(MigRun) run = mig_run_new(project, scratch, NULL);

    return mig_run_begin(run, error) && mig_run_steps(run, ready, error);
}
