/* Rules of lint about new columns and NOT NULL. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

/* What a column's definition says. */
typedef struct {
    const MigPgAlter *alter;
    const char *bare;
    char *name; /* as an identifier */
    char *type; /* as the server spells it; NULL: not known */
    const PgQuery__Node *default_value;
    gboolean not_null, identity, serial, stored, checked, unique, refers;
} Column;

static gboolean
is_serial(const PgQuery__ColumnDef *definition)
{
    static const char *const names[] = {"serial",  "bigserial", "smallserial", "serial4",
                                        "serial8", "serial2",   NULL};
    const char *name = definition->type_name
                           ? mig_pg_nodes_last(definition->type_name->n_names,
                                               definition->type_name->names)
                           : NULL;

    return name && g_strv_contains(names, name);
}

static void
read_constraint(Column *column, const PgQuery__Constraint *constraint)
{
    switch (constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
        column->not_null = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
        column->default_value = constraint->raw_expr;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
        column->identity = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
        column->stored = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        column->checked = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
        column->not_null = TRUE;
        column->unique = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
        column->unique = TRUE;
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
        column->refers = TRUE;
        break;
    default:
        break;
    }
}

static gboolean
is_domain(const Column *column)
{
    return column->type &&
           mig_pg_lint_holds(column->alter->lint,
                             "SELECT 1 FROM pg_catalog.pg_type WHERE typtype = 'd'"
                             " AND oid = pg_catalog.to_regtype(?1)",
                             column->type, NULL);
}

static void
tell_filling(MigLintFinding *finding, const Column *column, const char *value)
{
    const char *table = column->alter->table->title;

    mig_lint_safe(finding, "-- in later revisions: fill it in batches, then make it NOT NULL");
    mig_lint_safe(finding, "UPDATE %s SET %s = %s WHERE %s IS NULL AND ...;", table, column->name,
                  value, column->name);
}

static void
tell_rewrite(const Column *column, const char *rule)
{
    const MigPgRelation *table = column->alter->table;
    const char *type = column->type ? column->type : "...";
    MigLintFinding *finding =
        mig_lint_find(column->alter->report, rule, 0,
                      "%s is written anew to give every row its %s", table->title, column->name);

    mig_pg_lint_weigh(column->alter->lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_REWRITE);
    if (strcmp(rule, "PG032") == 0) {
        g_autofree char *sequence = mig_pg_lint_name("%s_%s_seq", table->name, column->bare);
        g_autofree char *literal = mig_pg_quote_literal(sequence);

        mig_lint_safe(finding, "CREATE SEQUENCE %s;", sequence);
        mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s bigint;", table->title, column->name);
        mig_lint_safe(finding, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT nextval(%s);",
                      table->title, column->name, literal);
        tell_filling(finding, column, "DEFAULT");
    } else if (strcmp(rule, "PG031") == 0) {
        mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table->title, column->name, type);
        mig_lint_safe(finding, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT ...;", table->title,
                      column->name);
        tell_filling(finding, column, "DEFAULT");
    } else if (strcmp(rule, "PG033") == 0) {
        mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table->title, column->name, type);
        mig_lint_safe(finding, "-- a trigger BEFORE INSERT OR UPDATE that computes it, and then:");
        tell_filling(finding, column, "...");
    }
}

static void
check_rewrite(const Column *column)
{
    const MigPgLint *lint = column->alter->lint;

    if (!lint->seen || mig_pg_seen_work(lint->seen, column->alter->table->name) != MIG_WORK_REWRITE)
        return;
    if (column->identity || column->serial)
        tell_rewrite(column, "PG032");
    else if (column->stored)
        tell_rewrite(column, "PG033");
    else if (is_domain(column))
        tell_rewrite(column, "PG034");
    else
        tell_rewrite(column, "PG031");
}

static void
check_required(const Column *column)
{
    const MigPgRelation *table = column->alter->table;
    const char *type = column->type ? column->type : "...";

    if (!column->not_null || column->default_value || column->identity || column->serial ||
        column->stored)
        return;
    MigLintFinding *finding =
        mig_lint_find(column->alter->report, "CO005", 0,
                      "fails when %s has rows: %s is NOT NULL and has no default", table->title,
                      column->name);

    if (table->live_bytes == -2)
        mig_lint_soften(finding, MIG_LINT_OFF);
    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table->title, column->name, type);
    mig_lint_safe(finding, "UPDATE %s SET %s = ... WHERE %s IS NULL;", table->title, column->name,
                  column->name);
    mig_lint_safe(finding, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL; -- see PG030",
                  table->title, column->name);
    mig_lint_find(column->alter->report, "BC004", 0,
                  "code that does not know %s.%s cannot insert rows any more", table->title,
                  column->name);
}

