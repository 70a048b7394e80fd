/* Rules for foreign-data wrappers and servers, and options of all that is foreign. Servers differ
 * between production, staging and tests: their options are written when they are made, and are no
 * difference later. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"

/* ---- options ---- */

static char *
token_text(const char *text, MigToken token)
{
    return g_strndup(text + token.offset, token.length);
}

/* "a 'x', b 'y'" → names and values in turn. */
static GPtrArray *
split_options(const char *text)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text ? text : "", text ? strlen(text) : 0);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (!mig_token_is(text, token, ","))
            g_ptr_array_add(parts, token_text(text, token));
    }
    return parts;
}

static const char *
value_of(const GPtrArray *parts, const char *name)
{
    for (guint i = 0; i + 1 < parts->len; i += 2) {
        if (strcmp(parts->pdata[i], name) == 0)
            return parts->pdata[i + 1];
    }
    return NULL;
}

static void
append_option(GString *list, const char *verb, const char *name, const char *value)
{
    g_string_append_printf(list, "%s%s %s%s%s", list->len > 0 ? ", " : "", verb, name,
                           value ? " " : "", value ? value : "");
}

void
mig_pg_alter_foreign_options(MigAction *action, const MigChange *change, const char *what)
{
    g_autoptr(GPtrArray) old = split_options(mig_object_get(change->from, "foreign-options"));
    g_autoptr(GPtrArray) new = split_options(mig_object_get(change->to, "foreign-options"));
    g_autoptr(GString) list = g_string_new(NULL);

    if (!mig_pg_changes(change, "foreign-options"))
        return;
    for (guint i = 0; i + 1 < old->len; i += 2) {
        if (!value_of(new, old->pdata[i]))
            append_option(list, "DROP", old->pdata[i], NULL);
    }
    for (guint i = 0; i + 1 < new->len; i += 2) {
        const char *before = value_of(old, new->pdata[i]);

        if (g_strcmp0(before, new->pdata[i + 1]) != 0)
            append_option(list, before ? "SET" : "ADD", new->pdata[i], new->pdata[i + 1]);
    }
    mig_action_sql(action, "ALTER %s OPTIONS (%s)", what, list->str);
}

static void
append_clause(GString *sql, const MigObject *object, const char *word, const char *attribute)
{
    const char *value = mig_object_get(object, attribute);

    if (value)
        g_string_append_printf(sql, " %s %s", word, value);
}

static void
append_options(GString *sql, const MigObject *object)
{
    const char *options = mig_object_get(object, "foreign-options");

    if (options)
        g_string_append_printf(sql, " OPTIONS (%s)", options);
}

/* ---- wrappers ---- */

/* "FOREIGN DATA WRAPPER w", "SERVER s"; with `granted` as GRANT calls it. New string. */
static char *
words_of(const MigObject *object, gboolean granted)
{
    g_autofree char *name = mig_pg_name(mig_object_name(object));
    const char *word =
        mig_object_is_kind(object, "foreign server") ? "SERVER" : "FOREIGN DATA WRAPPER";

    return g_strconcat(granted && *word == 'S' ? "FOREIGN " : "", word, " ", name, NULL);
}

static void
add_details(const MigObject *object, MigAction *action)
{
    g_autofree char *what = words_of(object, FALSE), *granted = words_of(object, TRUE);

    mig_pg_add_comment(action, object, what);
    mig_pg_add_grants(action, object, granted, NULL);
}

static void
alter_details(const MigChange *change, MigAction *action)
{
    g_autofree char *what = words_of(change->to, FALSE), *granted = words_of(change->to, TRUE);

    mig_pg_alter_comment(action, change, what);
    mig_pg_alter_grants(action, change, granted, NULL);
}

static void
create_wrapper(MigPgPlanner *planner, const MigObject *wrapper, MigAction *action)
{
    g_autofree char *what = words_of(wrapper, FALSE);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE %s", what);
    append_clause(sql, wrapper, "HANDLER", "handler");
    append_clause(sql, wrapper, "VALIDATOR", "validator");
    append_options(sql, wrapper);
    mig_action_sql(action, "%s", sql->str);
    add_details(wrapper, action);
}

static void
drop_outside(MigPgPlanner *planner, const MigObject *object, MigAction *action)
{
    g_autofree char *what = words_of(object, FALSE);

    mig_action_sql(action, "DROP %s", what);
}

static void
alter_wrapper(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    static const struct {
        const char *attribute, *word;
    } parts[] = {{"handler", "HANDLER"}, {"validator", "VALIDATOR"}};
    g_autofree char *what = words_of(change->to, FALSE);

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *function = mig_object_get(change->to, parts[i].attribute);

        if (mig_pg_changes(change, parts[i].attribute))
            mig_action_sql(action, "ALTER %s %s%s%s%s", what, function ? "" : "NO ", parts[i].word,
                           function ? " " : "", function ? function : "");
    }
    alter_details(change, action);
}

/* ---- servers ---- */

static void
create_server(MigPgPlanner *planner, const MigObject *server, MigAction *action)
{
    g_autofree char *what = words_of(server, FALSE);
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_append_printf(sql, "CREATE %s", what);
    append_clause(sql, server, "TYPE", "type");
    append_clause(sql, server, "VERSION", "version");
    append_clause(sql, server, "FOREIGN DATA WRAPPER", "wrapper");
    append_options(sql, server);
    mig_action_sql(action, "%s", sql->str);
    add_details(server, action);
}

static gboolean
can_alter_server(MigPgPlanner *planner, const MigChange *change)
{
    return !mig_pg_changes(change, "wrapper") && !mig_pg_changes(change, "type");
}

static void
alter_server(MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *what = words_of(change->to, FALSE);
    const char *version = mig_object_get(change->to, "version");

    if (mig_pg_changes(change, "version"))
        mig_action_sql(action, "ALTER %s VERSION %s", what, version ? version : "NULL");
    alter_details(change, action);
}

const MigPgRule mig_pg_rule_wrapper = {
    "foreign-data wrapper", create_wrapper, drop_outside, NULL, alter_wrapper, NULL,
};
const MigPgRule mig_pg_rule_server = {
    "foreign server", create_server, drop_outside, can_alter_server, alter_server, NULL,
};
