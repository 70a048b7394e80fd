#include "core/redact.h"

#include <string.h>

#define BLOT "***"
#define WORD_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* A name that contains one of these, or is one of those, is a secret's. */
static const char *const secret_parts[] = {"password", "passwd", "passphrase",
                                           "pwd",      "secret", "token"};
static const char *const secret_names[] = {
    "pass", "pw", "key", "hexkey", "textkey", "scram_client_key", "scram_server_key"};

char *
mig_percent_decode(const char *text, gssize length)
{
    const char *end = length < 0 ? text + strlen(text) : text + length;
    GString *decoded = g_string_new(NULL);

    while (text < end) {
        int byte =
            *text == '%' && end - text > 2 && g_ascii_isxdigit(text[1]) && g_ascii_isxdigit(text[2])
                ? g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2])
                : 0;

        g_string_append_c(decoded, byte ? (char)byte : *text);
        text += byte ? 3 : 1;
    }
    return g_string_free(decoded, FALSE);
}

static gboolean
is_secret(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    for (gsize i = 0; i < G_N_ELEMENTS(secret_parts); i++) {
        if (strstr(lower, secret_parts[i]))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(secret_names); i++) {
        if (strcmp(lower, secret_names[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
blot(GString *out, const char *secret, gsize length, GPtrArray *secrets)
{
    if (length == 0)
        return;
    g_string_append(out, BLOT);
    if (secrets) {
        g_ptr_array_add(secrets, g_strndup(secret, length));
        g_ptr_array_add(secrets, mig_percent_decode(secret, length));
    }
}

/* Where the value of the next `name = value` (also with ':' or nothing between) begins that has a
 * secret's name. */
static const char *
find_assignment(const char *text)
{
    while (*(text += strcspn(text, WORD_CHARACTERS))) {
        gsize length = strspn(text, WORD_CHARACTERS);
        g_autofree char *name = g_strndup(text, length);

        text += length;
        if (*text && strchr(" \t=:", *text) && is_secret(name))
            return text + strspn(text, " \t=:");
    }
    return NULL;
}

/* One option of a URL; an option may hold a connection string of its own. */
static void
append_option(GString *out, const char *option, GPtrArray *secrets)
{
    const char *equals = strchr(option, '=');

    if (!equals) {
        g_string_append(out, option);
        return;
    }
    g_autofree char *name = mig_percent_decode(option, equals - option);
    g_autofree char *value = mig_percent_decode(equals + 1, -1);

    g_string_append_len(out, option, equals + 1 - option);
    if (is_secret(name) || strstr(value, "://") || find_assignment(value))
        blot(out, equals + 1, strlen(equals + 1), secrets);
    else
        g_string_append(out, equals + 1);
}

char *
mig_redact_url(const char *text, gboolean userinfo, GPtrArray *secrets)
{
    GString *out = g_string_new(NULL);
    const char *slashes = strstr(text, "://"), *start = slashes ? slashes + 3 : text;
    const char *colon = strchr(start, ':'), *at = strrchr(start, '@');

    if (userinfo && colon && at && colon < at) {
        g_string_append_len(out, text, colon + 1 - text);
        blot(out, colon + 1, at - colon - 1, secrets);
        text = at;
    }
    const char *mark = strchr(text, '?');

    if (!mark) {
        g_string_append(out, text);
        return g_string_free(out, FALSE);
    }
    g_auto(GStrv) options = g_strsplit(mark + 1, "&", -1);

    g_string_append_len(out, text, mark - text);
    for (char **option = options; *option; option++) {
        g_string_append_c(out, option == options ? '?' : '&');
        append_option(out, *option, secrets);
    }
    if (!*options)
        g_string_append_c(out, '?');
    return g_string_free(out, FALSE);
}

char *
mig_redact_line(const char *text, gsize *ret_start)
{
    g_autofree char *line = mig_redact_url(text, TRUE, NULL);
    GString *out = g_string_new(NULL);
    const char *at = line, *value;
    gsize same = 0;

    while ((value = find_assignment(at))) {
        gsize length = strcspn(value, "&");

        g_string_append_len(out, at, value - at);
        blot(out, value, length, NULL);
        at = value + length;
    }
    g_string_append(out, at);
    while (text[same] && text[same] == out->str[same])
        same++;
    if (ret_start)
        *ret_start = same;
    return g_string_free(out, FALSE);
}

static gboolean
is_word_byte(char byte)
{
    return g_ascii_isalnum(byte) || (guchar)byte >= 0x80;
}

static gsize
match_word(const char *text, const char *at, const GPtrArray *words)
{
    for (guint i = 0; i < words->len; i++) {
        const char *word = words->pdata[i];
        gsize length = strlen(word);

        if (strncmp(at, word, length) != 0)
            continue;
        if (length >= 4 || ((at == text || !is_word_byte(at[-1])) && !is_word_byte(at[length])))
            return length;
    }
    return 0;
}

char *
mig_redact_words(const char *text, const GPtrArray *words)
{
    GString *out = g_string_new(NULL);

    for (const char *at = text; *at;) {
        gsize length = match_word(text, at, words);

        if (length > 0)
            g_string_append(out, BLOT);
        else
            g_string_append_c(out, *at);
        at += MAX(length, 1);
    }
    return g_string_free(out, FALSE);
}
