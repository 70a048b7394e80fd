/* Typed tables. Neither their columns nor the attributes of their type can come, go or change while
 * a table is of the type: it is let go of first, and taken again behind. */
#include "dialects/postgresql/pg_plan_table.h"

static void
add_action(const MigPgPlanner *planner, const char *verb, const MigObject *object, GPtrArray *list)
{
    g_autofree char *id = g_strconcat(verb, " ", object->identity, NULL);
    MigAction *action = g_hash_table_lookup(planner->by_id, id);

    if (action)
        g_ptr_array_add(list, action);
}

/* Adds what makes and drops an object itself, or gives it another type. */
static void
add_own(const MigPgPlanner *planner, const MigObject *object, GPtrArray *list)
{
    const MigObject *old = mig_schema_find(planner->input->from, object->identity);
    const MigChange *change = mig_pg_change_of(planner, object);
    MigAction *cause = mig_pg_disturbing(planner, old);

    add_action(planner, "create", object, list);
    add_action(planner, "drop", object, list);
    if (change && (mig_pg_changes(change, "type") || mig_pg_changes(change, "collation")))
        add_action(planner, "alter", object, list);
    if (cause)
        g_ptr_array_add(list, cause);
}

static void
add_parts(const MigPgPlanner *planner, const MigObject *root, GPtrArray *list)
{
    for (guint i = 0; i < root->children->len; i++) {
        const MigObject *part = root->children->pdata[i];

        if (mig_object_is_kind(part, "column") || mig_object_is_kind(part, "attribute"))
            add_own(planner, part, list);
    }
}

/* Adds what changes the columns of a table of one state, and the type that it is of. */
static void
add_all(const MigPgPlanner *planner, const MigSchema *schema, const MigObject *table,
        GPtrArray *list)
{
    add_parts(planner, table, list);
    for (guint i = 0; mig_object_get(table, "of-type") && i < table->depends->len; i++) {
        const MigObject *type = mig_schema_find(schema, table->depends->pdata[i]);

        if (!type || !mig_object_is_kind(type, "composite type"))
            continue;
        add_own(planner, type, list);
        add_parts(planner, type, list);
    }
}

static void
plan_typed(MigPgPlanner *planner, const MigObject *old, const MigObject *new)
{
    const char *before = mig_object_get(old, "of-type"), *after = mig_object_get(new, "of-type");
    g_autofree char *alter = mig_pg_alter_table(planner, new);
    g_autoptr(GPtrArray) between = g_ptr_array_new();

    add_all(planner, planner->input->from, old, between);
    add_all(planner, planner->input->to, new, between);
    if (between->len == 0 && g_strcmp0(before, after) == 0)
        return;
    MigAction *loose =
        before ? mig_pg_add_action(planner, "untie", new, MIG_PG_RANK_DROP_KEY) : NULL;
    MigAction *bind =
        after ? mig_pg_add_action(planner, "tie", new, MIG_PG_RANK_FINISH_TABLE) : NULL;

    if (loose)
        mig_action_sql(loose, "%s NOT OF", alter);
    if (bind)
        mig_action_sql(bind, "%s OF %s", alter, after);
    if (loose && bind)
        mig_action_need(bind, "%s", loose->id);
    for (guint i = 0; i < between->len; i++) {
        MigAction *action = between->pdata[i];

        if (loose)
            mig_action_need(action, "%s", loose->id);
        if (bind)
            mig_action_need(bind, "%s", action->id);
    }
}

void
mig_pg_plan_typed_tables(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *table = roots->pdata[i];
        const MigObject *old =
            mig_object_is_kind(table, "table") ? mig_pg_twin(planner, table) : NULL;

        if (old && !mig_pg_planner_drops(planner, old) &&
            (mig_object_get(old, "of-type") || mig_object_get(table, "of-type")))
            plan_typed(planner, old, table);
    }
}
