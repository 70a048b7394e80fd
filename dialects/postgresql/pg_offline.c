/* Steps as text for psql. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"

#define SETTINGS                                                                                   \
    "SET client_encoding = 'UTF8';\n"                                                              \
    "SET standard_conforming_strings = on;\n"

char *
mig_pg_offline_prologue(void)
{
    return g_strdup("\\set ON_ERROR_STOP on\n"
                    "\\set AUTOCOMMIT on\n" SETTINGS);
}

char *
mig_pg_offline_begin(void)
{
    return g_strdup("BEGIN ISOLATION LEVEL READ COMMITTED;\n");
}

char *
mig_pg_offline_commit(void)
{
    return g_strdup("RESET SESSION AUTHORIZATION;\n"
                    "RESET ROLE;\n"
                    "RESET ALL;\n" SETTINGS "COMMIT;\n");
}

/* The body in dollar quotes that it does not hold. Takes body. */
static char *
do_statement(char *body)
{
    g_autoptr(GString) tag = g_string_new("$migrate$");

    while (strstr(body, tag->str))
        g_string_insert_c(tag, 1, '_');
    char *text = g_strdup_printf("DO %s\n%s%s;\n", tag->str, body, tag->str);

    g_free(body);
    return text;
}

char *
mig_pg_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows)
{
    const char *own_schema = schema ? schema : "public";
    g_autofree char *quoted_schema = mig_pg_quote_name(own_schema);
    g_autofree char *quoted_table = mig_pg_quote_name(table);
    g_autofree char *joined = mig_pg_rows_text(rows);
    g_autofree char *expected = mig_pg_quote_literal(joined);

    return do_statement(g_strdup_printf(
        "DECLARE found text;\n"
        "BEGIN\n"
        "    PERFORM pg_catalog.pg_advisory_xact_lock(%" G_GINT64_FORMAT ");\n"
        "    SELECT pg_catalog.string_agg(v.version_num, ', ' ORDER BY v.version_num COLLATE "
        "pg_catalog.\"C\") INTO found\n"
        "        FROM %s.%s AS v;\n"
        "    IF coalesce(found, '') <> %s THEN\n"
        "        RAISE EXCEPTION 'the version rows are not the planned ones: found ''%%''', "
        "coalesce(found, '');\n"
        "    END IF;\n"
        "END\n",
        mig_pg_run_key(own_schema, table), quoted_schema, quoted_table, expected));
}
