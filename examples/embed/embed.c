/* An application with a database of its own: it opens its SQLite file as it always did, and lets
 * libmigrate bring it to the newest schema before it goes to work. The scripts are part of the
 * program; no file but the database is read.
 *
 *   cc embed.c $(pkg-config --cflags --libs migrate sqlite3) -o embed && ./embed app.db
 */
#include <migrate.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const char *const scripts[][2] = {
    {"0001_notes.sql", "-- create notes\n"
                       "-- revision: 0001\n"
                       "-- down_revision:\n"
                       "\n"
                       "-- migrate: upgrade\n"
                       "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL);\n"
                       "\n"
                       "-- migrate: downgrade\n"
                       "DROP TABLE notes;\n"},
    {"0002_stars.sql", "-- star notes\n"
                       "-- revision: 0002\n"
                       "-- down_revision: 0001\n"
                       "\n"
                       "-- migrate: upgrade\n"
                       "ALTER TABLE notes ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;\n"
                       "CREATE INDEX notes_starred ON notes (starred);\n"
                       "\n"
                       "-- migrate: downgrade\n"
                       "DROP INDEX notes_starred;\n"
                       "ALTER TABLE notes DROP COLUMN starred;\n"},
};

static void
on_event(const MigEvent *event, void *user_data)
{
    unsigned *steps_seen = user_data;

    if (event->kind == MIG_EVENT_STEP_DONE) {
        ++*steps_seen;
        printf("%s %s (%s): %u of %u\n", event->direction, event->revision, event->title,
               event->step, event->n_steps);
    } else if (event->kind == MIG_EVENT_WARNING) {
        printf("warning: %s\n", event->message);
    }
}

static MigSession *
new_session(sqlite3 *db, unsigned *steps_seen)
{
    MigSession *session = mig_session_new();

    mig_session_on_event(session, on_event, steps_seen);
    for (unsigned i = 0; i < sizeof scripts / sizeof *scripts; i++)
        mig_session_add_script(session, scripts[i][0], scripts[i][1]);
    mig_session_adopt(session, "sqlite", db);
    return session;
}

static int
bring_to_head(sqlite3 *db)
{
    unsigned pending = 0, done = 0, seen = 0;
    MigSession *session = new_session(db, &seen);

    if (mig_session_pending(session, "head", &pending) == MIG_OK &&
        mig_session_upgrade(session, "head", NULL, &done) == MIG_OK) {
        printf("schema is up to date (%u of %u steps were pending)\n", done, pending);
        mig_session_free(session);
        return seen == done ? 0 : 1;
    }
    fputs(mig_session_error(session)->text, stderr);
    mig_session_free(session);
    return 1;
}

/* What a broken script looks like to the program: an error with all its parts, and a database that
 * stands where it stood. */
static int
show_a_failure(sqlite3 *db)
{
    static const char broken[] = "-- break things\n"
                                 "-- revision: 0003\n"
                                 "-- down_revision: 0002\n"
                                 "-- migrate: upgrade\n"
                                 "CREATE TABLE extra (x);\n"
                                 "INSERT INTO nowhere VALUES (1);\n";
    unsigned done = 0, seen = 0;
    MigSession *session = new_session(db, &seen);

    mig_session_add_script(session, "0003_broken.sql", broken);
    MigErrorCode code = mig_session_upgrade(session, "head", NULL, &done);
    const MigErrorInfo *error = mig_session_error(session);
    int as_expected = code == MIG_E_STATEMENT && done == 0 && error->line == 6 &&
                      error->engine_message && strstr(error->engine_message, "nowhere");

    printf("a broken script is refused: line %d: %s\n", error->line,
           error->engine_message ? error->engine_message : error->message);

    const char *const *rows = NULL;

    if (mig_session_current(session, &rows) != MIG_OK || !rows[0] || strcmp(rows[0], "0002") != 0 ||
        rows[1])
        as_expected = 0;
    mig_session_free(session);
    if (sqlite3_table_column_metadata(db, NULL, "extra", NULL, NULL, NULL, NULL, NULL, NULL) ==
        SQLITE_OK)
        as_expected = 0;
    return as_expected ? 0 : 1;
}

int
main(int argc, char **argv)
{
    sqlite3 *db = NULL;

    if (argc != 2) {
        fprintf(stderr, "usage: %s DATABASE\n", argv[0]);
        return 2;
    }
    if (sqlite3_open(argv[1], &db) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], sqlite3_errmsg(db));
        sqlite3_close(db);
        return 1;
    }
    printf("libmigrate %s\n", mig_version());
    int status = bring_to_head(db);

    if (status == 0)
        status = sqlite3_exec(db, "INSERT INTO notes (body, starred) VALUES ('hello', 1)", NULL,
                              NULL, NULL) == SQLITE_OK
                     ? 0
                     : 1;
    if (status == 0)
        status = show_a_failure(db);
    sqlite3_close(db);
    return status;
}
