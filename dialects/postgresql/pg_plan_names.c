/* Names that several kinds share: what is created waits until the old bearer of its name is gone.
 */
#include "dialects/postgresql/pg_plan.h"

#include <string.h>

/* What PostgreSQL cuts names to. */
#define NAME_BYTES 63

/* The constraint's type, when an index of its name comes with it. */
static gboolean
has_index(const MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    static const char *const types[] = {"primary key", "unique", "exclude", NULL};

    return type && g_strv_contains(types, type);
}

gboolean
mig_pg_is_relation(const MigObject *object)
{
    static const char *const kinds[] = {
        "table", "view", "materialized view", "sequence", "composite type", "index", NULL};

    return g_strv_contains(kinds, object->kind) ||
           (mig_pg_is_table_part(object, "constraint") && has_index(object));
}

static gboolean
is_routine(const MigObject *object)
{
    static const char *const kinds[] = {"function", "procedure", "aggregate", NULL};

    return g_strv_contains(kinds, object->kind);
}

/* The keys of an object's name, at most two; NULL where there is none. A sequence is a type up to
 * 13, and none is made while a type has its name later either. */
static void
keys_of(const MigObject *object, char *keys[2])
{
    const char *namespace = mig_object_namespace(object), *name = mig_object_name(object);

    keys[0] = keys[1] = NULL;
    if (!namespace)
        return;
    if (mig_pg_is_relation(object))
        keys[0] = g_strdup_printf("relation %s\n%s", namespace, name);
    if (mig_pg_is_type(object) || mig_object_is_kind(object, "sequence"))
        keys[1] = g_strdup_printf("type %s\n%s", namespace, name);
    if (is_routine(object))
        keys[0] = g_strdup_printf("routine %s\n%s%s", namespace, name, object->signature);
}

static gboolean
is_index_like(const MigObject *object)
{
    return mig_pg_is_table_part(object, "index") ||
           (mig_pg_is_table_part(object, "constraint") && has_index(object));
}

/* What of the new state bears a name, by the name's key: what is created. */
static GHashTable *
wanted_names(const MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->to);
    GHashTable *wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < objects->len; i++) {
        char *keys[2];

        if (!mig_pg_planner_creates(planner, objects->pdata[i]))
            continue;
        keys_of(objects->pdata[i], keys);
        if (keys[0])
            g_hash_table_insert(wanted, keys[0], objects->pdata[i]);
        g_free(keys[1]);
    }
    return wanted;
}

/* Whether an index would be dropped along with its table, or a column, by which something else gets
 * its name. */
static gboolean
waits_for_its_table(const MigPgPlanner *planner, const MigObject *index, const MigObject *bearer)
{
    if (mig_object_get(index->parent, "partition-key"))
        return FALSE;
    if (!mig_pg_planner_drops(planner, index->parent))
        return mig_pg_carried_by(planner, index) != NULL;
    return !bearer->parent || strcmp(bearer->parent->identity, index->parent->identity) != 0;
}

/* Foreign keys that need the index go by themselves, too: their tables would be dropped behind it.
 */
static void
free_index(MigPgPlanner *planner, const MigObject *index)
{
    const GPtrArray *list = g_hash_table_lookup(planner->dependents, index->identity);

    g_hash_table_add(planner->apart, (gpointer)index);
    for (guint i = 0; list && i < list->len; i++) {
        const MigObject *key = list->pdata[i];

        if (g_strcmp0(mig_object_get(key, "type"), "foreign key") == 0 &&
            mig_pg_planner_drops(planner, key) && !mig_object_get(key, "inherited"))
            g_hash_table_add(planner->apart, (gpointer)key);
    }
}

/* An index whose name goes on to something else does not wait for its table's end, which may have
 * to wait for the new bearer of the name. */
void
mig_pg_free_names(MigPgPlanner *planner)
{
    g_autoptr(GHashTable) wanted = wanted_names(planner);
    const GPtrArray *objects = mig_schema_objects(planner->input->from);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];
        char *keys[2];

        if (!mig_pg_planner_drops(planner, object) || !is_index_like(object) ||
            mig_pg_inherited_from(planner, object))
            continue;
        keys_of(object, keys);
        const MigObject *bearer = g_hash_table_lookup(wanted, keys[0]);

        if (bearer && waits_for_its_table(planner, object, bearer))
            free_index(planner, object);
        g_free(keys[0]);
        g_free(keys[1]);
    }
}

static GHashTable *
freed_names(const MigPgPlanner *planner)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);
    GHashTable *freed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < objects->len; i++) {
        char *keys[2];

        if (!mig_pg_planner_drops(planner, objects->pdata[i]))
            continue;
        keys_of(objects->pdata[i], keys);
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
            if (keys[k])
                g_hash_table_insert(freed, keys[k], objects->pdata[i]);
        }
    }
    return freed;
}

static void
need_name(MigPgPlanner *planner, GHashTable *freed, const MigObject *object, const char *key)
{
    const MigObject *old = key ? g_hash_table_lookup(freed, key) : NULL;

    if (!old)
        return;
    g_autofree char *id = g_strconcat("create ", mig_pg_carrier(planner, object)->identity, NULL);
    MigAction *action = g_hash_table_lookup(planner->by_id, id);

    if (action)
        mig_action_need(action, "drop %s", mig_pg_carrier(planner, old)->identity);
}

void
mig_pg_need_names(MigPgPlanner *planner)
{
    g_autoptr(GHashTable) freed = freed_names(planner);
    const GPtrArray *objects = mig_schema_objects(planner->input->to);

    for (guint i = 0; i < objects->len && g_hash_table_size(freed) > 0; i++) {
        char *keys[2];

        if (!mig_pg_planner_creates(planner, objects->pdata[i]))
            continue;
        keys_of(objects->pdata[i], keys);
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
            need_name(planner, freed, objects->pdata[i], keys[k]);
            g_free(keys[k]);
        }
    }
}

static gboolean
bears_name(const MigObject *object, const MigObject *beside, const char *name)
{
    if (strcmp(mig_object_name(object), name) != 0)
        return FALSE;
    if (mig_pg_is_table_part(object, "constraint") &&
        strcmp(object->parent->identity, beside->parent->identity) == 0)
        return TRUE;
    return mig_pg_is_relation(object) &&
           g_strcmp0(mig_object_namespace(object), mig_object_namespace(beside)) == 0;
}

static gboolean
is_borne(const MigSchema *schema, const MigObject *beside, const char *name)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        if (bears_name(objects->pdata[i], beside, name))
            return TRUE;
    }
    return FALSE;
}

char *
mig_pg_unused_name(const MigPgPlanner *planner, const MigObject *object, const char *stem,
                   const char *ending)
{
    for (guint i = 0;; i++) {
        g_autofree char *number = i > 0 ? g_strdup_printf("%u", i) : g_strdup("");
        gsize room = NAME_BYTES - strlen(ending) - strlen(number), length = strlen(stem);

        while (length > room)
            length = (gsize)(g_utf8_find_prev_char(stem, stem + length) - stem);
        g_autofree char *name = g_strdup_printf("%.*s%s%s", (int)length, stem, ending, number);

        if (!is_borne(planner->input->from, object, name) &&
            !is_borne(planner->input->to, object, name))
            return g_steal_pointer(&name);
    }
}
