/* Views, triggers and virtual tables. */
#include "tests/property/generate.h"

static const char *
table_body(int kind)
{
    static const char *const bodies[] = {
        "AFTER INSERT ON {T} BEGIN\n"
        "  DELETE FROM {O} WHERE CASE WHEN 1 THEN 0 END; -- end;\nEND",
        "BEFORE UPDATE OF {A} ON {T}\nWHEN new.{A} IS NULL BEGIN SELECT raise(ABORT, 'no;'); END",
        "AFTER DELETE ON {T} BEGIN UPDATE {T} SET {A} = {A}; END",
        "BEFORE INSERT ON {T} FOR EACH ROW WHEN new.{A} IS 'x' OR new.{B} = 'end;' BEGIN "
        "SELECT 1; SELECT CASE WHEN new.{A} > 3 THEN raise(IGNORE) END; END",
        "AFTER UPDATE ON {T} WHEN old.{A} IS NOT new.{A} BEGIN /* ; END */ "
        "INSERT OR REPLACE INTO {O} SELECT * FROM {O} WHERE 0; END",
        "DELETE ON {T} BEGIN WITH q(n) AS (SELECT count(*) FROM {O}) "
        "SELECT n FROM q WHERE n > old.{B}; END",
        "AFTER UPDATE OF {A}, {B} ON {T} BEGIN\n"
        "  UPDATE {T} SET {B} = new.{A} FROM {O} WHERE 0;\nEND"};

    return bodies[kind % (int)G_N_ELEMENTS(bodies)];
}

/* Puts ids for {T}, {O}, {A}, {B}. */
static char *
with_ids(const char *body, guint table, guint other, guint a, guint b)
{
    GString *out = g_string_new(body);
    const guint ids[] = {table, other, a, b};

    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        const char letter[] = {'{', "TOAB"[i], '}', '\0'};
        g_autofree char *id = g_strdup_printf("{%u}", ids[i]);

        g_string_replace(out, letter, id, 0);
    }
    return g_string_free(out, FALSE);
}

char *
gen_trigger(const GenSchema *schema, const GenTable *table, guint id, GRand *rand)
{
    static const char *const names[] = {"tr%u", "\"tr %u\"", "[déclencheur;%u]", "`begin%u`",
                                        "IF NOT EXISTS main.tr%u"};
    GString *name = g_string_new(gen_one_of(rand, names));
    g_autofree char *number = g_strdup_printf("%u", id);
    g_autofree char *body = with_ids(
        table_body(g_rand_int_range(rand, 0, 7)), table->id, gen_any_table(schema, rand)->id,
        gen_any_column(table, rand)->id, gen_any_column(table, rand)->id);
    char *text;

    g_string_replace(name, "%u", number, 0);
    text = g_strdup_printf("CREATE TRIGGER %s %s", name->str, body);
    g_string_free(name, TRUE);
    return text;
}

char *
gen_view_trigger(const GenSchema *schema, const GenRelation *view, guint id, GRand *rand)
{
    static const char *const bodies[] = {
        "INSTEAD OF INSERT ON {T} BEGIN DELETE FROM {O}; END",
        "INSTEAD OF UPDATE ON {T} FOR EACH ROW BEGIN SELECT 'a;' FROM {T}; END",
        "instead of delete on {T} when 1 begin delete from {O} where 0; select 2; end"};
    g_autofree char *body =
        with_ids(gen_one_of(rand, bodies), view->id, gen_any_table(schema, rand)->id, 0, 0);

    return g_strdup_printf("CREATE TRIGGER \"vt %u\" %s", id, body);
}

static char *
view_of_table(const GenSchema *schema, const GenTable *table, GRand *rand)
{
    static const char *const texts[] = {
        "AS SELECT {A} FROM {T}",
        "(n) AS SELECT count(*) FROM {T}, {O} -- c",
        "AS SELECT * FROM {T}",
        "AS WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 3)\n"
        "SELECT x, {A} FROM c, {T}",
        "(\"first one\", [second]) AS SELECT {A}, row_number() OVER (ORDER BY {B}) FROM {T}",
        "AS SELECT {A} AS \"x;\" FROM {T} WHERE {B} IN (SELECT 1 FROM {O}) UNION SELECT ';'",
        "AS SELECT t.{A}, o.* FROM {T} AS t LEFT JOIN {O} AS o ON t.{B} = 1 /* end */"};

    return with_ids(gen_one_of(rand, texts), table->id, gen_any_table(schema, rand)->id,
                    gen_any_column(table, rand)->id, gen_any_column(table, rand)->id);
}

