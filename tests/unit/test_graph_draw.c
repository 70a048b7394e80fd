#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/graph_draw.h"
#include "tests/lib/graph_util.h"

static MigGraph *
build(GPtrArray *scripts)
{
    g_autoptr(GError) error = NULL;
    MigGraph *graph = mig_graph_new(scripts, &error);

    assert_no_error(error);
    return graph;
}

/* The drawing of all revisions, or of those named by words; ids as text unless bare. */
static char *
draw(const MigGraph *graph, const char *words, gboolean utf8, gboolean bare)
{
    g_autoptr(GPtrArray) wanted =
        words ? graph_util_revisions(graph, words)
              : g_ptr_array_copy((GPtrArray *)mig_graph_revisions(graph), NULL, NULL);
    g_autoptr(MigRevisionSet) shown = mig_revision_set_new(graph);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < wanted->len; i++)
        mig_revision_set_add(shown, wanted->pdata[i]);
    g_autoptr(GPtrArray) order = mig_graph_sort(graph, shown);
    g_autoptr(GraphDrawing) drawing = graph_drawing_new(graph, shown, utf8);

    for (guint i = 0; i < order->len; i++) {
        const MigRevision *revision = order->pdata[i];

        graph_drawing_add(drawing, revision, bare ? "" : revision->id, out);
    }
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *graph, *shown, *box, *ascii;
} Case;

static void
check_cases(const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(MigGraph) graph = build(graph_util_scripts(cases[i].graph));
        g_autofree char *box = draw(graph, cases[i].shown, TRUE, FALSE);
        g_autofree char *ascii = draw(graph, cases[i].shown, FALSE, FALSE);

        if (!g_str_equal(box, cases[i].box))
            fail_msg("%s:\n%s", cases[i].graph, box);
        if (cases[i].ascii && !g_str_equal(ascii, cases[i].ascii))
            fail_msg("%s:\n%s", cases[i].graph, ascii);
    }
}

