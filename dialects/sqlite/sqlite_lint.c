/* Lint for SQLite: runs of it, and what the rules ask of the state. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

#define TRIAL "migrate_lint"

typedef MigSqliteLint Lint;

static GHashTable *
new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
lint_close(gpointer run)
{
    Lint *lint = run;

    if (!lint)
        return;
    if (lint->in_transaction)
        mig_sqlite_run(lint->scratch, "ROLLBACK", NULL);
    g_clear_pointer(&lint->read, g_ptr_array_unref);
    g_hash_table_unref(lint->used);
    g_hash_table_unref(lint->fresh);
    g_hash_table_unref(lint->added);
    g_free(lint);
}

static gpointer
lint_open(MigConnection *scratch, MigConnection *live, const MigConfig *config, GError **error)
{
    Lint *lint = g_new0(Lint, 1);

    lint->scratch = (MigSqlite *)scratch;
    lint->live = live && !live->absent ? (MigSqlite *)live : NULL;
    lint->config = config;
    lint->used = new_set();
    lint->fresh = new_set();
    lint->added = new_set();
    return lint;
}

/* Units run with these settings, whatever an earlier script set. */
static gboolean
reset_settings(const Lint *lint, GError **error)
{
    return mig_sqlite_run(lint->scratch, "PRAGMA foreign_keys = OFF", error) &&
           mig_sqlite_run(lint->scratch, "PRAGMA legacy_alter_table = OFF", error) &&
           mig_sqlite_run(lint->scratch, "PRAGMA ignore_check_constraints = OFF", error) &&
           mig_sqlite_run(lint->scratch, "PRAGMA query_only = OFF", error);
}

static gboolean
lint_revision(gpointer run, GError **error)
{
    Lint *lint = run;
    g_autoptr(GPtrArray) names =
        mig_sqlite_column(lint->scratch, "SELECT lower(name) FROM sqlite_schema WHERE type = 'table'",
                          NULL, error);

    if (!names || !reset_settings(lint, error))
        return FALSE;
    g_hash_table_remove_all(lint->used);
    g_hash_table_remove_all(lint->fresh);
    g_hash_table_remove_all(lint->added);
    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(lint->used, g_strdup(names->pdata[i]));
    return TRUE;
}

static gboolean
lint_begin(gpointer run, const MigLintBlock *block, GError **error)
{
    Lint *lint = run;

    if (!block->off && !mig_sqlite_run(lint->scratch, "BEGIN", error))
        return FALSE;
    lint->in_transaction = !block->off;
    lint->block = block;
    g_clear_pointer(&lint->read, g_ptr_array_unref);
    lint->read = g_ptr_array_new_with_free_func(mig_sqlite_lint_statement_free);
    for (guint i = 0; i < block->statements->len; i++)
        g_ptr_array_add(lint->read, mig_sqlite_lint_read(
                                        ((MigLintStatement *)block->statements->pdata[i])->text));
    return TRUE;
}

static gboolean
lint_examine(gpointer run, guint index, MigLintReport *report, GError **error)
{
    mig_sqlite_lint_alter(run, index, report);
    mig_sqlite_lint_create(run, index, report);
    mig_sqlite_lint_drop(run, index, report);
    mig_sqlite_lint_copy(run, index, report);
    mig_sqlite_lint_write(run, index, report);
    mig_sqlite_lint_setting(run, index, report);
    mig_sqlite_lint_features(run, index, report);
    mig_sqlite_lint_names(run, index, report);
    return TRUE;
}

static gboolean
run_statement(const Lint *lint, guint index, GError **error)
{
    const MigLintStatement *statement = lint->block->statements->pdata[index];
    const MigStatement place = {.offset = statement->offset, .length = statement->length};

    return mig_sqlite_run_script_statement(lint->scratch, lint->block->file, lint->block->text,
                                           lint->block->text_length, &place, NULL, NULL, error);
}

/* Keeps track of what only the revision knows. A table made anew is the old one. */
static void
note(Lint *lint, const MigSqliteLintStatement *statement)
{
    g_autofree char *name = statement->name ? g_ascii_strdown(statement->name, -1) : NULL;
    g_autofree char *to = statement->to ? g_ascii_strdown(statement->to, -1) : NULL;

    if (!name)
        return;
    if (statement->verb == LINT_CREATE_TABLE) {
        g_hash_table_add(lint->fresh, g_steal_pointer(&name));
    } else if (statement->verb == LINT_DROP_TABLE) {
        g_hash_table_remove(lint->fresh, name);
    } else if (statement->verb == LINT_ADD_COLUMN && statement->column) {
        g_autofree char *column = g_ascii_strdown(statement->column, -1);

        g_hash_table_add(lint->added, g_strdup_printf("%s.%s", name, column));
    } else if (statement->verb == LINT_RENAME_TABLE && to) {
        gboolean was_fresh = g_hash_table_remove(lint->fresh, name);

        if (was_fresh && !g_hash_table_contains(lint->used, to))
            g_hash_table_add(lint->fresh, g_steal_pointer(&to));
        else if (!was_fresh)
            g_hash_table_add(lint->used, g_steal_pointer(&to));
    }
}

