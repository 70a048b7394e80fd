/* The one error type of the library: a GError of domain MIG_ERROR with details attached. */
#ifndef MIG_ERROR_H
#define MIG_ERROR_H

#include <glib.h>

#include "core/migrate.h"

#define MIG_ERROR (mig_error_quark())

/* Quark of the error domain. Registered with private data, so g_error_copy() keeps the details. */
GQuark mig_error_quark(void);

/* What an error knows beside its message. Every string may be NULL; all belong to the error.
 * The order is the order in which the parts are shown (see mig_error_format()). */
typedef struct {
    char *subject;        /* what failed: "upgrade of 9b2f (add age), block 1, statement 2 of 3" */
    char *file;           /* path as the user would type it */
    int line;             /* from 1; 0: unknown */
    int column;           /* from 1, in characters; 0: unknown */
    char *source_line;    /* text of that line, without its line end; shown with a caret */
    char *diff;           /* a unified diff that shows what is meant, lines ending in newlines */
    char *engine_message; /* the database's own words */
    char *sqlstate;       /* SQLSTATE, or SQLite's extended code by name ("SQLITE_CONSTRAINT_UNIQUE") */
    char *engine_detail;  /* DETAIL of the engine */
    char *engine_hint;    /* HINT of the engine */
    char *engine_context; /* CONTEXT of the engine: the functions that it was in */
    char *state_now;      /* "rolled back, the database stays at 77ab" */
    char *hint;           /* a full sentence that says what to do */
    char *next_command;   /* the command to type next: "migrate upgrade head" */
    GPtrArray *related;   /* of GError*: further errors of the same kind, each complete; or NULL */
} MigErrorDetails;

/* New error. The message says what failed first, then why; lower case, no full stop. */
GError *mig_error_new(MigErrorCode code, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Like g_set_error(): does nothing when error is NULL. */
void mig_set_error(GError **error, MigErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The details of an error of domain MIG_ERROR, to read or fill in; NULL for other domains (an
 * error from GLib itself). Strings put in must be g_malloc'ed; the old value is the caller's to
 * free: prefer the setters. */
MigErrorDetails *mig_error_details(const GError *error);

/* Setters: replace the part; no-ops when error is NULL or of another domain, so that
 * `mig_error_set_hint(error ? *error : NULL, …)` needs no test. */
void mig_error_set_hint(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_error_set_subject(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_error_set_state(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void mig_error_set_next(GError *error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sets file, line and column, and, when text (the whole content of the file, text_length bytes,
 * need not end in NUL) is not NULL, the line's text. column 0 shows no caret. */
void mig_error_set_location(GError *error, const char *file, int line, int column,
                            const char *text, gsize text_length);

/* The same for a byte offset into text: line and column (in characters) are counted here. */
void mig_error_set_offset(GError *error, const char *file, const char *text, gsize text_length,
                          gsize offset);

/* Appends `also` (taken) to error's related list. */
void mig_error_add_related(GError *error, GError *also);

/* One error out of a list of GError* (the first, the others related); clears the list. NULL when
 * the list is empty. Used where all problems are reported, not the first only. */
GError *mig_error_from_list(GPtrArray *errors);

/* "E320", and the exit status of the command for the code. */
const char *mig_error_code_name(int code);
int mig_error_exit_status(const GError *error);

/* The whole error as lines of text: message with code and subject,
 * location with line and caret, the engine's words, the state, the hint, the next command; then
 * each related error likewise. No colour, ends in a newline. Free with g_free(). */
char *mig_error_format(const GError *error);

#endif
