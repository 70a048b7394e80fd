/* What statements lock and do, as the table of facts says and as the server shows it. */
#include "tests/unit/unit.h"

#include <libpq-fe.h>

#include "dialects/postgresql/pg_facts.h"
#include "tests/lib/cluster.h"

static const char fixture[] =
    "CREATE DOMAIN amount AS int CHECK (value > 0);"
    "CREATE DOMAIN plain AS int;"
    "CREATE TYPE mood AS ENUM ('good', 'bad');"
    "CREATE FUNCTION wild() RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END';"
    "CREATE FUNCTION tame() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';"
    "CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';"
    "CREATE TABLE a (id int PRIMARY KEY, n int, k int NOT NULL, name varchar(20), t timestamp, m "
    "mood,"
    "    u int, CONSTRAINT a_n CHECK (n > 0), CONSTRAINT a_u CHECK (u IS NOT NULL));"
    "CREATE UNIQUE INDEX a_k ON a (k); CREATE UNIQUE INDEX a_n_key ON a (n);"
    "CREATE INDEX a_name ON a (name);"
    "CREATE TABLE b (id int PRIMARY KEY, a_id int, c int, d amount,"
    "    CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a);"
    "ALTER TABLE b ADD CONSTRAINT b_late CHECK (c > 0) NOT VALID;"
    "CREATE TRIGGER b_fire BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION fire();"
    "CREATE POLICY b_pol ON b;"
    "CREATE TABLE lone (id int, a_id int, name text);"
    "ALTER TABLE lone ADD CONSTRAINT lone_a FOREIGN KEY (a_id) REFERENCES a NOT VALID;"
    "CREATE TABLE p (id int, k int) PARTITION BY RANGE (k);"
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
    "CREATE TABLE pd PARTITION OF p DEFAULT;"
    "CREATE TABLE p5 (id int, k int);"
    "CREATE TABLE \"Odd\"\"name\" (id int);"
    "CREATE SCHEMA other; CREATE TABLE other.a (id int);"
    "CREATE VIEW v AS SELECT id FROM lone; CREATE MATERIALIZED VIEW mv AS SELECT id FROM lone;"
    "CREATE UNIQUE INDEX mv_id ON mv (id); CREATE SEQUENCE s;"
    "INSERT INTO a SELECT i, i, i, 'x', now(), 'good', i FROM generate_series(1, 3) AS i;"
    "INSERT INTO b SELECT i, i, i, i FROM generate_series(1, 3) AS i;"
    "INSERT INTO lone SELECT i, i, 'y' FROM generate_series(1, 3) AS i;"
    "INSERT INTO p SELECT i, i * 7 FROM generate_series(1, 3) AS i;"
    "INSERT INTO p5 VALUES (1, 55); REFRESH MATERIALIZED VIEW mv; ANALYZE;";

/* Statements that can be tried in a transaction: what the server locks, writes anew and reads must
 * be what the facts say. */
