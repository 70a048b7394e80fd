/* The texts of types, sequences, functions, views and what hangs on relations. */
#include <string.h>

#include "tests/property/pg_generate.h"

/* ---- types ---- */

static char *
first_labels(GRand *rand)
{
    static const char *const lists[] = {"'a', 'b', 'c'", "'a', 'b'",
                                        "'a', 'c', 'it''s', 'Zo\303\253'", "'c', 'b', 'a', 'x y'",
                                        "'a'"};

    return g_strdup(gen_one_of(rand, lists));
}

void
pg_edit_labels(PgObject *type, GRand *rand)
{
    g_auto(GStrv) labels = g_strsplit(type->texts[1], ", ", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_autofree char *fresh = g_strdup_printf("'new%d'", g_rand_int_range(rand, 0, 1000));

    for (char **label = labels; *label; label++)
        g_ptr_array_add(list, *label);
    gint32 at = g_rand_int_range(rand, 0, (gint32)list->len + 1);
    gpointer moved;

    switch (g_rand_int_range(rand, 0, 5)) {
    case 0:
    case 1:
        g_ptr_array_insert(list, at, fresh);
        break;
    case 2:
        if (list->len > 1)
            g_ptr_array_remove_index(list, (guint)at % list->len);
        break;
    case 3:
        moved = g_ptr_array_steal_index(list, 0);
        g_ptr_array_insert(list, at % (gint32)(list->len + 1), moved);
        break;
    default:
        list->pdata[(guint)at % list->len] = fresh;
    }
    g_ptr_array_add(list, NULL);
    pg_set(type, 1, g_strjoinv(", ", (char **)list->pdata));
}

static char *
domain_text(GenSchema *schema, PgObject *domain, int text, GRand *rand)
{
    if (text == 1)
        return pg_type(schema, g_rand_int_range(rand, PG_INT, PG_BOOL), &domain->family, rand);
    if (text == 2)
        return domain->family == PG_TEXT ? g_strdup("COLLATE \"C\"") : NULL;
    if (text == 4)
        return g_strdup("NOT NULL");
    g_autofree char *value = pg_literal(domain->family, rand);

    return g_strdup_printf("DEFAULT %s", value);
}

char *
pg_text_of_type(GenSchema *schema, PgObject *type, int text, GRand *rand)
{
    static const char *const ranges[] = {"subtype = float8", "subtype = text",
                                         "subtype = float8, subtype_diff = float8mi",
                                         "subtype = text, collation = \"C\""};
    PgFamily family;

    if (text == PG_COMMENT)
        return pg_comment(rand);
    if (text == PG_GRANT)
        return g_strdup(gen_chance(rand, 50) ? "REVOKE ALL ON TYPE {@} FROM PUBLIC"
                                             : "GRANT USAGE ON TYPE {@} TO app");
    switch (type->kind) {
    case PG_ENUM:
        return first_labels(rand);
    case PG_DOMAIN:
        return domain_text(schema, type, text, rand);
    case PG_RANGE:
        return g_strdup(gen_one_of(rand, ranges));
    case PG_ATTRIBUTE:
        if (text == 1)
            return pg_type(schema, -1, &type->family, rand);
        return type->family == PG_TEXT ? g_strdup("COLLATE \"C\"") : NULL;
    case PG_COMPOSITE: {
        g_autofree char *first = pg_type(schema, PG_INT, &family, rand);

        return g_strdup(strstr(first, "serial") ? "" : "f1 integer");
    }
    default:
        return NULL;
    }
}

char *
pg_text_of_sequence(GenSchema *schema, PgObject *sequence, int text, GRand *rand)
{
    static const char *const options[] = {"START WITH 5", "INCREMENT BY -2", "MAXVALUE 5000 CYCLE",
                                          "INCREMENT BY 3 MINVALUE 3 START WITH 6", "CACHE 10"};
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);
    const PgObject *column = table ? pg_any(schema, PG_COLUMN, table->id, -1, rand) : NULL;

    switch (text) {
    case 1:
        return g_strdup("UNLOGGED");
    case 2:
        return g_strdup(gen_chance(rand, 50) ? "AS integer" : "AS smallint");
    case 3:
        return g_strdup(gen_one_of(rand, options));
    case 6:
        return column
                   ? g_strdup_printf("ALTER SEQUENCE {@} OWNED BY {%u}.{%u}", table->id, column->id)
                   : NULL;
    case PG_COMMENT:
        return pg_comment(rand);
    case PG_GRANT:
        return g_strdup("GRANT USAGE ON SEQUENCE {@} TO app");
    default:
        return NULL;
    }
}

