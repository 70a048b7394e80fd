/* The revisions as a directed acyclic graph. */
#ifndef MIG_GRAPH_H
#define MIG_GRAPH_H

#include "core/script.h"

typedef struct _MigRevision MigRevision;
typedef struct _MigGraph MigGraph;

/* A node. Everything belongs to the graph. Lists are GPtrArrays of MigRevision*, in load order
 * unless said otherwise. */
struct _MigRevision {
    const char *id;
    MigScript *script;     /* owned by the graph; NULL only in tests made from bare data */
    guint index;           /* position in load order */
    GPtrArray *down;       /* parents, in the order of the header */
    GPtrArray *deps;       /* resolved dependencies, in the order of the header */
    GPtrArray *norm_down;  /* down, then normalised dependencies, without repeats */
    GPtrArray *next;       /* revisions with this one in down */
    GPtrArray *all_next;   /* next, plus those with this one in deps */
    GPtrArray *own_labels; /* of char*: labels in the header */
    GPtrArray *labels;     /* of char*: labels that cover this revision, sorted */
};

/* Builds a graph from scripts (of MigScript*, taken; load order = array order). All errors
 * are found and returned as one error with the others related to it; every one carries file and
 * line. */
MigGraph *mig_graph_new(GPtrArray *scripts, GError **error);

void mig_graph_free(MigGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigGraph, mig_graph_free)

/* All revisions, load order. Owned by the graph. */
const GPtrArray *mig_graph_revisions(const MigGraph *graph);

/* Exact id; NULL when there is none. */
MigRevision *mig_graph_find(const MigGraph *graph, const char *id);

/* The revision whose header has exactly this label; NULL when there is none. */
MigRevision *mig_graph_find_label(const MigGraph *graph, const char *label);

/* Sets as new GPtrArrays of MigRevision*, load order; free with g_ptr_array_unref(). */
GPtrArray *mig_graph_heads(const MigGraph *graph);       /* no next */
GPtrArray *mig_graph_real_heads(const MigGraph *graph);  /* no all_next */
GPtrArray *mig_graph_bases(const MigGraph *graph);

gboolean mig_revision_is_head(const MigRevision *revision);
gboolean mig_revision_is_real_head(const MigRevision *revision);
gboolean mig_revision_is_base(const MigRevision *revision);
gboolean mig_revision_is_branch_point(const MigRevision *revision);
gboolean mig_revision_is_merge_point(const MigRevision *revision);

/* The ids of revisions: "'a', 'b'" for messages, "a, b", and a list of char*. All new. */
char *mig_revision_names(const GPtrArray *revisions);
char *mig_revision_join(const GPtrArray *revisions);
GPtrArray *mig_revision_ids(const GPtrArray *revisions);

/* A set of revisions as a bitmap over index. */
typedef struct {
    guint64 *bits;
    guint n_words;
} MigRevisionSet;

MigRevisionSet *mig_revision_set_new(const MigGraph *graph);
void mig_revision_set_free(MigRevisionSet *set);
void mig_revision_set_add(MigRevisionSet *set, const MigRevision *revision);
void mig_revision_set_remove(MigRevisionSet *set, const MigRevision *revision);
gboolean mig_revision_set_has(const MigRevisionSet *set, const MigRevision *revision);
/* Takes every member of `other` out of set. */
void mig_revision_set_subtract(MigRevisionSet *set, const MigRevisionSet *other);
/* Keeps in set only what is in `other` too. */
void mig_revision_set_intersect(MigRevisionSet *set, const MigRevisionSet *other);
/* The members as a new array of MigRevision*, load order. */
GPtrArray *mig_revision_set_list(const MigGraph *graph, const MigRevisionSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigRevisionSet, mig_revision_set_free)

/* Closures, the starting revisions (array of MigRevision*) included. versioned: over down/next
 * only; else over norm_down/all_next. */
MigRevisionSet *mig_graph_ancestors(const MigGraph *graph, const GPtrArray *from, gboolean versioned);
MigRevisionSet *mig_graph_descendants(const MigGraph *graph, const GPtrArray *from, gboolean versioned);

/* desc_v(X) + anc_v(X). */
MigRevisionSet *mig_graph_lineage(const MigGraph *graph, const MigRevision *revision);

/* What a label on this revision covers: the revision, desc_v, and its ancestors down to, and
 * without, the nearest branch or merge point. */
MigRevisionSet *mig_graph_branch(const MigGraph *graph, const MigRevision *revision);

/* The members of a plan newest first, a branch as a whole as far as that goes (see graph_order.c).
 * New array. What lies between two members must be a member too (so it is for upgrades, downgrades
 * and ranges). */
GPtrArray *mig_graph_sort(const MigGraph *graph, const MigRevisionSet *plan);

/* The set reduced to those that no other member implies (over norm_down), load order. New array. */
GPtrArray *mig_graph_reduce(const MigGraph *graph, const GPtrArray *revisions);

#endif
