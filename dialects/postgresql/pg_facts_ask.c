/* What the database knows of the tables that statements name: what the words leave open, and sizes.
 */
#include <stdlib.h>
#include <string.h>

#include "dialects/postgresql/pg_facts.h"
#include "dialects/postgresql/pg_model.h"

/* Sizes are asked for behind no lock for longer than this. */
#define WAIT_MS "1000"

/* The name that to_regclass() takes, by what the table is called now. New string; NULL: the plan
 * makes the table. */
static char *
known_as(const MigPgWalk *walk, const MigTouch *touch)
{
    const char *schema = touch->schema, *name = touch->name;

    for (guint i = walk->made->len; i > 0 && !touch->is_new; i--) {
        const MigPgMade *made = walk->made->pdata[i - 1];

        if (strcmp(made->kind, "table") != 0 || !made->of_name ||
            !mig_pg_same_name(walk, made->schema, made->name, schema, name))
            continue;
        schema = made->of_schema;
        name = made->of_name;
        break;
    }
    if (touch->is_new)
        return NULL;
    g_autofree char *quoted_schema = schema ? mig_pg_quote_name(schema) : NULL;
    g_autofree char *quoted = mig_pg_quote_name(name);

    return g_strconcat(quoted_schema ? quoted_schema : "", quoted_schema ? "." : "", quoted, NULL);
}

typedef struct {
    GPtrArray *cells; /* of char*; NULL: SQL NULL */
    guint n_columns;
} Answer;

static gboolean
take_row(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    Answer *answer = user_data;

    answer->n_columns = n_columns;
    for (guint i = 0; i < n_columns; i++)
        g_ptr_array_add(answer->cells, g_strdup(values[i]));
    return TRUE;
}

static guint
n_rows(const Answer *answer)
{
    return answer->n_columns ? answer->cells->len / answer->n_columns : 0;
}

static const char *
cell(const Answer *answer, guint row, guint column)
{
    return answer->cells->pdata[row * answer->n_columns + column];
}

