#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

gint64
mig_pg_run_key(const char *schema, const char *table)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;
    guint64 key = 0;

    g_checksum_update(checksum, (const guchar *)"migrate", 8);
    g_checksum_update(checksum, (const guchar *)schema, (gssize)strlen(schema) + 1);
    g_checksum_update(checksum, (const guchar *)table, (gssize)strlen(table));
    g_checksum_get_digest(checksum, digest, &length);
    for (gsize i = 0; i < sizeof key; i++)
        key = key << 8 | digest[i];
    return (gint64)key;
}

char *
mig_pg_run_key_sql(const char *schema, const char *table)
{
    g_autofree char *literal = mig_pg_quote_literal(table);

    return g_strdup_printf(
        "('x' || pg_catalog.encode(pg_catalog.substr(pg_catalog.sha256("
        "'migrate\\000'::pg_catalog.bytea || pg_catalog.convert_to(%s, 'UTF8') || "
        "'\\000'::pg_catalog.bytea || pg_catalog.convert_to(%s, 'UTF8')), 1, 8), 'hex'))"
        "::pg_catalog.bit(64)::pg_catalog.int8",
        schema, literal);
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
mig_pg_rows_text(const GPtrArray *rows)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy((GPtrArray *)rows, NULL, NULL);

    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_ids);
    return mig_rows_join(sorted);
}
