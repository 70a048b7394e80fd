#include "core/rename.h"

#include <string.h>

#include "core/error.h"
#include "core/suggest.h"

/* One name of a path; NULL when there is none at *at. */
static char *
parse_name(const char **at)
{
    const char *start = *at;

    if (*start != '"') {
        gsize length = strcspn(start, ".=\"");

        *at = start + length;
        g_autofree char *name = g_strstrip(g_strndup(start, length));

        return *name ? g_steal_pointer(&name) : NULL;
    }
    GString *name = g_string_new(NULL);
    const char *c = start + 1;

    for (; *c && (*c != '"' || c[1] == '"'); c++) {
        c += *c == '"';
        g_string_append_c(name, *c);
    }
    *at = *c ? c + 1 : c;
    gboolean good = *c && name->len > 0;
    char *text = g_string_free(name, !good);

    return text;
}

static char **
parse_path(const char **at)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (;;) {
        while (**at == ' ')
            ++*at;
        g_autofree char *name = parse_name(at);

        if (!name)
            return NULL;
        g_strv_builder_add(builder, name);
        while (**at == ' ')
            ++*at;
        if (**at != '.')
            return g_strv_builder_end(builder);
        ++*at;
    }
}

MigRename *
mig_rename_parse(const char *text, GError **error)
{
    const char *at = text;
    g_auto(GStrv) from = parse_path(&at);
    g_auto(GStrv) to = NULL;

    if (from && *at == '=') {
        at++;
        to = parse_path(&at);
    }
    if (!to || *at || g_strv_length(from) != g_strv_length(to)) {
        mig_set_error(error, MIG_E_BAD_ARGUMENT, "'%s' is no rename", text);
        mig_error_set_hint(error ? *error : NULL,
                           "Write OLD=NEW for a table, TABLE.OLD=TABLE.NEW for a column; names "
                           "that hold dots, spaces or '=' go in double quotes.");
        return NULL;
    }
    MigRename *rename = g_new0(MigRename, 1);

    rename->from = g_steal_pointer(&from);
    rename->to = g_steal_pointer(&to);
    return rename;
}

void
mig_rename_free(MigRename *rename)
{
    if (!rename)
        return;
    g_strfreev(rename->from);
    g_strfreev(rename->to);
    g_free(rename);
}

GPtrArray *
mig_renames_parse(const GPtrArray *texts, GError **error)
{
    g_autoptr(GPtrArray) renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);

    for (guint i = 0; texts && i < texts->len; i++) {
        MigRename *rename = mig_rename_parse(texts->pdata[i], error);

        if (!rename)
            return NULL;
        g_ptr_array_add(renames, rename);
    }
    return g_steal_pointer(&renames);
}

static void
append_path(GString *out, char **path)
{
    for (char **name = path; *name; name++) {
        g_auto(GStrv) parts = g_strsplit(*name, "\"", -1);
        g_autofree char *doubled = g_strjoinv("\"\"", parts);
        gboolean plain = **name && !strpbrk(*name, ".= \t\r\n\"");

        g_string_append_printf(out, plain ? "%s%s" : "%s\"%s\"", name > path ? "." : "", doubled);
    }
}

char *
mig_rename_text(const MigRename *rename)
{
    GString *out = g_string_new(NULL);

    append_path(out, rename->from);
    g_string_append_c(out, '=');
    append_path(out, rename->to);
    return g_string_free(out, FALSE);
}

MigRename *
mig_rename_copy(const MigRename *rename)
{
    MigRename *copy = g_new0(MigRename, 1);

    copy->from = g_strdupv(rename->from);
    copy->to = g_strdupv(rename->to);
    return copy;
}

MigRename *
mig_rename_swap(const MigRename *rename)
{
    MigRename *swapped = g_new0(MigRename, 1);

    swapped->from = g_strdupv(rename->to);
    swapped->to = g_strdupv(rename->from);
    return swapped;
}

static gboolean
names_table(const MigRename *rename)
{
    return !rename->from[1];
}

static gboolean
refuse(const MigRename *rename, GError **error, const char *format, const char *name)
{
    g_autofree char *from = g_strjoinv(".", rename->from), *to = g_strjoinv(".", rename->to);
    g_autofree char *reason = g_strdup_printf(format, name);

    mig_set_error(error, MIG_E_BAD_ARGUMENT, "cannot rename '%s' to '%s': %s", from, to, reason);
    return FALSE;
}

