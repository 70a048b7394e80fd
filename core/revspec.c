#include "core/revspec_priv.h"

#include <string.h>

static GPtrArray *
one_or_base(MigRevision *revision)
{
    GPtrArray *list = g_ptr_array_new();

    if (revision)
        g_ptr_array_add(list, revision);
    return list;
}

/* `[LABEL@]SYM(+|-)N`. */
static gboolean
walk_from_symbol(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows, gboolean clamp,
                 MigRevision **ret, GError **error)
{
    g_autoptr(GPtrArray) symbol = mig_spec_symbol(graph, spec, rows, error);
    MigRevision *start;

    return symbol && mig_spec_single(spec, symbol, &start, error) &&
           mig_spec_walk(graph, spec, start, clamp, ret, error);
}

static GPtrArray *
resolve_spec(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows, gboolean clamp,
             GError **error)
{
    MigRevision *revision;

    if (!spec->distance)
        return mig_spec_symbol(graph, spec, rows, error);
    if (spec->symbol)
        return walk_from_symbol(graph, spec, rows, clamp, &revision, error) ? one_or_base(revision)
                                                                            : NULL;
    gboolean found = spec->steps < 0 ? mig_spec_start_down(graph, spec, rows, &revision, error)
                                     : mig_spec_start_up(graph, spec, rows, &revision, error);

    if (!found || !mig_spec_walk(graph, spec, revision, clamp, &revision, error))
        return NULL;
    return one_or_base(revision);
}

GPtrArray *
mig_revspec_resolve(const MigGraph *graph, const char *symbol, const GPtrArray *rows,
                    GError **error)
{
    g_auto(MigSpec) spec = {0};

    if (!mig_spec_parse(graph, symbol, &spec, error))
        return NULL;
    return resolve_spec(graph, &spec, rows, FALSE, error);
}

MigRevision *
mig_revspec_resolve_one(const MigGraph *graph, const char *symbol, const GPtrArray *rows,
                        GError **error)
{
    g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, symbol, rows, error);

    if (!found)
        return NULL;
    if (found->len == 1)
        return found->pdata[0];
    g_autofree char *names = mig_revision_names(found);

    if (found->len == 0)
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "'%s' names no revision, where one is needed",
                      symbol);
    else
        mig_set_error(error, MIG_E_AMBIGUOUS,
                      "'%s' names several revisions, where one is needed: %s", symbol, names);
    return NULL;
}

/* `+N` or `-N` without a symbol to count from. */
static gboolean
is_row_relative(const MigSpec *spec)
{
    return spec->distance && !spec->symbol;
}

/* Where a range ends when nothing is said: the heads, of the first side's branch if it has one. */
static GPtrArray *
default_heads(const MigGraph *graph, const MigSpec *from)
{
    if (!from->lineage)
        return mig_graph_real_heads(graph);
    g_autoptr(GPtrArray) heads = mig_graph_heads(graph);
    GPtrArray *own = g_ptr_array_new();

    for (guint i = 0; i < heads->len; i++) {
        if (mig_revision_set_has(from->lineage, heads->pdata[i]))
            g_ptr_array_add(own, heads->pdata[i]);
    }
    return own;
}

static gboolean
walk_each(const MigGraph *graph, const MigSpec *spec, const GPtrArray *starts, GPtrArray **ret,
          GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; i < starts->len; i++) {
        MigRevision *revision;

        if (!mig_spec_walk(graph, spec, starts->pdata[i], TRUE, &revision, error))
            return FALSE;
        if (!revision) {
            g_ptr_array_set_size(found, 0);
            break;
        }
        if (!g_ptr_array_find(found, revision, NULL))
            g_ptr_array_add(found, revision);
    }
    *ret = g_steal_pointer(&found);
    return TRUE;
}

/* `A:+N` counts from the older side. */
static GPtrArray *
count_up(const MigGraph *graph, const MigSpec *from, const MigSpec *spec, const GPtrArray *rows,
         GError **error)
{
    MigRevision *revision = NULL;

    if (from->symbol) {
        g_autoptr(GPtrArray) starts = resolve_spec(graph, from, rows, TRUE, error);

        if (!starts || !mig_spec_single(from, starts, &revision, error))
            return NULL;
    }
    return mig_spec_walk(graph, spec, revision, TRUE, &revision, error) ? one_or_base(revision)
                                                                        : NULL;
}

/* The newer side of a range. A distance counts up from the older side, down from the heads. */
static GPtrArray *
range_end(const MigGraph *graph, const MigSpec *from, const char *text, const GPtrArray *rows,
          GError **error)
{
    g_auto(MigSpec) spec = {0};
    g_autofree char *labelled = NULL;
    GPtrArray *ends = NULL;

    if (*text == '\0')
        return default_heads(graph, from);
    if (from->label && (*text == '+' || *text == '-'))
        text = labelled = g_strdup_printf("%s@%s", from->label, text);
    if (!mig_spec_parse(graph, text, &spec, error))
        return NULL;
    if (!is_row_relative(&spec))
        return resolve_spec(graph, &spec, rows, TRUE, error);
    if (spec.steps > 0)
        return count_up(graph, from, &spec, rows, error);
    g_autoptr(GPtrArray) heads = default_heads(graph, &spec);

    return walk_each(graph, &spec, heads, &ends, error) ? ends : NULL;
}

