/* Reading a PostgreSQL database into the model of pg_model.h: a fixed list of catalog queries that
 * are sent in one pipeline, each with a function that takes its rows as they arrive. */
#ifndef MIG_PG_INTROSPECT_H
#define MIG_PG_INTROSPECT_H

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

/* The catalogs that objects are known by, with their fixed OIDs. */
typedef enum {
    MIG_PG_TYPE = 1247,
    MIG_PG_PROC = 1255,
    MIG_PG_CLASS = 1259,
    MIG_PG_FOREIGN_SERVER = 1417,
    MIG_PG_FOREIGN_DATA_WRAPPER = 2328,
    MIG_PG_ATTRDEF = 2604,
    MIG_PG_CONSTRAINT = 2606,
    MIG_PG_NAMESPACE = 2615,
    MIG_PG_REWRITE = 2618,
    MIG_PG_TRIGGER = 2620,
    MIG_PG_EXTENSION = 3079,
    MIG_PG_POLICY = 3256,
    MIG_PG_STATISTIC_EXT = 3381,
    MIG_PG_COLLATION = 3456,
    MIG_PG_EVENT_TRIGGER = 3466
} MigPgCatalogOid;

typedef struct {
    MigPg *pg;
    MigSchema *schema;
    MigSchema *outside; /* for identities of what is not read itself */
    gboolean grants;
    guint64 preparing; /* the queries that the server is asked to prepare, as bits */
    char *default_schema;
    char *default_prefix; /* "public.", as the server quotes it */
    GHashTable *objects;  /* by catalog, OID and column: what an object is itself */
    GHashTable *aliases;  /* the same for what stands for an object: its row type, its rule … */
    GHashTable *loose;    /* columns whose NOT NULL is a constraint of its own */
    guint relation;       /* whose columns are being read, and how many of them were */
    int n_columns;
    GArray *late;  /* references to what is read later */
    gboolean torn; /* something went away while it was read */
} MigPgReader;

MigPgReader *mig_pg_reader_new(MigPg *pg, const char *default_schema);
void mig_pg_reader_free(MigPgReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigPgReader, mig_pg_reader_free)

/* A row of a catalog query's result. */
typedef struct {
    const PGresult *result;
    int row;
} MigPgRow;

/* A column's value: NULL for SQL NULL. Belongs to the result. */
const char *mig_pg_text(const MigPgRow *row, int column);
/* The same for what the server spells from its present state, whatever the snapshot is: NULL means
 * that the object is gone meanwhile, which is noted; "" then. */
const char *mig_pg_spelled(MigPgReader *reader, const MigPgRow *row, int column);
gboolean mig_pg_is(const MigPgRow *row, int column);
guint mig_pg_number(const MigPgRow *row, int column);
/* The first byte of a "char". */
char mig_pg_char(const MigPgRow *row, int column);

/* One catalog query. In its text, @words@ stand for what depends on the server's version and on the
 * schemas to read (pg_introspect_sql.c). */
typedef struct {
    const char *what; /* for errors: "columns" */
    const char *sql;
    void (*take)(MigPgReader *reader, const MigPgRow *row);
} MigPgCatalog;

/* pg_introspect_sql.c: the text with its @words@ replaced. New string. */
char *mig_pg_catalog_sql(const char *sql, int version);

/* Remembers an object, or something that stands for one. column: attnum, or 0. */
void mig_pg_know(MigPgReader *reader, guint catalog, guint oid, guint column, MigObject *object);
void mig_pg_know_alias(MigPgReader *reader, guint catalog, guint oid, guint column,
                       MigObject *object);
/* The object itself; the object, or what this stands for. NULL: not read. */
MigObject *mig_pg_known(const MigPgReader *reader, guint catalog, guint oid, guint column);
MigObject *mig_pg_meant(const MigPgReader *reader, guint catalog, guint oid, guint column);

/* Notes that a column's NOT NULL is a constraint of its own; asks for it. */
void mig_pg_loosen(MigPgReader *reader, guint relation, guint column);
gboolean mig_pg_is_loose(const MigPgReader *reader, guint relation, guint column);

/* Adds a root and remembers it. */
MigObject *mig_pg_add_root(MigPgReader *reader, const char *kind, const char *namespace,
                           const char *name, const char *signature, guint catalog, guint oid);

/* Sets an attribute to "yes" when the row's column is true. */
void mig_pg_set_yes(MigObject *object, const char *attribute, const MigPgRow *row, int column);
/* Sets `enabled` from a "char" as triggers and rules have it. */
void mig_pg_set_enabled(MigObject *object, char enabled);
/* pg_introspect_parts.c: sets `columns`, `ref-columns` or `expression` of a constraint by its
 * definition. */
void mig_pg_set_parts(MigObject *constraint);

/* Sets `definition` to a statement without its final semicolon. */
void mig_pg_set_definition(MigObject *object, const char *definition);
/* The text behind the default schema's prefix, if it begins with it. */
const char *mig_pg_unprefixed(const MigPgReader *reader, const char *text);

/* Behind the identifier (quoted or not) that text begins with. */
const char *mig_pg_skip_name(const char *text);

/* Sets an attribute (rendering: one for rendering alone) to the identity of an object that is read
 * later; nothing when it is not. */
void mig_pg_set_late(MigPgReader *reader, MigObject *object, const char *attribute, guint catalog,
                     guint oid, gboolean rendering);
void mig_pg_resolve_late(MigPgReader *reader);

/* The queries; what they read comes in this order. */
extern const MigPgCatalog mig_pg_read_schemas, mig_pg_read_extensions, mig_pg_read_collations;
extern const MigPgCatalog mig_pg_read_wrappers, mig_pg_read_servers;
extern const MigPgCatalog mig_pg_read_relations, mig_pg_read_inheritance, mig_pg_read_columns;
extern const MigPgCatalog mig_pg_read_types;
extern const MigPgCatalog mig_pg_read_constraints, mig_pg_read_indexes, mig_pg_read_statistics;
extern const MigPgCatalog mig_pg_read_sequences;
extern const MigPgCatalog mig_pg_read_routines, mig_pg_read_aggregates;
extern const MigPgCatalog mig_pg_read_triggers, mig_pg_read_event_triggers, mig_pg_read_rules,
    mig_pg_read_policies;
extern const MigPgCatalog mig_pg_read_members, mig_pg_read_depends, mig_pg_read_comments,
    mig_pg_read_grants;

/* pg_unmanaged.c: the query for all that unmanaged.def lists (for mig_pg_catalog_sql(); new
 * string), and what takes its rows. */
char *mig_pg_unmanaged_sql(void);
void mig_pg_take_unmanaged(MigPgReader *reader, const MigPgRow *row);

/* The `introspect` slot. */
MigSchema *mig_pg_introspect(MigConnection *connection, const MigIntrospectOptions *options,
                             GError **error);

#endif
