#include <string.h>

#include "core/error.h"
#include "core/revision.h"
#include "core/revision_private.h"
#include "core/suggest.h"

/* The tokens of file_template; those with a format of g_date_time_format() are numbers. */
static const struct {
    const char *name;
    const char *date_format;
} tokens[] = {
    {"rev", NULL}, {"slug", NULL}, {"epoch", "%s"},  {"year", "%Y"},   {"month", "%m"},
    {"day", "%d"}, {"hour", "%H"}, {"minute", "%M"}, {"second", "%S"},
};

/* One token as written: %(name)-08.4d. */
typedef struct {
    char *name;
    gboolean left, zeros;
    int width, precision; /* precision -1: none */
    char conversion;      /* 's' or 'd' */
} Spec;

static gboolean fail(const MigConfig *config, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
fail(const MigConfig *config, GError **error, const char *format, ...)
{
    const char *origin = mig_config_origin(config, "file_template");
    const char *colon = strrchr(origin, ':');
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    GError *problem = mig_error_new(MIG_E_TEMPLATE, "file_template '%s': %s",
                                    mig_config_text(config, "file_template"), message);

    if (colon) {
        g_autofree char *file = g_strndup(origin, colon - origin);

        mig_error_set_location(problem, file, (int)g_ascii_strtoll(colon + 1, NULL, 10), 0, NULL,
                               0);
    }
    g_propagate_error(error, problem);
    return FALSE;
}

static int
read_number(const char **at)
{
    int number = 0;

    for (; g_ascii_isdigit(**at); (*at)++)
        number = MIN(number * 10 + (**at - '0'), 1000);
    return number;
}

/* Reads what stands behind "%(". NULL name: it is no token. */
static const char *
read_spec(const char *at, Spec *spec)
{
    const char *close = strchr(at, ')');

    *spec = (Spec){.precision = -1};
    if (!close)
        return at;
    g_autofree char *name = g_strndup(at, close - at);

    for (at = close + 1; *at && strchr("-0+ #", *at); at++) {
        spec->left = spec->left || *at == '-';
        spec->zeros = spec->zeros || *at == '0';
    }
    spec->width = read_number(&at);
    if (*at == '.') {
        at++;
        spec->precision = read_number(&at);
    }
    spec->conversion = *at == 'i' ? 'd' : *at;
    spec->name = g_steal_pointer(&name);
    return *at ? at + 1 : at;
}

/* Text in at least width characters. */
static void
append_padded(GString *out, const char *text, const Spec *spec)
{
    glong missing = spec->width - g_utf8_strlen(text, -1);

    if (spec->left)
        g_string_append(out, text);
    for (; missing > 0; missing--)
        g_string_append_c(out, spec->zeros && spec->conversion == 'd' && !spec->left ? '0' : ' ');
    if (!spec->left)
        g_string_append(out, text);
}

static void
append_value(GString *out, const char *value, const Spec *spec)
{
    if (spec->conversion == 'd') {
        g_autofree char *digits = g_strdup_printf("%.*" G_GINT64_FORMAT, MAX(spec->precision, 1),
                                                  g_ascii_strtoll(value, NULL, 10));

        append_padded(out, digits, spec);
        return;
    }
    g_autofree char *text = spec->precision < 0 || g_utf8_strlen(value, -1) <= spec->precision
                                ? g_strdup(value)
                                : g_utf8_substring(value, 0, spec->precision);

    append_padded(out, text, spec);
}

static gboolean
fail_token(const MigConfig *config, const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(tokens) + 1] = {NULL};
    GError *problem = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(tokens); i++)
        names[i] = tokens[i].name;
    fail(config, &problem, "unknown token '%%(%s)s'", name);
    const char *near = mig_suggest(name, names);

    if (near)
        mig_error_set_hint(problem, "Did you mean '%s'?", near);
    else
        mig_error_set_hint(problem,
                           "The tokens are rev, slug, epoch, year, month, day, hour, minute "
                           "and second.");
    g_propagate_error(error, problem);
    return FALSE;
}

