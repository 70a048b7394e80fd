#include "dialects/sqlite/sqlite_reader.h"

#include <string.h>

/* Cannot name anything without quotes. Sorted, for bsearch. TRUE, FALSE and CURRENT_… could, but
 * mean something else then. */
/* clang-format off */
static const char *const reserved[] = {
    "ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CHECK", "COLLATE",
    "COMMIT", "CONSTRAINT", "CREATE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
    "DEFAULT", "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXCEPT", "EXISTS",
    "FALSE", "FOREIGN", "FROM", "GROUP", "HAVING", "IN", "INDEX", "INSERT", "INTERSECT", "INTO",
    "IS", "ISNULL", "JOIN", "LIMIT", "NOT", "NOTHING", "NOTNULL", "NULL", "ON", "OR", "ORDER",
    "PRIMARY", "REFERENCES", "RETURNING", "SELECT", "SET", "TABLE", "THEN", "TO", "TRANSACTION",
    "TRUE", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHERE",
};
/* clang-format on */

/* Keywords that are names as well; which one a bare word is shows from what stands before it. */
static const char *const fallback[] = {
    "ABORT",     "ACTION",    "AFTER",     "ALWAYS",    "ANALYZE",   "ASC",          "ATTACH",
    "BEFORE",    "BEGIN",     "BY",        "CASCADE",   "CAST",      "COLUMN",       "CONFLICT",
    "CROSS",     "CURRENT",   "DATABASE",  "DEFERRED",  "DESC",      "DETACH",       "DO",
    "EACH",      "END",       "EXCLUDE",   "EXCLUSIVE", "EXPLAIN",   "FAIL",         "FILTER",
    "FIRST",     "FOLLOWING", "FOR",       "FULL",      "GENERATED", "GLOB",         "GROUPS",
    "IF",        "IGNORE",    "IMMEDIATE", "INDEXED",   "INITIALLY", "INNER",        "INSTEAD",
    "KEY",       "LAST",      "LEFT",      "LIKE",      "MATCH",     "MATERIALIZED", "NATURAL",
    "NO",        "NULLS",     "OF",        "OFFSET",    "OTHERS",    "OUTER",        "OVER",
    "PARTITION", "PLAN",      "PRAGMA",    "PRECEDING", "QUERY",     "RAISE",        "RANGE",
    "RECURSIVE", "REGEXP",    "REINDEX",   "RELEASE",   "RENAME",    "REPLACE",      "RESTRICT",
    "RIGHT",     "ROLLBACK",  "ROW",       "ROWS",      "SAVEPOINT", "TEMP",         "TEMPORARY",
    "TIES",      "TRIGGER",   "UNBOUNDED", "VACUUM",    "VIEW",      "VIRTUAL",      "WINDOW",
    "WITH",      "WITHIN",    "WITHOUT",
};

/* Where a fallback keyword follows a reserved word. */
static const struct {
    const char *before, *word;
} pairs[] = {
    {"ORDER", "BY"},    {"GROUP", "BY"},        {"UPDATE", "OF"},        {"ON", "CONFLICT"},
    {"NOT", "LIKE"},    {"NOT", "GLOB"},        {"NOT", "REGEXP"},       {"NOT", "MATCH"},
    {"OR", "REPLACE"},  {"OR", "IGNORE"},       {"OR", "ABORT"},         {"OR", "FAIL"},
    {"OR", "ROLLBACK"}, {"AS", "MATERIALIZED"}, {"NOT", "MATERIALIZED"}, {"NOT", "INDEXED"},
};

static int
compare_word(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

static gboolean
in_list(const char *upper, const char *const *list, gsize n)
{
    return bsearch(upper, list, n, sizeof *list, compare_word) != NULL;
}

static gboolean
reserved_upper(const char *upper)
{
    return in_list(upper, reserved, G_N_ELEMENTS(reserved));
}

gboolean
mig_sqlite_is_reserved(const char *word, gsize length)
{
    g_autofree char *upper = g_ascii_strup(word, (gssize)length);

    return reserved_upper(upper);
}

static gboolean
is_bare_safe(const char *name)
{
    if (!(g_ascii_isalpha(*name) || *name == '_' || (guchar)*name >= 0x80))
        return FALSE;
    for (const char *c = name; *c; c++) {
        if (!(g_ascii_isalnum(*c) || *c == '_' || *c == '$' || (guchar)*c >= 0x80))
            return FALSE;
    }
    return !mig_sqlite_is_reserved(name, strlen(name));
}

char *
mig_sqlite_quote_name(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", doubled);
}

char *
mig_sqlite_quote_literal(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);

    return g_strdup_printf("'%s'", doubled);
}

