/* Models that a program prints: `exec:COMMAND`, and those by the name of an ORM. */
#ifndef MIG_MODEL_COMMAND_H
#define MIG_MODEL_COMMAND_H

#include "core/project.h"

/* Whether an entry of the setting `model` is printed by a program; else it is a path. */
gboolean mig_model_is_command(const char *entry);

/* What the program prints: new text; or what it printed before, when the files that `model_cache`
 * names are still the same. MIG_E_MODEL when it cannot be started, fails, takes too long or prints
 * nothing. */
char *mig_model_command_read(MigProject *project, const char *entry, gsize *ret_length,
                             GError **error);

#endif
