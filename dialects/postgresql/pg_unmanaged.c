/* What we do not manage is reported by name: unmanaged.def lists it with the reasons. */
#include "dialects/postgresql/pg_introspect.h"

static const struct {
    const char *kind, *sql, *text;
} kinds[] = {
#define UNMANAGED(kind, sql, text, why) {kind, sql, text},
#include "dialects/postgresql/unmanaged.def"
#undef UNMANAGED
};

char *
mig_pg_unmanaged_sql(void)
{
    GString *sql = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_string_append_printf(sql,
                               "%sSELECT %u, u.schema::text, u.name::text, u.rest::text"
                               " FROM (%s) u (schema, name, rest)",
                               i == 0 ? "" : " UNION ALL ", (guint)i, kinds[i].sql);
    return g_string_free(sql, FALSE);
}

void
mig_pg_take_unmanaged(MigPgReader *reader, const MigPgRow *row)
{
    guint kind = mig_pg_number(row, 0);
    const char *namespace = mig_pg_text(row, 1), *name = mig_pg_text(row, 2);
    MigObject *object = namespace ? mig_schema_add_in(reader->schema, kinds[kind].kind, namespace,
                                                      name, mig_pg_text(row, 3))
                                  : mig_schema_add(reader->schema, kinds[kind].kind, NULL, name);

    object->unmanaged = g_strdup(kinds[kind].text);
}
