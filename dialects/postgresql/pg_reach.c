/* Statements that say nothing of the schema, or reach beyond the database that they run in, told by
 * their words. */
#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_words.h"

#define MAX_WORDS 4

/* By the words that a statement begins with. */
static const struct {
    const char *words[MAX_WORDS];
    MigPgReach reach;
    gboolean grants; /* only where grants are not looked at */
} rules[] = {
    {{"SET", "STATEMENT_TIMEOUT"}, MIG_PG_SILENT, FALSE},
    {{"SET", "LOCK_TIMEOUT"}, MIG_PG_SILENT, FALSE},
    {{"SET", "IDLE_IN_TRANSACTION_SESSION_TIMEOUT"}, MIG_PG_SILENT, FALSE},
    {{"SET", "TRANSACTION_TIMEOUT"}, MIG_PG_SILENT, FALSE}, /* unknown before PostgreSQL 17 */
    {{"SET", "DEFAULT_TABLESPACE"}, MIG_PG_SILENT, FALSE},
    {{"GRANT"}, MIG_PG_SILENT, TRUE},
    {{"REVOKE"}, MIG_PG_SILENT, TRUE},
    {{"ALTER", "DEFAULT", "PRIVILEGES"}, MIG_PG_SILENT, TRUE},
    {{"SET", "ROLE"}, MIG_PG_OWNER, FALSE},
    {{"SET", "LOCAL", "ROLE"}, MIG_PG_OWNER, FALSE},
    {{"SET", "SESSION", "ROLE"}, MIG_PG_OWNER, FALSE},
    {{"SET", "SESSION", "AUTHORIZATION"}, MIG_PG_OWNER, FALSE},
    {{"REASSIGN", "OWNED"}, MIG_PG_OWNER, FALSE},
    {{"CREATE", "DATABASE"}, MIG_PG_DATABASE, FALSE},
    {{"ALTER", "DATABASE"}, MIG_PG_DATABASE, FALSE},
    {{"DROP", "DATABASE"}, MIG_PG_DATABASE, FALSE},
    {{"COMMENT", "ON", "DATABASE"}, MIG_PG_DATABASE, FALSE},
    {{"CREATE", "USER", "MAPPING"}, MIG_PG_CONNECTION, FALSE},
    {{"ALTER", "USER", "MAPPING"}, MIG_PG_CONNECTION, FALSE},
    {{"DROP", "USER", "MAPPING"}, MIG_PG_CONNECTION, FALSE},
    {{"CREATE", "SUBSCRIPTION"}, MIG_PG_CONNECTION, FALSE},
    {{"ALTER", "SUBSCRIPTION"}, MIG_PG_CONNECTION, FALSE},
    {{"DROP", "SUBSCRIPTION"}, MIG_PG_CONNECTION, FALSE},
    {{"COMMENT", "ON", "SUBSCRIPTION"}, MIG_PG_CONNECTION, FALSE},
    {{"IMPORT", "FOREIGN", "SCHEMA"}, MIG_PG_CONNECTION, FALSE},
    {{"CREATE", "ROLE"}, MIG_PG_SERVER, FALSE},
    {{"ALTER", "ROLE"}, MIG_PG_SERVER, FALSE},
    {{"DROP", "ROLE"}, MIG_PG_SERVER, FALSE},
    {{"COMMENT", "ON", "ROLE"}, MIG_PG_SERVER, FALSE},
    {{"CREATE", "USER"}, MIG_PG_SERVER, FALSE},
    {{"ALTER", "USER"}, MIG_PG_SERVER, FALSE},
    {{"DROP", "USER"}, MIG_PG_SERVER, FALSE},
    {{"CREATE", "GROUP"}, MIG_PG_SERVER, FALSE},
    {{"ALTER", "GROUP"}, MIG_PG_SERVER, FALSE},
    {{"DROP", "GROUP"}, MIG_PG_SERVER, FALSE},
    {{"DROP", "OWNED"}, MIG_PG_SERVER, FALSE},
    {{"CREATE", "TABLESPACE"}, MIG_PG_SERVER, FALSE},
    {{"ALTER", "TABLESPACE"}, MIG_PG_SERVER, FALSE},
    {{"DROP", "TABLESPACE"}, MIG_PG_SERVER, FALSE},
    {{"COMMENT", "ON", "TABLESPACE"}, MIG_PG_SERVER, FALSE},
    {{"ALTER", "SYSTEM"}, MIG_PG_SERVER, FALSE},
};

