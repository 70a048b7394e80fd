#include "core/step_plan.h"

#include <string.h>

#include "core/apply_private.h"

static void
statement_free(gpointer data)
{
    MigStepStatement *statement = data;

    g_free(statement->text);
    g_ptr_array_unref(statement->hazards);
    g_free(statement);
}

/* A comment line "-- hazard: KIND: TEXT", as autogenerate writes it; a line below it that is indented
 * goes on with its text. */
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
    g_autoptr(GPtrArray) blocks = mig_ready_blocks(dialect, script, step->direction,
                                                   mig_project_block_name(project), error);

    if (!blocks)
        return NULL;
    GPtrArray *list = g_ptr_array_new_with_free_func(statement_free);

    for (guint i = 0; i < blocks->len; i++)
        add_block(list, script, blocks->pdata[i]);
    return list;
}
