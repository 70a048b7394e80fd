/* How often each kind of object and of change occurred in the pairs, so that a tame generator is
 * found out. */
#ifndef MIG_TESTS_TALLY_H
#define MIG_TESTS_TALLY_H

#include "core/order.h"

/* per_thousand: of pairs, the floor; about two thirds of what the generator makes. 0: only
 * for information. */
typedef struct {
    const char *name;
    double per_thousand;
    guint64 n;
} TallyEntry;

/* All that is counted; a list of the dialect. */
extern TallyEntry tally_entries[];
extern const guint tally_n_entries;

/* Counts one of a name in the list; where a condition holds. */
void tally_count(const char *name);
void tally_if(gboolean condition, const char *name);
/* Whether the list has a name. */
gboolean tally_has(const char *name);
/* Counts a change by kind, and what it alters where the list asks. */
void tally_change(const MigChange *change);
/* Counts what a state holds, and what a plan does. */
void tally_state(const MigSchema *state);
void tally_plan(const MigPlan *plan, const char *sql);

/* Whether counting rests. */
void tally_pause(gboolean pause);

/* Prints all counts as TAP comments; FALSE when one is below its floor, which grows with the number
 * of pairs (below 500 there is none). */
gboolean tally_print(guint n_pairs);

#endif
