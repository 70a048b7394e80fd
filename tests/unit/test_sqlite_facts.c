/* What statements do to a live SQLite database: how long they hold its one lock. */
#include "tests/unit/unit.h"

#include "dialects/sqlite/sqlite_driver.h"

static const char fixture[] =
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);"
    "CREATE INDEX t_b ON t (b);"
    "CREATE TABLE \"Größe \"\"x\" (a);"
    "CREATE TABLE w (k PRIMARY KEY) WITHOUT ROWID;"
    "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500)"
    " INSERT INTO t SELECT i, 'some text' FROM c;"
    "INSERT INTO w VALUES (1), (2);";

/* A plan, and what each of its statements is told to be: "TABLE[ new]: EFFECT", separated by "; ",
 * "unknown: WHY", and "lock" when the database is locked. */
static const struct {
    const char *statement, *told;
} plan[] = {
    {"SELECT * FROM t", ""},
    {"PRAGMA user_version", ""},
    {"CREATE TABLE n (a, b CHECK (b > 0))", "lock"},
    {"INSERT INTO n SELECT a, b FROM t WHERE a > 5",
     "lock; n new: rows are written; t: all of it is read"},
    {"INSERT OR REPLACE INTO main.t VALUES (1, 'x')", "lock; main.t: rows are written"},
    {"replace into T values (1, 'x')", "lock; T: rows are written"},
    {"UPDATE OR IGNORE \"Größe \"\"x\" SET a = 1", "lock; Größe \"x: rows are written"},
    {"WITH x (a) AS (SELECT a FROM t) DELETE FROM w WHERE k IN x",
     "lock; w: rows are written; t: all of it is read"},
    {"ALTER TABLE t ADD COLUMN c", "lock; t: takes a moment"},
    {"ALTER TABLE t ADD COLUMN c NOT NULL DEFAULT 1", "lock; t: all of it is read"},
    {"ALTER TABLE t ADD c AS (a + 1)", "lock; t: all of it is read"},
    {"ALTER TABLE t DROP COLUMN b", "lock; t: it is written anew"},
    {"ALTER TABLE t RENAME b TO c", "lock; t: takes a moment"},
    {"CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)", "lock; t: an index is built"},
    {"DROP INDEX t_b", "lock"},
    {"DROP TABLE IF EXISTS main.t", "lock; main.t: takes a moment"},
    {"CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM w; END", "lock"},
    {"CREATE TABLE m AS SELECT * FROM t", "lock; t: all of it is read"},
    {"CREATE VIEW v AS SELECT * FROM t", "lock"},
    {"REINDEX t", "lock; t: all of it is read (a table, or that of the index of this name)"},
    {"ANALYZE", "lock; unknown: one table after the other"},
    {"VACUUM", "lock"},
    {"VACUUM INTO 'copy.db'", "lock"},
    {"", "lock"},
};

static MigConnection *
open_fixture(void)
{
    g_autoptr(GError) error = NULL;
    MigConnection *connection = mig_sqlite_open_scratch(NULL, NULL, &error);

    assert_no_error(error);
    mig_sqlite_execute(connection, fixture, strlen(fixture), NULL, &error);
    assert_no_error(error);
    return connection;
}

static GPtrArray *
facts_of_plan(MigConnection *connection)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(plan); i++)
        g_ptr_array_add(statements, (gpointer)plan[i].statement);
    GPtrArray *facts = mig_sqlite_statement_facts(connection, statements, &error);

    assert_no_error(error);
    assert_int_equal(facts->len, G_N_ELEMENTS(plan));
    return facts;
}

static char *
told(const MigFacts *facts)
{
    GString *text = g_string_new(facts->database_lock ? "; lock" : "");

    for (guint i = 0; i < facts->touches->len; i++) {
        const MigTouch *touch = facts->touches->pdata[i];
        g_autofree char *effect = mig_touch_effect(touch);

        g_string_append_printf(text, "; %s%s%s%s: %s", touch->schema ? touch->schema : "",
                               touch->schema ? "." : "", touch->name, touch->is_new ? " new" : "",
                               effect);
    }
    if (facts->unknown)
        g_string_append_printf(text, "; unknown: %s", facts->unknown);
    if (text->len > 0)
        g_string_erase(text, 0, 2);
    return g_string_free(text, FALSE);
}

static void
statements_are_told(void **state)
{
    MigConnection *connection = open_fixture();
    g_autoptr(GPtrArray) facts = facts_of_plan(connection);

    for (gsize i = 0; i < G_N_ELEMENTS(plan); i++) {
        g_autofree char *text = told(facts->pdata[i]);

        if (strcmp(text, plan[i].told) != 0)
            fail_msg("%s\n  told:   %s\n  should: %s", plan[i].statement, text, plan[i].told);
    }
    mig_sqlite_close(connection);
}

static const MigTouch *
touch_of(const GPtrArray *facts, const char *statement, guint index)
{
    for (gsize i = 0; i < G_N_ELEMENTS(plan); i++) {
        if (strcmp(plan[i].statement, statement) == 0)
            return ((const MigFacts *)facts->pdata[i])->touches->pdata[index];
    }
    fail_msg("no such statement: %s", statement);
    return NULL;
}

static void
sizes_are_told(void **state)
{
    MigConnection *connection = open_fixture();
    g_autoptr(GPtrArray) facts = facts_of_plan(connection);
    const MigTouch *t = touch_of(facts, "ALTER TABLE t DROP COLUMN b", 0);
    const MigTouch *n = touch_of(facts, plan[3].statement, 0);
    const MigTouch *w = touch_of(facts, plan[7].statement, 0);

    assert_int_equal(t->rows, 500);
    assert_true(t->bytes >= 4 * 4096);
    assert_int_equal(n->rows, -1);
    assert_int_equal(n->bytes, -1);
    assert_int_equal(w->rows, -1); /* no rowid, and nobody ever counted */
    assert_int_equal(w->bytes, 4096);
    mig_sqlite_close(connection);
}

static void
who_waits(void **state)
{
    g_autoptr(GPtrArray) facts = facts_of_plan(NULL);
    const MigFacts *create = facts->pdata[2], *vacuum = facts->pdata[G_N_ELEMENTS(plan) - 3];
    const MigFacts *copy = facts->pdata[G_N_ELEMENTS(plan) - 2];

    assert_int_equal(create->database_blocks, MIG_BLOCKS_WRITES);
    assert_int_equal(vacuum->database_blocks, MIG_BLOCKS_ALL);
    assert_int_equal(copy->database_blocks, MIG_BLOCKS_WRITES);
    assert_int_equal(touch_of(facts, "ALTER TABLE t DROP COLUMN b", 0)->rows, -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_told),
        cmocka_unit_test(sizes_are_told),
        cmocka_unit_test(who_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
