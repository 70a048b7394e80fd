#include <string.h>

#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/revspec.h"

static GPtrArray *
find_branch_points(const MigGraph *graph)
{
    g_autoptr(GPtrArray) all = mig_revspec_history(graph, NULL, NULL, NULL);
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        if (mig_revision_is_branch_point(all->pdata[i]))
            g_ptr_array_add(found, all->pdata[i]);
    }
    return found;
}

static void
append_branch_point(GString *text, const Invocation *invocation, const MigRevision *revision)
{
    const guint child_parts =
        REVISION_LABELS | REVISION_TREE | (invocation->verbose > 0 ? REVISION_MESSAGE : 0);

    if (invocation->verbose > 0)
        append_revision_details(text, invocation, revision, NULL, 0);
    else
        append_revision(text, invocation, revision, REVISION_LABELS | REVISION_TREE);
    if (invocation->verbose == 0)
        g_string_append_c(text, '\n');
    for (guint i = 0; i < revision->next->len; i++) {
        g_string_append_printf(text, "%*s -> ", (int)strlen(revision->id), "");
        append_revision(text, invocation, revision->next->pdata[i], child_parts);
        g_string_append_c(text, '\n');
    }
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigGraph *graph = project ? mig_project_graph(project, error) : NULL;

    if (!graph)
        return -1;
    g_autoptr(GPtrArray) points = find_branch_points(graph);
    g_autoptr(GString) text = g_string_new(NULL);

    if (invocation->format == FORMAT_JSON) {
        out_revisions(invocation, points, 0);
        return 0;
    }
    for (guint i = 0; i < points->len; i++) {
        if (i > 0)
            g_string_append_c(text, '\n');
        append_branch_point(text, invocation, points->pdata[i]);
    }
    out("%s", text->str);
    if (points->len == 0)
        talk(invocation, "There are no branch points.");
    return 0;
}

const Command command_branches = {
    .name = "branches",
    .summary = "show where the history branches",
    .description = "Lists each revision that several others have as a parent, with these "
                   "children.\n"
                   "The database is not asked.",
    .examples = "migrate branches\tbranch points, newest first\n"
                "migrate branches -v\twith paths and messages\n",
    .run = run,
};
