/* The rule for constraints of tables; those of domains are with the types. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"
#include "dialects/postgresql/pg_plan_table.h"

#define NOT_VALID " NOT VALID"
/* The first server whose DETACH PARTITION leaves a foreign key to its own table. */
#define DETACH_KEEPS_KEYS 140000

gboolean
mig_pg_is_foreign_key(const MigObject *object)
{
    return mig_pg_is_table_part(object, "constraint") &&
           g_strcmp0(mig_object_get(object, "type"), "foreign key") == 0;
}

static const char *
definition_of(const MigObject *constraint)
{
    return mig_object_get(constraint, "definition");
}

gboolean
mig_pg_is_unvalidated(const MigObject *object)
{
    return mig_pg_is_table_part(object, "constraint") &&
           g_str_has_suffix(definition_of(object), NOT_VALID);
}

gboolean
mig_pg_comes_unvalidated(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *first =
        mig_pg_is_table_part(object, "constraint") && mig_object_get(object, "inherited")
            ? mig_pg_first_of_line(planner, object)
            : object;

    return first != object && mig_pg_is_unvalidated(first) &&
           mig_pg_planner_creates(planner, first);
}

/* Whether CREATE TABLE would take a unique or exclusion constraint for the same as another one of
 * its table. */
static gboolean
is_same(const MigObject *constraint, const MigObject *other)
{
    const char *type = mig_object_get(constraint, "type");
    const char *other_type = mig_object_get(other, "type");
    gboolean exclusion = g_strcmp0(type, "exclude") == 0;

    if (other == constraint || !mig_object_is_kind(other, "constraint") ||
        (!exclusion && g_strcmp0(type, "unique") != 0))
        return FALSE;
    return (g_strcmp0(other_type, type) == 0 ||
            (!exclusion && g_strcmp0(other_type, "primary key") == 0)) &&
           g_strcmp0(strchr(definition_of(other), '('), strchr(definition_of(constraint), '(')) ==
               0;
}

