/* A statement as its tokens, to be looked at by index. */
#ifndef MIG_TOKENS_H
#define MIG_TOKENS_H

#include "core/lexer.h"

typedef struct {
    const char *text;    /* not owned */
    gboolean fold_names; /* bare names are taken in lower case */
    MigToken *tokens;    /* without white space and comments */
    guint n;
} MigTokens;

void mig_tokens_init(MigTokens *tokens, const MigLexRules *rules, const char *text, gsize length,
                     gboolean fold_names);
void mig_tokens_clear(MigTokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigTokens, mig_tokens_clear)

/* Whether the tokens from index on are these words (one string, separated by spaces). */
gboolean mig_tokens_are(const MigTokens *tokens, guint index, const char *words);
/* Index behind the words when they are there, else index. */
guint mig_tokens_skip(const MigTokens *tokens, guint index, const char *words);
/* Index behind the parentheses that open there; index when none do. */
guint mig_tokens_behind(const MigTokens *tokens, guint index);
/* Index of the words outside parentheses in [from, end); end when they are not there. */
guint mig_tokens_find(const MigTokens *tokens, guint from, guint end, const char *words);
/* Reads a name, with its schema if one is written: index behind it, or index when none is there.
 * Outputs may be NULL, and are untouched then; new strings. */
guint mig_tokens_name(const MigTokens *tokens, guint index, char **ret_schema, char **ret_name);

#endif
