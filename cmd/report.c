/* How errors and events are shown. */
#include "cmd/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Text for JSON, which must be UTF-8; NULL stays NULL (json_null). */
static json_t *
json_text(const char *text)
{
    if (!text)
        return json_null();
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    return json_string(valid);
}

static void
set_text(json_t *object, const char *key, const char *text)
{
    if (text)
        json_object_set_new(object, key, json_text(text));
}

static void
set_number(json_t *object, const char *key, json_int_t number)
{
    if (number > 0)
        json_object_set_new(object, key, json_integer(number));
}

static void
put_json_line(FILE *file, json_t *object)
{
    json_dumpf(object, file, JSON_COMPACT);
    fputc('\n', file);
    json_decref(object);
}

static void
add_details(json_t *object, const MigErrorDetails *details)
{
    set_text(object, "subject", details->subject);
    set_text(object, "file", details->file);
    set_number(object, "line", details->line);
    set_number(object, "column", details->column);
    set_text(object, "source_line", details->source_line);
    set_text(object, "diff", details->diff);
    set_text(object, "engine_message", details->engine_message);
    set_text(object, "sqlstate", details->sqlstate);
    set_text(object, "engine_detail", details->engine_detail);
    set_text(object, "engine_hint", details->engine_hint);
    set_text(object, "engine_context", details->engine_context);
    set_text(object, "state_now", details->state_now);
    set_text(object, "hint", details->hint);
    set_text(object, "next_command", details->next_command);
    if (!details->related)
        return;
    json_t *related = json_array();

    for (guint i = 0; i < details->related->len; i++)
        json_array_append_new(related, error_as_json(details->related->pdata[i]));
    json_object_set_new(object, "related", related);
}

json_t *
error_as_json(const GError *error)
{
    const MigErrorDetails *details = mig_error_details(error);
    json_t *object = json_object();

    json_object_set_new(object, "code",
                        details ? json_string(mig_error_code_name(error->code)) : json_null());
    json_object_set_new(object, "message", json_text(error->message));
    json_object_set_new(object, "exit_status", json_integer(mig_error_exit_status(error)));
    if (details)
        add_details(object, details);
    return object;
}

/* Colours the first word of a line of mig_error_format(). */
static void
put_error_line(const char *line)
{
    static const struct {
        const char *prefix;
        Style style;
    } styles[] = {{"error", STYLE_BAD},      {"  at", STYLE_LABEL},   {"  state:", STYLE_WARNING},
                  {"  hint:", STYLE_GOOD},   {"  next:", STYLE_GOOD}, {"  database:", STYLE_LABEL},
                  {"  detail:", STYLE_LABEL}};

    for (gsize i = 0; i < G_N_ELEMENTS(styles); i++) {
        if (!g_str_has_prefix(line, styles[i].prefix))
            continue;
        const int length = (int)strlen(styles[i].prefix);

        fprintf(stderr, "%s%.*s%s%s\n", style_begin(styles[i].style), length, line, style_end,
                line + length);
        return;
    }
    fprintf(stderr, "%s\n", line);
}

void
report_error(const Invocation *invocation, const GError *error)
{
    progress_erase();
    fflush(stdout);
    if (invocation->format == FORMAT_JSON) {
        json_t *object = json_object();

        json_object_set_new(object, "error", error_as_json(error));
        put_json_line(stderr, object);
        return;
    }
    g_autofree char *raw = mig_error_format(error);
    g_autofree char *text = printable(raw);

    if (!invocation->color_err) {
        fputs(text, stderr);
        return;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; line[0] && line[1]; line++)
        put_error_line(*line);
}

static const char *const event_names[] = {
    [MIG_EVENT_NOTICE] = "notice",       [MIG_EVENT_WARNING] = "warning",
    [MIG_EVENT_DEBUG] = "debug",         [MIG_EVENT_STEP_BEGIN] = "step_begin",
    [MIG_EVENT_STATEMENT] = "statement", [MIG_EVENT_STEP_DONE] = "step_done",
    [MIG_EVENT_PROGRESS] = "progress",
};

