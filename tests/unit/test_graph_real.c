/* Real graphs (tests/data/examples/graphs): up to the heads, down to base, and one branch at a
 * time. */
#include "tests/unit/unit.h"

#include <jansson.h>

#include "core/error.h"
#include "core/revspec.h"
#include "core/steps.h"
#include "tests/lib/graph_util.h"

static char *
join_strings(const json_t *array, const char *suffix)
{
    GString *text = g_string_new(NULL);
    const json_t *value;
    size_t i;

    json_array_foreach(array, i, value)
        g_string_append_printf(text, "%s%s%s", i ? "," : "", json_string_value(value), suffix);
    return g_string_free(text, FALSE);
}

static void
add_revision(GPtrArray *scripts, const json_t *revision, gboolean own_labels)
{
    const char *project = strrchr(json_string_value(json_object_get(revision, "repo")), '/') + 1;
    g_autofree char *suffix = own_labels ? g_strdup_printf(".%s", project) : g_strdup("");
    g_autofree char *down = join_strings(json_object_get(revision, "down_revision"), "");
    g_autofree char *deps = join_strings(json_object_get(revision, "depends_on"), "");
    g_autofree char *labels =
        join_strings(json_object_get(revision, "branch_labels"), g_strdelimit(suffix, "-", '_'));

    graph_util_add(scripts, json_string_value(json_object_get(revision, "revision")), down, deps,
                   labels);
}

/* own_labels: labels get the name of their project behind them. */
static GPtrArray *
read_scripts(const char *name, gboolean own_labels)
{
    g_autofree char *path = g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "data",
                                             "examples", "graphs", name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    GPtrArray *scripts = g_ptr_array_new();

    g_file_get_contents(path, &text, NULL, &error);
    assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (**line == '\0')
            continue;
        json_t *revision = json_loads(*line, 0, NULL);

        add_revision(scripts, revision, own_labels);
        json_decref(revision);
    }
    return scripts;
}

static MigGraph *
load(const char *name)
{
    g_autoptr(GError) error = NULL;
    MigGraph *graph = mig_graph_new(read_scripts(name, TRUE), &error);

    assert_no_error(error);
    return graph;
}

/* Steps lead from one table to the next, and the last one's rows are the result. */
static GPtrArray *
follow(const MigGraph *graph, const GPtrArray *rows, GPtrArray *steps)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(ids, (gpointer)((MigRevision *)rows->pdata[i])->id);
    for (guint i = 0; i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];

        if (i > 0)
            assert_ptr_equal(step->rows_before, ((MigStep *)steps->pdata[i - 1])->rows_after);
        g_ptr_array_set_size(ids, 0);
        g_ptr_array_extend(ids, step->rows_after, NULL, NULL);
    }
    GPtrArray *result = mig_steps_rows(graph, ids, &error);

    assert_no_error(error);
    return result;
}

static void
up_and_down(const char *name, guint n_revisions, const char *heads)
{
    g_autoptr(MigGraph) graph = load(name);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) up = mig_steps_upgrade(graph, none, "heads", &error);

    assert_no_error(error);
    assert_int_equal(up->len, n_revisions);
    g_autoptr(GPtrArray) top = follow(graph, none, up);
    g_autofree char *ids = graph_util_ids(top, TRUE);

    assert_string_equal(ids, heads);
    g_autoptr(GPtrArray) down = mig_steps_downgrade(graph, top, "base", FALSE, &error);

    assert_no_error(error);
    assert_int_equal(down->len, n_revisions);
    g_autoptr(GPtrArray) bottom = follow(graph, top, down);

    assert_int_equal(bottom->len, 0);
}

static void
airflow_goes_up_and_down(void **state)
{
    up_and_down("airflow-2021.jsonl", 84, "a13f7613ad25");
}

static void
neutron_goes_up_and_down(void **state)
{
    up_and_down("neutron-family.jsonl", 154,
                "06382790fb2c 5c85685d616d a1b2c3d4e5f6 a3ad63aa834f a589fdb5724c f399fa0f5f25");
}

/* Each project has a branch 'expand' and one 'contract': side by side that is no sound graph. */
static void
labels_of_projects_clash(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_null(mig_graph_new(read_scripts("neutron-family.jsonl", FALSE), &error));
    assert_int_equal(error->code, MIG_E_LABEL_CLASH);
    assert_int_equal(mig_error_details(error)->related->len, 3);
}

/* From each revision to the heads and back to it: what was applied before is applied again. */
static void
every_revision_is_reached(void **state)
{
    static const char *const names[] = {"airflow-2021.jsonl", "neutron-family.jsonl"};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(MigGraph) graph = load(names[i]);
        const GPtrArray *all = mig_graph_revisions(graph);
        g_autoptr(GPtrArray) none = g_ptr_array_new();

        for (guint j = 0; j < all->len; j++) {
            const char *id = ((MigRevision *)all->pdata[j])->id;
            g_autoptr(GError) error = NULL;
            g_autoptr(GPtrArray) up = mig_steps_upgrade(graph, none, id, &error);

            assert_no_error(error);
            g_autoptr(GPtrArray) rows = follow(graph, none, up);

            assert_int_equal(rows->len, 1);
            assert_ptr_equal(rows->pdata[0], all->pdata[j]);
            g_autoptr(GPtrArray) on = mig_steps_upgrade(graph, rows, "heads", &error);

            assert_no_error(error);
            assert_int_equal(up->len + on->len, all->len);
        }
    }
}

/* contract depends on expand: with one branch comes what it needs of the other, and no more. */
static void
a_branch_goes_alone(void **state)
{
    g_autoptr(MigGraph) graph = load("neutron-family.jsonl");
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) up = mig_steps_upgrade(graph, none, "contract.neutron@head", &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) rows = follow(graph, none, up);
    g_autofree char *ids = graph_util_ids(rows, TRUE);
    g_autoptr(GPtrArray) current = mig_steps_current(graph, rows);
    g_autofree char *tips = graph_util_ids(current, TRUE);

    assert_string_equal(ids, "5c85685d616d");
    assert_string_equal(tips, "5c85685d616d 67daae611b6e");
    g_autoptr(GPtrArray) down =
        mig_steps_downgrade(graph, rows, "expand.neutron@-1", FALSE, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) left = follow(graph, rows, down);
    g_autofree char *left_ids = graph_util_ids(left, TRUE);

    assert_string_equal(left_ids, "0f5bef0f87d4 3b935b28e7a0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(airflow_goes_up_and_down), cmocka_unit_test(neutron_goes_up_and_down),
        cmocka_unit_test(labels_of_projects_clash), cmocka_unit_test(every_revision_is_reached),
        cmocka_unit_test(a_branch_goes_alone),
    };

    return cmocka_run_group_tests_name("real graphs", tests, NULL, NULL);
}
