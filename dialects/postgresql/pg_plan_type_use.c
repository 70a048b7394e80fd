/* Whether columns hold values of a type, or are of a collation, so that PostgreSQL refuses to alter
 * it in place. */
#include <string.h>

#include "dialects/postgresql/pg_plan.h"
#include "dialects/postgresql/pg_plan_object.h"

/* How deep types are followed that are made of each other. */
#define MAX_DEPTH 16

static gboolean is_held(const MigPgPlanner *planner, const MigObject *type, gboolean within,
                        int depth);

static gboolean
is_array(const MigObject *column)
{
    const char *type = mig_object_get(column, "type");

    return type && g_str_has_suffix(type, "[]");
}

/* Whether the user of a type holds its values. within: as a part of something else. */
static gboolean
holds(const MigPgPlanner *planner, const MigObject *user, gboolean within, int depth)
{
    if (user->parent && mig_object_is_kind(user->parent, "materialized view"))
        return TRUE;
    if (mig_pg_is_table_part(user, "column"))
        return within || is_array(user) || is_held(planner, user->parent, TRUE, depth + 1);
    if (mig_object_is_kind(user, "attribute"))
        return is_held(planner, user->parent, TRUE, depth + 1);
    return mig_pg_type_word(user) &&
           is_held(planner, user, within || !mig_object_is_kind(user, "domain"), depth + 1);
}

static gboolean
is_held(const MigPgPlanner *planner, const MigObject *type, gboolean within, int depth)
{
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, type->identity);

    for (guint i = 0; users && depth < MAX_DEPTH && i < users->len; i++) {
        if (holds(planner, users->pdata[i], within, depth))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_type_is_held(const MigPgPlanner *planner, const MigObject *type, gboolean directly)
{
    return is_held(planner, type, directly, 0);
}

/* What is generated is dropped and made again. */
gboolean
mig_pg_collation_is_held(const MigPgPlanner *planner, const MigObject *collation)
{
    const GPtrArray *users = g_hash_table_lookup(planner->dependents, collation->identity);

    for (guint i = 0; users && i < users->len; i++) {
        const MigObject *user = users->pdata[i];

        if ((mig_pg_is_table_part(user, "column") && !mig_object_get(user, "generated")) ||
            mig_object_is_kind(user, "attribute") || mig_pg_type_word(user))
            return TRUE;
    }
    return FALSE;
}
