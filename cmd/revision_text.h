/* How revisions are shown: current, heads, branches, history, show. */
#ifndef MIG_CMD_REVISION_TEXT_H
#define MIG_CMD_REVISION_TEXT_H

#include <jansson.h>

#include "cmd/command.h"
#include "core/vcs.h"

/* What the line of a revision has beside its id and "(head)", as in Alembic. */
typedef enum {
    REVISION_PARENTS = 1 << 0, /* "12ab -> ", "(12ab, 34cd) -> " in front; "<base>" for none */
    REVISION_LABELS = 1 << 1,  /* "(label)": labels that cover it */
    REVISION_TREE = 1 << 2,    /* "(branchpoint)", "(mergepoint)" */
    REVISION_MESSAGE = 1 << 3, /* ", message" at the end */
    REVISION_CURRENT = 1 << 4  /* "(current)": it is a row of the database */
} RevisionParts;

/* Appends its line, without the end of line. */
void append_revision(GString *text, const Invocation *invocation, const MigRevision *revision,
                     guint parts);

/* Appends the whole entry that `show` and -v have: id, parents, labels, path, message, and the commit
 * and author where origin is not NULL. Only REVISION_CURRENT counts of the parts. */
void append_revision_details(GString *text, const Invocation *invocation,
                             const MigRevision *revision, const MigVcsOrigin *origin, guint parts);

/* The same two, to stdout. */
void out_revision(const Invocation *invocation, const MigRevision *revision, guint parts);
void out_revision_details(const Invocation *invocation, const MigRevision *revision, guint parts);

/* All that is known of it, as a JSON object; is_current is null until the caller sets it. */
json_t *revision_json(const MigRevision *revision);

/* A list of revisions, one after another as entries (with -v) or lines with these parts; as JSON an
 * array. */
void out_revisions(const Invocation *invocation, const GPtrArray *revisions, guint parts);

/* What `revision` and `merge` made: "revision" and "path", both null for nothing. */
json_t *new_revision_json(const char *id, const char *path);

/* The ids of a list of revisions as a JSON array. */
json_t *ids_json(const GPtrArray *revisions);

/* A list of char* as a JSON array. */
json_t *strings_json(const GPtrArray *strings);

#endif
