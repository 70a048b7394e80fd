/* Functions, procedures and aggregates. */
#include "dialects/postgresql/pg_introspect.h"

#include <string.h>

enum {
    F_OID,
    F_SCHEMA,
    F_NAME,
    F_KIND,
    F_TYPES,
    F_IDENTITY,
    F_DEFINITION,
    F_ARGUMENTS,
    F_RESULT,
    F_LANGUAGE
};

static const char *
kind_of_routine(char prokind)
{
    return prokind == 'a' ? "aggregate" : prokind == 'p' ? "procedure" : "function";
}

/* The definition with the default schema taken out of its header, "CREATE OR REPLACE FUNCTION f(".
 */
static void
set_definition(MigPgReader *reader, MigObject *routine, const char *definition)
{
    const char *word = strcmp(routine->kind, "procedure") == 0 ? "CREATE OR REPLACE PROCEDURE "
                                                               : "CREATE OR REPLACE FUNCTION ";

    if (!g_str_has_prefix(definition, word)) {
        mig_object_set(routine, "definition", definition);
        return;
    }
    g_autofree char *text =
        g_strconcat(word, mig_pg_unprefixed(reader, definition + strlen(word)), NULL);

    mig_object_set(routine, "definition", text);
}

static void
take_routine(MigPgReader *reader, const MigPgRow *row)
{
    char prokind = mig_pg_char(row, F_KIND);
    const char *types = mig_pg_text(row, prokind == 'a' ? F_IDENTITY : F_TYPES);
    g_autofree char *signature = g_strconcat("(", types, ")", NULL);
    MigObject *routine = mig_pg_add_root(reader, kind_of_routine(prokind),
                                         mig_pg_text(row, F_SCHEMA), mig_pg_text(row, F_NAME),
                                         signature, MIG_PG_PROC, mig_pg_number(row, F_OID));

    if (prokind == 'a')
        return;
    set_definition(reader, routine, mig_pg_spelled(reader, row, F_DEFINITION));
    if (*mig_pg_spelled(reader, row, F_ARGUMENTS))
        mig_object_set(routine, "arguments", mig_pg_text(row, F_ARGUMENTS));
    mig_object_set(routine, "result", mig_pg_text(row, F_RESULT));
    mig_object_set(routine, "language", mig_pg_text(row, F_LANGUAGE));
}

/* Those that come with a range type are a part of it. */
const MigPgCatalog mig_pg_read_routines = {
    "functions",
    "SELECT p.oid, n.nspname, p.proname, p.prokind, oidvectortypes(p.proargtypes),"
    " CASE p.prokind WHEN 'a' THEN coalesce("
    "  nullif(pg_get_function_identity_arguments(p.oid), ''), '*') END,"
    " CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,"
    " pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), quote_ident(l.lanname)"
    " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " JOIN pg_language l ON l.oid = p.prolang"
    " WHERE p.oid >= 16384 AND p.pronamespace @schemas@"
    " AND p.oid NOT IN (@members@ 'pg_proc'::regclass)"
    " AND p.oid NOT IN (@internal@ 'pg_proc'::regclass)",
    take_routine,
};

enum {
    A_OID,
    A_QUOTED,
    A_KIND,
    A_ARGUMENTS,
    A_STATE_FUNCTION,
    A_STATE_TYPE,
    A_STATE_SPACE,
    A_FINAL,
    A_FINAL_EXTRA,
    A_FINAL_MODIFY,
    A_COMBINE,
    A_SERIAL,
    A_DESERIAL,
    A_INITIAL,
    A_MOVING,
    A_MOVING_INVERSE,
    A_MOVING_TYPE,
    A_MOVING_SPACE,
    A_MOVING_FINAL,
    A_MOVING_EXTRA,
    A_MOVING_MODIFY,
    A_MOVING_INITIAL,
    A_SORT,
    A_PARALLEL
};

static void
add_option(GString *sql, const char *name, const char *value)
{
    if (value)
        g_string_append_printf(sql, "%s\n    %s = %s", sql->str[sql->len - 1] == '(' ? "" : ",",
                               name, value);
}

static void
add_flag(GString *sql, const char *name, gboolean set)
{
    if (set)
        g_string_append_printf(sql, ",\n    %s", name);
}

static const char *
modify_word(char modify, char usual)
{
    return modify == usual ? NULL
           : modify == 'r' ? "READ_ONLY"
           : modify == 's' ? "SHAREABLE"
           : modify == 'w' ? "READ_WRITE"
                           : NULL;
}

