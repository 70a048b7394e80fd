#include "tests/lib/pg_pair.h"

#include <string.h>

#include "core/diff.h"
#include "core/error.h"
#include "core/order.h"
#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_model.h"
#include "tests/lib/cluster.h"

/* The databases that serve all pairs, one after the other: emptying one is much faster than making
 * one. */
enum { OLD, NEW, LOADED };

static const char empty[] =
    "DO $$ DECLARE thing name; BEGIN\n"
    "FOR thing IN SELECT evtname FROM pg_event_trigger LOOP\n"
    "    EXECUTE format('DROP EVENT TRIGGER %I', thing); END LOOP;\n"
    "FOR thing IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' LOOP\n"
    "    EXECUTE format('DROP EXTENSION %I CASCADE', thing); END LOOP;\n"
    "  FOR thing IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP\n"
    "    EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', thing); END LOOP;\n"
    "FOR thing IN SELECT nspname FROM pg_namespace\n"
    "    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP\n"
    "    EXECUTE format('DROP SCHEMA %I CASCADE', thing); END LOOP;\n"
    "CREATE SCHEMA public; END $$;\n";

static MigConnection *
open_database(void)
{
    g_autofree char *name = cluster_create_database();
    g_autofree char *text = cluster_url(name);
    g_autoptr(GError) error = NULL;
    MigUrl *url = mig_url_parse(text, NULL, &error);
    MigConnection *connection =
        url ? mig_dialect_postgresql.connect(url, MIG_CONNECT_WRITE, &error) : NULL;

    mig_url_free(url);
    if (!connection)
        g_error("cannot open %s: %s", text, error->message);
    return connection;
}

static MigConnection *
open_empty(guint number)
{
    static MigConnection *connections[LOADED + 1];
    g_autoptr(GError) error = NULL;

    if (!connections[number])
        connections[number] = open_database();
    if (!mig_dialect_postgresql.execute(connections[number], empty, strlen(empty), NULL, &error))
        g_error("cannot empty a database: %s", error->message);
    return connections[number];
}

static gboolean
fail(PgPair *pair, const char *what, const GError *error)
{
    const MigErrorDetails *details = mig_error_details((GError *)error);

    pair->problem = g_strdup_printf("%s: %s%s%s", what, error->message,
                                    details && details->source_line ? "\n" : "",
                                    details && details->source_line ? details->source_line : "");
    return FALSE;
}

static gboolean
run(PgPair *pair, MigConnection *connection, const char *sql, const char *what)
{
    g_autoptr(GError) error = NULL;

    return mig_dialect_postgresql.execute(connection, sql, strlen(sql), NULL, &error) ||
           fail(pair, what, error);
}

static MigSchema *
read_state(PgPair *pair, MigConnection *connection, const char *what)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    MigIntrospectOptions options = {all, TRUE};

    g_ptr_array_add(all, (gpointer) "true");
    MigSchema *schema = mig_dialect_postgresql.introspect(connection, &options, &error);

    if (!schema)
        fail(pair, what, error);
    return schema;
}

static gboolean
is_state(PgPair *pair, MigConnection *connection, const MigSchema *wanted, const char *what)
{
    g_autoptr(MigSchema) found = read_state(pair, connection, what);

    if (!found)
        return FALSE;
    g_autoptr(GPtrArray) changes = mig_diff(found, wanted);
    g_autoptr(GString) list = g_string_new(what);

    if (changes->len == 0)
        return TRUE;
    g_string_append(list, " leaves to do:");
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];
        g_autofree char *line = mig_change_describe(change);

        g_string_append_printf(list, "\n  %s", line);
        for (guint j = 0; change->attributes && j < change->attributes->len; j++)
            g_string_append_printf(list, "\n    found %s\n    wanted %s",
                                   mig_object_get(change->from, change->attributes->pdata[j]),
                                   mig_object_get(change->to, change->attributes->pdata[j]));
    }
    pair->problem = g_strdup(list->str);
    return FALSE;
}

static MigPlan *
make_plan(PgPair *pair, MigConnection *connection, const MigSchema *from, const MigSchema *to,
          gboolean online, const char *what)
{
    g_autoptr(GPtrArray) changes = mig_diff(from, to);
    MigPlanInput input = {from, to, changes, online, connection->server};
    g_autoptr(GError) error = NULL;
    MigPlan *plan = mig_plan_new(&mig_dialect_postgresql, &input, &error);

    if (!plan)
        fail(pair, what, error);
    return plan;
}

/* Each statement is a transaction of its own. */
static void
add_statements(GPtrArray *blocks, const char *sql)
{
    g_autoptr(GArray) statements =
        mig_split(&mig_lex_rules_postgresql, sql, strlen(sql), NULL, NULL);

    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);

        g_ptr_array_add(blocks, g_strndup(sql + statement->offset, statement->length));
    }
}

