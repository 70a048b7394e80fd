/* The user's editor. */
#ifndef MIG_CMD_EDITOR_H
#define MIG_CMD_EDITOR_H

#include <glib.h>

/* Whether VISUAL or EDITOR names one; MIG_E_EDITOR if not. */
gboolean editor_check(GError **error);

/* Opens files (of char*) in it and waits until it ends. MIG_E_EDITOR when there is none or it
 * fails. */
gboolean editor_open(const GPtrArray *paths, GError **error);

#endif
