#include "tests/unit/unit.h"

#include "core/error.h"
#include "core/rename_likely.h"
#include "core/suggest.h"

/* "users(id INTEGER, name TEXT) tags(id INTEGER)" as a state. */
static MigSchema *
state_of(const char *text)
{
    MigSchema *schema = mig_schema_new(TRUE);
    g_auto(GStrv) tables = g_strsplit(text, ")", -1);

    for (char **table = tables; *table && *g_strstrip(*table); table++) {
        g_auto(GStrv) halves = g_strsplit(*table, "(", 2);
        g_auto(GStrv) columns = g_strsplit(halves[1], ",", -1);
        MigObject *object = mig_schema_add(schema, "table", NULL, halves[0]);

        for (char **column = columns; *column; column++) {
            g_auto(GStrv) words = g_strsplit(g_strstrip(*column), " ", 2);
            MigObject *child = mig_schema_add(schema, "column", object, words[0]);

            child->position = (int)(column - columns) + 1;
            mig_object_set(child, "type", words[1]);
        }
    }
    mig_schema_seal(schema);
    return schema;
}

/* The questions, as "table a: b, c; ". */
static char *
questions_of(const char *old, const char *new, const char *known)
{
    g_autoptr(MigSchema) from = state_of(old), to = state_of(new);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    if (known)
        g_ptr_array_add(texts, (gpointer)known);
    g_autoptr(GPtrArray) renames = mig_renames_parse(texts, &error);

    assert_no_error(error);
    g_autoptr(GPtrArray) questions = mig_renames_likely(from, to, renames, &error);
    GString *out = g_string_new(NULL);

    assert_no_error(error);
    for (guint i = 0; i < questions->len; i++) {
        const MigRenameQuestion *question = questions->pdata[i];

        g_string_append_printf(out, "%s:", question->from->title);
        for (guint j = 0; j < question->to->len; j++)
            g_string_append_printf(out, " %s", mig_object_name(question->to->pdata[j]));
        g_string_append(out, "; ");
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *old, *new, *known, *expected;
} Case;

static const Case cases[] = {
    {"t(id INTEGER, a TEXT)", "t(id INTEGER, a TEXT)", NULL, ""},
    /* Columns: the same place and type, whatever the names. */
    {"t(id INTEGER, a TEXT)", "t(id INTEGER, b TEXT)", NULL, "column t.a: b; "},
    {"t(id INTEGER, a TEXT, z TEXT)", "t(new REAL, id INTEGER, b TEXT, z TEXT)", NULL,
     "column t.a: b; "},
    {"t(a TEXT, z TEXT)", "t(n REAL, b TEXT, z TEXT)", NULL, "column t.a: b; "},
    /* Elsewhere: the name must speak for it. */
    {"t(id INTEGER, a TEXT, c TEXT)", "t(id INTEGER, c TEXT, b TEXT)", NULL, ""},
    {"t(id INTEGER, name TEXT, c TEXT)", "t(id INTEGER, c TEXT, full_name TEXT)", NULL,
     "column t.name: full_name; "},
    /* Another type of the same family, another family. */
    {"t(id INTEGER, title TEXT)", "t(id INTEGER, titel VARCHAR)", NULL, "column t.title: titel; "},
    {"t(id INTEGER, age TEXT)", "t(id INTEGER, label VARCHAR)", NULL, ""},
    {"t(id INTEGER, age INTEGER)", "t(id INTEGER, nick TEXT)", NULL, ""},
    {"t(id INTEGER, author TEXT)", "t(id INTEGER, author_id INTEGER)", NULL, ""},
    {"t(id INTEGER, created_at TEXT)", "t(id INTEGER, createdat INTEGER)", NULL,
     "column t.created_at: createdat; "},
    /* Several: the likeliest first. */
    {"t(id INTEGER, name TEXT)", "t(id INTEGER, full_name TEXT, nick TEXT, nome TEXT)", NULL,
     "column t.name: full_name nome; "},
    {"t(a TEXT, b TEXT)", "t(c TEXT, d TEXT)", NULL, "column t.a: c; column t.b: d; "},
    /* Tables. */
    {"a(id INTEGER)", "b(id INTEGER)", NULL, "table a: b; "},
    {"a(id INTEGER, x TEXT)", "b(id INTEGER, y REAL)", NULL, ""},
    {"a(id INTEGER, x TEXT, y TEXT, z TEXT)", "b(id INTEGER, x TEXT, y TEXT)", NULL,
     "table a: b; "},
    {"user(id INTEGER, x TEXT)", "users(id INTEGER, y REAL)", NULL, "table user: users; "},
    {"users(id INTEGER, x TEXT)", "logs(at REAL, what BLOB)", NULL, ""},
    {"a(id INTEGER, name TEXT, age INTEGER)", "b(id INTEGER, nick TEXT, age INTEGER)", NULL,
     "table a: b; "},
    {"a(id INTEGER)", "z(id INTEGER) aa(id INTEGER)", NULL, "table a: aa z; "},
    /* What is known is no question; a renamed table's columns are. */
    {"a(id INTEGER, x TEXT)", "b(id INTEGER, y TEXT)", "a=b", "column a.x: y; "},
    {"t(id INTEGER, a TEXT)", "t(id INTEGER, b TEXT)", "t.a=t.b", ""},
};

static void
looks_alike_or_not(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = questions_of(cases[i].old, cases[i].new, cases[i].known);

        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("'%s' to '%s': expected '%s', got '%s'", cases[i].old, cases[i].new,
                     cases[i].expected, got);
    }
}

static void
a_rename_that_fits_nothing_is_an_error(void **state)
{
    g_autoptr(MigSchema) from = state_of("a(id INTEGER)"), to = state_of("b(id INTEGER)");
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(texts, "c=b");
    g_autoptr(GPtrArray) renames = mig_renames_parse(texts, NULL);

    assert_null(mig_renames_likely(from, to, renames, &error));
    assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
}

static void
a_note_can_be_typed_in_a_shell(void **state)
{
    g_autoptr(MigSchema) from = state_of("t(a TEXT)"), to = state_of("t(x'\".=y TEXT)");
    g_autoptr(GPtrArray) questions = mig_renames_likely(from, to, NULL, NULL);
    g_autofree char *note = mig_rename_question_describe(questions->pdata[0]);
    MigRename *rename = mig_rename_question_answer(questions->pdata[0], 0);
    g_autofree char *text = mig_rename_text(rename);
    MigRename *again = mig_rename_parse(text, NULL);

    assert_non_null(strstr(note, "--rename 't.a=t.\"x'\\''\"\".=y\"'"));
    assert_string_equal(again->to[1], "x'\".=y");
    mig_rename_free(again);
    mig_rename_free(rename);
}

static void
similarity_of_names(void **state)
{
    assert_int_equal(mig_similarity("Name", "nAME"), 100);
    assert_int_equal(mig_similarity("a", "b"), 0);
    assert_int_equal(mig_similarity("", ""), 100);
    assert_int_equal(mig_similarity("user_name", "username"), 95);
    assert_int_equal(mig_similarity("name", "full_name"), 75);
    assert_int_equal(mig_similarity("größe", "grösse"), 100);
    assert_in_range(mig_similarity("user_id", "post_id"), 30, 59);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_alike_or_not),
        cmocka_unit_test(a_rename_that_fits_nothing_is_an_error),
        cmocka_unit_test(a_note_can_be_typed_in_a_shell),
        cmocka_unit_test(similarity_of_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
