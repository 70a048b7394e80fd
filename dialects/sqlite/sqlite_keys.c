#include "dialects/sqlite/sqlite_keys.h"

#include <string.h>

/* All names in lower case. */
struct _MigSqliteKeys {
    GHashTable *parents;  /* child to set of its parents */
    GHashTable *children; /* parent to set of its children */
};

/* The word cannot be written in any other way in a statement that makes a foreign key. */
#define ALL_KEYS                                                                                   \
    "SELECT m.name, f.\"table\" FROM main.sqlite_master AS m, "                                    \
    "pragma_foreign_key_list(m.name, 'main') AS f "                                                \
    "WHERE m.type = 'table' AND instr(lower(m.sql), 'references') > 0"
#define KEYS_OF_TABLE "SELECT ?1, f.\"table\" FROM pragma_foreign_key_list(?1, 'main') AS f"

static void
link_names(GHashTable *index, const char *from, const char *to)
{
    GHashTable *set = g_hash_table_lookup(index, from);

    if (!set) {
        set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(index, g_strdup(from), set);
    }
    g_hash_table_add(set, g_strdup(to));
}

static gboolean
add_key(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    MigSqliteKeys *keys = user_data;
    g_autofree char *child = g_ascii_strdown(values[0], -1);
    g_autofree char *parent = g_ascii_strdown(values[1], -1);

    link_names(keys->parents, child, parent);
    link_names(keys->children, parent, child);
    return TRUE;
}

static void
forget_child(MigSqliteKeys *keys, const char *child)
{
    GHashTable *parents = g_hash_table_lookup(keys->parents, child);
    GHashTableIter iter;
    gpointer parent;

    if (!parents)
        return;
    g_hash_table_iter_init(&iter, parents);
    while (g_hash_table_iter_next(&iter, &parent, NULL))
        g_hash_table_remove(g_hash_table_lookup(keys->children, parent), child);
    g_hash_table_remove(keys->parents, child);
}

static gboolean
read_keys(MigSqliteKeys *keys, MigSqlite *sqlite, const char *table, GError **error)
{
    MigSql *sql =
        table ? mig_sql_new(-1, KEYS_OF_TABLE, table, NULL) : mig_sql_new(-1, ALL_KEYS, NULL);
    gboolean ok = mig_sqlite_query(&sqlite->base, sql, add_key, keys, error);

    mig_sql_free(sql);
    return ok;
}

static GHashTable *
new_index(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)g_hash_table_unref);
}

MigSqliteKeys *
mig_sqlite_keys_load(MigSqlite *sqlite, GError **error)
{
    g_autoptr(MigSqliteKeys) keys = g_new0(MigSqliteKeys, 1);

    keys->parents = new_index();
    keys->children = new_index();
    return read_keys(keys, sqlite, NULL, error) ? g_steal_pointer(&keys) : NULL;
}

void
mig_sqlite_keys_free(MigSqliteKeys *keys)
{
    if (!keys)
        return;
    g_hash_table_unref(keys->parents);
    g_hash_table_unref(keys->children);
    g_free(keys);
}

gboolean
mig_sqlite_keys_update(MigSqliteKeys *keys, MigSqlite *sqlite, const MigSqliteGuard *guard,
                       GError **error)
{
    GHashTableIter iter;
    gpointer table;

    if (guard->reload) {
        g_hash_table_remove_all(keys->parents);
        g_hash_table_remove_all(keys->children);
        return read_keys(keys, sqlite, NULL, error);
    }
    g_hash_table_iter_init(&iter, guard->reshaped);
    while (g_hash_table_iter_next(&iter, &table, NULL)) {
        forget_child(keys, table);
        if (!read_keys(keys, sqlite, table, error))
            return FALSE;
    }
    return TRUE;
}

static void
orphan_free(gpointer data)
{
    MigSqliteOrphan *orphan = data;

    g_free(orphan->table);
    g_free(orphan->parent);
    g_free(orphan->rowid);
    g_free(orphan);
}

