#include <string.h>

#include "tests/property/tally.h"

TallyEntry tally_entries[] = {
    {"pair: statement", 0, 0},
    {"pair: statement not taken by the server", 0, 0},
    {"pair: renames that cannot be", 0, 0},
    {"pair: equal", 0, 0},
    {"check: moved up with rows", 0, 0},
    {"check: moved down with rows", 0, 0},
    {"check: stopped by rows", 0, 0},
    {"check: rows told to be lost", 0, 0},
};

const guint tally_n_entries = G_N_ELEMENTS(tally_entries);

void
tally_state(const MigSchema *state)
{
}

void
tally_plan(const MigPlan *plan, const char *sql)
{
    tally_if(plan->changes->len == 0, "pair: equal");
}
