#include "cmd/graph_draw.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/revspec.h"
#include "core/since.h"

/* What is to be shown. */
typedef struct {
    const Invocation *invocation;
    const MigGraph *graph;
    GPtrArray *revisions; /* newest first */
    GPtrArray *row_ids;   /* of char*: rows of the database; NULL: it was not asked */
    GHashTable *origins;  /* id → MigVcsOrigin*; NULL: git was not asked, or there is none */
} History;

static gboolean
is_current(const History *history, const MigRevision *revision)
{
    return history->row_ids &&
           g_ptr_array_find_with_equal_func(history->row_ids, revision->id, g_str_equal, NULL);
}

static const MigVcsOrigin *
origin_of(const History *history, const MigRevision *revision)
{
    return history->origins ? g_hash_table_lookup(history->origins, revision->id) : NULL;
}

static void
add_origin_json(json_t *object, const History *history, const MigRevision *revision)
{
    const MigVcsOrigin *origin = origin_of(history, revision);

    if (!origin)
        return;
    json_object_set_new(object, "commit", json_string(origin->commit));
    json_object_set_new(object, "author", json_string(origin->author));
}

static void
print_json(const History *history)
{
    json_t *list = json_array();

    for (guint i = 0; i < history->revisions->len; i++) {
        const MigRevision *revision = history->revisions->pdata[i];
        json_t *object = revision_json(revision);

        if (history->row_ids)
            json_object_set_new(object, "is_current", json_boolean(is_current(history, revision)));
        add_origin_json(object, history, revision);
        json_array_append_new(list, object);
    }
    out_json(list);
}

static void
append_entry(GString *text, const History *history, const MigRevision *revision, gboolean is_last)
{
    guint parts = REVISION_LABELS | REVISION_TREE | REVISION_MESSAGE;

    if (is_current(history, revision))
        parts |= REVISION_CURRENT;
    /* A drawing shows the parents itself. */
    if (!invocation_has(history->invocation, "graph"))
        parts |= REVISION_PARENTS;
    if (history->invocation->verbose > 0)
        append_revision_details(text, history->invocation, revision, origin_of(history, revision),
                                parts);
    else
        append_revision(text, history->invocation, revision, parts);
    if (history->invocation->verbose == 0 || !is_last)
        g_string_append_c(text, '\n');
}

static void
print_text(const History *history)
{
    g_autoptr(GString) text = g_string_new(NULL), entry = g_string_new(NULL);
    g_autoptr(MigRevisionSet) shown = mig_revision_set_new(history->graph);
    g_autoptr(GraphDrawing) drawing = NULL;

    if (invocation_has(history->invocation, "graph"))
        drawing = graph_drawing_new(history->graph, shown, output_is_utf8());
    for (guint i = 0; i < history->revisions->len; i++)
        mig_revision_set_add(shown, history->revisions->pdata[i]);
    for (guint i = 0; i < history->revisions->len; i++) {
        const MigRevision *revision = history->revisions->pdata[i];

        g_string_truncate(entry, 0);
        append_entry(entry, history, revision, i + 1 == history->revisions->len);
        if (drawing)
            graph_drawing_add(drawing, revision, entry->str, text);
        else
            g_string_append_len(text, entry->str, entry->len);
    }
    out("%s", text->str);
}

static int
run(Invocation *invocation, GError **error)
{
    const char *range = invocation_value(invocation, "rev-range");
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigGraph *graph = project ? mig_project_graph(project, error) : NULL;
    g_autoptr(GPtrArray) rows = NULL, row_ids = NULL, revisions = NULL;

    if (!graph)
        return -1;
    if (range && mig_revspec_needs_rows(range, TRUE) && !(rows = mig_project_rows(project, error)))
        return -1;
    if (invocation_has(invocation, "indicate-current") &&
        !(row_ids = mig_project_row_ids(project, error)))
        return -1;
    revisions = mig_revspec_history(graph, range, rows, error);
    if (!revisions)
        return -1;
    g_autoptr(GHashTable) origins = NULL;

    if (invocation->verbose > 0) {
        g_autoptr(GError) own = NULL;

        origins = mig_since_origins(project, &own);
        if (own)
            talk(invocation, "who brought the revisions is not known: %s", own->message);
    }
    const History history = {invocation, graph, revisions, row_ids, origins};

    if (invocation->format == FORMAT_JSON)
        print_json(&history);
    else
        print_text(&history);
    if (mig_graph_revisions(graph)->len == 0)
        talk(invocation, "There are no revisions yet.");
    return 0;
}

static const Option options[] = {
    {.name = "rev-range",
     .letter = 'r',
     .kind = OPTION_VALUE,
     .value = "RANGE",
     .help = "only revisions from FROM to TO of FROM:TO, both included; either may be left out",
     .completion = COMPLETE_REVISION},
    {.name = "indicate-current",
     .letter = 'i',
     .kind = OPTION_FLAG,
     .help = "ask the database, and mark the revisions it is at"},
    {.name = "graph", .kind = OPTION_FLAG, .help = "draw the graph beside the list"},
    {.name = NULL},
};

const Command command_history = {
    .name = "history",
    .summary = "list the revisions, newest first",
    .description =
        "Each line shows a revision behind its parents (and, in parentheses, what it depends on), "
        "and where branches begin, merge and end. With --graph the drawing shows the parents.\n"
        "A range may use all symbols: ids and unique beginnings of them, labels, 'head', 'base', "
        "'LABEL@head', 'head-3'. In FROM:TO, a FROM of -N counts down from TO and a TO of +N "
        "counts up from FROM. 'current' stands for what the database is at; without it and "
        "without -i the database is not asked.",
    .examples = "migrate history\tall revisions\n"
                "migrate history --graph\tas a drawing; edges to dependencies are dashed\n"
                "migrate history -r -3:\tthe last ones\n"
                "migrate history -r current: -v\twhat is still to be applied, in full, and who brought it "
                "(git)\n",
    .options = options,
    .run = run,
};
