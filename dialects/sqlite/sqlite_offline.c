#include <string.h>

#include "core/tokens.h"
#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_driver.h"

/* The CHECK's name is what the user reads when it fails. */
#define GUARD_TABLE                                                                                \
    "CREATE TEMP TABLE migrate_guard (\n"                                                          \
    "    rows_as_planned,\n"                                                                       \
    "    new_orphans,\n"                                                                           \
    "    CONSTRAINT \"the version rows are not the planned ones\" CHECK (rows_as_planned),\n"      \
    "    CONSTRAINT \"the step leaves rows whose foreign key finds no row\"\n"                     \
    "        CHECK (new_orphans = 0)\n"                                                            \
    ");\n"

/* A foreign key that refers to what is no key is an error of the check, and no business of a step:
 * its table is left out. Keys are compared by their columns' names, sorted. */
#define NAMES "coalesce((SELECT group_concat(k) FROM (SELECT lower("
#define BROKEN                                                                                     \
    "SELECT s.name FROM main.sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f,\n"          \
    "        main.sqlite_schema AS p WHERE s.type = 'table' AND p.type = 'table' AND f.seq = 0\n"  \
    "        AND lower(p.name) = lower(f.\"table\")\n"                                             \
    "        AND " NAMES "coalesce(g.\"to\",\n"                                                    \
    "            (SELECT name FROM pragma_table_info(p.name) WHERE pk = g.seq + 1))) AS k\n"       \
    "            FROM pragma_foreign_key_list(s.name) AS g WHERE g.id = f.id ORDER BY k)), '')\n"  \
    "        NOT IN (SELECT " NAMES "name) AS k FROM pragma_table_info(p.name)\n"                  \
    "            WHERE pk > 0 ORDER BY k)), '')\n"                                                 \
    "            UNION ALL SELECT " NAMES "name) AS k FROM pragma_index_info(i.name)\n"            \
    "            ORDER BY k)), '') FROM pragma_index_list(p.name) AS i\n"                          \
    "            WHERE i.\"unique\" AND NOT i.partial)"
#define ORPHANS                                                                                    \
    "SELECT c.\"table\", c.\"rowid\", c.parent, c.fkid FROM main.sqlite_schema AS t,\n"            \
    "        pragma_foreign_key_check(t.name) AS c WHERE t.type = 'table' AND t.name NOT IN (\n"   \
    "        SELECT name FROM temp.migrate_broken)"

char *
mig_sqlite_offline_prologue(void)
{
    return g_strdup(".bail on\n"
                    "PRAGMA foreign_keys = OFF;\n" GUARD_TABLE
                    "CREATE TEMP VIEW migrate_broken AS\n    " BROKEN ";\n"
                    "CREATE TEMP TABLE migrate_orphans AS\n    " ORPHANS ";\n");
}

char *
mig_sqlite_offline_begin(void)
{
    return g_strdup("BEGIN IMMEDIATE;\n");
}

char *
mig_sqlite_offline_commit(void)
{
    return g_strdup("INSERT INTO temp.migrate_guard (new_orphans) SELECT count(*) FROM (\n"
                    "    " ORPHANS "\n    EXCEPT SELECT * FROM temp.migrate_orphans);\n"
                    "COMMIT;\n");
}

char *
mig_sqlite_offline_enter(const MigUnitsOptions *options, const MigUnit *unit, const MigUnit *before)
{
    return NULL;
}

/* Settings of the session and what they are in a new one. */
static const char *const settings[][2] = {
    {"query_only", "OFF"},         {"writable_schema", "RESET"},
    {"legacy_alter_table", "OFF"}, {"ignore_check_constraints", "OFF"},
    {"recursive_triggers", "OFF"}, {"reverse_unordered_selects", "OFF"},
    {"automatic_index", "ON"},     {"full_column_names", "OFF"},
    {"count_changes", "OFF"},      {"short_column_names", "ON"},
    {"read_uncommitted", "OFF"},   {"case_sensitive_like", "OFF"},
};

/* A name in any case. */
static gboolean
is_name(const char *name, const char *word)
{
    return name && g_ascii_strcasecmp(name, word) == 0;
}

