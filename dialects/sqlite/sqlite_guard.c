#include "dialects/sqlite/sqlite_guard.h"

#include <string.h>

#include "dialects/sqlite/sqlite_broken.h"
#include "dialects/sqlite/sqlite_ddl.h"

/* An index or trigger that was dropped with its table. */
typedef struct {
    char *key; /* "index x" */
    char *kind, *name;
    char *table; /* as it was called before the unit */
} Risk;

static void
risk_free(gpointer data)
{
    Risk *risk = data;

    g_free(risk->key);
    g_free(risk->kind);
    g_free(risk->name);
    g_free(risk->table);
    g_free(risk);
}

static GHashTable *
new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
set_add(GHashTable *set, const char *name)
{
    g_hash_table_add(set, g_ascii_strdown(name, -1));
}

static char *
object_key(const char *kind, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return g_strconcat(kind, " ", lower, NULL);
}

static void refuse(MigSqliteGuard *guard, MigErrorCode code, const char *hint, const char *format,
                   ...) G_GNUC_PRINTF(4, 5);

static void
refuse(MigSqliteGuard *guard, MigErrorCode code, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_clear_error(&guard->refusal);
    guard->refusal = mig_error_new(code, "%s", message);
    mig_error_set_hint(guard->refusal, "%s", hint);
}

static int
refuse_transaction(MigSqliteGuard *guard, const char *what)
{
    refuse(guard, MIG_E_TRANSACTION_CONTROL,
           "Take the statement out: the tool opens and ends the transaction itself.",
           "'%s' in a script", what);
    return SQLITE_DENY;
}

/* A NULL file name is an expression: it may name any file. */
static int
judge_attach(MigSqliteGuard *guard, const char *file)
{
    if (guard->scratch && !(file && (*file == '\0' || strcmp(file, ":memory:") == 0))) {
        refuse(guard, MIG_E_UNSUPPORTED, "Statements that reach files run on the database only.",
               "a script may not open or write files on scratch");
        return SQLITE_DENY;
    }
    return SQLITE_OK;
}

static gboolean
is_own_table(const MigUnit *unit, const char *table)
{
    return unit && table &&
           ((unit->version_table && g_ascii_strcasecmp(table, unit->version_table) == 0) ||
            (unit->log_table && g_ascii_strcasecmp(table, unit->log_table) == 0));
}

static int
judge_write(MigSqliteGuard *guard, const char *table)
{
    if (!is_own_table(guard->unit, table))
        return SQLITE_OK;
    refuse(guard, MIG_E_STATEMENT, "Take the statement out; `migrate stamp` sets the version rows.",
           "a script may not change the tool's own table '%s'", table);
    return SQLITE_DENY;
}

static void
note_write(MigSqliteGuard *guard, const char *table)
{
    if (g_ascii_strcasecmp(table, "sqlite_master") == 0 ||
        g_ascii_strcasecmp(table, "sqlite_schema") == 0)
        guard->writes_schema = TRUE;
    else if (g_ascii_strncasecmp(table, "sqlite_", 7) != 0)
        set_add(guard->touched, table);
}

static void
note_removal(MigSqliteGuard *guard, const char *kind, const char *name)
{
    g_ptr_array_add(guard->removes, object_key(kind, name));
}

static int
judge_ddl(MigSqliteGuard *guard, int action, const char *first, const char *second)
{
    guard->is_ddl = TRUE;
    switch (action) {
    case SQLITE_CREATE_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_VTABLE:
        set_add(guard->touched, first);
        set_add(guard->reshaped, first);
        if (action != SQLITE_CREATE_TABLE)
            g_ptr_array_add(guard->drops, g_strdup(first));
        return judge_write(guard, first);
    case SQLITE_DROP_VIEW:
        g_ptr_array_add(guard->drops, g_strdup(first));
        return SQLITE_OK;
    case SQLITE_ALTER_TABLE: /* first: the database */
        g_free(guard->altered);
        guard->altered = g_ascii_strdown(second, -1);
        return judge_write(guard, second);
    case SQLITE_DROP_INDEX: /* may be the one that a foreign key needs */
        set_add(guard->touched, second);
        note_removal(guard, "index", first);
        return SQLITE_OK;
    case SQLITE_DROP_TRIGGER:
        note_removal(guard, "trigger", first);
        return SQLITE_OK;
    case SQLITE_CREATE_INDEX:
        g_hash_table_add(guard->made, object_key("index", first));
        return SQLITE_OK;
    case SQLITE_CREATE_TRIGGER:
        g_hash_table_add(guard->made, object_key("trigger", first));
        return judge_write(guard, second);
    default:
        return SQLITE_OK;
    }
}

