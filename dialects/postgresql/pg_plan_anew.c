/* A loop of needs through what is altered in place: it must let go of one thing before another
 * comes that it takes hold of, while that waits for the first to be gone (a view over a table whose
 * name a new one gets). What holds no rows is dropped and made anew instead; of a column, its
 * default. */
#include "dialects/postgresql/pg_plan.h"

#include <string.h>

typedef struct {
    const MigAction *action;
    GPtrArray *needed_by; /* of Node* */
    guint needs, wanted;  /* how many of what it needs, and of what needs it, are left */
    gboolean gone;
} Node;

static void
node_free(gpointer data)
{
    Node *node = data;

    g_ptr_array_unref(node->needed_by);
    g_free(node);
}

static GPtrArray *
make_nodes(const GPtrArray *actions, GHashTable *by_id)
{
    GPtrArray *nodes = g_ptr_array_new_with_free_func(node_free);

    for (guint i = 0; i < actions->len; i++) {
        Node *node = g_new0(Node, 1);

        node->action = actions->pdata[i];
        node->needed_by = g_ptr_array_new();
        g_ptr_array_add(nodes, node);
        g_hash_table_insert(by_id, node->action->id, node);
    }
    for (guint i = 0; i < nodes->len; i++) {
        Node *node = nodes->pdata[i];

        for (guint j = 0; j < node->action->needs->len; j++) {
            Node *first = g_hash_table_lookup(by_id, node->action->needs->pdata[j]);

            if (!first || first == node)
                continue;
            g_ptr_array_add(first->needed_by, node);
            node->needs++;
            first->wanted++;
        }
    }
    return nodes;
}

static gboolean
take_away(GHashTable *by_id, Node *node)
{
    if (node->gone || (node->needs > 0 && node->wanted > 0))
        return FALSE;
    node->gone = TRUE;
    for (guint i = 0; i < node->needed_by->len; i++)
        ((Node *)node->needed_by->pdata[i])->needs--;
    for (guint i = 0; i < node->action->needs->len; i++) {
        Node *first = g_hash_table_lookup(by_id, node->action->needs->pdata[i]);

        if (first && first != node)
            first->wanted--;
    }
    return TRUE;
}

static gboolean
holds_no_rows(const MigObject *object)
{
    static const char *const kinds[] = {"view",   "function", "procedure", "trigger",
                                        "policy", "rule",     "aggregate", NULL};

    return g_strv_contains(kinds, object->kind);
}

/* Whether a column's default is another one, which could come after the old one has gone, or after all
 * else that changes of the column. */
static gboolean
has_other_default(const MigPgPlanner *planner, const MigObject *object)
{
    const MigChange *change =
        mig_pg_is_table_part(object, "column") ? mig_pg_change_of(planner, object) : NULL;

    return change && mig_pg_changes(change, "default") &&
           !mig_object_get(change->from, "generated") && !mig_object_get(change->to, "generated");
}

const MigObject *
mig_pg_altered_in_loop(const MigPgPlanner *planner)
{
    static const char verb[] = "alter ";
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) nodes = make_nodes(planner->actions, by_id);

    for (gboolean any = TRUE; any;) {
        any = FALSE;
        for (guint i = 0; i < nodes->len; i++)
            any |= take_away(by_id, nodes->pdata[i]);
    }
    const MigObject *column = NULL;

    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = nodes->pdata[i];

        if (node->gone || !g_str_has_prefix(node->action->id, verb))
            continue;
        const MigObject *object =
            mig_schema_find(planner->input->to, node->action->id + strlen(verb));

        if (!object || g_hash_table_contains(planner->anew, object))
            continue;
        if (holds_no_rows(object))
            return object;
        if (!column && has_other_default(planner, object))
            column = object;
    }
    return column;
}
