/* Random SQLite schemas and their neighbours, from a seed. Not everything that comes out is taken
 * by SQLite: the caller tries. */
#ifndef MIG_TESTS_GENERATE_H
#define MIG_TESTS_GENERATE_H

#include <glib.h>

/* Texts are templates: {7} stands for the quoted name of the table or column with that id. What
 * refers to something that is gone is left out of tables, and dangles in views and triggers. */
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
    GPtrArray *columns;     /* of GenColumn* */
    GPtrArray *constraints; /* of char* */
    GPtrArray *indexes;     /* of char* */
    GPtrArray *triggers;    /* of char* */
} GenTable;

typedef struct {
    GPtrArray *tables; /* of GenTable* */
    GPtrArray *views;  /* of char*: views and their triggers */
    GPtrArray *extras; /* of char*: virtual tables */
    guint next_id;
} GenSchema;

GenSchema *gen_schema_new(GRand *rand);
GenSchema *gen_schema_copy(const GenSchema *schema);
void gen_schema_free(GenSchema *schema);

/* Makes one random edit. */
void gen_schema_edit(GenSchema *schema, GRand *rand);

/* What bears another name in `to`, a descendant of `from`, as arguments for --rename (char*). */
GPtrArray *gen_schema_renames(const GenSchema *from, const GenSchema *to);

/* The schema as DDL: what must be there before rows (tables, indexes), and what comes after (views,
 * triggers). New strings. */
char *gen_schema_tables_sql(const GenSchema *schema);
char *gen_schema_code_sql(const GenSchema *schema);

/* INSERT OR IGNORE statements for some rows of each table. New string. */
char *gen_schema_rows_sql(const GenSchema *schema, GRand *rand);

#endif
