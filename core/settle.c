#include "core/settle.h"

#include <string.h>

#include "core/diff.h"

/* Two are enough for every spelling seen; more would mean that it never settles. */
#define MAX_ROUNDS 4

static gboolean
is_respelled(const MigDialect *dialect, const char *attribute)
{
    return dialect->respelled && g_strv_contains(dialect->respelled, attribute);
}

/* Those of the changes that may be a matter of spelling alone. */
static GPtrArray *
doubtful_changes(const MigDialect *dialect, const GPtrArray *changes)
{
    GPtrArray *doubtful = g_ptr_array_new();

    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];
        gboolean found = FALSE;

        for (guint j = 0; change->kind == MIG_ALTERED && j < change->attributes->len; j++) {
            const char *name = change->attributes->pdata[j];

            found = found || (is_respelled(dialect, name) && mig_object_get(change->from, name) &&
                              mig_object_get(change->to, name));
        }
        if (found)
            g_ptr_array_add(doubtful, (gpointer)change);
    }
    return doubtful;
}

static void take_with_needs(MigSchema *part, const MigSchema *whole, const MigObject *root);

static void
take_needs(MigSchema *part, const MigSchema *whole, const MigObject *object)
{
    for (guint i = 0; i < object->depends->len; i++) {
        const MigObject *needed = mig_schema_find(whole, object->depends->pdata[i]);

        if (needed)
            take_with_needs(part, whole, mig_object_root(needed));
    }
    for (guint i = 0; i < object->children->len; i++)
        take_needs(part, whole, object->children->pdata[i]);
}

static void
take_with_needs(MigSchema *part, const MigSchema *whole, const MigObject *root)
{
    if (mig_schema_find(part, root->identity))
        return;
    mig_schema_adopt(part, NULL, root);
    take_needs(part, whole, root);
}

/* What is needed to make the changed objects; what has no namespace (extensions, the namespaces
 * themselves) may be needed by any. */
static MigSchema *
part_of(const MigSchema *whole, const GPtrArray *changes, gboolean old)
{
    const GPtrArray *roots = mig_schema_roots(whole);
    MigSchema *part = mig_schema_new(FALSE);

    mig_schema_set_default_namespace(part, mig_schema_default_namespace(whole));
    for (guint i = 0; i < roots->len; i++) {
        if (!((const MigObject *)roots->pdata[i])->namespaced)
            take_with_needs(part, whole, roots->pdata[i]);
    }
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        take_with_needs(part, whole, mig_object_root(old ? change->from : change->to));
    }
    mig_schema_seal(part);
    return part;
}

/* A text as it is read back after loading it; NULL without error: it does not load. */
static MigSchema *
read_back(MigScratch *scratch, const char *dump, GError **error)
{
    const MigDialect *dialect = mig_scratch_dialect(scratch);
    MigConnection *connection = mig_scratch_open(scratch, error);

    if (!connection)
        return NULL;
    gboolean loaded = dialect->execute(connection, dump, strlen(dump), NULL, NULL);
    MigSchema *read = loaded ? mig_scratch_read(scratch, connection, error) : NULL;

    mig_scratch_close(scratch, connection);
    return read;
}

static MigSchema *
read_back_cached(MigScratch *scratch, const MigSchema *part, GError **error)
{
    g_autofree char *dump = mig_scratch_dialect(scratch)->dump(part);
    g_autoptr(GError) own = NULL;
    g_autoptr(MigCacheKey) key = mig_scratch_cache_key(scratch, "spelling", &own);

    if (own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return NULL;
    }
    if (key)
        mig_cache_key_add(key, dump, -1);
    MigSchema *read = key ? mig_cache_get(key) : NULL;

    if (read)
        return read;
    read = read_back(scratch, dump, error);
    if (key && read)
        mig_cache_put(key, read);
    return read;
}

/* Takes part; returns it as it is when nothing changes any more. NULL without error: as above. */
static MigSchema *
settled(MigScratch *scratch, MigSchema *part, GError **error)
{
    for (guint round = 0; round < MAX_ROUNDS; round++) {
        MigSchema *next = read_back_cached(scratch, part, error);
        gboolean stable = next && strcmp(mig_schema_hash(next), mig_schema_hash(part)) == 0;

        mig_schema_free(part);
        part = next;
        if (!part || stable)
            break;
    }
    return part;
}

static void
respell(MigSchema *from, const MigChange *change, const MigDialect *dialect, const MigSchema *old,
        const MigSchema *new)
{
    MigObject *target = mig_schema_find(from, change->from->identity);
    const MigObject *a = mig_schema_find(old, change->from->identity);
    const MigObject *b = mig_schema_find(new, change->to->identity);

    for (guint i = 0; a && b && i < change->attributes->len; i++) {
        const char *name = change->attributes->pdata[i];
        const char *text = mig_object_get(a, name);

        if (is_respelled(dialect, name) && text && g_strcmp0(text, mig_object_get(b, name)) == 0)
            mig_schema_respell(from, target, name, mig_object_get(change->to, name));
    }
}

gboolean
mig_settle(MigScratch *scratch, MigSchema *from, const MigSchema *to, GError **error)
{
    const MigDialect *dialect = mig_scratch_dialect(scratch);

    if (!dialect->respelled || strcmp(mig_schema_hash(from), mig_schema_hash(to)) == 0)
        return TRUE;
    g_autoptr(GPtrArray) changes = mig_diff(from, to);
    g_autoptr(GPtrArray) doubtful = doubtful_changes(dialect, changes);
    g_autoptr(GError) own = NULL;

    if (doubtful->len == 0)
        return TRUE;
    g_autoptr(MigSchema) old = settled(scratch, part_of(from, doubtful, TRUE), &own);
    g_autoptr(MigSchema) new = old ? settled(scratch, part_of(to, doubtful, FALSE), &own) : NULL;

    if (own) {
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    for (guint i = 0; new && i < doubtful->len; i++)
        respell(from, doubtful->pdata[i], dialect, old, new);
    mig_schema_seal(from);
    return TRUE;
}
