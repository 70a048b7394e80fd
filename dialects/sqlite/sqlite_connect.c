#include "dialects/sqlite/sqlite_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define OLDEST_VERSION 3035000
#define READ_WAIT_MS 5000

static void
finalize(gpointer statement)
{
    sqlite3_finalize(statement);
}

MigSqlite *
mig_sqlite_wrap(sqlite3 *db, const char *display)
{
    MigSqlite *sqlite = g_new0(MigSqlite, 1);

    sqlite->base.dialect = mig_dialect_by_name("sqlite");
    sqlite->base.display = g_strdup(display);
    sqlite->base.server = g_strdup_printf("SQLite %s", sqlite3_libversion());
    sqlite->base.lock_wait_ms = READ_WAIT_MS;
    sqlite->db = db;
    sqlite->cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);
    return sqlite;
}

static gboolean
check_library(GError **error)
{
    if (sqlite3_libversion_number() >= OLDEST_VERSION)
        return TRUE;
    mig_set_error(error, MIG_E_UNSUPPORTED, "SQLite %s is too old", sqlite3_libversion());
    mig_error_set_hint(error ? *error : NULL, "Use SQLite 3.35 or newer.");
    return FALSE;
}

/* What the URL's options ask for. */
typedef struct {
    gboolean read_only; /* mode=ro */
    gboolean no_create; /* mode=rw */
    gboolean immutable;
    const char *vfs;
    gboolean no_lock;
} OpenOptions;

static gboolean
read_boolean(const char *key, const char *value, gboolean *ret, GError **error)
{
    if (strcmp(value, "1") != 0 && strcmp(value, "0") != 0) {
        mig_set_error(error, MIG_E_URL, "'%s' is no value of '%s' in the database URL", value, key);
        mig_error_set_hint(error ? *error : NULL, "Write %s=1 or %s=0.", key, key);
        return FALSE;
    }
    *ret = *value == '1';
    return TRUE;
}

static gboolean
read_mode(const char *value, OpenOptions *options, GError **error)
{
    options->read_only = strcmp(value, "ro") == 0;
    options->no_create = strcmp(value, "rw") == 0;
    if (options->read_only || options->no_create || strcmp(value, "rwc") == 0)
        return TRUE;
    mig_set_error(error, MIG_E_URL, "'%s' is no value of 'mode' in the database URL", value);
    mig_error_set_hint(error ? *error : NULL, "Write mode=ro, mode=rw or mode=rwc.");
    return FALSE;
}

static gboolean
read_option(const char *key, const char *value, OpenOptions *options, GError **error)
{
    if (strcmp(key, "mode") == 0)
        return read_mode(value, options, error);
    if (strcmp(key, "immutable") == 0)
        return read_boolean(key, value, &options->immutable, error);
    if (strcmp(key, "nolock") == 0)
        return read_boolean(key, value, &options->no_lock, error);
    if (strcmp(key, "vfs") == 0) {
        options->vfs = value;
        return TRUE;
    }
    mig_set_error(error, MIG_E_URL, "unknown option '%s' in the database URL", key);
    mig_error_set_hint(error ? *error : NULL,
                       "SQLite URLs know the options mode, immutable, nolock and vfs.");
    return FALSE;
}

static gboolean
read_options(const MigUrl *url, OpenOptions *ret, GError **error)
{
    if (!url->query)
        return TRUE;
    g_autoptr(GList) keys = g_hash_table_get_keys(url->query);

    keys = g_list_sort(keys, (GCompareFunc)strcmp);
    for (GList *key = keys; key; key = key->next) {
        if (!read_option(key->data, g_hash_table_lookup(url->query, key->data), ret, error))
            return FALSE;
    }
    return TRUE;
}

