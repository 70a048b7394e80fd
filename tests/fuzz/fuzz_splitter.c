/* SQL text. Whatever it is: tokens tile it, statements stand in it one behind the other, and
 * cutting the statements again gives the same ones. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "core/error.h"
#include "core/splitter.h"
#include "dialects/sqlite/sqlite_ddl.h"

static void
check_tokens(const MigLexRules *rules, const char *text, gsize size)
{
    gsize expected = 0;
    MigLexer lexer;
    MigToken token;
    int line = 1;

    mig_lexer_init(&lexer, rules, text, size);
    do {
        token = mig_lexer_next(&lexer);
        g_assert(token.offset == expected && token.line == line);
        g_assert((token.length > 0) == (token.kind != MIG_TOKEN_END));
        expected += token.length;
        line += mig_lex_count_lines(text + token.offset, token.length);
        g_autofree char *name = mig_token_name(text, token);

        g_assert(name);
    } while (token.kind != MIG_TOKEN_END);
    g_assert(expected == size);
}

static char *
text_of(const char *text, const MigStatement *statement)
{
    return g_strndup(text + statement->offset, statement->length);
}

/* The statements once more, written one under the other; the last without a semicolon, since
 * it may be an open body. */
static void
check_again(const MigLexRules *rules, const char *text, const GArray *statements)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);

        g_string_append_len(joined, text + statement->offset, statement->length);
        if (i + 1 == statements->len && statement->data_offset == 0)
            break;
        g_string_append(joined, ";\n");
        if (statement->data_offset == 0)
            continue;
        g_string_append_len(joined, text + statement->data_offset, statement->data_length);
        g_string_append(joined, "\\.\n");
    }
    g_autoptr(GArray) again = mig_split(rules, joined->str, joined->len, NULL, &error);

    g_assert(again && again->len == statements->len);
    for (guint i = 0; i < statements->len; i++) {
        g_autofree char *before = text_of(text, &g_array_index(statements, MigStatement, i));
        g_autofree char *after = text_of(joined->str, &g_array_index(again, MigStatement, i));

        g_assert(strcmp(before, after) == 0);
    }
}

static void
check_statements(const MigLexRules *rules, const char *text, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) statements = mig_split(rules, text, size, "file", &error);
    gsize end = 0;

    g_assert(!statements != !error);
    if (error) {
        g_assert(error->code == MIG_E_SCRIPT_SQL && mig_error_details(error)->line > 0);
        return;
    }
    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);

        g_assert(statement->offset >= end && statement->length > 0);
        g_assert(statement->end >= statement->offset + statement->length);
        g_assert(statement->end <= size);
        g_assert(statement->line == 1 + mig_lex_count_lines(text, statement->offset));
        g_assert(statement->data_offset + statement->data_length <= size);
        end = MAX(statement->end, statement->data_offset + statement->data_length);
    }
    if (!memchr(text, '\0', size))
        check_again(rules, text, statements);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const MigLexRules *const rules[] = {&mig_lex_rules_generic, &mig_lex_rules_sqlite};
    const char *text = data ? (const char *)data : "";

    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        check_tokens(rules[i], text, size);
        check_statements(rules[i], text, size);
    }
    return 0;
}
