/* Columns and constraints of ALTER TABLE. */
#include <string.h>

#include "dialects/postgresql/pg_facts.h"

static gboolean
is_any(const MigTokens *tokens, guint index, const char *const *words)
{
    for (; *words; words++) {
        if (mig_tokens_are(tokens, index, *words))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_is_constraint(const MigTokens *tokens, guint index)
{
    static const char *const words[] = {"CONSTRAINT", "CHECK",   "FOREIGN KEY", "PRIMARY KEY",
                                        "UNIQUE",     "EXCLUDE", "NOT NULL",    NULL};

    return is_any(tokens, index, words);
}

/* What begins a condition of a column. */
static const char *const column_words[] = {
    "CONSTRAINT", "NOT NULL",    "NULL",       "CHECK",      "DEFAULT",   "GENERATED",
    "UNIQUE",     "PRIMARY KEY", "REFERENCES", "DEFERRABLE", "INITIALLY", "NOT DEFERRABLE",
    "COLLATE",    "COMPRESSION", "STORAGE",    "OPTIONS",    NULL,
};

static guint
find_any(const MigTokens *tokens, guint from, guint end, const char *const *words)
{
    guint first = end;

    for (; *words; words++)
        first = MIN(first, mig_tokens_find(tokens, from, end, *words));
    return first;
}

/* The text of some tokens, joined by single spaces. New string. */
static char *
join(const MigTokens *tokens, guint from, guint end)
{
    GString *text = g_string_new(NULL);

    for (guint i = from; i < end; i++) {
        if (i > from)
            g_string_append_c(text, ' ');
        g_string_append_len(text, tokens->text + tokens->tokens[i].offset,
                            (gssize)tokens->tokens[i].length);
    }
    return g_string_free(text, FALSE);
}

static gboolean
is_builtin(const char *type)
{
    static const char *const names[] = {
        "bigint",    "bit",      "bool",      "boolean",  "box",       "bytea",       "char",
        "character", "cidr",     "circle",    "date",     "daterange", "decimal",     "double",
        "float",     "float4",   "float8",    "inet",     "int",       "int2",        "int4",
        "int4range", "int8",     "int8range", "integer",  "interval",  "json",        "jsonb",
        "line",      "lseg",     "macaddr",   "macaddr8", "money",     "name",        "numeric",
        "numrange",  "oid",      "path",      "pg_lsn",   "point",     "polygon",     "real",
        "regclass",  "smallint", "text",      "time",     "timestamp", "timestamptz", "timetz",
        "tsquery",   "tsrange",  "tstzrange", "tsvector", "uuid",      "varbit",      "varchar",
        "xml",       "xid",      NULL};

    return g_strv_contains(names, type);
}

/* A default that is the same for all rows is kept once, in the catalog. */
static gboolean
names_function(const MigTokens *tokens, guint index)
{
    const MigTokenKind kind = tokens->tokens[index].kind;

    return (kind == MIG_TOKEN_WORD || kind == MIG_TOKEN_QUOTED) &&
           mig_tokens_are(tokens, index + 1, "(") &&
           !(index > 0 && mig_tokens_are(tokens, index - 1, "::"));
}

static void
read_default(MigPgReading *reading, MigTouch *table, guint from, guint end)
{
    static const char *const stable[] = {
        "now", "transaction_timestamp", "statement_timestamp", "current_setting", "CAST", NULL};
    static const char *const computed[] = {"nextval",   "random",          "clock_timestamp",
                                           "timeofday", "gen_random_uuid", NULL};
    const MigTokens *tokens = &reading->tokens;

    for (guint i = from; i < end; i++) {
        if (!names_function(tokens, i) || is_any(tokens, i, stable))
            continue;
        if (is_any(tokens, i, computed)) {
            mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_FILLED);
            mig_pg_touch_note(table, "the default is computed for each row");
            return;
        }
        g_autofree char *name = NULL;

        mig_tokens_name(tokens, i, NULL, &name);
        mig_pg_touch_note(table, "all is written anew if '%s' is volatile", name);
        mig_pg_ask(reading, MIG_PG_ASK_VOLATILE, table, MIG_PG_LOCK_ADD_COLUMN_UNKNOWN, name, NULL);
    }
}

static void
read_type(MigPgReading *reading, MigTouch *table, guint from, guint end)
{
    static const char *const serial[] = {"smallserial", "serial",  "bigserial", "serial2",
                                         "serial4",     "serial8", NULL};
    g_autofree char *schema = NULL, *name = NULL;
    guint behind = mig_tokens_name(&reading->tokens, from, &schema, &name);

    if (!name || is_builtin(name) || mig_pg_made(reading, "type", schema, name))
        return;
    if (!schema && g_strv_contains(serial, name)) {
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_FILLED);
        mig_pg_touch_note(table, "each row gets its number");
        return;
    }
    if (!mig_tokens_are(&reading->tokens, behind, "["))
        mig_pg_ask(reading, MIG_PG_ASK_DOMAIN, table, MIG_PG_LOCK_ADD_COLUMN_UNKNOWN, name,
                   join(&reading->tokens, from, MIN(behind, end)));
}

