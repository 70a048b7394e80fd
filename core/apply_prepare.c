/* Everything that can be refused is refused here, before the first statement (rule 3). */
#include "core/apply_private.h"

#include <string.h>

#include "core/error.h"

static void
ready_block_free(gpointer data)
{
    MigReadyBlock *block = data;

    g_array_unref(block->statements);
    g_free(block);
}

void
mig_ready_step_free(MigReadyStep *ready)
{
    if (!ready)
        return;
    g_clear_pointer(&ready->blocks, g_ptr_array_unref);
    g_free(ready);
}

typedef struct {
    MigProject *project;
    const MigDialect *dialect;
    gboolean whole_run; /* transaction_per_migration = false */
    GPtrArray *errors;
} Preparation;

/* What the splitter said of a block, said of the whole script. */
static void
shift_error(GError *error, const MigBlock *block)
{
    MigErrorDetails *details = mig_error_details(error);

    if (details && details->line > 0)
        details->line += block->line;
}

static GArray *
split_block(const MigDialect *dialect, const MigScript *script, const MigBlock *block,
            GError **error)
{
    g_autoptr(GError) own = NULL;
    GArray *statements = mig_split(dialect->lex_rules, script->text + block->offset, block->length,
                                   script->path, &own);

    if (!statements) {
        shift_error(own, block);
        g_propagate_error(error, g_steal_pointer(&own));
        return NULL;
    }
    for (guint i = 0; i < statements->len; i++) {
        MigStatement *statement = &g_array_index(statements, MigStatement, i);

        statement->offset += block->offset;
        statement->end += block->offset;
        if (statement->data_offset > 0)
            statement->data_offset += block->offset;
        statement->line += block->line;
    }
    return statements;
}

static void
refuse_statement(Preparation *preparation, const MigStep *step, const MigStatement *statement,
                 const char *message, const char *hint)
{
    const MigScript *script = step->revision->script;
    GError *error = mig_error_new(MIG_E_TRANSACTION_CONTROL, "%s", message);

    mig_error_set_subject(error, "%s of %s", mig_direction_name(step->direction),
                          step->revision->id);
    mig_error_set_offset(error, script->path, script->text, script->text_length, statement->offset);
    mig_error_set_hint(error, "%s", hint);
    g_ptr_array_add(preparation->errors, error);
}

/* Behind a backslash that stands outside of quotes, where no SQL has one: a command of psql. 0:
 * none. */
static gsize
find_psql_command(const MigDialect *dialect, const char *text, const MigStatement *statement)
{
    MigLexer lexer;
    MigToken token;

    if (!memchr(text + statement->offset, '\\', statement->length))
        return 0;
    mig_lexer_init(&lexer, dialect->lex_rules, text + statement->offset, statement->length);
    do
        token = mig_lexer_next_code(&lexer);
    while (token.kind != MIG_TOKEN_END && !mig_token_is(lexer.text, token, "\\"));
    return token.kind == MIG_TOKEN_END ? 0 : statement->offset + token.offset + 1;
}

/* TRUE when there was one. */
static gboolean
refuse_psql_command(Preparation *preparation, const MigStep *step, const MigStatement *statement)
{
    static const struct {
        const char *word, *hint;
    } hints[] = {
        {"copy", "Write COPY … FROM stdin; with the data behind it and a line '\\.' at their end."},
        {"i", "Put the text of that file into the script."},
        {"ir", "Put the text of that file into the script."},
        {"include", "Put the text of that file into the script."},
    };
    const MigScript *script = step->revision->script;
    gsize at = find_psql_command(preparation->dialect, script->text, statement);
    const char *hint = "Take it out: a script holds nothing but SQL.";

    if (at == 0)
        return FALSE;
    gsize length = 0;

    while (at + length < script->text_length && g_ascii_isgraph(script->text[at + length]) &&
           script->text[at + length] != ';')
        length++;
    g_autofree char *word = g_strndup(script->text + at, length);

    for (gsize i = 0; i < G_N_ELEMENTS(hints); i++) {
        if (strcmp(word, hints[i].word) == 0)
            hint = hints[i].hint;
    }
    GError *error = mig_error_new(MIG_E_SCRIPT_SQL, "'\\%s' is a command of psql and no SQL", word);

    mig_error_set_subject(error, "%s of %s", mig_direction_name(step->direction),
                          step->revision->id);
    mig_error_set_offset(error, script->path, script->text, script->text_length, at - 1);
    mig_error_set_hint(error, "%s", hint);
    g_ptr_array_add(preparation->errors, error);
    return TRUE;
}

static void
judge_statement(Preparation *preparation, const MigStep *step, const MigBlock *block,
                const MigStatement *statement)
{
    const MigDialect *dialect = preparation->dialect;
    const char *text = step->revision->script->text + statement->offset;

    if (refuse_psql_command(preparation, step, statement))
        return;
    if (dialect->is_transaction_control(text, statement->length))
        refuse_statement(preparation, step, statement,
                         "a script may not begin or end a transaction",
                         "Take the statement out: the tool opens and ends the transaction itself.");
    else if (!block->transaction_off && dialect->needs_bare &&
             dialect->needs_bare(text, statement->length))
        refuse_statement(preparation, step, statement,
                         "this statement cannot run inside a transaction",
                         "Give it a block of its own: `-- migrate: upgrade transaction=off`.");
}

