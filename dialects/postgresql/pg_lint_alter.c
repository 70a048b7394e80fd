/* Rules of lint about ALTER TABLE and renames. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

static void
column_dropped(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    g_autofree char *column = mig_pg_name(command->name);

    mig_lint_find(alter->report, "DS002", 0, "the values of %s.%s are lost for good",
                  alter->table->title, column);
}

static void
default_changed(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    g_autofree char *column = mig_pg_name(command->name);

    if (command->def)
        mig_lint_find(alter->report, "BC010", 0,
                      "rows that old code writes have another %s.%s than those of new code",
                      alter->table->title, column);
    else
        mig_lint_find(alter->report, "DS007", 0,
                      "code that leaves out %s.%s writes NULL, or fails, from here on",
                      alter->table->title, column);
}

static void
rewritten(const MigPgAlter *alter, const char *what)
{
    MigLintFinding *finding = mig_lint_find(alter->report, "PG067", 0, "%s writes %s anew", what,
                                            alter->table->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "ACCESS EXCLUSIVE", MIG_WORK_REWRITE);
}

static void
trigger_switched(const MigPgAlter *alter)
{
    MigLintFinding *finding = mig_lint_find(alter->report, "PG071", 0,
                                            "writes to %s wait until the end of the transaction",
                                            alter->table->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "SHARE ROW EXCLUSIVE", MIG_WORK_NONE);
}

static void
row_security(const MigPgAlter *alter, gboolean enabled)
{
    const MigPgRelation *table = alter->table;

    if (!enabled)
        mig_lint_find(alter->report, "CO023", 0, "all rows of %s become visible", table->title);
    else if (!mig_pg_lint_holds(alter->lint,
                                "SELECT 1 FROM pg_catalog.pg_policy WHERE polrelid = ?1::oid",
                                table->oid, NULL))
        mig_lint_find(alter->report, "CO023", 0,
                      "%s has no policy: its rows vanish for all but the owner", table->title);
}

/* Any ALTER TABLE … DROP … CASCADE. */
static void
cascades(const MigPgAlter *alter)
{
    GString *gone = g_string_new(NULL);

    for (guint i = 0; alter->lint->seen && i < alter->lint->seen->messages->len; i++) {
        const char *message = alter->lint->seen->messages->pdata[i];

        if (g_str_has_prefix(message, "drop cascades to "))
            g_string_append_printf(gone, "%s%s", gone->len ? "; " : "", message);
    }
    mig_lint_find(alter->report, "DS006", 0, "%s",
                  gone->len ? gone->str : "what depends on it goes with it");
    g_string_free(gone, TRUE);
}

static void
judge_known(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    switch (command->subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
        column_dropped(alter, command);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
        default_changed(alter, command);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
        mig_lint_find(alter->report, "BC003", 0, "code that reads %s.%s may meet NULL",
                      alter->table->title, command->name);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
        mig_pg_lint_set_not_null(alter, command->name);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
        mig_pg_lint_change_type(alter, command);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
        mig_pg_lint_drop_constraint(alter, command->name);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
        rewritten(alter, "SET LOGGED");
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
        rewritten(alter, "SET ACCESS METHOD");
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
        rewritten(alter, "SET TABLESPACE");
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
        trigger_switched(alter);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
        row_security(alter, TRUE);
        break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
        row_security(alter, FALSE);
        break;
    default:
        break;
    }
}

/* A validation gains nothing where its constraint's strong lock is still held. */
static void
check_validation(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    g_autofree char *key = g_strdup_printf("%s.%s", alter->table->oid, command->name);
    g_autofree char *name = mig_pg_name(command->name);

    if (!g_hash_table_contains(alter->lint->not_valid, key))
        return;
    MigLintFinding *finding =
        mig_lint_find(alter->report, "PG012", 0,
                      "the lock that added %s to %s is still held while its rows are read", name,
                      alter->table->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "SHARE ROW EXCLUSIVE", MIG_WORK_SCAN);
    mig_lint_safe(finding, "-- migrate: upgrade transaction=off");
    mig_lint_safe(finding, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", alter->table->title, name);
}

/* Tables made by the revision count for what is remembered of it only. */
static void
judge_command(const MigPgAlter *alter, const PgQuery__AlterTableCmd *command)
{
    if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn)
        mig_pg_lint_add_column(alter, command->def->column_def);
    else if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)
        mig_pg_lint_add_constraint(alter, command->def->constraint);
    else if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition ||
             command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition)
        mig_pg_lint_partition(alter, command);
    if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint)
        check_validation(alter, command);
    if (!alter->table->is_used)
        return;
    judge_known(alter, command);
    if (command->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE)
        cascades(alter);
}

static void
table_renamed(MigPgLint *lint, MigLintReport *report, const PgQuery__RenameStmt *rename,
              const MigPgRelation *table)
{
    g_autofree char *name = mig_pg_name(rename->newname);
    g_autofree char *old = mig_pg_name(table->name);
    MigLintFinding *finding = mig_lint_find(report, "BC002", 0,
                                            "code that says %s fails from here on", table->title);

    mig_lint_safe(finding, "ALTER TABLE %s RENAME TO %s;", table->title, name);
    mig_lint_safe(finding, "CREATE VIEW %s AS SELECT * FROM %s; -- drop it in a later revision", old,
                  name);
}

static void
column_renamed(MigPgLint *lint, MigLintReport *report, const PgQuery__RenameStmt *rename,
               const MigPgRelation *table)
{
    g_autofree char *from = mig_pg_name(rename->subname), *to = mig_pg_name(rename->newname);
    g_autofree char *type = mig_pg_lint_column_type(lint, table, rename->subname);
    MigLintFinding *finding = mig_lint_find(
        report, "BC001", 0, "code that says %s.%s fails from here on", table->title, from);

    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table->title, to, type ? type : "...");
    mig_lint_safe(finding, "-- keep both in step (a trigger), fill it in batches:");
    mig_lint_safe(finding, "UPDATE %s SET %s = %s WHERE ...;", table->title, to, from);
    mig_lint_safe(finding, "-- let the code change over; drop %s in a later revision", from);
}

static void
renamed(MigPgLint *lint, MigLintReport *report, const PgQuery__RenameStmt *rename)
{
    const gboolean column = rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN;

    if (rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA) {
        mig_lint_find(report, "BC002", 0, "code that says schema %s fails from here on",
                      rename->subname);
        return;
    }
    if (!column && rename->rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE &&
        rename->rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_VIEW &&
        rename->rename_type != PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
        return;
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, rename->relation);

    if (!table || !table->is_used)
        return;
    if (column)
        column_renamed(lint, report, rename, table);
    else
        table_renamed(lint, report, rename, table);
}

void
mig_pg_lint_alter(MigPgLint *lint, MigLintReport *report)
{
    const PgQuery__Node *node = lint->node;

    if (node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT)
        renamed(lint, report, node->rename_stmt);
    if (node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        return;
    const PgQuery__AlterTableStmt *statement = node->alter_table_stmt;
    g_autoptr(MigPgRelation) table = mig_pg_lint_relation(lint, statement->relation);
    const MigPgAlter alter = {lint, report, table, statement};

    if (!table || (table->kind != 'r' && table->kind != 'p'))
        return;
    for (size_t i = 0; i < statement->n_cmds; i++)
        judge_command(&alter, statement->cmds[i]->alter_table_cmd);
}
