/* Reads migrate.ini's syntax: that of Python's configparser as Alembic uses it, with a position for
 * everything. What sections and keys mean is core/config.c's business.
 *
 * Comments begin with # or ; as the first thing of a line; a # behind a value belongs to the value.
 * A line indented deeper than its key carries the key's value on. */
#ifndef MIG_INI_H
#define MIG_INI_H

#include <glib.h>

/* One line of a value: its offset in the value and in the file's text, bytes. */
typedef struct {
    gsize value_offset;
    gsize text_offset;
} MigIniPiece;

typedef struct {
    char *key;
    char *value;    /* trimmed; lines joined by \n */
    int line;       /* of the key, from 1 */
    gsize offset;   /* of the key in the text, bytes */
    GArray *pieces; /* of MigIniPiece, one for each line of the value, at least one */
} MigIniEntry;

typedef struct {
    char *name; /* "": the header is broken or missing; there is an error for it */
    int line;
    gsize offset;       /* of the '[' in the text, bytes */
    GPtrArray *entries; /* of MigIniEntry*, in order */
} MigIniSection;

typedef struct {
    char *file; /* for messages */
    char *text; /* whole, without BOM */
    gsize length;
    GPtrArray *sections; /* of MigIniSection*, in order */
} MigIni;

/* Parses text (length bytes; file: for messages). Errors (of GError*, MIG_E_CONFIG_SYNTAX, each with
 * location) are appended to errors, also sections and keys that are there twice: the first one
 * counts. What could be read is returned in any case. */
MigIni *mig_ini_parse(const char *text, gsize length, const char *file, GPtrArray *errors);

void mig_ini_free(MigIni *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigIni, mig_ini_free)

/* By name; NULL if there is none. */
const MigIniSection *mig_ini_section(const MigIni *ini, const char *name);
const MigIniEntry *mig_ini_entry(const MigIniSection *section, const char *key);

/* Where in the text a byte of an entry's value stands. */
gsize mig_ini_value_offset(const MigIniEntry *entry, gsize value_offset);

/* Gives error the location of an offset in the text; the line is shown without passwords. */
void mig_ini_locate(const MigIni *ini, GError *error, gsize offset);

#endif
