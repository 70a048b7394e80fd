/* Rules for views, materialized views and rewrite rules. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"

static void
add_with(GString *sql, const MigObject *object)
{
    const char *options = mig_object_get(object, "options");

    if (options)
        g_string_append_printf(sql, " WITH (%s)", options);
}

/* What CREATE [OR REPLACE] VIEW leaves out of a view's columns: defaults and comments. */
static void
add_columns(MigAction *action, const MigObject *view, const char *name, gboolean materialized)
{
    const char *alter = materialized ? "MATERIALIZED VIEW" : "VIEW";

    for (guint i = 0; i < view->children->len; i++) {
        const MigObject *column = view->children->pdata[i];

        if (!mig_object_is_kind(column, "column"))
            continue;
        g_autofree char *quoted = mig_pg_name(mig_object_name(column));
        g_autofree char *what = g_strconcat("COLUMN ", name, ".", quoted, NULL);
        g_autofree char *relation = g_strconcat("TABLE ", name, NULL);
        const char *fallback = mig_object_get(column, "default");
        const char *statistics = mig_object_get(column, "statistics");

        if (fallback)
            mig_action_sql(action, "ALTER %s %s ALTER COLUMN %s SET DEFAULT %s", alter, name,
                           quoted, fallback);
        if (statistics)
            mig_action_sql(action, "ALTER %s %s ALTER COLUMN %s SET STATISTICS %s", alter, name,
                           quoted, statistics);
        mig_pg_add_comment(action, column, what);
        mig_pg_add_grants(action, column, relation, quoted);
    }
}

static void
view_sql(MigPgPlanner *planner, const MigObject *view, MigAction *action, const char *verb)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), view);
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "%s VIEW %s", verb, name);
    add_with(sql, view);
    g_string_append_printf(sql, " AS\n%s", mig_object_get(view, "definition"));
    mig_action_sql(action, "%s", sql->str);
    g_string_free(sql, TRUE);
}

static void
create_view(MigPgPlanner *planner, const MigObject *view, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), view);
    g_autofree char *comment = g_strconcat("VIEW ", name, NULL);
    g_autofree char *relation = g_strconcat("TABLE ", name, NULL);

    view_sql(planner, view, action, "CREATE");
    add_columns(action, view, name, FALSE);
    mig_pg_add_comment(action, view, comment);
    mig_pg_add_grants(action, view, relation, NULL);
}

static void
drop_view(MigPgPlanner *planner, const MigObject *view, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), view);
    gboolean materialized = mig_object_is_kind(view, "materialized view");

    mig_action_sql(action, "DROP %s %s", materialized ? "MATERIALIZED VIEW" : "VIEW", name);
    g_autofree char *title = mig_pg_title(mig_pg_planner_from(planner), view);

    if (!mig_schema_find(mig_pg_planner_to(planner), view->identity))
        mig_action_hazard(action, "breaks-old-code", "drops %s", title);
}

static GPtrArray *
columns_of(const MigObject *view)
{
    GPtrArray *columns = g_ptr_array_new();

    for (guint i = 0; i < view->children->len; i++) {
        if (mig_object_is_kind(view->children->pdata[i], "column"))
            g_ptr_array_add(columns, view->children->pdata[i]);
    }
    return columns;
}

/* CREATE OR REPLACE VIEW keeps columns as they are and may add some at the end (PostgreSQL manual,
 * "CREATE VIEW"). */
