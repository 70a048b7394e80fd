#include "core/error.h"

#include <string.h>

typedef MigErrorDetails MigErrorPrivate;

static void
mig_error_private_init(MigErrorPrivate *details)
{
    memset(details, 0, sizeof *details);
}

static GPtrArray *
copy_related(const GPtrArray *related)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    for (guint i = 0; i < related->len; i++)
        g_ptr_array_add(copy, g_error_copy(related->pdata[i]));
    return copy;
}

static void
mig_error_private_copy(const MigErrorPrivate *from, MigErrorPrivate *to)
{
    to->subject = g_strdup(from->subject);
    to->file = g_strdup(from->file);
    to->line = from->line;
    to->column = from->column;
    to->source_line = g_strdup(from->source_line);
    to->diff = g_strdup(from->diff);
    to->engine_message = g_strdup(from->engine_message);
    to->sqlstate = g_strdup(from->sqlstate);
    to->engine_detail = g_strdup(from->engine_detail);
    to->engine_hint = g_strdup(from->engine_hint);
    to->engine_context = g_strdup(from->engine_context);
    to->state_now = g_strdup(from->state_now);
    to->hint = g_strdup(from->hint);
    to->next_command = g_strdup(from->next_command);
    to->related = from->related ? copy_related(from->related) : NULL;
}

static void
mig_error_private_clear(MigErrorPrivate *details)
{
    g_free(details->subject);
    g_free(details->file);
    g_free(details->source_line);
    g_free(details->diff);
    g_free(details->engine_message);
    g_free(details->sqlstate);
    g_free(details->engine_detail);
    g_free(details->engine_hint);
    g_free(details->engine_context);
    g_free(details->state_now);
    g_free(details->hint);
    g_free(details->next_command);
    g_clear_pointer(&details->related, g_ptr_array_unref);
}

G_DEFINE_EXTENDED_ERROR(MigError, mig_error)

GError *
mig_error_new(MigErrorCode code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    GError *error = g_error_new_valist(MIG_ERROR, (gint)code, format, args);
    va_end(args);
    return error;
}

void
mig_set_error(GError **error, MigErrorCode code, const char *format, ...)
{
    if (!error)
        return;
    va_list args;

    va_start(args, format);
    GError *new_error = g_error_new_valist(MIG_ERROR, (gint)code, format, args);
    va_end(args);
    g_propagate_error(error, new_error);
}

MigErrorDetails *
mig_error_details(const GError *error)
{
    return error && error->domain == MIG_ERROR ? mig_error_get_private(error) : NULL;
}

static void
replace(char **part, const char *format, va_list args)
{
    char *text = g_strdup_vprintf(format, args);

    g_free(*part);
    *part = text;
}

#define DEFINE_SETTER(function, field)                                                             \
    void function(GError *error, const char *format, ...)                                          \
    {                                                                                              \
        MigErrorDetails *details = mig_error_details(error);                                       \
        va_list args;                                                                              \
                                                                                                   \
        if (!details)                                                                              \
            return;                                                                                \
        va_start(args, format);                                                                    \
        replace(&details->field, format, args);                                                    \
        va_end(args);                                                                              \
    }

DEFINE_SETTER(mig_error_set_hint, hint)
DEFINE_SETTER(mig_error_set_subject, subject)
DEFINE_SETTER(mig_error_set_state, state_now)
DEFINE_SETTER(mig_error_set_next, next_command)

static char *
line_of(const char *text, gsize length, int line)
{
    const char *at = text, *end = text + length;

    for (int n = 1; n < line && at < end; n++) {
        const char *newline = memchr(at, '\n', end - at);

        at = newline ? newline + 1 : end;
    }
    const char *newline = memchr(at, '\n', end - at);
    const char *stop = newline ? newline : end;

    if (stop > at && stop[-1] == '\r')
        stop--;
    return g_utf8_make_valid(at, stop - at);
}

void
mig_error_set_location(GError *error, const char *file, int line, int column, const char *text,
                       gsize text_length)
{
    MigErrorDetails *details = mig_error_details(error);

    if (!details)
        return;
    char *new_file = g_strdup(file);

    g_free(details->file);
    details->file = new_file;
    details->line = line;
    details->column = column;
    g_clear_pointer(&details->source_line, g_free);
    if (text && line > 0)
        details->source_line = line_of(text, text_length, line);
}

