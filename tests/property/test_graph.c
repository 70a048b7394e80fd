/* Random graphs: what must hold of any of them. MIGRATE_TEST_SEED repeats a run that failed,
 * MIGRATE_TEST_GRAPHS sets how many graphs are tried. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/revspec.h"
#include "core/steps.h"
#include "core/steps_moves.h"
#include "tests/lib/graph_util.h"

#define MAX_REVISIONS 40

typedef struct {
    MigGraph *graph;
    guint n;
    /* By index: row is column or one of its ancestors; over norm_down and over down. */
    gboolean below[MAX_REVISIONS][MAX_REVISIONS];
    gboolean below_v[MAX_REVISIONS][MAX_REVISIONS];
} Sample;

static guint32 seed;

static MigRevision *
node(const Sample *sample, guint i)
{
    return mig_graph_revisions(sample->graph)->pdata[i];
}

static void
add_words(GString *words, GRand *rand, guint made, guint n_words, guint reach)
{
    for (guint i = 0; i < n_words && made > 0; i++) {
        guint back = g_rand_int_range(rand, 0, MIN(made, reach));

        g_string_append_printf(words, "%sr%u", words->len ? "," : "", made - 1 - back);
    }
}

/* Revisions r0, r1…: each depends on earlier ones only; load order is another one. */
static GPtrArray *
random_scripts(GRand *rand)
{
    guint n = g_rand_int_range(rand, 1, g_rand_boolean(rand) ? 12 : MAX_REVISIONS);
    guint reach = g_rand_int_range(rand, 1, 12);
    int p_base = g_rand_int_range(rand, 0, 30), p_merge = g_rand_int_range(rand, 0, 50),
        p_deps = g_rand_int_range(rand, 0, 70);
    GPtrArray *scripts = g_ptr_array_new();

    for (guint i = 0; i < n; i++) {
        g_autofree char *id = g_strdup_printf("r%u", i);
        g_autofree char *label =
            g_rand_int_range(rand, 0, 10) ? g_strdup("") : g_strdup_printf("label%u", i);
        g_autoptr(GString) down = g_string_new(NULL), deps = g_string_new(NULL);

        if (g_rand_int_range(rand, 0, 100) >= p_base)
            add_words(down, rand, i,
                      g_rand_int_range(rand, 0, 100) < p_merge ? g_rand_int_range(rand, 2, 4) : 1,
                      reach);
        if (g_rand_int_range(rand, 0, 100) < p_deps)
            add_words(deps, rand, i, g_rand_int_range(rand, 1, 4), n);
        graph_util_add(scripts, id, down->str, deps->str, label);
    }
    for (guint i = n; i > 1 && p_base % 2; i--) {
        guint other = g_rand_int_range(rand, 0, i);
        gpointer swapped = scripts->pdata[i - 1];

        scripts->pdata[i - 1] = scripts->pdata[other];
        scripts->pdata[other] = swapped;
    }
    return scripts;
}

static void
close_over(gboolean below[MAX_REVISIONS][MAX_REVISIONS], guint n)
{
    for (guint k = 0; k < n; k++)
        for (guint i = 0; i < n; i++)
            for (guint j = 0; j < n; j++)
                below[i][j] |= below[i][k] && below[k][j];
}

static void
fill_below(Sample *sample)
{
    for (guint i = 0; i < sample->n; i++) {
        const MigRevision *revision = node(sample, i);

        sample->below[i][i] = sample->below_v[i][i] = TRUE;
        for (guint j = 0; j < revision->norm_down->len; j++)
            sample->below[((MigRevision *)revision->norm_down->pdata[j])->index][i] = TRUE;
        for (guint j = 0; j < revision->down->len; j++)
            sample->below_v[((MigRevision *)revision->down->pdata[j])->index][i] = TRUE;
    }
    close_over(sample->below, sample->n);
    close_over(sample->below_v, sample->n);
}

/* Each dependency is kept unless an ancestor over down lists it too. */
static void
check_normalised(const Sample *sample)
{
    for (guint i = 0; i < sample->n; i++) {
        const MigRevision *revision = node(sample, i);

        for (guint j = 0; j < revision->deps->len; j++) {
            gpointer dependency = revision->deps->pdata[j];
            gboolean kept = g_ptr_array_find(revision->norm_down, dependency, NULL);
            gboolean dropped = FALSE;

            for (guint k = 0; k < sample->n; k++)
                dropped |= k != i && sample->below_v[k][i] &&
                           g_ptr_array_find(node(sample, k)->deps, dependency, NULL);
            assert_true(kept == !dropped || g_ptr_array_find(revision->down, dependency, NULL));
        }
    }
}

