#include "tests/lib/sqlite_agree.h"

#include <string.h>

#include "dialects/sqlite/sqlite_reader.h"

static int
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
rows_in_order(sqlite3 *db, const char *sql)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    sqlite3_stmt *statement = NULL;

    sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    while (statement && sqlite3_step(statement) == SQLITE_ROW) {
        GString *row = g_string_new(NULL);

        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *value = (const char *)sqlite3_column_text(statement, i);

            g_string_append_printf(row, "%s%s", i > 0 ? "|" : "", value ? value : "~");
        }
        g_ptr_array_add(rows, g_string_free(row, FALSE));
    }
    sqlite3_finalize(statement);
    return rows;
}

GPtrArray *
sqlite_rows(sqlite3 *db, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    GPtrArray *rows = rows_in_order(db, sql);

    sqlite3_free(sql);
    g_ptr_array_sort(rows, compare_text);
    return rows;
}

static char *
only_row(sqlite3 *db, const char *sql)
{
    g_autoptr(GPtrArray) rows = rows_in_order(db, sql);

    return rows->len == 1 ? g_strdup(rows->pdata[0]) : NULL;
}

/* A type without blanks, comments and quotes, so that the stored text and ours can be compared. */
static char *
bare_type(const char *text)
{
    GString *bare = g_string_new(NULL);
    MigSqliteReader reader;

    mig_sqlite_reader_init(&reader, text ? text : "");
    for (guint i = 0; i + 1 < reader.tokens->len; i++) {
        g_autofree char *word = mig_token_name(reader.text, mig_sqlite_token(&reader, i));

        g_string_append(bare, word);
    }
    mig_sqlite_reader_clear(&reader);
    g_string_ascii_up(bare);
    return g_string_free(bare, FALSE);
}

