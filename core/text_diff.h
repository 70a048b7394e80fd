/* What changed between two texts, as a unified diff. */
#ifndef MIG_TEXT_DIFF_H
#define MIG_TEXT_DIFF_H

#include <glib.h>

/* Lines of both texts compared: "--- old_name", "+++ new_name" and hunks with three lines of context,
 * each line with its end; what kind of line end it was does not count. "" when they are equal.
 * max_lines: more lines than that are left out, and counted in the last one (0: no limit). Texts that
 * have nearly nothing in common are told as one removed and one added, so that time and space stay
 * bounded. New string. */
char *mig_text_diff(const char *old_text, const char *new_text, const char *old_name,
                    const char *new_name, guint max_lines);

#endif
