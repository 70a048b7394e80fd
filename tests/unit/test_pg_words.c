/* Which PostgreSQL statements have no place in a transaction, and which tables they write. */
#include "tests/unit/unit.h"

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_words.h"

static void
transaction_control(void **state)
{
    static const char *const yes[] = {"BEGIN",
                                      "begin isolation level serializable",
                                      "START TRANSACTION",
                                      "COMMIT",
                                      "commit and chain",
                                      "END",
                                      "ABORT",
                                      "ROLLBACK",
                                      "rollback work",
                                      "/* x */ ROLLBACK TRANSACTION",
                                      "PREPARE TRANSACTION 'x'"};
    static const char *const no[] = {"",
                                     "SELECT 1",
                                     "SAVEPOINT x",
                                     "RELEASE x",
                                     "ROLLBACK TO x",
                                     "rollback work to savepoint x",
                                     "ROLLBACK TRANSACTION TO x",
                                     "PREPARE x AS SELECT 1",
                                     "COMMIT PREPARED 'x'",
                                     "\"begin\"",
                                     "beginning",
                                     "DO $$ BEGIN COMMIT; END $$"};

    for (gsize i = 0; i < G_N_ELEMENTS(yes); i++) {
        if (!mig_pg_is_transaction_control(yes[i], strlen(yes[i])))
            fail_msg("%s", yes[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(no); i++) {
        if (mig_pg_is_transaction_control(no[i], strlen(no[i])))
            fail_msg("%s", no[i]);
    }
}

static const char *const bare[] = {
    "VACUUM",
    "vacuum (full) t",
    "CREATE DATABASE d",
    "DROP DATABASE IF EXISTS d",
    "ALTER DATABASE d SET TABLESPACE x",
    "CREATE TABLESPACE x LOCATION '/x'",
    "DROP TABLESPACE x",
    "ALTER SYSTEM SET work_mem = 1",
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "create unique /* c */ index concurrently if not exists i on t (a)",
    "DROP INDEX CONCURRENTLY i",
    "REINDEX INDEX CONCURRENTLY i",
    "REINDEX (VERBOSE) TABLE CONCURRENTLY t",
    "REINDEX (CONCURRENTLY) TABLE t",
    "REINDEX (CONCURRENTLY on, VERBOSE) TABLE t",
    "REINDEX SCHEMA s",
    "REINDEX DATABASE d",
    "CLUSTER",
    "CLUSTER VERBOSE",
    "ALTER TABLE s.p DETACH PARTITION s.c CONCURRENTLY",
    "ALTER TABLE IF EXISTS p DETACH PARTITION c CONCURRENTLY",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p, q WITH (copy_data = false)",
    "COMMIT PREPARED 'x'",
    "ROLLBACK PREPARED 'x'",
};

static const char *const maybe_bare[] = {
    "CALL p()",
    "DO $$ BEGIN UPDATE t SET a = 1; COMMIT; END $$",
    "do language plpgsql 'begin rollback; end'",
    "CLUSTER t USING i",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "DROP SUBSCRIPTION s",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
};

static const char *const not_bare[] = {
    "CREATE INDEX i ON t (a)",
    "CREATE INDEX \"concurrently\" ON t (a)",
    "DROP INDEX i",
    "ALTER DATABASE d SET work_mem = 1",
    "ALTER TABLE p DETACH PARTITION c",
    "ALTER TABLE t ADD COLUMN concurrently_x int",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = false)",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = off, slot_name = NONE)",
    "DO $$ BEGIN PERFORM 1; END $$",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "ALTER TYPE e ADD VALUE 'x'",
    "ANALYZE t",
    "",
};

static void
bare_statements(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bare); i++) {
        if (!mig_pg_needs_bare(bare[i], strlen(bare[i])) ||
            !mig_pg_may_need_bare(bare[i], strlen(bare[i])))
            fail_msg("%s", bare[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(maybe_bare); i++) {
        if (mig_pg_needs_bare(maybe_bare[i], strlen(maybe_bare[i])) ||
            !mig_pg_may_need_bare(maybe_bare[i], strlen(maybe_bare[i])))
            fail_msg("%s", maybe_bare[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(not_bare); i++) {
        if (mig_pg_needs_bare(not_bare[i], strlen(not_bare[i])) ||
            mig_pg_may_need_bare(not_bare[i], strlen(not_bare[i])))
            fail_msg("%s", not_bare[i]);
    }
}

static void
written_tables(void **state)
{
    static const struct {
        const char *sql, *tables;
    } cases[] = {
        {"INSERT INTO t SELECT * FROM u", "t"},
        {"INSERT INTO S.T VALUES (1)", "s.t"},
        {"insert into \"S\".\"a \"\"b\" values (1)", "S.a \"b"},
        {"UPDATE ONLY t SET a = 1", "t"},
        {"DELETE FROM ONLY x.t", "x.t"},
        {"DELETE FROM t", "t"},
        {"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "t"},
        {"TRUNCATE TABLE a, ONLY b, c * CASCADE", "a,b,c"},
        {"TRUNCATE a", "a"},
        {"DROP TABLE IF EXISTS a, s.b CASCADE", "a,s.b"},
        {"ALTER TABLE IF EXISTS ONLY a ADD b int", "a"},
        {"COPY t FROM stdin", "t"},
        {"COPY s.t (a, b) FROM stdin", "s.t"},
        {"COPY t TO stdout", ""},
        {"COPY (SELECT 1) TO stdout", ""},
        {"SELECT * FROM t", ""},
        {"DROP VIEW v", ""},
        {"DROP TABLE", ""},
        {"CREATE TABLE t (a int)", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) tables = mig_pg_written_tables(cases[i].sql, strlen(cases[i].sql));
        g_autoptr(GString) found = g_string_new(NULL);

        for (guint j = 0; j < tables->len; j++) {
            const MigPgTarget *target = tables->pdata[j];

            g_string_append_printf(found, "%s%s%s%s", j ? "," : "",
                                   target->schema ? target->schema : "", target->schema ? "." : "",
                                   target->name);
        }
        assert_string_equal(found->str, cases[i].tables);
    }
}

static void
dropped_tables_are_those_of_drop_table(void **state)
{
    const char *drop = "DROP TABLE a, b", *delete = "DELETE FROM a";
    g_autoptr(GPtrArray) dropped = mig_pg_dropped_tables(drop, strlen(drop));
    g_autoptr(GPtrArray) none = mig_pg_dropped_tables(delete, strlen(delete));

    assert_int_equal(dropped->len, 2);
    assert_int_equal(none->len, 0);
}

static void
patient_statements(void **state)
{
    static const char *const yes[] = {"ALTER TABLE t VALIDATE CONSTRAINT c",
                                      "alter table only s.t validate constraint c", "ANALYZE t",
                                      "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
                                      "CREATE INDEX CONCURRENTLY i ON t (a)"};
    static const char *const no[] = {"ALTER TABLE t ADD CHECK (a > 0)", "DROP INDEX i",
                                     "REFRESH MATERIALIZED VIEW m"};

    for (gsize i = 0; i < G_N_ELEMENTS(yes); i++)
        assert_true(mig_pg_waits_long(yes[i], strlen(yes[i])));
    for (gsize i = 0; i < G_N_ELEMENTS(no); i++)
        assert_false(mig_pg_waits_long(no[i], strlen(no[i])));
}

static void
keys_differ_and_stay(void **state)
{
    assert_true(mig_pg_run_key("public", "migrate_version") ==
                mig_pg_run_key("public", "migrate_version"));
    assert_true(mig_pg_run_key("public", "migrate_version") !=
                mig_pg_run_key("other", "migrate_version"));
    assert_true(mig_pg_run_key("ab", "c") != mig_pg_run_key("a", "bc"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transaction_control),
        cmocka_unit_test(bare_statements),
        cmocka_unit_test(written_tables),
        cmocka_unit_test(dropped_tables_are_those_of_drop_table),
        cmocka_unit_test(patient_statements),
        cmocka_unit_test(keys_differ_and_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
