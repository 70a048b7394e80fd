/* Which facts a statement is made of, told by its words. */
#include <string.h>

#include "dialects/postgresql/pg_facts.h"

/* What else locks no table that others read or write: statements by their first words, without OR
 * REPLACE and the like. */
static const char *const lockless[] = {
    "ALTER AGGREGATE",
    "ALTER COLLATION",
    "ALTER CONVERSION",
    "ALTER DATABASE",
    "ALTER DEFAULT PRIVILEGES",
    "ALTER EVENT TRIGGER",
    "ALTER FOREIGN DATA WRAPPER",
    "ALTER FUNCTION",
    "ALTER GROUP",
    "ALTER LANGUAGE",
    "ALTER LARGE OBJECT",
    "ALTER OPERATOR",
    "ALTER PROCEDURE",
    "ALTER ROLE",
    "ALTER ROUTINE",
    "ALTER SCHEMA",
    "ALTER SERVER",
    "ALTER STATISTICS",
    "ALTER SYSTEM",
    "ALTER TEXT SEARCH",
    "ALTER USER",
    "CHECKPOINT",
    "CLOSE",
    "CREATE ACCESS METHOD",
    "CREATE AGGREGATE",
    "CREATE CAST",
    "CREATE COLLATION",
    "CREATE CONVERSION",
    "CREATE DATABASE",
    "CREATE DOMAIN",
    "CREATE EVENT TRIGGER",
    "CREATE FOREIGN DATA WRAPPER",
    "CREATE FUNCTION",
    "CREATE GROUP",
    "CREATE LANGUAGE",
    "CREATE OPERATOR",
    "CREATE PROCEDURE",
    "CREATE ROLE",
    "CREATE SCHEMA",
    "CREATE SEQUENCE",
    "CREATE SERVER",
    "CREATE TABLESPACE",
    "CREATE TEXT SEARCH",
    "CREATE TRANSFORM",
    "CREATE TYPE",
    "CREATE USER",
    "DEALLOCATE",
    "DECLARE",
    "DISCARD",
    "DROP ACCESS METHOD",
    "DROP AGGREGATE",
    "DROP CAST",
    "DROP COLLATION",
    "DROP CONVERSION",
    "DROP DATABASE",
    "DROP DOMAIN",
    "DROP EVENT TRIGGER",
    "DROP EXTENSION",
    "DROP FOREIGN DATA WRAPPER",
    "DROP FUNCTION",
    "DROP GROUP",
    "DROP LANGUAGE",
    "DROP OPERATOR",
    "DROP OWNED",
    "DROP PROCEDURE",
    "DROP PUBLICATION",
    "DROP ROLE",
    "DROP ROUTINE",
    "DROP SCHEMA",
    "DROP SEQUENCE",
    "DROP SERVER",
    "DROP STATISTICS",
    "DROP SUBSCRIPTION",
    "DROP TABLESPACE",
    "DROP TEXT SEARCH",
    "DROP TRANSFORM",
    "DROP TYPE",
    "DROP USER",
    "GRANT",
    "LISTEN",
    "NOTIFY",
    "RELEASE",
    "RESET",
    "REVOKE",
    "ROLLBACK TO",
    "ROLLBACK PREPARED",
    "SAVEPOINT",
    "SECURITY LABEL",
    "SET",
    "SHOW",
    "UNLISTEN",
    "COMMIT PREPARED",
};

static gboolean
is_lockless(const MigTokens *tokens, guint verb, guint index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lockless); i++) {
        const char *space = strchr(lockless[i], ' ');
        g_autofree char *first =
            g_strndup(lockless[i], space ? (gsize)(space - lockless[i]) : strlen(lockless[i]));

        if (mig_tokens_are(tokens, verb, first) &&
            (!space || mig_tokens_are(tokens, index, space + 1)))
            return TRUE;
    }
    return FALSE;
}

/* The tables of a list of names from index on. */
static guint
touch_list(MigPgReading *reading, guint index, MigPgLock fact, MigPgAsk ask, MigPgLock other)
{
    for (;;) {
        MigTouch *touch;

        index = mig_pg_touch_at(reading, index, fact, &touch);
        if (touch && other != fact)
            mig_pg_ask(reading, ask, touch, other, NULL, NULL);
        if (!mig_tokens_are(&reading->tokens, index, ","))
            return index;
        index++;
    }
}

