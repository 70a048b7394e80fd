#include "tests/unit/unit.h"

#include "core/schema.h"
#include "core/schema_json.h"

static MigSchema *
users(const char *table, const char *type)
{
    MigSchema *schema = mig_schema_new(TRUE);
    MigObject *users_table = mig_schema_add(schema, "table", NULL, table);
    MigObject *age = mig_schema_add(schema, "column", users_table, "Age");
    MigObject *id = mig_schema_add(schema, "column", users_table, "id");

    id->position = 1;
    age->position = 2;
    mig_object_set(age, "type", type);
    mig_object_set_rendering(age, "definition", table);
    mig_object_depend(age, "table z");
    mig_object_depend(age, "table a");
    mig_object_depend(age, "table z");
    mig_schema_seal(schema);
    return schema;
}

static void
objects_have_identities_and_order(void **state)
{
    g_autoptr(MigSchema) schema = users("Users", "INT");
    const MigObject *root = mig_schema_roots(schema)->pdata[0];
    const MigObject *age = mig_schema_find(schema, "column users.age");

    assert_string_equal(root->identity, "table users");
    assert_string_equal(root->title, "table Users");
    assert_non_null(age);
    assert_string_equal(age->title, "column Users.Age");
    assert_string_equal(mig_object_name(age), "Age");
    assert_ptr_equal(age->parent, root);
    assert_ptr_equal(mig_schema_lookup(schema, "column", root, "AGE"), age);
    assert_null(mig_schema_lookup(schema, "index", root, "age"));
    assert_ptr_equal(root->children->pdata[1], age);
    assert_int_equal(age->depends->len, 2);
    assert_string_equal(age->depends->pdata[0], "table a");
    assert_int_equal(mig_schema_objects(schema)->len, 3);
    assert_ptr_equal(mig_schema_objects(schema)->pdata[0], age);
}

static void
case_counts_unless_ignored(void **state)
{
    g_autoptr(MigSchema) schema = mig_schema_new(FALSE);

    mig_schema_add(schema, "table", NULL, "Users");
    assert_non_null(mig_schema_find(schema, "table Users"));
    assert_null(mig_schema_lookup(schema, "table", NULL, "users"));
}

static void
hash_is_over_content_only(void **state)
{
    g_autoptr(MigSchema) one = users("Users", "INT");
    g_autoptr(MigSchema) other_name = users("People", "INT");
    g_autoptr(MigSchema) other_case = users("USERS", "INT");
    g_autoptr(MigSchema) other_type = users("Users", "TEXT");
    const MigObject *root = mig_schema_roots(one)->pdata[0];

    assert_string_equal(mig_object_hash(root),
                        mig_object_hash(mig_schema_roots(other_name)->pdata[0]));
    assert_string_not_equal(mig_object_hash(root),
                            mig_object_hash(mig_schema_roots(other_type)->pdata[0]));
    assert_string_equal(mig_schema_hash(one), mig_schema_hash(other_case));
    assert_string_not_equal(mig_schema_hash(one), mig_schema_hash(other_name));
    assert_string_not_equal(mig_schema_hash(one), mig_schema_hash(other_type));
}

static void
column_order_is_no_difference(void **state)
{
    g_autoptr(MigSchema) one = users("u", "INT");
    g_autoptr(MigSchema) two = mig_schema_new(TRUE);
    MigObject *table = mig_schema_add(two, "table", NULL, "u");

    mig_schema_add(two, "column", table, "id")->position = 2;
    mig_object_set(mig_schema_add(two, "column", table, "age"), "type", "INT");
    mig_schema_seal(two);
    assert_string_equal(mig_schema_hash(one), mig_schema_hash(two));
}

static void
same_name_gets_a_number(void **state)
{
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);
    MigObject *table = mig_schema_add(schema, "table", NULL, "t");

    mig_schema_add(schema, "constraint", table, "unique (a, \"B\")");
    MigObject *second = mig_schema_add(schema, "constraint", table, "UNIQUE (a, \"B\")");
    MigObject *third = mig_schema_add(schema, "constraint", table, "unique (a, \"B\")");

    assert_string_equal(second->identity, "constraint t.\"unique (a, \"\"b\"\")#2\"");
    assert_string_equal(third->path[1], "unique (a, \"B\")#3");
}

static void
attributes_are_sorted_and_replaced(void **state)
{
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);
    MigObject *object = mig_schema_add(schema, "table", NULL, "");

    mig_object_set(object, "type", "b");
    mig_object_set(object, "default", "a");
    mig_object_set_rendering(object, "sql", "s");
    mig_object_set(object, "type", "c");
    mig_object_set(object, "absent", NULL);
    assert_int_equal(object->attributes->len, 3);
    assert_string_equal(g_array_index(object->attributes, MigAttribute, 0).name, "default");
    assert_string_equal(mig_object_get(object, "type"), "c");
    mig_object_set(object, "type", NULL);
    assert_null(mig_object_get(object, "type"));
    assert_string_equal(object->identity, "table \"\"");
}

