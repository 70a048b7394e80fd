/* Which statements have no place inside a transaction, told by their first words. */
#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_driver.h"

#include <string.h>

static gboolean
token_in(const char *text, MigToken token, const char *const *words)
{
    for (gsize i = 0; words[i]; i++) {
        if (mig_token_is(text, token, words[i]))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_sqlite_is_transaction_control(const char *text, gsize length)
{
    static const char *const words[] = {"BEGIN",     "COMMIT",  "END", "ROLLBACK",
                                        "SAVEPOINT", "RELEASE", NULL};
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, length);
    return token_in(text, mig_lexer_next_code(&lexer), words);
}

/* A transaction lets PRAGMA foreign_keys pass without effect; since units keep foreign keys off
 * anyway, a script that turns them off for its own sake is right as it stands. */
gboolean
mig_sqlite_needs_bare(const char *text, gsize length)
{
    static const char *const words[] = {"VACUUM", "ATTACH", "DETACH", NULL};
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, length);
    MigToken token = mig_lexer_next_code(&lexer);

    if (!mig_token_is(text, token, "PRAGMA"))
        return token_in(text, token, words);
    token = mig_lexer_next_code(&lexer);
    MigToken after = mig_lexer_next_code(&lexer);

    if (mig_token_is(text, after, ".")) {
        token = mig_lexer_next_code(&lexer);
        after = mig_lexer_next_code(&lexer);
    }
    static const char *const settings[] = {"journal_mode", "synchronous", NULL};

    return token_in(text, token, settings) && after.kind != MIG_TOKEN_END;
}
