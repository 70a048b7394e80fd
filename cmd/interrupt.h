/* SIGINT and SIGTERM during a run: the first one asks it to stop, roll back and say where it is; the
 * second one ends the process at once. */
#ifndef MIG_CMD_INTERRUPT_H
#define MIG_CMD_INTERRUPT_H

#include <glib.h>

/* From now on signals ask. One that is ignored (nohup) stays so. */
void interrupt_begin(void);

/* Whether one has asked; to be used as MigApplyOptions.cancelled. */
gboolean interrupt_asked(gpointer user_data);

/* Ends the process by the signal that asked, as if it had not been handled, so that a shell sees
 * status 130 or 143; returns when none did. */
void interrupt_finish(void);

#endif
