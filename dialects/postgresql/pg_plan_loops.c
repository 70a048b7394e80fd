/* Roots that depend on each other can be dropped (created) in no order: a function that a default
 * uses and that takes a row of that table, tables with foreign keys to each other. Of such roots
 * the parts that hold on to others get actions of their own, so that the roots themselves are free.
 */
#include "dialects/postgresql/pg_plan.h"

typedef struct _Root Root;

/* A root that is dropped (created), with those it depends on and those that depend on it. */
struct _Root {
    GPtrArray *needs, *needed_by; /* of Root* */
    guint n_needs, n_needed_by;   /* how many of them are left */
    gboolean gone;
};

typedef struct {
    MigPgPlanner *planner;
    const MigSchema *schema;
    GHashTable *moving; /* the planner's set of what is dropped or created */
    GHashTable *roots;  /* const MigObject* → Root* */
    GPtrArray *order;   /* of Root*, as they were met */
} Loops;

static void
root_free(gpointer data)
{
    Root *root = data;

    g_ptr_array_unref(root->needs);
    g_ptr_array_unref(root->needed_by);
    g_free(root);
}

static Root *
root_of(const Loops *loops, const MigObject *object)
{
    object = mig_pg_carrier(loops->planner, object);
    if (object->parent)
        return NULL;
    Root *root = g_hash_table_lookup(loops->roots, object);

    if (root)
        return root;
    root = g_new0(Root, 1);
    root->needs = g_ptr_array_new();
    root->needed_by = g_ptr_array_new();
    g_hash_table_insert(loops->roots, (gpointer)object, root);
    g_ptr_array_add(loops->order, root);
    return root;
}

static void
add_edges(const Loops *loops, const MigObject *object)
{
    const GPtrArray *targets = mig_pg_targets(loops->planner, object);
    Root *root = targets->len > 0 && g_hash_table_contains(loops->moving, object)
                     ? root_of(loops, object)
                     : NULL;

    for (guint i = 0; root && i < targets->len; i++) {
        const MigObject *target = mig_schema_find(loops->schema, targets->pdata[i]);
        Root *other =
            target && g_hash_table_contains(loops->moving, target) ? root_of(loops, target) : NULL;

        if (!other || other == root)
            continue;
        g_ptr_array_add(root->needs, other);
        g_ptr_array_add(other->needed_by, root);
    }
}

static void
remove_root(GPtrArray *free_roots, Root *root)
{
    root->gone = TRUE;
    for (guint i = 0; i < root->needed_by->len; i++) {
        Root *other = root->needed_by->pdata[i];

        if (--other->n_needs == 0 && !other->gone)
            g_ptr_array_add(free_roots, other);
    }
    for (guint i = 0; i < root->needs->len; i++) {
        Root *other = root->needs->pdata[i];

        if (--other->n_needed_by == 0 && !other->gone)
            g_ptr_array_add(free_roots, other);
    }
}

/* Takes away roots that depend on none that is left, or that none that is left depends on: what
 * stays is in loops or between two of them. */
static void
peel(const Loops *loops)
{
    g_autoptr(GPtrArray) free_roots = g_ptr_array_new();

    for (guint i = 0; i < loops->order->len; i++) {
        Root *root = loops->order->pdata[i];

        root->n_needs = root->needs->len;
        root->n_needed_by = root->needed_by->len;
        if (root->n_needs == 0 || root->n_needed_by == 0)
            g_ptr_array_add(free_roots, root);
    }
    while (free_roots->len > 0) {
        Root *root = g_ptr_array_steal_index(free_roots, free_roots->len - 1);

        if (!root->gone)
            remove_root(free_roots, root);
    }
}

static gboolean
holds_on_to_others(const Loops *loops, const MigObject *child)
{
    const GPtrArray *targets = mig_pg_targets(loops->planner, child);

    for (guint i = 0; i < targets->len; i++) {
        const MigObject *target = mig_schema_find(loops->schema, targets->pdata[i]);

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
    if (!mig_object_is_kind(child, "column"))
        g_hash_table_add(loops->planner->apart, (gpointer)child);
    else if (mig_object_get(child, "default"))
        g_hash_table_add(loops->planner->defaults, (gpointer)child);
}

static void
break_loops(MigPgPlanner *planner, const MigSchema *schema, GHashTable *moving)
{
    g_autoptr(GHashTable) roots = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) order = g_ptr_array_new_with_free_func(root_free);
    Loops loops = {planner, schema, moving, roots, order};
    const GPtrArray *objects = mig_schema_objects(schema), *tables = mig_schema_roots(schema);

    for (guint i = 0; i < objects->len; i++)
        add_edges(&loops, objects->pdata[i]);
    peel(&loops);
    for (guint i = 0; i < tables->len; i++) {
        const MigObject *table = tables->pdata[i];
        const Root *root = g_hash_table_lookup(roots, table);

        if (!mig_object_is_kind(table, "table") || !root || root->gone)
            continue;
        for (guint j = 0; j < table->children->len; j++)
            take_off(&loops, table->children->pdata[j]);
    }
}

void
mig_pg_break_loops(MigPgPlanner *planner)
{
    break_loops(planner, planner->input->from, planner->dropped);
    break_loops(planner, planner->input->to, planner->created);
}
