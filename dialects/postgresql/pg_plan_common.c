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