/* ---- functions ---- */

static char *
function_arguments(const GenSchema *schema, const PgObject *function, GRand *rand)
{
    static const char *const ints[] = {"x integer", "integer", "x integer, y integer DEFAULT 2",
                                       "INOUT x integer", "\"The X\" integer DEFAULT 4"};
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);
    const PgObject *type = pg_any(schema, gen_chance(rand, 50) ? PG_ENUM : PG_DOMAIN, 0, -1, rand);

    if (function->family == PG_FOR_INT)
        return g_strdup(gen_one_of(rand, ints));
    if (function->family == PG_FOR_ROWS && table && gen_chance(rand, 50))
        return g_strdup_printf("r {%u}", table->id);
    if (function->family == PG_FOR_ROWS && type && gen_chance(rand, 60))
        return g_strdup_printf("v {%u}", type->id);
    return NULL;
}

static char *
function_result(const GenSchema *schema, const PgObject *function, GRand *rand)
{
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);

    switch ((int)function->family) {
    case PG_FOR_INT:
        return g_strdup("integer");
    case PG_FOR_TEXT:
        return g_strdup("text");
    case PG_FOR_TRIGGER:
        return g_strdup("trigger");
    case PG_FOR_EVENT:
        return g_strdup("event_trigger");
    default:
        if (table && gen_chance(rand, 40))
            return g_strdup_printf("SETOF {%u}", table->id);
        return g_strdup(gen_chance(rand, 50) ? "bigint" : "text");
    }
}

static const char *
function_manner(const PgObject *function, GRand *rand)
{
    static const char *const manners[] = {"IMMUTABLE", "IMMUTABLE STRICT",
                                          "IMMUTABLE PARALLEL SAFE", "IMMUTABLE COST 5"};
    static const char *const loose[] = {"STABLE", "VOLATILE", "STABLE SECURITY DEFINER",
                                        "SET work_mem = '5MB'"};

    return function->family == PG_FOR_INT ? gen_one_of(rand, manners) : gen_one_of(rand, loose);
}

static char *
rows_body(const GenSchema *schema, const PgObject *function, GRand *rand)
{
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);
    const PgObject *column = table ? pg_any(schema, PG_COLUMN, table->id, -1, rand) : NULL;
    const char *result = function->texts[2] ? function->texts[2] : "";

    if (g_str_has_prefix(result, "SETOF"))
        return g_strdup_printf("LANGUAGE sql AS 'SELECT * FROM %s WHERE 1 > 0'", result + 6);
    if (!column)
        return g_strdup("LANGUAGE sql AS 'SELECT 1'");
    if (gen_chance(rand, 40))
        return g_strdup_printf(
            "LANGUAGE sql BEGIN ATOMIC SELECT max({%u}::text)::%s FROM {%u}; END", column->id,
            result, table->id);
    return g_strdup_printf("LANGUAGE sql AS $b$ SELECT count(%s{%u})::%s FROM {%u} $b$",
                           gen_chance(rand, 50) ? "DISTINCT " : "", column->id, result, table->id);
}

static char *
function_body(const GenSchema *schema, const PgObject *function, GRand *rand)
{
    static const char *const ints[] = {
        "LANGUAGE sql AS 'SELECT $1 + 1'", "LANGUAGE sql AS $$ SELECT $1 * 2 $$",
        "LANGUAGE plpgsql AS $f$ BEGIN RETURN $1; END; $f$", "LANGUAGE sql RETURN $1 - 1",
        "LANGUAGE sql BEGIN ATOMIC SELECT abs($1); END"};
    static const char *const texts[] = {"LANGUAGE sql AS $$ SELECT 'it''s'::text $$",
                                        "LANGUAGE sql RETURN 'a'::text",
                                        "LANGUAGE plpgsql AS 'BEGIN RETURN ''x\\y''; END'"};
    static const char *const triggers[] = {
        "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "LANGUAGE plpgsql AS $$ BEGIN\n  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n"
        "  RETURN NEW; -- done;\nEND $$"};

    switch ((int)function->family) {
    case PG_FOR_INT:
        return g_strdup(gen_one_of(rand, ints));
    case PG_FOR_TEXT:
        return g_strdup(gen_one_of(rand, texts));
    case PG_FOR_TRIGGER:
        return g_strdup(gen_one_of(rand, triggers));
    case PG_FOR_EVENT:
        return g_strdup("LANGUAGE plpgsql AS $$ BEGIN NULL; END $$");
    default:
        return rows_body(schema, function, rand);
    }
}

