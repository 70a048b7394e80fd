/* Rules for enums, domains, composite and range types; collations are made like them. */
#include <string.h>

#include "dialects/postgresql/pg_plan.h"
#include "dialects/postgresql/pg_plan_object.h"

static const struct {
    const char *kind, *word;
} words[] = {
    {"enum", "TYPE"},       {"domain", "DOMAIN"},       {"composite type", "TYPE"},
    {"range type", "TYPE"}, {"collation", "COLLATION"},
};

const char *
mig_pg_type_word(const MigObject *object)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (mig_object_is_kind(object, words[i].kind))
            return words[i].word;
    }
    return NULL;
}

static void
add_rest(MigAction *action, const MigObject *type, const char *name)
{
    g_autofree char *what = g_strconcat(mig_pg_type_word(type), " ", name, NULL);

    mig_pg_add_comment(action, type, what);
    mig_pg_add_grants(action, type, what, NULL);
}

static void
alter_rest(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *what = g_strconcat(mig_pg_type_word(change->to), " ", name, NULL);

    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, what, NULL);
}

static void
append_constraint(GString *sql, const MigObject *constraint)
{
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    g_string_append_printf(sql, "\n    CONSTRAINT %s %s", name,
                           mig_object_get(constraint, "definition"));
}

static gboolean
is_not_valid(const MigObject *constraint)
{
    const char *definition = mig_object_get(constraint, "definition");

    return definition && g_str_has_suffix(definition, " NOT VALID");
}

static void
constraint_comment(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *domain = mig_pg_qualified(mig_pg_planner_to(planner), constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    g_autofree char *what = g_strconcat("CONSTRAINT ", name, " ON DOMAIN ", domain, NULL);

    mig_pg_add_comment(action, constraint, what);
}

static void
reads_tables(const char *domain, MigAction *action)
{
    mig_pg_hazard(action, "PG069",
                  "reads all tables that have domain %s, and blocks writes to them", domain);
}

static void
checks_values(const char *domain, const char *name, MigAction *action)
{
    mig_action_hazard(action, "fails-on-data", "every value of domain %s must satisfy %s", domain,
                      name);
    reads_tables(domain, action);
}

/* Values are checked in a transaction of their own, in which nothing else is locked. */
static void
validate_later(MigPgPlanner *planner, const MigObject *constraint, const MigAction *first)
{
    g_autofree char *domain = mig_pg_qualified(mig_pg_planner_to(planner), constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    MigAction *action = mig_pg_add_action(planner, "validate", constraint, first->rank);

    mig_action_sql(action, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", domain, name);
    mig_action_need(action, "%s", first->id);
    mig_pg_set_pace(planner, action, MIG_PG_PACE_LONG);
    checks_values(domain, name, action);
}

void
mig_pg_add_domain_constraint(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *domain = mig_pg_qualified(mig_pg_planner_to(planner), constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));
    gboolean later = !is_not_valid(constraint) && mig_pg_is_online(planner, constraint);

    mig_action_sql(action, "ALTER DOMAIN %s ADD CONSTRAINT %s %s%s", domain, name,
                   mig_object_get(constraint, "definition"), later ? " NOT VALID" : "");
    constraint_comment(planner, constraint, action);
    if (later)
        validate_later(planner, constraint, action);
    else if (!is_not_valid(constraint))
        checks_values(domain, name, action);
}

void
mig_pg_drop_domain_constraint(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *domain = mig_pg_qualified(mig_pg_planner_from(planner), constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    mig_action_sql(action, "ALTER DOMAIN %s DROP CONSTRAINT %s", domain, name);
}

static void
domain_sql(MigPgPlanner *planner, const MigObject *domain, const char *name, MigAction *action)
{
    const char *collation = mig_object_get(domain, "collation");
    const char *fallback = mig_object_get(domain, "default");
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE DOMAIN %s AS %s", name, mig_object_get(domain, "type"));
    if (collation)
        g_string_append_printf(sql, " COLLATE %s", collation);
    if (fallback)
        g_string_append_printf(sql, " DEFAULT %s", fallback);
    if (mig_object_get(domain, "not-null"))
        g_string_append(sql, " NOT NULL");
    for (guint i = 0; i < domain->children->len; i++) {
        if (!is_not_valid(domain->children->pdata[i]))
            append_constraint(sql, domain->children->pdata[i]);
    }
    mig_action_sql(action, "%s", sql->str);
    g_string_free(sql, TRUE);
    for (guint i = 0; i < domain->children->len; i++) {
        if (is_not_valid(domain->children->pdata[i]))
            mig_pg_add_domain_constraint(planner, domain->children->pdata[i], action);
        else
            constraint_comment(planner, domain->children->pdata[i], action);
    }
}

static void
composite_sql(const MigObject *type, const char *name, MigAction *action)
{
    GString *sql = g_string_new(NULL);
    const char *separator = "";

    g_string_append_printf(sql, "CREATE TYPE %s AS (", name);
    for (guint i = 0; i < type->children->len; i++) {
        const MigObject *attribute = type->children->pdata[i];
        const char *collation = mig_object_get(attribute, "collation");
        g_autofree char *quoted = mig_pg_name(mig_object_name(attribute));

        g_string_append_printf(sql, "%s\n    %s %s", separator, quoted,
                               mig_object_get(attribute, "type"));
        if (collation)
            g_string_append_printf(sql, " COLLATE %s", collation);
        separator = ",";
    }
    g_string_append(sql, type->children->len > 0 ? "\n)" : ")");
    mig_action_sql(action, "%s", sql->str);
    g_string_free(sql, TRUE);
    for (guint i = 0; i < type->children->len; i++) {
        const MigObject *attribute = type->children->pdata[i];
        g_autofree char *quoted = mig_pg_name(mig_object_name(attribute));
        g_autofree char *what = g_strconcat("COLUMN ", name, ".", quoted, NULL);

        mig_pg_add_comment(action, attribute, what);
    }
}

void
mig_pg_create_type(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), type);

    if (mig_object_is_kind(type, "enum"))
        mig_action_sql(action, "CREATE TYPE %s AS ENUM (%s)", name, mig_object_get(type, "labels"));
    else if (mig_object_is_kind(type, "range type"))
        mig_action_sql(action, "CREATE TYPE %s AS RANGE (%s)", name,
                       mig_object_get(type, "definition"));
    else if (mig_object_is_kind(type, "collation"))
        mig_action_sql(action, "CREATE COLLATION %s (%s)", name,
                       mig_object_get(type, "definition"));
    else if (mig_object_is_kind(type, "domain"))
        domain_sql(planner, type, name, action);
    else
        composite_sql(type, name, action);
    add_rest(action, type, name);
}

static void
drop_type(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), type);

    mig_action_sql(action, "DROP %s %s", mig_pg_type_word(type), name);
    g_autofree char *title = mig_pg_title(mig_pg_planner_from(planner), type);

    mig_action_hazard(action, "breaks-old-code", "drops %s", title);
}

