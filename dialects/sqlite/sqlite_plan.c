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
#include "dialects/sqlite/sqlite_reader.h"

#include <sqlite3.h>
#include <string.h>

typedef struct {
    const MigPlanInput *input;
    GPtrArray *actions;
    GPtrArray *tables;   /* of MigSqliteTableChange*, in the order of the changes */
    GHashTable *freed;   /* name_key() → id of the action that makes the name free */
    GPtrArray *created;  /* of MigObject*, beside… */
    GPtrArray *creators; /* … the actions that make them */
    gboolean legacy;     /* legacy_alter_table must be on */
    gboolean drops;      /* DROP COLUMN may be used; after planning: it is */
} Planner;

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
is_kind(const MigObject *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

/* What must be unique: a lower-case name in its name space. */
static char *
name_key(const MigObject *object)
{
    g_autofree char *name = g_ascii_strdown(mig_object_name(object), -1);

    return g_strconcat(is_kind(object, "trigger") ? "trigger " : "", name, NULL);
}

/* Dropping an object makes its name free, and those of its indexes and triggers unless they are
 * dropped before it. */
static void
free_names(Planner *planner, const MigObject *object, const char *id)
{
    g_hash_table_insert(planner->freed, name_key(object), g_strdup(id));
    for (guint i = 0; i < object->children->len; i++) {
        const MigObject *child = object->children->pdata[i];
        g_autofree char *key = name_key(child);

        if ((is_kind(child, "index") || is_kind(child, "trigger")) &&
            !g_hash_table_contains(planner->freed, key))
            g_hash_table_insert(planner->freed, g_steal_pointer(&key), g_strdup(id));
    }
}

static MigAction *
drop_action(Planner *planner, const MigObject *object, int rank)
{
    MigAction *action = mig_action_new("drop %s", object->identity);
    g_autofree char *name = mig_sqlite_name(mig_object_name(object));
    g_autofree char *kind =
        is_kind(object, "virtual table") ? g_strdup("TABLE") : g_ascii_strup(object->kind, -1);

    action->rank = rank;
    mig_action_sql(action, "DROP %s %s", kind, name);
    free_names(planner, object, action->id);
    g_ptr_array_add(planner->actions, action);
    return action;
}

static MigAction *
create_action(Planner *planner, const MigObject *object, int rank)
{
    MigAction *action = mig_action_new("create %s", object->identity);

    action->rank = rank;
    mig_action_sql(action, "%s", mig_object_get(object, "sql"));
    if (object->parent) {
        mig_action_need(action, "create %s", object->parent->identity);
        mig_action_need(action, "alter %s", object->parent->identity);
    }
    g_ptr_array_add(planner->actions, action);
    g_ptr_array_add(planner->created, (gpointer)object);
    g_ptr_array_add(planner->creators, action);
    return action;
}

/* Whether a table has a foreign key to the other. */
static gboolean
refers_to(const MigObject *table, const MigObject *parent)
{
    g_autofree char *name = mig_sqlite_spell_name(mig_object_name(parent));

    for (guint i = 0; table != parent && i < table->children->len; i++) {
        if (g_strcmp0(mig_object_get(table->children->pdata[i], "references"), name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Tables of a kind of change that have foreign keys to a table (or the other way round). */
static void
prefer_relatives(Planner *planner, MigAction *action, const MigObject *table, MigChangeKind kind)
{
    const GPtrArray *changes = planner->input->changes;

    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->kind != kind)
            continue;
        if (kind == MIG_ADDED && is_kind(change->to, "table") && refers_to(table, change->to))
            mig_action_prefer(action, "create %s", change->to->identity);
        if (kind == MIG_DROPPED && is_kind(change->from, "table") && refers_to(change->from, table))
            mig_action_prefer(action, "drop %s", change->from->identity);
    }
}

static void
drop_table(Planner *planner, const MigObject *table)
{
    MigAction *action = drop_action(planner, table, MIG_SQLITE_RANK_DROP_TABLE);
    g_autofree char *name = mig_sqlite_name(mig_object_name(table));

    mig_action_hazard(action, "data-loss", "drops table %s", name);
    prefer_relatives(planner, action, table, MIG_DROPPED);
}

static void
drop_view(Planner *planner, const MigObject *view)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->from);
    MigAction *action = drop_action(planner, view, MIG_SQLITE_RANK_DROP_VIEW);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *other = roots->pdata[i];

        for (guint j = 0; other != view && j < other->depends->len; j++) {
            if (strcmp(other->depends->pdata[j], view->identity) == 0)
                mig_action_prefer(action, "drop %s", other->identity);
        }
    }
}

static void
create_view(Planner *planner, const MigObject *view)
{
    MigAction *action = create_action(planner, view, MIG_SQLITE_RANK_CREATE_VIEW);

    for (guint i = 0; i < view->depends->len; i++)
        mig_action_prefer(action, "create %s", (char *)view->depends->pdata[i]);
}

static void
drop_object(Planner *planner, const MigObject *object)
{
    if (is_kind(object, "table")) {
        drop_table(planner, object);
    } else if (is_kind(object, "virtual table")) {
        MigAction *action = drop_action(planner, object, MIG_SQLITE_RANK_DROP_VIEW);
        g_autofree char *name = mig_sqlite_name(mig_object_name(object));

        mig_action_hazard(action, "data-loss", "drops virtual table %s", name);
    } else if (is_kind(object, "index")) {
        drop_action(planner, object, MIG_SQLITE_RANK_DROP_INDEX);
    } else if (is_kind(object, "view")) {
        drop_view(planner, object);
    } else if (is_kind(object, "trigger")) {
        drop_action(planner, object, MIG_SQLITE_RANK_DROP_TRIGGER);
    }
}

