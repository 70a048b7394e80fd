#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first error of writing to stdout, as errno; 0: none. stdio keeps only that there was one. */
static int write_errno;

static void
check_written(gboolean written)
{
    if (!written && write_errno == 0)
        write_errno = errno ? errno : EIO;
}

static void
write_text(const char *text)
{
    check_written(fputs(text, stdout) >= 0);
}

/* Length of the SGR sequence ("\033[1;31m", a style of ours) that text begins with, or 0. */
static gsize
style_length(const char *text)
{
    gsize length = 2;

    if (text[0] != '\033' || text[1] != '[')
        return 0;
    length += strspn(text + 2, "0123456789;");
    return text[length] == 'm' ? length + 1 : 0;
}

static char *
make_printable(const char *text, gboolean keep_styles)
{
    GString *result = g_string_new(NULL);

    while (*text) {
        const gunichar c = g_utf8_get_char_validated(text, -1);
        const gboolean is_utf8 = c < (gunichar)-2;
        const gsize style = keep_styles ? style_length(text) : 0;
        gsize length = style ? style : is_utf8 ? (gsize)(g_utf8_next_char(text) - text) : 1;

        if (style || (is_utf8 && (*text == '\n' || *text == '\t' || !g_unichar_iscntrl(c))))
            g_string_append_len(result, text, (gssize)length);
        else
            g_string_append_printf(result, "\\x%02x", is_utf8 ? c : (guchar)*text);
        text += length;
    }
    return g_string_free(result, FALSE);
}

char *
printable(const char *text)
{
    return make_printable(text, FALSE);
}

/* Data is not changed, but for a terminal's eyes. */
static void
write_formatted(const char *format, va_list args)
{
    if (!isatty(STDOUT_FILENO)) {
        check_written(vfprintf(stdout, format, args) >= 0);
        return;
    }
    g_autofree char *text = g_strdup_vprintf(format, args);
    g_autofree char *shown = make_printable(text, TRUE);

    write_text(shown);
}

void
out(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    write_formatted(format, args);
    va_end(args);
}

const char style_end[] = "\033[0m";

const char *
style_begin(Style style)
{
    switch (style) {
    case STYLE_ID:
        return "\033[33m";
    case STYLE_LABEL:
        return "\033[36m";
    case STYLE_GOOD:
    case STYLE_ADDED:
        return "\033[32m";
    case STYLE_BAD:
        return "\033[1;31m";
    case STYLE_WARNING:
        return "\033[1;33m";
    case STYLE_DIM:
        return "\033[2m";
    case STYLE_REMOVED:
        return "\033[31m";
    case STYLE_PLAIN:
        break;
    }
    return "";
}

void
out_styled(const Invocation *invocation, Style style, const char *format, ...)
{
    const gboolean styled = invocation->color && style != STYLE_PLAIN;
    va_list args;

    if (styled)
        write_text(style_begin(style));
    va_start(args, format);
    write_formatted(format, args);
    va_end(args);
    if (styled)
        write_text(style_end);
}

static gboolean
is_comment(const char *line)
{
    return g_str_has_prefix(line, "--");
}

void
out_sql(const Invocation *invocation, const char *sql)
{
    if (!invocation->color) {
        out("%s", sql);
        return;
    }
    for (const char *line = sql; *line;) {
        gsize length = strcspn(line, "\n");

        out_styled(invocation, is_comment(line) ? STYLE_DIM : STYLE_PLAIN, "%.*s", (int)length,
                   line);
        line += length;
        if (*line == '\n') {
            write_text("\n");
            line++;
        }
    }
}

json_t *
text_json(const char *text)
{
    return text ? json_string(text) : json_null();
}

void
out_json(json_t *value)
{
    errno = 0;
    check_written(json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY) == 0);
    write_text("\n");
    json_decref(value);
}

void
out_json_line(json_t *value)
{
    errno = 0;
    check_written(json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY) == 0);
    write_text("\n");
    json_decref(value);
}

void
talk(const Invocation *invocation, const char *format, ...)
{
    va_list args;

    if (invocation->quiet)
        return;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    const MigEvent event = {.kind = MIG_EVENT_NOTICE, .message = text};

    report_event(&event, (gpointer)invocation);
}

gboolean
output_is_utf8(void)
{
    return g_get_charset(NULL);
}

void
output_begin(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

    for (int fd = 0; fd < 3; fd++) {
        /* Opened the wrong way round, so that reading or writing there still fails. */
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", modes[fd]) != fd)
            _exit(3);
    }
    signal(SIGPIPE, SIG_IGN);
    /* A limit on the size of files is an error like a full disk, not the end of the program. */
    signal(SIGXFSZ, SIG_IGN);
}

gboolean
output_finish(GError **error)
{
    check_written(fflush(stdout) == 0);
    if (write_errno == 0)
        return TRUE;
    if (write_errno == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    mig_set_error(error, MIG_E_FILE, "cannot write standard output: %s", g_strerror(write_errno));
    return FALSE;
}
