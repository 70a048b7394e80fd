#include "tests/unit/unit.h"

#include "core/error.h"
#include "dialects/sqlite/sqlite_reader.h"
#include "tests/lib/sqlite_agree.h"

/* Everything the grammar has, and some of what it only tolerates. */
static const char *const tables[] = {
    "CREATE TABLE t(a)",
    "CREATE TABLE IF NOT EXISTS main.t(a);",
    "create table \"a \"\"b\"\"\"([x y] int, `back``tick` text, 'string' blob, \"\" real)",
    "CREATE TABLE 'select'(\"from\" text, key, action, \"order\" int, temp text, view, [table])",
    "CREATE TABLE größe(ключ TEXT PRIMARY KEY, größe INT, _a$1 INT)",
    "CREATE TABLE t(a unsigned big int, b varchar ( 255 ), c decimal(10,-2), d \"quoted type\","
    " e 'str' x [y z] (+1), f VARYING CHARACTER(255), g double precision)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY)",
    "CREATE TABLE t(a \"INTEGER\" PRIMARY KEY)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY DESC)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY ASC ON CONFLICT REPLACE AUTOINCREMENT)",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY(a DESC))",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY('a' AUTOINCREMENT))",
    "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a, b DESC) ON CONFLICT IGNORE)",
    "CREATE TABLE t(a INTEGER, b INTEGER PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE t(a INTEGER, PRIMARY KEY(\"a\" DESC)) WITHOUT rowid",
    "CREATE TABLE t(a INT PRIMARY KEY)",
    "CREATE TABLE t(a TEXT UNIQUE ON CONFLICT IGNORE UNIQUE NOT NULL NULL PRIMARY KEY)",
    "CREATE TABLE t(a NOT NULL ON CONFLICT FAIL NOT NULL, b NULL ON CONFLICT ABORT)",
    "CREATE TABLE t(a DEFAULT 1, b DEFAULT -1, c DEFAULT + 1.5e3, d DEFAULT 'x''y', e DEFAULT "
    "x'00',"
    " f DEFAULT NULL, g DEFAULT CURRENT_TIMESTAMP, h DEFAULT (1 + 2), i DEFAULT true, j DEFAULT "
    "word,"
    " k DEFAULT \"Quoted\", l DEFAULT [br], m DEFAULT (('z')), n DEFAULT (-5), o DEFAULT (NULL),"
    " p DEFAULT 0x1F, q DEFAULT (lower('A') || (')')), r DEFAULT \"true\", s DEFAULT 1 DEFAULT 2,"
    " t DEFAULT - CURRENT_DATE, u DEFAULT (CURRENT_TIME), v DEFAULT (+7), w DEFAULT (- 'x'),"
    " x DEFAULT 'a' NOT NULL, y INT DEFAULT(strftime('%s','now')))",
    "CREATE TABLE t(a COLLATE NOCASE, b COLLATE \"rtrim\" COLLATE binary, c text collate 'nocase')",
    "CREATE TABLE t(a, b AS (a + 1), c INT GENERATED ALWAYS AS (a * 2) STORED,"
    " d GENERATED ALWAYS AS (a) VIRTUAL UNIQUE, e big GENERATED ALWAYS AS (substr(')', 1)) NOT "
    "NULL)",
    "CREATE TABLE t(a INT GENERATED ALWAYS, b generated always as (1))",
    "CREATE TABLE t(a REFERENCES p, b REFERENCES \"P q\"(x) ON DELETE CASCADE ON UPDATE SET NULL,"
    " c REFERENCES p(y) MATCH FULL ON DELETE NO ACTION NOT DEFERRABLE INITIALLY IMMEDIATE NOT NULL,"
    " d REFERENCES p ON DELETE SET DEFAULT ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,"
    " e REFERENCES p REFERENCES q DEFERRABLE, f REFERENCES p ON INSERT CASCADE)",
    "CREATE TABLE t(a, b, FOREIGN KEY(a, b) REFERENCES p(x, 'y') ON UPDATE CASCADE DEFERRABLE,"
    " FOREIGN KEY(\"b\") REFERENCES t)",
    "CREATE TABLE t(a CHECK (a > 0), CHECK (a IN (1, ')', (2))), CONSTRAINT c CHECK (a) ON CONFLICT"
    " FAIL)",
    "CREATE TABLE t(a, b, c, UNIQUE(a) UNIQUE(b, c DESC) CONSTRAINT x CONSTRAINT y UNIQUE(c)"
    " CHECK(a<b) FOREIGN KEY(a) REFERENCES p)",
    "CREATE TABLE t(a CONSTRAINT alone, b CONSTRAINT one CONSTRAINT two NOT NULL, CONSTRAINT "
    "three)",
    "CREATE TABLE t(a, b, UNIQUE(\"a\" COLLATE nocase ASC, b DESC), UNIQUE(a, b DESC))",
    "CREATE TABLE -- one\n t /* two */ (-- three\n a /* , */ INT -- )\n, /* four */ b TEXT /*,*/ "
    "CHECK (b <> '--' /* ) */) PRIMARY/**/KEY\n--five\n) -- six\n WITHOUT /* seven */ ROWID -- "
    "eight",
    "CREATE TABLE t(a INT PRIMARY KEY, b TEXT) STRICT",
    "CREATE TABLE t(a INT PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID",
    "CREATE TABLE t(\r\n\ta INT,\r\n\tb TEXT\r\n)",
    "CREATE TABLE t(a text check(a='x' or b), b int, c desc, d asc, e if, f like, g cast, h end)",
    "CREATE TABLE t(a INT/**/NOT NULL,b INT PRIMARY/**/KEY,c/**/text)",
    "CREATE TABLE t AS SELECT 1 AS a, 'x' AS \"b c\", 2.5 AS \"sélect\"",
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b, c, CHECK(c)) ; -- behind",
};

