#include "core/steps.h"

#include <string.h>

#include "core/revspec_priv.h"
#include "core/steps_moves.h"

gboolean
mig_graph_check_overlap(const MigGraph *graph, const GPtrArray *revisions, const char *what,
                        GError **error)
{
    g_autoptr(GPtrArray) reduced = mig_graph_reduce(graph, revisions);

    if (reduced->len == revisions->len)
        return TRUE;
    for (guint i = 0; i < reduced->len; i++) {
        g_autoptr(GPtrArray) one = g_ptr_array_new(), below = g_ptr_array_new();

        g_ptr_array_add(one, reduced->pdata[i]);
        g_autoptr(MigRevisionSet) ancestors = mig_graph_ancestors(graph, one, FALSE);

        for (guint j = 0; j < revisions->len; j++) {
            if (revisions->pdata[j] != one->pdata[0] &&
                mig_revision_set_has(ancestors, revisions->pdata[j]))
                g_ptr_array_add(below, revisions->pdata[j]);
        }
        if (below->len == 0)
            continue;
        g_autofree char *names = mig_revision_names(below);

        mig_set_error(error, MIG_E_OVERLAP, "%s '%s' overlaps with %s: it includes them already",
                      what, ((MigRevision *)one->pdata[0])->id, names);
        break;
    }
    return FALSE;
}

static gboolean
check_rows(const MigGraph *graph, const GPtrArray *rows, GError **error)
{
    if (mig_graph_check_overlap(graph, rows, "version row", error))
        return TRUE;
    if (error)
        mig_error_set_hint(*error, "The version table was changed by hand: set it right with "
                                   "`migrate stamp --purge REVISIONS`.");
    return FALSE;
}

static GError *
unknown_rows_error(const GPtrArray *unknown)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < unknown->len; i++)
        g_string_append_printf(names, "%s'%s'", i ? ", " : "", (char *)unknown->pdata[i]);
    GError *error = mig_error_new(
        MIG_E_UNKNOWN_ROW, "the database stands at %s, which no script here has", names->str);

    mig_error_set_hint(error, "Take the scripts of the branch that the database was upgraded with; or, in a checkout of "
                              "git, bring the database to this one with `migrate switch HEAD`; or set its "
                              "rows with `migrate stamp --purge REVISIONS`.");
    return error;
}

GPtrArray *
mig_steps_rows(const MigGraph *graph, const GPtrArray *row_ids, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    g_autoptr(GPtrArray) unknown = g_ptr_array_new();

    for (guint i = 0; i < row_ids->len; i++) {
        MigRevision *revision = mig_graph_find(graph, row_ids->pdata[i]);

        if (!revision) {
            g_ptr_array_add(unknown, row_ids->pdata[i]);
        } else if (g_ptr_array_find(rows, revision, NULL)) {
            mig_set_error(error, MIG_E_OVERLAP, "version row '%s' is there twice", revision->id);
            return NULL;
        } else {
            g_ptr_array_add(rows, revision);
        }
    }
    if (unknown->len > 0) {
        g_propagate_error(error, unknown_rows_error(unknown));
        return NULL;
    }
    return check_rows(graph, rows, error) ? g_steal_pointer(&rows) : NULL;
}

MigRevisionSet *
mig_steps_applied(const MigGraph *graph, const GPtrArray *rows)
{
    return mig_graph_ancestors(graph, rows, FALSE);
}

GPtrArray *
mig_steps_current(const MigGraph *graph, const GPtrArray *rows)
{
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, applied);
    GPtrArray *tips = g_ptr_array_new();

    for (guint i = 0; i < members->len; i++) {
        MigRevision *revision = members->pdata[i];
        gboolean tip = TRUE;

        for (guint j = 0; tip && j < revision->next->len; j++)
            tip = !mig_revision_set_has(applied, revision->next->pdata[j]);
        if (tip)
            g_ptr_array_add(tips, revision);
    }
    return tips;
}

static int
compare_by_id(gconstpointer a, gconstpointer b)
{
    return strcmp((*(MigRevision *const *)a)->id, (*(MigRevision *const *)b)->id);
}

/* Whether the rows that steps led to are those that the applied revisions call for. */
static gboolean
rows_work_out(const MigGraph *graph, const MigRowTracker *tracker, const MigRevisionSet *applied)
{
    const GPtrArray *reached = mig_row_tracker_rows(tracker);
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, applied);
    g_autoptr(GPtrArray) expected = mig_graph_reduce(graph, members);
    gboolean same = reached->len == expected->len;

    g_ptr_array_sort(expected, compare_by_id);
    for (guint i = 0; same && i < expected->len; i++)
        same = g_str_equal(reached->pdata[i], ((MigRevision *)expected->pdata[i])->id);
    return same;
}

