#include "build-config.h"

#include "core/cache.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "core/read_file.h"
#include "core/schema_bytes.h"

#define STATE ".state"
#define TEXT ".text"
#define MAX_FILES 64

struct _MigCacheKey {
    GChecksum *checksum;
};

MigCacheKey *
mig_cache_key_new(void)
{
    MigCacheKey *key = g_new0(MigCacheKey, 1);

    key->checksum = g_checksum_new(G_CHECKSUM_SHA256);
    mig_cache_key_add(key, PACKAGE_VERSION, -1);
    return key;
}

void
mig_cache_key_free(MigCacheKey *key)
{
    if (!key)
        return;
    g_checksum_free(key->checksum);
    g_free(key);
}

void
mig_cache_key_add(MigCacheKey *key, const char *text, gssize length)
{
    guint64 size = !text ? G_MAXUINT64 : length < 0 ? strlen(text) : (guint64)length;

    g_checksum_update(key->checksum, (const guchar *)&size, sizeof size);
    if (text)
        g_checksum_update(key->checksum, (const guchar *)text, (gssize)size);
}

static char *
folder(void)
{
    return g_build_filename(g_get_user_cache_dir(), "migrate", NULL);
}

static char *
path_of(const MigCacheKey *key, const char *suffix)
{
    g_autoptr(GChecksum) copy = g_checksum_copy(key->checksum);
    g_autofree char *name = g_strconcat(g_checksum_get_string(copy), suffix, NULL);
    g_autofree char *parent = folder();

    return g_build_filename(parent, name, NULL);
}

/* It counts as used. */
static char *
get(const MigCacheKey *key, const char *suffix, gsize *ret_length)
{
    g_autofree char *path = path_of(key, suffix);
    char *bytes;

    if (mig_read_file(path, &bytes, ret_length) != 0)
        return NULL;
    g_utime(path, NULL);
    return bytes;
}

MigSchema *
mig_cache_get(const MigCacheKey *key)
{
    gsize length;
    g_autofree char *bytes = get(key, STATE, &length);

    return bytes ? mig_schema_from_bytes((const guint8 *)bytes, length) : NULL;
}

char *
mig_cache_get_text(const MigCacheKey *key, gsize *ret_length)
{
    return get(key, TEXT, ret_length);
}

typedef struct {
    char *path;
    gint64 used;
} File;

static void
file_clear(gpointer data)
{
    g_free(((File *)data)->path);
}

static int
latest_first(gconstpointer a, gconstpointer b)
{
    gint64 left = ((const File *)a)->used, right = ((const File *)b)->used;

    return left > right ? -1 : left < right;
}

static void
forget_oldest(const char *parent, const char *suffix)
{
    g_autoptr(GArray) files = g_array_new(FALSE, FALSE, sizeof(File));
    g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
    const char *name;

    g_array_set_clear_func(files, file_clear);
    while (dir && (name = g_dir_read_name(dir))) {
        File file = {g_build_filename(parent, name, NULL), 0};
        GStatBuf status;

        if (g_str_has_suffix(name, suffix) && g_stat(file.path, &status) == 0) {
            file.used = status.st_mtime;
            g_array_append_val(files, file);
        } else {
            file_clear(&file);
        }
    }
    g_array_sort(files, latest_first);
    for (guint i = MAX_FILES; i < files->len; i++)
        g_unlink(g_array_index(files, File, i).path);
}

/* What scratch could not hold it may hold the next time. */
static gboolean
is_whole(const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        if (((const MigObject *)objects->pdata[i])->left_out)
            return FALSE;
    }
    return TRUE;
}

static void
put(const MigCacheKey *key, const char *suffix, const char *bytes, gsize length)
{
    g_autofree char *parent = folder(), *path = path_of(key, suffix);

    if (g_mkdir_with_parents(parent, 0700) == 0 &&
        g_file_set_contents_full(path, bytes, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 NULL))
        forget_oldest(parent, suffix);
}

void
mig_cache_put(const MigCacheKey *key, const MigSchema *schema)
{
    if (!is_whole(schema))
        return;
    g_autoptr(GByteArray) bytes = mig_schema_to_bytes(schema);

    put(key, STATE, (const char *)bytes->data, bytes->len);
}

void
mig_cache_put_text(const MigCacheKey *key, const char *text, gsize length)
{
    put(key, TEXT, text, length);
}