static void
undo_pragma(GString *out, const MigTokens *tokens)
{
    g_autofree char *name = NULL;

    mig_tokens_name(tokens, 1, NULL, &name);
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (is_name(name, settings[i][0]))
            g_string_append_printf(out, "PRAGMA %s = %s;\n", settings[i][0], settings[i][1]);
    }
}

/* CREATE TEMP TABLE t, CREATE TABLE temp.t, and views. */
static void
undo_create(GString *out, const MigTokens *tokens)
{
    guint kind = mig_tokens_skip(tokens, mig_tokens_skip(tokens, 1, "TEMP"), "TEMPORARY");
    g_autofree char *schema = NULL, *name = NULL;
    const char *word = mig_tokens_are(tokens, kind, "TABLE")  ? "TABLE"
                       : mig_tokens_are(tokens, kind, "VIEW") ? "VIEW"
                                                              : NULL;

    mig_tokens_name(tokens, mig_tokens_skip(tokens, kind + 1, "IF NOT EXISTS"), &schema, &name);
    if (!word || !name || (kind == 1 && !is_name(schema, "temp")))
        return;
    g_autofree char *quoted = mig_sqlite_quote_name(name);

    g_string_append_printf(out, "DROP %s IF EXISTS temp.%s;\n", word, quoted);
}

char *
mig_sqlite_offline_leave(const MigUnit *unit, gboolean keep_settings)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < unit->n_statements && !keep_settings; i++) {
        const MigStatement *statement = &unit->statements[i];
        g_auto(MigTokens) tokens = {.text = NULL};

        mig_tokens_init(&tokens, &mig_lex_rules_sqlite, unit->text + statement->offset,
                        statement->length, FALSE);
        if (mig_tokens_are(&tokens, 0, "PRAGMA"))
            undo_pragma(out, &tokens);
        else if (mig_tokens_are(&tokens, 0, "CREATE"))
            undo_create(out, &tokens);
    }
    return g_string_free(out, FALSE);
}

/* Whether nothing but white space stands between here and the end of the line. */
static gboolean
ends_line(const char *text)
{
    text += strspn(text, " \t\f\r");
    return *text == '\n' || *text == '\0';
}

/* A "/" or "go" that is alone on its line ends a statement for the client: it is put on the line
 * before. */
static char *
join_terminators(const char *script)
{
    GString *out = g_string_sized_new(strlen(script) + 1);
    MigToken before = {.kind = MIG_TOKEN_END}, last = before;
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, script, strlen(script));
    for (;;) {
        MigToken token = mig_lexer_next(&lexer);
        const gboolean alone =
            (mig_token_is(script, token, "/") || mig_token_is(script, token, "go")) &&
            ends_line(script + token.offset + token.length);

        if (token.kind == MIG_TOKEN_END)
            return g_string_free(out, FALSE);
        if (alone && last.kind == MIG_TOKEN_SPACE && before.kind != MIG_TOKEN_COMMENT)
            g_strdelimit(out->str + out->len - last.length, "\n", ' ');
        g_string_append_len(out, script + token.offset, (gssize)token.length);
        if (token.kind != MIG_TOKEN_SPACE)
            before = token;
        last = token;
    }
}

/* The client takes a CR that stands before the end of a line away: it leaves the one before that.
 */
char *
mig_sqlite_offline_encode(char *script)
{
    g_autofree char *text = join_terminators(script);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

    g_free(script);
    return g_strjoinv("\r\r\n", lines);
}

char *
mig_sqlite_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows)
{
    g_autofree char *quoted_schema = mig_sqlite_quote_name(schema ? schema : "main");
    g_autofree char *quoted_table = mig_sqlite_quote_name(table);
    g_autofree char *name = g_strconcat(quoted_schema, ".", quoted_table, NULL);
    GString *sql = g_string_new(NULL);

    g_string_printf(sql,
                    "INSERT INTO temp.migrate_guard (rows_as_planned)\n"
                    "    SELECT (SELECT count(*) FROM %s) = %u",
                    name, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        g_autofree char *row = mig_sqlite_quote_literal(rows->pdata[i]);

        g_string_append_printf(
            sql, "\n       AND EXISTS (SELECT 1 FROM %s AS v WHERE v.version_num = %s)", name, row);
    }
    g_string_append(sql, ";\n");
    return g_string_free(sql, FALSE);
}
