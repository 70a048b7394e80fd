#include "cmd/moving.h"

#include <string.h>

#include "cmd/databases.h"
#include "cmd/interrupt.h"
#include "cmd/output.h"
#include "cmd/revision_text.h"
#include "core/step_plan.h"

/* Whether text ends in a semicolon, comments aside. */
static gboolean
is_ended(const MigLexRules *rules, const char *text)
{
    MigLexer lexer;
    gboolean ended = TRUE;

    mig_lexer_init(&lexer, rules, text, strlen(text));
    for (MigToken token = mig_lexer_next_code(&lexer); token.kind != MIG_TOKEN_END;
         token = mig_lexer_next_code(&lexer))
        ended = mig_token_is(text, token, ";");
    return ended;
}

/* The SQL that a step would run: its blocks for this database, joined. New string; NULL: error. */
static char *
step_sql(MigProject *project, const MigStep *step, GError **error)
{
    const MigDialect *dialect = mig_project_dialect(project, error);
    const char *name = mig_project_block_name(project);
    MigScript *script = step->revision->script;

    if (!dialect || !mig_script_load_body(script, dialect->lex_rules, error))
        return NULL;
    g_autoptr(GPtrArray) blocks = mig_script_blocks(script, step->direction, dialect->name, name);
    GString *sql = g_string_new(NULL);

    for (guint i = 0; blocks && i < blocks->len; i++) {
        const MigBlock *block = blocks->pdata[i];
        g_autofree char *text = g_strndup(script->text + block->offset, block->length);

        g_strstrip(text);
        if (*text && block->transaction_off)
            g_string_append(sql, "-- outside a transaction\n");
        if (*text)
            g_string_append_printf(sql, "%s\n%s", text,
                                   is_ended(dialect->lex_rules, text) ? "" : ";\n");
    }
    return g_string_free(sql, FALSE);
}

static json_t *
statement_json(const MigStepStatement *statement)
{
    json_t *object = json_object(), *hazards = json_array();

    for (guint i = 0; i < statement->hazards->len; i++) {
        const MigHazard *hazard = statement->hazards->pdata[i];

        json_array_append_new(
            hazards, json_pack("{s:s, s:s}", "kind", hazard->kind, "text", hazard->text));
    }
    json_object_set_new(object, "sql", json_string(statement->text));
    json_object_set_new(object, "line", json_integer(statement->line));
    json_object_set_new(object, "block", json_integer(statement->block));
    json_object_set_new(object, "transaction", json_boolean(!statement->off));
    json_object_set_new(object, "hazards", hazards);
    return object;
}

static json_t *
step_json(const MigStep *step, const char *sql, const GPtrArray *statements)
{
    const MigScript *script = step->revision->script;
    json_t *object = json_object();

    json_object_set_new(object, "revision", json_string(step->revision->id));
    json_object_set_new(object, "direction", json_string(mig_direction_name(step->direction)));
    json_object_set_new(object, "message", json_string(script->message));
    json_object_set_new(object, "path", script->path ? json_string(script->path) : json_null());
    json_object_set_new(object, "rows_before", strings_json(step->rows_before));
    json_object_set_new(object, "rows_after", strings_json(step->rows_after));
    json_object_set_new(object, "sql", json_string(sql));
    json_t *list = json_array();

    for (guint i = 0; i < statements->len; i++)
        json_array_append_new(list, statement_json(statements->pdata[i]));
    json_object_set_new(object, "statements", list);
    return object;
}

/* Each hazard once more, where it is seen behind a long script. */
static void
tell_hazards(const Invocation *invocation, const MigStep *step, const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++) {
        const MigStepStatement *statement = statements->pdata[i];

        for (guint j = 0; j < statement->hazards->len; j++) {
            const MigHazard *hazard = statement->hazards->pdata[j];

            talk(invocation, "hazard of %s, statement %u: %s: %s", step->revision->id, i + 1,
                 hazard->kind, hazard->text);
        }
    }
}

/* Each step is a comment and its SQL, so that the whole can be read and run as SQL. */
static void
print_step(const Invocation *invocation, const MigStep *step, const char *sql)
{
    const MigScript *script = step->revision->script;
    g_autofree char *before = rows_text(step->rows_before);
    g_autofree char *after = rows_text(step->rows_after);
    g_autofree char *heading = g_strdup_printf(
        "-- %s %s: %s -> %s%s%s\n", mig_direction_name(step->direction), step->revision->id, before,
        after, *script->message ? ", " : "", script->message);

    out_sql(invocation, heading);
    out_sql(invocation, *sql ? sql : "-- nothing to run\n");
    out("\n");
}

/* list: for JSON; else NULL. */
static gboolean
show_step(const Invocation *invocation, MigProject *project, const MigStep *step, json_t *list,
          guint *n_statements, GError **error)
{
    g_autofree char *sql = step_sql(project, step, error);
    g_autoptr(GPtrArray) statements = sql ? mig_step_statements(project, step, error) : NULL;

    if (!statements)
        return FALSE;
    *n_statements += statements->len;
    if (list) {
        json_array_append_new(list, step_json(step, sql, statements));
        return TRUE;
    }
    print_step(invocation, step, sql);
    tell_hazards(invocation, step, statements);
    return TRUE;
}

