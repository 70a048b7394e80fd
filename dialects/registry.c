#include "core/dialect.h"

#include <string.h>

#include "dialects/postgresql/pg_dialect.h"
#include "dialects/sqlite/sqlite_dialect.h"

const MigDialect *const mig_dialects[] = {&mig_dialect_sqlite, &mig_dialect_postgresql, NULL};

const MigDialect *
mig_dialect_for_scheme(const char *scheme)
{
    for (gsize i = 0; mig_dialects[i]; i++) {
        if (g_strv_contains(mig_dialects[i]->schemes, scheme))
            return mig_dialects[i];
    }
    return NULL;
}

const char *
mig_connection_default_schema(const MigConnection *connection)
{
    return connection->default_schema ? connection->default_schema
                                      : connection->dialect->default_schema;
}

const MigDialect *
mig_dialect_by_name(const char *name)
{
    for (gsize i = 0; mig_dialects[i]; i++) {
        if (strcmp(mig_dialects[i]->name, name) == 0)
            return mig_dialects[i];
    }
    return NULL;
}
