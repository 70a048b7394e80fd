/* Random pairs of SQLite schemas: the plan up reaches the target and the plan down returns,
 * whatever rows there are, and rows in columns that stay are kept.
 *
 * MIGRATE_PLAN_PAIRS: how many pairs; MIGRATE_PLAN_SEED: the first pair's seed (each pair's own is
 * the next number), so that a failure is repeated with MIGRATE_PLAN_SEED=N MIGRATE_PLAN_PAIRS=1. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "core/diff.h"
#include "core/error.h"
#include "core/order.h"
#include "core/rename.h"
#include "tests/property/generate.h"

#ifdef __SANITIZE_ADDRESS__
#define DEFAULT_PAIRS 501
#else
#define DEFAULT_PAIRS 1200
#endif

typedef struct {
    guint seed;
    char *from_tables, *from_code, *to_sql, *rows;
    MigSchema *from, *to;
    GPtrArray *renames; /* of MigRename*; every other pair is told of them */
    GPtrArray *back;    /* the same, swapped */
    char *up, *down;
} Pair;

static const MigDialect *dialect;
static guint n_refused, n_rebuilds, n_native, n_equal, n_stopped, n_rows, n_renamed;

static void
pair_clear(Pair *pair)
{
    g_free(pair->from_tables);
    g_free(pair->from_code);
    g_free(pair->to_sql);
    g_free(pair->rows);
    mig_schema_free(pair->from);
    mig_schema_free(pair->to);
    g_clear_pointer(&pair->renames, g_ptr_array_unref);
    g_clear_pointer(&pair->back, g_ptr_array_unref);
    g_free(pair->up);
    g_free(pair->down);
}

static void G_GNUC_PRINTF(2, 3) fail_pair(const Pair *pair, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    fprintf(stderr, "seed %u: %s\n---- from\n%s%s---- rows\n%s---- to\n%s---- up\n%s---- down\n%s",
            pair->seed, text, pair->from_tables, pair->from_code, pair->rows, pair->to_sql,
            pair->up, pair->down);
    fail();
}

static gboolean
run(MigConnection *scratch, const char *sql, GError **error)
{
    return dialect->execute(scratch, sql, strlen(sql), NULL, error);
}

static MigConnection *
open_with(const char *one, const char *two, const char *three)
{
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(two, "\n", -1);

    assert_non_null(scratch);
    if (!run(scratch, one, NULL)) {
        dialect->close(scratch);
        return NULL;
    }
    for (char **line = lines; *line; line++) {
        g_autoptr(GError) ignored = NULL; /* not every row fits */

        run(scratch, *line, &ignored);
    }
    if (!run(scratch, three, NULL)) {
        dialect->close(scratch);
        return NULL;
    }
    return scratch;
}

static MigSchema *
read_state(MigConnection *scratch, GError **error)
{
    MigIntrospectOptions options = {NULL};

    return dialect->introspect(scratch, &options, error);
}

static gboolean
append_line(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    GString *line = g_string_new(NULL);

    for (guint i = 0; i < n_columns; i++)
        g_string_append_printf(line, "%s|", values[i] ? values[i] : "?");
    g_ptr_array_add(user_data, g_string_free(line, FALSE));
    return TRUE;
}

