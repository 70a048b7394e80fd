/* Each column ("lane") runs down to one revision that is still to come, and no two lanes to the
 * same one: an edge to a revision that has a lane already joins it at once. So the rows of a
 * revision are its node, then one row for each bundle of edges that leave its lane sideways. In
 * such a row only the far end may be a lane that was there before; a lane in between is crossed,
 * never joined. That is what makes a drawing readable in one way only. */
#include "cmd/graph_draw.h"

/* A cell joins these neighbours. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, DASHED = 16, NODE = 32 };

typedef struct {
    const MigRevision *target; /* NULL: free */
    gboolean dashed;           /* only dependencies lead here so far */
    gboolean open;             /* drawn; FALSE: begins with the row that is drawn next */
} Lane;

struct _GraphDrawing {
    const MigRevisionSet *shown;
    gboolean utf8;
    GArray *lanes;    /* of Lane */
    guint *lane_of;   /* by index of a revision: its lane + 1; 0: none */
    GByteArray *row;  /* cells; lane i is cell 2i */
    GByteArray *last; /* the row before */
};

GraphDrawing *
graph_drawing_new(const MigGraph *graph, const MigRevisionSet *shown, gboolean utf8)
{
    GraphDrawing *drawing = g_new0(GraphDrawing, 1);

    drawing->shown = shown;
    drawing->utf8 = utf8;
    drawing->lanes = g_array_new(FALSE, TRUE, sizeof(Lane));
    drawing->lane_of = g_new0(guint, mig_graph_revisions(graph)->len);
    drawing->row = g_byte_array_new();
    drawing->last = g_byte_array_new();
    return drawing;
}

void
graph_drawing_free(GraphDrawing *drawing)
{
    g_array_unref(drawing->lanes);
    g_free(drawing->lane_of);
    g_byte_array_unref(drawing->row);
    g_byte_array_unref(drawing->last);
    g_free(drawing);
}

static Lane *
lane_at(const GraphDrawing *drawing, guint i)
{
    return &g_array_index(drawing->lanes, Lane, i);
}

/* The lowest free lane not below `from`. */
static guint
free_lane(GraphDrawing *drawing, guint from)
{
    for (guint i = from; i < drawing->lanes->len; i++) {
        if (!lane_at(drawing, i)->target)
            return i;
    }
    g_array_set_size(drawing->lanes, MAX(from, drawing->lanes->len) + 1);
    return drawing->lanes->len - 1;
}

static void
take_lane(GraphDrawing *drawing, guint i, const MigRevision *target, gboolean dashed, gboolean open)
{
    *lane_at(drawing, i) = (Lane){target, dashed, open};
    drawing->lane_of[target->index] = i + 1;
}

static const char *
cell_text(const GraphDrawing *drawing, guint8 cell)
{
    static const char *const box[] = {" ", "╵", "╷", "│", "╴", "╯", "╮", "┤",
                                      "╶", "╰", "╭", "├", "─", "┴", "┬", "┼"};
    static const char *const ascii[] = {" ", "|",  "|", "|", "-", "/", "\\", "|",
                                        "-", "\\", "/", "|", "-", "-", ".",  "+"};
    guint sides = cell & (UP | DOWN | LEFT | RIGHT);

    if (cell & NODE)
        return drawing->utf8 ? "●" : "*";
    if ((cell & DASHED) && sides == (UP | DOWN))
        return drawing->utf8 ? "┊" : ":";
    if ((cell & DASHED) && sides == (LEFT | RIGHT))
        return drawing->utf8 ? "┄" : "~";
    return drawing->utf8 ? box[sides] : ascii[sides];
}

/* Begins a row in which every open lane runs on. */
static void
begin_row(GraphDrawing *drawing)
{
    GByteArray *row = drawing->last;

    drawing->last = drawing->row;
    drawing->row = row;
    g_byte_array_set_size(row, 2 * drawing->lanes->len);
    for (guint i = 0; i < drawing->lanes->len; i++) {
        const Lane *lane = lane_at(drawing, i);

        row->data[2 * i] = lane->target && lane->open ? UP | DOWN | (lane->dashed ? DASHED : 0) : 0;
        row->data[2 * i + 1] = 0;
    }
}

/* Appends the row, with text behind it at cell `indent` or later. */
static void
end_row(const GraphDrawing *drawing, const char *text, gsize length, guint indent, GString *out)
{
    guint n = drawing->row->len;

    while (n > (length > 0 ? indent : 0) && drawing->row->data[n - 1] == 0)
        n--;
    for (guint i = 0; i < n; i++)
        g_string_append(out, cell_text(drawing, drawing->row->data[i]));
    if (length > 0) {
        g_string_append_c(out, ' ');
        g_string_append_len(out, text, length);
    }
    g_string_append_c(out, '\n');
}

/* The lane of a revision that is to be drawn; a head gets a new one, set off by an empty cell from
 * what ended above it. */
static guint
node_lane(GraphDrawing *drawing, const MigRevision *revision, GString *out)
{
    if (drawing->lane_of[revision->index])
        return drawing->lane_of[revision->index] - 1;
    guint lane = free_lane(drawing, 0);

    if (2 * lane < drawing->row->len && drawing->row->data[2 * lane] != 0) {
        begin_row(drawing);
        end_row(drawing, NULL, 0, 0, out);
    }
    take_lane(drawing, lane, revision, FALSE, TRUE);
    return lane;
}

