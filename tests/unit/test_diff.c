#include "tests/unit/unit.h"

#include "core/diff.h"
#include "core/error.h"

static MigObject *
add(MigSchema *schema, const char *kind, MigObject *parent, const char *name, const char *attribute,
    const char *value)
{
    MigObject *object = mig_schema_add(schema, kind, parent, name);

    if (attribute)
        mig_object_set(object, attribute, value);
    mig_object_set_rendering(object, "sql", name);
    return object;
}

static MigSchema *
blog(const char *table, const char *column, const char *type)
{
    MigSchema *schema = mig_schema_new(TRUE);
    MigObject *users = add(schema, "table", NULL, table, NULL, NULL);

    add(schema, "column", users, "id", "type", "INTEGER");
    add(schema, "column", users, column, "type", type);
    return schema;
}

static char *
describe(const GPtrArray *changes)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < changes->len; i++) {
        g_autofree char *line = mig_change_describe(changes->pdata[i]);

        g_string_append_printf(out, "%s\n", line);
    }
    return g_string_free(out, FALSE);
}

#define assert_diff(from, to, expected)                                                            \
    do {                                                                                           \
        g_autoptr(GPtrArray) diff_changes = mig_diff(from, to);                                    \
        g_autofree char *diff_text = describe(diff_changes);                                       \
                                                                                                   \
        assert_string_equal(diff_text, expected);                                                  \
    } while (0)

static void
equal_states_have_no_changes(void **state)
{
    g_autoptr(MigSchema) one = blog("users", "name", "TEXT"), two = blog("Users", "NAME", "TEXT");

    mig_schema_seal(one);
    mig_schema_seal(two);
    assert_diff(one, two, "");
}

static void
changes_come_in_order_and_roots_fold_children(void **state)
{
    g_autoptr(MigSchema) from = blog("users", "name", "TEXT");
    g_autoptr(MigSchema) to = blog("users", "name", "VARCHAR");
    MigObject *old = add(from, "table", NULL, "old", NULL, NULL);
    MigObject *new = add(to, "table", NULL, "new", NULL, NULL);
    MigObject *users = mig_schema_lookup(to, "table", NULL, "users");

    add(from, "column", old, "a", NULL, NULL);
    add(from, "index", old, "b", NULL, NULL);
    add(to, "column", new, "a", NULL, NULL);
    add(to, "index", users, "by_name", "columns", "name");
    mig_object_set(users, "options", "STRICT");
    mig_object_set(mig_schema_lookup(to, "column", users, "name"), "default", "'x'");
    mig_schema_seal(from);
    mig_schema_seal(to);
    assert_diff(from, to,
                "add table new\n"
                "drop table old\n"
                "alter table users: options\n"
                "alter column users.name: default, type\n"
                "add index users.by_name\n");
    assert_diff(to, from,
                "drop table new\n"
                "add table old\n"
                "alter table users: options\n"
                "alter column users.name: default, type\n"
                "drop index users.by_name\n");
}

static void
unmanaged_objects_are_no_difference(void **state)
{
    g_autoptr(MigSchema) from = blog("users", "name", "TEXT");
    g_autoptr(MigSchema) to = blog("users", "name", "TEXT");

    add(from, "virtual table", NULL, "v", NULL, NULL)->unmanaged = g_strdup("no such module");
    add(from, "table", NULL, "t", "options", "STRICT");
    add(to, "table", NULL, "t", NULL, NULL)->unmanaged = g_strdup("unknown");
    mig_schema_seal(from);
    mig_schema_seal(to);
    assert_diff(from, to, "");
    assert_diff(to, from, "");
}

static MigRename *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    MigRename *rename = mig_rename_parse(text, &error);

    assert_no_error(error);
    return rename;
}

static void
renames_are_parsed(void **state)
{
    MigRename *rename = parse("users.name = \"my \"\"users\"\"\".\"full.name=x\"");
    MigRename *swapped = mig_rename_swap(rename);

    assert_string_equal(rename->from[0], "users");
    assert_string_equal(rename->from[1], "name");
    assert_null(rename->from[2]);
    assert_string_equal(rename->to[0], "my \"users\"");
    assert_string_equal(rename->to[1], "full.name=x");
    assert_string_equal(swapped->from[1], "full.name=x");
    assert_string_equal(swapped->to[0], "users");
    mig_rename_free(rename);
    mig_rename_free(swapped);
}

