#include <string.h>

#include "cmd/databases.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/missing.h"
#include "core/steps.h"

/* What `current` knows of a database. */
typedef struct {
    GPtrArray *row_ids; /* of char* */
    GPtrArray *rows;    /* of MigRevision*: those of row_ids that there are */
    GPtrArray *unknown; /* of char*, of row_ids */
    GPtrArray *logged;  /* of MigLogRow*: those of unknown whose scripts the log keeps */
    GPtrArray *current; /* of MigRevision*: rows, and the tips they imply on other branches */
    GPtrArray *heads;   /* of MigRevision* */
    gboolean at_heads;
} Position;

static void
position_clear(Position *position)
{
    g_clear_pointer(&position->row_ids, g_ptr_array_unref);
    g_clear_pointer(&position->rows, g_ptr_array_unref);
    g_clear_pointer(&position->unknown, g_ptr_array_unref);
    g_clear_pointer(&position->logged, g_ptr_array_unref);
    g_clear_pointer(&position->current, g_ptr_array_unref);
    g_clear_pointer(&position->heads, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Position, position_clear)

static gboolean
is_in(const GPtrArray *list, gconstpointer item)
{
    return g_ptr_array_find((GPtrArray *)list, item, NULL);
}

static int
by_index(gconstpointer a, gconstpointer b)
{
    guint first = (*(MigRevision *const *)a)->index, second = (*(MigRevision *const *)b)->index;

    return first < second ? -1 : first > second;
}

/* Rows that overlap are implied by others, but there they are. */
static GPtrArray *
find_current(const MigGraph *graph, const GPtrArray *rows)
{
    GPtrArray *current = mig_steps_current(graph, rows);

    for (guint i = 0; i < rows->len; i++) {
        if (!is_in(current, rows->pdata[i]))
            g_ptr_array_add(current, rows->pdata[i]);
    }
    g_ptr_array_sort(current, by_index);
    return current;
}

/* Unknown rows are no error here: this is where one looks to see them. */
static gboolean
read_position(MigProject *project, Position *position, GError **error)
{
    MigGraph *graph = mig_project_graph(project, error);

    position->row_ids = graph ? mig_project_row_ids(project, error) : NULL;
    if (!position->row_ids)
        return FALSE;
    position->rows = g_ptr_array_new();
    position->unknown = g_ptr_array_new();
    for (guint i = 0; i < position->row_ids->len; i++) {
        char *id = position->row_ids->pdata[i];
        MigRevision *revision = mig_graph_find(graph, id);

        g_ptr_array_add(revision ? position->rows : position->unknown,
                        revision ? (gpointer)revision : id);
    }
    if (position->unknown->len > 0)
        position->logged = mig_missing_logged(project, position->unknown, NULL);
    position->current = find_current(graph, position->rows);
    position->heads = mig_graph_real_heads(graph);
    position->at_heads = position->row_ids->len == position->heads->len;
    for (guint i = 0; i < position->heads->len; i++)
        position->at_heads = position->at_heads && is_in(position->rows, position->heads->pdata[i]);
    return TRUE;
}

/* Says what is wrong with the rows. */
static void
warn(MigProject *project, const Position *position)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sound =
        mig_steps_rows(mig_project_graph(project, NULL), position->row_ids, &error);

    if (error)
        mig_project_tell(project, MIG_EVENT_WARNING, "%s", error->message);
}

static void
print_json(MigProject *project, const Position *position)
{
    json_t *object = database_json(project), *current = json_array(), *heads = json_array();

    for (guint i = 0; i < position->current->len; i++) {
        json_t *revision = revision_json(position->current->pdata[i]);
        const gboolean is_row = is_in(position->rows, position->current->pdata[i]);

        json_object_set_new(revision, "is_current", json_boolean(is_row));
        json_array_append_new(current, revision);
    }
    for (guint i = 0; i < position->heads->len; i++)
        json_array_append_new(heads, json_string(((MigRevision *)position->heads->pdata[i])->id));
    json_object_set_new(object, "rows", strings_json(position->row_ids));
    json_object_set_new(object, "current", current);
    json_object_set_new(object, "unknown", strings_json(position->unknown));
    json_object_set_new(object, "unknown_in_log", logged_json(position->logged));
    json_object_set_new(object, "heads", heads);
    json_object_set_new(object, "at_heads", json_boolean(position->at_heads));
    out_json(object);
}

static void
print_text(const Invocation *invocation, MigProject *project, const Position *position)
{
    if (invocation->verbose > 0)
        out("Current revision(s) for %s:\n",
            mig_config_url(mig_project_config(project), NULL)->display);
    for (guint i = 0; i < position->current->len; i++) {
        if (invocation->verbose > 0) {
            out("%s", i > 0 ? "\n" : "");
            out_revision_details(invocation, position->current->pdata[i], 0);
        } else {
            out_revision(invocation, position->current->pdata[i], REVISION_LABELS | REVISION_TREE);
            out("\n");
        }
    }
    for (guint i = 0; i < position->unknown->len; i++) {
        const char *id = position->unknown->pdata[i];

        out_styled(invocation, STYLE_ID, "%s", id);
        out_styled(invocation, STYLE_BAD, " (unknown%s)\n",
                   is_logged(position->logged, id) ? "; the log keeps its script" : "");
    }
    if (position->row_ids->len == 0)
        talk(invocation, "the database has no revision yet");
}

static int
show(Invocation *invocation, MigProject *project, GError **error)
{
    g_auto(Position) position = {0};

    if (!read_position(project, &position, error))
        return -1;
    if (invocation->format == FORMAT_JSON)
        print_json(project, &position);
    else
        print_text(invocation, project, &position);
    warn(project, &position);
    if (!invocation_has(invocation, "check-heads") || position.at_heads)
        return 0;
    talk(invocation, "the database is not at all heads");
    return 1;
}

static int
run(Invocation *invocation, GError **error)
{
    return databases_run(invocation, show, error);
}

static const Option options[] = {
    {.name = "check-heads",
     .kind = OPTION_FLAG,
     .help = "exit with 1 unless the database is at all heads"},
    {.name = NULL},
};

const Command command_current = {
    .name = "current",
    .summary = "show the revisions that the database stands on",
    .description = "Shows the rows of the version table, and the tips that they imply on other "
                   "branches. A row that no script is known for is shown as unknown. Nothing is "
                   "ever written.",
    .examples = "migrate current\twhere the database is\n"
                "migrate current -v\tthe same with parents, paths and messages\n"
                "migrate current --check-heads\tfor a script: is everything applied?\n",
    .options = options,
    .run = run,
};