/* The order as the document has it, word by word. */
static GPtrArray *
sort_by_the_book(const Sample *sample, const MigRevisionSet *plan)
{
    GPtrArray *out = g_ptr_array_new();
    g_autoptr(GPtrArray) active = g_ptr_array_new();
    guint cur = 0;

    for (guint i = 0; i < sample->n; i++) {
        gboolean top = mig_revision_set_has(plan, node(sample, i));

        for (guint j = 0; top && j < node(sample, i)->all_next->len; j++)
            top = !mig_revision_set_has(plan, node(sample, i)->all_next->pdata[j]);
        if (top)
            g_ptr_array_add(active, node(sample, i));
    }
    while (active->len > 0) {
        MigRevision *c = active->pdata[cur];
        guint j = 0;

        while (j < active->len &&
               (j == cur || !sample->below[c->index][((MigRevision *)active->pdata[j])->index]))
            j++;
        if (j < active->len) {
            cur = j;
            continue;
        }
        g_ptr_array_add(out, c);
        gboolean placed = FALSE;

        for (guint i = 0; i < c->norm_down->len; i++) {
            gpointer parent = c->norm_down->pdata[i];

            if (!mig_revision_set_has(plan, parent) || g_ptr_array_find(active, parent, NULL))
                continue;
            if (placed)
                g_ptr_array_add(active, parent);
            else
                active->pdata[cur] = parent;
            placed = TRUE;
        }
        if (!placed) {
            g_ptr_array_remove_index(active, cur);
            cur = cur > 0 ? cur - 1 : 0;
        }
    }
    return out;
}

static void
check_order(const Sample *sample, const MigRevisionSet *plan)
{
    g_autoptr(GPtrArray) order = mig_graph_sort(sample->graph, plan);
    g_autoptr(GPtrArray) by_the_book = sort_by_the_book(sample, plan);
    g_autofree char *found = graph_util_ids(order, FALSE);
    g_autofree char *wanted = graph_util_ids(by_the_book, FALSE);

    assert_string_equal(found, wanted);
    for (guint i = 0; i < order->len; i++)
        for (guint j = i + 1; j < order->len; j++)
            assert_false(sample->below[((MigRevision *)order->pdata[i])->index]
                                      [((MigRevision *)order->pdata[j])->index]);
}

/* Rows of a random set of applied revisions. */
static GPtrArray *
random_rows(const Sample *sample, GRand *rand)
{
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    guint n = g_rand_int_range(rand, 0, 5);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(some, node(sample, g_rand_int_range(rand, 0, sample->n)));
    return mig_graph_reduce(sample->graph, some);
}

static char *
join_ids(const GPtrArray *ids)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < ids->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "", (char *)ids->pdata[i]);
    return g_strdup(text->str);
}

static void
hit_one_row(GPtrArray *table, const char *id)
{
    guint at, hits = 0;

    for (guint i = 0; i < table->len; i++)
        hits += g_str_equal(table->pdata[i], id);
    assert_int_equal(hits, 1);
    assert_true(g_ptr_array_find_with_equal_func(table, id, g_str_equal, &at));
    g_ptr_array_remove_index(table, at);
}

/* Runs a step's moves on a table, where each must hit exactly one row. */
static void
run_moves(GPtrArray *table, const MigStep *step)
{
    assert_true(step->moves->len > 0);
    for (guint i = 0; i < step->moves->len; i++) {
        const MigRowMove *move = step->moves->pdata[i];

        assert_int_equal(move->verb == MIG_ROW_INSERT, move->from == NULL);
        assert_int_equal(move->verb == MIG_ROW_DELETE, move->to == NULL);
        if (move->from)
            hit_one_row(table, move->from);
        if (move->to)
            g_ptr_array_add(table, move->to);
    }
}

