#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

#include "dialects/sqlite/sqlite_reader.h"

char *
mig_sqlite_name(const char *name)
{
    gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

    if (length == 0 || name[length] || g_ascii_isdigit(name[0]) ||
        mig_sqlite_is_reserved(name, length))
        return mig_sqlite_quote_name(name);
    return g_strdup(name);
}

const MigSqliteColumn *
mig_sqlite_table_column(const MigSqliteTable *table, const char *name)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];

        if (g_ascii_strcasecmp(column->item.name, name) == 0)
            return column;
    }
    return NULL;
}

/* The parts of a spelled list of keys, cut at commas outside parentheses. */
GPtrArray *
mig_sqlite_keys(const char *columns)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    MigLexer lexer;
    MigToken token;
    gsize start = 0, end = 0;
    int depth = 0;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, columns, strlen(columns));
    do {
        token = mig_lexer_next_code(&lexer);
        if (token.kind == MIG_TOKEN_END || (depth == 0 && mig_token_is(columns, token, ","))) {
            g_autofree char *key = g_strstrip(g_strndup(columns + start, end - start));

            if (*key)
                g_ptr_array_add(keys, g_steal_pointer(&key));
            start = token.offset + token.length;
        }
        depth += mig_token_is(columns, token, "(") - mig_token_is(columns, token, ")");
        if (depth > 0 || !mig_token_is(columns, token, "DESC"))
            end = token.offset + token.length;
    } while (token.kind != MIG_TOKEN_END);
    return keys;
}

static gboolean
is_key_of(const char *columns, const char *name)
{
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(columns);

    for (guint i = 0; i < keys->len; i++) {
        MigLexer lexer;

        mig_lexer_init(&lexer, &mig_lex_rules_sqlite, keys->pdata[i], strlen(keys->pdata[i]));
        g_autofree char *key = mig_token_name(keys->pdata[i], mig_lexer_next_code(&lexer));

        if (g_ascii_strcasecmp(key, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_primary_key(const GPtrArray *constraints, const char *name)
{
    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *constraint = constraints->pdata[i];

        if (strcmp(constraint->type, "PRIMARY KEY") == 0 &&
            (!constraint->columns || is_key_of(constraint->columns, name)))
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_sqlite_column_required(const MigSqliteTable *table, const MigSqliteColumn *column)
{
    const char *name = column->item.name;

    if (table->rowid_alias && g_ascii_strcasecmp(table->rowid_alias, name) == 0)
        return FALSE;
    if (column->not_null)
        return TRUE;
    return (table->without_rowid || table->strict) &&
           (is_primary_key(column->constraints, name) || is_primary_key(table->constraints, name));
}

const char *
mig_sqlite_affinity(const char *type)
{
    if (!type)
        return "BLOB";
    if (strstr(type, "INT"))
        return "INTEGER";
    if (strstr(type, "CHAR") || strstr(type, "CLOB") || strstr(type, "TEXT"))
        return "TEXT";
    if (strstr(type, "BLOB"))
        return "BLOB";
    if (strstr(type, "REAL") || strstr(type, "FLOA") || strstr(type, "DOUB"))
        return "REAL";
    return "NUMERIC";
}

/* Larger numbers are REAL, however they are written. */
static gboolean
is_integer(const char *value)
{
    return g_ascii_string_to_signed(*value == '+' ? value + 1 : value, 10, G_MININT64, G_MAXINT64,
                                    NULL, NULL);
}

gboolean
mig_sqlite_default_is_strict(const MigSqliteColumn *column)
{
    const char *value = column->default_value, *type = column->type;
    const char *digits = value && (*value == '-' || *value == '+') ? value + 1 : value;

    if (!value || !type || strcmp(type, "ANY") == 0)
        return TRUE;
    if (strcmp(type, "TEXT") == 0)
        return *value == '\'' || g_ascii_isdigit(*digits);
    if (strcmp(type, "BLOB") == 0)
        return *value == 'x' || *value == 'X';
    if (strcmp(type, "REAL") == 0)
        return g_ascii_isdigit(*digits);
    return g_ascii_isdigit(*digits) && is_integer(value);
}
