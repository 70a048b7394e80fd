/* Actions for all that is dropped, created and altered, and what each of them needs. */
#include "dialects/postgresql/pg_plan_table.h"

#include <string.h>

static const struct {
    const char *kind;
    int create, drop;
} ranks[] = {
    {"schema", MIG_PG_RANK_CREATE_SCHEMA, MIG_PG_RANK_DROP_SCHEMA},
    {"extension", MIG_PG_RANK_CREATE_SCHEMA, MIG_PG_RANK_DROP_SCHEMA},
    {"foreign-data wrapper", MIG_PG_RANK_CREATE_SCHEMA, MIG_PG_RANK_DROP_SCHEMA},
    {"foreign server", MIG_PG_RANK_CREATE_SCHEMA, MIG_PG_RANK_DROP_SCHEMA},
    {"collation", MIG_PG_RANK_CREATE_TYPE, MIG_PG_RANK_DROP_TYPE},
    {"enum", MIG_PG_RANK_CREATE_TYPE, MIG_PG_RANK_DROP_TYPE},
    {"domain", MIG_PG_RANK_CREATE_TYPE, MIG_PG_RANK_DROP_TYPE},
    {"composite type", MIG_PG_RANK_CREATE_TYPE, MIG_PG_RANK_DROP_TYPE},
    {"range type", MIG_PG_RANK_CREATE_TYPE, MIG_PG_RANK_DROP_TYPE},
    {"attribute", MIG_PG_RANK_ALTER, MIG_PG_RANK_DROP_COLUMN},
    {"sequence", MIG_PG_RANK_CREATE_SEQUENCE, MIG_PG_RANK_DROP_TABLE},
    {"table", MIG_PG_RANK_CREATE_TABLE, MIG_PG_RANK_DROP_TABLE},
    {"column", MIG_PG_RANK_ADD_COLUMN, MIG_PG_RANK_DROP_COLUMN},
    {"constraint", MIG_PG_RANK_ADD_CONSTRAINT, MIG_PG_RANK_DROP_KEY},
    {"index", MIG_PG_RANK_CREATE_INDEX, MIG_PG_RANK_DROP_KEY},
    {"statistics", MIG_PG_RANK_CREATE_INDEX, MIG_PG_RANK_DROP_KEY},
    {"function", MIG_PG_RANK_CREATE_FUNCTION, MIG_PG_RANK_DROP_FUNCTION},
    {"procedure", MIG_PG_RANK_CREATE_FUNCTION, MIG_PG_RANK_DROP_FUNCTION},
    {"aggregate", MIG_PG_RANK_CREATE_FUNCTION, MIG_PG_RANK_DROP_FUNCTION},
    {"view", MIG_PG_RANK_CREATE_VIEW, MIG_PG_RANK_DROP_VIEW},
    {"materialized view", MIG_PG_RANK_CREATE_VIEW, MIG_PG_RANK_DROP_VIEW},
    {"trigger", MIG_PG_RANK_CREATE_CODE, MIG_PG_RANK_DROP_CODE},
    {"rule", MIG_PG_RANK_CREATE_CODE, MIG_PG_RANK_DROP_CODE},
    {"policy", MIG_PG_RANK_CREATE_CODE, MIG_PG_RANK_DROP_CODE},
    {"event trigger", MIG_PG_RANK_LAST, MIG_PG_RANK_EARLY},
};

static int
rank_of(const MigObject *object, gboolean creating)
{
    if (creating && g_strcmp0(mig_object_get(object, "type"), "foreign key") == 0)
        return MIG_PG_RANK_ADD_FOREIGN_KEY;
    for (gsize i = 0; i < G_N_ELEMENTS(ranks); i++) {
        if (mig_object_is_kind(object, ranks[i].kind))
            return creating ? ranks[i].create : ranks[i].drop;
    }
    return MIG_PG_RANK_ALTER;
}

MigAction *
mig_pg_add_action(MigPgPlanner *planner, const char *verb, const MigObject *object, int rank)
{
    MigAction *action = mig_action_new("%s %s", verb, object->identity);

    action->rank = rank;
    action->rows_of = g_strdup(mig_object_root(object)->identity);
    g_ptr_array_add(planner->actions, action);
    g_hash_table_insert(planner->by_id, action->id, action);
    return action;
}

