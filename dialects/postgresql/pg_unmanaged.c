/* What we do not manage is reported by name: unmanaged.def lists it with the reasons. */
#include "dialects/postgresql/pg_introspect.h"

static const struct {
    const char *kind, *catalog, *sql, *text;
} kinds[] = {
#define UNMANAGED(kind, catalog, sql, text, why) {kind, catalog, sql, text},
#include "dialects/postgresql/unmanaged.def"
#undef UNMANAGED
};

/* One query over all: the server plans each branch, which must hence be simple. */
char *
mig_pg_unmanaged_sql(void)
{
    GString *sql = g_string_new("SELECT u.kind, n.nspname, u.name, u.rest FROM (");

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_string_append_printf(sql,
                               "%sSELECT %u, '%s'::regclass::oid, k.oid::oid, k.schema::oid,"
                               " k.name::text, k.rest::text FROM (%s) k (oid, schema, name, rest)",
                               i == 0 ? "" : " UNION ALL ", (guint)i, kinds[i].catalog,
                               kinds[i].sql);
    g_string_append(sql, ") u (kind, catalog, oid, schema, name, rest)"
                         " LEFT JOIN pg_namespace n ON n.oid = u.schema"
                         " WHERE (u.schema = 0 OR u.schema @schemas@)"
                         " AND (u.catalog, u.oid) NOT IN (SELECT classid, objid FROM pg_depend"
                         "  WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e')");
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
