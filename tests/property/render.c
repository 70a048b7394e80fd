#include "tests/property/generate.h"

#include <string.h>

static char *
in_quotes(const char *name, const char *quote)
{
    g_auto(GStrv) parts = g_strsplit(name, quote, -1);
    g_autofree char *doubled = g_strconcat(quote, quote, NULL);
    g_autofree char *text = g_strjoinv(doubled, parts);

    return g_strdup_printf("%s%s%s", quote, text, quote);
}

static gboolean
is_plain(const char *name)
{
    static const char *const keywords[] = {"order", "as",     "select", "group", "check",
                                           "table", "values", "new",    "old",   "constraint"};

    for (guint i = 0; i < G_N_ELEMENTS(keywords); i++) {
        if (g_ascii_strcasecmp(name, keywords[i]) == 0)
            return FALSE;
    }
    return *name && !g_ascii_isdigit(*name) &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] == '\0';
}

/* A name in one of SQLite's quotes, which `style` chooses. */
static char *
quoted(const char *name, guint style)
{
    if (style % 4 == 0 && !strchr(name, ']'))
        return g_strdup_printf("[%s]", name);
    if (style % 4 == 1)
        return in_quotes(name, "`");
    if (style % 4 == 2 && is_plain(name))
        return g_strdup(name);
    return in_quotes(name, "\"");
}

static const char *
relation_name(const GPtrArray *relations, guint id)
{
    for (guint i = 0; i < relations->len; i++) {
        const GenRelation *relation = relations->pdata[i];

        if (relation->id == id)
            return relation->name;
    }
    return NULL;
}

static const char *
name_of(const GenSchema *schema, guint id)
{
    const char *name = relation_name(schema->views, id);

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
    return name ? name : relation_name(schema->virtuals, id);
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
        g_autofree char *text =
            quoted(name ? name : "gone", schema->quoting + (guint)(c - template_text));

        g_string_append(out, text);
        c = strchr(c, '}');
    }
    return g_string_free(out, FALSE);
}

static void
append_column(GString *out, const GenSchema *schema, const GenColumn *column)
{
    g_autofree char *name = quoted(column->name, schema->quoting + column->id);

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
    g_autofree char *name = quoted(table->name, schema->quoting + table->id);
    const char *comma = ",";

    g_string_append_printf(out, "CREATE TABLE %s (%s\n  ", name, table->head ? table->head : "");
    for (guint i = 0; i < table->columns->len; i++) {
        g_string_append(out, i ? ",\n  " : "");
        append_column(out, schema, table->columns->pdata[i]);
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        g_autofree char *text = filled(schema, table->constraints->pdata[i], FALSE);

        if (text)
            g_string_append_printf(out, "%s\n  %s", comma, text);
        comma = strlen(table->constraints->pdata[i]) % 5 ? "," : ""; /* SQLite can do without */
    }
    g_string_append_printf(out, "\n%s) %s;\n", table->tail ? table->tail : "", table->options);
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

static void
append_relations(GString *out, const GenSchema *schema, const GPtrArray *relations)
{
    for (guint i = 0; i < relations->len; i++) {
        g_autofree char *text = filled(schema, ((GenRelation *)relations->pdata[i])->text, TRUE);

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
    append_relations(out, schema, schema->virtuals);
    return g_string_free(out, FALSE);
}

char *
gen_schema_code_sql(const GenSchema *schema)
{
    GString *out = g_string_new(NULL);

    append_relations(out, schema, schema->views);
    for (guint i = 0; i < schema->views->len; i++)
        append_all(out, schema, ((GenRelation *)schema->views->pdata[i])->triggers, TRUE);
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
                                         "'1e3'",
                                         "'abc '",
                                         "9007199254740993",
                                         "''",
                                         "0",
                                         "9e999",
                                         "-0.0",
                                         "1e300",
                                         "'X'",
                                         "x''",
                                         "'0x1F'",
                                         "-9223372036854775808"};

    return gen_one_of(rand, values);
}

/* "5<tab>7=1<tab>8='x'": a row of table 5. */
static char *
random_row(const GenTable *table, GRand *rand)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%u", table->id);
    for (guint i = 0; i < table->columns->len; i++) {
        const GenColumn *column = table->columns->pdata[i];

        if (!column->clauses[GEN_GENERATED])
            g_string_append_printf(out, "\t%u=%s", column->id, random_value(rand));
    }
    return g_string_free(out, FALSE);
}

static void
append_virtual_row(GPtrArray *rows, const GenRelation *table)
{
    if (table->row)
        g_ptr_array_add(rows, g_strdup(table->row));
}

GPtrArray *
gen_schema_rows(const GenSchema *schema, GRand *rand)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < schema->tables->len; i++) {
        const GenTable *table = schema->tables->pdata[i];
        int n = g_rand_int_range(rand, 0, 6);

        for (int j = 0; j < n; j++)
            g_ptr_array_add(rows, random_row(table, rand));
        if (n > 3) /* a gap in the rowids, and a counter ahead of them */
            g_ptr_array_add(rows,
                            g_strdup_printf("DELETE FROM {%u} WHERE rowid IN (1, 5)", table->id));
    }
    for (guint i = 0; i < schema->virtuals->len; i++)
        append_virtual_row(rows, schema->virtuals->pdata[i]);
    if (gen_chance(rand, 10))
        g_ptr_array_add(rows, g_strdup("ANALYZE"));
    return rows;
}

char *
gen_schema_row_sql(const GenSchema *schema, const char *row)
{
    if (!g_ascii_isdigit(*row))
        return filled(schema, row, FALSE);
    g_auto(GStrv) fields = g_strsplit(row, "\t", -1);
    const char *table = name_of(schema, (guint)g_ascii_strtoull(fields[0], NULL, 10));
    g_autoptr(GString) names = g_string_new(NULL), values = g_string_new(NULL);

    for (char **field = fields + 1; table && *field; field++) {
        const char *name = name_of(schema, (guint)g_ascii_strtoull(*field, NULL, 10));
        g_autofree char *text = name ? in_quotes(name, "\"") : NULL;

        if (!text)
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", text);
        g_string_append_printf(values, "%s%s", values->len ? ", " : "", strchr(*field, '=') + 1);
    }
    if (names->len == 0)
        return NULL;
    g_autofree char *text = in_quotes(table, "\"");

    return g_strdup_printf("INSERT OR IGNORE INTO %s (%s) VALUES (%s)", text, names->str,
                           values->str);
}
