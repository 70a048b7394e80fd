/* The proof: states reached both ways, and the rows of samples kept. */
#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/prove.h"
#include "core/sample.h"

static const MigDialect *dialect;
static MigScratch *place;

static MigConnection *
scratch_with(const char *sql)
{
    g_autoptr(GError) error = NULL;
    MigConnection *scratch = mig_scratch_open(place, &error);

    assert_no_error(error);
    dialect->execute(scratch, sql, strlen(sql), NULL, &error);
    assert_no_error(error);
    return scratch;
}

static MigSchema *
state_of(const char *sql)
{
    MigConnection *scratch = scratch_with(sql);
    MigSchema *schema = mig_scratch_read(place, scratch, NULL);

    dialect->close(scratch);
    assert_non_null(schema);
    return schema;
}

static MigPlan *
plan_between(const MigSchema *from, const MigSchema *to)
{
    g_autoptr(GError) error = NULL;
    MigPlan *plan = mig_plan_between(place, from, to, NULL, NULL, FALSE, &error);

    assert_no_error(error);
    return plan;
}

/* In place of what the plan says. */
static void
rewrite(MigPlan *plan, const char *sql, const char *hazard)
{
    MigAction *action = mig_action_new("by hand");

    mig_action_sql(action, "%s", sql);
    action->rows_of = g_strdup("table t");
    if (hazard)
        mig_action_hazard(action, hazard, "said so");
    g_ptr_array_set_size(plan->actions, 0);
    g_ptr_array_add(plan->actions, action);
}

/* The error's message, or NULL when proven; up and down (NULL: as planned) are run instead. */
static char *
verdict(const char *from_sql, const char *to_sql, const char *up, const char *down,
        const char *hazard)
{
    g_autoptr(MigSchema) from = state_of(from_sql), to = state_of(to_sql);
    g_autoptr(MigPlan) upgrade = plan_between(from, to), downgrade = plan_between(to, from);
    g_autoptr(GError) error = NULL;

    if (up)
        rewrite(upgrade, up, hazard);
    if (down)
        rewrite(downgrade, down, hazard);
    if (mig_prove(place, from, to, upgrade, downgrade, &error)) {
        assert_null(error);
        return NULL;
    }
    assert_int_equal(error->code, MIG_E_PROOF);
    return g_strdup(error->message);
}

static const char old_table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)";
static const char new_table[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, age INT)";

static void
rows_that_go_are_found(void **state)
{
    g_autofree char *up = verdict(
        old_table, new_table,
        "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, age INT)", NULL, NULL);
    g_autofree char *down =
        verdict(old_table, new_table, NULL,
                "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", NULL);

    assert_string_equal(up, "the generated upgrade loses rows of table t: 3 rows before, 0 after");
    assert_string_equal(down,
                        "the generated downgrade loses rows of table t: 3 rows before, 0 after");
}

static void
values_that_go_are_found(void **state)
{
    g_autofree char *gone =
        verdict(old_table, new_table,
                "ALTER TABLE t ADD COLUMN age INT; UPDATE t SET name = upper(name)", NULL, NULL);
    g_autofree char *mixed = verdict(old_table, new_table,
                                     "ALTER TABLE t ADD COLUMN age INT; UPDATE t SET id = -id; "
                                     "UPDATE t SET id = 4 + id",
                                     NULL, NULL);

    assert_string_equal(
        gone, "the generated upgrade loses rows of column t.name: the value 'sample 1' is gone");
    assert_string_equal(
        mixed, "the generated upgrade loses rows of table t: the row ('1', 'sample 1') is gone");
}

static void
hazards_excuse_their_table_alone(void **state)
{
    static const char remake[] =
        "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, age INT)";
    static const char from[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
                               "CREATE TABLE u (id INTEGER PRIMARY KEY)";
    static const char to[] = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, age INT);"
                             "CREATE TABLE u (id INTEGER PRIMARY KEY, x)";
    g_autofree char *both =
        g_strconcat(remake, "; DROP TABLE u; CREATE TABLE u (id INTEGER PRIMARY KEY, x)", NULL);
    g_autofree char *said = verdict(old_table, new_table, remake, NULL, "fails-on-data");
    g_autofree char *other = verdict(old_table, new_table, remake, NULL, "data-loss");
    g_autofree char *beside = verdict(from, to, both, NULL, "fails-on-data");

    assert_null(said);
    assert_non_null(other);
    assert_string_equal(beside,
                        "the generated upgrade loses rows of table u: 3 rows before, 0 after");
}

/* Only the second time does this one stumble. */
static void
up_must_run_twice(void **state)
{
    g_autofree char *again =
        verdict(old_table, new_table, "ALTER TABLE t ADD COLUMN age INT",
                "ALTER TABLE t DROP COLUMN age; INSERT INTO t VALUES (99, 'left over')", NULL);

    assert_non_null(strstr(again, "the generated downgrade loses rows of table t"));
    g_autofree char *state_differs =
        verdict(old_table, new_table, "ALTER TABLE t ADD COLUMN age INT",
                "ALTER TABLE t DROP COLUMN age; CREATE TABLE extra (x)", NULL);

    assert_string_equal(state_differs, "the generated downgrade does not lead to the old state");
}

