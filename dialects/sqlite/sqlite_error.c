#include "dialects/sqlite/sqlite_driver.h"

#include <errno.h>

/* clang-format off */
static const struct {
    int code;
    const char *name;
} code_names[] = {
#define CODE(name) {name, #name}
    CODE(SQLITE_ERROR), CODE(SQLITE_INTERNAL), CODE(SQLITE_PERM), CODE(SQLITE_ABORT),
    CODE(SQLITE_BUSY), CODE(SQLITE_LOCKED), CODE(SQLITE_NOMEM), CODE(SQLITE_READONLY),
    CODE(SQLITE_INTERRUPT), CODE(SQLITE_IOERR), CODE(SQLITE_CORRUPT), CODE(SQLITE_NOTFOUND),
    CODE(SQLITE_FULL), CODE(SQLITE_CANTOPEN), CODE(SQLITE_PROTOCOL), CODE(SQLITE_EMPTY),
    CODE(SQLITE_SCHEMA), CODE(SQLITE_TOOBIG), CODE(SQLITE_CONSTRAINT), CODE(SQLITE_MISMATCH),
    CODE(SQLITE_MISUSE), CODE(SQLITE_NOLFS), CODE(SQLITE_AUTH), CODE(SQLITE_FORMAT),
    CODE(SQLITE_RANGE), CODE(SQLITE_NOTADB),
    CODE(SQLITE_ERROR_MISSING_COLLSEQ), CODE(SQLITE_ERROR_RETRY), CODE(SQLITE_ERROR_SNAPSHOT),
    CODE(SQLITE_IOERR_READ), CODE(SQLITE_IOERR_SHORT_READ), CODE(SQLITE_IOERR_WRITE),
    CODE(SQLITE_IOERR_FSYNC), CODE(SQLITE_IOERR_DIR_FSYNC), CODE(SQLITE_IOERR_TRUNCATE),
    CODE(SQLITE_IOERR_FSTAT), CODE(SQLITE_IOERR_UNLOCK), CODE(SQLITE_IOERR_RDLOCK),
    CODE(SQLITE_IOERR_DELETE), CODE(SQLITE_IOERR_BLOCKED), CODE(SQLITE_IOERR_NOMEM),
    CODE(SQLITE_IOERR_ACCESS), CODE(SQLITE_IOERR_CHECKRESERVEDLOCK), CODE(SQLITE_IOERR_LOCK),
    CODE(SQLITE_IOERR_CLOSE), CODE(SQLITE_IOERR_DIR_CLOSE), CODE(SQLITE_IOERR_SHMOPEN),
    CODE(SQLITE_IOERR_SHMSIZE), CODE(SQLITE_IOERR_SHMLOCK), CODE(SQLITE_IOERR_SHMMAP),
    CODE(SQLITE_IOERR_SEEK), CODE(SQLITE_IOERR_DELETE_NOENT), CODE(SQLITE_IOERR_MMAP),
    CODE(SQLITE_IOERR_GETTEMPPATH), CODE(SQLITE_IOERR_CONVPATH), CODE(SQLITE_IOERR_VNODE),
    CODE(SQLITE_IOERR_AUTH), CODE(SQLITE_IOERR_BEGIN_ATOMIC), CODE(SQLITE_IOERR_COMMIT_ATOMIC),
    CODE(SQLITE_IOERR_ROLLBACK_ATOMIC), CODE(SQLITE_IOERR_DATA), CODE(SQLITE_IOERR_CORRUPTFS),
    CODE(SQLITE_LOCKED_SHAREDCACHE), CODE(SQLITE_LOCKED_VTAB), CODE(SQLITE_BUSY_RECOVERY),
    CODE(SQLITE_BUSY_SNAPSHOT), CODE(SQLITE_BUSY_TIMEOUT), CODE(SQLITE_CANTOPEN_NOTEMPDIR),
    CODE(SQLITE_CANTOPEN_ISDIR), CODE(SQLITE_CANTOPEN_FULLPATH), CODE(SQLITE_CANTOPEN_CONVPATH),
    CODE(SQLITE_CANTOPEN_DIRTYWAL), CODE(SQLITE_CANTOPEN_SYMLINK), CODE(SQLITE_CORRUPT_VTAB),
    CODE(SQLITE_CORRUPT_SEQUENCE), CODE(SQLITE_CORRUPT_INDEX), CODE(SQLITE_READONLY_RECOVERY),
    CODE(SQLITE_READONLY_CANTLOCK), CODE(SQLITE_READONLY_ROLLBACK), CODE(SQLITE_READONLY_DBMOVED),
    CODE(SQLITE_READONLY_CANTINIT), CODE(SQLITE_READONLY_DIRECTORY), CODE(SQLITE_ABORT_ROLLBACK),
    CODE(SQLITE_CONSTRAINT_CHECK), CODE(SQLITE_CONSTRAINT_COMMITHOOK),
    CODE(SQLITE_CONSTRAINT_FOREIGNKEY), CODE(SQLITE_CONSTRAINT_FUNCTION),
    CODE(SQLITE_CONSTRAINT_NOTNULL), CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    CODE(SQLITE_CONSTRAINT_TRIGGER), CODE(SQLITE_CONSTRAINT_UNIQUE), CODE(SQLITE_CONSTRAINT_VTAB),
    CODE(SQLITE_CONSTRAINT_ROWID), CODE(SQLITE_CONSTRAINT_PINNED), CODE(SQLITE_AUTH_USER),
#ifdef SQLITE_CONSTRAINT_DATATYPE
    CODE(SQLITE_CONSTRAINT_DATATYPE),
#endif
#undef CODE
};
/* clang-format on */

