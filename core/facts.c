#include "core/facts.h"

static void
touch_free(gpointer data)
{
    MigTouch *touch = data;

    g_free(touch->schema);
    g_free(touch->name);
    g_free(touch->note);
    g_free(touch);
}

MigFacts *
mig_facts_new(void)
{
    MigFacts *facts = g_new0(MigFacts, 1);

    facts->touches = g_ptr_array_new_with_free_func(touch_free);
    return facts;
}

void
mig_facts_free(gpointer data)
{
    MigFacts *facts = data;

    g_ptr_array_unref(facts->touches);
    g_free(facts->unknown);
    g_free(facts);
}

MigTouch *
mig_facts_add(MigFacts *facts, const char *schema, const char *name)
{
    MigTouch *touch = g_new0(MigTouch, 1);

    touch->schema = g_strdup(schema);
    touch->name = g_strdup(name);
    touch->rows = touch->bytes = -1;
    g_ptr_array_add(facts->touches, touch);
    return touch;
}

const char *
mig_blocks_name(MigBlocks blocks)
{
    static const char *const names[] = {"nothing", "rows", "writes", "reads and writes"};

    return names[blocks];
}

const char *
mig_work_name(MigWork work)
{
    static const char *const names[] = {"none", "rows", "scan", "build", "rewrite", "unknown"};

    return names[work];
}

/* "3.4 MB" */
static void
append_bytes(GString *text, gint64 bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double size = (double)bytes / 1024;
    gsize unit = 0;

    while (size >= 1000 && unit + 1 < G_N_ELEMENTS(units)) {
        size /= 1024;
        unit++;
    }
    g_string_append_printf(text, size < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

char *
mig_touch_title(const MigTouch *touch)
{
    GString *text = g_string_new(NULL);
    const char *separator = " (";

    g_string_append_printf(text, "%s%s%s", touch->schema ? touch->schema : "",
                           touch->schema ? "." : "", touch->name);
    if (touch->n_partitions > 0) {
        g_string_append_printf(text, "%s%u partition%s", separator, touch->n_partitions,
                               touch->n_partitions == 1 ? "" : "s");
        separator = ", ";
    }
    if (touch->rows >= 0) {
        g_string_append_printf(text, "%sabout %" G_GINT64_FORMAT " row%s", separator, touch->rows,
                               touch->rows == 1 ? "" : "s");
        separator = ", ";
    }
    if (touch->bytes >= 0) {
        g_string_append(text, separator);
        append_bytes(text, touch->bytes);
        separator = ", ";
    }
    if (*separator == ',')
        g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

char *
mig_touch_effect(const MigTouch *touch)
{
    static const char *const waiting[] = {
        "nobody waits",
        "who writes the same rows waits",
        "writes wait",
        "reads and writes wait",
    };
    static const char *const meanwhile[] = {
        " for a moment",
        " while rows are written",
        " while all of it is read",
        " while its index is built",
        " while it is written anew",
        ", how long is not known",
    };
    static const char *const works[] = {
        "takes a moment",    "rows are written",   "all of it is read",
        "an index is built", "it is written anew", "how long it takes is not known",
    };
    GString *text = g_string_new(touch->lock);

    if (touch->lock)
        g_string_append(text, ": ");
    if (touch->lock && touch->work == MIG_WORK_NONE && touch->blocks == MIG_BLOCKS_NOTHING)
        g_string_append(text, "nobody waits");
    else if (touch->lock)
        g_string_append_printf(text, "%s%s", waiting[touch->blocks], meanwhile[touch->work]);
    else
        g_string_append(text, works[touch->work]);
    if (touch->note)
        g_string_append_printf(text, " (%s)", touch->note);
    return g_string_free(text, FALSE);
}

/* Whether a takes longer than b. */
static gboolean
is_longer(const MigTouch *a, const MigTouch *b)
{
    if (!b || a->bytes > b->bytes)
        return TRUE;
    return a->bytes == b->bytes && a->work > b->work;
}

const MigTouch *
mig_facts_longest(const GPtrArray *facts, guint first, guint end, guint *ret_index)
{
    const MigTouch *longest = NULL;

    for (guint i = first; i < end; i++) {
        const GPtrArray *touches = ((const MigFacts *)facts->pdata[i])->touches;

        for (guint j = 0; j < touches->len; j++) {
            const MigTouch *touch = touches->pdata[j];

            if (touch->work == MIG_WORK_NONE || (touch->is_new && touch->work != MIG_WORK_ROWS) ||
                !is_longer(touch, longest))
                continue;
            longest = touch;
            *ret_index = i;
        }
    }
    return longest;
}