static int
authorize(void *data, int action, const char *first, const char *second, const char *database,
          const char *trigger)
{
    MigSqliteGuard *guard = data;

    if (action == SQLITE_ATTACH)
        return judge_attach(guard, first);
    if (!guard->listening || action == SQLITE_READ || action == SQLITE_SELECT ||
        action == SQLITE_FUNCTION)
        return SQLITE_OK;
    gboolean in_main = database && strcmp(database, "main") == 0;

    switch (action) {
    case SQLITE_TRANSACTION:
        return refuse_transaction(guard, first);
    case SQLITE_SAVEPOINT:
        return refuse_transaction(guard, "SAVEPOINT");
    case SQLITE_PRAGMA:
        guard->setting_changed |= second != NULL;
        return SQLITE_OK;
    case SQLITE_CREATE_TEMP_TRIGGER:
        guard->temp_made = TRUE;
        return judge_write(guard, second);
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_VIEW:
        guard->temp_made = TRUE;
        return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        if (!in_main)
            return SQLITE_OK;
        note_write(guard, first);
        return judge_write(guard, first);
    case SQLITE_ALTER_TABLE:
        in_main = strcmp(first, "main") == 0;
        break;
    }
    return in_main ? judge_ddl(guard, action, first, second) : SQLITE_OK;
}

MigSqliteGuard *
mig_sqlite_guard_new(MigSqlite *sqlite, gboolean scratch)
{
    MigSqliteGuard *guard = g_new0(MigSqliteGuard, 1);

    guard->sqlite = sqlite;
    guard->scratch = scratch;
    guard->drops = g_ptr_array_new_with_free_func(g_free);
    guard->removes = g_ptr_array_new_with_free_func(g_free);
    guard->touched = new_set();
    guard->reshaped = new_set();
    guard->dropped = new_set();
    guard->origins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guard->made = new_set();
    guard->removed = new_set();
    guard->at_risk = g_ptr_array_new_with_free_func(risk_free);
    sqlite3_set_authorizer(sqlite->db, authorize, guard);
    return guard;
}

void
mig_sqlite_guard_free(MigSqliteGuard *guard)
{
    if (!guard)
        return;
    sqlite3_set_authorizer(guard->sqlite->db, NULL, NULL);
    g_clear_error(&guard->refusal);
    g_free(guard->altered);
    g_ptr_array_unref(guard->drops);
    g_ptr_array_unref(guard->removes);
    g_hash_table_unref(guard->touched);
    g_hash_table_unref(guard->reshaped);
    g_hash_table_unref(guard->dropped);
    g_hash_table_unref(guard->origins);
    g_hash_table_unref(guard->made);
    g_hash_table_unref(guard->removed);
    g_ptr_array_unref(guard->at_risk);
    g_free(guard);
}

static void
forget_statement(MigSqliteGuard *guard)
{
    g_ptr_array_set_size(guard->drops, 0);
    g_ptr_array_set_size(guard->removes, 0);
    g_clear_pointer(&guard->altered, g_free);
    guard->is_ddl = guard->writes_schema = FALSE;
}

void
mig_sqlite_guard_begin(MigSqliteGuard *guard, const MigUnit *unit)
{
    guard->unit = unit;
    forget_statement(guard);
    g_hash_table_remove_all(guard->touched);
    g_hash_table_remove_all(guard->reshaped);
    g_hash_table_remove_all(guard->dropped);
    g_hash_table_remove_all(guard->origins);
    g_hash_table_remove_all(guard->made);
    g_hash_table_remove_all(guard->removed);
    g_ptr_array_set_size(guard->at_risk, 0);
    guard->reload = guard->everything = guard->temp_made = guard->setting_changed = FALSE;
}

/* The name that a table now called so had before the unit. */
static const char *
origin_of(MigSqliteGuard *guard, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    const char *origin = g_hash_table_lookup(guard->origins, lower);

    return origin ? origin : name;
}

static gboolean
note_risk(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    MigSqliteGuard *guard = user_data;
    g_autofree char *key = object_key(values[0], values[1]);

    if (g_hash_table_contains(guard->made, key))
        return TRUE;
    Risk *risk = g_new0(Risk, 1);

    risk->key = g_steal_pointer(&key);
    risk->kind = g_strdup(values[0]);
    risk->name = g_strdup(values[1]);
    risk->table = g_strdup(values[2]);
    g_ptr_array_add(guard->at_risk, risk);
    return TRUE;
}

