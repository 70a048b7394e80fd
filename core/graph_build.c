#include "core/graph_priv.h"

#include "core/suggest.h"

/* What is at work while a graph is built. Lists that stay empty are one shared array, and most
 * others are shared between fields: a graph of ten thousand revisions builds in a few ms. */
typedef struct {
    MigGraph *graph;
    GPtrArray *errors; /* of GError* */
    GPtrArray *empty;
} Builder;

static GError *
add_error(Builder *builder, const MigScript *script, int line, GError *error)
{
    mig_error_set_location(error, script->path, line > 0 ? line : script->id_line, 0, script->text,
                           script->text_length);
    g_ptr_array_add(builder->errors, error);
    return error;
}

static char *
place_of(const MigScript *script, int line)
{
    if (!script->path)
        return g_strdup("a script held in memory");
    return line > 0 ? g_strdup_printf("%s:%d", script->path, line) : g_strdup(script->path);
}

static gboolean
check_word(Builder *builder, const MigScript *script, const char *what, const char *word, int line)
{
    if (mig_script_id_is_legal(word))
        return TRUE;
    GError *error =
        add_error(builder, script, line,
                  mig_error_new(MIG_E_REVISION_ID, "%s '%s' is not allowed", what, word));

    mig_error_set_hint(error, "Use 1 to 128 of the characters A-Z, a-z, 0-9, '_' and '.'; 'head', "
                              "'heads', 'base' and 'current' are reserved.");
    return FALSE;
}

static void
report_duplicate(Builder *builder, const MigScript *script, const MigRevision *first)
{
    g_autofree char *here = place_of(script, script->id_line);
    g_autofree char *there = place_of(first->script, first->script->id_line);
    GError *error =
        add_error(builder, script, script->id_line,
                  mig_error_new(MIG_E_DUPLICATE_ID, "revision '%s' is there twice: in %s and %s",
                                script->id, there, here));

    mig_error_set_hint(error, "Delete one of the two files, or give it an id of its own.");
}

static void
add_revisions(Builder *builder)
{
    MigGraph *graph = builder->graph;

    graph->nodes = g_new0(MigRevision, graph->scripts->len);
    for (guint i = 0; i < graph->scripts->len; i++) {
        MigScript *script = graph->scripts->pdata[i];
        MigRevision *node = &graph->nodes[graph->revisions->len];
        MigRevision *first = mig_graph_find(graph, script->id);

        if (!check_word(builder, script, "revision id", script->id, script->id_line))
            continue;
        if (first) {
            report_duplicate(builder, script, first);
            continue;
        }
        node->id = script->id;
        node->script = script;
        node->index = graph->revisions->len;
        node->own_labels = g_ptr_array_ref(script->labels->len ? script->labels : builder->empty);
        g_ptr_array_add(graph->revisions, node);
        g_hash_table_insert(graph->by_id, script->id, node);
    }
}

static void
add_labels(Builder *builder)
{
    MigGraph *graph = builder->graph;

    for (guint i = 0; i < graph->revisions->len; i++) {
        MigRevision *node = &graph->nodes[i];
        const MigScript *script = node->script;

        for (guint j = 0; j < node->own_labels->len; j++) {
            char *label = node->own_labels->pdata[j];
            const MigRevision *other = mig_graph_find_label(graph, label);

            if (!other)
                other = mig_graph_find(graph, label);
            if (!check_word(builder, script, "branch label", label, script->labels_line))
                continue;
            if (!other) {
                g_hash_table_insert(graph->by_label, label, node);
                continue;
            }
            g_autofree char *there = place_of(other->script, 0);
            GError *error =
                add_error(builder, script, script->labels_line,
                          mig_error_new(MIG_E_LABEL_CLASH,
                                        "branch label '%s' of revision '%s' is already used by "
                                        "revision '%s' (%s)",
                                        label, node->id, other->id, there));

            mig_error_set_hint(error,
                               "Labels and ids share one set of names: choose another label.");
        }
    }
}

static void
suggest_name(Builder *builder, GError *error, const char *word, gboolean labels_too)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < builder->graph->revisions->len; i++) {
        const MigRevision *node = &builder->graph->nodes[i];

        g_ptr_array_add(names, (gpointer)node->id);
        for (guint j = 0; labels_too && j < node->own_labels->len; j++)
            g_ptr_array_add(names, node->own_labels->pdata[j]);
    }
    g_ptr_array_add(names, NULL);
    const char *near = mig_suggest(word, (const char *const *)names->pdata);

    if (near)
        mig_error_set_hint(error, "Did you mean '%s'? Else the file of that revision is missing.",
                           near);
    else
        mig_error_set_hint(error,
                           "The file of that revision is missing, or its id is misspelt here.");
}