static gboolean
lint_execute(gpointer run, guint index, GError **error)
{
    if (!run_statement(run, index, error))
        return FALSE;
    note(run, mig_sqlite_lint_at(run, index));
    return TRUE;
}

static gboolean
lint_end(gpointer run, GError **error)
{
    Lint *lint = run;

    if (!lint->in_transaction)
        return TRUE;
    lint->in_transaction = FALSE;
    return mig_sqlite_run(lint->scratch, "COMMIT", error);
}

const MigLintDriver mig_sqlite_lint = {
    .open = lint_open,
    .close = lint_close,
    .revision = lint_revision,
    .begin = lint_begin,
    .examine = lint_examine,
    .execute = lint_execute,
    .end = lint_end,
};

const MigSqliteLintStatement *
mig_sqlite_lint_at(const MigSqliteLint *lint, guint index)
{
    return lint->read->pdata[index];
}

gboolean
mig_sqlite_lint_is_used(const MigSqliteLint *lint, const char *table)
{
    g_autofree char *name = g_ascii_strdown(table ? table : "", -1);

    return g_hash_table_contains(lint->used, name) && !g_hash_table_contains(lint->fresh, name);
}

char *
mig_sqlite_lint_sql(const MigSqliteLint *lint, const char *table)
{
    return mig_sqlite_value(lint->scratch,
                            "SELECT sql FROM sqlite_schema WHERE type = 'table'"
                            " AND name = ?1 COLLATE NOCASE",
                            table, NULL);
}

MigSqliteTable *
mig_sqlite_lint_table(const MigSqliteLint *lint, const char *table)
{
    g_autofree char *sql = table ? mig_sqlite_lint_sql(lint, table) : NULL;

    return sql ? mig_sqlite_table_parse(sql, NULL) : NULL;
}

char *
mig_sqlite_lint_name(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *name = g_strdup_vprintf(format, args);
    va_end(args);
    return mig_sqlite_name(name);
}

char *
mig_sqlite_lint_try(const MigSqliteLint *lint, guint index)
{
    g_autoptr(GError) error = NULL;

    if (!mig_sqlite_run(lint->scratch, "SAVEPOINT " TRIAL, NULL))
        return NULL;
    gboolean ok = run_statement(lint, index, &error);

    mig_sqlite_run(lint->scratch, "ROLLBACK TO " TRIAL, NULL);
    mig_sqlite_run(lint->scratch, "RELEASE " TRIAL, NULL);
    if (ok)
        return NULL;
    const MigErrorDetails *details = mig_error_details(error);

    return g_strdup(details && details->engine_message ? details->engine_message : error->message);
}

guint
mig_sqlite_lint_later(const MigSqliteLint *lint, guint index, MigSqliteLintVerb verb,
                      const char *name)
{
    for (guint i = index + 1; name && i < lint->read->len; i++) {
        const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, i);
        const char *object = verb == LINT_RENAME_TABLE ? statement->to : statement->name;

        if (statement->verb == verb && object && g_ascii_strcasecmp(object, name) == 0)
            return i;
    }
    return 0;
}

gint64
mig_sqlite_lint_live_bytes(const MigSqliteLint *lint, const char *table)
{
    if (!lint->live)
        return -1;
    g_autofree char *own = mig_sqlite_value(
        lint->live, "SELECT sum(pgsize) FROM dbstat WHERE name = ?1 COLLATE NOCASE", table, NULL);
    g_autofree char *all =
        own ? NULL
            : mig_sqlite_value(lint->live,
                               "SELECT page_count * page_size FROM pragma_page_count,"
                               " pragma_page_size",
                               NULL, NULL);

    return own || all ? g_ascii_strtoll(own ? own : all, NULL, 10) : -1;
}

gboolean
mig_sqlite_lint_live_is_empty(const MigSqliteLint *lint, const char *table)
{
    g_autofree char *quoted = mig_sqlite_quote_name(table);
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM main.%s LIMIT 1", quoted);
    g_autofree char *row = lint->live ? mig_sqlite_value(lint->live, sql, NULL, NULL) : NULL;

    return lint->live && !row;
}