/* What a DEFAULT clause puts into a row, in an own table: its type only for a time. */
static char *
default_result(const char *clause)
{
    sqlite3 *db = NULL;
    g_autofree char *create = g_strdup_printf("CREATE TABLE d (a DEFAULT %s)", clause);
    g_autofree char *upper = g_ascii_strup(clause, -1);
    gboolean volatile_value =
        strstr(upper, "CURRENT_") || strstr(upper, "'NOW'") || strstr(upper, "RANDOM");

    sqlite3_open(":memory:", &db);
    char *result = NULL;

    if (sqlite3_exec(db, create, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(db, "INSERT INTO d DEFAULT VALUES", NULL, NULL, NULL) == SQLITE_OK)
        result =
            only_row(db, volatile_value ? "SELECT typeof(a) FROM d" : "SELECT quote(a) FROM d");
    sqlite3_close(db);
    return result;
}

static char *
engine_default(const char *text)
{
    /* The text may end in a comment. */
    g_autofree char *parens = g_strdup_printf("(%s\n)", text);
    char *result = default_result(parens);

    return result ? result : default_result(text);
}

static char *
compare_default(const MigSqliteColumn *column, const char *engine)
{
    g_autofree char *expected = engine ? engine_default(engine) : g_strdup("NULL");
    g_autofree char *ours =
        column->default_value ? default_result(column->default_value) : g_strdup("NULL");

    if (g_strcmp0(expected, ours) == 0)
        return NULL;
    return g_strdup_printf("default of %s: engine %s (%s), we %s (%s)", column->item.name, engine,
                           expected, column->default_value, ours);
}

/* row: name, type, notnull, hidden, dflt_value. A table without rowid and a STRICT one make the
 * columns of their primary key NOT NULL: notnull is NULL there. */
static char *
compare_column(const MigSqliteColumn *column, sqlite3_stmt *row)
{
    const char *name = (const char *)sqlite3_column_text(row, 0);
    g_autofree char *type = bare_type((const char *)sqlite3_column_text(row, 1));
    g_autofree char *our_type = bare_type(column->type);
    int hidden = sqlite3_column_int(row, 3);
    int our_hidden = !column->generated ? 0 : g_str_has_prefix(column->generated, "STORED") ? 3 : 2;

    /* "GENERATED ALWAYS" is cut off a type, but only half of it when a comment stands in between.
     */
    if (column->generated && g_str_has_suffix(type, "GENERATED"))
        type[strlen(type) - strlen("GENERATED")] = '\0';
    if (strcmp(name, column->item.name) != 0)
        return g_strdup_printf("column %s is called %s by us", name, column->item.name);
    if (strcmp(type, our_type) != 0)
        return g_strdup_printf("type of %s: engine '%s', we '%s'", name, type, our_type);
    if (sqlite3_column_type(row, 2) != SQLITE_NULL &&
        (column->not_null != NULL) != (sqlite3_column_int(row, 2) != 0))
        return g_strdup_printf("not null of %s", name);
    if (hidden != our_hidden)
        return g_strdup_printf("hidden of %s: engine %d, we %d", name, hidden, our_hidden);
    if (hidden)
        return NULL;
    return compare_default(column, (const char *)sqlite3_column_text(row, 4));
}

static char *
compare_columns(sqlite3 *db, const char *name, const MigSqliteTable *table)
{
    sqlite3_stmt *row = NULL;
    char *difference = NULL;
    guint n = 0;

    sqlite3_prepare_v2(
        db,
        "SELECT name, type, CASE WHEN pk AND ?2 THEN NULL ELSE \"notnull\" END, hidden, dflt_value"
        " FROM pragma_table_xinfo(?1) ORDER BY cid",
        -1, &row, NULL);
    sqlite3_bind_text(row, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int(row, 2, table->without_rowid || table->strict);
    while (!difference && sqlite3_step(row) == SQLITE_ROW) {
        difference = n < table->columns->len ? compare_column(table->columns->pdata[n], row)
                                             : g_strdup("we see too few columns");
        n++;
    }
    sqlite3_finalize(row);
    if (!difference && n != table->columns->len)
        return g_strdup("we see too many columns");
    return difference;
}

static GPtrArray *
all_constraints(const MigSqliteTable *table)
{
    GPtrArray *all = g_ptr_array_new();

    for (guint i = 0; i < table->columns->len; i++)
        g_ptr_array_extend(all, ((MigSqliteColumn *)table->columns->pdata[i])->constraints, NULL,
                           NULL);
    g_ptr_array_extend(all, table->constraints, NULL, NULL);
    return all;
}

/* Rows of (group, name) joined to one spelled list a group: "a, b DESC". */
static GPtrArray *
spelled_lists(sqlite3 *db, const char *sql)
{
    GPtrArray *lists = g_ptr_array_new_with_free_func(g_free);
    sqlite3_stmt *row = NULL;
    g_autofree char *group = NULL;

    sqlite3_prepare_v2(db, sql, -1, &row, NULL);
    while (row && sqlite3_step(row) == SQLITE_ROW) {
        const char *key = (const char *)sqlite3_column_text(row, 0);
        g_autofree char *name = mig_sqlite_spell_name((const char *)sqlite3_column_text(row, 1));
        const char *suffix = (const char *)sqlite3_column_text(row, 2);

        if (g_strcmp0(group, key) == 0) {
            char *longer = g_strconcat(lists->pdata[lists->len - 1], ", ", name, suffix, NULL);

            g_free(lists->pdata[lists->len - 1]);
            lists->pdata[lists->len - 1] = longer;
        } else {
            g_ptr_array_add(lists, g_strconcat(name, suffix, NULL));
        }
        g_free(group);
        group = g_strdup(key);
    }
    sqlite3_finalize(row);
    return lists;
}

static char *
joined(GPtrArray *list, gboolean unique)
{
    GString *text = g_string_new(NULL);

    g_ptr_array_sort(list, compare_text);
    for (guint i = 0; i < list->len; i++) {
        if (!unique || i == 0 || strcmp(list->pdata[i], list->pdata[i - 1]) != 0)
            g_string_append_printf(text, "[%s]", (char *)list->pdata[i]);
    }
    return g_string_free(text, FALSE);
}

static char *
compare_lists(const char *what, GPtrArray *engine, GPtrArray *ours, gboolean unique)
{
    g_autofree char *expected = joined(engine, unique), *found = joined(ours, unique);

    if (strcmp(expected, found) == 0)
        return NULL;
    return g_strdup_printf("%s: engine %s, we %s", what, expected, found);
}

static char *
compare_foreign_keys(sqlite3 *db, const char *name, const MigSqliteTable *table)
{
    char *from_sql = sqlite3_mprintf("SELECT id, \"from\", '' FROM pragma_foreign_key_list(%Q)"
                                     " ORDER BY id, seq",
                                     name);
    char *actions_sql = sqlite3_mprintf("SELECT max(\"table\") || ' ' || max(on_update) || ' ' ||"
                                        " max(on_delete) FROM pragma_foreign_key_list(%Q)"
                                        " GROUP BY id ORDER BY id",
                                        name);
    char *to_sql = sqlite3_mprintf("SELECT id, coalesce(\"to\", ' '), '' FROM"
                                   " pragma_foreign_key_list(%Q) ORDER BY id, seq",
                                   name);
    g_autoptr(GPtrArray) engine = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) ours = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) from = spelled_lists(db, from_sql);
    g_autoptr(GPtrArray) to = spelled_lists(db, to_sql);
    g_autoptr(GPtrArray) actions = rows_in_order(db, actions_sql);
    g_autoptr(GPtrArray) constraints = all_constraints(table);

    for (guint i = 0; i < from->len; i++) {
        const char *target = to->pdata[i];

        g_ptr_array_add(engine, g_strdup_printf("%s -> %s (%s)", (char *)from->pdata[i],
                                                (char *)actions->pdata[i],
                                                *target == '"' && target[1] == ' ' ? "" : target));
    }
    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *key = constraints->pdata[i];

        if (strcmp(key->type, "FOREIGN KEY") == 0)
            g_ptr_array_add(ours,
                            g_strdup_printf("%s -> %s %s %s (%s)", key->columns, key->ref_table,
                                            key->on_update ? key->on_update : "NO ACTION",
                                            key->on_delete ? key->on_delete : "NO ACTION",
                                            key->ref_columns ? key->ref_columns : ""));
    }
    sqlite3_free(from_sql);
    sqlite3_free(actions_sql);
    sqlite3_free(to_sql);
    return compare_lists("foreign keys", engine, ours, FALSE);
}

