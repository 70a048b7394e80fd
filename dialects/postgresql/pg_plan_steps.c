/* Constraints on tables that others use meanwhile: what would read the table, or build an index, under
 * a strong lock is done in steps that do not. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

#define NOT_VALID " NOT VALID"
/* From here on foreign keys of partitioned tables may be NOT VALID. */
#define PARTITIONED_NOT_VALID 180000

static const char *
definition_of(const MigObject *constraint)
{
    return mig_object_get(constraint, "definition");
}

static gboolean
is_type(const MigObject *constraint, const char *type)
{
    return g_strcmp0(mig_object_get(constraint, "type"), type) == 0;
}

gboolean
mig_pg_is_built_apart(const MigPgPlanner *planner, const MigObject *constraint)
{
    return mig_pg_is_online(planner, constraint) && mig_object_get(constraint, "columns") &&
           (is_type(constraint, "unique") || is_type(constraint, "primary key")) &&
           !mig_object_get(constraint->parent, "partition-key") &&
           !strstr(definition_of(constraint), " WITHOUT OVERLAPS");
}

/* The words of a key's definition: before its columns, behind them, and how it is deferred. */
typedef struct {
    const char *columns;
    gboolean nulls_not_distinct;
    char *include; /* " INCLUDE (…)" or "" */
    const char *deferral;
} Key;

static void
key_init(Key *key, const MigObject *constraint)
{
    const char *definition = definition_of(constraint);

    key->columns = mig_object_get(constraint, "columns");
    const char *open = strchr(definition, '(');
    const char *behind = open + 1 + strlen(key->columns) + 1;
    const char *deferral = strstr(behind, " DEFERRABLE");

    key->deferral = deferral ? deferral : behind + strlen(behind);
    key->include = g_strndup(behind, (gsize)(key->deferral - behind));
    key->nulls_not_distinct = g_str_has_prefix(definition, "UNIQUE NULLS NOT DISTINCT ");
}

void
mig_pg_build_key(const MigPgPlanner *planner, const MigObject *constraint, const char *spare,
                 MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    g_autofree char *index = mig_pg_name(spare ? spare : mig_object_name(constraint));
    g_autofree char *drop =
        spare ? g_strdup_printf("DROP CONSTRAINT %s, ", name) : g_strdup("");
    Key key;

    key_init(&key, constraint);
    g_ptr_array_insert(action->statements, 0,
                       g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s)%s%s", index,
                                       table, key.columns, key.include,
                                       key.nulls_not_distinct ? " NULLS NOT DISTINCT" : ""));
    g_ptr_array_insert(
        action->statements, 1,
        g_strdup_printf("ALTER TABLE %s %sADD CONSTRAINT %s %s USING INDEX %s%s", table, drop, name,
                        is_type(constraint, "unique") ? "UNIQUE" : "PRIMARY KEY", index,
                        key.deferral));
    action->transaction_off = TRUE;
    g_free(key.include);
}

static gboolean
can_be_not_valid(const MigPgPlanner *planner, const MigObject *constraint)
{
    const char *definition = definition_of(constraint);

    if (!mig_pg_is_online(planner, constraint) || g_str_has_suffix(definition, NOT_VALID) ||
        strstr(definition, " NOT ENFORCED"))
        return FALSE;
    if (is_type(constraint, "foreign key"))
        return !mig_object_get(constraint->parent, "partition-key") ||
               planner->version >= PARTITIONED_NOT_VALID;
    return is_type(constraint, "check");
}

static MigAction *
add_validation(MigPgPlanner *planner, const MigObject *object, const char *name,
               const MigAction *first)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, object);
    g_autofree char *quoted = mig_pg_name(name);
    MigAction *action =
        mig_pg_add_action(planner, "validate", object, MIG_PG_RANK_FINISH_TABLE);

    mig_action_sql(action, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, quoted);
    mig_action_need(action, "%s", first->id);
    mig_pg_set_pace(planner, action, MIG_PG_PACE_LONG);
    return action;
}

static gboolean
is_made_anew(const MigPgPlanner *planner, const MigObject *constraint)
{
    const MigObject *old = mig_pg_twin(planner, constraint);

    return old && mig_pg_planner_drops(planner, old);
}

