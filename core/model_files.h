/* The files that a model's command reads, as `model_cache` names them. */
#ifndef MIG_MODEL_FILES_H
#define MIG_MODEL_FILES_H

#include "core/cache.h"
#include "core/config.h"

/* Adds the files (char*: files, folders with all below them, patterns of a shell), path and
 * content, to what a state depends on. Hidden files and what programs make by themselves
 * (__pycache__, node_modules) do not count. MIG_E_MODEL when one is not there or cannot be read. */
gboolean mig_model_files_add(const MigConfig *config, const GPtrArray *named, MigCacheKey *key,
                             GError **error);

#endif