/* The steps over a plan, oldest first for an upgrade. */
static GPtrArray *
steps_over(const MigGraph *graph, const GPtrArray *rows, const MigRevisionSet *plan,
           MigDirection direction, GError **error)
{
    g_autoptr(GPtrArray) order = mig_graph_sort(graph, plan);
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);
    g_autoptr(MigRowTracker) tracker = mig_row_tracker_new(graph, rows, applied);
    g_autoptr(GPtrArray) steps = g_ptr_array_new_full(order->len, (GDestroyNotify)mig_step_free);

    for (guint i = 0; i < order->len; i++) {
        MigRevision *revision = order->pdata[direction == MIG_UPGRADE ? order->len - 1 - i : i];

        g_ptr_array_add(steps, mig_row_tracker_step(tracker, revision, direction));
        if (direction == MIG_UPGRADE)
            mig_revision_set_add(applied, revision);
        else
            mig_revision_set_remove(applied, revision);
    }
    if (!rows_work_out(graph, tracker, applied) &&
        mig_graph_check_overlap(graph, rows, "version row", NULL)) {
        mig_set_error(error, MIG_E_INTERNAL, "the version rows of this plan do not work out");
        return NULL;
    }
    return g_steal_pointer(&steps);
}

/* What one target of `upgrade` stands for. */
static GPtrArray *
upgrade_target(const MigGraph *graph, const GPtrArray *rows, const char *text, GError **error)
{
    g_auto(MigSpec) spec = {0};

    if (!mig_spec_parse(graph, text, &spec, error))
        return NULL;
    if (spec.distance && !spec.symbol && spec.steps <= 0) {
        mig_spec_set_walk_error(&spec, "an upgrade does not go down", error);
        return NULL;
    }
    g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, text, rows, error);

    /* The heads of one branch may depend on each other. */
    return found ? mig_graph_reduce(graph, found) : NULL;
}

static GPtrArray *
upgrade_targets(const MigGraph *graph, const GPtrArray *rows, const char *target, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(target, ", \t\r\n", -1);
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    guint n_words = 0;

    for (char **word = words; *word; word++) {
        if (**word == '\0')
            continue;
        g_autoptr(GPtrArray) found = upgrade_target(graph, rows, *word, error);

        if (!found)
            return NULL;
        for (guint i = 0; i < found->len; i++) {
            if (!g_ptr_array_find(targets, found->pdata[i], NULL))
                g_ptr_array_add(targets, found->pdata[i]);
        }
        n_words++;
    }
    if (n_words == 0) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "no target is named");
        return NULL;
    }
    return mig_graph_check_overlap(graph, targets, "target", error) ? g_steal_pointer(&targets)
                                                                    : NULL;
}

GPtrArray *
mig_steps_upgrade(const MigGraph *graph, const GPtrArray *rows, const char *target, GError **error)
{
    if (!check_rows(graph, rows, error))
        return NULL;
    g_autoptr(GPtrArray) targets = upgrade_targets(graph, rows, target, error);

    if (!targets)
        return NULL;
    g_autoptr(MigRevisionSet) plan = mig_graph_ancestors(graph, targets, FALSE);
    g_autoptr(MigRevisionSet) done = mig_steps_applied(graph, rows);

    mig_revision_set_subtract(plan, done);
    return steps_over(graph, rows, plan, MIG_UPGRADE, error);
}

GPtrArray *
mig_steps_exact(const MigGraph *graph, const GPtrArray *rows, const MigRevisionSet *wanted,
                GError **error)
{
    if (!check_rows(graph, rows, error))
        return NULL;
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);
    g_autoptr(MigRevisionSet) surplus = mig_steps_applied(graph, rows);
    g_autoptr(MigRevisionSet) lacking = mig_revision_set_new(graph);

    mig_revision_set_subtract(surplus, wanted);
    mig_revision_set_intersect(applied, wanted);
    g_autoptr(GPtrArray) kept = mig_revision_set_list(graph, applied);
    g_autoptr(GPtrArray) rows_between = mig_graph_reduce(graph, kept);
    g_autoptr(GPtrArray) all = mig_revision_set_list(graph, wanted);

    for (guint i = 0; i < all->len; i++)
        mig_revision_set_add(lacking, all->pdata[i]);
    mig_revision_set_subtract(lacking, applied);
    g_autoptr(GPtrArray) steps = steps_over(graph, rows, surplus, MIG_DOWNGRADE, error);
    g_autoptr(GPtrArray) up =
        steps ? steps_over(graph, rows_between, lacking, MIG_UPGRADE, error) : NULL;

    if (!up)
        return NULL;
    while (up->len > 0)
        g_ptr_array_add(steps, g_ptr_array_steal_index(up, 0));
    return g_steal_pointer(&steps);
}

/* Where a downgrade goes, and on which way. */
typedef struct {
    MigSpec spec;
    MigRevision *target;  /* NULL: base */
    MigRevisionSet *only; /* removals start in this lineage only; NULL: anywhere */
} Goal;

