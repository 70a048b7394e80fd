/* The rule for indexes that belong to no constraint. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

static char *
index_name(const MigPgPlanner *planner, const MigObject *index)
{
    return mig_pg_name_beside(planner, index, mig_object_name(index));
}

/* "1=100, 2=500" */
static void
set_statistics(const char *name, const char *old, const char *new, MigAction *action)
{
    g_auto(GStrv) before = g_strsplit(old ? old : "", ", ", -1);
    g_auto(GStrv) after = g_strsplit(new ? new : "", ", ", -1);

    for (char **one = before; *one; one++) {
        g_auto(GStrv) pair = g_strsplit(*one, "=", 2);
        g_autofree char *prefix = g_strconcat(pair[0], "=", NULL);
        gboolean kept = FALSE;

        for (char **other = after; *other; other++)
            kept |= g_str_has_prefix(*other, prefix);
        if (!kept)
            mig_action_sql(action, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1", name,
                           pair[0]);
    }
    for (char **one = after; *one; one++) {
        g_auto(GStrv) pair = g_strsplit(*one, "=", 2);

        if (!g_strv_contains((const char *const *)before, *one))
            mig_action_sql(action, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s", name,
                           pair[0], pair[1]);
    }
}

static void
attach(const MigPgPlanner *planner, const MigObject *index, const char *name, MigAction *action)
{
    const MigObject *parent =
        mig_schema_find(planner->input->to, mig_object_get(index, "attached-to"));

    if (!parent)
        return;
    g_autofree char *parent_name = index_name(planner, parent);

    mig_action_sql(action, "ALTER INDEX %s ATTACH PARTITION %s", parent_name, name);
}

/* Whether the parent's index stands before the table joins its parent, which attaches this one. */
static gboolean
is_attached_with_table(const MigPgPlanner *planner, const MigObject *index)
{
    const MigObject *parent = mig_pg_inherited_from(planner, index);

    return g_hash_table_contains(planner->detached, index->parent) &&
           !mig_pg_planner_creates(planner, parent);
}

/* Indexes of partitioned tables hold no rows, and cannot be built or dropped concurrently. */
static gboolean
is_concurrent(const MigPgPlanner *planner, const MigObject *index)
{
    return mig_pg_is_online(planner, index) && !mig_object_get(index->parent, "partition-key");
}

static void
create_index(MigPgPlanner *planner, const MigObject *index, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, index);
    g_autofree char *own = mig_pg_name(mig_object_name(index));
    g_autofree char *name = index_name(planner, index);
    g_autofree char *what = g_strconcat("INDEX ", name, NULL);

    if (!mig_pg_comes_with_parent(planner, index)) {
        action->transaction_off = is_concurrent(planner, index);
        mig_action_sql(action, "CREATE %sINDEX %s%s ON %s%s %s",
                       mig_object_get(index, "unique") ? "UNIQUE " : "",
                       action->transaction_off ? "CONCURRENTLY " : "", own,
                       mig_object_get(index, "only") || mig_pg_index_stands_alone(planner, index)
                           ? "ONLY "
                           : "",
                       table, mig_object_get(index, "definition"));
        mig_pg_hazards_of_index(planner, index, action);
        if (mig_object_get(index, "attached-to") && !is_attached_with_table(planner, index))
            attach(planner, index, name, action);
    }
    set_statistics(name, NULL, mig_object_get(index, "statistics"), action);
    mig_pg_add_comment(action, index, what);
}

static void
drop_index(MigPgPlanner *planner, const MigObject *index, MigAction *action)
{
    g_autofree char *name = index_name(planner, index);
    g_autofree char *table = mig_pg_qualified(planner->input->from, index);

    if (mig_object_get(index, "attached-to") &&
        !g_hash_table_contains(planner->detached, index->parent))
        return;
    if (is_concurrent(planner, index) && !mig_object_get(index, "attached-to")) {
        action->transaction_off = TRUE;
        mig_action_sql(action, "DROP INDEX CONCURRENTLY %s", name);
        return;
    }
    mig_action_sql(action, "DROP INDEX %s", name);
    mig_action_hazard(action, "blocks-writes", "takes ACCESS EXCLUSIVE on table %s for a moment",
                      table);
}

static gboolean
can_alter_index(MigPgPlanner *planner, const MigChange *change)
{
    if (mig_pg_changes(change, "definition") || mig_pg_changes(change, "unique") ||
        mig_pg_changes(change, "invalid"))
        return FALSE;
    return !mig_pg_changes(change, "attached-to") || !mig_object_get(change->from, "attached-to") ||
           !mig_object_get(change->to, "attached-to");
}

static void
alter_index(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = index_name(planner, change->to);
    g_autofree char *what = g_strconcat("INDEX ", name, NULL);

    if (mig_pg_changes(change, "attached-to") && mig_object_get(change->to, "attached-to") &&
        !is_attached_with_table(planner, change->to))
        attach(planner, change->to, name, action);
    set_statistics(name, mig_object_get(change->from, "statistics"),
                   mig_object_get(change->to, "statistics"), action);
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_index = {
    "index", create_index, drop_index, can_alter_index, alter_index, NULL,
};
