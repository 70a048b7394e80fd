#include "dialects/sqlite/sqlite_ddl.h"
#include "dialects/sqlite/sqlite_driver.h"

/* The CHECK's name is what the user reads when it fails. */
#define GUARD_TABLE                                                                                \
    "CREATE TEMP TABLE migrate_guard (\n"                                                          \
    "    rows_as_planned,\n"                                                                       \
    "    new_orphans,\n"                                                                           \
    "    CONSTRAINT \"the version rows are not the planned ones\" CHECK (rows_as_planned),\n"      \
    "    CONSTRAINT \"the step leaves rows whose foreign key finds no row\"\n"                     \
    "        CHECK (new_orphans = 0)\n"                                                            \
    ");\n"

#define ORPHANS "SELECT \"table\", \"rowid\", \"parent\", \"fkid\" FROM pragma_foreign_key_check"

char *
mig_sqlite_offline_prologue(void)
{
    return g_strdup(".bail on\n"
                    "PRAGMA foreign_keys = OFF;\n" GUARD_TABLE
                    "CREATE TEMP TABLE migrate_orphans AS\n    " ORPHANS ";\n");
}

char *
mig_sqlite_offline_begin(void)
{
    return g_strdup("BEGIN IMMEDIATE;\n");
}

char *
mig_sqlite_offline_commit(void)
{
    return g_strdup("PRAGMA query_only = OFF;\n"
                    "PRAGMA legacy_alter_table = OFF;\n"
                    "PRAGMA ignore_check_constraints = OFF;\n"
                    "INSERT INTO temp.migrate_guard (new_orphans) SELECT count(*) FROM (\n"
                    "    " ORPHANS "\n    EXCEPT SELECT * FROM temp.migrate_orphans);\n"
                    "COMMIT;\n");
}

char *
mig_sqlite_offline_assert_rows(const char *schema, const char *table, const GPtrArray *rows)
{
    g_autofree char *quoted_schema = mig_sqlite_quote_name(schema ? schema : "main");
    g_autofree char *quoted_table = mig_sqlite_quote_name(table);
    g_autofree char *name = g_strconcat(quoted_schema, ".", quoted_table, NULL);
    GString *sql = g_string_new(NULL);

    g_string_printf(sql,
                    "INSERT INTO temp.migrate_guard (rows_as_planned)\n"
                    "    SELECT (SELECT count(*) FROM %s) = %u",
                    name, rows->len);
    for (guint i = 0; i < rows->len; i++) {
        g_autofree char *row = mig_sqlite_quote_literal(rows->pdata[i]);

        g_string_append_printf(
            sql, "\n       AND EXISTS (SELECT 1 FROM %s AS v WHERE v.version_num = %s)", name, row);
    }
    g_string_append(sql, ";\n");
    return g_string_free(sql, FALSE);
}
