#include "core/script_private.h"

#include <string.h>

#include "core/suggest.h"

enum { REVISION, DOWN_REVISION, BRANCH_LABELS, DEPENDS_ON, CREATED, N_KEYS };

static const char *const keys[] = {"revision",   "down_revision", "branch_labels",
                                   "depends_on", "created",       NULL};

/* A header while it is read. */
typedef struct {
    MigScript *script;
    const MigScriptSource *source;
    GString *doc;
    int lines[N_KEYS]; /* on which each key was seen; 0: not yet */
    gboolean first_line_is_empty;
} Header;

/* A piece of the text. */
typedef struct {
    const char *start;
    gsize length;
} Piece;

static Piece
trimmed(const char *start, gsize length)
{
    while (length > 0 && g_ascii_isspace(*start)) {
        start++;
        length--;
    }
    while (length > 0 && g_ascii_isspace(start[length - 1]))
        length--;
    return (Piece){start, length};
}

/* The text before a colon when it could be meant as a key (a few words at most), else empty. A
 * backslash at the start says that the line is no key. */
static Piece
find_word(Piece line)
{
    const char *colon = memchr(line.start, ':', MIN(line.length, 32));
    Piece word = trimmed(line.start, colon ? colon - line.start : 0);
    int blanks = 0;

    for (gsize i = 0; i < word.length; i++)
        blanks += g_ascii_isspace(word.start[i]) != 0;
    if (word.length > 0 && (blanks > 2 || *word.start == '\\'))
        word.length = 0;
    return word;
}

/* Index in keys; N_KEYS: none. */
static int
find_key(Piece word)
{
    int key = 0;

    while (key < N_KEYS &&
           (strlen(keys[key]) != word.length || memcmp(keys[key], word.start, word.length) != 0))
        key++;
    return key;
}

/* The key that a word which is none nearly is, or NULL. */
static const char *
near_key(Piece word)
{
    g_autofree char *text = g_strndup(word.start, word.length);

    return word.length > 0 ? mig_suggest(text, keys) : NULL;
}

static gboolean
check_name(const MigScriptSource *source, const char *name, gsize offset, const char *what,
           GError **error)
{
    GError *problem;

    if (mig_script_id_is_legal(name))
        return TRUE;
    if (!*name)
        problem = mig_script_error(source, offset, MIG_E_REVISION_ID, "a %s is empty", what);
    else if (mig_script_id_is_reserved(name))
        problem = mig_script_error(source, offset, MIG_E_REVISION_ID,
                                   "'%s' is a reserved word and cannot be a %s", name, what);
    else
        problem = mig_script_error(source, offset, MIG_E_REVISION_ID, "'%s' is not a legal %s",
                                   name, what);
    mig_error_set_hint(problem, "%s", mig_script_id_rule);
    g_propagate_error(error, problem);
    return FALSE;
}

static gboolean
read_list(GPtrArray *list, const MigScriptSource *source, Piece value, const char *what,
          GError **error)
{
    const char *start = value.start, *end = start + value.length;

    while (start < end) {
        const char *comma = memchr(start, ',', end - start);
        Piece item = trimmed(start, (comma ? comma : end) - start);
        char *name = g_strndup(item.start, item.length);

        g_ptr_array_add(list, name);
        if (!check_name(source, name, item.start - source->text, what, error))
            return FALSE;
        start = comma ? comma + 1 : end;
        if (comma && start == end)
            return check_name(source, "", comma - source->text, what, error);
    }
    return TRUE;
}

static gboolean
read_value(Header *header, int key, Piece value, GError **error)
{
    const MigScriptSource *source = header->source;
    MigScript *script = header->script;

    switch (key) {
    case REVISION:
        script->id = g_strndup(value.start, value.length);
        return check_name(source, script->id, value.start - source->text, "revision id", error);
    case CREATED:
        script->created = g_strndup(value.start, value.length);
        return TRUE;
    case DOWN_REVISION:
        return read_list(script->down, source, value, "revision id", error);
    case DEPENDS_ON:
        return read_list(script->deps, source, value, "revision id or label", error);
    default:
        return read_list(script->labels, source, value, "branch label", error);
    }
}

static gboolean
read_key(Header *header, int key, Piece line, int number, GError **error)
{
    const char *value = (const char *)memchr(line.start, ':', line.length) + 1;

    if (header->lines[key] != 0) {
        g_propagate_error(error,
                          mig_script_error(header->source, line.start - header->source->text,
                                           MIG_E_SCRIPT_HEADER,
                                           "header key '%s' is given twice, first on line %d",
                                           keys[key], header->lines[key]));
        return FALSE;
    }
    header->lines[key] = number;
    return read_value(header, key, trimmed(value, line.start + line.length - value), error);
}

static void
read_free_line(Header *header, const char *start, const char *end)
{
    while (end > start && g_ascii_isspace(end[-1]))
        end--;
    if (start < end && *start == ' ')
        start++;
    if (start < end && *start == '\\')
        start++;
    if (!header->doc) {
        header->doc = g_string_new(NULL);
        header->first_line_is_empty = start == end;
    } else {
        g_string_append_c(header->doc, '\n');
    }
    g_string_append_len(header->doc, start, end - start);
}

