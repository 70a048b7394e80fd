#include "tests/unit/unit.h"

#include <sqlite3.h>

#include "core/error.h"
#include "core/splitter.h"
#include "dialects/sqlite/sqlite_ddl.h"

typedef struct {
    const char *text;
    const char *const statements[6];
} Case;

static void
check_case(const MigLexRules *rules, const Case *one)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) found = mig_split(rules, one->text, strlen(one->text), NULL, &error);
    guint n = 0;

    assert_no_error(error);
    for (; one->statements[n] && n < found->len; n++) {
        const MigStatement *statement = &g_array_index(found, MigStatement, n);
        g_autofree char *text = g_strndup(one->text + statement->offset, statement->length);

        assert_string_equal(text, one->statements[n]);
        assert_true(statement->end >= statement->offset + statement->length);
    }
    assert_null(one->statements[n]);
    assert_int_equal(found->len, n);
}

static void
both_rules(void **state)
{
    static const Case cases[] = {
        {"", {NULL}},
        {" ; ;; -- x\n /* y */ ;", {NULL}},
        {"SELECT 1", {"SELECT 1"}},
        {"SELECT 1;SELECT 2;", {"SELECT 1", "SELECT 2"}},
        {"-- a;\nSELECT ';' /* ; */ , \";\" ; -- b\n", {"SELECT ';' /* ; */ , \";\""}},
        {"a `;` b; c", {"a `;` b", "c"}},
        {"BEGIN; SELECT 1; END; SELECT 2", {"BEGIN", "SELECT 1", "END", "SELECT 2"}},
        {"CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END; SELECT 3;",
         {"CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT 2; END", "SELECT 3"}},
        {"create temp trigger if not exists t after insert on x begin select 1;\n/* c */ -- d\nend",
         {"create temp trigger if not exists t after insert on x begin select 1;\n/* c */ -- "
          "d\nend"}},
        {"CREATE TRIGGER t AFTER UPDATE OF begin ON begin WHEN (CASE WHEN 1 THEN 2 END) BEGIN "
         "SELECT CASE WHEN 1 THEN CASE 2 WHEN 3 THEN 4 END ELSE 5 END; END; SELECT 3;",
         {"CREATE TRIGGER t AFTER UPDATE OF begin ON begin WHEN (CASE WHEN 1 THEN 2 END) BEGIN "
          "SELECT CASE WHEN 1 THEN CASE 2 WHEN 3 THEN 4 END ELSE 5 END; END",
          "SELECT 3"}},
        {"CREATE TRIGGER begin AFTER DELETE ON main.begin BEGIN SELECT \"end\"; SELECT 2; END; X",
         {"CREATE TRIGGER begin AFTER DELETE ON main.begin BEGIN SELECT \"end\"; SELECT 2; END",
          "X"}},
        {"CREATE TRIGGER t AFTER DELETE ON x BEGIN SELECT 1; \"END\"; END; X",
         {"CREATE TRIGGER t AFTER DELETE ON x BEGIN SELECT 1; \"END\"; END", "X"}},
        {"CREATE TRIGGER t AFTER DELETE ON x BEGIN SELECT 1; end.x; END; X",
         {"CREATE TRIGGER t AFTER DELETE ON x BEGIN SELECT 1; end.x; END", "X"}},
        {"CREATE TRIGGER t AFTER INSERT ON x; SELECT 1",
         {"CREATE TRIGGER t AFTER INSERT ON x", "SELECT 1"}},
        {"CREATE TRIGGER t AFTER INSERT ON x BEGIN END; SELECT 1;",
         {"CREATE TRIGGER t AFTER INSERT ON x BEGIN END", "SELECT 1"}},
        {"EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER t BEFORE INSERT ON x BEGIN SELECT 1; END; X",
         {"EXPLAIN QUERY PLAN CREATE TEMPORARY TRIGGER t BEFORE INSERT ON x BEGIN SELECT 1; END",
          "X"}},
        {"CREATE TABLE trigger_(begin, end); SELECT begin; SELECT end;",
         {"CREATE TABLE trigger_(begin, end)", "SELECT begin", "SELECT end"}},
        {"SELECT (1; SELECT 2", {"SELECT (1", "SELECT 2"}},
        {"\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n", {"SELECT 1", "SELECT 2"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        check_case(&mig_lex_rules_generic, &cases[i]);
        check_case(&mig_lex_rules_sqlite, &cases[i]);
    }
}

static void
sqlite_rules(void **state)
{
    static const Case cases[] = {
        {"SELECT [;]; SELECT 2 /* open ;", {"SELECT [;]", "SELECT 2"}},
        {"CREATE TRIGGER [begin] AFTER INSERT ON [a;b] BEGIN SELECT [end]; END;",
         {"CREATE TRIGGER [begin] AFTER INSERT ON [a;b] BEGIN SELECT [end]; END"}},
        {"COPY x FROM stdin; SELECT 1;", {"COPY x FROM stdin", "SELECT 1"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&mig_lex_rules_sqlite, &cases[i]);
}

static void
generic_rules(void **state)
{
    static const Case cases[] = {
        {"SELECT $$;$$; DO $x$ BEGIN a; END $x$; X",
         {"SELECT $$;$$", "DO $x$ BEGIN a; END $x$", "X"}},
        {"CREATE TRIGGER begin BEFORE INSERT OR UPDATE OF begin ON begin FOR EACH ROW "
         "WHEN (new.begin > 0) EXECUTE FUNCTION f(); SELECT 1; SELECT 2",
         {"CREATE TRIGGER begin BEFORE INSERT OR UPDATE OF begin ON begin FOR EACH ROW "
          "WHEN (new.begin > 0) EXECUTE FUNCTION f()",
          "SELECT 1", "SELECT 2"}},
        {"CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 1; "
         "SELECT CASE WHEN a THEN 1 END; END; SELECT 2",
         {"CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 1; "
          "SELECT CASE WHEN a THEN 1 END; END",
          "SELECT 2"}},
        {"CREATE PROCEDURE p() BEGIN ATOMIC END; X",
         {"CREATE PROCEDURE p() BEGIN ATOMIC END", "X"}},
        {"CREATE FUNCTION f() LANGUAGE sql RETURN 1; X",
         {"CREATE FUNCTION f() LANGUAGE sql RETURN 1", "X"}},
        {"CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b); X",
         {"CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b)",
          "X"}},
        {"COPY (SELECT 1 FROM stdin) TO stdout; X", {"COPY (SELECT 1 FROM stdin) TO stdout", "X"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&mig_lex_rules_generic, &cases[i]);
}

static void
copy_data_follows_its_statement(void **state)
{
    const char *text =
        "COPY t (a) FROM stdin WITH (FORMAT csv); -- data\r\n"
        "\t1;'\r\n-- migrate: upgrade\n\\.x\n\\.\r\nSELECT 1;\nCOPY u FROM STDIN;\n\\.\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) found = mig_split(&mig_lex_rules_generic, text, strlen(text), NULL, &error);

    assert_no_error(error);
    assert_int_equal(found->len, 3);
    const MigStatement *copy = &g_array_index(found, MigStatement, 0);
    const MigStatement *select = &g_array_index(found, MigStatement, 1);
    const MigStatement *empty = &g_array_index(found, MigStatement, 2);
    g_autofree char *data = g_strndup(text + copy->data_offset, copy->data_length);

    assert_string_equal(data, "\t1;'\r\n-- migrate: upgrade\n\\.x\n");
    assert_int_equal(text[copy->end - 1], ';');
    assert_int_equal(select->line, 6);
    assert_int_equal(empty->line, 7);
    assert_int_equal(empty->data_length, 0);
}

static void
lines_and_ends_are_told(void **state)
{
    const char *text = "-- c\n\nSELECT 1 ;\n  SELECT\n2";
    g_autoptr(GArray) found = mig_split(&mig_lex_rules_sqlite, text, strlen(text), NULL, NULL);
    const MigStatement *first = &g_array_index(found, MigStatement, 0);
    const MigStatement *second = &g_array_index(found, MigStatement, 1);

    assert_int_equal(first->line, 3);
    assert_int_equal(first->end, strstr(text, ";") + 1 - text);
    assert_int_equal(second->line, 4);
    assert_int_equal(second->end, strlen(text));
}

static void
unterminated_tokens_are_located(void **state)
{
    static const struct {
        const char *text, *message;
        int line, column;
    } cases[] = {
        {"SELECT 1;\n  é 'abc\n", "string without an end", 2, 5},
        {"a \"b", "quoted name without an end", 1, 3},
        {"a;\n/* b", "comment without an end", 2, 1},
        {"a $x$ b", "dollar quote without an end", 1, 3},
        {"COPY t FROM stdin;\n1\n2\n", "COPY data without a final '\\.' line", 2, 1},
        {"COPY t FROM stdin; SELECT 1;\n\\.\n", "text between COPY … FROM stdin and its data", 1,
         20},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(mig_split(&mig_lex_rules_generic, cases[i].text, strlen(cases[i].text),
                              "versions/a.sql", &error));
        assert_true(g_error_matches(error, MIG_ERROR, MIG_E_SCRIPT_SQL));
        assert_string_equal(error->message, cases[i].message);
        assert_string_equal(mig_error_details(error)->file, "versions/a.sql");
        assert_int_equal(mig_error_details(error)->line, cases[i].line);
        assert_int_equal(mig_error_details(error)->column, cases[i].column);
    }
}

/* Appends a random piece of layout, with everything in it that could mislead a splitter. */
static void
add_layout(GRand *rand, GString *text)
{
    static const char *const layout[] = {
        " ", "\n", "\t", "\r\n", " -- it's; END;\n", "/* \"; END */", "/**/", " --\n"};
    int n = g_rand_int_range(rand, 1, 3);

    g_string_append_c(text, ' ');
    while (n--)
        g_string_append(text, layout[g_rand_int_range(rand, 0, G_N_ELEMENTS(layout))]);
}

/* Words of a template become tokens; blanks become layout; %n a name, %e an expression. */
static void
add_template(GRand *rand, GString *text, const char *template, int depth)
{
    static const char *const names[] = {"\"a;b\"", "[c;d]", "`e;f`",  "\"BEGIN\"",
                                        "[END]",   "begin", "plain",  "\"q\"\"q\"",
                                        "end",     "été",   "trigger"};
    static const char *const expressions[] = {"1",
                                              "'a;b'",
                                              "'it''s;END'",
                                              "x'3b'",
                                              "NULL",
                                              "-1.5e-3",
                                              "1||';'",
                                              "CASE WHEN %e THEN %e ELSE %e END",
                                              "(CASE %e WHEN 1 THEN %e END)",
                                              "'--'",
                                              "'/*'"};

    for (const char *p = template; *p; p++) {
        if (*p == ' ') {
            add_layout(rand, text);
        } else if (*p == '%' && p[1] == 'e') {
            int n = g_rand_int_range(rand, 0, G_N_ELEMENTS(expressions));

            add_template(rand, text, expressions[depth > 3 ? n % 7 : n], depth + 1);
            p++;
        } else if (*p == '%') {
            g_string_append(text, names[g_rand_int_range(rand, 0, G_N_ELEMENTS(names) - 2)]);
            p++;
        } else {
            g_string_append_c(text, *p);
        }
    }
}

/* What SQLite itself makes of a text: the end of each statement, by prepare's tail. Fails when a
 * statement is not valid SQL, since the tail of a syntax error is no statement's end. */
static GArray *
ends_by_sqlite(sqlite3 *db, const char *text)
{
    GArray *ends = g_array_new(FALSE, FALSE, sizeof(gsize));
    const char *at = text;

    while (*at) {
        sqlite3_stmt *statement = NULL;
        const char *tail = NULL;

        if (sqlite3_prepare_v2(db, at, -1, &statement, &tail) != SQLITE_OK)
            fail_msg("%s in: %s", sqlite3_errmsg(db), at);
        gsize end = tail - text;

        if (statement)
            g_array_append_val(ends, end);
        sqlite3_finalize(statement);
        at = tail;
    }
    return ends;
}

static sqlite3 *
open_with_table(void)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a, begin); CREATE VIEW v AS SELECT 1 x;",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    return db;
}

static void
agrees_with_sqlite_on_random_scripts(void **state)
{
    static const char *const templates[] = {
        "SELECT %e ;",
        "CREATE TABLE %n ( %n DEFAULT 1 , c CHECK ( c <> %e ) );",
        "INSERT INTO t VALUES( %e , %e );",
        "CREATE TRIGGER %n AFTER UPDATE OF begin ON t WHEN %e BEGIN SELECT %e ; END;",
        "CREATE TEMP TRIGGER IF NOT EXISTS %n INSTEAD OF INSERT ON v BEGIN SELECT %e ; "
        "UPDATE t SET a = %e ; DELETE FROM t WHERE a= %e ; END ;",
        "CREATE TRIGGER begin BEFORE INSERT ON t FOR EACH ROW BEGIN INSERT INTO t SELECT %e , %e ; "
        "END;",
        "BEGIN ;",
        "END ;",
        "COMMIT;",
        " ;",
        ";",
        "EXPLAIN CREATE TRIGGER %n AFTER DELETE ON t BEGIN SELECT %e ; END ;",
    };
    guint32 seed = g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    sqlite3 *db = open_with_table();

    print_message("# seed %u\n", seed);
    for (int round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GError) error = NULL;

        for (int n = g_rand_int_range(rand, 0, 6); n > 0; n--)
            add_template(rand, text, templates[g_rand_int_range(rand, 0, G_N_ELEMENTS(templates))],
                         0);
        g_autoptr(GArray) expected = ends_by_sqlite(db, text->str);
        g_autoptr(GArray) found =
            mig_split(&mig_lex_rules_sqlite, text->str, text->len, NULL, &error);

        assert_no_error(error);
        if (found->len != expected->len)
            fail_msg("%u statements, not %u, in: %s", found->len, expected->len, text->str);
        for (guint i = 0; i < found->len; i++)
            assert_int_equal(g_array_index(found, MigStatement, i).end,
                             g_array_index(expected, gsize, i));
    }
    sqlite3_close(db);
}

/* Whether sqlite3_complete() takes this part of a text as whole statements. */
static gboolean
is_complete(const char *text, gsize from, gsize to)
{
    g_autofree char *part = g_strndup(text + from, to - from);

    return sqlite3_complete(part) != 0;
}

/* sqlite3_complete() knows no grammar, so it judges any soup of tokens. */
static void
agrees_with_sqlite_on_token_soup(void **state)
{
    static const char *const soup[] = {"CREATE",
                                       "TEMP",
                                       "BEGIN",
                                       "END",
                                       ";",
                                       ";",
                                       "SELECT",
                                       "CASE",
                                       "x",
                                       "'a;b'",
                                       "\";\"",
                                       "[;]",
                                       "`;`",
                                       "1",
                                       "(",
                                       ")",
                                       ",",
                                       "-- ;\n",
                                       "/* ; */",
                                       "\"END\"",
                                       "IF NOT EXISTS",
                                       "END;",
                                       ";END;",
                                       "create trigger x begin 1;",
                                       "EXPLAIN QUERY PLAN CREATE TEMP TRIGGER x BEGIN 1 ;"};
    guint32 seed = g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    print_message("# seed %u\n", seed);
    for (int round = 0; round < 20000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        MigSplitter splitter;
        MigToken token;
        MigPart part;
        gsize from = 0;

        for (int n = g_rand_int_range(rand, 1, 16); n > 0; n--)
            g_string_append_printf(text, "%s ",
                                   soup[g_rand_int_range(rand, 0, G_N_ELEMENTS(soup))]);
        mig_splitter_init(&splitter, &mig_lex_rules_sqlite, text->str, text->len);
        while ((token = mig_splitter_next(&splitter, &part)).kind != MIG_TOKEN_END) {
            gsize end = token.offset + token.length;

            if (!mig_token_is(text->str, token, ";"))
                continue;
            if (is_complete(text->str, from, end) != (part == MIG_PART_END))
                fail_msg("differs from sqlite3_complete() at %zu in: %s", end, text->str);
            if (part == MIG_PART_END)
                from = end;
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_rules),
        cmocka_unit_test(sqlite_rules),
        cmocka_unit_test(generic_rules),
        cmocka_unit_test(copy_data_follows_its_statement),
        cmocka_unit_test(lines_and_ends_are_told),
        cmocka_unit_test(unterminated_tokens_are_located),
        cmocka_unit_test(agrees_with_sqlite_on_random_scripts),
        cmocka_unit_test(agrees_with_sqlite_on_token_soup),
    };

    return cmocka_run_group_tests_name("splitter", tests, NULL, NULL);
}
