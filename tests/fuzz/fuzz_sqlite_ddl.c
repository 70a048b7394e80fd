/* SQLite's CREATE statements. Whatever the bytes are, reading them ends and stays inside the text;
 * a CREATE TABLE that the engine takes is one that we read, and its dump loads to the same state.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "core/dialect.h"
#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_introspect.h"

static void
check_items(const MigSqliteTable *table, gsize length)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteItem *item = table->columns->pdata[i];

        g_assert(item->length > 0 && item->offset + item->length <= length);
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        const MigSqliteItem *item = table->constraints->pdata[i];

        g_assert(item->length > 0 && item->offset + item->length <= length);
    }
}

static void
read_table(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(text, &error);

    g_assert(!table != !error);
    if (!table)
        return;
    g_autofree char *renamed = mig_sqlite_table_retitle(text, "other \"name\"", NULL);
    g_autoptr(MigSqliteTable) again = mig_sqlite_table_parse(renamed, NULL);

    check_items(table, strlen(text));
    g_assert(again && strcmp(again->name, "other \"name\"") == 0);
    g_assert(again->columns->len == table->columns->len);
}

/* NULL when the engine refuses the text. */
static MigSchema *
load(const char *text)
{
    const MigDialect *dialect = mig_dialect_by_name("sqlite");
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, NULL);
    MigSchema *schema = NULL;

    if (dialect->execute(scratch, text, strlen(text), NULL, NULL))
        schema = dialect->introspect(scratch, NULL, NULL);
    dialect->close(scratch);
    return schema;
}

static void
load_and_dump(const char *text)
{
    g_autoptr(MigSchema) schema = load(text);
    const GPtrArray *objects = schema ? mig_schema_objects(schema) : NULL;

    for (guint i = 0; objects && i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (object->unmanaged) {
            g_assert(g_str_has_prefix(object->kind, "temporary ") ||
                     !g_utf8_validate(text, -1, NULL));
            return;
        }
    }
    if (!schema)
        return;
    g_autofree char *dump = mig_sqlite_dump(schema);
    g_autoptr(MigSchema) again = load(dump);

    g_assert(again && strcmp(mig_schema_hash(schema), mig_schema_hash(again)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = size ? g_strndup((const char *)data, size) : g_strdup("");
    g_autofree char *upper = g_ascii_strup(text, -1);

    read_table(text);
    /* Queries may run for ever. */
    if (g_str_has_prefix(upper, "CREATE") && !strstr(upper, "WITH RECURSIVE"))
        load_and_dump(text);
    return 0;
}
