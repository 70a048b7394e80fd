/* SARIF 2.1.0, the exchange format of static analysis. */
#include "build-config.h"

#include <string.h>

#include "cmd/findings.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static json_t *
message(const char *text)
{
    json_t *object = json_object();

    json_object_set_new(object, "text", json_string(text));
    return object;
}

/* SARIF's word for what is information only is another. */
static json_t *
level_json(FindingLevel level)
{
    return json_string(level == FINDING_INFO ? "note" : finding_level_name(level));
}

static json_t *
rule_json(const FindingRule *rule)
{
    json_t *object = json_object(), *configuration = json_object();

    json_object_set_new(object, "id", json_string(rule->id));
    if (rule->name)
        json_object_set_new(object, "name", json_string(rule->name));
    if (rule->title)
        json_object_set_new(object, "shortDescription", message(rule->title));
    if (rule->why)
        json_object_set_new(object, "fullDescription", message(rule->why));
    if (rule->cure)
        json_object_set_new(object, "help", message(rule->cure));
    json_object_set_new(configuration, "level", level_json(rule->level));
    json_object_set_new(object, "defaultConfiguration", configuration);
    return object;
}

/* Index of the rule among those that findings before this one have; the next free one when new. */
static guint
rule_index(const GArray *findings, guint end)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0;; i++) {
        const char *id = g_array_index(findings, Finding, i).rule.id;

        if (i == end || strcmp(id, g_array_index(findings, Finding, end).rule.id) == 0)
            return g_hash_table_size(seen);
        g_hash_table_add(seen, (gpointer)id);
    }
}

static json_t *
location_json(const Finding *finding)
{
    json_t *location = json_object(), *physical = json_object(), *artifact = json_object();
    json_t *region = json_object();
    g_autofree char *path = report_path(finding->file);
    g_autofree char *uri =
        g_uri_escape_string(path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);

    json_object_set_new(artifact, "uri", json_string(uri));
    if (*path != '/')
        json_object_set_new(artifact, "uriBaseId", json_string("%SRCROOT%"));
    json_object_set_new(physical, "artifactLocation", artifact);
    json_object_set_new(region, "startLine", json_integer(MAX(finding->line, 1)));
    json_object_set_new(region, "startColumn", json_integer(MAX(finding->column, 1)));
    json_object_set_new(region, "endLine",
                        json_integer(MAX(MAX(finding->end_line, finding->line), 1)));
    json_object_set_new(physical, "region", region);
    json_object_set_new(location, "physicalLocation", physical);
    return location;
}

static json_t *
result_json(const Finding *finding, guint index)
{
    json_t *object = json_object(), *locations = json_array();
    g_autoptr(GString) text = g_string_new(finding->message);

    if (finding->blocks)
        g_string_append_printf(text, "\nblocks: %s", finding->blocks);
    if (finding->safe)
        g_string_append_printf(text, "\nsafe:\n%s", finding->safe);
    json_object_set_new(object, "ruleId", json_string(finding->rule.id));
    json_object_set_new(object, "ruleIndex", json_integer(index));
    json_object_set_new(object, "level", level_json(finding->level));
    json_object_set_new(object, "message", message(text->str));
    if (finding->file)
        json_array_append_new(locations, location_json(finding));
    json_object_set_new(object, "locations", locations);
    if (finding->allowed) {
        json_t *suppressions = json_array(), *suppression = json_object();

        json_object_set_new(suppression, "kind", json_string("inSource"));
        json_object_set_new(suppression, "justification", json_string(finding->allowed));
        json_array_append_new(suppressions, suppression);
        json_object_set_new(object, "suppressions", suppressions);
    }
    return object;
}

static json_t *
invocations_json(const Report *report)
{
    json_t *list = json_array(), *invocation = json_object();

    json_object_set_new(invocation, "executionSuccessful", json_boolean(!report->stopped));
    if (report->stopped) {
        json_t *notifications = json_array(), *notification = json_object();

        json_object_set_new(notification, "level", json_string("error"));
        json_object_set_new(notification, "message", message(report->stopped->message));
        json_array_append_new(notifications, notification);
        json_object_set_new(invocation, "toolExecutionNotifications", notifications);
    }
    json_array_append_new(list, invocation);
    return list;
}

json_t *
report_sarif(const Report *report)
{
    json_t *log = json_object(), *runs = json_array(), *run = json_object();
    json_t *tool = json_object(), *driver = json_object(), *rules = json_array();
    json_t *results = json_array();

    for (guint i = 0; i < report->findings->len; i++) {
        const Finding *finding = &g_array_index(report->findings, Finding, i);
        guint index = rule_index(report->findings, i);

        if (index == json_array_size(rules))
            json_array_append_new(rules, rule_json(&finding->rule));
        json_array_append_new(results, result_json(finding, index));
    }
    json_object_set_new(driver, "name", json_string("migrate"));
    json_object_set_new(driver, "version", json_string(PACKAGE_VERSION));
    json_object_set_new(driver, "rules", rules);
    json_object_set_new(tool, "driver", driver);
    json_object_set_new(run, "tool", tool);
    json_object_set_new(run, "invocations", invocations_json(report));
    json_object_set_new(run, "columnKind", json_string("unicodeCodePoints"));
    json_object_set_new(run, "results", results);
    json_array_append_new(runs, run);
    json_object_set_new(log, "$schema", json_string(SCHEMA));
    json_object_set_new(log, "version", json_string("2.1.0"));
    json_object_set_new(log, "runs", runs);
    return log;
}
