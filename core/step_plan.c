#include "core/step_plan.h"

#include <string.h>

#include "core/apply_private.h"

static void
statement_free(gpointer data)
{
    MigStepStatement *statement = data;

    g_free(statement->text);
    g_ptr_array_unref(statement->hazards);
    if (statement->facts)
        mig_facts_free(statement->facts);
    g_free(statement);
}

static void
plan_free(gpointer data)
{
    MigStepPlan *plan = data;

    g_ptr_array_unref(plan->statements);
    g_free(plan);
}

/* A comment line "-- hazard: KIND: TEXT", as autogenerate writes it; a line below it that is
 * indented goes on with its text. */
static void
read_comment(const char *line, GPtrArray *hazards)
{
    static const char prefix[] = " hazard: ";

    if (!g_str_has_prefix(line, "--"))
        return;
    line += 2;
    if (g_str_has_prefix(line, "--   "))
        line += 2;
    if (hazards->len > 0 && g_str_has_prefix(line, "   ")) {
        MigHazard *longer = hazards->pdata[hazards->len - 1];
        char *text = g_strdup_printf("%s\n%s", longer->text, line + 3);

        g_free(longer->text);
        longer->text = text;
        return;
    }
    const char *kind = line + strlen(prefix);
    const char *colon = g_str_has_prefix(line, prefix) ? strstr(kind, ": ") : NULL;

    if (!colon)
        return;
    MigHazard *hazard = g_new0(MigHazard, 1);

    hazard->kind = g_strndup(kind, (gsize)(colon - kind));
    hazard->text = g_strdup(colon + 2);
    g_ptr_array_add(hazards, hazard);
}

/* The hazards that the text between two statements names. */
static GPtrArray *
read_hazards(const char *text, gsize length)
{
    GPtrArray *hazards = g_ptr_array_new_with_free_func(mig_hazard_free);
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);

    for (char **line = lines; *line; line++)
        read_comment(g_strstrip(*line), hazards);
    return hazards;
}

static void
add_block(GPtrArray *list, const MigScript *script, const MigReadyBlock *block)
{
    gsize from = block->block->offset;

    for (guint i = 0; i < block->statements->len; i++) {
        const MigStatement *statement = &g_array_index(block->statements, MigStatement, i);
        MigStepStatement *planned = g_new0(MigStepStatement, 1);

        planned->text = g_strndup(script->text + statement->offset, statement->length);
        planned->offset = statement->offset;
        planned->from = from;
        planned->in = block->block;
        planned->block = block->number;
        planned->off = block->block->transaction_off;
        planned->line = statement->line;
        planned->hazards = read_hazards(script->text + from, statement->offset - from);
        from = MAX(statement->end, statement->data_offset + statement->data_length);
        g_ptr_array_add(list, planned);
    }
}

GPtrArray *
mig_step_statements(MigProject *project, const MigStep *step, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    MigScript *script = step->revision->script;

    if (!dialect || !mig_script_load_body(script, dialect->lex_rules, error))
        return NULL;
    g_autoptr(GPtrArray) blocks =
        mig_ready_blocks(dialect, script, step->direction, mig_project_block_name(project), error);

    if (!blocks)
        return NULL;
    GPtrArray *list = g_ptr_array_new_with_free_func(statement_free);

    for (guint i = 0; i < blocks->len; i++)
        add_block(list, script, blocks->pdata[i]);
    return list;
}

/* Whether two neighbouring statements are committed together. */
static gboolean
share_transaction(const MigDialect *dialect, const MigStepStatement *a, const MigStepStatement *b)
{
    if (a->off || b->off)
        return FALSE;
    return a->in == b->in || (dialect->capabilities & MIG_CAP_ATOMIC_REVISION);
}

static gboolean
blocks_others(const MigFacts *facts)
{
    for (guint i = 0; i < facts->touches->len; i++) {
        const MigTouch *touch = facts->touches->pdata[i];

        if (touch->lock && touch->blocks >= MIG_BLOCKS_WRITES && !touch->is_new)
            return TRUE;
    }
    return FALSE;
}

/* all: every statement of the run; facts: theirs. */
static void
find_what_is_held(MigProject *project, const GPtrArray *all, const GPtrArray *facts)
{
    const MigDialect *dialect = mig_project_dialect(project, NULL);
    gboolean whole_run =
        !mig_config_boolean(mig_project_config(project), "transaction_per_migration");

    for (guint i = 0, end = 0; i < all->len; i++) {
        MigStepStatement *statement = all->pdata[i];
        guint at = i;

        for (end = MAX(end, i + 1);
             end < all->len &&
             (whole_run || share_transaction(dialect, all->pdata[end - 1], all->pdata[end]));)
            end++;
        if (!blocks_others(statement->facts))
            continue;
        statement->held_while = mig_facts_longest(facts, i + 1, end, &at);
        statement->held_for = at - i;
    }
}

static gboolean
add_facts(MigProject *project, const GPtrArray *plans, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    if (!connection)
        return FALSE;
    for (guint i = 0; i < plans->len; i++) {
        const GPtrArray *statements = ((const MigStepPlan *)plans->pdata[i])->statements;

        for (guint j = 0; j < statements->len; j++) {
            g_ptr_array_add(all, statements->pdata[j]);
            g_ptr_array_add(texts, ((const MigStepStatement *)statements->pdata[j])->text);
        }
    }
    GPtrArray *facts = connection->dialect->statement_facts(connection, texts, error);

    if (!facts)
        return FALSE;
    g_ptr_array_set_free_func(facts, NULL);
    for (guint i = 0; i < all->len; i++)
        ((MigStepStatement *)all->pdata[i])->facts = facts->pdata[i];
    find_what_is_held(project, all, facts);
    g_ptr_array_unref(facts);
    return TRUE;
}

/* Takes what is done off the list. */
static guint
drop_done(const MigStep *step, GPtrArray *statements)
{
    guint in_block = 0, n = 0;

    for (; n < statements->len; n++) {
        guint block = ((const MigStepStatement *)statements->pdata[n])->block;

        if (block > step->blocks_done && (block != step->blocks_done + 1 ||
                                          in_block++ >= step->statements_done))
            break;
    }
    if (n > 0)
        g_ptr_array_remove_range(statements, 0, n);
    return n;
}

GPtrArray *
mig_step_plans(MigProject *project, const GPtrArray *steps, GError **error)
{
    g_autoptr(GPtrArray) plans = g_ptr_array_new_with_free_func(plan_free);

    for (guint i = 0; i < steps->len; i++) {
        GPtrArray *statements = mig_step_statements(project, steps->pdata[i], error);

        if (!statements)
            return NULL;
        MigStepPlan *plan = g_new0(MigStepPlan, 1);

        plan->step = steps->pdata[i];
        plan->statements = statements;
        plan->n_done = drop_done(plan->step, statements);
        g_ptr_array_add(plans, plan);
    }
    return add_facts(project, plans, error) ? g_steal_pointer(&plans) : NULL;
}
