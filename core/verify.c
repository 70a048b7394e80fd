#include "core/verify_private.h"

#include <string.h>

#include "core/apply.h"
#include "core/error.h"
#include "core/order.h"
#include "core/revspec.h"
#include "core/settle.h"
#include "core/source.h"

typedef struct {
    MigProject *project;
    const MigDialect *dialect;
    MigScratch *place;
    MigConnection *scratch;
    GPtrArray *hidden; /* names of the tool's own tables */
    GPtrArray *results;
    const MigVerifyStretch *stretch;
} Verification;

static const char *const verdict_names[] = {
    [MIG_VERIFY_OK] = "ok",
    [MIG_VERIFY_IRREVERSIBLE] = "irreversible",
    [MIG_VERIFY_UP_FAILED] = "upgrade-failed",
    [MIG_VERIFY_DOWN_FAILED] = "downgrade-failed",
    [MIG_VERIFY_NOT_INVERSE] = "not-inverse",
    [MIG_VERIFY_NOT_REPEATABLE] = "not-repeatable",
    [MIG_VERIFY_NOT_MODEL] = "not-model",
    [MIG_VERIFY_NOT_COMMUTING] = "not-commuting",
};

const char *
mig_verify_verdict_name(MigVerifyVerdict verdict)
{
    return verdict_names[verdict];
}

gboolean
mig_verify_verdict_is_fault(MigVerifyVerdict verdict)
{
    return verdict != MIG_VERIFY_OK && verdict != MIG_VERIFY_IRREVERSIBLE;
}

void
mig_verify_result_free(MigVerifyResult *result)
{
    g_free(result->sql);
    g_clear_error(&result->error);
    g_free(result);
}

MigSchema *
mig_verify_look(MigProject *project, MigScratch *place, MigConnection *scratch, GPtrArray *hidden,
                GError **error)
{
    const MigConfig *config = mig_project_config(project);
    MigSchema *whole = mig_scratch_read(place, scratch, error);

    if (!whole)
        return NULL;
    return mig_schema_filter(whole, mig_config_list(config, "include"),
                             mig_config_list(config, "exclude"), hidden);
}

static MigSchema *
look(Verification *v, GError **error)
{
    return mig_verify_look(v->project, v->place, v->scratch, v->hidden, error);
}

/* Takes a step of the upgrade, or the same step backwards. */
static gboolean
move(Verification *v, const MigStep *up, MigDirection direction, GError **error)
{
    MigStep step = *up;
    g_autoptr(GPtrArray) steps = g_ptr_array_new();

    if (direction == MIG_DOWNGRADE) {
        step.direction = MIG_DOWNGRADE;
        step.rows_before = up->rows_after;
        step.rows_after = up->rows_before;
    }
    g_ptr_array_add(steps, &step);
    return mig_apply_replay(v->project, v->scratch, steps, error);
}

char *
mig_verify_difference(MigScratch *place, MigConnection *scratch, MigSchema *reached,
                      const MigSchema *expected, GError **error)
{
    if (!mig_settle(place, reached, expected, error) ||
        strcmp(mig_schema_hash(reached), mig_schema_hash(expected)) == 0)
        return NULL;
    g_autoptr(MigPlan) plan =
        mig_plan_between(place, reached, expected, NULL, scratch->server, FALSE, error);

    return plan && !mig_plan_is_empty(plan) ? mig_plan_sql(plan) : NULL;
}

static char *
difference(Verification *v, MigSchema *reached, const MigSchema *expected, GError **error)
{
    return mig_verify_difference(v->place, v->scratch, reached, expected, error);
}

/* Whether the database's state is `expected`; when not, or when looking fails, the result says so.
 */
static gboolean
state_is(Verification *v, const MigSchema *expected, MigVerifyVerdict otherwise,
         MigVerifyResult *result)
{
    g_autoptr(MigSchema) reached = look(v, &result->error);

    if (reached)
        result->sql = difference(v, reached, expected, &result->error);
    if (!result->sql && !result->error)
        return TRUE;
    result->verdict = otherwise;
    return FALSE;
}

/* Up, down, up. Leaves the database after the revision whenever it can. */
static MigSchema *
judge(Verification *v, const MigStep *step, const MigSchema *before, MigVerifyResult *result)
{
    if (!move(v, step, MIG_UPGRADE, &result->error)) {
        result->verdict = MIG_VERIFY_UP_FAILED;
        return NULL;
    }
    g_autoptr(MigSchema) after = look(v, &result->error);

    if (!after) {
        result->verdict = MIG_VERIFY_UP_FAILED;
        return NULL;
    }
    g_autoptr(GPtrArray) down =
        mig_script_blocks(step->revision->script, MIG_DOWNGRADE, v->dialect->name,
                          mig_config_section(mig_project_config(v->project)));

    if (!down) {
        result->verdict = MIG_VERIFY_IRREVERSIBLE;
        return g_steal_pointer(&after);
    }
    if (!move(v, step, MIG_DOWNGRADE, &result->error)) {
        result->verdict = MIG_VERIFY_DOWN_FAILED;
        return g_steal_pointer(&after);
    }
    if (!state_is(v, before, MIG_VERIFY_NOT_INVERSE, result))
        return NULL;
    if (!move(v, step, MIG_UPGRADE, &result->error)) {
        result->verdict = MIG_VERIFY_NOT_REPEATABLE;
        return NULL;
    }
    if (!state_is(v, after, MIG_VERIFY_NOT_REPEATABLE, result))
        return NULL;
    return g_steal_pointer(&after);
}

