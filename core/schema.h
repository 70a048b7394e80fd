/* The model of a state: a sorted set of objects with attributes. One shape for both dialects and every kind of thing. */
#ifndef MIG_SCHEMA_H
#define MIG_SCHEMA_H

#include <glib.h>

typedef struct _MigSchema MigSchema;
typedef struct _MigObject MigObject;

typedef struct {
    const char *name;   /* interned: "type", "not-null", "default", … */
    char *value;
    gboolean rendering; /* serves rendering only: no part of comparison and hash */
} MigAttribute;

/* An object. Everything belongs to the schema. Kinds are interned strings: "table", "column",
 * "constraint", "index", "view", "trigger", "virtual table"; a dialect may have more.
 *
 * identity is what objects are matched by, title what people are shown: where names ignore ASCII
 * case (mig_schema_new()), "column Users.Age" has the identity "column users.age". */
struct _MigObject {
    const char *kind;
    char **path;         /* names from the outermost in: {"users", "age"}, or with a namespace
                            {"public", "users", "age"}; NULL-terminated */
    char *signature;     /* of what may share its name: "(integer, text)"; else NULL */
    gboolean namespaced; /* the path begins with a namespace (a schema of the database) */
    char *identity;      /* "column users.age", names quoted where needed; unique in the schema */
    char *title;         /* the same with the names as they are spelled in path */
    MigObject *parent;   /* column, constraint, index, trigger: their table or view; else NULL */
    GPtrArray *children; /* of MigObject*, in position order, then by identity */
    GArray *attributes;  /* of MigAttribute, sorted by name */
    GPtrArray *depends;  /* of char*: identities of objects it needs, sorted */
    int position;        /* order among siblings where one exists (columns), from 1; else 0 */
    char *unmanaged;     /* why we cannot manage it; NULL: we can */
    gboolean left_out;   /* unmanaged for scratch could not hold it, and people were told so */
    char *file;          /* model: where it was defined; NULL: unknown */
    int line;
    char *hash;          /* mig_object_hash()'s; NULL until it was asked for */
};

/* ignore_case: names that differ in ASCII case only are the same name (SQLite). */
MigSchema *mig_schema_new(gboolean ignore_case);
gboolean mig_schema_ignores_case(const MigSchema *schema);
void mig_schema_free(MigSchema *schema);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigSchema, mig_schema_free)

/* Adds an object; its path is the parent's (if any) and name. When the identity is taken already,
 * "#2", "#3"… is appended to the name. */
MigObject *mig_schema_add(MigSchema *schema, const char *kind, MigObject *parent, const char *name);

/* Adds a root that is in a namespace. signature (may be NULL) tells apart what may share its name; it
 * is part of identity and title as it stands: "function public.f(integer, text)". */
MigObject *mig_schema_add_in(MigSchema *schema, const char *kind, const char *namespace,
                             const char *name, const char *signature);

/* The namespace that names without one mean (copied; NULL: there are none). Statements leave it out,
 * so that one history serves many tenants. */
void mig_schema_set_default_namespace(MigSchema *schema, const char *namespace);
const char *mig_schema_default_namespace(const MigSchema *schema);

/* The namespace that an object (or its root) is in; NULL: none. */
const char *mig_object_namespace(const MigObject *object);

/* Sets an attribute (value copied; NULL removes it). */
void mig_object_set(MigObject *object, const char *attribute, const char *value);
/* The same for an attribute that serves rendering only. */
void mig_object_set_rendering(MigObject *object, const char *attribute, const char *value);
/* Spells an attribute of a sealed schema's object in another way; to be sealed again after the last
 * such change. */
void mig_schema_respell(MigSchema *schema, MigObject *object, const char *attribute,
                        const char *value);
/* The value, or NULL. */
const char *mig_object_get(const MigObject *object, const char *attribute);
void mig_object_depend(MigObject *object, const char *identity);

/* Whether the object is of this kind ("table", "index" …). */
gboolean mig_object_is_kind(const MigObject *object, const char *kind);

/* The object without parent that it is in; itself when it is one. */
const MigObject *mig_object_root(const MigObject *object);

/* The object's own name: the last of its path. */
const char *mig_object_name(const MigObject *object);

/* Of a sealed schema's object: hex SHA-256 over kind, attributes and children, without its own name.
 * Belongs to the object. */
const char *mig_object_hash(const MigObject *object);

/* Sorts everything and computes the schema's hash; to be called after the last change. */
void mig_schema_seal(MigSchema *schema);

/* Of a sealed schema: all objects sorted by identity (flat, children too); those without parent;
 * one by identity (NULL if none); the root hash. */
const GPtrArray *mig_schema_objects(const MigSchema *schema);
const GPtrArray *mig_schema_roots(const MigSchema *schema);
MigObject *mig_schema_find(const MigSchema *schema, const char *identity);
const char *mig_schema_hash(const MigSchema *schema);

/* The identity that an object of this kind and name under parent (NULL: a root) has here. New
 * string. */
char *mig_schema_identity(const MigSchema *schema, const char *kind, const MigObject *parent,
                          const char *name);

/* The object of this kind and name under parent (NULL: a root without a namespace, else one in the
 * default namespace), or NULL. */
MigObject *mig_schema_lookup(const MigSchema *schema, const char *kind, const MigObject *parent,
                             const char *name);

/* The root of this kind and name, without signature, in a namespace; or NULL. */
MigObject *mig_schema_find_in(const MigSchema *schema, const char *kind, const char *namespace,
                              const char *name);

/* Adds a deep copy of another schema's object (parent NULL: as a root); the schema must be sealed
 * (again) after it. */
MigObject *mig_schema_adopt(MigSchema *schema, MigObject *parent, const MigObject *object);

/* Takes these roots (a set of MigObject*), with all that is in them, out of a sealed schema. */
void mig_schema_take_out(MigSchema *schema, GHashTable *roots);

/* Takes a sealed schema and returns it without the roots that do not pass: include (globs over a
 * root's dotted path, or, without a dot, over its name; empty: all) and then exclude. A root that is
 * in the hidden list (char*, no globs; without a dot: in the default namespace) goes too. Case counts
 * as it does for the schema's names. Lists are GPtrArrays of char*, may be NULL. */
MigSchema *mig_schema_filter(MigSchema *schema, const GPtrArray *include, const GPtrArray *exclude,
                             const GPtrArray *hidden);

#endif
