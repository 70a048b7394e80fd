#include "tests/property/pair.h"

#include <string.h>

#include "core/diff.h"
#include "core/error.h"
#include "tests/property/generate.h"
#include "tests/property/pair_rows.h"
#include "tests/property/tally.h"

#ifdef __SANITIZE_ADDRESS__
const guint pair_default_count = 1000;
#else
const guint pair_default_count = 3000;
#endif
const guint pair_default_seed = 1;

gboolean
pair_begin(int *ret_status)
{
    return TRUE;
}

void
pair_end(void)
{
}

static gboolean
run(MigConnection *scratch, const char *sql, GError **error)
{
    return scratch->dialect->execute(scratch, sql, strlen(sql), NULL, error);
}

static void
insert_rows(MigConnection *scratch, const Pair *pair)
{
    for (guint i = 0; i < pair->rows->len; i++) {
        g_autofree char *sql = gen_schema_row_sql(pair->from, pair->rows->pdata[i]);
        g_autoptr(GError) ignored = NULL; /* not every row fits */

        if (sql)
            run(scratch, sql, &ignored);
    }
}

/* A database with a schema in it, and the pair's rows if there is one; NULL when SQLite does not
 * take the schema. */
static MigConnection *
open_with(const MigDialect *dialect, const GenSchema *schema, const Pair *pair)
{
    MigConnection *scratch = dialect->open_scratch(NULL, NULL, NULL);
    g_autofree char *tables = gen_schema_tables_sql(schema), *code = gen_schema_code_sql(schema);
    gboolean done = run(scratch, tables, NULL);

    if (done && pair)
        insert_rows(scratch, pair);
    if (done && run(scratch, code, NULL))
        return scratch;
    dialect->close(scratch);
    return NULL;
}

static MigSchema *
read_state(MigConnection *scratch)
{
    MigIntrospectOptions options = {NULL};

    return scratch->dialect->introspect(scratch, &options, NULL);
}

/* SQLite takes some schemas that it then finds broken. */
static MigSchema *
load(const MigDialect *dialect, const GenSchema *schema)
{
    MigConnection *scratch = open_with(dialect, schema, NULL);

    if (!scratch)
        return NULL;
    g_autofree char *found = pair_complaints(scratch);
    MigSchema *state = *found ? NULL : read_state(scratch);

    dialect->close(scratch);
    return state;
}

static gboolean
load_states(Check *check)
{
    MigSchema *from = load(check->dialect, check->pair->from);

    check_states(check, from, from ? load(check->dialect, check->pair->to) : NULL);
    return check->to != NULL;
}

static gboolean
is_made(const MigPlan *plan, const MigObject *object)
{
    g_autofree char *create = g_strconcat("create ", object->identity, NULL);
    g_autofree char *alter = g_strconcat("alter ", object->identity, NULL);

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];

        if (strcmp(action->id, create) == 0)
            return TRUE;
        for (guint j = 0; strcmp(action->id, alter) == 0 && j < action->statements->len; j++) {
            if (g_str_has_prefix(action->statements->pdata[j], "CREATE TABLE"))
                return TRUE;
        }
    }
    return object->parent && is_made(plan, object->parent);
}

/* What follows "CREATE TABLE name"; other statements whole. */
static const char *
text_of(const MigDialect *dialect, const MigObject *object)
{
    const char *sql = mig_object_get(object, "sql");
    MigToken token = {0};
    MigLexer lexer;

    if (strcmp(object->kind, "table") != 0)
        return sql;
    mig_lexer_init(&lexer, dialect->lex_rules, sql, strlen(sql));
    for (int i = 0; i < 3; i++)
        token = mig_lexer_next_code(&lexer);
    return sql + token.offset + token.length;
}

/* What a plan makes has the text that the user wrote. */
static gboolean
check_texts(Check *check, const Move *move, const MigSchema *state)
{
    const GPtrArray *objects = mig_schema_objects(move->to);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *wanted = objects->pdata[i];
        const MigObject *got = mig_schema_find(state, wanted->identity);

        if (!mig_object_get(wanted, "sql") || !is_made(move->plan, wanted))
            continue;
        if (strcmp(text_of(check->dialect, got), text_of(check->dialect, wanted)) != 0)
            return check_fail(check, "text: %s is\n%s\nnot\n%s", wanted->identity,
                              mig_object_get(got, "sql"), mig_object_get(wanted, "sql"));
        tally_count("check: text as written");
    }
    return TRUE;
}

