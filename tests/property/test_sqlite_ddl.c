/* Random CREATE TABLE statements: the engine and our reader must agree on each, a dump must load to
 * the same state, and two ways of writing the same table must be equal. MIGRATE_TEST_SEED repeats a
 * run that failed, MIGRATE_TEST_TABLES sets how many tables are tried. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dialect.h"
#include "core/error.h"
#include "dialects/sqlite/sqlite_introspect.h"
#include "dialects/sqlite/sqlite_reader.h"
#include "tests/lib/sqlite_agree.h"

/* shape decides what the table is; style, which is another one for each way of writing, how it
 * looks. */
typedef struct {
    GRand *shape, *style;
    GString *out;
    GString *later; /* table constraints that style moved behind the columns */
    guint n_columns;
    gboolean has_key;
} Writer;

static guint32 seed;

static guint
shape(Writer *writer, guint n)
{
    return (guint)g_rand_int_range(writer->shape, 0, (gint32)n);
}

static guint
style(Writer *writer, guint n)
{
    return (guint)g_rand_int_range(writer->style, 0, (gint32)n);
}

static void
put_space(Writer *writer)
{
    static const char *const spaces[] = {
        " ", " ", " ", "\n", "\r\n\t", " /* , ( ' */ ", " -- ) \" '\n", "/**/ "};

    g_string_append(writer->out, spaces[style(writer, G_N_ELEMENTS(spaces))]);
}

/* Words in any case. */
static void
put(Writer *writer, const char *words)
{
    put_space(writer);
    for (; *words; words++) {
        if (*words == ' ')
            put_space(writer);
        else
            g_string_append_c(writer->out, style(writer, 2) ? g_ascii_tolower(*words) : *words);
    }
}

static const char *const names[] = {"a",   "Col", "full name", "select", "Key",   "größe", "a\"b",
                                    "x'y", "end", "1st",       "left",   "group", "plan",  "_u$"};

static void
append_quoted(GString *out, const char *name, char opening, char closing)
{
    g_string_append_c(out, opening);
    for (; *name; name++) {
        g_string_append_c(out, *name);
        if (*name == closing)
            g_string_append_c(out, *name);
    }
    g_string_append_c(out, closing);
}

/* A name in any spelling that means it; strings only where nothing but a name can stand. */
static void
put_name(Writer *writer, const char *name, guint number, gboolean as_string)
{
    g_autofree char *full = g_strdup_printf("%s%u", name, number);
    g_autofree char *spelled = mig_sqlite_spell_name(full);

    if (style(writer, 3) == 0)
        full[0] = g_ascii_toupper(full[0]);
    put_space(writer);
    switch (style(writer, as_string ? 5 : 4)) {
    case 0:
        append_quoted(writer->out, full, '`', '`');
        break;
    case 1:
        append_quoted(writer->out, full, '[', ']');
        break;
    case 4:
        append_quoted(writer->out, full, '\'', '\'');
        break;
    case 2:
        if (*spelled != '"') {
            g_string_append(writer->out, full);
            break;
        }
        /* fall through */
    default:
        append_quoted(writer->out, full, '"', '"');
    }
}

static void
put_column_name(Writer *writer, guint column, gboolean as_string)
{
    put_name(writer, names[(column * 5 + writer->n_columns) % G_N_ELEMENTS(names)], column,
             as_string);
}

static void
put_literal(Writer *writer)
{
    static const char *const literals[] = {
        "0",    "-1",   "'x'",   "'It''s -- ('", "1.5e3",
        "NULL", "TRUE", "x'00'", "'A'",          "CURRENT_TIMESTAMP"};
    const char *literal = literals[shape(writer, G_N_ELEMENTS(literals))];

    put_space(writer);
    g_string_append(writer->out, literal);
}

