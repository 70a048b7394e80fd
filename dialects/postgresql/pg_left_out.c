#include "dialects/postgresql/pg_left_out.h"

#include <string.h>

#include "dialects/postgresql/pg_model.h"
#include "dialects/postgresql/pg_words.h"

#define SHOWN_BYTES 60

typedef struct {
    const char *kind;
    char *schema, *table; /* NULL where the kind has none */
    char *name;
    char *why;
} LeftOut;

static void
left_out_free(gpointer data)
{
    LeftOut *item = data;

    g_free(item->schema);
    g_free(item->table);
    g_free(item->name);
    g_free(item->why);
    g_free(item);
}

/* ---- what a statement is about ---- */

#define MAX_KIND_WORDS 3

static const struct {
    const char *words[MAX_KIND_WORDS + 1];
    const char *kind;
} kinds[] = {
    {{"EXTENSION"}, "extension"},
    {{"EVENT", "TRIGGER"}, "event trigger"},
    {{"SERVER"}, "foreign server"},
    {{"FOREIGN", "DATA", "WRAPPER"}, "foreign-data wrapper"},
    {{"FOREIGN", "TABLE"}, "table"},
    {{"POLICY"}, "policy"},
    {{"PUBLICATION"}, "publication"},
    {{"SCHEMA"}, "schema"},
};

typedef struct {
    const char *text;
    MigLexer lexer;
    MigToken token; /* the one that is looked at */
} Scan;

static void
scan_init(Scan *scan, const char *text, gsize length)
{
    scan->text = text;
    mig_lexer_init(&scan->lexer, &mig_lex_rules_postgresql, text, length);
    scan->token = mig_lexer_next_code(&scan->lexer);
}

static gboolean
at(const Scan *scan, const char *word)
{
    return mig_token_is(scan->text, scan->token, word);
}

static void
move(Scan *scan)
{
    scan->token = mig_lexer_next_code(&scan->lexer);
}

static gboolean
skip(Scan *scan, const char *word)
{
    gboolean found = at(scan, word);

    if (found)
        move(scan);
    return found;
}

static gboolean
at_name(const Scan *scan)
{
    return scan->token.kind == MIG_TOKEN_WORD || scan->token.kind == MIG_TOKEN_QUOTED;
}

static char *
take_name(Scan *scan)
{
    char *name = at_name(scan) ? mig_pg_folded_name(scan->text, scan->token) : NULL;

    if (name)
        move(scan);
    return name;
}

/* A name that may have its schema before it. */
static char *
take_qualified(Scan *scan, char **ret_schema)
{
    char *name = take_name(scan);

    while (name && skip(scan, ".")) {
        g_free(*ret_schema);
        *ret_schema = name;
        name = take_name(scan);
    }
    return name;
}

static const char *
take_kind(Scan *scan)
{
    const Scan start = *scan;

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        guint n = 0;

        *scan = start;
        while (kinds[i].words[n] && skip(scan, kinds[i].words[n]))
            n++;
        if (!kinds[i].words[n])
            return kinds[i].kind;
    }
    return NULL;
}

static gboolean
is_grant(const char *text, gsize length)
{
    Scan scan;

    scan_init(&scan, text, length);
    return at(&scan, "GRANT") || at(&scan, "REVOKE") ||
           (skip(&scan, "ALTER") && skip(&scan, "DEFAULT") && at(&scan, "PRIVILEGES"));
}

/* What a statement makes, changes or drops, of the kinds that scratch may go without; NULL: nothing.
 * *ret_makes: it makes it. */
static LeftOut *
read_subject(const MigPg *pg, const char *text, gsize length, gboolean *ret_makes)
{
    Scan scan;

    scan_init(&scan, text, length);
    *ret_makes = skip(&scan, "CREATE");
    if (!*ret_makes && !skip(&scan, "ALTER") && !skip(&scan, "DROP") &&
        !(skip(&scan, "COMMENT") && skip(&scan, "ON")))
        return NULL;
    const char *kind = take_kind(&scan);

    if (!kind)
        return NULL;
    if (skip(&scan, "IF"))
        skip(&scan, "NOT");
    skip(&scan, "EXISTS");
    LeftOut *item = g_new0(LeftOut, 1);
    const char *home = mig_connection_default_schema(&pg->base);

    item->kind = kind;
    item->name = take_qualified(&scan, &item->schema);
    if (strcmp(kind, "policy") == 0 && skip(&scan, "ON"))
        item->table = take_qualified(&scan, &item->schema);
    if (!item->schema && (item->table || strcmp(kind, "table") == 0))
        item->schema = g_strdup(home);
    if (item->name && (item->table || strcmp(kind, "policy") != 0))
        return item;
    left_out_free(item);
    return NULL;
}

