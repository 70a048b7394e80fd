/* Renames that nobody asked for but that look likely: for a question or a note, never for a guess.
 */
#ifndef MIG_RENAME_LIKELY_H
#define MIG_RENAME_LIKELY_H

#include "core/rename.h"

/* A table or column that only the old state has, and what only the new one has and looks like it.
 */
typedef struct {
    const MigObject *from;
    GPtrArray *to; /* of const MigObject*, at least one: the likeliest first */
} MigRenameQuestion;

/* Array of MigRenameQuestion*: tables before columns, each in the order of the old state. Renames
 * (of MigRename*, may be NULL) are settled and asked about no more; columns are compared in tables
 * that both states have, also under a new name. NULL: a rename fits nothing (MIG_E_BAD_ARGUMENT).
 *
 * Tables look alike when they hold the same, or nearly the same columns, or half of them under a
 * similar name; columns when they are spelled the same but for the name, or have the same type, at
 * the same place or under a similar name. Different types need a very similar name. */
GPtrArray *mig_renames_likely(const MigSchema *from, const MigSchema *to, const GPtrArray *renames,
                              GError **error);

/* The rename that answers a question with its choice of that index; new. */
MigRename *mig_rename_question_answer(const MigRenameQuestion *question, guint choice);

/* What is not guessed, and how to say it: a line for people. New string. */
char *mig_rename_question_describe(const MigRenameQuestion *question);

#endif