static void
put_expression(Writer *writer, guint depth)
{
    static const char *const operators[] = {"+",      "||",   "<",    ">=", "AND",
                                            "IS NOT", "LIKE", "GLOB", "-",  "NOT IN"};
    guint kind = shape(writer, depth > 2 ? 2 : 6);

    if (kind == 0) {
        put_literal(writer);
    } else if (kind == 1) {
        put_column_name(writer, shape(writer, writer->n_columns), FALSE);
    } else if (kind == 2) {
        put(writer, "CASE WHEN");
        put_expression(writer, depth + 1);
        put(writer, "THEN");
        put_expression(writer, depth + 1);
        put(writer, "END");
    } else if (kind == 3) {
        put(writer, "coalesce (");
        put_expression(writer, depth + 1);
        put(writer, ",");
        put_expression(writer, depth + 1);
        put(writer, ")");
    } else {
        guint operator= shape(writer, G_N_ELEMENTS(operators));

        put(writer, "(");
        put_expression(writer, depth + 1);
        put(writer, operators[operator]);
        put(writer, operator== G_N_ELEMENTS(operators) - 1 ? "( 1, 'x' ) OR" : "");
        put_expression(writer, depth + 1);
        put(writer, ")");
    }
}

/* Clauses that say what holds anyway are a matter of style. */
static void
put_conflict(Writer *writer)
{
    static const char *const words[] = {"IGNORE", "REPLACE", "FAIL", "ROLLBACK"};

    if (shape(writer, 5) == 0) {
        put(writer, "ON CONFLICT");
        put(writer, words[shape(writer, G_N_ELEMENTS(words))]);
    } else if (style(writer, 4) == 0) {
        put(writer, "ON CONFLICT ABORT");
    }
}

static void
put_references(Writer *writer)
{
    static const char *const actions[] = {"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"};

    put(writer, "REFERENCES");
    put_name(writer, names[shape(writer, G_N_ELEMENTS(names))], 1, TRUE);
    if (shape(writer, 2)) {
        put(writer, "(");
        put_name(writer, names[shape(writer, G_N_ELEMENTS(names))], 2, TRUE);
        put(writer, ")");
    }
    for (int i = 0; i < 2; i++) {
        const char *clause = i ? "ON DELETE" : "ON UPDATE";

        if (shape(writer, 3) == 0) {
            put(writer, clause);
            put(writer, actions[shape(writer, G_N_ELEMENTS(actions))]);
        } else if (style(writer, 4) == 0) {
            put(writer, clause);
            put(writer, "NO ACTION");
        }
    }
    if (shape(writer, 4) == 0)
        put(writer, "DEFERRABLE INITIALLY DEFERRED");
    else if (style(writer, 4) == 0)
        put(writer, style(writer, 2) ? "NOT DEFERRABLE" : "DEFERRABLE INITIALLY IMMEDIATE");
}

/* Of several names the last one counts. */
static void
put_constraint_name(Writer *writer, guint number)
{
    if (shape(writer, 3) > 0)
        return;
    if (style(writer, 8) == 0)
        put(writer, "CONSTRAINT lost");
    put(writer, "CONSTRAINT");
    put_name(writer, "rule", number, TRUE);
}

/* One constraint on one column, in the column or behind the columns. */
static void
put_column_constraint(Writer *writer, guint column, gboolean behind)
{
    guint kind = shape(writer, 3);
    GString *out = writer->out;

    if (behind) {
        g_string_append(writer->later, ",");
        writer->out = writer->later;
    }
    put_constraint_name(writer, column * 10 + kind);
    if (kind == 0) {
        put(writer, "CHECK (");
        put_expression(writer, 0);
        put(writer, ")");
    } else if (kind == 1) {
        put(writer, "UNIQUE");
        if (behind) {
            put(writer, "(");
            put_column_name(writer, column, TRUE);
            put(writer, style(writer, 2) ? "ASC )" : ")");
        }
        put_conflict(writer);
    } else {
        if (behind) {
            put(writer, "FOREIGN KEY (");
            put_column_name(writer, column, TRUE);
            put(writer, ")");
        }
        put_references(writer);
    }
    writer->out = out;
}

