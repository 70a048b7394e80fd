/* Tables, views and materialized views, and their columns. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

enum {
    R_OID,
    R_SCHEMA,
    R_NAME,
    R_KIND,
    R_UNLOGGED,
    R_PARTITION_KEY,
    R_BOUND,
    R_OF_TYPE,
    R_METHOD,
    R_OPTIONS,
    R_SECURITY,
    R_FORCED,
    R_REPLICA,
    R_DEFINITION,
    R_POPULATED,
    R_ROW_TYPE,
    R_ARRAY_TYPE,
    R_SERVER,
    R_FOREIGN_OPTIONS
};

static const char *
kind_of_relation(char relkind)
{
    return relkind == 'v' ? "view" : relkind == 'm' ? "materialized view" : "table";
}

static void
set_security(MigObject *table, gboolean enabled, gboolean forced)
{
    const char *value = enabled && forced ? "enabled forced"
                        : enabled         ? "enabled"
                        : forced          ? "forced"
                                          : NULL;

    mig_object_set(table, "row-security", value);
}

/* The name of an index, where it is one, comes with the indexes. */
static void
set_replica_identity(MigObject *table, char identity)
{
    mig_object_set(table, "replica-identity",
                   identity == 'f'   ? "full"
                   : identity == 'n' ? "nothing"
                                     : NULL);
}

static void
take_relation(MigPgReader *reader, const MigPgRow *row)
{
    guint oid = mig_pg_number(row, R_OID);
    char relkind = mig_pg_char(row, R_KIND);
    MigObject *object =
        mig_pg_add_root(reader, kind_of_relation(relkind), mig_pg_text(row, R_SCHEMA),
                        mig_pg_text(row, R_NAME), NULL, MIG_PG_CLASS, oid);

    mig_pg_know_alias(reader, MIG_PG_TYPE, mig_pg_number(row, R_ROW_TYPE), 0, object);
    mig_pg_know_alias(reader, MIG_PG_TYPE, mig_pg_number(row, R_ARRAY_TYPE), 0, object);
    mig_object_set(object, "options", mig_pg_text(row, R_OPTIONS));
    mig_object_set(object, "access-method", mig_pg_text(row, R_METHOD));
    if (relkind == 'v' || relkind == 'm')
        mig_pg_set_definition(object, mig_pg_spelled(reader, row, R_DEFINITION));
    if (relkind == 'm' && !mig_pg_is(row, R_POPULATED))
        mig_object_set_rendering(object, "populated", "no");
    if (relkind != 'r' && relkind != 'p' && relkind != 'f')
        return;
    if (mig_pg_is(row, R_UNLOGGED) && relkind == 'p')
        mig_object_set_rendering(object, "unlogged", "yes");
    else if (mig_pg_is(row, R_UNLOGGED))
        mig_object_set(object, "persistence", "unlogged");
    mig_object_set(object, "partition-key", mig_pg_text(row, R_PARTITION_KEY));
    mig_object_set(object, "partition-bound", mig_pg_text(row, R_BOUND));
    mig_object_set(object, "of-type", mig_pg_text(row, R_OF_TYPE));
    mig_object_set(object, "server", mig_pg_text(row, R_SERVER));
    mig_object_set(object, "foreign-options", mig_pg_text(row, R_FOREIGN_OPTIONS));
    if (relkind == 'f')
        return;
    set_security(object, mig_pg_is(row, R_SECURITY), mig_pg_is(row, R_FORCED));
    set_replica_identity(object, mig_pg_char(row, R_REPLICA));
}

