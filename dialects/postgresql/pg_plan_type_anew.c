/* Types and collations that cannot be altered in place are made anew: the old type is renamed, a
 * new one made, every column that has it is changed through text, and the old one dropped. Types
 * made of it go the same way; where composite ones are among them, values are changed through JSON,
 * since the text of one depends on the order of its attributes, which is nothing that states
 * compare. */
#include <string.h>

#include "dialects/postgresql/pg_plan.h"
#include "dialects/postgresql/pg_plan_object.h"
#include "dialects/postgresql/pg_plan_table.h"

#define OLD_SUFFIX "__old"
#define VIA_SUFFIX "__via"
/* What PostgreSQL cuts names to. */
#define NAME_BYTES 63

gboolean
mig_pg_is_made_anew(const MigPgPlanner *planner, const MigObject *type)
{
    const MigObject *old = mig_schema_find(planner->input->from, type->identity);

    return old && mig_pg_type_word(old) && g_hash_table_contains(planner->disturbed, old);
}

/* Whether a type of `from` holds on to another one; an attribute that is dropped has let it go. */
static gboolean
holds_on_to(const MigPgPlanner *planner, const MigObject *user, const char *type)
{
    if (!mig_pg_type_word(user))
        return FALSE;
    for (guint i = 0; i < user->children->len; i++) {
        const MigObject *child = user->children->pdata[i];

        if (mig_pg_depends(child, type) && !mig_pg_planner_drops(planner, child))
            return TRUE;
    }
    return mig_pg_depends(user, type);
}

/* Adds the type and, behind it, the types of both states that are made of it: each behind all that
 * it is made of itself. */
static void
collect_types(MigPgPlanner *planner, const MigObject *type, GHashTable *seen, GPtrArray *types)
{
    const MigSchema *from = mig_pg_planner_from(planner), *to = mig_pg_planner_to(planner);
    const GPtrArray *roots = mig_schema_roots(from);

    if (!g_hash_table_add(seen, (gpointer)type))
        return;
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        const MigObject *twin =
            holds_on_to(planner, root, type->identity) ? mig_schema_find(to, root->identity) : NULL;

        if (twin)
            collect_types(planner, twin, seen, types);
    }
    g_ptr_array_insert(types, 0, (gpointer)type);
}

/* A name with a suffix, cut to what PostgreSQL keeps of it. */
static char *
name_with(const char *name, const char *suffix)
{
    gsize length = MIN(strlen(name), NAME_BYTES - strlen(suffix));

    while (length > 0 && ((guchar)name[length] & 0xc0) == 0x80)
        length--;
    return g_strdup_printf("%.*s%s", (int)length, name, suffix);
}

/* A name beside the type, for SQL. */
static char *
name_beside(MigPgPlanner *planner, const MigObject *type, const char *name)
{
    const MigSchema *to = mig_pg_planner_to(planner);
    const char *namespace = mig_object_namespace(type);
    g_autofree char *quoted = mig_pg_name(name);

    if (g_strcmp0(namespace, mig_schema_default_namespace(to)) == 0)
        return g_steal_pointer(&quoted);
    g_autofree char *schema = mig_pg_name(namespace);

    return g_strconcat(schema, ".", quoted, NULL);
}

static char *
old_qualified(MigPgPlanner *planner, const MigObject *type)
{
    g_autofree char *name = name_with(mig_object_name(type), OLD_SUFFIX);

    return name_beside(planner, type, name);
}

static void
put_aside(MigPgPlanner *planner, const MigObject *type, const char *word, const char *name,
          const char *arguments, MigAction *action)
{
    g_autofree char *qualified = name_beside(planner, type, name);
    g_autofree char *aside = name_with(name, OLD_SUFFIX), *quoted = mig_pg_name(aside);

    mig_action_sql(action, "ALTER %s %s%s RENAME TO %s", word, qualified, arguments, quoted);
}

