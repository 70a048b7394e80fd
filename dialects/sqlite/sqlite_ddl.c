#include "dialects/sqlite/sqlite_ddl.h"

#include <string.h>

static char *
slice(const char *sql, const MigSqliteItem *item)
{
    return g_strndup(sql + item->offset, item->length);
}

/* What a constraint is called: by its name, else by what it is. */
static char *
constraint_title(const MigSqliteConstraint *constraint)
{
    if (constraint->item.name)
        return g_strdup(constraint->item.name);
    if (strcmp(constraint->type, "PRIMARY KEY") == 0)
        return g_strdup("primary key");
    if (strcmp(constraint->type, "UNIQUE") == 0)
        return g_strdup_printf("unique (%s)", constraint->columns);
    if (strcmp(constraint->type, "CHECK") == 0)
        return g_strdup_printf("check (%s)", constraint->expression);
    return g_strdup_printf("foreign key (%s) references %s", constraint->columns,
                           constraint->references);
}

static void
add_constraint(MigSchema *schema, MigObject *table, const MigSqliteConstraint *constraint,
               const MigSqliteColumn *column, const char *sql)
{
    g_autofree char *title = constraint_title(constraint);
    g_autofree char *definition = slice(sql, &constraint->item);
    MigObject *object = mig_schema_add(schema, "constraint", table, title);

    mig_object_set(object, "type", constraint->type);
    mig_object_set(object, "columns", constraint->columns);
    mig_object_set(object, "expression", constraint->expression);
    mig_object_set(object, "conflict", constraint->conflict);
    mig_object_set(object, "autoincrement", constraint->autoincrement ? "AUTOINCREMENT" : NULL);
    mig_object_set(object, "references", constraint->references);
    mig_object_set(object, "ref-columns", constraint->ref_columns);
    mig_object_set(object, "on-delete", constraint->on_delete);
    mig_object_set(object, "on-update", constraint->on_update);
    mig_object_set(object, "match", constraint->match);
    mig_object_set(object, "deferrable",
                   constraint->deferred ? "DEFERRABLE INITIALLY DEFERRED" : NULL);
    mig_object_set_rendering(object, "definition", definition);
    mig_object_set_rendering(object, "written-in", column ? column->item.name : NULL);
    if (constraint->ref_table) {
        g_autofree char *identity =
            mig_schema_identity(schema, "table", NULL, constraint->ref_table);

        mig_object_depend(object, identity);
        if (strcmp(identity, table->identity) != 0)
            mig_object_depend(table, identity);
    }
}

static void
add_column(MigSchema *schema, MigObject *table, const MigSqliteColumn *column, int position,
           const char *sql)
{
    g_autofree char *definition = slice(sql, &column->item);
    MigObject *object = mig_schema_add(schema, "column", table, column->item.name);

    object->position = position;
    mig_object_set(object, "type", column->type);
    mig_object_set(object, "not-null", column->not_null);
    mig_object_set(object, "default", column->default_value);
    mig_object_set(object, "collation", column->collation);
    mig_object_set(object, "generated", column->generated);
    mig_object_set_rendering(object, "definition", definition);
    for (guint i = 0; i < column->constraints->len; i++)
        add_constraint(schema, table, column->constraints->pdata[i], column, sql);
}

static const char *
options_of(const MigSqliteTable *table)
{
    if (table->strict)
        return table->without_rowid ? "STRICT, WITHOUT ROWID" : "STRICT";
    return table->without_rowid ? "WITHOUT ROWID" : NULL;
}

MigObject *
mig_sqlite_table_add(MigSchema *schema, const char *name, const char *sql, GError **error)
{
    g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(sql, error);

    if (!table)
        return NULL;
    MigObject *object = mig_schema_add(schema, "table", NULL, name);

    mig_object_set(object, "options", options_of(table));
    mig_object_set_rendering(object, "sql", sql);
    for (guint i = 0; i < table->columns->len; i++)
        add_column(schema, object, table->columns->pdata[i], (int)i + 1, sql);
    for (guint i = 0; i < table->constraints->len; i++)
        add_constraint(schema, object, table->constraints->pdata[i], NULL, sql);
    return object;
}
