/* What statements say, as far as lint asks. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

typedef MigSqliteLintStatement Statement;

/* Steps over an optional "schema." and reads a name. */
static char *
accept_object(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;
    char *name = mig_sqlite_accept_name(reader);

    if (name && mig_sqlite_accept(reader, ".")) {
        statement->temp = statement->temp || g_ascii_strcasecmp(name, "temp") == 0;
        g_free(name);
        name = mig_sqlite_accept_name(reader);
    }
    return name;
}

static void
accept_words(MigSqliteReader *reader, const char *const *words)
{
    while (*words && mig_sqlite_accept(reader, *words))
        words++;
}

static const char *const if_not_exists[] = {"IF", "NOT", "EXISTS", NULL};
static const char *const if_exists[] = {"IF", "EXISTS", NULL};

/* Index of a keyword outside parentheses, from the cursor on; the number of tokens: none. */
static guint
find_outside(const Statement *statement, const char *word)
{
    const MigSqliteReader *reader = &statement->reader;
    int depth = 0;

    for (guint i = reader->at; i < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (mig_token_is(reader->text, token, "("))
            depth++;
        else if (mig_token_is(reader->text, token, ")"))
            depth--;
        else if (depth == 0 && mig_token_is(reader->text, token, word))
            return i;
    }
    return reader->tokens->len;
}

static void
read_index(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = LINT_CREATE_INDEX;
    accept_words(reader, if_not_exists);
    statement->name = accept_object(statement);
    if (mig_sqlite_accept(reader, "ON"))
        statement->on = mig_sqlite_accept_name(reader);
    statement->rest = reader->at;
}

static void
read_trigger(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = LINT_CREATE_TRIGGER;
    accept_words(reader, if_not_exists);
    statement->name = accept_object(statement);
    reader->at = find_outside(statement, "ON");
    if (mig_sqlite_accept(reader, "ON"))
        statement->on = mig_sqlite_accept_name(reader);
}

static void
read_create(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->temp = mig_sqlite_accept(reader, "TEMP") || mig_sqlite_accept(reader, "TEMPORARY");
    statement->unique = mig_sqlite_accept(reader, "UNIQUE");
    if (mig_sqlite_accept(reader, "INDEX")) {
        read_index(statement);
    } else if (mig_sqlite_accept(reader, "TRIGGER")) {
        read_trigger(statement);
    } else if (mig_sqlite_accept(reader, "VIEW") || mig_sqlite_accept(reader, "VIRTUAL")) {
        statement->verb = LINT_CREATE_VIEW;
        mig_sqlite_accept(reader, "TABLE");
        accept_words(reader, if_not_exists);
        statement->name = accept_object(statement);
    } else if (mig_sqlite_accept(reader, "TABLE")) {
        statement->verb = LINT_CREATE_TABLE;
        accept_words(reader, if_not_exists);
        statement->name = accept_object(statement);
        statement->rest = reader->at;
        statement->has_select = mig_sqlite_peek(reader, "AS");
    }
}

static void
read_drop(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = mig_sqlite_accept(reader, "TABLE") ? LINT_DROP_TABLE : LINT_DROP_OTHER;
    if (statement->verb == LINT_DROP_OTHER)
        reader->at++;
    accept_words(reader, if_exists);
    statement->name = accept_object(statement);
}

static void
read_rename(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    if (mig_sqlite_accept(reader, "TO")) {
        statement->verb = LINT_RENAME_TABLE;
    } else {
        statement->verb = LINT_RENAME_COLUMN;
        mig_sqlite_accept(reader, "COLUMN");
        statement->column = mig_sqlite_accept_name(reader);
        mig_sqlite_accept(reader, "TO");
    }
    statement->to = mig_sqlite_accept_name(reader);
}

