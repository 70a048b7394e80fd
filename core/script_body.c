#include "core/script_private.h"

#include <string.h>

static gsize
line_start(const MigScriptSource *source, gsize offset)
{
    while (offset > 0 && source->text[offset - 1] != '\n')
        offset--;
    return offset;
}

static gsize
next_line(const MigScriptSource *source, gsize offset)
{
    const char *newline = memchr(source->text + offset, '\n', source->length - offset);

    return newline ? (gsize)(newline + 1 - source->text) : source->length;
}

static void
close_last_block(GArray *blocks, gsize offset)
{
    if (blocks->len == 0)
        return;
    MigBlock *last = &g_array_index(blocks, MigBlock, blocks->len - 1);

    last->length = offset - last->offset;
}

/* A comment outside COPY data and quotes. FALSE: it is a bad marker. */
static gboolean
take_comment(GArray *blocks, MigSplitter *splitter, const MigScriptSource *source, MigToken token,
             GError **error)
{
    MigBlock block;
    MigMark mark = mig_script_read_marker(source, token, &block, error);

    if (mark != MIG_MARK_BLOCK)
        return mark != MIG_MARK_ERROR;
    close_last_block(blocks, line_start(source, token.offset));
    block.offset = next_line(source, token.offset + token.length);
    g_array_append_val(blocks, block);
    mig_splitter_reset(splitter);
    return TRUE;
}

GArray *
mig_script_read_blocks(const MigScriptSource *source, const MigLexRules *rules, GError **error)
{
    g_autoptr(GArray) blocks = g_array_new(FALSE, TRUE, sizeof(MigBlock));
    MigSplitter splitter;
    MigPart part;

    g_array_set_clear_func(blocks, (GDestroyNotify)mig_script_block_clear);
    mig_splitter_init(&splitter, rules, source->text, source->length);
    for (;;) {
        MigToken token = mig_splitter_next(&splitter, &part);

        if (token.kind == MIG_TOKEN_END)
            break;
        if (token.kind == MIG_TOKEN_ERROR) {
            g_propagate_error(error, mig_splitter_error(&splitter, token, source->path));
            return NULL;
        }
        if (token.kind == MIG_TOKEN_COMMENT &&
            !take_comment(blocks, &splitter, source, token, error))
            return NULL;
        if (token.kind != MIG_TOKEN_COMMENT && token.kind != MIG_TOKEN_SPACE && blocks->len == 0) {
            g_propagate_error(error, mig_script_error(source, token.offset, MIG_E_SCRIPT_SQL,
                                                      "SQL before the first '-- migrate:' marker"));
            return NULL;
        }
    }
    close_last_block(blocks, source->length);
    return g_steal_pointer(&blocks);
}

static gboolean
is_meant_for(const char *wanted, const char *actual)
{
    return !wanted || !actual || strcmp(wanted, actual) == 0;
}

GPtrArray *
mig_script_blocks(const MigScript *script, MigDirection direction, const char *dialect,
                  const char *name)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; i < script->blocks->len; i++) {
        MigBlock *block = &g_array_index(script->blocks, MigBlock, i);

        if (block->direction == direction && is_meant_for(block->dialect, dialect) &&
            is_meant_for(block->name, name))
            g_ptr_array_add(found, block);
    }
    return found->len > 0 ? g_steal_pointer(&found) : NULL;
}

/* Adds a text to a checksum with line ends as \n: a checkout may have changed them, even inside
 * strings. */
static void
add_text(GChecksum *checksum, const char *text, gsize length)
{
    const char *end = text + length, *at = text, *cr;

    while ((cr = memchr(at, '\r', end - at))) {
        at = cr + 1;
        if (at == end || *at != '\n')
            continue;
        g_checksum_update(checksum, (const guchar *)text, cr - text);
        text = at;
    }
    g_checksum_update(checksum, (const guchar *)text, end - text);
}

/* Tokens of code are gathered in a small buffer first: a call for each would cost more than the
 * hash. */
typedef struct {
    GChecksum *checksum;
    gsize used;
    char buffer[4096];
} Digest;

static void
digest_flush(Digest *digest)
{
    add_text(digest->checksum, digest->buffer, digest->used);
    digest->used = 0;
}

static void
digest_add(Digest *digest, const char *text, gsize length)
{
    if (digest->used + length + 1 > sizeof digest->buffer)
        digest_flush(digest);
    if (length + 1 > sizeof digest->buffer) {
        add_text(digest->checksum, text, length);
    } else {
        memcpy(digest->buffer + digest->used, text, length);
        digest->used += length;
    }
    digest->buffer[digest->used++] = '\n';
}

static void
digest_block(Digest *digest, const MigScript *script, const MigBlock *block,
             const MigLexRules *rules)
{
    const char *text = script->text + block->offset;
    MigSplitter splitter;
    MigPart part;

    digest_add(digest, "block", strlen("block"));
    digest_add(digest, block->options, strlen(block->options));
    mig_splitter_init(&splitter, rules, text, block->length);
    for (;;) {
        MigToken token = mig_splitter_next(&splitter, &part);

        if (token.kind == MIG_TOKEN_END)
            return;
        if (token.kind != MIG_TOKEN_SPACE && token.kind != MIG_TOKEN_COMMENT)
            digest_add(digest, text + token.offset, token.length);
    }
}

char *
mig_script_checksum(const MigScript *script, MigDirection direction, const MigLexRules *rules)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    Digest digest = {.checksum = checksum};

    for (guint i = 0; i < script->blocks->len; i++) {
        const MigBlock *block = &g_array_index(script->blocks, MigBlock, i);

        if (block->direction == direction)
            digest_block(&digest, script, block, rules);
    }
    digest_flush(&digest);
    return g_strdup(g_checksum_get_string(checksum));
}
