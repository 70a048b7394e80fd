#include "tests/property/generate.h"

#include <string.h>

static char *
quoted(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *text = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", text);
}

static const char *
name_of(const GenSchema *schema, guint id)
{
    for (guint i = 0; i < schema->tables->len; i++) {
        const GenTable *table = schema->tables->pdata[i];

        if (table->id == id)
            return table->name;
        for (guint j = 0; j < table->columns->len; j++) {
            const GenColumn *column = table->columns->pdata[j];

            if (column->id == id)
                return column->name;
        }
    }
    return NULL;
}

/* Puts names in; NULL when one is gone and dangling is not wanted. */
static char *
filled(const GenSchema *schema, const char *template_text, gboolean dangling)
{
    GString *out = g_string_new(NULL);

    for (const char *c = template_text; *c; c++) {
        if (*c != '{') {
            g_string_append_c(out, *c);
            continue;
        }
        const char *name = name_of(schema, (guint)g_ascii_strtoull(c + 1, NULL, 10));

        if (!name && !dangling) {
            g_string_free(out, TRUE);
            return NULL;
        }
        g_autofree char *text = quoted(name ? name : "gone");

        g_string_append(out, text);
        c = strchr(c, '}');
    }
    return g_string_free(out, FALSE);
}

static void
append_column(GString *out, const GenSchema *schema, const GenColumn *column)
{
    g_autofree char *name = quoted(column->name);

    g_string_append_printf(out, "%s %s", name, column->type);
    for (int i = 0; i < GEN_N_CLAUSES; i++) {
        g_autofree char *text =
            column->clauses[i] ? filled(schema, column->clauses[i], FALSE) : NULL;

        if (text)
            g_string_append_printf(out, " %s", text);
    }
}

static void
append_table(GString *out, const GenSchema *schema, const GenTable *table)
{
    g_autofree char *name = quoted(table->name);

    g_string_append_printf(out, "CREATE TABLE %s (\n  ", name);
    for (guint i = 0; i < table->columns->len; i++) {
        g_string_append(out, i ? ",\n  " : "");
        append_column(out, schema, table->columns->pdata[i]);
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        g_autofree char *text = filled(schema, table->constraints->pdata[i], FALSE);

        if (text)
            g_string_append_printf(out, ",\n  %s", text);
    }
    g_string_append_printf(out, "\n) %s;\n", table->options);
}

static void
append_all(GString *out, const GenSchema *schema, const GPtrArray *texts, gboolean dangling)
{
    for (guint i = 0; i < texts->len; i++) {
        g_autofree char *text = filled(schema, texts->pdata[i], dangling);

        if (text)
            g_string_append_printf(out, "%s\n;\n", text);
    }
}

char *
gen_schema_tables_sql(const GenSchema *schema)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < schema->tables->len; i++)
        append_table(out, schema, schema->tables->pdata[i]);
    for (guint i = 0; i < schema->tables->len; i++)
        append_all(out, schema, ((GenTable *)schema->tables->pdata[i])->indexes, FALSE);
    append_all(out, schema, schema->extras, FALSE);
    return g_string_free(out, FALSE);
}

char *
gen_schema_code_sql(const GenSchema *schema)
{
    GString *out = g_string_new(NULL);

    append_all(out, schema, schema->views, TRUE);
    for (guint i = 0; i < schema->tables->len; i++)
        append_all(out, schema, ((GenTable *)schema->tables->pdata[i])->triggers, FALSE);
    return g_string_free(out, FALSE);
}

static const char *
random_value(GRand *rand)
{
    static const char *const values[] = {"1",
                                         "2",
                                         "NULL",
                                         "'x'",
                                         "'007'",
                                         "3.25",
                                         "x'0102'",
                                         "'it''s'",
                                         "-7",
                                         "'Ä'",
                                         "9007199254740993",
                                         "'1e3'",
                                         "'abc '",
                                         "''",
                                         "0"};

    return values[g_rand_int_range(rand, 0, G_N_ELEMENTS(values))];
}

static void
append_row(GString *out, const GenTable *table, GRand *rand)
{
    g_autofree char *name = quoted(table->name);
    g_autoptr(GString) names = g_string_new(NULL), values = g_string_new(NULL);

    for (guint i = 0; i < table->columns->len; i++) {
        const GenColumn *column = table->columns->pdata[i];
        g_autofree char *text = quoted(column->name);

        if (column->clauses[GEN_GENERATED])
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", text);
        g_string_append_printf(values, "%s%s", values->len ? ", " : "", random_value(rand));
    }
    if (names->len)
        g_string_append_printf(out, "INSERT OR IGNORE INTO %s (%s) VALUES (%s);\n", name,
                               names->str, values->str);
}

char *
gen_schema_rows_sql(const GenSchema *schema, GRand *rand)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < schema->tables->len; i++) {
        const GenTable *table = schema->tables->pdata[i];
        int n = g_rand_int_range(rand, 0, 6);
        g_autofree char *name = quoted(table->name);

        for (int j = 0; j < n; j++)
            append_row(out, table, rand);
        if (n > 3) /* a gap in the rowids, and a counter ahead of them */
            g_string_append_printf(out, "DELETE FROM %s WHERE rowid IN (1, 5);\n", name);
    }
    return g_string_free(out, FALSE);
}