static GPtrArray *
list(const char *item)
{
    GPtrArray *items = g_ptr_array_new();

    g_ptr_array_add(items, (gpointer)item);
    return items;
}

static MigSchema *
with_logs(void)
{
    MigSchema *schema = mig_schema_new(TRUE);
    MigObject *users_table = mig_schema_add(schema, "table", NULL, "Users");
    MigObject *other = mig_schema_add(schema, "table", NULL, "Log_1");

    mig_object_set(mig_schema_add(schema, "column", users_table, "id"), "type", "INT");
    users_table->unmanaged = g_strdup("because");
    mig_schema_add(schema, "column", other, "id")->position = 1;
    mig_schema_add(schema, "table", NULL, "migrate_version");
    mig_schema_seal(schema);
    return schema;
}

static void
filter_keeps_what_passes(void **state)
{
    g_autoptr(GPtrArray) hidden = list("MIGRATE_version"), logs = list("log_*");
    g_autoptr(MigSchema) schema = with_logs();
    g_autoptr(MigSchema) all = mig_schema_filter(with_logs(), NULL, NULL, NULL);
    g_autoptr(MigSchema) included = mig_schema_filter(with_logs(), logs, NULL, hidden);
    g_autoptr(MigSchema) excluded = mig_schema_filter(with_logs(), NULL, logs, hidden);

    assert_string_equal(mig_schema_hash(all), mig_schema_hash(schema));
    assert_string_not_equal(mig_schema_hash(included), mig_schema_hash(schema));
    assert_int_equal(mig_schema_objects(included)->len, 2);
    assert_non_null(mig_schema_find(included, "column log_1.id"));
    assert_null(mig_schema_find(included, "column users.id"));
    assert_int_equal(mig_schema_roots(excluded)->len, 1);
    assert_string_equal(mig_schema_find(excluded, "table users")->unmanaged, "because");
    assert_string_equal(mig_object_get(mig_schema_find(excluded, "column users.id"), "type"),
                        "INT");
}

static void
adopted_objects_are_equal(void **state)
{
    g_autoptr(MigSchema) one = users("Users", "INT"), two = mig_schema_new(TRUE);

    mig_schema_seal(two);
    mig_schema_adopt(two, NULL, mig_schema_find(one, "table users"));
    mig_schema_seal(two);
    const MigObject *age = mig_schema_find(two, "column users.age");

    assert_string_equal(mig_schema_hash(one), mig_schema_hash(two));
    assert_int_equal(age->depends->len, 2);
    assert_int_equal(age->position, 2);
}

static void
assert_keys_are_described(json_t *described, json_t *object)
{
    json_t *properties = json_object_get(described, "properties"), *required, *value, *child;
    const char *key;
    size_t i;

    json_object_foreach(object, key, value)
    {
        if (!json_object_get(properties, key))
            fail_msg("docs/inspect.schema.json has no '%s'", key);
    }
    json_array_foreach(json_object_get(described, "required"), i, required)
        assert_non_null(json_object_get(object, json_string_value(required)));
    json_array_foreach(json_object_get(object, "children"), i, child)
        assert_keys_are_described(described, child);
}

/* The published description has every key, and the keys it requires are there. */
static void
json_is_as_described(void **state)
{
    const char *source = g_getenv("MIGRATE_SRCDIR");
    g_autofree char *path =
        g_build_filename(source ? source : ".", "docs", "inspect.schema.json", NULL);
    g_autoptr(MigSchema) schema = users("Users", "INT");
    MigObject *root = mig_schema_roots(schema)->pdata[0];

    root->unmanaged = g_strdup("because");
    root->file = g_strdup("bad \xff name");
    root->line = 3;
    json_t *described = json_load_file(path, 0, NULL);
    json_t *json = mig_schema_to_json(schema, "sqlite");
    json_t *object = json_array_get(json_object_get(json, "objects"), 0);

    assert_keys_are_described(described, json);
    assert_keys_are_described(json_object_get(json_object_get(described, "$defs"), "object"),
                              object);
    assert_int_equal(json_object_size(object), 12);
    assert_int_equal(json_array_size(json_object_get(object, "children")), 2);
    json_decref(described);
    json_decref(json);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_have_identities_and_order),
        cmocka_unit_test(case_counts_unless_ignored),
        cmocka_unit_test(hash_is_over_content_only),
        cmocka_unit_test(column_order_is_no_difference),
        cmocka_unit_test(same_name_gets_a_number),
        cmocka_unit_test(attributes_are_sorted_and_replaced),
        cmocka_unit_test(adopted_objects_are_equal),
        cmocka_unit_test(filter_keeps_what_passes),
        cmocka_unit_test(json_is_as_described),
    };

    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