const MigPgCatalog mig_pg_read_relations = {
    "tables and views",
    "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence = 'u',"
    " CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,"
    " CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,"
    " CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,"
    " CASE WHEN m.amname <> current_setting('default_table_access_method')"
    "  THEN quote_ident(m.amname) END,"
    " CASE WHEN c.reloptions IS NOT NULL OR s.reloptions IS NOT NULL THEN"
    "  (SELECT @options@ FROM"
    "   (SELECT option_name, option_value FROM pg_options_to_table(c.reloptions)"
    "    UNION ALL SELECT 'toast.' || option_name, option_value"
    "     FROM pg_options_to_table(s.reloptions)) o) END,"
    " c.relrowsecurity, c.relforcerowsecurity, c.relreplident,"
    " CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,"
    " c.relispopulated, c.reltype, t.typarray, quote_ident(o.srvname),"
    " CASE WHEN f.ftoptions IS NOT NULL THEN"
    "  (SELECT @foreign-options@ FROM pg_options_to_table(f.ftoptions)) END"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_am m ON m.oid = c.relam"
    " LEFT JOIN pg_class s ON s.oid = c.reltoastrelid"
    " LEFT JOIN pg_type t ON t.oid = c.reltype"
    " LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid"
    " LEFT JOIN pg_foreign_server o ON o.oid = f.ftserver"
    " WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace @schemas@"
    " AND c.oid NOT IN (@members@ 'pg_class'::regclass)",
    take_relation,
};

/* The parent of a partition, or another one of the parents of a table; it may be of a schema that
 * is not read. */
static void
take_parent(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *child = mig_pg_known(reader, MIG_PG_CLASS, mig_pg_number(row, 0), 0);

    if (!child)
        return;
    const MigObject *parent = mig_pg_known(reader, MIG_PG_CLASS, mig_pg_number(row, 1), 0);

    if (!parent)
        parent = mig_schema_add_in(reader->outside, "table", mig_pg_text(row, 2),
                                   mig_pg_text(row, 3), NULL);
    if (mig_pg_is(row, 4)) {
        mig_object_set(child, "partition-of", parent->identity);
        return;
    }
    const char *others = mig_object_get(child, "inherits");
    g_autofree char *all =
        g_strconcat(others ? others : "", others ? "\n" : "", parent->identity, NULL);

    mig_object_set(child, "inherits", all);
}

const MigPgCatalog mig_pg_read_inheritance = {
    "inheritance",
    "SELECT h.inhrelid, h.inhparent, n.nspname, p.relname, c.relispartition"
    " FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid"
    " JOIN pg_class p ON p.oid = h.inhparent JOIN pg_namespace n ON n.oid = p.relnamespace"
    " WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace @schemas@"
    " ORDER BY h.inhrelid, h.inhseqno",
    take_parent,
};

enum {
    C_RELATION,
    C_NUMBER,
    C_NAME,
    C_KIND,
    C_TYPE,
    C_NOT_NULL,
    C_IDENTITY,
    C_GENERATED,
    C_DEFAULT,
    C_DEFAULT_OID,
    C_COLLATION,
    C_STORAGE,
    C_USUAL_STORAGE,
    C_COMPRESSION,
    C_STATISTICS,
    C_OPTIONS,
    C_INHERITED,
    C_LOCAL,
    C_BASE_TYPE,
    C_FOREIGN_OPTIONS
};

static const char *
storage_of(char storage)
{
    return storage == 'p'   ? "plain"
           : storage == 'e' ? "external"
           : storage == 'x' ? "extended"
           : storage == 'm' ? "main"
                            : NULL;
}

/* SET STORAGE knows DEFAULT from 16 on only: where it is another, what it would be is told. */
static void
set_storage(MigObject *column, const MigPgRow *row)
{
    const char *storage = storage_of(mig_pg_char(row, C_STORAGE));

    mig_object_set(column, "storage", storage);
    if (storage)
        mig_object_set_rendering(column, "usual-storage",
                                 storage_of(mig_pg_char(row, C_USUAL_STORAGE)));
}

static const char *
compression_of(char compression)
{
    return compression == 'p' ? "pglz" : compression == 'l' ? "lz4" : NULL;
}

static void
set_value(MigObject *column, const MigPgRow *row)
{
    char identity = mig_pg_char(row, C_IDENTITY), generated = mig_pg_char(row, C_GENERATED);
    const char *expression = mig_pg_text(row, C_DEFAULT);

    if (identity)
        mig_object_set(column, "identity", identity == 'a' ? "always" : "by default");
    if (!expression)
        return;
    mig_object_set(column, generated ? "generated" : "default", expression);
    if (generated)
        mig_object_set(column, "generated-kind", generated == 'v' ? "virtual" : "stored");
}

