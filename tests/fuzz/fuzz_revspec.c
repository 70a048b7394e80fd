/* Symbols, ranges and targets over a graph with branches, a merge and dependencies. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "core/error.h"
#include "core/revspec.h"
#include "core/steps.h"

static const char *const headers[] = {
    "-- revision: aa01\n-- down_revision:\n-- migrate: upgrade\n",
    "-- revision: aa02\n-- down_revision: aa01\n-- migrate: upgrade\n",
    "-- revision: b101\n-- down_revision: aa02\n-- branch_labels: left\n-- migrate: upgrade\n",
    "-- revision: b102\n-- down_revision: b101\n-- migrate: upgrade\n",
    "-- revision: c201\n-- down_revision: aa02\n-- branch_labels: right\n-- migrate: upgrade\n",
    "-- revision: c202\n-- down_revision: c201\n-- migrate: upgrade\n",
    "-- revision: m1\n-- down_revision: b102, c202\n-- migrate: upgrade\n",
    "-- revision: z1\n-- down_revision:\n-- branch_labels: other\n-- migrate: upgrade\n",
    "-- revision: z2\n-- down_revision: z1\n-- depends_on: b101\n-- migrate: upgrade\n",
};

static MigGraph *
build_graph(void)
{
    GPtrArray *scripts = g_ptr_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(headers); i++)
        g_ptr_array_add(scripts, mig_script_from_text(headers[i], -1, NULL, NULL));
    return mig_graph_new(scripts, NULL);
}

/* Takes result and *error: there is one of them, and an error can be shown. */
static void
check(GPtrArray *result, GError **error)
{
    g_assert(!result != !*error);
    g_clear_pointer(&result, g_ptr_array_unref);
    if (!*error)
        return;
    g_autofree char *shown = mig_error_format(*error);

    g_assert((*error)->domain == MIG_ERROR && (*error)->code != MIG_E_INTERNAL);
    g_clear_error(error);
}

static void
try_rows(const MigGraph *graph, const char *text, const GPtrArray *rows)
{
    g_autoptr(GPtrArray) targets = g_ptr_array_new();
    GError *error = NULL;

    g_ptr_array_add(targets, (gpointer)text);
    check(mig_revspec_resolve(graph, text, rows, &error), &error);
    check(mig_revspec_history(graph, text, rows, &error), &error);
    if (!rows) {
        g_assert(!mig_revspec_needs_rows(text, FALSE) ||
                 !mig_revspec_resolve(graph, text, NULL, NULL));
        return;
    }
    check(mig_steps_upgrade(graph, rows, text, &error), &error);
    check(mig_steps_downgrade(graph, rows, text, FALSE, &error), &error);
    check(mig_steps_stamp(graph, rows, targets, &error), &error);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = size ? g_strndup((const char *)data, size) : g_strdup("");
    g_autoptr(MigGraph) graph = build_graph();
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) heads = mig_graph_real_heads(graph);
    g_autoptr(GPtrArray) some = g_ptr_array_new();
    GError *error = NULL;

    g_ptr_array_add(some, mig_graph_find(graph, "b102"));
    g_ptr_array_add(some, mig_graph_find(graph, "c201"));
    try_rows(graph, text, NULL);
    try_rows(graph, text, none);
    try_rows(graph, text, some);
    try_rows(graph, text, heads);
    check(mig_steps_upgrade_range(graph, text, &error), &error);
    check(mig_steps_downgrade_range(graph, text, FALSE, &error), &error);
    return 0;
}
