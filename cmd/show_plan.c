#include "cmd/show_plan.h"

#include <string.h>

#include "cmd/databases.h"
#include "cmd/output.h"
#include "cmd/plan_json.h"
#include "cmd/revision_text.h"
#include "core/step_plan.h"

/* Whether text ends in a semicolon, comments aside. */
static gboolean
is_ended(const MigLexRules *rules, const char *text)
{
    MigLexer lexer;
    gboolean ended = TRUE;

    mig_lexer_init(&lexer, rules, text, strlen(text));
    for (MigToken token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END;
         token = mig_lexer_next_code(&lexer))
        ended = mig_token_is(text, token, ";");
    return ended;
}

/* A comment line. Takes text. */
static void
append_note(GString *notes, char *text)
{
    g_string_append_printf(notes, "-- %s\n", g_strdelimit(text, "\r\n", ' '));
    g_free(text);
}

/* What a lock means for others for as long as it is kept. New string; NULL: no more than was said.
 */
static char *
held_text(const MigStepStatement *statement)
{
    static const char *const works[] = {
        [MIG_WORK_NONE] = "",
        [MIG_WORK_ROWS] = "writes rows of",
        [MIG_WORK_SCAN] = "reads all of",
        [MIG_WORK_BUILD] = "builds an index of",
        [MIG_WORK_REWRITE] = "writes anew",
        [MIG_WORK_UNKNOWN] = "works on",
    };
    const MigTouch *touch = statement->held_while;

    if (!touch)
        return NULL;
    g_autofree char *title = mig_touch_title(touch);

    return g_strdup_printf("its locks stay until the transaction ends: %u statement%s on, it %s %s",
                           statement->held_for, statement->held_for == 1 ? "" : "s",
                           works[touch->work], title);
}

/* A table that only a lock of the whole database guards is worth a line when it takes time. */
static gboolean
is_told(const MigTouch *touch)
{
    return touch->lock ? !touch->is_new : touch->work != MIG_WORK_NONE;
}

/* What stands above a statement, as comment lines. New string. */
static char *
statement_notes(const MigStepStatement *statement)
{
    GString *notes = g_string_new(NULL);
    const MigFacts *facts = statement->facts;
    char *held = held_text(statement);

    for (guint i = 0; i < facts->touches->len; i++) {
        const MigTouch *touch = facts->touches->pdata[i];
        g_autofree char *title = mig_touch_title(touch);
        g_autofree char *effect = mig_touch_effect(touch);

        if (is_told(touch))
            append_note(notes,
                        g_strdup_printf("%s%s: %s", touch->lock ? "locks " : "", title, effect));
    }
    if (facts->database_blocks == MIG_BLOCKS_ALL)
        append_note(notes, g_strdup_printf("locks the whole database, reads and writes wait: %s",
                                           facts->database_note));
    if (facts->unknown)
        append_note(notes, g_strdup_printf("not known: %s", facts->unknown));
    if (held)
        append_note(notes, held);
    return g_string_free(notes, FALSE);
}

static void
begin_line(GString *sql)
{
    while (sql->len > 0 && (sql->str[sql->len - 1] == ' ' || sql->str[sql->len - 1] == '\t'))
        g_string_truncate(sql, sql->len - 1);
    if (sql->len > 0 && sql->str[sql->len - 1] != '\n')
        g_string_append_c(sql, '\n');
}

/* The text of the block whose first statement is at index, with notes or as it is written. Returns
 * the index of the next block's. */
static guint
append_block(GString *sql, const MigLexRules *rules, const MigStepPlan *plan, guint index,
             gboolean with_notes)
{
    const MigScript *script = plan->step->revision->script;
    const MigStepStatement *first = plan->statements->pdata[index];
    const MigBlock *block = first->in;
    gsize from = first->from, end = block->offset + block->length;
    g_autoptr(GString) text = g_string_new(NULL);

    for (; index < plan->statements->len; index++) {
        const MigStepStatement *statement = plan->statements->pdata[index];
        g_autofree char *notes = with_notes ? statement_notes(statement) : g_strdup("");

        if (statement->in != block)
            break;
        g_string_append_len(text, script->text + from, (gssize)(statement->offset - from));
        if (*notes)
            begin_line(text);
        g_string_append(text, notes);
        from = statement->offset;
    }
    g_string_append_len(text, script->text + from, (gssize)(end - from));
    g_strstrip(text->str);
    if (block->transaction_off)
        g_string_append(sql, "-- outside a transaction\n");
    g_string_append_printf(sql, "%s\n%s", text->str, is_ended(rules, text->str) ? "" : ";\n");
    return index;
}

