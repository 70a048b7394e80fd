#include "core/schema.h"

#include <string.h>

struct _MigSchema {
    gboolean ignore_case;
    GPtrArray *objects; /* owned; sorted once sealed */
    GPtrArray *roots;
    GHashTable *by_identity; /* index into objects; keys belong to them */
    GPtrArray *nothing;      /* what objects without children or dependencies share */
    char *default_namespace;
    char *hash;
};

static void
attribute_clear(gpointer data)
{
    g_free(((MigAttribute *)data)->value);
}

static void
object_free(gpointer data)
{
    MigObject *object = data;

    g_free(object->path);
    g_free(object->signature);
    if (object->title != object->identity)
        g_free(object->title);
    g_free(object->identity);
    g_ptr_array_unref(object->children);
    g_array_unref(object->attributes);
    g_ptr_array_unref(object->depends);
    g_free(object->unmanaged);
    g_free(object->file);
    g_free(object->hash);
    g_free(object);
}

MigSchema *
mig_schema_new(gboolean ignore_case)
{
    MigSchema *schema = g_new0(MigSchema, 1);

    schema->ignore_case = ignore_case;
    schema->objects = g_ptr_array_new_with_free_func(object_free);
    schema->roots = g_ptr_array_new();
    schema->by_identity = g_hash_table_new(g_str_hash, g_str_equal);
    schema->nothing = g_ptr_array_new();
    return schema;
}

gboolean
mig_schema_ignores_case(const MigSchema *schema)
{
    return schema->ignore_case;
}

void
mig_schema_free(MigSchema *schema)
{
    if (!schema)
        return;
    g_hash_table_unref(schema->by_identity);
    g_ptr_array_unref(schema->roots);
    g_ptr_array_unref(schema->objects);
    g_ptr_array_unref(schema->nothing);
    g_free(schema->default_namespace);
    g_free(schema->hash);
    g_free(schema);
}

/* As part of an identity: as it is if [A-Za-z0-9_]+, else in double quotes. */
static char *
quote_name(const char *name)
{
    const char *c = name;

    while (g_ascii_isalnum(*c) || *c == '_')
        c++;
    if (c > name && *c == '\0')
        return g_strdup(name);
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", doubled);
}

/* Kind and path in one text, as the names are spelled. The parent's own begins with its kind. */
static char *
spell(const char *kind, const MigObject *parent, const char *name)
{
    g_autofree char *quoted = quote_name(name);

    if (!parent)
        return g_strconcat(kind, " ", quoted, NULL);
    return g_strconcat(kind, parent->title + strlen(parent->kind), ".", quoted, NULL);
}

static char *
spell_in(const char *kind, const char *namespace, const char *name, const char *signature)
{
    g_autofree char *quoted_namespace = quote_name(namespace);
    g_autofree char *quoted = quote_name(name);

    return g_strconcat(kind, " ", quoted_namespace, ".", quoted, signature, NULL);
}

static char *
spell_object(const MigObject *object, const char *namespace, const char *name)
{
    return namespace ? spell_in(object->kind, namespace, name, object->signature)
                     : spell(object->kind, object->parent, name);
}

static gboolean
has_upper(const char *text)
{
    while (*text && !g_ascii_isupper(*text))
        text++;
    return *text != '\0';
}

char *
mig_schema_identity(const MigSchema *schema, const char *kind, const MigObject *parent,
                    const char *name)
{
    char *identity = spell(kind, parent, name);

    for (char *c = identity; schema->ignore_case && *c; c++)
        *c = g_ascii_tolower(*c);
    return identity;
}

/* In one block: the pointers, then the texts. */
static char **
path_of(const char *const *outer, const char *name)
{
    guint depth = g_strv_length((char **)outer);
    gsize size = (depth + 2) * sizeof(char *) + strlen(name) + 1;

    for (guint i = 0; i < depth; i++)
        size += strlen(outer[i]) + 1;
    char **path = g_malloc(size);
    char *text = (char *)(path + depth + 2);

    for (guint i = 0; i <= depth; i++) {
        path[i] = text;
        text = g_stpcpy(text, i < depth ? outer[i] : name) + 1;
    }
    path[depth + 1] = NULL;
    return path;
}

/* Finds a name that is free: this one, or "name#2", "name#3"… */
static void
set_names(MigSchema *schema, MigObject *object, const char *namespace, const char *name)
{
    const char *const outer[] = {namespace, NULL};
    g_autofree char *numbered = NULL;
    const char *free_name = name;

    object->title = spell_object(object, namespace, name);
    for (guint n = 2;; n++) {
        object->identity = schema->ignore_case && has_upper(object->title)
                               ? g_ascii_strdown(object->title, -1)
                               : object->title;
        if (!mig_schema_find(schema, object->identity))
            break;
        g_free(numbered);
        free_name = numbered = g_strdup_printf("%s#%u", name, n);
        if (object->title != object->identity)
            g_free(object->title);
        g_free(object->identity);
        object->title = spell_object(object, namespace, free_name);
    }
    object->path = path_of(
        object->parent ? (const char *const *)object->parent->path : outer, free_name);
}

