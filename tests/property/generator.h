/* What the generators of random schemas have in common, so that pairs are made, checked and shrunk
 * in the same way whatever the dialect is. */
#ifndef MIG_TESTS_GENERATOR_H
#define MIG_TESTS_GENERATOR_H

#include <glib.h>

/* A schema that is being made up: a dialect's own struct. */
typedef struct _GenSchema GenSchema;

/* first_id: of the ids that it gives away; two schemas that are not related need different ones. */
GenSchema *gen_schema_new(GRand *rand, guint first_id);
GenSchema *gen_schema_copy(const GenSchema *schema);
void gen_schema_free(GenSchema *schema);
/* Takes everything out. */
void gen_schema_clear(GenSchema *schema);

/* Makes one random edit. */
void gen_schema_edit(GenSchema *schema, GRand *rand);

/* What bears another name in `to`, a descendant of `from`, as arguments for --rename (char*). */
GPtrArray *gen_schema_renames(const GenSchema *from, const GenSchema *to);

/* Some rows for each table (of char*, each to be rendered by itself). */
GPtrArray *gen_schema_rows(const GenSchema *schema, GRand *rand);
/* One of them as a statement, without what the schema lacks; NULL when nothing is left. */
char *gen_schema_row_sql(const GenSchema *schema, const char *row);

/* Keys (char*) of all that can be taken out of a schema or made plainer; the largest come first. */
GPtrArray *gen_schema_parts(const GenSchema *schema);
/* Takes one out; FALSE when the schema has no such part. */
gboolean gen_schema_drop_part(GenSchema *schema, const char *key);

gboolean gen_chance(GRand *rand, int percent);
#define gen_one_of(rand, list) (list)[g_rand_int_range(rand, 0, G_N_ELEMENTS(list))]

#endif
