/* Throwaway databases: where states are replayed, normalised and proved. */
#ifndef MIG_SCRATCH_H
#define MIG_SCRATCH_H

#include "core/cache.h"
#include "core/dialect.h"

/* How throwaway databases are made and read, so that what is read there compares with what was read
 * from the target. */
typedef struct _MigScratch MigScratch;

/* Asked for the target when the first database is made beside it; the connection is not taken. */
typedef MigConnection *(*MigScratchTarget)(gpointer user_data, GError **error);

/* Databases that stand in for no particular one. */
MigScratch *mig_scratch_new(const MigDialect *dialect);
void mig_scratch_free(MigScratch *scratch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigScratch, mig_scratch_free)

/* Where they are made: beside the target that `find` returns (dialects with
 * MIG_CAP_SCRATCH_ON_SERVER), or, when url (not owned, may be NULL) is given, on that server. */
void mig_scratch_set_place(MigScratch *scratch, MigScratchTarget find, gpointer user_data,
                           const MigUrl *url);

/* What reading takes in; the lists are not owned. */
void mig_scratch_set_introspect_options(MigScratch *scratch, const MigIntrospectOptions *options);

/* Whether states read on scratch are kept on disk (dialects with MIG_CAP_SCRATCH_ON_SERVER); they are
 * not unless this was called. */
void mig_scratch_set_cached(MigScratch *scratch, gboolean cached);

/* Who is told, once each, what scratch goes without; nobody unless this was called. */
void mig_scratch_set_listener(MigScratch *scratch, void (*tell)(const char *text, gpointer user_data),
                              gpointer user_data);

/* What scratch went without so far (of const char*, "WHAT: WHY"), each once. */
const GPtrArray *mig_scratch_left_out(const MigScratch *scratch);

/* The beginning of a key under which a state read on scratch may be kept; what it was made of is to
 * be added. NULL without error: states are not kept. */
MigCacheKey *mig_scratch_cache_key(MigScratch *scratch, const char *what, GError **error);

const MigDialect *mig_scratch_dialect(const MigScratch *scratch);

/* An empty one. The caller gives it back with mig_scratch_close(), open or failed (NULL-safe): it is
 * taken away, or kept for the next one that is asked for. */
MigConnection *mig_scratch_open(MigScratch *scratch, GError **error);
void mig_scratch_close(MigScratch *scratch, MigConnection *connection);

/* The state of one of them, or of the target. */
MigSchema *mig_scratch_read(MigScratch *scratch, MigConnection *connection, GError **error);

#endif
