/* "Did you mean": the nearest of some known words. */
#ifndef MIG_SUGGEST_H
#define MIG_SUGGEST_H

#include <glib.h>

/* The candidate (NULL-terminated list) nearest to word by edit distance with transpositions, case
 * ignored, if near enough to be a likely slip (at most a third of the longer word, at least 1);
 * else NULL. Ties: the first. The result is one of the candidates. */
const char *mig_suggest(const char *word, const char *const *candidates);

/* How much of two names is the same, in per cent: by edit distance with case ignored; at least 95
 * when they differ in separators only (user_name, username), and 75 when one has all the words of
 * the other (name, full_name). */
guint mig_similarity(const char *a, const char *b);

#endif
