/* Two states → changes. Equality is equality of text and hash; there is no guessing. */
#ifndef MIG_DIFF_H
#define MIG_DIFF_H

#include "core/change.h"
#include "core/rename.h"

/* Changes that turn `from` into `to`, in a deterministic order; an empty array when equal. The
 * array (of MigChange*) refers into both schemas. Objects that either side cannot manage are left
 * out. Renames are not found here: `from` is the state after them (mig_plan_between()). */
GPtrArray *mig_diff(const MigSchema *from, const MigSchema *to);

#endif
