/* One SQL lexer for all dialects; what differs is in MigLexRules. It never fails: text it cannot
 * read comes out as MIG_TOKEN_ERROR (an unterminated string, quote, comment or dollar quote).
 *
 * Sources: SQLite "SQL As Understood By SQLite" and tokenize.c's documented behaviour;
 * PostgreSQL manual section 4.1, "Lexical Structure". */
#ifndef MIG_LEXER_H
#define MIG_LEXER_H

#include <glib.h>

typedef struct {
    gboolean dollar_quotes;      /* $$…$$, $tag$…$tag$ */
    gboolean escape_strings;     /* E'…\'…' */
    gboolean nested_comments;    /* slash-star comments nest */
    gboolean bracket_identifiers;  /* [name] */
    gboolean backtick_identifiers; /* `name` */
    gboolean dollar_in_words;    /* a$b is one word */
    gboolean atomic_bodies;      /* BEGIN ATOMIC … END is part of its statement */
    gboolean trigger_bodies;     /* CREATE TRIGGER … BEGIN … END is one statement */
    gboolean copy_data;          /* COPY … FROM stdin; is followed by data up to \. */
    gboolean unterminated_comment_ok; /* SQLite: a block comment may end with the input */
} MigLexRules;

/* Rules for text whose dialect is not known: the union, but without brackets. */
extern const MigLexRules mig_lex_rules_generic;

typedef enum {
    MIG_TOKEN_END,
    MIG_TOKEN_SPACE,
    MIG_TOKEN_COMMENT,
    MIG_TOKEN_WORD,       /* keyword or bare identifier */
    MIG_TOKEN_QUOTED,     /* "x", `x`, [x] */
    MIG_TOKEN_STRING,     /* 'x', E'x', $$x$$, x'00' */
    MIG_TOKEN_NUMBER,
    MIG_TOKEN_PARAMETER,  /* ?1 :a @a $1 */
    MIG_TOKEN_OPERATOR,   /* one operator or punctuation: ( ) , ; . || <= :: … */
    MIG_TOKEN_ERROR
} MigTokenKind;

typedef struct {
    MigTokenKind kind;
    gsize offset; /* bytes from the start of the text */
    gsize length; /* bytes */
    int line;     /* line on which it starts, from 1 */
} MigToken;

typedef struct {
    const MigLexRules *rules;
    const char *text; /* not owned */
    gsize length;     /* bytes; text need not end in NUL */
    gsize position;
    int line;
} MigLexer;

void mig_lexer_init(MigLexer *lexer, const MigLexRules *rules, const char *text, gsize length);

/* Next token, white space and comments included; MIG_TOKEN_END at the end, for ever. */
MigToken mig_lexer_next(MigLexer *lexer);

/* Next token that is neither white space nor comment. */
MigToken mig_lexer_next_code(MigLexer *lexer);

/* Whether the token is this keyword (bare word, any case) or this operator, exactly. */
gboolean mig_token_is(const char *text, MigToken token, const char *word);

/* The name that a WORD, QUOTED (or, as SQLite allows, STRING) token spells: quotes removed,
 * doubled quotes undone, case kept. Free with g_free(). */
char *mig_token_name(const char *text, MigToken token);

/* Text as its tokens joined by one space each, comments and white space dropped, bare words
 * as they are: equal texts differ at most in comments and layout. What checksums are made of. */
char *mig_lex_normalise(const MigLexRules *rules, const char *text, gsize length);

/* Line breaks in a text. */
int mig_lex_count_lines(const char *text, gsize length);

#endif
