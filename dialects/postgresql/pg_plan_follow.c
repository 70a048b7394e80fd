/* What parts of tables do by themselves when something else comes, goes or changes. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* The column of the same table whose end is the end of an index or constraint too: of several the one
 * that goes first, which a generated one does. */
static const MigObject *
dropped_column(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *found = NULL;

    for (guint i = 0; i < object->depends->len; i++) {
        const MigObject *target = mig_schema_find(planner->input->from, object->depends->pdata[i]);

        if (target && target->parent == object->parent && mig_object_is_kind(target, "column") &&
            mig_pg_planner_drops(planner, target) &&
            (!found || (mig_object_get(target, "generated") && !mig_object_get(found, "generated"))))
            found = target;
    }
    return found;
}

/* Whether it is a foreign key to its own table, which does not go with what it refers to. */
static gboolean
refers_to_itself(const MigPgPlanner *planner, const MigObject *object)
{
    for (guint i = 0; mig_pg_is_foreign_key(object) && i < object->depends->len; i++) {
        const MigObject *target = mig_schema_find(planner->input->from, object->depends->pdata[i]);

        if (target && target->parent == object->parent && !mig_object_is_kind(target, "column"))
            return TRUE;
    }
    return FALSE;
}

static const MigObject *
owner_of(const MigSchema *schema, const MigObject *sequence)
{
    const char *owner = mig_object_get(sequence, "owned-by");

    return owner ? mig_schema_find(schema, owner) : NULL;
}

static const MigObject *
dropped_with(const MigPgPlanner *planner, const MigObject *object)
{
    if (mig_object_is_kind(object, "sequence")) {
        const MigObject *owner = owner_of(planner->input->from, object);

        return owner && mig_pg_planner_drops(planner, owner) ? owner : NULL;
    }
    if (!object->parent || g_hash_table_contains(planner->apart, object))
        return NULL;
    if (mig_pg_planner_drops(planner, object->parent))
        return object->parent;
    return (mig_pg_is_table_part(object, "constraint") && !refers_to_itself(planner, object)) ||
                   mig_pg_is_table_part(object, "index")
               ? dropped_column(planner, object)
               : NULL;
}

static const MigObject *
created_with(const MigPgPlanner *planner, const MigObject *object)
{
    if (mig_object_is_kind(object, "sequence")) {
        const MigObject *owner = owner_of(planner->input->to, object);

        return owner && mig_pg_planner_creates(planner, owner) &&
                       mig_pg_serial_of(planner, owner) == object
                   ? owner
                   : NULL;
    }
    if (!object->parent || !mig_pg_planner_creates(planner, object->parent))
        return NULL;
    if (mig_object_is_kind(object, "column") || mig_object_is_kind(object, "attribute") ||
        mig_object_is_kind(object->parent, "domain") || mig_pg_is_inline(planner, object))
        return object->parent;
    return NULL;
}

const MigObject *
mig_pg_carried_by(const MigPgPlanner *planner, const MigObject *object)
{
    if (mig_pg_planner_drops(planner, object))
        return dropped_with(planner, object);
    return mig_pg_planner_creates(planner, object) ? created_with(planner, object) : NULL;
}

static gboolean
column_stays(MigPgPlanner *planner, const MigObject *column, const MigObject *cause,
             gboolean disturbed)
{
    const MigObject *twin = mig_pg_twin(planner, column);
    gboolean inherits = mig_pg_inherited_from(planner, column) == cause;

    if (!twin || (!inherits && mig_object_get(column, "generated")))
        return FALSE;
    if (disturbed) {
        mig_pg_mark_disturbed(planner, column, g_hash_table_lookup(planner->disturbed, cause));
        return TRUE;
    }
    /* A table that leaves a parent keeps its columns with their values. */
    if (inherits)
        return mig_pg_planner_drops(planner, cause->parent);
    if (mig_pg_is_of_type(column, cause))
        return FALSE;
    g_hash_table_add(planner->defaults, (gpointer)column);
    if (mig_object_get(twin, "default"))
        g_hash_table_add(planner->defaults, (gpointer)twin);
    return TRUE;
}

/* Whether PostgreSQL carries an index or constraint along when a column changes its type, or its
 * collation, which they have from it unless they say so. A foreign key fails as soon as one side
 * has changed. */
static gboolean
is_carried_along(const MigPgPlanner *planner, const MigObject *object, const MigObject *cause)
{
    gboolean of_column = mig_object_is_kind(cause, "collation")
                             ? !strstr(mig_object_get(object, "definition"), "COLLATE")
                             : mig_object_is_kind(cause, "column");

    return !mig_pg_is_foreign_key(object) &&
           (of_column || mig_pg_inherited_from(planner, object) == cause);
}

/* What depends on a key that is built anew with a column stands in the way of that. */
static gboolean
part_stays(MigPgPlanner *planner, const MigObject *part, const MigObject *cause)
{
    if (!is_carried_along(planner, part, cause))
        return FALSE;
    mig_pg_mark_disturbed(planner, part, g_hash_table_lookup(planner->disturbed, cause));
    return TRUE;
}

static gboolean
table_stays(MigPgPlanner *planner, const MigObject *table, const MigObject *cause)
{
    const MigObject *twin = mig_pg_twin(planner, table);

    return twin && g_strcmp0(mig_object_get(table, "partition-of"), cause->identity) == 0 &&
           g_strcmp0(mig_object_get(table, "partition-key"),
                     mig_object_get(twin, "partition-key")) == 0;
}

/* Types made of a type are made anew with it by its own rule. */
static gboolean
type_stays(MigPgPlanner *planner, const MigObject *type, const MigObject *cause)
{
    if (type->parent)
        type = type->parent;
    if ((!mig_pg_is_type(cause) && !mig_object_is_kind(cause, "collation")) ||
        !mig_pg_is_type(type) || !mig_pg_twin(planner, type))
        return FALSE;
    mig_pg_mark_disturbed(planner, type, g_hash_table_lookup(planner->disturbed, cause));
    return TRUE;
}

gboolean
mig_pg_stays(MigPgPlanner *planner, const MigObject *object, const MigObject *cause,
             gboolean disturbed)
{
    if (mig_pg_is_table_part(object, "column"))
        return column_stays(planner, object, cause, disturbed);
    if (mig_object_is_kind(object, "table"))
        return (disturbed && !mig_object_is_kind(cause, "collation")) ||
               table_stays(planner, object, cause);
    if (!disturbed)
        return FALSE;
    if (mig_pg_is_table_part(object, "constraint") || mig_pg_is_table_part(object, "index"))
        return part_stays(planner, object, cause);
    if (mig_object_is_kind(object, "view") || mig_object_is_kind(object, "materialized view") ||
        (object->parent && !mig_object_is_kind(object, "attribute")))
        return FALSE;
    return type_stays(planner, object, cause);
}
