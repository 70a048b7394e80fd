/* Cuts a script into statements. Handles comments, quotes, CREATE TRIGGER … BEGIN … END with
 * nested CASE, BEGIN ATOMIC bodies, CREATE RULE … DO (…; …) and COPY data, by the dialect's lexer
 * rules. */
#ifndef MIG_SPLITTER_H
#define MIG_SPLITTER_H

#include "core/lexer.h"

typedef struct {
    gsize offset; /* of the first token (comments before it are not part), bytes */
    gsize length; /* bytes; up to the last token, without the semicolon */
    gsize end;    /* offset just behind the semicolon (or the end of text), bytes */
    gsize data_offset; /* COPY data: from here (0: it is no such statement) … */
    gsize data_length; /* … this many bytes, without the final "\." line */
    int line;     /* of the first token, from 1, relative to the text */
} MigStatement;

/* Statements of text, in order; empty ones (only white space and comments) are left out.
 * An unterminated token is MIG_E_SCRIPT_SQL with a location inside text (the line and column
 * are relative to the text; file is `file`, may be NULL).
 * Returns a GArray of MigStatement, or NULL. Free with g_array_unref(). */
GArray *mig_split(const MigLexRules *rules, const char *text, gsize length, const char *file,
                  GError **error);

/* What a token is for its statement. */
typedef enum {
    MIG_PART_TOKEN, /* part of a statement, or white space and comments anywhere */
    MIG_PART_END,   /* the semicolon that ends a statement */
    MIG_PART_DATA   /* all of a COPY statement's data, as one token of kind STRING */
} MigPart;

/* Walks a text token by token, knowing where statements end. Made on the stack; the fields belong
 * to the splitter. */
typedef struct {
    MigLexer lexer;
    int state;             /* how far the current statement's kind is known */
    int depth;             /* of parentheses, where that matters */
    gboolean at_start;     /* in a body: the next token is the first of an inner statement */
    gboolean data_follows; /* a COPY … FROM stdin has just ended */
    MigToken last, before_last; /* tokens of code, where names must be told from keywords */
    const char *problem;   /* after a token of kind ERROR: what is wrong with it */
} MigSplitter;

void mig_splitter_init(MigSplitter *splitter, const MigLexRules *rules, const char *text,
                       gsize length);

/* Next token, white space and comments included; *part tells what it is. */
MigToken mig_splitter_next(MigSplitter *splitter, MigPart *part);

/* Begins a new statement at the current position, whatever was open. */
void mig_splitter_reset(MigSplitter *splitter);

/* The MIG_E_SCRIPT_SQL error for a token of kind ERROR, located in the splitter's text. */
GError *mig_splitter_error(const MigSplitter *splitter, MigToken token, const char *file);

#endif
