/* The progress bar on a terminal's last line. Used by report.c only. */
#ifndef MIG_CMD_PROGRESS_H
#define MIG_CMD_PROGRESS_H

#include "cmd/output.h"

/* Draws how far the run is (STEP_BEGIN, STATEMENT, PROGRESS), at most ten times a second, and not before the
 * run has lasted a moment. Does nothing unless stderr is a terminal. */
void progress_draw(const MigEvent *event);

/* Erases it; to be called before anything is written to stderr. */
void progress_erase(void);

/* "<1 ms", "12 ms", "3.4 s", "43 s", "1:02 min", "2:05 h". New string. */
char *duration_text(gint64 ms);

/* The bar's text without control characters, at most width columns: for tests. elapsed_ms: since the
 * run began. New string. */
char *progress_text(const MigEvent *event, gint64 elapsed_ms, guint width);

#endif
