/* Rules of lint about constraints. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

static char *
name_of(const PgQuery__Constraint *constraint)
{
    return *constraint->conname ? mig_pg_name(constraint->conname) : NULL;
}

static void
tell_not_valid(MigLintFinding *finding, const MigPgAlter *alter, const char *name)
{
    const MigLintStatement *statement =
        alter->lint->block->statements->pdata[alter->lint->index];

    if (alter->statement->n_cmds == 1)
        mig_lint_safe(finding, "%s NOT VALID;", statement->text);
    else
        mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT ... NOT VALID;", alter->table->title);
    mig_lint_safe(finding, "-- and in a block of its own behind it, with transaction=off:");
    mig_lint_safe(finding, "ALTER TABLE %s VALIDATE CONSTRAINT %s;", alter->table->title,
                  name ? name : "...");
}

static void
tightens(const MigPgAlter *alter, const char *what)
{
    mig_lint_find(alter->report, "BC005", 0, "code that writes rows of %s against the new %s fails "
                                             "from here on",
                  alter->table->title, what);
}

/* Locks on several tables in use, held together. */
static void
check_several(const MigPgAlter *alter, const MigPgRelation *other)
{
    GHashTable *referred = alter->lint->referred;

    if (!other->is_used || strcmp(other->oid, alter->table->oid) == 0)
        return;
    if (g_hash_table_size(referred) > 0 && !g_hash_table_contains(referred, other->oid))
        mig_lint_find(alter->report, "PG014", 0,
                      "the transaction locks %s beside other tables that new foreign keys refer to",
                      other->title);
    g_hash_table_add(referred, g_strdup(other->oid));
}

static void
check_types(const MigPgAlter *alter, const PgQuery__Constraint *key, const MigPgRelation *other)
{
    for (size_t i = 0; i < key->n_fk_attrs && i < key->n_pk_attrs; i++) {
        const char *column = mig_pg_node_text(key->fk_attrs[i]);
        const char *target = mig_pg_node_text(key->pk_attrs[i]);
        g_autofree char *own = mig_pg_lint_column_type(alter->lint, alter->table, column);
        g_autofree char *its = mig_pg_lint_column_type(alter->lint, other, target);

        if (own && its && strcmp(own, its) != 0)
            mig_lint_find(alter->report, "PG015", 0, "%s.%s is %s, and %s.%s is %s",
                          alter->table->title, column, own, other->title, target, its);
    }
}

static gboolean
is_indexed(const MigPgAlter *alter, const char *first_column)
{
    return mig_pg_lint_holds(alter->lint,
                             "SELECT 1 FROM pg_catalog.pg_index AS i"
                             " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid"
                             " AND a.attnum = i.indkey[0]"
                             " WHERE i.indrelid = ?1::oid AND a.attname = ?2 AND i.indpred IS NULL",
                             alter->table->oid, first_column, NULL);
}

static void
check_index(const MigPgAlter *alter, const PgQuery__Constraint *key)
{
    const char *first = key->n_fk_attrs ? mig_pg_node_text(key->fk_attrs[0]) : NULL;
    g_autofree char *columns = mig_pg_nodes_listed(key->n_fk_attrs, key->fk_attrs);

    if (!first || is_indexed(alter, first))
        return;
    MigLintFinding *finding = mig_lint_find(
        alter->report, "PG016", 0, "no index of %s begins with (%s)", alter->table->title, columns);

    mig_lint_safe(finding, "-- in a block with transaction=off, before it:");
    mig_lint_safe(finding, "CREATE INDEX CONCURRENTLY ON %s (%s);", alter->table->title, columns);
}

static void
foreign_key_added(const MigPgAlter *alter, const PgQuery__Constraint *key)
{
    g_autoptr(MigPgRelation) other = mig_pg_lint_relation(alter->lint, key->pktable);
    g_autofree char *name = name_of(key);

    if (!other)
        return;
    check_several(alter, other);
    check_types(alter, key, other);
    if (!alter->table->is_used)
        return;
    check_index(alter, key);
    tightens(alter, "foreign key");
    if (key->skip_validation)
        return;
    MigLintFinding *finding =
        mig_lint_find(alter->report, "PG010", 0, "writes to %s and %s wait while every row is checked",
                      alter->table->title, other->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "SHARE ROW EXCLUSIVE", MIG_WORK_SCAN);
    tell_not_valid(finding, alter, name);
}

static void
check_added(const MigPgAlter *alter, const PgQuery__Constraint *check)
{
    g_autofree char *name = name_of(check);

    tightens(alter, "CHECK");
    if (check->skip_validation)
        return;
    MigLintFinding *finding = mig_lint_find(
        alter->report, "PG011", 0, "reads and writes of %s wait while every row is checked",
        alter->table->title);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
    tell_not_valid(finding, alter, name);
}

