/* Which pairs of PostgreSQL schemas a test program tries: each has its share. */
#include "tests/property/pair.h"

const guint pair_default_count = PAIR_COUNT;
const guint pair_default_seed = PAIR_SEED;