/* The SQL that a step would run: its blocks for this database, joined. New string. */
static char *
step_sql(MigProject *project, const MigStepPlan *plan, gboolean with_notes)
{
    const MigDialect *dialect = mig_project_dialect(project, NULL);
    GString *sql = g_string_new(NULL);

    for (guint i = 0; i < plan->statements->len;)
        i = append_block(sql, dialect->lex_rules, plan, i, with_notes);
    return g_string_free(sql, FALSE);
}

static json_t *
size_json(gint64 size)
{
    return size < 0 ? json_null() : json_integer(size);
}

static json_t *
touch_json(const MigTouch *touch)
{
    json_t *object = json_object();

    json_object_set_new(object, "schema", text_json(touch->schema));
    json_object_set_new(object, "table", json_string(touch->name));
    json_object_set_new(object, "lock", text_json(touch->lock));
    json_object_set_new(object, "blocks", json_string(mig_blocks_name(touch->blocks)));
    json_object_set_new(object, "work", json_string(mig_work_name(touch->work)));
    json_object_set_new(object, "note", text_json(touch->note));
    json_object_set_new(object, "new", json_boolean(touch->is_new));
    json_object_set_new(object, "partitions", json_integer(touch->n_partitions));
    json_object_set_new(object, "rows", size_json(touch->rows));
    json_object_set_new(object, "bytes", size_json(touch->bytes));
    return object;
}

static json_t *
database_lock_json(const MigFacts *facts)
{
    json_t *object = json_object();

    if (!facts->database_lock) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "lock", json_string(facts->database_lock));
    json_object_set_new(object, "blocks", json_string(mig_blocks_name(facts->database_blocks)));
    json_object_set_new(object, "note", text_json(facts->database_note));
    return object;
}

static json_t *
held_json(const MigStepStatement *statement)
{
    return statement->held_while ? json_pack("{s:i, s:o}", "after", (int)statement->held_for,
                                             "table", touch_json(statement->held_while))
                                 : json_null();
}

static json_t *
statement_json(const MigStepStatement *statement)
{
    json_t *object = json_object(), *tables = json_array();
    const MigFacts *facts = statement->facts;

    for (guint i = 0; i < facts->touches->len; i++)
        json_array_append_new(tables, touch_json(facts->touches->pdata[i]));
    json_object_set_new(object, "sql", json_string(statement->text));
    json_object_set_new(object, "line", json_integer(statement->line));
    json_object_set_new(object, "block", json_integer(statement->block));
    json_object_set_new(object, "transaction", json_boolean(!statement->off));
    json_object_set_new(object, "hazards", hazards_json(statement->hazards));
    json_object_set_new(object, "tables", tables);
    json_object_set_new(object, "database_lock", database_lock_json(facts));
    json_object_set_new(object, "held_while", held_json(statement));
    json_object_set_new(object, "unknown", text_json(facts->unknown));
    return object;
}

static json_t *
step_json(MigProject *project, const MigStepPlan *plan)
{
    const MigStep *step = plan->step;
    const MigScript *script = step->revision->script;
    g_autofree char *sql = step_sql(project, plan, FALSE);
    json_t *object = json_object(), *list = json_array();

    json_object_set_new(object, "revision", json_string(step->revision->id));
    json_object_set_new(object, "direction", json_string(mig_direction_name(step->direction)));
    json_object_set_new(object, "message", json_string(script->message));
    json_object_set_new(object, "path", text_json(script->path));
    json_object_set_new(object, "rows_before", strings_json(step->rows_before));
    json_object_set_new(object, "rows_after", strings_json(step->rows_after));
    json_object_set_new(object, "sql", json_string(sql));
    for (guint i = 0; i < plan->statements->len; i++)
        json_array_append_new(list, statement_json(plan->statements->pdata[i]));
    json_object_set_new(object, "statements_done", json_integer(plan->n_done));
    json_object_set_new(object, "statements", list);
    return object;
}

