/* Reads a state from wherever it is: `live`, `model`, `versions`, `versions@REV`, `file:PATH`,
 * `empty`, a database URL. */
#ifndef MIG_SOURCE_H
#define MIG_SOURCE_H

#include "core/project.h"
#include "core/schema.h"

/* The sealed state, without the tool's own tables and filtered by include and exclude. A model
 * that does not load is MIG_E_MODEL with file, line, column and the engine's message. */
MigSchema *mig_source_read(MigProject *project, const char *source, GError **error);

#endif