static char *
procedure_body(const GenSchema *schema, GRand *rand)
{
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);

    if (table && gen_chance(rand, 60))
        return g_strdup_printf("LANGUAGE sql AS $p$ DELETE FROM {%u} WHERE 1 > %d $p$", table->id,
                               g_rand_int_range(rand, 1, 50));
    return g_strdup("LANGUAGE plpgsql AS $p$ BEGIN COMMIT; END $p$");
}

char *
pg_text_of_function(GenSchema *schema, PgObject *function, int text, GRand *rand)
{
    const char *word = function->kind == PG_PROCEDURE ? "PROCEDURE" : "FUNCTION";

    if (text == PG_COMMENT)
        return pg_comment(rand);
    if (text == PG_GRANT)
        return g_strdup_printf(gen_chance(rand, 50) ? "REVOKE ALL ON %s {@} FROM PUBLIC"
                                                    : "GRANT EXECUTE ON %s {@} TO app",
                               word);
    if (function->kind == PG_AGGREGATE)
        return g_strdup(gen_chance(rand, 50)
                            ? "sfunc = int4pl, stype = integer, initcond = '0'"
                            : "sfunc = int4larger, stype = integer, parallel = safe");
    if (function->kind == PG_PROCEDURE)
        return text == 1 ? g_strdup("IN n integer DEFAULT 1") : procedure_body(schema, rand);
    switch (text) {
    case 1:
        return function_arguments(schema, function, rand);
    case 2:
        return function_result(schema, function, rand);
    case 3:
        return g_strdup(function_manner(function, rand));
    default:
        return function_body(schema, function, rand);
    }
}

/* ---- views ---- */

static char *
query_over_view(const GenSchema *schema, const PgObject *self, GRand *rand)
{
    static const char *const queries[] = {
        "SELECT v.k FROM {%u} v", "SELECT k, count(*) AS n FROM {%u} GROUP BY k",
        "SELECT * FROM {%u}", "SELECT k FROM {%u} UNION ALL SELECT NULL"};
    PgKind kind = gen_chance(rand, 70) ? PG_VIEW : PG_MATVIEW;
    const PgObject *view = pg_any(schema, kind, 0, -1, rand);

    if (!view || view->id >= self->id)
        return NULL;
    return g_strdup_printf(gen_one_of(rand, queries), view->id);
}

static char *
query(const GenSchema *schema, const PgObject *self, GRand *rand)
{
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);
    const PgObject *a = table ? pg_any(schema, PG_COLUMN, table->id, -1, rand) : NULL;
    const PgObject *b = table ? pg_any(schema, PG_COLUMN, table->id, -1, rand) : NULL;
    const PgObject *other = pg_any(schema, PG_TABLE, 0, -1, rand);
    char *nested = gen_chance(rand, 35) ? query_over_view(schema, self, rand) : NULL;

    if (nested)
        return nested;
    if (!a)
        return g_strdup("SELECT 1 AS k");
    g_autofree char *expression = pg_expression(schema, a, rand);
    g_autofree char *condition = pg_condition(schema, table->id, rand);

    switch (g_rand_int_range(rand, 0, 7)) {
    case 0:
        return g_strdup_printf("SELECT {%u} AS k, {%u} AS v FROM {%u}", a->id, b->id, table->id);
    case 1:
        return g_strdup_printf("SELECT {%u} AS k FROM {%u} WHERE %s", a->id, table->id, condition);
    case 2:
        return g_strdup_printf("SELECT %s AS k, row_number() OVER () AS n FROM {%u}", expression,
                               table->id);
    case 3:
        return g_strdup_printf("WITH q AS (SELECT {%u} AS k FROM {%u}) SELECT k FROM q LIMIT 5",
                               a->id, table->id);
    case 4:
        return g_strdup_printf("SELECT x.{%u} AS k, count(y.*) AS n FROM {%u} x LEFT JOIN {%u} y "
                               "ON true GROUP BY 1",
                               a->id, table->id, other->id);
    case 5:
        return g_strdup_printf("SELECT {%u} AS k, t.* FROM {%u} t", a->id, table->id);
    default:
        return g_strdup_printf("SELECT {%u} AS k, CASE WHEN %s THEN 'y' ELSE 'n' END AS c "
                               "FROM {%u} ORDER BY 2",
                               a->id, condition, table->id);
    }
}

