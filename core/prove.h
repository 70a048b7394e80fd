/* Tries a plan on scratch before anybody trusts it. */
#ifndef MIG_PROVE_H
#define MIG_PROVE_H

#include "core/order.h"

/* From `from`, up must lead exactly to `to`, and down back to `from`, in a throwaway database.
 * MIG_E_PROOF says which way failed, with the differences or the engine's words. */
gboolean mig_prove(MigScratch *scratch, const MigSchema *from, const MigSchema *to,
                   const MigPlan *upgrade, const MigPlan *downgrade, GError **error);

#endif
