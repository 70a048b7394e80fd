/* Schemas as statements. */
#include <string.h>

#include "tests/property/pg_generate.h"

static void
append_quoted(GString *out, const char *name)
{
    g_string_append_c(out, '"');
    for (; *name; name++) {
        if (*name == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *name);
    }
    g_string_append_c(out, '"');
}

/* FALSE when the schema it is in is gone. */
static gboolean
append_space(GString *out, const GenSchema *schema, const PgObject *object)
{
    const PgObject *space = object->space ? pg_find(schema, object->space) : NULL;

    if (object->space && !space)
        return FALSE;
    append_quoted(out, space ? space->name : "public");
    g_string_append_c(out, '.');
    return TRUE;
}

static gboolean
is_bare(const PgObject *object)
{
    switch (object->kind) {
    case PG_SCHEMA:
    case PG_EXTENSION:
    case PG_EVENT_TRIGGER:
    case PG_ATTRIBUTE:
    case PG_COLUMN:
    case PG_CONSTRAINT:
    case PG_INDEX:
    case PG_TRIGGER:
    case PG_RULE:
    case PG_POLICY:
        return TRUE;
    default:
        return FALSE;
    }
}

static gboolean
append_name(GString *out, const GenSchema *schema, const PgObject *object, char how)
{
    const PgObject *home = object;

    if (!object)
        return FALSE;
    if (object->parent && !(home = pg_find(schema, object->parent)))
        return FALSE;
    if (how != '.' && (how == '&' || !is_bare(object)) && !append_space(out, schema, home))
        return FALSE;
    append_quoted(out, object->name);
    return TRUE;
}

static gboolean append_filled(GString *out, const GenSchema *schema, const PgObject *self,
                              const char *text);

/* "{=3}" or "{!3}". */
static gboolean
append_part(GString *out, const GenSchema *schema, const PgObject *self, gboolean must, int part)
{
    const char *text = self->texts[part];
    g_autofree char *filled = text ? pg_fill(schema, self, text) : NULL;

    if (filled)
        g_string_append(out, filled);
    return filled || !must;
}

/* What is in a pair of braces; *ret_ok says whether it could be filled in. FALSE: nothing of ours.
 */
static gboolean
append_mark(GString *out, const GenSchema *schema, const PgObject *self, const char *mark,
            gsize length, gboolean *ret_ok)
{
    gsize digits = mark[0] == '=' || mark[0] == '!' || mark[0] == '.' || mark[0] == '#';
    guint id = (guint)g_ascii_strtoull(mark + digits, NULL, 10);

    if (length == 1 && strchr("@&", *mark))
        *ret_ok = append_name(out, schema, self, *mark);
    else if (length == 1 && *mark == '^')
        *ret_ok = append_name(out, schema, pg_find(schema, self->parent), '^');
    else if (length == digits || strspn(mark + digits, "0123456789") != length - digits)
        return FALSE;
    else if (*mark == '=' || *mark == '!')
        *ret_ok = append_part(out, schema, self, *mark == '!', (int)id);
    else if (*mark == '#')
        *ret_ok = pg_find(schema, id) &&
                  append_filled(out, schema, pg_find(schema, id), "{@} {!1} {=2} {=3}");
    else
        *ret_ok = append_name(out, schema, pg_find(schema, id), *mark);
    return TRUE;
}

static gboolean
append_filled(GString *out, const GenSchema *schema, const PgObject *self, const char *text)
{
    while (*text) {
        gsize plain = strcspn(text, "{"), length = text[plain] ? strcspn(text + plain, "}") : 0;
        gboolean ok = TRUE;

        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (length > 1 && append_mark(out, schema, self, text + 1, length - 1, &ok)) {
            if (!ok)
                return FALSE;
            text += length + 1;
        } else if (*text) {
            g_string_append_c(out, *text++);
        }
    }
    return TRUE;
}

char *
pg_fill(const GenSchema *schema, const PgObject *self, const char *text)
{
    GString *out = g_string_new(NULL);
    gboolean ok = append_filled(out, schema, self, text);

    return g_string_free(out, !ok);
}

/* What COMMENT ON takes before the text. */
static const char *
comment_target(const GenSchema *schema, const PgObject *object)
{
    static const char *const targets[PG_N_KINDS] = {
        [PG_SCHEMA] = "SCHEMA {@}",
        [PG_COLLATION] = "COLLATION {@}",
        [PG_ENUM] = "TYPE {@}",
        [PG_COMPOSITE] = "TYPE {@}",
        [PG_RANGE] = "TYPE {@}",
        [PG_DOMAIN] = "DOMAIN {@}",
        [PG_SEQUENCE] = "SEQUENCE {@}",
        [PG_FUNCTION] = "FUNCTION {@}",
        [PG_PROCEDURE] = "PROCEDURE {@}",
        [PG_AGGREGATE] = "AGGREGATE {@}(integer)",
        [PG_TABLE] = "TABLE {@}",
        [PG_ATTRIBUTE] = "COLUMN {^}.{@}",
        [PG_COLUMN] = "COLUMN {^}.{@}",
        [PG_CONSTRAINT] = "CONSTRAINT {@} ON {^}",
        [PG_INDEX] = "INDEX {&}",
        [PG_VIEW] = "VIEW {@}",
        [PG_MATVIEW] = "MATERIALIZED VIEW {@}",
        [PG_STATISTICS] = "STATISTICS {@}",
        [PG_TRIGGER] = "TRIGGER {@} ON {^}",
        [PG_RULE] = "RULE {@} ON {^}",
        [PG_POLICY] = "POLICY {@} ON {^}",
        [PG_EVENT_TRIGGER] = "EVENT TRIGGER {@}",
    };
    const PgObject *parent = pg_find(schema, object->parent);

    if (object->kind == PG_CONSTRAINT && parent && parent->kind == PG_DOMAIN)
        return "CONSTRAINT {@} ON DOMAIN {^}";
    return targets[object->kind];
}

static char *
text_to_run(const GenSchema *schema, const PgObject *object, int text)
{
    const char *target = comment_target(schema, object);

    if (!object->texts[text])
        return NULL;
    if (text != PG_COMMENT)
        return pg_fill(schema, object, object->texts[text]);
    if (!target)
        return NULL;
    g_autofree char *comment = g_strdup_printf("COMMENT ON %s IS %s", target, object->texts[text]);

    return pg_fill(schema, object, comment);
}

static void
add_text(GPtrArray *statements, const GenSchema *schema, const PgObject *object, int text)
{
    char *statement = text_to_run(schema, object, text);

    if (statement)
        g_ptr_array_add(statements, statement);
}

/* A table made like another waits for that one's parts. */
static gboolean
is_late(const PgObject *object)
{
    return object->kind == PG_TABLE && object->texts[2] && strstr(object->texts[2], "LIKE");
}

GPtrArray *
pg_schema_statements(const GenSchema *schema)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);

    for (int kind = 0; kind < 2 * PG_N_KINDS; kind++) {
        for (guint i = 0; i < schema->objects->len; i++) {
            const PgObject *object = schema->objects->pdata[i];

            if ((int)object->kind + (is_late(object) ? PG_N_KINDS : 0) == kind)
                add_text(statements, schema, object, 0);
        }
    }
    for (int text = PG_FIRST_AFTER; text < PG_N_TEXTS; text++) {
        for (guint i = 0; i < schema->objects->len; i++)
            add_text(statements, schema, schema->objects->pdata[i], text);
    }
    return statements;
}
