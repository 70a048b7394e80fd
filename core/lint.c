#include "core/lint.h"

#include <string.h>

#include "core/apply.h"
#include "core/error.h"
#include "core/lint_allow.h"
#include "core/lint_revision.h"
#include "core/revspec.h"

typedef struct {
    MigProject *project;
    const MigDialect *dialect;
    const MigLintDriver *driver;
    MigScratch *place;
    MigConnection *scratch;
    gpointer run; /* the driver's */
    MigLintReport *report;
    MigLintResult *result;
} Lint;

void
mig_lint_result_free(MigLintResult *result)
{
    if (!result)
        return;
    g_clear_pointer(&result->findings, g_ptr_array_unref);
    g_clear_pointer(&result->revisions, g_ptr_array_unref);
    g_clear_error(&result->stopped);
    g_free(result);
}

static void
statement_free(gpointer data)
{
    MigLintStatement *statement = data;

    g_free((char *)statement->text);
    g_free(statement);
}

static void
block_free(gpointer data)
{
    MigLintBlock *block = data;

    g_ptr_array_unref(block->statements);
    g_free(block);
}

static MigLintBlock *
block_new(const MigRevision *revision, gboolean off)
{
    const MigScript *script = revision->script;
    MigLintBlock *block = g_new0(MigLintBlock, 1);

    block->revision = revision;
    block->off = off;
    block->file = script->path;
    block->text = script->text;
    block->text_length = script->text_length;
    block->statements = g_ptr_array_new_with_free_func(statement_free);
    return block;
}

