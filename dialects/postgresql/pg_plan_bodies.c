/* Bodies of SQL routines that are kept as text: no catalog knows what they use, but the server
 * looks when they are made. What a body names is made first where it can be. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_plan.h"

/* Between the dollar quotes of what pg_get_functiondef() gives; NULL: not an SQL text. New string.
 */
static char *
body_of(const MigObject *routine)
{
    const char *definition = mig_object_get(routine, "definition");

    if (g_strcmp0(mig_object_get(routine, "language"), "sql") != 0 || !definition)
        return NULL;
    const char *open = strstr(definition, "\nAS $"), *tag = open ? open + strlen("\nAS ") : NULL;
    const char *body = tag ? strchr(tag + 1, '$') : NULL;

    if (!body)
        return NULL;
    g_autofree char *quote = g_strndup(tag, (gsize)(++body - tag));
    const char *end = strstr(body, quote);

    return end ? g_strndup(body, (gsize)(end - body)) : NULL;
}

static gboolean
is_routine(const MigObject *object)
{
    return mig_object_is_kind(object, "function") || mig_object_is_kind(object, "procedure");
}

/* Names of what is created or replaced → GPtrArray of ids of the actions. */
static GHashTable *
made_names(const MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);
    GHashTable *names =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        const char *verb = mig_pg_planner_creates(planner, root) ? "create"
                           : mig_pg_change_of(planner, root)     ? "alter"
                                                                 : NULL;

        if (!verb)
            continue;
        GPtrArray *ids = g_hash_table_lookup(names, mig_object_name(root));

        if (!ids) {
            ids = g_ptr_array_new_with_free_func(g_free);
            g_hash_table_insert(names, (gpointer)mig_object_name(root), ids);
        }
        g_ptr_array_add(ids, g_strdup_printf("%s %s", verb, root->identity));
    }
    return names;
}

static void
prefer_named(GHashTable *names, const char *body, MigAction *action)
{
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, body, strlen(body));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        g_autofree char *name = mig_token_name(body, token);
        const GPtrArray *ids = name ? g_hash_table_lookup(names, name) : NULL;

        for (guint i = 0; ids && i < ids->len; i++)
            mig_action_prefer(action, "%s", (char *)ids->pdata[i]);
    }
}

void
mig_pg_order_bodies(MigPgPlanner *planner)
{
    const GPtrArray *roots = mig_schema_roots(planner->input->to);
    g_autoptr(GHashTable) names = made_names(planner);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];
        g_autofree char *body = is_routine(root) ? body_of(root) : NULL;
        g_autofree char *id = g_strconcat(
            mig_pg_planner_creates(planner, root) ? "create " : "alter ", root->identity, NULL);
        MigAction *action = body ? g_hash_table_lookup(planner->by_id, id) : NULL;

        if (!action)
            continue;
        action->rank = MIG_PG_RANK_TEXT_ROUTINE;
        prefer_named(names, body, action);
    }
}

/* Whether something the action should come behind comes later. positions: id → place, from 1. */
static gboolean
is_ahead_of_named(const MigAction *action, GHashTable *positions)
{
    guint own = GPOINTER_TO_UINT(g_hash_table_lookup(positions, action->id));

    for (guint i = 0; i < action->prefers->len; i++) {
        if (GPOINTER_TO_UINT(g_hash_table_lookup(positions, action->prefers->pdata[i])) > own)
            return TRUE;
    }
    return FALSE;
}

void
mig_pg_spare_bodies(const GPtrArray *actions)
{
    g_autoptr(GHashTable) positions = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < actions->len; i++)
        g_hash_table_insert(positions, ((MigAction *)actions->pdata[i])->id,
                            GUINT_TO_POINTER(i + 1));
    for (guint i = 0; i < actions->len; i++) {
        MigAction *action = actions->pdata[i];

        if (action->rank != MIG_PG_RANK_TEXT_ROUTINE || !is_ahead_of_named(action, positions))
            continue;
        g_ptr_array_insert(action->statements, 0, g_strdup("SET check_function_bodies = off"));
        mig_action_sql(action, "RESET check_function_bodies");
    }
}