static void
engine_and_reader_agree(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        sqlite3 *db = NULL;

        sqlite3_open(":memory:", &db);
        int code = sqlite3_exec(db, tables[i], NULL, NULL, NULL);
        g_autofree char *refusal = g_strdup(sqlite3_errmsg(db));
        g_autofree char *difference = sqlite_any_disagreement(db);
        gboolean too_new = strstr(tables[i], "STRICT") && sqlite3_libversion_number() < 3037000;

        sqlite3_close(db);
        if (code != SQLITE_OK && !too_new)
            fail_msg("%s\n%s", tables[i], refusal);
        if (difference)
            fail_msg("%s\n%s", tables[i], difference);
    }
}

static void
collect_files(const char *folder, GPtrArray *files)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            collect_files(path, files);
        else if (g_str_has_suffix(name, ".sql"))
            g_ptr_array_add(files, g_steal_pointer(&path));
    }
}

/* A history's scripts carry both directions: only what is in front of the downgrade is run. */
static void
run_file(sqlite3 *db, const char *path)
{
    g_autofree char *text = NULL, *message = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *downgrade = strstr(text, "-- migrate: downgrade");

    if (downgrade)
        *downgrade = '\0';
    sqlite3_exec(db, text, NULL, NULL, NULL);
    message = g_strdup(sqlite3_errmsg(db));
    if (sqlite3_errcode(db) != SQLITE_OK)
        print_message("# %s: %s\n", path, message);
}

static int
compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
agree_on_examples(const char *folder, gboolean one_database)
{
    const char *source = g_getenv("MIGRATE_SRCDIR");
    g_autofree char *path =
        g_build_filename(source ? source : ".", "tests", "data", "examples", folder, NULL);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    sqlite3 *db = NULL;

    collect_files(path, files);
    g_ptr_array_sort(files, compare_text);
    assert_true(files->len > 0);
    for (guint i = 0; i < files->len; i++) {
        if (!db)
            sqlite3_open(":memory:", &db);
        run_file(db, files->pdata[i]);
        g_autofree char *difference = sqlite_any_disagreement(db);

        if (!one_database || difference || i + 1 == files->len)
            g_clear_pointer(&db, sqlite3_close);
        if (difference)
            fail_msg("%s: %s", (char *)files->pdata[i], difference);
    }
}

static void
agree_on_real_schemas(void **state)
{
    agree_on_examples("schemas", FALSE);
    agree_on_examples("series", FALSE);
    agree_on_examples("histories/chirpstack.sqlite", TRUE);
}

static char *
hash_of(const char *sql)
{
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);
    g_autoptr(GError) error = NULL;

    mig_sqlite_table_add(schema, "t", sql, &error);
    assert_no_error(error);
    mig_schema_seal(schema);
    return g_strdup(mig_schema_hash(schema));
}

