#include "cmd/output.h"
#include "cmd/revision_text.h"

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigGraph *graph = project ? mig_project_graph(project, error) : NULL;

    if (!graph)
        return -1;
    g_autoptr(GPtrArray) heads = invocation_has(invocation, "resolve-dependencies")
                                     ? mig_graph_real_heads(graph)
                                     : mig_graph_heads(graph);

    out_revisions(invocation, heads, REVISION_LABELS);
    if (heads->len == 0)
        talk(invocation, "There are no revisions yet.");
    return 0;
}

static const Option options[] = {
    {.name = "resolve-dependencies",
     .kind = OPTION_FLAG,
     .help = "leave out heads that another revision depends on"},
    {.name = NULL},
};

const Command command_heads = {
    .name = "heads",
    .summary = "show the newest revision of each branch",
    .description = "A head is a revision that no other one has as its parent. One that another "
                   "revision depends on is marked as an effective head: upgrading to 'heads' "
                   "reaches it on the way.\n"
                   "The database is not asked.",
    .examples = "migrate heads\tone line for each head\n"
                "migrate heads -v\twith parents, path and message\n",
    .options = options,
    .run = run,
};
