/* Two schemas with rows, and the check that plans lead from one to the other and back. */
#ifndef MIG_TESTS_PAIR_H
#define MIG_TESTS_PAIR_H

#include "core/order.h"
#include "tests/property/generator.h"

typedef struct {
    guint32 seed;
    GenSchema *from, *to;
    GPtrArray *rows; /* of char*, see gen_schema_rows() */
    gboolean told;   /* of what was renamed */
} Pair;

/* How many pairs are tried, and from which seed on, when nobody says. */
extern const guint pair_default_count, pair_default_seed;

/* What must be there before the first pair, and goes behind the last. Returns FALSE with the exit
 * status of a program that must be left out. */
gboolean pair_begin(int *ret_status);
void pair_end(void);

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

/* ---- what the checks of the dialects share (pair_move.c) ---- */

/* One of the two moves of a pair. */
typedef struct {
    const MigSchema *from, *to;
    GPtrArray *renames; /* of MigRename* */
    MigPlan *plan;
    char *sql;
} Move;

typedef struct {
    const Pair *pair;
    const MigDialect *dialect;
    MigScratch *place;  /* where throwaway databases are made */
    const char *server; /* its version; NULL: of no matter */
    MigSchema *from, *to;
    Move up, down;
    char *failure; /* the first */
    gboolean online; /* the plans serve a live system */
} Check;

/* Notes what went wrong unless something did before; returns FALSE. */
gboolean check_fail(Check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Takes the two states, already read. */
void check_states(Check *check, MigSchema *from, MigSchema *to);
/* Reads the renames that the pair tells. */
gboolean check_renames(Check *check);
/* Plans one move; FALSE also for renames that cannot be carried out. */
gboolean check_plan(Check *check, Move *move);
/* What real rows survive, sample rows do. */
void check_proof(Check *check);
/* Frees what the check holds and returns its failure; script as for pair_check(). */
char *check_end(Check *check, char **script);

#endif
