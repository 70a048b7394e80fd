/* Locks of other sessions (rule 7): how long statements wait, how often they try, and what is said. */
#include "tests/dialect/pg_fixture.h"

#include "dialects/postgresql/pg_driver.h"

#define TIMEOUT_MS 300

#define assert_message(words)                                                                      \
    do {                                                                                           \
        if (!strstr(f->error->message, words))                                                     \
            fail_msg("no \"%s\" in: %s", words, f->error->message);                                \
    } while (0)

/* Another session that holds the lock on table t until somebody has waited for it long enough. */
typedef struct {
    PGconn *conn;
    char *url;
    guint hold_ms; /* from when somebody waits; 0: until it is stopped */
    GThread *thread;
    gint stop;
} Holder;

static gpointer
hold(gpointer data)
{
    Holder *holder = data;
    PGconn *watcher = PQconnectdb(holder->url);
    gboolean waits = FALSE;

    while (!waits && !g_atomic_int_get(&holder->stop)) {
        PGresult *result = PQexec(watcher, "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = "
                                           "'t'::regclass");

        waits = PQntuples(result) > 0 && holder->hold_ms > 0;
        PQclear(result);
        g_usleep(5 * 1000);
    }
    if (waits)
        g_usleep(holder->hold_ms * 1000);
    PQclear(PQexec(holder->conn, "COMMIT"));
    PQfinish(holder->conn);
    PQfinish(watcher);
    return NULL;
}

static Holder *
hold_lock(Fixture *f, guint hold_ms)
{
    Holder *holder = g_new0(Holder, 1);

    holder->url = g_strconcat(f->url->raw, "&application_name=it%27s%20me", NULL);
    holder->hold_ms = hold_ms;
    holder->conn = PQconnectdb(holder->url);
    PGresult *result = PQexec(holder->conn, "BEGIN; LOCK\n  TABLE t");

    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    holder->thread = g_thread_new("holder", hold, holder);
    return holder;
}

static void
let_go(Holder *holder)
{
    g_atomic_int_set(&holder->stop, 1);
    g_thread_join(holder->thread);
    g_free(holder->url);
    g_free(holder);
}

static void
on_message(MigEventKind kind, const char *text, gpointer user_data)
{
    if (kind == MIG_EVENT_NOTICE)
        g_string_append_printf(user_data, "[%s]", text);
}

/* Runs units with short timeouts. */
static gboolean
run(Fixture *f, MigConnection *connection, MigUnitsMode mode, guint retries, ...)
{
    MigUnitsOptions options = fixture_options(f, mode);
    va_list args;

    options.lock_timeout_ms = 30000;
    options.statement_lock_timeout_ms = TIMEOUT_MS;
    options.lock_retries = retries;
    g_clear_error(&f->error);
    g_string_truncate(f->events, 0);
    gboolean ok = f->dialect->units_begin(connection, &options, &f->error);

    va_start(args, retries);
    for (const MigUnit *unit; ok && (unit = va_arg(args, const MigUnit *));)
        ok = f->dialect->unit_submit(connection, unit, NULL, &f->error);
    va_end(args);
    return ok && f->dialect->units_end(connection, NULL, &f->error);
}

static MigUnit *
off_unit(Fixture *f, MigUnit *like, const char *script)
{
    MigUnit *unit = fixture_unit(f, "off", script);

    unit->off = TRUE;
    if (like) { /* of the same block */
        const char *at = strstr(like->text, script);

        ((MigStatement *)unit->statements)->offset = (gsize)(at - like->text);
        unit->text = like->text;
        unit->text_length = like->text_length;
    }
    return unit;
}

static void
who_is_in_the_way_is_named(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    g_autoptr(GString) notices = g_string_new(NULL);

    fixture_execute(f, connection, "CREATE TABLE t (a int)");
    connection->message = on_message;
    connection->message_data = notices;
    Holder *holder = hold_lock(f, 0);
    g_autofree char *name =
        g_strdup_printf("process %d (it's me of postgres@local, idle in transaction, since 20",
                        PQbackendPID(holder->conn));
    gboolean ok = run(f, connection, MIG_UNITS_GROUP, 2,
                      fixture_unit(f, "one", "SELECT 1;\n ALTER TABLE t ADD b int"), NULL);

    let_go(holder);
    assert_false(ok);
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_int_equal(mig_error_details(f->error)->line, 2);
    assert_message(name);
    assert_message("Z): BEGIN; LOCK TABLE t");
    assert_non_null(strstr(mig_error_details(f->error)->hint, "lock_timeout"));
    assert_non_null(strstr(notices->str, "[waiting for a lock that is held by process "));
    assert_ptr_equal(strchr(notices->str, ']'), notices->str + notices->len - 1);
    assert_string_equal(f->events->str, "one.sql 0; one.sql 1; one.sql 0; one.sql 1; one.sql 0; "
                                        "one.sql 1; ");
}

