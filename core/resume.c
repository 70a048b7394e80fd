/* Going on with a step whose off block was cut short (rule 6). */
#include "core/apply_private.h"

#include <string.h>

#include "core/error.h"
#include "core/text_diff.h"

void
mig_resume_clear(MigResume *resume)
{
    g_clear_pointer(&resume->row, mig_log_row_free);
    g_clear_pointer(&resume->clear, g_free);
}

/* Whether two texts are the same to the database: comments and white space do not count. */
static gboolean
same_tokens(const MigLexRules *rules, const char *a, gsize a_length, const char *b, gsize b_length)
{
    MigLexer left, right;

    mig_lexer_init(&left, rules, a, a_length);
    mig_lexer_init(&right, rules, b, b_length);
    for (;;) {
        MigToken one = mig_lexer_next_code(&left), other = mig_lexer_next_code(&right);

        if (one.kind != other.kind || one.length != other.length ||
            memcmp(a + one.offset, b + other.offset, one.length) != 0)
            return FALSE;
        if (one.kind == MIG_TOKEN_END)
            return TRUE;
    }
}

static gboolean
same_statement(const MigLexRules *rules, const MigScript *a, const MigStatement *left,
               const MigScript *b, const MigStatement *right)
{
    return same_tokens(rules, a->text + left->offset, left->length, b->text + right->offset,
                       right->length) &&
           left->data_length == right->data_length &&
           memcmp(a->text + left->data_offset, b->text + right->data_offset, left->data_length) ==
               0;
}

/* The script that the step began with, and what of it was done. */
typedef struct {
    const MigReadyStep *ready;
    const MigLogRow *row;
    const MigLexRules *rules;
    MigScript *script;
    GPtrArray *blocks; /* of MigReadyBlock* */
} Past;