static const char *const tried[] = {
    "ALTER TABLE a ADD COLUMN x int",
    "ALTER TABLE a ADD x int NOT NULL DEFAULT 5",
    "ALTER TABLE a ADD x numeric(10, 2) DEFAULT 0::numeric(10,2)",
    "ALTER TABLE a ADD x timestamptz DEFAULT now()",
    "ALTER TABLE a ADD x timestamptz DEFAULT CURRENT_TIMESTAMP",
    "ALTER TABLE a ADD x timestamptz DEFAULT clock_timestamp()",
    "ALTER TABLE a ADD x uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE a ADD x int DEFAULT nextval('s')",
    "ALTER TABLE a ADD x int DEFAULT wild()",
    "ALTER TABLE a ADD x int DEFAULT tame()",
    "ALTER TABLE a ADD x serial",
    "ALTER TABLE a ADD x bigint GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE a ADD x int GENERATED ALWAYS AS (n + 1) STORED",
    "ALTER TABLE a ADD x amount",
    "ALTER TABLE a ADD x plain",
    "ALTER TABLE a ADD x mood DEFAULT 'good'",
    "ALTER TABLE a ADD x mood[]",
    "ALTER TABLE a ADD x int CHECK (x > 0)",
    "ALTER TABLE a ADD x int UNIQUE",
    "ALTER TABLE lone ADD x int REFERENCES a",
    "ALTER TABLE lone ADD x int DEFAULT 1 REFERENCES a",
    "ALTER TABLE a DROP COLUMN t",
    "ALTER TABLE a ALTER n SET DEFAULT 1",
    "ALTER TABLE a ALTER k DROP NOT NULL",
    "ALTER TABLE a ALTER n SET NOT NULL",
    "ALTER TABLE a ALTER k SET NOT NULL",
    "ALTER TABLE a ALTER u SET NOT NULL",
    "ALTER TABLE a ALTER k ADD GENERATED ALWAYS AS IDENTITY",
    "ALTER TABLE a ALTER name SET STORAGE external",
    "ALTER TABLE a ALTER name SET STATISTICS 100",
    "ALTER TABLE a ALTER name SET (n_distinct = 5)",
    "ALTER TABLE a ALTER name TYPE varchar(30)",
    "ALTER TABLE a ALTER name SET DATA TYPE text",
    "ALTER TABLE a ALTER name TYPE character varying(5)",
    "ALTER TABLE a ALTER name TYPE char(30)",
    "ALTER TABLE a ALTER n TYPE bigint",
    "ALTER TABLE a ALTER n TYPE int4",
    "ALTER TABLE a ALTER k TYPE text USING k::text",
    "ALTER TABLE a ALTER k TYPE int4",
    "ALTER TABLE a ALTER t TYPE timestamp(3)",
    "ALTER TABLE a ALTER id TYPE bigint",
    "ALTER TABLE b ALTER a_id TYPE bigint",
    "ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0)",
    "ALTER TABLE a ADD CONSTRAINT c CHECK (n > 0) NOT VALID",
    "ALTER TABLE lone ADD FOREIGN KEY (id) REFERENCES a",
    "ALTER TABLE lone ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES a NOT VALID",
    "ALTER TABLE b VALIDATE CONSTRAINT b_late",
    "ALTER TABLE lone VALIDATE CONSTRAINT lone_a",
    "ALTER TABLE lone ADD UNIQUE (id)",
    "ALTER TABLE lone ADD PRIMARY KEY (id)",
    "ALTER TABLE a ADD UNIQUE USING INDEX a_k",
    "ALTER TABLE a DROP CONSTRAINT a_n",
    "ALTER TABLE b DROP CONSTRAINT b_a",
    "ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE",
    "ALTER TABLE b ALTER CONSTRAINT b_a DEFERRABLE",
    "ALTER TABLE a RENAME TO aa",
    "ALTER TABLE a RENAME COLUMN n TO nn",
    "ALTER TABLE a RENAME CONSTRAINT a_n TO a_nn",
    "ALTER TABLE lone SET SCHEMA other",
    "ALTER TABLE a OWNER TO CURRENT_USER",
    "ALTER TABLE a REPLICA IDENTITY FULL",
    "ALTER TABLE a ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE a SET (fillfactor = 50)",
    "ALTER TABLE a CLUSTER ON a_k",
    "ALTER TABLE lone SET UNLOGGED",
    "ALTER TABLE b DISABLE TRIGGER b_fire",
    "ALTER TABLE lone ADD x int, ALTER name SET STATISTICS 5, DROP a_id",
    "ALTER TABLE IF EXISTS ONLY \"Odd\"\"name\" ADD x int",
    "ALTER TABLE other.a ADD x int",
    "ALTER TABLE p ADD x int",
    "ALTER TABLE p ATTACH PARTITION p5 FOR VALUES FROM (50) TO (60)",
    "ALTER TABLE p DETACH PARTITION p1",
    "CREATE TABLE n (id int PRIMARY KEY, a int REFERENCES a, other int, FOREIGN KEY (other) "
    "REFERENCES b)",
    "CREATE TABLE n (x int) INHERITS (a, other.a)",
    "CREATE TABLE n AS SELECT 1 AS x",
    "CREATE INDEX ON a (n)",
    "CREATE UNIQUE INDEX i ON a USING btree (n DESC) WHERE n > 0",
    "CREATE INDEX ON ONLY p (k)",
    "DROP INDEX a_name",
    "DROP INDEX IF EXISTS a_name, a_n_key",
    "ALTER INDEX a_name RENAME TO a_name2",
    "ALTER INDEX a_name SET (fillfactor = 50)",
    "REINDEX INDEX a_name",
    "REINDEX TABLE a",
    "DROP TABLE \"Odd\"\"name\", b",
    "DROP TABLE b",
    "DROP TABLE p1",
    "TRUNCATE b",
    "TRUNCATE a CASCADE",
    "CREATE TRIGGER g AFTER UPDATE OF n ON a FOR EACH ROW EXECUTE FUNCTION fire()",
    "DROP TRIGGER b_fire ON b",
    "ALTER TRIGGER b_fire ON b RENAME TO b_fire2",
    "CREATE POLICY c ON a",
    "ALTER POLICY b_pol ON b RENAME TO c",
    "DROP POLICY b_pol ON b",
    "CREATE RULE r AS ON INSERT TO lone DO NOTHING",
    "COMMENT ON TABLE a IS 'x'",
    "COMMENT ON COLUMN a.n IS 'x'",
    "COMMENT ON COLUMN other.a.id IS 'x'",
    "COMMENT ON TRIGGER b_fire ON b IS 'x'",
    "COMMENT ON CONSTRAINT a_n ON a IS 'x'",
    "COMMENT ON FUNCTION wild() IS 'x'",
    "CREATE STATISTICS st ON n, k FROM a",
    "CREATE PUBLICATION pu FOR TABLE a, b",
    "ALTER DOMAIN amount ADD CHECK (value < 100)",
    "ALTER DOMAIN amount ADD CHECK (value < 100) NOT VALID",
    "ALTER DOMAIN plain SET DEFAULT 5",
    "ALTER TYPE mood RENAME VALUE 'good' TO 'fine'",
    "CREATE OR REPLACE VIEW v AS SELECT id FROM lone",
    "DROP VIEW v",
    "DROP MATERIALIZED VIEW mv",
    "REFRESH MATERIALIZED VIEW mv",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY mv",
    "ALTER SEQUENCE s RESTART",
    "INSERT INTO a SELECT 9, 9, 9, 'x', now(), 'good', 9",
    "UPDATE a SET n = 5 WHERE id = 1",
    "DELETE FROM lone",
    "WITH gone AS (DELETE FROM lone RETURNING id) INSERT INTO other.a SELECT id FROM gone",
    "LOCK TABLE a, b IN SHARE MODE",
    "LOCK a",
    "ANALYZE a",
    "CLUSTER a USING a_k",
    "GRANT SELECT ON a TO PUBLIC",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SEQUENCE s2",
    "SET work_mem = '4MB'",
};

