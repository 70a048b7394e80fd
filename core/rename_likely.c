#include "core/rename_likely.h"

#include <string.h>

#include "core/rename_hint.h"
#include "core/suggest.h"

/* Names of which so much (in per cent) is the same are similar, or very similar. */
#define SIMILAR 60
#define VERY_SIMILAR 80

typedef struct {
    const MigSchema *from, *to;
    GPtrArray *settled; /* of MigChange*: renames that are known */
    GPtrArray *questions;
} Finder;

typedef struct {
    const MigObject *object;
    int score;
} Candidate;

static void
question_free(gpointer data)
{
    MigRenameQuestion *question = data;

    g_ptr_array_unref(question->to);
    g_free(question);
}

static const MigChange *
settled(const Finder *finder, const MigObject *object)
{
    for (guint i = 0; i < finder->settled->len; i++) {
        const MigChange *change = finder->settled->pdata[i];

        if (change->from == object || change->to == object)
            return change;
    }
    return NULL;
}

static gboolean
same_attribute(const MigObject *a, const MigObject *b, const char *attribute)
{
    const char *x = mig_object_get(a, attribute), *y = mig_object_get(b, attribute);

    return x && y ? g_ascii_strcasecmp(x, y) == 0 : x == y;
}

/* What kind of value a type holds, by the words that every engine uses; types that have none of
 * them are families of their own. */
static const char *
type_family(const MigObject *column)
{
    static const struct {
        const char *word, *family;
    } words[] = {{"interval", "time"}, {"point", "point"}, {"int", "number"},  {"serial", "number"},
                 {"char", "text"},     {"text", "text"},   {"clob", "text"},   {"blob", "bytes"},
                 {"bytea", "bytes"},   {"real", "number"}, {"floa", "number"}, {"doub", "number"},
                 {"num", "number"},    {"dec", "number"},  {"date", "time"},   {"time", "time"},
                 {"bool", "boolean"},  {"json", "json"}};
    const char *type = mig_object_get(column, "type");
    g_autofree char *lower = g_ascii_strdown(type ? type : "", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(lower, words[i].word))
            return words[i].family;
    }
    return g_intern_string(lower);
}

/* The column that both tables have, next to this one in a direction; *ret_steps: how far it is.
 * NULL: none, and *ret_steps counts to the edge. */
static const MigObject *
neighbour(const MigObject *column, const MigSchema *other, const MigObject *twin, int step,
          int *ret_steps)
{
    const GPtrArray *siblings = column->parent->children;
    guint at = 0;

    g_ptr_array_find((GPtrArray *)siblings, column, &at);
    *ret_steps = 0;
    for (int i = (int)at + step; i >= 0 && i < (int)siblings->len; i += step) {
        const MigObject *sibling = siblings->pdata[i];

        if (!mig_object_is_kind(sibling, "column"))
            continue;
        ++*ret_steps;
        const MigObject *same = mig_schema_lookup(other, "column", twin, mig_object_name(sibling));

        if (same)
            return same;
    }
    return NULL;
}

/* Whether a column stands where the other stood: as far behind, or before, the same column. */
static gboolean
same_place(const Finder *finder, const MigObject *from, const MigObject *to)
{
    for (int step = -1; step <= 1; step += 2) {
        int before, after;
        const MigObject *old = neighbour(from, finder->to, to->parent, step, &before);
        const MigObject *new = neighbour(to, finder->from, from->parent, step, &after);

        if (before != after || (step > 0 && !old))
            continue;
        if (old ? new &&mig_schema_lookup(finder->to, "column", to->parent, mig_object_name(new)) ==
                      old
                : !new)
            return TRUE;
    }
    return FALSE;
}

/* 0: nothing speaks for it. */
static int
column_score(const Finder *finder, const MigObject *from, const MigObject *to)
{
    const int similar = (int)mig_similarity(mig_object_name(from), mig_object_name(to));
    const gboolean place = same_place(finder, from, to);
    const gboolean type = same_attribute(from, to, "type");
    const gboolean spelling = strcmp(mig_object_hash(from), mig_object_hash(to)) == 0;
    const int score = similar + 40 * place + 40 * spelling + 60 * type;

    if (!mig_object_get(from, "generated") != !mig_object_get(to, "generated"))
        return 0;
    if (type)
        return place || similar >= SIMILAR ? score : 0;
    if (strcmp(type_family(from), type_family(to)) == 0)
        return similar >= SIMILAR ? score + 20 : 0;
    return similar >= VERY_SIMILAR ? score : 0;
}

