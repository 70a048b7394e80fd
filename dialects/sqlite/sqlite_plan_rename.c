#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

/* A rename still to be done; `at` is the name that the object bears now. */
typedef struct {
    const MigChange *change;
    char *at;
    const char *to;
} Rename;

static void
rename_free(gpointer data)
{
    Rename *rename = data;

    g_free(rename->at);
    g_free(rename);
}

static gboolean
same_place(const Rename *a, const Rename *b)
{
    return a->change->from->kind == b->change->from->kind &&
           a->change->from->parent == b->change->from->parent;
}

/* Whether another rename has yet to make the new name free. */
static gboolean
is_blocked(const GPtrArray *pending, const Rename *rename)
{
    for (guint i = 0; i < pending->len; i++) {
        const Rename *other = pending->pdata[i];

        if (other != rename && same_place(other, rename) &&
            g_ascii_strcasecmp(other->at, rename->to) == 0)
            return TRUE;
    }
    return FALSE;
}

static MigAction *
rename_action(const Rename *rename, const char *to, int rank)
{
    const MigObject *parent = rename->change->to->parent;
    g_autofree char *old = mig_sqlite_name(rename->at), *new = mig_sqlite_name(to);
    MigAction *action = mig_action_new("rename %d", rank);

    action->rank = rank;
    if (!parent) {
        mig_action_hazard(action, "breaks-old-code", "renames table %s to %s", old, new);
        mig_action_sql(action, "ALTER TABLE %s RENAME TO %s", old, new);
        return action;
    }
    g_autofree char *table = mig_sqlite_name(mig_object_name(parent));

    mig_action_hazard(action, "breaks-old-code", "renames column %s.%s to %s", table, old, new);
    mig_action_sql(action, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, old, new);
    return action;
}

/* SQLite takes a table's own name in other letters for another table's. */
static gboolean
changes_case_only(const Rename *rename)
{
    return !rename->change->from->parent && g_ascii_strcasecmp(rename->at, rename->to) == 0;
}

static gboolean
has_name(const MigSchema *schema, const MigObject *object, const char *name)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    if (object->parent)
        return mig_schema_lookup(schema, "column", object->parent, name) != NULL;
    for (guint i = 0; i < objects->len; i++) {
        const MigObject *other = objects->pdata[i];

        if ((!other->parent || strcmp(other->kind, "index") == 0) &&
            g_ascii_strcasecmp(mig_object_name(other), name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_taken(const MigPlanInput *input, const Rename *rename, const char *name)
{
    const MigObject *from = rename->change->from, *to = rename->change->to;

    return has_name(input->from, from, name) || has_name(input->to, to, name);
}

/* A name that is nobody's before or after. */
static char *
name_aside(const MigPlanInput *input, const Rename *rename)
{
    char *aside = g_strdup_printf("_mig_old_%s", rename->at);

    for (guint n = 2; is_taken(input, rename, aside); n++) {
        g_free(aside);
        aside = g_strdup_printf("_mig_old_%u_%s", n, rename->at);
    }
    return aside;
}

/* The next rename that can be done; where they form a ring, the first steps aside. */
static MigAction *
next_action(const MigPlanInput *input, GPtrArray *pending, int rank)
{
    for (guint i = 0; i < pending->len; i++) {
        Rename *rename = pending->pdata[i];
        MigAction *action;

        if (is_blocked(pending, rename) || changes_case_only(rename))
            continue;
        action = rename_action(rename, rename->to, rank);
        g_ptr_array_remove_index(pending, i);
        return action;
    }
    Rename *first = pending->pdata[0];
    g_autofree char *aside = name_aside(input, first);
    MigAction *action = rename_action(first, aside, rank);

    g_free(first->at);
    first->at = g_steal_pointer(&aside);
    return action;
}

static GPtrArray *
pending_renames(const MigPlanInput *input, gboolean columns)
{
    GPtrArray *pending = g_ptr_array_new_with_free_func(rename_free);

    for (guint i = 0; i < input->changes->len; i++) {
        const MigChange *change = input->changes->pdata[i];
        Rename *rename;

        if ((change->from->parent != NULL) != columns)
            continue;
        rename = g_new0(Rename, 1);
        rename->change = change;
        rename->at = g_strdup(mig_object_name(change->from));
        rename->to = mig_object_name(change->to);
        g_ptr_array_add(pending, rename);
    }
    return pending;
}

GPtrArray *
mig_sqlite_plan_renames(const MigPlanInput *input)
{
    GPtrArray *actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);

    for (int columns = FALSE; columns <= TRUE; columns++) {
        g_autoptr(GPtrArray) pending = pending_renames(input, columns);

        while (pending->len > 0)
            g_ptr_array_add(actions, next_action(input, pending, (int)actions->len));
    }
    return actions;
}
