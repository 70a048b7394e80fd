/* What statements do to a live database: SQLite has one lock for all of it, so what counts is how
 * long they hold that, and tables are named by how much of them is read and written. */
#include <stdlib.h>
#include <string.h>

#include "core/tokens.h"
#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_driver.h"

/* The pages of a table are counted one by one; in a file larger than this that takes too long. */
#define MAX_COUNTED_BYTES (256 * 1024 * 1024)

typedef struct {
    MigTokens tokens;
    MigFacts *facts;
    GHashTable *made; /* of char*, lower case: tables made by the statements so far */
} Reading;

static void
touch(Reading *reading, const char *schema, const char *name, MigWork work, const char *note)
{
    const GPtrArray *touches = reading->facts->touches;
    g_autofree char *lower = g_ascii_strdown(name, -1);
    MigTouch *found = NULL;

    for (guint i = 0; !found && i < touches->len; i++) {
        MigTouch *one = touches->pdata[i];

        if (g_ascii_strcasecmp(one->name, name) == 0 &&
            g_ascii_strcasecmp(one->schema ? one->schema : "main", schema ? schema : "main") == 0)
            found = one;
    }
    if (!found)
        found = mig_facts_add(reading->facts, schema, name);
    found->is_new = g_hash_table_contains(reading->made, lower);
    found->work = MAX(found->work, work);
    if (note && !found->note)
        found->note = g_strdup(note);
}

static void
touch_at(Reading *reading, guint index, MigWork work, const char *note)
{
    g_autofree char *schema = NULL, *name = NULL;

    mig_tokens_name(&reading->tokens, index, &schema, &name);
    if (name)
        touch(reading, schema, name, work, note);
}

/* The tables that a query inside of the statement reads. */
static void
touch_read(Reading *reading)
{
    const MigTokens *tokens = &reading->tokens;

    for (guint i = 1; i < tokens->n; i++) {
        if (mig_tokens_are(tokens, i, "JOIN") ||
            (mig_tokens_are(tokens, i, "FROM") && !mig_tokens_are(tokens, i - 1, "DELETE")))
            touch_at(reading, i + 1, MIG_WORK_SCAN, NULL);
    }
}

static void
create(Reading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    guint at = mig_tokens_skip(tokens, mig_tokens_skip(tokens, 1, "TEMP"), "TEMPORARY");
    g_autofree char *name = NULL;

    at = mig_tokens_skip(tokens, mig_tokens_skip(tokens, at, "UNIQUE"), "VIRTUAL");
    if (mig_tokens_are(tokens, at, "INDEX")) {
        guint on = mig_tokens_find(tokens, at, tokens->n, "ON");

        touch_at(reading, on + 1, MIG_WORK_BUILD, NULL);
        return;
    }
    if (!mig_tokens_are(tokens, at, "TABLE"))
        return;
    at = mig_tokens_skip(tokens, at + 1, "IF NOT EXISTS");
    guint behind = mig_tokens_name(tokens, at, NULL, &name);

    if (!name)
        return;
    if (mig_tokens_are(tokens, behind, "AS"))
        touch_read(reading);
    g_hash_table_add(reading->made, g_ascii_strdown(name, -1));
}

static void
alter(Reading *reading)
{
    const MigTokens *tokens = &reading->tokens;
    g_autofree char *schema = NULL, *name = NULL;
    guint at = mig_tokens_name(tokens, mig_tokens_skip(tokens, 1, "TABLE"), &schema, &name);
    MigWork work = MIG_WORK_NONE;

    if (!name)
        return;
    if (mig_tokens_are(tokens, at, "DROP") && !mig_tokens_are(tokens, at, "DROP CONSTRAINT"))
        work = MIG_WORK_REWRITE;
    else if (mig_tokens_find(tokens, at, tokens->n, "CHECK") < tokens->n ||
             mig_tokens_find(tokens, at, tokens->n, "NOT NULL") < tokens->n ||
             mig_tokens_find(tokens, at, tokens->n, "AS") < tokens->n)
        work = MIG_WORK_SCAN;
    touch(reading, schema, name, work, NULL);
}

static void
drop(Reading *reading)
{
    const MigTokens *tokens = &reading->tokens;

    if (mig_tokens_are(tokens, 1, "TABLE"))
        touch_at(reading, mig_tokens_skip(tokens, 2, "IF EXISTS"), MIG_WORK_NONE, NULL);
}

static void
change_rows(Reading *reading)
{
    const MigTokens *tokens = &reading->tokens;

    for (guint i = 0; i < tokens->n; i++) {
        if (mig_tokens_are(tokens, i, "UPDATE") && (i == 0 || mig_tokens_are(tokens, i - 1, ")")))
            touch_at(reading, mig_tokens_are(tokens, i + 1, "OR") ? i + 3 : i + 1, MIG_WORK_ROWS,
                     NULL);
        else if (mig_tokens_are(tokens, i, "DELETE FROM"))
            touch_at(reading, i + 2, MIG_WORK_ROWS, NULL);
        else if (mig_tokens_are(tokens, i, "INTO"))
            touch_at(reading, i + 1, MIG_WORK_ROWS, NULL);
    }
    touch_read(reading);
}