/* Tables that a virtual table keeps for itself are no objects. */
static gboolean
check_shadows(Check *check, MigConnection *scratch, const MigSchema *state)
{
    g_autofree char *names =
        pair_query(scratch, "SELECT name, char(31) FROM pragma_table_list WHERE type = 'shadow'");
    g_auto(GStrv) lines = g_strsplit(names, "|\037|\n", -1);

    for (char **line = lines; *line && **line; line++) {
        if (mig_schema_lookup(state, "table", NULL, *line))
            return check_fail(check, "shadow: table %s is an object", *line);
        tally_count("check: shadow table left alone");
    }
    return TRUE;
}

static gboolean
check_reached(Check *check, const Move *move, MigConnection *scratch)
{
    g_autoptr(MigSchema) state = read_state(scratch);
    g_autoptr(GPtrArray) changes = mig_diff(state, move->to);
    g_autofree char *complaints = pair_complaints(scratch);

    if (changes->len > 0) {
        g_autofree char *line = mig_change_describe(changes->pdata[0]);

        return check_fail(check, "target not reached: %s", line);
    }
    if (*complaints)
        return check_fail(check, "integrity: %s", complaints);
    return check_shadows(check, scratch, state) && check_texts(check, move, state);
}

/* FALSE on a failure, and when rows stopped it, as a hazard had said. */
static gboolean
carry_out(Check *check, const Move *move, MigConnection *scratch, gboolean with_rows)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *before = pair_kept_rows(scratch, move->from, move->to, move->renames, FALSE);

    if (!run(scratch, move->sql, &error)) {
        if (!with_rows || !strstr(move->sql, "fails-on-data"))
            check_fail(check, "run: %s", error->message);
        else
            tally_count("check: stopped by rows");
        return FALSE;
    }
    if (!check_reached(check, move, scratch))
        return FALSE;
    g_autofree char *after = pair_kept_rows(scratch, move->from, move->to, move->renames, TRUE);

    if (strcmp(before, after) != 0)
        return check_fail(check, "rows: before\n%safter\n%s", before, after);
    tally_count(with_rows ? "check: moved with rows" : "check: moved without rows");
    return TRUE;
}

static void
round_trip(Check *check, gboolean with_rows)
{
    const Pair *pair = check->pair;
    MigConnection *scratch = open_with(check->dialect, pair->from, with_rows ? pair : NULL);

    if (!scratch)
        return;
    g_autofree char *complaints = pair_complaints(scratch);

    if (!*complaints && carry_out(check, &check->up, scratch, with_rows) &&
        carry_out(check, &check->down, scratch, with_rows))
        carry_out(check, &check->up, scratch, with_rows);
    check->dialect->close(scratch);
}

static void
check_all(Check *check)
{
    if (!load_states(check)) {
        tally_count("pair: not taken by SQLite");
        return;
    }
    if (!check_renames(check) || !check_plan(check, &check->up) ||
        !check_plan(check, &check->down)) {
        tally_count("pair: renames that cannot be");
        return;
    }
    tally_state(check->to);
    tally_plan(check->up.plan, check->up.sql);
    round_trip(check, FALSE);
    if (!check->failure)
        round_trip(check, TRUE);
    if (!check->failure)
        check_proof(check);
}

char *
pair_check(const Pair *pair, char **script)
{
    const MigDialect *dialect = mig_dialect_by_name("sqlite");
    Check check = {.pair = pair, .dialect = dialect, .place = mig_scratch_new(dialect)};

    check_all(&check);
    return check_end(&check, script);
}

static char *
describe_rows(const Pair *pair)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < pair->rows->len; i++) {
        g_autofree char *sql = gen_schema_row_sql(pair->from, pair->rows->pdata[i]);

        if (sql)
            g_string_append_printf(out, "%s;\n", sql);
    }
    return g_string_free(out, FALSE);
}

char *
pair_describe(const Pair *pair)
{
    g_autofree char *old = gen_schema_tables_sql(pair->from);
    g_autofree char *old_code = gen_schema_code_sql(pair->from);
    g_autofree char *new = gen_schema_tables_sql(pair->to);
    g_autofree char *new_code = gen_schema_code_sql(pair->to);
    g_autofree char *rows = describe_rows(pair);
    g_autoptr(GPtrArray) renames = gen_schema_renames(pair->from, pair->to);

    g_ptr_array_add(renames, NULL);
    g_autofree char *told =
        pair->told ? g_strjoinv("\n", (char **)renames->pdata) : g_strdup("none");

    return g_strdup_printf("---- from\n%s---- rows\n%s%s---- to\n%s%s---- renames\n%s\n", old, rows,
                           old_code, new, new_code, told);
}