static void
answer_clear(Answer *answer)
{
    g_ptr_array_unref(answer->cells);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

/* sql with ?1 and ?2. *ret->cells is emptied first. */
static gboolean
ask(MigPg *pg, const char *sql, const char *first, const char *second, Answer *ret, GError **error)
{
    MigSql *query = mig_sql_new(-1, sql, first, second, NULL);

    g_ptr_array_set_size(ret->cells, 0);
    ret->n_columns = 0;
    gboolean ok = mig_pg_query(&pg->base, query, take_row, ret, error);

    mig_sql_free(query);
    return ok;
}

static gboolean
is_yes(const Answer *answer)
{
    return n_rows(answer) > 0 && g_strcmp0(cell(answer, 0, 0), "t") == 0;
}

/* The schema is left out where the statement leaves it out and means the same. */
static void
add_tables(MigPgQuestion *question, MigPg *pg, const Answer *answer, MigPgWalk *walk)
{
    for (guint i = 0; i < n_rows(answer); i++) {
        const char *schema = cell(answer, i, 0), *name = cell(answer, i, 1);
        gboolean is_default = strcmp(schema, mig_connection_default_schema(&pg->base)) == 0;
        MigPgReading reading = {walk, {.text = NULL}, question->facts};

        mig_pg_touch(&reading, is_default ? NULL : schema, name, question->fact);
    }
}

#define NAMES "SELECT n.nspname, c.relname FROM "
#define OF_CLASS " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
#define SELF "pg_catalog.to_regclass(?1)"

static const char *
tables_sql(MigPgAsk question)
{
    switch (question) {
    case MIG_PG_ASK_INDEX:
        return NAMES
            "pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid" OF_CLASS
            " WHERE i.indexrelid = " SELF;
    case MIG_PG_ASK_CONSTRAINT:
        return NAMES "pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS c ON c.oid = "
                     "k.confrelid" OF_CLASS " WHERE k.conrelid = " SELF
                     " AND k.conname = ?2 AND k.contype = 'f'"
                     " AND k.confrelid <> k.conrelid";
    case MIG_PG_ASK_COLUMN:
        return NAMES "(SELECT DISTINCT k.confrelid AS oid FROM pg_catalog.pg_constraint AS k"
                     " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid"
                     " AND a.attnum = ANY (k.conkey) WHERE k.conrelid = " SELF
                     " AND a.attname = ?2 AND k.contype = 'f' AND k.confrelid <> k.conrelid) AS r"
                     " JOIN pg_catalog.pg_class AS c ON c.oid = r.oid" OF_CLASS " ORDER BY 1, 2";
    case MIG_PG_ASK_REFERENCED:
        return NAMES
            "(SELECT confrelid AS oid FROM pg_catalog.pg_constraint WHERE conrelid = " SELF
            " AND contype = 'f' AND confrelid <> conrelid"
            " UNION SELECT inhparent FROM pg_catalog.pg_inherits AS h JOIN"
            " pg_catalog.pg_class AS p ON p.oid = h.inhparent WHERE inhrelid = " SELF
            " AND p.relkind = 'p') AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.oid" OF_CLASS
            " ORDER BY 1, 2";
    case MIG_PG_ASK_REFERRING:
        return NAMES
            "(SELECT DISTINCT conrelid AS oid FROM pg_catalog.pg_constraint WHERE confrelid = " SELF
            " AND contype = 'f' AND confrelid <> conrelid) AS r"
            " JOIN pg_catalog.pg_class AS c ON c.oid = r.oid" OF_CLASS " ORDER BY 1, 2";
    case MIG_PG_ASK_DEFAULT_PART:
        return NAMES "pg_catalog.pg_partitioned_table AS t"
                     " JOIN pg_catalog.pg_class AS c ON c.oid = t.partdefid" OF_CLASS
                     " WHERE t.partrelid = " SELF;
    case MIG_PG_ASK_DOMAIN_USERS:
        return NAMES "(SELECT DISTINCT attrelid AS oid FROM pg_catalog.pg_attribute"
                     " WHERE atttypid = pg_catalog.to_regtype(?1) AND NOT attisdropped) AS r"
                     " JOIN pg_catalog.pg_class AS c ON c.oid = r.oid AND c.relkind IN ('r', 'p', "
                     "'m')" OF_CLASS " ORDER BY 1, 2";
    default:
        return NULL;
    }
}

static gboolean
answer_tables(MigPg *pg, MigPgWalk *walk, MigPgQuestion *question, const char *self, GError **error)
{
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, tables_sql(question->ask), self, question->name, &answer, error))
        return FALSE;
    /* An index or a domain stood for its tables. */
    if (n_rows(&answer) > 0 &&
        (question->ask == MIG_PG_ASK_INDEX || question->ask == MIG_PG_ASK_DOMAIN_USERS))
        question->touch->lock = NULL;
    if (n_rows(&answer) == 0 && question->ask == MIG_PG_ASK_INDEX)
        mig_pg_touch_note(question->touch, "there is no such index");
    add_tables(question, pg, &answer, walk);
    return TRUE;
}

static gboolean
answer_not_null(MigPg *pg, MigPgQuestion *question, const char *self, GError **error)
{
    static const char sql[] =
        "SELECT a.attnotnull OR EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k"
        " WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.convalidated"
        " AND pg_catalog.pg_get_constraintdef(k.oid) ="
        " pg_catalog.format('CHECK ((%I IS NOT NULL))', a.attname))"
        " FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = " SELF
        " AND a.attname = ?2 AND NOT a.attisdropped";
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, sql, self, question->name, &answer, error))
        return FALSE;
    if (!is_yes(&answer))
        mig_pg_touch_set(question->touch, question->fact);
    return TRUE;
}

/* A foreign key is looked through again from both sides; indexes of the column are built anew only
 * if something else than its plain values is in them, which the words do not tell. */
