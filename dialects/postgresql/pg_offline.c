/* Steps as text for psql. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_units.h"
#include "dialects/postgresql/pg_words.h"

#define SETTINGS                                                                                   \
    "SET client_encoding = 'UTF8';\n"                                                              \
    "SET standard_conforming_strings = on;\n"

/* The default schema is that of the connection that the script is run on. A rewritten prompt or
 * savepoints of ~/.psqlrc must not get in between. */
char *
mig_pg_offline_prologue(void)
{
    return g_strdup(
        "\\set ON_ERROR_STOP on\n"
        "\\set ON_ERROR_ROLLBACK off\n"
        "\\set AUTOCOMMIT on\n" SETTINGS "SELECT pg_catalog.current_schema() AS migrate_schema,\n"
        "    '\"' || pg_catalog.replace(pg_catalog.current_schema(), '\"', '\"\"') || '\"'"
        " AS migrate_path \\gset\n");
}

char *
mig_pg_offline_begin(void)
{
    return g_strdup("BEGIN ISOLATION LEVEL READ COMMITTED;\n");
}

char *
mig_pg_offline_commit(void)
{
    return g_strdup("COMMIT;\n");
}

/* Whether one of the statements stands in nobody's way: it waits for locks, and runs, as long as it takes. */
static gboolean
is_patient(const MigUnit *unit, guint statement)
{
    const MigStatement *at = &unit->statements[statement];

    return mig_pg_waits_long(unit->text + at->offset, at->length);
}

static gint64
timeout_of(const MigUnit *unit, gint64 usual_ms)
{
    return is_patient(unit, 0) ? 0 : mig_pg_timeout_ms(usual_ms);
}

/* A setting that the block has made itself is left alone. */
static void
append_change(GString *sql, const char *name, const char *local, gint64 from_ms, gint64 to_ms)
{
    if (from_ms == to_ms)
        return;
    g_string_append_printf(
        sql,
        "SELECT pg_catalog.set_config('%s', CASE s.setting WHEN '%" G_GINT64_FORMAT
        "' THEN '%" G_GINT64_FORMAT "' ELSE s.setting END, %s) AS migrate_set\n"
        "    FROM pg_catalog.pg_settings AS s WHERE s.name = '%s' \\gset\n",
        name, from_ms, to_ms, local, name);
}

static char *
change_timeouts(const MigUnitsOptions *options, const MigUnit *before, const MigUnit *unit)
{
    const gint64 lock_ms = options->statement_lock_timeout_ms, run_ms = options->statement_timeout_ms;
    const char *local = unit->off ? "false" : "true";
    GString *sql = g_string_new(NULL);

    append_change(sql, "lock_timeout", local, timeout_of(before, lock_ms), timeout_of(unit, lock_ms));
    append_change(sql, "statement_timeout", local, timeout_of(before, run_ms), timeout_of(unit, run_ms));
    return g_string_free(sql, FALSE);
}

/* In a transaction it does with the first statement that may take a strong lock (rule 7). */
static gboolean
patience_ends(const MigUnit *before, const MigUnit *unit)
{
    for (guint i = 0; i < before->n_statements; i++) {
        if (!is_patient(before, i))
            return FALSE;
    }
    return !is_patient(unit, 0);
}

char *
mig_pg_offline_enter(const MigUnitsOptions *options, const MigUnit *unit, const MigUnit *before)
{
    const char *local = unit->off ? "false" : "true";

    if (before)
        return unit->off || patience_ends(before, unit) ? change_timeouts(options, before, unit) : NULL;
    return g_strdup_printf(
        "SELECT pg_catalog.set_config('search_path', :'migrate_path', %s)"
        " AS migrate_set,\n"
        "    pg_catalog.set_config('lock_timeout', '%" G_GINT64_FORMAT "', %s)"
        " AS migrate_set_2,\n"
        "    pg_catalog.set_config('statement_timeout', '%" G_GINT64_FORMAT "', %s)"
        " AS migrate_set_3 \\gset\n",
        local, timeout_of(unit, options->statement_lock_timeout_ms), local,
        timeout_of(unit, options->statement_timeout_ms), local);
}

char *
mig_pg_offline_leave(const MigUnit *unit, gboolean keep_settings)
{
    if (keep_settings)
        return g_strdup("SET LOCAL SESSION AUTHORIZATION DEFAULT;\n"
                        "SET LOCAL ROLE NONE;\n"
                        "SET LOCAL search_path = pg_catalog;\n");
    return g_strdup("RESET SESSION AUTHORIZATION;\n"
                    "RESET ROLE;\n"
                    "RESET ALL;\n" SETTINGS "DISCARD TEMP;\n");
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

/* psql puts no variables into a body in dollar quotes, so the schema comes in by a setting. */
char *
mig_pg_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows)
{
    g_autofree char *literal =
        schema ? mig_pg_quote_literal(schema) : g_strdup(":'migrate_schema'");
    g_autofree char *table_literal = mig_pg_quote_literal(table);
    g_autofree char *key =
        mig_pg_run_key_sql("pg_catalog.current_setting('migrate.schema')", table);
    g_autofree char *joined = mig_pg_rows_text(rows);
    g_autofree char *expected = mig_pg_quote_literal(joined);
    g_autofree char *body = do_statement(
        g_strdup_printf("DECLARE found text;\n"
                        "BEGIN\n"
                        "    PERFORM pg_catalog.pg_advisory_xact_lock(%s);\n"
                        "    EXECUTE pg_catalog.format('SELECT "
                        "pg_catalog.string_agg(v.version_num, '', '' ORDER BY "
                        "v.version_num COLLATE pg_catalog.\"C\") FROM %%I.%%I AS v',\n"
                        "        pg_catalog.current_setting('migrate.schema'), %s) INTO found;\n"
                        "    IF coalesce(found, '') OPERATOR(pg_catalog.<>) %s THEN\n"
                        "        RAISE EXCEPTION 'the version rows are not the planned ones: found "
                        "''%%'' instead of "
                        "''%%''', coalesce(found, ''), %s;\n"
                        "    END IF;\n"
                        "END\n",
                        key, table_literal, expected, expected));

    return g_strdup_printf("SELECT pg_catalog.set_config('migrate.schema', %s, true)"
                           " AS migrate_set \\gset\n%s",
                           literal, body);
}