static void
put_default(Writer *writer)
{
    put(writer, "DEFAULT");
    if (shape(writer, 3) == 0) {
        put(writer, "( abs(");
        put_literal(writer);
        put(writer, ") + 1 )");
    } else {
        gboolean parens = style(writer, 2);

        put(writer, parens ? "(" : "");
        put_literal(writer);
        put(writer, parens ? ")" : "");
    }
}

static void
put_type(Writer *writer)
{
    static const char *const types[] = {"INT",           "INTEGER",       "TEXT",
                                        "VARCHAR( 10 )", "DECIMAL(10,2)", "UNSIGNED BIG INT",
                                        "BLOB",          "REAL",          ""};

    put(writer, types[shape(writer, G_N_ELEMENTS(types))]);
}

static void
put_column(Writer *writer, guint column)
{
    put_column_name(writer, column, TRUE);
    put_type(writer);
    if (!writer->has_key && shape(writer, 6) == 0) {
        writer->has_key = TRUE;
        put(writer, "PRIMARY KEY");
        put(writer, shape(writer, 4) == 0 ? "DESC" : style(writer, 2) ? "ASC" : "");
        put_conflict(writer);
        put(writer, shape(writer, 6) == 0 ? "AUTOINCREMENT" : "");
    }
    if (shape(writer, 3) == 0) {
        put(writer, "NOT NULL");
        put_conflict(writer);
    } else if (style(writer, 4) == 0) {
        put(writer, "NULL");
    }
    gboolean behind = style(writer, 2);

    for (guint n = shape(writer, 3); n > 0; n--)
        put_column_constraint(writer, column, behind);
    if (shape(writer, 3) == 0)
        put_default(writer);
    else if (style(writer, 5) == 0)
        put(writer, "DEFAULT NULL");
    if (shape(writer, 5) == 0)
        put(writer, "COLLATE NOCASE");
    else if (style(writer, 5) == 0)
        put(writer, "COLLATE BINARY");
    if (shape(writer, 8) == 0) {
        gboolean stored = shape(writer, 2);

        put(writer, style(writer, 2) ? "GENERATED ALWAYS AS (" : "AS (");
        put_expression(writer, 0);
        put(writer, stored ? ") STORED" : style(writer, 2) ? ") VIRTUAL" : ")");
    }
}

static void
put_key_list(Writer *writer)
{
    guint first = shape(writer, writer->n_columns), n = 1 + shape(writer, 3);

    n = MIN(n, writer->n_columns);
    put(writer, "(");
    for (guint i = 0; i < n; i++) {
        put(writer, i > 0 ? "," : "");
        put_column_name(writer, (first + i) % writer->n_columns, TRUE);
        put(writer, shape(writer, 6) == 0 ? "COLLATE RTRIM" : "");
        put(writer, shape(writer, 4) == 0 ? "DESC" : style(writer, 3) == 0 ? "ASC" : "");
    }
    put(writer, ")");
    put_conflict(writer);
}

static void
put_table_constraints(Writer *writer)
{
    for (guint n = shape(writer, 3); n > 0; n--) {
        g_string_append(writer->out, ",");
        put_constraint_name(writer, 100 + n);
        if (shape(writer, 2) || writer->has_key) {
            put(writer, "UNIQUE");
        } else {
            put(writer, "PRIMARY KEY");
            writer->has_key = TRUE;
        }
        put_key_list(writer);
    }
}

