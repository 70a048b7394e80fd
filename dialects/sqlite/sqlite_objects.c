#include "dialects/sqlite/sqlite_objects.h"

#include <string.h>

#include "dialects/sqlite/sqlite_unmanaged.h"

MigSqliteNames *
mig_sqlite_names_new(const MigSchema *schema)
{
    static const char *const always[] = {"rowid", "_rowid_", "oid", "new", "old", "excluded"};
    MigSqliteNames *names = g_new0(MigSqliteNames, 1);
    const GPtrArray *objects = mig_schema_objects(schema);

    names->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
        g_hash_table_add(names->known, g_strdup(always[i]));
    for (guint i = 0; i < objects->len; i++) {
        MigObject *object = objects->pdata[i];

        if (strcmp(object->kind, "constraint") == 0)
            continue;
        g_hash_table_add(names->known, g_ascii_strdown(mig_object_name(object), -1));
        if (!object->parent)
            g_hash_table_insert(names->relations, g_ascii_strdown(mig_object_name(object), -1),
                                object);
    }
    return names;
}

void
mig_sqlite_names_free(MigSqliteNames *names)
{
    if (!names)
        return;
    g_hash_table_unref(names->known);
    g_hash_table_unref(names->relations);
    g_free(names);
}

/* Steps over "CREATE … KIND [IF NOT EXISTS] [schema.]name"; FALSE when it is something else. */
static gboolean
skip_title(MigSqliteReader *reader, const char *keyword)
{
    static const char *const before[] = {"TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"};

    if (!mig_sqlite_accept(reader, "CREATE"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(before); i++)
        mig_sqlite_accept(reader, before[i]);
    if (!mig_sqlite_accept(reader, keyword))
        return FALSE;
    if (mig_token_is(reader->text, mig_sqlite_token(reader, reader->at + 1), "NOT") &&
        mig_sqlite_accept(reader, "IF"))
        reader->at += 2;
    g_autofree char *name = mig_sqlite_accept_name(reader);

    if (name && mig_sqlite_accept(reader, ".")) {
        g_free(name);
        name = mig_sqlite_accept_name(reader);
    }
    return name != NULL;
}

/* Index of the token behind the statement's last, without a semicolon. */
static guint
end_of(const MigSqliteReader *reader)
{
    guint end = reader->tokens->len - 1;

    while (end > 0 && mig_token_is(reader->text, mig_sqlite_token(reader, end - 1), ";"))
        end--;
    return end;
}

static gboolean
read_index(MigSqliteReader *reader, MigObject *index)
{
    gboolean unique = mig_token_is(reader->text, mig_sqlite_token(reader, 1), "UNIQUE");

    if (!skip_title(reader, "INDEX") || !mig_sqlite_accept(reader, "ON"))
        return FALSE;
    g_autofree char *table = mig_sqlite_accept_name(reader);
    guint from = reader->at + 1;

    if (!table || !mig_sqlite_skip_parens(reader))
        return FALSE;
    g_autofree char *columns = mig_sqlite_spell_keys(reader, from, reader->at - 1);
    g_autofree char *where = NULL;

    if (mig_sqlite_accept(reader, "WHERE"))
        where = mig_sqlite_spell(reader, reader->at, end_of(reader));
    mig_object_set(index, "unique", unique ? "UNIQUE" : NULL);
    mig_object_set(index, "columns", columns);
    mig_object_set(index, "where", where);
    return TRUE;
}

static gboolean
read_definition(MigSqliteReader *reader, MigObject *object)
{
    const char *keyword = strcmp(object->kind, "view") == 0      ? "VIEW"
                          : strcmp(object->kind, "trigger") == 0 ? "TRIGGER"
                                                                 : "TABLE";

    if (!skip_title(reader, keyword))
        return FALSE;
    g_autofree char *definition = mig_sqlite_spell_rest(reader, reader->at, end_of(reader));

    mig_object_set(object, "definition", definition);
    return TRUE;
}

static void
depend_on_mentioned(MigObject *object, const MigSqliteReader *reader, const MigSqliteNames *names)
{
    for (guint i = 0; i < reader->tokens->len; i++) {
        MigToken token = mig_sqlite_token(reader, i);

        if (!mig_sqlite_token_is_name(token))
            continue;
        g_autofree char *name = mig_token_name(reader->text, token);
        g_autofree char *lower = g_ascii_strdown(name, -1);
        const MigObject *mentioned = g_hash_table_lookup(names->relations, lower);

        if (mentioned && mentioned != object)
            mig_object_depend(object, mentioned->identity);
    }
}

void
mig_sqlite_object_read(MigObject *object, const MigSqliteNames *names)
{
    const char *sql = mig_object_get(object, "sql");
    gboolean is_index = strcmp(object->kind, "index") == 0;
    MigSqliteReader reader;

    if (sql && !g_utf8_validate(sql, -1, NULL)) {
        mig_sqlite_unmanage(object, MIG_SQLITE_NOT_UTF8, NULL);
        return;
    }
    mig_sqlite_reader_init(&reader, sql ? sql : "");
    reader.known = g_hash_table_ref(names->known);
    if (!(is_index ? read_index(&reader, object) : read_definition(&reader, object))) {
        mig_sqlite_unmanage(object, MIG_SQLITE_UNREADABLE, NULL);
    }
    if (strcmp(object->kind, "view") == 0 || strcmp(object->kind, "trigger") == 0)
        depend_on_mentioned(object, &reader, names);
    mig_sqlite_reader_clear(&reader);
}

char *
mig_sqlite_module_name(const char *sql)
{
    MigSqliteReader reader;
    char *name = NULL;

    mig_sqlite_reader_init(&reader, sql);
    if (skip_title(&reader, "TABLE") && mig_sqlite_accept(&reader, "USING"))
        name = mig_sqlite_accept_name(&reader);
    mig_sqlite_reader_clear(&reader);
    return name;
}
