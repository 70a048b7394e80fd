#include "cmd/output.h"
#include "cmd/template.h"

static int
run(Invocation *invocation, GError **error)
{
    if (invocation->format == FORMAT_JSON) {
        json_t *list = json_array();

        for (const Template *template = templates; template->name; template ++)
            json_array_append_new(list, json_pack("{s:s, s:s}", "name", template->name, "summary",
                                                  template->summary));
        out_json(list);
        return 0;
    }
    for (const Template *template = templates; template->name; template ++) {
        out_styled(invocation, STYLE_LABEL, "%s", template->name);
        out("  %s\n", template->summary);
    }
    return 0;
}

const Command command_list_templates = {
    .name = "list-templates",
    .summary = "list the project templates of 'init'",
    .examples = "migrate list-templates\tthe names to give to 'migrate init --template'\n",
    .run = run,
};