/* The shape of that seed in the style of that one. */
static char *
write_table(guint32 shape_seed, guint32 style_seed)
{
    static const char *const options[] = {"", "", "", "WITHOUT ROWID", "STRICT"};
    Writer writer = {g_rand_new_with_seed(shape_seed),
                     g_rand_new_with_seed(style_seed),
                     g_string_new("CREATE TABLE"),
                     g_string_new(NULL),
                     0,
                     FALSE};

    writer.n_columns = 1 + shape(&writer, 5);
    put_name(&writer, names[shape(&writer, G_N_ELEMENTS(names))], 0, TRUE);
    put(&writer, "(");
    for (guint i = 0; i < writer.n_columns; i++) {
        put(&writer, i > 0 ? "," : "");
        put_column(&writer, i);
    }
    g_string_append(writer.out, writer.later->str);
    put_table_constraints(&writer);
    put(&writer, ")");
    put(&writer, options[shape(&writer, G_N_ELEMENTS(options))]);
    g_rand_free(writer.shape);
    g_rand_free(writer.style);
    g_string_free(writer.later, TRUE);
    return g_string_free(writer.out, FALSE);
}

/* The state that SQL makes, with what the reader and the engine disagree on; NULL when the engine
 * refuses the SQL. */
static MigSchema *
load(const char *sql, char **ret_disagreement)
{
    const MigDialect *dialect = mig_dialect_by_name("sqlite");
    sqlite3 *db = NULL;
    MigSchema *schema = NULL;

    sqlite3_open(":memory:", &db);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK) {
        MigConnection *connection = dialect->adopt(db, NULL);

        schema = dialect->introspect(connection, NULL, NULL);
        dialect->close(connection);
        *ret_disagreement = sqlite_any_disagreement(db);
    }
    sqlite3_close(db);
    return schema;
}

static void
show_and_fail(guint32 table, const char *problem, const char *sql, const char *other)
{
    printf("# table of seed %u:\n%s\n# and:\n%s\n", table, sql, other);
    fflush(stdout);
    fail_msg("%s", problem);
}

/* What is in one state and not, or not so, in the other. */
static void
show_difference(const MigSchema *schema, const MigSchema *other)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i],
                        *same = mig_schema_find(other, object->identity);

        if (!same || strcmp(mig_object_hash(same), mig_object_hash(object)) != 0)
            printf("# %s %s\n", same ? "differs:" : "only one has", object->title);
    }
}

static gboolean
try_table(guint32 shape_seed)
{
    g_autofree char *sql = write_table(shape_seed, shape_seed + 1);
    g_autofree char *otherwise = write_table(shape_seed, shape_seed + 2);
    g_autofree char *wrong = NULL, *other_wrong = NULL, *loaded_wrong = NULL;
    g_autoptr(MigSchema) schema = load(sql, &wrong);
    g_autoptr(MigSchema) other = load(otherwise, &other_wrong);

    /* Of two equal keys one may not say ON CONFLICT ABORT and the other IGNORE: with style it
     * shows. */
    if (!schema || !other)
        return FALSE;
    if (wrong || other_wrong)
        show_and_fail(shape_seed, wrong ? wrong : other_wrong, sql, otherwise);
    if (strcmp(mig_schema_hash(schema), mig_schema_hash(other)) != 0) {
        show_difference(schema, other);
        show_difference(other, schema);
        show_and_fail(shape_seed, "not the same in another style", sql, otherwise);
    }
    g_autofree char *dump = mig_sqlite_dump(schema);
    g_autoptr(MigSchema) loaded = load(dump, &loaded_wrong);

    if (!loaded || strcmp(mig_schema_hash(schema), mig_schema_hash(loaded)) != 0)
        show_and_fail(shape_seed, "does not come back from its dump", sql, dump);
    return TRUE;
}

static void
random_tables(void **state)
{
    const char *count = g_getenv("MIGRATE_TEST_TABLES");
    guint n = count ? (guint)atoi(count) : 1500, accepted = 0;

    for (guint i = 0; i < n; i++)
        accepted += try_table(seed + i * 7);
    printf("# %u of %u tables were accepted by the engine\n", accepted, n);
    assert_true(accepted >= n / 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_tables)};
    const char *given = g_getenv("MIGRATE_TEST_SEED");

    seed = given ? (guint32)strtoul(given, NULL, 10) : g_random_int();
    printf("# MIGRATE_TEST_SEED=%u\n", seed);
    return cmocka_run_group_tests_name("sqlite_ddl_random", tests, NULL, NULL);
}
