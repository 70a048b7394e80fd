/* Sequences: objects of their own, or the options of an identity column. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

enum {
    S_OID,
    S_SCHEMA,
    S_NAME,
    S_TYPE,
    S_START,
    S_INCREMENT,
    S_MIN,
    S_MAX,
    S_CACHE,
    S_CYCLE,
    S_UNLOGGED,
    S_OWNING,
    S_TABLE,
    S_COLUMN
};

/* What a sequence has besides its usual values; those are NULL. */
typedef struct {
    const char *start, *increment, *min, *max, *cache;
    gboolean cycle;
} Options;

static gint64
type_limit(const char *type)
{
    return strcmp(type, "smallint") == 0  ? G_MAXINT16
           : strcmp(type, "integer") == 0 ? G_MAXINT32
                                          : G_MAXINT64;
}

static const char *
unless(const char *value, gint64 usual)
{
    return g_ascii_strtoll(value, NULL, 10) == usual ? NULL : value;
}

static Options
read_options(const MigPgRow *row, const char *type)
{
    gint64 limit = type_limit(type);
    const char *min = mig_pg_text(row, S_MIN), *max = mig_pg_text(row, S_MAX);
    gboolean descending = *mig_pg_text(row, S_INCREMENT) == '-';

    return (Options){
        unless(mig_pg_text(row, S_START), g_ascii_strtoll(descending ? max : min, NULL, 10)),
        unless(mig_pg_text(row, S_INCREMENT), 1),
        unless(min, descending ? -limit - 1 : 1),
        unless(max, descending ? -1 : limit),
        unless(mig_pg_text(row, S_CACHE), 1),
        mig_pg_is(row, S_CYCLE),
    };
}

static void
set_identity_options(MigObject *column, const Options *options)
{
    const struct {
        const char *words, *value;
    } parts[] = {
        {"START WITH ", options->start}, {"INCREMENT BY ", options->increment},
        {"MINVALUE ", options->min},     {"MAXVALUE ", options->max},
        {"CACHE ", options->cache},      {"CYCLE", options->cycle ? "" : NULL},
    };
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i].value)
            g_string_append_printf(text, "%s%s%s", text->len > 0 ? " " : "", parts[i].words,
                                   parts[i].value);
    }
    if (text->len > 0)
        mig_object_set(column, "identity-options", text->str);
}

static void
add_sequence(MigPgReader *reader, const MigPgRow *row, const Options *options,
             const MigObject *owner)
{
    MigObject *sequence =
        mig_pg_add_root(reader, "sequence", mig_pg_text(row, S_SCHEMA), mig_pg_text(row, S_NAME),
                        NULL, MIG_PG_CLASS, mig_pg_number(row, S_OID));
    const char *type = mig_pg_text(row, S_TYPE);

    if (strcmp(type, "bigint") != 0)
        mig_object_set(sequence, "type", type);
    mig_object_set(sequence, "start", options->start);
    mig_object_set(sequence, "increment", options->increment);
    mig_object_set(sequence, "min", options->min);
    mig_object_set(sequence, "max", options->max);
    mig_object_set(sequence, "cache", options->cache);
    mig_pg_set_yes(sequence, "cycle", row, S_CYCLE);
    if (mig_pg_is(row, S_UNLOGGED))
        mig_object_set(sequence, "persistence", "unlogged");
    if (owner)
        mig_object_set(sequence, "owned-by", owner->identity);
}

static void
take_sequence(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *column = mig_pg_known(reader, MIG_PG_CLASS, mig_pg_number(row, S_TABLE),
                                     mig_pg_number(row, S_COLUMN));
    gboolean identity = mig_pg_char(row, S_OWNING) == 'i';
    /* CREATE TABLE … LIKE makes a bigint sequence with the bounds of the column's type. */
    const char *of_column = identity && column ? mig_object_get(column, "type") : NULL;
    const Options options = read_options(row, of_column ? of_column : mig_pg_text(row, S_TYPE));

    if (!identity) {
        add_sequence(reader, row, &options, column);
        return;
    }
    if (!column)
        return;
    mig_pg_know_alias(reader, MIG_PG_CLASS, mig_pg_number(row, S_OID), 0, column);
    set_identity_options(column, &options);
}

const MigPgCatalog mig_pg_read_sequences = {
    "sequences",
    "SELECT c.oid, n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqstart,"
    " s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, c.relpersistence = 'u',"
    " d.deptype, d.refobjid, d.refobjsubid"
    " FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid"
    "  AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0"
    "  AND d.deptype IN ('a', 'i')"
    " WHERE c.relnamespace @schemas@ AND c.oid NOT IN (@members@ 'pg_class'::regclass)",
    take_sequence,
};