void
mig_pg_facts_add_column(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_skip(tokens, index, "IF NOT EXISTS");
    guint type = mig_tokens_name(tokens, at, NULL, NULL);
    guint conditions = find_any(tokens, type, end, column_words);
    guint value = mig_tokens_find(tokens, conditions, end, "DEFAULT");
    guint generated = mig_tokens_find(tokens, conditions, end, "GENERATED");
    guint references = mig_tokens_find(tokens, conditions, end, "REFERENCES");

    mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN);
    read_type(reading, table, type, conditions);
    if (value < end)
        read_default(reading, table, value + 1, find_any(tokens, value + 1, end, column_words));
    /* Neither word: VIRTUAL, which is computed when it is read. */
    if (mig_tokens_find(tokens, generated, end, "STORED") < end ||
        mig_tokens_find(tokens, generated, end, "AS IDENTITY") < end) {
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_FILLED);
        mig_pg_touch_note(table, "the column is computed for each row");
    }
    if (mig_tokens_find(tokens, conditions, end, "CHECK") < end)
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_CHECK);
    if (mig_tokens_find(tokens, conditions, end, "UNIQUE") < end ||
        mig_tokens_find(tokens, conditions, end, "PRIMARY KEY") < end)
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_UNIQUE);
    if (references == end)
        return;
    if (value < end)
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_COLUMN_CHECK);
    mig_pg_touch_at(
        reading, references + 1,
        value < end ? MIG_PG_LOCK_FOREIGN_KEY_OTHER_SCAN : MIG_PG_LOCK_FOREIGN_KEY_OTHER, NULL);
}

static gboolean
is_proven_here(const MigPgReading *reading, const MigTouch *table, const char *column)
{
    const GPtrArray *made = reading->walk->made;

    for (guint i = 0; i < made->len; i++) {
        const MigPgMade *one = made->pdata[i];

        if (one->proves && one->valid && strcmp(one->proves, column) == 0 &&
            mig_pg_same_name(reading->walk, one->of_schema, one->of_name, table->schema,
                             table->name))
            return TRUE;
    }
    return FALSE;
}

static void
set_not_null(MigPgReading *reading, MigTouch *table, const char *column)
{
    if (is_proven_here(reading, table, column)) {
        mig_pg_touch_set(table, MIG_PG_LOCK_SET_NOT_NULL_PROVEN);
        return;
    }
    mig_pg_touch_set(table, MIG_PG_LOCK_SET_NOT_NULL_PROVEN);
    mig_pg_ask(reading, MIG_PG_ASK_NOT_NULL, table, MIG_PG_LOCK_SET_NOT_NULL, column, NULL);
}

static void
change_type(MigPgReading *reading, MigTouch *table, const char *column, guint index, guint end)
{
    static const char *const behind[] = {"USING", "COLLATE", NULL};
    guint type_end = find_any(&reading->tokens, index, end, behind);

    mig_pg_touch_set(table, MIG_PG_LOCK_TYPE_COMPATIBLE);
    if (mig_tokens_are(&reading->tokens, type_end, "USING")) {
        mig_pg_touch_set(table, MIG_PG_LOCK_TYPE_REWRITE);
        return;
    }
    mig_pg_ask(reading, MIG_PG_ASK_TYPE_CHANGE, table, MIG_PG_LOCK_TYPE_OTHER, column,
               join(&reading->tokens, index, type_end));
}

void
mig_pg_facts_alter_column(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    static const char *const properties[] = {"SET STORAGE",
                                             "SET COMPRESSION",
                                             "ADD GENERATED",
                                             "SET GENERATED",
                                             "DROP IDENTITY",
                                             "DROP EXPRESSION",
                                             "RESTART",
                                             "SET INCREMENT",
                                             "SET SEQUENCE",
                                             "SET RESTART",
                                             "SET START",
                                             "SET CACHE",
                                             "SET MINVALUE",
                                             "SET MAXVALUE",
                                             "SET NO",
                                             "SET CYCLE",
                                             NULL};
    static const char *const statistics[] = {"SET STATISTICS", "SET (", "RESET (", NULL};
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *column = NULL;
    guint at = mig_tokens_name(tokens, index, NULL, &column);
    guint type = mig_tokens_skip(tokens, mig_tokens_skip(tokens, at, "SET DATA"), "TYPE");

    if (mig_tokens_are(tokens, at, "SET DEFAULT") || mig_tokens_are(tokens, at, "DROP DEFAULT"))
        mig_pg_touch_set(table, MIG_PG_LOCK_COLUMN_DEFAULT);
    else if (column && mig_tokens_are(tokens, at, "SET NOT NULL"))
        set_not_null(reading, table, column);
    else if (mig_tokens_are(tokens, at, "DROP NOT NULL"))
        mig_pg_touch_set(table, MIG_PG_LOCK_DROP_NOT_NULL);
    else if (column && mig_tokens_are(tokens, type - 1, "TYPE"))
        change_type(reading, table, column, type, end);
    else if (is_any(tokens, at, statistics))
        mig_pg_touch_set(table, MIG_PG_LOCK_COLUMN_STATISTICS);
    else if (is_any(tokens, at, properties))
        mig_pg_touch_set(table, MIG_PG_LOCK_COLUMN_PROPERTY);
    else if (mig_tokens_are(tokens, at, "SET EXPRESSION"))
        mig_pg_touch_set(table, MIG_PG_LOCK_COLUMN_EXPRESSION);
    else
        mig_pg_unknown(reading, "an action that is not in the table of locks");
}

