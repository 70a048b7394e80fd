/* CREATE TABLE, and what ALTER TABLE does to the table as a whole. */
#include <string.h>

#include "dialects/postgresql/pg_facts.h"

/* Tables that a new one refers to are locked until its transaction ends. */
static void
touch_references(MigPgReading *reading, guint index)
{
    for (guint i = index; i < reading->tokens.n; i++) {
        if (mig_tokens_are(&reading->tokens, i, "REFERENCES"))
            mig_pg_touch_at(reading, i + 1, MIG_PG_LOCK_FOREIGN_KEY_OTHER, NULL);
    }
}

static void
touch_parents(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    guint of = mig_tokens_find(tokens, index, tokens->n, "PARTITION OF");
    guint inherits = mig_tokens_find(tokens, index, tokens->n, "INHERITS (");
    MigTouch *parent = NULL;

    if (of < tokens->n)
        mig_pg_touch_at(reading, of + 2, MIG_PG_LOCK_PARTITION_OF_OTHER, &parent);
    if (parent)
        mig_pg_ask(reading, MIG_PG_ASK_DEFAULT_PART, parent, MIG_PG_LOCK_ATTACH_DEFAULT, NULL,
                   NULL);
    for (guint i = inherits + 1; i < tokens->n;) {
        i = mig_pg_touch_at(reading, i + 1, MIG_PG_LOCK_INHERIT_OTHER, NULL);
        if (!mig_tokens_are(tokens, i, ","))
            break;
    }
}

void
mig_pg_facts_create_table(MigPgReading *reading, guint index, gboolean if_not_exists)
{
    g_autofree char *schema = NULL, *name = NULL;
    guint at = mig_tokens_name(&reading->tokens, index, &schema, &name);

    if (!name) {
        mig_pg_unknown(reading, "its table cannot be told");
        return;
    }
    touch_references(reading, at);
    touch_parents(reading, at);
    mig_pg_make(reading, "table", g_steal_pointer(&schema), g_steal_pointer(&name))->perhaps =
        if_not_exists;
}

static void
rename_table(MigPgReading *reading, const MigTouch *table, const char *schema, char *name)
{
    const MigPgMade *before = mig_pg_made(reading, "table", table->schema, table->name);
    g_autofree char *of_schema =
        g_strdup(before && before->of_name ? before->of_schema : table->schema);
    g_autofree char *of_name = g_strdup(before && before->of_name ? before->of_name : table->name);
    const gboolean is_new = table->is_new, perhaps = before && before->perhaps;
    MigPgMade *made = mig_pg_make(reading, "table", g_strdup(schema), name);

    made->perhaps = perhaps;
    if (is_new)
        return;
    made->of_schema = g_steal_pointer(&of_schema);
    made->of_name = g_steal_pointer(&of_name);
}

static void
attach(MigPgReading *reading, MigTouch *parent, guint index, guint end)
{
    MigTouch *partition;
    guint at = mig_pg_touch_at(reading, index, MIG_PG_LOCK_ATTACH_PARTITION, &partition);

    mig_pg_touch_set(parent, MIG_PG_LOCK_ATTACH_OTHER);
    if (partition)
        mig_pg_touch_note(partition, "a valid CHECK that implies the bounds spares the reading");
    if (mig_tokens_find(&reading->tokens, at, end, "DEFAULT") == end)
        mig_pg_ask(reading, MIG_PG_ASK_DEFAULT_PART, parent, MIG_PG_LOCK_ATTACH_DEFAULT, NULL,
                   NULL);
}

static void
detach(MigPgReading *reading, MigTouch *parent, guint index, guint end)
{
    gboolean gentle = mig_tokens_find(&reading->tokens, index, end, "CONCURRENTLY") < end ||
                      mig_tokens_find(&reading->tokens, index, end, "FINALIZE") < end;
    MigTouch *partition;

    mig_pg_touch_set(parent, gentle ? MIG_PG_LOCK_DETACH_CONCURRENTLY : MIG_PG_LOCK_DETACH);
    mig_pg_touch_at(reading, index, MIG_PG_LOCK_DETACH, &partition);
}

static void
inherit(MigPgReading *reading, MigTouch *table, guint index)
{
    mig_pg_touch_set(table, MIG_PG_LOCK_TABLE_PROPERTY);
    mig_pg_touch_at(reading, index, MIG_PG_LOCK_INHERIT_OTHER, NULL);
}