/* Notes what will go with the tables and views that the statement drops. */
static gboolean
note_drops(MigSqliteGuard *guard, GError **error)
{
    for (guint i = 0; i < guard->drops->len; i++) {
        const char *table = guard->drops->pdata[i];
        const char *origin = origin_of(guard, table);
        MigSql *sql = mig_sql_new(-1,
                                  "SELECT type, name, ?2 FROM main.sqlite_master WHERE tbl_name = "
                                  "?1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS "
                                  "NOT NULL ORDER BY type, name",
                                  table, origin, NULL);
        gboolean ok = mig_sqlite_query(&guard->sqlite->base, sql, note_risk, guard, error);

        set_add(guard->dropped, origin);

        mig_sql_free(sql);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

/* The new name when an ALTER TABLE is `… RENAME TO name`. */
static char *
renamed_to(const char *sql, gsize length)
{
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        if (!mig_token_is(sql, token, "RENAME"))
            continue;
        if (!mig_token_is(sql, mig_lexer_next_code(&lexer), "TO"))
            return NULL;
        return mig_token_name(sql, mig_lexer_next_code(&lexer));
    }
    return NULL;
}

static gboolean
has_word(const char *sql, gsize length, const char *word)
{
    gsize word_length = strlen(word);

    for (gsize i = 0; i + word_length <= length; i++) {
        if (g_ascii_strncasecmp(sql + i, word, word_length) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
note_alter(MigSqliteGuard *guard, const char *sql, gsize length)
{
    g_autofree char *new_name = renamed_to(sql, length);

    if (new_name)
        g_hash_table_insert(guard->origins, g_ascii_strdown(new_name, -1),
                            g_strdup(origin_of(guard, guard->altered)));
    if (has_word(sql, length, "rename")) {
        guard->reload = TRUE;
    } else if (!has_word(sql, length, "references") && !has_word(sql, length, "drop")) {
        return; /* a plain new column */
    }
    set_add(guard->reshaped, guard->altered);
    set_add(guard->touched, guard->altered);
}

/* Between compiling and running a statement. */
static gboolean
note_statement(MigSqlite *sqlite, const char *sql, gsize length, gpointer user_data, GError **error)
{
    MigSqliteGuard *guard = user_data;

    guard->listening = FALSE;
    gboolean ok = note_drops(guard, error);

    /* VACUUM begins a transaction of its own when it runs. */
    guard->listening = !(guard->unit->off && mig_sqlite_needs_bare(sql, length));
    for (guint i = 0; guard->drops->len == 0 && i < guard->removes->len; i++)
        g_hash_table_add(guard->removed, g_strdup(guard->removes->pdata[i]));
    if (guard->altered)
        note_alter(guard, sql, length);
    if (guard->writes_schema && !guard->is_ddl)
        guard->reload = guard->everything = TRUE; /* PRAGMA writable_schema */
    forget_statement(guard);
    return ok;
}

gboolean
mig_sqlite_guard_run(MigSqliteGuard *guard, const MigStatement *statement, GError **error)
{
    const MigUnit *unit = guard->unit;

    forget_statement(guard);
    guard->listening = TRUE;
    gboolean ok =
        mig_sqlite_run_script_statement(guard->sqlite, unit->file, unit->text, unit->text_length,
                                        statement, note_statement, guard, error);

    guard->listening = FALSE;
    return ok;
}

static gboolean
exists(MigSqliteGuard *guard, const char *condition, const char *param, gboolean *ret,
       GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT 1 FROM main.sqlite_master WHERE %s COLLATE NOCASE", condition);
    g_autoptr(GPtrArray) found = mig_sqlite_column(guard->sqlite, sql, param, error);

    if (!found)
        return FALSE;
    *ret = found->len > 0;
    return TRUE;
}

#define IS_TABLE "type IN ('table', 'view') AND name = ?1"

gboolean
mig_sqlite_guard_was_rebuilt(MigSqliteGuard *guard, gboolean *ret, GError **error)
{
    GHashTableIter iter;
    gpointer name;
    gboolean found = FALSE;

    g_hash_table_iter_init(&iter, guard->dropped);
    while (!found && g_hash_table_iter_next(&iter, &name, NULL)) {
        if (!exists(guard, IS_TABLE, name, &found, error))
            return FALSE;
    }
    *ret = found;
    return TRUE;
}

/* Whether the index or trigger is gone although its table is there. */
static gboolean
is_lost(MigSqliteGuard *guard, const Risk *risk, gboolean *ret, GError **error)
{
    gboolean has_table = FALSE, has_object = FALSE;
    const char *condition = strcmp(risk->kind, "index") == 0 ? "type = 'index' AND name = ?1"
                                                             : "type = 'trigger' AND name = ?1";

    if (g_hash_table_contains(guard->removed, risk->key) ||
        mig_sqlite_matches_any(guard->unit->allow_drop, risk->name)) {
        *ret = FALSE;
        return TRUE;
    }
    if (!exists(guard, IS_TABLE, risk->table, &has_table, error) ||
        !exists(guard, condition, risk->name, &has_object, error))
        return FALSE;
    *ret = has_table && !has_object;
    return TRUE;
}

gboolean
mig_sqlite_guard_check_losses(MigSqliteGuard *guard, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const char *example = NULL;

    for (guint i = 0; i < guard->at_risk->len; i++) {
        const Risk *risk = guard->at_risk->pdata[i];
        gboolean lost = FALSE;

        if (!is_lost(guard, risk, &lost, error))
            return FALSE;
        if (!lost)
            continue;
        g_string_append_printf(names, "%s%s '%s' of '%s'", names->len ? ", " : "", risk->kind,
                               risk->name, risk->table);
        example = risk->name;
    }
    if (names->len == 0)
        return TRUE;
    mig_set_error(error, MIG_E_WOULD_LOSE, "the script makes a table anew and would lose %s",
                  names->str);
    mig_error_set_hint(error ? *error : NULL,
                       "Create them again in the script, drop them in it by name, or let them go "
                       "with --allow-drop '%s'.",
                       example);
    return FALSE;
}
