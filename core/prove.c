#include "core/prove.h"

#include <string.h>

#include "core/diff.h"
#include "core/error.h"
#include "core/kept.h"
#include "core/sample.h"
#include "core/settle.h"

/* How far what tables are made with, or made into, is followed. */
#define MAX_DEPTH 8

typedef struct {
    const MigDialect *dialect;
    MigScratch *place;
    MigConnection *scratch;
    const MigKept *kept;
    GPtrArray *tables; /* of const MigObject*: those of the old state that were given rows… */
    GPtrArray *rows;   /* …and what they held then */
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
    if (details && details->hint)
        mig_error_set_hint(failure, "%s", details->hint);
    g_propagate_error(error, failure);
    return FALSE;
}

/* Each statement is a transaction of its own there, as it will be. */
static gboolean
run_apart(const Proof *proof, const char *sql, const char *what, GError **error)
{
    g_autoptr(GArray) statements =
        mig_split(proof->dialect->lex_rules, sql, strlen(sql), NULL, error);

    for (guint i = 0; statements && i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        g_autofree char *text = g_strndup(sql + statement->offset, statement->length);

        if (!run(proof, text, what, error))
            return FALSE;
    }
    return statements != NULL;
}

/* Block by block, as the script will be run. */
static gboolean
run_plan(const Proof *proof, const MigPlan *plan, const char *what, GError **error)
{
    GPtrArray *rest;
    g_autofree char *first = mig_plan_blocks(plan, &rest);
    gboolean good = run(proof, first, what, error);

    for (guint i = 0; good && i < rest->len; i++) {
        const MigDraftBlock *block = rest->pdata[i];

        good = block->transaction_off ? run_apart(proof, block->sql, what, error)
                                      : run(proof, block->sql, what, error);
    }
    g_ptr_array_unref(rest);
    return good;
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

/* Whether the rows of the start are there; `after`: by the new state's names. */
static gboolean
rows_are_kept(const Proof *proof, gboolean after, const char *what, GError **error)
{
    g_autoptr(GPtrArray) now =
        mig_kept_read(proof->kept, proof->scratch, proof->tables, after, error);

    if (!now)
        return FALSE;
    g_autofree char *lost = mig_kept_lost(proof->kept, proof->tables, proof->rows, now);

    if (!lost)
        return TRUE;
    const char *rest = strchr(lost, '\n');
    GError *failure = mig_error_new(MIG_E_PROOF, "%s loses rows of %.*s", what,
                                    (int)(rest ? (gsize)(rest - lost) : strlen(lost)), lost);

    if (rest)
        mig_error_details(failure)->engine_detail = g_strdup(rest + 1);
    explain(failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
step(const Proof *proof, const MigPlan *plan, gboolean up, const char *what, GError **error)
{
    const MigKept *kept = proof->kept;

    return run_plan(proof, plan, what, error) &&
           equals(proof, up ? kept->to : kept->from, what, up ? "the model" : "the old state",
                  error) &&
           rows_are_kept(proof, up, what, error);
}

static gboolean
prepare(Proof *proof, GHashTable *leave, GError **error)
{
    const MigKept *kept = proof->kept;
    g_autofree char *dump = proof->dialect->dump(kept->from);
    g_autoptr(GPtrArray) touched = mig_kept_touched(kept);

    if (!run(proof, dump, "the old state", error) ||
        !equals(proof, kept->from, "the old state's DDL", "the old state", error))
        return FALSE;
    proof->tables = mig_sample_fill(proof->scratch, kept->from, touched, leave);
    proof->rows = mig_kept_read(kept, proof->scratch, proof->tables, FALSE, error);
    return proof->rows != NULL;
}

typedef enum { STAGE_START, STAGE_UP, STAGE_PROVEN } Stage;

/* How far it came. leave: set of const MigObject*, tables that get no rows. */
static Stage
prove(MigScratch *place, const MigKept *kept, const MigPlan *upgrade, const MigPlan *downgrade,
      GHashTable *leave, GError **error)
{
    Proof proof = {upgrade->dialect, place, mig_scratch_open(place, error), kept, NULL, NULL};
    Stage stage = STAGE_START;

    if (!proof.scratch)
        return stage;
    if (prepare(&proof, leave, error) && step(&proof, upgrade, TRUE, "the generated upgrade", error))
        stage = STAGE_UP;
    if (stage == STAGE_UP && step(&proof, downgrade, FALSE, "the generated downgrade", error) &&
        step(&proof, upgrade, TRUE, "the generated upgrade, run again,", error))
        stage = STAGE_PROVEN;
    g_clear_pointer(&proof.tables, g_ptr_array_unref);
    g_clear_pointer(&proof.rows, g_ptr_array_unref);
    mig_scratch_close(place, proof.scratch);
    return stage;
}

/* Not about a part of it: a table that is dropped and made anew. */
static gboolean
is_about_root(const MigAction *action)
{
    return g_str_has_suffix(action->id, action->rows_of);
}

/* Set of identities: roots whose rows may stop the plan, or are lost by it, as its hazards say. */
static GHashTable *
doubtful_names(const MigPlan *plan)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        for (guint j = 0; action->rows_of && j < action->hazards->len; j++) {
            const MigHazard *hazard = action->hazards->pdata[j];

            if (strcmp(hazard->kind, "fails-on-data") == 0 ||
                (strcmp(hazard->kind, "data-loss") == 0 && is_about_root(action)))
                g_hash_table_add(names, action->rows_of);
        }
    }
    return names;
}

/* Whether an object, or one of its children, needs one of the names, be it through others that are
 * no tables themselves. */
static gboolean
needs_any(const MigSchema *schema, const MigObject *object, GHashTable *names, int depth)
{
    for (guint i = 0; i < object->depends->len; i++) {
        const char *identity = object->depends->pdata[i];
        const MigObject *needed = mig_schema_find(schema, identity);

        if (g_hash_table_contains(names, identity) ||
            (needed && depth < MAX_DEPTH && strcmp(needed->kind, "table") != 0 &&
             needs_any(schema, needed, names, depth + 1)))
            return TRUE;
    }
    for (guint i = 0; i < object->children->len; i++) {
        if (needs_any(schema, object->children->pdata[i], names, depth + 1))
            return TRUE;
    }
    return FALSE;
}

/* Adds the tables that something else than a table is made of. */
static void
add_sources(const MigSchema *schema, const char *identity, GHashTable *names, int depth)
{
    const MigObject *object = mig_schema_find(schema, identity);

    for (guint i = 0; object && depth < MAX_DEPTH && i < object->depends->len; i++) {
        const MigObject *source = mig_schema_find(schema, object->depends->pdata[i]);

        if (source && strcmp(source->kind, "table") == 0)
            g_hash_table_add(names, source->identity);
        else if (source)
            add_sources(schema, source->identity, names, depth + 1);
    }
}

/* Adds the tables that inherit from one of those named, be it over others: what happens to its rows
 * happens to theirs. */
static void
add_heirs(const MigSchema *schema, GHashTable *names)
{
    const GPtrArray *roots = mig_schema_roots(schema);
    guint before;

    do {
        before = g_hash_table_size(names);
        for (guint i = 0; i < roots->len; i++) {
            const MigObject *table = roots->pdata[i];

            for (guint j = 0; strcmp(table->kind, "table") == 0 && j < table->depends->len; j++) {
                if (g_hash_table_contains(names, table->depends->pdata[j]))
                    g_hash_table_add(names, table->identity);
            }
        }
    } while (g_hash_table_size(names) > before);
}

/* Adds the old state's tables whose rows may stop the plan; FALSE when there is none to add. */
static gboolean
leave_doubtful(const MigKept *kept, const MigPlan *plan, gboolean is_downgrade, GHashTable *leave)
{
    g_autoptr(GHashTable) names = doubtful_names(plan);
    g_autoptr(GList) said = g_hash_table_get_keys(names);
    const GPtrArray *roots = mig_schema_roots(kept->from);
    guint before = g_hash_table_size(leave);

    for (const GList *item = said; item; item = item->next) {
        add_sources(kept->from, item->data, names, 0);
        add_sources(kept->to, item->data, names, 0);
    }
    add_heirs(kept->from, names);
    add_heirs(kept->to, names);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *table = roots->pdata[i];
        const MigObject *other = is_downgrade ? NULL : mig_kept_table(kept, table);

        if (g_hash_table_contains(names, other ? other->identity : table->identity) ||
            (strcmp(table->kind, "table") == 0 && needs_any(kept->from, table, names, 0)))
            g_hash_table_add(leave, (gpointer)table);
    }
    return g_hash_table_size(leave) > before;
}

