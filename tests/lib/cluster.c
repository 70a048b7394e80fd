#include "tests/lib/cluster.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77

static char *folder;
static pid_t owner;

static char *
run_script(const char *action, const char *argument, int *ret_status)
{
    const char *srcdir = g_getenv("MIGRATE_SRCDIR");
    g_autofree char *script = g_build_filename(srcdir ? srcdir : ".", "tests/lib/cluster.sh", NULL);
    char *argv[] = {script, (char *)action, (char *)argument, NULL};
    g_autofree char *own = g_strdup_printf("%d", (int)getpid());
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "MIGRATE_TEST_OWNER", own, TRUE);
    g_autoptr(GError) error = NULL;
    char *out = NULL;

    if (!g_spawn_sync(NULL, argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, ret_status,
                      &error)) {
        printf("Bail out! %s\n", error->message);
        exit(99);
    }
    return g_strchomp(out);
}

static void
stop(void)
{
    int status;

    if (getpid() == owner)
        g_free(run_script("stop", folder, &status));
}

const char *
cluster_folder(void)
{
    static gboolean asked;
    int status;

    if (asked)
        return folder;
    asked = TRUE;
    g_autofree char *made = run_script("start", g_getenv("MIGRATE_TEST_VERSION"), &status);

    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
        return NULL;
    if (status != 0) {
        printf("Bail out! the server did not start\n");
        exit(99);
    }
    folder = g_steal_pointer(&made);
    owner = getpid();
    atexit(stop);
    return folder;
}

gboolean
cluster_is_required(void)
{
    return g_strcmp0(g_getenv("MIGRATE_TEST_REQUIRE_ALL"), "1") == 0;
}

int
cluster_skip(void)
{
    gboolean required = cluster_is_required();

    if (required)
        printf("1..1\nnot ok 1 - no PostgreSQL server programs are installed\n");
    else
        printf("1..0 # SKIP no PostgreSQL server programs are installed\n");
    return required;
}

char *
cluster_url(const char *database)
{
    return g_strdup_printf("postgresql://postgres@/%s?host=%s", database, cluster_folder());
}

char *
cluster_create_database(void)
{
    static guint n;
    char *name = g_strdup_printf("test%u", ++n);
    g_autofree char *url = cluster_url("postgres");
    g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s TEMPLATE template0", name);
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        printf("Bail out! %s\n", PQerrorMessage(connection));
        exit(99);
    }
    PQclear(result);
    PQfinish(connection);
    return name;
}

void
cluster_restart(void)
{
    int status;

    g_free(run_script("restart", folder, &status));
}
