/* Which values a plan must keep: those of columns whose type is made of the same before and after. */
#include "tests/unit/unit.h"

#include "core/kept.h"

static MigConnection *scratch;

static void
run(const char *sql)
{
    g_autoptr(GError) error = NULL;

    scratch->dialect->execute(scratch, sql, strlen(sql), NULL, &error);
    assert_no_error(error);
}

/* A table whose column is of a composite type with a part of a domain: names are as odd as may be. */
static MigSchema *
state_with(const char *base, gboolean further_part)
{
    MigSchema *schema = mig_schema_new(FALSE);
    MigObject *domain = mig_schema_add(schema, "domain", NULL, "an \"amount\"");
    MigObject *type = mig_schema_add(schema, "composite type", NULL, "pair");
    MigObject *part = mig_schema_add(schema, "attribute", type, "first");
    MigObject *column =
        mig_schema_add(schema, "column", mig_schema_add(schema, "table", NULL, "t"), "a");

    mig_object_set(domain, "type", base);
    mig_object_set(part, "type", "\"an \"\"amount\"\"\"");
    mig_object_depend(part, domain->identity);
    if (further_part)
        mig_object_set(mig_schema_add(schema, "attribute", type, "second"), "type", "text");
    mig_object_set(column, "type", "pair[]");
    mig_object_depend(column, type->identity);
    mig_schema_seal(schema);
    return schema;
}

/* What is missed when all values change on the way from one to the other; NULL: nothing. */
static char *
missed(const MigSchema *from, const MigSchema *to)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new(), tables = g_ptr_array_new();
    const MigKept kept = {from, to, changes};

    run("DROP TABLE IF EXISTS t; CREATE TABLE t (a); INSERT INTO t VALUES ('7')");
    g_ptr_array_add(tables, mig_schema_lookup(from, "table", NULL, "t"));
    g_autoptr(GPtrArray) before = mig_kept_read(&kept, scratch, tables, FALSE, NULL);

    run("UPDATE t SET a = '7.0'");
    g_autoptr(GPtrArray) after = mig_kept_read(&kept, scratch, tables, TRUE, NULL);

    return mig_kept_lost(&kept, tables, before, after);
}

static void
values_of_the_same_type_are_missed(void **state)
{
    g_autoptr(MigSchema) from = state_with("integer", FALSE), to = state_with("integer", FALSE);
    g_autofree char *lost = missed(from, to);

    assert_string_equal(lost, "column t.a: the value '7' is gone");
}

static void
values_of_a_type_made_of_another_are_not(void **state)
{
    g_autoptr(MigSchema) from = state_with("integer", FALSE), to = state_with("numeric", FALSE);

    assert_null(missed(from, to));
}

static void
values_of_a_type_with_other_parts_are_not(void **state)
{
    g_autoptr(MigSchema) few = state_with("integer", FALSE), many = state_with("integer", TRUE);

    assert_null(missed(few, many));
    assert_null(missed(many, few));
}

static int
open_scratch(void **state)
{
    scratch = mig_dialect_by_name("sqlite")->open_scratch(NULL, NULL, NULL);
    return scratch ? 0 : -1;
}

static int
close_scratch(void **state)
{
    scratch->dialect->close(scratch);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_the_same_type_are_missed),
        cmocka_unit_test(values_of_a_type_made_of_another_are_not),
        cmocka_unit_test(values_of_a_type_with_other_parts_are_not),
    };

    return cmocka_run_group_tests(tests, open_scratch, close_scratch);
}