/* Adds the tables that those left out are parts of: rows given to them may end up there. FALSE when there
 * is none to add. */
static gboolean
leave_wholes(const MigSchema *from, GHashTable *leave)
{
    const GPtrArray *roots = mig_schema_roots(from);
    guint before = g_hash_table_size(leave);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *part = roots->pdata[i];

        for (guint j = 0; g_hash_table_contains(leave, part) && j < part->depends->len; j++) {
            const MigObject *whole = mig_schema_find(from, part->depends->pdata[j]);

            if (whole && strcmp(whole->kind, "table") == 0)
                g_hash_table_add(leave, (gpointer)whole);
        }
    }
    return g_hash_table_size(leave) > before;
}

/* Many a hazard does no harm to sample rows: only where a direction fails with them are they left
 * out of the tables that its hazards are about. */
gboolean
mig_prove(MigScratch *place, const MigSchema *from, const MigSchema *to, const MigPlan *upgrade,
          const MigPlan *downgrade, GError **error)
{
    const MigKept kept = {from, to, upgrade->changes};
    g_autoptr(GHashTable) leave = g_hash_table_new(NULL, NULL);
    gboolean fewer;

    do {
        g_autoptr(GError) failure = NULL;
        Stage stage = prove(place, &kept, upgrade, downgrade, leave, &failure);

        if (stage == STAGE_PROVEN)
            return TRUE;
        fewer = leave_doubtful(&kept, upgrade, FALSE, leave);
        if (stage == STAGE_UP)
            fewer |= leave_doubtful(&kept, downgrade, TRUE, leave);
        if (!fewer)
            fewer = leave_wholes(from, leave);
        if (!fewer)
            g_propagate_error(error, g_steal_pointer(&failure));
    } while (fewer);
    return FALSE;
}