/* A label on the older side holds for the newer one too: takes ends, keeps what is in the branch.
 */
static GPtrArray *
keep_in_branch(const MigSpec *from, GPtrArray *ends, GError **error)
{
    g_autoptr(GPtrArray) all = ends;
    g_autoptr(GPtrArray) kept = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        if (!from->lineage || mig_revision_set_has(from->lineage, all->pdata[i]))
            g_ptr_array_add(kept, all->pdata[i]);
    }
    if (kept->len > 0 || all->len == 0)
        return g_steal_pointer(&kept);
    mig_set_error(error, MIG_E_NOT_IN_BRANCH, "revision '%s' is not a member of branch '%s'",
                  ((MigRevision *)all->pdata[0])->id, from->label);
    return NULL;
}

/* The older side; an empty array is base. A distance counts down from the newer side. */
static GPtrArray *
range_start(const MigGraph *graph, const MigSpec *spec, const GPtrArray *ends,
            const GPtrArray *rows, GError **error)
{
    GPtrArray *starts = NULL;
    MigRevision *revision;

    if (!spec->text)
        return g_ptr_array_new();
    if (!is_row_relative(spec))
        return resolve_spec(graph, spec, rows, TRUE, error);
    if (spec->steps < 0)
        return walk_each(graph, spec, ends, &starts, error) ? starts : NULL;
    return mig_spec_walk(graph, spec, NULL, TRUE, &revision, error) ? one_or_base(revision) : NULL;
}

/* Everything between two sides, both included. */
static MigRevisionSet *
between(const MigGraph *graph, const char *range, const GPtrArray *starts, const GPtrArray *ends,
        GError **error)
{
    g_autoptr(MigRevisionSet) plan = mig_graph_ancestors(graph, ends, FALSE);

    if (starts->len == 0)
        return g_steal_pointer(&plan);
    for (guint i = 0; i < starts->len; i++) {
        const MigRevision *start = starts->pdata[i];

        if (!mig_revision_set_has(plan, start)) {
            g_autofree char *names = mig_revision_names(ends);

            mig_set_error(error, MIG_E_RANGE,
                          "range '%s' leads nowhere: '%s' is not an ancestor of %s", range,
                          start->id, ends->len ? names : "base");
            return NULL;
        }
    }
    g_autoptr(MigRevisionSet) above = mig_graph_descendants(graph, starts, FALSE);
    g_autoptr(MigRevisionSet) below = mig_graph_ancestors(graph, starts, FALSE);

    for (guint i = 0; i < starts->len; i++)
        mig_revision_set_remove(below, starts->pdata[i]);
    mig_revision_set_intersect(plan, above);
    mig_revision_set_subtract(plan, below);
    return g_steal_pointer(&plan);
}

static GPtrArray *
history_between(const MigGraph *graph, const char *range, const char *colon, const GPtrArray *rows,
                GError **error)
{
    g_autofree char *from_text = g_strndup(range, colon - range);
    g_auto(MigSpec) from = {0};

    if (*from_text && !mig_spec_parse(graph, from_text, &from, error))
        return NULL;
    GPtrArray *all_ends = range_end(graph, &from, colon + 1, rows, error);
    g_autoptr(GPtrArray) ends = all_ends ? keep_in_branch(&from, all_ends, error) : NULL;

    if (!ends)
        return NULL;
    g_autoptr(GPtrArray) starts = range_start(graph, &from, ends, rows, error);
    g_autoptr(MigRevisionSet) plan = starts ? between(graph, range, starts, ends, error) : NULL;

    return plan ? mig_graph_sort(graph, plan) : NULL;
}

GPtrArray *
mig_revspec_history(const MigGraph *graph, const char *range, const GPtrArray *rows, GError **error)
{
    const char *colon = range ? strchr(range, ':') : NULL;

    if (range && colon && strchr(colon + 1, ':')) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "range '%s' has more than one ':'", range);
        return NULL;
    }
    if (colon)
        return history_between(graph, range, colon, rows, error);
    g_autoptr(MigRevisionSet) plan = NULL;

    if (range) {
        g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, range, rows, error);

        if (!found)
            return NULL;
        plan = mig_revision_set_new(graph);
        for (guint i = 0; i < found->len; i++)
            mig_revision_set_add(plan, found->pdata[i]);
    } else {
        plan = mig_graph_ancestors(graph, mig_graph_revisions(graph), FALSE);
    }
    return mig_graph_sort(graph, plan);
}

static gboolean
side_needs_rows(const char *text, gsize length, gboolean is_range)
{
    const char *at = memchr(text, '@', length);
    const char *symbol = at ? at + 1 : text;
    gsize symbol_length = length - (symbol - text);
    gboolean is_current = symbol_length >= 7 && strncmp(symbol, "current", 7) == 0 &&
                          (symbol_length == 7 || strchr("+-", symbol[7]));

    return is_current || (!is_range && symbol_length > 0 && strchr("+-", *symbol));
}

gboolean
mig_revspec_needs_rows(const char *text, gboolean is_range)
{
    const char *colon = is_range ? strchr(text, ':') : NULL;

    if (!colon)
        return side_needs_rows(text, strlen(text), FALSE);
    return side_needs_rows(text, colon - text, TRUE) ||
           side_needs_rows(colon + 1, strlen(colon + 1), TRUE);
}
