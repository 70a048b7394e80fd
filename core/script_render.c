#include "core/script_private.h"

#include <string.h>

#include "core/dialect.h"
#include "core/suggest.h"

const char mig_script_default_template[] = "-- ${message}\n"
                                           "--\n"
                                           "-- revision: ${rev}\n"
                                           "-- down_revision: ${down_revision}\n"
                                           "-- branch_labels: ${branch_labels}\n"
                                           "-- depends_on: ${depends_on}\n"
                                           "-- created: ${created}\n"
                                           "-- ${notes}\n"
                                           "\n"
                                           "-- migrate: upgrade\n"
                                           "${upgrade}\n"
                                           "\n"
                                           "-- migrate: downgrade\n"
                                           "${downgrade}\n";

static const char *const tokens[] = {
    "rev",     "down_revision", "branch_labels", "depends_on", "created",
    "message", "notes",         "upgrade",       "downgrade",  NULL};

/* A rendering under way. */
typedef struct {
    const MigScriptDraft *draft;
    const char *path; /* of the template */
    const char *text; /* of the template */
    GPtrArray *lines; /* of char*: the template's */
    GString *out;
    int direction;                  /* of the block that is written; -1: in the header */
    const MigDraftSection *section; /* whose block it is; or NULL */
    gboolean has_message;           /* the template has a place for the message … */
    gboolean used[2];               /* … and for the direction's SQL */
    gboolean has_block[2];          /* the template has a block of the direction */
    guint n_blocks;                 /* written */
} Render;

static gboolean fail(const Render *render, guint line, int column, GError **error,
                     const char *format, ...) G_GNUC_PRINTF(5, 6);

static gboolean
fail(const Render *render, guint line, int column, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    GError *problem = mig_error_new(MIG_E_TEMPLATE, "%s", message);

    mig_error_set_location(problem, render->path ? render->path : "built-in template",
                           line < render->lines->len ? (int)line + 1 : 0, column, render->text,
                           strlen(render->text));
    g_propagate_error(error, problem);
    return FALSE;
}

static char *
join(const GPtrArray *list)
{
    return list ? mig_rows_join(list) : g_strdup("");
}

/* A header value of one line; NULL when the token is none of these. */
static char *
header_value(const MigScriptDraft *draft, const char *token)
{
    if (strcmp(token, "rev") == 0)
        return g_strdup(draft->id);
    if (strcmp(token, "down_revision") == 0)
        return join(draft->down);
    if (strcmp(token, "branch_labels") == 0)
        return join(draft->labels);
    if (strcmp(token, "depends_on") == 0)
        return join(draft->deps);
    return strcmp(token, "created") == 0 ? g_strdup(draft->created ? draft->created : "") : NULL;
}

static const GPtrArray *
rest_of(const Render *render, MigDirection direction)
{
    const MigScriptDraft *draft = render->draft;
    const MigDraftSection *section = render->section;

    if (direction == MIG_UPGRADE)
        return section ? section->upgrade_rest : draft->upgrade_rest;
    return section ? section->downgrade_rest : draft->downgrade_rest;
}

static const char *
own_sql(const Render *render, MigDirection direction)
{
    const char *upgrade = render->section ? render->section->upgrade : render->draft->upgrade;
    const char *downgrade = render->section ? render->section->downgrade : render->draft->downgrade;
    const char *sql = direction == MIG_UPGRADE ? upgrade : downgrade;

    return sql ? sql : "";
}

/* The further block that is the first, for there is no SQL ahead of it; NULL: none. */
static const MigDraftBlock *
leading_block(const Render *render, MigDirection direction)
{
    const GPtrArray *rest = rest_of(render, direction);

    return rest && rest->len > 0 && !*own_sql(render, direction) ? rest->pdata[0] : NULL;
}

static const char *
sql_of(const Render *render, MigDirection direction)
{
    const MigDraftBlock *leading = leading_block(render, direction);

    return leading ? leading->sql : own_sql(render, direction);
}

static const char *
option_of(const MigDraftBlock *block)
{
    return block && block->transaction_off ? " transaction=off" : "";
}

void
mig_draft_block_free(MigDraftBlock *block)
{
    if (!block)
        return;
    g_free(block->sql);
    g_free(block);
}

