#include "core/splitter.h"

#include <string.h>

#include "core/error.h"

/* What is known of the current statement. Most are OTHER after one word and need no further look
 * than for their semicolon. */
enum {
    START,
    EXPLAIN,
    CREATE,
    TRIGGER,       /* before its body */
    ROUTINE,       /* CREATE FUNCTION or PROCEDURE before a body */
    ROUTINE_BEGIN, /* … behind BEGIN */
    BODY,          /* statements up to an END that stands first in one */
    BODY_END,      /* behind that END */
    RULE,
    COPY,
    COPY_STDIN,
    OTHER
};

void
mig_splitter_init(MigSplitter *splitter, const MigLexRules *rules, const char *text, gsize length)
{
    memset(splitter, 0, sizeof *splitter);
    mig_lexer_init(&splitter->lexer, rules, text, length);
}

void
mig_splitter_reset(MigSplitter *splitter)
{
    MigLexer lexer = splitter->lexer;

    memset(splitter, 0, sizeof *splitter);
    splitter->lexer = lexer;
}

static gboolean
is_one_of(const char *text, MigToken token, const char *const *words)
{
    for (; *words; words++)
        if (mig_token_is(text, token, *words))
            return TRUE;
    return FALSE;
}

static int
state_after_create(const MigSplitter *splitter, MigToken token)
{
    static const char *const modifiers[] = {"TEMP",    "TEMPORARY",  "OR",
                                            "REPLACE", "CONSTRAINT", NULL};
    const MigLexRules *rules = splitter->lexer.rules;
    const char *text = splitter->lexer.text;

    if (is_one_of(text, token, modifiers))
        return CREATE;
    if (rules->trigger_bodies && mig_token_is(text, token, "TRIGGER"))
        return TRIGGER;
    if (rules->atomic_bodies &&
        (mig_token_is(text, token, "FUNCTION") || mig_token_is(text, token, "PROCEDURE")))
        return ROUTINE;
    return mig_token_is(text, token, "RULE") ? RULE : OTHER;
}

static int
state_at_start(const MigSplitter *splitter, MigToken token)
{
    static const char *const explain[] = {"EXPLAIN", "QUERY", "PLAN", NULL};
    const char *text = splitter->lexer.text;

    if (mig_token_is(text, token, "CREATE"))
        return CREATE;
    if (splitter->lexer.rules->copy_data && mig_token_is(text, token, "COPY"))
        return COPY;
    return is_one_of(text, token, explain) ? EXPLAIN : OTHER;
}

/* Whether a word behind the last two tokens names something: BEGIN is no reserved word, neither
 * in SQLite nor in PostgreSQL. */
static gboolean
is_name_position(const MigSplitter *splitter)
{
    static const char *const before_name[] = {"TRIGGER", "EXISTS", "ON", ".", ",", NULL};
    const char *text = splitter->lexer.text;

    return is_one_of(text, splitter->last, before_name) ||
           (mig_token_is(text, splitter->last, "OF") &&
            mig_token_is(text, splitter->before_last, "UPDATE"));
}

static int
state_in_body(MigSplitter *splitter, MigToken token)
{
    const char *text = splitter->lexer.text;
    gboolean ends = splitter->at_start && mig_token_is(text, token, "END");

    splitter->at_start = mig_token_is(text, token, ";");
    return ends ? BODY_END : BODY;
}

static int
state_opening_body(MigSplitter *splitter)
{
    splitter->at_start = TRUE;
    return BODY;
}

static int
next_state(MigSplitter *splitter, MigToken token)
{
    const char *text = splitter->lexer.text;

    switch (splitter->state) {
    case START:
    case EXPLAIN:
        return state_at_start(splitter, token);
    case CREATE:
        return state_after_create(splitter, token);
    case TRIGGER:
        return splitter->depth == 0 && mig_token_is(text, token, "BEGIN") &&
                       !is_name_position(splitter)
                   ? state_opening_body(splitter)
                   : TRIGGER;
    case ROUTINE:
    case ROUTINE_BEGIN:
        if (splitter->state == ROUTINE_BEGIN && mig_token_is(text, token, "ATOMIC"))
            return state_opening_body(splitter);
        return mig_token_is(text, token, "BEGIN") ? ROUTINE_BEGIN : ROUTINE;
    case BODY:
    case BODY_END:
        return state_in_body(splitter, token);
    case COPY:
        return splitter->depth == 0 && mig_token_is(text, token, "STDIN") &&
                       mig_token_is(text, splitter->last, "FROM")
                   ? COPY_STDIN
                   : COPY;
    default:
        return splitter->state;
    }
}

static gboolean
semicolon_ends(const MigSplitter *splitter)
{
    return splitter->state != BODY && (splitter->state != RULE || splitter->depth == 0);
}

static void
step(MigSplitter *splitter, MigToken token, char c)
{
    splitter->state = next_state(splitter, token);
    if (c == '(')
        splitter->depth++;
    else if (c == ')' && splitter->depth > 0)
        splitter->depth--;
    splitter->before_last = splitter->last;
    splitter->last = token;
}

static const char *
problem_of(const MigLexer *lexer, MigToken token)
{
    switch (lexer->text[token.offset]) {
    case '\0':
        return "NUL byte";
    case '"':
    case '`':
    case '[':
        return "quoted name without an end";
    case '/':
        return "comment without an end";
    case '$':
        return "dollar quote without an end";
    default:
        return "string without an end";
    }
}

