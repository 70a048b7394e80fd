/* `upgrade --plan` and `downgrade --plan`. */
#ifndef MIG_CMD_SHOW_PLAN_H
#define MIG_CMD_SHOW_PLAN_H

#include "cmd/command.h"
#include "core/apply.h"

/* Shows the steps to target, what they run and what that would do to a live system; runs nothing.
 */
int show_plan(Invocation *invocation, MigProject *project, MigDirection direction,
              const char *target, const MigApplyOptions *options, GError **error);

#endif
