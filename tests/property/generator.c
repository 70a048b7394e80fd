#include "tests/property/generator.h"

gboolean
gen_chance(GRand *rand, int percent)
{
    return g_rand_int_range(rand, 0, 100) < percent;
}
