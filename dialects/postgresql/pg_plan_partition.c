/* Partitions: how they are made, leave and join, and what follows the parent by itself. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

const char *
mig_pg_partitioned_by(const MigObject *table)
{
    return mig_object_get(table, "partition-of");
}

static const MigSchema *
schema_of(const MigPgPlanner *planner, const MigObject *object)
{
    return mig_schema_find(planner->input->to, object->identity) == object ? planner->input->to
                                                                           : planner->input->from;
}

gboolean
mig_pg_is_made_as_partition(const MigPgPlanner *planner, const MigObject *table)
{
    return mig_pg_partitioned_by(table) && !g_hash_table_contains(planner->detached, table);
}

gboolean
mig_pg_keeps_parents(const MigChange *change)
{
    const MigObject *old = change->from->parent, *new = change->to->parent;

    return g_strcmp0(mig_pg_partitioned_by(old), mig_pg_partitioned_by(new)) == 0 &&
           g_strcmp0(mig_object_get(old, "inherits"), mig_object_get(new, "inherits")) == 0;
}

gboolean
mig_pg_follows_parent(const MigPgPlanner *planner, const MigObject *object)
{
    if (!mig_object_get(object, "inherited"))
        return FALSE;
    /* ATTACH PARTITION brings the parent's foreign keys. */
    return !g_hash_table_contains(planner->detached, object->parent) ||
           (mig_pg_is_foreign_key(object) && schema_of(planner, object) == planner->input->to) ||
           mig_pg_comes_unvalidated(planner, object);
}

/* The child of a parent that an inherited one of this kind comes from: of the same name, or a
 * constraint that says the same. */
static const MigObject *
same_child(const MigSchema *schema, const MigObject *parent, const MigObject *object)
{
    const MigObject *same =
        mig_schema_lookup(schema, object->kind, parent, mig_object_name(object));

    if (same || !mig_object_is_kind(object, "constraint"))
        return same;
    for (guint i = 0; i < parent->children->len; i++) {
        const MigObject *child = parent->children->pdata[i];

        if (mig_object_is_kind(child, "constraint") &&
            g_strcmp0(mig_object_get(child, "definition"), mig_object_get(object, "definition")) ==
                0)
            return child;
    }
    return NULL;
}

const MigObject *
mig_pg_inherited_from(const MigPgPlanner *planner, const MigObject *object)
{
    const MigSchema *schema = schema_of(planner, object);
    const char *attached = mig_object_get(object, "attached-to");

    if (attached)
        return mig_schema_find(schema, attached);
    if (!object->parent || !mig_object_get(object, "inherited"))
        return NULL;
    g_auto(GStrv) parents = mig_pg_lines(
        object->parent, mig_pg_partitioned_by(object->parent) ? "partition-of" : "inherits");

    for (char **identity = parents; *identity; identity++) {
        const MigObject *parent = mig_schema_find(schema, *identity);
        const MigObject *same = parent ? same_child(schema, parent, object) : NULL;

        if (same)
            return same;
    }
    return NULL;
}

const MigObject *
mig_pg_first_of_line(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *parent;

    while ((parent = mig_pg_inherited_from(planner, object)))
        object = parent;
    return object;
}

/* The columns between the first parentheses of a text, joined with "_"; NULL when not all are plain
 * columns of the table. */
static char *
joined_columns(const MigObject *table, const char *text)
{
    const char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;
    g_autofree char *list = close ? g_strndup(open + 1, (gsize)(close - open - 1)) : NULL;
    g_auto(GStrv) items = g_strsplit(list ? list : "(", ", ", -1);

    for (char **item = items; *item; item++) {
        gboolean found = FALSE;

        if (**item == '"')
            return NULL;
        (*item)[strcspn(*item, " ")] = '\0';
        for (guint i = 0; i < table->children->len; i++)
            found |= mig_object_is_kind(table->children->pdata[i], "column") &&
                     strcmp(mig_object_name(table->children->pdata[i]), *item) == 0;
        if (!found)
            return NULL;
    }
    return g_strjoinv("_", items);
}

static const char *
label_of(const MigObject *object)
{
    const char *type = mig_object_get(object, "type");

    if (mig_object_is_kind(object, "index"))
        return "idx";
    return g_strcmp0(type, "primary key") == 0 ? "pkey"
           : g_strcmp0(type, "unique") == 0    ? "key"
                                               : NULL;
}

/* The name that PostgreSQL gives an index or constraint of a partition; NULL: there is none, or it
 * is not known. New string. */
