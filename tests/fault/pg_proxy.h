/* A proxy before a PostgreSQL server that cuts a connection at one request of its client. */
#ifndef MIG_TESTS_PG_PROXY_H
#define MIG_TESTS_PG_PROXY_H

#include <glib.h>
#include <sys/types.h>

typedef enum {
    PROXY_BEFORE, /* the request does not reach the server */
    PROXY_HALF,   /* the first half of it does */
    PROXY_AFTER,  /* the server has done it; its answer does not reach the client */
} ProxyCut;

/* Listens in a new folder; new string: the folder, to be used as a host. Call it before the client is
 * started. */
char *pg_proxy_listen(void);

/* Serves until the client, a process, has ended (it is not waited for), and cuts its connection at the
 * how manieth request; 0: at none. Returns how many requests there were; *ret_cut: whether it was
 * cut. */
guint pg_proxy_serve(pid_t client, ProxyCut cut, guint at, gboolean *ret_cut);

/* Closes and removes the folder. */
void pg_proxy_end(void);

#endif