static gboolean
cascades(const MigPgReading *reading)
{
    return mig_tokens_find(&reading->tokens, 0, reading->tokens.n, "CASCADE") < reading->tokens.n;
}

static void
create_index(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    MigPgLock fact = MIG_PG_LOCK_CREATE_INDEX;
    g_autofree char *schema = NULL, *name = NULL;
    guint at = mig_tokens_skip(tokens, index, "CONCURRENTLY");

    if (at > index)
        fact = MIG_PG_LOCK_CREATE_INDEX_CONCURRENTLY;
    at = mig_tokens_skip(tokens, at, "IF NOT EXISTS");
    if (!mig_tokens_are(tokens, at, "ON"))
        at = mig_tokens_name(tokens, at, &schema, &name);
    at = mig_tokens_skip(tokens, at, "ON");
    if (mig_tokens_are(tokens, at, "ONLY"))
        fact = MIG_PG_LOCK_CREATE_INDEX_ONLY;
    MigTouch *table;

    mig_pg_touch_at(reading, at, fact, &table);
    if (!table)
        mig_pg_unknown(reading, "its table cannot be told");
    if (!table || !name)
        return;
    MigPgMade *made =
        mig_pg_make(reading, "index", g_strdup(table->schema), g_steal_pointer(&name));

    made->of_schema = g_strdup(table->schema);
    made->of_name = g_strdup(table->name);
}

/* An index by its name: its table is what is locked. */
static guint
touch_index(MigPgReading *reading, guint index, MigPgLock fact)
{
    g_autofree char *schema = NULL, *name = NULL;
    guint behind = mig_tokens_name(&reading->tokens, index, &schema, &name);

    if (behind == index)
        return index;
    const MigPgMade *made = mig_pg_made(reading, "index", schema, name);

    if (made)
        mig_pg_touch(reading, made->of_schema, made->of_name, fact);
    else
        mig_pg_ask(reading, MIG_PG_ASK_INDEX, mig_pg_touch(reading, schema, name, fact), fact, NULL,
                   NULL);
    return behind;
}

static void
drop_index(MigPgReading *reading, guint index)
{
    guint at = mig_tokens_skip(&reading->tokens, index, "CONCURRENTLY");
    MigPgLock fact = at > index ? MIG_PG_LOCK_DROP_INDEX_CONCURRENTLY : MIG_PG_LOCK_DROP_INDEX;

    at = mig_tokens_skip(&reading->tokens, at, "IF EXISTS");
    do {
        at = touch_index(reading, at, fact);
    } while (mig_tokens_are(&reading->tokens, at++, ","));
}

static void
alter_index(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *schema = NULL, *name = NULL, *to = NULL;

    if (mig_tokens_are(tokens, index, "ALL IN")) {
        mig_pg_unknown(reading, "all indexes of a tablespace");
        return;
    }
    guint at = mig_tokens_skip(tokens, index, "IF EXISTS");

    at = mig_tokens_name(tokens, at, &schema, &name);
    if (mig_tokens_are(tokens, at, "SET TABLESPACE")) {
        touch_index(reading, mig_tokens_skip(tokens, index, "IF EXISTS"),
                    MIG_PG_LOCK_TABLE_REWRITE);
        return;
    }
    /* Nobody but who changes the schema ever waits for the index itself. */
    const MigPgMade *made = name ? mig_pg_made(reading, "index", schema, name) : NULL;

    if (made && mig_tokens_are(tokens, at, "RENAME TO")) {
        g_autofree char *of_schema = g_strdup(made->of_schema);
        g_autofree char *of_name = g_strdup(made->of_name);

        mig_tokens_name(tokens, at + 2, NULL, &to);
        MigPgMade *renamed =
            to ? mig_pg_make(reading, "index", g_strdup(schema), g_steal_pointer(&to)) : NULL;

        if (renamed) {
            renamed->of_schema = g_steal_pointer(&of_schema);
            renamed->of_name = g_steal_pointer(&of_name);
        }
    }
}

