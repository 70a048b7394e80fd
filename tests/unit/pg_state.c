#include "tests/unit/pg_state.h"

#include <libpq-fe.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_introspect.h"
#include "tests/lib/cluster.h"

static void
run_ddl(const char *url, const char *ddl)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, ddl);
    ExecStatusType status = PQresultStatus(result);
    g_autofree char *message = g_strdup(PQerrorMessage(connection));

    PQclear(result);
    PQfinish(connection);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s", message);
}

MigSchema *
pg_state_read(const char *url, const char *const *include, gboolean grants)
{
    g_autoptr(GPtrArray) schemas = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(MigUrl) parsed = mig_url_parse(url, NULL, &error);

    assert_no_error(error);
    MigConnection *connection = mig_pg_connect(parsed, MIG_CONNECT_READ, &error);

    assert_no_error(error);
    for (; include && *include; include++)
        g_ptr_array_add(schemas, (char *)*include);
    const MigIntrospectOptions options = {schemas, grants};
    MigSchema *schema = mig_pg_introspect(connection, &options, &error);

    mig_pg_close(connection);
    assert_no_error(error);
    return schema;
}

MigSchema *
pg_state_of(const char *ddl, const char *const *include, gboolean grants, char **ret_url)
{
    g_autofree char *database = cluster_create_database();
    g_autofree char *url = cluster_url(database);

    if (ddl)
        run_ddl(url, ddl);
    MigSchema *schema = pg_state_read(url, include, grants);

    if (ret_url)
        *ret_url = g_steal_pointer(&url);
    return schema;
}

int
pg_state_version(void)
{
    static int version;
    g_autofree char *url = cluster_url("postgres");

    if (version == 0) {
        PGconn *connection = PQconnectdb(url);

        version = PQserverVersion(connection) / 10000;
        PQfinish(connection);
    }
    return version;
}

/* What is only said once more, in parts. */
static gboolean
is_derived(const MigAttribute *attribute)
{
    static const char *const names[] = {"base-type", "columns", "expression", "ref-columns", NULL};

    return attribute->rendering && g_strv_contains(names, attribute->name);
}

static char *
lines_of(const MigObject *object)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < object->attributes->len; i++) {
        const MigAttribute *attribute = &g_array_index(object->attributes, MigAttribute, i);
        if (is_derived(attribute))
            continue;
        g_auto(GStrv) lines = g_strsplit(attribute->value, "\n", -1);
        g_autofree char *value = g_strjoinv("\\n", lines);

        g_string_append_printf(text, "%s = %s%s\n", attribute->name, value,
                               attribute->rendering ? " (rendering)" : "");
    }
    for (guint i = 0; i < object->depends->len; i++)
        g_string_append_printf(text, "-> %s\n", (const char *)object->depends->pdata[i]);
    if (object->unmanaged)
        g_string_append(text, "unmanaged\n");
    return g_string_free(text, FALSE);
}

void
pg_state_expect(const MigSchema *schema, const char *identity, const char *lines)
{
    const MigObject *object = mig_schema_find(schema, identity);

    if (!object)
        fail_msg("no %s", identity);
    g_autofree char *found = lines_of(object);

    if (strcmp(found, lines) != 0)
        fail_msg("%s has\n%sbut should have\n%s", identity, found, lines);
}

void
pg_state_expect_none(const MigSchema *schema, const char *identity)
{
    if (mig_schema_find(schema, identity))
        fail_msg("%s should not be there", identity);
}