static void
judge_block(Preparation *preparation, const MigStep *step, const MigReadyBlock *ready)
{
    const MigScript *script = step->revision->script;

    if (ready->block->transaction_off && preparation->whole_run) {
        GError *error = mig_error_new(MIG_E_UNSUPPORTED,
                                      "revision '%s' has a block with transaction=off, but "
                                      "transaction_per_migration is false",
                                      step->revision->id);

        mig_error_set_location(error, script->path, ready->block->line, 1, script->text,
                               script->text_length);
        mig_error_set_hint(error, "Set transaction_per_migration to true for this run.");
        g_ptr_array_add(preparation->errors, error);
    }
    for (guint i = 0; i < ready->statements->len; i++)
        judge_statement(preparation, step, ready->block,
                        &g_array_index(ready->statements, MigStatement, i));
}

GPtrArray *
mig_ready_blocks(const MigDialect *dialect, const MigScript *script, MigDirection direction,
                 const char *name, GError **error)
{
    g_autoptr(GPtrArray) blocks = mig_script_blocks(script, direction, dialect->name, name);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(ready_block_free);

    for (guint i = 0; blocks && i < blocks->len; i++) {
        GArray *statements = split_block(dialect, script, blocks->pdata[i], error);

        if (!statements)
            return NULL;
        MigReadyBlock *block = g_new0(MigReadyBlock, 1);

        block->block = blocks->pdata[i];
        block->number = i + 1;
        block->statements = statements;
        g_ptr_array_add(list, block);
    }
    return g_steal_pointer(&list);
}

static void
refuse_irreversible(Preparation *preparation, const MigStep *step)
{
    GError *error = mig_error_new(MIG_E_IRREVERSIBLE,
                                  "revision '%s' cannot be undone: it has no "
                                  "downgrade block for this database",
                                  step->revision->id);

    mig_error_set_location(error, step->revision->script->path, 0, 0, NULL, 0);
    mig_error_set_hint(error, "Write a downgrade block (an empty one if there is nothing to undo), "
                              "or stay above this revision.");
    g_ptr_array_add(preparation->errors, error);
}

static gboolean
prepare_step(Preparation *preparation, MigReadyStep *ready, GError **error)
{
    const MigStep *step = ready->step;
    MigScript *script = step->revision->script;
    const char *name = mig_project_block_name(preparation->project);

    if (!mig_script_load_body(script, preparation->dialect->lex_rules, error))
        return FALSE;
    g_autoptr(GPtrArray) any =
        mig_script_blocks(script, step->direction, preparation->dialect->name, name);

    if (!any && step->direction == MIG_DOWNGRADE)
        refuse_irreversible(preparation, step);
    ready->blocks = mig_ready_blocks(preparation->dialect, script, step->direction, name, error);
    for (guint i = 0; ready->blocks && i < ready->blocks->len; i++) {
        const MigReadyBlock *block = ready->blocks->pdata[i];

        ready->n_statements += block->statements->len;
        judge_block(preparation, step, block);
    }
    return ready->blocks != NULL;
}

GPtrArray *
mig_apply_prepare(MigProject *project, const MigDialect *dialect, const GPtrArray *steps,
                  gboolean replay, GError **error)
{
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)mig_ready_step_free);
    Preparation preparation = {
        .project = project,
        .dialect = dialect,
        .whole_run = !replay &&
                     !mig_config_boolean(mig_project_config(project), "transaction_per_migration"),
        .errors = errors,
    };

    for (guint i = 0; i < steps->len; i++) {
        MigReadyStep *ready = g_new0(MigReadyStep, 1);
        GError *own = NULL;

        ready->step = steps->pdata[i];
        g_ptr_array_add(list, ready);
        if (!prepare_step(&preparation, ready, &own))
            g_ptr_array_add(errors, own);
    }
    GError *all = mig_error_from_list(errors);

    if (!all)
        return g_steal_pointer(&list);
    mig_error_set_state(all, "nothing was run");
    g_propagate_error(error, all);
    return NULL;
}

gboolean
mig_apply_refuse_half_done(MigProject *project, GError **error)
{
    g_autoptr(GPtrArray) rows = mig_store_half_done(project, error);

    if (!rows || rows->len == 0)
        return rows != NULL;
    const MigLogRow *row = rows->pdata[0];
    g_autoptr(GError) own = mig_error_new(
        MIG_E_HALF_DONE,
        "the %s of '%s' was cut short: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
        " blocks are done, and %" G_GINT64_FORMAT " statements of the next",
        row->direction, row->revision, row->blocks_done, row->blocks_total, row->statements_done);

    if (row->intent)
        mig_error_details(own)->engine_detail =
            g_strdup_printf("this statement was begun, and its end is unknown: %s", row->intent);
    mig_error_set_state(own, "nothing was run");
    mig_error_set_hint(own,
                       "Finish it: migrate %s %s; or give it up, which keeps what was done: "
                       "migrate repair --abandon %s",
                       row->direction, row->revision, row->revision);
    g_propagate_error(error, g_steal_pointer(&own));
    return FALSE;
}