/* The rows that a set of applied revisions calls for, by the invariant's own words. */
static char *
rows_of(const Sample *sample, const MigRevisionSet *applied)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();

    for (guint i = 0; i < sample->n; i++) {
        gboolean is_row = mig_revision_set_has(applied, node(sample, i));

        for (guint j = 0; is_row && j < sample->n; j++)
            is_row =
                j == i || !sample->below[i][j] || !mig_revision_set_has(applied, node(sample, j));
        if (is_row)
            g_ptr_array_add(rows, node(sample, i));
    }
    return graph_util_ids(rows, TRUE);
}

/* Checks a run of steps one by one; returns the rows it ends with. */
static GPtrArray *
check_run(const Sample *sample, const GPtrArray *rows, const GPtrArray *steps)
{
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(sample->graph, rows);
    g_autofree char *table_text = graph_util_ids(rows, TRUE);
    g_autoptr(GPtrArray) table = g_ptr_array_new();

    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(table, (gpointer)((MigRevision *)rows->pdata[i])->id);
    for (guint i = 0; i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];
        g_autofree char *before = join_ids(step->rows_before), *after = join_ids(step->rows_after);

        assert_string_equal(before, table_text);
        run_moves(table, step);
        g_autofree char *unsorted = join_ids(table);

        g_free(table_text);
        table_text = graph_util_sort_words(unsorted);
        assert_string_equal(after, table_text);
        assert_int_equal(mig_revision_set_has(applied, step->revision),
                         step->direction == MIG_DOWNGRADE);
        if (step->direction == MIG_UPGRADE)
            mig_revision_set_add(applied, step->revision);
        else
            mig_revision_set_remove(applied, step->revision);
        g_autofree char *wanted = rows_of(sample, applied);

        assert_string_equal(after, wanted);
    }
    return graph_util_revisions(sample->graph, table_text);
}

/* Takes an upgrade's steps back one by one. */
static void
check_way_back(const Sample *sample, const GPtrArray *rows, const GPtrArray *reached,
               const GPtrArray *steps)
{
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(sample->graph, reached);
    g_autoptr(MigRowTracker) tracker = mig_row_tracker_new(sample->graph, reached, applied);
    g_autoptr(GPtrArray) back = g_ptr_array_new_with_free_func((GDestroyNotify)mig_step_free);

    for (guint i = steps->len; i > 0; i--)
        g_ptr_array_add(back,
                        mig_row_tracker_step(tracker, ((MigStep *)steps->pdata[i - 1])->revision,
                                             MIG_DOWNGRADE));
    g_autoptr(GPtrArray) end = check_run(sample, reached, back);
    g_autofree char *found = graph_util_ids(end, TRUE), *wanted = graph_util_ids(rows, TRUE);

    assert_string_equal(found, wanted);
}

static void
check_upgrade(const Sample *sample, GRand *rand)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = random_rows(sample, rand);
    g_autoptr(GPtrArray) targets = random_rows(sample, rand);
    g_autofree char *ids = graph_util_ids(targets, FALSE);
    g_autofree char *target = g_rand_boolean(rand) || !*ids ? g_strdup("heads") : g_strdup(ids);
    g_autoptr(GPtrArray) steps = mig_steps_upgrade(sample->graph, rows, target, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) reached = check_run(sample, rows, steps);
    g_autoptr(MigRevisionSet) plan = mig_revision_set_new(sample->graph);

    for (guint i = 0; i < steps->len; i++)
        mig_revision_set_add(plan, ((MigStep *)steps->pdata[i])->revision);
    check_order(sample, plan);
    check_way_back(sample, rows, reached, steps);
}

static void
check_downgrade(const Sample *sample, GRand *rand)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = random_rows(sample, rand);
    g_autoptr(MigRevisionSet) applied = mig_steps_applied(sample->graph, rows);
    MigRevision *target = node(sample, g_rand_int_range(rand, 0, sample->n));
    gboolean to_base = !mig_revision_set_has(applied, target);
    g_autoptr(GPtrArray) steps =
        mig_steps_downgrade(sample->graph, rows, to_base ? "base" : target->id, FALSE, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) reached = check_run(sample, rows, steps);
    g_autofree char *ids = graph_util_ids(rows, TRUE);

    if (to_base)
        assert_int_equal(reached->len, 0);
    if (rows->len == 0)
        return;
    g_autoptr(GPtrArray) again = mig_steps_upgrade(sample->graph, reached, ids, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) end = check_run(sample, reached, again);
    g_autofree char *found = graph_util_ids(end, TRUE);

    assert_string_equal(found, ids);
}

