#include "dialects/sqlite/sqlite_settings.h"

#include <string.h>

#include "dialects/sqlite/sqlite_ddl.h"

/* Settings of the connection that can be read back. Those of the file (user_version, auto_vacuum…)
 * are the script's business. query_only comes first: it may bar the way to the others. */
static const char *const names[] = {
    "query_only",         "writable_schema",  "legacy_alter_table",   "ignore_check_constraints",
    "recursive_triggers", "trusted_schema",   "defer_foreign_keys",   "reverse_unordered_selects",
    "cell_size_check",    "automatic_index",  "full_column_names",    "short_column_names",
    "count_changes",      "read_uncommitted", "secure_delete",        "cache_size",
    "cache_spill",        "analysis_limit",   "locking_mode",         "max_page_count",
    "busy_timeout",       "threads",          "wal_autocheckpoint",   "journal_size_limit",
    "fullfsync",          "mmap_size",        "checkpoint_fullfsync",
};

/* Those that a transaction keeps from being set. */
static const char *const outside_names[] = {"synchronous", "temp_store", "foreign_keys",
                                            "journal_mode"};

struct _MigSqliteSettings {
    char *values[G_N_ELEMENTS(names)]; /* NULL: this SQLite has no such setting */
    char *outside[G_N_ELEMENTS(outside_names)];
    gboolean like_is_case_sensitive; /* can be set only, so it is found by trying */
    GPtrArray *temp_objects;         /* of char*: there from the beginning */
    GPtrArray *databases;
};

#define TEMP_OBJECTS                                                                               \
    "SELECT type || ' ' || name FROM temp.sqlite_master "                                          \
    "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid DESC"
#define DATABASES "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')"
#define TRY_LIKE "SELECT 'a' LIKE 'A'"

static char *
read_setting(MigSqlite *sqlite, const char *name)
{
    g_autofree char *sql = g_strconcat("PRAGMA ", name, NULL);

    return mig_sqlite_value(sqlite, sql, NULL, NULL);
}

static gboolean
write_setting(MigSqlite *sqlite, const char *name, const char *value, GError **error)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA %s = %s", name, value);

    return mig_sqlite_run(sqlite, sql, error);
}

static gboolean
put_back(MigSqlite *sqlite, const char *name, const char *value, GError **error)
{
    g_autofree char *now = value ? read_setting(sqlite, name) : NULL;

    return g_strcmp0(now, value) == 0 || write_setting(sqlite, name, value, error);
}

/* Any journal that can roll back may stay as the script set it; WAL is the file's own affair. */
static gboolean
put_back_journal(MigSqlite *sqlite, const char *value, GError **error)
{
    g_autofree char *now = read_setting(sqlite, "main.journal_mode");
    gboolean unsafe = g_strcmp0(now, "off") == 0 || g_strcmp0(now, "memory") == 0;

    return !unsafe || g_strcmp0(now, value) == 0 ||
           write_setting(sqlite, "main.journal_mode", value, error);
}

static gboolean
turn_keys_off(MigSqlite *sqlite, GError **error)
{
    if (!write_setting(sqlite, "foreign_keys", "OFF", error))
        return FALSE;
    g_autofree char *now = read_setting(sqlite, "foreign_keys");

    if (g_strcmp0(now, "1") != 0)
        return TRUE;
    mig_set_error(error, MIG_E_IN_TRANSACTION, "SQLite does not turn foreign keys off");
    return FALSE;
}