/* Resolves a header's list into revisions; what cannot be resolved is reported and left out. */
static GPtrArray *
resolve_list(Builder *builder, const MigRevision *node, const GPtrArray *words, gboolean is_deps)
{
    const MigScript *script = node->script;
    const char *key = is_deps ? "depends_on" : "down_revision";
    int line = is_deps ? script->deps_line : script->down_line;
    g_autoptr(GPtrArray) list = g_ptr_array_sized_new(words->len);

    if (words->len == 0)
        return g_ptr_array_ref(builder->empty);
    for (guint i = 0; i < words->len; i++) {
        const char *word = words->pdata[i];
        MigRevision *other = mig_graph_find(builder->graph, word);

        if (!other && is_deps)
            other = mig_graph_find_label(builder->graph, word);
        if (!other) {
            suggest_name(builder,
                         add_error(builder, script, line,
                                   mig_error_new(MIG_E_UNKNOWN_PARENT,
                                                 "unknown revision '%s' in %s of revision '%s'",
                                                 word, key, node->id)),
                         word, is_deps);
        } else if (other == node) {
            add_error(
                builder, script, line,
                mig_error_new(MIG_E_SELF_LOOP, "revision '%s' has itself in %s", node->id, key));
        } else if (!g_ptr_array_find(list, other, NULL)) {
            g_ptr_array_add(list, other);
        }
    }
    return g_steal_pointer(&list);
}

static void
append(GPtrArray **list, MigRevision *revision)
{
    if (!*list)
        *list = g_ptr_array_new();
    g_ptr_array_add(*list, revision);
}

static gint
by_index(gconstpointer a, gconstpointer b)
{
    const MigRevision *left = *(MigRevision *const *)a, *right = *(MigRevision *const *)b;

    return left->index < right->index ? -1 : left->index > right->index;
}

/* Until all dependencies are linked, a NULL all_next means "the same as next". */
static void
link_dependency(MigRevision *node, MigRevision *dependency)
{
    if (g_ptr_array_find(node->down, dependency, NULL))
        return;
    if (!dependency->all_next)
        dependency->all_next =
            dependency->next ? g_ptr_array_copy(dependency->next, NULL, NULL) : g_ptr_array_new();
    g_ptr_array_add(dependency->all_next, node);
}

static void
link_revisions(Builder *builder)
{
    MigGraph *graph = builder->graph;

    for (guint i = 0; i < graph->revisions->len; i++) {
        MigRevision *node = &graph->nodes[i];

        node->down = resolve_list(builder, node, node->script->down, FALSE);
        node->deps = resolve_list(builder, node, node->script->deps, TRUE);
        for (guint j = 0; j < node->down->len; j++)
            append(&((MigRevision *)node->down->pdata[j])->next, node);
    }
    for (guint i = 0; i < graph->revisions->len; i++) {
        for (guint j = 0; j < graph->nodes[i].deps->len; j++)
            link_dependency(&graph->nodes[i], graph->nodes[i].deps->pdata[j]);
    }
    for (guint i = 0; i < graph->revisions->len; i++) {
        MigRevision *node = &graph->nodes[i];

        if (!node->next)
            node->next = g_ptr_array_ref(builder->empty);
        if (node->all_next)
            g_ptr_array_sort(node->all_next, by_index);
        else
            node->all_next = g_ptr_array_ref(node->next);
        node->labels = g_ptr_array_ref(builder->empty);
    }
}

MigGraph *
mig_graph_new(GPtrArray *scripts, GError **error)
{
    g_autoptr(MigGraph) graph = g_new0(MigGraph, 1);
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_autoptr(GPtrArray) empty = g_ptr_array_new();
    Builder builder = {graph, errors, empty};

    g_ptr_array_set_free_func(scripts, (GDestroyNotify)mig_script_free);
    graph->scripts = scripts;
    graph->revisions = g_ptr_array_sized_new(scripts->len);
    graph->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    graph->by_label = g_hash_table_new(g_str_hash, g_str_equal);
    add_revisions(&builder);
    add_labels(&builder);
    link_revisions(&builder);
    mig_graph_check_cycles(graph, errors);
    if (errors->len > 0) {
        g_propagate_error(error, mig_error_from_list(errors));
        return NULL;
    }
    mig_graph_normalise_deps(graph);
    mig_graph_cover_labels(graph);
    mig_graph_number_tree(graph);
    return g_steal_pointer(&graph);
}
