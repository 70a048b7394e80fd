/* Native ALTER TABLE: taken only when the text it leaves behind, put together here and read again,
 * is the target, and when no row can make it fail or be treated otherwise than by a rebuild. */
#include "dialects/sqlite/sqlite_plan.h"

#include <string.h>

/* The first version whose ADD COLUMN checks a new CHECK against the rows. */
#define VERSION_ADD_CHECK 3037000
/* The first version whose DROP COLUMN never corrupts. */
#define VERSION_DROP_COLUMN 3035005

static gboolean
is_dropped(const MigSqliteTableChange *change, const MigSqliteColumn *column)
{
    return !mig_sqlite_table_column(change->new, column->item.name);
}

static gboolean
is_added(const MigSqliteTableChange *change, const MigSqliteColumn *column)
{
    return !mig_sqlite_table_column(change->old, column->item.name);
}

static void
append_item(GString *out, const char *sql, const MigSqliteItem *item)
{
    g_string_append(out, out->len ? ",\n" : "");
    g_string_append_len(out, sql + item->offset, item->length);
}

/* Where the list of columns and constraints begins and ends in the old text. */
static void
list_range(const MigSqliteTable *table, gsize *ret_start, gsize *ret_end)
{
    const MigSqliteColumn *first = table->columns->pdata[0];
    const MigSqliteItem *last = &first->item;

    for (guint i = 0; i < table->columns->len; i++)
        last = &((MigSqliteColumn *)table->columns->pdata[i])->item;
    for (guint i = 0; i < table->constraints->len; i++)
        last = &((MigSqliteConstraint *)table->constraints->pdata[i])->item;
    *ret_start = first->item.offset;
    *ret_end = last->offset + last->length;
}

/* The text that native ADD and DROP COLUMN leave, but for layout and the order of columns. */
static char *
altered_text(const MigSqliteTableChange *change)
{
    g_autoptr(GString) items = g_string_new(NULL);
    gsize start, end;

    for (guint i = 0; i < change->old->columns->len; i++) {
        const MigSqliteColumn *column = change->old->columns->pdata[i];

        if (!is_dropped(change, column))
            append_item(items, change->old_sql, &column->item);
    }
    for (guint i = 0; i < change->new->columns->len; i++) {
        const MigSqliteColumn *column = change->new->columns->pdata[i];

        if (is_added(change, column))
            append_item(items, change->new_sql, &column->item);
    }
    for (guint i = 0; i < change->old->constraints->len; i++)
        append_item(items, change->old_sql,
                    &((MigSqliteConstraint *)change->old->constraints->pdata[i])->item);
    list_range(change->old, &start, &end);
    return g_strdup_printf("%.*s%s\n%s", (int)start, change->old_sql, items->str,
                           change->old_sql + end);
}

static guint
count_parts(const MigObject *table)
{
    guint n = 0;

    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        n += strcmp(child->kind, "column") == 0 || strcmp(child->kind, "constraint") == 0;
    }
    return n;
}

/* Whether the text reads as the new table. */
static gboolean
text_is_target(const MigSqliteTableChange *change, const char *sql)
{
    g_autoptr(MigSchema) schema = mig_schema_new(TRUE);
    const MigObject *table = mig_sqlite_table_add(schema, mig_object_name(change->to), sql, NULL);

    if (!table)
        return FALSE;
    mig_schema_seal(schema);
    if (count_parts(table) != count_parts(change->to))
        return FALSE;
    for (guint i = 0; i < change->to->children->len; i++) {
        const MigObject *child = change->to->children->pdata[i], *same;

        if (strcmp(child->kind, "column") != 0 && strcmp(child->kind, "constraint") != 0)
            continue;
        same = mig_schema_find(schema, child->identity);
        if (!same || strcmp(mig_object_hash(same), mig_object_hash(child)) != 0)
            return FALSE;
    }
    return g_strcmp0(mig_object_get(table, "options"), mig_object_get(change->to, "options")) == 0;
}

static const MigSqliteConstraint *
constraint_of_type(const MigSqliteColumn *column, const char *type)
{
    for (guint i = 0; i < column->constraints->len; i++) {
        const MigSqliteConstraint *constraint = column->constraints->pdata[i];

        if (strcmp(constraint->type, type) == 0)
            return constraint;
    }
    return NULL;
}

static gboolean
has_key(const MigSqliteColumn *column)
{
    return constraint_of_type(column, "PRIMARY KEY") || constraint_of_type(column, "UNIQUE");
}

/* TRUE and FALSE are numbers that ADD COLUMN does not bring to the column's affinity. */
static gboolean
is_constant(const MigSqliteColumn *column)
{
    const char *value = column->default_value, *affinity = mig_sqlite_affinity(column->type);

    if (g_ascii_strcasecmp(value, "true") == 0 || g_ascii_strcasecmp(value, "false") == 0)
        return strcmp(affinity, "TEXT") != 0 && strcmp(affinity, "REAL") != 0;
    return value[0] != '(' && !g_str_has_prefix(value, "CURRENT_");
}

