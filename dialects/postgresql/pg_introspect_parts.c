/* What a constraint's definition says in parentheses, for those who know no dialect. */
#include <string.h>

#include "dialects/postgresql/pg_introspect.h"

/* The inside of the next parentheses at or behind *at, which is moved behind them; NULL: there are
 * none. New string. */
static char *
next_inside(const char *text, gsize *at)
{
    gsize start = 0;
    int depth = 0;
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_postgresql, text + *at, strlen(text + *at));
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        const char *here = text + *at;

        if (mig_token_is(here, token, "(") && depth++ == 0)
            start = token.offset + 1;
        else if (mig_token_is(here, token, ")") && --depth == 0) {
            char *inside = g_strndup(here + start, token.offset - start);

            *at += token.offset + 1;
            return inside;
        }
    }
    return NULL;
}

void
mig_pg_set_parts(MigObject *constraint)
{
    const char *type = mig_object_get(constraint, "type");
    const char *definition = mig_object_get(constraint, "definition");
    gboolean is_check = strcmp(type, "check") == 0, refers = strcmp(type, "foreign key") == 0;
    gsize at = 0;
    g_autofree char *first = definition ? next_inside(definition, &at) : NULL;
    g_autofree char *second = first && refers ? next_inside(definition, &at) : NULL;

    if (strcmp(type, "exclude") == 0 || strcmp(type, "not null") == 0)
        return;
    mig_object_set_rendering(constraint, is_check ? "expression" : "columns", first);
    mig_object_set_rendering(constraint, "ref-columns", second);
}
