/* Rules for functions, procedures, aggregates, triggers, event triggers and policies. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"

/* "FUNCTION f(integer)". */
static char *
routine(const MigSchema *schema, const MigObject *object)
{
    g_autofree char *name = mig_pg_qualified(schema, object);
    g_autofree char *word = g_ascii_strup(object->kind, -1);

    return g_strconcat(word, " ", name, object->signature, NULL);
}

static void
create_routine(MigPgPlanner *planner, const MigObject *object, MigAction *action)
{
    g_autofree char *what = routine(mig_pg_planner_to(planner), object);
    gboolean aggregate = mig_object_is_kind(object, "aggregate");
    g_autofree char *grantee =
        aggregate ? g_strconcat("FUNCTION", strchr(what, ' '), NULL) : g_strdup(what);

    mig_pg_add_definition(action, object);
    mig_pg_add_comment(action, object, what);
    mig_pg_add_grants(action, object, grantee, NULL);
}

static void
drop_routine(MigPgPlanner *planner, const MigObject *object, MigAction *action)
{
    g_autofree char *what = routine(mig_pg_planner_from(planner), object);

    mig_action_sql(action, "DROP %s", what);
    g_autofree char *title = mig_pg_title(mig_pg_planner_from(planner), object);

    if (!mig_schema_find(mig_pg_planner_to(planner), object->identity))
        mig_action_hazard(action, "breaks-old-code", "drops %s", title);
}

/* CREATE OR REPLACE changes neither what a routine returns nor the names of its arguments, and
 * takes no default away (PostgreSQL manual, "CREATE FUNCTION"). */
static gboolean
can_alter_routine(MigPgPlanner *planner, const MigChange *change)
{
    return !mig_pg_changes(change, "arguments") && !mig_pg_changes(change, "result");
}

static gboolean
can_alter_aggregate(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes_only(change, "comment", "grants", NULL);
}

static void
alter_routine(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = routine(mig_pg_planner_to(planner), change->to);
    gboolean aggregate = mig_object_is_kind(change->to, "aggregate");
    g_autofree char *grantee =
        aggregate ? g_strconcat("FUNCTION", strchr(what, ' '), NULL) : g_strdup(what);

    if (!mig_pg_changes_only(change, "comment", "grants", NULL))
        mig_pg_add_definition(action, change->to);
    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, grantee, NULL);
}

static void
create_trigger(MigPgPlanner *planner, const MigObject *trigger, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), trigger);
    g_autofree char *what = g_strconcat("TRIGGER ", name, NULL);

    if (!mig_object_get(trigger, "inherited"))
        mig_pg_add_definition(action, trigger);
    if (mig_object_get(trigger, "enabled"))
        mig_pg_enable(planner, trigger, "TRIGGER", action);
    mig_pg_add_comment(action, trigger, what);
}

static void
drop_trigger(MigPgPlanner *planner, const MigObject *trigger, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_from(planner), trigger);

    if (!mig_object_get(trigger, "inherited"))
        mig_action_sql(action, "DROP TRIGGER %s", name);
}

static gboolean
can_alter_trigger(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes_only(change, "enabled", "comment", NULL) ||
           (mig_object_get(change->from, "inherited") && mig_object_get(change->to, "inherited"));
}

static void
alter_trigger(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), change->to);
    g_autofree char *what = g_strconcat("TRIGGER ", name, NULL);

    if (mig_pg_changes(change, "enabled"))
        mig_pg_enable(planner, change->to, "TRIGGER", action);
    mig_pg_alter_comment(action, change, what);
}

static void
enable_event_trigger(const MigObject *trigger, MigAction *action)
{
    g_autofree char *name = mig_pg_name(mig_object_name(trigger));

    mig_action_sql(action, "ALTER EVENT TRIGGER %s %s", name,
                   mig_pg_enable_words(mig_object_get(trigger, "enabled")));
}