static gboolean
answer_other_side(MigPg *pg, MigPgWalk *walk, MigPgQuestion *question, const char *self,
                  gboolean valid, GError **error)
{
    static const char format[] =
        NAMES "(SELECT CASE k.conrelid WHEN a.attrelid THEN k.confrelid ELSE k.conrelid END AS oid"
              " FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_constraint AS k"
              " ON (k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey))"
              " OR (k.confrelid = a.attrelid AND a.attnum = ANY (k.confkey))"
              " WHERE a.attrelid = " SELF " AND a.attname = ?2 AND k.contype = 'f'"
              " AND k.convalidated = %s) AS r"
              " JOIN pg_catalog.pg_class AS c ON c.oid = r.oid" OF_CLASS " WHERE c.oid <> " SELF
              " ORDER BY 1, 2";
    g_autofree char *sql = g_strdup_printf(format, valid ? "true" : "false");
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, sql, self, question->name, &answer, error))
        return FALSE;
    question->fact = valid ? MIG_PG_LOCK_TYPE_OTHER : MIG_PG_LOCK_TYPE_OTHER_NOT_VALID;
    add_tables(question, pg, &answer, walk);
    return TRUE;
}

static gboolean
answer_type_change(MigPg *pg, MigPgWalk *walk, MigPgQuestion *question, const char *self,
                   GError **error)
{
    static const char sql[] =
        "SELECT pg_catalog.format_type(a.atttypid, a.atttypmod),"
        " EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = a.attrelid"
        " AND k.contype = 'c' AND a.attnum = ANY (k.conkey)) OR EXISTS (SELECT 1 FROM"
        " pg_catalog.pg_depend AS d JOIN pg_catalog.pg_index AS i ON i.indexrelid = d.objid"
        " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
        " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid"
        " AND d.refobjsubid = a.attnum AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))"
        " FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = " SELF
        " AND a.attname = ?2 AND NOT a.attisdropped";
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};
    const char *note = "all is written anew unless the types are binary compatible";
    MigWork work = MIG_WORK_UNKNOWN;

    if (!ask(pg, sql, self, question->name, &answer, error))
        return FALSE;
    if (n_rows(&answer) > 0)
        work = mig_pg_type_change_work(cell(&answer, 0, 0), question->text, &note);
    if (n_rows(&answer) > 0 && g_strcmp0(cell(&answer, 0, 1), "t") == 0)
        mig_pg_touch_set(question->touch, MIG_PG_LOCK_TYPE_CHECKED);
    if (work == MIG_WORK_REWRITE)
        mig_pg_touch_set(question->touch, MIG_PG_LOCK_TYPE_REWRITE);
    else if (work == MIG_WORK_UNKNOWN)
        mig_pg_touch_set(question->touch, MIG_PG_LOCK_TYPE_UNKNOWN);
    if (note && work == MIG_WORK_UNKNOWN)
        mig_pg_touch_note(question->touch, "%s", note);
    return answer_other_side(pg, walk, question, self, TRUE, error) &&
           answer_other_side(pg, walk, question, self, FALSE, error);
}

static gboolean
answer_domain(MigPg *pg, MigPgQuestion *question, GError **error)
{
    static const char sql[] =
        "SELECT t.typtype = 'd' AND (t.typnotnull OR EXISTS (SELECT 1 FROM pg_catalog.pg_constraint"
        " WHERE contypid = t.oid)) FROM pg_catalog.pg_type AS t"
        " WHERE t.oid = pg_catalog.to_regtype(?1)";
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, sql, question->text, NULL, &answer, error))
        return FALSE;
    if (n_rows(&answer) == 0) {
        mig_pg_touch_set(question->touch, question->fact);
        mig_pg_touch_note(question->touch,
                          "all is written anew if '%s' is a domain with conditions",
                          question->name);
    } else if (is_yes(&answer)) {
        mig_pg_touch_set(question->touch, MIG_PG_LOCK_ADD_COLUMN_FILLED);
        mig_pg_touch_note(question->touch, "the conditions of the domain '%s'", question->name);
    }
    return TRUE;
}