/* What makes no difference: the first of each pair is written otherwise in the second. */
static const char *const equal[][2] = {
    {"CREATE TABLE t(a TEXT UNIQUE)", "CREATE TABLE t(a TEXT, UNIQUE(a))"},
    {"CREATE TABLE t(a INT PRIMARY KEY)", "create table \"T\" ( [A] int, primary key (`a` ASC) )"},
    {"CREATE TABLE t(a INT, b INT)", "CREATE TABLE t(b INT, a INT)"},
    {"CREATE TABLE t(a CHECK(a > 0))", "CREATE TABLE t(a, CHECK (\"A\">0 -- positive\n))"},
    {"CREATE TABLE t(a REFERENCES p(x))",
     "CREATE TABLE t(a, FOREIGN KEY(a) REFERENCES \"P\"(\"X\"))"},
    {"CREATE TABLE t(a REFERENCES p)", "CREATE TABLE t(a REFERENCES p MATCH SIMPLE ON DELETE NO "
                                       "ACTION DEFERRABLE INITIALLY IMMEDIATE)"},
    {"CREATE TABLE t(a DEFAULT 5, b DEFAULT 'x')",
     "CREATE TABLE t(a DEFAULT (5), b DEFAULT (('x')))"},
    {"CREATE TABLE t(a DEFAULT word)", "CREATE TABLE t(a DEFAULT \"word\")"},
    {"CREATE TABLE t(a DEFAULT current_timestamp)",
     "CREATE TABLE t(a DEFAULT (CURRENT_TIMESTAMP))"},
    {"CREATE TABLE t(a)", "CREATE TABLE t(a NULL DEFAULT NULL COLLATE BINARY)"},
    {"CREATE TABLE t(a NOT NULL UNIQUE)",
     "CREATE TABLE t(a CONSTRAINT x NOT NULL ON CONFLICT ABORT UNIQUE ON CONFLICT ABORT)"},
    {"CREATE TABLE t(a varchar(10), b decimal(10,2))",
     "CREATE TABLE t(a VARCHAR ( 10 ), b Decimal(10, 2))"},
    {"CREATE TABLE t(a, b AS (a+1))", "CREATE TABLE t(a, b GENERATED ALWAYS AS ( A + 1 ) VIRTUAL)"},
    {"CREATE TABLE t(a INTEGER, PRIMARY KEY(a))", "CREATE TABLE t(a INTEGER, PRIMARY KEY(a DESC))"},
    {"CREATE TABLE t(a INT PRIMARY KEY) STRICT, WITHOUT ROWID",
     "CREATE TABLE t(a INT PRIMARY KEY) without rowid,strict"},
    {"CREATE TABLE t(a, b, CHECK(a) CHECK(b))", "CREATE TABLE t(a, b, CHECK(b), CHECK(a))"},
    {"CREATE TABLE t(end, CHECK(end > 1))", "CREATE TABLE t(\"end\", CHECK(\"end\" > 1))"},
    {"CREATE TABLE t(a, CHECK(replace(a, 'x', 'y') LIKE 'z'))",
     "CREATE TABLE t(a, CHECK(\"replace\"(a,'x','y')like'z'))"},
};