gboolean
mig_pg_view_is_replaceable(const MigObject *from, const MigObject *to)
{
    g_autoptr(GPtrArray) old = columns_of(from), new = columns_of(to);

    if (old->len > new->len)
        return FALSE;
    for (guint i = 0; i < old->len; i++) {
        const MigObject *before = old->pdata[i], *after = new->pdata[i];

        if (strcmp(mig_object_name(before), mig_object_name(after)) != 0 ||
            g_strcmp0(mig_object_get(before, "type"), mig_object_get(after, "type")) != 0 ||
            g_strcmp0(mig_object_get(before, "collation"), mig_object_get(after, "collation")) != 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean
can_alter_view(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_view_is_replaceable(change->from, change->to);
}

static void
alter_view(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *comment = g_strconcat("VIEW ", name, NULL);
    g_autofree char *relation = g_strconcat("TABLE ", name, NULL);

    if (mig_pg_changes(change, "definition") || mig_pg_changes(change, "options"))
        view_sql(planner, change->to, action, "CREATE OR REPLACE");
    mig_pg_alter_comment(action, change, comment);
    mig_pg_alter_grants(action, change, relation, NULL);
}

static void
create_materialized(MigPgPlanner *planner, const MigObject *view, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), view);
    g_autofree char *comment = g_strconcat("MATERIALIZED VIEW ", name, NULL);
    g_autofree char *relation = g_strconcat("TABLE ", name, NULL);
    const char *method = mig_object_get(view, "access-method");
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE MATERIALIZED VIEW %s", name);
    if (method)
        g_string_append_printf(sql, " USING %s", method);
    add_with(sql, view);
    g_string_append_printf(sql, " AS\n%s", mig_object_get(view, "definition"));
    if (g_strcmp0(mig_object_get(view, "populated"), "no") == 0)
        g_string_append(sql, "\n WITH NO DATA");
    mig_action_sql(action, "%s", sql->str);
    g_string_free(sql, TRUE);
    add_columns(action, view, name, TRUE);
    mig_pg_add_comment(action, view, comment);
    mig_pg_add_grants(action, view, relation, NULL);
    g_autofree char *title = mig_pg_title(mig_pg_planner_to(planner), view);

    if (mig_schema_find(mig_pg_planner_from(planner), view->identity))
        mig_pg_hazard(action, "PG068", "reads all rows that %s shows again", title);
}

static gboolean
can_alter_materialized(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes_only(change, "comment", "grants", "options", NULL);
}

static void
alter_materialized(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *comment = g_strconcat("MATERIALIZED VIEW ", name, NULL);
    g_autofree char *relation = g_strconcat("TABLE ", name, NULL);

    if (mig_pg_changes(change, "options"))
        mig_pg_alter_options(action, change, comment);
    mig_pg_alter_comment(action, change, comment);
    mig_pg_alter_grants(action, change, relation, NULL);
}

/* A column of a view has no life of its own: it comes and goes with the view's definition. */
void
mig_pg_alter_view_column(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    const MigObject *view = change->to->parent;
    gboolean materialized = mig_object_is_kind(view, "materialized view");
    const char *alter = materialized ? "MATERIALIZED VIEW" : "VIEW";
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), view);
    g_autofree char *column = mig_pg_name(mig_object_name(change->to));
    g_autofree char *what = g_strconcat("COLUMN ", name, ".", column, NULL);
    g_autofree char *relation = g_strconcat("TABLE ", name, NULL);
    const char *fallback = mig_object_get(change->to, "default");
    const char *statistics = mig_object_get(change->to, "statistics");

    if (mig_pg_changes(change, "default") && fallback)
        mig_action_sql(action, "ALTER %s %s ALTER COLUMN %s SET DEFAULT %s", alter, name, column,
                       fallback);
    else if (mig_pg_changes(change, "default"))
        mig_action_sql(action, "ALTER %s %s ALTER COLUMN %s DROP DEFAULT", alter, name, column);
    if (mig_pg_changes(change, "statistics"))
        mig_action_sql(action, "ALTER %s %s ALTER COLUMN %s SET STATISTICS %s", alter, name, column,
                       statistics ? statistics : "-1");
    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, relation, column);
}

static void
create_rule(MigPgPlanner *planner, const MigObject *rule, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), rule);
    g_autofree char *what = g_strconcat("RULE ", name, NULL);

    mig_pg_add_definition(action, rule);
    if (mig_object_get(rule, "enabled"))
        mig_pg_enable(planner, rule, "RULE", action);
    mig_pg_add_comment(action, rule, what);
}

static void
drop_rule(MigPgPlanner *planner, const MigObject *rule, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_from(planner), rule);

    mig_action_sql(action, "DROP RULE %s", name);
}

static gboolean
can_alter_rule(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes_only(change, "enabled", "comment", NULL);
}

static void
alter_rule(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_on_relation(mig_pg_planner_to(planner), change->to);
    g_autofree char *what = g_strconcat("RULE ", name, NULL);

    if (mig_pg_changes(change, "enabled"))
        mig_pg_enable(planner, change->to, "RULE", action);
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_view = {"view",         create_view, drop_view,
                                    can_alter_view, alter_view,  NULL};
const MigPgRule mig_pg_rule_materialized_view = {
    "materialized view",    create_materialized, drop_view,
    can_alter_materialized, alter_materialized,  NULL,
};
const MigPgRule mig_pg_rule_rule = {"rule",         create_rule, drop_rule,
                                    can_alter_rule, alter_rule,  NULL};
