/* A small file system in memory that can be filled, for tests of full disks. It is mounted in a namespace
 * of this process and its children, and so is gone with them. */
#ifndef MIG_TESTS_SMALL_DISK_H
#define MIG_TESTS_SMALL_DISK_H

#include <glib.h>

/* Mounts one on a folder. FALSE where that is not permitted: only root may, and in most containers not even
 * that. */
gboolean small_disk_mount(const char *folder, guint megabytes);

/* Takes it away, with all that is in it. */
void small_disk_unmount(const char *folder);

/* Fills it but for so many bytes, with a file of its own. */
void small_disk_fill(const char *folder, guint64 bytes_left);

/* Takes that file away again. */
void small_disk_free(const char *folder);

#endif