/* The names of roles in a list that the scan is at. */
static void
take_roles(Scan *scan, GPtrArray *roles)
{
    static const char *const no_names[] = {"public", "current_user", "current_role", "session_user",
                                           NULL};

    do {
        skip(scan, "GROUP");
        gboolean quoted = scan->token.kind == MIG_TOKEN_QUOTED;
        char *name = take_name(scan);

        if (name && (quoted || !g_strv_contains(no_names, name)))
            g_ptr_array_add(roles, name);
        else
            g_free(name);
    } while (skip(scan, ","));
}

/* Roles that a policy or a grant is for. */
static GPtrArray *
read_roles(const char *text, gsize length)
{
    GPtrArray *roles = g_ptr_array_new_with_free_func(g_free);
    int depth = 0;
    Scan scan;

    for (scan_init(&scan, text, length); scan.token.kind != MIG_TOKEN_END;) {
        depth += at(&scan, "(") - at(&scan, ")");
        if (depth == 0 && (skip(&scan, "TO") || skip(&scan, "FROM") ||
                           (skip(&scan, "FOR") && (skip(&scan, "ROLE") || skip(&scan, "USER")))))
            take_roles(&scan, roles);
        else if (scan.token.kind != MIG_TOKEN_END)
            move(&scan);
    }
    return roles;
}

/* Of roles, those that the server does not have. The maker's connection has no failed transaction. */
static GPtrArray *
missing_roles(const MigPg *pg, const GPtrArray *roles)
{
    GPtrArray *missing = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < roles->len; i++) {
        const char *const params[] = {roles->pdata[i]};
        PGresult *found = PQexecParams(pg->scratch_maker->conn,
                                       "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1::name", 1,
                                       NULL, params, NULL, NULL, 0);

        if (PQresultStatus(found) == PGRES_TUPLES_OK && PQntuples(found) == 0)
            g_ptr_array_add(missing, g_strdup(roles->pdata[i]));
        PQclear(found);
    }
    return missing;
}

/* ---- noting ---- */

static gboolean
is_same(const LeftOut *a, const LeftOut *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0 &&
           g_strcmp0(a->table, b->table) == 0 && g_strcmp0(a->schema, b->schema) == 0;
}

static char *
describe(const LeftOut *item)
{
    g_autofree char *schema = item->schema ? mig_pg_name(item->schema) : NULL;
    g_autofree char *table = item->table ? mig_pg_name(item->table) : NULL;
    g_autofree char *name =
        strcmp(item->kind, "statement") == 0 ? g_strdup(item->name) : mig_pg_name(item->name);

    return g_strconcat(item->kind, " ", schema ? schema : "", schema ? "." : "", table ? table : "",
                       table ? "." : "", name, NULL);
}

/* Takes item. */
static void
note(MigPg *pg, LeftOut *item, const char *why)
{
    g_autofree char *what = describe(item);

    item->why = g_strdup(why);
    for (guint i = 0; i < pg->left_out->len; i++) {
        if (is_same(item, pg->left_out->pdata[i])) {
            left_out_free(item);
            return;
        }
    }
    g_ptr_array_add(pg->left_out, item);
    if (pg->base.message) {
        g_autofree char *text = g_strdup_printf("%s: %s", what, why);

        pg->base.message(MIG_EVENT_NOTICE, text, pg->base.message_data);
    }
}

/* A statement that is about nothing with a name: by its beginning. Strings may be passwords. */
static LeftOut *
statement_item(const char *text, gsize length)
{
    g_autoptr(GString) words = g_string_new(NULL);
    LeftOut *item = g_new0(LeftOut, 1);
    Scan scan;

    for (scan_init(&scan, text, length); scan.token.kind != MIG_TOKEN_END; move(&scan)) {
        gboolean string = scan.token.kind == MIG_TOKEN_STRING;

        if (words->len > 0)
            g_string_append_c(words, ' ');
        if (string || words->len >= SHOWN_BYTES) {
            g_string_append(words, "…");
            break;
        }
        g_string_append_len(words, text + scan.token.offset, (gssize)scan.token.length);
    }
    item->kind = "statement";
    item->name = g_string_free(g_steal_pointer(&words), FALSE);
    return item;
}

