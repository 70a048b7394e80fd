/* What the catalog queries have in common, and where they differ between server versions. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

/* A word of the queries: since that version it means one text, before it another. An array made
 * once is what the planner estimates best when the catalogs have no statistics. */
static const struct {
    const char *word;
    int since;
    const char *text, *before;
} words[] = {
    {"schemas", 0,
     "= ANY (ARRAY(SELECT oid FROM pg_namespace WHERE nspname::text ~ $1"
     " AND nspname !~ '^pg_' AND nspname <> 'information_schema'))",
     NULL},
    {"members", 0,
     "SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass"
     " AND deptype = 'e' AND classid =",
     NULL},
    {"internal", 0,
     "SELECT objid FROM pg_depend WHERE refclassid = 'pg_type'::regclass AND deptype = 'i'"
     " AND classid =",
     NULL},
    {"options", 0,
     "string_agg(option_name || '=' || quote_literal(option_value), ', '"
     " ORDER BY option_name COLLATE \"C\")",
     NULL},
    {"foreign-options", 0,
     "string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), ', '"
     " ORDER BY option_name COLLATE \"C\")",
     NULL},
    {"compression", 140000, "nullif(a.attcompression, '')", "NULL"},
    {"multirange", 140000, "r.rngmultitypid", "0::oid"},
    {"icu-locale", 170000, "l.colllocale", "@icu-locale-15@"},
    {"icu-locale-15", 150000, "l.colliculocale",
     "CASE l.collprovider WHEN 'i' THEN l.collcollate END"},
    {"icu-rules", 160000, "l.collicurules", "NULL"},
    {"loose-not-null", 180000,
     "k.contype = 'n' AND (NOT k.convalidated OR k.connoinherit) AND k.conrelid <> 0", "false"},
};

static const char *
meaning(const char *word, gsize length, int version)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i].word) == length && strncmp(words[i].word, word, length) == 0)
            return version >= words[i].since ? words[i].text : words[i].before;
    }
    g_assert_not_reached();
}

char *
mig_pg_catalog_sql(const char *sql, int version)
{
    GString *text = g_string_new(NULL);

    while (*sql) {
        gsize plain = strcspn(sql, "@");

        g_string_append_len(text, sql, (gssize)plain);
        sql += plain;
        if (!*sql)
            break;
        gsize length = strcspn(sql + 1, "@");
        g_autofree char *expanded = mig_pg_catalog_sql(meaning(sql + 1, length, version), version);

        g_string_append(text, expanded);
        sql += length + 2;
    }
    return g_string_free(text, FALSE);
}
