/* What the rules ask of scratch and of the live database. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "core/config_lint.h"
#include "dialects/postgresql/pg_model.h"

/* MB a second, on modest disks: for times that are to be no surprise. */
#define SCAN_SPEED 200
#define BUILD_SPEED 80
#define REWRITE_SPEED 50

static gboolean
take_first(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    g_ptr_array_add(user_data, g_strdup(values[0]));
    return TRUE;
}

static GPtrArray *
params_of(va_list args)
{
    GPtrArray *params = g_ptr_array_new();

    for (const char *param = va_arg(args, const char *); param; param = va_arg(args, const char *))
        g_ptr_array_add(params, (gpointer)param);
    return params;
}

static GPtrArray *
ask_live(MigPg *pg, const char *sql, const GPtrArray *params)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    MigSql *query = mig_sql_new(-1, sql, NULL);

    for (guint i = 0; i < params->len; i++)
        g_ptr_array_add(query->params, g_strdup(params->pdata[i]));
    mig_pg_query(&pg->base, query, take_first, values, NULL);
    mig_sql_free(query);
    return values;
}

const char *
mig_pg_lint_known(MigPgLint *lint, const char *sql)
{
    char *name = g_hash_table_lookup(lint->asked, sql);

    if (name)
        return name;
    g_autofree char *text = mig_pg_with_dollars(sql);

    name = g_strdup_printf("migrate_lint_%u", lint->n_asked++);
    PQclear(PQprepare(lint->scratch->conn, name, text, 0, NULL));
    g_hash_table_insert(lint->asked, g_strdup(sql), name);
    return name;
}

static PGresult *
ask_scratch(MigPgLint *lint, const char *sql, const GPtrArray *params)
{
    PGresult *result = PQexecPrepared(lint->scratch->conn, mig_pg_lint_known(lint, sql),
                                      (int)params->len, (const char *const *)params->pdata, NULL,
                                      NULL, 0);

    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        return result;
    if (!lint->failed)
        lint->failed = mig_pg_error_new(lint->scratch, result, 0, NULL);
    PQclear(result);
    return NULL;
}

static GPtrArray *
ask_with(MigPgLint *lint, const char *sql, va_list args)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) params = params_of(args);
    PGresult *result = ask_scratch(lint, sql, params);

    for (int i = 0; result && i < PQntuples(result); i++)
        g_ptr_array_add(values,
                        PQgetisnull(result, i, 0) ? NULL : g_strdup(PQgetvalue(result, i, 0)));
    PQclear(result);
    return values;
}

GPtrArray *
mig_pg_lint_ask_all(MigPgLint *lint, const char *sql, ...)
{
    va_list args;

    va_start(args, sql);
    GPtrArray *values = ask_with(lint, sql, args);
    va_end(args);
    return values;
}

char *
mig_pg_lint_ask(MigPgLint *lint, const char *sql, ...)
{
    va_list args;

    va_start(args, sql);
    g_autoptr(GPtrArray) values = ask_with(lint, sql, args);
    va_end(args);
    return values->len > 0 ? g_strdup(values->pdata[0]) : NULL;
}

gboolean
mig_pg_lint_holds(MigPgLint *lint, const char *sql, ...)
{
    va_list args;

    va_start(args, sql);
    g_autoptr(GPtrArray) values = ask_with(lint, sql, args);
    va_end(args);
    return values->len > 0;
}

char *
mig_pg_lint_ask_live(const MigPgLint *lint, const char *sql, ...)
{
    va_list args;

    va_start(args, sql);
    g_autoptr(GPtrArray) params = params_of(args);
    g_autoptr(GPtrArray) values = ask_live(lint->live, sql, params);
    va_end(args);
    return values->len > 0 ? g_strdup(values->pdata[0]) : NULL;
}

char *
mig_pg_range_name(const PgQuery__RangeVar *name)
{
    g_autofree char *relation = mig_pg_quote_name(name->relname);
    g_autofree char *schema =
        *name->schemaname ? mig_pg_quote_name(name->schemaname) : NULL;

    return schema ? g_strdup_printf("%s.%s", schema, relation) : g_strdup(relation);
}

