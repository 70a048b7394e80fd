/* Two SQLite schemas with rows, and the check that plans lead from one to the other and back. */
#ifndef MIG_TESTS_PAIR_H
#define MIG_TESTS_PAIR_H

#include "core/dialect.h"
#include "tests/property/generate.h"

typedef struct {
    GenSchema *from, *to;
    GPtrArray *rows; /* of char*, see gen_schema_rows() */
    gboolean told;   /* of what was renamed */
} Pair;

/* The pair that belongs to a seed. */
Pair *pair_new(guint32 seed);
Pair *pair_copy(const Pair *pair);
void pair_free(Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

/* Plans up and down and runs both, on an empty database and on one with rows. Returns what went
 * wrong, "kind: details" (new string), or NULL; counted in the tally. script (may be NULL) receives
 * the plans when there is a failure: new string. */
char *pair_check(const Pair *pair, char **script);

/* The smallest pair found that fails with the same kind. */
Pair *pair_shrink(const Pair *pair, const char *failure);

/* All of a pair as text, for people. New string. */
char *pair_describe(const Pair *pair);

/* What of the tables and virtual tables of both states must be the same before and after a move, as
 * one text; after: asks in the names of the state that was moved to. */
char *pair_kept_rows(MigConnection *scratch, const MigSchema *from, const MigSchema *to,
                     const GPtrArray *renames, gboolean after);

/* What SQLite says against a database, and objects of ours that were left behind; "" when nothing.
 * New string. */
char *pair_complaints(MigConnection *scratch);

/* The answer to a query, one line a row, or the error. New string. */
char *pair_query(MigConnection *scratch, const char *sql);

#endif
