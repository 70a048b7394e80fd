/* Manual pages made from the tables of cmd/command.h and core/config.h. */
#ifndef MIG_CMD_MAN_H
#define MIG_CMD_MAN_H

#include "cmd/command.h"

/* migrate(1), and migrate-COMMAND(1). New strings. */
char *man_overview(void);
char *man_command(const Command *command);

#endif
