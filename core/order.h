/* Changes → a plan: the dialect's actions in a safe order, as statements with their hazards. */
#ifndef MIG_ORDER_H
#define MIG_ORDER_H

#include "core/dialect.h"
#include "core/scratch.h"

typedef struct {
    const MigDialect *dialect;
    GPtrArray *actions;  /* of MigAction*, in order */
    GPtrArray *changes;  /* of MigChange*, into the two states and `renamed` */
    MigSchema *renamed;  /* the old state after the renames; NULL when there are none */
} MigPlan;

/* Sorts actions (of MigAction*, taken): what they need comes first, ties by rank, then id. What
 * they only prefer is given up, lowest rank first, where it makes a loop; a loop of needs is
 * MIG_E_INTERNAL naming its members. */
GPtrArray *mig_order_actions(GPtrArray *actions, GError **error);

/* Plans changes: asks the dialect for actions and sorts them. The plan has no changes of its own. */
MigPlan *mig_plan_new(const MigDialect *dialect, const MigPlanInput *input, GError **error);
void mig_plan_free(MigPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigPlan, mig_plan_free)

gboolean mig_plan_is_empty(const MigPlan *plan);

/* The plan as SQL text: hazards as comment lines above each action's statements, each of
 * which is ended by a semicolon and a newline; a blank line between actions. Nothing in it reads
 * as a marker of a script. New string. */
char *mig_plan_sql(const MigPlan *plan);

/* The same as a script's blocks: returned is the SQL of the first one ("" when the plan begins outside
 * of a transaction), *ret_rest are those (of MigDraftBlock*) behind it. New. */
char *mig_plan_blocks(const MigPlan *plan, GPtrArray **ret_rest);

/* Plan from one state to another in one go. Renames (of MigRename*, may be NULL) are carried out
 * on scratch first, so that only what they leave different is a change; with them the plan must
 * not outlive the two states (nor without). */
MigPlan *mig_plan_between(MigScratch *scratch, const MigSchema *from, const MigSchema *to,
                          const GPtrArray *renames, const char *server, gboolean online,
                          GError **error);

#endif
