/* Rules of lint about names. */
#include "dialects/sqlite/sqlite_lint.h"

#include <string.h>

#include "dialects/sqlite/sqlite_plan.h"

typedef struct {
    const MigSqliteLintStatement *statement;
    MigLintReport *report;
} Names;

/* A new name; NULL: there is none. */
static void
check_name(const Names *names, MigLintName kind, const char *name, gsize offset)
{
    if (!name)
        return;
    g_autofree char *title = mig_sqlite_name(name);

    if (mig_sqlite_is_reserved(name, strlen(name)))
        mig_lint_find(names->report, "ST015", offset, "%s is a reserved word", title);
    mig_lint_check_name(names->report, kind, name, title, offset);
}

static void
check_constraints(const Names *names, const GPtrArray *constraints)
{
    for (guint i = 0; i < constraints->len; i++) {
        const MigSqliteConstraint *constraint = constraints->pdata[i];

        check_name(names, MIG_LINT_CONSTRAINT_NAME, constraint->item.name, constraint->item.offset);
    }
}

static void
table_created(const Names *names)
{
    g_autoptr(MigSqliteTable) table =
        names->statement->has_select ? NULL
                                     : mig_sqlite_table_parse(names->statement->reader.text, NULL);

    check_name(names, MIG_LINT_TABLE_NAME, names->statement->name, 0);
    for (guint i = 0; table && i < table->columns->len; i++) {
        const MigSqliteColumn *column = table->columns->pdata[i];

        check_name(names, MIG_LINT_COLUMN_NAME, column->item.name, column->item.offset);
        check_constraints(names, column->constraints);
    }
    if (table)
        check_constraints(names, table->constraints);
}

void
mig_sqlite_lint_names(MigSqliteLint *lint, guint index, MigLintReport *report)
{
    const MigSqliteLintStatement *statement = mig_sqlite_lint_at(lint, index);
    const Names names = {statement, report};

    if (!mig_lint_wants_names(report) && !mig_lint_wants(report, "ST015"))
        return;
    switch (statement->verb) {
    case LINT_CREATE_TABLE:
        table_created(&names);
        break;
    case LINT_CREATE_INDEX:
        check_name(&names, MIG_LINT_INDEX_NAME, statement->name, 0);
        break;
    case LINT_CREATE_VIEW:
        check_name(&names, MIG_LINT_VIEW_NAME, statement->name, 0);
        break;
    case LINT_CREATE_TRIGGER:
        check_name(&names, MIG_LINT_TRIGGER_NAME, statement->name, 0);
        break;
    case LINT_ADD_COLUMN:
        check_name(&names, MIG_LINT_COLUMN_NAME, statement->column, 0);
        break;
    case LINT_RENAME_COLUMN:
        check_name(&names, MIG_LINT_COLUMN_NAME, statement->to, 0);
        break;
    case LINT_RENAME_TABLE:
        check_name(&names, MIG_LINT_TABLE_NAME, statement->to, 0);
        break;
    default:
        break;
    }
}