static void
drop_constraint(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *name = NULL;
    guint at = mig_tokens_skip(tokens, index, "IF EXISTS");

    at = mig_tokens_name(tokens, at, NULL, &name);
    mig_pg_touch_set(table, MIG_PG_LOCK_DROP_CONSTRAINT);
    const MigPgMade *made = name ? mig_pg_made_constraint(reading, table, name) : NULL;

    if (made && made->to_name)
        mig_pg_touch(reading, made->to_schema, made->to_name, MIG_PG_LOCK_DROP_CONSTRAINT_OTHER);
    else if (!made && name)
        mig_pg_ask(reading, MIG_PG_ASK_CONSTRAINT, table, MIG_PG_LOCK_DROP_CONSTRAINT_OTHER, name,
                   NULL);
    if (mig_tokens_find(tokens, at, end, "CASCADE") < end)
        mig_pg_ask(reading, MIG_PG_ASK_REFERRING, table, MIG_PG_LOCK_DROP_CONSTRAINT_OTHER, NULL,
                   NULL);
}

static void
validate(MigPgReading *reading, MigTouch *table, guint index)
{
    g_autofree char *name = NULL;

    mig_tokens_name(&reading->tokens, index, NULL, &name);
    mig_pg_touch_set(table, MIG_PG_LOCK_VALIDATE);
    MigPgMade *made = name ? mig_pg_made_constraint(reading, table, name) : NULL;

    if (made)
        made->valid = TRUE;
    if (made && made->to_name)
        mig_pg_touch(reading, made->to_schema, made->to_name, MIG_PG_LOCK_VALIDATE_OTHER);
    else if (!made && name)
        mig_pg_ask(reading, MIG_PG_ASK_CONSTRAINT, table, MIG_PG_LOCK_VALIDATE_OTHER, name, NULL);
}

/* Actions of which nothing but the kind of lock is to be told. */
static const struct {
    const char *words;
    MigPgLock fact;
} plain[] = {
    {"ALTER CONSTRAINT", MIG_PG_LOCK_ALTER_CONSTRAINT},
    {"CLUSTER ON", MIG_PG_LOCK_TABLE_OPTIONS},
    {"DISABLE RULE", MIG_PG_LOCK_TABLE_PROPERTY},
    {"DISABLE ROW LEVEL SECURITY", MIG_PG_LOCK_TABLE_PROPERTY},
    {"DISABLE TRIGGER", MIG_PG_LOCK_TABLE_TRIGGERS},
    {"ENABLE ALWAYS RULE", MIG_PG_LOCK_TABLE_PROPERTY},
    {"ENABLE ALWAYS TRIGGER", MIG_PG_LOCK_TABLE_TRIGGERS},
    {"ENABLE REPLICA RULE", MIG_PG_LOCK_TABLE_PROPERTY},
    {"ENABLE REPLICA TRIGGER", MIG_PG_LOCK_TABLE_TRIGGERS},
    {"ENABLE ROW LEVEL SECURITY", MIG_PG_LOCK_TABLE_PROPERTY},
    {"ENABLE RULE", MIG_PG_LOCK_TABLE_PROPERTY},
    {"ENABLE TRIGGER", MIG_PG_LOCK_TABLE_TRIGGERS},
    {"FORCE ROW LEVEL SECURITY", MIG_PG_LOCK_TABLE_PROPERTY},
    {"NO FORCE ROW LEVEL SECURITY", MIG_PG_LOCK_TABLE_PROPERTY},
    {"NOT OF", MIG_PG_LOCK_TABLE_PROPERTY},
    {"OF", MIG_PG_LOCK_TABLE_PROPERTY},
    {"OPTIONS", MIG_PG_LOCK_TABLE_PROPERTY},
    {"OWNER TO", MIG_PG_LOCK_TABLE_PROPERTY},
    {"REPLICA IDENTITY", MIG_PG_LOCK_TABLE_PROPERTY},
    {"RESET", MIG_PG_LOCK_TABLE_OPTIONS},
    {"SET (", MIG_PG_LOCK_TABLE_OPTIONS},
    {"SET ACCESS METHOD", MIG_PG_LOCK_TABLE_REWRITE},
    {"SET LOGGED", MIG_PG_LOCK_TABLE_REWRITE},
    {"SET TABLESPACE", MIG_PG_LOCK_TABLE_REWRITE},
    {"SET UNLOGGED", MIG_PG_LOCK_TABLE_REWRITE},
    {"SET WITHOUT CLUSTER", MIG_PG_LOCK_TABLE_OPTIONS},
    {"SET WITHOUT OIDS", MIG_PG_LOCK_TABLE_PROPERTY},
};

