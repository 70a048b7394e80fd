/* What belongs to objects of every kind: dependencies, comments, grants. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

static gboolean
is_within(const MigObject *object, const MigObject *outer)
{
    while (object && object != outer)
        object = object->parent;
    return object != NULL;
}

/* What an extension brought stands for the extension; arrays of its types are not counted among it.
 */
static void
take_member(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *extension = mig_pg_known(reader, MIG_PG_EXTENSION, mig_pg_number(row, 2), 0);

    if (extension)
        mig_pg_know_alias(reader, mig_pg_number(row, 0), mig_pg_number(row, 1), 0, extension);
}

const MigPgCatalog mig_pg_read_members = {
    "objects of extensions",
    "SELECT classid, objid, refobjid FROM pg_depend"
    " WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'"
    " UNION ALL SELECT d.classid, t.typarray, d.refobjid"
    " FROM pg_depend d JOIN pg_type t ON t.oid = d.objid"
    " WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'"
    " AND d.classid = 'pg_type'::regclass AND t.typarray <> 0",
    take_member,
};

static void
take_depend(MigPgReader *reader, const MigPgRow *row)
{
    guint catalog = mig_pg_number(row, 0);
    MigObject *object = mig_pg_meant(reader, catalog, mig_pg_number(row, 1), mig_pg_number(row, 2));
    const MigObject *needed =
        mig_pg_meant(reader, mig_pg_number(row, 3), mig_pg_number(row, 4), mig_pg_number(row, 5));

    if (!needed) /* a column of what stands for something else: an extension's table */
        needed = mig_pg_meant(reader, mig_pg_number(row, 3), mig_pg_number(row, 4), 0);
    if (!object || !needed || is_within(object, needed) || is_within(needed, object))
        return;
    if (needed->unmanaged ||
        (strcmp(object->kind, "extension") == 0 && catalog != MIG_PG_EXTENSION))
        return;
    for (; needed && !is_within(object, needed); needed = needed->parent)
        mig_object_depend(object, needed->identity);
}

/* What is in something needs that too, unless both are in it. Left out is what is internal (a type
 * of its table, an index of its constraint), what is implied (schemas), and the column that owns a
 * sequence, which is an attribute. */
const MigPgCatalog mig_pg_read_depends = {
    "dependencies",
    "SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid FROM pg_depend"
    " WHERE deptype IN ('n', 'a', 'P', 'S') AND objid >= 16384 AND refobjid >= 16384"
    " AND refclassid <> 'pg_namespace'::regclass"
    " AND NOT (classid = 'pg_class'::regclass AND objsubid = 0 AND deptype = 'a'"
    "  AND refclassid = 'pg_class'::regclass AND refobjsubid > 0"
    "  AND objid IN (SELECT seqrelid FROM pg_sequence))",
    take_depend,
};

static void
take_comment(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *object =
        mig_pg_known(reader, mig_pg_number(row, 0), mig_pg_number(row, 1), mig_pg_number(row, 2));

    if (object)
        mig_object_set(object, "comment", mig_pg_text(row, 3));
}

const MigPgCatalog mig_pg_read_comments = {
    "comments",
    "SELECT classoid, objoid, objsubid, description FROM pg_description WHERE objoid >= 16384",
    take_comment,
};

static void
take_grants(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *object =
        mig_pg_known(reader, mig_pg_number(row, 0), mig_pg_number(row, 1), mig_pg_number(row, 2));

    if (object)
        mig_object_set(object, "grants", mig_pg_text(row, 3));
}

/* The difference between an object's privileges and those that it is made with; who granted them is
 * left out, and so is what the owner may do anyway. */
const MigPgCatalog mig_pg_read_grants = {
    "grants",
    "WITH acls AS ("
    " SELECT 'pg_class'::regclass AS class, oid, 0 AS column, relacl AS acl, relowner AS owner,"
    "  acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner) AS usual"
    "  FROM pg_class WHERE oid >= 16384 AND relacl IS NOT NULL AND relnamespace @schemas@"
    " UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, c.relowner,"
    "  acldefault('c', c.relowner)"
    "  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    "  WHERE a.attrelid >= 16384 AND a.attacl IS NOT NULL AND NOT a.attisdropped"
    "  AND c.relnamespace @schemas@"
    " UNION ALL SELECT 'pg_proc'::regclass, oid, 0, proacl, proowner, acldefault('f', proowner)"
    "  FROM pg_proc WHERE oid >= 16384 AND proacl IS NOT NULL AND pronamespace @schemas@"
    " UNION ALL SELECT 'pg_type'::regclass, oid, 0, typacl, typowner, acldefault('T', typowner)"
    "  FROM pg_type WHERE oid >= 16384 AND typacl IS NOT NULL AND typnamespace @schemas@"
    " UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, nspacl, nspowner,"
    "  acldefault('n', nspowner) FROM pg_namespace WHERE nspacl IS NOT NULL AND oid @schemas@"
    " UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, srvacl, srvowner,"
    "  acldefault('S', srvowner) FROM pg_foreign_server WHERE srvacl IS NOT NULL"
    " UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, fdwowner,"
    "  acldefault('F', fdwowner) FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL"
    "), lines AS ("
    " SELECT l.class, l.oid, l.column, 'GRANT ' || g.privilege_type || ' TO ' AS verb, g.grantee,"
    "  CASE WHEN bool_or(g.is_grantable) THEN ' WITH GRANT OPTION' ELSE '' END AS rest"
    "  FROM acls l, aclexplode(l.acl) g WHERE g.grantee <> l.owner AND NOT EXISTS"
    "   (SELECT FROM aclexplode(l.usual) u WHERE u.grantee = g.grantee"
    "    AND u.privilege_type = g.privilege_type)"
    "  GROUP BY l.class, l.oid, l.column, g.privilege_type, g.grantee"
    " UNION ALL"
    " SELECT l.class, l.oid, l.column, 'REVOKE ' || u.privilege_type || ' FROM ', u.grantee, ''"
    "  FROM acls l, aclexplode(l.usual) u WHERE NOT EXISTS"
    "   (SELECT FROM aclexplode(l.acl) g WHERE g.grantee = u.grantee"
    "    AND g.privilege_type = u.privilege_type))"
    "SELECT l.class::oid, l.oid, l.column, string_agg(t.line, E'\\n' ORDER BY t.line COLLATE \"C\")"
    " FROM lines l LEFT JOIN pg_roles r ON r.oid = l.grantee, LATERAL"
    " (SELECT l.verb || CASE l.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END"
    "  || l.rest AS line) t GROUP BY l.class, l.oid, l.column",
    take_grants,
};
