/* The texts that tables are made of, and their indexes. */
#include "tests/property/generate.h"

const GenColumn *
gen_any_column(const GenTable *table, GRand *rand)
{
    return table->columns->pdata[g_rand_int_range(rand, 0, (gint32)table->columns->len)];
}

const GenTable *
gen_any_table(const GenSchema *schema, GRand *rand)
{
    return schema->tables->pdata[g_rand_int_range(rand, 0, (gint32)schema->tables->len)];
}

char *
gen_column_name(const GenTable *table, guint id, GRand *rand)
{
    static const char *const names[] = {
        "a",    "b",         "name",    "Title",       "order", "x y",    "größe",     "q\"q",
        "it's", "ID",        "f(",      "c,d",         "AS",    "rowid",  "select",    "naïve",
        "a.b",  "1st",       "new",     "value",       "[x",    "back`s", "Ärger",     "ärger",
        "_",    "--c",       "値",      "check",       "*/",    "%s%n",   "key",       "always",
        "desc", "generated", "without", "line\nbreak", "",      "oid",    "constraint"};
    const char *name = gen_one_of(rand, names);

    for (guint i = 0; i < table->columns->len; i++) {
        const GenColumn *column = table->columns->pdata[i];

        if (g_ascii_strcasecmp(column->name, name) == 0)
            return g_strdup_printf("%s%u", name, id);
    }
    return gen_chance(rand, 50) ? g_strdup(name) : g_strdup_printf("%s%u", name, id);
}