static void
upkeep(Reading *reading)
{
    if (reading->tokens.n == 1)
        reading->facts->unknown = g_strdup("one table after the other");
    else
        touch_at(reading, 1, MIG_WORK_SCAN, "a table, or that of the index of this name");
}

static const struct {
    const char *verb;
    void (*read)(Reading *reading);
} verbs[] = {
    {"ALTER", alter},        {"ANALYZE", upkeep},     {"CREATE", create},  {"DELETE", change_rows},
    {"DROP", drop},          {"INSERT", change_rows}, {"REINDEX", upkeep}, {"REPLACE", change_rows},
    {"UPDATE", change_rows}, {"WITH", change_rows},
};

/* What needs no lock that others wait for. */
static gboolean
only_reads(const MigTokens *tokens)
{
    static const char *const words[] = {"SELECT",  "VALUES", "PRAGMA",
                                        "EXPLAIN", "ATTACH", "DETACH"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (mig_tokens_are(tokens, 0, words[i]))
            return TRUE;
    }
    return FALSE;
}

static void
lock_database(Reading *reading, gboolean wal)
{
    MigFacts *facts = reading->facts;

    if (only_reads(&reading->tokens))
        return;
    facts->database_lock = "write lock";
    facts->database_blocks = MIG_BLOCKS_WRITES;
    facts->database_note =
        wal ? "reads go on"
            : "reads wait while it commits, and before that once the changes outgrow the cache";
    if (!mig_tokens_are(&reading->tokens, 0, "VACUUM") ||
        mig_tokens_find(&reading->tokens, 1, reading->tokens.n, "INTO") < reading->tokens.n)
        return;
    facts->database_lock = "exclusive lock";
    facts->database_blocks = MIG_BLOCKS_ALL;
    facts->database_note = "the whole file is written anew";
}

static MigFacts *
read_statement(GHashTable *made, const char *text, gboolean wal)
{
    Reading reading = {.facts = mig_facts_new(), .made = made};

    mig_tokens_init(&reading.tokens, &mig_lex_rules_sqlite, text, strlen(text), FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (mig_tokens_are(&reading.tokens, 0, verbs[i].verb))
            verbs[i].read(&reading);
    }
    lock_database(&reading, wal);
    mig_tokens_clear(&reading.tokens);
    return reading.facts;
}

static gboolean
take_text(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    char **text = user_data;

    g_free(*text);
    *text = g_strdup(values[0]);
    return TRUE;
}

/* The one value of a query; NULL: none, or the database cannot tell. New string. */
static char *
ask(MigConnection *connection, const char *sql, const char *param)
{
    MigSql *query = mig_sql_new(-1, sql, param, NULL);
    char *answer = NULL;

    if (!mig_sqlite_query(connection, query, take_text, &answer, NULL))
        g_clear_pointer(&answer, g_free);
    mig_sql_free(query);
    return answer;
}

static gint64
ask_number(MigConnection *connection, const char *sql, const char *param)
{
    g_autofree char *answer = ask(connection, sql, param);

    return answer ? g_ascii_strtoll(answer, NULL, 10) : -1;
}

/* What ANALYZE counted, else the largest rowid: no table is read through for this. */
static gint64
ask_rows(MigConnection *connection, const char *table)
{
    g_autofree char *name = mig_sqlite_quote_name(table);
    g_autofree char *largest = g_strdup_printf("SELECT coalesce(max(rowid), 0) FROM main.%s", name);
    gint64 rows = ask_number(
        connection,
        "SELECT max(CAST(stat AS integer)) FROM main.sqlite_stat1 WHERE lower(tbl) = lower(?1)",
        table);

    return rows > 0 ? rows : ask_number(connection, largest, NULL);
}

static void
add_size(MigConnection *connection, MigTouch *one, gboolean counted)
{
    if (one->schema && g_ascii_strcasecmp(one->schema, "main") != 0)
        return;
    g_autofree char *found =
        ask(connection,
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND lower(name) = lower(?1)",
            one->name);

    if (!found)
        return;
    one->is_new = FALSE;
    one->rows = ask_rows(connection, found);
    if (counted)
        one->bytes = ask_number(connection,
                                "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name IN"
                                " (SELECT name FROM main.sqlite_master WHERE tbl_name = ?1)",
                                found);
}

static void
add_sizes(MigConnection *connection, const GPtrArray *facts)
{
    gint64 file = ask_number(
        connection, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", NULL);

    for (guint i = 0; i < facts->len; i++) {
        const GPtrArray *touches = ((const MigFacts *)facts->pdata[i])->touches;

        for (guint j = 0; j < touches->len; j++)
            add_size(connection, touches->pdata[j], file <= MAX_COUNTED_BYTES);
    }
}

GPtrArray *
mig_sqlite_statement_facts(MigConnection *connection, const GPtrArray *statements, GError **error)
{
    GPtrArray *facts = g_ptr_array_new_with_free_func(mig_facts_free);
    g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *mode =
        connection ? ask(connection, "SELECT journal_mode FROM pragma_journal_mode", NULL) : NULL;

    for (guint i = 0; i < statements->len; i++)
        g_ptr_array_add(facts,
                        read_statement(made, statements->pdata[i], g_strcmp0(mode, "wal") == 0));
    if (connection)
        add_sizes(connection, facts);
    return facts;
}
