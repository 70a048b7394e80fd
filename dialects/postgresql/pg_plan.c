/* The plan slot: the engine that turns changes into ordered actions by the rules of each kind. */
#include "dialects/postgresql/pg_plan.h"

#include <string.h>

#include "core/diff.h"
#include "core/order.h"

#define OLDEST_VERSION 130000

const MigSchema *
mig_pg_planner_from(const MigPgPlanner *planner)
{
    return planner->input->from;
}

const MigSchema *
mig_pg_planner_to(const MigPgPlanner *planner)
{
    return planner->input->to;
}

gboolean
mig_pg_planner_drops(const MigPgPlanner *planner, const MigObject *object)
{
    return g_hash_table_contains(planner->dropped, object);
}

gboolean
mig_pg_planner_creates(const MigPgPlanner *planner, const MigObject *object)
{
    return g_hash_table_contains(planner->created, object);
}

const MigPgRule *
mig_pg_rule_of(const MigPgPlanner *planner, const MigObject *object)
{
    return g_hash_table_lookup(planner->rules, object->kind);
}

const MigObject *
mig_pg_twin(const MigPgPlanner *planner, const MigObject *object)
{
    const MigPlanInput *input = planner->input;
    const MigObject *same = mig_schema_find(input->from, object->identity);
    const MigObject *twin = same == object ? mig_schema_find(input->to, object->identity) : same;

    return twin && !twin->unmanaged ? twin : NULL;
}

const MigChange *
mig_pg_change_of(const MigPgPlanner *planner, const MigObject *object)
{
    const MigChange *change = g_hash_table_lookup(planner->changes, object);

    return change && !mig_pg_planner_drops(planner, change->from) ? change : NULL;
}