void
mig_error_set_offset(GError *error, const char *file, const char *text, gsize text_length,
                     gsize offset)
{
    int line = 1, column = 1;

    for (gsize i = 0; i < offset && i < text_length; i++) {
        if (text[i] == '\n') {
            line++;
            column = 1;
        } else if (((guchar)text[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    mig_error_set_location(error, file, line, column, text, text_length);
}

void
mig_error_add_related(GError *error, GError *also)
{
    MigErrorDetails *details = mig_error_details(error);

    if (!details) {
        g_error_free(also);
        return;
    }
    if (!details->related)
        details->related = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_ptr_array_add(details->related, also);
}

GError *
mig_error_from_list(GPtrArray *errors)
{
    if (errors->len == 0)
        return NULL;
    GError *first = g_error_copy(errors->pdata[0]);

    for (guint i = 1; i < errors->len; i++)
        mig_error_add_related(first, g_error_copy(errors->pdata[i]));
    g_ptr_array_set_size(errors, 0);
    return first;
}

const char *
mig_error_code_name(int code)
{
    static char names[1000][5];
    static gsize ready;

    if (g_once_init_enter(&ready)) {
        for (int i = 0; i < 1000; i++)
            g_snprintf(names[i], sizeof names[i], "E%03d", i);
        g_once_init_leave(&ready, 1);
    }
    return names[code >= 0 && code < 1000 ? code : MIG_E_INTERNAL];
}

int
mig_error_exit_status(const GError *error)
{
    static const int statuses[] = {0, 2, 3, 3, 4, 5, 6, 7};

    if (error->domain == G_FILE_ERROR || error->domain == G_SPAWN_ERROR)
        return 3;
    if (error->domain != MIG_ERROR || error->code < 0 || error->code >= 800)
        return 4;
    return statuses[error->code / 100];
}

static void
append_indented(GString *out, const char *label, const char *text)
{
    if (!text)
        return;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (**line || line[1])
            g_string_append_printf(out, "  %s%s\n", line == lines ? label : "  ", *line);
    }
}

/* The lines of a diff stand under each other, the empty ones too. */
static void
append_diff(GString *out, const char *diff)
{
    g_auto(GStrv) lines = g_strsplit(diff ? diff : "", "\n", -1);

    for (char **line = lines; *line && line[1]; line++)
        g_string_append_printf(out, "  %s\n", *line);
}

/* The caret stands under the column; tabs are repeated so that it lines up in any terminal. */
static void
append_caret(GString *out, const MigErrorDetails *details)
{
    g_autofree char *number = g_strdup_printf("%5d | ", details->line);

    g_string_append_printf(out, "%s%s\n", number, details->source_line);
    if (details->column < 1)
        return;
    for (const char *c = number; *c; c++)
        g_string_append_c(out, *c == '|' ? '|' : ' ');
    const char *at = details->source_line;

    for (int i = 1; i < details->column && *at; i++, at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        g_string_append(out, c == '\t' ? "\t" : g_unichar_iswide(c) ? "  " : " ");
    }
    g_string_append(out, "^\n");
}

static void
append_location(GString *out, const MigErrorDetails *details)
{
    if (!details->file)
        return;
    g_string_append_printf(out, "  at %s", details->file);
    if (details->line > 0)
        g_string_append_printf(out, ":%d", details->line);
    if (details->line > 0 && details->column > 0)
        g_string_append_printf(out, ":%d", details->column);
    g_string_append_c(out, '\n');
    if (details->source_line && details->line > 0)
        append_caret(out, details);
}

static void
append_engine(GString *out, const MigErrorDetails *details)
{
    if (details->engine_message && details->sqlstate) {
        g_autofree char *text =
            g_strdup_printf("%s (%s)", details->engine_message, details->sqlstate);

        append_indented(out, "database: ", text);
    } else {
        append_indented(out, "database: ", details->engine_message);
    }
    append_indented(out, "detail: ", details->engine_detail);
    append_indented(out, "database hint: ", details->engine_hint);
    append_indented(out, "context: ", details->engine_context);
}

static void
append_error(GString *out, const GError *error)
{
    const MigErrorDetails *details = mig_error_details(error);

    if (!details) {
        g_string_append_printf(out, "error: %s\n", error->message);
        return;
    }
    g_string_append_printf(out, "error %s: ", mig_error_code_name(error->code));
    if (details->subject)
        g_string_append_printf(out, "%s: ", details->subject);
    g_string_append_printf(out, "%s\n", error->message);
    append_location(out, details);
    append_diff(out, details->diff);
    append_engine(out, details);
    append_indented(out, "state: ", details->state_now);
    append_indented(out, "hint: ", details->hint);
    append_indented(out, "next: ", details->next_command);
    for (guint i = 0; details->related && i < details->related->len; i++)
        append_error(out, details->related->pdata[i]);
}

char *
mig_error_format(const GError *error)
{
    GString *out = g_string_new(NULL);

    append_error(out, error);
    return g_string_free(out, FALSE);
}