static guint
count_columns(const MigObject *table)
{
    guint n = 0;

    for (guint i = 0; i < table->children->len; i++)
        n += mig_object_is_kind(table->children->pdata[i], "column");
    return n;
}

static const MigObject *
column_at(const MigObject *table, int position)
{
    for (guint i = 0; i < table->children->len; i++) {
        const MigObject *child = table->children->pdata[i];

        if (mig_object_is_kind(child, "column") && child->position == position)
            return child;
    }
    return NULL;
}

/* How many columns have the same name and type in both; *ret_renamed: how many more the same place
 * and type. */
static guint
shared_columns(const Finder *finder, const MigObject *from, const MigObject *to, int *ret_renamed)
{
    guint n = 0;

    *ret_renamed = 0;
    for (guint i = 0; i < from->children->len; i++) {
        const MigObject *column = from->children->pdata[i], *twin;

        if (!mig_object_is_kind(column, "column"))
            continue;
        twin = mig_schema_lookup(finder->to, "column", to, mig_object_name(column));
        if (twin) {
            n += same_attribute(column, twin, "type");
            continue;
        }
        twin = column_at(to, column->position);
        *ret_renamed += twin && same_attribute(column, twin, "type") &&
                        !mig_schema_lookup(finder->from, "column", from, mig_object_name(twin));
    }
    return n;
}

static int
table_score(const Finder *finder, const MigObject *from, const MigObject *to)
{
    const int similar = (int)mig_similarity(mig_object_name(from), mig_object_name(to));
    int renamed;
    const int shared = (int)shared_columns(finder, from, to, &renamed);
    const int all = (int)MAX(count_columns(from), count_columns(to));

    if (strcmp(mig_object_hash(from), mig_object_hash(to)) == 0)
        return 200 + similar;
    if (all == 0 || shared == 0)
        return 0;
    const int share = (100 * shared + 50 * renamed) / all;

    if ((share >= 75 && shared > 1) || (share >= 50 && similar >= SIMILAR))
        return share + similar;
    return 0;
}

static int
compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *x = a, *y = b;

    return x->score != y->score ? (x->score < y->score ? 1 : -1)
                                : strcmp(x->object->identity, y->object->identity);
}

static void
ask_about(Finder *finder, const MigObject *from, const GPtrArray *added,
          int (*score)(const Finder *finder, const MigObject *from, const MigObject *to))
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));

    for (guint i = 0; i < added->len; i++) {
        const Candidate candidate = {added->pdata[i], score(finder, from, added->pdata[i])};

        if (candidate.score > 0)
            g_array_append_val(candidates, candidate);
    }
    if (candidates->len == 0)
        return;
    MigRenameQuestion *question = g_new0(MigRenameQuestion, 1);

    g_array_sort(candidates, compare_candidates);
    question->from = from;
    question->to = g_ptr_array_new();
    for (guint i = 0; i < candidates->len; i++)
        g_ptr_array_add(question->to, (gpointer)g_array_index(candidates, Candidate, i).object);
    g_ptr_array_add(finder->questions, question);
}

/* Objects of a list that are managed, not renamed already, and not in the other state. */
static GPtrArray *
only_here(const Finder *finder, const GPtrArray *objects, const char *kind, const MigSchema *other,
          const MigObject *twin)
{
    GPtrArray *only = g_ptr_array_new();

    for (guint i = 0; i < objects->len; i++) {
        const MigObject *object = objects->pdata[i];

        if (mig_object_is_kind(object, kind) && !object->unmanaged && !settled(finder, object) &&
            !mig_schema_lookup(other, kind, twin, mig_object_name(object)))
            g_ptr_array_add(only, (gpointer)object);
    }
    return only;
}

