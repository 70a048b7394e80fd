/* How far a statement came that was begun outside a transaction, told by the catalog (rule 6). It is
 * asked in a transaction that is rolled back, so that the session's settings, which names are read
 * by, go as they came. */
#include <string.h>

#include "dialects/postgresql/pg_driver.h"
#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_words.h"

typedef struct {
    MigPg *pg;
    const MigPgBare *bare;
    const char *text; /* the statement */
    gsize length;
    MigBareState state;
    char *clear;
} Judgement;

/* NULL: it cannot be answered. */
static PGresult *
ask(const Judgement *judgement, const char *sql)
{
    return mig_pg_exec(judgement->pg, sql, NULL);
}

static gboolean
is_true(const PGresult *result, int column)
{
    return strcmp(PQgetvalue(result, 0, column), "t") == 0;
}

static char *
regclass(const Judgement *judgement, guint target)
{
    g_autofree char *literal = mig_pg_target_literal(judgement->bare->targets->pdata[target]);

    return g_strdup_printf("pg_catalog.to_regclass(%s)", literal);
}

static char *
name_literal(const Judgement *judgement, guint target)
{
    const MigPgTarget *named = judgement->bare->targets->pdata[target];

    return mig_pg_quote_literal(named->name);
}

#define INDEXES                                                                                    \
    "FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid "         \
    "JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid "                                         \
    "JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace "

/* An index in full, without the schema of its table. */
#define DEFINITION                                                                                 \
    "pg_catalog.replace(pg_catalog.replace(pg_catalog.pg_get_indexdef(i.oid), "                    \
    "' ON pg_temp.' || pg_catalog.quote_ident(t.relname), ' ON ' || t.relname), "                  \
    "' ON ' || pg_catalog.format('%I.%I', n.nspname, t.relname), ' ON ' || t.relname)"

/* How the index would be defined if the statement made it now, tried on an empty copy of its table.
 * NULL: that cannot be told. New string. */
static char *
wanted_definition(const Judgement *judgement, const char *table, const char *relation)
{
    const MigPgBare *bare = judgement->bare;
    g_autofree char *index = mig_pg_quote_name(((MigPgTarget *)bare->targets->pdata[0])->name);
    g_autoptr(GString) sql = g_string_new("SET LOCAL SESSION AUTHORIZATION DEFAULT; "
                                          "SET LOCAL ROLE NONE; ");

    g_string_append_printf(sql, "CREATE TEMPORARY TABLE %s (LIKE %s); ", relation, table);
    g_string_append_len(sql, judgement->text, (gssize)bare->name_offset);
    g_string_append_printf(sql, " %s ON pg_temp.%s ", index, relation);
    g_string_append_len(sql, judgement->text + bare->rest_offset,
                        (gssize)(judgement->length - bare->rest_offset));
    g_string_append(sql, "\n;\nSELECT " DEFINITION " " INDEXES
                         "WHERE t.relnamespace = pg_catalog.pg_my_temp_schema()");
    PGresult *result = ask(judgement, sql->str);
    char *definition = result && PQntuples(result) == 1 ? g_strdup(PQgetvalue(result, 0, 0)) : NULL;

    PQclear(result);
    return definition;
}

/* There is such an index: an invalid one is what a build leaves that was cut short; a valid one may be
 * that of the statement, or another one of the same name, which it would have failed at. */
static void
judge_found_index(Judgement *judgement, const PGresult *found)
{
    if (!is_true(found, 0)) {
        judgement->state = MIG_BARE_HALF_DONE;
        judgement->clear = g_strconcat("DROP INDEX CONCURRENTLY ", PQgetvalue(found, 0, 1), NULL);
        return;
    }
    g_autofree char *wanted =
        wanted_definition(judgement, PQgetvalue(found, 0, 2), PQgetvalue(found, 0, 3));

    if (wanted)
        judgement->state = strcmp(wanted, PQgetvalue(found, 0, 4)) == 0 ? MIG_BARE_DONE
                                                                         : MIG_BARE_NOT_DONE;
}

static void
judge_create_index(Judgement *judgement)
{
    if (!judgement->bare->targets->pdata[0])
        return;
    g_autofree char *table = regclass(judgement, 1);
    g_autofree char *name = name_literal(judgement, 0);
    g_autofree char *sql =
        g_strdup_printf("SELECT x.indisvalid AND x.indisready AND x.indislive, "
                        "pg_catalog.format('%%I.%%I', n.nspname, i.relname), "
                        "pg_catalog.format('%%I.%%I', n.nspname, t.relname), "
                        "pg_catalog.quote_ident(t.relname), %s " INDEXES
                        "WHERE t.oid = %s AND i.relname = CAST(%s AS pg_catalog.name)",
                        DEFINITION, table, name);
    PGresult *found = ask(judgement, sql);

    if (found && PQntuples(found) == 0)
        judgement->state = MIG_BARE_NOT_DONE;
    else if (found)
        judge_found_index(judgement, found);
    PQclear(found);
}

/* A question with one column and one row: is the statement's end reached? */
static void
judge_by(Judgement *judgement, const char *question, MigBareState yes, MigBareState no)
{
    g_autofree char *sql = g_strconcat("SELECT ", question, NULL);
    PGresult *answer = ask(judgement, sql);

    if (answer)
        judgement->state = is_true(answer, 0) ? yes : no;
    PQclear(answer);
}

static void
judge_drop_index(Judgement *judgement)
{
    g_autofree char *index = regclass(judgement, 0);
    g_autofree char *question = g_strconcat(index, " IS NULL", NULL);

    judge_by(judgement, question, MIG_BARE_DONE, MIG_BARE_NOT_DONE);
}

