/* Tries a plan on scratch before anybody trusts it. */
#ifndef MIG_PROVE_H
#define MIG_PROVE_H

#include "core/order.h"

/* In a throwaway database, from `from` up must lead exactly to `to`, down back to `from`, and up to
 * `to` again. The tables that the plans touch, and those they refer to, hold sample rows: tables
 * that both states have keep their rows, and the values of columns that both have with the same
 * type. Where a direction fails, tables that its fails-on-data hazards are about go without rows.
 * MIG_E_PROOF says which way failed, with the differences, what was lost, or the engine's words. */
gboolean mig_prove(MigScratch *scratch, const MigSchema *from, const MigSchema *to,
                   const MigPlan *upgrade, const MigPlan *downgrade, GError **error);

#endif
