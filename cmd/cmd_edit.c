#include "cmd/editor.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/revspec.h"

/* Paths of the scripts that the arguments name, each once. */
static GPtrArray *
find_paths(const Invocation *invocation, MigProject *project, GError **error)
{
    const MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free), rows = NULL;

    for (guint i = 0; graph && i < invocation->arguments->len; i++) {
        const char *symbol = invocation->arguments->pdata[i];

        if (!rows && mig_revspec_needs_rows(symbol, FALSE) &&
            !(rows = mig_project_rows(project, error)))
            return NULL;
        g_autoptr(GPtrArray) revisions = mig_revspec_resolve(graph, symbol, rows, error);

        if (!revisions)
            return NULL;
        if (revisions->len == 0) {
            mig_set_error(error, MIG_E_UNKNOWN_REVISION, "'%s' stands for no revision here",
                          symbol);
            return NULL;
        }
        for (guint j = 0; j < revisions->len; j++) {
            const char *path = ((MigRevision *)revisions->pdata[j])->script->path;

            if (!g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL))
                g_ptr_array_add(paths, g_strdup(path));
        }
    }
    return graph ? g_steal_pointer(&paths) : NULL;
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autoptr(GPtrArray) paths = project ? find_paths(invocation, project, error) : NULL;

    if (!paths || !editor_open(paths, error))
        return -1;
    /* Slips are best seen while the author is still there. */
    mig_project_reload(project);
    if (!mig_project_graph(project, error))
        return -1;
    if (invocation->format == FORMAT_JSON)
        out_json(json_pack("{s:o}", "edited", strings_json(paths)));
    return 0;
}

static const Argument arguments[] = {
    {.name = "REV",
     .repeatable = TRUE,
     .help = "revisions to edit: ids, labels, head, current …",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_edit = {
    .name = "edit",
    .summary = "open scripts in the editor",
    .description =
        "Opens the scripts of the revisions in the editor that VISUAL or EDITOR names. "
        "Afterwards all scripts are read again, so that a slip in a header shows at once.",
    .examples = "migrate edit head\tthe newest script\n"
                "migrate edit current\tthe one that the database stands on\n",
    .arguments = arguments,
    .run = run,
};