/* Constraints that are checked at once, under the strong lock of ADD COLUMN. */
static void
check_inline(const Column *column)
{
    const MigPgRelation *table = column->alter->table;
    const MigPgSeen *filled = column->alter->lint->seen_filled;
    const gboolean fails = filled && !filled->ok && g_strcmp0(filled->sqlstate, "23502") != 0;
    const char *what = column->unique ? "its index is built"
                       : column->checked ? "its CHECK reads every row"
                                         : "its foreign key is checked for every row";

    if (!column->checked && !column->unique && !(column->refers && column->default_value))
        return;
    MigLintFinding *finding = mig_lint_find(
        column->alter->report, "PG013", 0, "%s under the lock of ADD COLUMN%s%s", what,
        fails ? ", and with rows it fails: " : "", fails ? filled->problem : "");

    g_autofree char *index = mig_pg_lint_name("%s_%s_key", table->name, column->bare);

    mig_pg_lint_weigh(column->alter->lint, finding, table, "ACCESS EXCLUSIVE",
                      column->unique ? MIG_WORK_BUILD : MIG_WORK_SCAN);
    mig_lint_safe(finding, "ALTER TABLE %s ADD COLUMN %s %s;", table->title, column->name,
                  column->type ? column->type : "...");
    if (column->unique)
        mig_lint_safe(finding, "-- and in a block with transaction=off:\n"
                               "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);",
                      index, table->title, column->name);
    else
        mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT ... NOT VALID;\n"
                               "-- and in a later transaction: VALIDATE CONSTRAINT",
                      table->title);
}

void
mig_pg_lint_add_column(const MigPgAlter *alter, const PgQuery__ColumnDef *definition)
{
    g_autofree char *name = mig_pg_name(definition->colname);
    g_autofree char *type =
        definition->type_name ? mig_pg_lint_type_name(alter->lint, definition->type_name) : NULL;
    Column column = {.alter = alter,
                     .bare = definition->colname,
                     .name = name,
                     .type = type,
                     .serial = is_serial(definition),
                     .not_null = definition->is_not_null};

    g_hash_table_add(alter->lint->added,
                     g_strdup_printf("%s.%s", alter->table->oid, definition->colname));
    for (size_t i = 0; i < definition->n_constraints; i++)
        read_constraint(&column, definition->constraints[i]->constraint);
    if (!alter->table->is_used)
        return;
    check_rewrite(&column);
    check_required(&column);
    check_inline(&column);
}

/* Whether a valid CHECK proves it, as the server itself says. */
static gboolean
is_proved(const MigPgAlter *alter, const char *column)
{
    const MigPgLint *lint = alter->lint;

    return lint->seen && lint->seen->ok &&
           mig_pg_seen_work(lint->seen, alter->table->name) == MIG_WORK_NONE;
}

/* check: the name of the constraint that proves it. */
static void
tell_proof(MigLintFinding *finding, const char *table, const char *column, const char *check)
{
    mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID;", table,
                  check, column);
    mig_lint_safe(finding, "-- in a later transaction:");
    mig_lint_safe(finding, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, check);
    mig_lint_safe(finding, "-- and in another:");
    mig_lint_safe(finding, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;", table, column);
    mig_lint_safe(finding, "ALTER TABLE %s DROP CONSTRAINT %s;", table, check);
}

void
mig_pg_lint_set_not_null(const MigPgAlter *alter, const char *column)
{
    const MigPgRelation *table = alter->table;
    g_autofree char *name = mig_pg_name(column), *key = g_strdup_printf("%s.%s", table->oid, column);
    g_autofree char *check = mig_pg_lint_name("%s_%s_not_null", table->name, column);
    const gboolean already =
        mig_pg_lint_holds(alter->lint,
                          "SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = ?1::oid"
                          " AND attname = ?2 AND attnotnull",
                          table->oid, column, NULL);

    if (already || is_proved(alter, column))
        return;
    MigLintFinding *finding = mig_lint_find(alter->report, "PG030", 0,
                                            "every row of %s is read to see that none has no %s",
                                            table->title, name);

    mig_pg_lint_weigh(alter->lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
    tell_proof(finding, table->title, name, check);
    if (g_hash_table_contains(alter->lint->added, key))
        return;
    MigLintFinding *may_fail = mig_lint_find(alter->report, "CO006", 0,
                                             "fails when a row of %s has no %s", table->title, name);

    mig_lint_safe(may_fail, "SELECT count(*) FROM %s WHERE %s IS NULL;", table->title, name);
    mig_lint_safe(may_fail, "UPDATE %s SET %s = ... WHERE %s IS NULL;", table->title, name, name);
}
