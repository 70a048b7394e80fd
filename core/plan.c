#include "core/rename_hint.h"
#include "core/order.h"

#include <string.h>

#include "core/diff.h"
#include "core/error.h"

static MigPlan *
plan_empty(const MigDialect *dialect)
{
    MigPlan *plan = g_new0(MigPlan, 1);

    plan->dialect = dialect;
    plan->actions = g_ptr_array_new_with_free_func((GDestroyNotify)mig_action_free);
    plan->changes = g_ptr_array_new_with_free_func((GDestroyNotify)mig_change_free);
    return plan;
}

static gboolean
plan_add(MigPlan *plan, const MigPlanInput *input, GError **error)
{
    GPtrArray *actions = plan->dialect->plan(input, error);

    if (!actions)
        return FALSE;
    actions = mig_order_actions(actions, error);
    if (!actions)
        return FALSE;
    g_ptr_array_extend_and_steal(plan->actions, actions);
    return TRUE;
}

MigPlan *
mig_plan_new(const MigDialect *dialect, const MigPlanInput *input, GError **error)
{
    g_autoptr(MigPlan) plan = plan_empty(dialect);

    return plan_add(plan, input, error) ? g_steal_pointer(&plan) : NULL;
}

void
mig_plan_free(MigPlan *plan)
{
    if (!plan)
        return;
    g_ptr_array_unref(plan->actions);
    g_ptr_array_unref(plan->changes);
    mig_schema_free(plan->renamed);
    g_free(plan);
}

gboolean
mig_plan_is_empty(const MigPlan *plan)
{
    return plan->actions->len == 0;
}

static gboolean
is_line_comment(const char *text, MigToken token)
{
    return token.kind == MIG_TOKEN_COMMENT && text[token.offset] == '-';
}

static gboolean
is_marker(const char *comment)
{
    return g_str_has_prefix(comment + strspn(comment, " \t"), "migrate:");
}

static void
append_statement(GString *out, const MigLexRules *rules, const char *sql)
{
    MigLexer lexer;
    MigToken token, last = {0};

    mig_lexer_init(&lexer, rules, sql, strlen(sql));
    while ((token = mig_lexer_next(&lexer)).kind != MIG_TOKEN_END) {
        /* A comment of the user's that reads as a marker would cut the script in two. */
        if (is_line_comment(sql, token) && is_marker(sql + token.offset + 2))
            g_string_append(out, "--");
        g_string_append_len(out, sql + token.offset, token.length);
        last = token;
    }
    if (is_line_comment(sql, last))
        g_string_append_c(out, '\n');
    else if (last.kind == MIG_TOKEN_COMMENT && !g_str_has_suffix(sql, "*/"))
        g_string_append(out, " */"); /* SQLite lets the text's end be the comment's */
    g_string_append(out, ";\n");
}

static void
append_hazard(GString *out, const MigHazard *hazard)
{
    g_auto(GStrv) lines = g_strsplit(hazard->text, "\n", -1);

    g_string_append_printf(out, "-- hazard: %s: ", hazard->kind);
    for (char **line = lines; *line; line++) {
        if (line > lines)
            g_string_append(out, is_marker(*line) ? "----   " : "--   ");
        g_string_append_printf(out, "%s\n", *line);
    }
}

static void
append_action(GString *out, const MigLexRules *rules, const MigAction *action)
{
    if (out->len)
        g_string_append_c(out, '\n');
    for (guint i = 0; i < action->hazards->len; i++)
        append_hazard(out, action->hazards->pdata[i]);
    for (guint i = 0; i < action->statements->len; i++)
        append_statement(out, rules, action->statements->pdata[i]);
}

char *
mig_plan_sql(const MigPlan *plan)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < plan->actions->len; i++)
        append_action(out, plan->dialect->lex_rules, plan->actions->pdata[i]);
    return g_string_free(out, FALSE);
}

