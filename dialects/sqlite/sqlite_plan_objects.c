/* Objects that come, go or are made anew. */
#include "dialects/sqlite/sqlite_planner.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

/* What must be unique: a lower-case name in its name space. */
static char *
name_key(const MigObject *object)
{
    g_autofree char *name = g_ascii_strdown(mig_object_name(object), -1);

    return g_strconcat(mig_object_is_kind(object, "trigger") ? "trigger " : "", name, NULL);
}

/* Dropping an object makes its name free, and those of its indexes and triggers unless they are
 * dropped before it. */
static void
free_names(MigSqlitePlanner *planner, const MigObject *object, const char *id)
{
    g_hash_table_insert(planner->freed, name_key(object), g_strdup(id));
    for (guint i = 0; i < object->children->len; i++) {
        const MigObject *child = object->children->pdata[i];
        g_autofree char *key = name_key(child);

        if ((mig_object_is_kind(child, "index") || mig_object_is_kind(child, "trigger")) &&
            !g_hash_table_contains(planner->freed, key))
            g_hash_table_insert(planner->freed, g_steal_pointer(&key), g_strdup(id));
    }
}

static MigAction *
drop_action(MigSqlitePlanner *planner, const MigObject *object, int rank)
{
    MigAction *action = mig_action_new("drop %s", object->identity);
    g_autofree char *name = mig_sqlite_name(mig_object_name(object));
    g_autofree char *kind = mig_object_is_kind(object, "virtual table")
                                ? g_strdup("TABLE")
                                : g_ascii_strup(object->kind, -1);

    action->rank = rank;
    mig_action_sql(action, "DROP %s %s", kind, name);
    free_names(planner, object, action->id);
    g_ptr_array_add(planner->actions, action);
    return action;
}

static MigAction *
create_action(MigSqlitePlanner *planner, const MigObject *object, int rank)
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

/* The table that a foreign key refers to, if the state has it; NULL for other objects. */
static MigObject *
referenced(const MigSchema *schema, const MigObject *constraint)
{
    const char *spelled = mig_object_get(constraint, "references");
    MigLexer lexer;

    if (!spelled)
        return NULL;
    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, spelled, strlen(spelled));
    g_autofree char *name = mig_token_name(spelled, mig_lexer_next_code(&lexer));

    return mig_schema_lookup(schema, "table", NULL, name);
}

static void
drop_table(MigSqlitePlanner *planner, const MigObject *table)
{
    MigAction *action = drop_action(planner, table, MIG_SQLITE_RANK_DROP_TABLE);
    g_autofree char *name = mig_sqlite_name(mig_object_name(table));

    action->rows_of = g_strdup(table->identity);
    mig_action_hazard(action, "data-loss", "drops table %s", name);
}

static void
create_table(MigSqlitePlanner *planner, const MigObject *table)
{
    MigAction *action = create_action(planner, table, MIG_SQLITE_RANK_CREATE_TABLE);

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *parent = referenced(planner->input->to, table->children->pdata[i]);

        if (parent)
            mig_action_prefer(action, "create %s", parent->identity);
    }
}

static void
drop_view(MigSqlitePlanner *planner, const MigObject *view, gboolean for_good)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->from);
    MigAction *action = drop_action(planner, view, MIG_SQLITE_RANK_DROP_VIEW);
    g_autofree char *name = mig_sqlite_name(mig_object_name(view));

    if (for_good)
        mig_action_hazard(action, "breaks-old-code", "drops view %s", name);
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *other = roots->pdata[i];

        for (guint j = 0; other != view && j < other->depends->len; j++) {
            if (strcmp(other->depends->pdata[j], view->identity) == 0)
                mig_action_prefer(action, "drop %s", other->identity);
        }
    }
}

static void
create_view(MigSqlitePlanner *planner, const MigObject *view)
{
    MigAction *action = create_action(planner, view, MIG_SQLITE_RANK_CREATE_VIEW);

    for (guint i = 0; i < view->depends->len; i++)
        mig_action_prefer(action, "create %s", (char *)view->depends->pdata[i]);
}