static void
goal_clear(Goal *goal)
{
    mig_spec_clear(&goal->spec);
    g_clear_pointer(&goal->only, mig_revision_set_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Goal, goal_clear)

/* `downgrade [LABEL@]-N`. */
static gboolean
relative_goal(const MigGraph *graph, const GPtrArray *rows, Goal *goal, GError **error)
{
    MigRevision *start;

    if (goal->spec.steps > 0) {
        mig_spec_set_walk_error(&goal->spec, "a downgrade does not go up", error);
        return FALSE;
    }
    if (!mig_spec_start_down(graph, &goal->spec, rows, &start, error))
        return FALSE;
    if (!start) {
        mig_spec_set_walk_error(&goal->spec, "the database is at base", error);
        return FALSE;
    }
    if (!mig_spec_walk(graph, &goal->spec, start, FALSE, &goal->target, error))
        return FALSE;
    if (!goal->spec.branch)
        goal->only = mig_graph_lineage(graph, start);
    return TRUE;
}

static gboolean
find_goal(const MigGraph *graph, const GPtrArray *rows, const char *text, Goal *ret_goal,
          GError **error)
{
    g_auto(Goal) goal = {0};
    const MigSpec *spec = &goal.spec;

    if (!mig_spec_parse(graph, text, &goal.spec, error))
        return FALSE;
    if (spec->distance && !spec->symbol) {
        if (!relative_goal(graph, rows, &goal, error))
            return FALSE;
    } else {
        g_autoptr(GPtrArray) found = mig_spec_symbol(graph, spec, rows, error);

        if (!found || !mig_spec_single(spec, found, &goal.target, error) ||
            !mig_spec_walk(graph, spec, goal.target, FALSE, &goal.target, error))
            return FALSE;
    }
    if (spec->branch)
        goal.only = mig_graph_lineage(graph, spec->branch);
    *ret_goal = goal;
    goal = (Goal){0};
    return TRUE;
}

/* The lowest revisions to remove. */
static GPtrArray *
find_roots(const MigGraph *graph, const Goal *goal)
{
    GPtrArray *roots =
        goal->target ? g_ptr_array_copy(goal->target->next, NULL, NULL) : mig_graph_bases(graph);

    for (guint i = 0; goal->only && i < roots->len;) {
        if (mig_revision_set_has(goal->only, roots->pdata[i]))
            i++;
        else
            g_ptr_array_remove_index(roots, i);
    }
    return roots;
}

/* Whether a downgrade must keep to the branch of its label. It may always take what depends on the
 * branch with it. A revision that is named as a branch only says which way to go from a target
 * that is named too. */
static gboolean
is_confined(const MigGraph *graph, const Goal *goal, const GPtrArray *rows)
{
    if (!goal->spec.branch)
        return goal->spec.distance && !goal->spec.symbol && rows->len > 1;
    return !goal->target || mig_graph_find_label(graph, goal->spec.label);
}

static gboolean
check_branch(const MigGraph *graph, const Goal *goal, const GPtrArray *roots,
             const MigRevisionSet *plan, GError **error)
{
    g_autoptr(MigRevisionSet) outside = mig_graph_descendants(graph, roots, TRUE);

    mig_revision_set_intersect(outside, plan);
    mig_revision_set_subtract(outside, goal->only);
    g_autoptr(GPtrArray) members = mig_revision_set_list(graph, outside);

    if (members->len == 0)
        return TRUE;
    g_autofree char *names = mig_revision_names(members);

    mig_set_error(error, MIG_E_OTHER_BRANCH,
                  "downgrade to '%s' would also remove %s, which %s not "
                  "of that branch",
                  goal->spec.text, names, members->len == 1 ? "is" : "are");
    if (error)
        mig_error_set_hint(*error, "Name a target above the branch point, or allow it with "
                                   "--all-branches.");
    return FALSE;
}

GPtrArray *
mig_steps_downgrade(const MigGraph *graph, const GPtrArray *rows, const char *target,
                    gboolean all_branches, GError **error)
{
    g_auto(Goal) goal = {0};

    if (!find_goal(graph, rows, target, &goal, error))
        return NULL;
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(graph, rows);

    if (goal.target && !mig_revision_set_has(applied, goal.target)) {
        mig_set_error(error, MIG_E_RANGE, "cannot downgrade to '%s': revision '%s' is not applied",
                      target, goal.target->id);
        return NULL;
    }
    g_autoptr(GPtrArray) roots = find_roots(graph, &goal);
    g_autoptr(MigRevisionSet) plan = mig_graph_descendants(graph, roots, FALSE);

    mig_revision_set_intersect(plan, applied);
    if (!all_branches && is_confined(graph, &goal, rows) &&
        !check_branch(graph, &goal, roots, plan, error))
        return NULL;
    return steps_over(graph, rows, plan, MIG_DOWNGRADE, error);
}
