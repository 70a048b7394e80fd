/* Constraints, indexes and extended statistics. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

enum {
    K_OID,
    K_TABLE,
    K_DOMAIN,
    K_NAME,
    K_TYPE,
    K_DEFINITION,
    K_INHERITED,
    K_INDEX,
    K_PARENT,
    K_LOOSE
};

static const char *
type_of_constraint(char contype)
{
    switch (contype) {
    case 'p':
        return "primary key";
    case 'u':
        return "unique";
    case 'c':
        return "check";
    case 'f':
        return "foreign key";
    case 'x':
        return "exclude";
    default:
        return "not null";
    }
}

static void
take_constraint(MigPgReader *reader, const MigPgRow *row)
{
    guint table = mig_pg_number(row, K_TABLE);
    MigObject *parent = table != 0
                            ? mig_pg_known(reader, MIG_PG_CLASS, table, 0)
                            : mig_pg_known(reader, MIG_PG_TYPE, mig_pg_number(row, K_DOMAIN), 0);

    if (!parent)
        return;
    MigObject *constraint =
        mig_schema_add(reader->schema, "constraint", parent, mig_pg_text(row, K_NAME));

    mig_pg_know(reader, MIG_PG_CONSTRAINT, mig_pg_number(row, K_OID), 0, constraint);
    mig_pg_know_alias(reader, MIG_PG_CLASS, mig_pg_number(row, K_INDEX), 0, constraint);
    mig_object_set(constraint, "type", type_of_constraint(mig_pg_char(row, K_TYPE)));
    mig_object_set(constraint, "definition", mig_pg_spelled(reader, row, K_DEFINITION));
    mig_pg_set_parts(constraint);
    mig_pg_set_yes(constraint, "inherited", row, K_INHERITED);
    mig_pg_set_late(reader, constraint, "attached-to", MIG_PG_CONSTRAINT,
                    mig_pg_number(row, K_PARENT), TRUE);
    if (mig_pg_text(row, K_LOOSE))
        mig_pg_loosen(reader, table, mig_pg_number(row, K_LOOSE));
}

/* The constraints that a foreign key to a partitioned table has for each partition are its own
 * business. A NOT NULL is the column's (the domain's) but where it is more than that. */
const MigPgCatalog mig_pg_read_constraints = {
    "constraints",
    "SELECT k.oid, k.conrelid, k.contypid, k.conname, k.contype, pg_get_constraintdef(k.oid),"
    " NOT k.conislocal, CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END,"
    " k.conparentid,"
    " CASE WHEN @loose-not-null@ THEN k.conkey[1] END"
    " FROM pg_constraint k LEFT JOIN pg_constraint p ON p.oid = k.conparentid"
    " WHERE k.connamespace @schemas@"
    " AND (k.contype IN ('p', 'u', 'c', 'f', 'x') OR @loose-not-null@)"
    " AND (k.conrelid = 0 OR p.conrelid IS DISTINCT FROM k.conrelid)",
    take_constraint,
};

enum {
    I_OID,
    I_TABLE,
    I_NAME,
    I_UNIQUE,
    I_VALID,
    I_PARTITIONED,
    I_DEFINITION,
    I_PARENT,
    I_REPLICA,
    I_CLUSTERED,
    I_QUOTED,
    I_OPTIONS,
    I_OF_CONSTRAINT,
    I_COLUMNS
};

/* What follows the table's name in "CREATE UNIQUE INDEX name ON ONLY schema.table USING …". */
static const char *
behind_table(const char *definition)
{
    static const char on[] = " ON ", only[] = "ONLY ", index[] = " INDEX ";
    const char *c = strstr(definition, index);

    if (!c)
        return definition;
    c = mig_pg_skip_name(c + strlen(index)) + strlen(on);
    if (g_str_has_prefix(c, only))
        c += strlen(only);
    c = mig_pg_skip_name(c);
    if (*c == '.')
        c = mig_pg_skip_name(c + 1);
    return *c == ' ' ? c + 1 : c;
}

static void
set_table_choices(MigObject *table, const MigPgRow *row)
{
    const char *name = mig_pg_text(row, I_QUOTED);

    if (mig_pg_is(row, I_CLUSTERED))
        mig_object_set(table, "clustered-on", name);
    if (!mig_pg_is(row, I_REPLICA))
        return;
    g_autofree char *identity = g_strconcat("index ", name, NULL);

    mig_object_set(table, "replica-identity", identity);
}

