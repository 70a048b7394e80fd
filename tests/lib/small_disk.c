#define _GNU_SOURCE /* unshare, fallocate */
#include "tests/lib/small_disk.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void
die(const char *what)
{
    printf("Bail out! %s\n", what);
    exit(99);
}

static gboolean
enter_namespace(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

gboolean
small_disk_mount(const char *folder, guint megabytes)
{
    static gboolean asked, permitted;
    g_autofree char *size = g_strdup_printf("size=%um,mode=0777", megabytes);

    if (!asked)
        permitted = enter_namespace();
    asked = TRUE;
    return permitted && mount("none", folder, "tmpfs", 0, size) == 0;
}

void
small_disk_unmount(const char *folder)
{
    umount2(folder, MNT_DETACH);
}

static char *
ballast(const char *folder)
{
    return g_build_filename(folder, "ballast", NULL);
}

void
small_disk_fill(const char *folder, guint64 bytes_left)
{
    g_autofree char *path = ballast(folder);
    struct statvfs info;
    int file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0666);

    if (file < 0 || statvfs(folder, &info) != 0)
        die("the small disk cannot be filled");
    guint64 room = (guint64)info.f_bavail * info.f_frsize;

    if (room > bytes_left && fallocate(file, 0, 0, (off_t)(room - bytes_left)) != 0)
        die("the small disk cannot be filled");
    close(file);
}

void
small_disk_free(const char *folder)
{
    g_autofree char *path = ballast(folder);

    g_unlink(path);
}
