#include "core/schema.h"

#include <string.h>

struct _MigSchema {
    gboolean ignore_case;
    GPtrArray *objects; /* owned; sorted once sealed */
    GPtrArray *roots;
    GHashTable *by_identity; /* index into objects; keys belong to them */
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

    g_strfreev(object->path);
    g_free(object->identity);
    g_free(object->title);
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
    return schema;
}

void
mig_schema_free(MigSchema *schema)
{
    if (!schema)
        return;
    g_hash_table_unref(schema->by_identity);
    g_ptr_array_unref(schema->roots);
    g_ptr_array_unref(schema->objects);
    g_free(schema->hash);
    g_free(schema);
}

static void
append_quoted(GString *out, const char *name)
{
    const char *c = name;

    while (g_ascii_isalnum(*c) || *c == '_')
        c++;
    if (c > name && *c == '\0') {
        g_string_append_len(out, name, c - name);
        return;
    }
    g_string_append_c(out, '"');
    for (c = name; *c; c++) {
        if (*c == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
}

char *
mig_schema_quote_name(const char *name)
{
    GString *text = g_string_new(NULL);

    append_quoted(text, name);
    return g_string_free(text, FALSE);
}

/* "column users.age": parent's title or identity, if any, stands for the outer names. */
static char *
spell(const char *kind, const char *parent, const char *name, gboolean fold)
{
    GString *text = g_string_sized_new(64);

    g_string_append(text, kind);
    if (parent) {
        g_string_append(text, parent);
        g_string_append_c(text, '.');
    } else {
        g_string_append_c(text, ' ');
    }
    append_quoted(text, name);
    if (fold)
        g_string_ascii_down(text);
    return g_string_free(text, FALSE);
}

/* The names in an identity or title, with the space before them. */
static const char *
names_in(const MigObject *object, const char *text)
{
    return object ? text + strlen(object->kind) : NULL;
}

char *
mig_schema_identity(const MigSchema *schema, const char *kind, const MigObject *parent,
                    const char *name)
{
    return spell(kind, parent ? names_in(parent, parent->identity) : NULL, name,
                 schema->ignore_case);
}

static char **
path_of(const MigObject *parent, const char *name)
{
    guint depth = parent ? g_strv_length(parent->path) : 0;
    char **path = g_new0(char *, depth + 2);

    for (guint i = 0; i < depth; i++)
        path[i] = g_strdup(parent->path[i]);
    path[depth] = g_strdup(name);
    return path;
}

/* The name, or the first of "name#2", "name#3"… whose identity is free. */
static char *
free_name(const MigSchema *schema, const char *kind, const MigObject *parent, const char *name,
          char **ret_identity)
{
    g_autofree char *candidate = g_strdup(name);
    g_autofree char *identity = mig_schema_identity(schema, kind, parent, candidate);

    for (guint n = 2; mig_schema_find(schema, identity); n++) {
        g_free(candidate);
        candidate = g_strdup_printf("%s#%u", name, n);
        g_free(identity);
        identity = mig_schema_identity(schema, kind, parent, candidate);
    }
    *ret_identity = g_steal_pointer(&identity);
    return g_steal_pointer(&candidate);
}

MigObject *
mig_schema_add(MigSchema *schema, const char *kind, MigObject *parent, const char *name)
{
    MigObject *object = g_new0(MigObject, 1);
    g_autofree char *own_name = free_name(schema, kind, parent, name, &object->identity);

    object->kind = g_intern_string(kind);
    object->path = path_of(parent, own_name);
    object->title = spell(kind, parent ? names_in(parent, parent->title) : NULL, own_name, FALSE);
    object->parent = parent;
    object->children = g_ptr_array_new();
    object->attributes = g_array_new(FALSE, FALSE, sizeof(MigAttribute));
    g_array_set_clear_func(object->attributes, attribute_clear);
    object->depends = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(parent ? parent->children : schema->roots, object);
    g_ptr_array_add(schema->objects, object);
    g_hash_table_insert(schema->by_identity, object->identity, object);
    return object;
}

static void
set_attribute(MigObject *object, const char *name, const char *value, gboolean rendering)
{
    guint at = 0;
    int order = 1;

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
    g_ptr_array_add(object->depends, g_strdup(identity));
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

/* The name by which a parent's hash knows a child: without the path, which has the parent's. */
static char *
local_name(const MigSchema *schema, const MigObject *object)
{
    return schema->ignore_case ? g_ascii_strdown(mig_object_name(object), -1)
                               : g_strdup(mig_object_name(object));
}

/* Column order is no difference, so children are taken by identity. */
static void
feed_children(const MigSchema *schema, GChecksum *checksum, const GPtrArray *children)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(children->len);

    for (guint i = 0; i < children->len; i++)
        g_ptr_array_add(sorted, children->pdata[i]);
    g_ptr_array_sort(sorted, compare_identity);
    for (guint i = 0; i < sorted->len; i++) {
        const MigObject *child = sorted->pdata[i];
        g_autofree char *name = local_name(schema, child);

        feed(checksum, child->kind);
        feed(checksum, name);
        feed(checksum, child->hash);
    }
}

static void
seal_object(const MigSchema *schema, MigObject *object)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    for (guint i = 0; i < object->children->len; i++)
        seal_object(schema, object->children->pdata[i]);
    g_ptr_array_sort(object->children, compare_sibling);
    g_ptr_array_sort(object->depends, compare_text);
    feed(checksum, object->kind);
    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);

        if (attribute->rendering)
            continue;
        feed(checksum, attribute->name);
        feed(checksum, attribute->value);
    }
    feed(checksum, "");
    feed_children(schema, checksum, object->children);
    g_free(object->hash);
    object->hash = g_strdup(g_checksum_get_string(checksum));
}