/* Adds to a list that may still be the shared empty one. */
static void
append(GPtrArray **list, gpointer item, GDestroyNotify free_item)
{
    if ((*list)->len == 0) {
        g_ptr_array_unref(*list);
        *list = g_ptr_array_new_with_free_func(free_item);
    }
    g_ptr_array_add(*list, item);
}

static MigObject *
add(MigSchema *schema, const char *kind, MigObject *parent, const char *namespace,
    const char *name, const char *signature)
{
    MigObject *object = g_new0(MigObject, 1);

    object->kind = g_intern_string(kind);
    object->parent = parent;
    object->signature = g_strdup(signature);
    object->namespaced = namespace || (parent && parent->namespaced);
    set_names(schema, object, namespace, name);
    object->children = g_ptr_array_ref(schema->nothing);
    object->attributes = g_array_sized_new(FALSE, FALSE, sizeof(MigAttribute), 4);
    g_array_set_clear_func(object->attributes, attribute_clear);
    object->depends = g_ptr_array_ref(schema->nothing);
    if (parent)
        append(&parent->children, object, NULL);
    else
        g_ptr_array_add(schema->roots, object);
    g_ptr_array_add(schema->objects, object);
    g_hash_table_insert(schema->by_identity, object->identity, object);
    return object;
}

MigObject *
mig_schema_add(MigSchema *schema, const char *kind, MigObject *parent, const char *name)
{
    return add(schema, kind, parent, NULL, name, NULL);
}

MigObject *
mig_schema_add_in(MigSchema *schema, const char *kind, const char *namespace, const char *name,
                  const char *signature)
{
    return add(schema, kind, NULL, namespace, name, signature);
}

void
mig_schema_set_default_namespace(MigSchema *schema, const char *namespace)
{
    g_free(schema->default_namespace);
    schema->default_namespace = g_strdup(namespace);
}

const char *
mig_schema_default_namespace(const MigSchema *schema)
{
    return schema->default_namespace;
}

const char *
mig_object_namespace(const MigObject *object)
{
    return object->namespaced ? object->path[0] : NULL;
}

static void
set_attribute(MigObject *object, const char *name, const char *value, gboolean rendering)
{
    guint at = 0;
    int order = 1;

    if (!value && object->attributes->len == 0)
        return;
    for (; at < object->attributes->len; at++) {
        order = strcmp(g_array_index(object->attributes, MigAttribute, at).name, name);
        if (order >= 0)
            break;
    }
    if (at < object->attributes->len && order == 0)
        g_array_remove_index(object->attributes, at);
    if (!value)
        return;
    MigAttribute attribute = {g_intern_string(name), g_strdup(value), rendering};

    g_array_insert_val(object->attributes, at, attribute);
}

void
mig_object_set(MigObject *object, const char *attribute, const char *value)
{
    set_attribute(object, attribute, value, FALSE);
}

void
mig_object_set_rendering(MigObject *object, const char *attribute, const char *value)
{
    set_attribute(object, attribute, value, TRUE);
}

void
mig_schema_respell(MigSchema *schema, MigObject *object, const char *attribute, const char *value)
{
    set_attribute(object, attribute, value, FALSE);
    for (; object; object = object->parent)
        g_clear_pointer(&object->hash, g_free);
}

const char *
mig_object_get(const MigObject *object, const char *attribute)
{
    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *found = &g_array_index(object->attributes, MigAttribute, i);

        if (strcmp(found->name, attribute) == 0)
            return found->value;
    }
    return NULL;
}

void
mig_object_depend(MigObject *object, const char *identity)
{
    for (guint i = 0; i < object->depends->len; i++) {
        if (strcmp(object->depends->pdata[i], identity) == 0)
            return;
    }
    append(&object->depends, g_strdup(identity), g_free);
}

gboolean
mig_object_is_kind(const MigObject *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

const MigObject *
mig_object_root(const MigObject *object)
{
    while (object->parent)
        object = object->parent;
    return object;
}

const char *
mig_object_name(const MigObject *object)
{
    return object->path[g_strv_length(object->path) - 1];
}

static int
compare_identity(gconstpointer a, gconstpointer b)
{
    const MigObject *left = *(MigObject *const *)a, *right = *(MigObject *const *)b;

    return strcmp(left->identity, right->identity);
}

/* Siblings with a position come first, in its order. */
static int
compare_sibling(gconstpointer a, gconstpointer b)
{
    const MigObject *left = *(MigObject *const *)a, *right = *(MigObject *const *)b;
    guint left_at = (guint)left->position - 1, right_at = (guint)right->position - 1;

    if (left_at != right_at)
        return left_at < right_at ? -1 : 1;
    return strcmp(left->identity, right->identity);
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* With its NUL, so that no two lists of fields look alike. */
static void
feed(GChecksum *checksum, const char *field)
{
    g_checksum_update(checksum, (const guchar *)field, (gssize)strlen(field) + 1);
}

/* The name by which a parent's hash knows a child: its identity without kind and parent's path. */
static const char *
local_name(const MigObject *child)
{
    gsize skip = strlen(child->kind) + 1;

    if (child->parent)
        skip += strlen(child->parent->identity) - strlen(child->parent->kind);
    return child->identity + skip;
}

static void
feed_attributes(GChecksum *checksum, const MigObject *object)
{
    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);

        if (attribute->rendering)
            continue;
        feed(checksum, attribute->name);
        feed(checksum, attribute->value);
    }
    feed(checksum, "");
}

