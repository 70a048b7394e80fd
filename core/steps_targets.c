/* Offline ranges and stamp: rows that do not come from a database, or go nowhere by script. */
#include "core/steps.h"

#include <string.h>

#include "core/revspec_priv.h"

/* The rows that the left side of a range stands for: a list of symbols. */
static GPtrArray *
range_rows(const MigGraph *graph, const char *text, gsize length, GError **error)
{
    g_autofree char *list = g_strndup(text, length);
    g_auto(GStrv) words = g_strsplit_set(list, ", \t", -1);
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    for (char **word = words; *word; word++) {
        if (**word == '\0')
            continue;
        g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, *word, NULL, error);

        if (!found)
            return NULL;
        for (guint i = 0; i < found->len; i++) {
            if (!g_ptr_array_find(rows, found->pdata[i], NULL))
                g_ptr_array_add(rows, found->pdata[i]);
        }
    }
    return mig_graph_check_overlap(graph, rows, "row", error) ? g_steal_pointer(&rows) : NULL;
}

/* FALSE with an error when the range has no second side. */
static gboolean
split_range(const char *range, const char *colon, GError **error)
{
    if (colon && colon[1] != '\0' && !strchr(colon + 1, ':'))
        return TRUE;
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "'%s' is not a range of the form FROM:TO", range);
    return FALSE;
}

/* A range whose end lies below its start. */
static gboolean
leads_down(const MigGraph *graph, const GPtrArray *rows, const char *target)
{
    g_autoptr(GPtrArray) targets = mig_revspec_resolve(graph, target, rows, NULL);

    if (!targets || rows->len == 0)
        return FALSE;
    for (guint i = 0; i < targets->len; i++) {
        if (g_ptr_array_find((GPtrArray *)rows, targets->pdata[i], NULL))
            return FALSE;
    }
    return TRUE;
}

GPtrArray *
mig_steps_upgrade_range(const MigGraph *graph, const char *range, GError **error)
{
    const char *colon = strchr(range, ':');
    const char *target = colon ? colon + 1 : range;

    if (colon && !split_range(range, colon, error))
        return NULL;
    g_autoptr(GPtrArray) rows = range_rows(graph, range, colon ? colon - range : 0, error);
    g_autoptr(GPtrArray) steps = rows ? mig_steps_upgrade(graph, rows, target, error) : NULL;

    if (!steps)
        return NULL;
    if (steps->len == 0 && leads_down(graph, rows, target)) {
        mig_set_error(error, MIG_E_RANGE, "range '%s' leads down, not up", range);
        if (error)
            mig_error_set_hint(*error,
                               "Write the older revision first, or use `migrate downgrade`.");
        return NULL;
    }
    return g_steal_pointer(&steps);
}

GPtrArray *
mig_steps_downgrade_range(const MigGraph *graph, const char *range, gboolean all_branches,
                          GError **error)
{
    const char *colon = strchr(range, ':');

    if (!split_range(range, colon, error))
        return NULL;
    if (colon == range) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "range '%s' has no start to come down from",
                      range);
        return NULL;
    }
    g_autoptr(GPtrArray) rows = range_rows(graph, range, colon - range, error);

    return rows ? mig_steps_downgrade(graph, rows, colon + 1, all_branches, error) : NULL;
}

/* Drops the rows that a set holds. */
static void
drop_rows(GPtrArray *rows, const MigRevisionSet *set)
{
    for (guint i = 0; i < rows->len;) {
        if (mig_revision_set_has(set, rows->pdata[i]))
            g_ptr_array_remove_index(rows, i);
        else
            i++;
    }
}

static gboolean
stamp_one(const MigGraph *graph, GPtrArray *rows, const char *target, GError **error)
{
    g_auto(MigSpec) spec = {0};

    if (!mig_spec_parse(graph, target, &spec, error))
        return FALSE;
    g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, target, rows, error);

    if (!found)
        return FALSE;
    if (found->len == 0 && spec.lineage)
        drop_rows(rows, spec.lineage);
    else if (found->len == 0)
        g_ptr_array_set_size(rows, 0);
    for (guint i = 0; i < found->len; i++) {
        MigRevision *revision = found->pdata[i];
        g_autoptr(MigRevisionSet) lineage = mig_graph_lineage(graph, revision);

        if (g_ptr_array_find(rows, revision, NULL))
            continue;
        drop_rows(rows, lineage);
        g_ptr_array_add(rows, revision);
    }
    return TRUE;
}

GPtrArray *
mig_steps_stamp(const MigGraph *graph, const GPtrArray *rows, const GPtrArray *targets,
                GError **error)
{
    g_autoptr(GPtrArray) now = g_ptr_array_copy((GPtrArray *)rows, NULL, NULL);

    for (guint i = 0; i < targets->len; i++) {
        if (!stamp_one(graph, now, targets->pdata[i], error))
            return NULL;
    }
    return mig_graph_reduce(graph, now);
}
