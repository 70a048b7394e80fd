#include "tests/dialect/world.h"

int
world_setup_on(void **state, const char *dialect)
{
    World *w = g_new0(World, 1);
    void *inner = (void *)mig_dialect_by_name(dialect);

    fixture_setup(&inner);
    w->f = inner;
    w->config = mig_config_new(w->f->folder);
    w->scripts = g_ptr_array_new_with_free_func(g_free);
    w->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    w->events = g_string_new(NULL);
    g_autofree char *url =
        w->f->path ? g_strconcat("sqlite:///", w->f->path, NULL) : g_strdup(w->f->url->raw);

    mig_config_set(w->config, "url", url, "test", &w->f->error);
    *state = w;
    return w->f->error ? -1 : 0;
}

int
world_setup(void **state)
{
    return world_setup_on(state, "sqlite");
}

int
world_teardown(void **state)
{
    World *w = *state;
    void *inner = w->f;

    mig_project_free(w->project);
    mig_config_unref(w->config);
    g_ptr_array_unref(w->scripts);
    g_ptr_array_unref(w->lists);
    g_string_free(w->events, TRUE);
    g_free(w);
    return fixture_teardown(&inner);
}

void
world_set(World *w, const char *key, const char *value)
{
    g_clear_error(&w->f->error);
    mig_config_set(w->config, key, value, "test", &w->f->error);
    assert_no_error(w->f->error);
}

void
world_script(World *w, const char *id, const char *parents, const char *up, const char *down)
{
    g_autofree char *name = g_strconcat(id, ".sql", NULL);
    char *text =
        g_strdup_printf("-- about %s\n-- revision: %s\n-- down_revision: %s\n"
                        "-- migrate: upgrade%s\n%s%s",
                        id, id, parents, up, down ? "-- migrate: downgrade" : "", down ? down : "");

    for (guint i = 0; i < w->scripts->len; i += 2) {
        if (strcmp(w->scripts->pdata[i], name) == 0) {
            g_free(w->scripts->pdata[i + 1]);
            w->scripts->pdata[i + 1] = text;
            return;
        }
    }
    g_ptr_array_add(w->scripts, g_steal_pointer(&name));
    g_ptr_array_add(w->scripts, text);
}

static void
on_event(const MigEvent *event, void *user_data)
{
    World *w = user_data;

    switch (event->kind) {
    case MIG_EVENT_STEP_BEGIN:
        g_string_append_printf(w->events, "begin %s %u/%u %s>%s; ", event->revision, event->step,
                               event->n_steps, event->rows_before, event->rows_after);
        break;
    case MIG_EVENT_STATEMENT:
        g_string_append_printf(w->events, "%u/%u; ", event->statement, event->n_statements);
        break;
    case MIG_EVENT_STEP_DONE:
        g_string_append_printf(w->events, "done %s; ", event->revision);
        break;
    case MIG_EVENT_WARNING:
        g_string_append_printf(w->events, "warning %s; ", event->message);
        break;
    default:
        break;
    }
}

MigProject *
world_project(World *w)
{
    mig_project_free(w->project);
    w->project = mig_project_new(w->config);
    mig_project_on_event(w->project, on_event, w);
    for (guint i = 0; i < w->scripts->len; i += 2)
        mig_project_add_script(w->project, w->scripts->pdata[i], w->scripts->pdata[i + 1]);
    g_clear_error(&w->f->error);
    g_string_truncate(w->events, 0);
    return w->project;
}

gboolean
world_upgrade(World *w, const char *target)
{
    return mig_apply_upgrade(world_project(w), target, NULL, &w->steps, &w->f->error);
}

gboolean
world_downgrade(World *w, const char *target)
{
    return mig_apply_downgrade(world_project(w), target, FALSE, NULL, &w->steps, &w->f->error);
}

gboolean
world_stamp(World *w, const char *target, gboolean purge)
{
    GPtrArray *targets = g_ptr_array_new();

    g_ptr_array_add(targets, (gpointer)target);
    g_ptr_array_add(w->lists, targets);
    return mig_apply_stamp(world_project(w), targets, purge, NULL, NULL, NULL, &w->f->error);
}

const char *
world_ask(World *w, const char *sql)
{
    MigConnection *connection = fixture_connect(w->f, MIG_CONNECT_READ);
    const char *answer = fixture_ask(w->f, connection, sql);

    fixture_close(w->f, connection);
    return answer;
}

void
world_execute(World *w, const char *sql)
{
    MigConnection *connection = fixture_connect(w->f, MIG_CONNECT_WRITE);

    fixture_execute(w->f, connection, sql);
    fixture_close(w->f, connection);
}

void
world_three_scripts(World *w)
{
    world_script(w, "a1", "", "\nCREATE TABLE a (x);\n", "\nDROP TABLE a;\n");
    world_script(w, "b2", "a1", "\nCREATE TABLE b (x);\nINSERT INTO b VALUES (1);\n",
                 "\nDROP TABLE b;\n");
    world_script(w, "c3", "b2", "\n-- nothing\n", "\n");
}