static void
set_column(MigPgReader *reader, MigObject *column, const MigPgRow *row)
{
    if (mig_pg_is(row, C_NOT_NULL) &&
        !mig_pg_is_loose(reader, mig_pg_number(row, C_RELATION), mig_pg_number(row, C_NUMBER)))
        mig_object_set(column, "not-null", "yes");
    mig_object_set(column, "collation", mig_pg_text(row, C_COLLATION));
    set_storage(column, row);
    mig_object_set(column, "compression", compression_of(mig_pg_char(row, C_COMPRESSION)));
    mig_object_set(column, "options", mig_pg_text(row, C_OPTIONS));
    mig_object_set(column, "foreign-options", mig_pg_text(row, C_FOREIGN_OPTIONS));
    mig_pg_set_yes(column, "inherited", row, C_INHERITED);
    if (mig_pg_is(row, C_INHERITED) && mig_pg_is(row, C_LOCAL))
        mig_object_set_rendering(column, "local", "yes");
    mig_object_set_rendering(column, "base-type", mig_pg_text(row, C_BASE_TYPE));
}

/* "1=100, 2=500": statistics targets of an index by its columns' numbers. */
static void
add_statistics(MigObject *index, const MigPgRow *row)
{
    const char *others = mig_object_get(index, "statistics");
    g_autofree char *all =
        g_strconcat(others ? others : "", others ? ", " : "", mig_pg_text(row, C_NUMBER), "=",
                    mig_pg_text(row, C_STATISTICS), NULL);

    mig_object_set(index, "statistics", all);
}

static int
next_position(MigPgReader *reader, guint relation)
{
    if (reader->relation != relation)
        reader->n_columns = 0;
    reader->relation = relation;
    return ++reader->n_columns;
}

static void
take_column(MigPgReader *reader, const MigPgRow *row)
{
    guint oid = mig_pg_number(row, C_RELATION);
    char relkind = mig_pg_char(row, C_KIND);
    MigObject *parent = mig_pg_known(reader, MIG_PG_CLASS, oid, 0);

    if (!parent)
        return;
    if (relkind == 'i' || relkind == 'I') {
        add_statistics(parent, row);
        return;
    }
    MigObject *column = mig_schema_add(reader->schema, relkind == 'c' ? "attribute" : "column",
                                       parent, mig_pg_text(row, C_NAME));

    column->position = next_position(reader, oid);
    mig_pg_know(reader, MIG_PG_CLASS, oid, mig_pg_number(row, C_NUMBER), column);
    mig_pg_know_alias(reader, MIG_PG_ATTRDEF, mig_pg_number(row, C_DEFAULT_OID), 0, column);
    if (relkind == 'v' || relkind == 'm') {
        mig_object_set_rendering(column, "type", mig_pg_text(row, C_TYPE));
        mig_object_set_rendering(column, "collation", mig_pg_text(row, C_COLLATION));
    } else {
        mig_object_set(column, "type", mig_pg_text(row, C_TYPE));
    }
    set_value(column, row);
    if (relkind == 'r' || relkind == 'p' || relkind == 'f')
        set_column(reader, column, row);
    else if (relkind == 'c')
        mig_object_set(column, "collation", mig_pg_text(row, C_COLLATION));
    if (relkind != 'c')
        mig_object_set(column, "statistics", mig_pg_text(row, C_STATISTICS));
}

const MigPgCatalog mig_pg_read_columns = {
    "columns",
    "SELECT a.attrelid, a.attnum, a.attname, c.relkind, format_type(a.atttypid, a.atttypmod),"
    " a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), d.oid,"
    " CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END,"
    " CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, t.typstorage,"
    " @compression@,"
    " CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,"
    " CASE WHEN a.attoptions IS NOT NULL THEN"
    "  (SELECT @options@ FROM pg_options_to_table(a.attoptions)) END,"
    " a.attinhcount > 0, a.attislocal,"
    " CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,"
    " CASE WHEN a.attfdwoptions IS NOT NULL THEN"
    "  (SELECT @foreign-options@ FROM pg_options_to_table(a.attfdwoptions)) END"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " JOIN pg_type t ON t.oid = a.atttypid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped"
    " AND c.relnamespace @schemas@"
    " AND (c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"
    "  OR c.relkind IN ('i', 'I') AND a.attstattarget >= 0)"
    " ORDER BY a.attrelid, a.attnum",
    take_column,
};
