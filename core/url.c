#include "core/url.h"

#include <string.h>

#include "core/error.h"
#include "core/redact.h"
#include "core/suggest.h"

static const struct {
    const char *scheme;
    const char *name; /* what MigUrl.scheme says */
    gboolean file;    /* names a file, not a server */
} schemes[] = {
    {"sqlite", "sqlite", TRUE},
    {"postgresql", "postgresql", FALSE},
    {"postgres", "postgresql", FALSE},
};

const char *const mig_database_kinds[] = {"sqlite", "postgresql", NULL};

#define EXAMPLES "sqlite:///app.db or postgresql://user@host/database"

void
mig_url_free(MigUrl *url)
{
    if (!url)
        return;
    g_free(url->scheme);
    g_free(url->raw);
    g_free(url->display);
    g_free(url->path);
    g_clear_pointer(&url->query, g_hash_table_unref);
    g_clear_pointer(&url->secrets, g_ptr_array_unref);
    g_free(url);
}

static gboolean fail(GError **error, const char *hint, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean
fail(GError **error, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_autoptr(GError) own = mig_error_new(MIG_E_URL, "%s", message);

    if (hint)
        mig_error_set_hint(own, "%s", hint);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}

static gboolean
check_text(const char *text, GError **error)
{
    if (!g_utf8_validate(text, -1, NULL))
        return fail(error, NULL, "the database URL is not UTF-8");
    for (const char *c = text; *c; c++) {
        if (g_ascii_iscntrl(*c))
            return fail(error, "Write the URL on one line.",
                        "the database URL holds a line break or another control character");
    }
    return TRUE;
}

static gboolean
unknown_scheme(const char *scheme, GError **error)
{
    const char *names[G_N_ELEMENTS(schemes) + 1] = {NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++)
        names[i] = schemes[i].scheme;
    const char *nearest = mig_suggest(scheme, names);
    g_autofree char *hint = nearest
                                ? g_strdup_printf("Did you mean '%s'?", nearest)
                                : g_strdup("The schemes are sqlite and postgresql: " EXAMPLES ".");

    return fail(error, hint, "unknown scheme '%s' in the database URL", scheme);
}

/* Finds the row of schemes and what follows the colon. */
static int
split_scheme(const char *text, const char **ret_rest, GError **error)
{
    gsize length =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-_");

    if (length == 0 || text[length] != ':' || !g_ascii_isalpha(*text)) {
        fail(error, "A database URL looks like " EXAMPLES ".",
             "the database URL does not begin with a scheme");
        return -1;
    }
    g_autofree char *scheme = g_ascii_strdown(text, length);
    char *driver = strchr(scheme, '+');

    if (driver)
        *driver = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (strcmp(scheme, schemes[i].scheme) == 0) {
            *ret_rest = text + length + 1;
            return (int)i;
        }
    }
    unknown_scheme(scheme, error);
    return -1;
}

static gboolean
escapes_are_sound(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '%' &&
            (i + 2 >= length || !g_ascii_isxdigit(text[i + 1]) || !g_ascii_isxdigit(text[i + 2])))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_option(GHashTable *query, const char *option, GError **error)
{
    const char *equals = strchr(option, '=');

    if (!equals || equals == option)
        return fail(error, "Options are written '?name=value&name=value'.",
                    "an option of the database URL is not of the form 'name=value'");
    g_autofree char *name = mig_percent_decode(option, equals - option);
    g_autofree char *value = mig_percent_decode(equals + 1, -1);

    if (!g_utf8_validate(name, -1, NULL) || !g_utf8_validate(value, -1, NULL))
        return fail(error, NULL, "an option of the database URL is not UTF-8 when decoded");
    if (g_hash_table_contains(query, name))
        return fail(error, NULL, "option '%s' is twice in the database URL", name);
    g_hash_table_insert(query, g_steal_pointer(&name), g_steal_pointer(&value));
    return TRUE;
}

static GHashTable *
parse_query(const char *text, GError **error)
{
    g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) options = g_strsplit(text, "&", -1);

    for (char **option = options; *option; option++) {
        if (**option && !parse_option(query, *option, error))
            return NULL;
    }
    return g_steal_pointer(&query);
}

static char *
absolute(const char *path, const char *relative_to)
{
    g_autofree char *current = g_get_current_dir();

    while (g_str_has_prefix(path, "./"))
        path += 2;
    if (g_path_is_absolute(path))
        return g_strdup(path);
    if (!relative_to)
        return g_build_filename(current, path, NULL);
    if (g_path_is_absolute(relative_to))
        return g_build_filename(relative_to, path, NULL);
    return g_build_filename(current, relative_to, path, NULL);
}

