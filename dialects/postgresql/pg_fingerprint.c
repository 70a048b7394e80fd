/* What the spelling of a scratch database depends on, asked in one query: when nothing of it has
 * changed, neither have the states that were read there. */
#include "dialects/postgresql/pg_driver.h"

/* Settings count however they were given, but for those of a session that we made ourselves and those
 * that say what is logged. Names of other collations and extensions' versions matter too: another
 * version of an extension brings other objects. */
static const char question[] =
    "SELECT pg_catalog.concat_ws(E'\\n', pg_catalog.version(), current_user,"
    " pg_catalog.current_setting('is_superuser'), pg_catalog.current_schema(),"
    " (SELECT (pg_catalog.to_jsonb(d) - '{oid,datname,datdba,datistemplate,datallowconn,datconnlimit,"
    "datfrozenxid,datminmxid,dattablespace,datacl,datlastsysoid,dathasloginevt}'::text[])::text"
    "  FROM pg_catalog.pg_database d WHERE datname = pg_catalog.current_database()),"
    " (SELECT pg_catalog.string_agg(name || '=' || setting, E'\\n' ORDER BY name)"
    "  FROM pg_catalog.pg_settings WHERE source NOT IN ('default', 'override', 'session')"
    "  AND context IN ('user', 'superuser', 'backend', 'superuser-backend')"
    "  AND name <> 'application_name' AND name NOT LIKE 'log\\_%'),"
    " (SELECT pg_catalog.string_agg(name || ' ' || default_version, E'\\n' ORDER BY name)"
    "  FROM pg_catalog.pg_available_extensions))";

static gboolean
take_text(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    *(char **)user_data = g_strdup(values[0]);
    return TRUE;
}

static char *
ask(MigConnection *connection, GError **error)
{
    MigSql *query = mig_sql_new(-1, question, NULL);
    char *text = NULL;

    mig_pg_query(connection, query, take_text, &text, error);
    mig_sql_free(query);
    return text;
}

char *
mig_pg_fingerprint(MigConnection *target, const MigUrl *server, GError **error)
{
    if (!server)
        return ask(target, error);
    MigConnection *connection = mig_pg_connect(server, MIG_CONNECT_READ, error);
    char *text = connection ? ask(connection, error) : NULL;

    mig_pg_close(connection);
    return text;
}
