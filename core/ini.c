#include "core/ini.h"

#include <string.h>

#include "core/error.h"
#include "core/redact.h"

static void
entry_free(MigIniEntry *entry)
{
    g_free(entry->key);
    g_free(entry->value);
    g_array_unref(entry->pieces);
    g_free(entry);
}

static void
section_free(MigIniSection *section)
{
    g_free(section->name);
    g_ptr_array_unref(section->entries);
    g_free(section);
}

void
mig_ini_free(MigIni *ini)
{
    if (!ini)
        return;
    g_free(ini->file);
    g_free(ini->text);
    g_ptr_array_unref(ini->sections);
    g_free(ini);
}

const MigIniSection *
mig_ini_section(const MigIni *ini, const char *name)
{
    for (guint i = 0; i < ini->sections->len; i++) {
        const MigIniSection *section = ini->sections->pdata[i];

        if (strcmp(section->name, name) == 0)
            return section;
    }
    return NULL;
}

const MigIniEntry *
mig_ini_entry(const MigIniSection *section, const char *key)
{
    for (guint i = 0; i < section->entries->len; i++) {
        const MigIniEntry *entry = section->entries->pdata[i];

        if (strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

gsize
mig_ini_value_offset(const MigIniEntry *entry, gsize value_offset)
{
    const MigIniPiece *piece = &g_array_index(entry->pieces, MigIniPiece, 0);

    for (guint i = 1; i < entry->pieces->len; i++) {
        const MigIniPiece *next = &g_array_index(entry->pieces, MigIniPiece, i);

        if (next->value_offset > value_offset)
            break;
        piece = next;
    }
    return piece->text_offset + value_offset - piece->value_offset;
}

void
mig_ini_locate(const MigIni *ini, GError *error, gsize offset)
{
    MigErrorDetails *details = mig_error_details(error);
    gsize start;

    mig_error_set_offset(error, ini->file, ini->text, ini->length, offset);
    g_autofree char *shown = mig_redact_line(details->source_line, &start);
    gboolean blotted = strcmp(shown, details->source_line) != 0;
    gsize line_start = offset;

    while (line_start > 0 && ini->text[line_start - 1] != '\n')
        line_start--;
    g_free(details->source_line);
    /* Behind a blot the caret would stand under the wrong character. */
    details->source_line = blotted && offset - line_start > start ? NULL : g_steal_pointer(&shown);
}

/* The state of reading: the line at hand, and what it may carry on. */
typedef struct {
    MigIni *ini;
    GPtrArray *errors;
    MigIniSection *section; /* NULL before the first header */
    MigIniEntry *entry;     /* NULL where no line can be carried on */
    gsize key_indent;       /* of the last key */
    int line;
} Reader;

static GError *syntax_error(const Reader *reader, gsize offset, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static GError *
syntax_error(const Reader *reader, gsize offset, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    GError *error = mig_error_new(MIG_E_CONFIG_SYNTAX, "%s", message);

    mig_ini_locate(reader->ini, error, offset);
    g_ptr_array_add(reader->errors, error);
    return error;
}

static MigIniSection *
section_new(const char *name, int line, gsize offset)
{
    MigIniSection *section = g_new0(MigIniSection, 1);

    section->name = g_strdup(name);
    section->line = line;
    section->offset = offset;
    section->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    return section;
}

/* A header that cannot be used still opens a section, one without name, so that the lines below it
 * are no further errors. */
static void
read_header(Reader *reader, const char *line, gsize offset)
{
    const char *close = strrchr(line, ']');
    g_autofree char *name = g_strndup(line + 1, close ? close - line - 1 : 0);

    g_strstrip(name);
    reader->entry = NULL;
    if (!close || close[1] || !*name) {
        GError *error = syntax_error(reader, offset, "section header is not of the form '[name]'");

        mig_error_set_hint(error, "A comment stands on a line of its own.");
        reader->section = section_new("", reader->line, offset);
        g_ptr_array_add(reader->ini->sections, reader->section);
        return;
    }
    const MigIniSection *first = mig_ini_section(reader->ini, name);

    if (first)
        syntax_error(reader, offset, "section [%s] is there twice, first in line %d", name,
                     first->line);
    reader->section = section_new(name, reader->line, offset);
    g_ptr_array_add(reader->ini->sections, reader->section);
}

static void
append_piece(MigIniEntry *entry, const char *text, gsize text_offset)
{
    /* A value that only begins on the line below its key. */
    if (entry->value && !*entry->value) {
        g_clear_pointer(&entry->value, g_free);
        g_array_set_size(entry->pieces, 0);
    }
    MigIniPiece piece = {entry->value ? strlen(entry->value) + 1 : 0, text_offset};
    char *value = entry->value ? g_strconcat(entry->value, "\n", text, NULL) : g_strdup(text);

    g_free(entry->value);
    entry->value = value;
    g_array_append_val(entry->pieces, piece);
}

static MigIniEntry *
entry_new(const char *key, int line, gsize offset)
{
    MigIniEntry *entry = g_new0(MigIniEntry, 1);

    entry->key = g_strdup(key);
    entry->line = line;
    entry->offset = offset;
    entry->pieces = g_array_new(FALSE, FALSE, sizeof(MigIniPiece));
    return entry;
}

static void
read_key(Reader *reader, const char *line, gsize offset)
{
    gsize key_length = strcspn(line, "=:");
    g_autofree char *key = g_strchomp(g_strndup(line, key_length));

    reader->entry = NULL;
    if (!line[key_length]) {
        GError *error =
            syntax_error(reader, offset, "line is neither '[section]' nor 'key = value'");

        mig_error_set_hint(error, "Indent a line that carries on the value above it; "
                                  "a comment begins with '#'.");
        return;
    }
    if (!*key) {
        syntax_error(reader, offset, "the key before '%c' is missing", line[key_length]);
        return;
    }
    MigIniEntry *entry = entry_new(key, reader->line, offset);
    gsize value_at = key_length + 1;

    value_at += strspn(line + value_at, " \t");
    append_piece(entry, line + value_at, offset + value_at);
    reader->entry = entry;
    if (!reader->section) {
        GError *error = syntax_error(reader, offset, "key '%s' stands before any section", key);

        mig_error_set_hint(error, "Begin the file with a line '[migrate]'.");
        reader->section = section_new("", 0, 0);
        g_ptr_array_add(reader->ini->sections, reader->section);
    }
    const MigIniEntry *first = mig_ini_entry(reader->section, key);

    if (first)
        syntax_error(reader, offset, "key '%s' is twice in section [%s], first in line %d", key,
                     reader->section->name, first->line);
    g_ptr_array_add(reader->section->entries, entry);
}

static void
read_line(Reader *reader, const char *line, gsize offset)
{
    gsize indent = strspn(line, " \t");

    line += indent;
    offset += indent;
    if (!*line || *line == '#' || *line == ';')
        return;
    if (reader->entry && indent > reader->key_indent) {
        append_piece(reader->entry, line, offset);
        return;
    }
    reader->key_indent = indent;
    if (*line == '[')
        read_header(reader, line, offset);
    else
        read_key(reader, line, offset);
}

static gboolean
check_encoding(const Reader *reader)
{
    const MigIni *ini = reader->ini;
    const char *end;

    if (g_utf8_validate_len(ini->text, ini->length, &end))
        return TRUE;
    gsize offset = end - ini->text;
    GError *error = *end ? syntax_error(reader, offset, "byte 0x%02x is not UTF-8", (guchar)*end)
                         : syntax_error(reader, offset, "a NUL byte is no text");

    mig_error_set_hint(error, "Save the file as UTF-8.");
    return FALSE;
}

MigIni *
mig_ini_parse(const char *text, gsize length, const char *file, GPtrArray *errors)
{
    MigIni *ini = g_new0(MigIni, 1);
    Reader reader = {.ini = ini, .errors = errors};

    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    ini->file = g_strdup(file);
    ini->text = g_malloc(length + 1);
    memcpy(ini->text, text, length);
    ini->text[length] = '\0';
    ini->length = length;
    ini->sections = g_ptr_array_new_with_free_func((GDestroyNotify)section_free);
    if (!check_encoding(&reader))
        return ini;
    for (gsize at = 0; at < length;) {
        gsize line_length = strcspn(ini->text + at, "\n");
        g_autofree char *line = g_strchomp(g_strndup(ini->text + at, line_length));

        reader.line++;
        read_line(&reader, line, at);
        at += line_length + 1;
    }
    return ini;
}