static char *
own_name(const MigObject *object)
{
    const char *definition = mig_object_get(object, "definition"), *label = label_of(object);
    const char *table = mig_object_name(object->parent);

    if (!label)
        return NULL;
    if (strcmp(label, "pkey") == 0)
        return g_strconcat(table, "_pkey", NULL);
    g_autofree char *columns =
        strstr(definition, " INCLUDE ") ? NULL : joined_columns(object->parent, definition);

    return columns ? g_strdup_printf("%s_%s_%s", table, columns, label) : NULL;
}

gboolean
mig_pg_has_own_name(const MigObject *object)
{
    g_autofree char *name = own_name(object);

    return g_strcmp0(mig_object_name(object), name) == 0;
}

GPtrArray *
mig_pg_followers(const MigPgPlanner *planner, const MigObject *object)
{
    const MigSchema *schema = schema_of(planner, object);
    const GPtrArray *roots = mig_schema_roots(schema);
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (g_strcmp0(mig_pg_partitioned_by(root), object->parent->identity) != 0)
            continue;
        for (guint j = 0; j < root->children->len; j++) {
            if (mig_pg_inherited_from(planner, root->children->pdata[j]) == object)
                g_ptr_array_add(list, root->children->pdata[j]);
        }
    }
    return list;
}

/* Whether the partitions' indexes are built concurrently, one by one, and then attached. */
static gboolean
is_built_in_parts(const MigPgPlanner *planner, const MigObject *index)
{
    return mig_object_is_kind(index, "index") && mig_pg_planner_creates(planner, index) &&
           mig_pg_is_online(planner, index);
}

gboolean
mig_pg_index_stands_alone(const MigPgPlanner *planner, const MigObject *index)
{
    if (!mig_object_get(index->parent, "partition-key") ||
        (!mig_object_is_kind(index, "index") &&
         (!label_of(index) || mig_pg_planner_creates(planner, index->parent))))
        return FALSE;
    g_autoptr(GPtrArray) list = mig_pg_followers(planner, index);

    if (list->len > 0 && is_built_in_parts(planner, index))
        return TRUE;
    for (guint i = 0; i < list->len; i++) {
        const MigObject *follower = list->pdata[i];

        /* A new partition has its keys before it is attached. */
        if (!mig_object_is_kind(follower, "index") &&
            mig_pg_planner_creates(planner, follower->parent))
            continue;
        if (!mig_pg_has_own_name(follower) || mig_pg_index_stands_alone(planner, follower))
            return TRUE;
    }
    return FALSE;
}

/* Whether an index or constraint of a partition gets the same name again when it is built anew with
 * those beside it: where the names before its own, "_idx" before "_idx1", are those of others that
 * stay. */
static gboolean
keeps_name(const MigPgPlanner *planner, const MigObject *object)
{
    g_autofree char *own = own_name(object);
    const char *name = mig_object_name(object), *number = own ? name + strlen(own) : NULL;

    if (!own || !g_str_has_prefix(name, own) || strspn(number, "0123456789") != strlen(number))
        return FALSE;
    for (guint i = 0; i < (guint)g_ascii_strtoull(number, NULL, 10); i++) {
        g_autofree char *before = i > 0 ? g_strdup_printf("%s%u", own, i) : g_strdup(own);
        const MigObject *other =
            mig_schema_lookup(planner->input->from, object->kind, object->parent, before);

        if (!other || mig_pg_planner_drops(planner, other))
            return FALSE;
    }
    return TRUE;
}

gboolean
mig_pg_loses_names(const MigPgPlanner *planner, const MigObject *object)
{
    if (!mig_object_get(object->parent, "partition-key") || !label_of(object))
        return FALSE;
    g_autoptr(GPtrArray) list = mig_pg_followers(planner, object);

    for (guint i = 0; i < list->len; i++) {
        const MigObject *follower = list->pdata[i];

        if (!mig_pg_planner_drops(planner, follower) &&
            (!keeps_name(planner, follower) || mig_pg_loses_names(planner, follower)))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_comes_with_parent(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *parent = mig_pg_inherited_from(planner, object);

    if (!parent)
        return FALSE;
    if (mig_pg_planner_creates(planner, parent))
        return !mig_pg_index_stands_alone(planner, parent);
    return mig_pg_planner_creates(planner, object->parent) &&
           mig_pg_is_made_as_partition(planner, object->parent);
}

/* Whether a parent's index, from which a new partition's gets its name, calls the columns as they
 * are called now: it goes on calling a renamed one as before. */
static gboolean
calls_columns_so(const MigPgPlanner *planner, const MigObject *parent, const MigObject *child)
{
    const MigObject *old =
        mig_pg_planner_creates(planner, parent) ? NULL : mig_pg_twin(planner, parent);
    const char *called = old ? mig_object_get(old, "index-columns") : NULL;
    g_autofree char *now = joined_columns(child->parent, mig_object_get(child, "definition"));

    return !called || !now || g_strcmp0(label_of(child), "pkey") == 0 || strcmp(called, now) == 0;
}

/* Whether PARTITION OF gives all that comes with it the names it is to have. */
static gboolean
names_fit(const MigPgPlanner *planner, const MigObject *table)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const char *type = mig_object_get(child, "type");
        const MigObject *parent = mig_pg_inherited_from(planner, child);

        if (!parent || mig_object_is_kind(child, "column"))
            continue;
        if (mig_object_is_kind(child, "index")
                ? !mig_pg_planner_creates(planner, parent) && !mig_pg_has_own_name(child)
                : type && label_of(child) && !mig_pg_has_own_name(child))
            return FALSE;
        if (label_of(child) && !calls_columns_so(planner, parent, child))
            return FALSE;
    }
    return TRUE;
}

