/* Rule 9: a table that a script drops and makes again loses what hung on it. What that was is noted
 * in a setting of the transaction just before the drop, so that it costs no round trip. */
#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_units.h"
#include "dialects/postgresql/pg_words.h"

#define NOTES                                                                                      \
    "COALESCE(NULLIF(pg_catalog.current_setting('migrate.at_risk', true), ''), "                   \
    "'[]')::pg_catalog.jsonb"

/* Indexes of constraints and triggers of foreign keys are part of their table. */
#define HANGING                                                                                    \
    "SELECT 'index' AS kind, i.relname AS name, x.indrelid AS owner"                               \
    " FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid"         \
    " WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.oid"      \
    " AND k.contype IN ('p', 'u', 'x'))"                                                           \
    " UNION ALL SELECT 'trigger', t.tgname, t.tgrelid FROM pg_catalog.pg_trigger AS t"             \
    " WHERE NOT t.tgisinternal"

static GPtrArray *
dropped_by(const MigUnit *unit, guint statement)
{
    const MigStatement *at = &unit->statements[statement];

    return mig_pg_dropped_tables(unit->text + at->offset, at->length);
}

static gboolean
allows_all(const MigUnit *unit)
{
    for (guint i = 0; unit->allow_drop && i < unit->allow_drop->len; i++) {
        if (strcmp(unit->allow_drop->pdata[i], "*") == 0)
            return TRUE;
    }
    return FALSE;
}

/* A table that is dropped for good takes what hangs on it along, and that is no surprise: only a
 * script that makes or renames a table may put another in its place. */
gboolean
mig_pg_losses_possible(const MigUnit *unit)
{
    gboolean drops = FALSE;

    if (unit->n_statements < 2 || allows_all(unit))
        return FALSE;
    for (guint i = 0; !drops && i < unit->n_statements; i++) {
        g_autoptr(GPtrArray) dropped = dropped_by(unit, i);

        drops = dropped->len > 0;
    }
    return drops;
}

char *
mig_pg_losses_note(const MigUnit *unit, guint statement)
{
    g_autoptr(GPtrArray) dropped = dropped_by(unit, statement);
    g_autoptr(GString) tables = g_string_new(NULL);

    if (dropped->len == 0)
        return NULL;
    for (guint i = 0; i < dropped->len; i++) {
        g_autofree char *literal = mig_pg_target_literal(dropped->pdata[i]);

        g_string_append_printf(tables, "%spg_catalog.to_regclass(%s)", i ? ", " : "", literal);
    }
    return g_strdup_printf(
        "SELECT pg_catalog.set_config('migrate.at_risk', (" NOTES " || COALESCE("
        "pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(h.kind, h.name, n.nspname, c.relname)"
        " ORDER BY h.kind, h.name), '[]'))::pg_catalog.text, true) FROM (" HANGING ") AS h"
        " JOIN pg_catalog.pg_class AS c ON c.oid = h.owner"
        " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE h.owner IN (%s)",
        tables->str);
}

/* A glob as a pattern of LIKE. */
static char *
like_pattern(const char *glob)
{
    g_autoptr(GString) pattern = g_string_new(NULL);

    for (; *glob; glob++) {
        if (strchr("%_\\", *glob))
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *glob == '*' ? '%' : *glob == '?' ? '_' : *glob);
    }
    return mig_pg_quote_literal(pattern->str);
}

char *
mig_pg_losses_check(const MigUnit *unit)
{
    g_autoptr(GString) sql = g_string_new(
        "SELECT CASE WHEN l.names IS NOT NULL THEN CAST('" MIG_PG_MARK
        "' || l.names || '" MIG_PG_MARK_END "' AS pg_catalog.int4) END FROM (SELECT "
        "pg_catalog.string_agg(pg_catalog.format('%s ''%s'' of ''%s''', e->>0, e->>1, e->>3), ', ' "
        "ORDER BY e->>0, e->>1)"
        " AS names FROM pg_catalog.jsonb_array_elements(" NOTES ") AS e"
        " JOIN pg_catalog.pg_namespace AS n ON n.nspname = e->>2"
        " JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = e->>3"
        " AND c.relkind IN ('r', 'p')"
        " WHERE NOT EXISTS (SELECT 1 FROM (" HANGING
        ") AS h WHERE h.owner = c.oid AND h.kind = e->>0 AND h.name = e->>1)");

    for (guint i = 0; unit->allow_drop && i < unit->allow_drop->len; i++) {
        g_autofree char *pattern = like_pattern(unit->allow_drop->pdata[i]);

        g_string_append_printf(sql, " AND e->>1 NOT LIKE %s", pattern);
    }
    g_string_append(sql, ") AS l");
    return g_string_free(g_steal_pointer(&sql), FALSE);
}
