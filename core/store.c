#include "build-config.h"

#include "core/store.h"

#include "core/error.h"

/* Columns in the order of COLUMNS; script is last, so that SQLite need not read it for the rest. */
#define COLUMNS                                                                                    \
    "revision, direction, started_at, finished_at, who, tool_version, git_commit, tag, parents, "  \
    "upgrade_checksum, downgrade_checksum, blocks_done, blocks_total, statements_done, intent, "   \
    "script"
#define READ_COLUMNS                                                                               \
    "l.id, l.revision, l.direction, l.started_at, l.finished_at, l.who, l.tool_version, "          \
    "l.git_commit, l.tag, l.parents, l.upgrade_checksum, l.downgrade_checksum, l.blocks_done, "    \
    "l.blocks_total, l.statements_done, l.intent"

/* How the direction of a step that was given up begins. */
#define ABANDONED "abandoned "

/* One of our tables, qualified: a temporary table of that name must not stand in front of it. */
static char *
table_name(MigProject *project, const MigDialect *dialect, const char *setting)
{
    g_autofree char *schema = mig_project_own_schema_sql(project, dialect);
    g_autofree char *table =
        dialect->quote_name(mig_config_text(mig_project_config(project), setting));

    return g_strconcat(schema, ".", table, NULL);
}

void
mig_log_row_free(MigLogRow *row)
{
    if (!row)
        return;
    g_free(row->revision);
    g_free(row->direction);
    g_free(row->started_at);
    g_free(row->finished_at);
    g_free(row->who);
    g_free(row->tool_version);
    g_free(row->git_commit);
    g_free(row->tag);
    g_free(row->upgrade_checksum);
    g_free(row->downgrade_checksum);
    g_free(row->parents);
    g_free(row->script);
    g_free(row->intent);
    g_free(row);
}

static char *
now(void)
{
    g_autoptr(GDateTime) time = g_date_time_new_now_utc();
    g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

    return g_strdup_printf("%s.%03dZ", seconds, g_date_time_get_microsecond(time) / 1000);
}

/* "user@host"; names in another encoding than UTF-8 are made readable. */
static char *
who(void)
{
    g_autofree char *text = g_strconcat(g_get_user_name(), "@", g_get_host_name(), NULL);

    return g_utf8_make_valid(text, -1);
}

MigLogRow *
mig_log_row_new(const MigRevision *revision, const char *direction, const char *tag,
                const MigLexRules *rules)
{
    const MigScript *script = revision->script;
    MigLogRow *row = g_new0(MigLogRow, 1);

    row->revision = g_strdup(revision->id);
    row->direction = g_strdup(direction);
    row->started_at = now();
    row->who = who();
    row->tool_version = g_strdup(PACKAGE_VERSION);
    row->tag = g_strdup(tag);
    row->upgrade_checksum = mig_script_checksum(script, MIG_UPGRADE, rules);
    row->downgrade_checksum = mig_script_checksum(script, MIG_DOWNGRADE, rules);
    row->parents = mig_rows_join(script->down);
    row->script = g_strndup(script->text, script->text_length);
    return row;
}

static MigSql *
create_version(MigProject *project, const MigDialect *dialect)
{
    g_autofree char *table = table_name(project, dialect, "version_table");
    g_autofree char *key =
        g_strconcat(mig_config_text(mig_project_config(project), "version_table"), "_pkc", NULL);
    g_autofree char *quoted_key = dialect->quote_name(key);
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE IF NOT EXISTS %s (version_num %s NOT NULL, "
                        "CONSTRAINT %s PRIMARY KEY (version_num))",
                        table, dialect->text_type, quoted_key);

    return mig_sql_new(-1, sql, NULL);
}