/* Each hazard once more, where it is seen behind a long script. */
static void
tell_hazards(const Invocation *invocation, const MigStepPlan *plan)
{
    for (guint i = 0; i < plan->statements->len; i++) {
        const MigStepStatement *statement = plan->statements->pdata[i];

        for (guint j = 0; j < statement->hazards->len; j++) {
            const MigHazard *hazard = statement->hazards->pdata[j];

            talk(invocation, "hazard of %s, statement %u: %s: %s", plan->step->revision->id, i + 1,
                 hazard->kind, hazard->text);
        }
    }
}

/* Each step is a comment and its SQL, so that the whole can be read and run as SQL. */
static void
print_step(const Invocation *invocation, MigProject *project, const MigStepPlan *plan)
{
    const MigStep *step = plan->step;
    const MigScript *script = step->revision->script;
    g_autofree char *sql = step_sql(project, plan, TRUE);
    g_autofree char *before = rows_text(step->rows_before);
    g_autofree char *after = rows_text(step->rows_after);
    g_autofree char *heading = g_strdup_printf(
        "-- %s %s: %s -> %s%s%s\n", mig_direction_name(step->direction), step->revision->id, before,
        after, *script->message ? ", " : "", script->message);

    out_sql(invocation, heading);
    out_sql(invocation, *sql ? sql : "-- nothing to run\n");
    out("\n");
    if (plan->n_done > 0)
        talk(invocation, "the %s of %s was cut short; what it did is not run again (%u statement%s)",
             mig_direction_name(step->direction), step->revision->id, plan->n_done,
             plan->n_done == 1 ? "" : "s");
}

/* What is true of all locks. */
static void
tell_locks(const Invocation *invocation, MigProject *project, const GPtrArray *plans)
{
    const MigConfig *config = mig_project_config(project);
    const MigFacts *whole = NULL;
    gboolean waits = FALSE;

    for (guint i = 0; i < plans->len; i++) {
        const GPtrArray *statements = ((const MigStepPlan *)plans->pdata[i])->statements;

        for (guint j = 0; j < statements->len; j++) {
            const MigFacts *facts = ((const MigStepStatement *)statements->pdata[j])->facts;

            if (facts->database_blocks == MIG_BLOCKS_WRITES)
                whole = facts;
            for (guint k = 0; k < facts->touches->len; k++) {
                const MigTouch *touch = facts->touches->pdata[k];

                waits = waits || (touch->lock && touch->blocks == MIG_BLOCKS_ALL && !touch->is_new);
            }
        }
    }
    if (whole)
        talk(invocation,
             "each step locks the whole database until it is committed: writes wait; %s",
             whole->database_note);
    if (waits)
        talk(invocation,
             "where a lock must be waited for, all others wait behind it: lock_timeout = %s ends "
             "that, "
             "to be tried again (lock_retries = %s)",
             mig_config_text(config, "lock_timeout"), mig_config_text(config, "lock_retries"));
}

static void
print_plans(const Invocation *invocation, MigProject *project, const GPtrArray *plans)
{
    guint n_statements = 0;

    for (guint i = 0; i < plans->len; i++) {
        const MigStepPlan *plan = plans->pdata[i];

        n_statements += plan->statements->len;
        print_step(invocation, project, plan);
        tell_hazards(invocation, plan);
    }
    tell_locks(invocation, project, plans);
    if (plans->len == 0)
        talk(invocation, "nothing to do");
    else
        talk(invocation, "%u step%s, %u statement%s; nothing was run", plans->len,
             plans->len == 1 ? "" : "s", n_statements, n_statements == 1 ? "" : "s");
}

static void
print_json(const Invocation *invocation, MigProject *project, const GPtrArray *plans)
{
    json_t *object = database_json(project), *list = json_array();

    for (guint i = 0; i < plans->len; i++)
        json_array_append_new(list, step_json(project, plans->pdata[i]));
    json_object_set_new(object, "direction", json_string(invocation->command->name));
    json_object_set_new(object, "steps", list);
    out_json(object);
}

int
show_plan(Invocation *invocation, MigProject *project, MigDirection direction, const char *target,
          const MigApplyOptions *options, GError **error)
{
    gboolean all_branches = invocation_has(invocation, "all-branches");
    g_autoptr(GPtrArray) steps =
        mig_apply_plan(project, direction, target, all_branches, options, error);
    g_autoptr(GPtrArray) plans = steps ? mig_step_plans(project, steps, error) : NULL;

    if (!plans)
        return -1;
    if (invocation->format == FORMAT_JSON)
        print_json(invocation, project, plans);
    else
        print_plans(invocation, project, plans);
    return 0;
}
