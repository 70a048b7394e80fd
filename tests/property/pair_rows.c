/* What rows a move must keep, and what SQLite says against its result. */
#include "tests/property/pair_rows.h"

#include <string.h>

#include "core/rename.h"

static gboolean
append_line(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    GString *out = user_data;

    for (guint i = 0; i < n_columns; i++)
        g_string_append_printf(out, "%s|", values[i] ? values[i] : "?");
    g_string_append_c(out, '\n');
    return TRUE;
}

char *
pair_query(MigConnection *scratch, const char *sql)
{
    g_autoptr(GError) error = NULL;
    GString *out = g_string_new(NULL);
    MigSql *query = mig_sql_new(-1, sql, NULL);

    if (!scratch->dialect->query(scratch, query, append_line, out, &error))
        g_string_append_printf(out, "%s: %s\n", error->message, sql);
    mig_sql_free(query);
    return g_string_free(out, FALSE);
}

/* Whether a line of integrity_check is not ours: SQLite does not check values of generated columns
 * against a STRICT type, and 3.40 takes one column for another in tables that are WITHOUT ROWID or
 * have generated columns. */
static gboolean
is_excused(const char *line, char **mistaken)
{
    const char *place = strstr(line, " value in ");

    if (g_str_has_prefix(line, "non-"))
        return TRUE;
    for (char **name = mistaken; place && *name; name++) {
        if (**name && strncmp(place + strlen(" value in "), *name, strlen(*name) - 1) == 0)
            return TRUE;
    }
    return FALSE;
}

char *
pair_complaints(MigConnection *scratch)
{
    /* One line a complaint, whatever names hold. */
    g_autofree char *answer = pair_query(
        scratch, "SELECT replace(integrity_check, char(10), ' ') FROM pragma_integrity_check");
    g_autofree char *tables =
        pair_query(scratch, "SELECT replace(t.name, char(10), ' ') || '.' FROM pragma_table_list "
                            "AS t WHERE t.type = 'table' AND "
                            "(t.wr OR EXISTS (SELECT 1 FROM pragma_table_xinfo(t.name) AS c "
                            "WHERE c.hidden > 1))");
    g_autofree char *left =
        pair_query(scratch, "SELECT name FROM sqlite_schema WHERE name LIKE '\\_mig%' ESCAPE '\\'"
                            " AND name NOT LIKE '\\_mig\\_new\\_users%' ESCAPE '\\'");
    g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
    g_auto(GStrv) mistaken = g_strsplit(tables, "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        if (**line && strcmp(*line, "ok|") != 0 && !is_excused(*line, mistaken))
            g_string_append_printf(out, "%s\n", *line);
    }
    if (*left)
        g_string_append_printf(out, "left over: %s", left);
    return g_string_free(out, FALSE);
}

static gboolean
same_attribute(const MigObject *a, const MigObject *b, const char *name)
{
    return g_strcmp0(mig_object_get(a, name), mig_object_get(b, name)) == 0;
}

/* ANY has an affinity in some tables only. */
static gboolean
same_type(const MigObject *a, const MigObject *b)
{
    return same_attribute(a, b, "type") && (g_strcmp0(mig_object_get(a, "type"), "ANY") != 0 ||
                                            same_attribute(a->parent, b->parent, "options"));
}

static gboolean
has_rowid(const MigObject *table)
{
    const char *options = mig_object_get(table, "options");

    if (options && strstr(options, "ROWID"))
        return FALSE;
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (strcmp(child->kind, "column") == 0 &&
            g_ascii_strcasecmp(mig_object_name(child), "rowid") == 0)
            return FALSE;
    }
    return TRUE;
}

/* The primary key with the type of its first column, which make it the rowid or not. */
static char *
key_text(const MigObject *table)
{
    const char *columns = "", *type = "", *key = "";

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (g_strcmp0(mig_object_get(child, "type"), "PRIMARY KEY") == 0) {
            columns = mig_object_get(child, "columns");
            key = mig_object_hash(child);
        }
    }
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        g_autofree char *name = g_ascii_strdown(mig_object_name(child), -1);

        if (strcmp(child->kind, "column") == 0 && strstr(columns, name))
            type = mig_object_get(child, "type");
    }
    return g_strdup_printf("%s %s", key, type ? type : "");
}

static gboolean
same_key(const MigObject *a, const MigObject *b)
{
    g_autofree char *one = key_text(a), *two = key_text(b);

    return strcmp(one, two) == 0;
}

/* What an object of one state is in the other: by a rename, else by its name. */
static const MigObject *
counterpart(const MigObject *object, const MigSchema *other, const MigObject *other_parent,
            const GPtrArray *renames)
{
    for (guint i = 0; i < renames->len; i++) {
        const MigRename *rename = renames->pdata[i];
        guint depth = object->parent ? 1 : 0;

        if (!rename->from[depth] || rename->from[depth + 1] ||
            g_ascii_strcasecmp(rename->from[0], object->path[0]) != 0 ||
            g_ascii_strcasecmp(rename->from[depth], mig_object_name(object)) != 0)
            continue;
        return mig_schema_lookup(other, object->kind, other_parent, rename->to[depth]);
    }
    return mig_schema_lookup(other, object->kind, other_parent, mig_object_name(object));
}