char *
mig_sqlite_spell_name(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return is_bare_safe(lower) ? g_steal_pointer(&lower) : mig_sqlite_quote_name(lower);
}

/* What the token before was, as far as the next one's reading and spacing need it. */
typedef enum {
    AFTER_START,
    AFTER_OPERAND, /* name, literal, ")" */
    AFTER_RESERVED,
    AFTER_KEYWORD, /* a fallback keyword */
    AFTER_OPENING, /* "(" or "." */
    AFTER_SIGN,    /* a sign in front of an operand */
    AFTER_SEMICOLON,
    AFTER_OPERATOR
} Before;

typedef struct {
    const MigSqliteReader *reader;
    GString *out;
    Before before;
    gboolean callable;  /* the token before was a name: "(" sticks to it */
    gboolean collation; /* the token before was COLLATE */
    guint from, at;
} Speller;

/* A name for sure: part of a.b, or a function's. */
static gboolean
must_be_name(const Speller *speller)
{
    const MigSqliteReader *reader = speller->reader;
    MigToken next = mig_sqlite_token(reader, speller->at + 1);

    return mig_token_is(reader->text, next, ".") || mig_token_is(reader->text, next, "(") ||
           (speller->at > 0 &&
            mig_token_is(reader->text, mig_sqlite_token(reader, speller->at - 1), "."));
}

static gboolean
is_known(const Speller *speller, const char *name)
{
    if (!speller->reader->known || must_be_name(speller))
        return TRUE;
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return g_hash_table_contains(speller->reader->known, lower);
}

static void
put(Speller *speller, const char *text, gsize length, Before now)
{
    gboolean closes = length == 1 && strchr("),.;", *text) != NULL;
    gboolean glued = speller->before == AFTER_OPENING || speller->before == AFTER_SIGN ||
                     (*text == '(' && length == 1 && speller->callable);

    if (speller->out->len > 0 && speller->at > speller->from && !closes && !glued)
        g_string_append_c(speller->out, ' ');
    g_string_append_len(speller->out, text, (gssize)length);
    speller->before = now;
    speller->callable = FALSE;
}

