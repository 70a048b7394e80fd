/* Hazards: what a plan can do to rows and to code that runs beside it, with the query that finds
 * the rows that stand in the way. */
#include <string.h>

#include "dialects/postgresql/pg_plan_table.h"

/* What is said of a foreign table is not checked, and no rows of its are written. */
static gboolean
is_elsewhere(const MigObject *part)
{
    return mig_object_get(part->parent, "server") != NULL;
}

/* Expressions that are computed anew for each row (and so rewrite the table). */
static gboolean
is_volatile(const MigPgPlanner *planner, const MigObject *column)
{
    static const char *const functions[] = {
        "nextval(",         "clock_timestamp(", "timeofday(", "random(", "random_normal(",
        "gen_random_uuid(", "uuid_generate_v",  "uuidv4(",    "uuidv7("};
    const char *value = mig_object_get(column, "default");

    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strstr(value, functions[i]))
            return TRUE;
    }
    for (guint i = 0; i < column->depends->len; i++) {
        const MigObject *object = mig_schema_find(planner->input->to, column->depends->pdata[i]);
        const char *definition = object && mig_object_is_kind(object, "function")
                                     ? mig_object_get(object, "definition")
                                     : NULL;

        if (definition && !strstr(definition, "\n IMMUTABLE") && !strstr(definition, "\n STABLE"))
            return TRUE;
    }
    return FALSE;
}

const char *
mig_pg_rule_of_rewrite(const MigPgPlanner *planner, const MigObject *column)
{
    const char *value = mig_object_get(column, "default");

    if (mig_object_get(column, "identity") || (value && strstr(value, "nextval(")))
        return "PG032";
    if (g_strcmp0(mig_object_get(column, "generated-kind"), "stored") == 0)
        return "PG033";
    return value && is_volatile(planner, column) ? "PG031" : NULL;
}

/* "NULL::integer" is no value. object: a column, or a domain. */
static gboolean
has_default(const MigObject *column)
{
    const char *value = mig_object_get(column, "default");

    return value && strcmp(value, "NULL") != 0 && !g_str_has_prefix(value, "NULL::");
}

/* The domain that a column, or another domain, is of; NULL: none. */
static const MigObject *
domain_of(const MigPgPlanner *planner, const MigObject *object)
{
    gboolean array = g_str_has_suffix(mig_object_get(object, "type"), "[]");

    for (guint i = 0; !array && i < object->depends->len; i++) {
        const MigObject *type = mig_schema_find(planner->input->to, object->depends->pdata[i]);

        if (type && mig_object_is_kind(type, "domain"))
            return type;
    }
    return NULL;
}

/* Rows that a table has get a value that the new column's domain may not take: a default, or NULL.
 */
static void
hazards_of_domain(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    gboolean has_value = (has_default(column) && !mig_pg_default_never_fits(column)) ||
                         mig_object_get(column, "generated");
    const MigObject *first = domain_of(planner, column);

    for (const MigObject *domain = first; domain; domain = domain_of(planner, domain))
        has_value |= has_default(domain);
    for (const MigObject *domain = first; domain; domain = domain_of(planner, domain)) {
        g_autofree char *title = mig_pg_title(planner->input->to, domain);

        if (mig_object_get(domain, "not-null") && !has_value)
            mig_pg_hazard(action, "CO005",
                          "new column %s.%s has no default and is of %s, which is NOT NULL: fails "
                          "when the table has rows",
                          table, name, title);
        for (guint i = 0; i < domain->children->len; i++) {
            const char *check = mig_object_get(domain->children->pdata[i], "definition");

            if (has_value || strstr(check, "NULL") || strstr(check, "COALESCE"))
                mig_action_hazard(action, "fails-on-data",
                                  "rows get %s in new column %s.%s: fails when that is no %s, "
                                  "which has %s",
                                  has_value ? "a value" : "NULL", table, name, title, check);
        }
    }
}

/* Whether a function is called in an expression. */
static gboolean
calls(const char *value)
{
    for (const char *open = strchr(value, '('); open; open = strchr(open + 1, '(')) {
        if (open > value && (g_ascii_isalnum(open[-1]) || strchr("_\"", open[-1])))
            return TRUE;
    }
    return FALSE;
}

