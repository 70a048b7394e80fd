/* Rules for schemas, extensions, extended statistics and collations; the list of all rules but
 * those of tables. */
#include "dialects/postgresql/pg_plan.h"
#include "dialects/postgresql/pg_plan_object.h"

#include <string.h>

void
mig_pg_add_definition(MigAction *action, const MigObject *object)
{
    g_autofree char *sql = g_strchomp(g_strdup(mig_object_get(object, "definition")));

    if (g_str_has_suffix(sql, ";"))
        sql[strlen(sql) - 1] = '\0';
    mig_action_sql(action, "%s", sql);
}

const char *
mig_pg_enable_words(const char *enabled)
{
    static const struct {
        const char *value, *words;
    } table[] = {
        {"disabled", "DISABLE"}, {"replica", "ENABLE REPLICA"}, {"always", "ENABLE ALWAYS"}};

    for (gsize i = 0; enabled && i < G_N_ELEMENTS(table); i++) {
        if (strcmp(enabled, table[i].value) == 0)
            return table[i].words;
    }
    return "ENABLE";
}

char *
mig_pg_on_relation(const MigSchema *schema, const MigObject *child)
{
    g_autofree char *relation = mig_pg_qualified(schema, child);
    g_autofree char *name = mig_pg_name(mig_object_name(child));

    return g_strconcat(name, " ON ", relation, NULL);
}

void
mig_pg_enable(MigPgPlanner *planner, const MigObject *child, const char *word, MigAction *action)
{
    g_autofree char *relation = mig_pg_qualified(mig_pg_planner_to(planner), child);
    g_autofree char *name = mig_pg_name(mig_object_name(child));

    mig_action_sql(action, "ALTER TABLE %s %s %s %s", relation,
                   mig_pg_enable_words(mig_object_get(child, "enabled")), word, name);
}

/* Behind the literal that begins at c. */
static const char *
skip_literal(const char *c)
{
    for (c++; *c != '\0'; c++) {
        if (*c == '\'' && c[1] == '\'')
            c++;
        else if (*c == '\'')
            return c + 1;
    }
    return c;
}

/* "a='1', b='2'" → names and whole settings in turn. */
static GPtrArray *
split_options(const char *text)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    const char *c = text;

    while (c && *c != '\0') {
        const char *begin = c, *equals = strchr(c, '=');

        if (!equals)
            break;
        c = equals + 1;
        c = *c == '\'' ? skip_literal(c) : c + strcspn(c, ",");
        g_ptr_array_add(parts, g_strndup(begin, (gsize)(equals - begin)));
        g_ptr_array_add(parts, g_strndup(begin, (gsize)(c - begin)));
        c += strspn(c, ", ");
    }
    return parts;
}

