#include "tests/dialect/pg_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "dialects/postgresql/pg_dialect.h"
#include "dialects/postgresql/pg_driver.h"

static char *trace;
static size_t trace_size;
static FILE *trace_file;

int
pg_fixture_setup(void **state)
{
    g_autofree char *database = cluster_create_database();

    *state = (gpointer)&mig_dialect_postgresql;
    fixture_setup(state);
    Fixture *fixture = *state;

    g_free(fixture->url->raw);
    g_free(fixture->url->display);
    fixture->url->raw = cluster_url(database);
    fixture->url->display = g_strconcat("postgresql:///", database, NULL);
    return 0;
}

void
pg_fixture_count(MigConnection *connection)
{
    trace_file = open_memstream(&trace, &trace_size);
    PQtrace(((MigPg *)connection)->conn, trace_file);
    PQsetTraceFlags(((MigPg *)connection)->conn, PQTRACE_SUPPRESS_TIMESTAMPS);
}

guint
pg_fixture_counted(MigConnection *connection)
{
    guint n = 0;

    PQuntrace(((MigPg *)connection)->conn);
    fclose(trace_file);
    g_auto(GStrv) lines = g_strsplit(trace, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (strstr(*line, "\tReadyForQuery") || strstr(*line, "\tCopyInResponse"))
            n++;
    }
    free(trace);
    return n;
}
