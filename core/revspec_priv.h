/* One symbol taken apart: shared by revspec.c (symbols and ranges) and steps.c (targets). */
#ifndef MIG_REVSPEC_PRIV_H
#define MIG_REVSPEC_PRIV_H

#include "core/error.h"
#include "core/revspec.h"

/* `[LABEL@]ID` or `[LABEL@][SYM](+|-)N`. Clear with mig_spec_clear(). */
typedef struct {
    char *text;              /* the whole, for messages */
    char *label;             /* NULL: none */
    char *symbol;            /* ID or SYM; NULL: relative to the rows */
    char *distance;          /* "+2", "-1"; NULL: absolute */
    int steps;               /* with sign; 0 when absolute */
    MigRevision *branch;     /* what label stands for; NULL without label */
    MigRevisionSet *lineage; /* of branch; NULL without label */
} MigSpec;

/* Takes text apart and resolves its label. On failure there is nothing to clear. */
gboolean mig_spec_parse(const MigGraph *graph, const char *text, MigSpec *ret_spec, GError **error);
void mig_spec_clear(MigSpec *spec);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigSpec, mig_spec_clear)

/* The revisions of [LABEL@]ID or [LABEL@]SYM, the distance not counted. Empty: base. */
GPtrArray *mig_spec_symbol(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows,
                           GError **error);

/* The only member of revisions, NULL for an empty array (base); several are an error. */
gboolean mig_spec_single(const MigSpec *spec, const GPtrArray *revisions, MigRevision **ret,
                         GError **error);

/* Walks spec's distance from start (NULL: base); *ret NULL: base. Past the end: an error, with
 * clamp the last one reached. */
gboolean mig_spec_walk(const MigGraph *graph, const MigSpec *spec, MigRevision *start,
                       gboolean clamp, MigRevision **ret, GError **error);

/* Where a walk relative to the rows begins: `upgrade [LABEL@]+N`; NULL: base. */
gboolean mig_spec_start_up(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows,
                           MigRevision **ret, GError **error);

/* The same for `downgrade [LABEL@]-N`. */
gboolean mig_spec_start_down(const MigGraph *graph, const MigSpec *spec, const GPtrArray *rows,
                             MigRevision **ret, GError **error);

/* The error "the walk runs past the end". */
void mig_spec_set_walk_error(const MigSpec *spec, const char *why, GError **error);

/* MIG_E_OVERLAP when a member of revisions is an ancestor of another; what: "row", "target". */
gboolean mig_graph_check_overlap(const MigGraph *graph, const GPtrArray *revisions,
                                 const char *what, GError **error);

#endif