/* Whether the column's type takes only some values of its kind, and the default is not plainly one.
 */
static gboolean
may_not_fit(const MigObject *column)
{
    static const char *const limited[] = {"character", "bit", "numeric"};
    const char *type = mig_object_get(column, "type"), *value = mig_object_get(column, "default");
    const char *open = strchr(type, '('), *close = value ? strrchr(value, '\'') : NULL;
    gboolean takes_some = mig_object_get(column, "base-type") != NULL;

    for (gsize i = 0; open && i < G_N_ELEMENTS(limited); i++)
        takes_some |= g_str_has_prefix(type, limited[i]);
    if (!takes_some || !has_default(column))
        return FALSE;
    return calls(value) ||
           (open && *value == '\'' && g_str_has_prefix(type, "numeric") &&
            g_utf8_strlen(value + 1, close - value - 1) > g_ascii_strtoll(open + 1, NULL, 10));
}

void
mig_pg_hazards_of_column(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));
    gboolean unfit = mig_pg_default_never_fits(column);
    gboolean has_value = (has_default(column) && !unfit) || mig_object_get(column, "identity") ||
                         mig_object_get(column, "generated");

    if (is_elsewhere(column))
        return;
    if (mig_object_get(column, "not-null") && !has_value)
        mig_pg_hazard(action, "CO005",
                      "new column %s.%s is NOT NULL and has no default%s: fails when the table has "
                      "rows\n"
                      "to fill it, add it without NOT NULL, then:\n"
                      "UPDATE %s SET %s = ... WHERE %s IS NULL;\n"
                      "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;",
                      table, name, unfit ? " that fits its type" : "", table, name, name, table,
                      name);
    if (g_strcmp0(mig_object_get(column, "generated-kind"), "stored") == 0)
        mig_action_hazard(action, "fails-on-data",
                          "a row that %s.%s cannot be computed for, or not as %s, stops the run:\n"
                          "SELECT %s FROM %s;",
                          table, name, mig_object_get(column, "type"),
                          mig_object_get(column, "generated"), table);
    hazards_of_domain(planner, column, action);
    if (may_not_fit(column) && !unfit)
        mig_action_hazard(action, "fails-on-data",
                          "stops the run when table %s has rows and the default of %s is no value "
                          "of %s:\n"
                          "SELECT %s;",
                          table, name, mig_object_get(column, "type"),
                          mig_object_get(column, "default"));
    const char *rule = mig_pg_rule_of_rewrite(planner, column);

    if (rule)
        mig_pg_hazard(action, rule, "writes table %s anew under ACCESS EXCLUSIVE", table);
}

void
mig_pg_hazards_of_own_null(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    const MigObject *first = mig_pg_first_of_line(planner, column);
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));

    if (is_elsewhere(column) || mig_pg_planner_creates(planner, column->parent) ||
        (has_default(first) && !g_hash_table_contains(planner->defaults, first)))
        return;
    mig_pg_hazard(action, "CO005",
                  "new column %s.%s is NOT NULL and comes with no default: fails when the table has "
                  "rows",
                  table, name);
}

void
mig_pg_hazard_of_null_rule(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));

    mig_pg_hazard(action, "BC005", "code that leaves %s.%s NULL fails", table, name);
}

void
mig_pg_hazards_of_null(const MigPgPlanner *planner, const MigObject *column, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, column);
    g_autofree char *name = mig_pg_name(mig_object_name(column));

    mig_pg_hazard(action, "CO006",
                  "%s.%s becomes NOT NULL; rows that stand in the way:\n"
                  "SELECT * FROM %s WHERE %s IS NULL;\n"
                  "UPDATE %s SET %s = ... WHERE %s IS NULL;",
                  table, name, table, name, table, name, name);
}

static void
null_forbidden(const MigPgPlanner *planner, const char *table, const MigChange *change,
               MigAction *action)
{
    if (!mig_pg_changes(change, "not-null") || !mig_object_get(change->to, "not-null") ||
        mig_pg_is_proven_first(planner, change) || mig_pg_is_proven(planner, change->to))
        return;
    mig_pg_hazards_of_null(planner, change->to, action);
    mig_pg_hazard_of_null_rule(planner, change->to, action);
    mig_pg_hazard(action, "PG030", "reads table %s under ACCESS EXCLUSIVE", table);
}

