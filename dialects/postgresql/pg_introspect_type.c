/* Enums, domains, composite and range types; collations. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

/* Bytes that a name has at most. */
#define NAME_LENGTH 63

enum {
    T_OID,
    T_SCHEMA,
    T_NAME,
    T_KIND,
    T_ARRAY,
    T_RELATION,
    T_BASE,
    T_COLLATION,
    T_DEFAULT,
    T_NOT_NULL,
    T_LABELS,
    T_SUBTYPE,
    T_OPCLASS,
    T_SUBTYPE_DIFF,
    T_CANONICAL,
    T_MULTI,
    T_MULTI_ARRAY,
    T_MULTI_NAME,
    T_MULTI_QUOTED
};

/* The name that PostgreSQL gives to the multirange of a range type (makeMultirangeTypeName()). */
static char *
multirange_name(const char *range)
{
    static const char word[] = "range", suffix[] = "_multirange";
    const char *found = strstr(range, word);
    char *name;

    if (found)
        name = g_strdup_printf("%.*smulti%s", (int)(found - range), range, found);
    else {
        gsize room = NAME_LENGTH - strlen(suffix);
        gsize length = MIN(strlen(range), room);

        while (length > 0 && length < strlen(range) && ((guchar)range[length] & 0xc0) == 0x80)
            length--;
        name = g_strdup_printf("%.*s%s", (int)length, range, suffix);
    }
    gsize end = strlen(name);

    while (end > NAME_LENGTH || ((guchar)name[end] & 0xc0) == 0x80)
        end--;
    name[end] = '\0';
    return name;
}

static void
add_part(GString *text, const char *name, const char *value)
{
    if (value)
        g_string_append_printf(text, "%s%s = %s", text->len > 0 ? ", " : "", name, value);
}

static void
set_range(MigPgReader *reader, MigObject *type, const MigPgRow *row)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *usual = multirange_name(mig_pg_text(row, T_NAME));
    const char *multi = mig_pg_text(row, T_MULTI_NAME);

    add_part(text, "subtype", mig_pg_text(row, T_SUBTYPE));
    add_part(text, "subtype_opclass", mig_pg_text(row, T_OPCLASS));
    add_part(text, "collation", mig_pg_text(row, T_COLLATION));
    add_part(text, "canonical", mig_pg_unprefixed(reader, mig_pg_text(row, T_CANONICAL)));
    add_part(text, "subtype_diff", mig_pg_unprefixed(reader, mig_pg_text(row, T_SUBTYPE_DIFF)));
    if (multi && strcmp(multi, usual) != 0)
        add_part(text, "multirange_type_name", mig_pg_text(row, T_MULTI_QUOTED));
    mig_object_set(type, "definition", text->str);
    mig_object_set_rendering(type, "multirange", multi);
    mig_pg_know_alias(reader, MIG_PG_TYPE, mig_pg_number(row, T_MULTI), 0, type);
    mig_pg_know_alias(reader, MIG_PG_TYPE, mig_pg_number(row, T_MULTI_ARRAY), 0, type);
    if (mig_pg_text(row, T_CANONICAL))
        type->unmanaged = g_strdup("its canonical function needs the type before it is whole");
}

static void
set_domain(MigObject *type, const MigPgRow *row)
{
    mig_object_set(type, "type", mig_pg_text(row, T_BASE));
    mig_object_set(type, "collation", mig_pg_text(row, T_COLLATION));
    mig_object_set(type, "default", mig_pg_text(row, T_DEFAULT));
    mig_pg_set_yes(type, "not-null", row, T_NOT_NULL);
}

static const char *
kind_of_type(char typtype)
{
    return typtype == 'e'   ? "enum"
           : typtype == 'd' ? "domain"
           : typtype == 'r' ? "range type"
                            : "composite type";
}

