/* Renames of tables and columns as PostgreSQL's statements; no server is asked. */
#include "tests/unit/unit.h"

#include "core/change.h"
#include "dialects/postgresql/pg_plan.h"

typedef struct {
    MigSchema *from, *to;
    GPtrArray *changes;
} States;

static MigObject *
add_table(MigSchema *schema, const char *namespace, const char *name, const char *const *columns)
{
    MigObject *table = mig_schema_add_in(schema, "table", namespace, name, NULL);

    for (; *columns; columns++)
        mig_schema_add(schema, "column", table, *columns);
    return table;
}

static void
states_init(States *states)
{
    states->from = mig_schema_new(FALSE);
    states->to = mig_schema_new(FALSE);
    mig_schema_set_default_namespace(states->from, "public");
    mig_schema_set_default_namespace(states->to, "public");
    states->changes = g_ptr_array_new_with_free_func((GDestroyNotify)mig_change_free);
}

static void
states_clear(States *states)
{
    g_ptr_array_unref(states->changes);
    mig_schema_free(states->from);
    mig_schema_free(states->to);
}

static void
add_rename(States *states, const char *from, const char *to)
{
    g_ptr_array_add(states->changes,
                    mig_change_new(MIG_RENAMED, mig_schema_find(states->from, from),
                                   mig_schema_find(states->to, to)));
}

static char *
statements(const States *states)
{
    MigPlanInput input = {states->from, states->to, states->changes, FALSE, NULL};
    g_autoptr(GPtrArray) actions = mig_pg_plan(&input, NULL);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < actions->len; i++) {
        const MigAction *action = actions->pdata[i];

        assert_int_equal(action->statements->len, 1);
        g_string_append_printf(out, "%s\n", (char *)action->statements->pdata[0]);
    }
    return g_string_free(out, FALSE);
}

static void
tables_come_before_their_columns(void **state)
{
    States states;

    states_init(&states);
    add_table(states.from, "public", "users", (const char *[]){"name", NULL});
    add_table(states.to, "public", "Accounts", (const char *[]){"full name", NULL});
    add_rename(&states, "table public.users", "table public.Accounts");
    add_rename(&states, "column public.users.name", "column public.Accounts.\"full name\"");
    g_autofree char *sql = statements(&states);

    assert_string_equal(sql, "ALTER TABLE users RENAME TO \"Accounts\"\n"
                             "ALTER TABLE \"Accounts\" RENAME COLUMN name TO \"full name\"\n");
    states_clear(&states);
}

static void
swapped_names_go_by_way_of_a_free_one(void **state)
{
    States states;

    states_init(&states);
    add_table(states.from, "app", "t", (const char *[]){"a", "b", NULL});
    add_table(states.to, "app", "t", (const char *[]){"a", "b", NULL});
    add_rename(&states, "column app.t.a", "column app.t.b");
    add_rename(&states, "column app.t.b", "column app.t.a");
    g_autofree char *sql = statements(&states);

    assert_string_equal(sql, "ALTER TABLE app.t RENAME COLUMN a TO migrate_rename_1\n"
                             "ALTER TABLE app.t RENAME COLUMN b TO a\n"
                             "ALTER TABLE app.t RENAME COLUMN migrate_rename_1 TO b\n");
    states_clear(&states);
}

static void
names_are_passed_on_from_the_end(void **state)
{
    States states;

    states_init(&states);
    add_table(states.from, "public", "a", (const char *[]){NULL});
    add_table(states.from, "public", "b", (const char *[]){NULL});
    add_table(states.to, "public", "b", (const char *[]){NULL});
    add_table(states.to, "public", "c", (const char *[]){NULL});
    add_rename(&states, "table public.a", "table public.b");
    add_rename(&states, "table public.b", "table public.c");
    g_autofree char *sql = statements(&states);

    assert_string_equal(sql, "ALTER TABLE b RENAME TO c\n"
                             "ALTER TABLE a RENAME TO b\n");
    states_clear(&states);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_come_before_their_columns),
        cmocka_unit_test(swapped_names_go_by_way_of_a_free_one),
        cmocka_unit_test(names_are_passed_on_from_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
