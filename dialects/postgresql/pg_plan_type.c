/* Rules for enums, domains, composite and range types.
 *
 * What cannot be altered in place is made anew: the old type is renamed, a new one made, every
 * column that has it is changed through text, and the old one dropped. Types made of it go the same
 * way. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"

#define OLD_SUFFIX "__old"

static const struct {
    const char *kind, *word;
} words[] = {
    {"enum", "TYPE"},
    {"domain", "DOMAIN"},
    {"composite type", "TYPE"},
    {"range type", "TYPE"},
};

/* NULL: not a type. */
static const char *
word_of(const MigObject *object)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (mig_pg_is_kind(object, words[i].kind))
            return words[i].word;
    }
    return NULL;
}

static gboolean
depends_on(const MigObject *object, const char *identity)
{
    for (guint i = 0; i < object->depends->len; i++) {
        if (strcmp(object->depends->pdata[i], identity) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_rest(MigAction *action, const MigObject *type, const char *name)
{
    g_autofree char *what = g_strconcat(word_of(type), " ", name, NULL);

    mig_pg_add_comment(action, type, what);
    mig_pg_add_grants(action, type, what, NULL);
}

static void
alter_rest(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *what = g_strconcat(word_of(change->to), " ", name, NULL);

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

void
mig_pg_add_domain_constraint(MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *domain = mig_pg_qualified(mig_pg_planner_to(planner), constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    mig_action_sql(action, "ALTER DOMAIN %s ADD CONSTRAINT %s %s", domain, name,
                   mig_object_get(constraint, "definition"));
    constraint_comment(planner, constraint, action);
    if (!is_not_valid(constraint))
        mig_action_hazard(action, "fails-on-data",
                          "every value of %s must satisfy %s; all tables that have it are read",
                          constraint->parent->title, name);
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

static void
create_type(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), type);

    if (mig_pg_is_kind(type, "enum"))
        mig_action_sql(action, "CREATE TYPE %s AS ENUM (%s)", name, mig_object_get(type, "labels"));
    else if (mig_pg_is_kind(type, "range type"))
        mig_action_sql(action, "CREATE TYPE %s AS RANGE (%s)", name,
                       mig_object_get(type, "definition"));
    else if (mig_pg_is_kind(type, "domain"))
        domain_sql(planner, type, name, action);
    else
        composite_sql(type, name, action);
    add_rest(action, type, name);
}

static void
drop_type(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), type);

    mig_action_sql(action, "DROP %s %s", word_of(type), name);
    mig_action_hazard(action, "breaks-old-code", "drops %s", type->title);
}

/* Adds the type and, behind it, the types of both states that are made of it. */
static void
collect_types(MigPgPlanner *planner, const MigObject *type, GPtrArray *types)
{
    const MigSchema *from = mig_pg_planner_from(planner), *to = mig_pg_planner_to(planner);
    const GPtrArray *roots = mig_schema_roots(from);

    if (g_ptr_array_find(types, type, NULL))
        return;
    g_ptr_array_add(types, (gpointer)type);
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        gboolean uses = word_of(root) && depends_on(root, type->identity);

        for (guint j = 0; !uses && word_of(root) && j < root->children->len; j++)
            uses = depends_on(root->children->pdata[j], type->identity);
        const MigObject *twin = uses ? mig_schema_find(to, root->identity) : NULL;

        if (twin)
            collect_types(planner, twin, types);
    }
}

static char *
old_name(const MigObject *type)
{
    return g_strconcat(mig_object_name(type), OLD_SUFFIX, NULL);
}

static char *
old_qualified(MigPgPlanner *planner, const MigObject *type)
{
    const MigSchema *to = mig_pg_planner_to(planner);
    const char *namespace = mig_object_namespace(type);
    g_autofree char *name = old_name(type);
    g_autofree char *quoted = mig_pg_name(name);

    if (g_strcmp0(namespace, mig_schema_default_namespace(to)) == 0)
        return g_steal_pointer(&quoted);
    g_autofree char *schema = mig_pg_name(namespace);

    return g_strconcat(schema, ".", quoted, NULL);
}

static gboolean
is_array(const char *type)
{
    return g_str_has_suffix(type, "[]");
}

/* A column that has a type which is made anew, and keeps its values. */
typedef struct {
    const MigObject *from, *to;
    char *alter; /* "ALTER TABLE t ALTER COLUMN c" */
    char *name;
} Kept;

static void
kept_free(gpointer data)
{
    Kept *kept = data;

    g_free(kept->alter);
    g_free(kept->name);
    g_free(kept);
}

static const char *
brackets(const MigObject *column)
{
    return is_array(mig_object_get(column, "type")) ? "[]" : "";
}

static void
drop_default(const Kept *kept, MigAction *action)
{
    if (mig_object_get(kept->from, "default"))
        mig_action_sql(action, "%s DROP DEFAULT", kept->alter);
}

static void
set_default(const Kept *kept, MigAction *action)
{
    const char *value = mig_object_get(kept->to, "default");

    if (value)
        mig_action_sql(action, "%s SET DEFAULT %s", kept->alter, value);
}

static gboolean
uses_any(const MigObject *column, const GPtrArray *types)
{
    for (guint i = 0; i < types->len; i++) {
        if (depends_on(column, ((const MigObject *)types->pdata[i])->identity))
            return TRUE;
    }
    return FALSE;
}

/* Those that have one of the types before and after. New array of Kept*. */
static GPtrArray *
kept_columns(MigPgPlanner *planner, const GPtrArray *types, MigAction *action)
{
    const GPtrArray *objects = mig_schema_objects(mig_pg_planner_from(planner));
    GPtrArray *list = g_ptr_array_new_with_free_func(kept_free);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *from = objects->pdata[i];

        if (!mig_pg_is_kind(from, "column") || !mig_pg_is_kind(from->parent, "table") ||
            mig_object_get(from, "inherited") || mig_object_get(from, "generated") ||
            !uses_any(from, types))
            continue;
        const MigObject *to = mig_schema_find(mig_pg_planner_to(planner), from->identity);

        if (!to || g_strcmp0(mig_object_get(from, "type"), mig_object_get(to, "type")) != 0)
            continue;
        Kept *kept = g_new0(Kept, 1);
        g_autofree char *table = mig_pg_qualified(mig_pg_planner_to(planner), to);

        kept->from = from;
        kept->to = to;
        kept->name = mig_pg_name(mig_object_name(to));
        kept->alter = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s", table, kept->name);
        g_ptr_array_add(list, kept);
        mig_action_hazard(action, "rewrite", "rewrites table %s under ACCESS EXCLUSIVE", table);
    }
    return list;
}

