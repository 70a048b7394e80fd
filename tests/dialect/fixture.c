#include "tests/dialect/fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/lib/cluster.h"

static void
remove_tree(const char *path)
{
    GDir *folder = g_dir_open(path, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_tree(child);
        else
            g_unlink(child);
    }
    if (folder)
        g_dir_close(folder);
    g_rmdir(path);
}

static void
unit_free(gpointer data)
{
    MigUnit *unit = data;

    g_ptr_array_unref(unit->before);
    g_ptr_array_unref(unit->after);
    if (unit->expected_rows)
        g_ptr_array_unref((GPtrArray *)unit->expected_rows);
    g_free((gpointer)unit->statements);
    g_free(unit);
}

static void
close_connection(gpointer data)
{
    MigConnection *connection = data;

    connection->dialect->close(connection);
}

/* Folders with a quote and non-ASCII letters: names like these must work everywhere. */
static void
make_file_url(Fixture *fixture)
{
    g_autofree char *inner = g_build_filename(fixture->folder, "it's ä 100% {x}#", NULL);

    g_mkdir(inner, 0755);
    fixture->path = g_build_filename(inner, "test.db", NULL);
    fixture->url = g_new0(MigUrl, 1);
    fixture->url->scheme = g_strdup(fixture->dialect->name);
    fixture->url->raw = g_strconcat("sqlite:", fixture->path, NULL);
    fixture->url->display = g_strdup(fixture->url->raw);
    fixture->url->path = g_strdup(fixture->path);
}

static void
make_server_url(Fixture *fixture)
{
    g_autofree char *database = cluster_create_database();
    g_autofree char *text = cluster_url(database);

    fixture->url = mig_url_parse(text, NULL, &fixture->error);
}

int
fixture_setup(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->dialect = *state;
    fixture->folder = g_dir_make_tmp("migrate-dialect-XXXXXX", NULL);
    if (fixture->dialect->capabilities & MIG_CAP_FILE_DATABASE)
        make_file_url(fixture);
    else
        make_server_url(fixture);
    fixture->connections = g_ptr_array_new_with_free_func(close_connection);
    fixture->units = g_ptr_array_new_with_free_func(unit_free);
    fixture->strings = g_ptr_array_new_with_free_func(g_free);
    fixture->events = g_string_new(NULL);
    *state = fixture;
    return 0;
}

int
fixture_teardown(void **state)
{
    Fixture *fixture = *state;

    g_ptr_array_unref(fixture->connections);
    g_ptr_array_unref(fixture->units);
    g_ptr_array_unref(fixture->strings);
    g_string_free(fixture->events, TRUE);
    g_clear_error(&fixture->error);
    mig_url_free(fixture->url);
    remove_tree(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture);
    return 0;
}

MigConnection *
fixture_keep(Fixture *fixture, MigConnection *connection)
{
    assert_no_error(fixture->error);
    assert_non_null(connection);
    g_ptr_array_add(fixture->connections, connection);
    return connection;
}

MigConnection *
fixture_connect(Fixture *fixture, MigConnectMode mode)
{
    g_clear_error(&fixture->error);
    return fixture_keep(fixture, fixture->dialect->connect(fixture->url, mode, &fixture->error));
}

void
fixture_close(Fixture *fixture, MigConnection *connection)
{
    assert_true(g_ptr_array_remove(fixture->connections, connection));
}

void
fixture_execute(Fixture *fixture, MigConnection *connection, const char *sql)
{
    g_clear_error(&fixture->error);
    connection->dialect->execute(connection, sql, strlen(sql), NULL, &fixture->error);
    assert_no_error(fixture->error);
}

static gboolean
append_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    GString *text = user_data;

    if (text->len > 0)
        g_string_append_c(text, ';');
    for (guint i = 0; i < n_columns; i++)
        g_string_append_printf(text, "%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    return TRUE;
}

