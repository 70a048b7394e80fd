#include "core/order.h"

#include <string.h>

#include "core/error.h"

/* An action on its way through the sort. */
typedef struct {
    MigAction *action;
    GPtrArray *needed_by;    /* of Node* */
    GPtrArray *preferred_by; /* of Node* */
    guint needs, prefers;    /* how many of each are still to come */
    gboolean done;
} Node;

static void
node_free(gpointer data)
{
    Node *node = data;

    g_ptr_array_unref(node->needed_by);
    g_ptr_array_unref(node->preferred_by);
    g_free(node);
}

static int
compare_nodes(gconstpointer a, gconstpointer b, gpointer unused)
{
    const MigAction *x = ((const Node *)a)->action, *y = ((const Node *)b)->action;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return strcmp(x->id, y->id);
}

static void
link_node(GHashTable *by_id, Node *node)
{
    for (guint i = 0; i < node->action->needs->len; i++) {
        Node *first = g_hash_table_lookup(by_id, node->action->needs->pdata[i]);

        if (first && first != node) {
            g_ptr_array_add(first->needed_by, node);
            node->needs++;
        }
    }
    for (guint i = 0; i < node->action->prefers->len; i++) {
        Node *first = g_hash_table_lookup(by_id, node->action->prefers->pdata[i]);

        if (first && first != node) {
            g_ptr_array_add(first->preferred_by, node);
            node->prefers++;
        }
    }
}

static GPtrArray *
make_nodes(const GPtrArray *actions)
{
    GPtrArray *nodes = g_ptr_array_new_with_free_func(node_free);
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < actions->len; i++) {
        Node *node = g_new0(Node, 1);

        node->action = actions->pdata[i];
        node->needed_by = g_ptr_array_new();
        node->preferred_by = g_ptr_array_new();
        g_ptr_array_add(nodes, node);
        g_hash_table_insert(by_id, node->action->id, node);
    }
    for (guint i = 0; i < nodes->len; i++)
        link_node(by_id, nodes->pdata[i]);
    return nodes;
}

static void
release(GSequence *ready, GPtrArray *waiting, gboolean needed)
{
    for (guint i = 0; i < waiting->len; i++) {
        Node *node = waiting->pdata[i];

        if (needed)
            node->needs--;
        else if (node->prefers > 0)
            node->prefers--;
        else
            continue; /* its preferences were given up */
        if (node->needs == 0 && node->prefers == 0 && !node->done)
            g_sequence_insert_sorted(ready, node, compare_nodes, NULL);
    }
}

/* The loop-breaking rule: an action that lacks nothing it needs stops waiting for what it prefers
 * when nothing else can go, or only what has a higher rank. */
static Node *
give_up_preference(const GPtrArray *nodes, const Node *next)
{
    Node *best = NULL;

    for (guint i = 0; i < nodes->len; i++) {
        Node *node = nodes->pdata[i];

        if (!node->done && node->needs == 0 && node->prefers > 0 &&
            (!next || node->action->rank < next->action->rank) &&
            (!best || compare_nodes(node, best, NULL) < 0))
            best = node;
    }
    if (best)
        best->prefers = 0;
    return best;
}

static void
set_loop_error(const GPtrArray *nodes, GError **error)
{
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = nodes->pdata[i];

        if (!node->done)
            g_string_append_printf(names, "%s'%s'", names->len ? ", " : "", node->action->id);
    }
    mig_set_error(error, MIG_E_INTERNAL, "cannot order the plan: these need each other: %s",
                  names->str);
    g_string_free(names, TRUE);
}

/* The next action to go; rank: that of the last one. NULL: none can. */
static Node *
take_next(const GPtrArray *nodes, GSequence *ready, int rank)
{
    GSequenceIter *first = g_sequence_get_begin_iter(ready);
    Node *next = g_sequence_iter_is_end(first) ? NULL : g_sequence_get(first);

    if (!next || next->action->rank > rank) {
        Node *released = give_up_preference(nodes, next);

        if (released)
            return released;
    }
    if (next)
        g_sequence_remove(first);
    return next;
}

static gboolean
sort_nodes(const GPtrArray *nodes, GPtrArray *order, GError **error)
{
    g_autoptr(GSequence) ready = g_sequence_new(NULL);
    int rank = G_MININT;

    for (guint i = 0; i < nodes->len; i++) {
        Node *node = nodes->pdata[i];

        if (node->needs == 0 && node->prefers == 0)
            g_sequence_insert_sorted(ready, node, compare_nodes, NULL);
    }
    while (order->len < nodes->len) {
        Node *node = take_next(nodes, ready, rank);

        if (!node) {
            set_loop_error(nodes, error);
            return FALSE;
        }
        rank = node->action->rank;
        node->done = TRUE;
        g_ptr_array_add(order, node->action);
        release(ready, node->needed_by, TRUE);
        release(ready, node->preferred_by, FALSE);
    }
    return TRUE;
}

GPtrArray *
mig_order_actions(GPtrArray *actions, GError **error)
{
    g_autoptr(GPtrArray) taken = actions;
    g_autoptr(GPtrArray) nodes = make_nodes(actions);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    g_ptr_array_set_free_func(taken, (GDestroyNotify)mig_action_free);
    if (!sort_nodes(nodes, order, error))
        return NULL;
    g_ptr_array_set_free_func(taken, NULL);
    g_ptr_array_set_free_func(order, (GDestroyNotify)mig_action_free);
    return g_steal_pointer(&order);
}