/* Whether CREATE TABLE would leave it out for that. */
static gboolean
is_twofold(const MigObject *constraint)
{
    for (guint i = 0; i < constraint->parent->children->len; i++) {
        if (is_same(constraint, constraint->parent->children->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_key(const MigObject *object)
{
    const char *type = mig_object_get(object, "type");

    return mig_object_is_kind(object, "constraint") &&
           (g_strcmp0(type, "unique") == 0 || g_strcmp0(type, "primary key") == 0);
}

/* Whether ATTACH PARTITION would take a key for the same as another one of its table, whatever else
 * is said of them, and a foreign key could refer to either. */
static gboolean
is_alike(const MigObject *key, const MigObject *other)
{
    return other != key && is_key(key) && is_key(other) &&
           g_strcmp0(mig_object_get(key, "columns"), mig_object_get(other, "columns")) == 0;
}

static gboolean
is_referred_to(const MigPgPlanner *planner, const MigObject *key)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len; i++) {
        if (mig_pg_is_foreign_key(objects->pdata[i]) &&
            mig_pg_depends(objects->pdata[i], key->identity))
            return TRUE;
    }
    return FALSE;
}

/* Of two keys that are the same, or alike: the one that foreign keys refer to, by their own names,
 * or by those of the first parents' keys. */
static gboolean
comes_first(const MigPgPlanner *planner, const MigObject *key, const MigObject *other)
{
    const MigObject *one = mig_pg_first_of_line(planner, key);
    const MigObject *two = mig_pg_first_of_line(planner, other);
    gboolean preferred = is_referred_to(planner, one);

    if (preferred != is_referred_to(planner, two))
        return preferred;
    return strcmp(one->identity, two->identity) < 0;
}

/* Such keys come in the same order in a partitioned table and in its partitions: in that order the
 * server joins them when a partition is attached, and takes the first for a foreign key. */
static void
need_same_keys(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    for (guint i = 0; i < constraint->parent->children->len; i++) {
        const MigObject *other = constraint->parent->children->pdata[i];

        if ((is_same(constraint, other) || is_alike(constraint, other)) &&
            comes_first(planner, other, constraint))
            mig_action_need(action, "create %s", other->identity);
    }
}

/* Of two keys over the same columns PostgreSQL takes the older one for a foreign key: the other one
 * comes later. */
static gboolean
gives_way(const MigPgPlanner *planner, const MigObject *key)
{
    gboolean found = FALSE;

    for (guint i = 0; i < key->parent->children->len; i++) {
        const MigObject *other = key->parent->children->pdata[i];

        found |= is_alike(key, other) && is_referred_to(planner, other);
    }
    return found && !is_referred_to(planner, key);
}

gboolean
mig_pg_is_inline(const MigPgPlanner *planner, const MigObject *constraint)
{
    return mig_pg_is_table_part(constraint, "constraint") && !mig_pg_is_foreign_key(constraint) &&
           !mig_pg_is_unvalidated(constraint) && !mig_pg_comes_unvalidated(planner, constraint) &&
           !g_hash_table_contains(planner->apart, constraint) && !is_twofold(constraint) &&
           !gives_way(planner, constraint);
}

static gboolean
is_domain_constraint(const MigObject *constraint)
{
    return mig_object_is_kind(constraint->parent, "domain");
}

/* Whether it is a partitioned table's, whose index cannot be altered. */
static gboolean
is_divided(const MigObject *constraint)
{
    return mig_object_get(constraint->parent, "partition-key") != NULL;
}

void
mig_pg_append_constraint(GString *out, const MigObject *constraint)
{
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    const char *definition = definition_of(constraint);
    const char *options = mig_object_get(constraint, "options");
    const char *deferral = strstr(definition, " DEFERRABLE");
    int length = (int)(deferral ? (gsize)(deferral - definition) : strlen(definition));

    if (options && is_divided(constraint))
        g_string_append_printf(out, "CONSTRAINT %s %.*s WITH (%s)%s", name, length, definition,
                               options, definition + length);
    else
        g_string_append_printf(out, "CONSTRAINT %s %s", name, definition);
}

static char *
comment_target(const MigPgPlanner *planner, const MigObject *constraint)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    return g_strdup_printf("CONSTRAINT %s ON %s", name, table);
}

void
mig_pg_finish_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                         MigAction *action)
{
    g_autofree char *what = comment_target(planner, constraint);
    const char *options = mig_object_get(constraint, "options");

    if (options && !is_divided(constraint)) {
        g_autofree char *index =
            mig_pg_name_beside(planner, constraint, mig_object_name(constraint));

        mig_action_sql(action, "ALTER INDEX %s SET (%s)", index, options);
    }
    mig_pg_add_comment(action, constraint, what);
}

/* Whether the parent's key, which comes, leaves it to statements of their own to join those of the
 * partitions to it. */
static gboolean
joins_by_itself(const MigPgPlanner *planner, const MigObject *constraint)
{
    const MigObject *parent = mig_pg_inherited_from(planner, constraint);

    return parent && mig_pg_planner_creates(planner, parent) &&
           mig_pg_index_stands_alone(planner, parent);
}

static void
join_key(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    const MigObject *parent = mig_pg_inherited_from(planner, constraint);
    g_autofree char *name = mig_pg_name_beside(planner, constraint, mig_object_name(constraint));
    g_autofree char *parent_name = mig_pg_name_beside(planner, parent, mig_object_name(parent));

    mig_action_sql(action, "ALTER INDEX %s ATTACH PARTITION %s", parent_name, name);
    mig_action_need(action, "create %s", parent->identity);
    mig_action_need(action, "attach %s", constraint->parent->identity);
}

/* A key of a partition that has a name of its own is made by itself and joined to the parent's. */
static void
attach_key(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, constraint);
    g_autoptr(GString) text = g_string_new(NULL);

    mig_pg_append_constraint(text, constraint);
    mig_action_sql(action, "%s ADD %s", alter, text->str);
    join_key(planner, constraint, action);
}

static void
validate(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    mig_action_sql(action, "%s VALIDATE CONSTRAINT %s", alter, name);
    mig_pg_hazards_of_constraint(planner, constraint, action);
}

/* What says nothing of the rows there are comes when all have the values of new columns. */
static void
need_fills(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    for (guint i = 0; mig_pg_is_unvalidated(constraint) && i < constraint->depends->len; i++) {
        const MigObject *column =
            mig_schema_find(planner->input->to, constraint->depends->pdata[i]);

        if (column && mig_pg_is_filled_later(planner, column))
            mig_action_need(action, "fill %s", column->identity);
    }
}