/* Column order is no difference, so objects are taken by identity. What has no children of its own
 * is fed whole: that is shorter than its hash would be. */
static void
feed_objects(GChecksum *checksum, const GPtrArray *objects)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(objects->len);

    for (guint i = 0; i < objects->len; i++)
        g_ptr_array_add(sorted, objects->pdata[i]);
    g_ptr_array_sort(sorted, compare_identity);
    for (guint i = 0; i < sorted->len; i++) {
        const MigObject *object = sorted->pdata[i];

        feed(checksum, object->kind);
        feed(checksum, local_name(object));
        if (object->children->len > 0)
            feed(checksum, mig_object_hash(object));
        else
            feed_attributes(checksum, object);
    }
}

const char *
mig_object_hash(const MigObject *object)
{
    if (!object->hash) {
        g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

        feed(checksum, object->kind);
        feed_attributes(checksum, object);
        feed_objects(checksum, object->children);
        ((MigObject *)object)->hash = g_strdup(g_checksum_get_string(checksum));
    }
    return object->hash;
}

static void
set_hash(MigSchema *schema)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    feed_objects(checksum, schema->roots);
    g_free(schema->hash);
    schema->hash = g_strdup(g_checksum_get_string(checksum));
}

void
mig_schema_seal(MigSchema *schema)
{
    for (guint i = 0; i < schema->objects->len; i++) {
        MigObject *object = schema->objects->pdata[i];

        g_ptr_array_sort(object->children, compare_sibling);
        g_ptr_array_sort(object->depends, compare_text);
    }
    g_ptr_array_sort(schema->objects, compare_identity);
    g_ptr_array_sort(schema->roots, compare_identity);
    set_hash(schema);
}

const GPtrArray *
mig_schema_objects(const MigSchema *schema)
{
    return schema->objects;
}

const GPtrArray *
mig_schema_roots(const MigSchema *schema)
{
    return schema->roots;
}

MigObject *
mig_schema_find(const MigSchema *schema, const char *identity)
{
    return g_hash_table_lookup(schema->by_identity, identity);
}

const char *
mig_schema_hash(const MigSchema *schema)
{
    return schema->hash;
}

MigObject *
mig_schema_find_in(const MigSchema *schema, const char *kind, const char *namespace,
                   const char *name)
{
    g_autofree char *identity = spell_in(kind, namespace, name, NULL);

    return mig_schema_find(schema, identity);
}

MigObject *
mig_schema_lookup(const MigSchema *schema, const char *kind, const MigObject *parent,
                  const char *name)
{
    g_autofree char *identity = mig_schema_identity(schema, kind, parent, name);
    MigObject *found = mig_schema_find(schema, identity);

    return found || parent || !schema->default_namespace
               ? found
               : mig_schema_find_in(schema, kind, schema->default_namespace, name);
}

MigObject *
mig_schema_adopt(MigSchema *schema, MigObject *parent, const MigObject *object)
{
    MigObject *copy = add(schema, object->kind, parent, parent ? NULL : mig_object_namespace(object),
                          mig_object_name(object), object->signature);

    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);

        set_attribute(copy, attribute->name, attribute->value, attribute->rendering);
    }
    for (guint i = 0; i < object->depends->len; i++)
        mig_object_depend(copy, object->depends->pdata[i]);
    copy->position = object->position;
    copy->unmanaged = g_strdup(object->unmanaged);
    copy->left_out = object->left_out;
    copy->file = g_strdup(object->file);
    copy->line = object->line;
    for (guint i = 0; i < object->children->len; i++)
        mig_schema_adopt(schema, copy, object->children->pdata[i]);
    return copy;
}

void
mig_schema_take_out(MigSchema *schema, GHashTable *roots)
{
    g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(object_free);
    g_autoptr(GPtrArray) all = g_steal_pointer(&schema->objects);

    g_ptr_array_set_free_func(all, NULL);
    schema->objects = g_ptr_array_new_with_free_func(object_free);
    for (guint i = 0; i < all->len; i++) {
        MigObject *object = all->pdata[i];
        gboolean goes = g_hash_table_contains(roots, mig_object_root(object));

        g_ptr_array_add(goes ? gone : schema->objects, object);
        if (goes)
            g_hash_table_remove(schema->by_identity, object->identity);
        if (goes && !object->parent)
            g_ptr_array_remove(schema->roots, object);
    }
    set_hash(schema);
}
