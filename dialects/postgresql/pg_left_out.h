/* What a scratch database goes without: what its server or its user's rights do not allow, and what would
 * reach beyond it. Noted by name, told as MIG_EVENT_NOTICE, and unmanaged in the states read there. */
#ifndef MIG_PG_LEFT_OUT_H
#define MIG_PG_LEFT_OUT_H

#include "core/schema.h"
#include "dialects/postgresql/pg_driver.h"

/* Whether a statement of a replay is not to run on scratch, told by its words; it is noted then. */
gboolean mig_pg_keep_off(MigPg *pg, const char *text, gsize length);

/* Whether a statement may be one that scratch can go without, should it fail. */
gboolean mig_pg_may_be_left_out(const char *text, gsize length);
/* Whether scratch goes on without a statement that failed; what it is about is noted then. */
gboolean mig_pg_leave_out(MigPg *pg, const char *text, gsize length, const GError *failure);

/* Whether a statement of a model failed for it makes the schema that scratch has from the start. */
gboolean mig_pg_is_home(MigPg *pg, const char *text, gsize length, const GError *failure);

/* Says in the hint of an error if a name that the statement has is that of an object which an
 * extension brought; after what failed was undone. */
void mig_pg_explain_clash(const MigPg *pg, const char *text, gsize length, GError *error);
/* Adds what was noted to the hint of an error that may come of it. */
void mig_pg_explain_left_out(const MigPg *pg, GError *error);
/* Marks in a state that was read (not yet sealed) what it lacks. */
void mig_pg_mark_left_out(const MigPg *pg, MigSchema *schema);
void mig_pg_forget_left_out(MigPg *pg);

#endif
