/* A fresh database of one dialect, and units to run on it: what the tests of drivers work with.
 * Everything belongs to the fixture, since cmocka leaves a failed test by longjmp. */
#ifndef MIG_TESTS_FIXTURE_H
#define MIG_TESTS_FIXTURE_H

#include "tests/unit/unit.h"

#include "core/dialect.h"
#include "core/error.h"

typedef struct {
    const MigDialect *dialect;
    char *folder; /* temporary */
    char *path;   /* of the database's file; NULL where it is on a server (tests/lib/cluster.h) */
    MigUrl *url;
    GPtrArray *connections;
    GPtrArray *units; /* of MigUnit* */
    GPtrArray *strings;
    GString *events; /* "done one; …" and "statement one 0; …" */
    GError *error;   /* of the last call; forgotten by the next one here */
    gboolean cancel;
    guint cancel_after; /* statements; 0: never */
    guint n_statements;
} Fixture;

/* *state: the dialect before, the fixture after. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* A connection; fails the test when there is none. */
MigConnection *fixture_connect(Fixture *fixture, MigConnectMode mode);
/* Takes a connection (may be NULL, with fixture->error set: then the test fails). */
MigConnection *fixture_keep(Fixture *fixture, MigConnection *connection);
/* Closes it before the end. */
void fixture_close(Fixture *fixture, MigConnection *connection);

/* Runs SQL text. */
void fixture_execute(Fixture *fixture, MigConnection *connection, const char *sql);
/* All values of a result: columns by '|', rows by ';', NULL as "NULL". */
const char *fixture_ask(Fixture *fixture, MigConnection *connection, const char *sql);

/* A unit named `name` (for events and as file NAME.sql) with this script; before, after and
 * expected_rows are empty lists and NULL. */
MigUnit *fixture_unit(Fixture *fixture, const char *name, const char *script);
/* Adds a statement of our own to unit->before or unit->after. */
void fixture_own(GPtrArray *list, int expected_rows, const char *sql);
/* Sets expected_rows from "a,b". */
void fixture_expect_rows(Fixture *fixture, MigUnit *unit, const char *rows);

/* Options that write to fixture->events and ask fixture->cancel. */
MigUnitsOptions fixture_options(Fixture *fixture, MigUnitsMode mode);
/* Begins, submits (units are NULL-ended) and ends. FALSE with fixture->error; *ret_failed may be
 * NULL. */
gboolean fixture_run(Fixture *fixture, MigConnection *connection, MigUnitsMode mode,
                     const MigUnit **ret_failed, ...) G_GNUC_NULL_TERMINATED;

/* Runs a script as one unit named "s". */
gboolean fixture_run_script(Fixture *fixture, MigConnection *connection, const char *script);

/* The error is there and of this code. */
#define fixture_assert_error(fixture, expected_code)                                               \
    do {                                                                                           \
        if (!(fixture)->error)                                                                     \
            fail_msg("no error");                                                                  \
        if ((fixture)->error->code != (int)(expected_code))                                        \
            fail_msg("error %d: %s", (fixture)->error->code, (fixture)->error->message);           \
    } while (0)

/* Short forms for tests with a Fixture *f and a MigConnection *connection at hand. */
#define RUN(...) fixture_run(f, connection, MIG_UNITS_GROUP, NULL, __VA_ARGS__, NULL)
#define ask(sql) fixture_ask(f, connection, sql)

#define assert_runs(script)                                                                        \
    do {                                                                                           \
        gboolean run_ok = fixture_run_script(f, connection, script);                               \
        assert_no_error(f->error);                                                                 \
        assert_true(run_ok);                                                                       \
    } while (0)

#define assert_refused(script, code, words)                                                        \
    do {                                                                                           \
        assert_false(fixture_run_script(f, connection, script));                                   \
        fixture_assert_error(f, code);                                                             \
        if (!strstr(f->error->message, words))                                                     \
            fail_msg("no \"%s\" in: %s", words, f->error->message);                                \
    } while (0)

#endif
