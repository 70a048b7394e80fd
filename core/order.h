/* Changes → a plan: the dialect's actions in a safe order, as statements with their hazards. */
#ifndef MIG_ORDER_H
#define MIG_ORDER_H

#include "core/dialect.h"

typedef struct {
    GPtrArray *actions; /* of MigAction*, in order */
} MigPlan;

/* Plans changes: asks the dialect for actions, sorts them topologically (ties by rank, then id).
 * A loop left over is MIG_E_INTERNAL naming its members. */
MigPlan *mig_plan_new(const MigDialect *dialect, const MigPlanInput *input, GError **error);
void mig_plan_free(MigPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigPlan, mig_plan_free)

gboolean mig_plan_is_empty(const MigPlan *plan);

/* The plan as SQL text: notes and hazards as comment lines above each statement, each ended by a
 * semicolon and a newline. New string. */
char *mig_plan_sql(const MigPlan *plan);

/* Plan from one state to another in one go (diff, plan). */
MigPlan *mig_plan_between(const MigDialect *dialect, const MigSchema *from, const MigSchema *to,
                          const GPtrArray *renames, const char *server, gboolean online,
                          GError **error);

#endif