/* Tried again until the lock is free: a unit, a statement of an off block, and a whole run. */
static void
short_locks_are_tried_again(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE t (a int); CREATE TABLE n (a text)");
    Holder *holder = hold_lock(f, 2 * TIMEOUT_MS);

    assert_true(run(f, connection, MIG_UNITS_GROUP, 20, fixture_unit(f, "one", "INSERT INTO n VALUES "
                                                                            "('one')"),
                    fixture_unit(f, "two", "ALTER TABLE t ADD b int"), NULL));
    let_go(holder);
    assert_true(g_str_has_prefix(f->events->str, "one.sql 0; two.sql 0; done one.sql; two.sql 0; "));
    holder = hold_lock(f, 2 * TIMEOUT_MS);
    MigUnit *block = off_unit(f, NULL, "SET work_mem = '7MB'; ALTER TABLE t ADD c int; INSERT INTO n "
                                       "SELECT current_setting('work_mem')");

    block->n_statements = 1;
    assert_true(run(f, connection, MIG_UNITS_GROUP, 20, block,
                    off_unit(f, block, "ALTER TABLE t ADD c int"),
                    off_unit(f, block, "INSERT INTO n SELECT current_setting('work_mem')"), NULL));
    let_go(holder);
    holder = hold_lock(f, 2 * TIMEOUT_MS);
    assert_true(run(f, connection, MIG_UNITS_WHOLE_RUN, 20,
                    fixture_unit(f, "one", "INSERT INTO n VALUES ('three')"),
                    fixture_unit(f, "two", "ALTER TABLE t ADD d int"), NULL));
    let_go(holder);
    assert_string_equal(ask("SELECT a FROM n ORDER BY 1"), "7MB;one;three");
    assert_string_equal(ask("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND "
                            "attnum > 0"),
                        "4");
}

/* A whole run whose second message fails begins anew with its first. */
static void
whole_run_begins_anew(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    g_autofree char *large = g_strnfill(70000, ' ');
    g_autofree char *first = g_strconcat("INSERT INTO n VALUES (1)", large, "; SELECT 1", NULL);

    fixture_execute(f, connection, "CREATE TABLE t (a int); CREATE TABLE n (a int)");
    Holder *holder = hold_lock(f, 2 * TIMEOUT_MS);

    assert_true(run(f, connection, MIG_UNITS_WHOLE_RUN, 20, fixture_unit(f, "one", first),
                    fixture_unit(f, "two", "ALTER TABLE t ADD b int"), NULL));
    let_go(holder);
    assert_true(g_str_has_prefix(f->events->str,
                                 "one.sql 0; one.sql 1; two.sql 0; one.sql 0; one.sql 1; two.sql 0; "));
    assert_true(g_str_has_suffix(f->events->str, "done one.sql; done two.sql; "));
    assert_string_equal(ask("SELECT count(*) FROM n"), "1");
}

/* What stands in nobody's way waits without limit, as long as its transaction does not either. */
static void
validation_waits_without_limit(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection,
                    "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; "
                    "ALTER TABLE t ADD CONSTRAINT d CHECK (a > 1) NOT VALID; CREATE TABLE n (a text)");
    Holder *holder = hold_lock(f, 3 * TIMEOUT_MS);

    assert_true(run(f, connection, MIG_UNITS_GROUP, 0,
                    fixture_unit(f, "one", "ALTER TABLE t VALIDATE CONSTRAINT c; INSERT INTO n "
                                           "SELECT current_setting('lock_timeout')"),
                    NULL));
    let_go(holder);
    holder = hold_lock(f, 3 * TIMEOUT_MS);
    assert_true(run(f, connection, MIG_UNITS_GROUP, 0,
                    off_unit(f, NULL, "ALTER TABLE t VALIDATE CONSTRAINT d"),
                    fixture_unit(f, "two", "INSERT INTO n SELECT current_setting('lock_timeout')"),
                    NULL));
    let_go(holder);
    holder = hold_lock(f, 0);
    assert_false(run(f, connection, MIG_UNITS_GROUP, 0,
                     fixture_unit(f, "one", "SELECT 1; ALTER TABLE t VALIDATE CONSTRAINT c"), NULL));
    fixture_assert_error(f, MIG_E_LOCKED);
    let_go(holder);
    assert_string_equal(ask("SELECT a FROM n"), "300ms;300ms");
}

