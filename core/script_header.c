#include "core/script_private.h"

#include <string.h>

#include "core/suggest.h"

static const char *const keys[] = {"revision",   "down_revision", "branch_labels",
                                   "depends_on", "created",       NULL};

/* A header while it is read. */
typedef struct {
    MigScript *script;
    const MigScriptSource *source;
    GString *doc;
    int created_line;
    gboolean first_line_is_empty;
} Header;

/* One comment line: its text without "--", and where it stands. */
typedef struct {
    const char *start;
    gsize length;
    int line;
} Line;

static void
trim(const char **start, gsize *length)
{
    while (*length > 0 && g_ascii_isspace(**start)) {
        (*start)++;
        (*length)--;
    }
    while (*length > 0 && g_ascii_isspace((*start)[*length - 1]))
        (*length)--;
}

/* The text before a colon when it could be meant as a key (a few words at most), else NULL. A
 * backslash at the start says that the line is no key. */
static char *
find_word(const char *start, gsize length)
{
    const char *colon = memchr(start, ':', MIN(length, 32));
    gsize word_length = colon ? (gsize)(colon - start) : 0;
    int blanks = 0;

    trim(&start, &word_length);
    for (gsize i = 0; i < word_length; i++)
        blanks += g_ascii_isspace(start[i]) != 0;
    if (word_length == 0 || blanks > 2 || *start == '\\')
        return NULL;
    return g_strndup(start, word_length);
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
read_list(GPtrArray *list, const MigScriptSource *source, const char *start, gsize length,
          const char *what, GError **error)
{
    const char *end = start + length;

    while (start < end) {
        const char *comma = memchr(start, ',', end - start);
        const char *item = start;
        gsize item_length = (comma ? comma : end) - start;

        trim(&item, &item_length);
        g_autofree char *name = g_strndup(item, item_length);

        if (!check_name(source, name, item - source->text, what, error))
            return FALSE;
        g_ptr_array_add(list, g_steal_pointer(&name));
        start = comma ? comma + 1 : end;
        if (comma && start == end)
            return check_name(source, "", comma - source->text, what, error);
    }
    return TRUE;
}

static gboolean
read_value(Header *header, const char *key, const Line *line, const char *value, gsize length,
           GError **error)
{
    MigScript *script = header->script;

    if (strcmp(key, "revision") == 0) {
        script->id_line = line->line;
        script->id = g_strndup(value, length);
        return check_name(header->source, script->id, value - header->source->text, "revision id",
                          error);
    }
    if (strcmp(key, "created") == 0) {
        header->created_line = line->line;
        script->created = g_strndup(value, length);
        return TRUE;
    }
    if (strcmp(key, "down_revision") == 0) {
        script->down_line = line->line;
        return read_list(script->down, header->source, value, length, "revision id", error);
    }
    if (strcmp(key, "depends_on") == 0) {
        script->deps_line = line->line;
        return read_list(script->deps, header->source, value, length, "revision id or label",
                         error);
    }
    script->labels_line = line->line;
    return read_list(script->labels, header->source, value, length, "branch label", error);
}

/* Line on which a key was seen, 0 for none yet. */
static int
line_of_key(const Header *header, const char *key)
{
    const MigScript *script = header->script;
    const int lines[] = {script->id_line, script->down_line, script->labels_line, script->deps_line,
                         header->created_line};

    for (gsize i = 0; keys[i]; i++)
        if (strcmp(keys[i], key) == 0)
            return lines[i];
    return 0;
}

static gboolean
read_key(Header *header, const char *key, const Line *line, GError **error)
{
    const char *value = (const char *)memchr(line->start, ':', line->length) + 1;
    gsize length = line->start + line->length - value;
    int earlier = line_of_key(header, key);

    trim(&value, &length);
    if (earlier == 0)
        return read_value(header, key, line, value, length, error);
    g_propagate_error(error, mig_script_error(header->source, line->start - header->source->text,
                                              MIG_E_SCRIPT_HEADER,
                                              "header key '%s' is given twice, first on line %d",
                                              key, earlier));
    return FALSE;
}

static void
read_free_line(Header *header, const Line *line)
{
    const char *start = line->start, *end = start + line->length;

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
    Line line = {text + 2, comment.length - 2, comment.line};

    if (*text != '-' || !mig_script_starts_line(header->source, comment.offset))
        return TRUE;
    Line trimmed = line;

    trim(&trimmed.start, &trimmed.length);
    g_autofree char *word = find_word(trimmed.start, trimmed.length);

    if (word && g_strv_contains(keys, word))
        return read_key(header, word, &trimmed, error);
    const char *near = word ? mig_suggest(word, keys) : NULL;

    if (!near) {
        read_free_line(header, &line);
        return TRUE;
    }
    GError *problem = mig_script_error(header->source, trimmed.start - header->source->text,
                                       MIG_E_SCRIPT_HEADER, "unknown header key '%s'", word);

    mig_error_set_hint(problem,
                       "Did you mean '%s'? A comment that is no key may start with a "
                       "backslash: '-- \\%s: …'.",
                       near, word);
    g_propagate_error(error, problem);
    return FALSE;
}

static void
finish_texts(Header *header)
{
    MigScript *script = header->script;
    char *doc = header->doc ? g_string_free(g_steal_pointer(&header->doc), FALSE) : g_strdup("");
    const char *start = doc;

    g_strchomp(doc);
    while (*start == '\n')
        start++;
    gsize length = strcspn(start, "\n");

    script->doc = g_strdup(start);
    if (header->first_line_is_empty)
        length = 0;
    trim(&start, &length);
    script->message = g_strndup(start, length);
    g_free(doc);
}

static gboolean
check_keys(const Header *header, GError **error)
{
    const char *missing = header->script->id_line == 0     ? "revision"
                          : header->script->down_line == 0 ? "down_revision"
                                                           : NULL;
    GError *problem;

    if (!missing)
        return TRUE;
    problem = mig_error_new(MIG_E_SCRIPT_HEADER, "the header has no '%s'", missing);
    mig_error_set_location(problem, header->source->path, MAX(header->script->id_line, 1), 0, NULL,
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
            finish_texts(&header);
            return MIG_HEADER_NEEDS_MORE;
        }
        ok = take_token(&header, token, &done, &problem);
    } while (ok && !done);
    finish_texts(&header);
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
    const char *start = line;
    gsize length = strlen(line);

    trim(&start, &length);
    g_autofree char *word = find_word(start, length);
    gboolean is_key = word && (g_strv_contains(keys, word) || mig_suggest(word, keys));

    if (*line == '\\' || is_key ||
        mig_script_read_marker(&source, token, NULL, NULL) != MIG_MARK_NONE)
        return g_strconcat("\\", line, NULL);
    return g_strdup(line);
}