/* Opens the file itself and nothing more: SQLite reads it when it is first asked. */
static sqlite3 *
open_handle(const char *path, const OpenOptions *options, gboolean create, GError **error)
{
    g_autofree char *escaped = g_uri_escape_string(path, "/", TRUE);
    g_autofree char *uri =
        g_strdup_printf("file:%s?%s%s", escaped, options->immutable ? "immutable=1&" : "",
                        options->no_lock ? "nolock=1" : "");
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    sqlite3 *db = NULL;

    flags |= options->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (create)
        flags |= SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(uri, &db, flags, options->vfs);

    if (rc == SQLITE_OK)
        return db;
    GError *own = mig_sqlite_error_new(db, rc, "cannot open '%s'", path);

    if (own->code != MIG_E_LOCKED && own->code != MIG_E_NOT_A_DATABASE)
        own->code = MIG_E_CONNECT;
    if (sqlite3_system_errno(db) != 0)
        mig_error_details(own)->engine_detail = g_strdup(g_strerror(sqlite3_system_errno(db)));
    g_propagate_error(error, own);
    sqlite3_close(db);
    return NULL;
}

/* Makes SQLite read the file's header. A lock is no failure: whoever reads rows will wait for it.
 */
static int
probe(sqlite3 *db)
{
    int rc = sqlite3_exec(db, "PRAGMA main.schema_version", NULL, NULL, NULL);

    return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc;
}

static goffset
wal_size(const char *path)
{
    g_autofree char *wal = g_strconcat(path, "-wal", NULL);
    GStatBuf info;

    return g_stat(wal, &info) == 0 ? info.st_size : 0;
}

/* A database in WAL mode on read-only media has no place for the shared memory file; with nothing
 * in the log the file alone is the whole truth. */
static sqlite3 *
open_as_immutable(const char *path, OpenOptions options, sqlite3 *db, int *rc)
{
    int primary = *rc & 0xff;

    if ((primary != SQLITE_CANTOPEN && primary != SQLITE_READONLY) || wal_size(path) > 0)
        return db;
    options.immutable = options.read_only = TRUE;
    sqlite3 *again = open_handle(path, &options, FALSE, NULL);

    if (!again)
        return db;
    sqlite3_close(db);
    *rc = probe(again);
    return again;
}

static gboolean
read_only_error(const char *path, const char *why, GError **error)
{
    mig_set_error(error, MIG_E_READ_ONLY, "'%s' cannot be written: %s", path, why);
    return FALSE;
}

static sqlite3 *
open_file(const char *path, const OpenOptions *options, MigConnectMode mode, GError **error)
{
    goffset wal = wal_size(path);
    gboolean create = mode == MIG_CONNECT_WRITE && !options->no_create && !options->read_only;
    sqlite3 *db = open_handle(path, options, create, error);

    if (!db)
        return NULL;
    int rc = probe(db);

    if (rc != SQLITE_OK && mode == MIG_CONNECT_READ)
        db = open_as_immutable(path, *options, db, &rc);
    if (rc != SQLITE_OK) {
        g_propagate_error(error, mig_sqlite_error_new(db, rc, "cannot read '%s'", path));
        sqlite3_close(db);
        return NULL;
    }
    if (mode == MIG_CONNECT_WRITE && sqlite3_db_readonly(db, "main") == 1) {
        sqlite3_close(db);
        read_only_error(path, "SQLite could open it for reading only", error);
        return NULL;
    }
    /* A reader who happens to be the last to leave must not move another's log into the file. */
    if (mode == MIG_CONNECT_READ && wal > 0)
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return db;
}

/* What can be told about the path before SQLite sees it. */
static gboolean
check_path(const char *path, const OpenOptions *options, MigConnectMode mode, gboolean *ret_missing,
           GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    GStatBuf info;
    gboolean known = g_stat(path, &info) == 0;
    gboolean missing = !known && (errno == ENOENT || errno == ENOTDIR);

    if (known && S_ISDIR(info.st_mode)) {
        mig_set_error(error, MIG_E_CONNECT, "cannot open '%s': it is a folder", path);
        return FALSE;
    }
    *ret_missing = missing;
    if (mode == MIG_CONNECT_READ)
        return TRUE;
    if (options->read_only || options->immutable)
        return read_only_error(path, "the URL says so", error);
    if (missing && options->no_create) {
        mig_set_error(error, MIG_E_CONNECT, "'%s' does not exist, and the URL says mode=rw", path);
        return FALSE;
    }
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        mig_set_error(error, MIG_E_CONNECT, "cannot make '%s': its folder does not exist", path);
        mig_error_set_hint(error ? *error : NULL, "Make the folder '%s' first.", folder);
        return FALSE;
    }
    if (known && g_access(path, W_OK) != 0)
        return read_only_error(path, g_strerror(errno), error);
    if (g_access(folder, W_OK) != 0)
        return read_only_error(path, "its folder, where SQLite makes its journal, is read-only",
                               error);
    return TRUE;
}