static int
show_plan(Invocation *invocation, MigProject *project, MigDirection direction, const char *target,
          const MigApplyOptions *options, GError **error)
{
    gboolean all_branches = invocation_has(invocation, "all-branches");
    g_autoptr(GPtrArray) steps =
        mig_apply_plan(project, direction, target, all_branches, options, error);

    if (!steps)
        return -1;
    json_t *list = invocation->format == FORMAT_JSON ? json_array() : NULL;

    guint n_statements = 0;

    for (guint i = 0; i < steps->len; i++) {
        if (!show_step(invocation, project, steps->pdata[i], list, &n_statements, error)) {
            json_decref(list);
            return -1;
        }
    }
    if (list) {
        json_t *object = database_json(project);

        json_object_set_new(object, "direction", json_string(invocation->command->name));
        json_object_set_new(object, "steps", list);
        out_json(object);
    } else if (steps->len == 0) {
        talk(invocation, "nothing to do");
    } else {
        talk(invocation, "%u step%s, %u statement%s; nothing was run", steps->len,
             steps->len == 1 ? "" : "s", n_statements, n_statements == 1 ? "" : "s");
    }
    return 0;
}

/* The same setting as in migrate.ini, with the words of the command line when it is wrong. */
static gboolean
set_timeout(MigProject *project, const char *option, const char *key, const char *value,
            GError **error)
{
    g_autoptr(GError) own = NULL;
    g_autofree char *origin = g_strconcat("--", option, NULL);

    if (!value || mig_config_set(mig_project_config(project), key, value, origin, &own))
        return TRUE;
    mig_set_error(error, MIG_E_BAD_ARGUMENT, "option '%s': '%s' is no duration", origin, value);
    mig_error_set_hint(error ? *error : NULL, "%s", mig_error_details(own)->hint);
    return FALSE;
}

gboolean
set_timeouts(const Invocation *invocation, MigProject *project, GError **error)
{
    return set_timeout(project, "run-lock-timeout", "run_lock_timeout",
                       invocation_value(invocation, "run-lock-timeout"), error) &&
           set_timeout(project, "lock-timeout", "lock_timeout",
                       invocation_value(invocation, "lock-timeout"), error);
}

static int
show_result(Invocation *invocation, MigProject *project, MigDirection direction, guint steps,
            GError **error)
{
    const gboolean json = invocation->format == FORMAT_JSON;

    if (!json && steps > 0)
        return 0;
    g_autoptr(GPtrArray) rows = mig_project_row_ids(project, error);

    if (!rows)
        return -1;
    if (json) {
        json_t *object = database_json(project);

        json_object_set_new(object, "direction", json_string(invocation->command->name));
        json_object_set_new(object, "steps", json_integer(steps));
        json_object_set_new(object, "rows", strings_json(rows));
        out_json_line(object);
    } else {
        g_autofree char *at = rows_text(rows);

        talk(invocation, "nothing to do: the database is at %s", at);
    }
    return 0;
}

int
move_database(Invocation *invocation, MigProject *project, MigDirection direction,
              const char *target, GError **error)
{
    const MigApplyOptions options = {
        .tag = invocation_value(invocation, "tag"),
        .allow_drop = invocation_list(invocation, "allow-drop"),
        .one_by_one = invocation_has(invocation, "one-by-one"),
        .from_log = invocation_has(invocation, "from-log"),
        .to_ref = invocation->command == &command_switch,
        .run_lock_timeout_ms = G_MININT64,
        .cancelled = interrupt_asked,
    };
    const gboolean all_branches = invocation_has(invocation, "all-branches");
    guint steps = 0;

    if (invocation_has(invocation, "plan"))
        return show_plan(invocation, project, direction, target, &options, error);
    if (!set_timeouts(invocation, project, error))
        return -1;
    interrupt_begin();
    gboolean done =
        direction == MIG_UPGRADE
            ? mig_apply_upgrade(project, target, &options, &steps, error)
            : mig_apply_downgrade(project, target, all_branches, &options, &steps, error);

    return done ? show_result(invocation, project, direction, steps, error) : -1;
}

gboolean
check_sql_options(const Invocation *invocation, GError **error)
{
    static const char *const online[] = {"plan", "one-by-one", "allow-drop", "run-lock-timeout",
                                         "lock-timeout", "from-log"};

    for (gsize i = 0; i < G_N_ELEMENTS(online); i++) {
        if (invocation_has(invocation, online[i])) {
            mig_set_error(error, MIG_E_USAGE, "'--%s' has no meaning with '--sql'", online[i]);
            return FALSE;
        }
    }
    return TRUE;
}

int
print_script(const Invocation *invocation, MigProject *project, const char *sql)
{
    if (invocation->format == FORMAT_JSON) {
        json_t *object = database_json(project);

        json_object_set_new(object, "sql", json_string(sql));
        out_json(object);
    } else {
        out_sql(invocation, sql);
    }
    return 0;
}
