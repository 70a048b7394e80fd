/* Graphs for tests, without files. */
#ifndef MIG_TESTS_GRAPH_UTIL_H
#define MIG_TESTS_GRAPH_UTIL_H

#include "core/graph.h"

/* Adds a script as if read from "ID.sql", its keys on the lines 3 to 6. Lists: words separated by
 * commas, "" for none. */
void graph_util_add(GPtrArray *scripts, const char *id, const char *down, const char *deps,
                    const char *labels);

/* Scripts from the notation of graph-vectors.txt: "a() b(a) c(b;x)[label]". */
GPtrArray *graph_util_scripts(const char *notation);

/* Revisions named by words (separated by spaces, "-" for none), which must be there. */
GPtrArray *graph_util_revisions(const MigGraph *graph, const char *words);

/* Ids joined by a space; sorted if so asked. */
char *graph_util_ids(const GPtrArray *revisions, gboolean sorted);

/* Words of a text sorted and joined by a space. */
char *graph_util_sort_words(const char *text);

#endif