/* The first tokens of a statement, and its last three. */
typedef struct {
    const char *text;
    MigToken first[MAX_WORDS];
    guint n_first;
    MigToken last[3];
    gboolean on;      /* an ON has come … */
    MigToken granted; /* … and this behind it */
    gboolean roles;   /* a string speaks of making or changing roles */
    gboolean figures; /* it brings back the planner's statistics */
} Shape;

static gboolean
first_is(const Shape *shape, const char *word)
{
    return shape->n_first > 0 && mig_token_is(shape->text, shape->first[0], word);
}

/* A body in quotes; what it does is known to the server alone. */
static gboolean
speaks_of_roles(const char *text, MigToken token)
{
    g_autofree char *body = g_strndup(text + token.offset, token.length);

    return g_regex_match_simple("\\b(CREATE|ALTER|DROP)\\s+(ROLE|USER|GROUP)\\b", body,
                                G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* As pg_dump writes from 18 on, when it is asked to. */
static gboolean
restores_figures(const char *text, MigToken token)
{
    return mig_token_is(text, token, "pg_restore_relation_stats") ||
           mig_token_is(text, token, "pg_restore_attribute_stats") ||
           mig_token_is(text, token, "pg_restore_extended_stats");
}

static void
read_shape(const char *text, gsize length, Shape *shape)
{
    MigLexer lexer;

    memset(shape, 0, sizeof *shape);
    shape->text = text;
    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text, length);
    for (;;) {
        MigToken token = mig_lexer_next_code(&lexer);

        if (token.kind == MIG_TOKEN_END)
            return;
        if (shape->n_first < MAX_WORDS)
            shape->first[shape->n_first++] = token;
        if (!shape->on && mig_token_is(text, shape->last[2], "ON")) {
            shape->on = TRUE;
            shape->granted = token;
        }
        if (token.kind == MIG_TOKEN_STRING && mig_token_is(text, shape->first[0], "DO"))
            shape->roles = shape->roles || speaks_of_roles(text, token);
        if (first_is(shape, "SELECT"))
            shape->figures = shape->figures || restores_figures(text, token);
        shape->last[0] = shape->last[1];
        shape->last[1] = shape->last[2];
        shape->last[2] = token;
    }
}

static gboolean
begins_with(const Shape *shape, const char *const *words)
{
    for (guint i = 0; i < MAX_WORDS && words[i]; i++) {
        if (i >= shape->n_first || !mig_token_is(shape->text, shape->first[i], words[i]))
            return FALSE;
    }
    return TRUE;
}

/* Of GRANT and REVOKE: membership in a role, and rights on what all databases share. */
static MigPgReach
reach_of_grant(const Shape *shape)
{
    static const char *const shared[] = {"TABLESPACE", "PARAMETER"};

    if (!shape->on)
        return MIG_PG_SERVER;
    for (gsize i = 0; i < G_N_ELEMENTS(shared); i++) {
        if (mig_token_is(shape->text, shape->granted, shared[i]))
            return MIG_PG_SERVER;
    }
    return mig_token_is(shape->text, shape->granted, "DATABASE") ? MIG_PG_DATABASE : MIG_PG_SCHEMA;
}

MigPgReach
mig_pg_reach(const char *text, gsize length, gboolean with_grants)
{
    Shape shape;

    read_shape(text, length, &shape);
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (begins_with(&shape, rules[i].words) && !(rules[i].grants && with_grants))
            return rules[i].reach;
    }
    if (first_is(&shape, "GRANT") || first_is(&shape, "REVOKE"))
        return reach_of_grant(&shape);
    if (shape.figures)
        return MIG_PG_SILENT;
    if (shape.roles)
        return MIG_PG_SERVER;
    return first_is(&shape, "ALTER") && mig_token_is(text, shape.last[0], "OWNER") &&
                   mig_token_is(text, shape.last[1], "TO")
               ? MIG_PG_OWNER
               : MIG_PG_SCHEMA;
}