/* "… NAME ON table", and the word before the table. */
static void
touch_behind(MigPgReading *reading, guint from, const char *word, MigPgLock fact)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_find(tokens, from, tokens->n, word);
    MigTouch *touch = NULL;

    if (at < tokens->n)
        mig_pg_touch_at(reading, at + 1, fact, &touch);
    if (!touch)
        mig_pg_unknown(reading, "its table cannot be told");
}

static void
create_trigger(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;

    touch_behind(reading, index, "ON", MIG_PG_LOCK_TRIGGER);
    guint from = mig_tokens_find(tokens, index, tokens->n, "ON");

    from = mig_tokens_find(tokens, from, tokens->n, "FROM");
    if (from < tokens->n && mig_tokens_find(tokens, from, tokens->n, "EXECUTE") < tokens->n)
        mig_pg_touch_at(reading, from + 1, MIG_PG_LOCK_TRIGGER, NULL);
}

static void
create_view(MigPgReading *reading, guint index, gboolean replaces)
{
    g_autofree char *schema = NULL, *name = NULL;

    index = mig_tokens_skip(&reading->tokens, index, "IF NOT EXISTS");
    mig_tokens_name(&reading->tokens, index, &schema, &name);
    if (name && replaces)
        mig_pg_touch(reading, schema, name, MIG_PG_LOCK_VIEW);
    else if (name)
        mig_pg_make(reading, "table", g_steal_pointer(&schema), g_steal_pointer(&name));
}

static void
create_publication(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_find(tokens, index, tokens->n, "TABLE");

    while (at < tokens->n) {
        at = mig_pg_touch_at(reading, at + 1, MIG_PG_LOCK_PUBLICATION, NULL);
        at = mig_tokens_find(tokens, at, tokens->n, ",");
        if (at < tokens->n && mig_tokens_are(tokens, at + 1, "TABLE"))
            at++;
    }
}

static void
note_type(MigPgReading *reading, const char *kind, guint index)
{
    g_autofree char *schema = NULL, *name = NULL;

    mig_tokens_name(&reading->tokens, index, &schema, &name);
    if (name)
        mig_pg_make(reading, kind, g_steal_pointer(&schema), g_steal_pointer(&name));
}

static void
create(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    gboolean replaces = mig_tokens_are(tokens, 1, "OR REPLACE");
    static const char *const fillers[] = {"OR REPLACE", "GLOBAL",   "LOCAL",      "TEMP",
                                          "TEMPORARY",  "UNLOGGED", "UNIQUE",     "RECURSIVE",
                                          "CONSTRAINT", "TRUSTED",  "PROCEDURAL", "DEFAULT"};
    guint at = 1;

    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++)
        at = mig_tokens_skip(tokens, at, fillers[i]);
    guint exists = mig_tokens_skip(tokens, at + 1, "IF NOT EXISTS");

    if (mig_tokens_are(tokens, at, "TABLE"))
        mig_pg_facts_create_table(reading, exists, exists > at + 1);
    else if (mig_tokens_are(tokens, at, "FOREIGN TABLE"))
        mig_pg_facts_create_table(reading, mig_tokens_skip(tokens, at + 2, "IF NOT EXISTS"), FALSE);
    else if (mig_tokens_are(tokens, at, "INDEX"))
        create_index(reading, at + 1);
    else if (mig_tokens_are(tokens, at, "TRIGGER"))
        create_trigger(reading, at + 1);
    else if (mig_tokens_are(tokens, at, "POLICY"))
        touch_behind(reading, at + 1, "ON", MIG_PG_LOCK_POLICY);
    else if (mig_tokens_are(tokens, at, "RULE"))
        touch_behind(reading, at + 1, "TO", MIG_PG_LOCK_RULE);
    else if (mig_tokens_are(tokens, at, "VIEW"))
        create_view(reading, at + 1, replaces);
    else if (mig_tokens_are(tokens, at, "MATERIALIZED VIEW"))
        create_view(reading, at + 2, FALSE);
    else if (mig_tokens_are(tokens, at, "STATISTICS"))
        touch_behind(reading, at + 1, "FROM", MIG_PG_LOCK_STATISTICS);
    else if (mig_tokens_are(tokens, at, "PUBLICATION"))
        create_publication(reading, at + 1);
    else if (mig_tokens_are(tokens, at, "DOMAIN"))
        note_type(reading, "domain", at + 1);
    else if (mig_tokens_are(tokens, at, "TYPE"))
        note_type(reading, "type", at + 1);
    else if (mig_tokens_are(tokens, at, "EXTENSION"))
        mig_pg_unknown(reading, "the extension's own script");
    else if (!is_lockless(tokens, 0, at))
        mig_pg_unknown(reading, "a statement that is not in the table of locks");
}