const char *
fixture_ask(Fixture *fixture, MigConnection *connection, const char *sql)
{
    GString *text = g_string_new(NULL);
    MigSql *query = mig_sql_new(-1, sql, NULL);

    g_clear_error(&fixture->error);
    connection->dialect->query(connection, query, append_row, text, &fixture->error);
    mig_sql_free(query);
    g_ptr_array_add(fixture->strings, g_string_free(text, FALSE));
    assert_no_error(fixture->error);
    return fixture->strings->pdata[fixture->strings->len - 1];
}

MigUnit *
fixture_unit(Fixture *fixture, const char *name, const char *script)
{
    g_clear_error(&fixture->error);
    MigUnit *unit = g_new0(MigUnit, 1);
    g_autoptr(GArray) statements =
        mig_split(fixture->dialect->lex_rules, script, strlen(script), NULL, &fixture->error);

    g_ptr_array_add(fixture->units, unit);
    unit->before = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    unit->after = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    assert_no_error(fixture->error);
    char *file = g_strconcat(name, ".sql", NULL);

    g_ptr_array_add(fixture->strings, file);
    unit->file = file;
    unit->text = script;
    unit->text_length = strlen(script);
    unit->n_statements = statements->len;
    unit->statements = g_memdup2(statements->data, statements->len * sizeof(MigStatement));
    unit->version_table = "migrate_version";
    unit->log_table = "migrate_log";
    return unit;
}

void
fixture_own(GPtrArray *list, int expected_rows, const char *sql)
{
    g_ptr_array_add(list, mig_sql_new(expected_rows, sql, NULL));
}

void
fixture_expect_rows(Fixture *fixture, MigUnit *unit, const char *rows)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(rows, ",", -1);

    for (char **part = parts; *part; part++)
        g_ptr_array_add(list, g_strdup(*part));
    unit->expected_rows = list;
}

static void
on_done(const MigUnit *unit, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_string_append_printf(fixture->events, "done %s; ", unit->file);
}

static void
on_statement(const MigUnit *unit, guint index, gpointer user_data)
{
    Fixture *fixture = user_data;

    fixture->n_statements++;
    if (fixture->cancel_after && fixture->n_statements >= fixture->cancel_after)
        fixture->cancel = TRUE;
    g_string_append_printf(fixture->events, "%s %u; ", unit->file, index);
}

static gboolean
on_cancelled(gpointer user_data)
{
    return ((Fixture *)user_data)->cancel;
}

MigUnitsOptions
fixture_options(Fixture *fixture, MigUnitsMode mode)
{
    return (MigUnitsOptions){.mode = mode,
                             .lock_timeout_ms = 100,
                             .version_table = "migrate_version",
                             .done = on_done,
                             .statement = on_statement,
                             .cancelled = on_cancelled,
                             .user_data = fixture};
}

gboolean
fixture_run(Fixture *fixture, MigConnection *connection, MigUnitsMode mode,
            const MigUnit **ret_failed, ...)
{
    const MigDialect *dialect = connection->dialect;
    MigUnitsOptions options = fixture_options(fixture, mode);
    gboolean ok = TRUE;
    va_list args;

    g_clear_error(&fixture->error);
    g_string_truncate(fixture->events, 0);
    if (!dialect->units_begin(connection, &options, &fixture->error))
        return FALSE;
    va_start(args, ret_failed);
    for (const MigUnit *unit = va_arg(args, const MigUnit *); unit && ok;
         unit = va_arg(args, const MigUnit *))
        ok = dialect->unit_submit(connection, unit, ret_failed, &fixture->error);
    va_end(args);
    return ok && dialect->units_end(connection, ret_failed, &fixture->error);
}

gboolean
fixture_run_script(Fixture *fixture, MigConnection *connection, const char *script)
{
    return fixture_run(fixture, connection, MIG_UNITS_GROUP, NULL,
                       fixture_unit(fixture, "s", script), NULL);
}