/* CHECK (c IS NOT NULL): the column. New string, or NULL. */
static char *
proven_column(const MigTokens *tokens, guint index)
{
    g_autofree char *column = NULL;
    guint open = index;

    while (mig_tokens_are(tokens, open, "("))
        open++;
    guint at = mig_tokens_name(tokens, open, NULL, &column);
    guint close = mig_tokens_skip(tokens, at, "IS NOT NULL");

    if (close == at || close + (open - index) != mig_tokens_behind(tokens, index))
        return NULL;
    return g_steal_pointer(&column);
}

static void
add_check(MigPgReading *reading, MigTouch *table, guint index, gboolean valid, MigPgMade *made)
{
    mig_pg_touch_set(table, valid ? MIG_PG_LOCK_ADD_CHECK : MIG_PG_LOCK_ADD_CHECK_NOT_VALID);
    if (!made)
        return;
    made->valid = valid;
    made->proves = proven_column(&reading->tokens, index);
}

static void
add_foreign_key(MigPgReading *reading, MigTouch *table, guint index, guint end, gboolean valid,
                MigPgMade *made)
{
    guint references = mig_tokens_find(&reading->tokens, index, end, "REFERENCES");
    MigTouch *other = NULL;

    mig_pg_touch_set(table,
                     valid ? MIG_PG_LOCK_ADD_FOREIGN_KEY : MIG_PG_LOCK_ADD_FOREIGN_KEY_NOT_VALID);
    mig_pg_touch_at(reading, references + 1,
                    valid ? MIG_PG_LOCK_FOREIGN_KEY_OTHER_SCAN : MIG_PG_LOCK_FOREIGN_KEY_OTHER,
                    &other);
    if (!made || !other)
        return;
    made->valid = valid;
    made->to_schema = g_strdup(other->schema);
    made->to_name = g_strdup(other->name);
}

static void
add_key(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;
    gboolean primary = mig_tokens_are(tokens, index, "PRIMARY KEY");
    guint using_index = mig_tokens_find(tokens, index, end, "USING INDEX");
    g_autofree char *name = NULL;

    if (using_index == end || mig_tokens_are(tokens, using_index, "USING INDEX TABLESPACE")) {
        mig_pg_touch_set(table, MIG_PG_LOCK_ADD_UNIQUE);
        return;
    }
    mig_pg_touch_set(table, MIG_PG_LOCK_ADD_USING_INDEX);
    mig_tokens_name(tokens, using_index + 2, NULL, &name);
    if (!primary || !name)
        return;
    mig_pg_touch_note(table, "all of it is read if a column of the key may be NULL");
    mig_pg_ask(reading, MIG_PG_ASK_PRIMARY, table, MIG_PG_LOCK_ADD_PRIMARY_USING_INDEX, name, NULL);
}

void
mig_pg_facts_add_constraint(MigPgReading *reading, MigTouch *table, guint index, guint end)
{
    const MigTokens *tokens = &reading->tokens;
    gboolean valid = mig_tokens_find(tokens, index, end, "NOT VALID") == end;
    g_autofree char *name = NULL;
    MigPgMade *made = NULL;

    if (mig_tokens_are(tokens, index, "CONSTRAINT"))
        index = mig_tokens_name(tokens, index + 1, NULL, &name);
    if (name) {
        made = mig_pg_make(reading, "constraint", NULL, g_steal_pointer(&name));
        made->of_schema = g_strdup(table->schema);
        made->of_name = g_strdup(table->name);
    }
    if (mig_tokens_are(tokens, index, "CHECK"))
        add_check(reading, table, index + 1, valid, made);
    else if (mig_tokens_are(tokens, index, "NOT NULL")) {
        mig_pg_touch_set(table, valid ? MIG_PG_LOCK_ADD_CHECK : MIG_PG_LOCK_ADD_CHECK_NOT_VALID);
        if (made)
            mig_tokens_name(tokens, index + 2, NULL, &made->proves);
    } else if (mig_tokens_are(tokens, index, "FOREIGN KEY"))
        add_foreign_key(reading, table, index, end, valid, made);
    else
        add_key(reading, table, index, end);
}
