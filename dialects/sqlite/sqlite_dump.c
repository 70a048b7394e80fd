#include "dialects/sqlite/sqlite_introspect.h"

#include <string.h>

#include "dialects/sqlite/sqlite_ddl.h"

typedef struct {
    const MigSchema *schema;
    GHashTable *done; /* set of const MigObject* */
    GString *out;
} Dump;

/* A stored statement may end in a comment, which must not swallow the semicolon. */
static void
append_statement(GString *out, const char *sql)
{
    MigLexer lexer;
    MigToken last = {.kind = MIG_TOKEN_END}, token;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql, strlen(sql));
    while ((token = mig_lexer_next(&lexer)).kind != MIG_TOKEN_END)
        last = token.kind == MIG_TOKEN_SPACE ? last : token;
    g_string_append(out, sql);
    if (last.kind == MIG_TOKEN_COMMENT && sql[last.offset] == '-')
        g_string_append_c(out, '\n');
    else if (last.kind == MIG_TOKEN_COMMENT && !g_str_has_suffix(sql, "*/"))
        g_string_append(out, " */");
    g_string_append(out, ";\n");
}

static void
dump_object(Dump *dump, const MigObject *object)
{
    const char *sql = mig_object_get(object, "sql");

    if (!g_hash_table_add(dump->done, (gpointer)object))
        return;
    for (guint i = 0; i < object->depends->len; i++) {
        const MigObject *needed = mig_schema_find(dump->schema, object->depends->pdata[i]);

        if (needed && needed->kind == object->kind && !needed->unmanaged)
            dump_object(dump, needed);
    }
    if (!sql)
        return;
    if (dump->out->len > 0 && !object->parent)
        g_string_append_c(dump->out, '\n');
    append_statement(dump->out, sql);
    for (guint i = 0; i < object->children->len; i++) {
        const MigObject *child = object->children->pdata[i];

        if (strcmp(child->kind, "index") == 0 && !child->unmanaged)
            dump_object(dump, child);
    }
}

char *
mig_sqlite_dump(const MigSchema *schema)
{
    static const char *const order[] = {"table", "virtual table", "index", "view", "trigger"};
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    Dump dump = {schema, done, g_string_new(NULL)};
    const GPtrArray *objects = mig_schema_objects(schema);

    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        for (guint j = 0; j < objects->len; j++) {
            const MigObject *object = objects->pdata[j];

            if (strcmp(object->kind, order[i]) == 0 && !object->unmanaged &&
                !(object->parent && object->parent->unmanaged))
                dump_object(&dump, object);
        }
    }
    return g_string_free(dump.out, FALSE);
}
