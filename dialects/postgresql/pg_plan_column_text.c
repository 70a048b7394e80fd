/* Columns as CREATE TABLE and ADD COLUMN take them. */
#include <string.h>

#include "dialects/postgresql/pg_plan_object.h"
#include "dialects/postgresql/pg_plan_table.h"

/* What PostgreSQL cuts names to. */
#define NAME_BYTES 63

static gboolean
is_name_taken(const MigSchema *schema, const MigObject *sequence)
{
    static const char *const kinds[] = {"table", "view", "materialized view", "sequence",
                                        "composite type"};
    const char *path = sequence->identity + strlen(sequence->kind);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *identity = g_strconcat(kinds[i], path, NULL);

        if (mig_schema_find(schema, identity))
            return TRUE;
    }
    return FALSE;
}

/* Whether the sequence is what "serial" makes for the column. */
static gboolean
is_plain_serial(const MigObject *column, const MigObject *sequence)
{
    static const char *const settings[] = {"start", "increment", "min",         "max",
                                           "cache", "cycle",     "persistence", NULL};
    const char *type = mig_object_get(sequence, "type");
    g_autofree char *name =
        g_strdup_printf("%s_%s_seq", mig_object_name(column->parent), mig_object_name(column));

    for (gsize i = 0; settings[i]; i++) {
        if (mig_object_get(sequence, settings[i]))
            return FALSE;
    }
    return strlen(name) <= NAME_BYTES && strcmp(mig_object_name(sequence), name) == 0 &&
           g_strcmp0(mig_object_namespace(sequence), mig_object_namespace(column)) == 0 &&
           strcmp(type ? type : "bigint", mig_object_get(column, "type")) == 0 &&
           g_strcmp0(mig_object_get(sequence, "owned-by"), column->identity) == 0;
}

static const char *
serial_type(const MigObject *column)
{
    const char *type = mig_object_get(column, "type");

    return strcmp(type, "bigint") == 0    ? "bigserial"
           : strcmp(type, "integer") == 0 ? "serial"
                                          : "smallserial";
}

const MigObject *
mig_pg_serial_of(const MigPgPlanner *planner, const MigObject *column)
{
    const char *value = mig_object_get(column, "default");

    if (!value || !g_str_has_prefix(value, "nextval(") || !mig_object_get(column, "not-null") ||
        mig_object_get(column->parent, "persistence") ||
        mig_object_get(column->parent, "unlogged") || mig_object_get(column, "inherited") ||
        g_hash_table_contains(planner->defaults, column))
        return NULL;
    for (guint i = 0; i < column->depends->len; i++) {
        const MigObject *sequence = mig_schema_find(planner->input->to, column->depends->pdata[i]);

        if (sequence && mig_object_is_kind(sequence, "sequence") &&
            mig_pg_planner_creates(planner, sequence) && is_plain_serial(column, sequence) &&
            !is_name_taken(planner->input->from, sequence))
            return sequence;
    }
    return NULL;
}

void
mig_pg_append_identity(GString *out, const MigObject *column)
{
    const char *options = mig_object_get(column, "identity-options");
    g_autofree char *kind = g_ascii_strup(mig_object_get(column, "identity"), -1);

    g_string_append_printf(out, " GENERATED %s AS IDENTITY", kind);
    if (options)
        g_string_append_printf(out, " (%s)", options);
}

static void
append_value(const MigPgPlanner *planner, GString *out, const MigObject *column)
{
    const char *generated = mig_object_get(column, "generated");
    const char *value = mig_object_get(column, "default");

    if (generated) {
        g_autofree char *kind = g_ascii_strup(mig_object_get(column, "generated-kind"), -1);

        g_string_append_printf(out, " GENERATED ALWAYS AS (%s) %s", generated, kind);
    } else if (mig_object_get(column, "identity")) {
        mig_pg_append_identity(out, column);
    } else if (value && !g_hash_table_contains(planner->defaults, column)) {
        g_string_append_printf(out, " DEFAULT %s", value);
    }
}

void
mig_pg_append_column(const MigPgPlanner *planner, GString *out, const MigObject *column)
{
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    const char *collation = mig_object_get(column, "collation");
    const MigObject *serial = mig_pg_serial_of(planner, column);

    g_string_append_printf(out, "%s %s", name,
                           serial ? serial_type(column) : mig_object_get(column, "type"));
    if (serial)
        return;
    if (mig_object_get(column, "foreign-options"))
        g_string_append_printf(out, " OPTIONS (%s)", mig_object_get(column, "foreign-options"));
    if (collation)
        g_string_append_printf(out, " COLLATE %s", collation);
    append_value(planner, out, column);
    if (mig_object_get(column, "not-null") && !mig_object_get(column, "identity"))
        g_string_append(out, " NOT NULL");
}
