#include "core/locations.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"

typedef struct {
    gboolean recursive;
    GHashTable *seen; /* "device:inode" of the folders read */
    GPtrArray *paths;
    GPtrArray *errors;
} Scan;

static void
add_error(Scan *scan, const char *before, const char *path, const char *after, const char *hint)
{
    g_autofree char *shown = g_filename_display_name(path);
    GError *error = mig_error_new(MIG_E_FILE, "%s '%s'%s", before, shown, after);

    if (hint)
        mig_error_set_hint(error, "%s", hint);
    g_ptr_array_add(scan->errors, error);
}

/* 'f', 'd' or, for neither, '?'; 0 where nothing is to be had. A dangling link counts as a file, so
 * that opening it says what is wrong. */
static char
kind_of(const char *path, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type == DT_REG)
        return 'f';
    if (entry->d_type == DT_DIR)
        return 'd';
    if (stat(path, &info) < 0)
        return 'f';
    return S_ISREG(info.st_mode) ? 'f' : S_ISDIR(info.st_mode) ? 'd' : '?';
}

gboolean
mig_locations_is_leftover(const char *name)
{
    return strchr(".#~", *name) != NULL;
}

static int
by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct {
    GPtrArray *files, *folders, *others; /* of char*: paths, sorted */
} Entries;

static void
entries_clear(Entries *entries)
{
    g_ptr_array_unref(entries->files);
    g_ptr_array_unref(entries->folders);
    g_ptr_array_unref(entries->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entries, entries_clear)

/* prefix: the folder, with the slash that separates it from a name. */
static void
add_entry(Entries *entries, const char *prefix, const struct dirent *entry)
{
    gboolean is_script = g_str_has_suffix(entry->d_name, ".sql");

    if (mig_locations_is_leftover(entry->d_name) || (!is_script && entry->d_type == DT_REG))
        return;
    g_autofree char *path = g_strconcat(prefix, entry->d_name, NULL);
    char kind = kind_of(path, entry);

    if (kind == 'd')
        g_ptr_array_add(entries->folders, g_steal_pointer(&path));
    else if (is_script)
        g_ptr_array_add(kind == 'f' ? entries->files : entries->others, g_steal_pointer(&path));
}

static Entries
read_entries(DIR *dir, const char *folder)
{
    Entries entries = {g_ptr_array_new_with_free_func(g_free),
                       g_ptr_array_new_with_free_func(g_free),
                       g_ptr_array_new_with_free_func(g_free)};
    g_autofree char *prefix =
        g_str_has_suffix(folder, "/") ? g_strdup(folder) : g_strconcat(folder, "/", NULL);
    const struct dirent *entry;

    while ((entry = readdir(dir)))
        add_entry(&entries, prefix, entry);
    g_ptr_array_sort(entries.files, by_name);
    g_ptr_array_sort(entries.folders, by_name);
    g_ptr_array_sort(entries.others, by_name);
    return entries;
}

static gboolean
is_new_folder(Scan *scan, DIR *dir)
{
    struct stat info;

    if (fstat(dirfd(dir), &info) < 0)
        return FALSE;
    return g_hash_table_add(scan->seen,
                            g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                            (guint64)info.st_dev, (guint64)info.st_ino));
}

/* Moves the files over to the scan's paths. */
static void
take_files(Scan *scan, Entries *entries)
{
    for (guint i = 0; i < entries->others->len; i++)
        add_error(scan, "script", entries->others->pdata[i], " is not a plain file", NULL);
    for (guint i = 0; i < entries->files->len; i++) {
        char *path = entries->files->pdata[i];

        if (g_utf8_validate(path, -1, NULL))
            g_ptr_array_add(scan->paths, g_steal_pointer(&entries->files->pdata[i]));
        else
            add_error(scan, "the name of script", path, " is not UTF-8", "Rename the file.");
    }
}

static void
scan_folder(Scan *scan, const char *folder)
{
    DIR *dir = opendir(folder);

    if (!dir) {
        g_autofree char *reason = g_strconcat(": ", g_strerror(errno), NULL);

        add_error(scan, "cannot read folder", folder, reason, NULL);
        return;
    }
    if (!is_new_folder(scan, dir)) {
        closedir(dir);
        return;
    }
    g_auto(Entries) entries = read_entries(dir, folder);

    closedir(dir);
    take_files(scan, &entries);
    for (guint i = 0; scan->recursive && i < entries.folders->len; i++)
        scan_folder(scan, entries.folders->pdata[i]);
}

GPtrArray *
mig_locations_scan(const GPtrArray *locations, gboolean recursive, GPtrArray *errors)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Scan scan = {recursive, seen, g_ptr_array_new_with_free_func(g_free), errors};

    for (guint i = 0; i < locations->len; i++) {
        const char *location = locations->pdata[i];

        if (g_file_test(location, G_FILE_TEST_EXISTS))
            scan_folder(&scan, location);
        else
            add_error(&scan, "there is no folder", location, " for scripts",
                      "Run `migrate init`, or correct version_locations.");
    }
    return scan.paths;
}