/* Advises on a name that nothing bears: the other way round, or the nearest that there is. */
static void
advise(GError **error, const MigRename *rename, gboolean reversed, const GPtrArray *objects,
       const char *kind, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    if (reversed) {
        MigRename *swapped = mig_rename_copy(rename);
        const guint last = g_strv_length(rename->from) - 1;
        char *old = swapped->from[last];

        swapped->from[last] = swapped->to[last];
        swapped->to[last] = old;
        g_autofree char *text = mig_rename_text(swapped);

        mig_rename_free(swapped);
        mig_error_set_hint(error ? *error : NULL, "The old name comes first: --rename %s.", text);
        return;
    }
    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (strcmp(object->kind, kind) == 0)
            g_ptr_array_add(names, (gpointer)mig_object_name(object));
    }
    g_ptr_array_add(names, NULL);
    const char *near = mig_suggest(name, (const char *const *)names->pdata);

    if (near)
        mig_error_set_hint(error ? *error : NULL, "Did you mean '%s'?", near);
    else
        mig_error_set_hint(error ? *error : NULL,
                           "Write OLD=NEW for a table, TABLE.OLD=TABLE.NEW for a column.");
}

/* A table, real or virtual. */
static MigObject *
lookup_table(const MigSchema *schema, const char *name)
{
    MigObject *table = mig_schema_lookup(schema, "table", NULL, name);

    return table ? table : mig_schema_lookup(schema, "virtual table", NULL, name);
}

/* The one table of both states whose column the rename could mean; NULL: none, or several. */
static const MigObject *
table_of_columns(const MigRename *rename, const MigSchema *from, const MigSchema *to)
{
    const GPtrArray *roots = mig_schema_roots(from);
    const MigObject *only = NULL;

    for (guint i = 0; i < roots->len; i++) {
        const MigObject *table = roots->pdata[i];
        const MigObject *twin = mig_schema_find(to, table->identity);

        if (!twin || !mig_schema_lookup(from, "column", table, rename->from[0]) ||
            !mig_schema_lookup(to, "column", twin, rename->to[0]))
            continue;
        if (only)
            return NULL;
        only = table;
    }
    return only;
}

/* Advises on a table that is not there: it may be a column that is meant. */
static void
advise_table(GError **error, const MigRename *rename, const MigSchema *from, const MigSchema *to)
{
    const gboolean reversed =
        lookup_table(from, rename->to[0]) && lookup_table(to, rename->from[0]);
    const MigObject *table = table_of_columns(rename, from, to);

    if (!table || reversed) {
        advise(error, rename, reversed, mig_schema_roots(from), "table", rename->from[0]);
        return;
    }
    char *path[] = {(char *)mig_object_name(table), rename->from[0], NULL};
    char *new_path[] = {(char *)mig_object_name(table), rename->to[0], NULL};
    const MigRename meant = {path, new_path};
    g_autofree char *text = mig_rename_text(&meant);

    mig_error_set_hint(error ? *error : NULL, "A column is named with its table: --rename %s.",
                       text);
}

static gboolean
resolve_table(const MigRename *rename, const MigSchema *from, const MigSchema *to,
              GPtrArray *changes, GError **error)
{
    MigObject *old = lookup_table(from, rename->from[0]);
    MigObject *new = old ? mig_schema_lookup(to, old->kind, NULL, rename->to[0]) : NULL;

    if (!old) {
        refuse(rename, error, "the old state has no table '%s'", rename->from[0]);
        advise_table(error, rename, from, to);
        return FALSE;
    }
    if (!new) {
        refuse(rename, error, "the new state has no table '%s'", rename->to[0]);
        advise(error, rename, FALSE, mig_schema_roots(to), old->kind, rename->to[0]);
        return FALSE;
    }
    g_ptr_array_add(changes, mig_change_new(MIG_RENAMED, old, new));
    return TRUE;
}

static const MigChange *
table_rename(const GPtrArray *changes, const MigObject *table)
{
    for (guint i = 0; table && i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->from == table || change->to == table)
            return change;
    }
    return NULL;
}

/* Finds on both sides the table that a column's path names by its old name, else by its new one. */
static gboolean
find_table(const GPtrArray *changes, const MigSchema *from, const MigSchema *to, const char *name,
           const MigObject **ret_old, const MigObject **ret_new)
{
    const MigObject *old = mig_schema_lookup(from, "table", NULL, name);
    const MigObject *new = mig_schema_lookup(to, "table", NULL, name);
    const MigChange *change = table_rename(changes, old);

    if (!change)
        change = table_rename(changes, new);
    *ret_old = change ? change->from : old;
    *ret_new = change ? change->to : new;
    return *ret_old && *ret_new;
}

