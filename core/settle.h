/* Expressions compared at their fixed point: an engine's own spelling of an expression, read back and
 * loaded again, may come out in another way, as PostgreSQL's of `varchar CHECK (x IN ('a', 'b'))`. */
#ifndef MIG_SETTLE_H
#define MIG_SETTLE_H

#include "core/scratch.h"

/* Where two sealed states differ in an attribute that the dialect respells, loads both on scratch and
 * reads them back until they are stable; an attribute of `from` that is then the same is spelled as in
 * `to`, so that it is no difference any more. What cannot be loaded alone stays as it is. Does nothing
 * for dialects that keep texts as they are. */
gboolean mig_settle(MigScratch *scratch, MigSchema *from, const MigSchema *to, GError **error);

#endif