static gboolean
answer_volatile(MigPg *pg, MigPgQuestion *question, GError **error)
{
    static const char sql[] = "SELECT pg_catalog.bool_or(provolatile = 'v') FROM pg_catalog.pg_proc"
                              " WHERE proname = ?1 HAVING count(*) > 0";
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, sql, question->name, NULL, &answer, error))
        return FALSE;
    if (n_rows(&answer) == 0) {
        mig_pg_touch_set(question->touch, question->fact);
    } else if (is_yes(&answer)) {
        mig_pg_touch_set(question->touch, MIG_PG_LOCK_ADD_COLUMN_FILLED);
        mig_pg_touch_note(question->touch, "the default is computed for each row");
    } else {
        g_clear_pointer(&question->touch->note, g_free);
    }
    return TRUE;
}

static gboolean
answer_primary(MigPg *pg, MigPgQuestion *question, const char *self, GError **error)
{
    static const char sql[] =
        "SELECT pg_catalog.bool_and(a.attnotnull) FROM pg_catalog.pg_index AS i"
        " JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY "
        "(i.indkey)"
        " WHERE i.indrelid = " SELF " AND c.relname = ?2 HAVING count(*) > 0";
    g_auto(Answer) answer = {.cells = g_ptr_array_new_with_free_func(g_free)};

    if (!ask(pg, sql, self, question->name, &answer, error))
        return FALSE;
    if (is_yes(&answer))
        g_clear_pointer(&question->touch->note, g_free);
    else
        mig_pg_touch_set(question->touch, question->fact);
    return TRUE;
}

static gboolean
answer_question(MigPg *pg, MigPgWalk *walk, MigPgQuestion *question, GError **error)
{
    g_autofree char *self = known_as(walk, question->touch);

    if (!self)
        return TRUE; /* a new table is small, and nobody's yet */
    switch (question->ask) {
    case MIG_PG_ASK_NOT_NULL:
        return answer_not_null(pg, question, self, error);
    case MIG_PG_ASK_TYPE_CHANGE:
        return answer_type_change(pg, walk, question, self, error);
    case MIG_PG_ASK_DOMAIN:
        return answer_domain(pg, question, error);
    case MIG_PG_ASK_VOLATILE:
        return answer_volatile(pg, question, error);
    case MIG_PG_ASK_PRIMARY:
        return answer_primary(pg, question, self, error);
    default:
        return answer_tables(pg, walk, question, self, error);
    }
}

/* Without a database the words have the last say: what they leave open is unknown. */
void
mig_pg_facts_leave_open(MigPgWalk *walk)
{
    for (guint i = 0; i < walk->questions->len; i++) {
        MigPgQuestion *question = walk->questions->pdata[i];

        if (question->ask == MIG_PG_ASK_TYPE_CHANGE)
            mig_pg_touch_set(question->touch, MIG_PG_LOCK_TYPE_UNKNOWN);
        else if (question->ask == MIG_PG_ASK_NOT_NULL || question->ask == MIG_PG_ASK_DOMAIN ||
                 question->ask == MIG_PG_ASK_VOLATILE || question->ask == MIG_PG_ASK_PRIMARY)
            mig_pg_touch_set(question->touch, question->fact);
    }
}

/* Rows as the planner estimates them; bytes with indexes; both of all partitions. */
#define LEAVES                                                                                     \
    " LEFT JOIN LATERAL (SELECT count(*) - 1 AS n, bool_and(l.relpages > 0 OR "                    \
    "pg_catalog.pg_relation_size(l.oid) = 0) FILTER (WHERE l.relkind <> 'p') AS counted,"          \
    " sum(CASE WHEN l.relpages > 0 AND l.reltuples >= 0 THEN l.reltuples / l.relpages *"           \
    " (pg_catalog.pg_relation_size(l.oid) /"                                                       \
    " pg_catalog.current_setting('block_size')::pg_catalog.int8) ELSE 0 END) AS tuples,"           \
    " sum(pg_catalog.pg_total_relation_size(l.oid)) AS bytes"                                      \
    " FROM pg_catalog.pg_class AS l WHERE l.oid = c.oid OR (c.relkind = 'p' AND l.oid IN"          \
    " (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid)))) AS s ON true"
