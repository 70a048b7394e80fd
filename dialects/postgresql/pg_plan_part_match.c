/* Which parts of tables, and sequences of their columns, differ from one of the new state in their
 * names alone: those that a renamed table leaves behind, first of all. */
#include <string.h>

#include "dialects/postgresql/pg_plan_parts.h"

void
mig_pg_part_free(gpointer data)
{
    MigPgPart *part = data;

    g_free(part->now);
    g_free(part);
}

MigPgPart *
mig_pg_add_part(MigPgParts *parts, const MigObject *from, const MigObject *to, const char *name)
{
    MigPgPart *part = g_new0(MigPgPart, 1);

    part->from = from;
    part->to = to;
    part->now = g_strdup(mig_object_name(from));
    part->name = name;
    g_ptr_array_add(parts->list, part);
    g_hash_table_insert(parts->by_object, (gpointer)from, part);
    if (to)
        g_hash_table_add(parts->taken, (gpointer)to);
    return part;
}

/* The identity that an index is to have whose parts are attached to it. New string; NULL for NULL.
 */
static char *
renamed_identity(const MigPgParts *parts, const char *identity)
{
    const MigObject *object = identity ? mig_schema_find(parts->input->from, identity) : NULL;
    const MigPgPart *part = object ? g_hash_table_lookup(parts->by_object, object) : NULL;

    return g_strdup(part && part->to ? part->to->identity : identity);
}

static gboolean
is_free_to_differ(const char *attribute)
{
    static const char *const names[] = {"comment", "statistics", "attached-to", NULL};

    return g_strv_contains(names, attribute);
}