static void
seal_roots(MigSchema *schema)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    feed_children(schema, checksum, schema->roots);
    g_free(schema->hash);
    schema->hash = g_strdup(g_checksum_get_string(checksum));
}

void
mig_schema_seal(MigSchema *schema)
{
    for (guint i = 0; i < schema->roots->len; i++)
        seal_object(schema, schema->roots->pdata[i]);
    g_ptr_array_sort(schema->objects, compare_identity);
    g_ptr_array_sort(schema->roots, compare_identity);
    seal_roots(schema);
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
mig_schema_lookup(const MigSchema *schema, const char *kind, const MigObject *parent,
                  const char *name)
{
    g_autofree char *identity = mig_schema_identity(schema, kind, parent, name);

    return mig_schema_find(schema, identity);
}

static char *
fold_if(const MigSchema *schema, const char *text)
{
    return schema->ignore_case ? g_ascii_strdown(text, -1) : g_strdup(text);
}

static gboolean
matches(const MigSchema *schema, const GPtrArray *patterns, const char *text, gboolean globs)
{
    for (guint i = 0; patterns && i < patterns->len; i++) {
        g_autofree char *pattern = fold_if(schema, patterns->pdata[i]);

        if (globs ? g_pattern_match_simple(pattern, text) : strcmp(pattern, text) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
passes(const MigSchema *schema, const MigObject *root, const GPtrArray *include,
       const GPtrArray *exclude, const GPtrArray *hidden)
{
    g_autofree char *dotted = g_strjoinv(".", root->path);
    g_autofree char *path = fold_if(schema, dotted);
    g_autofree char *name = fold_if(schema, mig_object_name(root));

    if (include && include->len > 0 && !matches(schema, include, path, TRUE))
        return FALSE;
    return !matches(schema, exclude, path, TRUE) && !matches(schema, hidden, name, FALSE);
}

static void
collect_family(GHashTable *family, MigObject *object)
{
    g_hash_table_add(family, object);
    for (guint i = 0; i < object->children->len; i++)
        collect_family(family, object->children->pdata[i]);
}

/* Order among those that stay is kept. */
static void
remove_objects(MigSchema *schema, GHashTable *gone)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func(object_free);

    for (guint i = 0; i < schema->objects->len; i++) {
        MigObject *object = schema->objects->pdata[i];

        if (g_hash_table_contains(gone, object)) {
            g_hash_table_remove(schema->by_identity, object->identity);
            object_free(object);
        } else {
            g_ptr_array_add(objects, object);
        }
    }
    g_ptr_array_set_free_func(schema->objects, NULL);
    g_ptr_array_unref(schema->objects);
    schema->objects = objects;
}

MigSchema *
mig_schema_filter(MigSchema *schema, const GPtrArray *include, const GPtrArray *exclude,
                  const GPtrArray *hidden)
{
    g_autoptr(GPtrArray) roots = g_steal_pointer(&schema->roots);
    g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);

    schema->roots = g_ptr_array_new();
    for (guint i = 0; i < roots->len; i++) {
        if (passes(schema, roots->pdata[i], include, exclude, hidden))
            g_ptr_array_add(schema->roots, roots->pdata[i]);
        else
            collect_family(gone, roots->pdata[i]);
    }
    if (schema->roots->len < roots->len) {
        remove_objects(schema, gone);
        seal_roots(schema);
    }
    return schema;
}