static void
take_type(MigPgReader *reader, const MigPgRow *row)
{
    char typtype = mig_pg_char(row, T_KIND);
    MigObject *type =
        mig_pg_add_root(reader, kind_of_type(typtype), mig_pg_text(row, T_SCHEMA),
                        mig_pg_text(row, T_NAME), NULL, MIG_PG_TYPE, mig_pg_number(row, T_OID));

    mig_pg_know_alias(reader, MIG_PG_TYPE, mig_pg_number(row, T_ARRAY), 0, type);
    switch (typtype) {
    case 'e':
        mig_object_set(type, "labels", mig_pg_text(row, T_LABELS));
        break;
    case 'd':
        set_domain(type, row);
        break;
    case 'r':
        set_range(reader, type, row);
        break;
    default:
        mig_pg_know(reader, MIG_PG_CLASS, mig_pg_number(row, T_RELATION), 0, type);
    }
}

const MigPgCatalog mig_pg_read_types = {
    "types",
    "SELECT t.oid, n.nspname, t.typname, t.typtype, t.typarray, t.typrelid,"
    " CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,"
    " CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation"
    "   THEN t.typcollation::regcollation"
    "  WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation END,"
    " CASE t.typtype WHEN 'd' THEN pg_get_expr(t.typdefaultbin, 0) END, t.typnotnull,"
    " CASE t.typtype WHEN 'e' THEN coalesce("
    "  (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)"
    "   FROM pg_enum e WHERE e.enumtypid = t.oid), '') END,"
    " format_type(r.rngsubtype, NULL),"
    " CASE WHEN NOT o.opcdefault THEN"
    "  CASE WHEN pg_opclass_is_visible(o.oid) THEN '' ELSE quote_ident(p.nspname) || '.' END"
    "  || quote_ident(o.opcname) END,"
    " nullif(r.rngsubdiff, 0)::regproc, nullif(r.rngcanonical, 0)::regproc,"
    " m.oid, m.typarray, m.typname, quote_ident(m.typname)"
    " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
    " LEFT JOIN pg_class c ON c.oid = t.typrelid"
    " LEFT JOIN pg_type b ON b.oid = t.typbasetype"
    " LEFT JOIN pg_range r ON r.rngtypid = t.oid"
    " LEFT JOIN pg_type s ON s.oid = r.rngsubtype"
    " LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc"
    " LEFT JOIN pg_namespace p ON p.oid = o.opcnamespace"
    " LEFT JOIN pg_type m ON m.oid = @multirange@"
    " WHERE t.oid >= 16384 AND t.typnamespace @schemas@"
    " AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')"
    " AND t.oid NOT IN (@members@ 'pg_type'::regclass)",
    take_type,
};

enum {
    L_OID,
    L_SCHEMA,
    L_NAME,
    L_PROVIDER,
    L_COLLATE,
    L_CTYPE,
    L_LOCALE,
    L_RULES,
    L_NONDETERMINISTIC
};

static void
take_collation(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *collation =
        mig_pg_add_root(reader, "collation", mig_pg_text(row, L_SCHEMA), mig_pg_text(row, L_NAME),
                        NULL, MIG_PG_COLLATION, mig_pg_number(row, L_OID));
    const char *collate = mig_pg_text(row, L_COLLATE), *ctype = mig_pg_text(row, L_CTYPE);
    char provider = mig_pg_char(row, L_PROVIDER);
    g_autoptr(GString) text = g_string_new(NULL);

    add_part(text, "provider", provider == 'i' ? "icu" : provider == 'b' ? "builtin" : "libc");
    if (mig_pg_text(row, L_LOCALE))
        add_part(text, "locale", mig_pg_text(row, L_LOCALE));
    else if (g_strcmp0(collate, ctype) == 0)
        add_part(text, "locale", collate);
    else {
        add_part(text, "lc_collate", collate);
        add_part(text, "lc_ctype", ctype);
    }
    add_part(text, "rules", mig_pg_text(row, L_RULES));
    if (mig_pg_is(row, L_NONDETERMINISTIC))
        add_part(text, "deterministic", "false");
    mig_object_set(collation, "definition", text->str);
}

const MigPgCatalog mig_pg_read_collations = {
    "collations",
    "SELECT l.oid, n.nspname, l.collname, l.collprovider, quote_literal(l.collcollate),"
    " quote_literal(l.collctype), quote_literal(@icu-locale@), quote_literal(@icu-rules@),"
    " NOT l.collisdeterministic"
    " FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace"
    " WHERE l.oid >= 16384 AND l.collnamespace @schemas@"
    " AND l.oid NOT IN (@members@ 'pg_collation'::regclass)",
    take_collation,
};
