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

gboolean
mig_sqlite_judge_bare(MigConnection *connection, const char *text, gsize length,
                      const char *settings, MigBareState *ret_state, char **ret_clear,
                      GError **error)
{
    MigLexer lexer;
    gboolean makes_file = FALSE;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, length);
    MigToken first = mig_lexer_next_code(&lexer);

    for (MigToken token = first; token.kind != MIG_TOKEN_END; token = mig_lexer_next_code(&lexer))
        makes_file = makes_file || mig_token_is(text, token, "INTO");
    /* Settings, and a file written anew: doing it again does no harm. A copy in a file of its own
     * may be whole or not. */
    *ret_state = makes_file && mig_token_is(text, first, "VACUUM") ? MIG_BARE_UNKNOWN
                                                                    : MIG_BARE_NOT_DONE;
    *ret_clear = NULL;
    return TRUE;
}

gboolean
mig_sqlite_sets_session(const char *text, gsize length)
{
    static const char *const words[] = {"PRAGMA", "ATTACH", "DETACH", NULL};
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, length);
    return token_in(text, mig_lexer_next_code(&lexer), words);
}