static void
add_moving(MigPgReader *reader, GString *sql, const MigPgRow *row, char usual)
{
    const char *function = mig_pg_text(row, A_MOVING);

    if (!function)
        return;
    add_option(sql, "MSFUNC", mig_pg_unprefixed(reader, function));
    add_option(sql, "MINVFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_MOVING_INVERSE)));
    add_option(sql, "MSTYPE", mig_pg_text(row, A_MOVING_TYPE));
    add_option(sql, "MSSPACE", mig_pg_text(row, A_MOVING_SPACE));
    add_option(sql, "MFINALFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_MOVING_FINAL)));
    add_flag(sql, "MFINALFUNC_EXTRA", mig_pg_is(row, A_MOVING_EXTRA));
    add_option(sql, "MFINALFUNC_MODIFY", modify_word(mig_pg_char(row, A_MOVING_MODIFY), usual));
    add_option(sql, "MINITCOND", mig_pg_text(row, A_MOVING_INITIAL));
}

/* The statement that makes an aggregate; its arguments are in its signature. */
static char *
aggregate_sql(MigPgReader *reader, const MigPgRow *row)
{
    GString *sql = g_string_new("CREATE AGGREGATE ");
    char kind = mig_pg_char(row, A_KIND), parallel = mig_pg_char(row, A_PARALLEL);
    char usual = kind == 'n' ? 'r' : 'w';

    g_string_append_printf(sql, "%s(%s) (", mig_pg_unprefixed(reader, mig_pg_text(row, A_QUOTED)),
                           mig_pg_text(row, A_ARGUMENTS));
    add_option(sql, "SFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_STATE_FUNCTION)));
    add_option(sql, "STYPE", mig_pg_text(row, A_STATE_TYPE));
    add_option(sql, "SSPACE", mig_pg_text(row, A_STATE_SPACE));
    add_option(sql, "FINALFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_FINAL)));
    add_flag(sql, "FINALFUNC_EXTRA", mig_pg_is(row, A_FINAL_EXTRA));
    add_option(sql, "FINALFUNC_MODIFY", modify_word(mig_pg_char(row, A_FINAL_MODIFY), usual));
    add_option(sql, "COMBINEFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_COMBINE)));
    add_option(sql, "SERIALFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_SERIAL)));
    add_option(sql, "DESERIALFUNC", mig_pg_unprefixed(reader, mig_pg_text(row, A_DESERIAL)));
    add_option(sql, "INITCOND", mig_pg_text(row, A_INITIAL));
    add_moving(reader, sql, row, usual);
    add_option(sql, "SORTOP", mig_pg_text(row, A_SORT));
    add_option(sql, "PARALLEL", parallel == 's' ? "SAFE" : parallel == 'r' ? "RESTRICTED" : NULL);
    add_flag(sql, "HYPOTHETICAL", kind == 'h');
    g_string_append(sql, "\n)");
    return g_string_free(sql, FALSE);
}

static void
take_aggregate(MigPgReader *reader, const MigPgRow *row)
{
    MigObject *aggregate = mig_pg_known(reader, MIG_PG_PROC, mig_pg_number(row, A_OID), 0);

    if (!aggregate)
        return;
    g_autofree char *sql = aggregate_sql(reader, row);

    mig_object_set(aggregate, "definition", sql);
}

const MigPgCatalog mig_pg_read_aggregates = {
    "aggregates",
    "SELECT p.oid, quote_ident(n.nspname) || '.' || quote_ident(p.proname), a.aggkind,"
    " coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'),"
    " nullif(a.aggtransfn, 0)::regproc, format_type(a.aggtranstype, NULL),"
    " nullif(a.aggtransspace, 0), nullif(a.aggfinalfn, 0)::regproc, a.aggfinalextra,"
    " a.aggfinalmodify, nullif(a.aggcombinefn, 0)::regproc, nullif(a.aggserialfn, 0)::regproc,"
    " nullif(a.aggdeserialfn, 0)::regproc, quote_literal(a.agginitval),"
    " nullif(a.aggmtransfn, 0)::regproc, nullif(a.aggminvtransfn, 0)::regproc,"
    " format_type(nullif(a.aggmtranstype, 0), NULL), nullif(a.aggmtransspace, 0),"
    " nullif(a.aggmfinalfn, 0)::regproc, a.aggmfinalextra, a.aggmfinalmodify,"
    " quote_literal(a.aggminitval),"
    " 'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')', p.proparallel"
    " FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid"
    " JOIN pg_namespace n ON n.oid = p.pronamespace"
    " LEFT JOIN pg_operator o ON o.oid = a.aggsortop"
    " LEFT JOIN pg_namespace s ON s.oid = o.oprnamespace"
    " WHERE p.oid >= 16384 AND p.pronamespace @schemas@",
    take_aggregate,
};
