/* Changes migrate.ini on behalf of the user. */
#ifndef MIG_CONFIG_EDIT_H
#define MIG_CONFIG_EDIT_H

#include "core/config.h"

/* Puts lines (of char*, "KEY = VALUE"; none is fine) behind the header of the section in use, whole or
 * not at all. The rest of the file stays as it is, byte by byte, and so do the values that are loaded.
 * MIG_E_FILE. */
gboolean mig_config_add_lines(const MigConfig *config, const GPtrArray *lines, GError **error);

#endif
