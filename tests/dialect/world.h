/* A project with scripts in memory over a fixture's database: what the tests of apply work with. */
#ifndef MIG_TESTS_WORLD_H
#define MIG_TESTS_WORLD_H

#include "tests/dialect/fixture.h"

#include "core/apply.h"

typedef struct {
    Fixture *f;
    MigConfig *config;
    MigProject *project;
    GPtrArray *scripts; /* of char*: name and text in turn */
    GPtrArray *lists;   /* of GPtrArray* */
    GString *events;    /* "begin a1 1/3 base>a1; 1/2; 2/2; done a1; warning …; " */
    guint steps;        /* done by the last call */
} World;

/* *state: not looked at before, the world after. On SQLite, or on another dialect. */
int world_setup(void **state);
int world_setup_on(void **state, const char *dialect);
int world_teardown(void **state);

/* Sets a setting. */
void world_set(World *world, const char *key, const char *value);

/* Adds or replaces a script. up, down: what follows the markers' words; down NULL: none. */
void world_script(World *world, const char *id, const char *parents, const char *up,
                  const char *down);

/* a1 makes table a; b2 makes table b with a row; c3 nothing. */
void world_three_scripts(World *world);

/* A project as a new process would have it; owned by the world, until the next one. */
MigProject *world_project(World *world);

/* One call each, on a project of its own; the error is in world->f->error. */
gboolean world_upgrade(World *world, const char *target);
gboolean world_downgrade(World *world, const char *target);
gboolean world_stamp(World *world, const char *target, gboolean purge);

/* Asks (see fixture_ask()) or changes the database over a connection of its own. */
const char *world_ask(World *world, const char *sql);
void world_execute(World *world, const char *sql);

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        gboolean call_ok = (call);                                                                 \
        assert_no_error(w->f->error);                                                              \
        assert_true(call_ok);                                                                      \
    } while (0)

#define assert_fails(call, code)                                                                   \
    do {                                                                                           \
        assert_false(call);                                                                        \
        fixture_assert_error(w->f, code);                                                          \
    } while (0)

#define ROWS "SELECT version_num FROM migrate_version ORDER BY 1"
#define TABLES                                                                                     \
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'migrate%' ORDER BY 1"

#define WORLD_TEST(function)                                                                       \
    {                                                                                              \
#function, function, world_setup, world_teardown, NULL                                     \
    }

#endif