/* Whether every value of one type is one of the other. */
static gboolean
holds_all(const char *from, const char *to)
{
    static const char *const wider[] = {"smallint", "integer", "bigint", "numeric", NULL};
    gboolean found = FALSE;

    if (strcmp(to, "text") == 0 || strcmp(to, "character varying") == 0)
        return TRUE;
    for (gsize i = 0; wider[i]; i++) {
        if (found && strcmp(wider[i], to) == 0)
            return TRUE;
        found |= strcmp(wider[i], from) == 0;
    }
    return FALSE;
}

static void
type_changed(const char *table, const char *name, const MigChange *change, MigAction *action)
{
    const char *old = mig_object_get(change->from, "type"),
               *new = mig_object_get(change->to, "type");

    if (!mig_pg_changes(change, "type") || mig_pg_is_binary_change(old, new))
        return;
    mig_pg_hazard(action, "PG040", "writes table %s anew under ACCESS EXCLUSIVE", table);
    mig_pg_hazard(action, "BC006", "%s.%s becomes %s instead of %s", table, name, new, old);
    if (!holds_all(old, new)) {
        g_autofree char *using = mig_pg_using(name, old, new);
        g_autofree char *cast =
            *using ? g_strdup(using + strlen(" USING ")) : g_strdup_printf("%s::%s", name, new);

        mig_pg_hazard(
            action, "CO008",
            "a value of %s.%s that does not fit %s stops the run, or is rounded or cut; to "
            "see what becomes of them:\n"
            "SELECT %s, %s FROM %s;",
            table, name, new, name, cast, table);
    }
}

void
mig_pg_hazards_of_change(const MigPgPlanner *planner, const MigChange *change, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, change->to);
    g_autofree char *name = mig_pg_name(mig_object_name(change->to));

    if (is_elsewhere(change->to))
        return;
    if (mig_pg_sets(planner, change->to, "not-null"))
        null_forbidden(planner, table, change, action);
    if (mig_pg_follows_parent(planner, change->to))
        return;
    type_changed(table, name, change, action);
    if (mig_object_get(change->from, "identity") && !mig_object_get(change->to, "identity"))
        mig_pg_hazard(action, "DS007", "%s.%s forgets where its numbers stand", table, name);
}

/* The columns of a key: what stands in the first parentheses. New string. */
static char *
key_columns(const char *definition)
{
    const char *open = strchr(definition, '('), *close = open ? strchr(open, ')') : NULL;

    return close ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup("");
}

/* "a IS NOT NULL AND b IS NOT NULL" */
static char *
all_not_null(const char *columns, const char *prefix)
{
    g_auto(GStrv) names = g_strsplit(columns, ", ", -1);
    GString *out = g_string_new(NULL);

    for (char **name = names; *name; name++)
        g_string_append_printf(out, "%s%s%s IS NOT NULL", name > names ? " AND " : "", prefix,
                               *name);
    return g_string_free(out, FALSE);
}

static void
key_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    g_autofree char *columns = key_columns(definition);
    g_autofree char *condition = all_not_null(columns, "");

    mig_pg_hazard(action, "CO007",
                  "%s on table %s; rows that stand in the way:\n"
                  "SELECT %s, count(*) FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1;",
                  name, table, columns, table, condition, columns);
}

static void
check_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    const char *open = strchr(definition, '('), *close = strrchr(definition, ')');

    if (!open || !close)
        return;
    mig_action_hazard(action, "fails-on-data",
                      "%s on table %s; rows that stand in the way:\n"
                      "SELECT * FROM %s WHERE NOT %.*s;",
                      name, table, table, (int)(close - open + 1), open);
}

/* "a.x = b.y AND …" for two lists of columns. */
static char *
pairs(const char *left, const char *right)
{
    g_auto(GStrv) one = g_strsplit(left, ", ", -1), two = g_strsplit(right, ", ", -1);
    GString *out = g_string_new(NULL);

    for (guint i = 0; one[i] && two[i]; i++)
        g_string_append_printf(out, "%sr.%s = t.%s", i ? " AND " : "", two[i], one[i]);
    return g_string_free(out, FALSE);
}