static PGconn *server;
static MigConnection *connection;

static PGresult *
sql(const char *text)
{
    PGresult *result = PQexec(server, text);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(server));
    return result;
}

static GPtrArray *
facts_of(const char *const *statements, guint n)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(list, (gpointer)statements[i]);
    GPtrArray *facts = mig_pg_statement_facts(connection, list, &error);

    assert_no_error(error);
    return facts;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines that the facts come to, one a relation, sorted: "name LOCK", with " rewrite" or " scan"
 * where a table is written anew, or read. With the rest there are " (NOTE)" and "unknown: WHY" too.
 */
static char *
told_lines(const MigFacts *facts, gboolean with_rest)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < facts->touches->len; i++) {
        const MigTouch *touch = facts->touches->pdata[i];
        const char *work = "";

        if (touch->work == MIG_WORK_REWRITE)
            work = " rewrite";
        else if (touch->work == MIG_WORK_SCAN || touch->work == MIG_WORK_BUILD)
            work = " scan";
        else if (touch->work == MIG_WORK_UNKNOWN)
            work = " unknown";
        const char *note = with_rest && touch->note ? touch->note : "";

        g_ptr_array_add(lines,
                        g_strdup_printf("%s%s%s%s %s%s%s%s%s", touch->schema ? touch->schema : "",
                                        touch->schema ? "." : "", touch->name,
                                        touch->is_new ? " new" : "", touch->lock, work,
                                        *note ? " (" : "", note, *note ? ")" : ""));
    }
    g_ptr_array_sort(lines, compare_lines);
    if (with_rest && facts->unknown)
        g_ptr_array_add(lines, g_strdup_printf("unknown: %s", facts->unknown));
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

