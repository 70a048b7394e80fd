/* Draws the graph beside a list of revisions, newest first, as `git log --graph` does. */
#ifndef MIG_CMD_GRAPH_DRAW_H
#define MIG_CMD_GRAPH_DRAW_H

#include "core/graph.h"

typedef struct _GraphDrawing GraphDrawing;

/* shown: the revisions that will be drawn (the drawing keeps no reference); only edges between
 * them are drawn. With box characters, or in plain ASCII. */
GraphDrawing *graph_drawing_new(const MigGraph *graph, const MigRevisionSet *shown, gboolean utf8);
void graph_drawing_free(GraphDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GraphDrawing, graph_drawing_free)

/* Appends the rows of the next revision to out: a node with text (one or several lines) beside it,
 * then the edges to its parents. Edges to dependencies are dashed. */
void graph_drawing_add(GraphDrawing *drawing, const MigRevision *revision, const char *text,
                       GString *out);

#endif