#define NAMED                                                                                      \
    "SELECT r.oid, pg_catalog.format('%%I.%%I', n.nspname, r.relname) AS name "                    \
    "FROM pg_catalog.pg_class AS r JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace"

/* A partition that is only marked as leaving must be led out, by a statement of its own. */
static void
judge_detach(Judgement *judgement)
{
    g_autofree char *parent = regclass(judgement, 0);
    g_autofree char *child = regclass(judgement, 1);
    g_autofree char *sql = g_strdup_printf(
        "SELECT h.inhparent IS NULL, pg_catalog.to_jsonb(h)->>'inhdetachpending' = 'true', "
        "pg_catalog.format('ALTER TABLE %%s DETACH PARTITION %%s FINALIZE', p.name, c.name) "
        "FROM (" NAMED ") AS p CROSS JOIN (" NAMED ") AS c "
        "LEFT JOIN pg_catalog.pg_inherits AS h ON h.inhparent = p.oid AND h.inhrelid = c.oid "
        "WHERE p.oid = %s AND c.oid = %s",
        parent, child);
    PGresult *found = ask(judgement, sql);

    if (found && PQntuples(found) == 1) {
        gboolean pending = is_true(found, 1);

        judgement->state = pending || is_true(found, 0) ? MIG_BARE_DONE : MIG_BARE_NOT_DONE;
        judgement->clear = pending ? g_strdup(PQgetvalue(found, 0, 2)) : NULL;
    }
    PQclear(found);
}

/* It can be run again, but indexes that were being made or put away would stay for ever. */
static void
judge_reindex(Judgement *judgement)
{
    g_autofree char *what = regclass(judgement, 0);
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.string_agg(pg_catalog.format('DROP INDEX CONCURRENTLY %%I.%%I', n.nspname, "
        "i.relname), ';\n' ORDER BY i.relname) " INDEXES
        "WHERE NOT x.indisvalid AND i.relname ~ '_cc(new|old)[0-9]*$' AND (x.indrelid = %s OR "
        "x.indrelid IN (SELECT o.indrelid FROM pg_catalog.pg_index AS o WHERE o.indexrelid = %s))",
        what, what);
    PGresult *found = ask(judgement, sql);

    if (found) {
        gboolean remains = !PQgetisnull(found, 0, 0);

        judgement->state = remains ? MIG_BARE_HALF_DONE : MIG_BARE_NOT_DONE;
        judgement->clear = remains ? g_strdup(PQgetvalue(found, 0, 0)) : NULL;
    }
    PQclear(found);
}

/* What is there may have been there before: only that it is not there is certain. */
static void
judge_global(Judgement *judgement)
{
    gboolean drop = judgement->bare->kind == MIG_PG_BARE_DROP;
    g_autofree char *name = name_literal(judgement, 0);
    g_autofree char *question =
        g_strdup_printf("NOT EXISTS (SELECT 1 FROM pg_catalog.%s WHERE %s = CAST(%s AS "
                        "pg_catalog.name))",
                        judgement->bare->catalog, judgement->bare->column, name);

    judge_by(judgement, question, drop ? MIG_BARE_DONE : MIG_BARE_NOT_DONE,
             drop ? MIG_BARE_NOT_DONE : MIG_BARE_UNKNOWN);
}

static void
judge(Judgement *judgement)
{
    switch (judgement->bare->kind) {
    case MIG_PG_BARE_OTHER:
        break;
    case MIG_PG_BARE_REPEATABLE:
        judgement->state = MIG_BARE_NOT_DONE;
        break;
    case MIG_PG_BARE_CREATE_INDEX:
        judge_create_index(judgement);
        break;
    case MIG_PG_BARE_DROP_INDEX:
        judge_drop_index(judgement);
        break;
    case MIG_PG_BARE_DETACH:
        judge_detach(judgement);
        break;
    case MIG_PG_BARE_REINDEX:
        judge_reindex(judgement);
        break;
    case MIG_PG_BARE_CREATE:
    case MIG_PG_BARE_DROP:
        judge_global(judgement);
        break;
    }
}

/* The session as the statement found it: it begins a step with the default schema on its path. */
static gboolean
set_session(MigPg *pg, const char *settings)
{
    g_autofree char *name = mig_pg_quote_name(mig_connection_default_schema(&pg->base));
    g_autofree char *sql = g_strdup_printf("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL "
                                           "search_path = %s; %s",
                                           name, settings);
    PGresult *result = mig_pg_exec(pg, sql, NULL);

    PQclear(result);
    return result != NULL;
}

gboolean
mig_pg_judge_bare(MigConnection *connection, const char *text, gsize length, const char *settings,
                  MigBareState *ret_state, char **ret_clear, GError **error)
{
    MigPg *pg = (MigPg *)connection;
    g_auto(MigPgBare) bare = {.kind = MIG_PG_BARE_OTHER};
    Judgement judgement = {.pg = pg, .bare = &bare, .text = text, .length = length};

    mig_pg_bare_read(text, length, &bare);
    judgement.state = MIG_BARE_UNKNOWN;
    if (set_session(pg, settings))
        judge(&judgement);
    PGresult *result = mig_pg_exec(pg, "ROLLBACK", error);

    PQclear(result);
    if (!result) {
        g_free(judgement.clear);
        return FALSE;
    }
    *ret_state = judgement.state;
    *ret_clear = judgement.clear;
    return TRUE;
}