/* Whether the bounds of a parent's partitions may come into each other's way. */
static gboolean
gets_partitions(const MigPgPlanner *planner, const char *parent)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        const MigChange *change = mig_pg_change_of(planner, root);

        if (g_strcmp0(mig_pg_partitioned_by(root), parent) == 0 &&
            (mig_pg_planner_creates(planner, root) ||
             (change && (mig_pg_changes(change, "partition-of") ||
                         mig_pg_changes(change, "partition-bound")))))
            return TRUE;
    }
    return FALSE;
}

/* Whether a foreign key refers to the partition by way of a parent. */
static gboolean
is_referenced(const MigPgPlanner *planner, const MigObject *table)
{
    return g_hash_table_contains(planner->referenced, table);
}

/* Foreign keys that refer to a partition which leaves go before that, those of its table too. */
static void
free_references(MigPgPlanner *planner, const MigObject *table)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);

    for (guint i = 0; is_referenced(planner, table) && i < objects->len; i++) {
        const MigObject *key = objects->pdata[i];

        if (mig_pg_planner_drops(planner, key) &&
            g_ptr_array_find((GPtrArray *)mig_pg_targets(planner, key), table->identity, NULL))
            g_hash_table_add(planner->apart, (gpointer)key);
    }
}

static void
mark_old(MigPgPlanner *planner, const MigObject *table)
{
    const MigObject *parent = mig_schema_find(planner->input->from, mig_pg_partitioned_by(table));
    const MigChange *change = mig_pg_change_of(planner, table);
    gboolean parent_goes = parent && mig_pg_planner_drops(planner, parent);

    if (mig_pg_planner_drops(planner, table)) {
        if (!parent_goes && (gets_partitions(planner, mig_pg_partitioned_by(table)) ||
                             is_referenced(planner, table)))
            g_hash_table_add(planner->detached, (gpointer)table);
        return;
    }
    if (parent_goes || (change && (mig_pg_changes(change, "partition-of") ||
                                   mig_pg_changes(change, "partition-bound")))) {
        const MigObject *twin = mig_pg_twin(planner, table);

        g_hash_table_add(planner->detached, (gpointer)table);
        free_references(planner, table);
        if (twin && mig_pg_partitioned_by(twin))
            g_hash_table_add(planner->detached, (gpointer)twin);
    }
}

static void
mark_new(MigPgPlanner *planner, const MigObject *table)
{
    const MigChange *change = mig_pg_change_of(planner, table);

    if (mig_pg_planner_creates(planner, table) ? !names_fit(planner, table)
                                               : change && mig_pg_changes(change, "partition-of"))
        g_hash_table_add(planner->detached, (gpointer)table);
}

void
mig_pg_mark_partitions(MigPgPlanner *planner)
{
    const GPtrArray *old = mig_schema_roots(planner->input->from);
    const GPtrArray *new = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < old->len; i++) {
        if (mig_pg_partitioned_by(old->pdata[i]))
            mark_old(planner, old->pdata[i]);
    }
    for (guint i = 0; i < new->len; i++) {
        if (mig_pg_partitioned_by(new->pdata[i]))
            mark_new(planner, new->pdata[i]);
    }
}

gboolean
mig_pg_is_left_behind(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *table = mig_pg_twin(planner, object->parent);
    const MigObject *source = mig_pg_inherited_from(planner, object);

    if (!table || !source || !mig_object_get(object->parent, "inherits"))
        return FALSE;
    g_auto(GStrv) parents = mig_pg_lines(table, "inherits");

    return !g_strv_contains((const char *const *)parents, source->parent->identity);
}
