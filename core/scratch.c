#include "core/scratch.h"

struct _MigScratch {
    const MigDialect *dialect;
    MigScratchTarget find;
    gpointer user_data;
    const MigUrl *url;
    MigIntrospectOptions options;
};

MigScratch *
mig_scratch_new(const MigDialect *dialect)
{
    MigScratch *scratch = g_new0(MigScratch, 1);

    scratch->dialect = dialect;
    return scratch;
}

void
mig_scratch_free(MigScratch *scratch)
{
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

MigConnection *
mig_scratch_open(MigScratch *scratch, GError **error)
{
    MigConnection *target = NULL;

    if (scratch->find && !scratch->url &&
        (scratch->dialect->capabilities & MIG_CAP_SCRATCH_ON_SERVER)) {
        target = scratch->find(scratch->user_data, error);
        if (!target)
            return NULL;
    }
    return scratch->dialect->open_scratch(target, scratch->url, error);
}

MigSchema *
mig_scratch_read(MigScratch *scratch, MigConnection *connection, GError **error)
{
    return scratch->dialect->introspect(connection, &scratch->options, error);
}
