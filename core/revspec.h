/* Symbols and ranges: `[LABEL@]ID`, `[LABEL@][SYM](+|-)N`, `A:B`.
 * rows: the database's version rows as a GPtrArray of MigRevision*; NULL where there is no
 * database (then `current` and row-relative symbols are errors). All results are new arrays of
 * MigRevision*, free with g_ptr_array_unref(); an empty array stands for base. */
#ifndef MIG_REVSPEC_H
#define MIG_REVSPEC_H

#include "core/graph.h"

/* A symbol for show, edit, merge, --head, stamp: one or several revisions, absolute or relative. */
GPtrArray *mig_revspec_resolve(const MigGraph *graph, const char *symbol, const GPtrArray *rows,
                               GError **error);

/* The same where exactly one revision will do (show's REV, --splice …); NULL only on error. */
MigRevision *mig_revspec_resolve_one(const MigGraph *graph, const char *symbol,
                                     const GPtrArray *rows, GError **error);

/* history's range "A:B", either side may be empty, or one symbol; NULL: everything. Clamps
 * relative walks. Result: newest first, in the order of mig_graph_sort(). */
GPtrArray *mig_revspec_history(const MigGraph *graph, const char *range, const GPtrArray *rows,
                               GError **error);

/* Whether a symbol (or, with is_range, a range of history) cannot be resolved without the
 * database's rows: it says `current`, or counts from them. */
gboolean mig_revspec_needs_rows(const char *text, gboolean is_range);

#endif
