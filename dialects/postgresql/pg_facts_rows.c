/* Statements on rows, and queries. */
#include "dialects/postgresql/pg_facts.h"

static gboolean
is_call(const MigTokens *tokens, guint index)
{
    static const char *const words[] = {
        "IN",      "VALUES", "AND",      "OR",     "NOT",      "ANY",       "ALL",
        "SOME",    "EXISTS", "FROM",     "AS",     "OVER",     "USING",     "SELECT",
        "WHERE",   "ON",     "CASE",     "WHEN",   "THEN",     "ELSE",      "LIKE",
        "BETWEEN", "INTO",   "SET",      "BY",     "FILTER",   "GROUP",     "ROW",
        "ARRAY",   "CAST",   "DISTINCT", "UNION",  "EXCEPT",   "INTERSECT", "RETURNING",
        "DO",      "HAVING", "LIMIT",    "OFFSET", "COALESCE", "LATERAL",   "CONFLICT"};

    if (!mig_tokens_are(tokens, index + 1, "(") || (tokens->tokens[index].kind != MIG_TOKEN_WORD &&
                                                    tokens->tokens[index].kind != MIG_TOKEN_QUOTED))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (mig_tokens_are(tokens, index, words[i]))
            return FALSE;
    }
    if (index == 0 || mig_tokens_are(tokens, index - 1, "::"))
        return FALSE;
    while (index > 1 && mig_tokens_are(tokens, index - 1, "."))
        index -= 2;
    /* INSERT INTO t (columns), WITH t (columns) AS */
    return !mig_tokens_are(tokens, index - 1, "INTO") && !mig_tokens_are(tokens, index - 1, "WITH");
}

/* A query may call what it likes. The functions below read and write no table of anybody's. */
static gboolean
calls_unknown(const MigTokens *tokens)
{
    static const char *const known[] = {"setval",
                                        "nextval",
                                        "currval",
                                        "set_config",
                                        "current_setting",
                                        "count",
                                        "sum",
                                        "min",
                                        "max",
                                        "now",
                                        "lower",
                                        "upper",
                                        "length",
                                        "format",
                                        "to_char",
                                        "pg_advisory_xact_lock",
                                        "generate_series",
                                        "row_number"};

    for (guint i = 0; i < tokens->n; i++) {
        gboolean found = !is_call(tokens, i);

        for (gsize j = 0; !found && j < G_N_ELEMENTS(known); j++)
            found = mig_tokens_are(tokens, i, known[j]);
        if (!found)
            return TRUE;
    }
    return FALSE;
}

/* Statements on rows anywhere in it, as in WITH … (DELETE FROM …). */
static void
touch_rows(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;

    for (guint i = 0; i < tokens->n; i++) {
        gboolean begins =
            i == 0 || mig_tokens_are(tokens, i - 1, "(") || mig_tokens_are(tokens, i - 1, ")");

        if (!begins)
            continue;
        if (mig_tokens_are(tokens, i, "INSERT INTO"))
            mig_pg_touch_at(reading, i + 2, MIG_PG_LOCK_ADD_ROWS, NULL);
        else if (mig_tokens_are(tokens, i, "DELETE FROM"))
            mig_pg_touch_at(reading, i + 2, MIG_PG_LOCK_CHANGE_ROWS, NULL);
        else if (mig_tokens_are(tokens, i, "MERGE INTO"))
            mig_pg_touch_at(reading, i + 2, MIG_PG_LOCK_CHANGE_ROWS, NULL);
        else if (mig_tokens_are(tokens, i, "UPDATE"))
            mig_pg_touch_at(reading, i + 1, MIG_PG_LOCK_CHANGE_ROWS, NULL);
    }
}

void
mig_pg_facts_copy(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *schema = NULL, *name = NULL;
    guint at = mig_tokens_behind(tokens, mig_tokens_name(tokens, 1, &schema, &name));

    if (name && mig_tokens_are(tokens, at, "FROM"))
        mig_pg_touch(reading, schema, name, MIG_PG_LOCK_ADD_ROWS);
}

void
mig_pg_facts_query(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;

    touch_rows(reading);
    if (calls_unknown(tokens))
        mig_pg_unknown(reading, "what the functions that it calls do");
}
