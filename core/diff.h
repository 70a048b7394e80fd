/* Two states → changes. Equality is equality of text and hash; there is no guessing. */
#ifndef MIG_DIFF_H
#define MIG_DIFF_H

#include "core/change.h"

/* "users=accounts" or "users.name=users.full_name": an old path and a new one. */
typedef struct {
    char **from; /* path, NULL-terminated */
    char **to;
} MigRename;

/* Parses --rename's argument; names may be in double quotes. MIG_E_BAD_ARGUMENT. */
MigRename *mig_rename_parse(const char *text, GError **error);
void mig_rename_free(MigRename *rename);
/* The same with the sides swapped; new. */
MigRename *mig_rename_swap(const MigRename *rename);

/* Changes that turn `from` into `to`, in a deterministic order; an empty array when equal. renames
 * (of MigRename*, may be NULL): one that fits nothing is MIG_E_BAD_ARGUMENT. The array (of
 * MigChange*) refers into both schemas. */
GPtrArray *mig_diff(const MigSchema *from, const MigSchema *to, const GPtrArray *renames,
                    GError **error);

#endif
