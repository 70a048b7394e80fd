/* Shrinking by trial: whatever can be taken out of a pair with the failure staying of its kind is
 * taken out, until nothing more can. */
#include "tests/property/pair.h"

#include <string.h>

#include "tests/property/tally.h"

/* Where a part is taken out. */
enum { FROM = 1, TO = 2 };

static gboolean
same_kind(const char *a, const char *b)
{
    size_t length = strcspn(a, ":") + 1;

    return strncmp(a, b, length) == 0;
}

/* Replaces the pair when the smaller one (taken) still fails. */
static gboolean
try_smaller(Pair **pair, Pair *smaller, const char *failure)
{
    g_autofree char *again = pair_check(smaller, NULL);
    gboolean fails = again && same_kind(failure, again);

    if (fails) {
        Pair *larger = *pair;

        *pair = smaller;
        smaller = larger;
    }
    pair_free(smaller);
    return fails;
}

static gboolean
try_part(Pair **pair, const char *key, const char *failure)
{
    static const int sides[] = {FROM | TO, FROM, TO};

    for (guint i = 0; i < G_N_ELEMENTS(sides); i++) {
        Pair *smaller = pair_copy(*pair);
        gboolean changed = FALSE;

        if (sides[i] & FROM)
            changed |= gen_schema_drop_part(smaller->from, key);
        if (sides[i] & TO)
            changed |= gen_schema_drop_part(smaller->to, key);
        if (!changed)
            pair_free(smaller);
        else if (try_smaller(pair, smaller, failure))
            return TRUE;
    }
    return FALSE;
}

/* Takes many parts out at once. */
static gboolean
try_chunk(Pair **pair, const GPtrArray *keys, guint first, guint n, const char *failure)
{
    Pair *smaller = pair_copy(*pair);
    gboolean changed = FALSE;

    for (guint i = first; i < MIN(first + n, keys->len); i++) {
        changed |= gen_schema_drop_part(smaller->from, keys->pdata[i]);
        changed |= gen_schema_drop_part(smaller->to, keys->pdata[i]);
    }
    if (changed)
        return try_smaller(pair, smaller, failure);
    pair_free(smaller);
    return FALSE;
}

static gboolean
try_rows(Pair **pair, const char *failure)
{
    Pair *smaller = pair_copy(*pair);
    gboolean any;

    g_ptr_array_set_size(smaller->rows, 0);
    any = (*pair)->rows->len > 0;
    if (try_smaller(pair, smaller, failure))
        return any;
    any = FALSE;
    for (guint i = (*pair)->rows->len; i-- > 0;) {
        smaller = pair_copy(*pair);
        g_ptr_array_remove_index(smaller->rows, i);
        any |= try_smaller(pair, smaller, failure);
    }
    return any;
}

static GPtrArray *
all_parts(const Pair *pair)
{
    GPtrArray *keys = gen_schema_parts(pair->from);

    g_ptr_array_extend_and_steal(keys, gen_schema_parts(pair->to));
    return keys;
}

static gboolean
shrink_once(Pair **pair, const char *failure)
{
    g_autoptr(GPtrArray) keys = all_parts(*pair);
    gboolean any = try_rows(pair, failure);

    for (guint n = keys->len / 2; n > 2; n /= 2) {
        for (guint i = 0; i < keys->len; i += n)
            any |= try_chunk(pair, keys, i, n, failure);
    }
    for (guint i = 0; i < keys->len; i++)
        any |= try_part(pair, keys->pdata[i], failure);
    if ((*pair)->told) {
        Pair *smaller = pair_copy(*pair);

        smaller->told = FALSE;
        any |= try_smaller(pair, smaller, failure);
    }
    return any;
}

Pair *
pair_shrink(const Pair *pair, const char *failure)
{
    Pair *small = pair_copy(pair);

    tally_pause(TRUE);
    while (shrink_once(&small, failure))
        ;
    tally_pause(FALSE);
    return small;
}
