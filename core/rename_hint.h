/* Renames written in the model: `-- migrate: renamed from NAME` on or above the line of a CREATE
 * TABLE or of a column. A hint may stay for ever: it counts only while one state has the old name
 * and the other the new one. */
#ifndef MIG_RENAME_HINT_H
#define MIG_RENAME_HINT_H

#include "core/lexer.h"
#include "core/rename.h"

/* Notes the hints of a model's text on the objects of the state it made, as the attribute
 * "renamed-from" (rendering only). A hint that stands on no table or column, or names nothing, is
 * MIG_E_MODEL with its place. */
gboolean mig_rename_hints_note(MigSchema *schema, const MigLexRules *rules, const char *text,
                               gsize length, const char *file, GError **error);

/* The given renames (of MigRename*, may be NULL) and those that hints on either state ask for and
 * that fit both. New array of new MigRename*, free function set. */
GPtrArray *mig_rename_hints_join(const GPtrArray *given, const MigSchema *from,
                                 const MigSchema *to);

#endif
