/* The plan slot: changes into actions.
 *
 * SQLite has one name space for tables, views and indexes and one for triggers, and checks little
 * when an object is made: only names must be free and an index's or trigger's table be there. What
 * needs care is the text of other objects: with legacy_alter_table on, renaming a table follows no
 * references, so that views, triggers and foreign keys keep saying what they said. */
#include "core/order.h"
#include "dialects/sqlite/sqlite_driver.h"
#include "dialects/sqlite/sqlite_introspect.h"
#include "dialects/sqlite/sqlite_plan.h"
#include "dialects/sqlite/sqlite_planner.h"

#include <sqlite3.h>
#include <string.h>

static void
table_change_free(gpointer data)
{
    MigSqliteTableChange *change = data;

    g_ptr_array_unref(change->changes);
    mig_sqlite_table_free(change->old);
    mig_sqlite_table_free(change->new);
    g_free(change);
}

static gboolean
has_code(const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        if (mig_object_is_kind(objects->pdata[i], "view") ||
            mig_object_is_kind(objects->pdata[i], "trigger"))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_table_part(const MigChange *change)
{
    const MigObject *object = change->to ? change->to : change->from;

    return mig_object_is_kind(object, "column") || mig_object_is_kind(object, "constraint") ||
           (mig_object_is_kind(object, "table") && change->kind == MIG_ALTERED);
}

static const MigObject *
table_of(const MigObject *object)
{
    return object && object->parent ? object->parent : object;
}

static MigSqliteTableChange *
table_change(MigSqlitePlanner *planner, const MigChange *part, GError **error)
{
    const MigObject *any = table_of(part->to ? part->to : part->from);
    MigSqliteTableChange *last =
        planner->tables->len > 0 ? planner->tables->pdata[planner->tables->len - 1] : NULL;

    if (last && strcmp(last->to->identity, any->identity) == 0)
        return last;
    MigSqliteTableChange *change = g_new0(MigSqliteTableChange, 1);

    g_ptr_array_add(planner->tables, change);
    change->planner = planner;
    change->changes = g_ptr_array_new();
    change->from = mig_schema_find(planner->input->from, any->identity);
    change->to = mig_schema_find(planner->input->to, any->identity);
    change->old_sql = mig_object_get(change->from, "sql");
    change->new_sql = mig_object_get(change->to, "sql");
    change->old = mig_sqlite_table_parse(change->old_sql, error);
    change->new = change->old ? mig_sqlite_table_parse(change->new_sql, error) : NULL;
    return change->new ? change : NULL;
}

/* Groups what changes in tables, and decides how each is to be changed. */
static gboolean
collect_tables(MigSqlitePlanner *planner, GError **error)
{
    const GPtrArray *changes = planner->input->changes;
    int version = sqlite3_libversion_number();

    for (guint i = 0; i < changes->len; i++) {
        MigSqliteTableChange *change;

        if (!is_table_part(changes->pdata[i]))
            continue;
        change = table_change(planner, changes->pdata[i], error);
        if (!change)
            return FALSE;
        g_ptr_array_add(change->changes, changes->pdata[i]);
    }
    for (guint i = 0; i < planner->tables->len; i++) {
        MigSqliteTableChange *change = planner->tables->pdata[i];

        change->rebuild = !mig_sqlite_alter_is_native(change, version, planner->drops);
        change->self_qualified =
            mig_sqlite_is_self_qualified(change->new_sql, mig_object_name(change->to));
        planner->legacy |= change->rebuild && !change->self_qualified;
    }
    return TRUE;
}

static gboolean
plan_tables(MigSqlitePlanner *planner, GError **error)
{
    planner->drops = FALSE;
    for (guint i = 0; i < planner->tables->len; i++) {
        const MigSqliteTableChange *change = planner->tables->pdata[i];
        MigAction *action = change->rebuild ? mig_sqlite_rebuild_action(change, error)
                                            : mig_sqlite_alter_action(change, &planner->drops);

        if (!action)
            return FALSE;
        action->rank = MIG_SQLITE_RANK_ALTER_TABLE;
        action->rows_of = g_strdup(change->to->identity);
        mig_action_need(action, "legacy on");
        g_ptr_array_add(planner->actions, action);
    }
    return TRUE;
}

static void
plan_legacy(MigSqlitePlanner *planner)
{
    if (!planner->legacy)
        return;
    MigAction *on = mig_action_new("legacy on"), *off = mig_action_new("legacy off");

    on->rank = MIG_SQLITE_RANK_LEGACY_ON;
    off->rank = MIG_SQLITE_RANK_LEGACY_OFF;
    mig_action_sql(on, "PRAGMA legacy_alter_table = ON");
    mig_action_sql(off, "PRAGMA legacy_alter_table = OFF");
    for (guint i = 0; i < planner->tables->len; i++) {
        const MigSqliteTableChange *change = planner->tables->pdata[i];

        mig_action_need(off, "alter %s", change->to->identity);
    }
    g_ptr_array_add(planner->actions, on);
    g_ptr_array_add(planner->actions, off);
}

static gboolean
plan_changes(MigSqlitePlanner *planner, GError **error)
{
    const GPtrArray *changes = planner->input->changes;

    if (!collect_tables(planner, error))
        return FALSE;
    for (guint i = 0; i < changes->len; i++) {
        if (!is_table_part(changes->pdata[i]))
            mig_sqlite_plan_object(planner, changes->pdata[i]);
    }
    if (!plan_tables(planner, error))
        return FALSE;
    plan_legacy(planner);
    mig_sqlite_plan_names(planner);
    return TRUE;
}

static void
collect_names(GHashTable *names, const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (!object->parent || mig_object_is_kind(object, "index"))
            g_hash_table_add(names, g_ascii_strdown(mig_object_name(object), -1));
    }
}

