/* How partitions leave their parents and join them. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

static void
plan_detach(MigPgPlanner *planner, const MigObject *table)
{
    const MigSchema *from = planner->input->from;
    g_autofree char *parent = mig_pg_relation_name(from, mig_pg_partitioned_by(table));
    g_autofree char *name = mig_pg_qualified(from, table);
    MigAction *action = mig_pg_add_action(planner, "detach", table, MIG_PG_RANK_DROP_KEY);
    g_autofree char *drop = g_strconcat("drop ", table->identity, NULL);
    MigAction *last = g_hash_table_lookup(planner->by_id, drop);

    mig_action_sql(action, "ALTER TABLE %s DETACH PARTITION %s", parent, name);
    mig_pg_hazard(action, "PG053", "takes ACCESS EXCLUSIVE on table %s for a moment", parent);
    if (last)
        mig_action_need(last, "%s", action->id);
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_pg_is_gone_with_parent(planner, child))
            mig_action_need(action, "drop %s", mig_pg_first_of_line(planner, child)->identity);
    }
}

static void
need_child(const MigPgPlanner *planner, MigAction *attach, const MigObject *child)
{
    const MigObject *parent = mig_pg_inherited_from(planner, child);
    g_autofree char *create =
        g_strconcat("create ", mig_pg_carrier(planner, child)->identity, NULL);
    MigAction *own = g_hash_table_lookup(planner->by_id, create);

    if (mig_object_is_kind(child, "trigger") && mig_object_get(child, "inherited")) {
        if (own)
            mig_action_need(own, "%s", attach->id);
        return;
    }
    if (parent && mig_pg_planner_creates(planner, parent) &&
        mig_pg_index_stands_alone(planner, parent)) {
        if (own && mig_pg_carrier(planner, child) == child)
            mig_action_need(own, "%s", attach->id);
        return;
    }
    if ((!mig_pg_is_foreign_key(child) || !parent) && !mig_pg_comes_unvalidated(planner, child))
        mig_action_need(attach, "%s", create);
    mig_action_need(attach, "alter %s", child->identity);
    mig_action_need(attach, "validate %s", child->identity);
}

/* Whether the table was a partition by the same key, with the same bounds. */
static gboolean
has_its_rows(const MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *old = mig_pg_twin(planner, table);
    const char *parent = old ? mig_pg_partitioned_by(old) : NULL;
    const MigObject *before = parent ? mig_schema_find(planner->input->from, parent) : NULL;
    const MigObject *after = mig_schema_find(planner->input->to, mig_pg_partitioned_by(table));

    if (!before || !after ||
        g_strcmp0(mig_object_get(old, "partition-bound"),
                  mig_object_get(table, "partition-bound")) != 0 ||
        g_strcmp0(mig_object_get(before, "partition-key"),
                  mig_object_get(after, "partition-key")) != 0)
        return FALSE;
    for (guint i = 0; i < old->children->len; i++) {
        const MigChange *change = g_hash_table_lookup(planner->changes, old->children->pdata[i]);

        if (mig_pg_planner_drops(planner, old->children->pdata[i]) ||
            (change && (mig_pg_changes(change, "type") || mig_pg_changes(change, "collation"))))
            return FALSE;
    }
    return TRUE;
}

static void
hazards_of_attach(const MigPgPlanner *planner, const MigObject *table, const char *name,
                  MigAction *action)
{
    if (mig_pg_planner_creates(planner, table))
        return;
    if (!has_its_rows(planner, table))
        mig_action_hazard(action, "fails-on-data", "a row of table %s that is not %s stops the run",
                          name, mig_object_get(table, "partition-bound"));
    mig_pg_hazard(action, "PG051",
                  "reads table %s under ACCESS EXCLUSIVE, unless a CHECK proves the bounds", name);
}

static void
plan_attach(MigPgPlanner *planner, const MigObject *table)
{
    const MigSchema *to = planner->input->to;
    g_autofree char *parent = mig_pg_relation_name(to, mig_pg_partitioned_by(table));
    g_autofree char *name = mig_pg_qualified(to, table);
    MigAction *action = mig_pg_add_action(planner, "attach", table, MIG_PG_RANK_ADD_CONSTRAINT);

    mig_action_sql(action, "ALTER TABLE %s ATTACH PARTITION %s %s", parent, name,
                   mig_object_get(table, "partition-bound"));
    hazards_of_attach(planner, table, name, action);
    mig_action_need(action, "create %s", table->identity);
    mig_action_need(action, "alter %s", table->identity);
    mig_action_need(action, "detach %s", table->identity);
    for (guint i = 0; i < table->children->len; i++)
        need_child(planner, action, table->children->pdata[i]);
}

/* An index that stands alone comes behind the partitions, which it would give indexes else; but
 * ahead of those that bring theirs along. */
