/* Cuts a script into statements. Handles comments, quotes, CREATE TRIGGER … BEGIN … END with
 * nested CASE, BEGIN ATOMIC bodies and COPY data, by the dialect's lexer rules. */
#ifndef MIG_SPLITTER_H
#define MIG_SPLITTER_H

#include "core/lexer.h"

typedef struct {
    gsize offset; /* of the first token (comments before it are not part), bytes */
    gsize length; /* bytes; up to the last token, without the semicolon */
    gsize end;    /* offset just behind the semicolon (or the end of text), bytes */
    gsize data_offset; /* COPY data: from here … */
    gsize data_length; /* … this many bytes, without the final "\." line; 0: none */
    int line;     /* of the first token, from 1, relative to the text */
} MigStatement;

/* Statements of text, in order; empty ones (only white space and comments) are left out.
 * An unterminated token is MIG_E_SCRIPT_SQL with a location inside text (the line and column
 * are relative to the text; file is `file`, may be NULL).
 * Returns a GArray of MigStatement, or NULL. Free with g_array_unref(). */
GArray *mig_split(const MigLexRules *rules, const char *text, gsize length, const char *file,
                  GError **error);

#endif
