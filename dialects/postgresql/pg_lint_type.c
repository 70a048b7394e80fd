/* Rules of lint about changes of a column's type. */
#include "dialects/postgresql/pg_lint.h"

#include <stdlib.h>
#include <string.h>

#include "dialects/postgresql/pg_model.h"

typedef struct {
    const MigPgAlter *alter;
    const char *column;
    char *name;       /* as an identifier */
    char *from, *to;  /* as the server spells them */
} Change;

/* "numeric" of "numeric(10,2)". New string. */
static char *
base_of(const char *type)
{
    g_autofree char *base = g_strndup(type, strcspn(type, "("));
    const char *rest = strchr(type, ')');

    return rest && rest[1] ? g_strconcat(g_strchomp(base), rest + 1, NULL)
                           : g_strdup(g_strchomp(base));
}

/* The first and second number in parentheses; -1: there is none. */
static void
numbers_of(const char *type, int *first, int *second)
{
    const char *open = strchr(type, '('), *comma = open ? strchr(open, ',') : NULL;

    *first = open ? atoi(open + 1) : -1;
    *second = comma ? atoi(comma + 1) : open ? 0 : -1;
}

static gboolean
in_family(const char *type, const char *const *family)
{
    return g_strv_contains(family, type);
}

static const char *const texts[] = {"text", "character varying", "character", "citext", NULL};
static const char *const integers[] = {"smallint", "integer", "bigint", NULL};

static int
integer_rank(const char *type)
{
    for (int i = 0; integers[i]; i++) {
        if (strcmp(integers[i], type) == 0)
            return i;
    }
    return -1;
}

/* Whether some value of the old type is none of the new. */
static gboolean
narrows(const char *from, const char *to)
{
    g_autofree char *old = base_of(from), *new = base_of(to);
    int old_first, old_second, new_first, new_second;

    numbers_of(from, &old_first, &old_second);
    numbers_of(to, &new_first, &new_second);
    if (integer_rank(old) >= 0 && integer_rank(new) >= 0)
        return integer_rank(new) < integer_rank(old);
    if (in_family(old, texts) && !in_family(new, texts))
        return TRUE;
    if (new_first < 0 || (!in_family(new, texts) && strcmp(new, "numeric") != 0))
        return strcmp(new, "character") == 0 && strcmp(old, "character") != 0;
    if (strcmp(old, new) != 0 && !in_family(old, texts))
        return integer_rank(old) >= 0 || strcmp(old, "numeric") == 0;
    if (strcmp(new, "numeric") == 0)
        return old_first < 0 || new_first - new_second < old_first - old_second ||
               new_second < old_second;
    return old_first < 0 || new_first < old_first;
}

/* Whether programs get other values than before. */
static gboolean
is_visible(const char *from, const char *to)
{
    g_autofree char *old = base_of(from), *new = base_of(to);

    if (strcmp(old, new) == 0 || (in_family(old, texts) && in_family(new, texts)))
        return FALSE;
    return integer_rank(old) < 0 || integer_rank(new) < 0;
}

static gboolean
is_zone_change(const char *from, const char *to)
{
    return g_str_has_prefix(from, "timestamp") && g_str_has_prefix(to, "timestamp") &&
           (strstr(from, "with time zone") != NULL) != (strstr(to, "with time zone") != NULL);
}

static gboolean
is_in_key(const Change *change)
{
    return mig_pg_lint_holds(
        change->alter->lint,
        "SELECT 1 FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_attribute AS a"
        " ON (a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey))"
        " OR (a.attrelid = k.confrelid AND a.attnum = ANY (k.confkey))"
        " WHERE k.contype = 'f' AND a.attrelid = ?1::oid AND a.attname = ?2",
        change->alter->table->oid, change->column, NULL);
}

/* What stands in the way, in the server's words; NULL: nothing does. */
static const char *
obstacle(const MigPgSeen *seen)
{
    const gboolean refused = seen && !seen->ok && seen->problem &&
                             (strstr(seen->problem, "cannot alter type of a column used") ||
                              strstr(seen->problem, "cannot alter type of a column"));

    return refused ? seen->problem : NULL;
}

static void
tell_new_column(const Change *change, MigLintFinding *finding)
{
    const char *table = change->alter->table->title;
    g_autofree char *new_name = mig_pg_lint_name("%s_new", change->column);

    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table, new_name, change->to);
    mig_lint_safe(finding, "-- a trigger BEFORE INSERT OR UPDATE OF %s that copies it; then, in batches:",
                  change->name);
    mig_lint_safe(finding, "UPDATE %s SET %s = %s WHERE ...;", table, new_name, change->name);
    mig_lint_safe(finding, "-- and in a later revision, in one short transaction: swap the names");
}

static void
check_work(const Change *change)
{
    MigPgLint *lint = change->alter->lint;
    const MigPgRelation *table = change->alter->table;
    MigWork work = mig_pg_seen_work(lint->seen, table->name);
    MigLintFinding *finding;

    if (work == MIG_WORK_NONE)
        return;
    if (work == MIG_WORK_REWRITE) {
        finding = mig_lint_find(change->alter->report, "PG040", 0,
                                "%s is written anew to turn %s from %s into %s", table->title,
                                change->name, change->from, change->to);
        tell_new_column(change, finding);
    } else {
        finding = mig_lint_find(change->alter->report, "PG041", 0,
                                "%s of %s %s while %s becomes %s",
                                work == MIG_WORK_BUILD ? "an index" : "every row", table->title,
                                work == MIG_WORK_BUILD ? "is built anew" : "is checked",
                                change->name, change->to);
    }
    mig_pg_lint_weigh(lint, finding, table, "ACCESS EXCLUSIVE", work);
}

