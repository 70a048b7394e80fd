/* The state that renames of parts leave. */
#include <string.h>

#include "dialects/postgresql/pg_plan_parts.h"

typedef struct {
    const MigPgParts *parts;
    MigSchema *schema;
    GHashTable *copies;     /* object of `from` → its copy */
    GHashTable *identities; /* old identity → new one, where they differ */
} Copy;

static const MigPgPart *
part_of(const MigPgParts *parts, const MigObject *object)
{
    const MigPgPart *part = g_hash_table_lookup(parts->by_object, object);

    return part && part->done ? part : NULL;
}

static void
add_object(const Copy *copy, MigObject *parent, const MigObject *object)
{
    const MigPgPart *part = part_of(copy->parts, object);
    const char *name = part ? part->now : mig_object_name(object);
    const char *namespace = mig_object_namespace(object);
    MigObject *new = parent || !namespace ? mig_schema_add(copy->schema, object->kind, parent, name)
                                          : mig_schema_add_in(copy->schema, object->kind, namespace,
                                                              name, object->signature);

    new->position = object->position;
    new->unmanaged = g_strdup(object->unmanaged);
    new->file = g_strdup(object->file);
    new->line = object->line;
    g_hash_table_insert(copy->copies, (gpointer)object, new);
    if (part)
        g_hash_table_insert(copy->identities, object->identity, new->identity);
    for (guint i = 0; i < object->children->len; i++)
        add_object(copy, new, object->children->pdata[i]);
}

static const char *
identity_after(const Copy *copy, const char *identity)
{
    const char *new = g_hash_table_lookup(copy->identities, identity);

    return new ? new : identity;
}

/* A table's setting that ends in the name of an index, with the index's new name. New string. */
static char *
setting_after(const Copy *copy, const MigObject *table, const char *value, const char *prefix)
{
    for (guint i = 0; g_str_has_prefix(value, prefix) && i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        const MigPgPart *part = part_of(copy->parts, child);
        g_autofree char *old = mig_pg_name(mig_object_name(child));

        if (part && strcmp(old, value + strlen(prefix)) == 0) {
            g_autofree char *new = mig_pg_name(part->now);

            return g_strconcat(prefix, new, NULL);
        }
    }
    return g_strdup(value);
}

static char *
value_after(const Copy *copy, const MigObject *object, const MigAttribute *attribute)
{
    char *value = NULL;

    if (strcmp(attribute->name, "attached-to") == 0)
        return g_strdup(identity_after(copy, attribute->value));
    if (strcmp(attribute->name, "clustered-on") == 0)
        return setting_after(copy, object, attribute->value, "");
    if (strcmp(attribute->name, "replica-identity") == 0)
        return setting_after(copy, object, attribute->value, "index ");
    if (strcmp(attribute->name, "default") == 0)
        value = mig_pg_default_after(copy->parts, object);
    return value ? value : g_strdup(attribute->value);
}

static void
fill_object(const Copy *copy, const MigObject *object)
{
    MigObject *new = g_hash_table_lookup(copy->copies, object);

    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);
        g_autofree char *value = value_after(copy, object, attribute);

        if (attribute->rendering)
            mig_object_set_rendering(new, attribute->name, value);
        else
            mig_object_set(new, attribute->name, value);
    }
    for (guint i = 0; i < object->depends->len; i++)
        mig_object_depend(new, identity_after(copy, object->depends->pdata[i]));
}

MigSchema *
mig_pg_schema_after(const MigPgParts *parts)
{
    const MigSchema *from = parts->input->from;
    const GPtrArray *roots = mig_schema_roots(from), *objects = mig_schema_objects(from);
    g_autoptr(GHashTable) copies = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) identities = g_hash_table_new(g_str_hash, g_str_equal);
    Copy copy = {parts, mig_schema_new(mig_schema_ignores_case(from)), copies, identities};

    mig_schema_set_default_namespace(copy.schema, mig_schema_default_namespace(from));
    for (guint i = 0; i < roots->len; i++)
        add_object(&copy, NULL, roots->pdata[i]);
    for (guint i = 0; i < objects->len; i++)
        fill_object(&copy, objects->pdata[i]);
    mig_schema_seal(copy.schema);
    return copy.schema;
}