static void
create_event_trigger(MigPgPlanner *planner, const MigObject *trigger, MigAction *action)
{
    g_autofree char *name = mig_pg_name(mig_object_name(trigger));
    g_autofree char *what = g_strconcat("EVENT TRIGGER ", name, NULL);
    const char *tags = mig_object_get(trigger, "tags");

    mig_action_sql(action, "CREATE EVENT TRIGGER %s ON %s%s%s%s EXECUTE FUNCTION %s()", name,
                   mig_object_get(trigger, "event"), tags ? " WHEN TAG IN (" : "", tags ? tags : "",
                   tags ? ")" : "", mig_object_get(trigger, "function"));
    if (mig_object_get(trigger, "enabled"))
        enable_event_trigger(trigger, action);
    mig_pg_add_comment(action, trigger, what);
}

static void
drop_event_trigger(MigPgPlanner *planner, const MigObject *trigger, MigAction *action)
{
    g_autofree char *name = mig_pg_name(mig_object_name(trigger));

    mig_action_sql(action, "DROP EVENT TRIGGER %s", name);
}

static gboolean
can_alter_event_trigger(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes_only(change, "enabled", "comment", NULL);
}

static void
alter_event_trigger(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));
    g_autofree char *what = g_strconcat("EVENT TRIGGER ", name, NULL);

    if (mig_pg_changes(change, "enabled"))
        enable_event_trigger(change->to, action);
    mig_pg_alter_comment(action, change, what);
}

static void
append_clauses(GString *sql, const MigObject *policy)
{
    const char *roles = mig_object_get(policy, "roles");
    const char *using = mig_object_get(policy, "using"), *check = mig_object_get(policy, "check");

    g_string_append_printf(sql, " TO %s", roles ? roles : "PUBLIC");
    if (using)
        g_string_append_printf(sql, " USING (%s)", using);
    if (check)
        g_string_append_printf(sql, " WITH CHECK (%s)", check);
}

static void
create_policy(MigPgPlanner *planner, const MigObject *policy, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), policy);
    g_autofree char *what = g_strconcat("POLICY ", name, NULL);
    const char *command = mig_object_get(policy, "command");
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE POLICY %s%s FOR %s", name,
                           mig_object_get(policy, "permissive") ? " AS RESTRICTIVE" : "",
                           command ? command : "ALL");
    append_clauses(sql, policy);
    mig_action_sql(action, "%s", sql->str);
    g_string_free(sql, TRUE);
    mig_pg_add_comment(action, policy, what);
}

static void
drop_policy(MigPgPlanner *planner, const MigObject *policy, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_from(planner), policy);

    mig_action_sql(action, "DROP POLICY %s", name);
}

static gboolean
loses(const MigChange *change, const char *attribute)
{
    return mig_object_get(change->from, attribute) && !mig_object_get(change->to, attribute);
}

/* ALTER POLICY changes neither command nor kind, and cannot take an expression away. */
static gboolean
can_alter_policy(MigPgPlanner *planner, const MigChange *change)
{
    return !mig_pg_changes(change, "permissive") && !mig_pg_changes(change, "command") &&
           !loses(change, "using") && !loses(change, "check");
}

static void
alter_policy(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), change->to);
    g_autofree char *what = g_strconcat("POLICY ", name, NULL);

    if (!mig_pg_changes_only(change, "comment", NULL)) {
        GString *sql = g_string_new("ALTER POLICY ");

        g_string_append(sql, name);
        append_clauses(sql, change->to);
        mig_action_sql(action, "%s", sql->str);
        g_string_free(sql, TRUE);
    }
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_function = {
    "function", create_routine, drop_routine, can_alter_routine, alter_routine, NULL,
};
const MigPgRule mig_pg_rule_procedure = {
    "procedure", create_routine, drop_routine, can_alter_routine, alter_routine, NULL,
};
const MigPgRule mig_pg_rule_aggregate = {
    "aggregate", create_routine, drop_routine, can_alter_aggregate, alter_routine, NULL,
};
const MigPgRule mig_pg_rule_trigger = {
    "trigger", create_trigger, drop_trigger, can_alter_trigger, alter_trigger, NULL,
};
const MigPgRule mig_pg_rule_event_trigger = {
    "event trigger",         create_event_trigger, drop_event_trigger,
    can_alter_event_trigger, alter_event_trigger,  NULL,
};
const MigPgRule mig_pg_rule_policy = {
    "policy", create_policy, drop_policy, can_alter_policy, alter_policy, NULL,
};