static gboolean
is_taken(const GenSchema *schema, const char *name)
{
    for (guint i = 0; i < schema->tables->len; i++) {
        if (g_ascii_strcasecmp(((GenTable *)schema->tables->pdata[i])->name, name) == 0)
            return TRUE;
    }
    for (guint i = 0; i < schema->views->len; i++) {
        if (g_ascii_strcasecmp(((GenRelation *)schema->views->pdata[i])->name, name) == 0)
            return TRUE;
    }
    for (guint i = 0; i < schema->virtuals->len; i++) {
        if (g_ascii_strcasecmp(((GenRelation *)schema->virtuals->pdata[i])->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

char *
gen_relation_name(const GenSchema *schema, guint id, GRand *rand)
{
    static const char *const names[] = {
        "users",          "Posts",  "group",     "my table", "Straße", "t\"q", "it's",   "a.b",
        "_mig_new_users", "select", "таблица",   "[odd]",    "x-y",    "2nd",  "values", "new",
        "b`tick",         "TABLE",  "users_idx", "old",      "",       "%s",   "view",   "a\nb",
        "strasse--",      "key",    "/* t"};
    const char *name = gen_one_of(rand, names);

    return gen_chance(rand, 50) && !is_taken(schema, name) ? g_strdup(name)
                                                           : g_strdup_printf("%s%u", name, id);
}

char *
gen_type(GRand *rand)
{
    static const char *const types[] = {
        "INTEGER",          "TEXT",        "REAL",      "BLOB",
        "NUMERIC",          "VARCHAR(20)", "",          "decimal(10, 2)",
        "bigint",           "INT",         "timestamp", "double precision",
        "\"my type\"",      "boolean",     "json",      "LONG  Text (1,-2)",
        "dec /* ( */ imal", "[odd)]"};

    return g_strdup(gen_one_of(rand, types));
}

char *
gen_comment(GRand *rand)
{
    static const char *const comments[] = {
        "/* why */",          "-- one, two (\n", "/* ) */",    "-- it's\n",
        "/* a -- b\n * c */", "-- cr\r\n\t",     "-- /* \"\n", "/**/"};

    return g_strdup(gen_one_of(rand, comments));
}

static char *
not_null(GRand *rand)
{
    static const char *const texts[] = {"NOT NULL",
                                        "NOT NULL",
                                        "CONSTRAINT nn NOT NULL",
                                        "CONSTRAINT alone",
                                        "NOT NULL NOT NULL",
                                        "NOT NULL ON CONFLICT IGNORE",
                                        "NOT NULL ON CONFLICT FAIL",
                                        "NULL",
                                        "not null on conflict replace"};

    return g_strdup(gen_one_of(rand, texts));
}

static char *
default_value(GRand *rand)
{
    static const char *const texts[] = {"DEFAULT 0",
                                        "DEFAULT 'x'",
                                        "DEFAULT NULL",
                                        "DEFAULT -1.5",
                                        "DEFAULT (1 + 1)",
                                        "DEFAULT x'00'",
                                        "DEFAULT TRUE",
                                        "DEFAULT CURRENT_TIMESTAMP",
                                        "DEFAULT 'it''s -- no, (really)'",
                                        "default (lower('A'))",
                                        "DEFAULT \"word\"",
                                        "DEFAULT (-1)",
                                        "CONSTRAINT d DEFAULT +3",
                                        "DEFAULT 0x1F",
                                        "DEFAULT 1e3",
                                        "DEFAULT word",
                                        "DEFAULT (CASE WHEN 1 THEN 'a' ELSE 'b' END)",
                                        "DEFAULT (CURRENT_DATE || 'x')",
                                        "DEFAULT ''",
                                        "DEFAULT ('ä')",
                                        "DEFAULT 9223372036854775808",
                                        "DEFAULT 1 DEFAULT 2",
                                        "DEFAULT -0x10",
                                        "DEFAULT \"\""};

    return g_strdup(gen_one_of(rand, texts));
}

static char *
collation(GRand *rand)
{
    static const char *const texts[] = {"COLLATE NOCASE", "collate rtrim", "COLLATE BINARY",
                                        "CONSTRAINT col COLLATE \"nocase\"",
                                        "COLLATE NOCASE COLLATE RTRIM"};

    return g_strdup(gen_one_of(rand, texts));
}

static char *
unique(GRand *rand)
{
    static const char *const texts[] = {
        "UNIQUE",
        "UNIQUE ON CONFLICT IGNORE",
        "UNIQUE ON CONFLICT REPLACE",
        "CONSTRAINT \"a key\" UNIQUE",
        "UNIQUE ON CONFLICT ROLLBACK",
    };

    return g_strdup(gen_one_of(rand, texts));
}

static char *
check(const GenTable *table, const GenColumn *column, GRand *rand)
{
    int n = g_rand_int_range(rand, 0, 9);

    switch (g_rand_int_range(rand, 0, 6)) {
    case 0:
        return g_strdup_printf("CHECK ({%u}.{%u} IS NOT 'bad')", table->id, column->id);
    case 1:
        return g_strdup_printf("CONSTRAINT \"ch %d\" CHECK (length({%u}) < 100 /* (%d) */)", n,
                               column->id, n);
    case 2:
        return g_strdup_printf("CHECK (CASE {%u} WHEN '%d)' THEN 0 ELSE 1 END)", column->id, n);
    case 3:
        return g_strdup_printf("CHECK ({%u} NOT IN ('a', 'b', %d)) CHECK ({%u} NOT LIKE 'no%%')",
                               column->id, n, column->id);
    default:
        return g_strdup_printf("CHECK ({%u} IS NOT '%d')", column->id, n);
    }
}

/* What stands behind REFERENCES table (columns). */
static const char *
actions(GRand *rand)
{
    static const char *const texts[] = {"",
                                        " ON DELETE CASCADE",
                                        " ON UPDATE SET NULL",
                                        " ON DELETE SET DEFAULT ON UPDATE CASCADE",
                                        " DEFERRABLE INITIALLY DEFERRED",
                                        " MATCH FULL",
                                        " ON DELETE RESTRICT NOT DEFERRABLE",
                                        " deferrable initially immediate",
                                        " ON DELETE NO ACTION DEFERRABLE",
                                        " NOT DEFERRABLE INITIALLY DEFERRED",
                                        " ON INSERT CASCADE MATCH simple"};

    return gen_one_of(rand, texts);
}

static char *
reference(const GenSchema *schema, GRand *rand)
{
    const GenTable *table = gen_any_table(schema, rand);

    if (gen_chance(rand, 5))
        return g_strdup_printf("REFERENCES \"no where\"%s", actions(rand));
    if (gen_chance(rand, 50) && table->columns->len)
        return g_strdup_printf("CONSTRAINT fk REFERENCES {%u} ({%u})%s", table->id,
                               gen_any_column(table, rand)->id, actions(rand));
    return g_strdup_printf("REFERENCES {%u}%s", table->id, actions(rand));
}

static char *
generated(const GenTable *table, const GenColumn *column, GRand *rand)
{
    static const char *const texts[] = {"({%u} || 'g')", "(lower({%u}))", "({%u} + 1)",
                                        "(coalesce({%u}, ')'))",
                                        "(CASE WHEN {%u} IS NULL THEN 'n' ELSE 'y' END)"};
    static const char *const kinds[] = {"", " STORED", " VIRTUAL", " stored"};
    const GenColumn *other = gen_any_column(table, rand);
    g_autofree char *id = g_strdup_printf("{%u}", other->id);

    if (other == column || (other->clauses[GEN_GENERATED] && other->id > column->id))
        return NULL; /* it could read itself */
    g_auto(GStrv) halves = g_strsplit(gen_one_of(rand, texts), "{%u}", 2);
    g_autofree char *expression = g_strjoinv(id, halves);

    return g_strdup_printf("%sAS %s%s", gen_chance(rand, 50) ? "GENERATED ALWAYS " : "", expression,
                           gen_one_of(rand, kinds));
}

char *
gen_clause(const GenSchema *schema, const GenTable *table, const GenColumn *column, int clause,
           GRand *rand)
{
    switch (clause) {
    case GEN_NOT_NULL:
        return not_null(rand);
    case GEN_DEFAULT:
        return default_value(rand);
    case GEN_COLLATE:
        return collation(rand);
    case GEN_CHECK:
        return check(table, column, rand);
    case GEN_KEY:
        return unique(rand);
    case GEN_REFERENCES:
        return reference(schema, rand);
    case GEN_GENERATED:
        return generated(table, column, rand);
    default:
        return gen_comment(rand);
    }
}

char *
gen_primary_key(GRand *rand)
{
    static const char *const keys[] = {
        "PRIMARY KEY",      "PRIMARY KEY AUTOINCREMENT",
        "PRIMARY KEY DESC", "CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE",
        "PRIMARY KEY ASC",  "PRIMARY KEY ON CONFLICT ABORT AUTOINCREMENT"};

    return g_strdup(gen_one_of(rand, keys));
}

char *
gen_table_key(const GenTable *table, GenColumn *column, GRand *rand)
{
    guint other = gen_any_column(table, rand)->id;

    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        g_free(column->type);
        column->type = g_strdup("INTEGER");
        return g_strdup_printf("CONSTRAINT \"p k\" PRIMARY KEY ({%u} AUTOINCREMENT)", column->id);
    case 1:
        return g_strdup_printf("PRIMARY KEY ({%u} COLLATE NOCASE, {%u} DESC) ON CONFLICT FAIL",
                               column->id, other);
    default:
        return g_strdup_printf("PRIMARY KEY ({%u}, {%u})", column->id, other);
    }
}

char *
gen_constraint(const GenSchema *schema, const GenTable *table, GRand *rand)
{
    static const char *const tails[] = {"", "", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE"};
    const GenTable *other = gen_any_table(schema, rand);
    guint a = gen_any_column(table, rand)->id, b = gen_any_column(table, rand)->id;
    g_autofree char *name = gen_chance(rand, 40) ? g_strdup_printf("CONSTRAINT \"c %d\" ",
                                                                   g_rand_int_range(rand, 1, 100))
                                                 : g_strdup("");

    switch (g_rand_int_range(rand, 0, 7)) {
    case 0:
        return g_strdup_printf("%sUNIQUE ({%u}, {%u})%s", name, a, b, gen_one_of(rand, tails));
    case 1:
        return g_strdup_printf("%sCHECK ({%u} IS NOT {%u} OR {%u} IS NULL)", name, a, b, a);
    case 2:
        return g_strdup_printf("%sFOREIGN KEY ({%u}) REFERENCES {%u}%s", name, a, other->id,
                               actions(rand));
    case 3:
        return g_strdup_printf("%sFOREIGN KEY ({%u}, {%u}) REFERENCES {%u} ({%u}, {%u})%s", name, a,
                               b, other->id, gen_any_column(other, rand)->id,
                               gen_any_column(other, rand)->id, actions(rand));
    case 4:
        return g_strdup_printf("%sCHECK ({%u} -- )\n <> 'x' AND {%u} IS NOT 'y' COLLATE NOCASE)",
                               name, a, b);
    case 5:
        return g_strdup_printf("%sUNIQUE ({%u} DESC /* d */)", name, a);
    default:
        return g_strdup_printf("%sUNIQUE ({%u} COLLATE NOCASE)%s", name, a,
                               gen_one_of(rand, tails));
    }
}

char *
gen_index(const GenTable *table, guint id, GRand *rand)
{
    guint a = gen_any_column(table, rand)->id, b = gen_any_column(table, rand)->id;
    const char *unique_word = gen_chance(rand, 25) ? "UNIQUE " : "";

    switch (g_rand_int_range(rand, 0, 8)) {
    case 6:
        return g_strdup_printf("CREATE INDEX ix%u ON {%u}(({%u}), CASE {%u} WHEN ')' THEN 1 END)",
                               id, table->id, a, b);
    case 0:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u} DESC, {%u})", unique_word, id,
                               table->id, a, b);
    case 1:
        return g_strdup_printf("create %sindex \"ix %u\" on {%u} ({%u}) -- note\n WHERE {%u} > 1",
                               unique_word, id, table->id, a, b);
    case 2:
        return g_strdup_printf("CREATE INDEX ix%u ON {%u}(lower({%u}), {%u})", id, table->id, a, b);
    case 3:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u} COLLATE NOCASE)", unique_word, id,
                               table->id, a);
    case 4:
        return g_strdup_printf("CREATE INDEX IF NOT EXISTS \"índex %u\" ON {%u}({%u} || 'x' "
                               "COLLATE RTRIM DESC, {%u} ASC)",
                               id, table->id, a, b);
    case 5:
        return g_strdup_printf("CREATE %sINDEX main.[ix;%u] ON {%u}({%u}, {%u}) WHERE {%u} IS NOT "
                               "NULL AND {%u} NOT IN ('a', ';')",
                               unique_word, id, table->id, a, b, a, b);
    default:
        return g_strdup_printf("CREATE %sINDEX ix%u ON {%u}({%u})", unique_word, id, table->id, a);
    }
}
