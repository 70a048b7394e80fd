#include "cmd/plan_json.h"

#include "cmd/output.h"
#include "cmd/revision_text.h"

static json_t *
path_json(const MigObject *object)
{
    json_t *array = json_array();

    for (char **name = object->path; *name; name++)
        json_array_append_new(array, json_string(*name));
    return array;
}

static json_t *
attributes_json(const MigChange *change)
{
    json_t *attributes = json_object();

    for (guint i = 0; i < change->attributes->len; i++) {
        const char *name = change->attributes->pdata[i];
        json_t *values = json_object();

        json_object_set_new(values, "from", text_json(mig_object_get(change->from, name)));
        json_object_set_new(values, "to", text_json(mig_object_get(change->to, name)));
        json_object_set_new(attributes, name, values);
    }
    return attributes;
}

static json_t *
change_json(const MigChange *change)
{
    static const char *const words[] = {"added", "dropped", "altered", "renamed"};
    const MigObject *object = change->from ? change->from : change->to;
    g_autofree char *description = mig_change_describe(change);
    json_t *json = json_object();

    json_object_set_new(json, "change", json_string(words[change->kind]));
    json_object_set_new(json, "kind", json_string(object->kind));
    json_object_set_new(json, "path", path_json(object));
    json_object_set_new(json, "identity", json_string(object->identity));
    if (change->kind == MIG_RENAMED)
        json_object_set_new(json, "to_path", path_json(change->to));
    if (change->attributes)
        json_object_set_new(json, "attributes", attributes_json(change));
    json_object_set_new(json, "description", json_string(description));
    return json;
}

json_t *
changes_json(const GPtrArray *changes)
{
    json_t *array = json_array();

    for (guint i = 0; i < changes->len; i++)
        json_array_append_new(array, change_json(changes->pdata[i]));
    return array;
}

json_t *
hazards_json(const GPtrArray *hazards)
{
    json_t *array = json_array();

    for (guint i = 0; i < hazards->len; i++) {
        const MigHazard *hazard = hazards->pdata[i];

        json_array_append_new(array,
                              json_pack("{s:s, s:s}", "kind", hazard->kind, "text", hazard->text));
    }
    return array;
}

json_t *
actions_json(const MigPlan *plan)
{
    json_t *array = json_array();

    for (guint i = 0; i < plan->actions->len; i++) {
        const MigAction *action = plan->actions->pdata[i];
        json_t *json = json_object();

        json_object_set_new(json, "statements", strings_json(action->statements));
        json_object_set_new(json, "hazards", hazards_json(action->hazards));
        json_object_set_new(json, "transaction", json_boolean(!action->transaction_off));
        json_array_append_new(array, json);
    }
    return array;
}