static void
what_cannot_hold_rows_is_proven_without(void **state)
{
    static const struct {
        const char *from, *to;
    } pairs[] = {
        {"CREATE TABLE t (a INT)", "CREATE TABLE t (a INT, b INT NOT NULL)"},
        {"CREATE TABLE t (a INT)", "CREATE TABLE t (a INT NOT NULL)"},
        {"CREATE TABLE t (a INT)", "CREATE TABLE t (a INT CHECK (a > 1000 AND a < 0))"},
        {"CREATE TABLE t (a BOOLEAN)", "CREATE TABLE t (a BOOLEAN UNIQUE)"},
        {"CREATE TABLE t (a TEXT)", "CREATE TABLE t (a INT) STRICT"},
        {"CREATE TABLE t (c INTEGER REFERENCES t (a), a ANY, b INTEGER, "
         "CHECK (b IS NOT a OR b IS NULL)) STRICT",
         "CREATE TABLE t (a ANY)"},
        {"CREATE TABLE t (a TEXT)",
         "CREATE TABLE t (a TEXT); CREATE UNIQUE INDEX i ON t (length(a))"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *up = verdict(pairs[i].from, pairs[i].to, NULL, NULL, NULL);
        g_autofree char *down = verdict(pairs[i].to, pairs[i].from, NULL, NULL, NULL);

        assert_null(up);
        assert_null(down);
    }
}

static gboolean
take_count(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    *(int *)user_data = atoi(values[0]);
    return TRUE;
}

static int
answer(MigConnection *scratch, const char *sql)
{
    g_autoptr(GError) error = NULL;
    MigSql *query = mig_sql_new(-1, sql, NULL);
    int n = -1;

    dialect->query(scratch, query, take_count, &n, &error);
    assert_no_error(error);
    mig_sql_free(query);
    return n;
}

/* Rows in table t (with all tables filled). */
static int
sampled(const char *sql)
{
    MigConnection *scratch = scratch_with(sql);
    g_autoptr(MigSchema) schema = mig_scratch_read(place, scratch, NULL);
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    g_autoptr(GHashTable) none = g_hash_table_new(NULL, NULL);

    g_ptr_array_add(tables, mig_schema_find(schema, "table t"));
    g_autoptr(GPtrArray) tried = mig_sample_fill(scratch, schema, tables, none);
    int n = answer(scratch, "SELECT count(*) FROM t");

    assert_true(tried->len > 0);
    assert_int_equal(answer(scratch, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    dialect->close(scratch);
    return n;
}

static void
most_shapes_get_rows(void **state)
{
    static const char *const shapes[] = {
        "CREATE TABLE t (a, b INT, c TEXT, d REAL, e BLOB, f DATETIME, g NUMERIC(10, 2), h "
        "BOOLEAN)",
        "CREATE TABLE t (a INT, b REAL, c TEXT, d BLOB, e ANY, f INTEGER NOT NULL UNIQUE) STRICT",
        "CREATE TABLE t (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x NOT NULL)",
        "CREATE TABLE t (a INT, b INT AS (a + 1), c TEXT AS (a || 'x') STORED NOT NULL)",
        "CREATE TABLE t (s TEXT NOT NULL CHECK (s IN ('open', 'closed')), "
        "n INT NOT NULL CHECK (n BETWEEN 18 AND 20), z TEXT NOT NULL CHECK (length(z) = 1), "
        "j TEXT NOT NULL CHECK (json_valid(j)), m TEXT NOT NULL CHECK (m LIKE '%_@%.%'))",
        "CREATE TABLE t (a INT NOT NULL, b INT NOT NULL, CHECK (a < b))",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INT NOT NULL REFERENCES t (id))",
        "CREATE TABLE t (id INT PRIMARY KEY, u INT NOT NULL REFERENCES u (id));"
        "CREATE TABLE u (id INT PRIMARY KEY, t INT REFERENCES t (id))",
        "CREATE TABLE p (a TEXT, b INT, PRIMARY KEY (a, b));"
        "CREATE TABLE q (b INT, a TEXT, FOREIGN KEY (a, b) REFERENCES p, UNIQUE (b, a));"
        "CREATE TABLE t (x INT NOT NULL, y TEXT NOT NULL, FOREIGN KEY (x, y) REFERENCES q (b, a))",
        "CREATE TABLE t (\"a \"\"b\" INT NOT NULL CHECK (t.\"a \"\"b\" > 41), [Größe] TEXT NOT "
        "NULL)",
        "CREATE TABLE u (x); CREATE TABLE t (a);"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO u VALUES (new.a); END",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        if (sampled(shapes[i]) != 3)
            fail_msg("rows are missing: %s", shapes[i]);
    }
}

static void
the_others_stay_empty(void **state)
{
    static const char *const shapes[] = {
        "CREATE TABLE t (a INT NOT NULL CHECK (a * a = 151321))",
        "CREATE TABLE t (a); CREATE TRIGGER g BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'x'); "
        "END",
        "CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM nowhere; END",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
        assert_int_equal(sampled(shapes[i]), 0);
}

static int
choose_dialect(void **state)
{
    dialect = mig_dialect_by_name("sqlite");
    place = mig_scratch_new(dialect);
    return 0;
}

static int
free_place(void **state)
{
    mig_scratch_free(place);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_go_are_found),
        cmocka_unit_test(values_that_go_are_found),
        cmocka_unit_test(hazards_excuse_their_table_alone),
        cmocka_unit_test(up_must_run_twice),
        cmocka_unit_test(what_cannot_hold_rows_is_proven_without),
        cmocka_unit_test(most_shapes_get_rows),
        cmocka_unit_test(the_others_stay_empty),
    };

    return cmocka_run_group_tests(tests, choose_dialect, free_place);
}
