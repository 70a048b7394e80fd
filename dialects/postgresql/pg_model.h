/* How a PostgreSQL database is spelled as a state (core/schema.h): the kinds of objects, their
 * attributes and what they depend on. The reader (pg_introspect*.c) writes it, the planner
 * (pg_plan*.c) reads it; all texts are the server's own, read with search_path set to the default
 * schema alone, so that names of other schemas are qualified in them and those of the default schema
 * are not. An attribute that has its usual value is absent. Names are quoted where SQL needs it,
 * except in `path`.
 *
 * Roots without namespace
 *   schema           comment, grants. The default schema itself is no object.
 *   extension        schema, comment; rendering: version
 *   foreign-data wrapper  handler, validator; rendering: foreign-options; comment, grants
 *   foreign server   wrapper, type, version ("'9.6'"); rendering: foreign-options; comment, grants
 *   event trigger    event, function, tags, enabled, comment
 *
 * Roots in a namespace (mig_schema_add_in(); title "table public.users")
 *   table            persistence ("unlogged"; of a partitioned table, which holds nothing: unlogged, "yes",
 *                    rendering), partition-key ("RANGE (day)"), partition-of (identity
 *                    of the parent) with partition-bound ("FOR VALUES IN ('a')", "DEFAULT"), inherits
 *                    (identities, one a line, in order), of-type, access-method (when not the
 *                    default), options ("fillfactor='70'", by name, ", " between), row-security
 *                    ("enabled", "forced", "enabled forced"), replica-identity ("full", "nothing",
 *                    "index NAME"), clustered-on (index name), comment, grants; a foreign one: server,
 *                    foreign-options ("path '/x', format 'csv'", by name)
 *   view             definition (pg_get_viewdef(), no final semicolon), options, comment, grants
 *   materialized view definition, options, access-method, populated ("no"; rendering), comment, grants
 *   sequence         type (when not bigint), start, increment, min, max, cache (each when not what
 *                    CREATE SEQUENCE takes for the type and direction), cycle ("yes"), persistence,
 *                    owned-by (identity of a column; no part of depends), comment, grants.
 *                    Sequences of identity columns are no objects.
 *   enum             labels ("'a', 'b'"), comment, grants
 *   domain           type, collation, default, not-null ("yes"), comment, grants
 *   composite type   comment, grants
 *   range type       definition ("subtype = float8, subtype_diff = float8mi"), multirange (name of
 *                    its type, not quoted; rendering), comment, grants
 *   function, procedure, aggregate   with signature (the types of its input arguments in parentheses,
 *                    "(integer, text)"; of an aggregate pg_get_function_identity_arguments()); definition (pg_get_functiondef(), whose header is spelled
 *                    without default schema; of an aggregate its CREATE AGGREGATE text), arguments
 *                    (pg_get_function_arguments()), result, language, comment, grants
 *   statistics       definition (from "(ndistinct) ON …" on), target, comment
 *   collation        definition ("provider = icu, locale = 'de'"), comment
 *
 * Children
 *   column (of table; position)  type (format_type()), not-null ("yes"; absent where a constraint says
 *                    it), default, identity ("always",
 *                    "by default") with identity-options ("START WITH 5 INCREMENT BY 2", only what
 *                    is not the default), generated (the expression) with generated-kind ("stored",
 *                    "virtual"), base-type (rendering: of a column whose type is a domain),
 *                    collation (when not the type's), foreign-options, storage (with the type's usual-storage;
 *                    rendering), compression (when not the default), statistics, options, comment,
 *                    grants, inherited ("yes": a parent has it),
 *                    local ("yes": inherited, but would stay without the parent; rendering)
 *   column (of view, materialized view; position)  type, collation (both rendering), default, statistics,
 *                    comment, grants
 *   attribute (of composite type; position)  type, collation, comment
 *   constraint (of table, domain)  type ("primary key", "unique", "check", "foreign key", "exclude",
 *                    "not null": a table's of PostgreSQL 18 only, and only where it is NOT VALID or
 *                    NO INHERIT), definition (pg_get_constraintdef()), options (of
 *                    its index), comment, inherited ("yes"); rendering: columns, ref-columns or expression
 *                    (what the definition has in parentheses), attached-to (identity of the parent's
 *                    key or foreign key that a partition's belongs to), index-columns (as of an index)
 *   index (of table, materialized view)  unique ("yes"), definition (of pg_get_indexdef() all behind
 *                    the table's name: "USING btree (a DESC) WHERE (b > 0)"), only ("yes": of a
 *                    partitioned table, not valid), attached-to (identity of the parent's index),
 *                    statistics ("1=100, 2=500"), invalid ("yes"), comment; index-columns (of a
 *                    partitioned table; rendering): what its columns were called when it was made,
 *                    joined with "_", as indexes of new partitions are named
 *   trigger (of table, view)  definition (pg_get_triggerdef()), enabled ("disabled", "replica",
 *                    "always"), inherited ("yes"), comment
 *   rule (of table, view)  definition (pg_get_ruledef()), enabled, comment
 *   policy (of table) permissive ("no"), command ("SELECT"; absent: ALL), roles ("a, b"; absent:
 *                    PUBLIC), using, check, comment
 *
 * comment is the text as it was given, unquoted. grants: one privilege a line, sorted, "GRANT SELECT
 * TO role [WITH GRANT OPTION]" with the role quoted; only with include_grants; absent: the built-in
 * default privileges.
 *
 * depends: identities of managed objects, as fine as the catalog knows them (a view on "column
 * public.t.a" and "table public.t"; a foreign key on the other table and on the key's constraint there;
 * a column on its type, and on the sequences and functions of its default; an index or a check on
 * columns and functions; a trigger on its function; a policy on what its expressions use; a partition on
 * its parent). What is in something else's relation depends on that relation too, and what is in another
 * schema than the default one on its "schema". What the parent relation implies (a column on its own
 * table) is left out. What an extension brought stands for "extension NAME".
 *
 * Objects that belong to an extension, system schemas, temporary objects and TOAST are not read. */
#ifndef MIG_PG_MODEL_H
#define MIG_PG_MODEL_H

#include "core/lexer.h"
#include "core/schema.h"

extern const MigLexRules mig_lex_rules_postgresql;

/* Name as an identifier, quoted only where PostgreSQL needs it (as quote_identifier() does with
 * quote_all_identifiers off); always quoted; text as a literal ('…', or E'…' where it holds a
 * backslash). New strings. */
char *mig_pg_name(const char *name);
char *mig_pg_quote_name(const char *name);
char *mig_pg_quote_literal(const char *text);

/* The name of an object's root for SQL: without the schema where that is the default one, else
 * "schema.name". The same for the object's relation or type when it is a child. New string. */
char *mig_pg_qualified(const MigSchema *schema, const MigObject *object);

#endif