/* A key without its collations, which the engine does not tell apart from the columns' own, and,
 * when asked for, its orders. */
static char *
bare_key(const char *columns, gboolean orders)
{
    g_autoptr(GRegex) regex =
        g_regex_new(orders ? " COLLATE [^ ,]+" : " COLLATE [^ ,]+| DESC", 0, 0, NULL);

    return g_regex_replace(regex, columns, -1, 0, "", 0, NULL);
}

static GPtrArray *
our_keys(const MigSqliteTable *table, gboolean orders)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) constraints = all_constraints(table);

    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *key = constraints->pdata[i];
        gboolean primary = strcmp(key->type, "PRIMARY KEY") == 0;

        if ((primary && !table->rowid_alias) || strcmp(key->type, "UNIQUE") == 0)
            g_ptr_array_add(keys, bare_key(key->columns, orders));
    }
    return keys;
}

/* The engine makes one index of two keys that are equal, or differ in their orders only. */
static char *
compare_keys(sqlite3 *db, const char *name, const MigSqliteTable *table)
{
    char *sql = sqlite3_mprintf("SELECT l.name, x.name, CASE WHEN x.desc THEN ' DESC' ELSE '' END"
                                " FROM pragma_index_list(%Q) l, pragma_index_xinfo(l.name) x"
                                " WHERE l.origin <> 'c' AND x.key ORDER BY l.seq, x.seqno",
                                name);
    g_autoptr(GPtrArray) engine = spelled_lists(db, sql);
    g_autoptr(GPtrArray) ours = our_keys(table, TRUE);
    g_autoptr(GPtrArray) engine_bare = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) ours_bare = our_keys(table, FALSE);

    sqlite3_free(sql);
    for (guint i = 0; i < engine->len; i++) {
        if (!g_ptr_array_find_with_equal_func(ours, engine->pdata[i], g_str_equal, NULL))
            return g_strdup_printf("we do not see the key (%s)", (char *)engine->pdata[i]);
        g_ptr_array_add(engine_bare, bare_key(engine->pdata[i], FALSE));
    }
    return compare_lists("keys", engine_bare, ours_bare, TRUE);
}

static char *
compare_options(sqlite3 *db, const char *name, const MigSqliteTable *table)
{
    if (sqlite3_libversion_number() < 3037000)
        return NULL;
    g_autoptr(GPtrArray) engine =
        sqlite_rows(db,
                    "SELECT wr, strict FROM pragma_table_list WHERE schema = 'main'"
                    " AND name = %Q",
                    name);
    g_autofree char *ours = g_strdup_printf("%d|%d", table->without_rowid, table->strict);

    if (engine->len == 1 && strcmp(engine->pdata[0], ours) == 0)
        return NULL;
    return g_strdup_printf("options: engine %s, we %s", (char *)engine->pdata[0], ours);
}

char *
sqlite_disagreement(sqlite3 *db, const char *name)
{
    g_autoptr(GPtrArray) sql =
        sqlite_rows(db, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = %Q", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(sql->pdata[0], &error);

    if (!table)
        return g_strdup_printf("%s: %s", (char *)sql->pdata[0], error->message);
    char *difference = strcmp(table->name, name) == 0 ? NULL : g_strdup("the table's name");

    if (!difference)
        difference = compare_columns(db, name, table);
    if (!difference)
        difference = compare_foreign_keys(db, name, table);
    if (!difference)
        difference = compare_keys(db, name, table);
    if (!difference)
        difference = compare_options(db, name, table);
    return difference;
}

char *
sqlite_any_disagreement(sqlite3 *db)
{
    g_autoptr(GPtrArray) names = sqlite_rows(
        db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND"
            " name NOT LIKE 'sqlite!_%%' ESCAPE '!' AND sql NOT LIKE 'CREATE VIRTUAL%%'");
    char *difference = NULL;

    for (guint i = 0; i < names->len && !difference; i++)
        difference = sqlite_disagreement(db, names->pdata[i]);
    return difference;
}