static void
drawings_are_as_expected(void **state)
{
    static const Case cases[] = {
        {"a() b(a) c(b)", NULL,
         "● c\n"
         "● b\n"
         "● a\n",
         "* c\n"
         "* b\n"
         "* a\n"},
        {"a() b1(a) b2(a)", NULL,
         "● b1\n"
         "│ ● b2\n"
         "├─╯\n"
         "● a\n",
         "* b1\n"
         "| * b2\n"
         "|-/\n"
         "* a\n"},
        {"a() b1(a) b2(a) c(b1,b2) d(c)", NULL,
         "● d\n"
         "● c\n"
         "├─╮\n"
         "● │ b1\n"
         "│ ● b2\n"
         "├─╯\n"
         "● a\n",
         "* d\n"
         "* c\n"
         "|-\\\n"
         "* | b1\n"
         "| * b2\n"
         "|-/\n"
         "* a\n"},
        {"a() b1(a) b2(a) b3(a) b4(a) m(b1,b2,b3,b4)", NULL,
         "● m\n"
         "├─┬─┬─╮\n"
         "● │ │ │ b1\n"
         "│ ● │ │ b2\n"
         "├─╯ │ │\n"
         "│   ● │ b3\n"
         "├───╯ │\n"
         "│     ● b4\n"
         "├─────╯\n"
         "● a\n",
         "* m\n"
         "|-.-.-\\\n"
         "* | | | b1\n"
         "| * | | b2\n"
         "|-/ | |\n"
         "|   * | b3\n"
         "|---/ |\n"
         "|     * b4\n"
         "|-----/\n"
         "* a\n"},
        {"a() b(a) c1(b) d1(c1) c2(b) d2(c2) m(d1,d2) n1(m) n2(m)", NULL,
         "● n1\n"
         "│ ● n2\n"
         "├─╯\n"
         "● m\n"
         "├─╮\n"
         "● │ d1\n"
         "● │ c1\n"
         "│ ● d2\n"
         "│ ● c2\n"
         "├─╯\n"
         "● b\n"
         "● a\n",
         "* n1\n"
         "| * n2\n"
         "|-/\n"
         "* m\n"
         "|-\\\n"
         "* | d1\n"
         "* | c1\n"
         "| * d2\n"
         "| * c2\n"
         "|-/\n"
         "* b\n"
         "* a\n"},
        {"a() x()", NULL,
         "● a\n"
         "\n"
         "● x\n",
         "* a\n"
         "\n"
         "* x\n"},
        {"a() b(a) x() y(x;a)", NULL,
         "● b\n"
         "│ ● y\n"
         "├┄┤\n"
         "│ ● x\n"
         "● a\n",
         "* b\n"
         "| * y\n"
         "|~|\n"
         "| * x\n"
         "* a\n"},
        {"a() b(a) c(b) z() y(z;b) x(y)", NULL,
         "● c\n"
         "│ ● x\n"
         "│ ● y\n"
         "├┄┤\n"
         "│ ● z\n"
         "● b\n"
         "● a\n",
         "* c\n"
         "| * x\n"
         "| * y\n"
         "|~|\n"
         "| * z\n"
         "* b\n"
         "* a\n"},
        {"a() b(a) c(b) d(c)", "d c",
         "● d\n"
         "● c\n",
         "* d\n"
         "* c\n"},
        {"r() a(r) b(r) c(r) x(a) y(b) z(c) m(a,b,c)", NULL,
         "● x\n"
         "│ ● m\n"
         "│ ├─╮\n"
         "├─┤ │\n"
         "│ │ │ ● y\n"
         "│ ├─┼─╯\n"
         "● │ │ a\n"
         "│ │ │ ● z\n"
         "│ │ ├─╯\n"
         "│ ● │ b\n"
         "├─╯ │\n"
         "│   ● c\n"
         "├───╯\n"
         "● r\n",
         "* x\n"
         "| * m\n"
         "| |-\\\n"
         "|-| |\n"
         "| | | * y\n"
         "| |-+-/\n"
         "* | | a\n"
         "| | | * z\n"
         "| | |-/\n"
         "| * | b\n"
         "|-/ |\n"
         "|   * c\n"
         "|---/\n"
         "* r\n"},
        {"a1() a2(a1) b1() b2(b1;a2) b3(b2) a3(a2;b1)", NULL,
         "● b3\n"
         "● b2\n"
         "├┄╮\n"
         "│ ┊ ● a3\n"
         "│ ├─┤\n"
         "├┄┼┄╯\n"
         "● │ b1\n"
         "  ● a2\n"
         "  ● a1\n",
         "* b3\n"
         "* b2\n"
         "|~\\\n"
         "| : * a3\n"
         "| |-|\n"
         "|~+~/\n"
         "* | b1\n"
         "  * a2\n"
         "  * a1\n"},
        {"a() b1(a) b2(a) b3(a) c1(b1,b2,b3) c2(b1,b2,b3) d1(c1) d2(c2)", NULL,
         "● d1\n"
         "● c1\n"
         "├─┬─╮\n"
         "│ │ │ ● d2\n"
         "│ │ │ ● c2\n"
         "│ │ ├─┤\n"
         "│ ├─┼─┤\n"
         "├─┼─┼─╯\n"
         "● │ │ b1\n"
         "│ ● │ b2\n"
         "├─╯ │\n"
         "│   ● b3\n"
         "├───╯\n"
         "● a\n",
         "* d1\n"
         "* c1\n"
         "|-.-\\\n"
         "| | | * d2\n"
         "| | | * c2\n"
         "| | |-|\n"
         "| |-+-|\n"
         "|-+-+-/\n"
         "* | | b1\n"
         "| * | b2\n"
         "|-/ |\n"
         "|   * b3\n"
         "|---/\n"
         "* a\n"},
        {"a() b() c() d(a;b,c) e(c;a)", NULL,
         "● d\n"
         "├┄┬┄╮\n"
         "│ ┊ ┊ ● e\n"
         "│ ┊ ├─┤\n"
         "├┄┼┄┼┄╯\n"
         "● ┊ │ a\n"
         "  ● │ b\n"
         "    ● c\n",
         "* d\n"
         "|~.~\\\n"
         "| : : * e\n"
         "| : |-|\n"
         "|~+~+~/\n"
         "* : | a\n"
         "  * | b\n"
         "    * c\n"},
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
long_text_stands_beside_the_edges(void **state)
{
    g_autoptr(MigGraph) graph = build(graph_util_scripts("a() b1(a) b2(a) c(b1,b2)"));
    g_autoptr(MigRevisionSet) shown = mig_graph_ancestors(graph, mig_graph_revisions(graph), FALSE);
    g_autoptr(GPtrArray) order = mig_graph_sort(graph, shown);
    g_autoptr(GraphDrawing) drawing = graph_drawing_new(graph, shown, TRUE);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < order->len; i++)
        graph_drawing_add(drawing, order->pdata[i], "first\n\n    last\n", out);
    assert_string_equal(out->str, "● first\n│\n│     last\n"
                                  "├─╮\n"
                                  "● │ first\n│ │\n│ │     last\n"
                                  "│ ● first\n│ │\n│ │     last\n"
                                  "├─╯\n"
                                  "● first\n\n      last\n");
}

/* A drawing read back: which sides each cell joins. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, NODE = 16 };

typedef struct {
    GPtrArray *rows;  /* of GByteArray: cells */
    GArray *node_row; /* of guint: row of the n-th node */
} Reading;