static GPtrArray *
labels_of(const MigObject *type)
{
    const char *c = mig_object_get(type, "labels");
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

    while (c && *c == '\'') {
        const char *begin = c++;

        while (*c != '\0' && (*c != '\'' || c[1] == '\''))
            c += *c == '\'' ? 2 : 1;
        g_ptr_array_add(labels, g_strndup(begin, (gsize)(c + 1 - begin)));
        c += strspn(c + 1, ", ") + 1;
    }
    return labels;
}

static gboolean
has(const GPtrArray *labels, const char *label)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)labels, label, g_str_equal, NULL);
}

/* Whether labels were only added: those that were there are there in the same order. */
static gboolean
only_adds(const GPtrArray *old, const GPtrArray *new)
{
    guint at = 0;

    for (guint i = 0; i < new->len &&at < old->len; i++)
        at += strcmp(old->pdata[at], new->pdata[i]) == 0;
    return at == old->len;
}

static gboolean
makes_enum_anew(MigPgPlanner *planner, const MigChange *change)
{
    g_autoptr(GPtrArray) old = labels_of(change->from), new = labels_of(change->to);

    return mig_pg_changes(change, "labels") && !only_adds(old, new);
}

static void
add_labels(MigPgPlanner *planner, const MigChange *change, const GPtrArray *old,
           const GPtrArray *new, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);

    for (guint i = 0; i < new->len; i++) {
        const char *label = new->pdata[i];

        if (has(old, label))
            continue;
        if (i == 0 && old->len == 0)
            mig_action_sql(action, "ALTER TYPE %s ADD VALUE %s", name, label);
        else if (i == 0)
            mig_action_sql(action, "ALTER TYPE %s ADD VALUE %s BEFORE %s", name, label,
                           (char *)old->pdata[0]);
        else
            mig_action_sql(action, "ALTER TYPE %s ADD VALUE %s AFTER %s", name, label,
                           (char *)new->pdata[i - 1]);
    }
    action->own_transaction = TRUE;
}

static void
warn_of_lost_labels(const GPtrArray *old, const GPtrArray *new, const char *title,
                    MigAction *action)
{
    for (guint i = 0; i < old->len; i++) {
        if (!has(new, old->pdata[i]))
            mig_pg_hazard(action, "CO002",
                          "rows that hold the label %s of %s make it fail: change them first",
                          (char *)old->pdata[i], title);
    }
}