char *
pg_text_of_view(GenSchema *schema, PgObject *view, int text, GRand *rand)
{
    static const char *const options[] = {
        "WITH (security_barrier)", "WITH (security_invoker = true)", "WITH (check_option = local)"};

    switch (text) {
    case 1:
        return g_strdup(view->kind == PG_VIEW ? gen_one_of(rand, options)
                                              : "WITH (fillfactor = 70)");
    case 2:
        return query(schema, view, rand);
    case 3:
        return g_strdup("WITH NO DATA");
    case 6:
        return view->kind == PG_VIEW ? g_strdup("ALTER VIEW {@} ALTER COLUMN k SET DEFAULT NULL")
                                     : g_strdup("ALTER MATERIALIZED VIEW {@} ALTER COLUMN k "
                                                "SET STATISTICS 33");
    case 7:
        return g_strdup("COMMENT ON COLUMN {@}.k IS 'the k'");
    case PG_COMMENT:
        return pg_comment(rand);
    case PG_GRANT:
        return g_strdup("GRANT SELECT ON {@} TO app");
    default:
        return NULL;
    }
}

/* ---- triggers, rules, policies, statistics ---- */

static char *
trigger_text(const GenSchema *schema, const PgObject *trigger, GRand *rand)
{
    const PgObject *parent = pg_find(schema, trigger->parent);
    const PgObject *function = pg_any(schema, PG_FUNCTION, 0, PG_FOR_TRIGGER, rand);
    const PgObject *column = pg_any(schema, PG_COLUMN, trigger->parent, -1, rand);

    if (!function || !parent)
        return NULL;
    if (parent->kind == PG_VIEW)
        return g_strdup_printf("CREATE TRIGGER {@} INSTEAD OF %s ON {^} FOR EACH ROW EXECUTE "
                               "FUNCTION {%u}('arg')",
                               gen_chance(rand, 50) ? "INSERT" : "UPDATE OR DELETE", function->id);
    if (!column)
        return NULL;
    switch (g_rand_int_range(rand, 0, 6)) {
    case 0:
        return g_strdup_printf("CREATE TRIGGER {@} BEFORE INSERT OR UPDATE ON {^} FOR EACH ROW "
                               "EXECUTE FUNCTION {%u}()",
                               function->id);
    case 1:
        return g_strdup_printf("CREATE TRIGGER {@} BEFORE UPDATE OF {%u} ON {^} FOR EACH ROW WHEN "
                               "(old.{%u} IS NOT NULL) EXECUTE FUNCTION {%u}('a', 'it''s')",
                               column->id, column->id, function->id);
    case 2:
        return g_strdup_printf("CREATE TRIGGER {@} AFTER INSERT ON {^} REFERENCING NEW TABLE AS "
                               "fresh FOR EACH STATEMENT EXECUTE FUNCTION {%u}()",
                               function->id);
    case 3:
        return g_strdup_printf("CREATE CONSTRAINT TRIGGER {@} AFTER INSERT OR UPDATE ON {^} "
                               "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {%u}()",
                               function->id);
    case 4:
        return g_strdup_printf("CREATE TRIGGER {@} AFTER TRUNCATE ON {^} FOR EACH STATEMENT "
                               "EXECUTE FUNCTION {%u}()",
                               function->id);
    default:
        return g_strdup_printf("CREATE TRIGGER {@} AFTER DELETE ON {^} FOR EACH ROW WHEN (old.* IS "
                               "NOT NULL) EXECUTE FUNCTION {%u}()",
                               function->id);
    }
}

