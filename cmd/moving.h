/* What the commands that move or set rows have in common. */
#ifndef MIG_CMD_MOVING_H
#define MIG_CMD_MOVING_H

#include "cmd/command.h"
#include "core/apply.h"

/* Runs the steps to target on one database and shows the result, or with --plan shows the steps. */
int move_database(Invocation *invocation, MigProject *project, MigDirection direction,
                  const char *target, GError **error);

/* Whether the options go together with --sql: MIG_E_USAGE for those that need a database. */
gboolean check_sql_options(const Invocation *invocation, GError **error);

/* Takes over --run-lock-timeout and --lock-timeout where they are given. */
gboolean set_timeouts(const Invocation *invocation, MigProject *project, GError **error);

/* Prints an offline script. Returns 0. */
int print_script(const Invocation *invocation, MigProject *project, const char *sql);

/* Options that upgrade and downgrade share, for their tables. */
#define MOVE_OPTION_SQL                                                                            \
    {                                                                                              \
        .name = "sql", .kind = OPTION_FLAG,                                                        \
        .help = "print an SQL script instead of running the steps; REV may be a range A:B"         \
    }
#define MOVE_OPTION_PLAN                                                                           \
    {                                                                                              \
        .name = "plan", .kind = OPTION_FLAG,                                                       \
        .help = "show the steps, their SQL and what it locks, and stop"                            \
    }
#define MOVE_OPTION_TAG                                                                            \
    {                                                                                              \
        .name = "tag", .kind = OPTION_VALUE, .value = "TEXT", .help = "a note kept in the log"     \
    }
#define MOVE_OPTION_ONE_BY_ONE                                                                     \
    {                                                                                              \
        .name = "one-by-one", .kind = OPTION_FLAG,                                                 \
        .help = "make each revision durable before the next one begins"                            \
    }
#define MOVE_OPTION_ALLOW_DROP                                                                     \
    {                                                                                              \
        .name = "allow-drop", .kind = OPTION_LIST, .value = "GLOB",                                \
        .help = "indexes and triggers that a script may drop without making them again"            \
    }
#define MOVE_OPTION_RUN_LOCK_TIMEOUT                                                               \
    {                                                                                              \
        .name = "run-lock-timeout", .kind = OPTION_VALUE, .value = "TIME",                         \
        .help = "how long to wait for another run: 30s, 5min, none or 0 (until it ends)"           \
    }
#define MOVE_OPTION_LOCK_TIMEOUT                                                                   \
    {                                                                                              \
        .name = "lock-timeout", .kind = OPTION_VALUE, .value = "TIME",                             \
        .help = "how long a statement waits for a lock: 500ms, none (no effect on SQLite)"         \
    }

#endif