static gboolean
append_token(GString *out, const MigConfig *config, const Spec *spec, const char *id,
             const char *slug, GDateTime *when, GError **error)
{
    gsize i = 0;

    while (i < G_N_ELEMENTS(tokens) && strcmp(tokens[i].name, spec->name) != 0)
        i++;
    if (i == G_N_ELEMENTS(tokens))
        return fail_token(config, spec->name, error);
    gboolean is_number = tokens[i].date_format != NULL;

    if (spec->conversion != 's' && (spec->conversion != 'd' || !is_number))
        return fail(config, error, "the token '%%(%s)' does not end in %s", spec->name,
                    is_number ? "'s' or 'd'" : "'s'");
    if (spec->width > 255 || spec->precision > 255)
        return fail(config, error, "the token '%%(%s)' is wider than 255", spec->name);
    if (!is_number) {
        append_value(out, strcmp(spec->name, "rev") == 0 ? id : slug, spec);
        return TRUE;
    }
    g_autofree char *formatted = g_date_time_format(when, tokens[i].date_format);
    g_autofree char *plain =
        g_strdup_printf("%" G_GINT64_FORMAT, g_ascii_strtoll(formatted, NULL, 10));

    append_value(out, plain, spec);
    return TRUE;
}

static gboolean
expand(GString *out, const MigConfig *config, const char *id, const char *slug, GDateTime *when,
       GError **error)
{
    const char *at = mig_config_text(config, "file_template");

    while (*at) {
        if (g_str_has_prefix(at, "%%("))
            at++;
        if (!g_str_has_prefix(at, "%(")) {
            g_string_append_c(out, *at++);
            continue;
        }
        Spec spec;
        const char *next = read_spec(at + 2, &spec);
        g_autofree char *name = spec.name;

        if (!name)
            return fail(config, error, "a token has no ')'");
        if (!append_token(out, config, &spec, id, slug, when, error))
            return FALSE;
        at = next;
    }
    return TRUE;
}

/* Without a slug no separator is left dangling. */
static void
trim_end(GString *name)
{
    while (name->len > 1 && strchr("_-. ", name->str[name->len - 1]))
        g_string_truncate(name, name->len - 1);
}

/* The loader must find the file again, and it must be where it belongs. */
static gboolean
check_path(const MigConfig *config, const char *path, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    if (*path == '/')
        return fail(config, error, "the file name '%s' is an absolute path", path);
    if (parts[0] && parts[1] && !mig_config_boolean(config, "recursive_version_locations")) {
        GError *problem = NULL;

        fail(config, &problem, "the file name '%s' is in a sub-folder, which is not read", path);
        mig_error_set_hint(problem, "Set recursive_version_locations = true.");
        g_propagate_error(error, problem);
        return FALSE;
    }
    for (char **part = parts; *part; part++) {
        if (strcmp(*part, "..") == 0 || !**part)
            return fail(config, error, "the file name '%s' has an empty part or '..' in it", path);
        if (**part == '.')
            return fail(config, error, "the file name '%s' is hidden and would not be read", path);
    }
    return TRUE;
}

GDateTime *
mig_revision_time(const MigConfig *config, gint64 epoch_seconds)
{
    const char *name = mig_config_text(config, "timezone");
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(name && *name ? name : "UTC");
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(epoch_seconds);

    return g_date_time_to_timezone(utc, zone);
}

char *
mig_revision_file_name(const MigConfig *config, const char *id, const char *message,
                       gint64 epoch_seconds, GError **error)
{
    g_autoptr(GDateTime) when = mig_revision_time(config, epoch_seconds);
    g_autofree char *slug = mig_revision_slug(
        message, (int)MIN(mig_config_integer(config, "truncate_slug_length"), 255));
    g_autoptr(GString) name = g_string_new(NULL);

    if (!expand(name, config, id, slug, when, error))
        return NULL;
    if (!*slug)
        trim_end(name);
    if (name->len == 0) {
        fail(config, error, "the file name is empty");
        return NULL;
    }
    if (!check_path(config, name->str, error))
        return NULL;
    g_string_append(name, ".sql");
    return g_string_free(g_steal_pointer(&name), FALSE);
}
