#include "tests/unit/unit.h"

#include <sqlite3.h>

#include "core/error.h"
#include "dialects/sqlite/sqlite_introspect.h"

/* The one slot that introspection needs, on a handle of the test's own. */
typedef struct {
    MigConnection base;
    sqlite3 *db;
    guint n_queries;
} Connection;

static gboolean
query(MigConnection *connection, const MigSql *sql, MigRowFunc row, gpointer user_data,
      GError **error)
{
    Connection *self = (Connection *)connection;
    sqlite3_stmt *statement = NULL;
    gboolean ok = TRUE;
    int code = sqlite3_prepare_v2(self->db, sql->sql, -1, &statement, NULL);

    self->n_queries++;
    while (ok && code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *values[8];

        for (int i = 0; i < sqlite3_column_count(statement); i++)
            values[i] = (const char *)sqlite3_column_text(statement, i);
        ok = row((guint)sqlite3_column_count(statement), values, user_data, error);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_OK)
        mig_set_error(error, MIG_E_STATEMENT, "%s", sqlite3_errmsg(self->db));
    return ok && code == SQLITE_OK;
}

static const MigDialect dialect = {.name = "sqlite", .query = query};

static int
open_connection(void **state)
{
    Connection *connection = g_new0(Connection, 1);

    connection->base.dialect = &dialect;
    *state = connection;
    return sqlite3_open(":memory:", &connection->db);
}

static int
close_connection(void **state)
{
    Connection *connection = *state;
    int code = sqlite3_close(connection->db);

    g_free(connection);
    return code;
}

