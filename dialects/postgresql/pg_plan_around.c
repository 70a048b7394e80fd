/* Actions around tables that belong to no object alone. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"
#include "dialects/postgresql/pg_plan_table.h"

static MigAction *
action_of(const MigPgPlanner *planner, const char *verb, const MigObject *object)
{
    g_autofree char *id = g_strconcat(verb, " ", object->identity, NULL);

    return g_hash_table_lookup(planner->by_id, id);
}

/* What drops or alters the column comes behind. */
static void
need_first(const MigPgPlanner *planner, const MigObject *column, const MigAction *action)
{
    MigAction *alter = action_of(planner, "alter", column);
    MigAction *drop = mig_pg_planner_drops(planner, column)
                          ? action_of(planner, "drop", mig_pg_carrier(planner, column))
                          : NULL;

    if (alter)
        mig_action_need(alter, "%s", action->id);
    if (drop)
        mig_action_need(drop, "%s", action->id);
}

/* Tables that inherit the column and need the same have an action of their own. */
static gboolean
is_for_it_alone(const MigPgPlanner *planner, const MigSchema *schema, const MigObject *column)
{
    return !mig_pg_planner_creates(planner, column) && mig_pg_has_heirs(schema, column->parent);
}

static void
plan_defaults(MigPgPlanner *planner, const MigSchema *schema, gboolean setting)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *column = objects->pdata[i];
        const char *value = mig_object_get(column, "default");

        if (!value || !g_hash_table_contains(planner->defaults, column))
            continue;
        g_autofree char *table = mig_pg_qualified(schema, column);
        g_autofree char *name = mig_pg_name(mig_object_name(column));
        const char *only = is_for_it_alone(planner, schema, column) ? "ONLY " : "";
        MigAction *action =
            mig_pg_add_action(planner, setting ? "set default" : "drop default", column,
                              setting ? MIG_PG_RANK_ALTER : MIG_PG_RANK_DROP_KEY);

        if (setting)
            mig_action_sql(action, "ALTER TABLE %s%s ALTER COLUMN %s SET DEFAULT %s", only, table,
                           name, value);
        else
            mig_action_sql(action, "ALTER TABLE %s%s ALTER COLUMN %s DROP DEFAULT", only, table,
                           name);
        if (setting) {
            const MigAction *other = mig_pg_disturbing(planner, mig_pg_twin(planner, column));

            mig_action_need(action, "create %s", mig_pg_carrier(planner, column)->identity);
            mig_action_need(action, "alter %s", column->identity);
            if (other)
                mig_action_need(action, "%s", other->id);
        } else {
            need_first(planner, column, action);
        }
    }
}

static void
add_owner(MigPgPlanner *planner, const MigObject *sequence, const MigObject *owner,
          const char *verb, int rank)
{
    MigAction *action = mig_pg_add_action(planner, verb, sequence, rank);
    g_autofree char *name = mig_pg_qualified(planner->input->to, sequence);

    if (owner) {
        g_autofree char *table = mig_pg_qualified(planner->input->to, owner);
        g_autofree char *column = mig_pg_name(mig_object_name(owner));

        mig_action_sql(action, "ALTER SEQUENCE %s OWNED BY %s.%s", name, table, column);
        mig_action_need(action, "create %s", mig_pg_carrier(planner, owner)->identity);
    } else {
        mig_action_sql(action, "ALTER SEQUENCE %s OWNED BY NONE", name);
    }
    mig_action_need(action, "create %s", sequence->identity);
}

/* The owner is set when sequence and column are there; taken away when the column goes alone. */
static void
plan_owner(MigPgPlanner *planner, const MigObject *sequence)
{
    const MigObject *old = mig_pg_twin(planner, sequence);
    const char *before = old ? mig_object_get(old, "owned-by") : NULL;
    const char *after = mig_object_get(sequence, "owned-by");
    const MigObject *old_owner = before ? mig_schema_find(planner->input->from, before) : NULL;
    const MigObject *owner = after ? mig_schema_find(planner->input->to, after) : NULL;
    gboolean created = mig_pg_planner_creates(planner, sequence);
    gboolean gone = !created && old_owner && mig_pg_planner_drops(planner, old_owner);

    if (created && mig_pg_carried_by(planner, sequence))
        return;
    if (gone || (!created && before && !after)) {
        add_owner(planner, sequence, NULL, "disown", MIG_PG_RANK_DROP_KEY);
        MigAction *drop =
            gone ? action_of(planner, "drop", mig_pg_carrier(planner, old_owner)) : NULL;

        if (drop)
            mig_action_need(drop, "disown %s", sequence->identity);
    }
    if (owner && (created || gone || g_strcmp0(before, after) != 0))
        add_owner(planner, sequence, owner, "own", MIG_PG_RANK_ALTER);
}

static void
plan_owners(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (mig_object_is_kind(root, "sequence") && !root->unmanaged)
            plan_owner(planner, root);
    }
}