static MigSql *
create_log(MigProject *project, const MigDialect *dialect)
{
    g_autofree char *table = table_name(project, dialect, "log_table");
    const char *text = dialect->text_type, *number = dialect->bigint_type;
    g_autofree char *sql = g_strdup_printf(
        "CREATE TABLE IF NOT EXISTS %s (id %s, revision %s NOT NULL, direction %s NOT NULL, "
        "started_at %s NOT NULL, finished_at %s, who %s, tool_version %s, git_commit %s, tag %s, "
        "parents %s, upgrade_checksum %s, downgrade_checksum %s, blocks_done %s NOT NULL, "
        "blocks_total %s NOT NULL, statements_done %s NOT NULL, intent %s, script %s)",
        table, dialect->serial_type, text, text, text, text, text, text, text, text, text, text,
        text, number, number, number, text, text);

    return mig_sql_new(-1, sql, NULL);
}

GPtrArray *
mig_store_create_statements(MigProject *project, const MigDialect *dialect)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);

    g_ptr_array_add(statements, create_version(project, dialect));
    g_ptr_array_add(statements, create_log(project, dialect));
    return statements;
}

/* A foreign table of that name would fail at the first step's end, or worse, take the row. */
static gboolean
check_log(MigProject *project, MigConnection *connection, GError **error)
{
    g_autofree char *table = table_name(project, connection->dialect, "log_table");
    g_autofree char *text =
        g_strdup_printf("SELECT " READ_COLUMNS ", l.script FROM %s AS l WHERE 1 = 0", table);
    g_autoptr(GError) own = NULL;
    MigSql *sql = mig_sql_new(-1, text, NULL);
    gboolean ok = connection->dialect->query(connection, sql, NULL, NULL, &own);

    mig_sql_free(sql);
    const MigErrorDetails *details = own ? mig_error_details(own) : NULL;
    gboolean barred = details && g_strcmp0(details->sqlstate, "42501") == 0;

    if (ok || barred || own->code != MIG_E_STATEMENT) {
        if (!ok)
            g_propagate_error(error, g_steal_pointer(&own));
        return ok;
    }
    mig_set_error(error, MIG_E_UNSUPPORTED, "the table %s is not a log table of this tool: %s",
                  table, own->message);
    mig_error_set_hint(error ? *error : NULL, "Set log_table to another name in migrate.ini.");
    return FALSE;
}

gboolean
mig_store_look(MigProject *project, MigConnection *connection, MigStoreTables *ret, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const MigDialect *dialect = connection->dialect;
    const char *schema = mig_config_text(config, "version_table_schema");
    MigStoreTables tables;

    if (!dialect->has_table(connection, schema, mig_config_text(config, "version_table"),
                            &tables.version, error) ||
        !dialect->has_table(connection, schema, mig_config_text(config, "log_table"), &tables.log,
                            error) ||
        (tables.log && !check_log(project, connection, error)))
        return FALSE;
    *ret = tables;
    return TRUE;
}

static MigSql *
move_statement(const char *table, const MigRowMove *move)
{
    g_autofree char *sql = NULL;

    switch (move->verb) {
    case MIG_ROW_INSERT:
        sql = g_strdup_printf("INSERT INTO %s (version_num) VALUES (?1)", table);
        return mig_sql_new(1, sql, move->to, NULL);
    case MIG_ROW_DELETE:
        sql = g_strdup_printf("DELETE FROM %s WHERE version_num = ?1", table);
        return mig_sql_new(1, sql, move->from, NULL);
    case MIG_ROW_UPDATE:
        break;
    }
    sql = g_strdup_printf("UPDATE %s SET version_num = ?1 WHERE version_num = ?2", table);
    return mig_sql_new(1, sql, move->to, move->from, NULL);
}

GPtrArray *
mig_store_move_statements(MigProject *project, const MigDialect *dialect, const GPtrArray *moves)
{
    GPtrArray *statements = g_ptr_array_new_with_free_func((GDestroyNotify)mig_sql_free);
    g_autofree char *table = table_name(project, dialect, "version_table");

    for (guint i = 0; i < moves->len; i++)
        g_ptr_array_add(statements, move_statement(table, moves->pdata[i]));
    return statements;
}

MigSql *
mig_store_purge_statement(MigProject *project, const MigDialect *dialect)
{
    g_autofree char *table = table_name(project, dialect, "version_table");
    g_autofree char *text = g_strconcat("DELETE FROM ", table, NULL);

    return mig_sql_new(-1, text, NULL);
}

