/* Schemas, extensions, servers outside: what is in no schema itself. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

static MigObject *
add_root(MigPgReader *reader, const char *kind, const MigPgRow *row, guint catalog)
{
    MigObject *object = mig_schema_add(reader->schema, kind, NULL, mig_pg_text(row, 1));

    mig_pg_know(reader, catalog, mig_pg_number(row, 0), 0, object);
    return object;
}

static void
take_schema(MigPgReader *reader, const MigPgRow *row)
{
    if (strcmp(mig_pg_text(row, 1), reader->default_schema) != 0)
        add_root(reader, "schema", row, MIG_PG_NAMESPACE);
}

const MigPgCatalog mig_pg_read_schemas = {
    "schemas",
    "SELECT n.oid, n.nspname FROM pg_namespace n WHERE n.oid @schemas@"
    " AND n.oid NOT IN (@members@ 'pg_namespace'::regclass)",
    take_schema,
};

static void
take_extension(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *extension = add_root(reader, "extension", row, MIG_PG_EXTENSION);
    const char *schema = mig_pg_text(row, 2);
    const MigObject *own = mig_schema_lookup(reader->schema, "schema", NULL, schema);

    if (own)
        mig_object_depend(extension, own->identity);
    if (strcmp(schema, reader->default_schema) != 0)
        mig_object_set(extension, "schema", schema);
    mig_object_set_rendering(extension, "version", mig_pg_text(row, 3));
}

/* plpgsql comes with every database. */
const MigPgCatalog mig_pg_read_extensions = {
    "extensions",
    "SELECT e.oid, e.extname, n.nspname, e.extversion FROM pg_extension e"
    " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384",
    take_extension,
};

static void
take_wrapper(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *wrapper = add_root(reader, "foreign-data wrapper", row, MIG_PG_FOREIGN_DATA_WRAPPER);

    mig_object_set(wrapper, "handler", mig_pg_unprefixed(reader, mig_pg_text(row, 2)));
    mig_object_set(wrapper, "validator", mig_pg_unprefixed(reader, mig_pg_text(row, 3)));
    mig_object_set_rendering(wrapper, "foreign-options", mig_pg_text(row, 4));
}

const MigPgCatalog mig_pg_read_wrappers = {
    "foreign-data wrappers",
    "SELECT w.oid, w.fdwname, CASE WHEN w.fdwhandler <> 0 THEN w.fdwhandler::regproc END,"
    " CASE WHEN w.fdwvalidator <> 0 THEN w.fdwvalidator::regproc END,"
    " (SELECT @foreign-options@ FROM pg_options_to_table(w.fdwoptions))"
    " FROM pg_foreign_data_wrapper w"
    " WHERE w.oid NOT IN (@members@ 'pg_foreign_data_wrapper'::regclass)",
    take_wrapper,
};

static void
take_server(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *server = add_root(reader, "foreign server", row, MIG_PG_FOREIGN_SERVER);

    mig_object_set(server, "wrapper", mig_pg_text(row, 2));
    mig_object_set(server, "type", mig_pg_text(row, 3));
    mig_object_set(server, "version", mig_pg_text(row, 4));
    mig_object_set_rendering(server, "foreign-options", mig_pg_text(row, 5));
}

/* Where a server is differs between production, staging and tests: its options make no difference. */
const MigPgCatalog mig_pg_read_servers = {
    "foreign servers",
    "SELECT s.oid, s.srvname, quote_ident(w.fdwname), quote_literal(s.srvtype),"
    " quote_literal(s.srvversion),"
    " (SELECT @foreign-options@ FROM pg_options_to_table(s.srvoptions))"
    " FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw"
    " WHERE s.oid NOT IN (@members@ 'pg_foreign_server'::regclass)",
    take_server,
};

static void
take_event_trigger(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *trigger = add_root(reader, "event trigger", row, MIG_PG_EVENT_TRIGGER);

    mig_object_set(trigger, "event", mig_pg_text(row, 2));
    mig_object_set(trigger, "function", mig_pg_unprefixed(reader, mig_pg_text(row, 3)));
    mig_object_set(trigger, "tags", mig_pg_text(row, 4));
    mig_pg_set_enabled(trigger, mig_pg_char(row, 5));
}

const MigPgCatalog mig_pg_read_event_triggers = {
    "event triggers",
    "SELECT t.oid, t.evtname, t.evtevent, t.evtfoid::regproc,"
    " (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag COLLATE \"C\")"
    "  FROM unnest(t.evttags) tag), t.evtenabled"
    " FROM pg_event_trigger t WHERE t.oid NOT IN (@members@ 'pg_event_trigger'::regclass)",
    take_event_trigger,
};
