/* Relative symbols: where a walk begins and where it leads. */
#include "core/revspec_priv.h"

void
mig_spec_set_walk_error(const MigSpec *spec, const char *why, GError **error)
{
    int steps = ABS(spec->steps);

    mig_set_error(error, MIG_E_WALK, "relative revision '%s' does not lead %d step%s away: %s",
                  spec->text, steps, steps == 1 ? "" : "s", why);
}

static void
set_ambiguous_walk(const MigSpec *spec, const MigRevision *at, const GPtrArray *choices,
                   GError **error)
{
    g_autofree char *names = mig_revision_names(choices);

    if (!at)
        mig_set_error(error, MIG_E_AMBIGUOUS, "'%s' is ambiguous: there are several bases: %s",
                      spec->text, names);
    else
        mig_set_error(error, MIG_E_AMBIGUOUS, "'%s' is ambiguous: '%s' has several %s: %s",
                      spec->text, at->id, spec->steps > 0 ? "children" : "parents", names);
    if (!error)
        return;
    if (spec->steps > 0)
        mig_error_set_hint(*error, "Name the branch, as in '%s@%s', or the revision.",
                           ((MigRevision *)choices->pdata[0])->id, spec->distance);
    else
        mig_error_set_hint(*error, "Name the revision to go to, such as '%s'.",
                           ((MigRevision *)choices->pdata[0])->id);
}

static GPtrArray *
children_of(const MigGraph *graph, const MigSpec *spec, MigRevision *at)
{
    GPtrArray *children = at ? g_ptr_array_copy(at->next, NULL, NULL) : mig_graph_bases(graph);

    for (guint i = 0; spec->lineage && i < children->len;) {
        if (mig_revision_set_has(spec->lineage, children->pdata[i]))
            i++;
        else
            g_ptr_array_remove_index(children, i);
    }
    return children;
}

/* One step up or down; *at stays and *ret_end is set where there is none. */
static gboolean
walk_step(const MigGraph *graph, const MigSpec *spec, MigRevision **at, gboolean *ret_end,
          GError **error)
{
    g_autoptr(GPtrArray) choices = NULL;

    if (spec->steps > 0)
        choices = children_of(graph, spec, *at);
    else if (*at)
        choices = g_ptr_array_ref((*at)->down);
    if (!choices || (spec->steps > 0 && choices->len == 0)) {
        *ret_end = TRUE;
        return TRUE;
    }
    if (choices->len > 1) {
        set_ambiguous_walk(spec, *at, choices, error);
        return FALSE;
    }
    *at = choices->len ? choices->pdata[0] : NULL;
    return TRUE;
}

gboolean
mig_spec_walk(const MigGraph *graph, const MigSpec *spec, MigRevision *start, gboolean clamp,
              MigRevision **ret, GError **error)
{
    gboolean end = FALSE;
    MigRevision *at = start;

    for (int i = 0; i < ABS(spec->steps) && !end; i++) {
        if (!walk_step(graph, spec, &at, &end, error))
            return FALSE;
        if (end && !clamp) {
            g_autofree char *why =
                g_strdup_printf("%s comes after %d", spec->steps > 0 ? "the head" : "base", i);

            mig_spec_set_walk_error(spec, why, error);
            return FALSE;
        }
    }
    if (at && spec->lineage && !mig_revision_set_has(spec->lineage, at)) {
        mig_set_error(error, MIG_E_NOT_IN_BRANCH,
                      "'%s' leads to revision '%s', which is not a member of branch '%s'",
                      spec->text, at->id, spec->label);
        return FALSE;
    }
    *ret = at;
    return TRUE;
}

static gboolean
need_rows(const MigSpec *spec, const GPtrArray *rows, GError **error)
{
    if (rows)
        return TRUE;
    mig_set_error(error, MIG_E_BAD_ARGUMENT,
                  "'%s' is relative to what the database holds, and no database is asked here",
                  spec->text);
    if (error)
        mig_error_set_hint(*error, "Name the revision to count from, as in 'head%s'.",
                           spec->steps < 0 ? spec->distance : "-1");
    return FALSE;
}

static GPtrArray *
members_of(const GPtrArray *revisions, const MigRevisionSet *set)
{
    GPtrArray *members = g_ptr_array_new();

    for (guint i = 0; i < revisions->len; i++) {
        if (mig_revision_set_has(set, revisions->pdata[i]))
            g_ptr_array_add(members, revisions->pdata[i]);
    }
    return members;
}

/* The rows in a set, else the newest applied revisions in it. */
static GPtrArray *
starts_in(const MigGraph *graph, const GPtrArray *rows, const MigRevisionSet *set)
{
    g_autoptr(GPtrArray) found = members_of(rows, set);

    if (found->len > 0)
        return g_steal_pointer(&found);
    g_autoptr(MigRevisionSet) applied = mig_graph_ancestors(graph, rows, FALSE);

    mig_revision_set_intersect(applied, set);
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, applied);

    return mig_graph_reduce(graph, members);
}

gboolean
mig_spec_start_up(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows,
                  MigRevision **ret, GError **error)
{
    if (!need_rows(spec, rows, error))
        return FALSE;
    g_autoptr(GPtrArray) starts = spec->lineage ? starts_in(graph, rows, spec->lineage)
                                                : g_ptr_array_copy((GPtrArray *)rows, NULL, NULL);

    if (starts->len > 1) {
        g_autofree char *names = mig_revision_names(starts);

        mig_set_error(error, MIG_E_AMBIGUOUS,
                      "'%s' is ambiguous: the database is at several revisions: %s", spec->text,
                      names);
        if (error)
            mig_error_set_hint(*error, "Name the branch, as in 'LABEL@%s', or the revision.",
                               spec->distance);
        return FALSE;
    }
    *ret = starts->len ? starts->pdata[0] : NULL;
    return TRUE;
}

gboolean
mig_spec_start_down(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows,
                    MigRevision **ret, GError **error)
{
    if (!need_rows(spec, rows, error))
        return FALSE;
    if (!spec->branch) {
        /* As Alembic does, the first of several rows. */
        *ret = rows->len ? rows->pdata[0] : NULL;
        return TRUE;
    }
    g_autoptr(MigRevisionSet) own = mig_graph_branch(graph, spec->branch);
    g_autoptr(GPtrArray) starts = starts_in(graph, rows, own);

    if (starts->len == 0) {
        mig_set_error(error, MIG_E_RANGE, "branch '%s' is not applied", spec->label);
        return FALSE;
    }
    if (starts->len > 1) {
        g_autofree char *names = mig_revision_names(starts);

        mig_set_error(error, MIG_E_AMBIGUOUS,
                      "'%s' is ambiguous: branch '%s' is at several "
                      "revisions: %s",
                      spec->text, spec->label, names);
        return FALSE;
    }
    *ret = starts->pdata[0];
    return TRUE;
}