/* Adds a block as it stands in a script. */
static void
add_block(GPtrArray *blocks, GString *script, const char *sql, gboolean off)
{
    if (!*sql)
        return;
    if (off)
        add_statements(blocks, sql);
    else
        g_ptr_array_add(blocks, g_strconcat("BEGIN;\n", sql, "COMMIT;\n", NULL));
    g_string_append_printf(script, "-- block%s\n%s", off ? " transaction=off" : "", sql);
}

/* What is run one after the other; *ret_script is all of it. */
static GPtrArray *
blocks_of(const MigPlan *plan, char **ret_script)
{
    GPtrArray *blocks = g_ptr_array_new_with_free_func(g_free), *rest;
    g_autofree char *first = mig_plan_blocks(plan, &rest);
    GString *script = g_string_new(NULL);

    add_block(blocks, script, first, FALSE);
    for (guint i = 0; i < rest->len; i++) {
        const MigDraftBlock *block = rest->pdata[i];

        add_block(blocks, script, block->sql, block->transaction_off);
    }
    g_ptr_array_unref(rest);
    *ret_script = g_string_free(script, FALSE);
    return blocks;
}

static gboolean
run_blocks(PgPair *pair, MigConnection *connection, const GPtrArray *blocks, const char *what)
{
    for (guint i = 0; i < blocks->len; i++) {
        if (!run(pair, connection, blocks->pdata[i], what))
            return FALSE;
    }
    return TRUE;
}

static gboolean
try_dump(PgPair *pair, const MigSchema *schema, const char *what)
{
    MigConnection *connection = open_empty(LOADED);
    g_autofree char *sql = mig_dialect_postgresql.dump(schema);
    gboolean good = run(pair, connection, sql, what) && is_state(pair, connection, schema, what);

    if (!good) {
        g_autofree char *problem = g_steal_pointer(&pair->problem);

        pair->problem = g_strconcat(problem, "\n", sql, NULL);
    }
    return good;
}

/* Both plans; FALSE when one cannot be made. */
static gboolean
plan_ways(PgPair *pair, MigConnection *connection, const MigSchema *from, const MigSchema *to,
          gboolean online, GPtrArray *ways[2])
{
    g_autoptr(MigPlan) up = make_plan(pair, connection, from, to, online, "planning the upgrade");
    g_autoptr(MigPlan) down =
        up ? make_plan(pair, connection, to, from, online, "planning the downgrade") : NULL;

    if (!down)
        return FALSE;
    g_free(pair->upgrade);
    g_free(pair->downgrade);
    ways[0] = blocks_of(up, &pair->upgrade);
    ways[1] = blocks_of(down, &pair->downgrade);
    return TRUE;
}

/* Makes online plans in place of the plain ones; FALSE when there are none, or no others. */
static gboolean
plan_online(PgPair *pair, MigConnection *connection, const MigSchema *from, const MigSchema *to,
            GPtrArray *ways[2])
{
    g_autofree char *up = g_strdup(pair->upgrade), *down = g_strdup(pair->downgrade);

    g_ptr_array_unref(g_steal_pointer(&ways[0]));
    g_ptr_array_unref(g_steal_pointer(&ways[1]));
    return plan_ways(pair, connection, from, to, TRUE, ways) &&
           (strcmp(up, pair->upgrade) != 0 || strcmp(down, pair->downgrade) != 0);
}

static void
try_ways(PgPair *pair, MigConnection *old, MigConnection *new, gboolean online)
{
    g_autoptr(MigSchema) from = read_state(pair, old, "reading the first state");
    g_autoptr(MigSchema) to = from ? read_state(pair, new, "reading the second state") : NULL;
    GPtrArray *ways[2] = {NULL, NULL};

    if (to && plan_ways(pair, old, from, to, FALSE, ways) &&
        (!online || plan_online(pair, old, from, to, ways)) &&
        run_blocks(pair, old, ways[0], "the upgrade") && is_state(pair, old, to, "the upgrade") &&
        run_blocks(pair, old, ways[1], "the downgrade") &&
        is_state(pair, old, from, "the downgrade"))
        try_dump(pair, to, "the dump");
    g_clear_pointer(&ways[0], g_ptr_array_unref);
    g_clear_pointer(&ways[1], g_ptr_array_unref);
}

static PgPair *
try_pair(const char *from, const char *to, gboolean online)
{
    PgPair *pair = g_new0(PgPair, 1);
    MigConnection *old = open_empty(OLD), *new = open_empty(NEW);

    if (run(pair, old, from, "the first state") && run(pair, new, to, "the second state"))
        try_ways(pair, old, new, online);
    return pair;
}

PgPair *
pg_pair_try(const char *from, const char *to)
{
    return try_pair(from, to, FALSE);
}

PgPair *
pg_pair_try_online(const char *from, const char *to)
{
    return try_pair(from, to, TRUE);
}

void
pg_pair_free(PgPair *pair)
{
    if (!pair)
        return;
    g_free(pair->upgrade);
    g_free(pair->downgrade);
    g_free(pair->problem);
    g_free(pair);
}

char *
pg_pair_server(void)
{
    return g_strdup(open_empty(OLD)->server);
}