const MigObject *
mig_pg_carrier(const MigPgPlanner *planner, const MigObject *object)
{
    for (;;) {
        const MigObject *carrier = mig_pg_carried_by(planner, object);

        if (!carrier)
            return object;
        object = carrier;
    }
}

static void
add_drops(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const MigPgRule *rule = mig_pg_rule_of(planner, object);

        if (rule && mig_pg_planner_drops(planner, object) && !mig_pg_carried_by(planner, object))
            rule->drop(planner, object,
                       mig_pg_add_action(planner, "drop", object, rank_of(object, FALSE)));
    }
}

static void
add_creates(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const MigPgRule *rule = mig_pg_rule_of(planner, object);

        if (rule && mig_pg_planner_creates(planner, object) && !mig_pg_carried_by(planner, object))
            rule->create(planner, object,
                         mig_pg_add_action(planner, "create", object, rank_of(object, TRUE)));
    }
}

static void
add_alters(MigPgPlanner *planner)
{
    const GPtrArray *changes = planner->input->changes;

    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->kind != MIG_ALTERED || !mig_pg_change_of(planner, change->to))
            continue;
        const MigPgRule *rule = mig_pg_rule_of(planner, change->to);
        MigAction *action = mig_pg_add_action(planner, "alter", change->to, MIG_PG_RANK_ALTER);

        rule->alter(planner, change, action);
        if (action->own_transaction)
            action->rank = MIG_PG_RANK_EARLY;
    }
}

static MigAction *
find_action(const MigPgPlanner *planner, const char *verb, const MigObject *object)
{
    g_autofree char *id = g_strconcat(verb, " ", object->identity, NULL);

    return g_hash_table_lookup(planner->by_id, id);
}

/* The action in which an object of `from` lets go of what it depends on; NULL: it does not. */
static MigAction *
letting_go(const MigPgPlanner *planner, const MigObject *object, const MigObject *target)
{
    if (g_hash_table_contains(planner->defaults, object) && !mig_pg_is_of(object, target))
        return find_action(planner, "drop default", object);
    if (g_hash_table_contains(planner->detached, object) && mig_object_is_kind(target, "table"))
        return find_action(planner, "detach", object);
    if (object->parent && g_hash_table_contains(planner->detached, object->parent) &&
        !mig_pg_planner_drops(planner, object) &&
        mig_pg_inherited_from(planner, object) == target)
        return find_action(planner, "detach", object->parent);
    if (mig_pg_planner_drops(planner, object))
        return find_action(planner, "drop", mig_pg_carrier(planner, object));
    const MigChange *change = mig_pg_change_of(planner, object);

    return change && !mig_pg_depends(change->to, target->identity)
               ? find_action(planner, "alter", object)
               : NULL;
}

/* The action in which an object of `to` begins to depend on another. */
static MigAction *
taking_hold(const MigPgPlanner *planner, const MigObject *object, const MigObject *target)
{
    if (g_hash_table_contains(planner->defaults, object) && !mig_pg_is_of(object, target))
        return find_action(planner, "set default", object);
    if (g_hash_table_contains(planner->detached, object) && mig_object_is_kind(target, "table"))
        return find_action(planner, "attach", object);
    if (mig_pg_planner_creates(planner, object))
        return find_action(planner, "create", mig_pg_carrier(planner, object));
    return find_action(planner, "alter", object);
}

static void
need(MigAction *later, const MigAction *earlier)
{
    if (later && earlier && later != earlier)
        mig_action_need(later, "%s", earlier->id);
}

static void
prefer(MigAction *later, const MigAction *earlier)
{
    if (later && earlier && later != earlier)
        mig_action_prefer(later, "%s", earlier->id);
}

MigAction *
mig_pg_disturbing(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *cause = object ? g_hash_table_lookup(planner->disturbed, object) : NULL;

    return cause ? find_action(planner, "alter", cause) : NULL;
}

/* A key or index of a partition holds its parent's back only while both tables stay, and by itself: one
 * that goes with a column of a table that is detached has gone before. */
static gboolean
goes_with_parent(const MigPgPlanner *planner, const MigObject *object)
{
    if (g_hash_table_contains(planner->detached, object->parent) &&
        mig_object_is_kind(object, "constraint") && mig_pg_carrier(planner, object) != object)
        return TRUE;
    return !mig_object_is_kind(object, "column") && object->parent &&
           mig_pg_planner_drops(planner, object->parent);
}

