#include "core/script_private.h"

#include <string.h>

#include "core/suggest.h"
#include "core/url.h"

/* The rest of a comment's line, taken word by word. */
typedef struct {
    const char *at, *end;
} Cursor;

/* A piece of the text. */
typedef struct {
    const char *start;
    gsize length;
} Word;

static void
skip_blanks(Cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
        cursor->at++;
}

static Word
next_word(Cursor *cursor)
{
    skip_blanks(cursor);
    Word word = {.start = cursor->at};

    while (cursor->at < cursor->end && *cursor->at != ' ' && *cursor->at != '\t')
        cursor->at++;
    word.length = cursor->at - word.start;
    return word;
}

static gboolean
word_is(Word word, const char *text)
{
    return strlen(text) == word.length && memcmp(word.start, text, word.length) == 0;
}

static gboolean
word_is_direction_in_any_case(Word word)
{
    return (word.length == 7 && g_ascii_strncasecmp(word.start, "upgrade", 7) == 0) ||
           (word.length == 9 && g_ascii_strncasecmp(word.start, "downgrade", 9) == 0);
}

gboolean
mig_script_starts_line(const MigScriptSource *source, gsize offset)
{
    while (offset > 0 && (source->text[offset - 1] == ' ' || source->text[offset - 1] == '\t'))
        offset--;
    return offset == 0 || source->text[offset - 1] == '\n';
}

void
mig_script_hint_words(GError *error, const char *word, const char *const *candidates)
{
    const char *near = mig_suggest(word, candidates);

    if (near) {
        mig_error_set_hint(error, "Did you mean '%s'?", near);
        return;
    }
    g_autofree char *all = g_strjoinv("', '", (char **)candidates);

    mig_error_set_hint(error, "Known are '%s'.", all);
}

void
mig_script_block_clear(MigBlock *block)
{
    g_clear_pointer(&block->dialect, g_free);
    g_clear_pointer(&block->name, g_free);
    g_clear_pointer(&block->options, g_free);
}

static gboolean
set_text_option(char **option, const char *value)
{
    if (*option || !*value)
        return FALSE;
    *option = g_strdup(value);
    return TRUE;
}

/* FALSE when the option was there already or its value is none. */
static gboolean
set_option(MigBlock *block, const char *key, const char *value)
{
    if (strcmp(key, "dialect") == 0)
        return set_text_option(&block->dialect, value);
    if (strcmp(key, "name") == 0)
        return set_text_option(&block->name, value);
    if (block->transaction_off)
        return FALSE;
    block->transaction_off = TRUE;
    return TRUE;
}

/* The values an option may have, NULL when any will do. */
static const char *const *
values_of(const char *key)
{
    static const char *const transaction[] = {"off", NULL};

    if (strcmp(key, "dialect") == 0)
        return mig_database_kinds;
    return strcmp(key, "transaction") == 0 ? transaction : NULL;
}

static gboolean
read_option(const MigScriptSource *source, Word word, MigBlock *block, GError **error)
{
    static const char *const keys[] = {"transaction", "dialect", "name", NULL};
    g_autofree char *key = g_strndup(word.start, word.length);
    char *equals = strchr(key, '=');
    const char *value = equals ? equals + 1 : "";
    gsize offset = word.start - source->text;
    GError *problem;

    if (equals)
        *equals = '\0';
    const char *const *values = values_of(key);

    if (!g_strv_contains(keys, key)) {
        problem = mig_script_error(source, offset, MIG_E_SCRIPT_MARKER,
                                   "unknown option '%s' of a block", key);
        mig_script_hint_words(problem, key, keys);
    } else if (!*value) {
        problem = mig_script_error(source, offset, MIG_E_SCRIPT_MARKER,
                                   "option '%s' of a block has no value", key);
        mig_error_set_hint(problem, "Write it as '%s=VALUE', without blanks.", key);
    } else if (values && !g_strv_contains(values, value)) {
        problem = mig_script_error(source, offset, MIG_E_SCRIPT_MARKER,
                                   "option '%s' of a block cannot be '%s'", key, value);
        mig_script_hint_words(problem, value, values);
    } else if (!set_option(block, key, value)) {
        problem = mig_script_error(source, offset, MIG_E_SCRIPT_MARKER,
                                   "option '%s' of a block is given twice", key);
    } else {
        return TRUE;
    }
    g_propagate_error(error, problem);
    return FALSE;
}

