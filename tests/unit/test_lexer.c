#include "tests/unit/unit.h"

#include "core/lexer.h"
#include "dialects/sqlite/sqlite_ddl.h"

/* "kind:text" of every token that is no white space, joined by a blank. */
static char *
dump(const MigLexRules *rules, const char *text, gsize length)
{
    static const char kinds[] = {'$', '_', 'c', 'w', 'q', 's', 'n', 'p', 'o', 'E'};
    GString *out = g_string_new(NULL);
    MigLexer lexer;
    gsize expected = 0;

    mig_lexer_init(&lexer, rules, text, length);
    for (;;) {
        MigToken token = mig_lexer_next(&lexer);

        assert_int_equal(token.offset, expected);
        expected += token.length;
        if (token.kind == MIG_TOKEN_END)
            break;
        assert_true(token.length > 0);
        if (token.kind == MIG_TOKEN_SPACE)
            continue;
        g_string_append_printf(out, "%s%c:%.*s", out->len ? " " : "", kinds[token.kind],
                               (int)token.length, text + token.offset);
    }
    assert_int_equal(expected, length);
    assert_int_equal(mig_lexer_next(&lexer).kind, MIG_TOKEN_END);
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *text;
    const char *tokens;
} Case;

static void
check_cases(const MigLexRules *rules, const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *tokens = dump(rules, cases[i].text, strlen(cases[i].text));

        assert_string_equal(tokens, cases[i].tokens);
    }
}

static void
common_tokens(void **state)
{
    static const Case cases[] = {
        {"", ""},
        {" \t\r\n\f\v", ""},
        {"SELECT a1,_b FROM été;", "w:SELECT w:a1 o:, w:_b w:FROM w:été o:;"},
        {"'it''s' '' ''''", "s:'it''s' s:'' s:''''"},
        {"\"a\"\"b\" `c``d`", "q:\"a\"\"b\" q:`c``d`"},
        {"x'00' X'fF' x '00'", "s:x'00' s:X'fF' w:x s:'00'"},
        {"1 1.5 .5 1. 1e9 1e-5 1.5E+3 0xFf 12ab",
         "n:1 n:1.5 n:.5 n:1. n:1e9 n:1e-5 n:1.5E+3 n:0xFf "
         "n:12ab"},
        {"a.b 1..2 1e--2", "w:a o:. w:b n:1 o:. n:.2 n:1e c:--2"},
        {"a||b<=c<>d!=e==f<<g>>h->i->>j::k",
         "w:a o:|| w:b o:<= w:c o:<> w:d o:!= w:e o:== w:f o:<< "
         "w:g o:>> w:h o:-> w:i o:->> w:j o::: w:k"},
        {"-- c 'x\na -- d", "c:-- c 'x w:a c:-- d"},
        {"-- crlf\r\nx", "c:-- crlf w:x"},
        {"a/*b;'*/c /**/ /***/ a / * b", "w:a c:/*b;'*/ w:c c:/**/ c:/***/ w:a o:/ o:* w:b"},
        {"? ?12 :a @b $c : @", "p:? p:?12 p::a p:@b p:$c o:: o:@"},
        {"\xef\xbb\xbfSELECT \xef\xbc\xa1", "w:SELECT w:\xef\xbc\xa1"},
        {"a$b", "w:a$b"},
        {"'abc", "E:'abc"},
        {"x'00", "E:x'00"},
        {"a \"b; c", "w:a E:\"b; c"},
        {"`", "E:`"},
        {"\\ ~ #", "o:\\ o:~ o:#"},
    };

    check_cases(&mig_lex_rules_generic, cases, G_N_ELEMENTS(cases));
    check_cases(&mig_lex_rules_sqlite, cases, G_N_ELEMENTS(cases));
}

static void
generic_tokens(void **state)
{
    static const Case cases[] = {
        {"$$a;'b$$ $t$ $$ $x$ $t$ $1", "s:$$a;'b$$ s:$t$ $$ $x$ $t$ p:$1"},
        {"$1$ $été$x$été$", "p:$1$ s:$été$x$été$"},
        {"$$ abc", "E:$$ abc"},
        {"E'a\\'b' e'\\\\' E'a''b'", "s:E'a\\'b' s:e'\\\\' s:E'a''b'"},
        {"E'a' -- c\n 'b\\'c' d", "s:E'a' -- c\n 'b\\'c' w:d"},
        {"E'a' 'b\\' c", "s:E'a' s:'b\\' w:c"},
        {"E'a\\'", "E:E'a\\'"},
        {"N'a' b'01' U&'d\\0061' U&\"x\"", "s:N'a' s:b'01' s:U&'d\\0061' q:U&\"x\""},
        {"u & 'x' U&x", "w:u o:& s:'x' w:U o:& w:x"},
        {"/* a /* b */ c */ d", "c:/* a /* b */ c */ w:d"},
        {"/* a /* b */", "E:/* a /* b */"},
        {"a[1]", "w:a o:[ n:1 o:]"},
    };

    check_cases(&mig_lex_rules_generic, cases, G_N_ELEMENTS(cases));
}