static void
alter_enum(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autoptr(GPtrArray) old = labels_of(change->from), new = labels_of(change->to);

    if (makes_enum_anew(planner, change)) {
        g_autofree char *title = mig_pg_title(mig_pg_planner_to(planner), change->to);

        warn_of_lost_labels(old, new, title, action);
        return;
    }
    if (mig_pg_changes(change, "labels"))
        add_labels(planner, change, old, new, action);
    alter_rest(planner, change, action);
}

static gboolean
makes_domain_anew(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes(change, "type") || mig_pg_changes(change, "collation") ||
           (mig_pg_changes(change, "not-null") && mig_object_get(change->to, "not-null") &&
            mig_pg_type_is_held(planner, change->from, FALSE));
}

static void
alter_domain(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    const char *fallback = mig_object_get(change->to, "default");

    if (mig_pg_is_made_anew(planner, change->to))
        return;
    if (mig_pg_changes(change, "default") && fallback)
        mig_action_sql(action, "ALTER DOMAIN %s SET DEFAULT %s", name, fallback);
    else if (mig_pg_changes(change, "default"))
        mig_action_sql(action, "ALTER DOMAIN %s DROP DEFAULT", name);
    if (mig_pg_changes(change, "not-null")) {
        gboolean set = mig_object_get(change->to, "not-null") != NULL;

        mig_action_sql(action, "ALTER DOMAIN %s %s NOT NULL", name, set ? "SET" : "DROP");
        if (set) {
            mig_pg_hazard(action, "CO006", "no column of domain %s may hold NULL", name);
            reads_tables(name, action);
        }
    }
    alter_rest(planner, change, action);
}

static gboolean
makes_range_anew(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes(change, "definition");
}

static void
alter_range(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    if (!mig_pg_is_made_anew(planner, change->to))
        alter_rest(planner, change, action);
}

static void
alter_composite(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    if (!mig_pg_is_made_anew(planner, change->to))
        alter_rest(planner, change, action);
}

static void
create_attribute(MigPgPlanner *planner, const MigObject *attribute, MigAction *action)
{
    g_autofree char *type = mig_pg_qualified(mig_pg_planner_to(planner), attribute);
    g_autofree char *name = mig_pg_name(mig_object_name(attribute));
    g_autofree char *what = g_strconcat("COLUMN ", type, ".", name, NULL);
    const char *collation = mig_object_get(attribute, "collation");

    mig_action_sql(action, "ALTER TYPE %s ADD ATTRIBUTE %s %s%s%s", type, name,
                   mig_object_get(attribute, "type"), collation ? " COLLATE " : "",
                   collation ? collation : "");
    mig_pg_add_comment(action, attribute, what);
}

static void
drop_attribute(MigPgPlanner *planner, const MigObject *attribute, MigAction *action)
{
    g_autofree char *type = mig_pg_qualified(mig_pg_planner_from(planner), attribute);
    g_autofree char *name = mig_pg_name(mig_object_name(attribute));

    mig_action_sql(action, "ALTER TYPE %s DROP ATTRIBUTE %s", type, name);
    g_autofree char *title = mig_pg_title(mig_pg_planner_from(planner), attribute);

    mig_pg_hazard(action, "DS002", "drops %s", title);
}

static gboolean
changes_type(const MigChange *change)
{
    return mig_pg_changes(change, "type") || mig_pg_changes(change, "collation");
}

static gboolean
makes_composite_anew(MigPgPlanner *planner, const MigChange *change)
{
    return changes_type(change) && mig_pg_type_is_held(planner, change->from->parent, TRUE);
}

static void
alter_attribute(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *type = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));
    g_autofree char *what = g_strconcat("COLUMN ", type, ".", name, NULL);
    const char *collation = mig_object_get(change->to, "collation");

    if (mig_pg_is_made_anew(planner, change->to->parent))
        return;
    if (changes_type(change))
        mig_action_sql(action, "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s%s%s", type, name,
                       mig_object_get(change->to, "type"), collation ? " COLLATE " : "",
                       collation ? collation : "");
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_enum = {
    "enum", mig_pg_create_type, drop_type, NULL, alter_enum, makes_enum_anew,
};
const MigPgRule mig_pg_rule_domain = {
    "domain", mig_pg_create_type, drop_type, NULL, alter_domain, makes_domain_anew,
};
const MigPgRule mig_pg_rule_composite = {
    "composite type", mig_pg_create_type, drop_type, NULL, alter_composite, NULL,
};
const MigPgRule mig_pg_rule_range = {
    "range type", mig_pg_create_type, drop_type, NULL, alter_range, makes_range_anew,
};
const MigPgRule mig_pg_rule_attribute = {
    "attribute", create_attribute, drop_attribute, NULL, alter_attribute, makes_composite_anew,
};
