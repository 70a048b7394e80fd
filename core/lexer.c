#include "build-config.h" /* memmem() */

#include "core/lexer.h"

#include <string.h>

const MigLexRules mig_lex_rules_generic = {
    .dollar_quotes = TRUE,
    .escape_strings = TRUE,
    .nested_comments = TRUE,
    .backtick_identifiers = TRUE,
    .dollar_in_words = TRUE,
    .atomic_bodies = TRUE,
    .trigger_bodies = TRUE,
    .copy_data = TRUE,
};

enum { SPACE = 1 << 0, WORD_START = 1 << 1, DIGIT = 1 << 2, ALONE = 1 << 3 };

/* White space as SQLite and PostgreSQL both have it; every byte of a multi-byte character may
 * stand in a word; ALONE are operators that never begin a longer token. */
static const guint8 classes[256] = {
    ['\t' ... '\r'] = SPACE,
    [' '] = SPACE,
    ['0' ... '9'] = DIGIT,
    ['A' ... 'Z'] = WORD_START,
    ['_'] = WORD_START,
    ['a' ... 'z'] = WORD_START,
    [0x80 ... 0xff] = WORD_START,
    ['('] = ALONE,
    [')'] = ALONE,
    [','] = ALONE,
    [';'] = ALONE,
    ['+'] = ALONE,
    ['*'] = ALONE,
};

static inline gboolean
is_class(char c, int wanted)
{
    return (classes[(guint8)c] & wanted) != 0;
}

void
mig_lexer_init(MigLexer *lexer, const MigLexRules *rules, const char *text, gsize length)
{
    *lexer = (MigLexer){.rules = rules, .text = text, .length = length, .line = 1};
}

static char
peek(const MigLexer *lexer, gsize at)
{
    return at < lexer->length ? lexer->text[at] : '\0';
}

static gboolean
starts_bom(const MigLexer *lexer, gsize at)
{
    return lexer->length - at >= 3 && memcmp(lexer->text + at, "\xef\xbb\xbf", 3) == 0;
}

/* All scan_ functions return the offset just behind what they read. */
static gsize
scan_space(const MigLexer *lexer, gsize at)
{
    while (at < lexer->length && is_class(lexer->text[at], SPACE))
        at++;
    return at;
}

static gsize
scan_word(const MigLexer *lexer, gsize at)
{
    gboolean dollar = lexer->rules->dollar_in_words;

    while (at < lexer->length &&
           (is_class(lexer->text[at], WORD_START | DIGIT) || (dollar && lexer->text[at] == '$')))
        at++;
    return at;
}

static gsize
scan_line_comment(const MigLexer *lexer, gsize at)
{
    const char *newline = memchr(lexer->text + at, '\n', lexer->length - at);
    gsize end = newline ? (gsize)(newline - lexer->text) : lexer->length;

    while (end > at && lexer->text[end - 1] == '\r')
        end--;
    return end;
}

static gsize
scan_block_comment(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    int depth = 1;

    for (at += 2; at < lexer->length; at++) {
        char c = lexer->text[at], following = peek(lexer, at + 1);

        if (c == '*' && following == '/') {
            at++;
            if (--depth == 0)
                return at + 1;
        } else if (lexer->rules->nested_comments && c == '/' && following == '*') {
            at++;
            depth++;
        }
    }
    if (!lexer->rules->unterminated_comment_ok)
        *kind = MIG_TOKEN_ERROR;
    return lexer->length;
}

/* From an opening quote; a doubled quote stands for itself. */
static gsize
scan_quoted(const MigLexer *lexer, gsize at, char quote, MigTokenKind *kind)
{
    const char *end = lexer->text + lexer->length;
    const char *p = lexer->text + at + 1;

    while ((p = memchr(p, quote, end - p))) {
        if (p + 1 == end || p[1] != quote)
            return p + 1 - lexer->text;
        p += 2;
    }
    *kind = MIG_TOKEN_ERROR;
    return lexer->length;
}

static gsize
scan_bracketed(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    const char *close = memchr(lexer->text + at, ']', lexer->length - at);

    if (close)
        return close + 1 - lexer->text;
    *kind = MIG_TOKEN_ERROR;
    return lexer->length;
}

/* Where a string literal goes on after white space with a line break in it ('a' newline 'b' is one
 * literal in standard SQL): offset of the next opening quote, or 0. */
static gsize
find_continuation(const MigLexer *lexer, gsize at)
{
    gboolean newline = FALSE;

    for (;;) {
        gsize start = at;

        at = scan_space(lexer, at);
        newline = newline || memchr(lexer->text + start, '\n', at - start);
        if (peek(lexer, at) != '-' || peek(lexer, at + 1) != '-')
            return newline && peek(lexer, at) == '\'' ? at : 0;
        at = scan_line_comment(lexer, at);
    }
}