static char *
rule_text(const GenSchema *schema, const PgObject *rule, GRand *rand)
{
    const PgObject *other = pg_any(schema, PG_TABLE, 0, -1, rand);
    const PgObject *column = pg_any(schema, PG_COLUMN, rule->parent, -1, rand);

    if (column && other && gen_chance(rand, 50))
        return g_strdup_printf("CREATE RULE {@} AS ON UPDATE TO {^} WHERE old.{%u} IS NULL DO ALSO "
                               "SELECT count(*) FROM {%u}",
                               column->id, other->id);
    return g_strdup(gen_chance(rand, 50) ? "CREATE RULE {@} AS ON DELETE TO {^} WHERE 1 < 0 DO "
                                           "INSTEAD NOTHING"
                                         : "CREATE RULE {@} AS ON UPDATE TO {^} DO ALSO NOTHING");
}

static char *
policy_text(const GenSchema *schema, const PgObject *policy, int text, GRand *rand)
{
    static const char *const commands[] = {"FOR SELECT", "FOR UPDATE", "FOR DELETE", "FOR ALL"};
    g_autofree char *condition = pg_condition(schema, policy->parent, rand);
    const PgObject *table = pg_any(schema, PG_TABLE, 0, -1, rand);

    if (text == 1)
        return g_strdup("AS RESTRICTIVE");
    if (text == 2)
        return g_strdup(gen_one_of(rand, commands));
    if (text == 3)
        return g_strdup(gen_chance(rand, 50) ? "TO app" : "TO app, \"App Two\"");
    if (text == 4 && gen_chance(rand, 30) && table)
        return g_strdup_printf("USING (EXISTS (SELECT 1 FROM {%u}))", table->id);
    return g_strdup_printf(text == 4 ? "USING (%s)" : "WITH CHECK (%s)", condition);
}

static char *
statistics_columns(const GenSchema *schema, const PgObject *statistics, GRand *rand)
{
    const PgObject *a = pg_any(schema, PG_COLUMN, statistics->parent, -1, rand);
    const PgObject *b = pg_any(schema, PG_COLUMN, statistics->parent, -1, rand);

    if (!a || a == b)
        return NULL;
    g_autofree char *expression = pg_expression(schema, b, rand);

    if (gen_chance(rand, 25))
        return g_strdup_printf("{%u}, (%s)", a->id, expression);
    return g_strdup_printf("{%u}, {%u}", a->id, b->id);
}

char *
pg_text_of_code(GenSchema *schema, PgObject *object, int text, GRand *rand)
{
    static const char *const states[] = {"DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"};

    if (text == PG_COMMENT)
        return pg_comment(rand);
    if (object->kind == PG_TRIGGER && text == 1)
        return trigger_text(schema, object, rand);
    if (object->kind == PG_RULE && text == 1)
        return rule_text(schema, object, rand);
    if (object->kind == PG_TRIGGER || object->kind == PG_RULE)
        return g_strdup_printf("ALTER TABLE {^} %s %s {@}", gen_one_of(rand, states),
                               object->kind == PG_TRIGGER ? "TRIGGER" : "RULE");
    if (object->kind == PG_POLICY)
        return policy_text(schema, object, text, rand);
    if (text == 1)
        return g_strdup(gen_chance(rand, 50) ? "(ndistinct)" : "(dependencies, mcv)");
    if (text == 6)
        return g_strdup("ALTER STATISTICS {@} SET STATISTICS 90");
    return statistics_columns(schema, object, rand);
}

/* ---- what is in no schema, or has no parts ---- */

char *
pg_text_of_root(GenSchema *schema, PgObject *object, int text, GRand *rand)
{
    const PgObject *function = pg_any(schema, PG_FUNCTION, 0, PG_FOR_EVENT, rand);

    if (text == PG_COMMENT)
        return pg_comment(rand);
    if (object->kind == PG_SCHEMA)
        return g_strdup("GRANT USAGE ON SCHEMA {@} TO app");
    if (object->kind == PG_COLLATION)
        return g_strdup(gen_chance(rand, 50) ? "provider = icu, locale = 'de'"
                                             : "provider = libc, locale = 'C'");
    if (object->kind == PG_EVENT_TRIGGER && function)
        return g_strdup_printf("CREATE EVENT TRIGGER {@} ON ddl_command_end WHEN TAG IN ('%s') "
                               "EXECUTE FUNCTION {%u}()",
                               gen_chance(rand, 50) ? "CREATE ROLE" : "ALTER POLICY", function->id);
    return NULL;
}
