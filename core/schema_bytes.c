#include "core/schema_bytes.h"

#include <string.h>

/* Grows with every change of the format. */
#define MAGIC "migrate state 1\n"
#define DIGEST_SIZE 32

enum { RENDERING = 1 };

static void
put_number(GByteArray *out, guint64 number)
{
    while (number >= 0x80) {
        guint8 byte = (guint8)(number | 0x80);

        g_byte_array_append(out, &byte, 1);
        number >>= 7;
    }
    guint8 byte = (guint8)number;

    g_byte_array_append(out, &byte, 1);
}

/* NULL is 0; else the length and one, and the text with its NUL. */
static void
put_text(GByteArray *out, const char *text)
{
    gsize length = text ? strlen(text) + 1 : 0;

    put_number(out, length);
    g_byte_array_append(out, (const guint8 *)text, (guint)length);
}

static void
put_object(GByteArray *out, const MigObject *object)
{
    put_text(out, object->kind);
    put_text(out, object->parent ? NULL : mig_object_namespace(object));
    put_text(out, mig_object_name(object));
    put_text(out, object->signature);
    put_number(out, (guint64)object->position);
    put_text(out, object->unmanaged);
    put_text(out, object->file);
    put_number(out, (guint64)object->line);
    put_number(out, object->attributes->len);
    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);

        put_text(out, attribute->name);
        put_text(out, attribute->value);
        put_number(out, attribute->rendering ? RENDERING : 0);
    }
    put_number(out, object->depends->len);
    for (guint i = 0; i < object->depends->len; i++)
        put_text(out, object->depends->pdata[i]);
    put_number(out, object->children->len);
    for (guint i = 0; i < object->children->len; i++)
        put_object(out, object->children->pdata[i]);
}

static void
digest(const guint8 *bytes, gsize length, guint8 *ret)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = DIGEST_SIZE;

    g_checksum_update(checksum, bytes, (gssize)length);
    g_checksum_get_digest(checksum, ret, &size);
}

GByteArray *
mig_schema_to_bytes(const MigSchema *schema)
{
    static const guint8 no_digest[DIGEST_SIZE] = {0};
    const gsize start = strlen(MAGIC) + DIGEST_SIZE;
    const GPtrArray *roots = mig_schema_roots(schema);
    GByteArray *out = g_byte_array_new();

    g_byte_array_append(out, (const guint8 *)MAGIC, strlen(MAGIC));
    g_byte_array_append(out, no_digest, DIGEST_SIZE);
    put_number(out, mig_schema_ignores_case(schema));
    put_text(out, mig_schema_default_namespace(schema));
    put_number(out, roots->len);
    for (guint i = 0; i < roots->len; i++)
        put_object(out, roots->pdata[i]);
    digest(out->data + start, out->len - start, out->data + strlen(MAGIC));
    return out;
}

typedef struct {
    const guint8 *at, *end;
    gboolean bad;
} Reader;

static guint64
get_number(Reader *reader)
{
    guint64 number = 0;

    for (guint shift = 0; reader->at < reader->end && shift < 64; shift += 7) {
        guint8 byte = *reader->at++;

        number |= (guint64)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    reader->bad = TRUE;
    return 0;
}

/* Points into the bytes. */
static const char *
get_text(Reader *reader)
{
    guint64 length = get_number(reader);
    const char *text = (const char *)reader->at;

    if (length == 0 || reader->bad)
        return NULL;
    if (length > (guint64)(reader->end - reader->at) || text[length - 1] != '\0') {
        reader->bad = TRUE;
        return NULL;
    }
    reader->at += length;
    return text;
}

static void
get_lists(Reader *reader, MigObject *object)
{
    for (guint64 n = get_number(reader); n > 0 && !reader->bad; n--) {
        const char *name = get_text(reader), *value = get_text(reader);
        gboolean rendering = get_number(reader) == RENDERING;

        if (!name || !value)
            reader->bad = TRUE;
        else if (rendering)
            mig_object_set_rendering(object, name, value);
        else
            mig_object_set(object, name, value);
    }
    for (guint64 n = get_number(reader); n > 0 && !reader->bad; n--) {
        const char *identity = get_text(reader);

        if (identity)
            mig_object_depend(object, identity);
    }
}

static void
get_object(Reader *reader, MigSchema *schema, MigObject *parent)
{
    const char *kind = get_text(reader), *namespace = get_text(reader), *name = get_text(reader);
    const char *signature = get_text(reader);

    if (reader->bad || !kind || !name) {
        reader->bad = TRUE;
        return;
    }
    MigObject *object = namespace ? mig_schema_add_in(schema, kind, namespace, name, signature)
                                  : mig_schema_add(schema, kind, parent, name);

    object->position = (int)get_number(reader);
    object->unmanaged = g_strdup(get_text(reader));
    object->file = g_strdup(get_text(reader));
    object->line = (int)get_number(reader);
    get_lists(reader, object);
    for (guint64 n = get_number(reader); n > 0 && !reader->bad; n--)
        get_object(reader, schema, object);
}

MigSchema *
mig_schema_from_bytes(const guint8 *bytes, gsize length)
{
    const gsize start = strlen(MAGIC) + DIGEST_SIZE;
    guint8 sum[DIGEST_SIZE];

    if (length < start || memcmp(bytes, MAGIC, strlen(MAGIC)) != 0)
        return NULL;
    digest(bytes + start, length - start, sum);
    if (memcmp(sum, bytes + strlen(MAGIC), DIGEST_SIZE) != 0)
        return NULL;
    Reader reader = {.at = bytes + start, .end = bytes + length};
    g_autoptr(MigSchema) schema = mig_schema_new(get_number(&reader) != 0);

    mig_schema_set_default_namespace(schema, get_text(&reader));
    for (guint64 n = get_number(&reader); n > 0 && !reader.bad; n--)
        get_object(&reader, schema, NULL);
    if (reader.bad || reader.at != reader.end)
        return NULL;
    mig_schema_seal(schema);
    return g_steal_pointer(&schema);
}
