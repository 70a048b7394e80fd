#include "core/graph_priv.h"

MigRevisionSet *
mig_revision_set_new(const MigGraph *graph)
{
    MigRevisionSet *set = g_new(MigRevisionSet, 1);

    set->n_words = graph->revisions->len / 64 + 1;
    set->bits = g_new0(guint64, set->n_words);
    return set;
}

void
mig_revision_set_free(MigRevisionSet *set)
{
    if (!set)
        return;
    g_free(set->bits);
    g_free(set);
}

void
mig_revision_set_add(MigRevisionSet *set, const MigRevision *revision)
{
    set->bits[revision->index / 64] |= G_GUINT64_CONSTANT(1) << revision->index % 64;
}

void
mig_revision_set_remove(MigRevisionSet *set, const MigRevision *revision)
{
    set->bits[revision->index / 64] &= ~(G_GUINT64_CONSTANT(1) << revision->index % 64);
}

gboolean
mig_revision_set_has(const MigRevisionSet *set, const MigRevision *revision)
{
    return set->bits[revision->index / 64] >> revision->index % 64 & 1;
}

void
mig_revision_set_subtract(MigRevisionSet *set, const MigRevisionSet *other)
{
    for (guint i = 0; i < set->n_words; i++)
        set->bits[i] &= ~other->bits[i];
}

void
mig_revision_set_intersect(MigRevisionSet *set, const MigRevisionSet *other)
{
    for (guint i = 0; i < set->n_words; i++)
        set->bits[i] &= other->bits[i];
}

GPtrArray *
mig_revision_set_list(const MigGraph *graph, const MigRevisionSet *set)
{
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < graph->revisions->len; i++) {
        if (set->bits[i / 64] == 0)
            i |= 63;
        else if (mig_revision_set_has(set, &graph->nodes[i]))
            g_ptr_array_add(list, &graph->nodes[i]);
    }
    return list;
}

typedef const GPtrArray *(*EdgesFunc)(const MigRevision *revision);

static const GPtrArray *
edges_down(const MigRevision *revision)
{
    return revision->down;
}

static const GPtrArray *
edges_norm_down(const MigRevision *revision)
{
    return revision->norm_down;
}

static const GPtrArray *
edges_next(const MigRevision *revision)
{
    return revision->next;
}

static const GPtrArray *
edges_all_next(const MigRevision *revision)
{
    return revision->all_next;
}

static void
visit(MigRevisionSet *set, GPtrArray *todo, const GPtrArray *revisions)
{
    for (guint i = 0; i < revisions->len; i++) {
        if (mig_revision_set_has(set, revisions->pdata[i]))
            continue;
        mig_revision_set_add(set, revisions->pdata[i]);
        g_ptr_array_add(todo, revisions->pdata[i]);
    }
}

static void
follow(MigRevisionSet *set, GPtrArray *todo, EdgesFunc edges)
{
    while (todo->len > 0) {
        const MigRevision *revision = g_ptr_array_steal_index_fast(todo, todo->len - 1);

        visit(set, todo, edges(revision));
    }
}

static MigRevisionSet *
closure(const MigGraph *graph, const GPtrArray *from, EdgesFunc edges)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    MigRevisionSet *set = mig_revision_set_new(graph);

    visit(set, todo, from);
    follow(set, todo, edges);
    return set;
}

MigRevisionSet *
mig_graph_ancestors(const MigGraph *graph, const GPtrArray *from, gboolean versioned)
{
    return closure(graph, from, versioned ? edges_down : edges_norm_down);
}

MigRevisionSet *
mig_graph_descendants(const MigGraph *graph, const GPtrArray *from, gboolean versioned)
{
    return closure(graph, from, versioned ? edges_next : edges_all_next);
}

MigRevisionSet *
mig_graph_lineage(const MigGraph *graph, const MigRevision *revision)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    MigRevisionSet *set = mig_revision_set_new(graph);

    mig_revision_set_add(set, revision);
    visit(set, todo, revision->down);
    follow(set, todo, edges_down);
    visit(set, todo, revision->next);
    follow(set, todo, edges_next);
    return set;
}

MigRevisionSet *
mig_graph_branch(const MigGraph *graph, const MigRevision *revision)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    MigRevisionSet *set = mig_revision_set_new(graph);
    const MigRevision *at = revision;

    mig_revision_set_add(set, revision);
    visit(set, todo, revision->next);
    follow(set, todo, edges_next);
    while (at->down->len == 1 && !mig_revision_is_branch_point(at)) {
        at = at->down->pdata[0];
        if (mig_revision_is_branch_point(at) || mig_revision_is_merge_point(at))
            break;
        mig_revision_set_add(set, at);
    }
    return set;
}

GPtrArray *
mig_graph_reduce(const MigGraph *graph, const GPtrArray *revisions)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_new();
    g_autoptr(MigRevisionSet) kept = mig_revision_set_new(graph);
    g_autoptr(MigRevisionSet) implied = mig_revision_set_new(graph);

    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];

        mig_revision_set_add(kept, revision);
        visit(implied, todo, revision->norm_down);
    }
    follow(implied, todo, edges_norm_down);
    mig_revision_set_subtract(kept, implied);
    return mig_revision_set_list(graph, kept);
}