static void
create_constraint(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autoptr(GString) text = g_string_new(NULL);

    if (is_domain_constraint(constraint)) {
        if (!mig_pg_is_made_anew(planner, constraint->parent))
            mig_pg_add_domain_constraint(planner, constraint, action);
        return;
    }
    const MigObject *parent = mig_pg_inherited_from(planner, constraint);

    need_same_keys(planner, constraint, action);
    need_fills(planner, constraint, action);
    if (joins_by_itself(planner, constraint)) {
        attach_key(planner, constraint, action);
    } else if (!mig_pg_follows_parent(planner, constraint)) {
        if (mig_pg_add_constraint_in_steps(planner, constraint, action)) {
            mig_pg_finish_constraint(planner, constraint, action);
            return;
        }
        mig_pg_append_constraint(text, constraint);
        mig_action_sql(action, "ALTER TABLE %s%s ADD %s",
                       mig_pg_index_stands_alone(planner, constraint) ? "ONLY " : "", table,
                       text->str);
        mig_pg_hazards_of_constraint(planner, constraint, action);
        mig_pg_locks_of_constraint(planner, constraint, action);
    } else if (mig_pg_comes_unvalidated(planner, constraint) &&
               !mig_pg_is_unvalidated(constraint) && mig_pg_is_unvalidated(parent)) {
        validate(planner, constraint, action);
    }
    mig_pg_finish_constraint(planner, constraint, action);
}

/* Whether DETACH PARTITION may have taken a foreign key with it: servers before 14 lose those of a
 * table to itself. */
static gboolean
may_be_lost(const MigPgPlanner *planner, const MigObject *constraint)
{
    return planner->version < DETACH_KEEPS_KEYS && mig_pg_is_foreign_key(constraint) &&
           g_hash_table_contains(planner->detached, constraint->parent);
}

static void
drop_from_table(MigPgPlanner *planner, const MigObject *constraint, const char *table,
                const char *name, MigAction *action)
{
    mig_action_sql(action, "ALTER TABLE %s DROP CONSTRAINT %s%s", table,
                   may_be_lost(planner, constraint) ? "IF EXISTS " : "", name);
    if (mig_pg_is_foreign_key(constraint))
        mig_pg_hazard_of_reference(planner, constraint, action);
}

gboolean
mig_pg_is_gone_with_parent(const MigPgPlanner *planner, const MigObject *constraint)
{
    const MigObject *first = mig_pg_first_of_line(planner, constraint);

    return first != constraint && mig_pg_is_foreign_key(first) &&
           g_hash_table_contains(planner->apart, first);
}

static void
drop_constraint(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->from, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    if (is_domain_constraint(constraint))
        mig_pg_drop_domain_constraint(planner, constraint, action);
    else if ((!mig_pg_follows_parent(planner, constraint) ||
              mig_pg_is_left_behind(planner, constraint)) &&
             !mig_pg_is_gone_with_parent(planner, constraint))
        drop_from_table(planner, constraint, table, name, action);
    if (mig_pg_is_left_behind(planner, constraint))
        mig_action_need(action, "alter %s", constraint->parent->identity);
    if (mig_object_get(constraint, "inherited") && !mig_pg_is_gone_with_parent(planner, constraint))
        mig_action_need(action, "detach %s", constraint->parent->identity);
}

/* Whether only NOT VALID goes away. */
static gboolean
is_validation(const MigChange *change)
{
    const char *old = definition_of(change->from), *new = definition_of(change->to);
    gsize length = strlen(new);

    return g_str_has_prefix(old, new) && strcmp(old + length, NOT_VALID) == 0;
}

/* The definition without what ALTER CONSTRAINT can change. New string. */
static char *
without_deferral(const char *definition)
{
    static const char *const endings[] = {NOT_VALID, " INITIALLY DEFERRED", " DEFERRABLE"};
    char *text = g_strdup(definition);

    for (gsize i = 1; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(text, endings[i]))
            text[strlen(text) - strlen(endings[i])] = '\0';
    }
    return text;
}