static gboolean
read_plain(MigPgReading *reading, MigTouch *table, guint index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
        if (mig_tokens_are(&reading->tokens, index, plain[i].words)) {
            mig_pg_touch_set(table, plain[i].fact);
            return TRUE;
        }
    }
    return FALSE;
}

static void
rename_action(MigPgReading *reading, MigTouch *table, guint index)
{
    g_autofree char *name = NULL;

    mig_pg_touch_set(table, MIG_PG_LOCK_TABLE_PROPERTY);
    if (mig_tokens_are(&reading->tokens, index, "TO"))
        mig_tokens_name(&reading->tokens, index + 1, NULL, &name);
    if (name)
        rename_table(reading, table, table->schema, g_steal_pointer(&name));
}

static void
set_schema(MigPgReading *reading, MigTouch *table, guint index)
{
    g_autofree char *schema = NULL;

    mig_pg_touch_set(table, MIG_PG_LOCK_TABLE_PROPERTY);
    mig_tokens_name(&reading->tokens, index, NULL, &schema);
    if (schema)
        rename_table(reading, table, schema, g_strdup(table->name));
}

static void
read_drop(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;

    if (mig_tokens_are(tokens, index, "CONSTRAINT")) {
        drop_constraint(reading, table, index + 1, end);
        return;
    }
    g_autofree char *column = NULL;
    guint at = mig_tokens_skip(tokens, mig_tokens_skip(tokens, index, "COLUMN"), "IF EXISTS");

    mig_tokens_name(tokens, at, NULL, &column);
    mig_pg_touch_set(table, MIG_PG_LOCK_DROP_COLUMN);
    if (column)
        mig_pg_ask(reading, MIG_PG_ASK_COLUMN, table, MIG_PG_LOCK_DROP_CONSTRAINT_OTHER, column,
                   NULL);
    if (mig_tokens_find(tokens, index, end, "CASCADE") < end)
        mig_pg_unknown(reading, "CASCADE drops what depends on it, whatever that is");
}

static void
read_add(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;

    if (mig_pg_is_constraint(tokens, index))
        mig_pg_facts_add_constraint(reading, table, index, end);
    else
        mig_pg_facts_add_column(reading, table, mig_tokens_skip(tokens, index, "COLUMN"), end);
}

static void
read_action(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;

    if (read_plain(reading, table, index))
        return;
    if (mig_tokens_are(tokens, index, "ADD"))
        read_add(reading, table, index + 1, end);
    else if (mig_tokens_are(tokens, index, "DROP"))
        read_drop(reading, table, index + 1, end);
    else if (mig_tokens_are(tokens, index, "ALTER"))
        mig_pg_facts_alter_column(reading, table, mig_tokens_skip(tokens, index + 1, "COLUMN"),
                                  end);
    else if (mig_tokens_are(tokens, index, "VALIDATE CONSTRAINT"))
        validate(reading, table, index + 2);
    else if (mig_tokens_are(tokens, index, "RENAME"))
        rename_action(reading, table, index + 1);
    else if (mig_tokens_are(tokens, index, "SET SCHEMA"))
        set_schema(reading, table, index + 2);
    else if (mig_tokens_are(tokens, index, "ATTACH PARTITION"))
        attach(reading, table, index + 2, end);
    else if (mig_tokens_are(tokens, index, "DETACH PARTITION"))
        detach(reading, table, index + 2, end);
    else if (mig_tokens_are(tokens, index, "INHERIT"))
        inherit(reading, table, index + 1);
    else if (mig_tokens_are(tokens, index, "NO INHERIT"))
        inherit(reading, table, index + 2);
    else
        mig_pg_unknown(reading, "an action that is not in the table of locks");
}

void
mig_pg_facts_alter_table(MigPgReading *reading, guint index)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *schema = NULL, *name = NULL;

    if (mig_tokens_are(tokens, index, "ALL IN")) {
        mig_pg_unknown(reading, "all tables of a tablespace");
        return;
    }
    index = mig_tokens_skip(tokens, mig_tokens_skip(tokens, index, "IF EXISTS"), "ONLY");
    guint at = mig_tokens_name(tokens, index, &schema, &name);

    at = mig_tokens_skip(tokens, at, "*");
    if (!name) {
        mig_pg_unknown(reading, "its table cannot be told");
        return;
    }
    /* The weakest of locks to begin with: each action puts its own. */
    MigTouch *table = mig_pg_touch(reading, schema, name, MIG_PG_LOCK_LOCK_ACCESS_SHARE);

    while (at < tokens->n) {
        guint end = mig_tokens_find(tokens, at, tokens->n, ",");

        read_action(reading, table, at, end);
        at = end + 1;
    }
}
