#include "core/config_edit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/config_private.h"
#include "core/error.h"
#include "core/read_file.h"

static gboolean
fail(const MigConfig *config, const char *why, GError **error)
{
    mig_set_error(error, MIG_E_FILE, "cannot change '%s': %s",
                  config->file ? config->file : "migrate.ini", why);
    return FALSE;
}

/* The section that -n names, or [migrate]. */
static const MigIniSection *
find_section(const MigConfig *config, const MigIni *ini)
{
    for (guint i = 0; config->section && i < ini->sections->len; i++) {
        const MigIniSection *section = ini->sections->pdata[i];

        if (g_strcmp0(mig_config_section_label(section), config->section) == 0)
            return section;
    }
    return mig_ini_section(ini, "migrate");
}

/* The text with the lines in it, which end as the header's does. */
static char *
insert(const char *text, gsize at, const GPtrArray *lines)
{
    GString *out = g_string_new_len(text, (gssize)at);
    const char *end = at >= 2 && text[at - 2] == '\r' ? "\r\n" : "\n";

    if (at > 0 && text[at - 1] != '\n')
        g_string_append(out, end);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(out, "%s%s", (const char *)lines->pdata[i], end);
    g_string_append(out, text + at);
    return g_string_free(out, FALSE);
}

/* What a link points at is changed, not the link. */
static gboolean
replace(const MigConfig *config, const char *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    char *real = realpath(config->file, NULL);
    struct stat info;
    const int mode = real && stat(real, &info) == 0 ? (int)(info.st_mode & 07777) : 0666;
    const gboolean done = g_file_set_contents_full(real ? real : config->file, text, -1,
                                                   G_FILE_SET_CONTENTS_CONSISTENT, mode, &cause);

    free(real);
    return done || fail(config, cause->message, error);
}

gboolean
mig_config_add_lines(const MigConfig *config, const GPtrArray *lines, GError **error)
{
    static const char bom[] = "\xEF\xBB\xBF";
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    gsize length = 0;

    if (lines->len == 0)
        return TRUE;
    const int number = config->file ? mig_read_file(config->file, &text, &length) : 0;

    if (!text)
        return fail(config, config->file ? g_strerror(number) : "there is none", error);
    const gsize skipped = g_str_has_prefix(text, bom) ? strlen(bom) : 0;
    g_autoptr(MigIni) ini = mig_ini_parse(text + skipped, length - skipped, config->file, errors);
    const MigIniSection *section = find_section(config, ini);

    if (!section)
        return fail(config, "it has no section [migrate]", error);
    gsize at = skipped + section->offset;

    at += strcspn(text + at, "\n");
    g_autofree char *edited = insert(text, at + (text[at] == '\n'), lines);

    return replace(config, edited, error);
}