static char *
canonical_options(const MigBlock *block)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (block->dialect)
        g_string_append_printf(out, " dialect=%s", block->dialect);
    if (block->name)
        g_string_append_printf(out, " name=%s", block->name);
    if (block->transaction_off)
        g_string_append(out, " transaction=off");
    return g_strdup(out->len ? out->str + 1 : "");
}

static MigMark
read_block(const MigScriptSource *source, MigToken comment, Cursor *cursor, MigDirection direction,
           MigBlock *ret_block, GError **error)
{
    MigBlock block = {.direction = direction, .line = comment.line};

    if (!mig_script_starts_line(source, comment.offset)) {
        g_propagate_error(error,
                          mig_script_error(source, comment.offset, MIG_E_SCRIPT_MARKER,
                                           "the marker does not stand on a line of its own"));
        return MIG_MARK_ERROR;
    }
    for (Word word = next_word(cursor); word.length > 0; word = next_word(cursor)) {
        if (!read_option(source, word, &block, error)) {
            mig_script_block_clear(&block);
            return MIG_MARK_ERROR;
        }
    }
    if (ret_block) {
        block.options = canonical_options(&block);
        *ret_block = block;
    } else {
        mig_script_block_clear(&block);
    }
    return MIG_MARK_BLOCK;
}

static MigMark
read_directive(const MigScriptSource *source, MigToken comment, Cursor *cursor, MigBlock *ret_block,
               GError **error)
{
    static const char *const words[] = {"upgrade", "downgrade", "allow", "renamed", NULL};
    Word word = next_word(cursor);

    if (word_is(word, "upgrade"))
        return read_block(source, comment, cursor, MIG_UPGRADE, ret_block, error);
    if (word_is(word, "downgrade"))
        return read_block(source, comment, cursor, MIG_DOWNGRADE, ret_block, error);
    if (word_is(word, "allow") || word_is(word, "renamed"))
        return MIG_MARK_HINT;
    g_autofree char *text = g_strndup(word.start, word.length);
    GError *problem = mig_script_error(source, word.start - source->text, MIG_E_SCRIPT_MARKER,
                                       "unknown word '%s' after '-- migrate:'", text);

    mig_script_hint_words(problem, text, words);
    g_propagate_error(error, problem);
    return MIG_MARK_ERROR;
}

/* A comment that is nothing but a misspelt marker: were it let through, the SQL below it would
 * run in the wrong direction. */
static gboolean
is_misspelt(Cursor cursor)
{
    static const char *const migrate[] = {"migrate", NULL};
    Word first = {.start = cursor.at};

    while (cursor.at < cursor.end && cursor.at - first.start <= 10 && *cursor.at != ' ' &&
           *cursor.at != '\t' && *cursor.at != ':')
        cursor.at++;
    first.length = cursor.at - first.start;
    if (first.length < 5 || first.length > 10 || *first.start == '\\')
        return FALSE;
    skip_blanks(&cursor);
    if (cursor.at < cursor.end && *cursor.at == ':')
        cursor.at++;
    if (!word_is_direction_in_any_case(next_word(&cursor)))
        return FALSE;
    for (Word word = next_word(&cursor); word.length > 0; word = next_word(&cursor))
        if (!memchr(word.start, '=', word.length))
            return FALSE;
    g_autofree char *text = g_strndup(first.start, first.length);

    return mig_suggest(text, migrate) != NULL;
}

MigMark
mig_script_read_marker(const MigScriptSource *source, MigToken comment, MigBlock *ret_block,
                       GError **error)
{
    static const char prefix[] = "migrate:";
    const char *start = source->text + comment.offset;
    Cursor cursor = {start + 2, start + comment.length};

    if (*start != '-')
        return MIG_MARK_NONE;
    skip_blanks(&cursor);
    if ((gsize)(cursor.end - cursor.at) >= strlen(prefix) &&
        memcmp(cursor.at, prefix, strlen(prefix)) == 0) {
        cursor.at += strlen(prefix);
        return read_directive(source, comment, &cursor, ret_block, error);
    }
    if (!is_misspelt(cursor))
        return MIG_MARK_NONE;
    GError *problem = mig_script_error(source, comment.offset, MIG_E_SCRIPT_MARKER,
                                       "the comment is nearly a marker");

    mig_error_set_hint(problem, "Markers are written '-- migrate: upgrade' and "
                                "'-- migrate: downgrade'.");
    g_propagate_error(error, problem);
    return MIG_MARK_ERROR;
}
