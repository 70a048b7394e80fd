#include "core/tokens.h"

void
mig_tokens_init(MigTokens *tokens, const MigLexRules *rules, const char *text, gsize length,
                gboolean fold_names)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(MigToken));
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, rules, text, length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END)
        g_array_append_val(list, token);
    tokens->text = text;
    tokens->fold_names = fold_names;
    tokens->n = list->len;
    tokens->tokens = (MigToken *)g_array_free(g_steal_pointer(&list), FALSE);
}

void
mig_tokens_clear(MigTokens *tokens)
{
    g_clear_pointer(&tokens->tokens, g_free);
}

gboolean
mig_tokens_are(const MigTokens *tokens, guint index, const char *words)
{
    return mig_tokens_skip(tokens, index, words) != index;
}

guint
mig_tokens_skip(const MigTokens *tokens, guint index, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);
    guint at = index;

    for (char **word = list; *word; word++) {
        if (at >= tokens->n || !mig_token_is(tokens->text, tokens->tokens[at++], *word))
            return index;
    }
    return at;
}

static int
depth_change(const MigTokens *tokens, guint index)
{
    const MigToken *token = &tokens->tokens[index];

    if (token->kind != MIG_TOKEN_OPERATOR || token->length != 1)
        return 0;
    switch (tokens->text[token->offset]) {
    case '(':
    case '[':
        return 1;
    case ')':
    case ']':
        return -1;
    default:
        return 0;
    }
}

guint
mig_tokens_behind(const MigTokens *tokens, guint index)
{
    int depth = 0;

    if (index >= tokens->n || depth_change(tokens, index) <= 0)
        return index;
    do {
        depth += depth_change(tokens, index++);
    } while (index < tokens->n && depth > 0);
    return index;
}

guint
mig_tokens_find(const MigTokens *tokens, guint from, guint end, const char *words)
{
    int depth = 0;

    for (guint i = from; i < end; i++) {
        if (depth == 0 && mig_tokens_are(tokens, i, words))
            return i;
        depth += depth_change(tokens, i);
    }
    return end;
}

static gboolean
is_name(const MigTokens *tokens, guint index)
{
    return index < tokens->n && (tokens->tokens[index].kind == MIG_TOKEN_WORD ||
                                 tokens->tokens[index].kind == MIG_TOKEN_QUOTED);
}

static char *
read_name(const MigTokens *tokens, guint index)
{
    MigToken token = tokens->tokens[index];

    return tokens->fold_names && token.kind == MIG_TOKEN_WORD
               ? g_ascii_strdown(tokens->text + token.offset, (gssize)token.length)
               : mig_token_name(tokens->text, token);
}

guint
mig_tokens_name(const MigTokens *tokens, guint index, char **ret_schema, char **ret_name)
{
    g_autofree char *schema = NULL, *name = NULL;

    if (!is_name(tokens, index))
        return index;
    name = read_name(tokens, index++);
    while (mig_tokens_are(tokens, index, ".") && is_name(tokens, index + 1)) {
        g_free(schema);
        schema = name;
        name = read_name(tokens, index + 1);
        index += 2;
    }
    if (ret_schema)
        *ret_schema = g_steal_pointer(&schema);
    if (ret_name)
        *ret_name = g_steal_pointer(&name);
    return index;
}
