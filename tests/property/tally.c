#include "tests/property/tally.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FEWEST_JUDGED 500

static gboolean paused;

void
tally_pause(gboolean pause)
{
    paused = pause;
}

static TallyEntry *
find(const char *name)
{
    for (guint i = 0; i < tally_n_entries; i++) {
        if (strcmp(tally_entries[i].name, name) == 0)
            return &tally_entries[i];
    }
    return NULL;
}

void
tally_count(const char *name)
{
    TallyEntry *entry = find(name);

    if (!entry)
        g_error("the tally has no '%s'", name);
    entry->n += !paused;
}

void
tally_if(gboolean condition, const char *name)
{
    if (condition)
        tally_count(name);
}

gboolean
tally_has(const char *name)
{
    return find(name) != NULL;
}

void
tally_change(const MigChange *change)
{
    static const char *const verbs[] = {"added", "dropped", "altered", "renamed"};
    const MigObject *object = change->to ? change->to : change->from;
    g_autofree char *name = g_strdup_printf("change: %s %s", object->kind, verbs[change->kind]);

    tally_count(name);
    for (guint i = 0; change->attributes && i < change->attributes->len; i++) {
        g_autofree char *detail =
            g_strdup_printf("%s: %s", name, (char *)change->attributes->pdata[i]);

        if (find(detail))
            tally_count(detail);
    }
}

/* Four standard deviations below what is expected of so many pairs, so that chance never fails a
 * run; fewer pairs are for looking into something. */
static double
floor_of(const TallyEntry *entry, guint n_pairs)
{
    double expected = n_pairs < FEWEST_JUDGED ? 0 : entry->per_thousand * n_pairs / 1000;
    double low = expected - 4 * sqrt(expected);

    return low > 0 ? low : 0;
}

gboolean
tally_print(guint n_pairs)
{
    gboolean enough = TRUE;

    for (guint i = 0; i < tally_n_entries; i++) {
        const TallyEntry *entry = &tally_entries[i];
        double low = floor_of(entry, n_pairs);
        gboolean below = (double)entry->n < low;

        printf("# %-40s %8" G_GUINT64_FORMAT "  at least %.0f%s\n", entry->name, entry->n, low,
               below ? "  BELOW ITS FLOOR" : "");
        enough &= !below;
    }
    fflush(stdout);
    return enough;
}