#define SIZES                                                                                      \
    "SELECT q.i - 1, CASE WHEN c.relkind = 'p' THEN s.n ELSE 0 END,"                               \
    " CASE WHEN s.counted AND c.relkind IN ('r', 'm', 'p') THEN"                                   \
    " pg_catalog.round(s.tuples::pg_catalog.numeric) ELSE -1 END,"                                 \
    " CASE WHEN c.relkind IN ('r', 'm', 'p') THEN s.bytes ELSE -1 END"                             \
    " FROM pg_catalog.unnest(?1::pg_catalog.text[]) WITH ORDINALITY AS q(name, i)"                 \
    " JOIN pg_catalog.pg_class AS c ON c.oid = pg_catalog.to_regclass(q.name)"                     \
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"

static gboolean
take_size(guint n_columns, const char *const *values, gpointer user_data, GError **error)
{
    const GPtrArray *touches = user_data;
    MigTouch *touch = touches->pdata[atoi(values[0])];

    touch->n_partitions = (guint)atoi(values[1]);
    touch->rows = g_ascii_strtoll(values[2], NULL, 10);
    touch->bytes = g_ascii_strtoll(values[3], NULL, 10);
    return TRUE;
}

/* An array of texts as the server reads it. */
static void
append_element(GString *array, const char *name)
{
    g_string_append(array, array->len > 1 ? ",\"" : "\"");
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c(array, '\\');
        g_string_append_c(array, *name);
    }
    g_string_append_c(array, '"');
}

static gboolean
add_sizes(MigPg *pg, MigPgWalk *walk, GError **error)
{
    g_autoptr(GPtrArray) touches = g_ptr_array_new();
    g_autoptr(GString) names = g_string_new("{");

    for (guint i = 0; i < walk->facts->len; i++) {
        const MigFacts *facts = walk->facts->pdata[i];

        for (guint j = 0; j < facts->touches->len; j++) {
            g_autofree char *name = known_as(walk, facts->touches->pdata[j]);

            if (!name)
                continue;
            append_element(names, name);
            g_ptr_array_add(touches, facts->touches->pdata[j]);
        }
    }
    g_string_append_c(names, '}');
    if (touches->len == 0)
        return TRUE;
    MigSql *query = mig_sql_new(-1, SIZES LEAVES, names->str, NULL);
    gboolean ok = mig_pg_query(&pg->base, query, take_size, touches, error);

    mig_sql_free(query);
    return ok;
}

static gboolean
run(MigPg *pg, const char *sql, GError **error)
{
    PGresult *result = mig_pg_exec(pg, sql, error);

    PQclear(result);
    return result != NULL;
}

gboolean
mig_pg_facts_answer(MigPg *pg, MigPgWalk *walk, GError **error)
{
    gboolean ok = run(pg, "BEGIN READ ONLY; SET LOCAL lock_timeout = " WAIT_MS, error);

    for (guint i = 0; ok && i < walk->questions->len; i++)
        ok = answer_question(pg, walk, walk->questions->pdata[i], error);
    if (ok && run(pg, "SAVEPOINT sizes", error)) {
        g_autoptr(GError) own = NULL;

        /* Somebody changes one of the tables just now: the plan is worth seeing all the same. */
        ok = add_sizes(pg, walk, &own) || g_error_matches(own, MIG_ERROR, MIG_E_LOCKED);
        if (!ok)
            g_propagate_error(error, g_steal_pointer(&own));
    }
    run(pg, "ROLLBACK", NULL);
    return ok;
}
