/* Renames of tables and columns. Names that are swapped, or passed on in a ring, go by way of a
 * name that is free. */
#include <string.h>

#include "dialects/postgresql/pg_plan.h"

typedef struct {
    const MigChange *change;
    char *now; /* the name it has at this point of the plan */
    gboolean done;
} Rename;

static void
rename_free(gpointer data)
{
    Rename *rename = data;

    g_free(rename->now);
    g_free(rename);
}

static gboolean
same_place(const Rename *a, const Rename *b)
{
    const MigObject *x = a->change->from, *y = b->change->from;

    return x->kind == y->kind && x->parent == y->parent &&
           g_strcmp0(mig_object_namespace(x), mig_object_namespace(y)) == 0;
}

/* The rename still to come whose thing has the name that this one wants; NULL: it is free. */
static Rename *
in_the_way(const GPtrArray *renames, const Rename *rename)
{
    for (guint i = 0; i < renames->len; i++) {
        Rename *other = renames->pdata[i];

        if (other != rename && !other->done && same_place(other, rename) &&
            strcmp(other->now, mig_object_name(rename->change->to)) == 0)
            return other;
    }
    return NULL;
}

/* The table that a column is in by the name it has after the renames of tables. */
static char *
table_name(const MigPlanInput *input, const MigChange *change, const char *now)
{
    const MigObject *object = change->from;
    const char *namespace = mig_object_namespace(object);
    g_autofree char *quoted = mig_pg_name(now);

    if (object->parent)
        return mig_pg_qualified(input->to, change->to);
    if (g_strcmp0(namespace, mig_schema_default_namespace(input->from)) == 0)
        return g_steal_pointer(&quoted);
    g_autofree char *schema = mig_pg_name(namespace);

    return g_strconcat(schema, ".", quoted, NULL);
}

static void
add_rename(const MigPlanInput *input, GPtrArray *actions, Rename *rename, const char *name)
{
    const MigObject *object = rename->change->from;
    MigAction *action = mig_action_new("rename %05u", actions->len);
    g_autofree char *table = table_name(input, rename->change, rename->now);
    g_autofree char *old = mig_pg_name(rename->now), *new = mig_pg_name(name);
    g_autofree char *title = mig_pg_title(input->from, object);

    action->rank = (int)actions->len;
    if (object->parent)
        mig_action_sql(action, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, old, new);
    else
        mig_action_sql(action, "ALTER TABLE %s RENAME TO %s", table, new);
    mig_pg_hazard(action, object->parent ? "BC001" : "BC002", "code that still says %s fails",
                  title);
    if (actions->len > 0)
        mig_action_need(action, "%s", ((MigAction *)actions->pdata[actions->len - 1])->id);
    g_ptr_array_add(actions, action);
    g_free(rename->now);
    rename->now = g_strdup(name);
}

/* Whether a name is taken on either side. */
static gboolean
is_used(const MigPlanInput *input, const MigChange *change, const char *name)
{
    const MigObject *from = change->from, *to = change->to;
    g_autofree char *path =
        g_strdup_printf("%.*s%s", (int)(strlen(from->identity) - strlen(mig_object_name(from))),
                        from->identity, name);

    if (from->parent)
        return mig_schema_lookup(input->from, from->kind, from->parent, name) ||
               mig_schema_lookup(input->to, to->kind, to->parent, name);
    return mig_schema_find(input->from, path) || mig_schema_find(input->to, path);
}

static char *
free_name(const MigPlanInput *input, const MigChange *change)
{
    for (guint n = 1;; n++) {
        g_autofree char *name = g_strdup_printf("migrate_rename_%u", n);

        if (!is_used(input, change, name))
            return g_steal_pointer(&name);
    }
}

static void
plan_rename(const MigPlanInput *input, GPtrArray *actions, const GPtrArray *renames, Rename *rename)
{
    GPtrArray *chain = g_ptr_array_new();

    for (Rename *next = rename; next; next = in_the_way(renames, next)) {
        if (g_ptr_array_find(chain, next, NULL)) {
            g_autofree char *name = free_name(input, next->change);

            add_rename(input, actions, next, name);
            break;
        }
        g_ptr_array_add(chain, next);
    }
    for (guint i = chain->len; i > 0; i--) {
        Rename *last = chain->pdata[i - 1];

        add_rename(input, actions, last, mig_object_name(last->change->to));
        last->done = TRUE;
    }
    g_ptr_array_unref(chain);
}

GPtrArray *
mig_pg_plan_renames(const MigPlanInput *input)
{
    GPtrArray *actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    g_autoptr(GPtrArray) renames = g_ptr_array_new_with_free_func(rename_free);

    for (guint i = 0; i < input->changes->len; i++) {
        Rename *rename = g_new0(Rename, 1);

        rename->change = input->changes->pdata[i];
        rename->now = g_strdup(mig_object_name(rename->change->from));
        g_ptr_array_add(renames, rename);
    }
    for (guint i = 0; i < renames->len; i++) {
        if (!((Rename *)renames->pdata[i])->done)
            plan_rename(input, actions, renames, renames->pdata[i]);
    }
    return actions;
}
