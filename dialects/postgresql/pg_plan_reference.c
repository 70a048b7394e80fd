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
add_target(MigPgPlanner *planner, const MigObject *key, const MigObject *partition,
           gboolean as_partition)
{
    GPtrArray *targets = g_hash_table_lookup(planner->targets, key);

    if (!as_partition)
        return;
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

/* What is done for a foreign key and a table that it refers to, be it as a partition of another
 * one. */
typedef void (*ReferenceFunc)(MigPgPlanner *planner, const MigObject *key, const MigObject *table,
                              gboolean as_partition);

/* partitions: identity of a parent → GPtrArray of its partitions. */
static void
visit_partitions(MigPgPlanner *planner, GHashTable *partitions, const MigObject *key,
                 const MigObject *table, ReferenceFunc func)
{
    const GPtrArray *list = g_hash_table_lookup(partitions, table->identity);

    for (guint i = 0; list && i < list->len; i++) {
        func(planner, key, list->pdata[i], TRUE);
        visit_partitions(planner, partitions, key, list->pdata[i], func);
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

/* The server notes of a partition's key, which comes with that of its parent, no partitions. */
static void
visit_references(MigPgPlanner *planner, const MigSchema *schema, ReferenceFunc func)
{
    const GPtrArray *objects = mig_schema_objects(schema);
    g_autoptr(GHashTable) partitions = partitions_of(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *key = objects->pdata[i];

        for (guint j = 0; mig_pg_is_foreign_key(key) && j < key->depends->len; j++) {
            const MigObject *table = referred_by(schema, key->depends->pdata[j]);

            if (!table)
                continue;
            func(planner, key, table, FALSE);
            if (!mig_object_get(key, "inherited"))
                visit_partitions(planner, partitions, key, table, func);
        }
    }
}

void
mig_pg_find_references(MigPgPlanner *planner)
{
    visit_references(planner, planner->input->from, add_target);
}

const GPtrArray *
mig_pg_targets(const MigPgPlanner *planner, const MigObject *object)
{
    const GPtrArray *targets = g_hash_table_lookup(planner->targets, object);

    return targets ? targets : object->depends;
}

/* The change that lets a table be logged, or not any more; NULL: it stays as it is. */
static const MigChange *
persisting_change(const MigPgPlanner *planner, const MigObject *table, gboolean logged)
{
    const MigChange *change = mig_pg_change_of(planner, table);

    return change && mig_pg_changes(change, "persistence") &&
                   logged == !mig_object_get(change->to, "persistence")
               ? change
               : NULL;
}

/* Whether a partition leaves its parent, if only for a moment. */
static gboolean
leaves(const MigPgPlanner *planner, const MigObject *table)
{
    const MigChange *change = mig_pg_change_of(planner, table);

    return change &&
           (mig_pg_changes(change, "partition-of") || mig_pg_changes(change, "partition-bound"));
}

/* Whether a table (of `from`) will not be logged; a partitioned one stays as it was made. */
static gboolean
is_to_be_unlogged(const MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *twin = mig_pg_twin(planner, table);

    return mig_object_get(table, "partition-key") ? mig_object_get(table, "unlogged") != NULL
                                                  : twin && mig_object_get(twin, "persistence");
}

/* The key's table must be logged and what it refers to must not, which the server lets be when a
 * key is made: it looks at the partitioned tables alone, not at partitions. */
static gboolean
is_refused(const MigPgPlanner *planner, const MigObject *key, const MigObject *target)
{
    return key->parent != target && !is_to_be_unlogged(planner, key->parent) &&
           is_to_be_unlogged(planner, target) && !leaves(planner, target) &&
           (persisting_change(planner, target, FALSE) ||
            persisting_change(planner, key->parent, TRUE));
}

const MigObject *
mig_pg_hindering(const MigPgPlanner *planner, const MigObject *key)
{
    if (!mig_pg_is_foreign_key(key))
        return NULL;
    const MigObject *first = mig_pg_first_of_line(planner, key);
    /* A partition's key is its own while the partition is away from its parent. */
    gboolean own = first != key && leaves(planner, key->parent);
    const GPtrArray *targets = mig_pg_targets(planner, own ? first : key);

    for (guint i = 0; i < targets->len; i++) {
        const MigObject *table = referred_by(planner->input->from, targets->pdata[i]);

        if (table && is_refused(planner, key, table))
            return own ? key : first;
    }
    return NULL;
}

static MigAction *
find_action(const MigPgPlanner *planner, const char *verb, const MigObject *object)
{
    g_autofree char *id = g_strconcat(verb, " ", object->identity, NULL);

    return g_hash_table_lookup(planner->by_id, id);
}

/* The action that lets a table be logged, or not any more; NULL: it stays as it is. */
static MigAction *
persisting(const MigPgPlanner *planner, const MigObject *table, gboolean logged)
{
    return persisting_change(planner, table, logged) ? find_action(planner, "alter", table) : NULL;
}

static void
need(MigAction *later, const MigAction *earlier)
{
    if (later && earlier)
        mig_action_need(later, "%s", earlier->id);
}

/* A logged table refers to logged ones only. */
static void
order_reference(MigPgPlanner *planner, const MigObject *key, const MigObject *table,
                G_GNUC_UNUSED gboolean as_partition)
{
    MigAction *logged = persisting(planner, key->parent, TRUE);
    MigAction *unlogged = persisting(planner, table, FALSE);

    if (mig_pg_planner_drops(planner, key)) {
        const MigObject *first = mig_pg_first_of_line(planner, key);
        const MigAction *drop = find_action(planner, "drop", mig_pg_carrier(planner, first));
        const MigAction *own = find_action(planner, "drop", mig_pg_carrier(planner, key));

        need(logged, drop);
        need(logged, own);
        need(unlogged, drop);
    } else if (key->parent != table) {
        need(logged, persisting(planner, table, TRUE));
        need(unlogged, persisting(planner, key->parent, FALSE));
        need(logged, find_action(planner, "detach", table));
        need(unlogged, find_action(planner, "detach", table));
    }
}

/* Partitions are not looked at when a new key comes, nor when they come to where a key is. */
static void
order_new_reference(MigPgPlanner *planner, const MigObject *key, const MigObject *table,
                    gboolean as_partition)
{
    MigAction *logged = persisting(planner, key->parent, TRUE);

    if (mig_pg_planner_creates(planner, key)) {
        MigAction *create = find_action(planner, "create", mig_pg_carrier(planner, key));

        need(create, logged);
        need(create, persisting(planner, table, FALSE));
    } else if (as_partition && mig_object_get(table, "persistence")) {
        MigAction *attach = find_action(planner, "attach", table);

        need(attach ? attach : find_action(planner, "create", table), logged);
    }
}

void
mig_pg_order_persistence(MigPgPlanner *planner)
{
    visit_references(planner, planner->input->from, order_reference);
    visit_references(planner, planner->input->to, order_new_reference);
}
