/* Renames of parts of tables in an order that no name stands in the way of. */
#include <string.h>

#include "dialects/postgresql/pg_plan_parts.h"

typedef struct {
    MigPgParts parts;
    GHashTable *bearers;   /* key of a name → the object of `from` that has it */
    GPtrArray *actions;    /* of MigAction* */
    GPtrArray *free_names; /* of char*: names made up on the way */
} Namer;

/* The keys of a part's name, at most two: among relations, among the table's constraints. */
static void
keys_of(const MigObject *object, const char *name, char *keys[2])
{
    keys[0] = mig_pg_is_relation(object)
                  ? g_strdup_printf("relation %s\n%s", mig_object_namespace(object), name)
                  : NULL;
    keys[1] = mig_object_is_kind(object, "constraint")
                  ? g_strdup_printf("constraint %s\n%s", object->parent->identity, name)
                  : NULL;
}

/* Puts the object (NULL: nobody) to all keys of the name. */
static void
bear(Namer *namer, const MigObject *object, const char *name, const MigObject *bearer)
{
    char *keys[2];

    keys_of(object, name, keys);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i] && bearer)
            g_hash_table_replace(namer->bearers, g_strdup(keys[i]), (gpointer)bearer);
        else if (keys[i])
            g_hash_table_remove(namer->bearers, keys[i]);
        g_free(keys[i]);
    }
}

/* Who has the name that a part wants; NULL: nobody. */
static const MigObject *
bearer_of(const Namer *namer, const MigPgPart *part, const char *name)
{
    const MigObject *found = NULL;
    char *keys[2];

    keys_of(part->from, name, keys);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const MigObject *bearer = keys[i] ? g_hash_table_lookup(namer->bearers, keys[i]) : NULL;

        if (bearer && bearer != part->from)
            found = bearer;
        g_free(keys[i]);
    }
    return found;
}

static const char *
free_name(Namer *namer, const MigPgPart *part)
{
    for (guint n = 1;; n++) {
        char *name = g_strdup_printf("migrate_rename_%u", n);

        if (!bearer_of(namer, part, name)) {
            g_ptr_array_add(namer->free_names, name);
            return name;
        }
        g_free(name);
    }
}

static void
add_statement(const MigSchema *schema, const MigPgPart *part, const char *name, MigAction *action)
{
    const MigObject *object = part->from;
    g_autofree char *root = mig_pg_qualified(schema, object);
    g_autofree char *old = mig_pg_name(part->now), *new = mig_pg_name(name);
    gsize prefix = 0;

    if (mig_object_is_kind(object, "constraint")) {
        mig_action_sql(action, "ALTER %s %s RENAME CONSTRAINT %s TO %s",
                       mig_object_is_kind(object->parent, "domain") ? "DOMAIN" : "TABLE", root, old,
                       new);
        return;
    }
    g_autofree char *last = mig_pg_name(mig_object_name(mig_object_root(object)));

    prefix = strlen(root) - strlen(last);
    mig_action_sql(action, "ALTER %s %.*s%s RENAME TO %s", object->parent ? "INDEX" : "SEQUENCE",
                   (int)prefix, root, old, new);
    if (!object->parent)
        mig_action_hazard(action, "breaks-old-code", "code that still says %s fails",
                          object->title);
}

static void
set_name(Namer *namer, MigPgPart *part, const char *name)
{
    bear(namer, part->from, part->now, NULL);
    bear(namer, part->from, name, part->from);
    part->done = TRUE;
    g_free(part->now);
    part->now = g_strdup(name);
}

static void
rename_part(Namer *namer, MigPgPart *part, const char *name)
{
    MigAction *action = mig_action_new("rename part %05u", namer->actions->len);

    action->rank = MIG_PG_RANK_EARLY;
    action->rows_of = g_strdup(mig_object_root(part->from)->identity);
    add_statement(namer->parts.input->from, part, name, action);
    g_ptr_array_add(namer->actions, action);
    set_name(namer, part, name);
    for (guint i = 0; i < namer->parts.list->len; i++) {
        MigPgPart *other = namer->parts.list->pdata[i];

        if (other->leader == part)
            set_name(namer, other, name);
    }
}

static gboolean
is_pending(const MigPgPart *part)
{
    return part && !part->leader && !part->given_up && strcmp(part->now, part->name) != 0;
}

/* What goes, or is made anew under this name, can have another one until then, so that a part of a
 * partition which cannot be made anew gets its own. */
static gboolean
makes_way(Namer *namer, const MigPgPart *part, const MigObject *bearer)
{
    if (!mig_object_get(part->from, "attached-to") && !mig_object_get(part->from, "inherited"))
        return FALSE;
    if (!bearer->parent || bearer->unmanaged || !mig_pg_is_relation(bearer) ||
        g_hash_table_contains(namer->parts.by_object, bearer))
        return FALSE;
    MigPgPart *other = mig_pg_add_part(&namer->parts, bearer, NULL, NULL);

    other->name = free_name(namer, other);
    rename_part(namer, other, other->name);
    return TRUE;
}

/* Renames all that can be; returns whether there was any. */
static gboolean
rename_free_ones(Namer *namer)
{
    gboolean any = FALSE;

    for (guint i = 0; i < namer->parts.list->len; i++) {
        MigPgPart *part = namer->parts.list->pdata[i];
        const MigObject *bearer = is_pending(part) ? bearer_of(namer, part, part->name) : NULL;

        if (!is_pending(part) || (bearer && !makes_way(namer, part, bearer)))
            continue;
        rename_part(namer, part, part->name);
        any = TRUE;
    }
    return any;
}

/* Gives up what waits for something that keeps its name; returns whether there was any. */
static gboolean
give_up_blocked_ones(Namer *namer)
{
    gboolean any = FALSE;

    for (guint i = 0; i < namer->parts.list->len; i++) {
        MigPgPart *part = namer->parts.list->pdata[i];
        const MigObject *bearer = is_pending(part) ? bearer_of(namer, part, part->name) : NULL;

        if (bearer && !is_pending(g_hash_table_lookup(namer->parts.by_object, bearer))) {
            part->given_up = TRUE;
            any = TRUE;
        }
    }
    return any;
}

/* What is left passes names on in a ring: the first one goes by way of a free name. */
static gboolean
open_ring(Namer *namer)
{
    for (guint i = 0; i < namer->parts.list->len; i++) {
        MigPgPart *part = namer->parts.list->pdata[i];

        if (is_pending(part)) {
            rename_part(namer, part, free_name(namer, part));
            return TRUE;
        }
    }
    return FALSE;
}

static void
collect_names(Namer *namer)
{
    const GPtrArray *objects = mig_schema_objects(namer->parts.input->from);

    for (guint i = 0; i < objects->len; i++)
        bear(namer, objects->pdata[i], mig_object_name(objects->pdata[i]), objects->pdata[i]);
}

MigSchema *
mig_pg_rename_parts(const MigPlanInput *input, GPtrArray *actions)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(mig_pg_part_free);
    g_autoptr(GHashTable) by_object = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) bearers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) free_names = g_ptr_array_new_with_free_func(g_free);
    Namer namer = {{input, list, by_object, taken}, bearers, actions, free_names};

    mig_pg_match_parts(&namer.parts);
    if (list->len == 0)
        return NULL;
    collect_names(&namer);
    while (rename_free_ones(&namer) || give_up_blocked_ones(&namer) || open_ring(&namer))
        ;
    return actions->len > 0 ? mig_pg_schema_after(&namer.parts) : NULL;
}
