/* Columns that tables inherit: ALTER COLUMN of a parent's reaches them all, which some are not to
 * follow. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* What such a statement passes on. */
static const char *const passed_on[] = {"default", "not-null", "statistics", "storage", NULL};

gboolean
mig_pg_has_parent(const MigObject *table, const char *identity)
{
    g_auto(GStrv) parents = mig_pg_lines(table, "inherits");

    return g_strcmp0(mig_pg_partitioned_by(table), identity) == 0 ||
           g_strv_contains((const char *const *)parents, identity);
}

gboolean
mig_pg_has_heirs(const MigSchema *schema, const MigObject *table)
{
    const GPtrArray *roots = mig_schema_roots(schema);

    for (guint i = 0; i < roots->len; i++) {
        if (mig_object_is_kind(roots->pdata[i], "table") &&
            mig_pg_has_parent(roots->pdata[i], table->identity))
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
mig_pg_followed(const MigPgPlanner *planner, const MigObject *column)
{
    const MigObject *old = mig_pg_twin(planner, column);
    GPtrArray *list = g_ptr_array_new();

    if (!old || mig_pg_planner_creates(planner, column) ||
        !mig_pg_follows_parent(planner, column) || !mig_object_get(old, "inherited"))
        return list;
    g_auto(GStrv) parents = mig_pg_lines(
        column->parent, mig_pg_partitioned_by(column->parent) ? "partition-of" : "inherits");

    for (char **identity = parents; *identity; identity++) {
        const MigObject *parent = mig_schema_find(planner->input->to, *identity);
        const MigObject *same = parent ? mig_schema_lookup(planner->input->to, "column", parent,
                                                           mig_object_name(column))
                                       : NULL;

        if (same && !mig_pg_planner_creates(planner, same) &&
            mig_pg_has_parent(old->parent, *identity))
            g_ptr_array_add(list, (gpointer)same);
    }
    return list;
}

gboolean
mig_pg_is_spelled_out(const MigPgPlanner *planner, const MigObject *column)
{
    const MigObject *source = mig_pg_inherited_from(planner, column);

    return source && mig_pg_planner_creates(planner, column->parent) &&
           mig_object_get(column->parent, "inherits") &&
           (mig_object_get(column, "identity") ||
            g_strcmp0(mig_object_get(column, "generated"), mig_object_get(source, "generated")) !=
                0);
}

/* What a column has when its own statements begin, unless a parent's came before. */
static const char *
value_before(const MigPgPlanner *planner, const MigObject *column, const char *attribute)
{
    const MigObject *old = mig_pg_twin(planner, column);
    const MigChange *change = mig_pg_change_of(planner, column);

    if (change && strcmp(attribute, "default") == 0 && mig_pg_moves_default(change))
        return NULL;
    if (change && strcmp(attribute, "storage") == 0 &&
        (mig_pg_changes(change, "type") || mig_pg_changes(change, "collation")))
        return NULL;
    return old ? mig_object_get(old, attribute) : NULL;
}

/* Whether a column loses NOT NULL that one that inherits it keeps, which a key may ask for. */
static gboolean
is_not_null_below(const MigPgPlanner *planner, const MigObject *column)
{
    const MigObject *old = mig_pg_twin(planner, column);
    const GPtrArray *users =
        old ? g_hash_table_lookup(planner->dependents, old->identity) : NULL;

    for (guint i = 0; users && i < users->len; i++) {
        const MigObject *heir = users->pdata[i];
        const MigObject *twin =
            mig_pg_inherited_from(planner, heir) == old ? mig_pg_twin(planner, heir) : NULL;

        if (twin && !mig_pg_planner_creates(planner, twin) &&
            (mig_object_get(twin, "not-null") || is_not_null_below(planner, twin)))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_changes_alone(const MigPgPlanner *planner, const MigObject *column, const char *attribute)
{
    return strcmp(attribute, "not-null") == 0 && !mig_object_get(column, "not-null") &&
           !mig_object_get(column->parent, "partition-key") && is_not_null_below(planner, column);
}

/* Whether a column is to change from what it has before any parent's statement comes down to it. */
static gboolean
differs_by_itself(const MigPgPlanner *planner, const MigObject *column, const char *attribute)
{
    return g_strcmp0(value_before(planner, column, attribute),
                     mig_object_get(column, attribute)) != 0;
}

/* Whether its default is set by an action of its own. */
static gboolean
is_set_apart(const MigPgPlanner *planner, const MigObject *column, const char *attribute)
{
    return strcmp(attribute, "default") == 0 && g_hash_table_contains(planner->defaults, column);
}

/* Whether statements for columns that this one follows come down to it; *ret_other: one leaves another
 * value than its own. What comes down over several levels ends with the value of the last, which has a
 * statement of its own where another came. */
static gboolean
is_reached(const MigPgPlanner *planner, const MigObject *column, const char *attribute,
           gboolean *ret_other)
{
    g_autoptr(GPtrArray) sources = mig_pg_followed(planner, column);
    gboolean reached = FALSE;

    *ret_other = FALSE;
    for (guint i = 0; i < sources->len; i++) {
        const MigObject *source = sources->pdata[i];
        gboolean other;

        if (!is_reached(planner, source, attribute, &other) &&
            (is_set_apart(planner, source, attribute) ||
             !differs_by_itself(planner, source, attribute) ||
             mig_pg_changes_alone(planner, source, attribute)))
            continue;
        reached = TRUE;
        *ret_other |= g_strcmp0(mig_object_get(source, attribute),
                                mig_object_get(column, attribute)) != 0;
    }
    return reached;
}

gboolean
mig_pg_sets(const MigPgPlanner *planner, const MigObject *column, const char *attribute)
{
    gboolean other;

    if (is_set_apart(planner, column, attribute))
        return FALSE;
    if (is_reached(planner, column, attribute, &other))
        return other;
    return differs_by_itself(planner, column, attribute);
}

void
mig_pg_need_followed(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    static const char *const verbs[] = {"alter", "keep", "prove", NULL};
    g_autoptr(GPtrArray) sources = mig_pg_followed(planner, column);

    for (guint i = 0; i < sources->len; i++) {
        const MigObject *source = sources->pdata[i];

        for (gsize j = 0; verbs[j]; j++)
            mig_action_need(action, "%s %s", verbs[j], source->identity);
        mig_pg_need_followed(planner, source, action);
    }
}

void
mig_pg_need_heirs_gone(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, column->identity);

    for (guint i = 0; users && i < users->len; i++) {
        const MigObject *heir = users->pdata[i];

        if (!mig_pg_is_table_part(heir, "column") || mig_pg_inherited_from(planner, heir) != column)
            continue;
        if (mig_pg_planner_drops(planner, heir->parent))
            mig_action_need(action, "drop %s", heir->parent->identity);
        else if (mig_pg_is_left_behind(planner, heir))
            mig_action_need(action, "alter %s", heir->parent->identity);
        else
            mig_pg_need_heirs_gone(planner, heir, action);
    }
}

/* The column whose end is that of this one, too: the first parent's, unless a table on the way
 * leaves its parent. */
static const MigObject *
ends_with(const MigPgPlanner *planner, const MigObject *column)
{
    const MigObject *parent;

    while (!mig_pg_is_left_behind(planner, column) &&
           (parent = mig_pg_inherited_from(planner, column)))
        column = parent;
    return column;
}

void
mig_pg_need_parent_gone(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const MigObject *source = mig_pg_inherited_from(planner, column);

    if (mig_pg_is_left_behind(planner, column))
        mig_action_need(action, "alter %s", column->parent->identity);
    else if (source && mig_pg_planner_drops(planner, source) &&
             !mig_pg_planner_drops(planner, source->parent))
        mig_action_need(action, "drop %s", ends_with(planner, source)->identity);
}

gboolean
mig_pg_has_default_below(const MigPgPlanner *planner, const MigObject *column)
{
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, column->identity);

    for (guint i = 0; users && i < users->len; i++) {
        const MigObject *heir = users->pdata[i];

        if (mig_pg_is_table_part(heir, "column") &&
            mig_pg_inherited_from(planner, heir) == column &&
            !mig_pg_planner_drops(planner, heir) &&
            ((mig_object_get(heir, "default") &&
              !g_hash_table_contains(planner->defaults, heir)) ||
             mig_pg_has_default_below(planner, heir)))
            return TRUE;
    }
    return FALSE;
}

/* An inherited constraint that PostgreSQL builds anew with a column of the parent loses its comment. */
static void
keep_comment(MigPgPlanner *planner, const MigObject *constraint)
{
    const MigObject *old = mig_pg_twin(planner, constraint);
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    g_autofree char *what = g_strdup_printf("CONSTRAINT %s ON %s", name, table);
    const MigAction *cause = old ? mig_pg_disturbing(planner, old) : NULL;

    if (!cause || !mig_object_get(constraint, "inherited") ||
        !mig_object_get(constraint, "comment") || mig_pg_planner_creates(planner, constraint))
        return;
    MigAction *action = mig_pg_add_action(planner, "keep", constraint, MIG_PG_RANK_ALTER);

    mig_pg_add_comment(action, constraint, what);
    mig_action_need(action, "%s", cause->id);
}

void
mig_pg_plan_heirs(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *column = objects->pdata[i];
        gboolean keeps = FALSE;

        if (mig_pg_is_table_part(column, "constraint"))
            keep_comment(planner, column);
        if (!mig_pg_is_table_part(column, "column") || !mig_object_get(column, "inherited") ||
            !mig_pg_twin(planner, column) || mig_pg_planner_creates(planner, column) ||
            mig_pg_change_of(planner, column))
            continue;
        for (gsize j = 0; passed_on[j]; j++)
            keeps |= mig_pg_sets(planner, column, passed_on[j]);
        if (!keeps)
            continue;
        MigAction *action = mig_pg_add_action(planner, "keep", column, MIG_PG_RANK_ALTER);

        mig_pg_keep_column(planner, column, action);
        mig_pg_need_followed(planner, column, action);
    }
}