static const char tools[] =
    "CREATE SCHEMA tool;"
    "CREATE VIEW tool.state AS SELECT c.oid, c.relname AS name, relnamespace AS schema, relkind AS "
    "kind,"
    " relfilenode AS file, coalesce(seq_tup_read, 0) AS read FROM pg_class AS c"
    " LEFT JOIN pg_stat_xact_all_tables AS s ON s.relid = c.oid WHERE c.relkind IN"
    " ('r', 'p', 'm', 'v', 'S') AND relnamespace IN ('public'::regnamespace, "
    "'other'::regnamespace);"
    "CREATE VIEW tool.locked AS SELECT relation AS oid, max(array_position(ARRAY["
    "'AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock',"
    "'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], mode)) AS mode"
    " FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL AND database <> 0"
    " GROUP BY relation;"
    "CREATE TABLE tool.before AS SELECT * FROM tool.state LIMIT 0";

/* The same as the server has it, for relations that were there before. Partitions that are locked
 * as strongly as their table count as part of it. A default that numbers rows uses its sequence. */
#define SHOWN                                                                                      \
    "SELECT string_agg(line, chr(10) ORDER BY line COLLATE \"C\") FROM (SELECT"                    \
    " CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || b.name || ' ' ||"          \
    " (ARRAY['ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE',"     \
    " 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'])[l.mode] || CASE"                    \
    " WHEN x.file <> b.file AND b.kind <> 'S' AND %d = 1 THEN ' rewrite'"                          \
    " WHEN x.read > b.read AND %d = 1 THEN ' scan' ELSE '' END AS line"                            \
    " FROM tool.before AS b JOIN pg_namespace AS n ON n.oid = b.schema"                            \
    " JOIN tool.locked AS l ON l.oid = b.oid LEFT JOIN tool.state AS x ON x.oid = b.oid"           \
    " WHERE l.mode > CASE b.kind WHEN 'S' THEN 3 ELSE 1 END AND NOT EXISTS (SELECT 1 FROM"         \
    " pg_inherits AS h JOIN tool.locked AS up ON up.oid = h.inhparent"                             \
    " WHERE h.inhrelid = b.oid AND up.mode = l.mode)) AS q"

static gboolean
begins(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (g_str_has_prefix(text, *words))
            return TRUE;
    }
    return FALSE;
}

static char *
shown_lines(const char *statement)
{
    static const char *const on_rows[] = {"INSERT",  "UPDATE",  "DELETE", "WITH",
                                          "ANALYZE", "REFRESH", NULL};
    static const char *const empties[] = {"TRUNCATE", NULL};
    g_autofree char *query =
        g_strdup_printf(SHOWN, !begins(statement, empties), !begins(statement, on_rows));

    PQclear(sql("BEGIN; INSERT INTO tool.before SELECT * FROM tool.state"));
    PQclear(sql(statement));
    PGresult *result = sql(query);
    char *lines = g_strdup(PQgetvalue(result, 0, 0));

    PQclear(result);
    PQclear(sql("ROLLBACK"));
    return lines;
}

