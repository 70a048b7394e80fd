/* Verification by several threads: each replays the history up to its own stretch of it on a
 * scratch database of its own, and judges that stretch. Nothing is shared but the settings. */
#include "core/verify_private.h"

#include "core/error.h"

typedef struct {
    MigProject *project;
    GPtrArray *ids; /* of char*: of the whole verification's revisions */
    MigVerifyStretch stretch;
    GPtrArray *results;
    GAsyncQueue *events; /* of Event*; behind the last one a kind of its own */
    GThread *thread;
    gboolean done;
    GError *error;
} Job;

/* A MigEvent that outlives its callback; kind LAST ends a job's. */
typedef struct {
    MigEvent event;
    gboolean last;
} Event;

static void
event_free(Event *held)
{
    g_free((char *)held->event.message);
    g_free((char *)held->event.revision);
    g_free((char *)held->event.title);
    g_free((char *)held->event.rows_before);
    g_free((char *)held->event.rows_after);
    g_free(held);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

/* Statements of replays are nobody's business; all else goes on to the main thread. */
static void
hold_event(const MigEvent *event, void *user_data)
{
    Job *job = user_data;

    if (event->kind == MIG_EVENT_STATEMENT ||
        (event->direction && g_strcmp0(event->direction, "verify") != 0))
        return;
    Event *held = g_new0(Event, 1);

    held->event = (MigEvent){
        .kind = event->kind,
        .message = g_strdup(event->message),
        .revision = g_strdup(event->revision),
        .title = g_strdup(event->title),
        .direction = event->direction ? "verify" : NULL,
        .rows_before = g_strdup(event->rows_before),
        .rows_after = g_strdup(event->rows_after),
        .step = event->step,
        .n_steps = event->n_steps,
        .elapsed_ms = event->elapsed_ms,
    };
    g_async_queue_push(job->events, held);
}

static gboolean
run_stretch(Job *job, GError **error)
{
    const MigGraph *graph = mig_project_graph(job->project, error);
    g_autoptr(GPtrArray) judged = g_ptr_array_new();

    if (!graph)
        return FALSE;
    for (guint i = 0; i < job->ids->len; i++) {
        MigRevision *revision = mig_graph_find(graph, job->ids->pdata[i]);

        if (!revision) {
            mig_set_error(error, MIG_E_FILE, "the script of '%s' is gone since the run began",
                          (const char *)job->ids->pdata[i]);
            return FALSE;
        }
        g_ptr_array_add(judged, revision);
    }
    MigVerifyStretch stretch = job->stretch;

    stretch.judged = judged;
    return mig_verify_stretch(job->project, &stretch, job->results, error);
}

static gpointer
run_job(gpointer data)
{
    Job *job = data;
    Event *last = g_new0(Event, 1);

    job->done = run_stretch(job, &job->error);
    last->last = TRUE;
    g_async_queue_push(job->events, last);
    return NULL;
}

static void
start_job(Job *job, MigProject *project, const MigVerifyStretch *whole, GPtrArray *ids,
          guint number, guint n_jobs, const int *stop)
{
    job->project = mig_project_twin(project);
    job->ids = ids;
    job->stretch = *whole;
    job->stretch.first = ids->len * number / n_jobs;
    job->stretch.end = ids->len * (number + 1) / n_jobs;
    job->stretch.stop = stop;
    job->results = g_ptr_array_new_with_free_func((GDestroyNotify)mig_verify_result_free);
    job->events = g_async_queue_new_full((GDestroyNotify)event_free);
    mig_project_on_event(job->project, hold_event, job);
    job->thread = g_thread_new("verify", run_job, job);
}

static void
end_job(Job *job)
{
    g_thread_join(job->thread);
    g_clear_error(&job->error);
    g_ptr_array_unref(job->results);
    g_async_queue_unref(job->events);
    mig_project_free(job->project);
}

/* Each job would say the same of what scratch goes without. */
static gboolean
is_repeated(GHashTable *told, const MigEvent *event)
{
    return event->kind < MIG_EVENT_STEP_BEGIN && event->message &&
           !g_hash_table_add(told, g_strdup(event->message));
}

/* Passes a job's events on until it has ended. */
static void
follow(MigProject *project, Job *job, GHashTable *told)
{
    for (;;) {
        g_autoptr(Event) held = g_async_queue_pop(job->events);

        if (held->last)
            return;
        if (!is_repeated(told, &held->event))
            mig_project_emit(project, &held->event);
    }
}

/* Takes over a job's results. FALSE: it is the last one whose results count. */
static gboolean
take_results(const MigGraph *graph, Job *job, GPtrArray *results)
{
    gboolean go_on = TRUE;

    while (job->results->len > 0) {
        MigVerifyResult *result = g_ptr_array_steal_index(job->results, 0);

        if (result->revision)
            result->revision = mig_graph_find(graph, result->revision->id);
        g_ptr_array_add(results, result);
        if (mig_verify_verdict_is_fault(result->verdict))
            go_on = job->stretch.options->keep_going && result->verdict != MIG_VERIFY_UP_FAILED;
    }
    return go_on;
}

gboolean
mig_verify_jobs(MigProject *project, const MigVerifyStretch *whole, guint n_jobs,
                GPtrArray *results, GError **error)
{
    const MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) ids = mig_revision_ids(whole->judged);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree Job *jobs = g_new0(Job, n_jobs);
    gboolean go_on = TRUE, ok = TRUE;
    int stop = 0;

    if (!graph)
        return FALSE;
    for (guint i = 0; i < n_jobs; i++)
        start_job(&jobs[i], project, whole, ids, i, n_jobs, &stop);
    for (guint i = 0; i < n_jobs; i++) {
        if (ok && go_on) {
            follow(project, &jobs[i], told);
            go_on = take_results(graph, &jobs[i], results);
            ok = jobs[i].done;
            if (!ok)
                g_propagate_error(error, g_steal_pointer(&jobs[i].error));
        }
        if (!ok || !go_on)
            g_atomic_int_set(&stop, 1);
    }
    for (guint i = 0; i < n_jobs; i++)
        end_job(&jobs[i]);
    return ok;
}