static const char *const different[][2] = {
    {"CREATE TABLE t(a TEXT)", "CREATE TABLE t(a)"},
    {"CREATE TABLE t(a TEXT)", "CREATE TABLE t(b TEXT)"},
    {"CREATE TABLE t(a TEXT)", "CREATE TABLE t(a TEXT NOT NULL)"},
    {"CREATE TABLE t(a TEXT NOT NULL)", "CREATE TABLE t(a TEXT NOT NULL ON CONFLICT IGNORE)"},
    {"CREATE TABLE t(a DEFAULT 'x')", "CREATE TABLE t(a DEFAULT 'X')"},
    {"CREATE TABLE t(a DEFAULT word)", "CREATE TABLE t(a DEFAULT WORD)"},
    {"CREATE TABLE t(a DEFAULT true)", "CREATE TABLE t(a DEFAULT \"true\")"},
    {"CREATE TABLE t(a DEFAULT current_timestamp)",
     "CREATE TABLE t(a DEFAULT \"current_timestamp\")"},
    {"CREATE TABLE t(a DEFAULT 1)", "CREATE TABLE t(a DEFAULT '1')"},
    {"CREATE TABLE t(a INTEGER PRIMARY KEY)", "CREATE TABLE t(a INTEGER PRIMARY KEY DESC)"},
    {"CREATE TABLE t(a INTEGER PRIMARY KEY)",
     "CREATE TABLE t(a INTEGER PRIMARY KEY AUTOINCREMENT)"},
    {"CREATE TABLE t(a INT PRIMARY KEY)", "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID"},
    {"CREATE TABLE t(a INT, b INT, UNIQUE(a, b))", "CREATE TABLE t(a INT, b INT, UNIQUE(b, a))"},
    {"CREATE TABLE t(a INT, UNIQUE(a))", "CREATE TABLE t(a INT, UNIQUE(a DESC))"},
    {"CREATE TABLE t(a INT, UNIQUE(a))", "CREATE TABLE t(a INT, UNIQUE(a) ON CONFLICT REPLACE)"},
    {"CREATE TABLE t(a INT, UNIQUE(a))", "CREATE TABLE t(a INT, CONSTRAINT u UNIQUE(a))"},
    {"CREATE TABLE t(a CHECK(a IN ('x')))", "CREATE TABLE t(a CHECK(a IN ('X')))"},
    {"CREATE TABLE t(a CHECK(a IN (\"x\")))", "CREATE TABLE t(a CHECK(a IN (\"X\")))"},
    {"CREATE TABLE t(a REFERENCES p)", "CREATE TABLE t(a REFERENCES p ON DELETE CASCADE)"},
    {"CREATE TABLE t(a REFERENCES p)",
     "CREATE TABLE t(a REFERENCES p DEFERRABLE INITIALLY DEFERRED)"},
    {"CREATE TABLE t(a REFERENCES p)", "CREATE TABLE t(a REFERENCES q)"},
    {"CREATE TABLE t(a, b AS (a))", "CREATE TABLE t(a, b AS (a) STORED)"},
    {"CREATE TABLE t(a COLLATE NOCASE)", "CREATE TABLE t(a COLLATE RTRIM)"},
};

static void
layout_and_quotes_make_no_difference(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(equal); i++) {
        g_autofree char *left = hash_of(equal[i][0]), *right = hash_of(equal[i][1]);

        if (strcmp(left, right) != 0)
            fail_msg("not equal: %s\n%s", equal[i][0], equal[i][1]);
    }
}

static void
meaning_makes_a_difference(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(different); i++) {
        g_autofree char *left = hash_of(different[i][0]), *right = hash_of(different[i][1]);

        if (strcmp(left, right) == 0)
            fail_msg("equal: %s\n%s", different[i][0], different[i][1]);
    }
}

static void
attributes_are_spelled_as_documented(void **state)
{
    static const char *const expected[][3] = {
        {"column t.a", "type", "DECIMAL(10, -2)"},
        {"column t.a", "not-null", "NOT NULL ON CONFLICT IGNORE"},
        {"column t.a", "default", "-5"},
        {"column t.a", "definition",
         "a decimal(10,-2) default - 5 not null on conflict ignore unique"},
        {"column t.b c", "collation", "NOCASE"},
        {"column t.\"b c\"", "collation", "NOCASE"},
        {"column t.\"b c\"", "default", "(lower('X'))"},
        {"column t.d", "generated", "STORED (a + \"b c\" COLLATE RTRIM)"},
        {"constraint t.\"unique (a)\"", "written-in", "a"},
        {"constraint t.\"unique (a)\"", "definition", "unique"},
        {"constraint t.\"check (a not between 1 and 2 or exists (select 1))\"", "expression",
         "a NOT BETWEEN 1 AND 2 OR EXISTS (SELECT 1)"},
        {"constraint t.k", "columns", "a, \"b c\""},
        {"constraint t.k", "references", "\"p q\""},
        {"constraint t.k", "ref-columns", "x, y"},
        {"constraint t.k", "on-update", "SET NULL"},
        {"constraint t.k", "deferrable", "DEFERRABLE INITIALLY DEFERRED"},
        {"constraint t.k", "type", "FOREIGN KEY"},
    };
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);

    mig_sqlite_table_add(
        schema, "t",
        "CREATE TABLE t(a decimal(10,-2) default - 5 not null on conflict ignore unique, -- first\n"
        "[b C] text collate nocase default (lower('X')),"
        "d as (a+\"B c\" collate rtrim) stored, check (a not between 1 and 2 or exists(select 1)),"
        "constraint K foreign key (A, `b c`) references 'P q' (x, \"Y\") on update set null "
        "deferrable initially deferred)",
        NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        const MigObject *object = mig_schema_find(schema, expected[i][0]);

        if (i == 4)
            assert_null(object);
        else if (!object)
            fail_msg("no object %s", expected[i][0]);
        else
            assert_string_equal(mig_object_get(object, expected[i][1]), expected[i][2]);
    }
}