static char *
view_of_views(const GenSchema *schema, GRand *rand)
{
    static const char *const texts[] = {
        "AS SELECT * FROM {T}",
        "(n) AS SELECT count(*) FROM {T} AS v, {O}",
        "AS SELECT v.* FROM {T} v WHERE EXISTS (SELECT 1 FROM {O})",
    };
    const GenRelation *one =
        schema->views->pdata[g_rand_int_range(rand, 0, (gint32)schema->views->len)];
    const GenRelation *two =
        schema->views->pdata[g_rand_int_range(rand, 0, (gint32)schema->views->len)];

    return with_ids(gen_one_of(rand, texts), one->id, two->id, 0, 0);
}

static GenRelation *
add_relation(GenSchema *schema, GPtrArray *list, char *name, GRand *rand)
{
    GenRelation *relation = g_new0(GenRelation, 1);

    relation->id = schema->next_id++;
    relation->name = name ? name : gen_relation_name(schema, relation->id, rand);
    relation->triggers = g_ptr_array_new_with_free_func(g_free);
    /* Views need not stand in the order of their needs. */
    g_ptr_array_insert(list, g_rand_int_range(rand, 0, (gint32)list->len + 1), relation);
    return relation;
}

GenRelation *
gen_view(GenSchema *schema, char *name, GRand *rand)
{
    g_autofree char *text = schema->views->len > 0 && gen_chance(rand, 50)
                                ? view_of_views(schema, rand)
                                : view_of_table(schema, gen_any_table(schema, rand), rand);
    GenRelation *view = add_relation(schema, schema->views, name, rand);

    view->text = g_strdup_printf("CREATE VIEW %s{%u} %s",
                                 gen_chance(rand, 10) ? "IF NOT EXISTS main." : "", view->id, text);
    if (gen_chance(rand, 35))
        g_ptr_array_add(view->triggers, gen_view_trigger(schema, view, schema->next_id++, rand));
    return view;
}

GenRelation *
gen_virtual(GenSchema *schema, GRand *rand)
{
    static const struct {
        const char *module, *row;
    } kinds[] = {
        {"fts5(title, body)", "VALUES ('a b', 'c')"},
        {"fts5(title, body UNINDEXED, prefix='2 3', tokenize = 'porter ascii')",
         "VALUES ('a', 'b')"},
        {"FTS5(a, b, columnsize=0, detail=none)", "VALUES ('a', 'b')"},
        {"fts5(a, content='')", "(rowid, a) VALUES (3, 'text')"},
        {"rtree(id, x0, x1)", "VALUES (1, 0.5, 2)"},
        {"rtree(\"the id\", x0, x1, y0, y1, +note TEXT)", "VALUES (7, 0, 1, 0, 1, 'n')"},
        {"rtree_i32(id, a0, a1)", "VALUES (2, 3, 4)"},
        {"fts4(body, tokenize=porter)", "VALUES ('some text')"},
        {"fts3(one, two)", "VALUES ('some', 'text')"},
        {"fts5(a, b, /* no */ content={T}, content_rowid=\"rowid\")", NULL},
        {"fts5vocab('no where', 'row')", NULL},
        {"dbstat", NULL},
    };
    guint kind = (guint)g_rand_int_range(rand, 0, G_N_ELEMENTS(kinds));
    GenRelation *table = add_relation(schema, schema->virtuals, NULL, rand);

    g_autofree char *module =
        with_ids(kinds[kind].module, gen_any_table(schema, rand)->id, 0, 0, 0);

    table->text = g_strdup_printf("CREATE VIRTUAL TABLE {%u} USING %s", table->id, module);
    if (kinds[kind].row)
        table->row = g_strdup_printf("INSERT INTO {%u} %s", table->id, kinds[kind].row);
    return table;
}