void
mig_sqlite_orphans_free(MigSqliteOrphans *orphans)
{
    if (!orphans)
        return;
    g_clear_pointer(&orphans->tables, g_hash_table_unref);
    g_ptr_array_unref(orphans->rows);
    g_ptr_array_unref(orphans->mismatches);
    g_free(orphans);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_keys_of(GHashTable *set, GHashTable *more)
{
    GHashTableIter iter;
    gpointer name;

    if (!more)
        return;
    g_hash_table_iter_init(&iter, more);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_hash_table_add(set, name);
}

/* Tables with foreign keys to look at, sorted (of const char*, owned by keys). */
static GPtrArray *
concerned(const MigSqliteKeys *keys, const MigSqliteGuard *guard)
{
    g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer name, child;

    if (!guard || guard->everything) {
        add_keys_of(set, keys->parents);
    } else {
        g_hash_table_iter_init(&iter, guard->touched);
        while (g_hash_table_iter_next(&iter, &name, NULL)) {
            if (g_hash_table_lookup_extended(keys->parents, name, &child, NULL))
                g_hash_table_add(set, child);
            add_keys_of(set, g_hash_table_lookup(keys->children, name));
        }
    }
    GPtrArray *tables = g_ptr_array_new();

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_ptr_array_add(tables, name);
    g_ptr_array_sort(tables, compare_names);
    return tables;
}

static gboolean
add_orphan(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    MigSqliteOrphan *orphan = g_new0(MigSqliteOrphan, 1);

    orphan->table = g_strdup(values[0]);
    orphan->rowid = g_strdup(values[1]);
    orphan->parent = g_strdup(values[2]);
    g_ptr_array_add(user_data, orphan);
    return TRUE;
}

static gboolean
look_at(MigSqlite *sqlite, const char *table, MigSqliteOrphans *orphans, GError **error)
{
    g_autoptr(GError) own = NULL;
    MigSql *sql = mig_sql_new(-1,
                              "SELECT c.\"table\", c.\"rowid\", c.\"parent\" FROM "
                              "pragma_foreign_key_check(?1, 'main') AS c",
                              table, NULL);
    gboolean ok = mig_sqlite_query(&sqlite->base, sql, add_orphan, orphans->rows, &own);

    mig_sql_free(sql);
    if (ok)
        return TRUE;
    if (strstr(own->message, "foreign key mismatch")) {
        g_ptr_array_add(orphans->mismatches, g_strdup(table));
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

static GHashTable *
all_tables(MigSqlite *sqlite, GError **error)
{
    g_autoptr(GPtrArray) names = mig_sqlite_column(
        sqlite, "SELECT lower(name) FROM main.sqlite_master WHERE type = 'table'", NULL, error);

    if (!names)
        return NULL;
    GHashTable *tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < names->len; i++)
        g_hash_table_add(tables, g_strdup(names->pdata[i]));
    return tables;
}

gboolean
mig_sqlite_orphans_none(const MigSqliteOrphans *orphans)
{
    return orphans->rows->len == 0 && orphans->mismatches->len == 0;
}

MigSqliteOrphans *
mig_sqlite_orphans_find(MigSqlite *sqlite, const MigSqliteKeys *keys, const MigSqliteGuard *guard,
                        GError **error)
{
    g_autoptr(MigSqliteOrphans) orphans = g_new0(MigSqliteOrphans, 1);
    g_autoptr(GPtrArray) tables = concerned(keys, guard);

    orphans->rows = g_ptr_array_new_with_free_func(orphan_free);
    orphans->mismatches = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < tables->len; i++) {
        if (!look_at(sqlite, tables->pdata[i], orphans, error))
            return NULL;
    }
    if (mig_sqlite_orphans_none(orphans) && guard)
        return g_steal_pointer(&orphans);
    orphans->tables = all_tables(sqlite, error);
    return orphans->tables ? g_steal_pointer(&orphans) : NULL;
}

/* What makes a row the same before and after: its table and rowid, where a table that exists on
 * one side only (it was renamed) is as good as any other such. */
static char *
orphan_key(const MigSqliteOrphan *orphan, GHashTable *tables_of_other_side)
{
    g_autofree char *table = g_ascii_strdown(orphan->table, -1);
    gboolean known = g_hash_table_contains(tables_of_other_side, table);

    return g_strconcat(known ? table : "", "\n", orphan->rowid, NULL);
}

static GHashTable *
count_keys(const MigSqliteOrphans *orphans, GHashTable *tables_of_other_side)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < orphans->rows->len; i++) {
        char *key = orphan_key(orphans->rows->pdata[i], tables_of_other_side);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

        g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
    }
    return counts;
}

/* Rows of `after` that were not in `before` (of const MigSqliteOrphan*). */
static GPtrArray *
new_orphans(const MigSqliteOrphans *before, const MigSqliteOrphans *after)
{
    GPtrArray *found = g_ptr_array_new();
    g_autoptr(GHashTable) counts = count_keys(before, after->tables);

    for (guint i = 0; i < after->rows->len; i++) {
        g_autofree char *key = orphan_key(after->rows->pdata[i], before->tables);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));

        if (count == 0)
            g_ptr_array_add(found, after->rows->pdata[i]);
        else
            g_hash_table_insert(counts, g_steal_pointer(&key), GUINT_TO_POINTER(count - 1));
    }
    return found;
}

static gboolean
fail_orphans(const GPtrArray *found, GError **error)
{
    const guint shown = 5;
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < found->len && i < shown; i++) {
        const MigSqliteOrphan *orphan = found->pdata[i];

        g_string_append_printf(text, "%s'%s'", i ? ", " : "", orphan->table);
        if (orphan->rowid)
            g_string_append_printf(text, " rowid %s", orphan->rowid);
        g_string_append_printf(text, " (refers to '%s')", orphan->parent);
    }
    if (found->len > shown)
        g_string_append_printf(text, " and %u more", found->len - shown);
    mig_set_error(error, MIG_E_FOREIGN_KEY,
                  "the script leaves %u %s whose foreign key finds no row: %s", found->len,
                  found->len == 1 ? "row" : "rows", text->str);
    mig_error_set_hint(error ? *error : NULL,
                       "Scripts run with foreign keys off, so nothing cascades: delete or correct "
                       "these rows in the script.");
    return FALSE;
}

gboolean
mig_sqlite_orphans_compare(const MigSqliteOrphans *before, const MigSqliteOrphans *after,
                           GError **error)
{
    g_autoptr(GPtrArray) found = new_orphans(before, after);

    if (found->len > 0)
        return fail_orphans(found, error);
    for (guint i = 0; i < after->mismatches->len; i++) {
        const char *table = after->mismatches->pdata[i];

        if (!g_hash_table_contains(before->tables, table) ||
            g_ptr_array_find_with_equal_func(before->mismatches, table, g_str_equal, NULL))
            continue;
        mig_set_error(error, MIG_E_FOREIGN_KEY,
                      "the script leaves a foreign key of '%s' without a unique key to refer to",
                      table);
        mig_error_set_hint(error ? *error : NULL,
                           "Give the columns that it refers to a PRIMARY KEY or UNIQUE.");
        return FALSE;
    }
    return TRUE;
}
