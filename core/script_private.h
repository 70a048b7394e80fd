/* What the files of the script room share among themselves. */
#ifndef MIG_SCRIPT_PRIVATE_H
#define MIG_SCRIPT_PRIVATE_H

#include "core/error.h"
#include "core/script.h"

/* A text, without a byte order mark, with the name it has in messages. Nothing is owned. */
typedef struct {
    const char *path;
    const char *text;
    gsize length;   /* bytes */
    gboolean whole; /* FALSE: more of the file may follow */
} MigScriptSource;

/* New error at an offset of the source. */
GError *mig_script_error(const MigScriptSource *source, gsize offset, MigErrorCode code,
                         const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Length of a byte order mark at the start of a text: 3 or 0. */
gsize mig_script_bom_length(const char *text, gsize length);

/* Whether the word means something as a symbol and so cannot be an id. */
gboolean mig_script_id_is_reserved(const char *text);

/* MIG_E_SCRIPT_ENCODING when the first length bytes of the source are not UTF-8. */
gboolean mig_script_check_encoding(const MigScriptSource *source, gsize length, GError **error);

typedef enum { MIG_HEADER_OK, MIG_HEADER_NEEDS_MORE, MIG_HEADER_ERROR } MigHeaderResult;

/* Reads the header into script (whose fields are empty). NEEDS_MORE when the source is not whole
 * and ends before the first marker does. */
MigHeaderResult mig_script_read_header(MigScript *script, const MigScriptSource *source,
                                       GError **error);

/* A header's comment line as it must be written so that it is read back as that text. New string,
 * without "-- ". */
char *mig_script_escape_line(const char *line);

typedef enum {
    MIG_MARK_NONE,  /* an ordinary comment */
    MIG_MARK_BLOCK, /* opens a block */
    MIG_MARK_HINT,  /* a directive for others: `allow …`, `renamed from …` */
    MIG_MARK_ERROR
} MigMark;

/* What a comment token is. ret_block (may be NULL): direction, options and line of a BLOCK; free
 * with mig_script_block_clear(). */
MigMark mig_script_read_marker(const MigScriptSource *source, MigToken comment, MigBlock *ret_block,
                               GError **error);
void mig_script_block_clear(MigBlock *block);

/* All blocks of a whole script, in file order; array of MigBlock with its clear function set. */
GArray *mig_script_read_blocks(const MigScriptSource *source, const MigLexRules *rules,
                               GError **error);

/* Whether only blanks stand before this offset on its line. */
gboolean mig_script_starts_line(const MigScriptSource *source, gsize offset);

/* The candidate lists' hint: "Did you mean 'x'?" when something is near, else all are listed. */
void mig_script_hint_words(GError *error, const char *word, const char *const *candidates);

#endif