char *
mig_pg_range_title(const PgQuery__RangeVar *name)
{
    g_autofree char *relation = mig_pg_name(name->relname);
    g_autofree char *schema = *name->schemaname ? mig_pg_name(name->schemaname) : NULL;

    return schema ? g_strdup_printf("%s.%s", schema, relation) : g_strdup(relation);
}

char *
mig_pg_lint_name(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *name = g_strdup_vprintf(format, args);
    va_end(args);
    return mig_pg_name(name);
}

static gint64
live_bytes(const MigPgLint *lint, const char *name)
{
    if (!lint->live)
        return -1;
    g_autofree char *bytes = mig_pg_lint_ask_live(
        lint,
        "SELECT CASE WHEN pg_catalog.to_regclass(?1) IS NULL THEN -2 ELSE"
        " (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(t.relid)), 0) FROM"
        " pg_catalog.pg_partition_tree(pg_catalog.to_regclass(?1)) AS t)"
        " + CASE WHEN (SELECT relispartition OR relkind = 'p' FROM pg_catalog.pg_class"
        " WHERE oid = pg_catalog.to_regclass(?1)) THEN 0 ELSE"
        " pg_catalog.pg_total_relation_size(pg_catalog.to_regclass(?1)) END END",
        name, NULL);

    return bytes ? g_ascii_strtoll(bytes, NULL, 10) : -1;
}

/* NULL: there is none. */
static MigPgRelation *
find_relation(MigPgLint *lint, const char *name)
{
    static const char query[] = "SELECT c.oid, c.relkind, c.relispartition, c.relname,"
                                " c.oid::pg_catalog.regclass FROM pg_catalog.pg_class AS c"
                                " WHERE c.oid = pg_catalog.to_regclass(?1)";
    g_autoptr(GPtrArray) params = g_ptr_array_new();

    g_ptr_array_add(params, (gpointer)name);
    PGresult *row = ask_scratch(lint, query, params);
    MigPgRelation *relation = NULL;

    if (PQntuples(row) > 0) {
        relation = g_new0(MigPgRelation, 1);
        relation->oid = g_strdup(PQgetvalue(row, 0, 0));
        relation->kind = *PQgetvalue(row, 0, 1);
        relation->is_partition = *PQgetvalue(row, 0, 2) == 't';
        relation->name = g_strdup(PQgetvalue(row, 0, 3));
        relation->title = g_strdup(PQgetvalue(row, 0, 4));
        relation->is_used = g_hash_table_contains(lint->used, relation->oid);
        relation->live_bytes = relation->is_used ? live_bytes(lint, name) : -1;
    }
    PQclear(row);
    return relation;
}

static MigPgRelation *
copy_relation(const MigPgRelation *from)
{
    MigPgRelation *copy = g_new(MigPgRelation, 1);

    *copy = *from;
    copy->oid = g_strdup(from->oid);
    copy->name = g_strdup(from->name);
    copy->title = g_strdup(from->title);
    return copy;
}

GHashTable *
mig_pg_lint_relations_new(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                 (GDestroyNotify)mig_pg_relation_free);
}

void
mig_pg_lint_forget(MigPgLint *lint, gboolean all)
{
    g_hash_table_remove_all(lint->relations);
    if (all)
        g_hash_table_remove_all(lint->asked);
}

MigPgRelation *
mig_pg_lint_relation_named(MigPgLint *lint, const char *name)
{
    gpointer found = NULL;

    if (!g_hash_table_lookup_extended(lint->relations, name, NULL, &found)) {
        found = find_relation(lint, name);
        g_hash_table_insert(lint->relations, g_strdup(name), found);
    }
    return found ? copy_relation(found) : NULL;
}

MigPgRelation *
mig_pg_lint_relation(MigPgLint *lint, const PgQuery__RangeVar *name)
{
    g_autofree char *quoted = name ? mig_pg_range_name(name) : NULL;

    return quoted ? mig_pg_lint_relation_named(lint, quoted) : NULL;
}

void
mig_pg_relation_free(MigPgRelation *relation)
{
    if (!relation)
        return;
    g_free(relation->oid);
    g_free(relation->name);
    g_free(relation->title);
    g_free(relation);
}