static GPtrArray *
plan(const MigPlanInput *input, gboolean *drops, GError **error)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(table_change_free);
    g_autoptr(GPtrArray) created = g_ptr_array_new(), creators = g_ptr_array_new();
    g_autoptr(GHashTable) freed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) changed = g_hash_table_new(NULL, NULL);
    MigSqlitePlanner planner = {.input = input,
                                .actions = actions,
                                .tables = tables,
                                .freed = freed,
                                .changed = changed,
                                .names = names,
                                .created = created,
                                .creators = creators,
                                .drops = *drops};

    collect_names(names, input->from);
    collect_names(names, input->to);
    for (guint i = 0; i < input->changes->len; i++)
        g_hash_table_add(changed, (gpointer)((MigChange *)input->changes->pdata[i])->to);
    if (!plan_changes(&planner, error))
        return NULL;
    *drops = planner.drops;
    return mig_order_actions(g_steal_pointer(&actions), error);
}

static gboolean
run_actions(MigConnection *scratch, const MigSchema *from, const GPtrArray *actions)
{
    g_autofree char *dump = mig_sqlite_dump(from);

    if (!mig_sqlite_execute(scratch, dump, strlen(dump), NULL, NULL))
        return FALSE;
    for (guint i = 0; i < actions->len; i++) {
        const MigAction *action = actions->pdata[i];

        for (guint j = 0; j < action->statements->len; j++) {
            const char *sql = action->statements->pdata[j];

            if (!mig_sqlite_execute(scratch, sql, strlen(sql), NULL, NULL))
                return FALSE;
        }
    }
    return TRUE;
}

/* DROP COLUMN looks at every view and trigger of the database and fails when one is broken, which
 * only SQLite can tell. */
static gboolean
works(const MigSchema *from, const GPtrArray *actions)
{
    MigConnection *scratch = mig_sqlite_open_scratch(NULL, NULL, NULL);
    gboolean done = scratch && run_actions(scratch, from, actions);

    mig_sqlite_close(scratch);
    return done;
}

GPtrArray *
mig_sqlite_plan(const MigPlanInput *input, GError **error)
{
    if (input->changes->len > 0 && ((MigChange *)input->changes->pdata[0])->kind == MIG_RENAMED)
        return mig_sqlite_plan_renames(input);
    gboolean drops = TRUE;
    g_autoptr(GPtrArray) actions = plan(input, &drops, error);

    if (!actions || !drops || !has_code(input->from) || works(input->from, actions))
        return g_steal_pointer(&actions);
    drops = FALSE;
    return plan(input, &drops, error);
}
