/* What a set of changes takes along: all that PostgreSQL would refuse to leave standing is dropped
 * before and made again after. */
#include "dialects/postgresql/pg_plan_table.h"

#include <string.h>

/* PostgreSQL does not check values of a domain that are within others. */
static void
disturb_domain(MigPgPlanner *planner, const MigObject *constraint)
{
    const MigObject *domain =
        constraint->parent && mig_object_is_kind(constraint->parent, "domain")
            ? mig_schema_find(planner->input->from, constraint->parent->identity)
            : NULL;

    if (domain && !mig_pg_planner_drops(planner, domain) &&
        !g_str_has_suffix(mig_object_get(constraint, "definition"), " NOT VALID") &&
        mig_pg_type_is_held(planner, domain, FALSE))
        mig_pg_mark_disturbed(planner, domain, domain);
}

static void
mark_created(MigPgPlanner *planner, const MigObject *object)
{
    if (object->unmanaged || !g_hash_table_add(planner->created, (gpointer)object))
        return;
    disturb_domain(planner, object);
    for (guint i = 0; i < object->children->len; i++)
        mark_created(planner, object->children->pdata[i]);
}

static void
mark_dropped(MigPgPlanner *planner, const MigObject *object)
{
    if (object->unmanaged || !g_hash_table_add(planner->dropped, (gpointer)object))
        return;
    const MigObject *twin = mig_pg_twin(planner, object);

    g_ptr_array_add(planner->queue, (gpointer)object);
    for (guint i = 0; i < object->children->len; i++)
        mark_dropped(planner, object->children->pdata[i]);
    if (twin)
        mark_created(planner, twin);
}

void
mig_pg_mark_disturbed(MigPgPlanner *planner, const MigObject *object, const MigObject *cause)
{
    if (g_hash_table_contains(planner->disturbed, object))
        return;
    g_hash_table_insert(planner->disturbed, (gpointer)object, (gpointer)cause);
    g_ptr_array_add(planner->queue, (gpointer)object);
}

/* Such a column cannot be altered: its table is made anew. */
static gboolean
is_in_partition_key(const MigObject *column)
{
    const char *key = mig_pg_is_table_part(column, "column")
                          ? mig_object_get(column->parent, "partition-key")
                          : NULL;
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    MigToken token;
    MigLexer lexer;

    if (!key)
        return FALSE;
    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, key, strlen(key));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (token.length == strlen(name) && strncmp(key + token.offset, name, token.length) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
mark_altered(MigPgPlanner *planner, const MigChange *change)
{
    const MigPgRule *rule = mig_pg_rule_of(planner, change->to);

    if (!rule)
        return;
    gboolean anew = g_hash_table_contains(planner->anew, change->to);

    if (anew && mig_pg_is_table_part(change->to, "column")) {
        g_hash_table_add(planner->defaults, (gpointer)change->from);
        if (mig_object_get(change->to, "default"))
            g_hash_table_add(planner->defaults, (gpointer)change->to);
        anew = FALSE;
    }
    if ((rule->can_alter && !rule->can_alter(planner, change)) || anew) {
        mark_dropped(planner, change->from);
        return;
    }
    if (rule->disturbs && rule->disturbs(planner, change) && is_in_partition_key(change->from)) {
        mark_dropped(planner, change->from->parent);
        return;
    }
    g_hash_table_insert(planner->changes, (gpointer)change->from, (gpointer)change);
    g_hash_table_insert(planner->changes, (gpointer)change->to, (gpointer)change);
    if (mig_object_is_kind(change->to, "constraint"))
        disturb_domain(planner, change->to);
    if (!rule->disturbs || !rule->disturbs(planner, change))
        return;
    if (mig_object_is_kind(change->from, "attribute"))
        mig_pg_mark_disturbed(planner, change->from->parent, change->from->parent);
    else
        mig_pg_mark_disturbed(planner, change->from, mig_pg_first_of_line(planner, change->from));
}

static void
add_dependent(MigPgPlanner *planner, char *identity, const MigObject *object)
{
    GPtrArray *list = g_hash_table_lookup(planner->dependents, identity);

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(planner->dependents, identity, list);
    }
    g_ptr_array_add(list, (gpointer)object);
}

static void
collect_dependents(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        const MigObject *parent = mig_pg_inherited_from(planner, object);

        for (guint j = 0; j < object->depends->len; j++)
            add_dependent(planner, object->depends->pdata[j], object);
        if (parent)
            add_dependent(planner, parent->identity, object);
    }
}

/* Whether an alteration in place takes the dependence away. */
static gboolean
lets_go(const MigPgPlanner *planner, const MigObject *object, const MigObject *cause)
{
    const MigChange *change = mig_pg_change_of(planner, object);
    const MigObject *parent = change ? mig_pg_inherited_from(planner, change->to) : NULL;

    return change && !mig_pg_depends(change->to, cause->identity) &&
           !(parent && strcmp(parent->identity, cause->identity) == 0);
}

