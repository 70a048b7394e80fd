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

static gboolean
is_managed(const MigObject *object)
{
    return !object->unmanaged && !(object->parent && object->parent->unmanaged);
}

static void
try_object(MigSqlite *scratch, MigObject *object)
{
    const char *sql = mig_object_get(object, "sql");

    if (sqlite3_exec(scratch->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        mig_sqlite_unmanage(object, MIG_SQLITE_UNLOADABLE, sqlite3_errmsg(scratch->db));
}

/* Views and triggers load whatever they mention, so tables and indexes tell. */
static void
try_all(MigSqlite *scratch, const MigSchema *schema)
{
    static const char *const order[] = {"table", "virtual table", "index"};
    const GPtrArray *objects = mig_schema_objects(schema);

    sqlite3_exec(scratch->db, "BEGIN", NULL, NULL, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        for (guint j = 0; j < objects->len; j++) {
            MigObject *object = objects->pdata[j];

            if (strcmp(object->kind, order[i]) == 0 && is_managed(object))
                try_object(scratch, object);
        }
    }
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
