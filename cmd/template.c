#include "cmd/template.h"

#include <string.h>

#include "core/script.h"

static const TemplateFile generic_files[] = {
    {"migrate.ini", template_generic_migrate_ini, FALSE},
    {"model.sql", template_generic_model_sql, .is_model = TRUE},
    {"script.sql.in", mig_script_default_template, FALSE},
    {"versions/", NULL, FALSE},
    {NULL, NULL, FALSE},
};

static const TemplateFile multidb_files[] = {
    {"migrate.ini", template_multidb_migrate_ini, FALSE},
    {"model-users.sql", template_multidb_model_users_sql, FALSE},
    {"model-orders.sql", template_multidb_model_orders_sql, FALSE},
    {"script.sql.in", mig_script_default_template, FALSE},
    {"versions/", NULL, FALSE},
    {"versions/users/", NULL, FALSE},
    {"versions/orders/", NULL, FALSE},
    {NULL, NULL, FALSE},
};

const Template templates[] = {
    {
        .name = "generic",
        .summary = "one database",
        .is_single = TRUE,
        .files = generic_files,
        .first_steps = "$EDITOR model.sql\n"
                       "migrate revision --autogenerate -m \"first tables\"\n"
                       "migrate upgrade head\n",
    },
    {
        .name = "multidb",
        .summary = "several databases, each with a model and a history of its own",
        .files = multidb_files,
        .first_steps = "$EDITOR migrate.ini model-users.sql model-orders.sql\n"
                       "migrate -n users revision --autogenerate -m \"first tables\"\n"
                       "migrate -n users -n orders upgrade head\n",
    },
    {.name = NULL},
};

const char *const template_names[] = {"generic", "multidb", NULL};

const Template *
template_find(const char *name)
{
    for (const Template *template = templates; template->name; template ++) {
        if (strcmp(template->name, name) == 0)
            return template;
    }
    return NULL;
}
