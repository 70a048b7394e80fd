#include "dialects/sqlite/sqlite_unmanaged.h"

#include <string.h>

#include "dialects/sqlite/sqlite_driver.h"
#include "dialects/sqlite/sqlite_introspect.h"

static const char *const texts[] = {
#define UNMANAGED(name, text, why) [MIG_SQLITE_##name] = text,
#include "dialects/sqlite/unmanaged.def"
#undef UNMANAGED
};

void
mig_sqlite_unmanage(MigObject *object, MigSqliteUnmanaged reason, const char *detail)
{
    g_free(object->unmanaged);
    object->unmanaged = g_strdup_printf("%s%s%s", texts[reason], detail ? ": " : "",
                                        detail ? detail : "");
}

static void
try_object(MigSqlite *scratch, MigObject *object)
{
    const char *sql = mig_object_get(object, "sql");

    if (sqlite3_exec(scratch->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        mig_sqlite_unmanage(object, MIG_SQLITE_UNLOADABLE, sqlite3_errmsg(scratch->db));
}

/* A table with its indexes. Alone: SQLite searches the whole schema at every CREATE. */
static void
try_table(MigSqlite *scratch, MigObject *table)
{
    sqlite3_exec(scratch->db, "BEGIN", NULL, NULL, NULL);
    try_object(scratch, table);
    for (guint i = 0; !table->unmanaged && i < table->children->len; i++) {
        MigObject *child = table->children->pdata[i];

        if (strcmp(child->kind, "index") == 0 && !child->unmanaged)
            try_object(scratch, child);
    }
    sqlite3_exec(scratch->db, "ROLLBACK", NULL, NULL, NULL);
}

/* These may look at tables when they are made. */
static void
try_virtual_tables(MigSqlite *scratch, const GPtrArray *roots, const GPtrArray *virtual_tables)
{
    for (guint i = 0; i < roots->len; i++) {
        const MigObject *root = roots->pdata[i];

        if (strcmp(root->kind, "table") == 0 && !root->unmanaged)
            sqlite3_exec(scratch->db, mig_object_get(root, "sql"), NULL, NULL, NULL);
    }
    for (guint i = 0; i < virtual_tables->len; i++)
        try_object(scratch, virtual_tables->pdata[i]);
}

/* Views and triggers load whatever they mention. */
static void
try_all(MigSqlite *scratch, const MigSchema *schema)
{
    const GPtrArray *roots = mig_schema_roots(schema);
    g_autoptr(GPtrArray) virtual_tables = g_ptr_array_new();

    for (guint i = 0; i < roots->len; i++) {
        MigObject *root = roots->pdata[i];

        if (root->unmanaged)
            continue;
        if (strcmp(root->kind, "table") == 0)
            try_table(scratch, root);
        else if (strcmp(root->kind, "virtual table") == 0)
            g_ptr_array_add(virtual_tables, root);
    }
    if (virtual_tables->len > 0)
        try_virtual_tables(scratch, roots, virtual_tables);
}

/* What a model made in the temporary schema beside its own. */
static gboolean
add_temporary(MigSqlite *sqlite, MigSchema *schema, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_sqlite_column(
        sqlite, "SELECT type || ' ' || name FROM sqlite_temp_schema ORDER BY rowid", NULL, error);

    for (guint i = 0; rows && i < rows->len; i++) {
        g_auto(GStrv) row = g_strsplit(rows->pdata[i], " ", 2);
        g_autofree char *kind = g_strconcat("temporary ", row[0], NULL);

        mig_sqlite_unmanage(mig_schema_add(schema, g_intern_string(kind), NULL, row[1]),
                            MIG_SQLITE_TEMPORARY, NULL);
    }
    if (rows && rows->len > 0)
        mig_schema_seal(schema);
    return rows != NULL;
}

MigSchema *
mig_sqlite_read_state(MigConnection *connection, const MigIntrospectOptions *options,
                      GError **error)
{
    MigSqlite *sqlite = (MigSqlite *)connection;
    g_autoptr(MigSchema) schema = mig_sqlite_introspect(connection, options, error);

    if (!schema)
        return NULL;
    if (sqlite->scratch)
        return add_temporary(sqlite, schema, error) ? g_steal_pointer(&schema) : NULL;
    MigConnection *scratch = mig_sqlite_open_scratch(connection, NULL, error);

    if (!scratch)
        return NULL;
    try_all((MigSqlite *)scratch, schema);
    mig_sqlite_close(scratch);
    return g_steal_pointer(&schema);
}
