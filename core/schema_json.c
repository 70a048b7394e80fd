#include "core/schema_json.h"

/* Version of the format: grows when a key changes its meaning or goes away. */
#define FORMAT 1

/* An engine may hold names that are not UTF-8; JSON may not. */
static json_t *
string(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    return json_string(valid);
}

static json_t *
strings(char *const *texts)
{
    json_t *array = json_array();

    for (; *texts; texts++)
        json_array_append_new(array, string(*texts));
    return array;
}

static json_t *
attributes(const MigObject *object, gboolean rendering)
{
    json_t *values = json_object();

    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);

        if (attribute->rendering == rendering)
            json_object_set_new(values, attribute->name, string(attribute->value));
    }
    return values;
}

static void
set_if(json_t *json, const char *key, const char *value)
{
    if (value)
        json_object_set_new(json, key, string(value));
}

static json_t *
object_json(const MigObject *object)
{
    json_t *json = json_object(), *depends = json_array(), *children = json_array();

    json_object_set_new(json, "kind", json_string(object->kind));
    json_object_set_new(json, "name", string(mig_object_name(object)));
    json_object_set_new(json, "path", strings(object->path));
    json_object_set_new(json, "identity", string(object->identity));
    if (object->position > 0)
        json_object_set_new(json, "position", json_integer(object->position));
    json_object_set_new(json, "attributes", attributes(object, FALSE));
    json_object_set_new(json, "rendering", attributes(object, TRUE));
    for (guint i = 0; i < object->depends->len; i++)
        json_array_append_new(depends, string(object->depends->pdata[i]));
    json_object_set_new(json, "depends", depends);
    set_if(json, "unmanaged", object->unmanaged);
    set_if(json, "file", object->file);
    if (object->line > 0)
        json_object_set_new(json, "line", json_integer(object->line));
    set_if(json, "hash", mig_object_hash(object));
    for (guint i = 0; i < object->children->len; i++)
        json_array_append_new(children, object_json(object->children->pdata[i]));
    json_object_set_new(json, "children", children);
    return json;
}

json_t *
mig_schema_to_json(const MigSchema *schema, const char *dialect)
{
    json_t *json = json_object(), *objects = json_array();
    const GPtrArray *roots = mig_schema_roots(schema);

    json_object_set_new(json, "format", json_integer(FORMAT));
    json_object_set_new(json, "dialect", json_string(dialect));
    json_object_set_new(json, "hash", json_string(mig_schema_hash(schema)));
    for (guint i = 0; i < roots->len; i++)
        json_array_append_new(objects, object_json(roots->pdata[i]));
    json_object_set_new(json, "objects", objects);
    return json;
}