static void
end_line(GString *out)
{
    while (out->len > 0 && (out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '\t'))
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

/* Text as lines without white space around it and at their ends. */
static char **
lines_of(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text ? text : "", "\r\n", -1);
    g_autofree char *joined = g_strjoinv("\n", parts);

    g_strdelimit(g_strstrip(joined), "\r", '\n');
    char **lines = g_strsplit(joined, "\n", -1);

    for (char **line = lines; *line; line++)
        g_strchomp(*line);
    return lines;
}

/* A text of several lines: each gets what stands around the token. */
static gboolean
add_lines(Render *render, guint n, const char *start, const char *end, const char *text,
          GError **error)
{
    const char *line = render->lines->pdata[n];
    gboolean bare = strspn(line + 2, " \t") + 2 == (gsize)(start - line);
    g_auto(GStrv) lines = lines_of(text);

    if (!g_str_has_prefix(line, "--") || render->direction >= 0)
        return fail(render, n, g_utf8_strlen(line, start - line) + 1, error,
                    "the token '%.*s' is not in a header comment", (int)(end - start), start);
    for (char **one = lines; *one; one++) {
        g_autofree char *escaped = bare ? mig_script_escape_line(*one) : g_strdup(*one);

        g_string_append_len(render->out, line, start - line);
        g_string_append(render->out, escaped);
        g_string_append(render->out, end);
        end_line(render->out);
    }
    return TRUE;
}

static gboolean
add_sql(Render *render, guint n, int column, const char *token, GError **error)
{
    MigDirection direction = strcmp(token, "upgrade") == 0 ? MIG_UPGRADE : MIG_DOWNGRADE;

    if (render->direction != (int)direction)
        return fail(render, n, column, error,
                    "the token '${%s}' is not in a block of its direction", token);
    render->used[direction] = TRUE;
    g_string_append(render->out, sql_of(render, direction));
    if (render->out->len > 0 && render->out->str[render->out->len - 1] == '\n')
        g_string_truncate(render->out, render->out->len - 1);
    return TRUE;
}

static gboolean
fail_token(const Render *render, guint n, int column, const char *token, GError **error)
{
    GError *problem = NULL;

    fail(render, n, column, &problem, "unknown token '${%s}'", token);
    mig_script_hint_words(problem, token, tokens);
    g_propagate_error(error, problem);
    return FALSE;
}

/* What a token stands for, written into the line. FALSE: no such token, or not here. */
static gboolean
add_token(Render *render, guint n, int column, const char *token, GError **error)
{
    g_autofree char *value = header_value(render->draft, token);

    if (value) {
        g_string_append(render->out, value);
        return TRUE;
    }
    if (strcmp(token, "upgrade") == 0 || strcmp(token, "downgrade") == 0)
        return add_sql(render, n, column, token, error);
    return fail_token(render, n, column, token, error);
}

/* Where a token stands in a line, braces and all; NULL: nowhere. */
static const char *
find_token(const char *line, const char *token)
{
    const char *found = strstr(line, token);

    return found && found > line && found[-1] == '$' ? NULL : found;
}

/* Writes a line with ${message} or ${notes} if it is one. */
static gboolean
add_text_line(Render *render, guint n, gboolean *ret_is_one, GError **error)
{
    static const char message[] = "${message}", notes[] = "${notes}";
    const char *line = render->lines->pdata[n];
    const char *at_message = find_token(line, message), *at_notes = find_token(line, notes);

    *ret_is_one = at_message || at_notes;
    if (at_message) {
        render->has_message = TRUE;
        return add_lines(render, n, at_message, at_message + strlen(message),
                         render->draft->message, error);
    }
    if (!at_notes || !render->draft->notes || !*render->draft->notes)
        return TRUE;
    return add_lines(render, n, at_notes, at_notes + strlen(notes), render->draft->notes, error);
}

/* Writes a line of the template with its tokens replaced. A line that comes to nothing is left
 * out. */