static gboolean
read_line(Header *header, MigToken comment, GError **error)
{
    const char *text = header->source->text + comment.offset;

    if (*text != '-' || !mig_script_starts_line(header->source, comment.offset))
        return TRUE;
    Piece line = trimmed(text + 2, comment.length - 2), word = find_word(line);
    int key = find_key(word);

    if (key < N_KEYS)
        return read_key(header, key, line, comment.line, error);
    const char *near = near_key(word);

    if (!near) {
        read_free_line(header, text + 2, text + comment.length);
        return TRUE;
    }
    g_autofree char *shown = g_strndup(word.start, word.length);
    GError *problem = mig_script_error(header->source, line.start - header->source->text,
                                       MIG_E_SCRIPT_HEADER, "unknown header key '%s'", shown);

    mig_error_set_hint(problem,
                       "Did you mean '%s'? A comment that is no key may start with a "
                       "backslash: '-- \\%s: …'.",
                       near, shown);
    g_propagate_error(error, problem);
    return FALSE;
}

/* Moves what was read to the script. */
static void
finish(Header *header)
{
    MigScript *script = header->script;
    char *doc = header->doc ? g_string_free(g_steal_pointer(&header->doc), FALSE) : g_strdup("");
    const char *start = doc;

    g_strchomp(doc);
    while (*start == '\n')
        start++;
    Piece message = trimmed(start, header->first_line_is_empty ? 0 : strcspn(start, "\n"));

    script->message = g_strndup(message.start, message.length);
    script->doc = doc;
    memmove(doc, start, strlen(start) + 1);
    script->id_line = header->lines[REVISION];
    script->down_line = header->lines[DOWN_REVISION];
    script->deps_line = header->lines[DEPENDS_ON];
    script->labels_line = header->lines[BRANCH_LABELS];
}

static gboolean
check_keys(const Header *header, GError **error)
{
    const char *missing = header->lines[REVISION] == 0        ? keys[REVISION]
                          : header->lines[DOWN_REVISION] == 0 ? keys[DOWN_REVISION]
                                                              : NULL;
    GError *problem;

    if (!missing)
        return TRUE;
    problem = mig_error_new(MIG_E_SCRIPT_HEADER, "the header has no '%s'", missing);
    mig_error_set_location(problem, header->source->path, MAX(header->lines[REVISION], 1), 0, NULL,
                           0);
    mig_error_set_hint(problem,
                       "Write '-- %s: …' into the comments at the top; "
                       "an empty down_revision makes a base.",
                       missing);
    g_propagate_error(error, problem);
    return FALSE;
}

/* Takes one token. *ret_done: it was the marker that ends the header. */
static gboolean
take_token(Header *header, MigToken token, gboolean *ret_done, GError **error)
{
    const MigScriptSource *source = header->source;

    *ret_done = FALSE;
    if (token.kind == MIG_TOKEN_SPACE)
        return TRUE;
    if (token.kind == MIG_TOKEN_END) {
        if (check_keys(header, error))
            g_propagate_error(error, mig_script_error(source, token.offset, MIG_E_SCRIPT_MARKER,
                                                      "the script has no '-- migrate: upgrade' "
                                                      "and no '-- migrate: downgrade'"));
        return FALSE;
    }
    if (token.kind != MIG_TOKEN_COMMENT) {
        gboolean comment = token.kind == MIG_TOKEN_ERROR && source->text[token.offset] == '/';

        g_propagate_error(error, mig_script_error(source, token.offset, MIG_E_SCRIPT_SQL, "%s",
                                                  comment ? "comment without an end"
                                                          : "SQL before the first '-- migrate:' "
                                                            "marker"));
        return FALSE;
    }
    switch (mig_script_read_marker(source, token, NULL, error)) {
    case MIG_MARK_NONE:
        return read_line(header, token, error);
    case MIG_MARK_BLOCK:
        *ret_done = TRUE;
        return check_keys(header, error);
    case MIG_MARK_HINT:
        g_propagate_error(error, mig_script_error(source, token.offset, MIG_E_SCRIPT_MARKER,
                                                  "directive before the first block"));
        return FALSE;
    default:
        return FALSE;
    }
}

MigHeaderResult
mig_script_read_header(MigScript *script, const MigScriptSource *source, GError **error)
{
    Header header = {.script = script, .source = source};
    GError *problem = NULL;
    MigLexer lexer;
    MigToken token;
    gboolean done, ok;

    mig_lexer_init(&lexer, &mig_lex_rules_generic, source->text, source->length);
    do {
        token = mig_lexer_next(&lexer);
        if (!source->whole && token.offset + token.length == source->length) {
            finish(&header);
            return MIG_HEADER_NEEDS_MORE;
        }
        ok = take_token(&header, token, &done, &problem);
    } while (ok && !done);
    finish(&header);
    if (!mig_script_check_encoding(source, token.offset + token.length, error)) {
        g_clear_error(&problem);
        return MIG_HEADER_ERROR;
    }
    if (ok)
        return MIG_HEADER_OK;
    g_propagate_error(error, problem);
    return MIG_HEADER_ERROR;
}

char *
mig_script_escape_line(const char *line)
{
    g_autofree char *comment = g_strconcat("-- ", line, NULL);
    MigScriptSource source = {.text = comment, .length = strlen(comment), .whole = TRUE};
    MigToken token = {.kind = MIG_TOKEN_COMMENT, .length = source.length, .line = 1};
    Piece word = find_word(trimmed(line, strlen(line)));
    gboolean is_key = find_key(word) < N_KEYS || near_key(word);

    if (*line == '\\' || is_key ||
        mig_script_read_marker(&source, token, NULL, NULL) != MIG_MARK_NONE)
        return g_strconcat("\\", line, NULL);
    return g_strdup(line);
}
