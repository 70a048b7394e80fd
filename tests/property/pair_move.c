/* What is the same for the pairs of all dialects. */
#include "tests/property/pair.h"

#include "core/error.h"
#include "core/prove.h"
#include "core/rename.h"

Pair *
pair_new(guint32 seed)
{
    GRand *rand = g_rand_new_with_seed(seed);
    Pair *pair = g_new0(Pair, 1);
    int edits = g_rand_int_range(rand, 1, 8);

    pair->seed = seed;
    pair->from = gen_schema_new(rand, 1);
    pair->rows = gen_schema_rows(pair->from, rand);
    pair->told = gen_chance(rand, 50);
    pair->to = gen_chance(rand, 3) ? gen_schema_new(rand, 1000) : gen_schema_copy(pair->from);
    for (int i = 0; i < edits; i++)
        gen_schema_edit(pair->to, rand);
    if (gen_chance(rand, 3))
        gen_schema_clear(gen_chance(rand, 50) ? pair->from : pair->to);
    g_rand_free(rand);
    return pair;
}

static gpointer
copy_row(gconstpointer row, gpointer unused)
{
    return g_strdup(row);
}

Pair *
pair_copy(const Pair *pair)
{
    Pair *copy = g_memdup2(pair, sizeof *pair);

    copy->from = gen_schema_copy(pair->from);
    copy->to = gen_schema_copy(pair->to);
    copy->rows = g_ptr_array_copy(pair->rows, copy_row, NULL);
    g_ptr_array_set_free_func(copy->rows, g_free);
    return copy;
}

void
pair_free(Pair *pair)
{
    gen_schema_free(pair->from);
    gen_schema_free(pair->to);
    g_ptr_array_unref(pair->rows);
    g_free(pair);
}

gboolean
check_fail(Check *check, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (!check->failure)
        check->failure = g_strdup_vprintf(format, args);
    va_end(args);
    return FALSE;
}

void
check_states(Check *check, MigSchema *from, MigSchema *to)
{
    check->up.from = check->down.to = check->from = from;
    check->up.to = check->down.from = check->to = to;
}

gboolean
check_renames(Check *check)
{
    g_autoptr(GPtrArray) texts = gen_schema_renames(check->pair->from, check->pair->to);

    check->up.renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    check->down.renames = g_ptr_array_new_with_free_func((GDestroyNotify)mig_rename_free);
    for (guint i = 0; check->pair->told && i < texts->len; i++) {
        MigRename *rename = mig_rename_parse(texts->pdata[i], NULL);

        if (!rename)
            return check_fail(check, "rename: %s", (char *)texts->pdata[i]);
        g_ptr_array_add(check->up.renames, rename);
        g_ptr_array_add(check->down.renames, mig_rename_swap(rename));
    }
    return TRUE;
}

gboolean
check_plan(Check *check, Move *move)
{
    g_autoptr(GError) error = NULL;

    move->plan = mig_plan_between(check->place, move->from, move->to, move->renames, check->server,
                                  check->online, &error);
    if (move->plan)
        move->sql = mig_plan_sql(move->plan);
    else if (error->code != MIG_E_BAD_ARGUMENT && error->code != MIG_E_UNSUPPORTED)
        check_fail(check, "plan: %s", error->message);
    return move->plan != NULL;
}

static void
move_clear(Move *move)
{
    g_clear_pointer(&move->renames, g_ptr_array_unref);
    mig_plan_free(move->plan);
    g_free(move->sql);
}

void
check_proof(Check *check)
{
    g_autoptr(GError) error = NULL;

    if (mig_prove(check->place, check->from, check->to, check->up.plan, check->down.plan, &error))
        return;
    const MigErrorDetails *details = mig_error_details(error);

    check_fail(check, "proof: %s\n%s", error->message,
               details && details->engine_detail ? details->engine_detail : "");
}

char *
check_end(Check *check, char **script)
{
    if (script && check->failure)
        *script = g_strdup_printf("---- up\n%s---- down\n%s", check->up.sql ? check->up.sql : "",
                                  check->down.sql ? check->down.sql : "");
    move_clear(&check->up);
    move_clear(&check->down);
    mig_schema_free(check->from);
    mig_schema_free(check->to);
    mig_scratch_free(check->place);
    return check->failure;
}