/* The child that brings the index of this name, quoted; NULL: none. */
static const MigObject *
index_named(const MigObject *table, const char *name)
{
    for (guint i = 0; name && i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (!mig_object_is_kind(child, "index") && !mig_object_is_kind(child, "constraint"))
            continue;
        g_autofree char *own = mig_pg_name(mig_object_name(child));

        if (strcmp(own, name) == 0)
            return child;
    }
    return NULL;
}

/* Whether a setting is to be made: the table is new, it changed, or its index is made anew. */
static gboolean
is_due(const MigPgPlanner *planner, const MigObject *table, const char *attribute,
       const MigObject *index)
{
    const MigChange *change = mig_pg_change_of(planner, table);

    if (mig_pg_planner_creates(planner, table))
        return mig_object_get(table, attribute) != NULL;
    return (change && mig_pg_changes(change, attribute)) ||
           (index && mig_pg_planner_creates(planner, index));
}

static const char *
replica_index(const MigObject *table)
{
    const char *identity = mig_object_get(table, "replica-identity");

    return identity && g_str_has_prefix(identity, "index ") ? identity + strlen("index ") : NULL;
}

void
mig_pg_need_identity_gone(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const MigObject *index = index_named(column->parent, replica_index(column->parent));

    if (!index || !mig_object_get(column, "not-null") || !mig_pg_depends(index, column->identity))
        return;
    if (mig_pg_planner_drops(planner, index))
        mig_action_need(action, "drop %s", mig_pg_carrier(planner, index)->identity);
    else
        mig_action_need(action, "finish %s", column->parent->identity);
}

static void
set_replica_identity(const MigObject *table, const char *alter, MigAction *action)
{
    const char *identity = mig_object_get(table, "replica-identity");
    const char *name = replica_index(table);
    g_autofree char *word = identity ? g_ascii_strup(identity, -1) : g_strdup("DEFAULT");

    if (name)
        mig_action_sql(action, "%s REPLICA IDENTITY USING INDEX %s", alter, name);
    else
        mig_action_sql(action, "%s REPLICA IDENTITY %s", alter, word);
}

static void
set_cluster(const MigObject *table, const char *alter, MigAction *action)
{
    const char *name = mig_object_get(table, "clustered-on");

    if (name)
        mig_action_sql(action, "%s CLUSTER ON %s", alter, name);
    else
        mig_action_sql(action, "%s SET WITHOUT CLUSTER", alter);
}

static void
need_index(const MigPgPlanner *planner, MigAction *action, const MigObject *index)
{
    if (index && mig_pg_planner_creates(planner, index))
        mig_action_need(action, "create %s", mig_pg_carrier(planner, index)->identity);
}

gboolean
mig_pg_sets_toast(const MigChange *change)
{
    const char *options = mig_object_get(change->to, "options");

    return mig_pg_changes(change, "options") && options && strstr(options, "toast.");
}

static void
set_toast(const MigPgPlanner *planner, const MigObject *table, const char *what, MigAction *action)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *column = table->children->pdata[i];

        if (!mig_object_is_kind(column, "column"))
            continue;
        mig_action_need(action, "create %s", column->identity);
        mig_action_need(action, "alter %s", column->identity);
    }
    mig_pg_alter_options(action, mig_pg_change_of(planner, table), what);
}

/* Settings that name an index come when it is there; what is set of the place where long values are
 * stored, when columns have called for one. */
static void
plan_late_settings(MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *replica = index_named(table, replica_index(table));
    const MigObject *cluster = index_named(table, mig_object_get(table, "clustered-on"));
    gboolean set_identity = is_due(planner, table, "replica-identity", replica);
    gboolean set_order = is_due(planner, table, "clustered-on", cluster);

    const MigChange *change = mig_pg_change_of(planner, table);
    gboolean sets_toast = change && mig_pg_sets_toast(change);

    if (!set_identity && !set_order && !sets_toast)
        return;
    g_autofree char *name = mig_pg_qualified(planner->input->to, table);
    g_autofree char *alter = g_strconcat("ALTER TABLE ", name, NULL);
    MigAction *action = mig_pg_add_action(planner, "finish", table, MIG_PG_RANK_FINISH_TABLE);

    mig_action_need(action, "create %s", table->identity);
    need_index(planner, action, replica);
    need_index(planner, action, cluster);
    if (set_identity)
        set_replica_identity(table, alter, action);
    if (set_order)
        set_cluster(table, alter, action);
    if (sets_toast)
        set_toast(planner, table, alter + strlen("ALTER "), action);
}

void
mig_pg_plan_around(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    plan_defaults(planner, planner->input->from, FALSE);
    plan_defaults(planner, planner->input->to, TRUE);
    plan_owners(planner);
    mig_pg_plan_typed_tables(planner);
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (mig_object_is_kind(root, "table") && !root->unmanaged)
            plan_late_settings(planner, root);
    }
    mig_pg_plan_rebuilt_indexes(planner);
    mig_pg_plan_heirs(planner);
    mig_pg_plan_partitions(planner);
}