/* Whether an action cannot be in one transaction with the one before it. */
static gboolean
begins_block(const MigAction *before, const MigAction *action)
{
    if (action->transaction_off != (before && before->transaction_off))
        return TRUE;
    if (!before || action->transaction_off)
        return FALSE;
    return action->after_commit || (before->own_transaction && !action->own_transaction);
}

char *
mig_plan_blocks(const MigPlan *plan, GPtrArray **ret_rest)
{
    GPtrArray *rest = g_ptr_array_new_with_free_func((GDestroyNotify)mig_draft_block_free);
    GString *out = g_string_new(NULL);
    char *first = NULL;
    MigDraftBlock *block = NULL;

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        if (begins_block(i > 0 ? plan->actions->pdata[i - 1] : NULL, action)) {
            *(block ? &block->sql : &first) = g_string_free(out, FALSE);
            out = g_string_new(NULL);
            block = g_new0(MigDraftBlock, 1);
            block->transaction_off = action->transaction_off;
            g_ptr_array_add(rest, block);
        }
        append_action(out, plan->dialect->lex_rules, action);
    }
    *(block ? &block->sql : &first) = g_string_free(out, FALSE);
    *ret_rest = rest;
    return first;
}

static gboolean
run_renames(const MigPlan *plan, MigConnection *scratch, GError **error)
{
    g_autofree char *sql = mig_plan_sql(plan);
    g_autoptr(GError) cause = NULL;

    if (plan->dialect->execute(scratch, sql, strlen(sql), NULL, &cause))
        return TRUE;
    mig_set_error(error, MIG_E_UNSUPPORTED, "cannot rename: %s", cause->message);
    mig_error_set_hint(error ? *error : NULL,
                       "A view or trigger that is broken must be repaired or dropped first.");
    return FALSE;
}

static MigSchema *
run_on_scratch(const MigPlan *plan, MigScratch *place, MigConnection *scratch,
               const MigSchema *from, GError **error)
{
    const MigDialect *dialect = plan->dialect;
    g_autofree char *dump = dialect->dump(from);

    if (!dialect->execute(scratch, dump, strlen(dump), NULL, error) ||
        !run_renames(plan, scratch, error))
        return NULL;
    return mig_scratch_read(place, scratch, error);
}

/* The engine itself says what a rename carries along. */
static MigSchema *
after_renames(const MigPlan *plan, MigScratch *place, const MigSchema *from, GError **error)
{
    MigConnection *scratch = mig_scratch_open(place, error);

    if (!scratch)
        return NULL;
    MigSchema *renamed = run_on_scratch(plan, place, scratch, from, error);

    mig_scratch_close(place, scratch);
    return renamed;
}

MigPlan *
mig_plan_between(MigScratch *scratch, const MigSchema *from, const MigSchema *to,
                 const GPtrArray *renames, const char *server, gboolean online, GError **error)
{
    g_autoptr(MigPlan) plan = plan_empty(mig_scratch_dialect(scratch));
    g_autoptr(GPtrArray) all_renames = mig_rename_hints_join(renames, from, to);
    g_autoptr(GPtrArray) renamed = mig_rename_changes(all_renames, from, to, error);
    MigPlanInput input = {from, to, renamed, online, server};

    if (!renamed)
        return NULL;
    if (renamed->len > 0) {
        if (!plan_add(plan, &input, error))
            return NULL;
        plan->renamed = after_renames(plan, scratch, from, error);
        if (!plan->renamed)
            return NULL;
        input.from = plan->renamed;
    }
    g_autoptr(GPtrArray) changes = mig_diff(input.from, to);

    input.changes = changes;
    if (changes->len > 0 && !plan_add(plan, &input, error))
        return NULL;
    g_ptr_array_extend_and_steal(plan->changes, g_steal_pointer(&renamed));
    g_ptr_array_extend_and_steal(plan->changes, g_steal_pointer(&changes));
    return g_steal_pointer(&plan);
}