static void
drop(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_skip(tokens, 2, "IF EXISTS");

    if (mig_tokens_are(tokens, 1, "TABLE"))
        touch_list(reading, at, MIG_PG_LOCK_DROP_TABLE, MIG_PG_ASK_REFERENCED,
                   MIG_PG_LOCK_DROP_TABLE_OTHER);
    else if (mig_tokens_are(tokens, 1, "INDEX"))
        drop_index(reading, 2);
    else if (mig_tokens_are(tokens, 1, "VIEW"))
        touch_list(reading, at, MIG_PG_LOCK_VIEW, MIG_PG_ASK_REFERENCED, MIG_PG_LOCK_VIEW);
    else if (mig_tokens_are(tokens, 1, "MATERIALIZED VIEW") ||
             mig_tokens_are(tokens, 1, "FOREIGN TABLE"))
        touch_list(reading, mig_tokens_skip(tokens, 3, "IF EXISTS"), MIG_PG_LOCK_VIEW,
                   MIG_PG_ASK_REFERENCED, MIG_PG_LOCK_VIEW);
    else if (mig_tokens_are(tokens, 1, "TRIGGER"))
        touch_behind(reading, at, "ON", MIG_PG_LOCK_DROP_TRIGGER);
    else if (mig_tokens_are(tokens, 1, "POLICY"))
        touch_behind(reading, at, "ON", MIG_PG_LOCK_POLICY);
    else if (mig_tokens_are(tokens, 1, "RULE"))
        touch_behind(reading, at, "ON", MIG_PG_LOCK_RULE);
    else if (!is_lockless(tokens, 0, 1) || mig_tokens_are(tokens, 1, "OWNED"))
        mig_pg_unknown(reading, "a statement that is not in the table of locks");
    if (!cascades(reading))
        return;
    mig_pg_unknown(reading, "CASCADE drops what depends on it, whatever that is");
}

static void
alter_domain(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    MigTouch *touch;
    g_autofree char *schema = NULL, *name = NULL;
    guint at = mig_tokens_name(tokens, index, &schema, &name);
    gboolean reads = mig_tokens_are(tokens, at, "SET NOT NULL") ||
                     mig_tokens_are(tokens, at, "VALIDATE") ||
                     (mig_tokens_are(tokens, at, "ADD") &&
                      mig_tokens_find(tokens, at, tokens->n, "NOT VALID") == tokens->n);

    if (!reads || !name)
        return;
    touch = mig_pg_touch(reading, schema, name, MIG_PG_LOCK_DOMAIN_OTHER);
    mig_pg_touch_note(touch, "a domain: each table that uses it");
    mig_pg_ask(reading, MIG_PG_ASK_DOMAIN_USERS, touch, MIG_PG_LOCK_DOMAIN_OTHER, NULL, NULL);
}

