/* Rules of lint about rows, settings, and what older versions lack. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "core/config_lint.h"
#include "dialects/sqlite/sqlite_plan.h"

/* The columns that an UPDATE assigns (char*, lower case), in order. New array. */
static GPtrArray *
assigned_columns(const MigSqliteLintStatement *statement)
{
    const MigSqliteReader *reader = &statement->reader;
    GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
    int depth = 0;
    gboolean expects = TRUE;

    for (guint i = statement->rest; i < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (mig_token_is(reader->text, token, "("))
            depth++;
        else if (mig_token_is(reader->text, token, ")"))
            depth--;
        if (depth > 0)
            continue;
        if (mig_token_is(reader->text, token, "WHERE") || mig_token_is(reader->text, token, "FROM"))
            break;
        if (expects && mig_sqlite_token_is_name(token)) {
            g_autofree char *name = mig_token_name(reader->text, token);

            g_ptr_array_add(columns, g_ascii_strdown(name, -1));
            expects = FALSE;
        }
        expects = expects || mig_token_is(reader->text, token, ",");
    }
    return columns;
}

static void
check_assignments(const MigSqliteLintStatement *statement, const GPtrArray *columns,
                  MigLintReport *report)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < columns->len; i++) {
        if (!g_hash_table_add(seen, columns->pdata[i]))
            mig_lint_find(report, "CO012", 0, "%s is assigned twice: only the last one counts",
                          (const char *)columns->pdata[i]);
    }
}

/* Whether the revision added all that it fills: then every row is meant. */
static gboolean
fills_new_columns(const MigSqliteLint *lint, const MigSqliteLintStatement *statement,
                  const GPtrArray *columns)
{
    g_autofree char *table = g_ascii_strdown(statement->name, -1);

    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *key = g_strdup_printf("%s.%s", table, (const char *)columns->pdata[i]);

        if (!g_hash_table_contains(lint->added, key))
            return FALSE;
    }
    return columns->len > 0;
}

static gboolean
is_volatile(const MigSqliteLintStatement *statement)
{
    static const char *const words[] = {"random", "randomblob", "CURRENT_TIMESTAMP", "CURRENT_DATE",
                                        "CURRENT_TIME"};

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (mig_sqlite_lint_says(statement, words[i]))
            return TRUE;
    }
    return FALSE;
}

/* Rows of other tables, whose values are of any type. */
static void
check_types(MigSqliteLint *lint, const MigSqliteLintStatement *statement, MigLintReport *report)
{
    g_autoptr(MigSqliteTable) table =
        statement->has_select ? mig_sqlite_lint_table(lint, statement->name) : NULL;

    if (!table || table->strict)
        return;
    g_autofree char *name = mig_sqlite_name(statement->name);

    mig_lint_find(report, "LT014", 0, "values of another type than %s says are kept as they are",
                  name);
}

void
mig_sqlite_lint_write(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    const gboolean updates = statement->verb == LINT_UPDATE;

    if (!statement->name ||
        (!updates && statement->verb != LINT_DELETE && statement->verb != LINT_INSERT))
        return;
    g_autofree char *table = mig_sqlite_name(statement->name);
    g_autoptr(GPtrArray) columns =
        updates ? assigned_columns(statement) : g_ptr_array_new_with_free_func(g_free);

    check_assignments(statement, columns, report);
    if (is_volatile(statement))
        mig_lint_find(report, "CO026", 0, "a replay writes other values into %s", table);
    if (statement->verb == LINT_INSERT)
        check_types(lint, statement, report);
    if (statement->verb == LINT_INSERT || statement->has_where ||
        !mig_sqlite_lint_is_used(lint, statement->name) ||
        g_ascii_strncasecmp(statement->name, "sqlite_", 7) == 0 ||
        fills_new_columns(lint, statement, columns))
        return;
    MigLintFinding *finding = mig_lint_find(report, "DS005", 0, "%s every row of %s",
                                            updates ? "changes" : "deletes", table);
    g_autofree char *text = g_strchomp(g_strdup(statement->reader.text));

    mig_lint_safe(finding, "%s WHERE ...;", text);
}