/* Offset of the "\." line that ends COPY data, G_MAXSIZE when there is none. */
static gsize
find_data_end(const MigLexer *lexer, gsize at)
{
    while (at < lexer->length) {
        const char *line = lexer->text + at;
        const char *newline = memchr(line, '\n', lexer->length - at);
        gsize length = newline ? (gsize)(newline - line) : lexer->length - at;

        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length == 2 && line[0] == '\\' && line[1] == '.')
            return at;
        at += newline ? (gsize)(newline - line) + 1 : lexer->length - at;
    }
    return G_MAXSIZE;
}

static MigToken
data_error(MigSplitter *splitter, MigToken token, const char *problem)
{
    splitter->problem = problem;
    splitter->lexer.position = splitter->lexer.length;
    token.kind = MIG_TOKEN_ERROR;
    return token;
}

/* COPY data: from the line after the statement's semicolon to the line "\.". */
static MigToken
take_data(MigSplitter *splitter, MigPart *part)
{
    MigLexer *lexer = &splitter->lexer;
    const char *rest = lexer->text + lexer->position;
    const char *newline = memchr(rest, '\n', lexer->length - lexer->position);
    MigLexer line;

    splitter->data_follows = FALSE;
    mig_lexer_init(&line, lexer->rules, rest,
                   newline ? (gsize)(newline - rest) : lexer->length - lexer->position);
    MigToken token = mig_lexer_next_code(&line);

    token = (MigToken){token.kind, lexer->position + token.offset, token.length, lexer->line};
    if (token.kind != MIG_TOKEN_END)
        return data_error(splitter, token, "text between COPY … FROM stdin and its data");
    token.offset = newline ? (gsize)(newline + 1 - lexer->text) : lexer->length;
    gsize end = find_data_end(lexer, token.offset);

    if (end == G_MAXSIZE)
        return data_error(splitter, token, "COPY data without a final '\\.' line");
    token.kind = MIG_TOKEN_STRING;
    token.length = end - token.offset;
    token.line++;
    newline = memchr(lexer->text + end, '\n', lexer->length - end);
    lexer->position = newline ? (gsize)(newline + 1 - lexer->text) : lexer->length;
    lexer->line = token.line +
                  mig_lex_count_lines(lexer->text + token.offset, lexer->position - token.offset);
    *part = MIG_PART_DATA;
    return token;
}

MigToken
mig_splitter_next(MigSplitter *splitter, MigPart *part)
{
    *part = MIG_PART_TOKEN;
    if (splitter->data_follows)
        return take_data(splitter, part);
    MigToken token = mig_lexer_next(&splitter->lexer);

    switch (token.kind) {
    case MIG_TOKEN_SPACE:
    case MIG_TOKEN_COMMENT:
    case MIG_TOKEN_END:
        return token;
    case MIG_TOKEN_ERROR:
        splitter->problem = problem_of(&splitter->lexer, token);
        return token;
    default:
        break;
    }
    char c = token.kind == MIG_TOKEN_OPERATOR ? splitter->lexer.text[token.offset] : '\0';

    if (c == ';' && semicolon_ends(splitter)) {
        gboolean data_follows = splitter->state == COPY_STDIN;

        *part = MIG_PART_END;
        mig_splitter_reset(splitter);
        splitter->data_follows = data_follows;
    } else if (splitter->state != OTHER) {
        step(splitter, token, c);
    }
    return token;
}

GError *
mig_splitter_error(const MigSplitter *splitter, MigToken token, const char *file)
{
    GError *error = mig_error_new(MIG_E_SCRIPT_SQL, "%s", splitter->problem);

    mig_error_set_offset(error, file, splitter->lexer.text, splitter->lexer.length, token.offset);
    return error;
}

GArray *
mig_split(const MigLexRules *rules, const char *text, gsize length, const char *file,
          GError **error)
{
    g_autoptr(GArray) statements = g_array_new(FALSE, FALSE, sizeof(MigStatement));
    MigStatement current = {0};
    gboolean open = FALSE;
    MigSplitter splitter;
    MigPart part;

    mig_splitter_init(&splitter, rules, text, length);
    for (;;) {
        MigToken token = mig_splitter_next(&splitter, &part);

        if (token.kind == MIG_TOKEN_ERROR) {
            g_propagate_error(error, mig_splitter_error(&splitter, token, file));
            return NULL;
        }
        if (token.kind == MIG_TOKEN_SPACE || token.kind == MIG_TOKEN_COMMENT)
            continue;
        if (part == MIG_PART_DATA) {
            MigStatement *copy = &g_array_index(statements, MigStatement, statements->len - 1);

            copy->data_offset = token.offset;
            copy->data_length = token.length;
        } else if (part == MIG_PART_END || token.kind == MIG_TOKEN_END) {
            current.end = token.offset + token.length;
            if (open)
                g_array_append_val(statements, current);
            open = FALSE;
        } else {
            if (!open)
                current = (MigStatement){.offset = token.offset, .line = token.line};
            open = TRUE;
            current.length = token.offset + token.length - current.offset;
        }
        if (token.kind == MIG_TOKEN_END)
            return g_steal_pointer(&statements);
    }
}