/* The columns of a constraint that may be NULL, as a list; NULL: none. New string. */
static char *
nullable_columns(const MigPgAlter *alter, const char *index_name)
{
    return mig_pg_lint_ask(
        alter->lint,
        "SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)"
        " FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid"
        " AND a.attnum = ANY (i.indkey::int2[])"
        " WHERE i.indrelid = ?1::oid AND c.relname = ?2 AND NOT a.attnotnull",
        alter->table->oid, index_name, NULL);
}

static void
key_added(const MigPgAlter *alter, const PgQuery__Constraint *key, gboolean primary)
{
    const MigPgRelation *table = alter->table;
    const char *word = primary ? "PRIMARY KEY" : "UNIQUE";
    g_autofree char *columns = mig_pg_nodes_listed(key->n_keys, key->keys), *own = name_of(key);
    g_autofree char *name = own ? g_strdup(own)
                                : mig_pg_lint_name("%s_%s", table->name, primary ? "pkey" : "key");
    MigLintFinding *finding =
        mig_lint_find(alter->report, primary ? "PG021" : "PG020", 0,
                      "reads and writes of %s wait while the index of (%s) is built", table->title,
                      columns);

    mig_pg_lint_weigh(alter->lint, finding, table, "ACCESS EXCLUSIVE", MIG_WORK_BUILD);
    mig_lint_safe(finding, "-- in a block with transaction=off:");
    mig_lint_safe(finding, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);", name, table->title,
                  columns);
    if (primary)
        mig_lint_safe(finding, "-- each column made NOT NULL as PG030 says, and then:");
    mig_lint_safe(finding, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s;", table->title, name,
                  word, name);
    tightens(alter, word);
    MigLintFinding *may_fail =
        mig_lint_find(alter->report, "CO007", 0, "fails when two rows of %s have the same (%s)",
                      table->title, columns);

    mig_lint_safe(may_fail, "SELECT %s, count(*) FROM %s GROUP BY %s HAVING count(*) > 1;", columns,
                  table->title, columns);
}

static void
key_from_index(const MigPgAlter *alter, const PgQuery__Constraint *key)
{
    g_autofree char *columns = nullable_columns(alter, key->indexname);

    if (key->contype != PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY || !columns)
        return;
    MigLintFinding *finding =
        mig_lint_find(alter->report, "PG022", 0, "every row of %s is read to make %s NOT NULL first",
                      alter->table->title, columns);

    mig_pg_lint_weigh(alter->lint, finding, alter->table, "ACCESS EXCLUSIVE", MIG_WORK_SCAN);
}

void
mig_pg_lint_add_constraint(const MigPgAlter *alter, const PgQuery__Constraint *constraint)
{
    if (constraint->skip_validation && *constraint->conname)
        g_hash_table_add(alter->lint->not_valid,
                         g_strdup_printf("%s.%s", alter->table->oid, constraint->conname));
    if (constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
        foreign_key_added(alter, constraint);
    if (!alter->table->is_used)
        return;
    switch (constraint->contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
        check_added(alter, constraint);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
        if (*constraint->indexname)
            key_from_index(alter, constraint);
        else
            key_added(alter, constraint,
                      constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY);
        break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
        mig_pg_lint_weigh(alter->lint,
                          mig_lint_find(alter->report, "PG023", 0,
                                        "reads and writes of %s wait while the index is built",
                                        alter->table->title),
                          alter->table, "ACCESS EXCLUSIVE", MIG_WORK_BUILD);
        tightens(alter, "EXCLUDE constraint");
        break;
    default:
        break;
    }
}

void
mig_pg_lint_drop_constraint(const MigPgAlter *alter, const char *name)
{
    const MigPgRelation *table = alter->table;
    g_autofree char *other = mig_pg_lint_ask(
        alter->lint,
        "SELECT confrelid::pg_catalog.regclass FROM pg_catalog.pg_constraint"
        " WHERE conrelid = ?1::oid AND conname = ?2 AND contype = 'f' AND confrelid <> conrelid",
        table->oid, name, NULL);
    const gboolean guards =
        other || mig_pg_lint_holds(alter->lint,
                                   "SELECT 1 FROM pg_catalog.pg_constraint"
                                   " WHERE conrelid = ?1::oid AND conname = ?2"
                                   " AND contype IN ('c', 'f')",
                                   table->oid, name, NULL);

    if (guards)
        mig_lint_find(alter->report, "BC007", 0, "nothing keeps rows of %s to %s any more",
                      table->title, name);
    if (!other)
        return;
    MigLintFinding *finding = mig_lint_find(
        alter->report, "PG060", 0, "dropping %s locks %s against reads and writes, too", name, other);

    mig_lint_blocks(finding, "%s and %s: ACCESS EXCLUSIVE: reads and writes wait for a moment",
                    table->title, other);
}
