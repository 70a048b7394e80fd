/* Every golden file of `inspect --format json` is what docs/inspect.schema.json says, and the schema
 * names every key that is printed. */
#include "tests/unit/unit.h"

#include <jansson.h>
#include <string.h>

static json_t *schema;

/* Where the value at hand is, for messages: "$.objects[3].kind". */
static void check(const json_t *rules, const json_t *value, const char *where);

static const char *
type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "string";
    case JSON_INTEGER:
        return "integer";
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    default:
        return "null";
    }
}

static void
check_reference(const json_t *rules, const json_t *value, const char *where)
{
    static const char prefix[] = "#/$defs/";
    const char *reference = json_string_value(json_object_get(rules, "$ref"));

    if (!reference)
        return;
    assert_true(g_str_has_prefix(reference, prefix));
    const json_t *target =
        json_object_get(json_object_get(schema, "$defs"), reference + strlen(prefix));

    assert_non_null(target);
    check(target, value, where);
}

static void
check_value(const json_t *rules, const json_t *value, const char *where)
{
    const char *type = json_string_value(json_object_get(rules, "type"));
    const char *pattern = json_string_value(json_object_get(rules, "pattern"));
    const json_t *constant = json_object_get(rules, "const"),
                 *minimum = json_object_get(rules, "minimum");

    if (type && strcmp(type, type_name(value)) != 0)
        fail_msg("%s is of type %s, not %s", where, type_name(value), type);
    if (constant && !json_equal(constant, value))
        fail_msg("%s is not the constant", where);
    if (minimum && json_integer_value(value) < json_integer_value(minimum))
        fail_msg("%s is below the minimum", where);
    if (pattern && !g_regex_match_simple(pattern, json_string_value(value), 0, 0))
        fail_msg("%s does not match %s", where, pattern);
}

static void
check_array(const json_t *rules, const json_t *value, const char *where)
{
    const json_t *items = json_object_get(rules, "items");

    assert_true(json_array_size(value) >=
                (size_t)json_integer_value(json_object_get(rules, "minItems")));
    for (size_t i = 0; items && i < json_array_size(value); i++) {
        g_autofree char *at = g_strdup_printf("%s[%zu]", where, i);

        check(items, json_array_get(value, i), at);
    }
}

/* Stricter than JSON Schema: where keys are listed, no other one may be. */
static void
check_object(const json_t *rules, json_t *value, const char *where)
{
    const json_t *properties = json_object_get(rules, "properties"),
                 *required = json_object_get(rules, "required"),
                 *others = json_object_get(rules, "additionalProperties");
    const char *key;
    json_t *member;

    for (size_t i = 0; i < json_array_size(required); i++) {
        key = json_string_value(json_array_get(required, i));
        if (!json_object_get(value, key))
            fail_msg("%s lacks '%s'", where, key);
    }
    json_object_foreach(value, key, member) {
        const json_t *rule = json_object_get(properties, key);
        g_autofree char *at = g_strdup_printf("%s.%s", where, key);

        if (!rule && !others)
            fail_msg("%s is not in the schema", at);
        check(rule ? rule : others, member, at);
    }
}

static void
check(const json_t *rules, const json_t *value, const char *where)
{
    check_reference(rules, value, where);
    check_value(rules, value, where);
    if (json_is_array(value))
        check_array(rules, value, where);
    if (json_is_object(value) && !json_object_get(rules, "$ref"))
        check_object(rules, (json_t *)value, where);
}

/* What check() knows: a schema with another word would be checked in part only. */
static void
assert_known_words(const json_t *rules)
{
    static const char *const words[] = {"$schema",    "title", "type",     "required", "properties",
                                        "$defs",      "const", "$ref",     "items",    "pattern",
                                        "minItems",   "minimum", "additionalProperties", NULL};
    static const char *const maps[] = {"properties", "$defs", NULL};
    const char *key;
    json_t *rule;

    json_object_foreach((json_t *)rules, key, rule) {
        const char *name;
        json_t *member;

        if (!g_strv_contains(words, key))
            fail_msg("the schema's word '%s' is not known here", key);
        if (g_strv_contains(maps, key))
            json_object_foreach(rule, name, member)
                assert_known_words(member);
        else if (json_is_object(rule))
            assert_known_words(rule);
    }
}

static guint
check_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    guint n = 0;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            n += check_folder(path);
        } else if (g_str_has_suffix(name, ".json")) {
            json_t *value = json_load_file(path, 0, NULL);

            assert_non_null(value);
            check(schema, value, path);
            json_decref(value);
            n++;
        }
    }
    return n;
}

static void
golden_files_are_as_documented(void **state)
{
    g_autofree char *file = g_build_filename(g_getenv("MIGRATE_SRCDIR"), "docs",
                                             "inspect.schema.json", NULL);
    g_autofree char *folder =
        g_build_filename(g_getenv("MIGRATE_SRCDIR"), "tests", "golden", NULL);

    schema = json_load_file(file, 0, NULL);
    assert_non_null(schema);
    assert_known_words(schema);
    assert_true(check_folder(folder) >= 20);
    json_decref(schema);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_files_are_as_documented)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
