/* Random SQLite schemas and their neighbours, from a seed. Not everything that comes out is taken
 * by SQLite: the caller tries. */
#ifndef MIG_TESTS_GENERATE_H
#define MIG_TESTS_GENERATE_H

#include "tests/property/generator.h"

/* Texts are templates: {7} stands for the name of the table, view or column with that id, quoted in
 * one of SQLite's ways. What refers to something that is gone is left out of tables, and dangles
 * in views and triggers. */
enum {
    GEN_NOT_NULL,
    GEN_DEFAULT,
    GEN_COLLATE,
    GEN_CHECK,
    GEN_KEY,
    GEN_REFERENCES,
    GEN_GENERATED,
    GEN_COMMENT,
    GEN_N_CLAUSES
};

typedef struct {
    guint id;
    char *name, *type;
    char *clauses[GEN_N_CLAUSES]; /* NULL: absent */
} GenColumn;

typedef struct {
    guint id;
    char *name, *options;
    char *head, *tail;      /* comments behind the opening and before the closing parenthesis */
    GPtrArray *columns;     /* of GenColumn* */
    GPtrArray *constraints; /* of char* */
    GPtrArray *indexes;     /* of char* */
    GPtrArray *triggers;    /* of char* */
} GenTable;

/* A view or a virtual table. */
typedef struct {
    guint id;
    char *name, *text;
    char *row;           /* what puts a row in, or NULL */
    GPtrArray *triggers; /* of char* */
} GenRelation;

struct _GenSchema {
    GPtrArray *tables;   /* of GenTable* */
    GPtrArray *views;    /* of GenRelation* */
    GPtrArray *virtuals; /* of GenRelation* */
    guint next_id;
    guint quoting; /* another number, other quotes around names */
};

/* The schema as DDL: what must be there before rows (tables, indexes), and what comes after (views,
 * triggers). New strings. */
char *gen_schema_tables_sql(const GenSchema *schema);
char *gen_schema_code_sql(const GenSchema *schema);

/* For the generator's own files. */
void gen_column_free(gpointer column);
void gen_table_free(gpointer table);
void gen_relation_free(gpointer relation);

const GenColumn *gen_any_column(const GenTable *table, GRand *rand);
const GenTable *gen_any_table(const GenSchema *schema, GRand *rand);

char *gen_column_name(const GenTable *table, guint id, GRand *rand);
char *gen_relation_name(const GenSchema *schema, guint id, GRand *rand);
char *gen_type(GRand *rand);
char *gen_clause(const GenSchema *schema, const GenTable *table, const GenColumn *column,
                 int clause, GRand *rand);
char *gen_comment(GRand *rand);
char *gen_primary_key(GRand *rand);
/* As a constraint of the table, which begins with `column`. */
char *gen_table_key(const GenTable *table, GenColumn *column, GRand *rand);
char *gen_constraint(const GenSchema *schema, const GenTable *table, GRand *rand);
char *gen_index(const GenTable *table, guint id, GRand *rand);
char *gen_trigger(const GenSchema *schema, const GenTable *table, guint id, GRand *rand);
char *gen_view_trigger(const GenSchema *schema, const GenRelation *view, guint id, GRand *rand);
/* name: taken, or NULL for a new one. */
GenRelation *gen_view(GenSchema *schema, char *name, GRand *rand);
GenRelation *gen_virtual(GenSchema *schema, GRand *rand);

#endif