/* The node with its text; further lines of text stand beside the edges that go on. */
static void
draw_node(GraphDrawing *drawing, guint lane, const char *text, gboolean goes_on, GString *out)
{
    for (gboolean first = TRUE; first || *text; first = FALSE) {
        gsize length = strcspn(text, "\n");

        begin_row(drawing);
        drawing->row->data[2 * lane] = first ? NODE : goes_on ? UP | DOWN : 0;
        end_row(drawing, text, length, 2 * lane + 1, out);
        text += length + (text[length] == '\n');
    }
}

/* An edge that leaves the node's lane sideways. */
typedef struct {
    guint lane;
    gboolean dashed, is_new;
} Edge;

/* Draws edges to one side in one row. stays: the node's own lane runs on below. */
static void
draw_edges(GraphDrawing *drawing, guint from, gboolean stays, const GArray *edges, GString *out)
{
    guint far = from;

    begin_row(drawing);
    guint8 *row = drawing->row->data;

    for (guint i = 0; i < edges->len; i++) {
        const Edge *edge = &g_array_index(edges, Edge, i);

        if (ABS((int)edge->lane - (int)from) > ABS((int)far - (int)from))
            far = edge->lane;
        if (edge->is_new) {
            row[2 * edge->lane] = DOWN;
            lane_at(drawing, edge->lane)->open = TRUE;
        }
    }
    guint8 out_side = far > from ? RIGHT : LEFT, in_side = far > from ? LEFT : RIGHT;
    guint8 dashed = g_array_index(edges, Edge, 0).dashed ? DASHED : 0;

    row[2 * from] = UP | (stays ? DOWN : 0) | out_side;
    for (guint i = 2 * MIN(from, far) + 1; i < 2 * MAX(from, far); i++)
        row[i] = (row[i] & ~DASHED) | LEFT | RIGHT | (row[i] ? 0 : dashed);
    row[2 * far] = (row[2 * far] & ~DASHED) | in_side;
    end_row(drawing, NULL, 0, 0, out);
}

static gint
by_distance(gconstpointer a, gconstpointer b)
{
    const Edge *left = a, *right = b;

    /* New lanes first, so that later rows cross them; then the farthest. */
    if (left->is_new != right->is_new)
        return left->is_new ? -1 : 1;
    return left->lane < right->lane ? 1 : left->lane > right->lane ? -1 : 0;
}

/* Moves the next edges that fit into one row from `edges` to `bundle`. */
static void
next_bundle(GArray *edges, guint from, GArray *bundle)
{
    const Edge first = g_array_index(edges, Edge, 0);
    guint far = first.lane;

    g_array_set_size(bundle, 0);
    g_array_append_val(bundle, first);
    g_array_remove_index(edges, 0);
    for (guint i = 0; first.is_new && i < edges->len;) {
        const Edge edge = g_array_index(edges, Edge, i);
        gboolean fits = edge.dashed == first.dashed && (edge.is_new || edge.lane > far);

        if (!fits) {
            i++;
            continue;
        }
        far = MAX(far, edge.lane);
        g_array_append_val(bundle, edge);
        g_array_remove_index(edges, i);
        if (!edge.is_new)
            break;
    }
}

/* Gives each parent its lane; the first that has none yet takes over the node's own. Returns the
 * edges that go sideways; *ret_stays: the node's lane was taken over. */
static GArray *
place_parents(GraphDrawing *drawing, const MigRevision *revision, guint lane, gboolean *ret_stays)
{
    GArray *edges = g_array_new(FALSE, FALSE, sizeof(Edge));

    *ret_stays = FALSE;
    for (guint i = 0; i < revision->norm_down->len; i++) {
        const MigRevision *parent = revision->norm_down->pdata[i];
        gboolean dashed = i >= revision->down->len;
        Edge edge = {drawing->lane_of[parent->index], dashed, FALSE};

        if (!mig_revision_set_has(drawing->shown, parent))
            continue;
        if (edge.lane) {
            edge.lane--;
            lane_at(drawing, edge.lane)->dashed &= dashed;
        } else if (!*ret_stays) {
            take_lane(drawing, lane, parent, dashed, TRUE);
            *ret_stays = TRUE;
            continue;
        } else {
            edge.lane = free_lane(drawing, lane + 1);
            edge.is_new = TRUE;
            take_lane(drawing, edge.lane, parent, dashed, FALSE);
        }
        g_array_append_val(edges, edge);
    }
    g_array_sort(edges, by_distance);
    return edges;
}

static gboolean
has_parents(const GraphDrawing *drawing, const MigRevision *revision)
{
    for (guint i = 0; i < revision->norm_down->len; i++) {
        if (mig_revision_set_has(drawing->shown, revision->norm_down->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

void
graph_drawing_add(GraphDrawing *drawing, const MigRevision *revision, const char *text,
                  GString *out)
{
    guint lane = node_lane(drawing, revision, out);
    g_autoptr(GArray) bundle = g_array_new(FALSE, FALSE, sizeof(Edge));
    gboolean stays;

    draw_node(drawing, lane, text, has_parents(drawing, revision), out);
    drawing->lane_of[revision->index] = 0;
    *lane_at(drawing, lane) = (Lane){0};
    g_autoptr(GArray) edges = place_parents(drawing, revision, lane, &stays);

    while (edges->len > 0) {
        next_bundle(edges, lane, bundle);
        draw_edges(drawing, lane, stays || edges->len > 0, bundle, out);
    }
    while (drawing->lanes->len > 0 && !lane_at(drawing, drawing->lanes->len - 1)->target)
        g_array_set_size(drawing->lanes, drawing->lanes->len - 1);
}