static void
concurrent_build_waits_without_limit(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);

    fixture_execute(f, connection, "CREATE TABLE t (a int); CREATE TABLE n (a text)");
    Holder *holder = hold_lock(f, 3 * TIMEOUT_MS);
    MigUnit *block = off_unit(f, NULL, "CREATE INDEX CONCURRENTLY i ON t (a); INSERT INTO n SELECT "
                                       "current_setting('lock_timeout')");

    block->n_statements = 1;
    assert_true(run(f, connection, MIG_UNITS_GROUP, 0, block,
                    off_unit(f, block, "INSERT INTO n SELECT current_setting('lock_timeout')"), NULL));
    let_go(holder);
    assert_string_equal(ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"), "t");
    assert_string_equal(ask("SELECT a FROM n"), "300ms");
}

/* Who holds the lock of the run is said while it is waited for, and in the end. */
static void
holder_of_the_run_is_named(void **state)
{
    Fixture *f = *state;
    MigConnection *first = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *second = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);
    g_autoptr(GString) notices = g_string_new(NULL);
    g_autofree char *name = g_strdup_printf("process %d (migrate of postgres@local, since 20",
                                            PQbackendPID(((MigPg *)first)->conn));

    second->message = on_message;
    second->message_data = notices;
    assert_true(f->dialect->units_begin(first, &options, &f->error));
    options.lock_timeout_ms = 1500;
    assert_false(f->dialect->units_begin(second, &options, &f->error));
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_message(name);
    assert_message("Z) holds the lock on 'postgresql://");
    assert_non_null(strstr(notices->str, name));
    assert_non_null(strstr(notices->str, "[waiting for process "));
    assert_true(f->dialect->units_end(first, NULL, NULL));
}

/* Behind a pooler only the lock of the transaction is taken: that of another one is named too. */
static void
holder_of_the_transaction_is_named(void **state)
{
    Fixture *f = *state;
    MigConnection *first = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *second = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnitsOptions options = fixture_options(f, MIG_UNITS_GROUP);
    MigUnit *unit = fixture_unit(f, "one", "SELECT 1");

    unit->version_table = "migrate_version";
    assert_true(f->dialect->units_begin(first, &options, &f->error));
    second->pooled = TRUE;
    assert_true(f->dialect->units_begin(second, &options, &f->error));
    gboolean ok = f->dialect->unit_submit(second, unit, NULL, &f->error) &&
                  f->dialect->units_end(second, NULL, &f->error);

    assert_false(ok);
    fixture_assert_error(f, MIG_E_LOCKED);
    assert_message("(migrate of postgres@local, since 20");
    assert_true(f->dialect->units_end(first, NULL, NULL));
}

/* A statement of ours ahead of a script that hits other rows than it should: nothing was run. */
static void
statements_ahead_of_the_script_must_hit(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigUnit *unit = fixture_unit(f, "one", "CREATE TABLE u (a int)");

    fixture_execute(f, connection, "CREATE TABLE n (a int)");
    fixture_own(unit->before, 1, "UPDATE public.n SET a = 2 WHERE a = 1");
    assert_false(run(f, connection, MIG_UNITS_GROUP, 0, unit, NULL));
    fixture_assert_error(f, MIG_E_ROWS_CHANGED);
    assert_string_equal(f->events->str, "");
    assert_string_equal(ask("SELECT to_regclass('u')"), "NULL");
}

static void
server_notices_that_its_client_is_gone(void **state)
{
    Fixture *f = *state;
    MigConnection *connection = fixture_connect(f, MIG_CONNECT_WRITE);
    MigConnection *reader = fixture_connect(f, MIG_CONNECT_READ);
    const char *ask_setting = "SELECT setting FROM pg_settings WHERE name = "
                              "'client_connection_check_interval'";
    gboolean can = PQserverVersion(((MigPg *)connection)->conn) >= 140000;

    assert_string_equal(ask(ask_setting), can ? "2000" : "");
    assert_true(run(f, connection, MIG_UNITS_GROUP, 0, fixture_unit(f, "one", "RESET ALL"),
                    off_unit(f, NULL, "RESET ALL"), NULL));
    assert_string_equal(ask(ask_setting), can ? "2000" : "");
    assert_string_equal(fixture_ask(f, reader, ask_setting), can ? "0" : "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(who_is_in_the_way_is_named),
        PG_TEST(short_locks_are_tried_again),
        PG_TEST(whole_run_begins_anew),
        PG_TEST(validation_waits_without_limit),
        PG_TEST(concurrent_build_waits_without_limit),
        PG_TEST(holder_of_the_run_is_named),
        PG_TEST(holder_of_the_transaction_is_named),
        PG_TEST(statements_ahead_of_the_script_must_hit),
        PG_TEST(server_notices_that_its_client_is_gone),
    };

    if (!cluster_folder())
        return cluster_skip();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