static char *
query_lines(MigConnection *scratch, const char *sql, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    MigSql *query = mig_sql_new(-1, sql, NULL);
    gboolean done = dialect->query(scratch, query, append_line, lines, error);

    mig_sql_free(query);
    if (!done)
        return NULL;
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

/* Whether a line of integrity_check is not ours: SQLite does not check values of generated columns
 * against a STRICT type, and 3.40 takes one column for another in tables that are WITHOUT ROWID or
 * have generated columns. */
static gboolean
is_excused(const char *line, char **mistaken)
{
    const char *place = strstr(line, " value in ");

    if (g_str_has_prefix(line, "non-"))
        return TRUE;
    for (char **name = mistaken; place && *name; name++) {
        if (**name && strncmp(place + strlen(" value in "), *name, strlen(*name) - 1) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What integrity_check says against the database; "" when nothing. */
static char *
complaints(MigConnection *scratch)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *answer = query_lines(scratch, "PRAGMA integrity_check", &error);
    g_autofree char *tables =
        query_lines(scratch,
                    "SELECT t.name || '.' FROM pragma_table_list AS t WHERE t.type = 'table' AND "
                    "(t.wr OR EXISTS (SELECT 1 FROM pragma_table_xinfo(t.name) AS c "
                    "WHERE c.hidden > 1))",
                    &error);
    g_auto(GStrv) lines = g_strsplit(answer ? answer : error->message, "\n", -1);
    g_auto(GStrv) mistaken = g_strsplit(tables ? tables : "", "\n", -1);
    GString *out = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        if (**line && strcmp(*line, "ok|") != 0 && !is_excused(*line, mistaken))
            g_string_append_printf(out, "%s\n", *line);
    }
    return g_string_free(out, FALSE);
}

/* SQLite takes some schemas that it then finds broken. */
static gboolean
is_sound(MigConnection *scratch)
{
    g_autofree char *found = complaints(scratch);

    return !*found;
}

static MigSchema *
load(const char *sql)
{
    MigConnection *scratch = open_with(sql, "", "");

    if (!scratch)
        return NULL;
    MigSchema *schema = is_sound(scratch) ? read_state(scratch, NULL) : NULL;

    dialect->close(scratch);
    return schema;
}

static gboolean
same_attribute(const MigObject *a, const MigObject *b, const char *name)
{
    return g_strcmp0(mig_object_get(a, name), mig_object_get(b, name)) == 0;
}

/* ANY has an affinity in some tables only. */
static gboolean
same_type(const MigObject *a, const MigObject *b)
{
    return same_attribute(a, b, "type") && (g_strcmp0(mig_object_get(a, "type"), "ANY") != 0 ||
                                            same_attribute(a->parent, b->parent, "options"));
}

static gboolean
has_rowid(const MigObject *table)
{
    const char *options = mig_object_get(table, "options");

    if (options && strstr(options, "ROWID"))
        return FALSE;
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (strcmp(child->kind, "column") == 0 &&
            g_ascii_strcasecmp(mig_object_name(child), "rowid") == 0)
            return FALSE;
    }
    return TRUE;
}

/* The primary key with the type of its first column, which make it the rowid or not. */
static char *
key_text(const MigObject *table)
{
    const char *columns = "", *type = "", *key = "";

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (g_strcmp0(mig_object_get(child, "type"), "PRIMARY KEY") == 0) {
            columns = mig_object_get(child, "columns");
            key = mig_object_hash(child);
        }
    }
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];
        g_autofree char *name = g_ascii_strdown(mig_object_name(child), -1);

        if (strcmp(child->kind, "column") == 0 && strstr(columns, name))
            type = mig_object_get(child, "type");
    }
    return g_strdup_printf("%s %s", key, type ? type : "");
}

static gboolean
same_key(const MigObject *a, const MigObject *b)
{
    g_autofree char *one = key_text(a), *two = key_text(b);

    return strcmp(one, two) == 0;
}

/* What an object of one state is in the other: by a rename, else by its name. */
static const MigObject *
counterpart(const MigObject *object, const MigSchema *other, const MigObject *other_parent,
            const GPtrArray *renames)
{
    for (guint i = 0; i < renames->len; i++) {
        const MigRename *rename = renames->pdata[i];
        guint depth = object->parent ? 1 : 0;

        if (!rename->from[depth] || rename->from[depth + 1] ||
            g_ascii_strcasecmp(rename->from[0], object->path[0]) != 0 ||
            g_ascii_strcasecmp(rename->from[depth], mig_object_name(object)) != 0)
            continue;
        return mig_schema_lookup(other, object->kind, other_parent, rename->to[depth]);
    }
    return mig_schema_lookup(other, object->kind, other_parent, mig_object_name(object));
}

typedef struct {
    GString *before, *after; /* the query in the names of either state */
    guint n_keys;
} KeptQuery;

static void
kept_column(KeptQuery *query, const MigObject *old, const MigObject *new)
{
    g_autofree char *old_name = dialect->quote_name(mig_object_name(old));
    g_autofree char *new_name = dialect->quote_name(mig_object_name(new));

    g_string_append_printf(query->before, ", quote(%s)", old_name);
    g_string_append_printf(query->after, ", quote(%s)", new_name);
    query->n_keys++;
}

static void
end_query(GString *sql, const MigObject *table, guint n_keys)
{
    g_autofree char *name = dialect->quote_name(mig_object_name(table));

    g_string_append_printf(sql, " FROM %s ORDER BY 1", name);
    for (guint i = 2; i <= n_keys; i++)
        g_string_append_printf(sql, ", %u", i);
}

