#include "tests/property/pg_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"
#include "tests/lib/cluster.h"

/* Catalogs of a database that much was made and dropped in are slow to read. */
#define MOST_USES 40

/* For what had to be committed. */
#define EMPTY                                                                                      \
    "DO $$ DECLARE n name; BEGIN"                                                                  \
    " FOR n IN SELECT evtname FROM pg_catalog.pg_event_trigger LOOP"                               \
    "  EXECUTE pg_catalog.format('DROP EVENT TRIGGER %I', n); END LOOP;"                           \
    " FOR n IN SELECT nspname FROM pg_catalog.pg_namespace WHERE oid >= 16384"                     \
    "   OR nspname = 'public' LOOP"                                                                \
    "  EXECUTE pg_catalog.format('DROP SCHEMA %I CASCADE', n); END LOOP;"                          \
    " CREATE SCHEMA public; END $$"

typedef struct {
    MigConnection *connection;
    char *database;
    guint uses;
    gboolean taken;
} Database;

static MigDialect dialect;
static Database databases[4];

static void
bail_out(const GError *error)
{
    printf("Bail out! %s\n", error->message);
    exit(99);
}

static void
run(MigConnection *connection, const char *sql)
{
    g_autoptr(GError) error = NULL;

    if (!dialect.execute(connection, sql, strlen(sql), NULL, &error))
        bail_out(error);
}

static MigConnection *
connect_to(const char *database)
{
    g_autofree char *place = cluster_url(database);
    g_autofree char *text = g_strconcat(place, "&options=-cclient_min_messages%3Derror", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(MigUrl) url = mig_url_parse(text, NULL, &error);
    MigConnection *connection = url ? mig_pg_connect(url, MIG_CONNECT_WRITE, &error) : NULL;

    if (!connection)
        bail_out(error);
    connection->dialect = pg_pool_dialect();
    ((MigPg *)connection)->scratch_name = g_strdup(database);
    return connection;
}

static void
make(Database *database)
{
    static gboolean roles;

    database->database = cluster_create_database();
    database->connection = connect_to(database->database);
    database->uses = 0;
    if (!roles)
        run(database->connection, "CREATE ROLE app; CREATE ROLE \"App Two\"");
    roles = TRUE;
}

static void
drop(Database *database)
{
    mig_pg_close(database->connection);
    MigConnection *other = connect_to("postgres");
    g_autofree char *sql = g_strdup_printf("DROP DATABASE %s", database->database);

    run(other, sql);
    mig_pg_close(other);
    g_clear_pointer(&database->database, g_free);
}

/* All that is done is in a transaction, as in a scratch database that is used again. */
static void
rewind_or_empty(MigConnection *connection)
{
    MigPg *pg = (MigPg *)connection;

    if (mig_pg_rewind(connection))
        return;
    run(connection, EMPTY);
    pg->kept = FALSE;
    if (!mig_pg_rewind(connection))
        g_error("cannot empty a database");
}

MigConnection *
pg_pool_open(void)
{
    Database *database = databases;

    while (database->taken)
        database++;
    if (database->database && database->uses >= MOST_USES)
        drop(database);
    if (!database->database)
        make(database);
    rewind_or_empty(database->connection);
    database->uses++;
    database->taken = TRUE;
    return database->connection;
}

static MigConnection *
open_scratch(MigConnection *target, const MigUrl *server, GError **error)
{
    return pg_pool_open();
}

static void
give_back(MigConnection *connection)
{
    for (guint i = 0; i < G_N_ELEMENTS(databases); i++) {
        if (connection && databases[i].connection == connection)
            databases[i].taken = FALSE;
    }
}

const MigDialect *
pg_pool_dialect(void)
{
    if (!dialect.name) {
        dialect = mig_dialect_postgresql;
        dialect.capabilities &= ~(guint)MIG_CAP_SCRATCH_ON_SERVER;
        dialect.open_scratch = open_scratch;
        dialect.close = give_back;
        dialect.rewind = NULL;
    }
    return &dialect;
}

void
pg_pool_end(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(databases); i++) {
        if (databases[i].database)
            mig_pg_close(databases[i].connection);
        g_clear_pointer(&databases[i].database, g_free);
    }
}

/* ---- loading ---- */

/* Checks that wait for the end of the transaction are made at once, so that a row that fails is
 * left out alone. */
static char *
load_text(const GPtrArray *statements)
{
    GString *text = g_string_new("DO $load$ DECLARE todo text[] := ARRAY[");

    for (guint i = 0; i < statements->len; i++) {
        g_autofree char *literal = mig_pg_quote_literal(statements->pdata[i]);

        g_string_append_printf(text, "%s%s", i ? ",\n" : "", literal);
    }
    g_string_append(text, "]::text[]; again text[]; unfit text[]; s text; BEGIN"
                          " LOOP again := '{}'; unfit := '{}';"
                          " FOREACH s IN ARRAY todo LOOP BEGIN"
                          "  EXECUTE s; SET CONSTRAINTS ALL IMMEDIATE;"
                          " EXCEPTION WHEN OTHERS THEN again := again || s;"
                          "  unfit := unfit || (SQLERRM || ': ' || s); END; END LOOP;"
                          " EXIT WHEN cardinality(again) IN (0, cardinality(todo)); todo := again;"
                          " END LOOP;"
                          " PERFORM pg_catalog.set_config('pool.unfit', unfit::text, false);"
                          " END $load$;");
    return g_string_free(text, FALSE);
}

static gboolean
take_unfit(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    g_ptr_array_add(user_data, g_strdup(values[0]));
    return TRUE;
}

gboolean
pg_pool_load(MigConnection *connection, const GPtrArray *statements, GPtrArray *unfit)
{
    MigPg *pg = (MigPg *)connection;
    g_autofree char *text = load_text(statements);
    MigSql *query = mig_sql_new(
        -1, "SELECT pg_catalog.unnest(pg_catalog.current_setting('pool.unfit')::text[])", NULL);
    gboolean ok = mig_pg_guard(pg, NULL);
    PGresult *result = ok ? mig_pg_exec(pg, text, NULL) : NULL;

    ok = result && (!unfit || dialect.query(connection, query, take_unfit, unfit, NULL));
    if (!result)
        mig_pg_undo_failed(pg);
    PQclear(result);
    mig_sql_free(query);
    return ok;
}