MigSqliteSettings *
mig_sqlite_settings_save(MigSqlite *sqlite, GError **error)
{
    g_autoptr(MigSqliteSettings) settings = g_new0(MigSqliteSettings, 1);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        settings->values[i] = read_setting(sqlite, names[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(outside_names); i++)
        settings->outside[i] = read_setting(sqlite, outside_names[i]);
    g_autofree char *like = mig_sqlite_value(sqlite, TRY_LIKE, NULL, NULL);

    settings->like_is_case_sensitive = g_strcmp0(like, "0") == 0;
    /* A connection of our own has none, and asking would make the temporary database: then a
     * script could no longer say where it is to be. */
    settings->temp_objects = sqlite->adopted ? mig_sqlite_column(sqlite, TEMP_OBJECTS, NULL, error)
                                             : g_ptr_array_new_with_free_func(g_free);
    if (!settings->temp_objects)
        return NULL;
    settings->databases = mig_sqlite_column(sqlite, DATABASES, NULL, error);
    if (!settings->databases || !turn_keys_off(sqlite, error))
        return NULL;
    return g_steal_pointer(&settings);
}

void
mig_sqlite_settings_free(MigSqliteSettings *settings)
{
    if (!settings)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_free(settings->values[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(outside_names); i++)
        g_free(settings->outside[i]);
    g_clear_pointer(&settings->temp_objects, g_ptr_array_unref);
    g_clear_pointer(&settings->databases, g_ptr_array_unref);
    g_free(settings);
}

static gboolean
reset_pragmas(MigSqliteSettings *settings, MigSqlite *sqlite, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!put_back(sqlite, names[i], settings->values[i], error))
            return FALSE;
    }
    return write_setting(sqlite, "case_sensitive_like",
                         settings->like_is_case_sensitive ? "ON" : "OFF", error);
}

static gboolean
contains(const GPtrArray *list, const char *text)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)list, text, g_str_equal, NULL);
}

/* Newest first, so that triggers and indexes go before what they are on; what went with another
 * object is no longer there. */
static gboolean
drop_temp_objects(MigSqliteSettings *settings, MigSqlite *sqlite, GError **error)
{
    g_autoptr(GPtrArray) now = mig_sqlite_column(sqlite, TEMP_OBJECTS, NULL, error);

    if (!now)
        return FALSE;
    for (guint i = 0; i < now->len; i++) {
        const char *space = strchr(now->pdata[i], ' ');

        if (contains(settings->temp_objects, now->pdata[i]))
            continue;
        g_autofree char *type = g_strndup(now->pdata[i], (gsize)(space - (char *)now->pdata[i]));
        g_autofree char *name = mig_sqlite_quote_name(space + 1);
        g_autofree char *sql = g_strdup_printf("DROP %s IF EXISTS temp.%s", type, name);

        if (!mig_sqlite_run(sqlite, sql, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
mig_sqlite_settings_reset(MigSqliteSettings *settings, MigSqlite *sqlite,
                          const MigSqliteGuard *guard, GError **error)
{
    if (guard->everything && !write_setting(sqlite, "writable_schema", "RESET", error))
        return FALSE;
    if (guard->setting_changed && !reset_pragmas(settings, sqlite, error))
        return FALSE;
    return !guard->temp_made || drop_temp_objects(settings, sqlite, error);
}

gboolean
mig_sqlite_settings_reset_outside(MigSqliteSettings *settings, MigSqlite *sqlite, GError **error)
{
    g_autoptr(GPtrArray) now = mig_sqlite_column(sqlite, DATABASES, NULL, error);

    for (guint i = 0; now && i < now->len; i++) {
        g_autofree char *name = mig_sqlite_quote_name(now->pdata[i]);
        g_autofree char *sql = g_strconcat("DETACH ", name, NULL);

        if (!contains(settings->databases, now->pdata[i]) && !mig_sqlite_run(sqlite, sql, error))
            return FALSE;
    }
    return now && reset_pragmas(settings, sqlite, error) &&
           drop_temp_objects(settings, sqlite, error) &&
           put_back(sqlite, "synchronous", settings->outside[0], error) &&
           put_back(sqlite, "temp_store", settings->outside[1], error) &&
           put_back_journal(sqlite, settings->outside[3], error) && turn_keys_off(sqlite, error);
}

void
mig_sqlite_settings_restore(MigSqliteSettings *settings, MigSqlite *sqlite)
{
    put_back(sqlite, "synchronous", settings->outside[0], NULL);
    put_back(sqlite, "temp_store", settings->outside[1], NULL);
    put_back(sqlite, "foreign_keys", settings->outside[2], NULL);
}
