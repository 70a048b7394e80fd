/* Whose lock keeps us out: SQLite does not say, the system may. */
#include "dialects/sqlite/sqlite_driver.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Where SQLite's locks are (os.h and wal.c of its sources). */
#define PENDING_BYTE 0x40000000
#define SHARED_END (PENDING_BYTE + 2 + 510)
#define WAL_WRITE_BYTE 120

/* One lock of another process on a file. */
typedef struct {
    char mode[8]; /* "READ" or "WRITE" */
    int pid;
    guint64 first, last;
} Lock;

/* A line of /proc/locks such as "1: POSIX  ADVISORY  WRITE 5606 fe:00:9982387 128 EOF"; those that
 * wait have "->" behind the number. */
static gboolean
read_lock(const char *line, const struct stat *file, Lock *ret)
{
    unsigned major_number, minor_number;
    guint64 inode;
    char last[32];

    if (sscanf(line,
               "%*u: POSIX %*s %7s %d %x:%x:%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %31s",
               ret->mode, &ret->pid, &major_number, &minor_number, &inode, &ret->first, last) != 7)
        return FALSE;
    ret->last = g_ascii_isdigit(*last) ? g_ascii_strtoull(last, NULL, 10) : G_MAXUINT64;
    return inode == file->st_ino && major_number == major(file->st_dev) &&
           minor_number == minor(file->st_dev) && ret->pid > 0 && ret->pid != getpid();
}

/* The process with a lock of this mode that touches these bytes of the file; 0: none is known. */
static int
find_process(const char *locks, const char *path, const char *mode, guint64 first, guint64 last)
{
    struct stat file;
    g_auto(GStrv) lines = g_strsplit(locks, "\n", -1);

    if (stat(path, &file) != 0)
        return 0;
    for (char **line = lines; *line; line++) {
        Lock lock;

        if (read_lock(*line, &file, &lock) && g_str_equal(lock.mode, mode) && lock.first <= last &&
            lock.last >= first)
            return lock.pid;
    }
    return 0;
}

static char *
name_process(int pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/comm", pid);
    g_autofree char *raw = NULL;

    if (!g_file_get_contents(path, &raw, NULL, NULL))
        return g_strdup_printf("process %d", pid);
    g_autofree char *name = g_utf8_make_valid(g_strstrip(raw), -1);

    return g_strdup_printf("process %d (%s)", pid, name);
}

char *
mig_sqlite_lock_holder(MigSqlite *sqlite)
{
    const char *path = sqlite3_db_filename(sqlite->db, "main");
    g_autofree char *locks = NULL;

    if (path && *path && g_file_get_contents("/proc/locks", &locks, NULL, NULL)) {
        g_autofree char *memory = g_strconcat(path, "-shm", NULL);
        int pid = find_process(locks, path, "WRITE", PENDING_BYTE, SHARED_END);

        if (pid == 0)
            pid = find_process(locks, memory, "WRITE", WAL_WRITE_BYTE, WAL_WRITE_BYTE);
        /* Every connection of WAL mode reads the file all the time: that keeps nobody out. */
        if (pid == 0 && !g_file_test(memory, G_FILE_TEST_EXISTS))
            pid = find_process(locks, path, "READ", PENDING_BYTE, SHARED_END);
        if (pid != 0)
            return name_process(pid);
    }
    return g_strdup("another process");
}