static char *
quote_name(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *text = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", text);
}

static gboolean
is_counted(const MigObject *table)
{
    for (guint i = 0; i < table->children->len; i++) {
        if (mig_object_get(table->children->pdata[i], "autoincrement"))
            return TRUE;
    }
    return FALSE;
}

/* The AUTOINCREMENT counter, which is ahead of the rows where some were deleted. */
static void
append_counter(GString *sql, const MigObject *table)
{
    g_auto(GStrv) parts = g_strsplit(mig_object_name(table), "'", -1);
    g_autofree char *name = g_strjoinv("''", parts);

    g_string_append_printf(
        sql, ", (SELECT seq FROM sqlite_sequence WHERE name = '%s' COLLATE NOCASE)", name);
}

typedef struct {
    GString *before, *after; /* the query in the names of either state */
    guint n_keys;
} KeptQuery;

static void
kept_column(KeptQuery *query, const MigObject *old, const MigObject *new)
{
    g_autofree char *old_name = quote_name(mig_object_name(old));
    g_autofree char *new_name = quote_name(mig_object_name(new));

    g_string_append_printf(query->before, ", quote(%s)", old_name);
    g_string_append_printf(query->after, ", quote(%s)", new_name);
    query->n_keys++;
}

static void
end_query(GString *sql, const MigObject *table, guint n_keys)
{
    g_autofree char *name = quote_name(mig_object_name(table));

    g_string_append_printf(sql, " FROM %s ORDER BY 1", name);
    for (guint i = 2; i <= n_keys; i++)
        g_string_append_printf(sql, ", %u", i);
}

/* Queries for what of a table must be the same before and after. */
static void
kept_query(KeptQuery *query, const MigObject *from, const MigObject *to, const MigSchema *to_schema,
           const GPtrArray *renames)
{
    const char *rowid = has_rowid(from) && has_rowid(to) && same_key(from, to) ? "rowid" : "0";

    query->before = g_string_new(NULL);
    query->after = g_string_new(NULL);
    query->n_keys = 2;
    g_string_append_printf(query->before, "SELECT %s, count(*) OVER ()", rowid);
    g_string_append(query->after, query->before->str);
    for (guint i = 0; i < from->children->len; i++) {
        const MigObject *column = from->children->pdata[i], *same;

        if (strcmp(column->kind, "column") != 0)
            continue;
        same = counterpart(column, to_schema, to, renames);
        if (same && same_type(column, same) && !mig_object_get(same, "generated") &&
            !mig_object_get(column, "generated"))
            kept_column(query, column, same);
    }
    if (is_counted(from) && is_counted(to)) {
        append_counter(query->before, from);
        append_counter(query->after, to);
    }
    end_query(query->before, from, query->n_keys);
    end_query(query->after, to, query->n_keys);
}

static void
append_table(GString *out, MigConnection *scratch, const MigObject *table, const MigObject *other,
             const MigSchema *to, const GPtrArray *renames, gboolean after)
{
    KeptQuery query;

    kept_query(&query, table, other, to, renames);
    g_autofree char *rows = pair_query(scratch, after ? query.after->str : query.before->str);

    g_string_append_printf(out, "== %s\n%s\n", table->identity, rows);
    g_string_free(query.before, TRUE);
    g_string_free(query.after, TRUE);
}

static void
append_virtual(GString *out, MigConnection *scratch, const MigObject *table)
{
    g_autofree char *name = quote_name(mig_object_name(table));
    g_autofree char *sql = g_strdup_printf("SELECT rowid, * FROM %s", name);
    g_autofree char *rows = pair_query(scratch, sql);

    g_string_append_printf(out, "== %s\n%s\n", table->identity, rows);
}

/* Others show the rows of a table, or the pages of the database. */
static gboolean
holds_rows(const MigObject *table)
{
    const char *sql = mig_object_get(table, "sql");

    return !strstr(sql, "content_rowid") && !strstr(sql, "fts5vocab") && !strstr(sql, "dbstat");
}

char *
pair_kept_rows(MigConnection *scratch, const MigSchema *from, const MigSchema *to,
               const GPtrArray *renames, gboolean after)
{
    GString *out = g_string_new(NULL);
    const GPtrArray *roots = mig_schema_roots(from);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *object = roots->pdata[i];
        const MigObject *other = counterpart(object, to, NULL, renames);

        if (other && strcmp(object->kind, "table") == 0)
            append_table(out, scratch, object, other, to, renames, after);
        if (other && strcmp(object->kind, "virtual table") == 0 &&
            strcmp(mig_object_hash(object), mig_object_hash(other)) == 0 && holds_rows(object))
            append_virtual(out, scratch, object);
    }
    return g_string_free(out, FALSE);
}
