/* Files that are made whole or not at all, and never over another. */
#ifndef MIG_NEW_FILE_H
#define MIG_NEW_FILE_H

#include <glib.h>

/* Writes a new file, whole or not at all and never over another; missing folders between root and
 * the file are made, and taken away again on failure. Errors: MIG_E_EXISTS, MIG_E_FILE, with shown as
 * the file's name. */
gboolean mig_new_file_write(const char *root, const char *path, const char *shown, const char *text,
                            GError **error);

#endif
