#include "core/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"

/* A file on its way: under another name, which the loader of scripts skips. */
typedef struct {
    const char *path, *shown;
    char *folder;
    char *temporary;
    GPtrArray *made; /* of char*: folders that were not there before, outermost first */
} NewFile;

static gboolean
fail(const NewFile *file, const char *what, int number, GError **error)
{
    if (number == EEXIST) {
        mig_set_error(error, MIG_E_EXISTS, "the file '%s' exists already", file->shown);
        return FALSE;
    }
    mig_set_error(error, MIG_E_FILE, "cannot %s '%s': %s", what, file->shown, g_strerror(number));
    return FALSE;
}

static gboolean
make_folders(NewFile *file, const char *root, GError **error)
{
    for (gsize end = strlen(root); file->folder[end];) {
        end += 1 + strcspn(file->folder + end + 1, "/");
        g_autofree char *folder = g_strndup(file->folder, end);

        if (g_mkdir(folder, 0777) == 0)
            g_ptr_array_add(file->made, g_steal_pointer(&folder));
        else if (errno != EEXIST)
            return fail(file, "make the folder of", errno, error);
    }
    return TRUE;
}

static gboolean
write_all(int fd, const char *text, gsize length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);

        if (n < 0 && errno != EINTR)
            return FALSE;
        text += MAX(n, 0);
        length -= MAX(n, 0);
    }
    return fsync(fd) == 0;
}

static gboolean
write_temporary(const NewFile *file, const char *text, GError **error)
{
    int fd = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return fail(file, "write", errno, error);
    int number = write_all(fd, text, strlen(text)) ? 0 : errno;

    if (close(fd) != 0 && number == 0)
        number = errno;
    return number == 0 || fail(file, "write", number, error);
}

/* A link never replaces what is there; where the file system has no links, a rename must do. */
static gboolean
put_in_place(const NewFile *file, GError **error)
{
    if (link(file->temporary, file->path) == 0) {
        unlink(file->temporary);
        return TRUE;
    }
    if (errno != EPERM && errno != ENOSYS && errno != EOPNOTSUPP && errno != EMLINK)
        return fail(file, "write", errno, error);
    if (g_file_test(file->path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
        return fail(file, "write", EEXIST, error);
    return rename(file->temporary, file->path) == 0 || fail(file, "write", errno, error);
}

static void
sync_folder(const NewFile *file)
{
    int fd = open(file->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

static void
take_back(const NewFile *file)
{
    unlink(file->temporary);
    for (guint i = file->made->len; i > 0; i--)
        g_rmdir(file->made->pdata[i - 1]);
}

gboolean
mig_new_file_write(const char *root, const char *path, const char *shown, const char *text,
                   GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *temporary =
        g_strdup_printf("%s/.migrate-%08x%08x.tmp", folder, g_random_int(), g_random_int());
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
    NewFile file = {path, shown, folder, temporary, made};

    if (!make_folders(&file, root, error) || !write_temporary(&file, text, error) ||
        !put_in_place(&file, error)) {
        take_back(&file);
        return FALSE;
    }
    sync_folder(&file);
    return TRUE;
}
