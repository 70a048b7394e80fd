/* Inside of the graph: for the files that build, walk and order it. */
#ifndef MIG_GRAPH_PRIV_H
#define MIG_GRAPH_PRIV_H

#include "core/error.h"
#include "core/graph.h"

struct _MigGraph {
    GPtrArray *scripts;   /* of MigScript*, owned */
    MigRevision *nodes;   /* one block, load order */
    GPtrArray *revisions; /* of MigRevision*, into nodes */
    GHashTable *by_id;    /* id → MigRevision* */
    GHashTable *by_label; /* label in a header → MigRevision* */
    guint *rank;          /* by index: a topological number over down and deps, ancestors lower */
    /* By index: a number, and the highest number above, in the tree where each revision stands on
     * the first of its norm_down. Most questions of descent are answered by these. */
    guint *tree_first;
    guint *tree_last;
};

/* Appends an error for each cycle over down, and over down and deps, to errors; else fills
 * graph->rank. */
void mig_graph_check_cycles(MigGraph *graph, GPtrArray *errors);

/* Fill in the rest of a sound graph, in this order: norm_down, labels, tree_first and tree_last. */
void mig_graph_normalise_deps(MigGraph *graph);
void mig_graph_cover_labels(MigGraph *graph);
void mig_graph_number_tree(MigGraph *graph);

#endif