/* Several statements of an off block that need not be in one. */
static void
check_block(const MigSqliteLint *lint, guint index, MigLintReport *report)
{
    if (!lint->block->off || index != 1)
        return;
    for (guint i = 0; i < lint->block->statements->len; i++) {
        const MigLintStatement *each = lint->block->statements->pdata[i];

        if (mig_sqlite_needs_bare(each->text, each->length) ||
            mig_sqlite_sets_session(each->text, each->length))
            return;
    }
    mig_lint_find(report, "CO009", 0,
                  "nothing here needs to be outside a transaction: when it fails, what came before "
                  "stays");
}

void
mig_sqlite_lint_setting(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    const char *name = statement->name;

    check_block(lint, index, report);
    if (statement->verb == LINT_ATTACH)
        mig_lint_find(report, "LT019", 0, "the script reaches into another file");
    if (statement->verb != LINT_PRAGMA || !name || !statement->to)
        return;
    if (g_ascii_strcasecmp(name, "foreign_keys") == 0 && !lint->block->off) {
        MigLintFinding *finding =
            mig_lint_find(report, "LT006", 0, "has no effect inside the transaction of the revision");

        mig_lint_safe(finding, "Take it out: foreign keys are off while a script runs, and checked "
                               "after it.");
    } else if (g_ascii_strcasecmp(name, "writable_schema") == 0 &&
               g_ascii_strcasecmp(statement->to, "RESET") != 0) {
        mig_lint_find(report, "LT018", 0, "opens SQLite's own schema table to slips");
    }
}

static void
check_feature(const MigSqliteLint *lint, MigLintReport *report, int needs, const char *what)
{
    int oldest = mig_config_lint_oldest_version(lint->config);

    if (oldest == 0 || oldest >= needs)
        return;
    mig_lint_find(report, "LT020", 0, "%s needs SQLite %d.%d, and sqlite_min is %d.%d", what,
                  needs / 1000000, needs / 1000 % 1000, oldest / 1000000, oldest / 1000 % 1000);
}

static gboolean
is_generated(const MigSqliteLintStatement *statement)
{
    const MigSqliteReader *reader = &statement->reader;

    for (guint i = 0; i + 1 < reader->tokens->len; i++) {
        if (mig_token_is(reader->text, mig_sqlite_token(reader, i), "AS") &&
            mig_token_is(reader->text, mig_sqlite_token(reader, i + 1), "("))
            return TRUE;
    }
    return FALSE;
}

void
mig_sqlite_lint_features(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    MigSqliteLintVerb verb = statement->verb;
    const gboolean defines = verb == LINT_ADD_COLUMN ||
                             (verb == LINT_CREATE_TABLE && !statement->has_select);

    if (mig_config_lint_oldest_version(lint->config) == 0)
        return;
    if (verb == LINT_RENAME_COLUMN)
        check_feature(lint, report, 3025000, "RENAME COLUMN");
    if (verb == LINT_DROP_COLUMN)
        check_feature(lint, report, 3035000, "DROP COLUMN");
    if (defines && is_generated(statement))
        check_feature(lint, report, 3031000, "a generated column");
    if (verb == LINT_CREATE_TABLE && !statement->has_select) {
        g_autoptr(MigSqliteTable) table =
            mig_sqlite_table_parse(statement->reader.text, NULL);

        if (table && table->strict)
            check_feature(lint, report, 3037000, "a STRICT table");
    }
    if ((verb == LINT_INSERT || verb == LINT_UPDATE || verb == LINT_DELETE) &&
        mig_sqlite_lint_says(statement, "RETURNING"))
        check_feature(lint, report, 3035000, "RETURNING");
}
