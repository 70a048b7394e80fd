/* The table of lint's rules, held against the sources that find them and the cases that try them. */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/lint_rules.h"

typedef struct {
    const char *folder;  /* where its rules are looked for … */
    const char *prefix;  /* … in files of this name */
    const char *cases;   /* folder below tests/lint */
    const char *scenario; /* below tests/cli: rules that need more than a script have their cases there */
} Place;

static const Place places[] = {
    {"dialects/sqlite", "sqlite_lint", "sqlite", "t_lint.sh"},
    {"dialects/postgresql", "pg_lint", "postgresql", "t_pg_lint.sh"},
    {"core", "lint", "both", "t_lint.sh"},
};

/* All sources of a place in one. New string. */
static char *
sources_of(const Place *place)
{
    g_autofree char *path = g_build_filename(g_getenv("MIGRATE_SRCDIR"), place->folder, NULL);
    GString *all = g_string_new(NULL);
    GDir *folder = g_dir_open(path, 0, NULL);

    assert_non_null(folder);
    for (const char *name; (name = g_dir_read_name(folder));) {
        g_autofree char *file = g_build_filename(path, name, NULL), *text = NULL;

        if (g_str_has_prefix(name, place->prefix) && g_str_has_suffix(name, ".c") &&
            g_file_get_contents(file, &text, NULL, NULL))
            g_string_append(all, text);
    }
    g_dir_close(folder);
    return g_string_free(all, FALSE);
}

/* NULL: there is none. New string. */
static char *
read_test(const char *folder, const char *name)
{
    g_autofree char *path =
        g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", folder, name, NULL);
    char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

/* Cases of a file: caught ones have a line that ends in the rule's id. test_lint and test_pg_lint run
 * them, and each caught one once more with a suppression above the line. */
static gboolean
has_cases(const char *folder, const char *id)
{
    g_autofree char *below = g_strconcat("lint/", folder, NULL);
    g_autofree char *name = g_strconcat(id, ".sql", NULL), *text = read_test(below, name);
    g_autofree char *mark = g_strconcat("--> ", id, NULL);
    gboolean caught = FALSE, clean = FALSE;

    if (!text)
        return FALSE;
    g_auto(GStrv) cases = g_strsplit(text, "-- case:", -1);

    for (char **one = cases + 1; *one; one++) {
        caught = caught || strstr(*one, mark);
        clean = clean || !strstr(*one, mark);
    }
    return caught && clean;
}

static gboolean
says(const char *text, const char *before, const char *id)
{
    g_autofree char *pattern = g_strdup_printf("%s[^\n]*\\b%s\\b", before, id);

    return g_regex_match_simple(pattern, text, 0, 0);
}

/* Suppressions cannot be suppressed. */
static gboolean
is_suppressible(const char *id)
{
    return strcmp(id, "RV015") != 0 && strcmp(id, "RV016") != 0;
}

static gboolean
has_scenario(const char *name, const char *id)
{
    g_autofree char *text = read_test("cli", name);

    assert_non_null(text);
    return says(text, "expect_out_like ", id) && says(text, "expect_out_unlike ", id) &&
           (!is_suppressible(id) || says(text, "-- migrate: allow", id));
}

static void
every_rule_has_a_detector_and_its_cases(void **state)
{
    gboolean complete = TRUE;

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        g_autofree char *literal = g_strdup_printf("\"%s\"", rule->id);
        gboolean is_found = FALSE;

        for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
            g_autofree char *sources = sources_of(&places[i]);

            if (!strstr(sources, literal))
                continue;
            is_found = TRUE;
            if (has_cases(places[i].cases, rule->id) || has_cases("both", rule->id) ||
                has_scenario(places[i].scenario, rule->id) ||
                (strcmp(places[i].cases, "both") == 0 && has_cases("sqlite", rule->id) &&
                 has_cases("postgresql", rule->id)))
                continue;
            complete = FALSE;
            print_error("%s, found in %s, lacks a case that is caught, clean or suppressed\n",
                        rule->id, places[i].folder);
        }
        if (is_found)
            continue;
        complete = FALSE;
        print_error("%s is found nowhere\n", rule->id);
    }
    assert_true(complete);
}

static void
every_case_is_of_a_rule(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "lint",
                                                 places[i].cases, NULL);
        GDir *folder = g_dir_open(path, 0, NULL);

        assert_non_null(folder);
        for (const char *name; (name = g_dir_read_name(folder));) {
            g_autofree char *id = g_strndup(name, strcspn(name, "."));

            if (!mig_lint_rule(id))
                fail_msg("%s/%s is of no rule", path, name);
        }
        g_dir_close(folder);
    }
}

static void
ids_and_names_are_one_rule_s(void **state)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (const MigLintRule *rule = mig_lint_rules; rule->id; rule++) {
        assert_true(g_hash_table_add(seen, (gpointer)rule->id));
        assert_true(g_hash_table_add(seen, (gpointer)rule->name));
        assert_true(*rule->title && *rule->why && *rule->safe);
    }
    for (const MigLintElsewhere *one = mig_lint_elsewhere; one->id; one++) {
        assert_true(g_hash_table_add(seen, (gpointer)one->id));
        assert_true(g_hash_table_add(seen, (gpointer)one->name));
        assert_true(*one->title && *one->why && *one->safe && *one->found_by);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_a_detector_and_its_cases),
        cmocka_unit_test(every_case_is_of_a_rule),
        cmocka_unit_test(ids_and_names_are_one_rule_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