gboolean
mig_pg_keep_off(MigPg *pg, const char *text, gsize length)
{
    static const char *const reasons[MIG_PG_N_REACHES] = {
        [MIG_PG_DATABASE] = "it is about the database as a whole",
        [MIG_PG_SERVER] = "it is about roles or the server, which other databases share",
        [MIG_PG_CONNECTION] = "it is about connections to other servers",
    };
    MigPgReach reach = mig_pg_reach(text, length, TRUE);

    if (reach == MIG_PG_SCHEMA || reach == MIG_PG_SILENT)
        return FALSE;
    if (!pg->left_out)
        pg->left_out = g_ptr_array_new_with_free_func(left_out_free);
    if (reasons[reach])
        note(pg, statement_item(text, length), reasons[reach]);
    return TRUE;
}

gboolean
mig_pg_may_be_left_out(const char *text, gsize length)
{
    const MigPg nowhere = {.base = {.default_schema = (char *)""}};
    gboolean makes;
    LeftOut *subject = read_subject(&nowhere, text, length, &makes);

    if (!subject)
        return is_grant(text, length);
    left_out_free(subject);
    return TRUE;
}

/* Making an extension runs a script of its own, which may fail in any way. */
static gboolean
is_of_extension(const char *sqlstate)
{
    static const char *const ours[] = {"42710", "42601", "3F000", "08", "25", "40", "53", "57", NULL};

    for (const char *const *prefix = ours; *prefix; prefix++) {
        if (g_str_has_prefix(sqlstate, *prefix))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_missing(const char *sqlstate)
{
    static const char *const states[] = {"42704", "42883", "42P01", "3F000", NULL};

    return g_strv_contains(states, sqlstate);
}

/* Whether a statement names something that was left out before. */
static gboolean
names_left_out(const MigPg *pg, const char *text, gsize length)
{
    Scan scan;

    for (scan_init(&scan, text, length); scan.token.kind != MIG_TOKEN_END; move(&scan)) {
        g_autofree char *name = at_name(&scan) ? mig_pg_folded_name(text, scan.token) : NULL;

        for (guint i = 0; name && i < pg->left_out->len; i++) {
            if (strcmp(((const LeftOut *)pg->left_out->pdata[i])->name, name) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
note_missing_roles(MigPg *pg, const char *text, gsize length)
{
    g_autoptr(GPtrArray) roles = read_roles(text, length);
    g_autoptr(GPtrArray) missing = missing_roles(pg, roles);

    for (guint i = 0; i < missing->len; i++) {
        LeftOut *item = g_new0(LeftOut, 1);

        item->kind = "role";
        item->name = g_strdup(missing->pdata[i]);
        note(pg, item, "it does not exist on the server of scratch");
    }
    return missing->len > 0;
}

/* Whether scratch can do without what a statement is about, roles aside. What stands in a schema
 * would fail one by one, so a schema must be. */
static gboolean
can_go(const MigPg *pg, const char *text, gsize length, const LeftOut *subject, gboolean makes,
       const char *sqlstate)
{
    const char *kind = subject ? subject->kind : "";

    if (makes && strcmp(kind, "schema") == 0)
        return FALSE;
    if (makes && strcmp(kind, "extension") == 0 && is_of_extension(sqlstate))
        return TRUE;
    return strcmp(sqlstate, "42501") == 0 ||
           (is_missing(sqlstate) && names_left_out(pg, text, length));
}

gboolean
mig_pg_leave_out(MigPg *pg, const char *text, gsize length, const GError *failure)
{
    const MigErrorDetails *details = mig_error_details(failure);
    const char *sqlstate = details && details->sqlstate ? details->sqlstate : "";
    gboolean makes, grant = is_grant(text, length), role = FALSE, goes;
    LeftOut *subject =
        pg->scratch_maker && *sqlstate ? read_subject(pg, text, length, &makes) : NULL;

    if (!pg->scratch_maker || !*sqlstate || !(subject || grant))
        return FALSE;
    if (!pg->left_out)
        pg->left_out = g_ptr_array_new_with_free_func(left_out_free);
    if (strcmp(sqlstate, "42704") == 0 && (grant || strcmp(subject->kind, "policy") == 0))
        role = note_missing_roles(pg, text, length);
    goes = role || can_go(pg, text, length, subject, subject && makes, sqlstate);
    if (goes && grant && !role)
        note(pg, statement_item(text, length), details->engine_message);
    else if (goes && subject)
        note(pg, g_steal_pointer(&subject), details->engine_message);
    if (subject)
        left_out_free(subject);
    return goes;
}

/* `pg_dump -n NAME` makes the schema that scratch has from the start. */
gboolean
mig_pg_is_home(MigPg *pg, const char *text, gsize length, const GError *failure)
{
    const MigErrorDetails *details = mig_error_details(failure);
    gboolean makes;
    LeftOut *subject = details && g_strcmp0(details->sqlstate, "42P06") == 0
                           ? read_subject(pg, text, length, &makes)
                           : NULL;

    if (!subject)
        return FALSE;
    gboolean home = makes && (strcmp(subject->name, mig_connection_default_schema(&pg->base)) == 0 ||
                              strcmp(subject->name, "public") == 0);

    left_out_free(subject);
    return home;
}

/* ---- errors ---- */

/* What an extension brought under a name that a statement has; NULL: nothing. New string. */
static char *
find_clash(const MigPg *pg, const char *text, gsize length)
{
    static const char query[] =
        "SELECT pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' of extension ' ||"
        " pg_catalog.quote_ident(e.extname) FROM pg_catalog.pg_depend d"
        " JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid"
        " WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::regclass"
        " AND (pg_catalog.pg_identify_object(d.classid, d.objid, 0)).name"
        "  IN ($1, pg_catalog.quote_ident($1)) ORDER BY 1 LIMIT 1";
    char *clash = NULL;
    Scan scan;

    for (scan_init(&scan, text, length); !clash && scan.token.kind != MIG_TOKEN_END; move(&scan)) {
        g_autofree char *name = at_name(&scan) ? mig_pg_folded_name(text, scan.token) : NULL;
        const char *const params[] = {name};
        PGresult *found = name ? PQexecParams(pg->conn, query, 1, NULL, params, NULL, NULL, 0) : NULL;

        if (PQresultStatus(found) == PGRES_TUPLES_OK && PQntuples(found) > 0)
            clash = g_strdup(PQgetvalue(found, 0, 0));
        PQclear(found);
    }
    return clash;
}

void
mig_pg_explain_clash(const MigPg *pg, const char *text, gsize length, GError *error)
{
    static const char *const states[] = {"42P07", "42710", "42723", NULL};
    const MigErrorDetails *details = mig_error_details(error);

    if (!pg->scratch_maker || !details || !details->sqlstate ||
        !g_strv_contains(states, details->sqlstate))
        return;
    g_autofree char *clash = find_clash(pg, text, length);

    if (clash)
        mig_error_set_hint(error,
                           "The name is taken by %s: choose another name or another schema, or do "
                           "without the extension.",
                           clash);
}

void
mig_pg_explain_left_out(const MigPg *pg, GError *error)
{
    const MigErrorDetails *details = mig_error_details(error);
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; pg->left_out && i < pg->left_out->len; i++) {
        g_autofree char *what = describe(pg->left_out->pdata[i]);

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", what);
    }
    if (list->len > 0)
        mig_error_set_hint(error,
                           "Scratch goes without: %s. Set 'scratch_url' in migrate.ini to a database "
                           "on a server that has what the schema needs.",
                           list->str);
    else if (pg->scratch_maker && details && g_strcmp0(details->sqlstate, "42501") == 0)
        mig_error_set_hint(error, "Set 'scratch_url' in migrate.ini to a database on a server where "
                                  "the user may do this; a throwaway server is best.");
}

/* ---- states ---- */

static MigObject *
find_or_add(MigSchema *schema, const LeftOut *item)
{
    if (!item->schema) {
        MigObject *found = mig_schema_lookup(schema, item->kind, NULL, item->name);

        return found ? found : mig_schema_add(schema, item->kind, NULL, item->name);
    }
    const char *root = item->table ? "table" : item->kind;
    const char *name = item->table ? item->table : item->name;
    MigObject *found = mig_schema_find_in(schema, root, item->schema, name);

    if (!item->table)
        return found ? found : mig_schema_add_in(schema, root, item->schema, name, NULL);
    if (!found)
        return NULL;
    MigObject *child = mig_schema_lookup(schema, item->kind, found, item->name);

    return child ? child : mig_schema_add(schema, item->kind, found, item->name);
}

void
mig_pg_mark_left_out(const MigPg *pg, MigSchema *schema)
{
    for (guint i = 0; pg->left_out && i < pg->left_out->len; i++) {
        const LeftOut *item = pg->left_out->pdata[i];
        MigObject *object = strcmp(item->kind, "statement") == 0 ? NULL : find_or_add(schema, item);

        if (!object)
            continue;
        g_free(object->unmanaged);
        object->unmanaged = g_strdup(item->why);
        object->left_out = TRUE;
    }
}

void
mig_pg_forget_left_out(MigPg *pg)
{
    g_clear_pointer(&pg->left_out, g_ptr_array_unref);
}
