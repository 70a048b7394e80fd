/* What a statement does, seen on scratch: the server tells at DEBUG1 what it scans, builds and
 * rewrites; pg_locks what it locks. */
#include "dialects/postgresql/pg_lint.h"

#include <string.h>

#include "core/sample.h"

#define TRIAL "migrate_lint"

#define LOCKS                                                                                      \
    "SELECT l.relation || ' ' || l.mode FROM pg_catalog.pg_locks AS l"                             \
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'"                       \
    " AND l.database = (SELECT oid FROM pg_catalog.pg_database"                                    \
    " WHERE datname = pg_catalog.current_database())"                                              \
    " AND l.relation >= 16384"

static void
take_notice(void *user_data, const PGresult *result)
{
    MigPgSeen *seen = user_data;
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);

    if (text)
        g_ptr_array_add(seen->messages, g_strdup(text));
    if (detail)
        g_ptr_array_add(seen->messages, g_strdup(detail));
}

/* Runs several statements in one round trip; the rows (the first column) of those that give some are
 * added to rows, which may be NULL. */
static gboolean
run(const MigPgLint *lint, const char *sql, GPtrArray *rows)
{
    gboolean ok = PQsendQuery(lint->scratch->conn, sql) == 1;

    for (PGresult *result; (result = PQgetResult(lint->scratch->conn)); PQclear(result)) {
        ok = ok && (PQresultStatus(result) == PGRES_COMMAND_OK ||
                    PQresultStatus(result) == PGRES_TUPLES_OK);
        for (int i = 0; rows && i < PQntuples(result); i++)
            g_ptr_array_add(rows, g_strdup(PQgetvalue(result, i, 0)));
    }
    return ok;
}

static MigPgSeen *
seen_new(void)
{
    MigPgSeen *seen = g_new0(MigPgSeen, 1);

    seen->messages = g_ptr_array_new_with_free_func(g_free);
    seen->locks = g_ptr_array_new_with_free_func(g_free);
    return seen;
}

void
mig_pg_seen_free(MigPgSeen *seen)
{
    if (!seen)
        return;
    g_ptr_array_unref(seen->messages);
    g_ptr_array_unref(seen->locks);
    g_free(seen->problem);
    g_free(seen->sqlstate);
    g_free(seen);
}

static void
run_watched(MigPgLint *lint, MigPgSeen *seen)
{
    const MigLintStatement *statement = lint->block->statements->pdata[lint->index];
    PGconn *conn = lint->scratch->conn;

    PQsetNoticeReceiver(conn, take_notice, seen);
    PGresult *result = PQexec(conn, statement->text);

    PQsetNoticeReceiver(conn, mig_pg_on_notice, lint->scratch);
    seen->ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
               PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!seen->ok) {
        seen->problem = g_strdup(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
        seen->sqlstate = g_strdup(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    }
    PQclear(result);
}

/* Puts sample rows into the table and those that it refers to. */
static void
add_rows(MigPgLint *lint, const MigPgRelation *relation)
{
    static const MigIntrospectOptions everything = {.include_grants = FALSE};
    MigConnection *scratch = &lint->scratch->base;

    if (!lint->schema)
        lint->schema = scratch->dialect->introspect(scratch, &everything, NULL);
    const MigObject *table =
        lint->schema ? mig_schema_lookup(lint->schema, "table", NULL, relation->name) : NULL;
    g_autoptr(GHashTable) leave = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) tables = g_ptr_array_new();

    if (!table)
        return;
    g_ptr_array_add(tables, (gpointer)table);
    g_ptr_array_unref(mig_sample_fill(scratch, lint->schema, tables, leave));
}

/* A database that can be rewound keeps its transaction open, and lives on when a row fails. */
static void
fill(MigPgLint *lint, const MigPgRelation *relation)
{
    lint->scratch->rewindable = TRUE;
    lint->scratch->n_inside = 0;
    add_rows(lint, relation);
    lint->scratch->rewindable = FALSE;
}

/* Notes the locks that are there now but were not before. */
static void
take_new_locks(MigPgSeen *seen, const GPtrArray *before, const GPtrArray *after)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < before->len; i++)
        g_hash_table_add(known, before->pdata[i]);
    for (guint i = 0; i < after->len; i++) {
        if (!g_hash_table_contains(known, after->pdata[i]))
            g_ptr_array_add(seen->locks, g_strdup(after->pdata[i]));
    }
}

MigPgSeen *
mig_pg_lint_try(MigPgLint *lint, const MigPgRelation *filled)
{
    static const char begin[] = "SAVEPOINT " TRIAL, back[] = "ROLLBACK TO SAVEPOINT " TRIAL
                                                             "; RELEASE SAVEPOINT " TRIAL;
    const char *locks = mig_pg_lint_known(lint, LOCKS);
    g_autofree char *look =
        g_strdup_printf("EXECUTE %s; SET LOCAL client_min_messages = debug1", locks);
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) after = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *begin_and_look = g_strconcat(begin, "; ", look, NULL);
    g_autofree char *look_and_back = g_strdup_printf("EXECUTE %s; %s", locks, back);
    MigPgSeen *seen = seen_new();

    if (!run(lint, filled ? begin : begin_and_look, before))
        return seen;
    if (filled) {
        fill(lint, filled);
        run(lint, look, before);
    }
    run_watched(lint, seen);
    run(lint, seen->ok ? look_and_back : back, after);
    take_new_locks(seen, before, after);
    return seen;
}

gboolean
mig_pg_seen_says(const MigPgSeen *seen, const char *begin)
{
    for (guint i = 0; seen && i < seen->messages->len; i++) {
        if (g_str_has_prefix(seen->messages->pdata[i], begin))
            return TRUE;
    }
    return FALSE;
}

/* A message says `begin`, and the table's name in quotes behind it. */
static gboolean
says_of(const char *message, const char *begin, const char *table)
{
    g_autofree char *quoted = g_strdup_printf("\"%s\"", table);
    const char *rest =
        g_str_has_prefix(message, begin) ? message + strlen(begin) : NULL;

    return rest && strstr(rest, quoted);
}

MigWork
mig_pg_seen_work(const MigPgSeen *seen, const char *table)
{
    MigWork work = MIG_WORK_NONE;

    for (guint i = 0; seen && i < seen->messages->len; i++) {
        const char *message = seen->messages->pdata[i];

        if (says_of(message, "rewriting table ", table))
            work = MAX(work, MIG_WORK_REWRITE);
        else if (says_of(message, "building index ", table))
            work = MAX(work, MIG_WORK_BUILD);
        else if (says_of(message, "verifying table ", table) ||
                 g_str_has_prefix(message, "validating foreign key constraint "))
            work = MAX(work, MIG_WORK_SCAN);
    }
    return work;
}

const char *
mig_pg_seen_lock(const MigPgSeen *seen, const char *oid)
{
    static const struct {
        const char *mode, *lock;
    } modes[] = {
        {"AccessExclusiveLock", "ACCESS EXCLUSIVE"},
        {"ExclusiveLock", "EXCLUSIVE"},
        {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"},
        {"ShareLock", "SHARE"},
        {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"},
    };

    for (gsize i = 0; seen && i < G_N_ELEMENTS(modes); i++) {
        g_autofree char *line = g_strdup_printf("%s %s", oid, modes[i].mode);

        if (g_ptr_array_find_with_equal_func(seen->locks, line, g_str_equal, NULL))
            return modes[i].lock;
    }
    return "";
}