/* "SQLITE_CONSTRAINT_UNIQUE" for an extended code; NULL when it is unknown. */
static const char *
code_name(int extended)
{
    for (gsize i = 0; i < G_N_ELEMENTS(code_names); i++) {
        if (code_names[i].code == extended)
            return code_names[i].name;
    }
    return extended == (extended & 0xff) ? NULL : code_name(extended & 0xff);
}

/* A quota and a file size limit are a full disk to the user, a plain write error to SQLite. */
static gboolean
is_out_of_space(sqlite3 *db, int rc)
{
    if ((rc & 0xff) == SQLITE_FULL)
        return TRUE;
    if ((rc & 0xff) != SQLITE_IOERR)
        return FALSE;
    int system_errno = sqlite3_system_errno(db);

    return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

static MigErrorCode
error_code(sqlite3 *db, int rc)
{
    if (is_out_of_space(db, rc))
        return MIG_E_DISK_FULL;
    switch (rc & 0xff) {
    case SQLITE_NOTADB:
        return MIG_E_NOT_A_DATABASE;
    case SQLITE_READONLY:
        return MIG_E_READ_ONLY;
    case SQLITE_CANTOPEN:
        return MIG_E_CONNECT;
    case SQLITE_BUSY:
        return MIG_E_LOCKED;
    case SQLITE_INTERRUPT:
        return MIG_E_INTERRUPTED;
    default:
        return MIG_E_STATEMENT;
    }
}

static void
add_hint(GError *error, int rc)
{
    if (error->code == MIG_E_DISK_FULL)
        mig_error_set_hint(error, "Make room on the disk, then run the command again.");
    else if (error->code == MIG_E_NOT_A_DATABASE)
        mig_error_set_hint(error, "The file is something else, is encrypted, or is damaged.");
    else if (rc == SQLITE_READONLY_DIRECTORY)
        mig_error_set_hint(error, "SQLite makes its journal beside the database: the folder must "
                                  "be writable too.");
    else if ((rc & 0xff) == SQLITE_CORRUPT)
        mig_error_set_hint(error, "The database file is damaged: restore it from a backup.");
}

GError *
mig_sqlite_error_new(sqlite3 *db, int rc, const char *format, ...)
{
    if ((sqlite3_extended_errcode(db) & 0xff) == (rc & 0xff))
        rc = sqlite3_extended_errcode(db);
    const char *words = rc == SQLITE_OK ? "unknown error" : sqlite3_errmsg(db);
    GError *error = NULL;

    if (format) {
        va_list args;

        va_start(args, format);
        g_autofree char *what = g_strdup_vprintf(format, args);
        va_end(args);
        error = mig_error_new(error_code(db, rc), "%s: %s", what, words);
    } else {
        error = mig_error_new(error_code(db, rc), "%s", words);
    }
    MigErrorDetails *details = mig_error_details(error);

    details->engine_message = g_strdup(words);
    details->sqlstate = g_strdup(code_name(rc));
    add_hint(error, rc);
    return error;
}