static void
put_event_json(const MigEvent *event, gboolean is_step)
{
    json_t *object = json_object();

    json_object_set_new(object, "event", json_string(event_names[event->kind]));
    set_text(object, "message", event->message);
    set_text(object, "direction", event->direction);
    set_text(object, "revision", event->revision);
    set_text(object, "title", event->title);
    set_text(object, "rows_before", event->rows_before);
    set_text(object, "rows_after", event->rows_after);
    set_number(object, "step", event->step);
    set_number(object, "n_steps", event->n_steps);
    set_number(object, "statement", event->statement);
    set_number(object, "n_statements", event->n_statements);
    if (event->kind == MIG_EVENT_STEP_DONE || event->kind == MIG_EVENT_PROGRESS)
        json_object_set_new(object, "elapsed_ms", json_integer(event->elapsed_ms));
    if (event->total > 0) {
        json_object_set_new(object, "done", json_integer((json_int_t)event->done));
        json_object_set_new(object, "total", json_integer((json_int_t)event->total));
    }
    if (!is_step) {
        put_json_line(stderr, object);
        return;
    }
    out_json_line(object);
    fflush(stdout);
}

static void
put_message(const Invocation *invocation, const MigEvent *event)
{
    const char *prefix = event->kind == MIG_EVENT_WARNING ? "warning:" : "";
    const gboolean styled = *prefix && invocation->color_err;
    g_autofree char *message = printable(event->message);

    fprintf(stderr, "%s%s%s%s%s\n", styled ? style_begin(STYLE_WARNING) : "", prefix,
            styled ? style_end : "", *prefix ? " " : "", message);
}

/* "upgrade 4f1c0d2e77b3 -> 9b2f6c1e04aa  add age column (1 ms)" */
static void
put_step(const Invocation *invocation, const MigEvent *event)
{
    const char *id = invocation->color_err ? style_begin(STYLE_ID) : "";
    const char *end = invocation->color_err ? style_end : "";
    g_autofree char *title = event->title && *event->title ? printable(event->title) : NULL;

    fprintf(stderr, "%s %s%s%s -> %s%s%s%s%s", event->direction, id, event->rows_before, end, id,
            event->rows_after, end, title ? "  " : "", title ? title : "");
    g_autofree char *elapsed = duration_text(event->elapsed_ms);

    fprintf(stderr, " (%s)\n", elapsed);
}

static gboolean
is_shown(const Invocation *invocation, MigEventKind kind)
{
    const gboolean json = invocation->format == FORMAT_JSON;

    switch (kind) {
    case MIG_EVENT_WARNING:
        return TRUE;
    case MIG_EVENT_NOTICE:
        return !invocation->quiet;
    case MIG_EVENT_DEBUG:
        return invocation->verbose > 0;
    case MIG_EVENT_STEP_BEGIN:
    case MIG_EVENT_STATEMENT:
    case MIG_EVENT_PROGRESS:
        return json ? invocation->verbose > 0 : !invocation->quiet;
    case MIG_EVENT_STEP_DONE:
        return json || !invocation->quiet;
    }
    return FALSE;
}

void
report_event(const MigEvent *event, void *user_data)
{
    const Invocation *invocation = user_data;
    const gboolean is_message = event->kind <= MIG_EVENT_DEBUG;

    if (!is_shown(invocation, event->kind))
        return;
    if (invocation->format == FORMAT_JSON) {
        put_event_json(event, !is_message);
        return;
    }
    if (event->kind == MIG_EVENT_STEP_BEGIN || event->kind == MIG_EVENT_STATEMENT ||
        event->kind == MIG_EVENT_PROGRESS) {
        progress_draw(event);
        return;
    }
    progress_erase();
    if (is_message)
        put_message(invocation, event);
    else
        put_step(invocation, event);
}
