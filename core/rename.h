/* Renames, which no comparison can find: hints of the user. */
#ifndef MIG_RENAME_H
#define MIG_RENAME_H

#include "core/change.h"

/* "users=accounts" or "users.name=users.full_name": an old path and a new one. */
typedef struct {
    char **from; /* path, NULL-terminated */
    char **to;
} MigRename;

/* Parses --rename's argument; names may be in double quotes. MIG_E_BAD_ARGUMENT. */
MigRename *mig_rename_parse(const char *text, GError **error);
void mig_rename_free(MigRename *rename);
/* The rename as --rename takes it, names in double quotes where they need them; new. */
char *mig_rename_text(const MigRename *rename);
/* A list of such arguments (of char*, may be NULL), as MigRename*; new. */
GPtrArray *mig_renames_parse(const GPtrArray *texts, GError **error);
/* A copy; the same with the sides swapped; new. */
MigRename *mig_rename_copy(const MigRename *rename);
MigRename *mig_rename_swap(const MigRename *rename);

/* Renames (of MigRename*, may be NULL) as RENAMED changes between two states, tables first. The
 * paths of a column may name its table by the old or the new name. A rename that fits nothing, or
 * whose new name the old state has already, is MIG_E_BAD_ARGUMENT. */
GPtrArray *mig_rename_changes(const GPtrArray *renames, const MigSchema *from, const MigSchema *to,
                              GError **error);

#endif
