/* Random PostgreSQL schemas and their neighbours: a list of objects, each with the statements that
 * make it. Not every statement that comes out is taken by a server: one that fails is left out by
 * whoever loads the schema. */
#ifndef MIG_TESTS_PG_GENERATE_H
#define MIG_TESTS_PG_GENERATE_H

#include "tests/property/generator.h"

/* In the order in which they are made. */
typedef enum {
    PG_SCHEMA,
    PG_EXTENSION,
    PG_COLLATION,
    PG_ENUM,
    PG_COMPOSITE,
    PG_RANGE,
    PG_DOMAIN,
    PG_SEQUENCE,
    PG_FUNCTION,
    PG_PROCEDURE,
    PG_AGGREGATE,
    PG_TABLE,
    PG_ATTRIBUTE,  /* of a composite type */
    PG_COLUMN,     /* of a table */
    PG_CONSTRAINT, /* of a table or a domain */
    PG_INDEX,      /* of a table or a materialized view */
    PG_VIEW,
    PG_MATVIEW,
    PG_STATISTICS,
    PG_TRIGGER,
    PG_RULE,
    PG_POLICY,
    PG_EVENT_TRIGGER,
    PG_N_KINDS
} PgKind;

/* What values a column has, what a function is for, what a partitioned table is divided by. */
typedef enum {
    PG_OTHER,
    PG_INT,
    PG_NUMBER,
    PG_TEXT,
    PG_BOOL,
    PG_TIME,
    PG_DATE,
    PG_JSON,
    PG_ARRAY,
    PG_SPAN,  /* int4range */
    PG_LABEL, /* an enum's */
    PG_N_FAMILIES,
    PG_FOR_INT = PG_N_FAMILIES, /* integer to integer, immutable */
    PG_FOR_TEXT,                /* nothing to text */
    PG_FOR_ROWS,                /* of a table */
    PG_FOR_TRIGGER,
    PG_FOR_EVENT,
    PG_BY_RANGE,
    PG_BY_LIST,
    PG_BY_HASH
} PgFamily;

/* Text 0 makes the object. Those from 1 on are parts of it: "{=3}" stands for the third, "{!3}" the
 * same, but without it there is no object. Those from PG_FIRST_AFTER on are statements of their own
 * behind it. NULL: absent.
 *
 * Texts are templates. {7} is the name of the object with that id: with its schema, or, for what is
 * in something, bare; {.7} is bare in any case; {#7} is a column's definition. {@} and {.@} are the
 * object's own names, {&} its own with a schema though it is in something, {^} its parent's name. A
 * text that names what is gone is left out. */
enum { PG_FIRST_AFTER = 6, PG_COMMENT = 12, PG_GRANT = 13, PG_N_TEXTS = 14 };

typedef struct {
    guint id, parent, space; /* 0: none, and the schema "public" */
    PgKind kind;
    PgFamily family;
    char *name;
    char *texts[PG_N_TEXTS];
} PgObject;

struct _GenSchema {
    GPtrArray *objects; /* of PgObject* */
    guint next_id;
};

/* All statements in an order that mostly works. New array of char*. */
GPtrArray *pg_schema_statements(const GenSchema *schema);
/* A template with its names filled in; NULL when one of them is gone. New string. */
char *pg_fill(const GenSchema *schema, const PgObject *self, const char *text);

/* ---- for the generator's own files ---- */

PgObject *pg_find(const GenSchema *schema, guint id);
/* One of a kind, of a parent (0: any), of a family (-1: any); NULL when there is none. */
PgObject *pg_any(const GenSchema *schema, PgKind kind, guint parent, int family, GRand *rand);
/* Adds one with all its texts rolled. */
PgObject *pg_add(GenSchema *schema, PgKind kind, PgObject *parent, int family, GRand *rand);
/* Rolls one text anew: absent, or another. */
void pg_roll(GenSchema *schema, PgObject *object, int text, GRand *rand);
/* Whether a kind of object has such a text beside text 0. */
gboolean pg_has_text(PgKind kind, int text);
void pg_set(PgObject *object, int text, char *value);
void pg_object_free(gpointer object);

/* Things that take more than one object. */
void pg_add_table(GenSchema *schema, GRand *rand);
void pg_add_partitioned(GenSchema *schema, GRand *rand);
void pg_add_partition(GenSchema *schema, PgObject *parent, GRand *rand);
void pg_add_foreign_key(GenSchema *schema, PgObject *table, GRand *rand);
void pg_add_one(GenSchema *schema, GRand *rand);

/* pg_generate_text.c; all are new strings */
char *pg_new_name(const GenSchema *schema, PgKind kind, guint id, GRand *rand);
char *pg_type(const GenSchema *schema, int family, PgFamily *ret_family, GRand *rand);
char *pg_literal(PgFamily family, GRand *rand);
char *pg_default(const GenSchema *schema, const PgObject *column, GRand *rand);
char *pg_condition(const GenSchema *schema, guint table, GRand *rand);
char *pg_condition_of(const GenSchema *schema, const PgObject *column, GRand *rand);
char *pg_expression(const GenSchema *schema, const PgObject *column, GRand *rand);
char *pg_comment(GRand *rand);

/* pg_generate_part.c, pg_generate_code.c: one text of one kind; NULL: none */
char *pg_text_of_table(GenSchema *schema, PgObject *table, int text, GRand *rand);
char *pg_text_of_column(GenSchema *schema, PgObject *column, int text, GRand *rand);
char *pg_text_of_constraint(GenSchema *schema, PgObject *constraint, int text, GRand *rand);
char *pg_text_of_index(GenSchema *schema, PgObject *index, int text, GRand *rand);
char *pg_text_of_type(GenSchema *schema, PgObject *type, int text, GRand *rand);
char *pg_text_of_sequence(GenSchema *schema, PgObject *sequence, int text, GRand *rand);
char *pg_text_of_function(GenSchema *schema, PgObject *function, int text, GRand *rand);
char *pg_text_of_view(GenSchema *schema, PgObject *view, int text, GRand *rand);
char *pg_text_of_code(GenSchema *schema, PgObject *object, int text, GRand *rand);
char *pg_text_of_root(GenSchema *schema, PgObject *object, int text, GRand *rand);

/* Another list of labels: one more, one less, in another order, another name. */
void pg_edit_labels(PgObject *type, GRand *rand);

#endif