static gboolean
has_all_of(const MigObject *object, const MigObject *other)
{
    for (guint i = 0; i < other->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(other->attributes, MigAttribute, i);

        if (!attribute->rendering && !is_free_to_differ(attribute->name) &&
            g_strcmp0(mig_object_get(object, attribute->name), attribute->value) != 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean
says_the_same(const MigObject *from, const MigObject *to)
{
    return from->kind == to->kind && has_all_of(from, to) && has_all_of(to, from);
}

static gboolean
is_the_same(const MigPgParts *parts, const MigObject *from, const MigObject *to)
{
    g_autofree char *attached = renamed_identity(parts, mig_object_get(from, "attached-to"));

    return says_the_same(from, to) && g_strcmp0(attached, mig_object_get(to, "attached-to")) == 0;
}

/* A check or NOT NULL that tables inherit is renamed with that of the first parent. */
static gboolean
is_shared(const MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    const char *definition = mig_object_get(constraint, "definition");

    return (g_strcmp0(type, "check") == 0 || g_strcmp0(type, "not null") == 0) &&
           !strstr(definition, " NO INHERIT");
}

/* Tables of `from` that are partitions of this one or inherit it. New array. */
static GPtrArray *
heirs_of(const MigPgParts *parts, const MigObject *table)
{
    const GPtrArray *roots = mig_schema_roots(parts->input->from);
    GPtrArray *heirs = g_ptr_array_new();

    for (guint i = 0; mig_object_is_kind(table, "table") && i < roots->len; i++) {
        g_auto(GStrv) parents = mig_pg_lines(roots->pdata[i], "inherits");

        if (g_strcmp0(mig_pg_partitioned_by(roots->pdata[i]), table->identity) == 0 ||
            g_strv_contains((const char *const *)parents, table->identity))
            g_ptr_array_add(heirs, roots->pdata[i]);
    }
    return heirs;
}

/* Whether all heirs of a table can follow a rename: PostgreSQL refuses it where one has two
 * parents. */
static gboolean
heirs_can_follow(const MigPgParts *parts, const MigObject *constraint, const MigObject *table,
                 const char *name)
{
    g_autoptr(GPtrArray) heirs = heirs_of(parts, table);
    const MigSchema *from = parts->input->from;

    for (guint i = 0; i < heirs->len; i++) {
        const MigObject *heir = heirs->pdata[i];
        g_auto(GStrv) parents = mig_pg_lines(heir, "inherits");

        if (g_strv_length(parents) > 1 ||
            !mig_schema_lookup(from, "constraint", heir, mig_object_name(constraint)) ||
            mig_schema_lookup(from, "constraint", heir, name) ||
            !heirs_can_follow(parts, constraint, heir, name))
            return FALSE;
    }
    return TRUE;
}

static void
add_heirs(MigPgParts *parts, const MigPgPart *leader, const MigObject *table)
{
    g_autoptr(GPtrArray) heirs = heirs_of(parts, table);

    for (guint i = 0; i < heirs->len; i++) {
        const MigObject *heir = heirs->pdata[i];
        const MigObject *same = mig_schema_lookup(parts->input->from, "constraint", heir,
                                                  mig_object_name(leader->from));

        if (!g_hash_table_contains(parts->by_object, same))
            mig_pg_add_part(parts, same, NULL, leader->name)->leader = leader;
        add_heirs(parts, leader, heir);
    }
}

static void
try_pair(MigPgParts *parts, const MigObject *from, const MigObject *to)
{
    const char *name = mig_object_name(to);

    if (!mig_object_is_kind(from, "constraint") || !is_shared(from)) {
        mig_pg_add_part(parts, from, to, name);
        return;
    }
    if (!mig_object_get(from, "inherited") && heirs_can_follow(parts, from, from->parent, name))
        add_heirs(parts, mig_pg_add_part(parts, from, to, name), from->parent);
}

/* Whether it is an index or key of a partition, which cannot be made anew while its parent's stays.
 */
static gboolean
is_bound(const MigObject *part)
{
    return mig_object_get(part, "attached-to") ||
           (mig_object_get(part, "inherited") && mig_pg_is_relation(part));
}

/* Whether nothing on the other side, of the same name, is what this part is. */
static gboolean
is_single(const MigPgParts *parts, const MigObject *part, const MigSchema *other)
{
    const MigObject *same = mig_schema_find(other, part->identity);

    if ((!mig_object_is_kind(part, "constraint") && !mig_object_is_kind(part, "index")) ||
        part->unmanaged)
        return FALSE;
    if (!same || !is_bound(part))
        return !same;
    return !(other == parts->input->to ? is_the_same(parts, part, same)
                                       : is_the_same(parts, same, part));
}

/* loosely: keys may belong to other keys of the parent, for the server chooses among those of the
 * same columns when a partition is attached. */
static void
pair_children(MigPgParts *parts, const MigObject *from, const MigObject *to, gboolean loosely)
{
    for (guint i = 0; i < from->children->len; i++) {
        const MigObject *old = from->children->pdata[i];

        if (!is_single(parts, old, parts->input->to))
            continue;
        for (guint j = 0; j < to->children->len; j++) {
            const MigObject *new = to->children->pdata[j];

            if (!g_hash_table_contains(parts->by_object, old) &&
                is_single(parts, new, parts->input->from) &&
                !g_hash_table_contains(parts->taken, new) &&
                (loosely ? mig_object_is_kind(old, "constraint") && says_the_same(old, new)
                         : is_the_same(parts, old, new)))
                try_pair(parts, old, new);
        }
    }
}

/* Parents come before their partitions, whose indexes tell to which of theirs they are attached. */
static void
pair_root(MigPgParts *parts, GHashTable *seen, const MigObject *from)
{
    const MigObject *to = mig_schema_find(parts->input->to, from->identity);
    const char *parent = mig_pg_partitioned_by(from);
    const MigObject *first = parent ? mig_schema_find(parts->input->from, parent) : NULL;

    if (!g_hash_table_add(seen, (gpointer)from))
        return;
    if (first)
        pair_root(parts, seen, first);
    if (!to || from->unmanaged || to->unmanaged)
        return;
    pair_children(parts, from, to, FALSE);
    pair_children(parts, from, to, TRUE);
}

/* "nextval('t_id_seq'::regclass)" */
static char *
next_value(const MigSchema *schema, const MigObject *sequence, const char *name)
{
    g_autofree char *whole = mig_pg_qualified(schema, sequence);
    g_autofree char *old = mig_pg_name(mig_object_name(sequence));
    g_autofree char *new = mig_pg_name(name);
    g_autofree char *renamed =
        g_strdup_printf("%.*s%s", (int)(strlen(whole) - strlen(old)), whole, new);
    g_autofree char *literal = mig_pg_quote_literal(renamed);

    return g_strdup_printf("nextval(%s::regclass)", literal);
}

/* The default of a column that says no more than a sequence's next value, with its new name; NULL:
 * it says something else. New string. */
static char *
renamed_default(const MigPgParts *parts, const MigObject *object, const MigObject *sequence,
                const char *name)
{
    g_autofree char *text = next_value(parts->input->from, sequence, mig_object_name(sequence));

    if (g_strcmp0(mig_object_get(object, "default"), text) != 0)
        return NULL;
    return next_value(parts->input->from, sequence, name);
}

static gboolean
all_follow(MigPgParts *parts, const MigObject *sequence)
{
    const GPtrArray *objects = mig_schema_objects(parts->input->from);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (!mig_pg_depends(object, sequence->identity))
            continue;
        g_autofree char *value = renamed_default(parts, object, sequence, "x");

        if (!value)
            return FALSE;
    }
    return TRUE;
}

/* The sequence of another name that a column owns in the new state instead; NULL: none. */
static const MigObject *
successor(const MigPgParts *parts, const MigObject *sequence)
{
    const GPtrArray *roots = mig_schema_roots(parts->input->to);
    const char *owner = mig_object_get(sequence, "owned-by");

    for (guint i = 0; owner && i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (mig_object_is_kind(root, "sequence") && !root->unmanaged &&
            g_strcmp0(mig_object_get(root, "owned-by"), owner) == 0 &&
            g_strcmp0(mig_object_namespace(root), mig_object_namespace(sequence)) == 0 &&
            !mig_schema_find(parts->input->from, root->identity) &&
            !g_hash_table_contains(parts->taken, root))
            return root;
    }
    return NULL;
}

static void
pair_sequence(MigPgParts *parts, const MigObject *sequence)
{
    if (!mig_object_is_kind(sequence, "sequence") || sequence->unmanaged ||
        mig_schema_find(parts->input->to, sequence->identity))
        return;
    const MigObject *to = successor(parts, sequence);

    if (to && all_follow(parts, sequence))
        mig_pg_add_part(parts, sequence, to, mig_object_name(to));
}

void
mig_pg_match_parts(MigPgParts *parts)
{
    const GPtrArray *roots = mig_schema_roots(parts->input->from);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < roots->len; i++) {
        pair_root(parts, seen, roots->pdata[i]);
        pair_sequence(parts, roots->pdata[i]);
    }
}

char *
mig_pg_default_after(const MigPgParts *parts, const MigObject *column)
{
    for (guint i = 0; i < column->depends->len; i++) {
        const MigObject *target = mig_schema_find(parts->input->from, column->depends->pdata[i]);
        const MigPgPart *part = target ? g_hash_table_lookup(parts->by_object, target) : NULL;

        if (part && part->done && mig_object_is_kind(target, "sequence"))
            return renamed_default(parts, column, target, part->now);
    }
    return NULL;
}