static guint8
read_cell(gunichar c)
{
    static const struct {
        const char *text;
        guint8 sides;
    } cells[] = {{" ", 0},
                 {"│", UP | DOWN},
                 {"┊", UP | DOWN},
                 {"─", LEFT | RIGHT},
                 {"┄", LEFT | RIGHT},
                 {"╮", LEFT | DOWN},
                 {"╯", LEFT | UP},
                 {"╰", RIGHT | UP},
                 {"├", UP | DOWN | RIGHT},
                 {"┤", UP | DOWN | LEFT},
                 {"┬", LEFT | RIGHT | DOWN},
                 {"┼", UP | DOWN | LEFT | RIGHT},
                 {"●", NODE}};

    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
        if (g_utf8_get_char(cells[i].text) == c)
            return cells[i].sides;
    }
    fail_msg("a character that has no place in a drawing");
    return 0;
}

static void
read_drawing(const char *text, Reading *reading)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    reading->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    reading->node_row = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; lines[i]; i++) {
        GByteArray *row = g_byte_array_new();

        assert_false(g_str_has_suffix(lines[i], " "));
        for (const char *at = lines[i]; *at; at = g_utf8_next_char(at)) {
            guint8 cell = read_cell(g_utf8_get_char(at));

            if (cell == NODE)
                g_array_append_val(reading->node_row, i);
            g_byte_array_append(row, &cell, 1);
        }
        g_ptr_array_add(reading->rows, row);
    }
}

static guint8
cell_at(const Reading *reading, guint row, guint column)
{
    const GByteArray *cells = reading->rows->pdata[row];

    return column < cells->len ? cells->data[column] : 0;
}

/* The row of the node that a line leads down to. */
static guint
follow_down(const Reading *reading, guint row, guint column)
{
    for (row++;; row++) {
        guint8 cell = cell_at(reading, row, column);

        if (cell == NODE)
            return row;
        if ((cell & (UP | DOWN)) != (UP | DOWN))
            fail_msg("a line ends at row %u, column %u", row, column);
    }
}

/* The far end of a line sideways, and each lane that begins on its way, as parents of a node. */
static void
follow_sideways(const Reading *reading, guint row, guint column, GHashTable *parents)
{
    gboolean right = cell_at(reading, row, column) & RIGHT;

    for (guint8 onward = right ? RIGHT : LEFT;;) {
        column += right ? 1 : -1;
        guint8 cell = cell_at(reading, row, column);

        if ((cell & DOWN) && (!(cell & UP) || !(cell & onward)))
            g_hash_table_add(parents, GUINT_TO_POINTER(follow_down(reading, row, column)));
        if (!(cell & onward))
            return;
    }
}

