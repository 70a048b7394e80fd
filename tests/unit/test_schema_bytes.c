/* States as bytes, and the cache that keeps them. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "core/cache.h"
#include "core/schema_bytes.h"

static MigSchema *
example(void)
{
    MigSchema *schema = mig_schema_new(FALSE);

    mig_schema_set_default_namespace(schema, "public");
    mig_schema_add(schema, "extension", NULL, "citext");
    MigObject *table = mig_schema_add_in(schema, "table", "public", "a \"table\"", NULL);
    MigObject *second = mig_schema_add(schema, "column", table, "zweite Spalte");
    MigObject *first = mig_schema_add(schema, "column", table, "größe");

    first->position = 1;
    second->position = 2;
    mig_object_set(first, "type", "integer");
    mig_object_set(second, "default", "''");
    mig_object_set_rendering(second, "sql", "x\ny");
    mig_object_depend(second, "function public.f(integer, text)");
    table->file = g_strdup("model.sql");
    table->line = 300;
    mig_schema_add_in(schema, "function", "public", "f", "(integer, text)");
    MigObject *odd = mig_schema_add_in(schema, "operator", "app", "+", NULL);

    odd->unmanaged = g_strdup("operators are not managed");
    mig_schema_add(schema, "column", table, "größe"); /* "größe#2" */
    mig_schema_seal(schema);
    return schema;
}

static void
assert_same(const GPtrArray *a, const GPtrArray *b)
{
    assert_int_equal(a->len, b->len);
    for (guint i = 0; i < a->len; i++) {
        const MigObject *x = a->pdata[i], *y = b->pdata[i];

        assert_string_equal(x->identity, y->identity);
        assert_string_equal(x->title, y->title);
        assert_int_equal(x->position, y->position);
        assert_int_equal(x->line, y->line);
        assert_int_equal(g_strcmp0(x->file, y->file), 0);
        assert_int_equal(g_strcmp0(x->unmanaged, y->unmanaged), 0);
        assert_int_equal(g_strcmp0(x->signature, y->signature), 0);
        assert_int_equal(x->depends->len, y->depends->len);
        assert_int_equal(x->attributes->len, y->attributes->len);
        for (guint j = 0; j < x->attributes->len; j++) {
            const MigAttribute *m = &g_array_index(x->attributes, MigAttribute, j);
            const MigAttribute *n = &g_array_index(y->attributes, MigAttribute, j);

            assert_string_equal(m->name, n->name);
            assert_string_equal(m->value, n->value);
            assert_int_equal(m->rendering, n->rendering);
        }
        assert_same(x->children, y->children);
    }
}

static void
a_state_comes_back_as_it_was(void **state)
{
    g_autoptr(MigSchema) schema = example();
    g_autoptr(GByteArray) bytes = mig_schema_to_bytes(schema);
    g_autoptr(MigSchema) back = mig_schema_from_bytes(bytes->data, bytes->len);

    assert_non_null(back);
    assert_string_equal(mig_schema_hash(schema), mig_schema_hash(back));
    assert_string_equal(mig_schema_default_namespace(back), "public");
    assert_same(mig_schema_objects(schema), mig_schema_objects(back));
}

static void
damaged_bytes_are_no_state(void **state)
{
    g_autoptr(MigSchema) schema = example();
    g_autoptr(GByteArray) bytes = mig_schema_to_bytes(schema);

    for (guint i = 0; i < bytes->len; i++) {
        assert_null(mig_schema_from_bytes(bytes->data, i));
        bytes->data[i] ^= 0x55;
        assert_null(mig_schema_from_bytes(bytes->data, bytes->len));
        bytes->data[i] ^= 0x55;
    }
}

static MigCacheKey *
key_of(const char *a, const char *b)
{
    MigCacheKey *key = mig_cache_key_new();

    mig_cache_key_add(key, a, -1);
    mig_cache_key_add(key, b, -1);
    return key;
}

static void
the_cache_gives_back_what_was_put_under_the_same_key(void **state)
{
    g_autoptr(MigSchema) schema = example();
    g_autoptr(MigCacheKey) key = key_of("ab", "c"), other = key_of("a", "bc");
    g_autoptr(MigCacheKey) none = key_of("ab", NULL), empty = key_of("ab", "");

    assert_null(mig_cache_get(key));
    mig_cache_put(key, schema);
    g_autoptr(MigSchema) back = mig_cache_get(key);

    assert_non_null(back);
    assert_string_equal(mig_schema_hash(schema), mig_schema_hash(back));
    assert_null(mig_cache_get(other));
    assert_null(mig_cache_get(none));
    mig_cache_put(none, schema);
    assert_null(mig_cache_get(empty));
}

static void
the_cache_does_not_grow_without_end(void **state)
{
    g_autoptr(MigSchema) schema = example();
    g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "migrate", NULL);
    guint n = 0;

    for (guint i = 0; i < 80; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);
        g_autoptr(MigCacheKey) key = key_of(number, NULL);

        mig_cache_put(key, schema);
    }
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    while (g_dir_read_name(dir))
        n++;
    assert_int_equal(n, 64);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_comes_back_as_it_was),
        cmocka_unit_test(damaged_bytes_are_no_state),
        cmocka_unit_test(the_cache_gives_back_what_was_put_under_the_same_key),
        cmocka_unit_test(the_cache_does_not_grow_without_end),
    };
    g_autofree char *folder = g_dir_make_tmp("migrate-cache-XXXXXX", NULL);

    g_setenv("XDG_CACHE_HOME", folder, TRUE);
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder);

    return system(command) == 0 ? status : 1;
}