gboolean
mig_pg_add_constraint_in_steps(MigPgPlanner *planner, const MigObject *constraint,
                               MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autoptr(GString) text = g_string_new(NULL);

    if (mig_pg_is_built_apart(planner, constraint)) {
        mig_pg_build_key(planner, constraint, NULL, action);
        mig_pg_hazard_of_rule(planner, constraint, action);
        mig_pg_hazards_of_constraint(planner, constraint, action);
        return TRUE;
    }
    if (!can_be_not_valid(planner, constraint))
        return FALSE;
    mig_pg_append_constraint(text, constraint);
    mig_action_sql(action, "ALTER TABLE %s ADD %s%s", table, text->str, NOT_VALID);
    mig_pg_hazard_of_rule(planner, constraint, action);
    /* A foreign key locks two tables, which nothing else should keep locked. */
    if (is_type(constraint, "foreign key") && !is_made_anew(planner, constraint))
        mig_pg_set_pace(planner, action, MIG_PG_PACE_LONG);
    mig_pg_hazards_of_constraint(
        planner, constraint,
        add_validation(planner, constraint, mig_object_name(constraint), action));
    return TRUE;
}

/* ---- NOT NULL ---- */

gboolean
mig_pg_is_proven(const MigPgPlanner *planner, const MigObject *column)
{
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    g_autofree char *proof = g_strdup_printf("CHECK ((%s IS NOT NULL))", name);

    for (guint i = 0; i < column->parent->children->len; i++) {
        const MigObject *child = column->parent->children->pdata[i];
        const MigObject *twin =
            g_strcmp0(mig_object_get(child, "definition"), proof) == 0 ? mig_pg_twin(planner, child)
                                                                       : NULL;

        if (twin && g_strcmp0(mig_object_get(twin, "definition"), proof) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether the table joins or leaves a parent, which asks for NOT NULL at its own time. */
static gboolean
changes_family(const MigPgPlanner *planner, const MigObject *table)
{
    const MigChange *change = mig_pg_change_of(planner, table);

    return g_hash_table_contains(planner->detached, table) ||
           (change && mig_pg_changes(change, "inherits"));
}

/* Whether tables that are there join this one, which they can only with all of its checks. */
static gboolean
is_joined(const MigPgPlanner *planner, const MigObject *table)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *heir = roots->pdata[i];

        if (mig_object_is_kind(heir, "table") && mig_pg_has_parent(heir, table->identity) &&
            changes_family(planner, heir))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_is_proven_first(const MigPgPlanner *planner, const MigChange *change)
{
    const MigObject *column = change->to;

    return mig_pg_is_online(planner, column) && mig_pg_changes(change, "not-null") &&
           mig_object_get(column, "not-null") && !mig_pg_follows_parent(planner, column) &&
           !mig_object_get(column, "identity") && !changes_family(planner, column->parent) &&
           !changes_family(planner, change->from->parent) &&
           !is_joined(planner, column->parent) && !mig_pg_is_proven(planner, column);
}

MigAction *
mig_pg_prove_not_null(MigPgPlanner *planner, const MigObject *column, MigAction *first)
{
    g_autofree char *alter = mig_pg_alter_table(planner, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    g_autofree char *stem =
        g_strdup_printf("%s_%s", mig_object_name(column->parent), mig_object_name(column));
    g_autofree char *spare = mig_pg_unused_name(planner, column, stem, "_filled");
    g_autofree char *proof = mig_pg_name(spare);

    mig_action_sql(first, "%s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID", alter, proof,
                   name);
    MigAction *validation = add_validation(planner, column, spare, first);
    MigAction *action = mig_pg_add_action(planner, "prove", column, MIG_PG_RANK_FINISH_TABLE);

    mig_action_sql(action, "%s ALTER COLUMN %s SET NOT NULL", alter, name);
    mig_action_sql(action, "%s DROP CONSTRAINT %s", alter, proof);
    mig_action_need(action, "%s", validation->id);
    mig_pg_set_pace(planner, action, MIG_PG_PACE_SHORT);
    return validation;
}
