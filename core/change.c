#include "core/change.h"

#include <string.h>

MigChange *
mig_change_new(MigChangeKind kind, const MigObject *from, const MigObject *to)
{
    MigChange *change = g_new0(MigChange, 1);

    change->kind = kind;
    change->from = from;
    change->to = to;
    return change;
}

void
mig_change_free(MigChange *change)
{
    if (!change)
        return;
    g_clear_pointer(&change->attributes, g_ptr_array_unref);
    g_free(change);
}

static char *
attribute_list(const MigChange *change)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; change->attributes && i < change->attributes->len; i++)
        g_string_append_printf(out, "%s%s", i ? ", " : "", (char *)change->attributes->pdata[i]);
    return g_string_free(out, FALSE);
}

char *
mig_change_describe(const MigChange *change)
{
    g_autofree char *attributes = attribute_list(change);

    switch (change->kind) {
    case MIG_ADDED:
        return g_strdup_printf("add %s", change->to->title);
    case MIG_DROPPED:
        return g_strdup_printf("drop %s", change->from->title);
    case MIG_RENAMED:
        return g_strdup_printf("rename %s to %s", change->from->title,
                               change->to->title + strlen(change->to->kind) + 1);
    case MIG_ALTERED:
        break;
    }
    return g_strdup_printf("alter %s: %s", change->to->title, attributes);
}

void
mig_hazard_free(gpointer data)
{
    MigHazard *hazard = data;

    g_free(hazard->kind);
    g_free(hazard->text);
    g_free(hazard);
}

MigAction *
mig_action_new(const char *id_format, ...)
{
    MigAction *action = g_new0(MigAction, 1);
    va_list args;

    va_start(args, id_format);
    action->id = g_strdup_vprintf(id_format, args);
    va_end(args);
    action->needs = g_ptr_array_new_with_free_func(g_free);
    action->prefers = g_ptr_array_new_with_free_func(g_free);
    action->statements = g_ptr_array_new_with_free_func(g_free);
    action->hazards = g_ptr_array_new_with_free_func(mig_hazard_free);
    return action;
}

void
mig_action_free(MigAction *action)
{
    if (!action)
        return;
    g_free(action->id);
    g_ptr_array_unref(action->needs);
    g_ptr_array_unref(action->prefers);
    g_ptr_array_unref(action->statements);
    g_ptr_array_unref(action->hazards);
    g_free(action->rows_of);
    g_free(action);
}

#define DEFINE_APPENDER(function, list)                                                            \
    void function(MigAction *action, const char *format, ...)                                      \
    {                                                                                              \
        va_list args;                                                                              \
                                                                                                   \
        va_start(args, format);                                                                    \
        g_ptr_array_add(action->list, g_strdup_vprintf(format, args));                             \
        va_end(args);                                                                              \
    }

DEFINE_APPENDER(mig_action_need, needs)
DEFINE_APPENDER(mig_action_prefer, prefers)
DEFINE_APPENDER(mig_action_sql, statements)

void
mig_action_hazard(MigAction *action, const char *kind, const char *format, ...)
{
    MigHazard *hazard = g_new0(MigHazard, 1);
    va_list args;

    va_start(args, format);
    hazard->kind = g_strdup(kind);
    hazard->text = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(action->hazards, hazard);
}
