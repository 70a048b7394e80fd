/* The progress bar on a terminal's last line. Used by report.c only. */
#ifndef MIG_CMD_PROGRESS_H
#define MIG_CMD_PROGRESS_H

#include "cmd/output.h"

/* Draws how far the run is (STEP_BEGIN, STATEMENT), at most ten times a second, and not before the
 * run has lasted a moment. Does nothing unless stderr is a terminal. */
void progress_draw(const MigEvent *event);

/* Erases it; to be called before anything is written to stderr. */
void progress_erase(void);

/* The bar's text without control characters, at most width columns: for tests. elapsed_ms: since the
 * run began. New string. */
char *progress_text(const MigEvent *event, gint64 elapsed_ms, guint width);

#endif
