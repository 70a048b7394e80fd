/* A statement's tokens with a cursor, and how pieces of it are spelled for comparison. */
#ifndef MIG_SQLITE_READER_H
#define MIG_SQLITE_READER_H

#include "dialects/sqlite/sqlite_ddl.h"

typedef struct {
    const char *text;  /* not owned; NUL-terminated */
    GArray *tokens;    /* of MigToken: without white space and comments, MIG_TOKEN_END last */
    guint at;          /* index of the next token */
    GHashTable *known; /* set of char*, lower case: names that text in double quotes may mean; NULL:
                          any. SQLite takes "x" for a string where it names nothing. */
} MigSqliteReader;

void mig_sqlite_reader_init(MigSqliteReader *reader, const char *sql);
void mig_sqlite_reader_clear(MigSqliteReader *reader);

/* A token by index; the last one (END) for any index behind it. */
MigToken mig_sqlite_token(const MigSqliteReader *reader, guint index);

/* Whether the next token is this word or operator; the same, and steps over it. */
gboolean mig_sqlite_peek(const MigSqliteReader *reader, const char *word);
gboolean mig_sqlite_accept(MigSqliteReader *reader, const char *word);

/* Whether a token can be a name: a word, a quoted name, or a string (SQLite takes one for a name
 * where only a name can stand). */
gboolean mig_sqlite_token_is_name(MigToken token);

/* Steps over a name and returns it, unquoted; NULL (cursor stays) when the next is none. */
char *mig_sqlite_accept_name(MigSqliteReader *reader);

/* Steps over "(…)" with all that is nested in it. FALSE (cursor stays) when the next token is no
 * "(" or the closing one is missing. */
gboolean mig_sqlite_skip_parens(MigSqliteReader *reader);

/* Byte range of the tokens [from, to) in the text. */
gsize mig_sqlite_offset(const MigSqliteReader *reader, guint from);
gsize mig_sqlite_end(const MigSqliteReader *reader, guint to);

/* Whether a word is reserved: it cannot name anything without quotes. */
gboolean mig_sqlite_is_reserved(const char *word, gsize length);

/* A name as it is spelled in compared values: bare and lower case where it needs no quotes, else
 * in double quotes. New string. */
char *mig_sqlite_spell_name(const char *name);

/* The tokens [from, to) in the one spelling that compared values have. New string. */
char *mig_sqlite_spell(const MigSqliteReader *reader, guint from, guint to);

/* The same for tokens that follow a name: a keyword may be the first. */
char *mig_sqlite_spell_rest(const MigSqliteReader *reader, guint from, guint to);

/* The same for a list of keys, "a, lower(b) COLLATE NOCASE DESC": ASC, the default, is left out. */
char *mig_sqlite_spell_keys(const MigSqliteReader *reader, guint from, guint to);

#endif
