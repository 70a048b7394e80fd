#include "core/prove.h"

#include <string.h>

#include "core/diff.h"
#include "core/error.h"
#include "core/settle.h"

typedef struct {
    const MigDialect *dialect;
    MigScratch *place;
    MigConnection *scratch;
} Proof;

static void
explain(GError *error)
{
    mig_error_set_state(error, "nothing was written");
    mig_error_set_hint(error, "This is a fault of migrate: please report it with the model. "
                              "--no-proof leaves the proof out; then check the SQL by hand.");
}

static gboolean
run(const Proof *proof, const char *sql, const char *what, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (proof->dialect->execute(proof->scratch, sql, strlen(sql), NULL, &cause))
        return TRUE;
    const MigErrorDetails *details = mig_error_details(cause);
    GError *failure =
        mig_error_new(MIG_E_PROOF, "%s does not run on scratch: %s", what, cause->message);
    MigErrorDetails *own = mig_error_details(failure);

    if (details) {
        own->engine_message = g_strdup(details->engine_message);
        own->sqlstate = g_strdup(details->sqlstate);
        own->line = details->line;
        own->column = details->column;
        own->source_line = g_strdup(details->source_line);
        own->file = g_strdup_printf("(%s)", what);
    }
    explain(failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
equals(const Proof *proof, const MigSchema *expected, const char *what, const char *side,
       GError **error)
{
    g_autoptr(MigSchema) state = mig_scratch_read(proof->place, proof->scratch, error);

    if (!state || !mig_settle(proof->place, state, expected, error))
        return FALSE;
    g_autoptr(GPtrArray) changes = mig_diff(state, expected);
    g_autoptr(GString) list = g_string_new(NULL);

    if (changes->len == 0)
        return TRUE;
    for (guint i = 0; i < changes->len; i++) {
        g_autofree char *line = mig_change_describe(changes->pdata[i]);

        g_string_append_printf(list, "%s%s", i ? "\n" : "", line);
    }
    GError *failure = mig_error_new(MIG_E_PROOF, "%s does not lead to %s", what, side);

    mig_error_details(failure)->engine_detail = g_strdup_printf("still to do:\n%s", list->str);
    explain(failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
prove_both_ways(const Proof *proof, const MigSchema *from, const MigSchema *to,
                const MigPlan *upgrade, const MigPlan *downgrade, GError **error)
{
    g_autofree char *dump = proof->dialect->dump(from);
    g_autofree char *up = mig_plan_sql(upgrade), *down = mig_plan_sql(downgrade);

    return run(proof, dump, "the old state", error) &&
           equals(proof, from, "the old state's DDL", "the old state", error) &&
           run(proof, up, "the generated upgrade", error) &&
           equals(proof, to, "the generated upgrade", "the model", error) &&
           run(proof, down, "the generated downgrade", error) &&
           equals(proof, from, "the generated downgrade", "the old state", error);
}

gboolean
mig_prove(MigScratch *place, const MigSchema *from, const MigSchema *to, const MigPlan *upgrade,
          const MigPlan *downgrade, GError **error)
{
    const MigDialect *dialect = upgrade->dialect;
    MigConnection *scratch = mig_scratch_open(place, error);

    if (!scratch)
        return FALSE;
    Proof proof = {dialect, place, scratch};
    gboolean proven = prove_both_ways(&proof, from, to, upgrade, downgrade, error);

    dialect->close(scratch);
    return proven;
}