static gboolean
add_line(Render *render, guint n, GError **error)
{
    const char *line = render->lines->pdata[n], *at = line, *dollar;
    gsize begin = render->out->len;
    gboolean is_text;

    if (!add_text_line(render, n, &is_text, error))
        return FALSE;
    if (is_text)
        return TRUE;
    while ((dollar = strstr(at, "${"))) {
        const char *close = strchr(dollar, '}');
        int column = g_utf8_strlen(line, dollar - line) + 1;

        g_string_append_len(render->out, at, dollar - at);
        if (dollar > at && dollar[-1] == '$') {
            g_string_append_c(render->out, '{');
            at = dollar + 2;
            continue;
        }
        if (!close)
            return fail(render, n, column, error, "token without '}'");
        g_autofree char *token = g_strndup(dollar + 2, close - dollar - 2);

        if (!add_token(render, n, column, token, error))
            return FALSE;
        at = close + 1;
    }
    g_string_append(render->out, at);
    if (*line && render->out->len == begin)
        return TRUE;
    if (render->direction < 0)
        end_line(render->out);
    else
        g_string_append_c(render->out, '\n');
    return TRUE;
}

/* Whether a line of the template opens a block. */
static MigMark
mark_of(const Render *render, guint n, int *ret_direction, GError **error)
{
    const char *line = render->lines->pdata[n];
    gsize indent = strspn(line, " \t");
    MigScriptSource source = {render->path, line, strlen(line), TRUE};
    MigToken token = {MIG_TOKEN_COMMENT, indent, source.length - indent, n + 1};
    g_autoptr(GError) problem = NULL;
    MigBlock block = {0};

    if (!g_str_has_prefix(line + indent, "--"))
        return MIG_MARK_NONE;
    MigMark mark = mig_script_read_marker(&source, token, &block, &problem);

    if (mark == MIG_MARK_ERROR)
        fail(render, n, mig_error_details(problem)->column, error, "%s", problem->message);
    *ret_direction = block.direction;
    mig_script_block_clear(&block);
    return mark;
}

static void
add_marker(Render *render, const char *line, const char *option)
{
    if (!g_str_has_suffix(render->out->str, "\n\n"))
        g_string_append_c(render->out, '\n');
    g_string_append_printf(render->out, "%s%s", line, option);
    if (render->section && render->section->dialect)
        g_string_append_printf(render->out, " dialect=%s", render->section->dialect);
    else if (render->section)
        g_string_append_printf(render->out, " name=%s", render->section->name);
    g_string_append_c(render->out, '\n');
    render->n_blocks++;
}

/* One block, from its marker line to the line before end, and behind it those for the SQL that
 * cannot be in it. */
static gboolean
add_block(Render *render, guint begin, guint end, const MigDraftSection *section, GError **error)
{
    const char *marker = render->lines->pdata[begin];

    render->section = section;
    const MigDraftBlock *leading = leading_block(render, render->direction);

    add_marker(render, marker, option_of(leading));
    for (guint n = begin + 1; n < end; n++)
        if (!add_line(render, n, error))
            return FALSE;
    const GPtrArray *rest = rest_of(render, render->direction);

    for (guint i = leading ? 1 : 0; rest && i < rest->len; i++) {
        const MigDraftBlock *block = rest->pdata[i];

        add_marker(render, marker, option_of(block));
        g_string_append(render->out, block->sql);
    }
    return TRUE;
}

