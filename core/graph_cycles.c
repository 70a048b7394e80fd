#include "core/graph_priv.h"

#include <string.h>

/* Numbers the revisions so that ancestors come first; FALSE when a cycle is in the way. */
static gboolean
rank_revisions(MigGraph *graph)
{
    guint n = graph->revisions->len, done = 0;
    g_autofree guint *waiting = g_new0(guint, n);
    g_autoptr(GPtrArray) ready = g_ptr_array_new();

    graph->rank = g_new0(guint, n);
    for (guint i = 0; i < n; i++) {
        for (guint j = 0; j < graph->nodes[i].all_next->len; j++)
            waiting[((MigRevision *)graph->nodes[i].all_next->pdata[j])->index]++;
    }
    for (guint i = 0; i < n; i++) {
        if (waiting[i] == 0)
            g_ptr_array_add(ready, &graph->nodes[i]);
    }
    while (ready->len > 0) {
        const MigRevision *node = g_ptr_array_steal_index_fast(ready, ready->len - 1);

        graph->rank[node->index] = done++;
        for (guint i = 0; i < node->all_next->len; i++) {
            MigRevision *next = node->all_next->pdata[i];

            if (--waiting[next->index] == 0)
                g_ptr_array_add(ready, next);
        }
    }
    return done == n;
}

/* Tarjan's strongly connected components with its own stack, over down or over down and deps. */
typedef struct {
    const MigGraph *graph;
    gboolean with_deps;
    guint count;
    guint *number; /* by index; from 1; 0: not seen */
    guint *low;
    guint *edge; /* by index: the next edge to follow */
    MigRevisionSet *open;
    GPtrArray *path;  /* revisions being visited, innermost last */
    GPtrArray *stack; /* of Tarjan */
    GPtrArray *found; /* components of several members, each a GPtrArray in load order */
} Search;

static MigRevision *
next_edge(Search *search, const MigRevision *node)
{
    guint at = search->edge[node->index]++;

    if (at < node->down->len)
        return node->down->pdata[at];
    at -= node->down->len;
    return search->with_deps && at < node->deps->len ? node->deps->pdata[at] : NULL;
}

static void
enter(Search *search, MigRevision *node)
{
    search->number[node->index] = search->low[node->index] = ++search->count;
    mig_revision_set_add(search->open, node);
    g_ptr_array_add(search->stack, node);
    g_ptr_array_add(search->path, node);
}

static void
close_component(Search *search, const MigRevision *root)
{
    g_autoptr(MigRevisionSet) members = mig_revision_set_new(search->graph);
    const MigRevision *member;
    guint n = 0;

    do {
        member = g_ptr_array_steal_index_fast(search->stack, search->stack->len - 1);
        mig_revision_set_remove(search->open, member);
        mig_revision_set_add(members, member);
        n++;
    } while (member != root);
    if (n > 1)
        g_ptr_array_add(search->found, mig_revision_set_list(search->graph, members));
}

static void
leave(Search *search, const MigRevision *node)
{
    g_ptr_array_set_size(search->path, search->path->len - 1);
    if (search->path->len > 0) {
        guint below = ((MigRevision *)search->path->pdata[search->path->len - 1])->index;

        search->low[below] = MIN(search->low[below], search->low[node->index]);
    }
    if (search->low[node->index] == search->number[node->index])
        close_component(search, node);
}

static void
search_from(Search *search, MigRevision *start)
{
    enter(search, start);
    while (search->path->len > 0) {
        MigRevision *node = search->path->pdata[search->path->len - 1];
        MigRevision *other = next_edge(search, node);

        if (!other)
            leave(search, node);
        else if (search->number[other->index] == 0)
            enter(search, other);
        else if (mig_revision_set_has(search->open, other))
            search->low[node->index] = MIN(search->low[node->index], search->number[other->index]);
    }
}

static GPtrArray *
find_components(const MigGraph *graph, gboolean with_deps)
{
    guint n = graph->revisions->len;
    g_autofree guint *number = g_new0(guint, n), *low = g_new0(guint, n), *edge = g_new0(guint, n);
    g_autoptr(MigRevisionSet) open = mig_revision_set_new(graph);
    g_autoptr(GPtrArray) path = g_ptr_array_new(), stack = g_ptr_array_new();
    Search search = {graph, with_deps,
                     0,     number,
                     low,   edge,
                     open,  path,
                     stack, g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref)};

    for (guint i = 0; i < n; i++) {
        if (number[i] == 0)
            search_from(&search, &graph->nodes[i]);
    }
    return search.found;
}

static gboolean
has_component(const GPtrArray *components, const GPtrArray *wanted)
{
    for (guint i = 0; i < components->len; i++) {
        const GPtrArray *component = components->pdata[i];

        if (component->len == wanted->len &&
            memcmp(component->pdata, wanted->pdata, wanted->len * sizeof(gpointer)) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
report_cycle(GPtrArray *errors, const GPtrArray *members, gboolean with_deps)
{
    const MigScript *script = ((MigRevision *)members->pdata[0])->script;
    g_autofree char *names = mig_revision_names(members);
    int line = with_deps && script->deps->len > 0 ? script->deps_line : script->down_line;
    GError *error =
        mig_error_new(MIG_E_CYCLE, "%s forms a cycle in revisions %s",
                      with_deps ? "down_revision with depends_on" : "down_revision", names);

    mig_error_set_location(error, script->path, line > 0 ? line : script->id_line, 0, script->text,
                           script->text_length);
    mig_error_set_hint(error, "Each of these needs another one first: correct %s of one of them.",
                       with_deps ? "down_revision or depends_on" : "down_revision");
    g_ptr_array_add(errors, error);
}

void
mig_graph_check_cycles(MigGraph *graph, GPtrArray *errors)
{
    if (rank_revisions(graph))
        return;
    g_autoptr(GPtrArray) versioned = find_components(graph, FALSE);
    g_autoptr(GPtrArray) all = find_components(graph, TRUE);

    for (guint i = 0; i < versioned->len; i++)
        report_cycle(errors, versioned->pdata[i], FALSE);
    for (guint i = 0; i < all->len; i++) {
        if (!has_component(versioned, all->pdata[i]))
            report_cycle(errors, all->pdata[i], TRUE);
    }
}