static void
bad_renames_are_refused(void **state)
{
    static const char *const bad[] = {"",     "users", "=a",     "a=",     "a=b=c",   "a.b=c",
                                      "a.=b", "a=\"b", "\"\"=b", "a=b\"c", "a..b=c.d"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        MigRename *rename = mig_rename_parse(bad[i], &error);

        if (rename)
            fail_msg("'%s' was taken", bad[i]);
        assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
    }
}

static GPtrArray *
renames_of(const char *const *texts, gboolean swap)
{
    GPtrArray *renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);

    for (; *texts; texts++) {
        MigRename *rename = parse(*texts);

        if (swap) {
            g_ptr_array_add(renames, mig_rename_swap(rename));
            mig_rename_free(rename);
        } else {
            g_ptr_array_add(renames, rename);
        }
    }
    return renames;
}

static char *
resolve(const MigSchema *from, const MigSchema *to, const char *const *texts, gboolean swap)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) renames = renames_of(texts, swap);
    g_autoptr(GPtrArray) changes = mig_rename_changes(renames, from, to, &error);

    if (changes)
        return describe(changes);
    assert_int_equal(error->code, MIG_E_BAD_ARGUMENT);
    return g_strdup(error->message);
}

static void
renames_fit_states_both_ways(void **state)
{
    static const char *const one_table[] = {"users.name=users.full_name", "Users=accounts", NULL};
    static const char *const two_tables[] = {"users.name=accounts.full_name", "users=accounts",
                                             NULL};
    g_autoptr(MigSchema) from = blog("users", "name", "TEXT");
    g_autoptr(MigSchema) to = blog("accounts", "full_name", "TEXT");

    mig_schema_seal(from);
    mig_schema_seal(to);
    g_autofree char *up = resolve(from, to, one_table, FALSE);
    g_autofree char *up2 = resolve(from, to, two_tables, FALSE);
    g_autofree char *down = resolve(to, from, one_table, TRUE);

    assert_string_equal(up, "rename table users to accounts\n"
                            "rename column users.name to accounts.full_name\n");
    assert_string_equal(up2, up);
    assert_string_equal(down, "rename table accounts to users\n"
                              "rename column accounts.full_name to users.name\n");
}

static void
renames_that_fit_nothing_are_refused(void **state)
{
    static const char *const cases[][2] = {
        {"nosuch=accounts", "cannot rename 'nosuch' to 'accounts': the old state has no table "
                            "'nosuch'"},
        {"users=nosuch", "cannot rename 'users' to 'nosuch': the new state has no table 'nosuch'"},
        {"both.a=both.c", "cannot rename 'both.a' to 'both.c': the old table has no column 'a'"},
        {"both.id=both.c", "cannot rename 'both.id' to 'both.c': the new table has no column 'c'"},
        {"users=both", "cannot rename table users to both: the old state has table both already"},
        {"both=accounts", "cannot rename table both to accounts: the new state has table both too"},
        {"both.id=accounts.id", "cannot rename 'both.id' to 'accounts.id': 'accounts' is another "
                                "table"},
    };
    g_autoptr(MigSchema) from = blog("users", "name", "TEXT");
    g_autoptr(MigSchema) to = blog("accounts", "name", "TEXT");

    add(from, "column", add(from, "table", NULL, "both", NULL, NULL), "id", NULL, NULL);
    add(to, "column", add(to, "table", NULL, "both", NULL, NULL), "id", NULL, NULL);
    mig_schema_seal(from);
    mig_schema_seal(to);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const texts[] = {cases[i][0], NULL};
        g_autofree char *message = resolve(from, to, texts, FALSE);

        assert_string_equal(message, cases[i][1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_states_have_no_changes),
        cmocka_unit_test(changes_come_in_order_and_roots_fold_children),
        cmocka_unit_test(unmanaged_objects_are_no_difference),
        cmocka_unit_test(renames_are_parsed),
        cmocka_unit_test(bad_renames_are_refused),
        cmocka_unit_test(renames_fit_states_both_ways),
        cmocka_unit_test(renames_that_fit_nothing_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