static void
add_number(MigSql *sql, gint64 number)
{
    g_ptr_array_add(sql->params, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

MigSql *
mig_store_log_statement(MigProject *project, const MigDialect *dialect, const MigLogRow *row)
{
    const char *const texts[] = {
        row->revision,         row->direction,          row->started_at, row->who,
        row->tool_version,     row->git_commit,         row->tag,        row->parents,
        row->upgrade_checksum, row->downgrade_checksum,
    };
    g_autofree char *table = table_name(project, dialect, "log_table");
    const char *end = row->blocks_done == row->blocks_total ? dialect->now_expression : "NULL";
    const char *begin = row->started_at ? "?3" : dialect->now_expression;
    g_autofree char *values = g_strdup_printf(
        "?1, ?2, %s, %s, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15", begin, end);
    /* Two runs may begin the same step where nothing but the transaction locks. */
    g_autofree char *rows =
        row->blocks_done == row->blocks_total
            ? g_strdup_printf("VALUES (%s)", values)
            : g_strdup_printf(
                  "SELECT %s WHERE NOT EXISTS (SELECT 1 FROM %s WHERE finished_at IS NULL)", values,
                  table);
    g_autofree char *text = g_strdup_printf("INSERT INTO %s (" COLUMNS ") %s", table, rows);
    /* VALUES adds its row or fails: counting them would cost a server as much as the row. */
    MigSql *sql = mig_sql_new(row->blocks_done == row->blocks_total ? -1 : 1, text, NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_ptr_array_add(sql->params, g_strdup(texts[i]));
    add_number(sql, row->blocks_done);
    add_number(sql, row->blocks_total);
    add_number(sql, row->statements_done);
    g_ptr_array_add(sql->params, g_strdup(row->intent));
    g_ptr_array_add(sql->params, g_strdup(row->script));
    return sql;
}

/* The condition that the row is where from says; its parameters begin at ?first. New string. */
static char *
where_from(MigSql *sql, const MigLogRow *row, const MigProgress *from)
{
    guint first = sql->params->len + 1;

    g_ptr_array_add(sql->params, g_strdup(row->revision));
    g_ptr_array_add(sql->params, g_strdup(row->direction));
    add_number(sql, from->blocks_done);
    add_number(sql, from->statements_done);
    if (from->intent)
        g_ptr_array_add(sql->params, g_strdup(from->intent));
    g_autofree char *intent =
        from->intent ? g_strdup_printf("= ?%u", first + 4) : g_strdup("IS NULL");

    return g_strdup_printf("WHERE revision = ?%u AND direction = ?%u AND finished_at IS NULL AND "
                           "blocks_done = ?%u AND statements_done = ?%u AND intent %s",
                           first, first + 1, first + 2, first + 3, intent);
}

MigSql *
mig_store_progress_statement(MigProject *project, const MigDialect *dialect, const MigLogRow *row,
                             const MigProgress *from)
{
    g_autofree char *table = table_name(project, dialect, "log_table");
    const char *end = row->blocks_done == row->blocks_total ? dialect->now_expression : "NULL";
    MigSql *sql = mig_sql_new(1, "", NULL);

    add_number(sql, row->blocks_done);
    add_number(sql, row->statements_done);
    g_ptr_array_add(sql->params, g_strdup(row->intent));
    g_autofree char *where = where_from(sql, row, from);

    g_free(sql->sql);
    sql->sql = g_strdup_printf("UPDATE %s SET finished_at = %s, blocks_done = ?1, "
                               "statements_done = ?2, intent = ?3 %s",
                               table, end, where);
    return sql;
}

MigSql *
mig_store_resume_statement(MigProject *project, const MigDialect *dialect, const MigLogRow *row,
                           const MigProgress *from)
{
    g_autofree char *table = table_name(project, dialect, "log_table");
    MigSql *sql = mig_sql_new(1, "", row->script, row->upgrade_checksum, row->downgrade_checksum,
                              row->parents, row->tool_version, NULL);

    add_number(sql, row->blocks_total);
    g_autofree char *where = where_from(sql, row, from);

    g_free(sql->sql);
    sql->sql = g_strdup_printf("UPDATE %s SET script = ?1, upgrade_checksum = ?2, "
                               "downgrade_checksum = ?3, parents = ?4, tool_version = ?5, "
                               "blocks_total = ?6 %s",
                               table, where);
    return sql;
}

MigSql *
mig_store_abandon_statement(MigProject *project, const MigDialect *dialect, const MigLogRow *row)
{
    g_autofree char *table = table_name(project, dialect, "log_table");
    g_autofree char *text =
        g_strdup_printf("UPDATE %s SET direction = ?1, finished_at = %s WHERE finished_at IS NULL "
                        "AND id = ?2 AND blocks_done = ?3 AND statements_done = ?4",
                        table, dialect->now_expression);
    MigSql *sql = mig_sql_new(1, text, NULL);

    g_ptr_array_add(sql->params, g_strconcat(ABANDONED, row->direction, NULL));
    add_number(sql, row->id);
    add_number(sql, row->blocks_done);
    add_number(sql, row->statements_done);
    return sql;
}

static gint64
read_number(const char *text)
{
    return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

static gboolean
add_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    MigLogRow *row = g_new0(MigLogRow, 1);

    row->id = read_number(values[0]);
    row->revision = g_strdup(values[1] ? values[1] : "");
    row->direction = g_strdup(values[2] ? values[2] : "");
    row->started_at = g_strdup(values[3]);
    row->finished_at = g_strdup(values[4]);
    row->who = g_strdup(values[5]);
    row->tool_version = g_strdup(values[6]);
    row->git_commit = g_strdup(values[7]);
    row->tag = g_strdup(values[8]);
    row->parents = g_strdup(values[9]);
    row->upgrade_checksum = g_strdup(values[10]);
    row->downgrade_checksum = g_strdup(values[11]);
    row->blocks_done = read_number(values[12]);
    row->blocks_total = read_number(values[13]);
    row->statements_done = read_number(values[14]);
    row->intent = g_strdup(values[15]);
    row->script = n_columns > 16 ? g_strdup(values[16]) : NULL;
    g_ptr_array_add(user_data, row);
    return TRUE;
}

typedef enum { LATEST_OF_EACH_REVISION, UNFINISHED } Selection;

static char *
selection_sql(Selection selection, gboolean with_script, const char *table)
{
    const char *script = with_script ? ", l.script" : "";

    if (selection == UNFINISHED)
        return g_strdup_printf("SELECT " READ_COLUMNS "%s FROM %s AS l WHERE l.finished_at IS NULL "
                               "ORDER BY l.id",
                               script, table);
    return g_strdup_printf("SELECT " READ_COLUMNS "%s FROM %s AS l WHERE l.id IN (SELECT max(m.id) "
                           "FROM %s AS m WHERE m.direction NOT LIKE '" ABANDONED "%%' "
                           "GROUP BY m.revision) ORDER BY l.id",
                           script, table, table);
}

static GPtrArray *
read_log(MigProject *project, Selection selection, gboolean with_script, GError **error)
{
    MigConnection *connection = mig_project_connection(project, MIG_CONNECT_READ, error);
    MigStoreTables tables;

    if (!connection || !mig_store_look(project, connection, &tables, error))
        return NULL;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)mig_log_row_free);

    if (!tables.log)
        return g_steal_pointer(&rows);
    g_autofree char *table = table_name(project, connection->dialect, "log_table");
    g_autofree char *text = selection_sql(selection, with_script, table);
    MigSql *sql = mig_sql_new(-1, text, NULL);
    gboolean ok = connection->dialect->query(connection, sql, add_row, rows, error);

    mig_sql_free(sql);
    return ok ? g_steal_pointer(&rows) : NULL;
}

GPtrArray *
mig_store_latest(MigProject *project, gboolean with_script, GError **error)
{
    return read_log(project, LATEST_OF_EACH_REVISION, with_script, error);
}

GPtrArray *
mig_store_half_done(MigProject *project, GError **error)
{
    return read_log(project, UNFINISHED, TRUE, error);
}