/* Queries for what of a table must be the same before and after. */
static void
kept_query(KeptQuery *query, const MigObject *from, const MigObject *to, const MigSchema *to_schema,
           const GPtrArray *renames)
{
    const char *rowid = has_rowid(from) && has_rowid(to) && same_key(from, to) ? "rowid" : "0";

    query->before = g_string_new(NULL);
    query->after = g_string_new(NULL);
    query->n_keys = 2;
    g_string_append_printf(query->before, "SELECT %s, count(*) OVER ()", rowid);
    g_string_append(query->after, query->before->str);
    for (guint i = 0; i < from->children->len; i++) {
        const MigObject *column = from->children->pdata[i], *same;

        if (strcmp(column->kind, "column") != 0)
            continue;
        same = counterpart(column, to_schema, to, renames);
        if (same && same_type(column, same) && !mig_object_get(same, "generated") &&
            !mig_object_get(column, "generated"))
            kept_column(query, column, same);
    }
    end_query(query->before, from, query->n_keys);
    end_query(query->after, to, query->n_keys);
}

/* The rows that must look alike: one text for all tables that both states have. after: asks in the
 * names of the state that was moved to. */
static char *
kept_rows(MigConnection *scratch, const MigSchema *from, const MigSchema *to,
          const GPtrArray *renames, gboolean after, GError **error)
{
    GString *out = g_string_new(NULL);
    const GPtrArray *roots = mig_schema_roots(from);

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *table = roots->pdata[i];
        const MigObject *other = counterpart(table, to, NULL, renames);
        KeptQuery query;

        if (strcmp(table->kind, "table") != 0 || !other)
            continue;
        kept_query(&query, table, other, to, renames);
        const char *sql = after ? query.after->str : query.before->str;
        g_autofree char *rows = query_lines(scratch, sql, error);

        g_string_append_printf(out, "== %s\n%s\n", table->identity, rows ? rows : sql);
        g_string_free(query.before, TRUE);
        g_string_free(query.after, TRUE);
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_equal(const MigSchema *a, const MigSchema *b, char **ret_text)
{
    g_autoptr(GPtrArray) changes = mig_diff(a, b);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < changes->len; i++) {
        g_autofree char *line = mig_change_describe(changes->pdata[i]);

        g_string_append_printf(out, "%s\n", line);
    }
    *ret_text = g_string_free(out, FALSE);
    return changes->len == 0;
}

static void
check_sound(const Pair *pair, MigConnection *scratch)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *found = complaints(scratch);
    g_autofree char *left =
        query_lines(scratch,
                    "SELECT name FROM sqlite_schema WHERE name LIKE '\\_mig%' ESCAPE '\\'"
                    " AND name NOT LIKE '\\_mig\\_new\\_users%' ESCAPE '\\'",
                    &error);

    if (*found)
        fail_pair(pair, "integrity: %s", found);
    if (*left)
        fail_pair(pair, "left over: %s", left);
}

/* Moves a scratch database up or down; FALSE when rows stopped it, as a hazard had said. */
static gboolean
move(const Pair *pair, MigConnection *scratch, gboolean up, gboolean with_rows)
{
    const MigSchema *from = up ? pair->from : pair->to, *to = up ? pair->to : pair->from;
    const GPtrArray *renames = up ? pair->renames : pair->back;
    const char *sql = up ? pair->up : pair->down;
    g_autoptr(GError) error = NULL;
    g_autofree char *before = kept_rows(scratch, from, to, renames, FALSE, NULL);

    if (!run(scratch, sql, &error)) {
        if (!with_rows || !strstr(sql, "fails-on-data"))
            fail_pair(pair, "%s", error->message);
        n_stopped++;
        return FALSE;
    }
    g_autoptr(MigSchema) state = read_state(scratch, &error);

    if (!state)
        fail_pair(pair, "%s", error->message);
    g_autofree char *difference = NULL;

    if (!is_equal(state, to, &difference))
        fail_pair(pair, "target not reached: %s", difference);
    g_autofree char *after = kept_rows(scratch, from, to, renames, TRUE, &error);

    if (strcmp(before, after) != 0)
        fail_pair(pair, "rows differ: before\n%safter\n%s", before, after);
    check_sound(pair, scratch);
    return TRUE;
}

static void
round_trip(const Pair *pair, gboolean with_rows)
{
    MigConnection *scratch =
        open_with(pair->from_tables, with_rows ? pair->rows : "", pair->from_code);

    assert_non_null(scratch);
    n_rows += with_rows;
    if (is_sound(scratch) && move(pair, scratch, TRUE, with_rows) &&
        move(pair, scratch, FALSE, with_rows))
        move(pair, scratch, TRUE, with_rows);
    dialect->close(scratch);
}