static gboolean
resolve_column(const MigRename *rename, const MigSchema *from, const MigSchema *to,
               GPtrArray *changes, GError **error)
{
    const MigObject *table, *after;

    if (!find_table(changes, from, to, rename->from[0], &table, &after)) {
        refuse(rename, error, "the two states have no table '%s'", rename->from[0]);
        advise(error, rename, FALSE, mig_schema_roots(from), "table", rename->from[0]);
        return FALSE;
    }
    if (mig_schema_lookup(from, "table", NULL, rename->to[0]) != table &&
        mig_schema_lookup(to, "table", NULL, rename->to[0]) != after)
        return refuse(rename, error, "'%s' is another table", rename->to[0]);
    MigObject *old = mig_schema_lookup(from, "column", table, rename->from[1]);
    MigObject *new = mig_schema_lookup(to, "column", after, rename->to[1]);

    gboolean reversed = mig_schema_lookup(from, "column", table, rename->to[1]) &&
                        mig_schema_lookup(to, "column", after, rename->from[1]);

    if (!old) {
        refuse(rename, error, "the old table has no column '%s'", rename->from[1]);
        advise(error, rename, reversed, table->children, "column", rename->from[1]);
        return FALSE;
    }
    if (!new) {
        refuse(rename, error, "the new table has no column '%s'", rename->to[1]);
        advise(error, rename, FALSE, after->children, "column", rename->to[1]);
        return FALSE;
    }
    g_ptr_array_add(changes, mig_change_new(MIG_RENAMED, old, new));
    return TRUE;
}

static const MigChange *
rename_of(const GPtrArray *changes, const MigObject *object)
{
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (change->from == object || change->to == object)
            return change;
    }
    return NULL;
}

static gboolean
is_a_change(const MigChange *change, GError **error)
{
    const char *name = mig_object_name(change->from);

    if (strcmp(name, mig_object_name(change->to)) != 0)
        return TRUE;
    g_autofree char *what = mig_change_describe(change);

    mig_set_error(error, MIG_E_BAD_ARGUMENT, "cannot %s: its name is '%s' in both states", what,
                  name);
    return FALSE;
}

/* Each gives another name; nothing has two new names, and no name two old ones. */
static gboolean
renames_make_sense(const GPtrArray *changes, GError **error)
{
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];

        if (!is_a_change(change, error))
            return FALSE;
        for (guint j = 0; j < i; j++) {
            const MigChange *other = changes->pdata[j];

            if (change->from != other->from && change->to != other->to)
                continue;
            g_autofree char *one = mig_change_describe(other), *two = mig_change_describe(change);

            mig_set_error(error, MIG_E_BAD_ARGUMENT, "cannot both %s and %s", one, two);
            return FALSE;
        }
    }
    return TRUE;
}

/* A name stays free for the way back too: what bears the new name before, or the old name after,
 * must be renamed itself. */
static gboolean
names_are_free(const GPtrArray *changes, const MigSchema *from, const MigSchema *to, GError **error)
{
    for (guint i = 0; i < changes->len; i++) {
        const MigChange *change = changes->pdata[i];
        const char *kind = change->from->kind;
        const MigObject *taken =
            mig_schema_lookup(from, kind, change->from->parent, mig_object_name(change->to));
        const char *side = "old";

        if (!taken || rename_of(changes, taken)) {
            taken = mig_schema_lookup(to, kind, change->to->parent, mig_object_name(change->from));
            side = "new";
        }
        if (!taken || rename_of(changes, taken))
            continue;
        g_autofree char *what = mig_change_describe(change);

        mig_set_error(error, MIG_E_BAD_ARGUMENT, "cannot %s: the %s state has %s %s", what, side,
                      taken->title, strcmp(side, "old") == 0 ? "already" : "too");
        return FALSE;
    }
    return TRUE;
}

GPtrArray *
mig_rename_changes(const GPtrArray *renames, const MigSchema *from, const MigSchema *to,
                   GError **error)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func((GDestroyNotify)mig_change_free);

    for (guint i = 0; renames && i < renames->len; i++) {
        if (names_table(renames->pdata[i]) &&
            !resolve_table(renames->pdata[i], from, to, changes, error))
            return NULL;
    }
    for (guint i = 0; renames && i < renames->len; i++) {
        if (!names_table(renames->pdata[i]) &&
            !resolve_column(renames->pdata[i], from, to, changes, error))
            return NULL;
    }
    if (!renames_make_sense(changes, error) || !names_are_free(changes, from, to, error))
        return NULL;
    return g_steal_pointer(&changes);
}
