#include "dialects/sqlite/sqlite_reader.h"

#include <string.h>

void
mig_sqlite_reader_init(MigSqliteReader *reader, const char *sql)
{
    MigLexer lexer;
    MigToken token;

    reader->text = sql;
    reader->tokens = g_array_new(FALSE, FALSE, sizeof(MigToken));
    reader->at = 0;
    reader->known = NULL;
    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, strlen(sql));
    do {
        token = mig_lexer_next_code(&lexer);
        g_array_append_val(reader->tokens, token);
    } while (token.kind != MIG_TOKEN_END);
}

void
mig_sqlite_reader_clear(MigSqliteReader *reader)
{
    g_clear_pointer(&reader->tokens, g_array_unref);
    g_clear_pointer(&reader->known, g_hash_table_unref);
}

MigToken
mig_sqlite_token(const MigSqliteReader *reader, guint index)
{
    return g_array_index(reader->tokens, MigToken, MIN(index, reader->tokens->len - 1));
}

gboolean
mig_sqlite_peek(const MigSqliteReader *reader, const char *word)
{
    return mig_token_is(reader->text, mig_sqlite_token(reader, reader->at), word);
}

gboolean
mig_sqlite_accept(MigSqliteReader *reader, const char *word)
{
    if (!mig_sqlite_peek(reader, word))
        return FALSE;
    reader->at++;
    return TRUE;
}

gboolean
mig_sqlite_token_is_name(MigToken token)
{
    return token.kind == MIG_TOKEN_WORD || token.kind == MIG_TOKEN_QUOTED ||
           token.kind == MIG_TOKEN_STRING;
}

char *
mig_sqlite_accept_name(MigSqliteReader *reader)
{
    MigToken token = mig_sqlite_token(reader, reader->at);

    if (!mig_sqlite_token_is_name(token))
        return NULL;
    reader->at++;
    return mig_token_name(reader->text, token);
}

gboolean
mig_sqlite_skip_parens(MigSqliteReader *reader)
{
    guint depth = 0;

    for (guint i = reader->at; i < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (mig_token_is(reader->text, token, "("))
            depth++;
        else if (depth > 0 && mig_token_is(reader->text, token, ")"))
            depth--;
        if (depth == 0) {
            gboolean skipped = i > reader->at;

            reader->at = skipped ? i + 1 : reader->at;
            return skipped;
        }
    }
    return FALSE;
}

gsize
mig_sqlite_offset(const MigSqliteReader *reader, guint from)
{
    return mig_sqlite_token(reader, from).offset;
}

gsize
mig_sqlite_end(const MigSqliteReader *reader, guint to)
{
    MigToken last = mig_sqlite_token(reader, to - 1);

    return last.offset + last.length;
}