static void
alter(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_skip(tokens, 2, "IF EXISTS");

    if (mig_tokens_are(tokens, 1, "TABLE"))
        mig_pg_facts_alter_table(reading, 2);
    else if (mig_tokens_are(tokens, 1, "FOREIGN TABLE"))
        mig_pg_facts_alter_table(reading, 3);
    else if (mig_tokens_are(tokens, 1, "INDEX"))
        alter_index(reading, 2);
    else if (mig_tokens_are(tokens, 1, "SEQUENCE"))
        mig_pg_touch_at(reading, at, MIG_PG_LOCK_SEQUENCE, NULL);
    else if (mig_tokens_are(tokens, 1, "VIEW"))
        mig_pg_touch_at(reading, at, MIG_PG_LOCK_VIEW, NULL);
    else if (mig_tokens_are(tokens, 1, "MATERIALIZED VIEW"))
        mig_pg_touch_at(reading, mig_tokens_skip(tokens, 3, "IF EXISTS"), MIG_PG_LOCK_VIEW, NULL);
    else if (mig_tokens_are(tokens, 1, "TRIGGER"))
        touch_behind(reading, 2, "ON", MIG_PG_LOCK_DROP_TRIGGER);
    else if (mig_tokens_are(tokens, 1, "POLICY"))
        touch_behind(reading, 2, "ON", MIG_PG_LOCK_POLICY);
    else if (mig_tokens_are(tokens, 1, "RULE"))
        touch_behind(reading, 2, "ON", MIG_PG_LOCK_RULE);
    else if (mig_tokens_are(tokens, 1, "PUBLICATION"))
        create_publication(reading, 2);
    else if (mig_tokens_are(tokens, 1, "DOMAIN"))
        alter_domain(reading, 2);
    else if (mig_tokens_are(tokens, 1, "TYPE") && cascades(reading))
        mig_pg_unknown(reading, "CASCADE changes the tables of the type");
    else if (!mig_tokens_are(tokens, 1, "TYPE") && !is_lockless(tokens, 0, 1))
        mig_pg_unknown(reading, "a statement that is not in the table of locks");
}

static void
lock(MigPgReading *reading)
{
    static const struct {
        const char *mode;
        MigPgLock fact;
    } modes[] = {
        {"IN ACCESS SHARE MODE", MIG_PG_LOCK_LOCK_ACCESS_SHARE},
        {"IN ROW SHARE MODE", MIG_PG_LOCK_LOCK_ROW_SHARE},
        {"IN ROW EXCLUSIVE MODE", MIG_PG_LOCK_LOCK_ROW_EXCLUSIVE},
        {"IN SHARE UPDATE EXCLUSIVE MODE", MIG_PG_LOCK_LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"IN SHARE MODE", MIG_PG_LOCK_LOCK_SHARE},
        {"IN SHARE ROW EXCLUSIVE MODE", MIG_PG_LOCK_LOCK_SHARE_ROW_EXCLUSIVE},
        {"IN EXCLUSIVE MODE", MIG_PG_LOCK_LOCK_EXCLUSIVE},
    };
    const MigTokens *tokens = &reading->tokens;
    MigPgLock fact = MIG_PG_LOCK_LOCK_ACCESS_EXCLUSIVE;

    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (mig_tokens_find(tokens, 1, tokens->n, modes[i].mode) < tokens->n)
            fact = modes[i].fact;
    }
    touch_list(reading, mig_tokens_skip(tokens, 1, "TABLE"), fact, MIG_PG_ASK_REFERENCED, fact);
}

/* VACUUM, ANALYZE and CLUSTER with their options, and the tables; without any it is all of them. */
static void
upkeep(MigPgReading *reading)
{
    static const char *const fillers[] = {"FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"};
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_behind(tokens, 1);
    gboolean full = FALSE;

    for (guint i = 1; i < at; i++)
        full = full || mig_tokens_are(tokens, i, "FULL");
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++) {
        full = full || mig_tokens_are(tokens, at, "FULL");
        at = mig_tokens_skip(tokens, at, fillers[i]);
    }
    MigPgLock fact = full ? MIG_PG_LOCK_VACUUM_FULL : MIG_PG_LOCK_VACUUM;

    if (mig_tokens_are(tokens, 0, "CLUSTER"))
        fact = MIG_PG_LOCK_CLUSTER;
    else if (!mig_tokens_are(tokens, 0, "VACUUM"))
        fact = MIG_PG_LOCK_ANALYZE;
    if (at >= tokens->n) {
        mig_pg_unknown(reading, "one table of the database after the other");
        return;
    }
    for (;;) {
        at = mig_tokens_behind(tokens, mig_pg_touch_at(reading, at, fact, NULL));
        if (!mig_tokens_are(tokens, at++, ","))
            return;
    }
}