/* for_good: it is not made anew. */
static void
drop_object(MigSqlitePlanner *planner, const MigObject *object, gboolean for_good)
{
    if (mig_object_is_kind(object, "table")) {
        drop_table(planner, object);
    } else if (mig_object_is_kind(object, "virtual table")) {
        MigAction *action = drop_action(planner, object, MIG_SQLITE_RANK_DROP_VIEW);
        g_autofree char *name = mig_sqlite_name(mig_object_name(object));

        mig_action_hazard(action, "data-loss", "drops virtual table %s", name);
    } else if (mig_object_is_kind(object, "index")) {
        drop_action(planner, object, MIG_SQLITE_RANK_DROP_INDEX);
    } else if (mig_object_is_kind(object, "view")) {
        drop_view(planner, object, for_good);
    } else if (mig_object_is_kind(object, "trigger")) {
        drop_action(planner, object, MIG_SQLITE_RANK_DROP_TRIGGER);
    }
}

static void
create_object(MigSqlitePlanner *planner, const MigObject *object)
{
    if (mig_object_is_kind(object, "table"))
        create_table(planner, object);
    else if (mig_object_is_kind(object, "virtual table"))
        create_action(planner, object, MIG_SQLITE_RANK_CREATE_TABLE);
    else if (mig_object_is_kind(object, "index"))
        mig_sqlite_index_hazards(create_action(planner, object, MIG_SQLITE_RANK_CREATE_INDEX),
                                 object);
    else if (mig_object_is_kind(object, "view"))
        create_view(planner, object);
    else if (mig_object_is_kind(object, "trigger"))
        create_action(planner, object, MIG_SQLITE_RANK_CREATE_TRIGGER);
}

/* Indexes and triggers of an object made (again). */
static void
create_children(MigSqlitePlanner *planner, const MigObject *object)
{
    for (guint i = 0; i < object->children->len; i++) {
        const MigObject *child = object->children->pdata[i];

        if (!child->unmanaged && !g_hash_table_contains(planner->changed, child))
            create_object(planner, child);
    }
}

void
mig_sqlite_plan_object(MigSqlitePlanner *planner, const MigChange *change)
{
    if (change->from)
        drop_object(planner, change->from, change->to == NULL);
    if (change->to) {
        create_object(planner, change->to);
        create_children(planner, change->to);
    }
}

/* A virtual table makes tables of its own, "NAME_…": such names must be free too. */
static void
need_shadow_names(MigSqlitePlanner *planner, MigAction *action, const MigObject *object)
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
drop_children_first(MigSqlitePlanner *planner)
{
    const GPtrArray *changes = planner->input->changes;
    g_autoptr(GHashTable) drops = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < planner->actions->len; i++) {
        MigAction *action = planner->actions->pdata[i];

        g_hash_table_insert(drops, action->id, action);
    }
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        for (guint j = 0; change->kind == MIG_DROPPED && j < change->from->children->len; j++) {
            const MigObject *child = change->from->children->pdata[j];
            const MigObject *parent = referenced(planner->input->from, child);
            g_autofree char *id = parent ? g_strconcat("drop ", parent->identity, NULL) : NULL;
            MigAction *action = id ? g_hash_table_lookup(drops, id) : NULL;

            if (action && parent != change->from)
                mig_action_prefer(action, "drop %s", change->from->identity);
        }
    }
}

void
mig_sqlite_plan_names(MigSqlitePlanner *planner)
{
    drop_children_first(planner);
    for (guint i = 0; i < planner->created->len; i++) {
        const MigObject *object = planner->created->pdata[i];
        g_autofree char *key = name_key(object);
        const char *drop = g_hash_table_lookup(planner->freed, key);

        if (drop)
            mig_action_need(planner->creators->pdata[i], "%s", drop);
        if (mig_object_is_kind(object, "virtual table"))
            need_shadow_names(planner, planner->creators->pdata[i], object);
    }
}
