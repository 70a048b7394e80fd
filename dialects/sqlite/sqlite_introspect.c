#include "dialects/sqlite/sqlite_introspect.h"

#include <string.h>

#include "core/error.h"
#include "dialects/sqlite/sqlite_objects.h"
#include "dialects/sqlite/sqlite_unmanaged.h"

/* A row of sqlite_schema. */
typedef struct {
    char *type, *name, *table, *sql;
} Row;

static void
row_free(gpointer data)
{
    Row *row = data;

    g_free(row->type);
    g_free(row->name);
    g_free(row->table);
    g_free(row->sql);
    g_free(row);
}

static gboolean
take_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    GPtrArray *rows = user_data;

    if (!values[0] || !values[1])
        return TRUE;
    Row *row = g_new0(Row, 1);

    row->type = g_strdup(values[0]);
    row->name = g_strdup(values[1]);
    row->table = g_strdup(values[2]);
    row->sql = g_strdup(values[3]);
    g_ptr_array_add(rows, row);
    return TRUE;
}

static gboolean
take_name(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    g_hash_table_add(user_data, g_ascii_strdown(values[0], -1));
    return TRUE;
}

static gboolean
run(MigConnection *connection, const char *sql, MigRowFunc func, gpointer user_data, GError **error)
{
    MigSql *query = mig_sql_new(-1, sql, NULL);
    gboolean ok = connection->dialect->query(connection, query, func, user_data, error);

    mig_sql_free(query);
    return ok;
}

static gboolean
is_virtual(const Row *row)
{
    return row->sql && strcmp(row->type, "table") == 0 &&
           g_ascii_strncasecmp(row->sql, "CREATE VIRTUAL", strlen("CREATE VIRTUAL")) == 0;
}

/* The names that the modules SQLite comes with give to their shadow tables. */
static const struct {
    const char *module, *suffixes;
} shadow_names[] = {
    {"fts3", "content segments segdir docsize stat"},
    {"fts4", "content segments segdir docsize stat"},
    {"fts5", "data idx content docsize config"},
    {"rtree", "node parent rowid"},
    {"rtree_i32", "node parent rowid"},
    {"geopoly", "node parent rowid"},
};

static void
add_shadows_by_name(GHashTable *shadows, const Row *row)
{
    g_autofree char *module = mig_sqlite_module_name(row->sql);

    for (gsize i = 0; module && i < G_N_ELEMENTS(shadow_names); i++) {
        if (g_ascii_strcasecmp(module, shadow_names[i].module) != 0)
            continue;
        g_auto(GStrv) suffixes = g_strsplit(shadow_names[i].suffixes, " ", -1);

        for (char **suffix = suffixes; *suffix; suffix++) {
            g_autofree char *name = g_strdup_printf("%s_%s", row->name, *suffix);

            g_hash_table_add(shadows, g_ascii_strdown(name, -1));
        }
    }
}

/* Set of the shadow tables' names, in lower case. SQLite tells from 3.37 on, and only of modules
 * that are loaded. */
static GHashTable *
find_shadows(MigConnection *connection, const GPtrArray *rows)
{
    GHashTable *shadows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean any = FALSE;

    for (guint i = 0; i < rows->len; i++) {
        const Row *row = rows->pdata[i];

        if (!is_virtual(row))
            continue;
        any = TRUE;
        add_shadows_by_name(shadows, row);
    }
    if (any)
        run(connection,
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
            take_name, shadows, NULL);
    return shadows;
}

static gboolean
is_hidden(const Row *row, GHashTable *shadows)
{
    g_autofree char *name = g_ascii_strdown(row->name, -1);
    g_autofree char *table = g_ascii_strdown(row->table ? row->table : "", -1);

    return g_str_has_prefix(name, "sqlite_") || g_hash_table_contains(shadows, name) ||
           g_hash_table_contains(shadows, table);
}

static void
add_table(MigSchema *schema, const Row *row)
{
    g_autoptr(GError) error = NULL;
    const gboolean is_utf8 = !row->sql || g_utf8_validate(row->sql, -1, NULL);

    if (row->sql && is_utf8 && mig_sqlite_table_add(schema, row->name, row->sql, &error))
        return;
    MigObject *table = mig_schema_add(schema, "table", NULL, row->name);

    mig_object_set_rendering(table, "sql", row->sql);
    if (is_utf8)
        mig_sqlite_unmanage(table, MIG_SQLITE_UNREADABLE, error ? error->message : NULL);
    else
        mig_sqlite_unmanage(table, MIG_SQLITE_NOT_UTF8, NULL);
}

static MigObject *
add_stored(MigSchema *schema, const char *kind, MigObject *parent, const Row *row)
{
    MigObject *object = mig_schema_add(schema, kind, parent, row->name);

    mig_object_set_rendering(object, "sql", row->sql);
    if (parent)
        mig_object_depend(object, parent->identity);
    return object;
}

static MigObject *
find_relation(const MigSchema *schema, const char *name)
{
    static const char *const kinds[] = {"table", "view", "virtual table"};
    MigObject *found = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds) && !found && name; i++)
        found = mig_schema_lookup(schema, kinds[i], NULL, name);
    return found;
}

/* Tables and views are first, so that what hangs on them finds its parent. Returns what is still to
 * be read, once all names are known. */
static GPtrArray *
add_rows(MigSchema *schema, const GPtrArray *rows, GHashTable *shadows)
{
    GPtrArray *unread = g_ptr_array_new();

    for (guint i = 0; i < rows->len; i++) {
        const Row *row = rows->pdata[i];

        if (is_hidden(row, shadows))
            continue;
        if (is_virtual(row))
            g_ptr_array_add(unread, add_stored(schema, "virtual table", NULL, row));
        else if (strcmp(row->type, "table") == 0)
            add_table(schema, row);
        else if (strcmp(row->type, "view") == 0)
            g_ptr_array_add(unread, add_stored(schema, "view", NULL, row));
    }
    for (guint i = 0; i < rows->len; i++) {
        const Row *row = rows->pdata[i];
        gboolean is_index = strcmp(row->type, "index") == 0 && row->sql;

        if ((is_index || strcmp(row->type, "trigger") == 0) && !is_hidden(row, shadows))
            g_ptr_array_add(unread,
                            add_stored(schema, row->type, find_relation(schema, row->table), row));
    }
    return unread;
}

MigSchema *
mig_sqlite_introspect(MigConnection *connection, const MigIntrospectOptions *options,
                      GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);

    if (!run(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid",
             take_row, rows, error))
        return NULL;
    MigSchema *schema = mig_schema_new(TRUE);
    g_autoptr(GHashTable) shadows = find_shadows(connection, rows);
    g_autoptr(GPtrArray) unread = add_rows(schema, rows, shadows);
    g_autoptr(MigSqliteNames) names = unread->len > 0 ? mig_sqlite_names_new(schema) : NULL;

    for (guint i = 0; i < unread->len; i++)
        mig_sqlite_object_read(unread->pdata[i], names);
    mig_schema_seal(schema);
    return schema;
}