static void
retitle_touches_the_name_only(void **state)
{
    static const char *const cases[][2] = {
        {"CREATE TABLE t(a -- t\n)", "CREATE TABLE \"n \"\"x\"\"\"(a -- t\n)"},
        {"CREATE /*t*/ TEMP TABLE IF NOT EXISTS main . [t] /*t*/ (t)  STRICT",
         "CREATE /*t*/ TEMP TABLE IF NOT EXISTS \"n \"\"x\"\"\" /*t*/ (t)  STRICT"},
        {"CREATE TABLE 't'(t, CHECK(t.t))", "CREATE TABLE \"n \"\"x\"\"\"(t, CHECK(t.t))"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = mig_sqlite_table_retitle(cases[i][0], "n \"x\"", NULL);

        assert_string_equal(text, cases[i][1]);
    }
}

static void
items_have_their_place_in_the_text(void **state)
{
    const char *sql =
        "CREATE TABLE t(a INTEGER /*x*/ PRIMARY KEY, 'b' TEXT ,CONSTRAINT u UNIQUE(b)CHECK(a))";
    g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(sql, NULL);
    const MigSqliteColumn *b = table->columns->pdata[1];
    const MigSqliteConstraint *unique = table->constraints->pdata[0];

    assert_string_equal(table->rowid_alias, "a");
    assert_int_equal(b->item.length, strlen("'b' TEXT"));
    assert_memory_equal(sql + b->item.offset, "'b' TEXT", b->item.length);
    assert_int_equal(unique->item.length, strlen("CONSTRAINT u UNIQUE(b)"));
    assert_memory_equal(sql + unique->item.offset, "CONSTRAINT u UNIQUE(b)", unique->item.length);
    assert_string_equal(unique->item.name, "u");
    assert_int_equal(table->constraints->len, 2);
}

static void
what_is_no_table_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "CREATE",
        "CREATE TABLE",
        "CREATE TABLE t",
        "CREATE TABLE t(",
        "CREATE TABLE t()",
        "CREATE TABLE t(a",
        "CREATE TABLE t(a,)x",
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v(a)",
        "CREATE TABLE t(a) FAST",
        "CREATE TABLE t(a) STRICT x",
        "CREATE TABLE t(a REFERENCES)",
        "CREATE TABLE t(a CHECK)",
        "CREATE TABLE t(a CHECK (",
        "CREATE TABLE t(a DEFAULT",
        "CREATE TABLE t(a PRIMARY)",
        "CREATE TABLE t(a, FOREIGN KEY(a))",
        "CREATE TABLE t(a COLLATE)",
        "CREATE TABLE t(a REFERENCES p ON DELETE)",
        "CREATE TABLE t(a CONSTRAINT)",
        "CREATE TABLE t(a 'x",
        "CREATE TABLE t(a); SELECT 1",
        "CREATE TABLE t(a) WITHOUT",
        "CREATE TABLE IF",
        "CREATE TABLE m.",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(MigSqliteTable) table = mig_sqlite_table_parse(bad[i], &error);

        if (table)
            fail_msg("read: %s", bad[i]);
        assert_int_equal(error->code, MIG_E_INTERNAL);
    }
}

static void
names_are_spelled_bare_where_they_can(void **state)
{
    static const char *const cases[][2] = {
        {"Users", "users"}, {"a b", "\"a b\""}, {"select", "\"select\""}, {"Key", "key"},
        {"1a", "\"1a\""},   {"", "\"\""},       {"größe", "größe"},       {"TRUE", "\"true\""},
        {"a$", "a$"},       {"$a", "\"$a\""},   {"q\"Q", "\"q\"\"q\""},   {"left", "left"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *spelled = mig_sqlite_spell_name(cases[i][0]);

        assert_string_equal(spelled, cases[i][1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_and_reader_agree),
        cmocka_unit_test(agree_on_real_schemas),
        cmocka_unit_test(layout_and_quotes_make_no_difference),
        cmocka_unit_test(meaning_makes_a_difference),
        cmocka_unit_test(attributes_are_spelled_as_documented),
        cmocka_unit_test(retitle_touches_the_name_only),
        cmocka_unit_test(items_have_their_place_in_the_text),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(names_are_spelled_bare_where_they_can),
    };

    return cmocka_run_group_tests_name("sqlite_ddl", tests, NULL, NULL);
}