/* Old and new types stand side by side while the columns change from one to the other. */
static void
make_beside(MigPgPlanner *planner, const GPtrArray *types, const GPtrArray *columns,
            MigAction *action)
{
    for (guint i = 0; i < types->len; i++) {
        const MigObject *type = types->pdata[i];
        g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), type);
        g_autofree char *plain = old_name(type), *old = mig_pg_name(plain);

        mig_action_sql(action, "ALTER %s %s RENAME TO %s", word_of(type), name, old);
    }
    for (guint i = 0; i < types->len; i++)
        create_type(planner, types->pdata[i], action);
    for (guint i = 0; i < columns->len; i++) {
        const Kept *kept = columns->pdata[i];
        const char *type = mig_object_get(kept->to, "type");

        drop_default(kept, action);
        mig_action_sql(action, "%s TYPE %s USING %s::text%s::%s", kept->alter, type, kept->name,
                       brackets(kept->to), type);
        set_default(kept, action);
    }
    for (guint i = types->len; i > 0; i--) {
        const MigObject *type = types->pdata[i - 1];
        g_autofree char *old = old_qualified(planner, type);

        mig_action_sql(action, "DROP %s %s", word_of(type), old);
    }
}

/* A range type cannot stand beside the new one, since its functions and its multirange would keep
 * their names: the columns are text in between. */
static void
make_behind(MigPgPlanner *planner, const GPtrArray *types, const GPtrArray *columns,
            MigAction *action)
{
    for (guint i = 0; i < columns->len; i++) {
        const Kept *kept = columns->pdata[i];

        drop_default(kept, action);
        mig_action_sql(action, "%s TYPE text%s", kept->alter, brackets(kept->to));
    }
    for (guint i = types->len; i > 0; i--) {
        const MigObject *type = types->pdata[i - 1];
        g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), type);

        mig_action_sql(action, "DROP %s %s", word_of(type), name);
    }
    for (guint i = 0; i < types->len; i++)
        create_type(planner, types->pdata[i], action);
    for (guint i = 0; i < columns->len; i++) {
        const Kept *kept = columns->pdata[i];
        const char *type = mig_object_get(kept->to, "type");

        mig_action_sql(action, "%s TYPE %s USING %s::%s", kept->alter, type, kept->name, type);
        set_default(kept, action);
    }
}