/* What depends goes before what it depends on. */
static void
order_old(MigPgPlanner *planner, const MigObject *object, const MigObject *target)
{
    MigAction *action = letting_go(planner, object, target);

    if (!action ||
        (goes_with_parent(planner, object) && mig_pg_inherited_from(planner, object) == target))
        return;
    if (mig_pg_planner_drops(planner, target))
        need(find_action(planner, "drop", mig_pg_carrier(planner, target)), action);
    if (g_hash_table_contains(planner->referenced, target)) {
        if (g_hash_table_contains(planner->apart, object))
            need(find_action(planner, "detach", target), action);
        else
            prefer(find_action(planner, "detach", target), action);
    }
    need(mig_pg_disturbing(planner, target), action);
    if (g_hash_table_contains(planner->disturbed, target))
        need(find_action(planner, "alter", target), action);
    if (!g_hash_table_contains(planner->disturbed, target) && mig_pg_planner_drops(planner, object))
        prefer(find_action(planner, "alter", target), action);
}

/* A type whose attributes change is not used before they have. */
static void
need_attributes(const MigPgPlanner *planner, MigAction *action, const MigObject *type)
{
    for (guint i = 0; i < type->children->len; i++)
        need(action, find_action(planner, "alter", type->children->pdata[i]));
}

/* What depends comes behind what it depends on. */
static void
order_new(MigPgPlanner *planner, const MigObject *object, const MigObject *target)
{
    MigAction *action = taking_hold(planner, object, target);
    const MigObject *old = mig_pg_twin(planner, target);

    if (!action)
        return;
    if (mig_pg_planner_creates(planner, target)) {
        need(action, find_action(planner, "create", mig_pg_carrier(planner, target)));
        return;
    }
    MigAction *alter = find_action(planner, "alter", target);

    if (mig_pg_planner_creates(planner, object))
        need(action, alter);
    else
        prefer(action, alter);
    if (mig_pg_planner_creates(planner, object) && mig_object_is_kind(target, "composite type"))
        need_attributes(planner, action, target);
    need(action, mig_pg_disturbing(planner, old));
}

static void
order_all(MigPgPlanner *planner, const MigSchema *schema,
          void (*order)(MigPgPlanner *, const MigObject *, const MigObject *))
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const GPtrArray *targets = mig_pg_targets(planner, object);

        for (guint j = 0; j < targets->len; j++) {
            const MigObject *target = mig_schema_find(schema, targets->pdata[j]);

            if (target)
                order(planner, object, target);
        }
    }
}

static MigAction *
dropping(const MigPgPlanner *planner, const MigObject *object)
{
    return object && mig_pg_planner_drops(planner, object)
               ? find_action(planner, "drop", mig_pg_carrier(planner, object))
               : NULL;
}

static MigAction *
creating(const MigPgPlanner *planner, const MigObject *object)
{
    return object && mig_pg_planner_creates(planner, object)
               ? find_action(planner, "create", mig_pg_carrier(planner, object))
               : NULL;
}

/* A constraint that is not valid comes when all tables are there that are to have it so. */
static void
need_tables(const MigPgPlanner *planner, const MigObject *object)
{
    if (!mig_pg_comes_unvalidated(planner, object))
        return;
    MigAction *first = creating(planner, mig_pg_first_of_line(planner, object));

    need(first, creating(planner, object->parent));
    need(first, find_action(planner, "attach", object->parent));
}

/* What goes from a parent would go from a new heir too, or be left to it; and what is made like a parent
 * would have it. */
static void
need_parents_done(const MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *twin = mig_object_get(table, "inherits") ? mig_pg_twin(planner, table) : NULL;
    gboolean stays = twin && !mig_pg_planner_creates(planner, table);
    MigAction *action = stays ? find_action(planner, "alter", table) : creating(planner, table);
    gboolean follows =
        mig_object_get(table, "inherits") || mig_pg_is_made_like_parent(planner, table);

    for (guint i = 0; action && follows && i < table->depends->len; i++) {
        const char *identity = table->depends->pdata[i];
        const MigObject *parent = mig_schema_find(planner->input->from, identity);

        for (guint j = 0; parent && mig_object_is_kind(parent, "table") &&
                          !(stays && mig_pg_depends(twin, identity)) &&
                          !mig_pg_planner_drops(planner, parent) && j < parent->children->len;
             j++) {
            const MigObject *child = parent->children->pdata[j];

            if (mig_object_is_kind(child, "column") || mig_object_is_kind(child, "constraint"))
                need(action, dropping(planner, mig_pg_first_of_line(planner, child)));
        }
    }
}

