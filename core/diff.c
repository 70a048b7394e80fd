#include "core/diff.h"

#include <string.h>

static int
compare_identity(gconstpointer a, gconstpointer b)
{
    return strcmp((*(MigObject *const *)a)->identity, (*(MigObject *const *)b)->identity);
}

static const MigAttribute *
attribute_at(const MigObject *object, guint *i)
{
    for (; *i < object->attributes->len; (*i)++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, *i);

        if (!attribute->rendering)
            return attribute;
    }
    return NULL;
}

/* Both lists are sorted by name: names on one side only and names with other values differ. */
static GPtrArray *
differing_attributes(const MigObject *from, const MigObject *to)
{
    GPtrArray *names = g_ptr_array_new();
    guint i = 0, j = 0;

    for (;;) {
        const MigAttribute *a = attribute_at(from, &i), *b = attribute_at(to, &j);

        if (!a && !b)
            return names;
        int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);

        if (order != 0 || strcmp(a->value, b->value) != 0)
            g_ptr_array_add(names, (gpointer)(order <= 0 ? a : b)->name);
        i += order <= 0;
        j += order >= 0;
    }
}

static void diff_lists(GPtrArray *changes, const GPtrArray *from, const GPtrArray *to);

static void
diff_pair(GPtrArray *changes, const MigObject *from, const MigObject *to)
{
    if (strcmp(mig_object_hash(from), mig_object_hash(to)) == 0)
        return;
    g_autoptr(GPtrArray) attributes = differing_attributes(from, to);

    if (attributes->len > 0) {
        MigChange *change = mig_change_new(MIG_ALTERED, from, to);

        change->attributes = g_steal_pointer(&attributes);
        g_ptr_array_add(changes, change);
    }
    diff_lists(changes, from->children, to->children);
}

static GPtrArray *
sorted(const GPtrArray *objects)
{
    GPtrArray *copy = g_ptr_array_sized_new(objects->len);

    for (guint i = 0; i < objects->len; i++)
        g_ptr_array_add(copy, objects->pdata[i]);
    g_ptr_array_sort(copy, compare_identity);
    return copy;
}

static void
diff_lists(GPtrArray *changes, const GPtrArray *from, const GPtrArray *to)
{
    g_autoptr(GPtrArray) old = sorted(from), new = sorted(to);
    guint i = 0, j = 0;

    while (i < old->len || j < new->len) {
        const MigObject *a = i < old->len ? old->pdata[i] : NULL;
        const MigObject *b = j < new->len ? new->pdata[j] : NULL;
        int order = !a ? 1 : !b ? -1 : strcmp(a->identity, b->identity);

        i += order <= 0;
        j += order >= 0;
        if ((order <= 0 && a->unmanaged) || (order >= 0 && b->unmanaged))
            continue;
        if (order == 0)
            diff_pair(changes, a, b);
        else
            g_ptr_array_add(changes, order < 0 ? mig_change_new(MIG_DROPPED, a, NULL)
                                               : mig_change_new(MIG_ADDED, NULL, b));
    }
}

GPtrArray *
mig_diff(const MigSchema *from, const MigSchema *to)
{
    GPtrArray *changes = g_ptr_array_new_with_free_func((GDestroyNotify)mig_change_free);

    if (strcmp(mig_schema_hash(from), mig_schema_hash(to)) != 0)
        diff_lists(changes, mig_schema_roots(from), mig_schema_roots(to));
    return changes;
}