static void
look_at_dependents(MigPgPlanner *planner, const MigObject *cause)
{
    const GPtrArray *list = g_hash_table_lookup(planner->dependents, cause->identity);
    gboolean disturbed = !mig_pg_planner_drops(planner, cause);

    for (guint i = 0; list && i < list->len; i++) {
        const MigObject *object = list->pdata[i];

        if (mig_pg_planner_drops(planner, object) ||
            (!disturbed && lets_go(planner, object, cause)))
            continue;
        if (disturbed && is_in_partition_key(object)) {
            mark_dropped(planner, object->parent);
            continue;
        }
        if (mig_pg_stays(planner, object, cause, disturbed))
            continue;
        mark_dropped(planner, mig_object_is_kind(object, "column") &&
                                      !mig_object_is_kind(object->parent, "table")
                                  ? object->parent
                                  : object);
    }
}

/* Whether a constraint that is not valid becomes one that is inherited, which only the making of
 * the parent's brings about: a partition that comes later has it valid. */
static gboolean
must_come_with_parent(const MigPgPlanner *planner, const MigObject *object)
{
    const MigChange *change = g_hash_table_lookup(planner->changes, object);

    if (!mig_pg_is_unvalidated(object) || !mig_object_get(object, "inherited"))
        return FALSE;
    return mig_pg_planner_creates(planner, object) ||
           (change &&
            (mig_pg_changes(change, "inherited") || !mig_pg_is_unvalidated(change->from)));
}

/* Lets constraints be made anew of which tables have to get theirs not valid. Returns whether there
 * are any. */
static gboolean
mark_unvalidated(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);
    gboolean any = FALSE;

    for (guint i = 0; i < objects->len; i++) {
        if (!must_come_with_parent(planner, objects->pdata[i]))
            continue;
        const MigObject *first = mig_pg_first_of_line(planner, objects->pdata[i]);
        const MigObject *old = mig_pg_twin(planner, first);

        if (first == objects->pdata[i] || !old || mig_pg_planner_drops(planner, old))
            continue;
        mark_dropped(planner, old);
        any = TRUE;
    }
    return any;
}

/* Whether a check of a table that becomes a parent's partition with its rows must be the same as
 * that parent's word for word, and cannot be made so: who reads it spells it otherwise. */
static gboolean
must_be_spelled_alike(const MigPgPlanner *planner, const MigObject *object)
{
    const MigObject *table = object->parent, *old = table ? mig_pg_twin(planner, table) : NULL;
    const char *parent = old ? mig_object_get(table, "partition-of") : NULL;

    return parent && !mig_pg_planner_drops(planner, old) && mig_object_get(object, "inherited") &&
           g_strcmp0(parent, mig_object_get(old, "partition-of")) != 0 &&
           g_strcmp0(mig_object_get(object, "type"), "check") == 0 &&
           mig_pg_is_read_otherwise(mig_object_get(object, "definition"));
}

/* Lets such checks be made anew, that of the parent and the table's own: both are then read from
 * the same text. Returns whether there are any. */
static gboolean
mark_read_otherwise(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);
    gboolean any = FALSE;

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (!must_be_spelled_alike(planner, object))
            continue;
        const MigObject *first = mig_pg_twin(planner, mig_pg_first_of_line(planner, object));
        const MigObject *own = mig_pg_twin(planner, object);

        any |= (first && !mig_pg_planner_drops(planner, first)) ||
               (own && !mig_pg_planner_drops(planner, own));
        if (first)
            mark_dropped(planner, first);
        if (own)
            mark_dropped(planner, own);
    }
    return any;
}

/* Lets foreign keys be made anew that would keep tables from being logged, or not, as they are to
 * be. Returns whether there are any. */
static gboolean
mark_hindering(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);
    gboolean any = FALSE;

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *key = mig_pg_planner_drops(planner, objects->pdata[i])
                                   ? NULL
                                   : mig_pg_hindering(planner, objects->pdata[i]);

        if (!key || mig_pg_planner_drops(planner, key))
            continue;
        mark_dropped(planner, key);
        any = TRUE;
    }
    return any;
}

/* Lets indexes and keys of partitioned tables be made anew that the server would build anew with a
 * column, choosing names for those of the partitions. Returns whether there are any. */
static gboolean
mark_renamed(MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);
    gboolean any = FALSE;

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (!g_hash_table_contains(planner->disturbed, object) ||
            mig_pg_planner_drops(planner, object) ||
            (!mig_pg_is_table_part(object, "index") &&
             !mig_pg_is_table_part(object, "constraint")) ||
            mig_pg_inherited_from(planner, object) || !mig_pg_loses_names(planner, object))
            continue;
        mark_dropped(planner, object);
        any = TRUE;
    }
    return any;
}

void
mig_pg_close_changes(MigPgPlanner *planner)
{
    const GPtrArray *changes = planner->input->changes;

    collect_dependents(planner);
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->kind == MIG_DROPPED)
            mark_dropped(planner, change->from);
        else if (change->kind == MIG_ADDED)
            mark_created(planner, change->to);
        else
            mark_altered(planner, change);
    }
    guint done = 0;

    do {
        while (done < planner->queue->len)
            look_at_dependents(planner, planner->queue->pdata[done++]);
    } while (mark_unvalidated(planner) || mark_read_otherwise(planner) || mark_hindering(planner) ||
             mark_renamed(planner));
}
