/* The five movements of version rows come down to two. Over R upwards: the members of
 * norm_down(R) that are rows give way to R. Downwards: the members of norm_down(R) that nothing
 * applied needs any more take the place of R. */
#include "core/steps_moves.h"

#include <string.h>

struct _MigRowTracker {
    const MigGraph *graph;
    guint *above; /* by index: applied revisions with this one in norm_down */
    MigRevisionSet *is_row;
    GPtrArray *ids; /* of char*, sorted; never changed once handed out */
};

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
count_above(MigRowTracker *tracker, const MigRevision *revision, int change)
{
    for (guint i = 0; i < revision->norm_down->len; i++)
        tracker->above[((MigRevision *)revision->norm_down->pdata[i])->index] += change;
}

MigRowTracker *
mig_row_tracker_new(const MigGraph *graph, const GPtrArray *rows, const MigRevisionSet *applied)
{
    const GPtrArray *all = mig_graph_revisions(graph);
    MigRowTracker *tracker = g_new0(MigRowTracker, 1);

    tracker->graph = graph;
    tracker->above = g_new0(guint, all->len);
    tracker->is_row = mig_revision_set_new(graph);
    tracker->ids = g_ptr_array_sized_new(rows->len);
    for (guint i = 0; i < all->len; i++) {
        if (mig_revision_set_has(applied, all->pdata[i]))
            count_above(tracker, all->pdata[i], 1);
    }
    for (guint i = 0; i < rows->len; i++) {
        const MigRevision *row = rows->pdata[i];

        mig_revision_set_add(tracker->is_row, row);
        g_ptr_array_add(tracker->ids, (gpointer)row->id);
    }
    g_ptr_array_sort(tracker->ids, compare_ids);
    return tracker;
}

void
mig_row_tracker_free(MigRowTracker *tracker)
{
    g_free(tracker->above);
    mig_revision_set_free(tracker->is_row);
    g_ptr_array_unref(tracker->ids);
    g_free(tracker);
}

const GPtrArray *
mig_row_tracker_rows(const MigRowTracker *tracker)
{
    return tracker->ids;
}

static void
move_free(MigRowMove *move)
{
    g_free(move->from);
    g_free(move->to);
    g_free(move);
}

static void
add_move(GPtrArray *moves, MigRowVerb verb, const char *from, const char *to)
{
    MigRowMove *move = g_new(MigRowMove, 1);

    move->verb = verb;
    move->from = g_strdup(from);
    move->to = g_strdup(to);
    g_ptr_array_add(moves, move);
}

/* Where an id stands, or would stand, in a sorted array. */
static guint
position_of(const GPtrArray *ids, const char *id)
{
    guint low = 0, high = ids->len;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (strcmp(ids->pdata[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
take_row(MigRowTracker *tracker, const MigRevision *revision)
{
    mig_revision_set_remove(tracker->is_row, revision);
    g_ptr_array_remove_index(tracker->ids, position_of(tracker->ids, revision->id));
}

static void
put_row(MigRowTracker *tracker, const MigRevision *revision)
{
    mig_revision_set_add(tracker->is_row, revision);
    g_ptr_array_insert(tracker->ids, position_of(tracker->ids, revision->id),
                       (gpointer)revision->id);
}

static void
move_up(MigRowTracker *tracker, const MigRevision *revision, GPtrArray *moves)
{
    const MigRevision *last = NULL;

    for (guint i = 0; i < revision->norm_down->len; i++) {
        const MigRevision *parent = revision->norm_down->pdata[i];

        if (!mig_revision_set_has(tracker->is_row, parent))
            continue;
        if (last)
            add_move(moves, MIG_ROW_DELETE, last->id, NULL);
        take_row(tracker, parent);
        last = parent;
    }
    if (last)
        add_move(moves, MIG_ROW_UPDATE, last->id, revision->id);
    else
        add_move(moves, MIG_ROW_INSERT, NULL, revision->id);
    put_row(tracker, revision);
    count_above(tracker, revision, 1);
}

static void
move_down(MigRowTracker *tracker, const MigRevision *revision, GPtrArray *moves)
{
    const MigRevision *last = NULL;

    take_row(tracker, revision);
    count_above(tracker, revision, -1);
    for (guint i = 0; i < revision->norm_down->len; i++) {
        const MigRevision *parent = revision->norm_down->pdata[i];

        /* A row already: only in a table that broke the invariant before. */
        if (tracker->above[parent->index] > 0 || mig_revision_set_has(tracker->is_row, parent))
            continue;
        if (last)
            add_move(moves, MIG_ROW_INSERT, NULL, last->id);
        put_row(tracker, parent);
        last = parent;
    }
    if (last)
        add_move(moves, MIG_ROW_UPDATE, revision->id, last->id);
    else
        add_move(moves, MIG_ROW_DELETE, revision->id, NULL);
}

MigStep *
mig_row_tracker_step(MigRowTracker *tracker, MigRevision *revision, MigDirection direction)
{
    MigStep *step = g_new0(MigStep, 1);

    step->revision = revision;
    step->direction = direction;
    step->moves = g_ptr_array_new_with_free_func((GDestroyNotify)move_free);
    step->rows_before = tracker->ids;
    tracker->ids = g_ptr_array_copy(tracker->ids, NULL, NULL);
    if (direction == MIG_UPGRADE)
        move_up(tracker, revision, step->moves);
    else
        move_down(tracker, revision, step->moves);
    step->rows_after = g_ptr_array_ref(tracker->ids);
    return step;
}

void
mig_step_free(MigStep *step)
{
    if (!step)
        return;
    g_ptr_array_unref(step->moves);
    g_ptr_array_unref(step->rows_before);
    g_ptr_array_unref(step->rows_after);
    g_free(step);
}

GPtrArray *
mig_steps_moves_between(const GPtrArray *before, const GPtrArray *after)
{
    GPtrArray *moves = g_ptr_array_new_with_free_func((GDestroyNotify)move_free);

    for (guint i = 0; i < before->len; i++) {
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)after, before->pdata[i], g_str_equal,
                                              NULL))
            add_move(moves, MIG_ROW_DELETE, before->pdata[i], NULL);
    }
    for (guint i = 0; i < after->len; i++) {
        if (!g_ptr_array_find_with_equal_func((GPtrArray *)before, after->pdata[i], g_str_equal,
                                              NULL))
            add_move(moves, MIG_ROW_INSERT, NULL, after->pdata[i]);
    }
    return moves;
}