/* A name alone can be said in --rename only where the default namespace is meant. */
static GPtrArray *
only_here_tables(const Finder *finder, const char *kind, const MigSchema *schema,
                 const MigSchema *other)
{
    g_autoptr(GPtrArray) roots = g_ptr_array_new();

    for (guint i = 0; i < mig_schema_roots(schema)->len; i++) {
        MigObject *root = mig_schema_roots(schema)->pdata[i];

        if (g_strcmp0(mig_object_namespace(root), mig_schema_default_namespace(schema)) == 0)
            g_ptr_array_add(roots, root);
    }
    return only_here(finder, roots, kind, other, NULL);
}

static const MigObject *
twin_table(const Finder *finder, const MigObject *table)
{
    const MigChange *change = settled(finder, table);

    return change ? change->to : mig_schema_find(finder->to, table->identity);
}

static void
ask_columns(Finder *finder, const MigObject *table)
{
    const MigObject *twin = twin_table(finder, table);

    if (!twin || table->unmanaged || twin->unmanaged ||
        g_strcmp0(mig_object_namespace(table), mig_schema_default_namespace(finder->from)) != 0)
        return;
    g_autoptr(GPtrArray) gone = only_here(finder, table->children, "column", finder->to, twin);
    g_autoptr(GPtrArray) added = only_here(finder, twin->children, "column", finder->from, table);

    for (guint i = 0; i < gone->len; i++)
        ask_about(finder, gone->pdata[i], added, column_score);
}

static void
ask_tables(Finder *finder, const char *kind)
{
    g_autoptr(GPtrArray) gone = only_here_tables(finder, kind, finder->from, finder->to);
    g_autoptr(GPtrArray) added = only_here_tables(finder, kind, finder->to, finder->from);

    for (guint i = 0; i < gone->len; i++)
        ask_about(finder, gone->pdata[i], added, table_score);
}

GPtrArray *
mig_renames_likely(const MigSchema *from, const MigSchema *to, const GPtrArray *renames,
                   GError **error)
{
    g_autoptr(GPtrArray) joined = mig_rename_hints_join(renames, from, to);
    g_autoptr(GPtrArray) changes = mig_rename_changes(joined, from, to, error);
    Finder finder = {from, to, changes, NULL};

    if (!changes)
        return NULL;
    const GPtrArray *roots = mig_schema_roots(from);

    finder.questions = g_ptr_array_new_with_free_func(question_free);
    if (strcmp(mig_schema_hash(from), mig_schema_hash(to)) == 0)
        return finder.questions;
    ask_tables(&finder, "table");
    ask_tables(&finder, "virtual table");
    for (guint i = 0; i < roots->len; i++) {
        if (mig_object_is_kind(roots->pdata[i], "table"))
            ask_columns(&finder, roots->pdata[i]);
    }
    return finder.questions;
}

static char **
path_of(const MigObject *object)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (object->parent)
        g_strv_builder_add(builder, mig_object_name(object->parent));
    g_strv_builder_add(builder, mig_object_name(object));
    return g_strv_builder_end(builder);
}

MigRename *
mig_rename_question_answer(const MigRenameQuestion *question, guint choice)
{
    MigRename *rename = g_new0(MigRename, 1);

    rename->from = path_of(question->from);
    rename->to = path_of(question->to->pdata[choice]);
    return rename;
}

/* As it is typed in a shell. */
static char *
option_of(const MigRenameQuestion *question, guint choice)
{
    MigRename *rename = mig_rename_question_answer(question, choice);
    g_autofree char *text = mig_rename_text(rename);
    gboolean plain = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.=-") == strlen(text);

    mig_rename_free(rename);
    return plain ? g_steal_pointer(&text) : g_shell_quote(text);
}

char *
mig_rename_question_describe(const MigRenameQuestion *question)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out, "%s may have become ", question->from->title);
    for (guint i = 0; i < question->to->len; i++)
        g_string_append_printf(out, "%s%s", i ? " or " : "",
                               mig_object_name(question->to->pdata[i]));
    g_string_append(out, "; renames are not guessed, so it is dropped. To keep its ");
    g_string_append(out, question->from->parent ? "values:" : "rows:");
    for (guint i = 0; i < question->to->len; i++) {
        g_autofree char *option = option_of(question, i);

        g_string_append_printf(out, "%s --rename %s", i ? " or" : "", option);
    }
    g_string_append_printf(out, ", or `-- migrate: renamed from %s` in the model",
                           mig_object_name(question->from));
    return g_string_free(out, FALSE);
}
