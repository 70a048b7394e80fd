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
    *state = (gpointer)&mig_dialect_postgresql;
    return fixture_setup(state);
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
