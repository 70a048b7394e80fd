/* Findings as machines read them: what SARIF 2.1.0's schema requires, and the keys of our own JSON. */
#include "tests/unit/unit.h"

#include "cmd/findings.h"

static const Finding samples[] = {
    {.rule = {"PG001", "index-not-concurrent", "CREATE INDEX", "It waits.", "Do not.", FINDING_ERROR},
     .level = FINDING_INFO,
     .revision = "b2",
     .file = "versions/ä b#1.sql",
     .line = 7,
     .column = 3,
     .end_line = 9,
     .message = "builds the index",
     .blocks = "all writers",
     .safe = "CREATE INDEX CONCURRENTLY i ON t (a);"},
    {.rule = {.id = "not-at-head", .level = FINDING_WARNING},
     .level = FINDING_WARNING,
     .message = "the database is behind"},
    {.rule = {"PG001", "index-not-concurrent", "CREATE INDEX", "It waits.", "Do not.", FINDING_ERROR},
     .level = FINDING_ERROR,
     .file = "/elsewhere/c3.sql",
     .line = 1,
     .message = "builds another",
     .allowed = "small"},
};

static GArray *
list(gconstpointer items, guint n, guint size)
{
    return g_array_append_vals(g_array_new(FALSE, FALSE, size), items, n);
}

static const char *
text_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value))
        fail_msg("'%s' is no string", key);
    return json_string_value(value);
}

/* What the schema demands of a result. */
static void
check_result(const json_t *result, const json_t *rules)
{
    static const char *const levels[] = {"none", "note", "warning", "error", NULL};
    const json_t *rule =
        json_array_get(rules, (size_t)json_integer_value(json_object_get(result, "ruleIndex")));
    const json_t *locations = json_object_get(result, "locations");

    assert_string_equal(text_at(result, "ruleId"), text_at(rule, "id"));
    assert_true(g_strv_contains(levels, text_at(result, "level")));
    text_at(json_object_get(result, "message"), "text");
    assert_true(json_is_array(locations));
    for (size_t i = 0; i < json_array_size(locations); i++) {
        const json_t *physical =
            json_object_get(json_array_get(locations, i), "physicalLocation");
        const json_t *region = json_object_get(physical, "region");

        text_at(json_object_get(physical, "artifactLocation"), "uri");
        assert_true(json_integer_value(json_object_get(region, "startLine")) >= 1);
        assert_true(json_integer_value(json_object_get(region, "startColumn")) >= 1);
        assert_true(json_integer_value(json_object_get(region, "endLine")) >=
                    json_integer_value(json_object_get(region, "startLine")));
    }
}

static void
sarif_is_as_its_schema_says(void **state)
{
    g_autoptr(GArray) findings = list(samples, G_N_ELEMENTS(samples), sizeof(Finding));
    g_autoptr(GArray) examined = g_array_new(FALSE, FALSE, sizeof(Examined));
    g_autoptr(GError) stopped = mig_error_new(MIG_E_STATEMENT, "no such table");
    const Report report = {"lint", findings, examined, stopped};
    json_t *log = report_sarif(&report);
    const json_t *run = json_array_get(json_object_get(log, "runs"), 0);
    const json_t *driver = json_object_get(json_object_get(run, "tool"), "driver");
    const json_t *rules = json_object_get(driver, "rules"), *results = json_object_get(run, "results");

    assert_string_equal(text_at(log, "version"), "2.1.0");
    assert_string_equal(text_at(driver, "name"), "migrate");
    assert_string_equal(text_at(run, "columnKind"), "unicodeCodePoints");
    assert_int_equal(json_array_size(rules), 2);
    assert_int_equal(json_array_size(results), 3);
    for (size_t i = 0; i < json_array_size(results); i++)
        check_result(json_array_get(results, i), rules);
    const json_t *first = json_array_get(results, 0), *last = json_array_get(results, 2);
    const json_t *physical = json_object_get(
        json_array_get(json_object_get(first, "locations"), 0), "physicalLocation");
    const json_t *artifact = json_object_get(physical, "artifactLocation");

    assert_string_equal(text_at(first, "level"), "note");
    assert_string_equal(text_at(artifact, "uri"), "versions/%C3%A4%20b%231.sql");
    assert_string_equal(text_at(artifact, "uriBaseId"), "%SRCROOT%");
    const json_t *suppression = json_array_get(json_object_get(last, "suppressions"), 0);

    assert_string_equal(text_at(suppression, "kind"), "inSource");
    assert_string_equal(text_at(suppression, "justification"), "small");
    const json_t *invocation = json_array_get(json_object_get(run, "invocations"), 0);

    assert_true(json_is_false(json_object_get(invocation, "executionSuccessful")));
    json_decref(log);
}

static void
json_has_all_keys_always(void **state)
{
    static const char *const keys[] = {"rule",   "name",    "severity", "revision", "file",
                                       "line",   "column",  "end_line", "message",  "blocks",
                                       "safe",   "allowed", NULL};
    g_autoptr(GArray) findings = list(samples, G_N_ELEMENTS(samples), sizeof(Finding));
    const Examined one = {"b2", "title", "versions/b2.sql"};
    g_autoptr(GArray) examined = list(&one, 1, sizeof one);
    const Report report = {"lint", findings, examined, NULL};
    json_t *object = report_json(&report);
    const json_t *items = json_object_get(object, "findings");

    /* The only error is allowed. */
    assert_true(json_is_true(json_object_get(object, "ok")));
    assert_int_equal(report_count(&report, FINDING_INFO), 2);
    assert_int_equal(json_array_size(json_object_get(object, "examined")), 1);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);

        assert_int_equal(json_object_size(item), G_N_ELEMENTS(keys) - 1);
        for (const char *const *key = keys; *key; key++)
            assert_non_null(json_object_get(item, *key));
    }
    json_decref(object);
}

static void
paths_start_at_the_root_of_the_checkout(void **state)
{
    g_autofree char *current = g_get_current_dir();
    g_autofree char *parent = g_path_get_dirname(current), *name = g_path_get_basename(current);
    g_autofree char *expected = g_build_filename(name, "versions", "a.sql", NULL);

    g_setenv("CI_PROJECT_DIR", parent, TRUE);
    g_autofree char *inside = report_path("./versions/a.sql");

    g_setenv("CI_PROJECT_DIR", "/nowhere", TRUE);
    g_autofree char *outside = report_path("./versions/a.sql");

    g_unsetenv("CI_PROJECT_DIR");
    g_autofree char *plain = report_path("versions/a.sql");

    assert_string_equal(inside, expected);
    assert_string_equal(outside, "versions/a.sql");
    assert_string_equal(plain, "versions/a.sql");
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sarif_is_as_its_schema_says),
        cmocka_unit_test(json_has_all_keys_always),
        cmocka_unit_test(paths_start_at_the_root_of_the_checkout),
    };

    g_unsetenv("GITHUB_WORKSPACE");
    g_unsetenv("CI_PROJECT_DIR");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