static void
past_clear(Past *past)
{
    g_clear_pointer(&past->blocks, g_ptr_array_unref);
    g_clear_pointer(&past->script, mig_script_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Past, past_clear)

/* A script that has no place to go on at. offset: of what is no longer the same; G_MAXSIZE: none. */
static gboolean
fail_changed(const Past *past, gsize offset, GError **error)
{
    const MigScript *script = past->ready->step->revision->script;
    const MigLogRow *row = past->row;
    GError *own = mig_error_new(MIG_E_CHANGED_SCRIPT,
                                "the %s of '%s' was cut short and cannot go on: what was done of it "
                                "is written in another way now",
                                row->direction, row->revision);
    g_autofree char *old_name = g_strdup_printf("%s as it was begun", row->revision);

    if (offset != G_MAXSIZE)
        mig_error_set_offset(own, script->path, script->text, script->text_length, offset);
    else
        mig_error_set_location(own, script->path, 0, 0, NULL, 0);
    if (row->script)
        mig_error_details(own)->diff = mig_text_diff(
            row->script, script->text, old_name, script->path ? script->path : "now", 60);
    mig_error_set_state(own, "nothing was run");
    mig_error_set_hint(own,
                       "Put back what was done (what comes behind it may change); or give the step "
                       "up, which keeps what was done: migrate repair --abandon %s",
                       row->revision);
    g_propagate_error(error, own);
    return FALSE;
}

/* The first n statements of a block against those that were done; all: there may be no others. */
static gboolean
check_block(const Past *past, guint index, guint n, gboolean all, GError **error)
{
    const MigScript *script = past->ready->step->revision->script;

    if (index >= past->blocks->len || index >= past->ready->blocks->len)
        return fail_changed(past, G_MAXSIZE, error);
    const MigReadyBlock *old = past->blocks->pdata[index], *now = past->ready->blocks->pdata[index];

    if (strcmp(old->block->options, now->block->options) != 0)
        return fail_changed(past, now->block->offset, error);
    for (guint i = 0; i < n; i++) {
        const MigStatement *before, *after;

        if (i >= old->statements->len || i >= now->statements->len)
            return fail_changed(past, now->block->offset, error);
        before = &g_array_index(old->statements, MigStatement, i);
        after = &g_array_index(now->statements, MigStatement, i);
        if (!same_statement(past->rules, past->script, before, script, after))
            return fail_changed(past, after->offset, error);
    }
    return !all || now->statements->len == n || fail_changed(past, now->block->offset, error);
}

static gboolean
check_past(const Past *past, GError **error)
{
    const MigLogRow *row = past->row;

    for (guint i = 0; i < row->blocks_done; i++) {
        guint n = i < past->blocks->len
                      ? ((const MigReadyBlock *)past->blocks->pdata[i])->statements->len
                      : 0;

        if (!check_block(past, i, n, TRUE, error))
            return FALSE;
    }
    return row->statements_done == 0 ||
           check_block(past, (guint)row->blocks_done, (guint)row->statements_done, FALSE, error);
}

/* Reads the script that the row keeps. */
static gboolean
read_past(MigProject *project, const MigDialect *dialect, Past *past, GError **error)
{
    const MigLogRow *row = past->row;

    past->rules = dialect->lex_rules;
    past->script = row->script ? mig_script_from_text(row->script, -1, NULL, NULL) : NULL;
    if (past->script && mig_script_load_body(past->script, past->rules, NULL))
        past->blocks = mig_ready_blocks(dialect, past->script, past->ready->step->direction,
                                        mig_project_block_name(project), NULL);
    return past->blocks || fail_changed(past, G_MAXSIZE, error);
}

gboolean
mig_resume_find(MigProject *project, const GPtrArray *ready, MigResume *ret, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_store_half_done(project, error);
    const MigDialect *dialect = mig_project_dialect(project, error);

    if (!rows || rows->len == 0)
        return rows != NULL;
    const MigLogRow *row = rows->pdata[0];
    MigReadyStep *first = ready->pdata[0];

    if (rows->len > 1 || strcmp(row->revision, first->step->revision->id) != 0 ||
        strcmp(row->direction, mig_direction_name(first->step->direction)) != 0)
        return mig_apply_refuse_half_done(project, error);
    g_auto(Past) past = {.ready = first, .row = row};

    if (!read_past(project, dialect, &past, error) || !check_past(&past, error))
        return FALSE;
    mig_resume_clear(ret);
    ret->row = g_ptr_array_steal_index(rows, 0);
    ret->blocks_done = (guint)row->blocks_done;
    ret->statements_done = (guint)row->statements_done;
    first->resume = ret;
    return TRUE;
}

gboolean
mig_resume_holds(MigProject *project, const MigResume *resume, gboolean *ret, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_store_half_done(project, error);

    if (!rows)
        return FALSE;
    const MigLogRow *found = rows->len == 1 ? rows->pdata[0] : NULL, *row = resume->row;

    *ret = rows->len == (row ? 1 : 0) &&
           (!row || (row->id == found->id && row->blocks_done == found->blocks_done &&
                     row->statements_done == found->statements_done &&
                     g_strcmp0(row->intent, found->intent) == 0));
    return TRUE;
}

gboolean
mig_resume_is_further(const MigResume *a, const MigResume *b)
{
    if (!a->row || !b->row)
        return a->row != NULL;
    if (a->row->blocks_done != b->row->blocks_done)
        return a->row->blocks_done > b->row->blocks_done;
    if (a->row->statements_done != b->row->statements_done)
        return a->row->statements_done > b->row->statements_done;
    return a->row->intent && !b->row->intent;
}

static gboolean
fail_uncertain(const MigLogRow *row, GError **error)
{
    GError *own = mig_error_new(MIG_E_HALF_WAY,
                                "the %s of '%s' was cut short, and whether this statement was done "
                                "is uncertain: %s",
                                row->direction, row->revision, row->intent);

    mig_error_set_state(own, "nothing was run: it is never repeated blindly");
    mig_error_set_hint(own,
                       "Look what the statement left, and finish or undo the step by hand; then "
                       "forget it with `migrate repair --abandon %s` and, if it is finished, set the "
                       "rows with `migrate stamp`.",
                       row->revision);
    g_propagate_error(error, own);
    return FALSE;
}

/* The statement turned out to be done: it must still be the one that the script has there. */
static gboolean
count_as_done(MigProject *project, const MigReadyStep *ready, MigResume *resume, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    const Past past = {.ready = ready, .row = resume->row, .rules = dialect->lex_rules};
    const MigScript *script = ready->step->revision->script;
    const MigReadyBlock *block = resume->blocks_done < ready->blocks->len
                                     ? ready->blocks->pdata[resume->blocks_done]
                                     : NULL;

    if (!block || !block->block->transaction_off ||
        resume->statements_done >= block->statements->len)
        return fail_changed(&past, G_MAXSIZE, error);
    const MigStatement *statement =
        &g_array_index(block->statements, MigStatement, resume->statements_done);
    const char *intent = resume->row->intent;

    if (!same_tokens(past.rules, intent, strlen(intent), script->text + statement->offset,
                     statement->length))
        return fail_changed(&past, statement->offset, error);
    resume->statements_done++;
    return TRUE;
}

/* The statements of the block that is gone on with, as far as it is done, that set the session. */
static char *
settings_before(const MigDialect *dialect, const MigReadyStep *ready, const MigResume *resume)
{
    const char *text = ready->step->revision->script->text;
    GString *settings = g_string_new(NULL);

    if (resume->blocks_done >= ready->blocks->len || !dialect->sets_session)
        return g_string_free(settings, FALSE);
    const GArray *statements =
        ((const MigReadyBlock *)ready->blocks->pdata[resume->blocks_done])->statements;

    for (guint i = 0; i < resume->statements_done && i < statements->len; i++) {
        const MigStatement *at = &g_array_index(statements, MigStatement, i);

        if (dialect->sets_session(text + at->offset, at->length))
            g_string_append_printf(settings, "%.*s\n;\n", (int)at->length, text + at->offset);
    }
    return g_string_free(settings, FALSE);
}

gboolean
mig_resume_judge(MigProject *project, MigConnection *connection, const MigReadyStep *ready,
                 MigResume *resume, GError **error)
{
    const MigDialect *dialect = connection->dialect;
    const char *intent = resume->row->intent;
    MigBareState state = MIG_BARE_UNKNOWN;

    if (!intent)
        return TRUE;
    g_autofree char *settings = settings_before(dialect, ready, resume);

    if (dialect->judge_bare && !dialect->judge_bare(connection, intent, strlen(intent), settings,
                                                    &state, &resume->clear, error))
        return FALSE;
    switch (state) {
    case MIG_BARE_NOT_DONE:
    case MIG_BARE_HALF_DONE:
        return TRUE;
    case MIG_BARE_DONE:
        return count_as_done(project, ready, resume, error);
    case MIG_BARE_UNKNOWN:
        break;
    }
    return fail_uncertain(resume->row, error);
}