static void
create_object(Planner *planner, const MigObject *object)
{
    if (is_kind(object, "table"))
        prefer_relatives(planner, create_action(planner, object, MIG_SQLITE_RANK_CREATE_TABLE),
                         object, MIG_ADDED);
    else if (is_kind(object, "virtual table"))
        create_action(planner, object, MIG_SQLITE_RANK_CREATE_TABLE);
    else if (is_kind(object, "index"))
        mig_sqlite_index_hazards(create_action(planner, object, MIG_SQLITE_RANK_CREATE_INDEX),
                                 object);
    else if (is_kind(object, "view"))
        create_view(planner, object);
    else if (is_kind(object, "trigger"))
        create_action(planner, object, MIG_SQLITE_RANK_CREATE_TRIGGER);
}

static gboolean
is_changed(const Planner *planner, const MigObject *object)
{
    const GPtrArray *changes = planner->input->changes;

    for (guint i = 0; i < changes->len; i++) {
        if (((MigChange *)changes->pdata[i])->to == object)
            return TRUE;
    }
    return FALSE;
}

/* Indexes and triggers of an object made (again). */
static void
create_children(Planner *planner, const MigObject *object)
{
    for (guint i = 0; i < object->children->len; i++) {
        const MigObject *child = object->children->pdata[i];

        if (!is_changed(planner, child))
            create_object(planner, child);
    }
}

static void
plan_object(Planner *planner, const MigChange *change)
{
    if (change->from)
        drop_object(planner, change->from);
    if (change->to) {
        create_object(planner, change->to);
        create_children(planner, change->to);
    }
}

static gboolean
has_code(const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        if (is_kind(objects->pdata[i], "view") || is_kind(objects->pdata[i], "trigger"))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_table_part(const MigChange *change)
{
    const MigObject *object = change->to ? change->to : change->from;

    return is_kind(object, "column") || is_kind(object, "constraint") ||
           (is_kind(object, "table") && change->kind == MIG_ALTERED);
}

static const MigObject *
table_of(const MigObject *object)
{
    return object && object->parent ? object->parent : object;
}

static MigSqliteTableChange *
table_change(Planner *planner, const MigChange *part, GError **error)
{
    const MigObject *any = table_of(part->to ? part->to : part->from);
    MigSqliteTableChange *last =
        planner->tables->len > 0 ? planner->tables->pdata[planner->tables->len - 1] : NULL;

    if (last && strcmp(last->to->identity, any->identity) == 0)
        return last;
    MigSqliteTableChange *change = g_new0(MigSqliteTableChange, 1);

    g_ptr_array_add(planner->tables, change);
    change->input = planner->input;
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
collect_tables(Planner *planner, GError **error)
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
plan_tables(Planner *planner, GError **error)
{
    planner->drops = FALSE;
    for (guint i = 0; i < planner->tables->len; i++) {
        const MigSqliteTableChange *change = planner->tables->pdata[i];
        MigAction *action = change->rebuild ? mig_sqlite_rebuild_action(change, error)
                                            : mig_sqlite_alter_action(change, &planner->drops);

        if (!action)
            return FALSE;
        action->rank = MIG_SQLITE_RANK_ALTER_TABLE;
        mig_action_need(action, "legacy on");
        g_ptr_array_add(planner->actions, action);
    }
    return TRUE;
}

static void
plan_legacy(Planner *planner)
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

/* A virtual table makes tables of its own, "NAME_…": such names must be free too. */
static void
need_shadow_names(Planner *planner, MigAction *action, const MigObject *object)
{
    const GPtrArray *changes = planner->input->changes;
    g_autofree char *prefix = g_strconcat(mig_object_name(object), "_", NULL);

    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->from && !change->to && !change->from->parent &&
            g_ascii_strncasecmp(mig_object_name(change->from), prefix, strlen(prefix)) == 0)
            mig_action_need(action, "drop %s", change->from->identity);
    }
}

static void
need_free_names(Planner *planner)
{
    for (guint i = 0; i < planner->created->len; i++) {
        const MigObject *object = planner->created->pdata[i];
        g_autofree char *key = name_key(object);
        const char *drop = g_hash_table_lookup(planner->freed, key);

        if (drop)
            mig_action_need(planner->creators->pdata[i], "%s", drop);
        if (is_kind(object, "virtual table"))
            need_shadow_names(planner, planner->creators->pdata[i], object);
    }
}

static gboolean
plan_changes(Planner *planner, GError **error)
{
    const GPtrArray *changes = planner->input->changes;

    if (!collect_tables(planner, error))
        return FALSE;
    for (guint i = 0; i < changes->len; i++) {
        if (!is_table_part(changes->pdata[i]))
            plan_object(planner, changes->pdata[i]);
    }
    if (!plan_tables(planner, error))
        return FALSE;
    plan_legacy(planner);
    need_free_names(planner);
    return TRUE;
}

static GPtrArray *
plan(const MigPlanInput *input, gboolean *drops, GError **error)
{
    g_autoptr(GPtrArray) actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(table_change_free);
    g_autoptr(GPtrArray) created = g_ptr_array_new(), creators = g_ptr_array_new();
    g_autoptr(GHashTable) freed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Planner planner = {.input = input,
                       .actions = actions,
                       .tables = tables,
                       .freed = freed,
                       .created = created,
                       .creators = creators,
                       .drops = *drops};

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
    MigConnection *scratch = mig_sqlite_open_scratch(NULL, NULL);
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