static void
the_server_does_what_is_told(void **state)
{
    guint n_wrong = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(tried); i++) {
        /* There the partition itself is locked less. */
        if (PQserverVersion(server) < 140000 && strstr(tried[i], "DETACH"))
            continue;
        g_autoptr(GPtrArray) facts = facts_of(&tried[i], 1);
        g_autofree char *told = told_lines(facts->pdata[0], FALSE);
        g_autofree char *shown = shown_lines(tried[i]);

        if (strcmp(told, shown) == 0)
            continue;
        print_error("%s\n  told:  %s\n  shown: %s\n", tried[i], told, shown);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

/* What cannot be tried in a transaction, depends on what came before, or is not to be known. Plans
 * of statements, and the lines of the last one: as above, " (NOTE)" and "unknown: WHY" included. */
static const struct {
    const char *statements[4];
    const char *lines;
} plans[] = {
    {{"CREATE INDEX CONCURRENTLY i ON a (n)"}, "a SHARE UPDATE EXCLUSIVE scan"},
    {{"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON other.a (id)"},
     "other.a SHARE UPDATE EXCLUSIVE scan"},
    {{"DROP INDEX CONCURRENTLY a_name"}, "a SHARE UPDATE EXCLUSIVE"},
    {{"DROP INDEX no_such"}, "no_such ACCESS EXCLUSIVE (there is no such index)"},
    {{"REINDEX (CONCURRENTLY) TABLE a"}, "a SHARE UPDATE EXCLUSIVE scan"},
    {{"VACUUM a"}, "a SHARE UPDATE EXCLUSIVE scan"},
    {{"VACUUM (FULL, VERBOSE) a, b"}, "a ACCESS EXCLUSIVE rewrite\nb ACCESS EXCLUSIVE rewrite"},
    {{"VACUUM"}, "unknown: one table of the database after the other"},
    {{"ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"},
     "p SHARE UPDATE EXCLUSIVE\np1 ACCESS EXCLUSIVE"},
    {{"CREATE TABLE p6 PARTITION OF p FOR VALUES FROM (60) TO (70)"},
     "p ACCESS EXCLUSIVE\npd ACCESS EXCLUSIVE scan"},
    {{"ALTER TABLE lone ADD CONSTRAINT l FOREIGN KEY (id) REFERENCES a NOT VALID",
      "ALTER TABLE lone VALIDATE CONSTRAINT l"},
     "a ROW SHARE scan\nlone SHARE UPDATE EXCLUSIVE scan"},
    {{"ALTER TABLE lone ADD CONSTRAINT l FOREIGN KEY (id) REFERENCES a NOT VALID",
      "ALTER TABLE public.lone DROP CONSTRAINT l"},
     "a ACCESS EXCLUSIVE\npublic.lone ACCESS EXCLUSIVE"},
    {{"ALTER TABLE a ADD CONSTRAINT t CHECK (name IS NOT NULL) NOT VALID",
      "ALTER TABLE a ALTER name SET NOT NULL"},
     "a ACCESS EXCLUSIVE scan"},
    {{"ALTER TABLE a ADD CONSTRAINT t CHECK ((name IS NOT NULL)) NOT VALID",
      "ALTER TABLE a VALIDATE CONSTRAINT t",
      "ALTER TABLE a ALTER name SET NOT NULL, DROP CONSTRAINT t"},
     "a ACCESS EXCLUSIVE"},
    {{"ALTER TABLE a ADD CONSTRAINT t CHECK (name IS NOT NULL OR n > 0) NOT VALID",
      "ALTER TABLE a VALIDATE CONSTRAINT t", "ALTER TABLE a ALTER name SET NOT NULL"},
     "a ACCESS EXCLUSIVE scan"},
    {{"ALTER TABLE a ADD PRIMARY KEY USING INDEX a_n_key"},
     "a ACCESS EXCLUSIVE unknown (all of it is read if a column of the key may be NULL)"},
    {{"ALTER TABLE a ADD PRIMARY KEY USING INDEX a_k"}, "a ACCESS EXCLUSIVE"},
    {{"ALTER TABLE a ALTER t TYPE timestamptz"},
     "a ACCESS EXCLUSIVE unknown (nothing is written if TimeZone is UTC)"},
    {{"ALTER TABLE a ALTER m TYPE mood"}, "a ACCESS EXCLUSIVE"},
    {{"ALTER TABLE a ALTER m TYPE other.mood"},
     "a ACCESS EXCLUSIVE unknown (all is written anew unless the types are binary compatible)"},
    {{"ALTER TABLE a ADD x public.later"},
     "a ACCESS EXCLUSIVE unknown (all is written anew if 'later' is a domain with conditions)"},
    {{"CREATE TYPE later AS (x int)", "ALTER TABLE a ADD x later"}, "a ACCESS EXCLUSIVE"},
    {{"CREATE FUNCTION f2() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "ALTER TABLE a ADD x int DEFAULT f2()"},
     "a ACCESS EXCLUSIVE unknown (all is written anew if 'f2' is volatile)"},
    {{"CREATE TABLE n (id int)", "ALTER TABLE public.n ADD PRIMARY KEY (id)"},
     "public.n new ACCESS EXCLUSIVE scan"},
    {{"CREATE TABLE IF NOT EXISTS a (id int)", "CREATE INDEX ON a (id)"}, "a SHARE scan"},
    {{"ALTER TABLE b RENAME TO bb", "ALTER TABLE bb ADD x int"}, "bb ACCESS EXCLUSIVE"},
    {{"CREATE INDEX i ON a (n)", "ALTER INDEX i RENAME TO j", "DROP INDEX j"},
     "a ACCESS EXCLUSIVE"},
    {{"DROP TABLE v, \"Odd\"\"name\" CASCADE"},
     "Odd\"name ACCESS EXCLUSIVE\nv ACCESS EXCLUSIVE\n"
     "unknown: CASCADE drops what depends on it, whatever that is"},
    {{"DO $$ BEGIN DROP TABLE a; END $$"}, "unknown: what the code that it runs does"},
    {{"CALL wild()"}, "unknown: what the code that it runs does"},
    {{"SELECT wild()"}, "unknown: what the functions that it calls do"},
    {{"SELECT pg_catalog.setval('s', (SELECT max(id) FROM a))"}, ""},
    {{"INSERT INTO lone (id) VALUES (1) ON CONFLICT DO UPDATE SET id = 2"}, "lone ROW EXCLUSIVE"},
    {{"COPY lone (id) FROM stdin"}, "lone ROW EXCLUSIVE"},
    {{"COPY lone TO stdout"}, ""},
    {{"CREATE EXTENSION citext"}, "unknown: the extension's own script"},
    {{"ALTER TABLE a ADD x int GENERATED ALWAYS AS (n + 1) VIRTUAL"}, "a ACCESS EXCLUSIVE"},
    {{"ALTER TABLE a ADD x int GENERATED ALWAYS AS (n + 1)"}, "a ACCESS EXCLUSIVE"},
    {{"FROBNICATE a"}, "unknown: a statement that is not in the table of locks"},
    {{"ALTER TABLE a FROBNICATE"},
     "a ACCESS SHARE\nunknown: an action that is not in the table of locks"},
    {{""}, "unknown: a statement that is not in the table of locks"},
};

static void
plans_are_told(void **state)
{
    guint n_wrong = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(plans); i++) {
        guint n = 1;

        while (n < G_N_ELEMENTS(plans[i].statements) && plans[i].statements[n])
            n++;
        g_autoptr(GPtrArray) facts = facts_of(plans[i].statements, n);
        g_autofree char *lines = told_lines(facts->pdata[n - 1], TRUE);

        if (strcmp(lines, plans[i].lines) == 0)
            continue;
        print_error("%s\n  told:   %s\n  should: %s\n", plans[i].statements[n - 1], lines,
                    plans[i].lines);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

/* Sizes are those of what the table is called now; what is new has none. */
static void
sizes_are_told(void **state)
{
    static const char *const statements[] = {
        "ALTER TABLE a RENAME TO c",
        "CREATE TABLE a (id int)",
        "INSERT INTO a SELECT id FROM c",
        "DELETE FROM c",
        "DELETE FROM p",
        "DELETE FROM \"Odd\"\"name\"",
        "DELETE FROM nowhere",
    };
    g_autoptr(GPtrArray) facts = facts_of(statements, G_N_ELEMENTS(statements));
    const MigTouch *touches[G_N_ELEMENTS(statements)];

    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        const GPtrArray *list = ((const MigFacts *)facts->pdata[i])->touches;

        touches[i] = list->len > 0 ? list->pdata[0] : NULL;
    }
    assert_int_equal(touches[0]->rows, 3);
    assert_true(touches[0]->bytes > 8192 * 3);
    assert_null(touches[1]);
    assert_true(touches[2]->is_new);
    assert_int_equal(touches[2]->rows, -1);
    assert_int_equal(touches[3]->rows, 3);
    assert_int_equal(touches[3]->bytes, touches[0]->bytes);
    assert_int_equal(touches[4]->n_partitions, 2);
    assert_int_equal(touches[4]->rows, 3);
    assert_int_equal(touches[5]->rows, 0);
    assert_int_equal(touches[6]->rows, -1);
    assert_int_equal(touches[6]->bytes, -1);
}

/* Without a database, what the words leave open is unknown. */
static void
without_a_database(void **state)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();

    g_ptr_array_add(list, (gpointer) "ALTER TABLE a ALTER n TYPE bigint");
    g_ptr_array_add(list, (gpointer) "ALTER TABLE a ALTER n SET NOT NULL");
    g_autoptr(GPtrArray) facts = mig_pg_statement_facts(NULL, list, NULL);
    g_autofree char *type = told_lines(facts->pdata[0], TRUE);
    g_autofree char *not_null = told_lines(facts->pdata[1], TRUE);

    assert_string_equal(type, "a ACCESS EXCLUSIVE unknown");
    assert_string_equal(not_null, "a ACCESS EXCLUSIVE scan");
}

/* A table that somebody holds is no reason to keep the plan back. */
static void
sizes_wait_for_nobody(void **state)
{
    static const char *const statements[] = {"ALTER TABLE a ADD x int"};

    PQclear(sql("BEGIN; LOCK TABLE a"));
    g_autoptr(GPtrArray) facts = facts_of(statements, 1);
    g_autofree char *lines = told_lines(facts->pdata[0], TRUE);

    PQclear(sql("ROLLBACK"));
    assert_string_equal(lines, "a ACCESS EXCLUSIVE");
}

static int
begin(void **state)
{
    g_autofree char *database = cluster_create_database();
    g_autofree char *url = cluster_url(database);
    g_autoptr(MigUrl) parsed = mig_url_parse(url, NULL, NULL);

    server = PQconnectdb(url);
    PQclear(sql("SET client_min_messages = warning"));
    PQclear(sql(fixture));
    PQclear(sql(tools));
    connection = mig_pg_connect(parsed, MIG_CONNECT_READ, NULL);
    return connection ? 0 : -1;
}

static int
end(void **state)
{
    mig_pg_close(connection);
    PQfinish(server);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_server_does_what_is_told),
        cmocka_unit_test(plans_are_told),
        cmocka_unit_test(sizes_are_told),
        cmocka_unit_test(without_a_database),
        cmocka_unit_test(sizes_wait_for_nobody),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, begin, end);
}