/* What a parent gets is not for a table that leaves it. */
static void
need_heirs_gone(const MigPgPlanner *planner, const MigObject *heir)
{
    const MigObject *twin = mig_object_get(heir, "inherits") ? mig_pg_twin(planner, heir) : NULL;
    MigAction *alter = twin ? find_action(planner, "alter", heir) : NULL;

    for (guint i = 0; alter && i < heir->depends->len; i++) {
        const char *identity = heir->depends->pdata[i];
        const MigObject *parent = mig_schema_find(planner->input->to, identity);

        for (guint j = 0; parent && mig_object_is_kind(parent, "table") &&
                          !mig_pg_depends(twin, identity) && j < parent->children->len;
             j++) {
            const MigObject *child = parent->children->pdata[j];

            if (mig_object_is_kind(child, "column") || mig_object_is_kind(child, "constraint"))
                need(creating(planner, mig_pg_first_of_line(planner, child)), alter);
        }
    }
}

/* A check that is a table's own goes behind the like of a parent, which holds it. */
static void
need_parents_check_gone(const MigPgPlanner *planner, const MigObject *check, MigAction *action)
{
    const MigSchema *from = planner->input->from;
    const GPtrArray *parents =
        action && g_strcmp0(mig_object_get(check, "type"), "check") == 0 && check->parent &&
                mig_object_get(check->parent, "inherits") && !mig_object_get(check, "inherited")
            ? check->parent->depends
            : NULL;

    for (guint i = 0; parents && i < parents->len; i++) {
        const MigObject *parent = mig_schema_find(from, parents->pdata[i]);
        const MigObject *same =
            parent && mig_object_is_kind(parent, "table")
                ? mig_schema_lookup(from, "constraint", parent, mig_object_name(check))
                : NULL;

        if (same && !mig_pg_planner_drops(planner, check->parent))
            need(action, dropping(planner, same));
    }
}

/* Children with actions of their own go before their root and come behind it, those of partitions
 * before and behind those of their parents; what is made anew comes when the old one is gone. */
static void
order_families(MigPgPlanner *planner)
{
    const GPtrArray *old = mig_schema_objects(planner->input->from);
    const GPtrArray *new = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < old->len; i++) {
        const MigObject *object = old->pdata[i];
        MigAction *action = dropping(planner, object);

        need_heirs_gone(planner, object);
        need_parents_check_gone(planner, object, action);
        need(dropping(planner, object->parent), action);
        if (action && !goes_with_parent(planner, object))
            need(dropping(planner, mig_pg_inherited_from(planner, object)), action);
    }
    for (guint i = 0; i < new->len; i++) {
        const MigObject *object = new->pdata[i];
        MigAction *action = creating(planner, object);

        need_tables(planner, object);
        need_parents_done(planner, object);
        const MigObject *source = mig_pg_inherited_from(planner, object);

        /* What a table has already must be alike when a parent gets it. */
        if (!action && source && mig_object_is_kind(object, "column") &&
            !mig_pg_planner_creates(planner, source->parent))
            need(creating(planner, mig_pg_first_of_line(planner, source)),
                 find_action(planner, "alter", object));
        if (!action)
            continue;
        need(action, creating(planner, object->parent));
        if (object->parent && !mig_object_is_kind(object->parent, "table") &&
            !(mig_object_is_kind(object, "attribute") &&
              mig_pg_is_made_anew(planner, object->parent)))
            need(action, find_action(planner, "alter", object->parent));
        need(action, creating(planner, source));
        if (source)
            need(action, find_action(planner, "alter", source));
        need(action, dropping(planner, mig_pg_twin(planner, object)));
    }
}

void
mig_pg_make_actions(MigPgPlanner *planner)
{
    add_drops(planner);
    add_creates(planner);
    add_alters(planner);
    mig_pg_plan_types_anew(planner);
    mig_pg_plan_around(planner);
    order_all(planner, planner->input->from, order_old);
    order_all(planner, planner->input->to, order_new);
    order_families(planner);
    mig_pg_order_persistence(planner);
}
