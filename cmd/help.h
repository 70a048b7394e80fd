/* Help made from the tables of cmd/command.h. */
#ifndef MIG_CMD_HELP_H
#define MIG_CMD_HELP_H

#include "cmd/command.h"

/* What `migrate --help` and `migrate COMMAND --help` show, at most 80 columns wide. New strings. */
char *help_overview(void);
char *help_command(const Command *command);

/* "migrate upgrade [OPTIONS] REV", for usage lines and synopses. New string. */
char *help_usage(const Command *command);

/* "-m, --message=MSG" without the short part when there is none. New string. */
char *help_option_label(const Option *option);

/* "how to show results: text, json": the help of an option or argument with its choices (NULL:
 * none). New string. */
char *help_with_choices(const char *help, const char *const *choices);

#endif