static void
read_alter(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = LINT_ALTER_OTHER;
    if (!mig_sqlite_accept(reader, "TABLE"))
        return;
    statement->name = accept_object(statement);
    if (mig_sqlite_accept(reader, "RENAME")) {
        read_rename(statement);
    } else if (mig_sqlite_peek(reader, "ADD") || mig_sqlite_peek(reader, "DROP")) {
        gboolean adds = mig_sqlite_peek(reader, "ADD");

        reader->at++;
        if (mig_sqlite_peek(reader, "CONSTRAINT") || mig_sqlite_peek(reader, "CHECK"))
            return;
        mig_sqlite_accept(reader, "COLUMN");
        statement->verb = adds ? LINT_ADD_COLUMN : LINT_DROP_COLUMN;
        statement->rest = reader->at;
        statement->column = mig_sqlite_accept_name(reader);
    }
}

static void
read_write(Statement *statement, MigSqliteLintVerb verb)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = verb;
    if (mig_sqlite_accept(reader, "OR"))
        statement->conflict = mig_sqlite_accept_name(reader);
    if (!mig_sqlite_accept(reader, "INTO"))
        mig_sqlite_accept(reader, "FROM");
    statement->name = accept_object(statement);
    statement->has_where = find_outside(statement, "WHERE") < reader->tokens->len;
    statement->has_select = find_outside(statement, "SELECT") < reader->tokens->len;
    statement->rest = find_outside(statement, "SET") + 1;
}

static void
read_pragma(Statement *statement)
{
    MigSqliteReader *reader = &statement->reader;

    statement->verb = LINT_PRAGMA;
    statement->name = accept_object(statement);
    if (mig_sqlite_accept(reader, "=") || mig_sqlite_accept(reader, "(")) {
        MigToken token = mig_sqlite_token(reader, reader->at);

        statement->to = g_strndup(reader->text + token.offset, token.length);
    }
}

MigSqliteLintStatement *
mig_sqlite_lint_read(const char *text)
{
    Statement *statement = g_new0(Statement, 1);
    MigSqliteReader *reader = &statement->reader;

    mig_sqlite_reader_init(reader, text);
    statement->length = strlen(text);
    if (mig_sqlite_peek(reader, "WITH")) {
        /* What it is about stands behind the queries. */
        static const char *const verbs[] = {"INSERT", "REPLACE", "UPDATE", "DELETE"};
        guint first = reader->tokens->len;

        for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
            first = MIN(first, find_outside(statement, verbs[i]));
        reader->at = first;
    }
    if (mig_sqlite_accept(reader, "CREATE")) {
        read_create(statement);
    } else if (mig_sqlite_accept(reader, "DROP")) {
        read_drop(statement);
    } else if (mig_sqlite_accept(reader, "ALTER")) {
        read_alter(statement);
    } else if (mig_sqlite_accept(reader, "INSERT")) {
        read_write(statement, LINT_INSERT);
    } else if (mig_sqlite_accept(reader, "REPLACE")) {
        read_write(statement, LINT_INSERT);
        statement->conflict = g_strdup("REPLACE");
    } else if (mig_sqlite_accept(reader, "UPDATE")) {
        read_write(statement, LINT_UPDATE);
    } else if (mig_sqlite_accept(reader, "DELETE")) {
        read_write(statement, LINT_DELETE);
    } else if (mig_sqlite_accept(reader, "PRAGMA")) {
        read_pragma(statement);
    } else if (mig_sqlite_accept(reader, "ATTACH")) {
        statement->verb = LINT_ATTACH;
    }
    return statement;
}

void
mig_sqlite_lint_statement_free(gpointer data)
{
    Statement *statement = data;

    mig_sqlite_reader_clear(&statement->reader);
    g_free(statement->name);
    g_free(statement->on);
    g_free(statement->column);
    g_free(statement->to);
    g_free(statement->conflict);
    g_free(statement);
}

gboolean
mig_sqlite_lint_says(const MigSqliteLintStatement *statement, const char *name)
{
    const MigSqliteReader *reader = &statement->reader;

    for (guint i = 0; i < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_QUOTED)
            continue;
        g_autofree char *word = mig_token_name(reader->text, token);

        if (g_ascii_strcasecmp(word, name) == 0)
            return TRUE;
    }
    return FALSE;
}
