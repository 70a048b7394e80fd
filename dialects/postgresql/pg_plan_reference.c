/* A foreign key to a partitioned table holds on to each of its partitions, too, which no dependency
 * of the catalogs says. */
#include "dialects/postgresql/pg_plan_table.h"

/* The table that a foreign key refers to by one of its dependencies; NULL: none. */
static const MigObject *
referred_by(const MigSchema *schema, const char *identity)
{
    const MigObject *target = mig_schema_find(schema, identity);

    if (!target || mig_object_is_kind(target, "column"))
        return NULL;
    return mig_object_is_kind(target, "table") ? target : target->parent;
}

static void
add_target(MigPgPlanner *planner, const MigObject *key, const MigObject *partition)
{
    GPtrArray *targets = g_hash_table_lookup(planner->targets, key);

    if (!targets) {
        targets = g_ptr_array_copy(key->depends, NULL, NULL);
        g_ptr_array_set_free_func(targets, NULL);
        g_hash_table_insert(planner->targets, (gpointer)key, targets);
    }
    if (g_ptr_array_find(targets, partition->identity, NULL))
        return;
    g_ptr_array_add(targets, partition->identity);
    g_hash_table_add(planner->referenced, (gpointer)partition);
}

/* partitions: identity of a parent → GPtrArray of its partitions. */
static void
add_partitions(MigPgPlanner *planner, GHashTable *partitions, const MigObject *key,
               const MigObject *table)
{
    const GPtrArray *list = g_hash_table_lookup(partitions, table->identity);

    for (guint i = 0; list && i < list->len; i++) {
        add_target(planner, key, list->pdata[i]);
        add_partitions(planner, partitions, key, list->pdata[i]);
    }
}

static GHashTable *
partitions_of(const MigSchema *schema)
{
    const GPtrArray *roots = mig_schema_roots(schema);
    GHashTable *partitions =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < roots->len; i++) {
        const char *parent = mig_pg_partitioned_by(roots->pdata[i]);

        if (!parent)
            continue;
        GPtrArray *list = g_hash_table_lookup(partitions, parent);

        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(partitions, (gpointer)parent, list);
        }
        g_ptr_array_add(list, roots->pdata[i]);
    }
    return partitions;
}

void
mig_pg_find_references(MigPgPlanner *planner)
{
    const MigSchema *from = planner->input->from;
    const GPtrArray *objects = mig_schema_objects(from);
    g_autoptr(GHashTable) partitions = partitions_of(from);

    for (guint i = 0; i < objects->len && g_hash_table_size(partitions) > 0; i++) {
        const MigObject *key = objects->pdata[i];

        if (!mig_pg_is_foreign_key(key) || mig_object_get(key, "inherited"))
            continue;
        for (guint j = 0; j < key->depends->len; j++) {
            const MigObject *table = referred_by(from, key->depends->pdata[j]);

            if (table)
                add_partitions(planner, partitions, key, table);
        }
    }
}

const GPtrArray *
mig_pg_targets(const MigPgPlanner *planner, const MigObject *object)
{
    const GPtrArray *targets = g_hash_table_lookup(planner->targets, object);

    return targets ? targets : object->depends;
}

/* The action that lets a table be logged, or not any more; NULL: it stays as it is. */
static MigAction *
persisting(const MigPgPlanner *planner, const MigObject *table, gboolean logged)
{
    const MigChange *change = mig_pg_change_of(planner, table);
    g_autofree char *id = g_strconcat("alter ", table->identity, NULL);

    if (!change || !mig_pg_changes(change, "persistence") ||
        logged != !mig_object_get(change->to, "persistence"))
        return NULL;
    return g_hash_table_lookup(planner->by_id, id);
}

static void
need(MigAction *later, const char *earlier)
{
    if (later)
        mig_action_need(later, "%s", earlier);
}

/* A logged table refers to logged ones only. */
static void
order_reference(MigPgPlanner *planner, const MigObject *key, const MigObject *table)
{
    const MigObject *first = mig_pg_carrier(planner, mig_pg_first_of_line(planner, key));
    MigAction *logged = persisting(planner, key->parent, TRUE);
    MigAction *unlogged = persisting(planner, table, FALSE);

    if (mig_pg_planner_drops(planner, key)) {
        g_autofree char *drop = g_strconcat("drop ", first->identity, NULL);

        need(logged, drop);
        need(unlogged, drop);
    } else if (key->parent != table) {
        const MigAction *first_logged = persisting(planner, table, TRUE);
        const MigAction *first_unlogged = persisting(planner, key->parent, FALSE);

        if (first_logged)
            need(logged, first_logged->id);
        if (first_unlogged)
            need(unlogged, first_unlogged->id);
    }
}

void
mig_pg_order_persistence(MigPgPlanner *planner)
{
    const MigSchema *from = planner->input->from;
    const GPtrArray *objects = mig_schema_objects(from);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *key = objects->pdata[i];
        const GPtrArray *targets = mig_pg_targets(planner, key);

        for (guint j = 0; mig_pg_is_foreign_key(key) && j < targets->len; j++) {
            const MigObject *table = referred_by(from, targets->pdata[j]);

            if (table)
                order_reference(planner, key, table);
        }
    }
}