static MigBlocks
blocks_of(const char *lock)
{
    if (strcmp(lock, "ACCESS EXCLUSIVE") == 0)
        return MIG_BLOCKS_ALL;
    if (strcmp(lock, "SHARE") == 0 || strcmp(lock, "SHARE ROW EXCLUSIVE") == 0 ||
        strcmp(lock, "EXCLUSIVE") == 0)
        return MIG_BLOCKS_WRITES;
    return MIG_BLOCKS_NOTHING;
}

static char *
duration(gint64 bytes, MigWork work)
{
    return mig_lint_duration(bytes, work == MIG_WORK_REWRITE ? REWRITE_SPEED
                                    : work == MIG_WORK_BUILD ? BUILD_SPEED
                                                             : SCAN_SPEED);
}

void
mig_pg_lint_weigh(MigPgLint *lint, MigLintFinding *finding, const MigPgRelation *relation,
                  const char *lock, MigWork work)
{
    const char *seen_lock = lint->seen ? mig_pg_seen_lock(lint->seen, relation->oid) : "";
    MigWork seen_work = mig_pg_seen_work(lint->seen, relation->name);
    MigTouch touch = {.name = relation->title,
                      .lock = *seen_lock ? seen_lock : lock,
                      .work = lint->seen && lint->seen->ok ? seen_work : work,
                      .rows = -1,
                      .bytes = MAX(relation->live_bytes, -1)};

    touch.blocks = touch.work == MIG_WORK_ROWS ? MIG_BLOCKS_ROWS : blocks_of(touch.lock);
    g_autofree char *title = mig_touch_title(&touch), *effect = mig_touch_effect(&touch);
    g_autofree char *time =
        touch.bytes >= 0 && touch.work > MIG_WORK_NONE && touch.work != MIG_WORK_UNKNOWN
            ? duration(touch.bytes, touch.work)
            : NULL;

    mig_lint_blocks(finding, "%s: %s%s%s", title, effect, time ? ", about " : "", time ? time : "");
    if (!finding->rule->sized || relation->live_bytes == -1)
        return;
    if (relation->live_bytes == -2)
        mig_lint_soften(finding, MIG_LINT_OFF);
    else if (relation->live_bytes <= mig_config_lint_small_table(lint->config))
        mig_lint_soften(finding, MIG_LINT_INFO);
}

char *
mig_pg_lint_column_type(MigPgLint *lint, const MigPgRelation *table, const char *column)
{
    return mig_pg_lint_ask(lint,
                           "SELECT pg_catalog.format_type(atttypid, atttypmod)"
                           " FROM pg_catalog.pg_attribute WHERE attrelid = ?1::oid AND attname = ?2"
                           " AND NOT attisdropped",
                           table->oid, column, NULL);
}

/* Modifiers that are plain numbers: "(10,2)". */
static char *
modifiers(const PgQuery__TypeName *type)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < type->n_typmods; i++) {
        const PgQuery__Node *node = type->typmods[i];

        if (node->node_case != PG_QUERY__NODE__NODE_A_CONST ||
            node->a_const->val_case != PG_QUERY__A__CONST__VAL_IVAL)
            break;
        g_string_append_printf(out, "%s%d", out->len ? "," : "(", node->a_const->ival->ival);
    }
    if (out->len)
        g_string_append_c(out, ')');
    return g_string_free(out, FALSE);
}

char *
mig_pg_lint_type_name(MigPgLint *lint, const PgQuery__TypeName *type)
{
    g_autofree char *name = mig_pg_nodes_dotted(type->n_names, type->names);
    g_autofree char *mods = modifiers(type);
    g_autofree char *written = g_strdup_printf("%s%s", name, type->n_array_bounds ? "[]" : "");
    g_autofree char *known = mig_pg_lint_ask(
        lint, "SELECT pg_catalog.format_type(pg_catalog.to_regtype(?1), NULL)", written, NULL);

    if (!known)
        return NULL;
    /* "timestamp(3) without time zone", "character varying(10)[]" */
    const char *behind = g_str_has_prefix(known, "time") ? strstr(known, " with") : NULL;

    if (!behind)
        behind = g_str_has_suffix(known, "[]") ? known + strlen(known) - 2 : known + strlen(known);
    return g_strdup_printf("%.*s%s%s", (int)(behind - known), known, mods, behind);
}