static void
tell(Verification *v, MigEventKind kind, const MigStep *step, const MigVerifyResult *result)
{
    g_autofree char *before = mig_rows_join(step->rows_before);
    g_autofree char *after = mig_rows_join(step->rows_after);
    MigEvent event = {.kind = kind,
                      .message = result ? mig_verify_verdict_name(result->verdict) : NULL,
                      .revision = step->revision->id,
                      .title = step->revision->script->message,
                      .direction = "verify",
                      .rows_before = *before ? before : "base",
                      .rows_after = after,
                      .step = v->stretch->first + v->results->len + (result ? 0 : 1),
                      .n_steps = v->stretch->judged->len,
                      .elapsed_ms = result ? result->elapsed_us / 1000 : 0};

    mig_project_emit(v->project, &event);
}

/* Scratch as it stands after the first n steps, made anew: a failed downgrade may have left
 * anything behind. */
static gboolean
start_over(Verification *v, const GPtrArray *steps, guint n, GError **error)
{
    mig_scratch_close(v->place, v->scratch);
    v->scratch = mig_scratch_open(v->place, error);
    if (!v->scratch)
        return FALSE;
    g_autoptr(GPtrArray) prefix = g_ptr_array_new();

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(prefix, steps->pdata[i]);
    return mig_apply_replay(v->project, v->scratch, prefix, error);
}

/* Judges one step; *state is that before it, and then that after it: NULL when nothing behind it
 * can be judged. */
static gboolean
judge_step(Verification *v, const GPtrArray *steps, guint i, MigSchema **state, GError **error)
{
    const MigStep *step = steps->pdata[i];
    MigVerifyResult *result = g_new0(MigVerifyResult, 1);
    gint64 start = g_get_monotonic_time();

    tell(v, MIG_EVENT_STEP_BEGIN, step, NULL);
    MigSchema *after = judge(v, step, *state, result);

    result->revision = step->revision;
    result->elapsed_us = g_get_monotonic_time() - start;
    g_ptr_array_add(v->results, result);
    tell(v, MIG_EVENT_STEP_DONE, step, result);
    mig_schema_free(*state);
    *state = after;
    if (!mig_verify_verdict_is_fault(result->verdict))
        return TRUE;
    g_clear_pointer(state, mig_schema_free);
    if (!v->stretch->options->keep_going || result->verdict == MIG_VERIFY_UP_FAILED)
        return TRUE;
    if (!start_over(v, steps, i + 1, error))
        return FALSE;
    *state = look(v, error);
    return *state != NULL;
}

/* Takes steps without looking at them one by one. */
static gboolean
pass_over(Verification *v, GPtrArray *passed, MigSchema **state, GError **error)
{
    if (passed->len == 0)
        return TRUE;
    g_clear_pointer(state, mig_schema_free);
    if (mig_apply_replay(v->project, v->scratch, passed, error))
        *state = look(v, error);
    g_ptr_array_set_size(passed, 0);
    return *state != NULL;
}

static gboolean
is_stopped(const Verification *v)
{
    return v->stretch->stop && g_atomic_int_get(v->stretch->stop);
}

/* *ret_end: the state at the end; NULL when a fault ended it before. */
static gboolean
judge_steps(Verification *v, const GPtrArray *steps, const MigRevisionSet *wanted,
            MigSchema **ret_end, GError **error)
{
    g_autoptr(GPtrArray) passed = g_ptr_array_new();
    g_autoptr(MigSchema) state = look(v, error);
    guint n = 0;

    if (!state)
        return FALSE;
    for (guint i = 0; i < steps->len && n < v->stretch->end && !is_stopped(v); i++) {
        const MigStep *step = steps->pdata[i];
        const gboolean counts = mig_revision_set_has(wanted, step->revision);

        n += counts;
        if (!counts || n <= v->stretch->first) {
            g_ptr_array_add(passed, steps->pdata[i]);
            continue;
        }
        if (!pass_over(v, passed, &state, error) || !judge_step(v, steps, i, &state, error))
            return FALSE;
        if (!state)
            return TRUE;
    }
    if (!pass_over(v, passed, &state, error))
        return FALSE;
    *ret_end = g_steal_pointer(&state);
    return TRUE;
}

