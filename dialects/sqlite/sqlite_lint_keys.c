/* LT015: foreign keys that nothing unique answers. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of a spelled list as a sorted one, so that two can be compared. New string. */
static char *
sorted(const char *columns)
{
    g_autoptr(GPtrArray) keys = mig_sqlite_keys(columns ? columns : "");

    g_ptr_array_sort(keys, compare_names);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < keys->len; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (const char *)keys->pdata[i]);
    return g_ascii_strdown(out->str, -1);
}

static gboolean
is_unique_in(const GPtrArray *constraints, const char *column, const char *wanted)
{
    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *constraint = constraints->pdata[i];
        const gboolean unique = strcmp(constraint->type, "PRIMARY KEY") == 0 ||
                                strcmp(constraint->type, "UNIQUE") == 0;
        g_autofree char *own = sorted(constraint->columns ? constraint->columns : column);

        if (unique && strcmp(own, wanted) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_key(const MigSqliteTable *parent, const char *wanted)
{
    for (guint i = 0; i < parent->columns->len; i++) {
        const MigSqliteColumn *column = parent->columns->pdata[i];
        g_autofree char *name = mig_sqlite_spell_name(column->item.name);

        if (is_unique_in(column->constraints, name, wanted))
            return TRUE;
    }
    return is_unique_in(parent->constraints, NULL, wanted);
}

static gboolean
has_primary_key(const MigSqliteTable *parent)
{
    for (guint i = 0; i < parent->columns->len; i++) {
        const MigSqliteColumn *column = parent->columns->pdata[i];

        for (guint j = 0; j < column->constraints->len; j++) {
            if (strcmp(((MigSqliteConstraint *)column->constraints->pdata[j])->type,
                       "PRIMARY KEY") == 0)
                return TRUE;
        }
    }
    for (guint i = 0; i < parent->constraints->len; i++) {
        if (strcmp(((MigSqliteConstraint *)parent->constraints->pdata[i])->type, "PRIMARY KEY") == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether a unique index, there or still to come, is on just these columns. */
static gboolean
has_index(const MigSqliteLint *lint, guint index, const char *parent, const char *wanted)
{
    g_autoptr(GPtrArray) names = mig_sqlite_column(
        lint->scratch,
        "SELECT name FROM pragma_index_list(?1) WHERE \"unique\" AND NOT partial ORDER BY name",
        parent, NULL);

    for (guint i = 0; names && i < names->len; i++) {
        g_autofree char *columns = mig_sqlite_value(
            lint->scratch,
            "SELECT group_concat(name, ', ') FROM (SELECT lower(name) AS name"
            " FROM pragma_index_info(?1) ORDER BY 1)",
            names->pdata[i], NULL);

        if (g_strcmp0(columns, wanted) == 0)
            return TRUE;
    }
    for (guint i = index + 1; i < lint->read->len; i++) {
        const MigSqliteLintStatement *later = mig_sqlite_lint_at(lint, i);

        if (later->verb == LINT_CREATE_INDEX && later->unique && later->on &&
            g_ascii_strcasecmp(later->on, parent) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_key(MigSqliteLint *lint, guint index, const MigSqliteTable *table,
          const MigSqliteConstraint *key, gsize offset, MigLintReport *report)
{
    const gboolean own = g_ascii_strcasecmp(key->ref_table, table->name) == 0;
    g_autoptr(MigSqliteTable) other = own ? NULL : mig_sqlite_lint_table(lint, key->ref_table);
    const MigSqliteTable *parent = own ? table : other;
    g_autofree char *wanted = sorted(key->ref_columns);
    g_autofree char *name = mig_sqlite_name(key->ref_table);

    if (!parent)
        return;
    if (key->ref_columns ? has_key(parent, wanted) || has_index(lint, index, key->ref_table, wanted)
                         : has_primary_key(parent))
        return;
    MigLintFinding *finding =
        mig_lint_find(report, "LT015", offset,
                      "nothing makes %s (%s) unique: every change of either table's rows will fail",
                      name, key->ref_columns ? key->ref_columns : "without a primary key");

    g_autofree char *key_name = mig_sqlite_lint_name("%s_key", key->ref_table);

    if (key->ref_columns)
        mig_lint_safe(finding, "CREATE UNIQUE INDEX %s ON %s (%s);", key_name, name, key->ref_columns);
}

void
mig_sqlite_lint_foreign_keys(MigSqliteLint *lint, guint index, const MigSqliteTable *table,
                             MigLintReport *report)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];

        for (guint j = 0; j < column->constraints->len; j++) {
            const MigSqliteConstraint *constraint = column->constraints->pdata[j];

            if (strcmp(constraint->type, "FOREIGN KEY") == 0)
                check_key(lint, index, table, constraint, column->item.offset, report);
        }
    }
    for (guint i = 0; i < table->constraints->len; i++) {
        const MigSqliteConstraint *constraint = table->constraints->pdata[i];

        if (strcmp(constraint->type, "FOREIGN KEY") == 0)
            check_key(lint, index, table, constraint, constraint->item.offset, report);
    }
}
