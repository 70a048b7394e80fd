/* The one place that prints. Data goes to stdout, talk to stderr; -q silences talk only. */
#ifndef MIG_CMD_OUTPUT_H
#define MIG_CMD_OUTPUT_H

#include <jansson.h>

#include "cmd/command.h"

typedef enum {
    STYLE_PLAIN,
    STYLE_ID,      /* revision ids */
    STYLE_LABEL,   /* (head), labels */
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_WARNING,
    STYLE_DIM,
    STYLE_ADDED,
    STYLE_REMOVED
} Style;

/* Data, to stdout. out() is printf-like; out_styled() colours when stdout takes colour. */
void out(const char *format, ...) G_GNUC_PRINTF(1, 2);
void out_styled(const Invocation *invocation, Style style, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The text without what would steer a terminal: control characters (but for tab and newline) and
 * bytes that are not UTF-8 become "\x1b". New string. */
char *printable(const char *text);
/* SQL text, coloured lightly when stdout takes colour. */
void out_sql(const Invocation *invocation, const char *sql);
/* A JSON string; null for NULL. */
json_t *text_json(const char *text);
/* A JSON value and a newline; steals value. Keys keep their order. */
void out_json(json_t *value);

/* The same on one line, as the last of a run's events. */
void out_json_line(json_t *value);

/* Talk, to stderr: a line for people. Silent with -q. */
void talk(const Invocation *invocation, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The SGR sequence that begins a style, as "\033[1m"; "" for STYLE_PLAIN. Ended by style_end. */
const char *style_begin(Style style);
extern const char style_end[];

/* A finished error, to stderr, coloured when it takes colour; with --format json one JSON object
 * (code, message, exit_status and all parts that are known, `related`). */
void report_error(const Invocation *invocation, const GError *error);

/* The error in all its parts as a JSON object. */
json_t *error_as_json(const GError *error);

/* Library events (MigEventFunc; user_data: the Invocation). Steps are talk: one line each on stderr
 * and a progress bar below them on a terminal. With --format json they are the command's data: one
 * object a line on stdout (with -v also the beginning of steps and statements), while notices go
 * to stderr. Warnings are shown even with -q. */
void report_event(const MigEvent *event, void *user_data);

/* Whether the locale's character set is UTF-8 (for drawing). */
gboolean output_is_utf8(void);

/* To be called first: a file opened later must not take the place of a closed stdin, stdout or
 * stderr, and a reader that goes away must not kill a run half-way. */
void output_begin(void);

/* Flushes stdout; ends the process as SIGPIPE would when the reader went away; FALSE (with error
 * MIG_E_FILE) when anything could not be written. */
gboolean output_finish(GError **error);

#endif
