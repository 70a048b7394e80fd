/* A PostgreSQL server whose sessions can be stopped just before any of their statements: each is logged
 * before it runs, in a line that is longer than the pipe which the server's messages go into, so that
 * the session waits until the line is read. */
#ifndef MIG_TESTS_PG_STEPPER_H
#define MIG_TESTS_PG_STEPPER_H

#include <glib.h>

/* Before the cluster is started. */
void pg_stepper_init(void);

/* In the process whose sessions are to be stopped, before it connects. */
void pg_stepper_follow(void);

/* Counts from here on, and stops the session that comes to the how manieth statement; 0: none. */
void pg_stepper_stop_at(guint at);

/* How many statements have begun since. */
guint pg_stepper_count(void);

/* The server's process that is stopped; 0: none is so far. */
int pg_stepper_stopped(void);

/* Lets all go on. */
void pg_stepper_let_go(void);

#endif
