#include "core/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/script_private.h"

enum { HEADER_READ_SIZE = 4096 };

const char *
mig_direction_name(MigDirection direction)
{
    return direction == MIG_UPGRADE ? "upgrade" : "downgrade";
}

gboolean
mig_script_id_is_reserved(const char *text)
{
    static const char *const reserved[] = {"head", "heads", "base", "current", NULL};

    return g_strv_contains(reserved, text);
}

const char mig_script_id_rule[] =
    "Ids and labels are 1 to 128 letters A-Z and a-z, digits, '_' and "
    "'.', and none of 'head', 'heads', 'base', 'current'.";

gboolean
mig_script_id_is_legal(const char *text)
{
    gsize length = strlen(text);

    for (const char *p = text; *p; p++)
        if (!g_ascii_isalnum(*p) && *p != '_' && *p != '.')
            return FALSE;
    return length >= 1 && length <= 128 && !mig_script_id_is_reserved(text);
}

char *
mig_script_new_id(void)
{
    return g_strdup_printf("%06x%06x", g_random_int() & 0xffffff, g_random_int() & 0xffffff);
}

GError *
mig_script_error(const MigScriptSource *source, gsize offset, MigErrorCode code, const char *format,
                 ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    GError *error = mig_error_new(code, "%s", message);

    mig_error_set_offset(error, source->path, source->text, source->length, offset);
    return error;
}

gsize
mig_script_bom_length(const char *text, gsize length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Bytes of the longest ASCII start, as far as whole words go: nearly always all of a header, and
 * this is far quicker than looking at characters. */
static gsize
ascii_length(const char *text, gsize length)
{
    gsize at = 0;
    guint64 word;

    for (; at + sizeof word <= length; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (word & G_GUINT64_CONSTANT(0x8080808080808080))
            break;
    }
    return memchr(text, '\0', at) ? 0 : at;
}

gboolean
mig_script_check_encoding(const MigScriptSource *source, gsize length, GError **error)
{
    gsize start = ascii_length(source->text, length);
    const char *end;

    if (g_utf8_validate_len(source->text + start, length - start, &end))
        return TRUE;
    GError *problem = mig_script_error(source, end - source->text, MIG_E_SCRIPT_ENCODING,
                                       "the script is not UTF-8: byte 0x%02x", (guint8)*end);

    if (length >= 2 &&
        (memcmp(source->text, "\xff\xfe", 2) == 0 || memcmp(source->text, "\xfe\xff", 2) == 0))
        mig_error_set_hint(problem, "The file looks like UTF-16; save it as UTF-8.");
    else
        mig_error_set_hint(problem, "Save the file as UTF-8.");
    g_propagate_error(error, problem);
    return FALSE;
}

static MigScript *
new_script(const char *path)
{
    MigScript *script = g_new0(MigScript, 1);

    script->path = g_strdup(path);
    script->down = g_ptr_array_new_with_free_func(g_free);
    script->deps = g_ptr_array_new_with_free_func(g_free);
    script->labels = g_ptr_array_new_with_free_func(g_free);
    return script;
}

void
mig_script_free(MigScript *script)
{
    if (!script)
        return;
    g_free(script->id);
    g_ptr_array_unref(script->down);
    g_ptr_array_unref(script->deps);
    g_ptr_array_unref(script->labels);
    g_free(script->message);
    g_free(script->doc);
    g_free(script->created);
    g_free(script->path);
    g_free(script->text);
    g_clear_pointer(&script->blocks, g_array_unref);
    g_free(script);
}

static gboolean
fail_file(const char *path, int number, GError **error)
{
    GError *problem = mig_error_new(MIG_E_FILE, "cannot read the script: %s", g_strerror(number));

    mig_error_set_location(problem, path, 0, 0, NULL, 0);
    g_propagate_error(error, problem);
    return FALSE;
}

/* Reads until the buffer holds `wanted` bytes or the file ends. */
static gboolean
read_up_to(int fd, const char *path, GByteArray *buffer, gsize wanted, gboolean *ret_whole,
           GError **error)
{
    gsize have = buffer->len;
    ssize_t n = 1;

    g_byte_array_set_size(buffer, wanted);
    while (have < wanted && n != 0) {
        n = read(fd, buffer->data + have, wanted - have);
        if (n < 0 && errno != EINTR)
            return fail_file(path, errno, error);
        have += MAX(n, 0);
    }
    g_byte_array_set_size(buffer, have);
    *ret_whole = n == 0;
    return TRUE;
}

static MigScriptSource
source_of(const char *path, const char *text, gsize length, gboolean whole)
{
    gsize bom = mig_script_bom_length(text, length);

    return (MigScriptSource){path, text + bom, length - bom, whole};
}

/* Reads a header that one read of a small buffer gets; *ret_script stays NULL where it takes more.
 */
static gboolean
open_quickly(int fd, const char *path, MigScript **ret_script, GError **error)
{
    g_autoptr(MigScript) script = new_script(path);
    char buffer[HEADER_READ_SIZE];
    ssize_t n = pread(fd, buffer, sizeof buffer, 0);

    if (n <= 0)
        return TRUE;
    MigScriptSource source = source_of(path, buffer, n, FALSE);

    switch (mig_script_read_header(script, &source, error)) {
    case MIG_HEADER_OK:
        *ret_script = g_steal_pointer(&script);
        return TRUE;
    case MIG_HEADER_ERROR:
        return FALSE;
    default:
        return TRUE;
    }
}

static MigScript *
open_descriptor(int fd, const char *path, GError **error)
{
    MigScript *quick = NULL;

    if (!open_quickly(fd, path, &quick, error) || quick)
        return quick;
    g_autoptr(GByteArray) buffer = g_byte_array_sized_new(HEADER_READ_SIZE);

    for (gsize wanted = HEADER_READ_SIZE;; wanted *= 2) {
        g_autoptr(MigScript) script = new_script(path);
        gboolean whole = FALSE;

        if (!read_up_to(fd, path, buffer, wanted, &whole, error))
            return NULL;
        MigScriptSource source = source_of(path, (char *)buffer->data, buffer->len, whole);

        switch (mig_script_read_header(script, &source, error)) {
        case MIG_HEADER_OK:
            return g_steal_pointer(&script);
        case MIG_HEADER_ERROR:
            return NULL;
        default:
            break;
        }
    }
}

MigScript *
mig_script_open(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        fail_file(path, errno, error);
        return NULL;
    }
    MigScript *script = open_descriptor(fd, path, error);

    close(fd);
    return script;
}

