/* Whole files, with the reason when they cannot be read. */
#ifndef MIG_READ_FILE_H
#define MIG_READ_FILE_H

#include <glib.h>

/* Reads a file (or pipe) to its end. 0, and a new text with a NUL behind its last byte; or the errno
 * of what failed (EFBIG: more than 1 GiB), with the outputs untouched. g_file_get_contents() clears
 * errno on its way and keeps the reason as text only. */
int mig_read_file(const char *path, char **ret_text, gsize *ret_length);

#endif
