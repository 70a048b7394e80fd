/* The walk over the statements of a plan. */
#include "dialects/postgresql/pg_facts.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"

#define LOCK_ACCESS_SHARE "ACCESS SHARE", MIG_BLOCKS_NOTHING
#define LOCK_ROW_SHARE "ROW SHARE", MIG_BLOCKS_NOTHING
#define LOCK_ROW_EXCLUSIVE "ROW EXCLUSIVE", MIG_BLOCKS_NOTHING
#define LOCK_SHARE_UPDATE_EXCLUSIVE "SHARE UPDATE EXCLUSIVE", MIG_BLOCKS_NOTHING
#define LOCK_SHARE "SHARE", MIG_BLOCKS_WRITES
#define LOCK_SHARE_ROW_EXCLUSIVE "SHARE ROW EXCLUSIVE", MIG_BLOCKS_WRITES
#define LOCK_EXCLUSIVE "EXCLUSIVE", MIG_BLOCKS_WRITES
#define LOCK_ACCESS_EXCLUSIVE "ACCESS EXCLUSIVE", MIG_BLOCKS_ALL

const MigPgLockFact mig_pg_lock_facts[MIG_PG_N_LOCKS] = {
#define MIG_PG_LOCK(id, lock, work, form) {LOCK_##lock, MIG_WORK_##work, form},
#include "dialects/postgresql/pg_locks.def"
#undef MIG_PG_LOCK
};

static guint
strength(const char *lock)
{
    static const char *const locks[] = {
        "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
        "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE",
    };
    guint i = 0;

    while (strcmp(locks[i], lock) != 0)
        i++;
    return i;
}

void
mig_pg_touch_set(MigTouch *touch, MigPgLock id)
{
    const MigPgLockFact *fact = &mig_pg_lock_facts[id];
    const MigBlocks blocks = id == MIG_PG_LOCK_CHANGE_ROWS ? MIG_BLOCKS_ROWS : fact->blocks;

    if (!touch->lock || strength(fact->lock) > strength(touch->lock))
        touch->lock = fact->lock;
    touch->blocks = MAX(touch->blocks, blocks);
    touch->work = MAX(touch->work, fact->work);
}

gboolean
mig_pg_same_name(const MigPgWalk *walk, const char *schema, const char *name,
                 const char *other_schema, const char *other_name)
{
    const char *own = schema ? schema : walk->default_schema;
    const char *other = other_schema ? other_schema : walk->default_schema;

    return strcmp(name, other_name) == 0 && g_strcmp0(own, other) == 0;
}

MigTouch *
mig_pg_touch(MigPgReading *reading, const char *schema, const char *name, MigPgLock fact)
{
    GPtrArray *touches = reading->facts->touches;
    MigTouch *touch = NULL;

    for (guint i = 0; !touch && i < touches->len; i++) {
        const MigTouch *one = touches->pdata[i];

        if (mig_pg_same_name(reading->walk, one->schema, one->name, schema, name))
            touch = touches->pdata[i];
    }
    if (!touch) {
        const MigPgMade *made = mig_pg_made(reading, "table", schema, name);

        touch = mig_facts_add(reading->facts, schema, name);
        touch->is_new = made && !made->of_name && !made->perhaps;
    }
    mig_pg_touch_set(touch, fact);
    return touch;
}

guint
mig_pg_touch_at(MigPgReading *reading, guint index, MigPgLock fact, MigTouch **ret_touch)
{
    g_autofree char *schema = NULL, *name = NULL;
    guint behind;

    index = mig_tokens_skip(&reading->tokens, index, "ONLY");
    behind = mig_tokens_name(&reading->tokens, index, &schema, &name);
    MigTouch *touch = behind > index ? mig_pg_touch(reading, schema, name, fact) : NULL;

    if (ret_touch)
        *ret_touch = touch;
    return mig_tokens_skip(&reading->tokens, behind, "*");
}

void
mig_pg_touch_note(MigTouch *touch, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_free(touch->note);
    touch->note = g_strdup_vprintf(format, args);
    va_end(args);
}

