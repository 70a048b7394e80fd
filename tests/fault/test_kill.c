/* A run that is killed or interrupted at every statement that SQLite sees, ours and the scripts', is
 * followed by one that ends where an undisturbed run ends. Prints how many faults that were. */
#include "tests/dialect/world.h"
#include "tests/lib/small_disk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is done to a run, and when. */
typedef enum { KILL, INTERRUPT } Fault;

typedef struct {
    Fault fault;
    unsigned event; /* SQLITE_TRACE_STMT: as a statement begins; SQLITE_TRACE_PROFILE: as it ends */
    guint at;       /* the how manieth statement; 0: none */
    guint n;        /* statements so far */
    gboolean hit;
} Plan;

/* Rows in `hits` would be there twice when a statement ran twice. */
static void
make_scripts(World *w)
{
    world_script(w, "a1", "",
                 "\nCREATE TABLE hits (x);\nCREATE TABLE \"it's\" (a, b text);\n"
                 "INSERT INTO \"it's\" VALUES (1, 'one'), (2, 'two');\n",
                 "\nDROP TABLE \"it's\";\nDROP TABLE hits;\n");
    world_script(w, "b2", "a1",
                 "\nINSERT INTO hits VALUES ('b2.1');\n"
                 "-- migrate: upgrade transaction=off\n"
                 "INSERT INTO hits VALUES ('b2.2');\nPRAGMA recursive_triggers = ON;\n"
                 "CREATE INDEX i ON \"it's\" (b);\nVACUUM;\nINSERT INTO hits VALUES ('b2.3');\n"
                 "VACUUM;\n"
                 "-- migrate: upgrade transaction=off\n"
                 "-- migrate: upgrade\nINSERT INTO hits VALUES ('b2.4');\nDROP INDEX i;\n",
                 " transaction=off\nINSERT INTO hits VALUES ('down');\nVACUUM;\n"
                 "DELETE FROM hits;\n-- migrate: downgrade\nINSERT INTO hits VALUES ('below');\n");
    world_script(w, "c3", "b2",
                 " transaction=off\nVACUUM;\nINSERT INTO hits VALUES ('c3.1');\n"
                 "INSERT INTO hits SELECT recursive_triggers FROM pragma_recursive_triggers;\n",
                 " transaction=off\nDELETE FROM hits WHERE x = 'c3.1';\nVACUUM;\n");
}

static int
on_trace(unsigned event, void *user_data, void *statement, void *text)
{
    Plan *plan = user_data;

    if (event != plan->event)
        return 0;
    plan->n++;
    if (plan->n != plan->at)
        return 0;
    if (plan->fault == KILL)
        raise(SIGKILL);
    plan->hit = TRUE;
    return 0;
}

static gboolean
is_hit(gpointer user_data)
{
    return ((Plan *)user_data)->hit;
}

/* Runs on a handle that is traced. target: "head", or "base" for a downgrade. */
static gboolean
run_traced(World *w, const char *target, Plan *plan)
{
    MigApplyOptions options = {.run_lock_timeout_ms = G_MININT64, .user_data = plan};
    sqlite3 *db = NULL;
    gboolean ok;

    if (plan->fault == INTERRUPT)
        options.cancelled = is_hit;
    if (sqlite3_open(w->f->path, &db) != SQLITE_OK)
        return FALSE;
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    MigProject *project = world_project(w);

    if (!mig_project_adopt(project, "sqlite", db, &w->f->error))
        return FALSE;
    sqlite3_trace_v2(db, plan->event, on_trace, plan);
    if (strcmp(target, "base") == 0)
        ok = mig_apply_downgrade(project, target, FALSE, &options, NULL, &w->f->error);
    else
        ok = mig_apply_upgrade(project, target, &options, NULL, &w->f->error);
    g_clear_pointer(&w->project, mig_project_free);
    sqlite3_close(db);
    return ok;
}

static void
remove_database(World *w)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};

    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autofree char *path = g_strconcat(w->f->path, ends[i], NULL);

        g_unlink(path);
    }
}

/* All that must be the same after a disturbed run. */
static char *
state_of(World *w)
{
    GString *all = g_string_new(NULL);
    const char *const questions[] = {
        "PRAGMA integrity_check",
        "SELECT type, name, sql FROM sqlite_schema ORDER BY 2",
        "SELECT version_num FROM migrate_version",
        "SELECT revision, direction, blocks_done, blocks_total, statements_done, intent, "
        "finished_at IS NOT NULL, script, upgrade_checksum, parents FROM migrate_log ORDER BY id",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(questions); i++)
        g_string_append_printf(all, "%s\n", world_ask(w, questions[i]));
    if (*world_ask(w, "SELECT 1 FROM sqlite_schema WHERE name = 'hits'"))
        g_string_append_printf(all, "%s\n%s\n", world_ask(w, "SELECT x FROM hits ORDER BY 1"),
                               world_ask(w, "SELECT a, b FROM \"it's\" ORDER BY 1"));
    return g_string_free(all, FALSE);
}

