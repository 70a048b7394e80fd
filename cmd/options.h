/* The command line, parsed by the tables of cmd/command.h. */
#ifndef MIG_CMD_OPTIONS_H
#define MIG_CMD_OPTIONS_H

#include "cmd/command.h"

/* Parses words (argv without the program's name, NULL-terminated; they must outlive the
 * invocation) into an empty invocation. On failure the error is of 1xx and the invocation holds
 * what could be understood, so that the error is reported in the format asked for; it must be
 * cleared in any case. Without a command word `command` stays NULL. With --help arguments may be
 * missing. */
gboolean options_parse(const char *const *words, Invocation *invocation, GError **error);

/* The command of that name; MIG_E_UNKNOWN_COMMAND with a "did you mean". */
const Command *options_find_command(const char *word, GError **error);

/* The option of that long name or letter among a command's own (command may be NULL) and the
 * global ones, or NULL. */
const Option *options_find_name(const Command *command, const char *name, gsize length);
const Option *options_find_letter(const Command *command, char letter);

#endif