/* SQLite's own limits, and those that only a table with rows would show. */
static gboolean
can_add(const MigSqliteTable *table, const MigSqliteColumn *column, int version)
{
    const char *value = column->default_value;

    if (has_key(column))
        return FALSE;
    if (constraint_of_type(column, "CHECK") && (version < VERSION_ADD_CHECK || column->generated))
        return FALSE;
    if (column->generated)
        return g_str_has_prefix(column->generated, "VIRTUAL") && !column->not_null;
    if (value && !is_constant(column))
        return FALSE;
    if (table->strict && !mig_sqlite_default_is_strict(column))
        return FALSE;
    if (column->not_null && !value)
        return FALSE;
    return !(value && constraint_of_type(column, "FOREIGN KEY"));
}

/* DROP COLUMN of the last column looks for the comma before it without regard to comments. */
static gboolean
comment_before(const MigSqliteTableChange *change, guint i)
{
    if (i == 0 || i + 1 < change->old->columns->len)
        return FALSE;
    const MigSqliteItem *before = &((MigSqliteColumn *)change->old->columns->pdata[i - 1])->item;
    const MigSqliteItem *item = &((MigSqliteColumn *)change->old->columns->pdata[i])->item;
    const char *between = change->old_sql + before->offset + before->length;
    gsize length = item->offset - before->offset - before->length;

    return g_strstr_len(between, (gssize)length, "--") ||
           g_strstr_len(between, (gssize)length, "/*");
}

static gboolean
can_drop_all(const MigSqliteTableChange *change, gboolean possible)
{
    guint kept = 0, dropped = 0;

    for (guint i = 0; i < change->old->columns->len; i++) {
        const MigSqliteColumn *column = change->old->columns->pdata[i];

        if (!is_dropped(change, column)) {
            kept += !column->generated;
            continue;
        }
        dropped++;
        if (has_key(column) || comment_before(change, i))
            return FALSE;
    }
    return dropped == 0 || (possible && kept > 0);
}

static gboolean
mentions(const char *sql, const MigSqliteItem *item, const char *name)
{
    MigLexer lexer;
    MigToken token;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql + item->offset, item->length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END) {
        g_autofree char *word = mig_token_name(sql + item->offset, token);

        if (g_ascii_strcasecmp(word, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether a column of a table that the other lacks speaks of another such one: then they cannot
 * come or go one by one in any order. */
static gboolean
tied_together(const MigSqliteTable *table, const char *sql, const MigSqliteTable *other)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const MigSqliteColumn *one = table->columns->pdata[i];

        for (guint j = 0; j < table->columns->len; j++) {
            const MigSqliteColumn *two = table->columns->pdata[j];

            if (i != j && !mig_sqlite_table_column(other, one->item.name) &&
                !mig_sqlite_table_column(other, two->item.name) &&
                mentions(sql, &one->item, two->item.name))
                return TRUE;
        }
    }
    return FALSE;
}

gboolean
mig_sqlite_alter_is_native(const MigSqliteTableChange *change, int version, gboolean drops)
{
    for (guint i = 0; i < change->changes->len; i++) {
        const MigChange *part = change->changes->pdata[i];

        if (part->kind == MIG_ALTERED)
            return FALSE;
    }
    for (guint i = 0; i < change->new->columns->len; i++) {
        const MigSqliteColumn *column = change->new->columns->pdata[i];

        if (is_added(change, column) && !can_add(change->new, column, version))
            return FALSE;
    }
    if (!can_drop_all(change, drops && version >= VERSION_DROP_COLUMN) ||
        tied_together(change->old, change->old_sql, change->new) ||
        tied_together(change->new, change->new_sql, change->old))
        return FALSE;
    g_autofree char *text = altered_text(change);

    return text_is_target(change, text);
}

/* The definition without the comments behind it: SQLite would copy them into its text and lose the
 * closing parenthesis in them. */
static char *
definition(const char *sql, const MigSqliteItem *item)
{
    MigLexer lexer;
    MigToken token;
    gsize end = 0;

    mig_lexer_init(&lexer, &mig_lex_rules_sqlite, sql + item->offset, item->length);
    while ((token = mig_lexer_next_code(&lexer)).kind != MIG_TOKEN_END)
        end = token.offset + token.length;
    return g_strndup(sql + item->offset, end);
}

MigAction *
mig_sqlite_alter_action(const MigSqliteTableChange *change, gboolean *drops)
{
    MigAction *action = mig_action_new("alter %s", change->to->identity);
    g_autofree char *table = mig_sqlite_name(mig_object_name(change->from));

    for (guint i = 0; i < change->new->columns->len; i++) {
        const MigSqliteColumn *column = change->new->columns->pdata[i];

        if (!is_added(change, column))
            continue;
        g_autofree char *text = definition(change->new_sql, &column->item);

        mig_action_sql(action, "ALTER TABLE %s ADD COLUMN %s", table, text);
    }
    for (guint i = 0; i < change->old->columns->len; i++) {
        const MigSqliteColumn *column = change->old->columns->pdata[i];

        if (!is_dropped(change, column))
            continue;
        g_autofree char *name = mig_sqlite_name(column->item.name);

        mig_action_sql(action, "ALTER TABLE %s DROP COLUMN %s", table, name);
        *drops = TRUE;
    }
    mig_sqlite_table_hazards(action, change);
    return action;
}
