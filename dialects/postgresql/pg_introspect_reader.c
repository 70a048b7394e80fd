/* What the readers of all kinds share: values of rows, and which object has which OID. */
#include "dialects/postgresql/pg_introspect.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    guint catalog, oid, column;
    MigObject *object;
} Entry;

typedef struct {
    MigObject *object;
    const char *attribute;
    guint catalog, oid;
    gboolean rendering;
} Late;

static guint
entry_hash(gconstpointer data)
{
    const Entry *entry = data;

    return entry->oid * 2654435761u + entry->catalog * 40503u + entry->column * 97u;
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
    const Entry *left = a, *right = b;

    return left->oid == right->oid && left->column == right->column &&
           left->catalog == right->catalog;
}

const char *
mig_pg_text(const MigPgRow *row, int column)
{
    return PQgetisnull(row->result, row->row, column) ? NULL
                                                      : PQgetvalue(row->result, row->row, column);
}

const char *
mig_pg_spelled(MigPgReader *reader, const MigPgRow *row, int column)
{
    const char *text = mig_pg_text(row, column);

    if (!text)
        reader->torn = TRUE;
    return text ? text : "";
}

gboolean
mig_pg_is(const MigPgRow *row, int column)
{
    return *PQgetvalue(row->result, row->row, column) == 't';
}

guint
mig_pg_number(const MigPgRow *row, int column)
{
    return (guint)strtoul(PQgetvalue(row->result, row->row, column), NULL, 10);
}

char
mig_pg_char(const MigPgRow *row, int column)
{
    return *PQgetvalue(row->result, row->row, column);
}

MigPgReader *
mig_pg_reader_new(MigPg *pg, const char *default_schema)
{
    MigPgReader *reader = g_new0(MigPgReader, 1);

    reader->pg = pg;
    reader->schema = mig_schema_new(FALSE);
    mig_schema_set_default_namespace(reader->schema, default_schema);
    reader->outside = mig_schema_new(FALSE);
    reader->default_schema = g_strdup(default_schema);
    reader->objects = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    reader->aliases = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    reader->loose = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    reader->late = g_array_new(FALSE, FALSE, sizeof(Late));
    return reader;
}

void
mig_pg_reader_free(MigPgReader *reader)
{
    if (!reader)
        return;
    g_array_unref(reader->late);
    g_hash_table_unref(reader->loose);
    g_hash_table_unref(reader->aliases);
    g_hash_table_unref(reader->objects);
    g_free(reader->default_prefix);
    g_free(reader->default_schema);
    mig_schema_free(reader->outside);
    mig_schema_free(reader->schema);
    g_free(reader);
}

static void
remember(GHashTable *table, guint catalog, guint oid, guint column, MigObject *object)
{
    Entry *entry = g_new(Entry, 1);

    *entry = (Entry){catalog, oid, column, object};
    g_hash_table_add(table, entry);
}

static MigObject *
recall(GHashTable *table, guint catalog, guint oid, guint column)
{
    const Entry key = {catalog, oid, column, NULL};
    const Entry *entry = g_hash_table_lookup(table, &key);

    return entry ? entry->object : NULL;
}

void
mig_pg_know(MigPgReader *reader, guint catalog, guint oid, guint column, MigObject *object)
{
    remember(reader->objects, catalog, oid, column, object);
}

void
mig_pg_know_alias(MigPgReader *reader, guint catalog, guint oid, guint column, MigObject *object)
{
    if (oid != 0)
        remember(reader->aliases, catalog, oid, column, object);
}

MigObject *
mig_pg_known(const MigPgReader *reader, guint catalog, guint oid, guint column)
{
    return recall(reader->objects, catalog, oid, column);
}

MigObject *
mig_pg_meant(const MigPgReader *reader, guint catalog, guint oid, guint column)
{
    MigObject *object = recall(reader->objects, catalog, oid, column);

    return object ? object : recall(reader->aliases, catalog, oid, column);
}

void
mig_pg_loosen(MigPgReader *reader, guint relation, guint column)
{
    remember(reader->loose, MIG_PG_CLASS, relation, column, NULL);
}

gboolean
mig_pg_is_loose(const MigPgReader *reader, guint relation, guint column)
{
    const Entry key = {MIG_PG_CLASS, relation, column, NULL};

    return g_hash_table_contains(reader->loose, &key);
}

MigObject *
mig_pg_add_root(MigPgReader *reader, const char *kind, const char *namespace, const char *name,
                const char *signature, guint catalog, guint oid)
{
    MigObject *object = mig_schema_add_in(reader->schema, kind, namespace, name, signature);

    mig_pg_know(reader, catalog, oid, 0, object);
    const MigObject *schema = mig_schema_lookup(reader->schema, "schema", NULL, namespace);

    if (schema)
        mig_object_depend(object, schema->identity);
    return object;
}

void
mig_pg_set_yes(MigObject *object, const char *attribute, const MigPgRow *row, int column)
{
    if (mig_pg_is(row, column))
        mig_object_set(object, attribute, "yes");
}

void
mig_pg_set_enabled(MigObject *object, char enabled)
{
    const char *value = enabled == 'D'   ? "disabled"
                        : enabled == 'R' ? "replica"
                        : enabled == 'A' ? "always"
                                         : NULL;

    mig_object_set(object, "enabled", value);
}

void
mig_pg_set_definition(MigObject *object, const char *definition)
{
    gsize length = strlen(definition);

    if (length > 0 && definition[length - 1] == ';')
        length--;
    g_autofree char *text = g_strndup(definition, length);

    mig_object_set(object, "definition", text);
}

const char *
mig_pg_unprefixed(const MigPgReader *reader, const char *text)
{
    gsize length = strlen(reader->default_prefix);

    return text && strncmp(text, reader->default_prefix, length) == 0 ? text + length : text;
}

const char *
mig_pg_skip_name(const char *text)
{
    if (*text != '"')
        return text + strcspn(text, " .(");
    for (text++; *text; text++) {
        if (*text == '"' && text[1] == '"')
            text++;
        else if (*text == '"')
            return text + 1;
    }
    return text;
}

void
mig_pg_set_late(MigPgReader *reader, MigObject *object, const char *attribute, guint catalog,
                guint oid, gboolean rendering)
{
    const Late late = {object, attribute, catalog, oid, rendering};

    if (oid != 0)
        g_array_append_val(reader->late, late);
}

void
mig_pg_resolve_late(MigPgReader *reader)
{
    for (guint i = 0; i < reader->late->len; i++) {
        const Late *late = &g_array_index(reader->late, Late, i);
        const MigObject *target = mig_pg_known(reader, late->catalog, late->oid, 0);

        if (target && late->rendering)
            mig_object_set_rendering(late->object, late->attribute, target->identity);
        else if (target)
            mig_object_set(late->object, late->attribute, target->identity);
    }
}
