#include "core/model.h"

#include <string.h>

#include "core/error.h"
#include "core/locations.h"
#include "core/model_command.h"
#include "core/read_file.h"

void
mig_model_part_free(MigModelPart *part)
{
    if (!part)
        return;
    g_free(part->name);
    g_free(part->text);
    g_free(part);
}

/* Checks the encoding. Takes name, and text on success only. */
static MigModelPart *
part_new(char *name, char *text, gsize length, GError **error)
{
    static const char bom[] = "\xef\xbb\xbf";
    gsize skip = length >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;
    const char *bad;

    if (!g_utf8_validate(text + skip, (gssize)(length - skip), &bad)) {
        mig_set_error(error, MIG_E_MODEL, "'%s' is not UTF-8 text", name);
        if (error)
            mig_error_set_offset(*error, name, text, length, (gsize)(bad - text));
        g_free(name);
        return NULL;
    }
    MigModelPart *part = g_new0(MigModelPart, 1);

    memmove(text, text + skip, length - skip + 1);
    part->name = name;
    part->text = text;
    part->length = length - skip;
    return part;
}

static gboolean
read_file(MigProject *project, const char *path, GPtrArray *parts, GError **error)
{
    g_autofree char *shown = mig_config_display_path(mig_project_config(project), path);
    g_autofree char *text = NULL;
    gsize length;

    int reason = mig_read_file(path, &text, &length);

    if (reason != 0) {
        mig_set_error(error, MIG_E_MODEL, "cannot read '%s': %s", shown, g_strerror(reason));
        return FALSE;
    }
    MigModelPart *part = part_new(g_steal_pointer(&shown), text, length, error);

    if (!part)
        return FALSE;
    g_steal_pointer(&text);
    g_ptr_array_add(parts, part);
    return TRUE;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean
read_folder(MigProject *project, const char *path, GPtrArray *parts, GError **error)
{
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

    g_ptr_array_add(folders, (gpointer)path);
    g_autoptr(GPtrArray) files = mig_locations_scan(folders, TRUE, errors);
    GError *first = mig_error_from_list(errors);

    if (first) {
        g_propagate_error(error, first);
        return FALSE;
    }
    if (files->len == 0) {
        g_autofree char *shown = mig_config_display_path(mig_project_config(project), path);

        mig_set_error(error, MIG_E_MODEL, "the folder '%s' holds no .sql file", shown);
        return FALSE;
    }
    g_ptr_array_sort(files, by_path);
    for (guint i = 0; i < files->len; i++) {
        if (!read_file(project, files->pdata[i], parts, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_command(MigProject *project, const char *entry, GPtrArray *parts, GError **error)
{
    gsize length;
    g_autofree char *text = mig_model_command_read(project, entry, &length, error);
    MigModelPart *part = text ? part_new(g_strdup(entry), text, length, error) : NULL;

    if (!part)
        return FALSE;
    g_steal_pointer(&text);
    g_ptr_array_add(parts, part);
    return TRUE;
}

static gboolean
read_path(MigProject *project, const char *path, GPtrArray *parts, GError **error)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR) ? read_folder(project, path, parts, error)
                                                 : read_file(project, path, parts, error);
}

GPtrArray *
mig_model_read_path(MigProject *project, const char *path, GError **error)
{
    g_autoptr(GPtrArray) parts =
        g_ptr_array_new_with_free_func((GDestroyNotify)mig_model_part_free);

    return read_path(project, path, parts, error) ? g_steal_pointer(&parts) : NULL;
}

static gboolean
read_entry(MigProject *project, const char *entry, GPtrArray *parts, GError **error)
{
    if (mig_model_is_command(entry))
        return read_command(project, entry, parts, error);
    g_autofree char *path = mig_config_resolve_path(mig_project_config(project), entry);

    return read_path(project, path, parts, error);
}

GPtrArray *
mig_model_read(MigProject *project, GError **error)
{
    const MigConfig *config = mig_project_config(project);
    const GPtrArray *entries = mig_config_list(config, "model");
    g_autoptr(GPtrArray) parts =
        g_ptr_array_new_with_free_func((GDestroyNotify)mig_model_part_free);

    if (entries->len == 0) {
        mig_set_error(error, MIG_E_MODEL, "there is no model");
        mig_error_set_hint(
            error ? *error : NULL,
            "Set 'model' in migrate.ini to an SQL file, a folder of them, "
            "exec:COMMAND or a model of an ORM, such as sqlalchemy:app.models:Base.");
        return NULL;
    }
    for (guint i = 0; i < entries->len; i++) {
        if (read_entry(project, entries->pdata[i], parts, error))
            continue;
        MigErrorDetails *details = mig_error_details(error ? *error : NULL);

        if (details && !details->hint)
            mig_error_set_hint(*error, "The model is named at %s.",
                               mig_config_origin(config, "model"));
        return NULL;
    }
    return g_steal_pointer(&parts);
}

/* Whether a statement only changes rows of the user's own tables. */
static gboolean
is_data(const MigDialect *dialect, const char *text, const MigStatement *statement)
{
    static const char *const verbs[] = {"INSERT", "REPLACE", "UPDATE", "DELETE"};
    gboolean data = FALSE;
    MigLexer lexer;

    if (statement->data_offset > 0)
        return TRUE;
    mig_lexer_init(&lexer, dialect->lex_rules, text + statement->offset, statement->length);
    MigToken token = mig_lexer_next_code(&lexer);

    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
        data = data || mig_token_is(lexer.text, token, verbs[i]);
    for (int i = 0; data && i < 5 && token.kind != MIG_TOKEN_END; i++) {
        g_autofree char *name = mig_token_name(lexer.text, token);
        gsize length = dialect->catalog_prefix ? strlen(dialect->catalog_prefix) : 0;

        if (length > 0 && g_ascii_strncasecmp(name, dialect->catalog_prefix, length) == 0)
            return FALSE;
        token = mig_lexer_next_code(&lexer);
    }
    return data;
}

/* Lines stay where they are. */
static void
blank(char *text, const MigStatement *statement)
{
    gsize end = statement->end;

    if (statement->data_offset > 0)
        end = statement->data_offset + statement->data_length + strlen("\\.");
    for (gsize i = statement->offset; i < end; i++) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

static guint
blank_data(const MigDialect *dialect, const GArray *statements, char *text)
{
    guint n = 0;

    for (guint i = 0; i < statements->len; i++) {
        const MigStatement *statement = &g_array_index(statements, MigStatement, i);

        if (!is_data(dialect, text, statement))
            continue;
        blank(text, statement);
        n++;
    }
    return n;
}

static void
make_model_error(GError *error, const MigModelPart *part)
{
    MigErrorDetails *details = mig_error_details(error);

    if (!details)
        return;
    error->code = MIG_E_MODEL;
    if (details->line > 0)
        mig_error_set_location(error, part->name, details->line, details->column, part->text,
                               part->length);
}

static gboolean
tidy(MigProject *project, const MigDialect *dialect, const MigModelPart *part, char *text,
     GError **error)
{
    gboolean with_grants = mig_config_boolean(mig_project_config(project), "include_grants");

    if (!dialect->tidy_model)
        return TRUE;
    g_autoptr(GPtrArray) notices =
        dialect->tidy_model(text, part->length, part->name, with_grants, error);

    for (guint i = 0; notices && i < notices->len; i++)
        mig_project_tell(project, MIG_EVENT_NOTICE, "%s: %s", part->name,
                         (const char *)notices->pdata[i]);
    return notices != NULL;
}

gboolean
mig_model_execute(MigProject *project, MigConnection *scratch, const MigModelPart *part,
                  GError **error)
{
    const MigDialect *dialect = scratch->dialect;
    g_autofree char *text = g_memdup2(part->text, part->length + 1);
    g_autoptr(GError) own = NULL;
    g_autoptr(GArray) statements =
        tidy(project, dialect, part, text, &own)
            ? mig_split(dialect->lex_rules, text, part->length, part->name, &own)
            : NULL;
    guint n_data = statements ? blank_data(dialect, statements, text) : 0;

    if (!statements || !dialect->execute(scratch, text, part->length, part->name, &own)) {
        make_model_error(own, part);
        g_propagate_error(error, g_steal_pointer(&own));
        return FALSE;
    }
    if (n_data > 0)
        mig_project_tell(project, MIG_EVENT_NOTICE,
                         "%s: left out %u statement%s that change%s rows, not the schema",
                         part->name, n_data, n_data == 1 ? "" : "s", n_data == 1 ? "s" : "");
    return TRUE;
}