void
mig_pg_ask(MigPgReading *reading, MigPgAsk ask, MigTouch *touch, MigPgLock fact, const char *name,
           char *text)
{
    MigPgQuestion *question = g_new0(MigPgQuestion, 1);

    question->ask = ask;
    question->facts = reading->facts;
    question->touch = touch;
    question->fact = fact;
    question->name = g_strdup(name);
    question->text = text;
    g_ptr_array_add(reading->walk->questions, question);
}

void
mig_pg_unknown(MigPgReading *reading, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_free(reading->facts->unknown);
    reading->facts->unknown = g_strdup_vprintf(format, args);
    va_end(args);
}

MigPgMade *
mig_pg_make(MigPgReading *reading, const char *kind, char *schema, char *name)
{
    MigPgMade *made = g_new0(MigPgMade, 1);

    made->kind = g_strdup(kind);
    made->schema = schema;
    made->name = name;
    g_ptr_array_add(reading->walk->made, made);
    return made;
}

MigPgMade *
mig_pg_made(const MigPgReading *reading, const char *kind, const char *schema, const char *name)
{
    const GPtrArray *made = reading->walk->made;

    for (guint i = made->len; i > 0; i--) {
        MigPgMade *one = made->pdata[i - 1];

        if (strcmp(one->kind, kind) == 0 &&
            mig_pg_same_name(reading->walk, one->schema, one->name, schema, name))
            return one;
    }
    return NULL;
}

MigPgMade *
mig_pg_made_constraint(const MigPgReading *reading, const MigTouch *table, const char *name)
{
    const GPtrArray *made = reading->walk->made;

    for (guint i = made->len; i > 0; i--) {
        MigPgMade *one = made->pdata[i - 1];

        if (strcmp(one->kind, "constraint") == 0 && strcmp(one->name, name) == 0 &&
            mig_pg_same_name(reading->walk, one->of_schema, one->of_name, table->schema,
                             table->name))
            return one;
    }
    return NULL;
}

static void
walk_statement(MigPgWalk *walk, const char *text)
{
    MigPgReading reading = {walk, {.text = NULL}, mig_facts_new()};

    g_ptr_array_add(walk->facts, reading.facts);
    mig_tokens_init(&reading.tokens, &mig_lex_rules_postgresql, text, strlen(text), TRUE);
    mig_pg_facts_read(&reading);
    mig_tokens_clear(&reading.tokens);
}

static void
question_free(gpointer data)
{
    MigPgQuestion *question = data;

    g_free(question->name);
    g_free(question->text);
    g_free(question);
}

static void
made_free(gpointer data)
{
    MigPgMade *made = data;

    g_free(made->schema);
    g_free(made->name);
    g_free(made->kind);
    g_free(made->of_schema);
    g_free(made->of_name);
    g_free(made->to_schema);
    g_free(made->to_name);
    g_free(made->proves);
    g_free(made);
}

/* Indexes and domains whose tables were found. */
static void
drop_stand_ins(const GPtrArray *facts)
{
    for (guint i = 0; i < facts->len; i++) {
        GPtrArray *touches = ((MigFacts *)facts->pdata[i])->touches;

        for (guint j = touches->len; j > 0; j--) {
            if (!((const MigTouch *)touches->pdata[j - 1])->lock)
                g_ptr_array_remove_index(touches, j - 1);
        }
    }
}

GPtrArray *
mig_pg_statement_facts(MigConnection *connection, const GPtrArray *statements, GError **error)
{
    g_autoptr(GPtrArray) facts = g_ptr_array_new_with_free_func(mig_facts_free);
    g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func(question_free);
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(made_free);
    MigPgWalk walk = {facts, questions, made,
                      connection ? mig_connection_default_schema(connection) : NULL};

    for (guint i = 0; i < statements->len; i++)
        walk_statement(&walk, statements->pdata[i]);
    if (!connection)
        mig_pg_facts_leave_open(&walk);
    else if (!mig_pg_facts_answer((MigPg *)connection, &walk, error))
        return NULL;
    drop_stand_ins(facts);
    return g_steal_pointer(&facts);
}