static void
sqlite_tokens(void **state)
{
    static const Case cases[] = {
        {"[a 'b\"] [x", "q:[a 'b\"] E:[x"},
        {"/* a /* b */ c", "c:/* a /* b */ w:c"},
        {"a /* open", "w:a c:/* open"},
        {"$a$b N'x' E'\\'", "p:$a$b w:N s:'x' w:E s:'\\'"},
    };

    check_cases(&mig_lex_rules_sqlite, cases, G_N_ELEMENTS(cases));
}

static void
nul_byte_is_an_error(void **state)
{
    g_autofree char *tokens = dump(&mig_lex_rules_sqlite, "a\0b", 3);

    assert_true(g_str_has_prefix(tokens, "w:a E:"));
}

static void
lines_are_counted(void **state)
{
    const char *text = "a\r\nb /* x\n\n */ c\n'\n' d";
    static const struct {
        const char *token;
        int line;
    } expected[] = {{"a", 1}, {"b", 2}, {"c", 4}, {"'\n'", 5}, {"d", 6}};
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, strlen(text));
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        MigToken token = mig_lexer_next_code(&lexer);
        g_autofree char *spelled = g_strndup(text + token.offset, token.length);

        assert_string_equal(spelled, expected[i].token);
        assert_int_equal(token.line, expected[i].line);
    }
    assert_int_equal(mig_lexer_next_code(&lexer).kind, MIG_TOKEN_END);
}

static void
token_is_compares_words_and_operators(void **state)
{
    const char *text = "Create \"create\" ; 'create'";
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, text, strlen(text));
    MigToken word = mig_lexer_next_code(&lexer), quoted = mig_lexer_next_code(&lexer);
    MigToken semicolon = mig_lexer_next_code(&lexer), string = mig_lexer_next_code(&lexer);

    assert_true(mig_token_is(text, word, "CREATE"));
    assert_false(mig_token_is(text, word, "CREAT"));
    assert_false(mig_token_is(text, word, "CREATED"));
    assert_false(mig_token_is(text, quoted, "\"create\""));
    assert_true(mig_token_is(text, semicolon, ";"));
    assert_false(mig_token_is(text, semicolon, ":"));
    assert_false(mig_token_is(text, string, "'create'"));
}

static void
names_are_unquoted(void **state)
{
    static const Case cases[] = {
        {"Abc", "Abc"},    {"\"a\"\"b\"", "a\"b"}, {"`a``b`", "a`b"},      {"[a \"b]", "a \"b"},
        {"'a''b'", "a'b"}, {"\"\"", ""},           {"\"été Ω\"", "été Ω"}, {"\"'[`\"", "'[`"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        MigLexer lexer;

        mig_lexer_init(&lexer, &mig_lex_rules_sqlite, cases[i].text, strlen(cases[i].text));
        g_autofree char *name = mig_token_name(cases[i].text, mig_lexer_next(&lexer));

        assert_string_equal(name, cases[i].tokens);
    }
}

static void
unicode_quoted_name(void **state)
{
    const char *text = "U&\"a\"\"b\"";
    MigLexer lexer;

    mig_lexer_init(&lexer, &mig_lex_rules_generic, text, strlen(text));
    g_autofree char *name = mig_token_name(text, mig_lexer_next(&lexer));

    assert_string_equal(name, "a\"b");
}

static void
normalising_drops_layout(void **state)
{
    static const Case cases[] = {
        {"", ""},
        {" -- only\n", ""},
        {"SELECT  a,b\r\n-- x\nFROM/**/t;", "SELECT a , b FROM t ;"},
        {"select 'a  b' , \"c  d\"", "select 'a  b' , \"c  d\""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *once =
            mig_lex_normalise(&mig_lex_rules_sqlite, cases[i].text, strlen(cases[i].text));
        g_autofree char *twice = mig_lex_normalise(&mig_lex_rules_sqlite, once, strlen(once));

        assert_string_equal(once, cases[i].tokens);
        assert_string_equal(twice, once);
    }
}

/* Two megabytes of the inputs that make careless lexers quadratic must be done at once. */
static void
time_is_linear(void **state)
{
    static const char *const pieces[] = {"'",      "\"\"", "$a$", "$", "/*", "(",
                                         "E'a'\n", "--\n", "[",   "-", "::", "E'a'\n--x\n"};
    gsize size = 2 * 1000 * 1000;

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        GString *text = g_string_sized_new(size);
        gint64 start = g_get_monotonic_time();
        MigLexer lexer;

        while (text->len < size)
            g_string_append(text, pieces[i]);
        mig_lexer_init(&lexer, &mig_lex_rules_generic, text->str, text->len);
        while (mig_lexer_next(&lexer).kind != MIG_TOKEN_END)
            ;
        g_string_free(text, TRUE);
        assert_true(g_get_monotonic_time() - start < 20 * G_USEC_PER_SEC);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_tokens),
        cmocka_unit_test(generic_tokens),
        cmocka_unit_test(sqlite_tokens),
        cmocka_unit_test(nul_byte_is_an_error),
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(token_is_compares_words_and_operators),
        cmocka_unit_test(names_are_unquoted),
        cmocka_unit_test(unicode_quoted_name),
        cmocka_unit_test(normalising_drops_layout),
        cmocka_unit_test(time_is_linear),
    };

    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
