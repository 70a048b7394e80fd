/* How often each kind of object and of change occurred in the pairs, so that a tame generator is
 * found out. */
#ifndef MIG_TESTS_TALLY_H
#define MIG_TESTS_TALLY_H

#include "core/order.h"

/* Counts one of a name in the list of tally.c. */
void tally_count(const char *name);
/* Counts what a state holds, and what a plan does. */
void tally_state(const MigSchema *state);
void tally_plan(const MigPlan *plan, const char *sql);

/* Whether counting rests. */
void tally_pause(gboolean pause);

/* Prints all counts as TAP comments; FALSE when one is below its floor, which grows with the number
 * of pairs (below 500 there is none). */
gboolean tally_print(guint n_pairs);

#endif
