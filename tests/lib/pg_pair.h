/* Two states of a PostgreSQL database, and the way from each to the other on a real server. */
#ifndef MIG_TESTS_PG_PAIR_H
#define MIG_TESTS_PG_PAIR_H

#include <glib.h>

typedef struct {
    char *upgrade, *downgrade; /* the plans as SQL; NULL when it did not come to that */
    char *problem;             /* what went wrong; NULL: nothing */
} PgPair;

/* Makes both states (SQL scripts) in databases of their own, reads them, plans both ways and runs
 * the plans on the first: after each, what is read must be the other state. Also loads the dump of
 * each into an empty database, which must then be that state. */
PgPair *pg_pair_try(const char *from, const char *to);
/* The same with plans that serve a live system, where they differ from the plain ones. */
PgPair *pg_pair_try_online(const char *from, const char *to);
void pg_pair_free(PgPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgPair, pg_pair_free)

/* What the server calls itself: "PostgreSQL 15.4". New string. */
char *pg_pair_server(void);

#endif