static gboolean
add_blocks(Render *render, guint begin, guint end, GError **error)
{
    const GPtrArray *sections = render->draft->sections;

    render->has_block[render->direction] = TRUE;
    if (render->direction == MIG_DOWNGRADE && render->draft->irreversible)
        return TRUE;
    if (!sections)
        return add_block(render, begin, end, NULL, error);
    for (guint i = 0; i < sections->len; i++)
        if (!add_block(render, begin, end, sections->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
add_all(Render *render, GError **error)
{
    guint begin = 0, n_lines = render->lines->len;
    int next_direction = -1;

    for (guint n = 0; n <= n_lines; n++) {
        MigMark mark = n < n_lines ? mark_of(render, n, &next_direction, error) : MIG_MARK_BLOCK;

        if (mark == MIG_MARK_ERROR)
            return FALSE;
        if (mark == MIG_MARK_BLOCK && render->direction >= 0 &&
            !add_blocks(render, begin, n, error))
            return FALSE;
        if (mark == MIG_MARK_BLOCK) {
            begin = n;
            render->direction = next_direction;
        } else if (render->direction < 0 && !add_line(render, n, error)) {
            return FALSE;
        }
    }
    while (g_str_has_suffix(render->out->str, "\n\n"))
        g_string_truncate(render->out, render->out->len - 1);
    return TRUE;
}

static gboolean
has_sql(const MigScriptDraft *draft, MigDirection direction)
{
    Render render = {.draft = draft};

    if (!draft->sections)
        return *sql_of(&render, direction) != '\0';
    for (guint i = 0; i < draft->sections->len; i++) {
        render.section = draft->sections->pdata[i];
        if (*sql_of(&render, direction))
            return TRUE;
    }
    return FALSE;
}

/* No SQL may get lost, unless the template leaves all downgrades out. */
static gboolean
check_places(const Render *render, GError **error)
{
    for (int direction = MIG_UPGRADE; direction <= MIG_DOWNGRADE; direction++) {
        gboolean wanted = direction == MIG_UPGRADE ||
                          (render->has_block[direction] && !render->draft->irreversible);

        if (wanted && !render->used[direction] && has_sql(render->draft, direction))
            return fail(render, G_MAXUINT, 0, error, "the template has no place for '${%s}'",
                        mig_direction_name(direction));
    }
    return TRUE;
}

static gboolean
is_list(const GPtrArray *found, const GPtrArray *wanted)
{
    g_autofree char *found_text = join(found);
    g_autofree char *wanted_text = join(wanted);

    return strcmp(found_text, wanted_text) == 0;
}

static gboolean
is_message(const Render *render, const MigScript *script)
{
    g_auto(GStrv) lines = lines_of(render->draft->message);
    g_autofree char *all = g_strjoinv("\n", lines);

    return !render->has_message || (strcmp(script->message, lines[0] ? lines[0] : "") == 0 &&
                                    g_str_has_prefix(script->doc, all));
}

/* The header key that does not read back as it was meant, or NULL. */
static const char *
wrong_part(const Render *render, const MigScript *script)
{
    const MigScriptDraft *draft = render->draft;

    if (strcmp(script->id, draft->id) != 0)
        return "revision";
    if (!is_list(script->down, draft->down))
        return "down_revision";
    if (!is_list(script->labels, draft->labels))
        return "branch_labels";
    if (!is_list(script->deps, draft->deps))
        return "depends_on";
    if (!is_message(render, script))
        return "message";
    return script->blocks && script->blocks->len != render->n_blocks ? "number of blocks" : NULL;
}

/* The script must say what the draft says, whatever was in its texts and in the template. */
static gboolean
check_script(const Render *render, GError **error)
{
    const MigLexRules *rules = render->draft->rules;
    g_autoptr(GError) problem = NULL;
    g_autoptr(MigScript) script =
        mig_script_from_text(render->out->str, render->out->len, "new script", &problem);

    if (!script || (rules && !mig_script_load_body(script, rules, &problem)))
        return fail(render, G_MAXUINT, 0, error,
                    "the script made from the template is not valid: line %d: %s",
                    mig_error_details(problem)->line, problem->message);
    const char *wrong = wrong_part(render, script);

    return !wrong ||
           fail(render, G_MAXUINT, 0, error,
                "the script made from the template does not read back: its %s differs", wrong);
}

static gboolean
check_encodings(const Render *render, GError **error)
{
    const char *message = render->draft->message;

    if (message && !g_utf8_validate(message, -1, NULL)) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "the message is not UTF-8");
        return FALSE;
    }
    return g_utf8_validate(render->text, -1, NULL) ||
           fail(render, G_MAXUINT, 0, error, "the template is not UTF-8");
}

static GPtrArray *
template_lines(const char *text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    text += mig_script_bom_length(text, strlen(text));
    while (*text) {
        gsize length = strcspn(text, "\n");
        gsize kept = length > 0 && text[length - 1] == '\r' ? length - 1 : length;

        g_ptr_array_add(lines, g_strndup(text, kept));
        text += length + (text[length] == '\n');
    }
    return lines;
}

char *
mig_script_render(const char *template_text, const char *template_path, const MigScriptDraft *draft,
                  GError **error)
{
    g_autoptr(GPtrArray) lines = template_lines(template_text);
    g_autoptr(GString) out = g_string_new(NULL);
    Render render = {.draft = draft,
                     .path = template_path,
                     .text = template_text,
                     .lines = lines,
                     .out = out,
                     .direction = -1};

    if (!check_encodings(&render, error) || !add_all(&render, error) ||
        !check_places(&render, error) || !check_script(&render, error))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}
