/* Questions at a terminal. Each has an option that answers it, for runs without one. */
#ifndef MIG_CMD_ASK_H
#define MIG_CMD_ASK_H

#include "cmd/command.h"
#include "core/autogenerate.h"

/* Whether there is somebody to ask: stdin and stderr are terminals. */
gboolean ask_possible(void);

/* Whether a dropped table or column is rather renamed (a MigRenameAskFunc; user_data: NULL), asked
 * until the answer is one of those offered. The end of input is MIG_E_NEEDS_ANSWER, an interrupt
 * (ctrl-C) MIG_E_INTERRUPTED. */
gboolean ask_rename(MigProject *project, const MigRenameQuestion *question, int *ret_choice,
                    void *user_data, GError **error);

#endif