static void
reindex(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_behind(tokens, 1), what = at;
    gboolean concurrently = FALSE;

    for (guint i = 1; i < tokens->n; i++)
        concurrently = concurrently || mig_tokens_are(tokens, i, "CONCURRENTLY");
    MigPgLock fact = concurrently ? MIG_PG_LOCK_REINDEX_CONCURRENTLY : MIG_PG_LOCK_REINDEX;

    at = mig_tokens_skip(tokens, what + 1, "CONCURRENTLY");
    if (mig_tokens_are(tokens, what, "TABLE"))
        mig_pg_touch_at(reading, at, fact, NULL);
    else if (mig_tokens_are(tokens, what, "INDEX"))
        touch_index(reading, at, fact);
    else
        mig_pg_unknown(reading, "one table after the other");
}

static void
refresh(MigPgReading *reading)
{
    guint at = mig_tokens_skip(&reading->tokens, 1, "MATERIALIZED VIEW");
    guint name = mig_tokens_skip(&reading->tokens, at, "CONCURRENTLY");

    mig_pg_touch_at(reading, name,
                    name > at ? MIG_PG_LOCK_REFRESH_CONCURRENTLY : MIG_PG_LOCK_REFRESH, NULL);
}

/* Of the things that can be said something of, only relations are locked. */
static void
comment(MigPgReading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *schema = NULL, *name = NULL;
    const char *const kinds[] = {"TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE"};
    guint end = mig_tokens_find(tokens, 2, tokens->n, "IS");

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint at = mig_tokens_skip(tokens, 2, kinds[i]);

        if (at > 2)
            mig_pg_touch_at(reading, at, MIG_PG_LOCK_COMMENT, NULL);
    }
    if (!mig_tokens_are(tokens, 2, "COLUMN"))
        return;
    /* The last of the names is the column's. */
    MigTokens shorter = *tokens;

    shorter.n = MAX(end, 5) - 2;
    mig_tokens_name(&shorter, 3, &schema, &name);
    if (name)
        mig_pg_touch(reading, schema, name, MIG_PG_LOCK_COMMENT);
}

static void
truncate_tables(MigPgReading *reading)
{
    MigPgLock other = cascades(reading) ? MIG_PG_LOCK_TRUNCATE_OTHER : MIG_PG_LOCK_TRUNCATE;

    touch_list(reading, mig_tokens_skip(&reading->tokens, 1, "TABLE"), MIG_PG_LOCK_TRUNCATE,
               MIG_PG_ASK_REFERRING, other);
}

static void
run_code(MigPgReading *reading)
{
    mig_pg_unknown(reading, "what the code that it runs does");
}

static const struct {
    const char *verb;
    void (*read)(MigPgReading *reading);
} verbs[] = {
    {"ALTER", alter},
    {"ANALYSE", upkeep},
    {"ANALYZE", upkeep},
    {"CALL", run_code},
    {"CLUSTER", upkeep},
    {"COMMENT", comment},
    {"COPY", mig_pg_facts_copy},
    {"CREATE", create},
    {"DELETE", mig_pg_facts_query},
    {"DO", run_code},
    {"DROP", drop},
    {"EXECUTE", run_code},
    {"INSERT", mig_pg_facts_query},
    {"LOCK", lock},
    {"MERGE", mig_pg_facts_query},
    {"REFRESH", refresh},
    {"REINDEX", reindex},
    {"SELECT", mig_pg_facts_query},
    {"TABLE", mig_pg_facts_query},
    {"TRUNCATE", truncate_tables},
    {"UPDATE", mig_pg_facts_query},
    {"VACUUM", upkeep},
    {"VALUES", mig_pg_facts_query},
    {"WITH", mig_pg_facts_query},
};

void
mig_pg_facts_read(MigPgReading *reading)
{
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (mig_tokens_are(&reading->tokens, 0, verbs[i].verb)) {
            verbs[i].read(reading);
            return;
        }
    }
    if (!is_lockless(&reading->tokens, 0, 1))
        mig_pg_unknown(reading, "a statement that is not in the table of locks");
}