static void
check_values(const Change *change)
{
    const MigPgRelation *table = change->alter->table;
    const MigPgSeen *filled = change->alter->lint->seen_filled;
    const gboolean fails = filled && !filled->ok;

    if (is_visible(change->from, change->to))
        mig_lint_find(change->alter->report, "BC006", 0, "code gets %s for %s.%s instead of %s",
                      change->to, table->title, change->name, change->from);
    if (!narrows(change->from, change->to) && !fails)
        return;
    MigLintFinding *finding = mig_lint_find(
        change->alter->report, "CO008", 0, "fails at a value of %s.%s that is no %s%s%s",
        table->title, change->name, change->to, fails ? ", as on scratch: " : "",
        fails ? filled->problem : "");

    mig_lint_safe(finding, "SELECT %s FROM %s WHERE (%s::text::%s)::text IS DISTINCT FROM %s::text;",
                  change->name, table->title, change->name, change->to, change->name);
}

static gboolean
is_analyzed_later(MigPgLint *lint)
{
    for (guint i = lint->index + 1; i < lint->parsed->len; i++) {
        const PgQuery__Node *node = mig_pg_parsed_node(lint->parsed->pdata[i]);

        if (node && node->node_case == PG_QUERY__NODE__NODE_VACUUM_STMT)
            return TRUE;
    }
    return FALSE;
}

/* Whether both are enums and the new one lacks a label of the old. */
static gboolean
loses_label(const Change *change, const PgQuery__TypeName *to)
{
    g_autofree char *written = mig_pg_nodes_dotted(to->n_names, to->names);

    return mig_pg_lint_holds(
        change->alter->lint,
        "SELECT 1 FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_enum AS o"
        " ON o.enumtypid = a.atttypid WHERE a.attrelid = ?1::oid AND a.attname = ?2"
        " AND EXISTS (SELECT 1 FROM pg_catalog.pg_enum"
        " WHERE enumtypid = pg_catalog.to_regtype(?3))"
        " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_enum AS n"
        " WHERE n.enumtypid = pg_catalog.to_regtype(?3) AND n.enumlabel = o.enumlabel)",
        change->alter->table->oid, change->column, written, NULL);
}

static void
check_labels(const Change *change, const PgQuery__TypeName *to)
{
    const MigPgRelation *table = change->alter->table;

    if (!loses_label(change, to))
        return;
    MigLintFinding *finding = mig_lint_find(change->alter->report, "CO002", 0,
                                            "fails when %s.%s holds a label that %s lacks",
                                            table->title, change->name, change->to);

    mig_lint_safe(finding, "-- leave the label in the type, and forbid it:");
    mig_lint_safe(finding, "ALTER TABLE %s ADD CHECK (%s <> '...') NOT VALID;", table->title,
                  change->name);
}

static void
check_key(const Change *change)
{
    const MigPgRelation *table = change->alter->table;

    if (!is_in_key(change))
        return;
    MigLintFinding *finding = mig_lint_find(
        change->alter->report, "PG042", 0,
        "%s.%s is part of a foreign key: the other table is locked and checked, too", table->title,
        change->name);

    mig_pg_lint_weigh(change->alter->lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
}

static void
check_zone(const Change *change)
{
    g_autofree char *zone = mig_pg_lint_ask(change->alter->lint,
                                            "SELECT pg_catalog.current_setting('TimeZone')", NULL);

    if (!is_zone_change(change->from, change->to) || g_strcmp0(zone, "UTC") == 0)
        return;
    MigLintFinding *finding =
        mig_lint_find(change->alter->report, "PG043", 0,
                      "%s.%s is read in the session's time zone (%s here), and written anew unless "
                      "that is UTC",
                      change->alter->table->title, change->name, zone);

    mig_lint_safe(finding, "SET LOCAL timezone = 'UTC'; -- where the values are in UTC");
}

void
mig_pg_lint_change_type(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    g_autofree char *name = mig_pg_name(command->name);
    g_autofree char *from = mig_pg_lint_column_type(alter->lint, alter->table, command->name);
    g_autofree char *to = mig_pg_lint_type_name(alter->lint, command->def->column_def->type_name);
    const Change change = {alter, command->name, name, from, to};
    const char *problem = obstacle(alter->lint->seen);

    if (!from || !to)
        return;
    if (problem) {
        mig_lint_find(alter->report, "PG044", 0, "the server refuses it: %s", problem)->fails = TRUE;
        return;
    }
    check_key(&change);
    check_labels(&change, command->def->column_def->type_name);
    check_zone(&change);
    check_work(&change);
    check_values(&change);
    if (strcmp(from, to) != 0 && !is_analyzed_later(alter->lint))
        mig_lint_safe(mig_lint_find(alter->report, "PG045", 0, "%s.%s has no statistics behind it",
                                    alter->table->title, name),
                      "ANALYZE %s (%s);", alter->table->title, name);
}