static void
need_partitions(MigPgPlanner *planner, const MigObject *object)
{
    g_autofree char *id = g_strconcat("create ", object->identity, NULL);
    MigAction *action = g_hash_table_lookup(planner->by_id, id);

    if (!action || !mig_pg_index_stands_alone(planner, object))
        return;
    g_autoptr(GPtrArray) list = mig_pg_followers(planner, object);

    for (guint i = 0; i < list->len; i++) {
        const MigObject *follower = list->pdata[i], *table = follower->parent;
        g_autofree char *create = g_strconcat("create ", table->identity, NULL);
        g_autofree char *attach = g_strconcat("attach ", table->identity, NULL);

        if (mig_pg_carrier(planner, follower) == table) {
            MigAction *joins = g_hash_table_lookup(planner->by_id, attach);

            if (!joins)
                joins = g_hash_table_lookup(planner->by_id, create);
            if (joins)
                mig_action_need(joins, "%s", action->id);
            continue;
        }
        mig_action_need(action, "%s", create);
        mig_action_need(action, "%s", attach);
    }
}

/* A partition that comes waits until those that leave the same parent are gone from it. */
static void
need_room(MigPgPlanner *planner, const MigObject *table)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->from);
    gboolean attached = g_hash_table_contains(planner->detached, table);
    g_autofree char *id = g_strconcat(attached ? "attach " : "create ", table->identity, NULL);
    MigAction *action = g_hash_table_lookup(planner->by_id, id);

    for (guint i = 0; action && i < roots->len; i++) {
        const MigObject *old = roots->pdata[i];

        if (g_hash_table_contains(planner->detached, old) &&
            g_strcmp0(mig_pg_partitioned_by(old), mig_pg_partitioned_by(table)) == 0)
            mig_action_need(action, "detach %s", old->identity);
    }
}

/* Whether a table of `from` is a partition of another one, or inherits from it, at whatever remove. */
static gboolean
is_below(const MigSchema *from, const MigObject *table, const char *identity)
{
    const char *divided = table ? mig_pg_partitioned_by(table) : NULL;
    g_auto(GStrv) parents = table ? mig_pg_lines(table, "inherits") : g_new0(char *, 1);

    if (divided)
        return strcmp(divided, identity) == 0 ||
               is_below(from, mig_schema_find(from, divided), identity);
    for (char **parent = parents; *parent; parent++) {
        if (strcmp(*parent, identity) == 0 ||
            is_below(from, mig_schema_find(from, *parent), identity))
            return TRUE;
    }
    return FALSE;
}

/* Whether a table that goes from below another one must be gone when that gets this part, which
 * would be for it, too: it may have its like. */
static gboolean
is_in_the_way(const MigPgPlanner *planner, const MigObject *table, const MigObject *part)
{
    if (!mig_object_is_kind(part, "column") &&
        g_strcmp0(mig_object_get(part, "type"), "check") != 0)
        return FALSE;
    return !mig_pg_planner_drops(planner, table) || mig_object_get(part, "identity") ||
           mig_schema_lookup(planner->input->from, part->kind, table, mig_object_name(part));
}

/* A parent gets new columns and checks when those that leave it are gone. */
static void
add_parts_without(MigPgPlanner *planner, const MigObject *parent)
{
    const MigSchema *from = planner->input->from;
    const GPtrArray *roots = mig_schema_roots(from);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *old = roots->pdata[i];
        gboolean detached = g_hash_table_contains(planner->detached, old);

        if ((!detached && !mig_pg_planner_drops(planner, old)) ||
            !is_below(from, old, parent->identity))
            continue;
        for (guint j = 0; j < parent->children->len; j++) {
            const MigObject *child = parent->children->pdata[j];
            g_autofree char *id = g_strconcat("create ", child->identity, NULL);
            MigAction *action = g_hash_table_lookup(planner->by_id, id);

            if (action && is_in_the_way(planner, old, child))
                mig_action_need(action, "%s %s", detached ? "detach" : "drop", old->identity);
        }
    }
}

/* Whether a table of both states can have others that are made of it. */
static gboolean
stays_parent(const MigPgPlanner *planner, const MigObject *table)
{
    return mig_object_is_kind(table, "table") && !mig_pg_planner_creates(planner, table) &&
           g_hash_table_contains(planner->dependents, table->identity);
}

void
mig_pg_plan_partitions(MigPgPlanner *planner)
{
    const GPtrArray *old = mig_schema_roots(planner->input->from);
    const GPtrArray *new = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < old->len; i++) {
        if (mig_pg_partitioned_by(old->pdata[i]) &&
            g_hash_table_contains(planner->detached, old->pdata[i]))
            plan_detach(planner, old->pdata[i]);
    }
    for (guint i = 0; i < new->len; i++) {
        if (mig_pg_partitioned_by(new->pdata[i]) &&
            g_hash_table_contains(planner->detached, new->pdata[i]))
            plan_attach(planner, new->pdata[i]);
    }
    for (guint i = 0; i < new->len; i++) {
        const MigObject *table = new->pdata[i];

        if (mig_pg_partitioned_by(table))
            need_room(planner, table);
        if (stays_parent(planner, table))
            add_parts_without(planner, table);
        for (guint j = 0; mig_object_get(table, "partition-key") && j < table->children->len; j++)
            need_partitions(planner, table->children->pdata[j]);
    }
}