/* The table that a foreign key refers to, as its definition spells it. New string; NULL: it is not
 * told. */
static char *
referenced_table(const char *definition, const char **ret_columns)
{
    const char *references = strstr(definition, " REFERENCES ");
    const char *name = references ? references + strlen(" REFERENCES ") : NULL;
    const char *open = name ? strchr(name, '(') : NULL;

    *ret_columns = open;
    return open ? g_strndup(name, (gsize)(open - name)) : NULL;
}

static void
foreign_key_added(const char *table, const char *name, const char *definition, MigAction *action)
{
    const char *references;
    g_autofree char *other = referenced_table(definition, &references);

    if (!other)
        return;
    g_autofree char *columns = key_columns(definition), *keys = key_columns(references);
    g_autofree char *condition = all_not_null(columns, "t."), *equal = pairs(columns, keys);

    mig_action_hazard(action, "fails-on-data",
                      "%s on table %s; rows that stand in the way:\n"
                      "SELECT * FROM %s AS t WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS r WHERE "
                      "%s);",
                      name, table, table, condition, other, equal);
}

/* A partition that leaves, with rows that are referred to by way of its parent. */
static void
references_left(const MigPgPlanner *planner, const MigObject *key, const MigObject *partition,
                MigAction *action)
{
    const char *definition = mig_object_get(key, "definition"), *references;
    g_autofree char *table = mig_pg_qualified(planner->input->from, key);
    g_autofree char *leaving = mig_pg_qualified(planner->input->from, partition);
    g_autofree char *name = mig_pg_name(mig_object_name(key));
    g_autofree char *other = referenced_table(definition, &references);

    if (!other)
        return;
    g_autofree char *columns = key_columns(definition), *keys = key_columns(references);
    g_autofree char *equal = pairs(columns, keys);

    mig_action_hazard(
        action, "fails-on-data",
        "%s on table %s refers to rows of table %s, too; rows that stand in the way:\n"
        "SELECT * FROM %s AS t WHERE EXISTS (SELECT 1 FROM %s AS r WHERE %s);",
        name, table, leaving, table, leaving, equal);
}

void
mig_pg_hazards_of_leaving(const MigPgPlanner *planner, const GPtrArray *actions)
{
    const GPtrArray *objects = mig_schema_objects(planner->input->from);
    g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; g_hash_table_size(planner->referenced) > 0 && i < actions->len; i++) {
        MigAction *action = actions->pdata[i];
        const MigObject *table =
            g_str_has_prefix(action->id, "detach ")
                ? mig_schema_find(planner->input->from, action->id + strlen("detach "))
                : NULL;

        g_hash_table_add(done, action->id);
        if (!table || !g_hash_table_contains(planner->referenced, table))
            continue;
        for (guint j = 0; j < objects->len; j++) {
            const MigObject *key = objects->pdata[j];
            g_autofree char *drop =
                g_strconcat("drop ", mig_pg_carrier(planner, key)->identity, NULL);

            if (mig_pg_is_foreign_key(key) && !g_hash_table_contains(done, drop) &&
                g_ptr_array_find((GPtrArray *)mig_pg_targets(planner, key), table->identity, NULL))
                references_left(planner, key, table, action);
        }
    }
}

/* Whether rows are there that the constraint has not seen yet. */
static gboolean
meets_rows(const MigPgPlanner *planner, const MigObject *constraint)
{
    const char *definition = mig_object_get(constraint, "definition");
    const MigObject *twin = mig_pg_twin(planner, constraint);
    gboolean known = twin && g_strcmp0(mig_object_get(twin, "definition"), definition) == 0;

    return !mig_pg_planner_creates(planner, constraint->parent) &&
           !g_str_has_suffix(definition, " NOT VALID") && !known;
}