static gboolean
add_statements(const Lint *lint, MigLintBlock *block, const MigBlock *source, GError **error)
{
    const char *text = block->text + source->offset;
    g_autoptr(GError) own = NULL;
    g_autoptr(GArray) list =
        mig_split(lint->dialect->lex_rules, text, source->length, block->file, &own);

    if (!list) {
        MigErrorDetails *details = mig_error_details(own);

        if (details && details->line > 0)
            details->line += source->line;
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    for (guint i = 0; i < list->len; i++) {
        const MigStatement *each = &g_array_index(list, MigStatement, i);
        MigLintStatement *statement = g_new0(MigLintStatement, 1);

        statement->text = g_strndup(text + each->offset, each->length);
        statement->length = each->length;
        statement->offset = source->offset + each->offset;
        statement->data = each->data_length ? text + each->data_offset : NULL;
        statement->data_length = each->data_length;
        g_ptr_array_add(block->statements, statement);
    }
    return TRUE;
}

/* The blocks of an upgrade (of MigLintBlock*), those that share a transaction as one. NULL: error. */
static GPtrArray *
read_blocks(const Lint *lint, const MigRevision *revision, const GPtrArray *sources, GError **error)
{
    g_autoptr(GPtrArray) blocks = g_ptr_array_new_with_free_func(block_free);
    const gboolean joined = (lint->dialect->capabilities & MIG_CAP_ATOMIC_REVISION) != 0;

    for (guint i = 0; sources && i < sources->len; i++) {
        const MigBlock *source = sources->pdata[i];
        MigLintBlock *last = blocks->len ? blocks->pdata[blocks->len - 1] : NULL;

        if (!last || !joined || last->off || source->transaction_off) {
            last = block_new(revision, source->transaction_off);
            g_ptr_array_add(blocks, last);
        }
        if (!add_statements(lint, last, source, error))
            return NULL;
    }
    return g_steal_pointer(&blocks);
}

static char *
first_word(const MigLintStatement *statement)
{
    gsize length = 0;

    while (length < statement->length && g_ascii_isalpha(statement->text[length]))
        length++;
    return g_strndup(statement->text, length);
}

static gboolean
begins(const MigLintStatement *statement)
{
    g_autofree char *word = first_word(statement);

    return g_ascii_strcasecmp(word, "BEGIN") == 0 || g_ascii_strcasecmp(word, "START") == 0;
}

/* Whether the statement begins a transaction outside of ours, and no later one ends it. */
static gboolean
is_left_open(const Lint *lint, const MigLintBlock *block, guint index)
{
    if (!block->off || !begins(block->statements->pdata[index]))
        return FALSE;
    for (guint i = index + 1; i < block->statements->len; i++) {
        const MigLintStatement *later = block->statements->pdata[i];

        if (lint->dialect->is_transaction_control(later->text, later->length) && !begins(later))
            return FALSE;
    }
    return TRUE;
}

/* The tool begins and ends transactions itself. */
static gboolean
is_refused(const Lint *lint, const MigLintBlock *block, guint index)
{
    const MigLintStatement *statement = block->statements->pdata[index];

    if (!lint->dialect->is_transaction_control(statement->text, statement->length))
        return FALSE;
    g_autofree char *word = first_word(statement);
    MigLintFinding *finding = mig_lint_find(
        lint->report, "CO010", 0, "'%s' would begin or end a transaction inside the revision's own",
        word);

    mig_lint_safe(finding, "Take the statement out.");
    if (is_left_open(lint, block, index))
        mig_lint_find(lint->report, "CO011", 0, "nothing behind it in the block ends what '%s' begins",
                      word);
    return TRUE;
}

typedef enum { GOES_ON, STOPPED, FAILED } Outcome;

static Outcome
judge_statement(Lint *lint, const MigLintBlock *block, guint index, GError **error)
{
    GError *own = NULL;

    mig_lint_report_at(lint->report, block->revision, block->statements->pdata[index]);
    if (is_refused(lint, block, index))
        return GOES_ON;
    if (!lint->driver->examine(lint->run, index, lint->report, error))
        return FAILED;
    if (lint->driver->execute(lint->run, index, &own))
        return GOES_ON;
    lint->result->stopped_at = block->revision;
    if (mig_lint_report_explains_failure(lint->report))
        g_clear_error(&own);
    lint->result->stopped = own;
    return STOPPED;
}

static Outcome
judge_block(Lint *lint, const MigLintBlock *block, GError **error)
{
    Outcome outcome = GOES_ON;

    if (!lint->driver->begin(lint->run, block, error))
        return FAILED;
    for (guint i = 0; outcome == GOES_ON && i < block->statements->len; i++)
        outcome = judge_statement(lint, block, i, error);
    if (outcome == GOES_ON && !lint->driver->end(lint->run, &lint->result->stopped)) {
        lint->result->stopped_at = block->revision;
        return STOPPED;
    }
    return outcome;
}

static int
by_place(gconstpointer a, gconstpointer b, gpointer user_data)
{
    const MigLintFinding *first = *(MigLintFinding *const *)a, *second = *(MigLintFinding *const *)b;

    if (first->offset != second->offset)
        return first->offset < second->offset ? -1 : 1;
    return first->rule < second->rule ? -1 : first->rule > second->rule;
}

static void
sort_from(GPtrArray *findings, guint first)
{
    if (findings->len > first)
        g_qsort_with_data(findings->pdata + first, (int)(findings->len - first), sizeof(gpointer),
                          by_place, NULL);
}

static Outcome
judge_revision(Lint *lint, const MigRevision *revision, GError **error)
{
    MigScript *script = revision->script;

    if (!mig_script_load_body(script, lint->dialect->lex_rules, error))
        return FAILED;
    g_autoptr(GPtrArray) sources = mig_script_blocks(
        script, MIG_UPGRADE, lint->dialect->name, mig_project_block_name(lint->project));
    g_autoptr(GPtrArray) blocks = read_blocks(lint, revision, sources, error);
    g_autoptr(GPtrArray) downgrades = mig_script_blocks(
        script, MIG_DOWNGRADE, lint->dialect->name, mig_project_block_name(lint->project));
    g_autoptr(GPtrArray) allows = mig_lint_allow_new();
    const guint first = mig_lint_report_findings(lint->report)->len;
    Outcome outcome = blocks && lint->driver->revision(lint->run, error) ? GOES_ON : FAILED;

    for (guint i = 0; outcome == GOES_ON && i < blocks->len; i++)
        outcome = judge_block(lint, blocks->pdata[i], error);
    if (outcome == FAILED)
        return FAILED;
    g_ptr_array_add(lint->result->revisions, (gpointer)revision);
    mig_lint_report_at(lint->report, revision, NULL);
    mig_lint_revision(lint->report, revision, blocks, downgrades != NULL);
    for (guint i = 0; sources && i < sources->len; i++)
        mig_lint_allow_read(allows, lint->dialect->lex_rules, script->text, sources->pdata[i]);
    mig_lint_allow_apply(allows, lint->report, first);
    sort_from(mig_lint_report_findings(lint->report), first);
    return outcome;
}

/* Runs the steps up to the first that is to be looked at in one go. */
static guint
skip_to(Lint *lint, const GPtrArray *steps, const MigRevisionSet *wanted, GError **error)
{
    g_autoptr(GPtrArray) before = g_ptr_array_new();

    while (before->len < steps->len &&
           !mig_revision_set_has(wanted, ((MigStep *)steps->pdata[before->len])->revision))
        g_ptr_array_add(before, steps->pdata[before->len]);
    if (before->len > 0 && !mig_apply_replay(lint->project, lint->scratch, before, error))
        return G_MAXUINT;
    return before->len;
}

static gboolean
judge_steps(Lint *lint, const GPtrArray *steps, const MigRevisionSet *wanted,
            MigConnection *live, GError **error)
{
    guint i = skip_to(lint, steps, wanted, error);

    if (i == G_MAXUINT)
        return FALSE;
    lint->run = lint->driver->open(lint->scratch, live, mig_project_config(lint->project), error);
    for (Outcome outcome = GOES_ON; lint->run && outcome == GOES_ON && i < steps->len; i++) {
        const MigStep *step = steps->pdata[i];
        guint n_before = mig_lint_report_findings(lint->report)->len;
        guint n_revisions = lint->result->revisions->len;

        outcome = judge_revision(lint, step->revision, error);
        if (outcome == FAILED)
            return FALSE;
        if (mig_revision_set_has(wanted, step->revision))
            continue;
        /* It was run to have its state only. */
        g_ptr_array_set_size(mig_lint_report_findings(lint->report), (int)n_before);
        g_ptr_array_set_size(lint->result->revisions, (int)n_revisions);
    }
    return lint->run != NULL;
}

static void
drop_unwanted(MigLintResult *result)
{
    for (guint i = 0; i < result->findings->len;) {
        const MigLintFinding *finding = result->findings->pdata[i];

        if (finding->severity == MIG_LINT_OFF) {
            g_ptr_array_remove_index(result->findings, i);
            continue;
        }
        result->n_suppressed += finding->allowed != NULL;
        i++;
    }
}

static GPtrArray *
choose_revisions(MigProject *project, const MigGraph *graph, const MigLintOptions *options,
                 GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    if (options->revisions)
        return g_ptr_array_ref((GPtrArray *)options->revisions);
    if (options->range && mig_revspec_needs_rows(options->range, TRUE)) {
        rows = mig_project_rows(project, error);
        if (!rows)
            return NULL;
    }
    return mig_revspec_history(graph, options->range, rows, error);
}

/* All steps from nothing up to the revisions, oldest first. */
static GPtrArray *
steps_to(const MigGraph *graph, const GPtrArray *revisions, GError **error)
{
    g_autoptr(GPtrArray) tips = mig_graph_reduce(graph, revisions), no_rows = g_ptr_array_new();
    g_autofree char *target = mig_revision_join(tips);

    return mig_steps_upgrade(graph, no_rows, target, error);
}

static gboolean
lint_revisions(Lint *lint, const MigGraph *graph, const GPtrArray *revisions, MigConnection *live,
               GError **error)
{
    g_autoptr(MigRevisionSet) wanted = mig_revision_set_new(graph);

    if (revisions->len == 0)
        return TRUE;
    for (guint i = 0; i < revisions->len; i++)
        mig_revision_set_add(wanted, revisions->pdata[i]);
    g_autoptr(GPtrArray) steps = steps_to(graph, revisions, error);

    lint->scratch = steps ? mig_scratch_open(lint->place, error) : NULL;
    gboolean done = lint->scratch && judge_steps(lint, steps, wanted, live, error);

    if (done && !lint->result->stopped_at && lint->driver->settle)
        lint->driver->settle(lint->run, lint->report);
    lint->driver->close(lint->run);
    mig_scratch_close(lint->place, lint->scratch);
    return done;
}

MigLintResult *
mig_lint(MigProject *project, const MigLintOptions *options, GError **error)
{
    MigScratch *place = mig_project_scratch(project, error);
    MigGraph *graph = place ? mig_project_graph(project, error) : NULL;
    g_autoptr(GPtrArray) revisions =
        graph ? choose_revisions(project, graph, options, error) : NULL;
    const MigDialect *dialect = place ? mig_scratch_dialect(place) : NULL;
    MigConnection *live = NULL;

    if (!revisions)
        return NULL;
    if (!dialect->lint) {
        mig_set_error(error, MIG_E_UNSUPPORTED, "scripts for %s cannot be examined", dialect->name);
        return NULL;
    }
    if (options->live && !(live = mig_project_connection(project, MIG_CONNECT_READ, error)))
        return NULL;
    g_autoptr(MigLintResult) result = g_new0(MigLintResult, 1);
    Lint lint = {.project = project,
                 .dialect = dialect,
                 .driver = dialect->lint,
                 .place = place,
                 .report = mig_lint_report_new(mig_project_config(project)),
                 .result = result};

    result->revisions = g_ptr_array_new();
    result->findings = g_ptr_array_ref(mig_lint_report_findings(lint.report));
    gboolean done = lint_revisions(&lint, graph, revisions, live, error);

    drop_unwanted(result);
    mig_lint_report_free(lint.report);
    return done ? g_steal_pointer(&result) : NULL;
}
