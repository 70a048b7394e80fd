#include <string.h>

#include "core/dialect.h"
#include "core/error.h"
#include "core/import_private.h"

static gboolean
refuse(MigForeign *foreign, MigDirection direction, const char *problem)
{
    g_free(foreign->problems[direction]);
    foreign->problems[direction] = g_strdup(problem);
    return FALSE;
}

/* Whether a script can hold it as one block: a comment of its own may look like a marker. */
static gboolean
fits_script(const MigDraftBlock *block, const MigDialect *dialect, GError **error)
{
    g_autofree char *text =
        g_strconcat("-- revision: a\n-- down_revision:\n-- migrate: upgrade\n", block->sql, NULL);
    g_autoptr(MigScript) script = mig_script_from_text(text, -1, NULL, error);

    if (!script || !mig_script_load_body(script, dialect->lex_rules, error))
        return FALSE;
    if (script->blocks->len == 1)
        return TRUE;
    mig_set_error(error, MIG_E_SCRIPT_MARKER, "it has '-- migrate:' in it");
    return FALSE;
}

/* FALSE: no run would take it. */
static gboolean
judge_block(MigForeign *foreign, MigDirection direction, MigDraftBlock *block,
            const MigDialect *dialect)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GArray) statements = NULL;

    if (fits_script(block, dialect, &problem))
        statements = mig_split(dialect->lex_rules, block->sql, strlen(block->sql), NULL, &problem);
    if (!statements) {
        g_autofree char *why =
            g_strdup_printf("its SQL cannot stand in a script: %s", problem->message);

        return refuse(foreign, direction, why);
    }
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);
        const char *text = block->sql + statement->offset;

        if (dialect->is_transaction_control(text, statement->length))
            return refuse(foreign, direction, "it begins or ends a transaction");
        if (dialect->needs_bare && dialect->needs_bare(text, statement->length))
            block->transaction_off = TRUE;
    }
    return TRUE;
}

void
mig_foreign_judge(MigForeign *foreign, const MigDialect *dialect)
{
    for (int direction = MIG_UPGRADE; direction <= MIG_DOWNGRADE; direction++) {
        const GPtrArray *blocks = foreign->blocks[direction];

        for (guint i = 0; !foreign->problems[direction] && i < blocks->len; i++)
            judge_block(foreign, direction, blocks->pdata[i], dialect);
    }
}

/* A line of the header: it must stay one. */
static void
add_note(GString *notes, const char *what, const char *text)
{
    g_string_append_printf(notes, "%s%s", notes->len > 0 ? "\n" : "", what);
    for (; *text; text++)
        g_string_append_c(notes, g_ascii_iscntrl(*text) ? ' ' : *text);
}

static char *
make_notes(const MigForeign *foreign, const char *from)
{
    GString *notes = g_string_new(NULL);

    add_note(notes, "imported from ", from);
    if (foreign->recorded)
        add_note(notes, "the SQL is what Alembic ran on an empty scratch database", "");
    if (foreign->problems[MIG_UPGRADE])
        add_note(notes, "the upgrade could not be imported: ", foreign->problems[MIG_UPGRADE]);
    if (foreign->problems[MIG_DOWNGRADE])
        add_note(notes, "the downgrade could not be imported: ", foreign->problems[MIG_DOWNGRADE]);
    else if (foreign->irreversible)
        add_note(notes, "there is no downgrade: ", foreign->irreversible);
    return g_string_free(notes, FALSE);
}

/* The blocks behind the first, and that one too when it is none of the usual kind. */
static GPtrArray *
rest_of(const GPtrArray *blocks, const char **ret_first)
{
    GPtrArray *rest = g_ptr_array_new();
    const MigDraftBlock *first = blocks->len > 0 ? blocks->pdata[0] : NULL;
    const gboolean usual = first && !first->transaction_off;

    *ret_first = usual ? first->sql : NULL;
    for (guint i = usual ? 1 : 0; i < blocks->len; i++)
        g_ptr_array_add(rest, blocks->pdata[i]);
    return rest;
}

char *
mig_foreign_render(const MigForeignHistory *history, const MigForeign *foreign,
                   const MigDialect *dialect, const char *from, GError **error)
{
    g_autofree char *notes = make_notes(foreign, from);
    const char *upgrade, *downgrade;
    g_autoptr(GPtrArray) upgrade_rest = rest_of(foreign->blocks[MIG_UPGRADE], &upgrade);
    g_autoptr(GPtrArray) downgrade_rest = rest_of(foreign->blocks[MIG_DOWNGRADE], &downgrade);
    const gboolean refused = foreign->problems[MIG_UPGRADE] != NULL;
    const MigScriptDraft draft = {
        .id = foreign->id,
        .message = foreign->message,
        .down = foreign->down,
        .deps = foreign->deps,
        .labels = foreign->labels,
        .created = foreign->created,
        .notes = notes,
        .upgrade = refused ? history->refusal : upgrade,
        .upgrade_rest = refused ? NULL : upgrade_rest,
        .downgrade = downgrade,
        .downgrade_rest = downgrade_rest,
        .irreversible = foreign->irreversible || foreign->problems[MIG_DOWNGRADE],
        .rules = dialect->lex_rules,
    };

    return mig_script_render(mig_script_default_template, NULL, &draft, error);
}