/* E'…': a backslash takes the next character with it, in all parts of a continued literal. */
static gsize
scan_escape_string(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    for (at++; at < lexer->length; at++) {
        if (lexer->text[at] == '\\') {
            at++;
        } else if (lexer->text[at] == '\'' && peek(lexer, at + 1) == '\'') {
            at++;
        } else if (lexer->text[at] == '\'') {
            gsize next = find_continuation(lexer, at + 1);

            if (!next)
                return at + 1;
            at = next;
        }
    }
    *kind = MIG_TOKEN_ERROR;
    return lexer->length;
}

/* $tag$ … $tag$, or 0 when no dollar quote opens here. */
static gsize
scan_dollar_quote(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    gsize tag_end = at + 1;

    if (is_class(peek(lexer, tag_end), WORD_START))
        while (is_class(peek(lexer, tag_end), WORD_START | DIGIT))
            tag_end++;
    if (peek(lexer, tag_end) != '$')
        return 0;
    tag_end++;
    const char *close =
        memmem(lexer->text + tag_end, lexer->length - tag_end, lexer->text + at, tag_end - at);

    *kind = MIG_TOKEN_STRING;
    if (close)
        return close - lexer->text + (tag_end - at);
    *kind = MIG_TOKEN_ERROR;
    return lexer->length;
}

/* Digits that run into letters are one token too: the engine will say what is wrong with it. */
static gsize
scan_number(const MigLexer *lexer, gsize at)
{
    gboolean hex = lexer->text[at] == '0' && (peek(lexer, at + 1) | 0x20) == 'x';

    while (is_class(peek(lexer, at), DIGIT))
        at++;
    if (!hex && peek(lexer, at) == '.' && peek(lexer, at + 1) != '.')
        for (at++; is_class(peek(lexer, at), DIGIT);)
            at++;
    if (!hex && (peek(lexer, at) | 0x20) == 'e' &&
        (peek(lexer, at + 1) == '+' || peek(lexer, at + 1) == '-') &&
        is_class(peek(lexer, at + 2), DIGIT))
        at += 2;
    return scan_word(lexer, at);
}

