#include "core/scratch.h"

struct _MigScratch {
    const MigDialect *dialect;
    MigScratchTarget find;
    gpointer user_data;
    const MigUrl *url;
    MigIntrospectOptions options;
    gboolean cached;
    MigConnection *idle; /* rewound, for the next who asks; or NULL */
    char *fingerprint; /* NULL until asked for */
    GPtrArray *left_out; /* of char* */
    void (*tell)(const char *text, gpointer user_data);
    gpointer tell_data;
};

MigScratch *
mig_scratch_new(const MigDialect *dialect)
{
    MigScratch *scratch = g_new0(MigScratch, 1);

    scratch->dialect = dialect;
    scratch->left_out = g_ptr_array_new_with_free_func(g_free);
    return scratch;
}

void
mig_scratch_free(MigScratch *scratch)
{
    if (!scratch)
        return;
    scratch->dialect->close(scratch->idle);
    g_free(scratch->fingerprint);
    g_ptr_array_unref(scratch->left_out);
    g_free(scratch);
}

void
mig_scratch_set_place(MigScratch *scratch, MigScratchTarget find, gpointer user_data,
                      const MigUrl *url)
{
    scratch->find = find;
    scratch->user_data = user_data;
    scratch->url = url;
}

void
mig_scratch_set_introspect_options(MigScratch *scratch, const MigIntrospectOptions *options)
{
    scratch->options = *options;
}

const MigDialect *
mig_scratch_dialect(const MigScratch *scratch)
{
    return scratch->dialect;
}

void
mig_scratch_set_listener(MigScratch *scratch, void (*tell)(const char *text, gpointer user_data),
                         gpointer user_data)
{
    scratch->tell = tell;
    scratch->tell_data = user_data;
}

const GPtrArray *
mig_scratch_left_out(const MigScratch *scratch)
{
    return scratch->left_out;
}

/* What the engine itself has to say of throwaway databases is of no interest. */
static void
on_message(MigEventKind kind, const char *text, gpointer user_data)
{
    MigScratch *scratch = user_data;

    if (kind != MIG_EVENT_NOTICE ||
        g_ptr_array_find_with_equal_func(scratch->left_out, text, g_str_equal, NULL))
        return;
    g_ptr_array_add(scratch->left_out, g_strdup(text));
    if (scratch->tell)
        scratch->tell(text, scratch->tell_data);
}

/* FALSE with error: there should be one, and is not. */
static gboolean
find_target(MigScratch *scratch, MigConnection **ret_target, GError **error)
{
    gboolean wanted = scratch->find && !scratch->url &&
                      (scratch->dialect->capabilities & MIG_CAP_SCRATCH_ON_SERVER);

    *ret_target = wanted ? scratch->find(scratch->user_data, error) : NULL;
    return *ret_target || !wanted;
}

MigConnection *
mig_scratch_open(MigScratch *scratch, GError **error)
{
    MigConnection *target;

    if (scratch->idle)
        return g_steal_pointer(&scratch->idle);
    if (!find_target(scratch, &target, error))
        return NULL;
    GError *own = NULL;
    MigConnection *made = scratch->dialect->open_scratch(target, scratch->url, &own);

    if (made) {
        made->message = on_message;
        made->message_data = scratch;
        if (scratch->dialect->rewind)
            scratch->dialect->rewind(made);
        return made;
    }
    if (scratch->url)
        mig_url_redact_error(scratch->url, own);
    g_propagate_error(error, own);
    return NULL;
}

void
mig_scratch_close(MigScratch *scratch, MigConnection *connection)
{
    if (connection && !scratch->idle && scratch->dialect->rewind &&
        scratch->dialect->rewind(connection))
        scratch->idle = connection;
    else
        scratch->dialect->close(connection);
}

void
mig_scratch_set_cached(MigScratch *scratch, gboolean cached)
{
    scratch->cached = cached;
}

static gboolean
find_fingerprint(MigScratch *scratch, GError **error)
{
    MigConnection *target;

    if (!scratch->fingerprint && find_target(scratch, &target, error))
        scratch->fingerprint = scratch->dialect->fingerprint(target, scratch->url, error);
    return scratch->fingerprint != NULL;
}

MigCacheKey *
mig_scratch_cache_key(MigScratch *scratch, const char *what, GError **error)
{
    const GPtrArray *schemas = scratch->options.include_schemas;

    if (!scratch->cached || !scratch->dialect->fingerprint || !find_fingerprint(scratch, error))
        return NULL;
    MigCacheKey *key = mig_cache_key_new();

    mig_cache_key_add(key, scratch->dialect->name, -1);
    mig_cache_key_add(key, scratch->fingerprint, -1);
    for (guint i = 0; schemas && i < schemas->len; i++)
        mig_cache_key_add(key, schemas->pdata[i], -1);
    mig_cache_key_add(key, scratch->options.include_grants ? "grants" : NULL, -1);
    mig_cache_key_add(key, what, -1);
    return key;
}

MigSchema *
mig_scratch_read(MigScratch *scratch, MigConnection *connection, GError **error)
{
    return scratch->dialect->introspect(connection, &scratch->options, error);
}