static gboolean
judge_model(Verification *v, MigSchema *end, GError **error)
{
    gint64 start = g_get_monotonic_time();
    g_autoptr(MigSchema) model = mig_source_read(v->project, "model", error);

    if (!model)
        return FALSE;
    MigVerifyResult *result = g_new0(MigVerifyResult, 1);

    result->sql = difference(v, end, model, &result->error);
    if (result->sql || result->error)
        result->verdict = MIG_VERIFY_NOT_MODEL;
    result->elapsed_us = g_get_monotonic_time() - start;
    g_ptr_array_add(v->results, result);
    return TRUE;
}

/* Whether every real head is among the judged: only then is the end of the replay the newest
 * state, which the model describes. */
static gboolean
reaches_heads(const MigGraph *graph, const MigRevisionSet *wanted)
{
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(graph);

    for (guint i = 0; i < heads->len; i++) {
        if (!mig_revision_set_has(wanted, heads->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean
verify_on_scratch(Verification *v, const MigGraph *graph, GError **error)
{
    const GPtrArray *judged = v->stretch->judged;
    const MigVerifyOptions *options = v->stretch->options;
    g_autoptr(MigRevisionSet) wanted = mig_revision_set_new(graph);
    g_autoptr(GPtrArray) no_rows = g_ptr_array_new();
    g_autoptr(GString) targets = g_string_new(NULL);
    g_autoptr(MigSchema) end = NULL;

    for (guint i = 0; i < judged->len; i++)
        mig_revision_set_add(wanted, judged->pdata[i]);
    g_autoptr(GPtrArray) tips = mig_graph_reduce(graph, judged);

    for (guint i = 0; i < tips->len; i++)
        g_string_append_printf(targets, "%s%s", i ? "," : "",
                               ((const MigRevision *)tips->pdata[i])->id);
    g_autoptr(GPtrArray) steps = mig_steps_upgrade(graph, no_rows, targets->str, error);

    if (!steps || !judge_steps(v, steps, wanted, &end, error))
        return FALSE;
    if (!end || is_stopped(v) || v->stretch->end < judged->len || options->no_model ||
        !reaches_heads(graph, wanted) ||
        mig_config_list(mig_project_config(v->project), "model")->len == 0)
        return TRUE;
    return judge_model(v, end, error);
}

gboolean
mig_verify_stretch(MigProject *project, const MigVerifyStretch *stretch, GPtrArray *results,
                   GError **error)
{
    MigScratch *place = mig_project_scratch(project, error);
    const MigGraph *graph = place ? mig_project_graph(project, error) : NULL;

    if (!graph)
        return FALSE;
    g_autoptr(GPtrArray) hidden = mig_project_own_tables(project);
    Verification v = {.project = project,
                      .dialect = mig_scratch_dialect(place),
                      .place = place,
                      .hidden = hidden,
                      .results = results,
                      .stretch = stretch};

    v.scratch = mig_scratch_open(v.place, error);
    gboolean done = v.scratch && verify_on_scratch(&v, graph, error);

    mig_scratch_close(place, v.scratch);
    return done;
}

/* Below so many revisions a job is not worth a scratch database of its own. */
#define MIN_PER_JOB 25
#define MAX_JOBS 8

static guint
count_jobs(const MigVerifyOptions *options, guint n_judged)
{
    if (options->jobs > 0)
        return MIN(options->jobs, MAX(n_judged, 1));
    return MAX(1, MIN(MIN(g_get_num_processors(), n_judged / MIN_PER_JOB), MAX_JOBS));
}

static gboolean
has_fault(const GPtrArray *results)
{
    for (guint i = 0; i < results->len; i++) {
        if (mig_verify_verdict_is_fault(((MigVerifyResult *)results->pdata[i])->verdict))
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
mig_verify(MigProject *project, const MigVerifyOptions *options, GError **error)
{
    MigScratch *place = mig_project_scratch(project, error);
    const MigGraph *graph = place ? mig_project_graph(project, error) : NULL;

    if (!graph)
        return NULL;
    g_autoptr(GPtrArray) judged = options->only
                                      ? g_ptr_array_copy((GPtrArray *)options->only, NULL, NULL)
                                      : mig_revspec_history(graph, options->range, NULL, error);

    if (!judged)
        return NULL;
    g_autoptr(GPtrArray) results =
        g_ptr_array_new_with_free_func((GDestroyNotify)mig_verify_result_free);
    const MigVerifyStretch whole = {.options = options, .judged = judged, .end = judged->len};
    g_autoptr(MigProject) twin = mig_project_twin(project);
    const guint n_jobs = twin ? count_jobs(options, judged->len) : 1;

    if (judged->len > 0 && !(n_jobs > 1 ? mig_verify_jobs(project, &whole, n_jobs, results, error)
                                        : mig_verify_stretch(project, &whole, results, error)))
        return NULL;
    if (options->merges && !has_fault(results) &&
        !mig_verify_merges(project, judged, results, error))
        return NULL;
    return g_steal_pointer(&results);
}
