#include "core/model_files.h"

#include <glob.h>
#include <string.h>

#include "core/error.h"
#include "core/read_file.h"

static gboolean
is_made(const char *name)
{
    static const char *const folders[] = {"__pycache__", "node_modules", NULL};

    return *name == '.' || g_strv_contains(folders, name);
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_folder(const char *path)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        if (!is_made(name))
            g_ptr_array_add(paths, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(paths, by_name);
    return paths;
}

static gboolean
add_file(const MigConfig *config, const char *path, MigCacheKey *key, GError **error)
{
    g_autofree char *text = NULL;
    gsize length;
    int reason = mig_read_file(path, &text, &length);

    if (reason != 0) {
        g_autofree char *shown = mig_config_display_path(config, path);

        mig_set_error(error, MIG_E_MODEL, "cannot read '%s', which 'model_cache' names: %s", shown,
                      g_strerror(reason));
        return FALSE;
    }
    mig_cache_key_add(key, path, -1);
    mig_cache_key_add(key, text, (gssize)length);
    return TRUE;
}

/* depth: so that a link to a folder above ends. Sockets and the like in folders are passed over. */
static gboolean
add_path(const MigConfig *config, const char *path, int depth, MigCacheKey *key, GError **error)
{
    static const int deepest = 32;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        return (depth > 0 && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) ||
               add_file(config, path, key, error);
    }
    g_autoptr(GPtrArray) inner = list_folder(path);

    for (guint i = 0; depth < deepest && i < inner->len; i++) {
        if (!add_path(config, inner->pdata[i], depth + 1, key, error))
            return FALSE;
    }
    return TRUE;
}

/* The item as a pattern: nothing in the folder's own name is special. */
static char *
pattern_of(const MigConfig *config, const char *item)
{
    GString *pattern = g_string_new(NULL);

    for (const char *c = mig_config_here(config); !g_path_is_absolute(item) && *c; c++) {
        if (strchr("*?[\\", *c))
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *c);
    }
    if (pattern->len > 0)
        g_string_append_c(pattern, '/');
    g_string_append(pattern, item);
    return g_string_free(pattern, FALSE);
}

static gboolean
add_item(const MigConfig *config, const char *item, MigCacheKey *key, GError **error)
{
    g_autofree char *path = mig_config_resolve_path(config, item);

    if (!strpbrk(item, "*?[") || g_file_test(path, G_FILE_TEST_EXISTS))
        return add_path(config, path, 0, key, error);
    g_autofree char *pattern = pattern_of(config, item);
    glob_t found = {0};
    gboolean ok = glob(pattern, 0, NULL, &found) == 0;

    if (!ok)
        mig_set_error(error, MIG_E_MODEL, "'%s' of key 'model_cache' names no file", item);
    for (gsize i = 0; ok && i < found.gl_pathc; i++)
        ok = add_path(config, found.gl_pathv[i], 0, key, error);
    globfree(&found);
    return ok;
}

gboolean
mig_model_files_add(const MigConfig *config, const GPtrArray *named, MigCacheKey *key,
                    GError **error)
{
    for (guint i = 0; i < named->len; i++) {
        if (!add_item(config, named->pdata[i], key, error))
            return FALSE;
    }
    return TRUE;
}