/* A range type has constructors of its name, and so has its multirange type. */
static void
put_range_aside(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    const MigObject *old = mig_schema_find(mig_pg_planner_from(planner), type->identity);
    const char *multirange = mig_object_get(old, "multirange");
    const char *subtype = mig_object_get(old, "definition") + strlen("subtype = ");
    int length = (int)strcspn(subtype, ",");
    g_autofree char *name = mig_pg_qualified(mig_pg_planner_from(planner), old);
    g_autofree char *two = g_strdup_printf("(%.*s, %.*s)", length, subtype, length, subtype);
    g_autofree char *three =
        g_strdup_printf("(%.*s, %.*s, text)", length, subtype, length, subtype);
    g_autofree char *one = g_strdup_printf("(%s)", name);
    g_autofree char *many = g_strdup_printf("(%s[])", name);

    put_aside(planner, type, "FUNCTION", mig_object_name(old), two, action);
    put_aside(planner, type, "FUNCTION", mig_object_name(old), three, action);
    if (!multirange)
        return;
    put_aside(planner, type, "FUNCTION", multirange, "()", action);
    put_aside(planner, type, "FUNCTION", multirange, one, action);
    put_aside(planner, type, "FUNCTION", multirange, many, action);
    put_aside(planner, type, "TYPE", multirange, "", action);
}

