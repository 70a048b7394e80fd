/* Runs steps on the database by the rules that keep data safe. */
#ifndef MIG_APPLY_H
#define MIG_APPLY_H

#include "core/project.h"
#include "core/steps.h"

typedef struct {
    const char *tag;
    const GPtrArray *allow_drop; /* of char*: globs; may be NULL */
    gboolean one_by_one;
    gboolean to_ref;   /* upgrade: target is a commit of git; the database moves to the heads of its
                          scripts, down over what it does not have and up to what it has */
    gboolean from_log; /* downgrade, to_ref: scripts that are missing may be those that the log keeps */
    gint64 run_lock_timeout_ms; /* G_MININT64: from the settings */
    gboolean (*cancelled)(gpointer user_data);
    gpointer user_data;
} MigApplyOptions;

/* Moves the database to target. *ret_steps (may be NULL): how many steps were done, also on
 * failure. Nothing to do is success with 0. */
gboolean mig_apply_upgrade(MigProject *project, const char *target, const MigApplyOptions *options,
                           guint *ret_steps, GError **error);
gboolean mig_apply_downgrade(MigProject *project, const char *target, gboolean all_branches,
                             const MigApplyOptions *options, guint *ret_steps, GError **error);

/* The steps that would run, checked as far as can be without running: an array of MigStep*. options
 * may be NULL. */
GPtrArray *mig_apply_plan(MigProject *project, MigDirection direction, const char *target,
                          gboolean all_branches, const MigApplyOptions *options, GError **error);

/* MIG_E_HALF_DONE when the log holds a step that was cut short. */
gboolean mig_apply_refuse_half_done(MigProject *project, GError **error);

/* Runs the blocks of steps on any connection without rows and log: for replay on scratch. */
gboolean mig_apply_replay(MigProject *project, MigConnection *scratch, const GPtrArray *steps,
                          GError **error);

/* stamp: sets the rows; targets of char*. purge: starts from no rows, accepts unknown ones.
 * ret_before, ret_after (may be NULL): row ids. */
gboolean mig_apply_stamp(MigProject *project, const GPtrArray *targets, gboolean purge,
                         const char *tag, GPtrArray **ret_before, GPtrArray **ret_after,
                         GError **error);

/* Makes the version table (and log) where missing. */
gboolean mig_apply_ensure_version(MigProject *project, GError **error);

#endif