static sqlite3 *
open_memory(GError **error)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK)
        return db;
    g_propagate_error(error, mig_sqlite_error_new(db, rc, "cannot make a database in memory"));
    sqlite3_close(db);
    return NULL;
}

MigConnection *
mig_sqlite_connect(const MigUrl *url, MigConnectMode mode, GError **error)
{
    OpenOptions options = {0};
    gboolean memory = strcmp(url->path, ":memory:") == 0;
    gboolean missing = FALSE;

    if (!check_library(error) || !read_options(url, &options, error))
        return NULL;
    if (!memory && !check_path(url->path, &options, mode, &missing, error))
        return NULL;
    gboolean absent = missing && mode == MIG_CONNECT_READ;
    sqlite3 *db =
        memory || absent ? open_memory(error) : open_file(url->path, &options, mode, error);

    if (!db)
        return NULL;
    MigSqlite *sqlite = mig_sqlite_wrap(db, url->display);

    sqlite->base.absent = absent;
    sqlite->base.read_only = mode == MIG_CONNECT_READ || sqlite3_db_readonly(db, "main") == 1;
    /* Opened for writing even so: only a writer can roll back what a crash left behind, and take
     * the files of WAL mode away again. */
    if (mode == MIG_CONNECT_READ)
        sqlite3_exec(db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    return &sqlite->base;
}

MigConnection *
mig_sqlite_open_scratch(MigConnection *target, const MigUrl *server, GError **error)
{
    sqlite3 *db = check_library(error) ? open_memory(error) : NULL;

    if (!db)
        return NULL;
    MigSqlite *sqlite = mig_sqlite_wrap(db, "sqlite::memory: (scratch)");

    sqlite->scratch = TRUE;
    sqlite->guard = mig_sqlite_guard_new(sqlite, TRUE);
    g_autofree char *encoding =
        target ? mig_sqlite_value((MigSqlite *)target, "PRAGMA main.encoding", NULL, NULL) : NULL;
    g_autofree char *sql = g_strdup_printf("PRAGMA encoding = '%s'", encoding ? encoding : "UTF-8");

    if (mig_sqlite_run(sqlite, sql, error))
        return &sqlite->base;
    mig_sqlite_close(&sqlite->base);
    return NULL;
}

MigConnection *
mig_sqlite_adopt(void *native_handle, GError **error)
{
    sqlite3 *db = native_handle;

    if (!check_library(error))
        return NULL;
    if (!sqlite3_get_autocommit(db)) {
        mig_set_error(error, MIG_E_IN_TRANSACTION, "a transaction is open on the SQLite handle");
        mig_error_set_hint(error ? *error : NULL,
                           "Commit or roll back before handing the connection over.");
        return NULL;
    }
    const char *file = sqlite3_db_filename(db, "main");
    g_autofree char *display = g_strconcat("sqlite:", file && *file ? file : ":memory:", NULL);
    MigSqlite *sqlite = mig_sqlite_wrap(db, display);

    sqlite->adopted = TRUE;
    sqlite->base.read_only = sqlite3_db_readonly(db, "main") == 1;
    return &sqlite->base;
}

void
mig_sqlite_close(MigConnection *connection)
{
    MigSqlite *sqlite = (MigSqlite *)connection;

    if (!sqlite)
        return;
    mig_sqlite_units_drop(sqlite);
    mig_sqlite_guard_free(sqlite->guard);
    g_hash_table_unref(sqlite->cache);
    if (!sqlite->adopted)
        sqlite3_close(sqlite->db);
    g_free(sqlite->base.display);
    g_free(sqlite->base.server);
    g_free(sqlite);
}
