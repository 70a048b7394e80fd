#include "core/suggest.h"

#include <string.h>

/* Optimal string alignment: insert, delete, replace, swap of neighbours. */
static glong
edit_distance(const gunichar *a, glong a_len, const gunichar *b, glong b_len)
{
    g_autofree glong *rows = g_new(glong, 3 * (b_len + 1));
    glong *before = rows, *last = rows + b_len + 1, *now = last + b_len + 1;

    for (glong j = 0; j <= b_len; j++)
        last[j] = j;
    for (glong i = 1; i <= a_len; i++) {
        now[0] = i;
        for (glong j = 1; j <= b_len; j++) {
            glong replaced = last[j - 1] + (a[i - 1] != b[j - 1]);

            now[j] = MIN(replaced, MIN(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = MIN(now[j], before[j - 2] + 1);
        }
        glong *oldest = before;

        before = last;
        last = now;
        now = oldest;
    }
    return last[b_len];
}

static gunichar *
folded(const char *word, glong *ret_length)
{
    g_autofree char *valid = g_utf8_make_valid(word, -1);
    g_autofree char *fold = g_utf8_casefold(valid, -1);

    return g_utf8_to_ucs4_fast(fold, -1, ret_length);
}

const char *
mig_suggest(const char *word, const char *const *candidates)
{
    const char *best = NULL;
    glong best_distance = G_MAXLONG, word_len;
    g_autofree gunichar *word_chars = folded(word, &word_len);

    for (; *candidates; candidates++) {
        glong len;
        g_autofree gunichar *chars = folded(*candidates, &len);
        glong longer = MAX(len, word_len), allowed = MAX(longer / 3, 1);

        if (ABS(len - word_len) > allowed)
            continue;
        glong distance = edit_distance(word_chars, word_len, chars, len);

        if (distance <= allowed && distance < longer && distance < best_distance) {
            best = *candidates;
            best_distance = distance;
        }
    }
    return best;
}

static gboolean
contains_words(char **words, char **others)
{
    gsize matched = 0;

    for (char **word = words; *word; word++)
        matched += g_strv_contains((const char *const *)others, *word);
    return *words && matched == g_strv_length(words);
}

/* The name in lower case without its separators; *ret_words: what stands between them. */
static char *
squeezed(const char *name, char ***ret_words)
{
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autofree char *fold = g_utf8_casefold(valid, -1);

    *ret_words = g_strsplit_set(fold, "_- .", -1);
    return g_strjoinv("", *ret_words);
}

guint
mig_similarity(const char *a, const char *b)
{
    g_auto(GStrv) a_words = NULL, b_words = NULL;
    g_autofree char *a_text = squeezed(a, &a_words), *b_text = squeezed(b, &b_words);
    glong a_len, b_len;
    g_autofree gunichar *a_chars = folded(a, &a_len), *b_chars = folded(b, &b_len);
    glong longer = MAX(MAX(a_len, b_len), 1);
    glong percent = 100 * (longer - edit_distance(a_chars, a_len, b_chars, b_len)) / longer;

    if (strcmp(a_text, b_text) == 0)
        percent = MAX(percent, 95);
    else if (contains_words(a_words, b_words) || contains_words(b_words, a_words))
        percent = MAX(percent, 75);
    return (guint)percent;
}
