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

/* Whether a statement of its own must attach it: else the making of the parent's index does, or,
 * where that stands before, the table's joining its parent. */
static gboolean
must_attach(const MigPgPlanner *planner, const MigObject *index)
{
    const MigObject *parent = mig_pg_inherited_from(planner, index);

    if (!parent)
        return FALSE;
    return mig_pg_planner_creates(planner, parent)
               ? mig_pg_index_stands_alone(planner, parent)
               : !g_hash_table_contains(planner->detached, index->parent);
}

/* Indexes of partitioned tables hold no rows, and cannot be built or dropped concurrently. */
static gboolean
is_concurrent(const MigPgPlanner *planner, const MigObject *index)
{
    return mig_pg_is_online(planner, index) && !mig_object_get(index->parent, "partition-key");
}

/* A partition that is attached gives its indexes to those of its parent in the order in which these
 * were made, and tells a unique one from a key over the same columns by nothing: keys come first.
 */
static void
need_keys(const MigObject *index, MigAction *action)
{
    const MigObject *table = index->parent;

    if (!mig_object_get(index, "unique") || !mig_object_get(table, "partition-key"))
        return;
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_object_is_kind(child, "constraint") && mig_pg_is_relation(child))
            mig_action_need(action, "create %s", child->identity);
    }
}

static void
create_index(MigPgPlanner *planner, const MigObject *index, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, index);
    g_autofree char *own = mig_pg_name(mig_object_name(index));
    g_autofree char *name = index_name(planner, index);
    g_autofree char *what = g_strconcat("INDEX ", name, NULL);

    need_keys(index, action);
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
        if (must_attach(planner, index))
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
    if (mig_object_get(index, "attached-to"))
        mig_action_need(action, "detach %s", index->parent->identity);
    if (is_concurrent(planner, index) && !mig_object_get(index, "attached-to")) {
        action->transaction_off = TRUE;
        mig_action_sql(action, "DROP INDEX CONCURRENTLY %s", name);
        return;
    }
    mig_action_sql(action, "DROP INDEX %s", name);
    mig_pg_hazard(action, "PG002", "takes ACCESS EXCLUSIVE on table %s for a moment", table);
}

static gboolean
can_alter_index(MigPgPlanner *planner, const MigChange *change)
{
    if (mig_pg_changes(change, "definition") || mig_pg_changes(change, "unique") ||
        mig_pg_changes(change, "invalid"))
        return FALSE;
    if (!mig_pg_changes(change, "attached-to") || !mig_object_get(change->from, "attached-to"))
        return TRUE;
    return !mig_object_get(change->to, "attached-to") && !mig_pg_keeps_parents(change);
}

static void
alter_index(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = index_name(planner, change->to);
    g_autofree char *what = g_strconcat("INDEX ", name, NULL);

    if (mig_pg_changes(change, "attached-to") && must_attach(planner, change->to)) {
        attach(planner, change->to, name, action);
        mig_action_need(action, "create %s", mig_object_get(change->to, "attached-to"));
        mig_action_need(action, "attach %s", change->to->parent->identity);
    }
    set_statistics(name, mig_object_get(change->from, "statistics"),
                   mig_object_get(change->to, "statistics"), action);
    mig_pg_alter_comment(action, change, what);
}

/* The actions that change columns of an index of `from` so that PostgreSQL builds it anew. */
static GPtrArray *
rebuilding(const MigPgPlanner *planner, const MigObject *index)
{
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < index->depends->len; i++) {
        const MigObject *column = mig_schema_find(planner->input->from, index->depends->pdata[i]);
        MigAction *action = mig_pg_disturbing(planner, column);

        if (action && mig_object_is_kind(column, "column"))
            g_ptr_array_add(list, action);
    }
    return list;
}

/* Whether building it anew may give an index of a partition the parent's comment. */
static gboolean
takes_comment(const MigPgPlanner *planner, const MigObject *index)
{
    const MigObject *parent = mig_pg_inherited_from(planner, index);
    const MigObject *old = parent ? mig_pg_twin(planner, parent) : NULL;

    return parent && (mig_object_get(parent, "comment") || (old && mig_object_get(old, "comment")));
}

static void
plan_rebuilt(MigPgPlanner *planner, const MigObject *index, const GPtrArray *rebuilt_by)
{
    const char *statistics = mig_object_get(index, "statistics");
    gboolean resets_comment = takes_comment(planner, index);

    if (!statistics && !resets_comment)
        return;
    g_autofree char *name = index_name(planner, index);
    g_autofree char *what = g_strconcat("INDEX ", name, NULL);
    MigAction *action = mig_pg_add_action(planner, "finish", index, MIG_PG_RANK_FINISH_TABLE);

    for (guint i = 0; i < rebuilt_by->len; i++)
        mig_action_need(action, "%s", ((const MigAction *)rebuilt_by->pdata[i])->id);
    mig_action_need(action, "alter %s", index->identity);
    set_statistics(name, NULL, statistics, action);
    if (resets_comment)
        mig_pg_set_comment(action, what, mig_object_get(index, "comment"));
}

void
mig_pg_plan_rebuilt_indexes(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *index = objects->pdata[i];
        const MigObject *old =
            mig_object_is_kind(index, "index") ? mig_pg_twin(planner, index) : NULL;

        if (!old || mig_pg_planner_drops(planner, old))
            continue;
        g_autoptr(GPtrArray) rebuilt_by = rebuilding(planner, old);

        if (rebuilt_by->len > 0)
            plan_rebuilt(planner, index, rebuilt_by);
    }
}

const MigPgRule mig_pg_rule_index = {
    "index", create_index, drop_index, can_alter_index, alter_index, NULL,
};