static gsize
scan_operator(const MigLexer *lexer, gsize at)
{
    static const char *const operators[] = {
        "->>", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->", "::", ":=", "=>"};
    gsize rest = lexer->length - at;

    for (gsize i = 0; i < G_N_ELEMENTS(operators); i++) {
        gsize length = strlen(operators[i]);

        if (length <= rest && memcmp(lexer->text + at, operators[i], length) == 0)
            return at + length;
    }
    return at + 1;
}

/* ?, ?1, :a, @a, $a and $1; anything else that starts with these is an operator. */
static gsize
scan_sigil(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    char c = lexer->text[at];

    if (c == '$' && lexer->rules->dollar_quotes) {
        gsize quoted = scan_dollar_quote(lexer, at, kind);

        if (quoted)
            return quoted;
    }
    gsize end = scan_word(lexer, at + 1);

    if (c == '?' || end > at + 1) {
        *kind = MIG_TOKEN_PARAMETER;
        return end;
    }
    return scan_operator(lexer, at);
}

/* A word, or a literal whose first letters look like one: x'00', E'…', U&"…". */
static gsize
scan_word_or_literal(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    const MigLexRules *rules = lexer->rules;
    char letter = lexer->text[at] | 0x20, quote = peek(lexer, at + 1);

    *kind = MIG_TOKEN_STRING;
    if (quote == '\'' && letter == 'e' && rules->escape_strings)
        return scan_escape_string(lexer, at + 1, kind);
    if (quote == '\'' && (letter == 'x' || (rules->escape_strings && strchr("bn", letter))))
        return scan_quoted(lexer, at + 1, '\'', kind);
    if (quote == '&' && letter == 'u' && rules->escape_strings) {
        quote = peek(lexer, at + 2);
        if (quote == '"')
            *kind = MIG_TOKEN_QUOTED;
        if (quote == '"' || quote == '\'')
            return scan_quoted(lexer, at + 2, quote, kind);
    }
    *kind = MIG_TOKEN_WORD;
    return scan_word(lexer, at);
}

static gsize
scan_punctuation(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    char c = lexer->text[at], following = peek(lexer, at + 1);

    *kind = MIG_TOKEN_OPERATOR;
    switch (c) {
    case '\0':
        *kind = MIG_TOKEN_ERROR;
        return at + 1;
    case '\'':
        *kind = MIG_TOKEN_STRING;
        return scan_quoted(lexer, at, c, kind);
    case '"':
        *kind = MIG_TOKEN_QUOTED;
        return scan_quoted(lexer, at, c, kind);
    case '`':
        if (!lexer->rules->backtick_identifiers)
            return at + 1;
        *kind = MIG_TOKEN_QUOTED;
        return scan_quoted(lexer, at, c, kind);
    case '[':
        if (!lexer->rules->bracket_identifiers)
            return at + 1;
        *kind = MIG_TOKEN_QUOTED;
        return scan_bracketed(lexer, at, kind);
    case '?':
    case ':':
    case '@':
    case '$':
        return scan_sigil(lexer, at, kind);
    case '.':
        if (!is_class(following, DIGIT))
            return at + 1;
        *kind = MIG_TOKEN_NUMBER;
        return scan_number(lexer, at);
    default:
        return scan_operator(lexer, at);
    }
}

/* All but white space and operators of one character, which mig_lexer_next() takes itself. */
static gsize
scan_token(const MigLexer *lexer, gsize at, MigTokenKind *kind)
{
    char c = lexer->text[at];

    if (is_class(c, WORD_START)) {
        if (c != '\xef' || !starts_bom(lexer, at))
            return scan_word_or_literal(lexer, at, kind);
        *kind = MIG_TOKEN_SPACE;
        return at + 3;
    }
    if (is_class(c, DIGIT)) {
        *kind = MIG_TOKEN_NUMBER;
        return scan_number(lexer, at);
    }
    *kind = MIG_TOKEN_COMMENT;
    if (c == '-' && peek(lexer, at + 1) == '-')
        return scan_line_comment(lexer, at);
    if (c == '/' && peek(lexer, at + 1) == '*')
        return scan_block_comment(lexer, at, kind);
    return scan_punctuation(lexer, at, kind);
}

int
mig_lex_count_lines(const char *text, gsize length)
{
    const char *end = text + length;
    int n = 0;

    while ((text = memchr(text, '\n', end - text))) {
        text++;
        n++;
    }
    return n;
}

static gsize
take_space(MigLexer *lexer, gsize at)
{
    for (; at < lexer->length && is_class(lexer->text[at], SPACE); at++)
        lexer->line += lexer->text[at] == '\n';
    return at;
}

MigToken
mig_lexer_next(MigLexer *lexer)
{
    gsize start = lexer->position;
    MigToken token = {.offset = start, .line = lexer->line};

    if (start >= lexer->length) {
        token.kind = MIG_TOKEN_END;
    } else if (is_class(lexer->text[start], SPACE)) {
        token.kind = MIG_TOKEN_SPACE;
        lexer->position = take_space(lexer, start);
    } else if (is_class(lexer->text[start], ALONE)) {
        token.kind = MIG_TOKEN_OPERATOR;
        lexer->position = start + 1;
    } else {
        lexer->position = scan_token(lexer, start, &token.kind);
        if (token.kind != MIG_TOKEN_WORD && token.kind != MIG_TOKEN_NUMBER)
            lexer->line += mig_lex_count_lines(lexer->text + start, lexer->position - start);
    }
    token.length = lexer->position - start;
    return token;
}

MigToken
mig_lexer_next_code(MigLexer *lexer)
{
    MigToken token;

    do
        token = mig_lexer_next(lexer);
    while (token.kind == MIG_TOKEN_SPACE || token.kind == MIG_TOKEN_COMMENT);
    return token;
}

gboolean
mig_token_is(const char *text, MigToken token, const char *word)
{
    if (strlen(word) != token.length)
        return FALSE;
    if (token.kind == MIG_TOKEN_WORD)
        return g_ascii_strncasecmp(text + token.offset, word, token.length) == 0;
    return token.kind == MIG_TOKEN_OPERATOR && memcmp(text + token.offset, word, token.length) == 0;
}

char *
mig_token_name(const char *text, MigToken token)
{
    const char *p = text + token.offset, *end = p + token.length;

    if (token.kind != MIG_TOKEN_QUOTED && token.kind != MIG_TOKEN_STRING)
        return g_strndup(p, token.length);
    if ((*p | 0x20) == 'u')
        p += 2;
    if (token.length < 2 || !strchr("\"'`[", *p))
        return g_strndup(text + token.offset, token.length);
    char close = *p == '[' ? ']' : *p;
    GString *name = g_string_sized_new(token.length);

    for (p++, end--; p < end; p++) {
        g_string_append_c(name, *p);
        if (*p == close)
            p++;
    }
    return g_string_free(name, FALSE);
}

char *
mig_lex_normalise(const MigLexRules *rules, const char *text, gsize length)
{
    GString *out = g_string_sized_new(length + 1);
    MigLexer lexer;

    mig_lexer_init(&lexer, rules, text, length);
    for (;;) {
        MigToken token = mig_lexer_next_code(&lexer);

        if (token.kind == MIG_TOKEN_END)
            return g_string_free(out, FALSE);
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append_len(out, text + token.offset, token.length);
    }
}
