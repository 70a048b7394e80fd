/* Finds script files in version locations, in load order. */
#ifndef MIG_LOCATIONS_H
#define MIG_LOCATIONS_H

#include <glib.h>

/* Whether a file or folder of this name is hidden or an editor's leftover. */
gboolean mig_locations_is_leftover(const char *name);

/* Paths (char*, each begins with its location as given) of the scripts in locations (char*), in
 * order; in each, files by name, then sub-folders by name when recursive. Left out: files other
 * than *.sql, hidden ones, editor leftovers, and a folder that has been read already (so a loop of
 * symbolic links ends). All errors (MIG_E_FILE) are appended to errors (of GError*). New array. */
GPtrArray *mig_locations_scan(const GPtrArray *locations, gboolean recursive, GPtrArray *errors);

#endif