static void
make_anew(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();
    gboolean range = FALSE;

    collect_types(planner, change->to, types);
    for (guint i = 0; i < types->len; i++)
        range |= mig_pg_is_kind(types->pdata[i], "range type");
    g_autoptr(GPtrArray) columns = kept_columns(planner, types, action);

    (range ? make_behind : make_beside)(planner, types, columns, action);
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
        if (i == 0)
            mig_action_sql(action, "ALTER TYPE %s ADD VALUE %s BEFORE %s", name, label,
                           (char *)old->pdata[0]);
        else
            mig_action_sql(action, "ALTER TYPE %s ADD VALUE %s AFTER %s", name, label,
                           (char *)new->pdata[i - 1]);
    }
    action->own_transaction = TRUE;
}

static void
warn_of_lost_labels(const GPtrArray *old, const GPtrArray *new, const MigObject *type,
                    MigAction *action)
{
    for (guint i = 0; i < old->len; i++) {
        if (!has(new, old->pdata[i]))
            mig_action_hazard(action, "fails-on-data",
                              "rows that hold the label %s of %s make it fail: change them first",
                              (char *)old->pdata[i], type->title);
    }
}

static void
alter_enum(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autoptr(GPtrArray) old = labels_of(change->from), new = labels_of(change->to);

    if (makes_enum_anew(planner, change)) {
        warn_of_lost_labels(old, new, change->to, action);
        make_anew(planner, change, action);
        return;
    }
    if (mig_pg_changes(change, "labels") && old->len > 0)
        add_labels(planner, change, old, new, action);
    alter_rest(planner, change, action);
}

static gboolean
makes_domain_anew(MigPgPlanner *planner, const MigChange *change)
{
    return mig_pg_changes(change, "type") || mig_pg_changes(change, "collation");
}

static void
alter_domain(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    const char *fallback = mig_object_get(change->to, "default");

    if (makes_domain_anew(planner, change)) {
        make_anew(planner, change, action);
        return;
    }
    if (mig_pg_changes(change, "default") && fallback)
        mig_action_sql(action, "ALTER DOMAIN %s SET DEFAULT %s", name, fallback);
    else if (mig_pg_changes(change, "default"))
        mig_action_sql(action, "ALTER DOMAIN %s DROP DEFAULT", name);
    if (mig_pg_changes(change, "not-null")) {
        gboolean set = mig_object_get(change->to, "not-null") != NULL;

        mig_action_sql(action, "ALTER DOMAIN %s %s NOT NULL", name, set ? "SET" : "DROP");
        if (set)
            mig_action_hazard(action, "fails-on-data", "no column of %s may hold NULL",
                              change->to->title);
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
    if (makes_range_anew(planner, change))
        make_anew(planner, change, action);
    else
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
    mig_action_hazard(action, "data-loss", "drops %s", attribute->title);
}

static void
alter_attribute(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *type = mig_pg_qualified(mig_pg_planner_to(planner), change->to);
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));
    g_autofree char *what = g_strconcat("COLUMN ", type, ".", name, NULL);
    const char *collation = mig_object_get(change->to, "collation");

    if (!mig_pg_changes_only(change, "comment", NULL))
        mig_action_sql(action, "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s%s%s", type, name,
                       mig_object_get(change->to, "type"), collation ? " COLLATE " : "",
                       collation ? collation : "");
    mig_pg_alter_comment(action, change, what);
}

const MigPgRule mig_pg_rule_enum = {
    "enum", create_type, drop_type, NULL, alter_enum, makes_enum_anew,
};
const MigPgRule mig_pg_rule_domain = {
    "domain", create_type, drop_type, NULL, alter_domain, makes_domain_anew,
};
const MigPgRule mig_pg_rule_composite = {
    "composite type", create_type, drop_type, NULL, alter_rest, NULL,
};
const MigPgRule mig_pg_rule_range = {
    "range type", create_type, drop_type, NULL, alter_range, makes_range_anew,
};
const MigPgRule mig_pg_rule_attribute = {
    "attribute", create_attribute, drop_attribute, NULL, alter_attribute, NULL,
};