static void
take_index(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *table = mig_pg_known(reader, MIG_PG_CLASS, mig_pg_number(row, I_TABLE), 0);
    guint oid = mig_pg_number(row, I_OID);

    if (!table)
        return;
    set_table_choices(table, row);
    if (mig_pg_is(row, I_OF_CONSTRAINT)) {
        MigObject *constraint = mig_pg_meant(reader, MIG_PG_CLASS, oid, 0);

        if (!constraint)
            return;
        mig_object_set(constraint, "options", mig_pg_text(row, I_OPTIONS));
        mig_object_set_rendering(constraint, "index-columns", mig_pg_text(row, I_COLUMNS));
        return;
    }
    MigObject *index = mig_schema_add(reader->schema, "index", table, mig_pg_text(row, I_NAME));
    gboolean valid = mig_pg_is(row, I_VALID), partitioned = mig_pg_is(row, I_PARTITIONED);

    mig_pg_know(reader, MIG_PG_CLASS, oid, 0, index);
    mig_pg_set_yes(index, "unique", row, I_UNIQUE);
    mig_object_set(index, "definition", behind_table(mig_pg_spelled(reader, row, I_DEFINITION)));
    mig_object_set_rendering(index, "index-columns", mig_pg_text(row, I_COLUMNS));
    if (!valid)
        mig_object_set(index, partitioned ? "only" : "invalid", "yes");
    mig_pg_set_late(reader, index, "attached-to", MIG_PG_CLASS, mig_pg_number(row, I_PARENT),
                    FALSE);
}

const MigPgCatalog mig_pg_read_indexes = {
    "indexes",
    "SELECT i.indexrelid, i.indrelid, c.relname, i.indisunique, i.indisvalid, c.relkind = 'I',"
    " CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid) END, h.inhparent,"
    " i.indisreplident, i.indisclustered, quote_ident(c.relname),"
    " CASE WHEN k.oid IS NOT NULL AND c.reloptions IS NOT NULL THEN"
    "  (SELECT @options@ FROM pg_options_to_table(c.reloptions)) END, k.oid IS NOT NULL,"
    " CASE WHEN c.relkind = 'I' THEN (SELECT string_agg(a.attname, '_' ORDER BY a.attnum)"
    "  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum <= i.indnkeyatts) END"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'm')"
    " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')"
    " LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid"
    " WHERE i.indexrelid >= 16384 AND c.relnamespace @schemas@"
    " AND c.oid NOT IN (@members@ 'pg_class'::regclass)",
    take_index,
};

/* What follows the name in "CREATE STATISTICS schema.name (ndistinct) ON …". */
static const char *
behind_name(const char *definition)
{
    static const char create[] = "CREATE STATISTICS ";

    if (!g_str_has_prefix(definition, create))
        return definition;
    const char *c = mig_pg_skip_name(definition + strlen(create));

    if (*c == '.')
        c = mig_pg_skip_name(c + 1);
    return *c == ' ' ? c + 1 : c;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "(mcv) ON b, a, (a + 1) FROM t" with its columns, which have the table's order, by name. New
 * string. */
static char *
with_sorted_columns(const char *definition)
{
    static const char on[] = "ON ";
    const char *list = g_str_has_prefix(definition, on) ? definition : strstr(definition, " ON ");
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *c;

    if (!list)
        return g_strdup(definition);
    list += *list == ' ' ? strlen(on) + 1 : strlen(on);
    for (c = list; *c && *c != '(' && !g_str_has_prefix(c, " FROM ");) {
        const char *end = *c == '"' ? mig_pg_skip_name(c) : c + strcspn(c, " ,(.");

        if (end == c || (*end != ',' && *end != ' '))
            break; /* a function: expressions come behind the columns */
        g_ptr_array_add(names, g_strndup(c, (gsize)(end - c)));
        c = *end == ',' ? end + 2 : end;
    }
    g_ptr_array_sort(names, compare_names);
    GString *out = g_string_new_len(definition, list - definition);

    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (char *)names->pdata[i]);
    g_string_append_printf(out, "%s%s", *c != ' ' && names->len > 0 ? ", " : "", c);
    return g_string_free(out, FALSE);
}

static void
take_statistics(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *object =
        mig_pg_add_root(reader, "statistics", mig_pg_text(row, 1), mig_pg_text(row, 2), NULL,
                        MIG_PG_STATISTIC_EXT, mig_pg_number(row, 0));

    g_autofree char *definition = with_sorted_columns(behind_name(mig_pg_spelled(reader, row, 3)));

    mig_object_set(object, "definition", definition);
    mig_object_set(object, "target", mig_pg_text(row, 4));
}

const MigPgCatalog mig_pg_read_statistics = {
    "extended statistics",
    "SELECT s.oid, n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid),"
    " CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END"
    " FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace"
    " WHERE s.stxnamespace @schemas@"
    " AND s.oid NOT IN (@members@ 'pg_statistic_ext'::regclass)",
    take_statistics,
};
