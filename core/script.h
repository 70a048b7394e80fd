/* One revision file: its header, its blocks, its text. */
#ifndef MIG_SCRIPT_H
#define MIG_SCRIPT_H

#include "core/lexer.h"
#include "core/splitter.h"

typedef enum { MIG_UPGRADE, MIG_DOWNGRADE } MigDirection;

/* "upgrade" or "downgrade". */
const char *mig_direction_name(MigDirection direction);

/* One `-- migrate: upgrade|downgrade …` block. */
typedef struct {
    MigDirection direction;
    gboolean transaction_off;
    char *dialect;  /* NULL: any */
    char *name;     /* section of migrate.ini; NULL: any */
    char *options;  /* the options in canonical order and spelling, part of the checksum; "" if none */
    gsize offset;   /* of the first byte after the marker line, in the script's text */
    gsize length;   /* bytes, up to the next marker or the end */
    int line;       /* line of the marker, from 1 */
} MigBlock;

typedef struct {
    char *id;
    GPtrArray *down;   /* of char*: parents in order; empty: a base */
    GPtrArray *deps;   /* of char*: ids or labels */
    GPtrArray *labels; /* of char* */
    char *message;     /* first free comment line of the header; "" if none, or if the very first
                          comment line is empty */
    char *doc;         /* all free comment lines of the header, message included, joined by \n; a
                          backslash that marks a line as no key or marker is taken off */
    char *created;     /* as written; NULL if absent */
    char *path;        /* as the user would type it; NULL for a script held in memory */
    int id_line, down_line, deps_line, labels_line; /* from 1; 0: key not present */

    /* Filled by mig_script_load_body(): */
    char *text;        /* whole text, UTF-8, BOM removed; NULL until then (from memory: at once) */
    gsize text_length; /* bytes */
    GArray *blocks;    /* of MigBlock, file order; NULL until then */
} MigScript;

/* Reads a file's header, and of the file no more than that needs. Errors: MIG_E_FILE,
 * MIG_E_SCRIPT_HEADER, _MARKER, _ENCODING, _SQL, MIG_E_REVISION_ID, with location. */
MigScript *mig_script_open(const char *path, GError **error);

/* The same from memory (text is copied; path is for messages, may be NULL). The body is loaded
 * when asked for. */
MigScript *mig_script_from_text(const char *text, gssize length, const char *path, GError **error);

/* Reads and checks the whole script: encoding, markers, block options. rules: of the database at
 * hand, used for finding markers (one inside a string, dollar quote or block comment is none).
 * Idempotent. A file that changed its header since mig_script_open() is an error. */
gboolean mig_script_load_body(MigScript *script, const MigLexRules *rules, GError **error);

void mig_script_free(MigScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigScript, mig_script_free)

/* Blocks of one direction that are meant for this dialect and section (either may be NULL: any),
 * as a GPtrArray of const MigBlock* owned by the script. NULL (no error) when the direction has
 * no block at all after the filter: then a downgrade is irreversible. Needs the body. */
GPtrArray *mig_script_blocks(const MigScript *script, MigDirection direction, const char *dialect,
                             const char *name);

/* SHA-256 in hex over options and tokens of the direction's blocks (all of them, unfiltered):
 * comments, white space and line ends do not count. Needs the body. */
char *mig_script_checksum(const MigScript *script, MigDirection direction, const MigLexRules *rules);

/* Whether text is a legal id or label: [A-Za-z0-9_.], 1 to 128, not reserved. */
gboolean mig_script_id_is_legal(const char *text);

/* The same as a sentence, for hints. */
extern const char mig_script_id_rule[];

/* A new id: 12 random hex digits. */
char *mig_script_new_id(void);

/* SQL that cannot run together with what comes before it: a block of its own. */
typedef struct {
    char *sql;
    gboolean transaction_off;
} MigDraftBlock;

void mig_draft_block_free(MigDraftBlock *block);

/* SQL for one of several databases that share a history: blocks with dialect=DIALECT, or where that is
 * not enough to tell them apart with name=NAME. Nothing is owned. */
typedef struct {
    const char *name;    /* section of migrate.ini */
    const char *dialect; /* NULL: by the name */
    const char *upgrade;
    const char *downgrade;
    const GPtrArray *upgrade_rest, *downgrade_rest; /* as those of MigScriptDraft */
} MigDraftSection;

/* What a new script is written from. Strings not owned; lists may be NULL. */
typedef struct {
    const char *id;
    const char *message;
    const GPtrArray *down, *deps, *labels; /* of char* */
    const char *created;   /* ISO 8601 */
    const char *notes;     /* further comment lines for the header, \n-separated, without "-- "; or NULL */
    const char *upgrade;   /* SQL text of the block; NULL or "": empty block */
    const char *downgrade; /* the same; see irreversible */
    const GPtrArray *upgrade_rest; /* of MigDraftBlock*: further blocks behind that; or NULL */
    const GPtrArray *downgrade_rest;
    gboolean irreversible; /* leave out the downgrade block */
    const GPtrArray *sections; /* of MigDraftSection*: instead of upgrade and downgrade; or NULL */
    const MigLexRules *rules;  /* of the dialect the SQL is for; NULL: not known */
} MigScriptDraft;

/* The built-in template of new scripts. A template is a script with tokens:
 *
 *   ${rev}, ${down_revision}, ${branch_labels}, ${depends_on}, ${created}: header values
 *   ${message}, ${notes}: in a comment line; text of several lines becomes several such lines; the
 *       line of ${notes} is left out when there are none
 *   ${upgrade}, ${downgrade}: SQL, each inside a block of that direction
 *   $${: stands for ${
 *
 * What stands around ${upgrade} in its block is written into each new script. A block of several
 * databases' scripts is written once for each of them, with dialect=DIALECT or name=NAME; the downgrade block is left
 * out of an irreversible one, and of all scripts if the template has none. */
extern const char mig_script_default_template[];

/* Renders a draft through a template (path: of the template, for messages; may be NULL). Nothing in
 * a message can end a comment, open a block or make a header key: the result is read again and must
 * say what the draft says, else MIG_E_TEMPLATE. */
char *mig_script_render(const char *template_text, const char *template_path,
                        const MigScriptDraft *draft, GError **error);

#endif
