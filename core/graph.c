#include "core/graph_priv.h"

#include "core/dialect.h"

void
mig_graph_free(MigGraph *graph)
{
    if (!graph)
        return;
    for (guint i = 0; i < graph->revisions->len; i++) {
        MigRevision *node = &graph->nodes[i];

        g_clear_pointer(&node->down, g_ptr_array_unref);
        g_clear_pointer(&node->deps, g_ptr_array_unref);
        g_clear_pointer(&node->norm_down, g_ptr_array_unref);
        g_clear_pointer(&node->next, g_ptr_array_unref);
        g_clear_pointer(&node->all_next, g_ptr_array_unref);
        g_clear_pointer(&node->own_labels, g_ptr_array_unref);
        g_clear_pointer(&node->labels, g_ptr_array_unref);
    }
    g_hash_table_unref(graph->by_id);
    g_hash_table_unref(graph->by_label);
    g_ptr_array_unref(graph->revisions);
    g_ptr_array_unref(graph->scripts);
    g_free(graph->nodes);
    g_free(graph->rank);
    g_free(graph->tree_first);
    g_free(graph->tree_last);
    g_free(graph);
}

const GPtrArray *
mig_graph_revisions(const MigGraph *graph)
{
    return graph->revisions;
}

MigRevision *
mig_graph_find(const MigGraph *graph, const char *id)
{
    return g_hash_table_lookup(graph->by_id, id);
}

MigRevision *
mig_graph_find_label(const MigGraph *graph, const char *label)
{
    return g_hash_table_lookup(graph->by_label, label);
}

static GPtrArray *
filter(const MigGraph *graph, gboolean (*wanted)(const MigRevision *))
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < graph->revisions->len; i++) {
        if (wanted(&graph->nodes[i]))
            g_ptr_array_add(found, &graph->nodes[i]);
    }
    return found;
}

GPtrArray *
mig_graph_heads(const MigGraph *graph)
{
    return filter(graph, mig_revision_is_head);
}

GPtrArray *
mig_graph_real_heads(const MigGraph *graph)
{
    return filter(graph, mig_revision_is_real_head);
}

GPtrArray *
mig_graph_bases(const MigGraph *graph)
{
    return filter(graph, mig_revision_is_base);
}

gboolean
mig_revision_is_head(const MigRevision *revision)
{
    return revision->next->len == 0;
}

gboolean
mig_revision_is_real_head(const MigRevision *revision)
{
    return revision->all_next->len == 0;
}

gboolean
mig_revision_is_base(const MigRevision *revision)
{
    return revision->down->len == 0;
}

gboolean
mig_revision_is_branch_point(const MigRevision *revision)
{
    return revision->next->len > 1;
}

gboolean
mig_revision_is_merge_point(const MigRevision *revision)
{
    return revision->down->len > 1;
}

char *
mig_revision_names(const GPtrArray *revisions)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < revisions->len; i++) {
        const MigRevision *revision = revisions->pdata[i];

        g_string_append_printf(names, "%s'%s'", i ? ", " : "", revision->id);
    }
    return g_string_free(names, FALSE);
}

char *
mig_revision_join(const GPtrArray *revisions)
{
    g_autoptr(GPtrArray) ids = mig_revision_ids(revisions);

    return mig_rows_join(ids);
}

GPtrArray *
mig_revision_ids(const GPtrArray *revisions)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < revisions->len; i++)
        g_ptr_array_add(ids, g_strdup(((MigRevision *)revisions->pdata[i])->id));
    return ids;
}
