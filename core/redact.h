/* Blots passwords out of text that is going to be seen. Rather too much than too little. */
#ifndef MIG_REDACT_H
#define MIG_REDACT_H

#include <glib.h>

/* A database URL with its passwords as ***: between the first ':' behind the '//' and the last
 * '@' (when userinfo: the URL may have a user and a password), and options that hold a secret. What
 * is blotted is added to secrets (of char*, may be NULL), as written and decoded. New string. */
char *mig_redact_url(const char *text, gboolean userinfo, GPtrArray *secrets);

/* Text of unknown make, such as a line of migrate.ini, with all blotted out that may be a password.
 * *ret_start (may be NULL): where the first blot is, in bytes; the length if there is none. */
char *mig_redact_line(const char *text, gsize *ret_start);

/* Text with each of some words (char*, longest first) as ***; a word of less than four bytes only
 * where it stands alone. New string. */
char *mig_redact_words(const char *text, const GPtrArray *words);

/* Undoes %XX; what is no such escape stays. length -1: up to NUL. New string, perhaps not UTF-8;
 * %00 stays as it is. */
char *mig_percent_decode(const char *text, gssize length);

#endif