static gboolean
is_deferral(const MigChange *change)
{
    g_autofree char *old = without_deferral(definition_of(change->from));
    g_autofree char *new = without_deferral(definition_of(change->to));

    return mig_pg_is_foreign_key(change->to) && strcmp(old, new) == 0;
}

/* Whether it goes with the parent's; or would stay the table's own beside that of a parent, which
 * merges with it, while a partition's becomes the parent's. */
static gboolean
changes_sides(const MigPgPlanner *planner, const MigChange *change)
{
    const MigObject *parent = mig_pg_inherited_from(planner, change->to);

    if (!mig_object_get(change->to, "inherited"))
        return TRUE;
    return parent && !mig_pg_twin(planner, parent) && !mig_pg_partitioned_by(change->to->parent);
}

static gboolean
can_alter_constraint(MigPgPlanner *planner, const MigChange *change)
{
    if (mig_pg_changes(change, "options") && is_divided(change->to))
        return FALSE;
    if (mig_pg_changes(change, "inherited") && mig_pg_keeps_parents(change) &&
        changes_sides(planner, change))
        return FALSE;
    if (g_strcmp0(mig_object_get(change->from, "attached-to"),
                  mig_object_get(change->to, "attached-to")) != 0 &&
        mig_pg_keeps_parents(change))
        return FALSE;
    /* What leaves a parent keeps its checks and foreign keys, which must not stand in the way then. */
    if (mig_object_get(change->from, "inherited") && mig_object_get(change->to, "inherited") &&
        !is_domain_constraint(change->to) && !mig_pg_is_foreign_key(change->to)) {
        if (mig_pg_keeps_parents(change))
            return TRUE;
        if (g_strcmp0(mig_object_get(change->to, "type"), "check") == 0 &&
            mig_pg_changes(change, "definition"))
            return FALSE;
    }
    if (mig_pg_changes(change, "definition"))
        return !mig_pg_changes(change, "type") && (is_validation(change) || is_deferral(change));
    return !mig_pg_changes(change, "type");
}

static void
alter_definition(const MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *alter = mig_pg_alter_table(planner, change->to);
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));
    g_autofree char *plain = without_deferral(definition_of(change->to));
    const char *deferral = definition_of(change->to) + strlen(plain);

    if (is_domain_constraint(change->to)) {
        g_autofree char *domain = mig_pg_qualified(planner->input->to, change->to);

        mig_action_sql(action, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", domain, name);
    } else if (is_validation(change)) {
        validate(planner, change->to, action);
        if (mig_pg_is_online(planner, change->to))
            mig_pg_set_pace(planner, action, MIG_PG_PACE_LONG);
    } else {
        mig_action_sql(action, "%s ALTER CONSTRAINT %s%s", alter, name,
                       *deferral ? deferral : " NOT DEFERRABLE");
    }
}

/* Whether a constraint of a partition, or of what inherits, becomes valid while the parent's does
 * not. */
static gboolean
is_validated_alone(const MigPgPlanner *planner, const MigChange *change)
{
    const MigObject *parent = mig_pg_inherited_from(planner, change->to);

    return parent && is_validation(change) && mig_pg_is_unvalidated(parent);
}

static void
alter_constraint(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_name_beside(planner, change->to, mig_object_name(change->to));
    g_autofree char *index = g_strconcat("INDEX ", name, NULL);
    g_autofree char *own = mig_pg_name(mig_object_name(change->to));
    g_autofree char *relation = mig_pg_qualified(planner->input->to, change->to);
    g_autofree char *what = g_strdup_printf(
        "CONSTRAINT %s ON %s%s", own, is_domain_constraint(change->to) ? "DOMAIN " : "", relation);

    if (mig_pg_changes(change, "definition") &&
        (!mig_pg_follows_parent(planner, change->to) || is_validated_alone(planner, change)) &&
        !mig_pg_is_made_anew(planner, change->to->parent))
        alter_definition(planner, change, action);
    if (mig_pg_changes(change, "inherited") && joins_by_itself(planner, change->to))
        join_key(planner, change->to, action);
    if (mig_pg_changes(change, "options"))
        mig_pg_alter_options(action, change, index);
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_constraint = {
    "constraint", create_constraint, drop_constraint, can_alter_constraint, alter_constraint, NULL,
};