gboolean
mig_pg_changes_with_type(const MigPgPlanner *planner, const MigObject *from, const MigObject *to)
{
    if (g_strcmp0(mig_object_get(from, "type"), mig_object_get(to, "type")) == 0)
        return FALSE;
    for (guint i = 0; i < from->depends->len; i++) {
        const char *identity = from->depends->pdata[i];
        const MigObject *type = mig_schema_find(planner->input->to, identity);

        if (type && mig_pg_depends(to, identity) && mig_pg_type_word(type) &&
            mig_pg_is_made_anew(planner, type))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_array(const char *type)
{
    return g_str_has_suffix(type, "[]");
}

/* A column that has a type which is made anew, and keeps its values. */
typedef struct {
    const MigObject *from, *to;
    gboolean converts; /* it is of another type then; else of another collation alone */
    gboolean moves_default;
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
    if (kept->moves_default && mig_object_get(kept->from, "default"))
        mig_action_sql(action, "%s DROP DEFAULT", kept->alter);
}

/* Another default comes with the change of the column. */
static void
set_default(const Kept *kept, MigAction *action)
{
    const char *value = mig_object_get(kept->to, "default");

    if (kept->moves_default && value &&
        g_strcmp0(mig_object_get(kept->from, "default"), value) == 0)
        mig_action_sql(action, "%s SET DEFAULT %s", kept->alter, value);
}

/* What another type resets. */
static void
set_again(const Kept *kept, const char *attribute, const char *word, MigAction *action)
{
    const char *value = mig_object_get(kept->to, attribute);

    if (value)
        mig_action_sql(action, "%s SET %s %s", kept->alter, word, value);
}

static gboolean
uses_any(const MigObject *column, const GPtrArray *types, gboolean collations)
{
    for (guint i = 0; i < types->len; i++) {
        const MigObject *type = types->pdata[i];

        if (mig_pg_depends(column, type->identity) &&
            (collations || !mig_object_is_kind(type, "collation")))
            return TRUE;
    }
    return FALSE;
}

static gboolean
moves_default(const MigPgPlanner *planner, const Kept *kept)
{
    const char *value = mig_object_get(kept->from, "default");

    if (g_hash_table_contains(planner->defaults, kept->from) ||
        g_hash_table_contains(planner->defaults, kept->to))
        return FALSE;
    return kept->converts || (value && strstr(value, " COLLATE "));
}

/* Those that have one of the types, or an array of it, before and after. New array of Kept*. */
static GPtrArray *
kept_columns(MigPgPlanner *planner, const GPtrArray *types, MigAction *action)
{
    const GPtrArray *objects = mig_schema_objects(mig_pg_planner_from(planner));
    GPtrArray *list = g_ptr_array_new_with_free_func(kept_free);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *from = objects->pdata[i];

        if (!mig_object_is_kind(from, "column") || !mig_object_is_kind(from->parent, "table") ||
            mig_object_get(from, "generated") || mig_pg_planner_drops(planner, from) ||
            !uses_any(from, types, TRUE))
            continue;
        const MigObject *to = mig_schema_find(mig_pg_planner_to(planner), from->identity);

        if (!to || !uses_any(to, types, TRUE) || mig_object_get(to, "generated") ||
            (mig_object_get(from, "inherited") && mig_pg_follows_parent(planner, to)))
            continue;
        Kept *kept = g_new0(Kept, 1);
        g_autofree char *table = mig_pg_qualified(mig_pg_planner_to(planner), to);

        mig_action_need(action, "detach %s", to->parent->identity);
        mig_action_need(action, "drop default %s", from->identity);
        kept->from = from;
        kept->to = to;
        kept->converts = uses_any(from, types, FALSE) ||
                         g_strcmp0(mig_object_get(from, "type"), mig_object_get(to, "type")) != 0;
        kept->moves_default = moves_default(planner, kept);
        kept->name = mig_pg_name(mig_object_name(to));
        kept->alter = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s", table, kept->name);
        g_ptr_array_add(list, kept);
        if (kept->converts && !mig_object_get(to->parent, "server"))
            mig_pg_hazard(action, "PG040", "writes table %s anew under ACCESS EXCLUSIVE", table);
    }
    return list;
}

/* The column's type with its collation. New string. */
static char *
whole_type(const MigObject *column)
{
    const char *collation = mig_object_get(column, "collation");

    return g_strconcat(mig_object_get(column, "type"), collation ? " COLLATE " : "", collation,
                       NULL);
}

/* JSON is turned into a record, so one is made with the column's type. */
static void
change_by_names(MigPgPlanner *planner, const MigObject *type, const Kept *kept, MigAction *action)
{
    g_autofree char *name = name_with(mig_object_name(type), VIA_SUFFIX);
    g_autofree char *via = name_beside(planner, type, name);
    const char *target = mig_object_get(kept->to, "type");
    g_autofree char *whole = whole_type(kept->to);

    mig_action_sql(action, "CREATE TYPE %s AS (v %s)", via, target);
    mig_action_sql(action,
                   "%s TYPE %s USING (jsonb_populate_record(NULL::%s, "
                   "jsonb_build_object('v', %s))).v",
                   kept->alter, whole, via, kept->name);
    mig_action_sql(action, "DROP TYPE %s", via);
}

static const MigObject *
first_composite(const GPtrArray *types)
{
    for (guint i = 0; i < types->len; i++) {
        if (mig_object_is_kind(types->pdata[i], "composite type"))
            return types->pdata[i];
    }
    return NULL;
}

/* Values of a foreign table are elsewhere: there is nothing to convert. composite: the first of the
 * types that is one; may be NULL. */
static void
change_type(MigPgPlanner *planner, const MigObject *composite, const Kept *kept, MigAction *action)
{
    const char *type = mig_object_get(kept->to, "type"), *old = mig_object_get(kept->from, "type");
    g_autofree char *whole = whole_type(kept->to);
    g_autofree char *using = mig_pg_using(kept->name, old, type);

    if (mig_object_get(kept->to->parent, "server") || !kept->converts)
        mig_action_sql(action, "%s TYPE %s", kept->alter, whole);
    else if (strcmp(old, type) != 0)
        mig_action_sql(action, "%s TYPE %s%s", kept->alter, whole, using);
    else if (composite)
        change_by_names(planner, composite, kept, action);
    else
        mig_action_sql(action, "%s TYPE %s USING %s::text%s::%s", kept->alter, whole, kept->name,
                       brackets(kept->to), type);
    set_again(kept, "storage", "STORAGE", action);
    set_again(kept, "compression", "COMPRESSION", action);
}

/* Old and new types stand side by side while the columns change from one to the other. */
static void
make_beside(MigPgPlanner *planner, const GPtrArray *types, const GPtrArray *columns,
            MigAction *action)
{
    const MigObject *composite = first_composite(types);

    for (guint i = 0; i < types->len; i++) {
        const MigObject *type = types->pdata[i];

        if (mig_object_is_kind(type, "range type"))
            put_range_aside(planner, type, action);
        put_aside(planner, type, mig_pg_type_word(type), mig_object_name(type), "", action);
    }
    for (guint i = 0; i < types->len; i++)
        mig_pg_create_type(planner, types->pdata[i], action);
    for (guint i = 0; i < columns->len; i++) {
        const Kept *kept = columns->pdata[i];

        drop_default(kept, action);
        if (kept->converts || mig_object_get(kept->to, "collation"))
            change_type(planner, composite, kept, action);
        set_default(kept, action);
    }
    for (guint i = types->len; i > 0; i--) {
        const MigObject *type = types->pdata[i - 1];
        g_autofree char *old = old_qualified(planner, type);

        mig_action_sql(action, "DROP %s %s", mig_pg_type_word(type), old);
    }
}

/* What a new type is made of is there before, made anew if it is to be: by an action that knows of
 * this type where the old one is made of it, too. */
static void
need_depends(const MigPgPlanner *planner, const MigObject *object, const MigObject *old,
             MigAction *action)
{
    for (guint i = 0; i < object->depends->len; i++) {
        const char *identity = object->depends->pdata[i];

        mig_action_need(action, "create %s", identity);
        if (!holds_on_to(planner, old, identity))
            mig_action_need(action, "alter %s", identity);
    }
}

/* Attributes come and go one by one. */
static void
need_parts(const MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    const MigObject *old = mig_pg_twin(planner, type);

    need_depends(planner, type, old, action);
    for (guint i = 0; i < type->children->len; i++) {
        const MigObject *child = type->children->pdata[i];

        need_depends(planner, child, old, action);
        if (mig_object_is_kind(child, "attribute"))
            mig_action_need(action, "create %s", child->identity);
    }
    for (guint i = 0; i < old->children->len; i++) {
        if (mig_object_is_kind(old->children->pdata[i], "attribute"))
            mig_action_need(action, "drop %s",
                            ((const MigObject *)old->children->pdata[i])->identity);
    }
}

static void
make_anew(MigPgPlanner *planner, const MigObject *type, MigAction *action)
{
    g_autoptr(GPtrArray) types = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    collect_types(planner, type, seen, types);
    g_autoptr(GPtrArray) columns = kept_columns(planner, types, action);

    for (guint i = 0; i < types->len; i++)
        need_parts(planner, types->pdata[i], action);
    g_autofree char *title = mig_pg_title(planner->input->to, type);

    if (columns->len > 0 && !mig_object_is_kind(type, "enum") &&
        !mig_object_is_kind(type, "collation"))
        mig_pg_hazard(action, "CO008",
                      "a value that the new %s does not take stops it, or is rounded or cut",
                      title);
    make_beside(planner, types, columns, action);
}

void
mig_pg_plan_types_anew(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->from);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *old = roots->pdata[i];
        const MigObject *type = mig_pg_twin(planner, old);

        if (!type || g_hash_table_lookup(planner->disturbed, old) != old || !mig_pg_type_word(old))
            continue;
        g_autofree char *id = g_strconcat("alter ", type->identity, NULL);
        MigAction *action = g_hash_table_lookup(planner->by_id, id);

        if (!action)
            action = mig_pg_add_action(planner, "alter", type, MIG_PG_RANK_ALTER);
        make_anew(planner, type, action);
    }
}
