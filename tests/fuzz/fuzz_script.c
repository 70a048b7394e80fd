/* Revision scripts: read or refused with a place, never anything else. And whatever text is the
 * message of a new script, the script reads back. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "core/error.h"
#include "core/revision.h"
#include "dialects/sqlite/sqlite_ddl.h"

static void
check_error(const GError *error)
{
    g_autofree char *shown = mig_error_format(error);

    g_assert(error->domain == MIG_ERROR && mig_error_details(error)->line > 0);
    g_assert(g_utf8_validate(shown, -1, NULL));
}

static void
check_body(MigScript *script, const MigLexRules *rules)
{
    g_autoptr(GError) error = NULL;
    gsize end = 0;

    if (!mig_script_load_body(script, rules, &error)) {
        check_error(error);
        return;
    }
    g_assert(script->blocks->len > 0);
    for (guint i = 0; i < script->blocks->len; i++) {
        const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);

        g_assert(block->offset >= end && block->offset + block->length <= script->text_length);
        end = block->offset + block->length;
    }
    for (int direction = MIG_UPGRADE; direction <= MIG_DOWNGRADE; direction++) {
        g_autofree char *checksum = mig_script_checksum(script, direction, rules);

        g_assert(strlen(checksum) == 64);
    }
}

static void
check_script(const char *text, gsize size, const MigLexRules *rules)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigScript) script = mig_script_from_text(text, size, "a.sql", &error);

    g_assert(!script != !error);
    if (error) {
        check_error(error);
        return;
    }
    g_assert(mig_script_id_is_legal(script->id));
    g_assert(g_utf8_validate(script->doc, -1, NULL) && !strchr(script->message, '\n'));
    check_body(script, rules);
}

static void
check_message(const char *message)
{
    const MigScriptDraft draft = {.id = "a", .message = message, .notes = message, .upgrade = "A;"};
    g_autoptr(GError) error = NULL;
    g_autofree char *text = mig_script_render(mig_script_default_template, NULL, &draft, &error);
    g_autofree char *slug = mig_revision_slug(message, 40);

    g_assert(g_utf8_validate(slug, -1, NULL) && !strchr(slug, '/'));
    g_assert(text || error->code == MIG_E_BAD_ARGUMENT);
    g_assert(!text == !g_utf8_validate(message, -1, NULL));
    if (text)
        check_script(text, strlen(text), &mig_lex_rules_generic);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = data ? (const char *)data : "";
    g_autofree char *message = size ? g_strndup(text, size) : g_strdup("");

    check_script(text, size, &mig_lex_rules_generic);
    check_script(text, size, &mig_lex_rules_sqlite);
    check_message(message);
    return 0;
}
