/* Completion scripts made from the tables of cmd/command.h. */
#ifndef MIG_CMD_COMPLETION_H
#define MIG_CMD_COMPLETION_H

#include "cmd/command.h"

/* "bash", "zsh", "fish", ended by NULL. */
extern const char *const completion_shells[];

/* The script for one of the shells. New string. */
char *completion_script(const char *shell);

/* For completion_SHELL.c: appends the parts of the shell's script to the array that replaces the
 * marks of its template: mark, text, mark, text … (char*, owned). */
void completion_parts_bash(GPtrArray *parts);
void completion_parts_zsh(GPtrArray *parts);
void completion_parts_fish(GPtrArray *parts);

/* Adds a mark and its text, which is taken and loses its final newline. */
void completion_add_part(GPtrArray *parts, const char *mark, GString *text);

/* What can be a SOURCE, separated by spaces. */
extern const char completion_sources[];

#endif