MigScript *
mig_script_from_text(const char *text, gssize length, const char *path, GError **error)
{
    g_autoptr(MigScript) script = new_script(path);
    MigScriptSource source = source_of(path, text, length < 0 ? strlen(text) : (gsize)length, TRUE);

    if (mig_script_read_header(script, &source, error) != MIG_HEADER_OK)
        return NULL;
    script->text = g_strndup(source.text, source.length);
    script->text_length = source.length;
    return g_steal_pointer(&script);
}

static gboolean
lists_are_equal(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (strcmp(a->pdata[i], b->pdata[i]) != 0)
            return FALSE;
    return TRUE;
}

/* The graph stands on the header that was read before: another one now would not fit it. */
static gboolean
check_same_header(const MigScript *script, const MigScriptSource *source, GError **error)
{
    g_autoptr(MigScript) now = new_script(script->path);

    if (mig_script_read_header(now, source, error) != MIG_HEADER_OK)
        return FALSE;
    if (strcmp(now->id, script->id) == 0 && lists_are_equal(now->down, script->down) &&
        lists_are_equal(now->deps, script->deps) && lists_are_equal(now->labels, script->labels))
        return TRUE;
    GError *problem = mig_script_error(source, 0, MIG_E_FILE,
                                       "the script's header changed while migrate was running");

    mig_error_set_hint(problem, "Run the command again.");
    g_propagate_error(error, problem);
    return FALSE;
}

static GByteArray *
read_file(const char *path, GError **error)
{
    g_autoptr(GByteArray) buffer = g_byte_array_new();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean whole = FALSE, ok = TRUE;
    struct stat info = {0};

    if (fd < 0) {
        fail_file(path, errno, error);
        return NULL;
    }
    if (fstat(fd, &info) != 0)
        ok = fail_file(path, errno, error);
    else if (info.st_size >= G_MAXINT)
        ok = fail_file(path, EFBIG, error);
    for (gsize wanted = (gsize)info.st_size + 1; ok && !whole; wanted *= 2)
        ok = read_up_to(fd, path, buffer, wanted, &whole, error);
    close(fd);
    return ok ? g_steal_pointer(&buffer) : NULL;
}

static gboolean
load_text(MigScript *script, GError **error)
{
    g_autoptr(GByteArray) buffer = read_file(script->path, error);

    if (!buffer)
        return FALSE;
    MigScriptSource source = source_of(script->path, (char *)buffer->data, buffer->len, TRUE);

    if (!check_same_header(script, &source, error))
        return FALSE;
    g_byte_array_remove_range(buffer, 0, buffer->len - source.length);
    script->text_length = buffer->len;
    g_byte_array_append(buffer, (const guint8 *)"", 1);
    script->text = (char *)g_byte_array_free(g_steal_pointer(&buffer), FALSE);
    return TRUE;
}

gboolean
mig_script_load_body(MigScript *script, const MigLexRules *rules, GError **error)
{
    if (script->blocks)
        return TRUE;
    if (!script->text && !load_text(script, error))
        return FALSE;
    MigScriptSource source = {script->path, script->text, script->text_length, TRUE};

    if (!mig_script_check_encoding(&source, source.length, error))
        return FALSE;
    script->blocks = mig_script_read_blocks(&source, rules, error);
    return script->blocks != NULL;
}