static void
check_stamp(const Sample *sample, GRand *rand)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = random_rows(sample, rand);
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    guint n = g_rand_int_range(rand, 1, 4);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(targets,
                        g_rand_int_range(rand, 0, 8) == 0
                            ? (gpointer) "base"
                            : (gpointer)node(sample, g_rand_int_range(rand, 0, sample->n))->id);
    g_autoptr(GPtrArray) result = mig_steps_stamp(sample->graph, rows, targets, &error);

    assert_no_error(error);
    for (guint i = 0; i < result->len; i++)
        for (guint j = 0; j < result->len; j++)
            assert_true(i == j || !sample->below[((MigRevision *)result->pdata[i])->index]
                                                [((MigRevision *)result->pdata[j])->index]);
}

/* A range holds its ends and what lies between; none of it is outside. */
static void
check_history(const Sample *sample, GRand *rand)
{
    g_autoptr(GError) error = NULL;
    const MigRevision *a = node(sample, g_rand_int_range(rand, 0, sample->n));
    const MigRevision *b = node(sample, g_rand_int_range(rand, 0, sample->n));
    g_autofree char *range = g_strdup_printf("%s:%s", a->id, b->id);
    g_autoptr(GPtrArray) found = mig_revspec_history(sample->graph, range, NULL, &error);

    if (!sample->below[a->index][b->index]) {
        assert_null(found);
        assert_int_equal(error->code, MIG_E_RANGE);
        return;
    }
    assert_no_error(error);
    for (guint i = 0; i < sample->n; i++) {
        gboolean within = sample->below[a->index][i] && sample->below[i][b->index];

        assert_int_equal(within, g_ptr_array_find(found, node(sample, i), NULL));
    }
}

static void
check_closures(const Sample *sample, GRand *rand)
{
    MigRevision *x = node(sample, g_rand_int_range(rand, 0, sample->n));
    g_autoptr(GPtrArray) one = g_ptr_array_new();

    g_ptr_array_add(one, x);
    g_autoptr(MigRevisionSet) ancestors = mig_graph_ancestors(sample->graph, one, FALSE);
    g_autoptr(MigRevisionSet) descendants = mig_graph_descendants(sample->graph, one, FALSE);
    g_autoptr(MigRevisionSet) lineage = mig_graph_lineage(sample->graph, x);

    for (guint i = 0; i < sample->n; i++) {
        const MigRevision *y = node(sample, i);

        assert_int_equal(mig_revision_set_has(ancestors, y), sample->below[i][x->index]);
        assert_int_equal(mig_revision_set_has(descendants, y), sample->below[x->index][i]);
        assert_int_equal(mig_revision_set_has(lineage, y),
                         sample->below_v[i][x->index] || sample->below_v[x->index][i]);
    }
}

static void
random_graphs_hold(void **state)
{
    const char *wanted = g_getenv("MIGRATE_TEST_GRAPHS");
    guint n_graphs = wanted ? (guint)atoi(wanted) : 3000;
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    for (guint i = 0; i < n_graphs; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree Sample *sample = g_new0(Sample, 1);
        g_autoptr(MigGraph) graph = mig_graph_new(random_scripts(rand), &error);

        assert_no_error(error);
        sample->graph = graph;
        sample->n = mig_graph_revisions(graph)->len;
        fill_below(sample);
        check_normalised(sample);
        g_autoptr(MigRevisionSet) all =
            mig_graph_ancestors(graph, mig_graph_revisions(graph), FALSE);

        check_order(sample, all);
        for (guint j = 0; j < 4; j++) {
            check_closures(sample, rand);
            check_upgrade(sample, rand);
            check_downgrade(sample, rand);
            check_stamp(sample, rand);
            check_history(sample, rand);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs_hold)};
    const char *wanted = g_getenv("MIGRATE_TEST_SEED");

    seed = wanted ? (guint32)strtoul(wanted, NULL, 10) : g_random_int();
    printf("# seed %u: MIGRATE_TEST_SEED=%u repeats this run\n", seed, seed);
    return cmocka_run_group_tests_name("random graphs", tests, NULL, NULL);
}