static gboolean
follows_its_pair(const Speller *speller, const char *upper)
{
    const MigSqliteReader *reader = speller->reader;

    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (strcmp(pairs[i].word, upper) == 0 &&
            mig_token_is(reader->text, mig_sqlite_token(reader, speller->at - 1), pairs[i].before))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_keyword_here(const Speller *speller, const char *upper)
{
    if (!in_list(upper, fallback, G_N_ELEMENTS(fallback)))
        return FALSE;
    gboolean call = mig_token_is(speller->reader->text,
                                 mig_sqlite_token(speller->reader, speller->at + 1), "(");

    switch (speller->before) {
    case AFTER_OPERAND:
    case AFTER_KEYWORD:
    case AFTER_SEMICOLON:
        return TRUE;
    case AFTER_RESERVED:
        return follows_its_pair(speller, upper) || (call && strcmp(upper, "CAST") == 0);
    default:
        return call && (strcmp(upper, "CAST") == 0 || strcmp(upper, "RAISE") == 0);
    }
}

static void
put_word(Speller *speller, MigToken token)
{
    const char *text = speller->reader->text + token.offset;
    g_autofree char *upper = g_ascii_strup(text, (gssize)token.length);
    gboolean is_literal = strcmp(upper, "NULL") == 0 || strcmp(upper, "TRUE") == 0 ||
                          strcmp(upper, "FALSE") == 0 || g_str_has_prefix(upper, "CURRENT_");

    if (speller->collation) {
        put(speller, upper, token.length, AFTER_OPERAND);
    } else if (reserved_upper(upper)) {
        put(speller, upper, token.length, is_literal ? AFTER_OPERAND : AFTER_RESERVED);
        speller->collation = strcmp(upper, "COLLATE") == 0;
        return;
    } else if (is_keyword_here(speller, upper)) {
        gboolean ends = strcmp(upper, "END") == 0;

        put(speller, upper, token.length, ends ? AFTER_OPERAND : AFTER_KEYWORD);
        speller->callable = strcmp(upper, "CAST") == 0 || strcmp(upper, "RAISE") == 0;
    } else {
        g_autofree char *lower = g_ascii_strdown(text, (gssize)token.length);

        put(speller, lower, token.length, AFTER_OPERAND);
        speller->callable = TRUE;
    }
    speller->collation = FALSE;
}

static void
put_quoted(Speller *speller, MigToken token)
{
    const char *text = speller->reader->text + token.offset;
    g_autofree char *name = mig_token_name(speller->reader->text, token);

    if (speller->collation) {
        g_autofree char *upper = g_ascii_strup(name, -1);

        put(speller, upper, strlen(upper), AFTER_OPERAND);
        speller->collation = FALSE;
        return;
    }
    if (*text == '"' && !is_known(speller, name)) {
        put(speller, text, token.length, AFTER_OPERAND);
        return;
    }
    g_autofree char *spelled = mig_sqlite_spell_name(name);

    put(speller, spelled, strlen(spelled), AFTER_OPERAND);
    speller->callable = TRUE;
}

static void
put_operator(Speller *speller, MigToken token)
{
    const char *text = speller->reader->text + token.offset;
    gboolean sign =
        token.length == 1 && strchr("+-~", *text) != NULL && speller->before != AFTER_OPERAND;
    Before now = AFTER_OPERATOR;

    if (sign)
        now = AFTER_SIGN;
    else if (token.length == 1 && strchr("(.", *text))
        now = AFTER_OPENING;
    else if (token.length == 1 && *text == ')')
        now = AFTER_OPERAND;
    else if (token.length == 1 && *text == ';')
        now = AFTER_SEMICOLON;
    put(speller, text, token.length, now);
}

static void
spell_range(const MigSqliteReader *reader, GString *out, guint from, guint to, Before before)
{
    Speller speller = {.reader = reader, .out = out, .before = before, .from = from};

    for (speller.at = from; speller.at < to; speller.at++) {
        MigToken token = mig_sqlite_token(reader, speller.at);

        if (token.kind == MIG_TOKEN_WORD)
            put_word(&speller, token);
        else if (token.kind == MIG_TOKEN_QUOTED)
            put_quoted(&speller, token);
        else if (token.kind == MIG_TOKEN_OPERATOR)
            put_operator(&speller, token);
        else
            put(&speller, reader->text + token.offset, token.length, AFTER_OPERAND);
    }
}

char *
mig_sqlite_spell(const MigSqliteReader *reader, guint from, guint to)
{
    GString *out = g_string_new(NULL);

    spell_range(reader, out, from, to, AFTER_START);
    return g_string_free(out, FALSE);
}

char *
mig_sqlite_spell_rest(const MigSqliteReader *reader, guint from, guint to)
{
    GString *out = g_string_new(NULL);

    spell_range(reader, out, from, to, AFTER_OPERAND);
    return g_string_free(out, FALSE);
}

/* One key of a list. A string at its start is a name unless it is part of an expression. */
static void
spell_key(const MigSqliteReader *reader, GString *out, guint from, guint to)
{
    MigToken first = mig_sqlite_token(reader, from);

    if (to - from > 1 && mig_token_is(reader->text, mig_sqlite_token(reader, to - 1), "ASC"))
        to--;
    gboolean alone = to - from == 1 ||
                     mig_token_is(reader->text, mig_sqlite_token(reader, from + 1), "COLLATE") ||
                     mig_token_is(reader->text, mig_sqlite_token(reader, from + 1), "DESC");

    if (!alone || !mig_sqlite_token_is_name(first)) {
        spell_range(reader, out, from, to, AFTER_START);
        return;
    }
    g_autofree char *name = mig_token_name(reader->text, first);
    g_autofree char *spelled = mig_sqlite_spell_name(name);

    g_string_append(out, spelled);
    if (to - from > 1) {
        g_string_append_c(out, ' ');
        spell_range(reader, out, from + 1, to, AFTER_OPERAND);
    }
}

char *
mig_sqlite_spell_keys(const MigSqliteReader *reader, guint from, guint to)
{
    GString *out = g_string_new(NULL);
    guint start = from, depth = 0;

    for (guint i = from; i <= to; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (i < to && mig_token_is(reader->text, token, "("))
            depth++;
        else if (i < to && depth > 0 && mig_token_is(reader->text, token, ")"))
            depth--;
        if (i < to && (depth > 0 || !mig_token_is(reader->text, token, ",")))
            continue;
        if (start > from)
            g_string_append(out, ", ");
        spell_key(reader, out, start, i);
        start = i + 1;
    }
    return g_string_free(out, FALSE);
}