static void
make_renames(Pair *pair, const GenSchema *from, const GenSchema *to)
{
    g_autoptr(GPtrArray) texts = gen_schema_renames(from, to);

    pair->renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    pair->back = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    for (guint i = 0; pair->seed % 2 && i < texts->len; i++) {
        MigRename *rename = mig_rename_parse(texts->pdata[i], NULL);

        if (!rename)
            fail_pair(pair, "no rename: %s", (char *)texts->pdata[i]);
        g_ptr_array_add(pair->renames, rename);
        g_ptr_array_add(pair->back, mig_rename_swap(rename));
    }
}

static gboolean
make_pair(Pair *pair, guint seed)
{
    GRand *rand = g_rand_new_with_seed(seed);
    GenSchema *from = gen_schema_new(rand), *to = gen_schema_copy(from);
    int edits = g_rand_int_range(rand, 1, 8);

    for (int i = 0; i < edits; i++)
        gen_schema_edit(to, rand);
    pair->seed = seed;
    pair->from_tables = gen_schema_tables_sql(from);
    pair->from_code = gen_schema_code_sql(from);
    pair->rows = gen_schema_rows_sql(from, rand);
    g_autofree char *tables = gen_schema_tables_sql(to), *code = gen_schema_code_sql(to);
    g_autofree char *from_sql = g_strconcat(pair->from_tables, pair->from_code, NULL);

    pair->to_sql = g_strconcat(tables, code, NULL);
    make_renames(pair, from, to);
    gen_schema_free(from);
    gen_schema_free(to);
    g_rand_free(rand);
    pair->from = load(from_sql);
    pair->to = pair->from ? load(pair->to_sql) : NULL;
    return pair->to != NULL;
}

/* NULL: renames that cannot be carried out. */
static char *
plan(const Pair *pair, gboolean up)
{
    const MigSchema *from = up ? pair->from : pair->to, *to = up ? pair->to : pair->from;
    const GPtrArray *renames = up ? pair->renames : pair->back;
    g_autoptr(GError) error = NULL;
    g_autoptr(MigScratch) place = mig_scratch_new(dialect);
    g_autoptr(MigPlan) new = mig_plan_between(place, from, to, renames, NULL, FALSE, &error);

    if (!new && error->code != MIG_E_BAD_ARGUMENT && error->code != MIG_E_UNSUPPORTED)
        fail_pair(pair, "%s", error->message);
    if (!new)
        return NULL;
    char *sql = mig_plan_sql(new);

    n_rebuilds += strstr(sql, "_mig_new") != NULL;
    n_renamed += strstr(sql, " RENAME COLUMN ") || strstr(sql, ": renames table");
    return sql;
}

static void
check_pair(guint seed)
{
    Pair pair = {0};

    if (make_pair(&pair, seed)) {
        pair.up = plan(&pair, TRUE);
        pair.down = pair.up ? plan(&pair, FALSE) : NULL;
    }
    if (pair.down) {
        n_equal += *pair.up == '\0';
        n_native += strstr(pair.up, "ADD COLUMN") || strstr(pair.up, "DROP COLUMN");
        round_trip(&pair, FALSE);
        round_trip(&pair, TRUE);
    } else {
        n_refused++;
    }
    pair_clear(&pair);
}

static guint
setting(const char *name, guint fallback)
{
    const char *text = g_getenv(name);

    return text ? (guint)g_ascii_strtoull(text, NULL, 10) : fallback;
}

static void
plans_reach_and_return(void **state)
{
    guint n = setting("MIGRATE_PLAN_PAIRS", DEFAULT_PAIRS);
    guint seed = setting("MIGRATE_PLAN_SEED", 1);

    dialect = mig_dialect_by_name("sqlite");
    for (guint i = 0; i < n; i++)
        check_pair(seed + i);
    print_message("# %u pairs from seed %u: %u refused by SQLite, %u equal, %u with rebuilds, %u "
                  "native, %u renamed, %u of %u stopped by rows\n",
                  n, seed, n_refused, n_equal, n_rebuilds, n_native, n_renamed, n_stopped, n_rows);
    if (n > 500)
        assert_true(n_rebuilds > n / 10 && n_native > n / 40 && n_renamed > n / 40 &&
                    n_refused < n * 3 / 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plans_reach_and_return)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