void
mig_pg_hazards_of_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                             MigAction *action)
{
    const char *definition = mig_object_get(constraint, "definition");
    const char *type = mig_object_get(constraint, "type");
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    if (is_elsewhere(constraint) || !meets_rows(planner, constraint))
        return;
    if (strcmp(type, "primary key") == 0 || strcmp(type, "unique") == 0)
        key_added(table, name, definition, action);
    else if (strcmp(type, "check") == 0)
        check_added(table, name, definition, action);
    else if (strcmp(type, "foreign key") == 0)
        foreign_key_added(table, name, definition, action);
    else
        mig_action_hazard(action, "fails-on-data", "every two rows of table %s must pass %s", table,
                          name);
}

void
mig_pg_hazard_of_rule(const MigPgPlanner *planner, const MigObject *constraint, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *name = mig_pg_name(mig_object_name(constraint));

    if (!mig_pg_planner_creates(planner, constraint->parent) && !mig_pg_twin(planner, constraint))
        mig_pg_hazard(action, "BC005", "code that writes to table %s what %s forbids fails", table,
                      name);
}

void
mig_pg_locks_of_constraint(const MigPgPlanner *planner, const MigObject *constraint,
                           MigAction *action)
{
    const char *type = mig_object_get(constraint, "type"), *columns;
    const char *definition = mig_object_get(constraint, "definition");
    g_autofree char *table = mig_pg_qualified(planner->input->to, constraint);
    g_autofree char *other = referenced_table(definition, &columns);

    mig_pg_hazard_of_rule(planner, constraint, action);
    if (mig_pg_planner_creates(planner, constraint->parent) ||
        g_str_has_suffix(definition, " NOT VALID"))
        return;
    if (strcmp(type, "foreign key") == 0 && other)
        mig_pg_hazard(action, "PG010", "blocks writes to tables %s and %s while it reads both",
                      table, other);
    else if (strcmp(type, "check") == 0)
        mig_pg_hazard(action, "PG011", "reads table %s under ACCESS EXCLUSIVE", table);
    else if (strcmp(type, "foreign key") != 0)
        mig_pg_hazard(action,
                      strcmp(type, "unique") == 0        ? "PG020"
                      : strcmp(type, "primary key") == 0 ? "PG021"
                                                         : "PG023",
                      "builds an index on table %s under ACCESS EXCLUSIVE", table);
}

void
mig_pg_hazard_of_reference(const MigPgPlanner *planner, const MigObject *key, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->from, key);
    const char *columns;
    g_autofree char *other = referenced_table(mig_object_get(key, "definition"), &columns);

    if (other && strcmp(other, table) != 0)
        mig_pg_hazard(action, "PG060", "takes ACCESS EXCLUSIVE on table %s, too, for a moment",
                      other);
}

void
mig_pg_hazards_of_references(const MigPgPlanner *planner, const MigObject *table, MigAction *action)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_pg_is_foreign_key(child) && mig_pg_carried_by(planner, child))
            mig_pg_hazard_of_reference(planner, child, action);
    }
}

/* How long an index takes, where it is not built concurrently: of a partitioned table alone it is
 * made at once, but its lock is that of the whole transaction. */
static void
index_built(const MigPgPlanner *planner, const MigObject *index, const char *table,
            MigAction *action)
{
    if (action->transaction_off)
        return;
    if (mig_pg_index_stands_alone(planner, index))
        mig_pg_hazard(action, "PG054", "blocks writes to table %s for a moment", table);
    else
        mig_pg_hazard(action, mig_object_get(index->parent, "partition-key") ? "PG054" : "PG001",
                      "blocks writes to table %s while it is built", table);
}

void
mig_pg_hazards_of_index(const MigPgPlanner *planner, const MigObject *index, MigAction *action)
{
    g_autofree char *table = mig_pg_qualified(planner->input->to, index);
    g_autofree char *name = mig_pg_name(mig_object_name(index));
    const char *definition = mig_object_get(index, "definition");
    const MigObject *twin = mig_pg_twin(planner, index);
    gboolean known = twin && mig_object_get(twin, "unique") &&
                     g_strcmp0(mig_object_get(twin, "definition"), definition) == 0;

    if (mig_pg_planner_creates(planner, index->parent))
        return;
    index_built(planner, index, table, action);
    if (mig_object_get(index, "unique") && !known) {
        mig_pg_hazard(action, "CO007",
                      "unique index %s on table %s %s: fails when two rows are equal in it", name,
                      table, definition);
    }
}
