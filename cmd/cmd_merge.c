#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/revision.h"
#include "core/revspec.h"

/* What to join: the arguments, else all heads. */
static GPtrArray *
symbols_of(const Invocation *invocation)
{
    GPtrArray *symbols = g_ptr_array_new();

    for (guint i = 0; i < invocation->arguments->len; i++)
        g_ptr_array_add(symbols, invocation->arguments->pdata[i]);
    if (symbols->len == 0)
        g_ptr_array_add(symbols, (gpointer) "heads");
    return symbols;
}

/* How many revisions the symbols name; -1: error. */
static int
count_revisions(MigProject *project, const GPtrArray *symbols, GError **error)
{
    const MigGraph *graph = mig_project_graph(project, error);
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (guint i = 0; graph && i < symbols->len; i++) {
        g_autoptr(GPtrArray) found = mig_revspec_resolve(graph, symbols->pdata[i], NULL, error);

        if (!found)
            return -1;
        g_ptr_array_extend(all, found, NULL, NULL);
    }
    return graph ? (int)all->len : -1;
}

static int
run(Invocation *invocation, GError **error)
{
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    g_autoptr(GPtrArray) symbols = symbols_of(invocation);
    int n = project ? count_revisions(project, symbols, error) : -1;

    if (n < 0)
        return -1;
    if (n < 2 && invocation->arguments->len == 0) {
        talk(invocation, "nothing to merge: there %s", n ? "is one head" : "are no revisions");
        if (invocation->format == FORMAT_JSON)
            out_json(new_revision_json(NULL, NULL));
        return 0;
    }
    if (n < 2) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "a merge needs at least two revisions");
        return -1;
    }
    const MigRevisionOptions options = {
        .message = invocation_value(invocation, "message"),
        .heads = symbols,
        .branch_labels = invocation_list(invocation, "branch-label"),
        .rev_id = invocation_value(invocation, "rev-id"),
    };
    g_autofree char *id = NULL;
    g_autofree char *path = mig_revision_write(project, &options, &id, error);

    if (!path)
        return -1;
    if (invocation->format == FORMAT_JSON)
        out_json(new_revision_json(id, path));
    else
        out("created %s\n", path);
    return 0;
}

static const Option options_table[] = {
    {.name = "message",
     .letter = 'm',
     .kind = OPTION_VALUE,
     .value = "MSG",
     .help = "what the merge is for; its first line names the script"},
    {.name = "branch-label",
     .kind = OPTION_LIST,
     .value = "LABEL",
     .help = "label for the branch that begins here; may be repeated"},
    {.name = "rev-id",
     .kind = OPTION_VALUE,
     .value = "ID",
     .help = "id of the new revision instead of a random one"},
    {.name = NULL},
};

static const Argument arguments[] = {
    {.name = "REV",
     .optional = TRUE,
     .repeatable = TRUE,
     .help = "heads to join; default: all heads",
     .completion = COMPLETE_REVISION},
    {.name = NULL},
};

const Command command_merge = {
    .name = "merge",
    .summary = "join heads with a new revision",
    .description = "Writes a revision that has the heads as its parents, with empty blocks. Most "
                   "often it stays empty.",
    .examples = "migrate merge heads -m \"merge main and billing\"\tjoin all heads\n"
                "migrate merge 12ab 34cd\tjoin two of several heads\n",
    .options = options_table,
    .arguments = arguments,
    .run = run,
};
