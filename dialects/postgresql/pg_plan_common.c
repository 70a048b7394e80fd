#include <string.h>

#include "dialects/postgresql/pg_planner.h"

gboolean
mig_pg_changes(const MigChange *change, const char *attribute)
{
    for (guint i = 0; change->attributes && i < change->attributes->len; i++) {
        if (strcmp(change->attributes->pdata[i], attribute) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_listed(const char *name, const char *first, va_list others)
{
    for (const char *other = first; other; other = va_arg(others, const char *)) {
        if (strcmp(name, other) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
mig_pg_changes_only(const MigChange *change, const char *first, ...)
{
    gboolean only = TRUE;

    for (guint i = 0; only && change->attributes && i < change->attributes->len; i++) {
        va_list others;

        va_start(others, first);
        only = is_listed(change->attributes->pdata[i], first, others);
        va_end(others);
    }
    return only;
}

void
mig_pg_set_comment(MigAction *action, const char *what, const char *comment)
{
    g_autofree char *literal = comment ? mig_pg_quote_literal(comment) : g_strdup("NULL");

    mig_action_sql(action, "COMMENT ON %s IS %s", what, literal);
}

void
mig_pg_add_comment(MigAction *action, const MigObject *object, const char *what)
{
    const char *comment = mig_object_get(object, "comment");

    if (comment)
        mig_pg_set_comment(action, what, comment);
}

void
mig_pg_alter_comment(MigAction *action, const MigChange *change, const char *what)
{
    if (mig_pg_changes(change, "comment"))
        mig_pg_set_comment(action, what, mig_object_get(change->to, "comment"));
}

static gboolean
is_grant(const char *line)
{
    return g_str_has_prefix(line, "GRANT ");
}

/* "GRANT SELECT TO r WITH GRANT OPTION" or "REVOKE SELECT FROM r" → the statement for `what`. */
static void
add_privilege(MigAction *action, const char *line, const char *what, const char *column)
{
    const char *word = is_grant(line) ? " TO " : " FROM ";
    const char *split = strstr(line, word);
    g_autofree char *privilege = g_strndup(line, (gsize)(split - line));

    if (column)
        mig_action_sql(action, "%s (%s) ON %s%s", privilege, column, what, split);
    else
        mig_action_sql(action, "%s ON %s%s", privilege, what, split);
}

/* The line that takes back what a line does. */
static char *
opposite(const char *line)
{
    static const char with_option[] = " WITH GRANT OPTION";

    if (!is_grant(line)) {
        const char *split = strstr(line, " FROM ");

        return g_strdup_printf("GRANT%.*s TO %s", (int)(split - line - strlen("REVOKE")),
                               line + strlen("REVOKE"), split + strlen(" FROM "));
    }
    const char *split = strstr(line, " TO ");
    const char *role = split + strlen(" TO ");
    gsize length = strlen(role);

    if (g_str_has_suffix(role, with_option))
        length -= strlen(with_option);
    return g_strdup_printf("REVOKE%.*s FROM %.*s", (int)(split - line - strlen("GRANT")),
                           line + strlen("GRANT"), (int)length, role);
}

static char **
lines_of(const MigObject *object)
{
    const char *grants = object ? mig_object_get(object, "grants") : NULL;

    return g_strsplit(grants ? grants : "", "\n", -1);
}

static void
between(MigAction *action, const MigObject *from, const MigObject *to, const char *what,
        const char *column)
{
    g_auto(GStrv) old = lines_of(from), new = lines_of(to);

    for (char **line = old; *line; line++) {
        g_autofree char *back =
            g_strv_contains((const char *const *)new, *line) ? NULL : opposite(*line);

        if (back)
            add_privilege(action, back, what, column);
    }
    for (char **line = new; *line; line++) {
        if (!g_strv_contains((const char *const *)old, *line))
            add_privilege(action, *line, what, column);
    }
}

void
mig_pg_add_grants(MigAction *action, const MigObject *object, const char *what, const char *column)
{
    between(action, NULL, object, what, column);
}

void
mig_pg_alter_grants(MigAction *action, const MigChange *change, const char *what,
                    const char *column)
{
    if (mig_pg_changes(change, "grants"))
        between(action, change->from, change->to, what, column);
}

/* The rules of the lint catalog that plans name, by the kind of what can happen. */
static const struct {
    const char *kind, *rules;
} hazard_kinds[] = {
    {"data-loss", "DS001 DS002 DS003 DS007"},
    {"blocks-writes", "PG001 PG002 PG010 PG020 PG021 PG023 PG050 PG053 PG054 PG060 PG065"},
    {"scan", "PG011 PG030 PG051 PG068 PG069"},
    {"rewrite", "PG031 PG032 PG033 PG034 PG040 PG067"},
    {"breaks-old-code", "BC001 BC002 BC004 BC005 BC006 CO025"},
    {"fails-on-data", "CO002 CO005 CO006 CO007 CO008"},
};

static const char *
kind_of_rule(const char *rule)
{
    for (gsize i = 0; i < G_N_ELEMENTS(hazard_kinds); i++) {
        if (strstr(hazard_kinds[i].rules, rule))
            return hazard_kinds[i].kind;
    }
    g_return_val_if_reached(NULL);
}

void
mig_pg_hazard(MigAction *action, const char *rule, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    gsize length = strcspn(text, "\n");

    if (length > 0 && text[length - 1] == ':')
        length--;
    mig_action_hazard(action, kind_of_rule(rule), "%.*s (%s)%s", (int)length, text, rule,
                      text + length);
}

char *
mig_pg_title(const MigSchema *schema, const MigObject *object)
{
    const char *namespace = mig_object_namespace(object);
    g_autofree char *prefix = g_strdup_printf("%s %s.", object->kind, namespace ? namespace : "");

    if (!namespace || g_strcmp0(namespace, mig_schema_default_namespace(schema)) != 0 ||
        !g_str_has_prefix(object->title, prefix))
        return g_strdup(object->title);
    return g_strdup_printf("%s %s", object->kind, object->title + strlen(prefix));
}
