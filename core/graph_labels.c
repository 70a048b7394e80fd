/* What a sound graph gets on top of its edges: normalised dependencies, label cover, and numbers
 * for quick answers. */
#include "core/graph_priv.h"

/* The proper version-descendants of listers, looked for no higher than the highest lister. */
static MigRevisionSet *
above_listers(const MigGraph *graph, const GPtrArray *listers)
{
    g_autoptr(GPtrArray) todo = g_ptr_array_copy((GPtrArray *)listers, NULL, NULL);
    MigRevisionSet *above = mig_revision_set_new(graph);
    guint highest = 0;

    for (guint i = 0; i < listers->len; i++)
        highest = MAX(highest, graph->rank[((MigRevision *)listers->pdata[i])->index]);
    while (todo->len > 0) {
        const MigRevision *at = g_ptr_array_steal_index_fast(todo, todo->len - 1);

        for (guint i = 0; i < at->next->len; i++) {
            MigRevision *next = at->next->pdata[i];

            if (graph->rank[next->index] > highest || mig_revision_set_has(above, next))
                continue;
            mig_revision_set_add(above, next);
            g_ptr_array_add(todo, next);
        }
    }
    return above;
}

/* For each revision the dependencies that an ancestor over down lists too; NULL where none. */
static GPtrArray **
find_dropped(const MigGraph *graph)
{
    guint n = graph->revisions->len;
    g_autofree GPtrArray **listers = g_new0(GPtrArray *, n);
    GPtrArray **dropped = g_new0(GPtrArray *, n);

    for (guint i = 0; i < n; i++) {
        const MigRevision *node = &graph->nodes[i];

        for (guint j = 0; j < node->deps->len; j++) {
            guint at = ((MigRevision *)node->deps->pdata[j])->index;

            if (!listers[at])
                listers[at] = g_ptr_array_new();
            g_ptr_array_add(listers[at], (gpointer)node);
        }
    }
    for (guint i = 0; i < n; i++) {
        g_autoptr(GPtrArray) list = listers[i];

        if (!list || list->len < 2)
            continue;
        g_autoptr(MigRevisionSet) above = above_listers(graph, list);

        for (guint j = 0; j < list->len; j++) {
            const MigRevision *lister = list->pdata[j];

            if (!mig_revision_set_has(above, lister))
                continue;
            if (!dropped[lister->index])
                dropped[lister->index] = g_ptr_array_new();
            g_ptr_array_add(dropped[lister->index], &graph->nodes[i]);
        }
    }
    return dropped;
}

void
mig_graph_normalise_deps(MigGraph *graph)
{
    g_autofree GPtrArray **dropped = find_dropped(graph);

    for (guint i = 0; i < graph->revisions->len; i++) {
        MigRevision *node = &graph->nodes[i];
        g_autoptr(GPtrArray) list = g_ptr_array_ref(node->down);
        g_autoptr(GPtrArray) drop = dropped[i];

        for (guint j = 0; j < node->deps->len; j++) {
            gpointer dependency = node->deps->pdata[j];

            if ((drop && g_ptr_array_find(drop, dependency, NULL)) ||
                g_ptr_array_find(list, dependency, NULL))
                continue;
            if (list == node->down) {
                g_ptr_array_unref(list);
                list = g_ptr_array_copy(node->down, NULL, NULL);
            }
            g_ptr_array_add(list, dependency);
        }
        node->norm_down = g_steal_pointer(&list);
    }
}

static gint
by_text(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

static void
cover_label(MigGraph *graph, char *label)
{
    g_autoptr(MigRevisionSet) cover = mig_graph_branch(graph, mig_graph_find_label(graph, label));
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, cover);

    for (guint i = 0; i < members->len; i++) {
        MigRevision *member = members->pdata[i];

        if (member->labels->len == 0) {
            g_ptr_array_unref(member->labels);
            member->labels = g_ptr_array_new();
        }
        g_ptr_array_add(member->labels, label);
    }
}

void
mig_graph_cover_labels(MigGraph *graph)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new();

    for (guint i = 0; i < graph->revisions->len; i++)
        g_ptr_array_extend(labels, graph->nodes[i].own_labels, NULL, NULL);
    /* In this order each revision's own list comes out sorted. */
    g_ptr_array_sort(labels, by_text);
    for (guint i = 0; i < labels->len; i++)
        cover_label(graph, labels->pdata[i]);
}

/* Parent in the tree; NULL for its roots. */
static const MigRevision *
tree_parent(const MigRevision *revision)
{
    return revision->norm_down->len ? revision->norm_down->pdata[0] : NULL;
}

void
mig_graph_number_tree(MigGraph *graph)
{
    guint n = graph->revisions->len, next_root = 0;
    g_autofree guint *by_rank = g_new(guint, n), *size = g_new0(guint, n), *used = g_new0(guint, n);

    graph->tree_first = g_new(guint, n);
    graph->tree_last = g_new(guint, n);
    for (guint i = 0; i < n; i++)
        by_rank[graph->rank[i]] = i;
    for (guint i = n; i > 0; i--) {
        guint at = by_rank[i - 1];
        const MigRevision *parent = tree_parent(&graph->nodes[at]);

        size[at]++;
        if (parent)
            size[parent->index] += size[at];
    }
    for (guint i = 0; i < n; i++) {
        guint at = by_rank[i];
        const MigRevision *parent = tree_parent(&graph->nodes[at]);

        if (parent) {
            graph->tree_first[at] = graph->tree_first[parent->index] + 1 + used[parent->index];
            used[parent->index] += size[at];
        } else {
            graph->tree_first[at] = next_root;
            next_root += size[at];
        }
        graph->tree_last[at] = graph->tree_first[at] + size[at] - 1;
    }
}
