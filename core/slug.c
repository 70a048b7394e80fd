#include "core/revision.h"

static gboolean
is_word_character(gunichar c)
{
    return c == '_' || g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* The first max_length characters up to a word border, with "_" to show that something is missing:
 * Alembic's way. */
static void
cut(GString *slug, int max_length)
{
    g_string_truncate(slug, g_utf8_offset_to_pointer(slug->str, max_length) - slug->str);
    const char *border = g_strrstr(slug->str, "_");

    if (border)
        g_string_truncate(slug, border - slug->str);
    if (slug->len > 0)
        g_string_append_c(slug, '_');
}

char *
mig_revision_slug(const char *message, int max_length)
{
    g_autofree char *text = g_utf8_make_valid(message ? message : "", -1);
    GString *slug = g_string_new(NULL);
    gboolean in_word = FALSE;

    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        gboolean is_word = is_word_character(c);

        if (is_word && !in_word && slug->len > 0)
            g_string_append_c(slug, '_');
        if (is_word)
            g_string_append_unichar(slug, g_unichar_tolower(c));
        in_word = is_word;
    }
    if (g_utf8_strlen(slug->str, slug->len) > max_length)
        cut(slug, max_length);
    return g_string_free(slug, FALSE);
}
