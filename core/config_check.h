/* Whether migrate.ini has only sections and keys that mean something. */
#ifndef MIG_CONFIG_CHECK_H
#define MIG_CONFIG_CHECK_H

#include "core/ini.h"

/* Appends an error (of GError*, MIG_E_CONFIG_KEY, with location) for each unknown or misplaced section
 * and key. The keys of a section that another tool would call by another name are checked too. */
void mig_config_check_sections(const MigIni *ini, GPtrArray *errors);

#endif