/* `sqlite:PATH`, `sqlite:///PATH`, `sqlite://` alone for memory. */
static gboolean
parse_file(MigUrl *url, const char *rest, const char *relative_to, GError **error)
{
    const char *mark = strchr(rest, '?');
    g_autofree char *path = mark ? g_strndup(rest, mark - rest) : g_strdup(rest);
    const char *name = path;

    if (strcmp(path, "//") == 0)
        name = ":memory:";
    else if (g_str_has_prefix(path, "///"))
        name = path + 3;
    else if (g_str_has_prefix(path, "//"))
        return fail(error,
                    "Write sqlite:///app.db for a file beside migrate.ini, "
                    "sqlite:////folder/app.db for an absolute path.",
                    "the database URL '%s' names a host, which SQLite has not", url->display);
    if (!*name || g_str_has_suffix(name, "/"))
        return fail(error, "Write sqlite:///app.db, or sqlite:// for a database in memory.",
                    "the database URL '%s' names no file", url->display);
    g_autoptr(GHashTable) query = parse_query(mark ? mark + 1 : "", error);

    if (!query)
        return FALSE;
    url->query = g_steal_pointer(&query);
    url->path = strcmp(name, ":memory:") == 0 ? g_strdup(name) : absolute(name, relative_to);
    return TRUE;
}

#define ESCAPES                                                                                    \
    "In a user name and a password write '@' as %40, ':' as %3A, '/' as %2F, '?' as %3F, "         \
    "'#' as %23 and '%' as %25."

/* Takes the text apart as libpq does, to refuse what libpq would misunderstand. */
static gboolean
check_server(const char *rest, GError **error)
{
    if (!g_str_has_prefix(rest, "//"))
        return fail(error, "A database URL looks like " EXAMPLES ".",
                    "'//' is missing behind the scheme of the database URL");
    const char *start = rest + 2, *stop = start + strcspn(start, "@/"), *host = start;

    if (*stop == '@') {
        if (!escapes_are_sound(start, stop - start))
            return fail(error, ESCAPES,
                        "a '%%' in the user name or password of the database URL is not followed "
                        "by two hex digits");
        host = stop + 1;
    }
    const char *mark = host + strcspn(host, "?");

    if (memchr(host, '@', mark - host))
        return fail(error, ESCAPES, "the database URL holds an '@' or '/' that must be escaped");
    g_autoptr(GHashTable) query = parse_query(*mark ? mark + 1 : "", error);

    return query != NULL;
}

static int
longest_first(gconstpointer a, gconstpointer b)
{
    gsize a_length = strlen(*(char *const *)a), b_length = strlen(*(char *const *)b);

    return a_length > b_length ? -1 : a_length < b_length;
}

MigUrl *
mig_url_parse(const char *text, const char *relative_to, GError **error)
{
    g_autoptr(MigUrl) url = g_new0(MigUrl, 1);
    const char *rest;

    if (!check_text(text, error))
        return NULL;
    int row = split_scheme(text, &rest, error);

    if (row < 0)
        return NULL;
    gboolean file =
        schemes[row].file && (!g_str_has_prefix(rest, "//") || g_str_has_prefix(rest, "///"));

    url->scheme = g_strdup(schemes[row].name);
    url->raw = g_strdup_printf("%s:%s", schemes[row].scheme, rest);
    url->secrets = g_ptr_array_new_with_free_func(g_free);
    url->display = mig_redact_url(url->raw, !file, url->secrets);
    g_ptr_array_sort(url->secrets, longest_first);
    gboolean sound =
        schemes[row].file ? parse_file(url, rest, relative_to, error) : check_server(rest, error);

    return sound ? g_steal_pointer(&url) : NULL;
}

char *
mig_url_redact(const MigUrl *url, const char *text)
{
    return mig_redact_words(text, url->secrets);
}

static void
redact_in_place(const MigUrl *url, char **text)
{
    if (!*text)
        return;
    char *redacted = mig_url_redact(url, *text);

    g_free(*text);
    *text = redacted;
}

void
mig_url_redact_error(const MigUrl *url, GError *error)
{
    MigErrorDetails *details = mig_error_details(error);

    redact_in_place(url, &error->message);
    if (!details)
        return;
    redact_in_place(url, &details->engine_message);
    redact_in_place(url, &details->engine_detail);
    redact_in_place(url, &details->engine_hint);
    redact_in_place(url, &details->engine_context);
}
