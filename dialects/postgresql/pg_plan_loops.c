/* Roots that depend on each other can be dropped (created) in no order: a function that a default
 * uses and that takes a row of that table, tables with foreign keys to each other. Of such roots
 * the parts that hold on to others get actions of their own, so that the roots themselves are free.
 */
#include "dialects/postgresql/pg_plan.h"

#include <string.h>

typedef struct {
    MigPgPlanner *planner;
    const MigSchema *schema;
    const GHashTable *moving; /* the planner's set of what is dropped or created */
    GHashTable *edges;        /* root → set of the roots it depends on */
} Loops;

static const MigObject *
root_of(const Loops *loops, const MigObject *object)
{
    object = mig_pg_carrier(loops->planner, object);
    return object->parent ? NULL : object;
}

static void
add_edge(const Loops *loops, const MigObject *from, const MigObject *to)
{
    GHashTable *set = g_hash_table_lookup(loops->edges, from);

    if (!set) {
        set = g_hash_table_new(NULL, NULL);
        g_hash_table_insert(loops->edges, (gpointer)from, set);
    }
    g_hash_table_add(set, (gpointer)to);
}

static void
collect_edges(const Loops *loops)
{
    const GPtrArray *objects = mig_schema_objects(loops->schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const MigObject *root = NULL;

        if (object->depends->len == 0 ||
            !g_hash_table_contains((GHashTable *)loops->moving, object))
            continue;
        root = root_of(loops, object);
        for (guint j = 0; root && j < object->depends->len; j++) {
            const MigObject *target = mig_schema_find(loops->schema, object->depends->pdata[j]);

            if (!target || !g_hash_table_contains((GHashTable *)loops->moving, target))
                continue;
            const MigObject *other = root_of(loops, target);

            if (other && other != root)
                add_edge(loops, root, other);
        }
    }
}

/* Takes away the roots that depend on none that is left. */
static gboolean
peel_free(const Loops *loops)
{
    GHashTableIter roots, targets;
    gpointer root, set, target;
    gboolean found = FALSE;

    g_hash_table_iter_init(&roots, loops->edges);
    while (g_hash_table_iter_next(&roots, &root, &set)) {
        g_hash_table_iter_init(&targets, set);
        while (g_hash_table_iter_next(&targets, &target, NULL)) {
            if (!g_hash_table_contains(loops->edges, target))
                g_hash_table_iter_remove(&targets);
        }
        if (g_hash_table_size(set) == 0) {
            g_hash_table_iter_remove(&roots);
            found = TRUE;
        }
    }
    return found;
}

/* Takes away the roots that none that is left depends on. */
static gboolean
peel_unused(const Loops *loops)
{
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    GHashTableIter roots, targets;
    gpointer root, set, target;
    gboolean found = FALSE;

    g_hash_table_iter_init(&roots, loops->edges);
    while (g_hash_table_iter_next(&roots, NULL, &set)) {
        g_hash_table_iter_init(&targets, set);
        while (g_hash_table_iter_next(&targets, &target, NULL))
            g_hash_table_add(used, target);
    }
    g_hash_table_iter_init(&roots, loops->edges);
    while (g_hash_table_iter_next(&roots, &root, NULL)) {
        if (g_hash_table_contains(used, root))
            continue;
        g_hash_table_iter_remove(&roots);
        found = TRUE;
    }
    return found;
}

/* What stays is in loops or between two of them. */
static void
peel(const Loops *loops)
{
    while (peel_free(loops))
        continue;
    while (peel_unused(loops))
        continue;
}

static gboolean
holds_on_to_others(const Loops *loops, const MigObject *child)
{
    for (guint i = 0; i < child->depends->len; i++) {
        const MigObject *target = mig_schema_find(loops->schema, child->depends->pdata[i]);

        if (target && target != child->parent && target->parent != child->parent)
            return TRUE;
    }
    return FALSE;
}

static void
take_off(const Loops *loops, const MigObject *child)
{
    if (mig_object_get(child, "inherited") || !holds_on_to_others(loops, child))
        return;
    if (!mig_pg_is_kind(child, "column"))
        g_hash_table_add(loops->planner->apart, (gpointer)child);
    else if (mig_object_get(child, "default"))
        g_hash_table_add(loops->planner->defaults, (gpointer)child);
}

static void
break_loops(MigPgPlanner *planner, const MigSchema *schema, const GHashTable *moving)
{
    g_autoptr(GHashTable) edges =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
    Loops loops = {planner, schema, moving, edges};
    const GPtrArray *roots = mig_schema_roots(schema);

    collect_edges(&loops);
    peel(&loops);
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (!mig_pg_is_kind(root, "table") || !g_hash_table_contains(edges, root))
            continue;
        for (guint j = 0; j < root->children->len; j++)
            take_off(&loops, root->children->pdata[j]);
    }
}

void
mig_pg_break_loops(MigPgPlanner *planner)
{
    break_loops(planner, planner->input->from, planner->dropped);
    break_loops(planner, planner->input->to, planner->created);
}