/* A database on which the run begins. */
static void
make_start(World *w, const char *target)
{
    remove_database(w);
    if (strcmp(target, "base") == 0)
        assert_ok(world_upgrade(w, "head"));
}

static gboolean
run_to(World *w, const char *target)
{
    return strcmp(target, "base") == 0 ? world_downgrade(w, target) : world_upgrade(w, target);
}

/* In a process of its own, which is killed. */
static void
run_killed(World *w, const char *target, Plan *plan)
{
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        run_traced(w, target, plan);
        _exit(3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        fail_msg("statement %u: the run ended by itself", plan->at);
}

static void
check_end(World *w, const Plan *plan, const char *expected)
{
    g_autofree char *state = state_of(w);

    if (strcmp(state, expected) != 0)
        fail_msg("%s at statement %u: expected\n%s\ngot\n%s",
                 plan->fault == KILL ? "killed" : "interrupted", plan->at, expected, state);
}

/* The fault at each statement in turn; the second fault hits the run that carries on. */
static void
disturb(World *w, const char *target, Fault fault, unsigned event)
{
    Plan plan = {.event = event};

    make_start(w, target);
    assert_ok(run_traced(w, target, &plan));
    g_autofree char *expected = state_of(w);
    const guint n = plan.n;
    guint n_faults = 0;

    assert_true(n > 50);
    for (guint at = 1; at <= n; at++) {
        Plan now = {.fault = fault, .event = event, .at = at};

        make_start(w, target);
        if (fault == KILL) {
            run_killed(w, target, &now);
        } else if (run_traced(w, target, &now)) {
            assert_no_error(w->f->error);
        } else {
            fixture_assert_error(w->f, MIG_E_INTERRUPTED);
        }
        n_faults++;
        assert_ok(run_to(w, target));
        check_end(w, &now, expected);
    }
    printf("# %s to %s, as a statement %s: %u faults at %u statements\n",
           fault == KILL ? "killed" : "interrupted", target,
           event == SQLITE_TRACE_STMT ? "begins" : "ends", n_faults, n);
    assert_int_equal(n_faults, n);
}

static void
killed_as_a_statement_begins(void **state)
{
    make_scripts(*state);
    disturb(*state, "head", KILL, SQLITE_TRACE_STMT);
    disturb(*state, "base", KILL, SQLITE_TRACE_STMT);
}

static void
killed_as_a_statement_ends(void **state)
{
    make_scripts(*state);
    disturb(*state, "head", KILL, SQLITE_TRACE_PROFILE);
    disturb(*state, "base", KILL, SQLITE_TRACE_PROFILE);
}

static void
interrupted_at_a_statement(void **state)
{
    make_scripts(*state);
    disturb(*state, "head", INTERRUPT, SQLITE_TRACE_STMT);
    disturb(*state, "base", INTERRUPT, SQLITE_TRACE_STMT);
}

/* Killed at every statement one after the other, each run going on where the last one died. */
static void
killed_again_and_again(void **state)
{
    World *w = *state;
    Plan undisturbed = {.event = SQLITE_TRACE_STMT};
    guint n_faults = 0;

    make_scripts(w);
    make_start(w, "head");
    assert_ok(run_traced(w, "head", &undisturbed));
    g_autofree char *expected = state_of(w);

    for (guint stride = 120; stride <= 250; stride += 10) {
        make_start(w, "head");
        for (gboolean done = FALSE; !done;) {
            Plan plan = {.event = SQLITE_TRACE_STMT, .at = stride};
            int status;
            pid_t child = fork();

            if (child == 0)
                _exit(run_traced(w, "head", &plan) ? 0 : 3);
            assert_int_equal(waitpid(child, &status, 0), child);
            done = WIFEXITED(status);
            assert_true(!done || WEXITSTATUS(status) == 0);
            n_faults += !done;
            assert_true(n_faults < 500);
        }
        check_end(w, &undisturbed, expected);
    }
    printf("# killed again and again: %u faults\n", n_faults);
}

/* Runs at once, of which each may be in the middle of an off block when another gets the lock. */
static void
run_at_once(World *w, guint n_runs, const char *expected)
{
    g_autofree pid_t *children = g_new(pid_t, n_runs);
    const Plan none = {.at = 0};
    guint n_failed = 0;

    remove_database(w);
    for (guint i = 0; i < n_runs; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            gboolean ok = world_upgrade(w, "head");

            if (!ok)
                fprintf(stderr, "%s\n", w->f->error->message);
            _exit(ok ? 0 : 1);
        }
    }
    for (guint i = 0; i < n_runs; i++) {
        int status;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        n_failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
    assert_int_equal(n_failed, 0);
    check_end(w, &none, expected);
}

static void
runs_at_once(void **state)
{
    static const struct {
        guint rounds, runs;
    } crowds[] = {{25, 4}, {3, 20}};
    World *w = *state;

    make_scripts(w);
    make_start(w, "head");
    assert_ok(world_upgrade(w, "head"));
    g_autofree char *expected = state_of(w);

    for (gsize i = 0; i < G_N_ELEMENTS(crowds); i++) {
        for (guint round = 0; round < crowds[i].rounds; round++)
            run_at_once(w, crowds[i].runs, expected);
        printf("# %u times %u runs at once\n", crowds[i].rounds, crowds[i].runs);
    }
}

/* A disk that holds no file longer than this, or a small one with no more room than this. */
static void
run_on_full_disk(World *w, const char *target, guint64 bytes, gboolean small, gboolean *ret_failed)
{
    Plan none = {.event = SQLITE_TRACE_STMT};
    g_autofree char *folder = g_path_get_dirname(w->f->path);
    int status;

    if (small)
        small_disk_fill(folder, bytes);
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {bytes, bytes};

        signal(SIGXFSZ, SIG_IGN);
        if (!small)
            setrlimit(RLIMIT_FSIZE, &limit);
        _exit(run_traced(w, target, &none) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (small)
        small_disk_free(folder);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        fail_msg("a disk that is full at %d bytes: the run ended with %d", (int)bytes, status);
    *ret_failed = WEXITSTATUS(status) == 1;
}

/* Full at every page in turn; then there is room again. */
static void
fill_disk(World *w, const char *target, gboolean small)
{
    const Plan none = {.at = 0};
    gboolean failed = TRUE;
    guint n_faults = 0;

    make_start(w, target);
    assert_ok(run_to(w, target));
    g_autofree char *expected = state_of(w);

    for (guint64 bytes = 0; failed; bytes += 4096) {
        make_start(w, target);
        run_on_full_disk(w, target, bytes, small, &failed);
        n_faults += failed;
        assert_ok(run_to(w, target));
        check_end(w, &none, expected);
    }
    printf("# %s on the way to %s: %u faults\n", small ? "full disk" : "files that cannot grow", target,
           n_faults);
    assert_true(n_faults > 5);
}

static void
disk_is_full(void **state)
{
    World *w = *state;
    g_autofree char *folder = g_path_get_dirname(w->f->path);

    make_scripts(w);
    fill_disk(w, "head", FALSE);
    fill_disk(w, "base", FALSE);
    remove_database(w);
    if (!small_disk_mount(folder, 4)) {
        printf("# no small disk may be mounted here\n");
        return;
    }
    fill_disk(w, "head", TRUE);
    fill_disk(w, "base", TRUE);
    small_disk_unmount(folder);
}

/* Somebody reads (and so keeps commits out), or writes, all the time. */
static void
database_is_locked(void **state)
{
    static const char *const others[] = {"BEGIN; SELECT * FROM hits", "BEGIN IMMEDIATE",
                                         "BEGIN EXCLUSIVE"};
    World *w = *state;
    const Plan none = {.at = 0};

    make_scripts(w);
    world_set(w, "run_lock_timeout", "100ms");
    make_start(w, "head");
    assert_ok(world_upgrade(w, "a1"));
    g_autofree char *before = state_of(w);

    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        sqlite3 *other = NULL;

        assert_int_equal(sqlite3_open(w->f->path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, others[i], NULL, NULL, NULL), SQLITE_OK);
        assert_fails(world_upgrade(w, "head"), MIG_E_LOCKED);
        sqlite3_close(other);
        check_end(w, &none, before);
    }
    assert_ok(world_upgrade(w, "head"));
    printf("# locked by others: %d faults\n", (int)G_N_ELEMENTS(others));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(killed_as_a_statement_begins), WORLD_TEST(killed_as_a_statement_ends),
        WORLD_TEST(interrupted_at_a_statement),   WORLD_TEST(killed_again_and_again),
        WORLD_TEST(runs_at_once),
        WORLD_TEST(disk_is_full),
        WORLD_TEST(database_is_locked),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    /* Nothing here depends on what a disk keeps, and thousands of runs would wait for it. */
    if (g_access("/dev/shm", W_OK) == 0)
        g_setenv("TMPDIR", "/dev/shm", TRUE);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