static gboolean
has_part(const GPtrArray *parts, guint from, const char *part)
{
    for (guint i = from; i < parts->len; i += 2) {
        if (strcmp(parts->pdata[i], part) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Those of the parts (every second, from `from`) that `others` lacks, joined. */
static char *
lacking(const GPtrArray *parts, guint from, const GPtrArray *others)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    for (guint i = from; i < parts->len; i += 2) {
        if (!has_part(others, from, parts->pdata[i]))
            g_ptr_array_add(list, parts->pdata[i]);
    }
    g_ptr_array_add(list, NULL);
    return g_strjoinv(", ", (char **)list->pdata);
}

void
mig_pg_alter_options(MigAction *action, const MigChange *change, const char *what)
{
    g_autoptr(GPtrArray) old = split_options(mig_object_get(change->from, "options"));
    g_autoptr(GPtrArray) new = split_options(mig_object_get(change->to, "options"));
    g_autofree char *gone = lacking(old, 0, new), *set = lacking(new, 1, old);

    if (*gone)
        mig_action_sql(action, "ALTER %s RESET (%s)", what, gone);
    if (*set)
        mig_action_sql(action, "ALTER %s SET (%s)", what, set);
}

/* "SCHEMA app", "EXTENSION citext". */
static char *
plain(const char *word, const MigObject *object)
{
    g_autofree char *name = mig_pg_name(mig_object_name(object));

    return g_strconcat(word, " ", name, NULL);
}

static void
create_schema(MigPgPlanner *planner, const MigObject *schema, MigAction *action)
{
    g_autofree char *what = plain("SCHEMA", schema);

    mig_action_sql(action, "CREATE %s", what);
    mig_pg_add_comment(action, schema, what);
    mig_pg_add_grants(action, schema, what, NULL);
}

static void
drop_schema(MigPgPlanner *planner, const MigObject *schema, MigAction *action)
{
    g_autofree char *what = plain("SCHEMA", schema);

    mig_action_sql(action, "DROP %s", what);
}

static void
alter_schema(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = plain("SCHEMA", change->to);

    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, what, NULL);
}

static char *
extension_schema(MigPgPlanner *planner, const MigObject *extension)
{
    const char *schema = mig_object_get(extension, "schema");
    const char *fallback = mig_schema_default_namespace(mig_pg_planner_to(planner));

    return mig_pg_name(schema ? schema : fallback);
}

static void
create_extension(MigPgPlanner *planner, const MigObject *extension, MigAction *action)
{
    g_autofree char *what = plain("EXTENSION", extension);
    g_autofree char *name = mig_pg_name(mig_object_name(extension));
    g_autofree char *schema = extension_schema(planner, extension);

    mig_action_sql(action, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s", name, schema);
    mig_pg_add_comment(action, extension, what);
}

static void
drop_extension(MigPgPlanner *planner, const MigObject *extension, MigAction *action)
{
    g_autofree char *what = plain("EXTENSION", extension);

    mig_action_sql(action, "DROP %s", what);
    mig_pg_hazard(action, "CO025", "drops %s with all it brought", extension->title);
}

static void
alter_extension(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = plain("EXTENSION", change->to);
    g_autofree char *schema = extension_schema(planner, change->to);

    if (mig_pg_changes(change, "schema"))
        mig_action_sql(action, "ALTER %s SET SCHEMA %s", what, schema);
    mig_pg_alter_comment(action, change, what);
}

static char *
in_schema(const MigSchema *schema, const char *word, const MigObject *object)
{
    g_autofree char *name = mig_pg_qualified(schema, object);

    return g_strconcat(word, " ", name, NULL);
}

static void
create_statistics(MigPgPlanner *planner, const MigObject *statistics, MigAction *action)
{
    g_autofree char *what = in_schema(mig_pg_planner_to(planner), "STATISTICS", statistics);
    const char *target = mig_object_get(statistics, "target");

    mig_action_sql(action, "CREATE %s %s", what, mig_object_get(statistics, "definition"));
    if (target)
        mig_action_sql(action, "ALTER %s SET STATISTICS %s", what, target);
    mig_pg_add_comment(action, statistics, what);
}

static void
drop_statistics(MigPgPlanner *planner, const MigObject *statistics, MigAction *action)
{
    g_autofree char *what = in_schema(mig_pg_planner_from(planner), "STATISTICS", statistics);

    mig_action_sql(action, "DROP %s", what);
}

static gboolean
can_alter_unless_defined_anew(MigPgPlanner *planner, const MigChange *change)
{
    return !mig_pg_changes(change, "definition");
}

static void
alter_statistics(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = in_schema(mig_pg_planner_to(planner), "STATISTICS", change->to);
    const char *target = mig_object_get(change->to, "target");

    if (mig_pg_changes(change, "target"))
        mig_action_sql(action, "ALTER %s SET STATISTICS %s", what, target ? target : "-1");
    mig_pg_alter_comment(action, change, what);
}

static void
drop_collation(MigPgPlanner *planner, const MigObject *collation, MigAction *action)
{
    g_autofree char *what = in_schema(mig_pg_planner_from(planner), "COLLATION", collation);

    mig_action_sql(action, "DROP %s", what);
}

static gboolean
makes_collation_anew(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes(change, "definition");
}

static gboolean
can_alter_collation(MigPgPlanner *planner, const MigChange *change)
{
    return !makes_collation_anew(planner, change) ||
           mig_pg_collation_is_held(planner, change->from);
}

static void
alter_collation(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = in_schema(mig_pg_planner_to(planner), "COLLATION", change->to);

    if (!mig_pg_is_made_anew(planner, change->to))
        mig_pg_alter_comment(action, change, what);
}

static const MigPgRule schema_rule = {
    "schema", create_schema, drop_schema, NULL, alter_schema, NULL,
};
static const MigPgRule extension_rule = {
    "extension", create_extension, drop_extension, NULL, alter_extension, NULL,
};
static const MigPgRule statistics_rule = {
    "statistics",     create_statistics,
    drop_statistics,  can_alter_unless_defined_anew,
    alter_statistics, NULL,
};
static const MigPgRule collation_rule = {
    "collation",         mig_pg_create_type, drop_collation,
    can_alter_collation, alter_collation,    makes_collation_anew,
};

const MigPgRule *const mig_pg_object_rules[] = {
    &schema_rule,           &extension_rule,        &mig_pg_rule_wrapper,
    &mig_pg_rule_server,    &collation_rule,        &mig_pg_rule_enum,
    &mig_pg_rule_domain,    &mig_pg_rule_composite, &mig_pg_rule_attribute,
    &mig_pg_rule_range,     &mig_pg_rule_function,  &mig_pg_rule_procedure,
    &mig_pg_rule_aggregate, &mig_pg_rule_view,      &mig_pg_rule_materialized_view,
    &mig_pg_rule_rule,      &mig_pg_rule_trigger,   &mig_pg_rule_event_trigger,
    &mig_pg_rule_policy,    &statistics_rule,       NULL,
};