gboolean
mig_pg_depends(const MigObject *object, const char *identity)
{
    for (guint i = 0; i < object->depends->len; i++) {
        if (strcmp(object->depends->pdata[i], identity) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_is_type(const MigObject *object)
{
    static const char *const kinds[] = {"enum",  "domain", "composite type",    "range type",
                                        "table", "view",   "materialized view", NULL};

    return g_strv_contains(kinds, object->kind);
}

gboolean
mig_pg_is_of_type(const MigObject *column, const MigObject *target)
{
    const char *value = mig_object_get(column, "default"), *type = mig_object_get(column, "type");
    g_autofree char *name = mig_pg_name(mig_object_name(target));

    if (!mig_pg_is_type(target))
        return FALSE;
    return !value || !type || !strstr(value, "::regclass") || strstr(type, name);
}

gboolean
mig_pg_is_of(const MigObject *column, const MigObject *target)
{
    return mig_pg_is_of_type(column, target) ||
           (mig_object_is_kind(target, "collation") && mig_object_get(column, "collation"));
}

gboolean
mig_pg_is_table_part(const MigObject *object, const char *kind)
{
    return object->parent && mig_object_is_kind(object, kind) &&
           mig_object_is_kind(object->parent, "table");
}

/* "PostgreSQL 15.4 (Debian …)" → 150004. */
static int
parse_version(const char *server)
{
    const char *digits = server ? strpbrk(server, "0123456789") : NULL;
    char *end = NULL;
    guint64 major = digits ? g_ascii_strtoull(digits, &end, 10) : 0;

    if (major < OLDEST_VERSION / 10000 || major > 1000)
        return OLDEST_VERSION;
    return (int)major * 10000 + (*end == '.' ? atoi(end + 1) : 0);
}

static void
add_rules(GHashTable *rules, const MigPgRule *const *list)
{
    for (; *list; list++)
        g_hash_table_insert(rules, (gpointer)(*list)->kind, (gpointer)*list);
}

static void
planner_init(MigPgPlanner *planner, const MigPlanInput *input, GHashTable *anew)
{
    planner->input = input;
    planner->anew = anew;
    planner->version = parse_version(input->server);
    planner->rules = g_hash_table_new(g_str_hash, g_str_equal);
    planner->changes = g_hash_table_new(NULL, NULL);
    planner->dependents =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    planner->dropped = g_hash_table_new(NULL, NULL);
    planner->created = g_hash_table_new(NULL, NULL);
    planner->disturbed = g_hash_table_new(NULL, NULL);
    planner->apart = g_hash_table_new(NULL, NULL);
    planner->defaults = g_hash_table_new(NULL, NULL);
    planner->released = g_hash_table_new(NULL, NULL);
    planner->detached = g_hash_table_new(NULL, NULL);
    planner->targets = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    planner->referenced = g_hash_table_new(NULL, NULL);
    planner->paces = g_hash_table_new(NULL, NULL);
    planner->queue = g_ptr_array_new();
    planner->actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    planner->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    add_rules(planner->rules, mig_pg_table_rules);
    add_rules(planner->rules, mig_pg_object_rules);
}

static void
planner_clear(MigPgPlanner *planner)
{
    g_hash_table_unref(planner->rules);
    g_hash_table_unref(planner->changes);
    g_hash_table_unref(planner->dependents);
    g_hash_table_unref(planner->dropped);
    g_hash_table_unref(planner->created);
    g_hash_table_unref(planner->disturbed);
    g_hash_table_unref(planner->apart);
    g_hash_table_unref(planner->defaults);
    g_hash_table_unref(planner->released);
    g_hash_table_unref(planner->detached);
    g_hash_table_unref(planner->targets);
    g_hash_table_unref(planner->referenced);
    g_hash_table_unref(planner->paces);
    g_hash_table_unref(planner->by_id);
    g_ptr_array_unref(planner->queue);
    g_clear_pointer(&planner->actions, g_ptr_array_unref);
}

/* The literal behind ADD VALUE. New string; NULL: there is none. */
static char *
added_label(const char *sql)
{
    const char *value = strstr(sql, " ADD VALUE "), *end;

    if (!value)
        return NULL;
    value += strlen(" ADD VALUE ");
    for (end = value + 1; *end && (*end != '\'' || end[1] == '\''); end++)
        end += *end == '\'';
    return g_strndup(value, (gsize)(end + 1 - value));
}

static gboolean
is_said_behind(const GPtrArray *actions, guint after, const char *text)
{
    for (guint i = after + 1; i < actions->len; i++) {
        const MigAction *action = actions->pdata[i];

        for (guint j = 0; !action->own_transaction && j < action->statements->len; j++) {
            if (strstr(action->statements->pdata[j], text))
                return TRUE;
        }
    }
    return FALSE;
}

/* A new label of an enum must be committed only where the same plan uses it. */
static void
keep_together(const GPtrArray *actions)
{
    for (guint i = 0; i < actions->len; i++) {
        MigAction *action = actions->pdata[i];
        gboolean used = FALSE;

        for (guint j = 0; action->own_transaction && j < action->statements->len; j++) {
            g_autofree char *label = added_label(action->statements->pdata[j]);

            used |= label && is_said_behind(actions, i, label);
        }
        action->own_transaction = used;
    }
}

/* Actions without statements only carried an order: those that stay keep it as a chain. */
static GPtrArray *
without_empty(GPtrArray *actions)
{
    GPtrArray *kept = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);

    for (guint i = 0; i < actions->len; i++) {
        MigAction *action = actions->pdata[i];

        if (action->statements->len == 0) {
            mig_action_free(action);
            continue;
        }
        g_ptr_array_set_size(action->needs, 0);
        g_ptr_array_set_size(action->prefers, 0);
        if (kept->len > 0)
            mig_action_need(action, "%s", ((MigAction *)kept->pdata[kept->len - 1])->id);
        g_ptr_array_add(kept, action);
    }
    g_ptr_array_set_free_func(actions, NULL);
    g_ptr_array_unref(actions);
    return kept;
}

/* All actions, not yet in order. */
static void
prepare(MigPgPlanner *planner, const MigPlanInput *input, GHashTable *anew)
{
    planner_init(planner, input, anew);
    mig_pg_find_references(planner);
    mig_pg_close_changes(planner);
    mig_pg_mark_partitions(planner);
    mig_pg_mark_fills(planner);
    mig_pg_mark_unfit_defaults(planner);
    mig_pg_mark_counters(planner);
    mig_pg_break_loops(planner);
    mig_pg_free_names(planner);
    mig_pg_make_actions(planner);
    mig_pg_need_names(planner);
    mig_pg_need_counters_gone(planner);
    mig_pg_order_bodies(planner);
    mig_pg_order_online(planner);
}

static GPtrArray *
plan_changes(const MigPlanInput *input, GError **error)
{
    g_autoptr(GHashTable) anew = g_hash_table_new(NULL, NULL);
    const MigObject *object;
    MigPgPlanner planner;

    prepare(&planner, input, anew);
    while ((object = mig_pg_altered_in_loop(&planner))) {
        planner_clear(&planner);
        g_hash_table_add(anew, (gpointer)object);
        prepare(&planner, input, anew);
    }
    GPtrArray *actions = mig_order_actions(g_steal_pointer(&planner.actions), error);

    if (actions) {
        keep_together(actions);
        mig_pg_spare_bodies(actions);
        mig_pg_hazards_of_leaving(&planner, actions);
    }
    if (actions && input->online)
        mig_pg_gather_blocks(&planner, actions);
    planner_clear(&planner);
    return actions ? without_empty(actions) : NULL;
}

/* Both lists as one chain. */
static GPtrArray *
join(GPtrArray *first, GPtrArray *second)
{
    for (guint i = 0; i < second->len; i++)
        g_ptr_array_add(first, second->pdata[i]);
    for (guint i = 1; i < first->len; i++)
        mig_action_need(first->pdata[i], "%s", ((MigAction *)first->pdata[i - 1])->id);
    g_ptr_array_set_free_func(second, NULL);
    g_ptr_array_unref(second);
    return first;
}

GPtrArray *
mig_pg_plan(const MigPlanInput *input, GError **error)
{
    g_autoptr(GPtrArray) renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    g_autoptr(GPtrArray) changes = NULL;
    g_autoptr(MigSchema) renamed = NULL;
    MigPlanInput rest = *input;

    if (input->changes->len > 0 && ((MigChange *)input->changes->pdata[0])->kind == MIG_RENAMED)
        return mig_pg_plan_renames(input);
    renamed = mig_pg_rename_parts(input, renames);
    if (renamed) {
        changes = mig_diff(renamed, input->to);
        rest.from = renamed;
        rest.changes = changes;
    }
    GPtrArray *actions = plan_changes(&rest, error);

    return actions ? join(g_steal_pointer(&renames), actions) : NULL;
}

static void
append_actions(GString *out, const GPtrArray *actions)
{
    for (guint i = 0; i < actions->len; i++) {
        const MigAction *action = actions->pdata[i];

        for (guint j = 0; j < action->statements->len; j++)
            g_string_append_printf(out, "%s;\n", (char *)action->statements->pdata[j]);
        g_string_append_c(out, '\n');
    }
}

char *
mig_pg_dump(const MigSchema *schema)
{
    g_autoptr(MigSchema) nothing = mig_schema_new(FALSE);
    GString *out = g_string_new(NULL);

    mig_schema_set_default_namespace(nothing, mig_schema_default_namespace(schema));
    mig_schema_seal(nothing);
    g_autoptr(GPtrArray) changes = mig_diff(nothing, schema);
    MigPlanInput input = {nothing, schema, changes, FALSE, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) actions = mig_pg_plan(&input, &error);

    if (actions)
        append_actions(out, actions);
    else
        g_critical("%s", error->message);
    return g_string_free(out, FALSE);
}