static MigSchema *
load(Connection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;

    if (sql && sqlite3_exec(connection->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(connection->db));
    MigSchema *schema = mig_sqlite_introspect(&connection->base, NULL, &error);

    assert_no_error(error);
    return schema;
}

static void
assert_value(const MigSchema *schema, const char *identity, const char *attribute,
             const char *expected)
{
    const MigObject *object = mig_schema_find(schema, identity);

    if (!object)
        fail_msg("no %s", identity);
    const char *value = mig_object_get(object, attribute);

    if (g_strcmp0(value, expected) != 0)
        fail_msg("%s of %s is %s", attribute, identity, value ? value : "absent");
}

static gboolean
depends(const MigSchema *schema, const char *identity, const char *on)
{
    const MigObject *object = mig_schema_find(schema, identity);

    for (guint i = 0; object && i < object->depends->len; i++) {
        if (strcmp(object->depends->pdata[i], on) == 0)
            return TRUE;
    }
    return FALSE;
}

static const char shop[] =
    "CREATE TABLE \"Customer\" (id INTEGER PRIMARY KEY AUTOINCREMENT, \"Full Name\" TEXT UNIQUE);"
    "CREATE TABLE Bill (id INTEGER PRIMARY KEY, customer REFERENCES customer, total REAL);"
    "CREATE UNIQUE INDEX Bill_total ON bill (total DESC, lower(\"customer\") COLLATE nocase ASC, "
    "'id')"
    "  WHERE total > 0 /* c */;"
    "CREATE INDEX \"name index\" ON customer (\"Full Name\");"
    "CREATE VIEW Rich (n) AS SELECT \"Full Name\" FROM Customer -- all of them\n;"
    "CREATE VIEW Aaa AS SELECT count(*) AS \"How Many\" FROM rich;"
    "CREATE TRIGGER Paid AFTER UPDATE OF total ON bill FOR EACH ROW WHEN new.total > 0 BEGIN"
    "  UPDATE customer SET id = CASE WHEN 1 THEN id END; SELECT 1; END;"
    "CREATE TRIGGER on_view INSTEAD OF INSERT ON rich BEGIN DELETE FROM bill; END;"
    "INSERT INTO customer VALUES (1, 'x'); ANALYZE;";

static void
everything_is_read(void **state)
{
    g_autoptr(MigSchema) schema = load(*state, shop);

    assert_int_equal(((Connection *)*state)->n_queries, 1);
    assert_int_equal(mig_schema_roots(schema)->len, 4);
    assert_value(schema, "column customer.\"full name\"", "type", "TEXT");
    assert_value(schema, "constraint customer.\"primary key\"", "autoincrement", "AUTOINCREMENT");
    assert_value(schema, "index bill.bill_total", "unique", "UNIQUE");
    assert_value(schema, "index bill.bill_total", "columns",
                 "total DESC, lower(customer) COLLATE NOCASE, id");
    assert_value(schema, "index bill.bill_total", "where", "total > 0");
    assert_value(schema, "index customer.\"name index\"", "columns", "\"full name\"");
    assert_value(schema, "index customer.\"name index\"", "unique", NULL);
    assert_value(schema, "view rich", "definition", "(n) AS SELECT \"full name\" FROM customer");
    assert_value(schema, "view aaa", "definition", "AS SELECT count(*) AS \"How Many\" FROM rich");
    assert_value(
        schema, "trigger bill.paid", "definition",
        "AFTER UPDATE OF total ON bill FOR EACH ROW WHEN new.total > 0 BEGIN UPDATE customer"
        " SET id = CASE WHEN 1 THEN id END; SELECT 1; END");
    assert_non_null(mig_schema_find(schema, "trigger rich.on_view"));
    assert_string_equal(mig_schema_find(schema, "trigger rich.on_view")->parent->kind, "view");
}

static void
dependencies_are_found(void **state)
{
    g_autoptr(MigSchema) schema = load(*state, shop);

    assert_true(depends(schema, "table bill", "table customer"));
    assert_true(depends(schema, "index bill.bill_total", "table bill"));
    assert_true(depends(schema, "view rich", "table customer"));
    assert_true(depends(schema, "view aaa", "view rich"));
    assert_false(depends(schema, "view aaa", "view aaa"));
    assert_true(depends(schema, "trigger bill.paid", "table customer"));
    assert_true(depends(schema, "trigger bill.paid", "table bill"));
    assert_true(depends(schema, "trigger rich.on_view", "table bill"));
}

static void
virtual_tables_hide_their_shadows(void **state)
{
    g_autoptr(MigSchema) schema =
        load(*state, "CREATE TABLE doc_extra (a); CREATE TABLE geo_data (b);"
                     "CREATE VIRTUAL TABLE doc USING fts5(Title, body, tokenize = 'porter ascii');"
                     "CREATE VIRTUAL TABLE \"geo\" USING rtree(id, x0, x1);"
                     "CREATE VIRTUAL TABLE old USING fts4(a);");

    assert_int_equal(mig_schema_roots(schema)->len, 5);
    assert_value(schema, "virtual table doc", "definition",
                 "USING fts5(title, body, tokenize = 'porter ascii')");
    assert_non_null(mig_schema_find(schema, "virtual table geo"));
    assert_non_null(mig_schema_find(schema, "table doc_extra"));
    assert_non_null(mig_schema_find(schema, "table geo_data"));
}

static void
what_cannot_be_read_is_unmanaged(void **state)
{
    g_autoptr(MigSchema) schema = load(
        *state, "CREATE TABLE good (a); CREATE TABLE bad (a); CREATE INDEX i ON bad (a);"
                "PRAGMA writable_schema = on;"
                "UPDATE sqlite_schema SET sql = 'CREATE TABLE bad (a) FAST' WHERE name = 'bad';"
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX i' WHERE name = 'i';"
                "INSERT INTO sqlite_schema VALUES ('trigger', 'lost', 'nowhere', 0, NULL);");

    assert_null(mig_schema_find(schema, "table good")->unmanaged);
    assert_string_equal(mig_schema_find(schema, "table bad")->unmanaged,
                        "its statement cannot be read: expected a table option");
    assert_string_equal(mig_schema_find(schema, "index bad.i")->unmanaged,
                        "its statement cannot be read");
    assert_non_null(mig_schema_find(schema, "trigger lost")->unmanaged);
}

/* What ALTER TABLE writes into the stored text does not count. */
static void
edits_of_the_engine_make_no_difference(void **state)
{
    g_autoptr(MigSchema) edited = load(
        *state, "CREATE TABLE \"users\" (id INTEGER PRIMARY KEY, nom TEXT /* n */);"
                "CREATE INDEX i ON users (nom); CREATE VIEW v AS SELECT nom FROM users;"
                "CREATE TRIGGER g AFTER INSERT ON users BEGIN DELETE FROM users WHERE nom = 1; END;"
                "ALTER TABLE users RENAME TO \"People\";"
                "ALTER TABLE people RENAME COLUMN nom TO \"Full\";"
                "ALTER TABLE people ADD COLUMN age INT DEFAULT 1 /* years */;");
    g_autofree char *hash = g_strdup(mig_schema_hash(edited));

    sqlite3_exec(((Connection *)*state)->db, "DROP TABLE people; DROP VIEW v", NULL, NULL, NULL);
    g_autoptr(MigSchema) written = load(
        *state, "CREATE TABLE people (id INTEGER PRIMARY KEY, full TEXT, age INT DEFAULT 1);"
                "CREATE INDEX i ON people (full); CREATE VIEW v AS SELECT \"full\" FROM people;"
                "CREATE TRIGGER g AFTER INSERT ON people BEGIN"
                " DELETE FROM people WHERE full = 1; END;");

    assert_string_equal(mig_schema_hash(written), hash);
}

static void
dump_loads_to_the_same_state(void **state)
{
    g_autoptr(MigSchema) before = load(*state, shop);
    g_autofree char *text = mig_sqlite_dump(before);
    void *other = NULL;

    open_connection(&other);
    g_autoptr(MigSchema) after = load(other, text);
    g_autofree char *again = mig_sqlite_dump(after);

    close_connection(&other);
    assert_string_equal(mig_schema_hash(after), mig_schema_hash(before));
    assert_string_equal(again, text);
    assert_true(strstr(text, "CREATE TABLE \"Customer\"") < strstr(text, "CREATE TABLE Bill"));
    assert_true(strstr(text, "CREATE VIEW Rich") < strstr(text, "CREATE VIEW Aaa"));
    assert_non_null(strstr(text, "-- all of them\n;"));
}

static void
an_empty_database_is_empty(void **state)
{
    g_autoptr(MigSchema) schema = load(*state, NULL);
    g_autofree char *text = mig_sqlite_dump(schema);

    assert_int_equal(mig_schema_objects(schema)->len, 0);
    assert_string_equal(text, "");
}

/* 1,000 tables of 10 columns: the aim is 50 ms; the limit leaves room for slow runs. */
static void
a_thousand_tables_are_read_quickly(void **state)
{
    Connection *connection = *state;
    GString *sql = g_string_new("BEGIN;");

    for (int i = 0; i < 1000; i++)
        g_string_append_printf(
            sql,
            "CREATE TABLE t%d (id INTEGER PRIMARY KEY, a TEXT NOT NULL,"
            " b VARCHAR(20) DEFAULT 'x', c REAL, d INT CHECK (d > 0), e TEXT UNIQUE,"
            " f REFERENCES t1, g BLOB, h NUMERIC DEFAULT 5, i TEXT COLLATE NOCASE);",
            i);
    g_string_append(sql, "COMMIT");
    sqlite3_exec(connection->db, sql->str, NULL, NULL, NULL);
    g_string_free(sql, TRUE);
    gint64 start = g_get_monotonic_time();
    g_autoptr(MigSchema) schema = load(connection, NULL);
    gint64 elapsed_us = g_get_monotonic_time() - start;

    print_message("# read 1000 tables in %.1f ms\n", (double)elapsed_us / 1000);
    assert_int_equal(mig_schema_objects(schema)->len, 1000 * 15);
    assert_true(elapsed_us < 2000000);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_connection, close_connection)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_is_read),
        TEST(dependencies_are_found),
        TEST(virtual_tables_hide_their_shadows),
        TEST(what_cannot_be_read_is_unmanaged),
        TEST(edits_of_the_engine_make_no_difference),
        TEST(dump_loads_to_the_same_state),
        TEST(an_empty_database_is_empty),
        TEST(a_thousand_tables_are_read_quickly),
    };

    return cmocka_run_group_tests_name("sqlite_introspect", tests, NULL, NULL);
}
