/* States kept on disk, so that a large model is not loaded on scratch again and again, and what models
 * print. A cache and nothing more: what cannot be read or written is made anew. */
#ifndef MIG_CACHE_H
#define MIG_CACHE_H

#include "core/schema.h"

/* Collects what a state or text depends on. Every part counts, and where one ends too. */
typedef struct _MigCacheKey MigCacheKey;

MigCacheKey *mig_cache_key_new(void);
void mig_cache_key_free(MigCacheKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigCacheKey, mig_cache_key_free)
/* text may be NULL; length -1: up to its NUL. */
void mig_cache_key_add(MigCacheKey *key, const char *text, gssize length);

/* The sealed state that was put under this key; NULL: there is none. */
MigSchema *mig_cache_get(const MigCacheKey *key);

/* Keeps a sealed state, unless something was left out of it, in the user's cache folder; what was not used for longest goes when there are
 * too many. */
void mig_cache_put(const MigCacheKey *key, const MigSchema *schema);

/* The same for a text. */
char *mig_cache_get_text(const MigCacheKey *key, gsize *ret_length);
void mig_cache_put_text(const MigCacheKey *key, const char *text, gsize length);

#endif