/* The rows of the nodes that the n-th node is joined to below. */
static GHashTable *
read_parents(const Reading *reading, guint n)
{
    GHashTable *parents = g_hash_table_new(NULL, NULL);
    guint row = g_array_index(reading->node_row, guint, n), column = 0;
    guint end = n + 1 < reading->node_row->len ? g_array_index(reading->node_row, guint, n + 1)
                                               : reading->rows->len;

    while (cell_at(reading, row, column) != NODE)
        column++;
    guint8 below = row + 1 < reading->rows->len ? cell_at(reading, row + 1, column) : 0;

    if (below == NODE || ((below & UP) && row + 1 == end)) {
        g_hash_table_add(parents, GUINT_TO_POINTER(follow_down(reading, row, column)));
        return parents;
    }
    for (row++; row < end && (cell_at(reading, row, column) & UP); row++) {
        guint8 cell = cell_at(reading, row, column);

        if (cell & (LEFT | RIGHT))
            follow_sideways(reading, row, column, parents);
        if (!(cell & DOWN))
            return parents;
    }
    if (row > g_array_index(reading->node_row, guint, n) + 1)
        g_hash_table_add(parents, GUINT_TO_POINTER(follow_down(reading, row - 1, column)));
    return parents;
}

/* Up to max of the last revisions before the i-th. */
static char *
random_words(GRand *rand, guint i, guint max, guint reach)
{
    guint n = i > 0 ? g_rand_int_range(rand, 0, max + 1) : 0;
    GString *words = g_string_new(NULL);

    for (guint k = 0; k < n; k++)
        g_string_append_printf(words, "%sr%u", k ? "," : "",
                               i - 1 - g_rand_int_range(rand, 0, MIN(i, reach)));
    return g_string_free(words, FALSE);
}

static GPtrArray *
random_scripts(GRand *rand)
{
    guint n = g_rand_int_range(rand, 1, 30), reach = g_rand_int_range(rand, 1, 12);
    GPtrArray *scripts = g_ptr_array_new();

    for (guint i = 0; i < n; i++) {
        g_autofree char *id = g_strdup_printf("r%u", i);
        g_autofree char *down = random_words(rand, i, 3, reach);
        g_autofree char *deps = random_words(rand, i, 1, reach);

        graph_util_add(scripts, id, down, deps, "");
    }
    return scripts;
}

/* Random graphs are drawn, and the drawing, read back, says the same as the graph. */
static void
drawings_can_be_read_back(void **state)
{
    const char *wanted = g_getenv("MIGRATE_TEST_SEED");
    guint32 seed = wanted ? (guint32)strtoul(wanted, NULL, 10) : g_random_int();
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);

    print_message("# MIGRATE_TEST_SEED=%u\n", seed);
    for (guint i = 0; i < 1000; i++) {
        g_autoptr(MigGraph) graph = build(random_scripts(rand));
        g_autoptr(MigRevisionSet) all =
            mig_graph_ancestors(graph, mig_graph_revisions(graph), FALSE);
        g_autoptr(GPtrArray) order = mig_graph_sort(graph, all);
        g_autofree char *text = draw(graph, NULL, TRUE, TRUE);
        Reading reading;

        read_drawing(text, &reading);
        assert_int_equal(reading.node_row->len, order->len);
        for (guint j = 0; j < order->len; j++) {
            const MigRevision *revision = order->pdata[j];
            g_autoptr(GHashTable) parents = read_parents(&reading, j);
            guint n_found = 0;

            for (guint k = 0; k < order->len; k++) {
                guint row = g_array_index(reading.node_row, guint, k);

                if (!g_hash_table_contains(parents, GUINT_TO_POINTER(row)))
                    continue;
                n_found++;
                if (!g_ptr_array_find(revision->norm_down, order->pdata[k], NULL))
                    fail_msg("%s is drawn above %s:\n%s", revision->id,
                             ((MigRevision *)order->pdata[k])->id, text);
            }
            if (n_found != revision->norm_down->len)
                fail_msg("%s has lost a parent:\n%s", revision->id, text);
        }
        g_ptr_array_unref(reading.rows);
        g_array_unref(reading.node_row);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawings_are_as_expected),
        cmocka_unit_test(long_text_stands_beside_the_edges),
        cmocka_unit_test(drawings_can_be_read_back),
    };

    return cmocka_run_group_tests_name("graph drawing", tests, NULL, NULL);
}
