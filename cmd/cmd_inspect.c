#include "cmd/output.h"

#include "core/schema_json.h"
#include "core/source.h"

static void
tell_unmanaged(const Invocation *invocation, const MigSchema *schema)
{
    const GPtrArray *objects = mig_schema_objects(schema);

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (object->unmanaged && !object->left_out)
            talk(invocation, "unmanaged: %s: %s", object->title, object->unmanaged);
    }
}

static int
run(Invocation *invocation, GError **error)
{
    const char *source = invocation_argument(invocation, 0);
    g_autoptr(MigProject) project = invocation_project(invocation, error);
    const MigDialect *dialect = project ? mig_project_dialect(project, error) : NULL;

    if (!dialect)
        return -1;
    g_autoptr(MigSchema) schema = mig_source_read(project, source ? source : "live", error);

    if (!schema)
        return -1;
    tell_unmanaged(invocation, schema);
    if (invocation->format == FORMAT_JSON) {
        out_json(mig_schema_to_json(schema, dialect->name));
        return 0;
    }
    g_autofree char *sql = dialect->dump(schema);

    out_sql(invocation, sql);
    return 0;
}

static const Argument arguments[] = {
    {.name = "SOURCE",
     .optional = TRUE,
     .help = "live (if none is given), model, versions, versions@REV, file:PATH, empty or a "
             "database URL",
     .completion = COMPLETE_SOURCE},
    {.name = NULL},
};

const Command command_inspect = {
    .name = "inspect",
    .summary = "show a schema as SQL or JSON",
    .description =
        "Prints the whole schema of a source, without the tables of migrate itself, in an order "
        "that loads. As a model it gives the same schema again: this is how an existing database "
        "is taken over.\n\n"
        "With --format json the schema's objects are printed as they are compared; "
        "docs/schema-json.md lists the keys.",
    .examples = "migrate inspect > model.sql\tmakes a model of the database as it is\n"
                "migrate inspect model --format json\tthe model as it is compared\n"
                "migrate inspect versions@9b2f\twhat the scripts up to 9b2f make\n",
    .arguments = arguments,
    .run = run,
};
