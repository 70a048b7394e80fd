#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "tests/fault/pg_stepper.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The pipe holds this much; what a line begins with is longer than it and what is read at once. */
#define PIPE_BYTES 4096
#define PREFIX_BYTES (4 * PIPE_BYTES)
/* The name of sessions that are followed. */
#define NAME "stepped"

static char *folder, *path;
static int pipe_fd = -1;

/* What the reading thread and the others share. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go_on = PTHREAD_COND_INITIALIZER;
static guint stop_at, count;
static int stopped;

/* The lines of sessions that are followed begin with "@PID@stepped@". */
static void
see(int pid)
{
    pthread_mutex_lock(&mutex);
    if (++count == stop_at) {
        stopped = pid;
        while (stopped != 0)
            pthread_cond_wait(&go_on, &mutex);
    }
    pthread_mutex_unlock(&mutex);
}

/* Where a beginning may be cut off by the end of what was read. */
static size_t
look_at(const char *text, size_t length)
{
    static const char after[] = "@" NAME "@";
    size_t i = 0;

    while (i < length) {
        const char *at = memchr(text + i, '@', length - i);
        char *end;

        if (!at)
            return length;
        if ((size_t)(at - text) + 32 > length)
            return (size_t)(at - text);
        long pid = strtol(at + 1, &end, 10);

        if (end > at + 1 && strncmp(end, after, strlen(after)) == 0) {
            see((int)pid);
            i = (size_t)(end - text) + strlen(after);
        } else {
            i = (size_t)(at - text) + 1;
        }
    }
    return length;
}

static void *
read_all(void *unused)
{
    static char buffer[2 * PIPE_BYTES + 1];
    size_t kept = 0;
    ssize_t n;

    while ((n = read(pipe_fd, buffer + kept, PIPE_BYTES)) > 0) {
        size_t length = kept + (size_t)n;

        buffer[length] = '\0';
        size_t seen = look_at(buffer, length);

        kept = length - seen;
        memmove(buffer, buffer + seen, kept);
    }
    return unused;
}

static void
clean_up(void)
{
    g_unlink(path);
    g_rmdir(folder);
}

static void
die(const char *what)
{
    printf("Bail out! %s\n", what);
    exit(99);
}

void
pg_stepper_init(void)
{
    g_autofree char *prefix = g_strnfill(PREFIX_BYTES, '.');
    g_autofree char *options =
        g_strdup_printf("-c wal_level=replica -c wal_writer_delay=10s -c log_error_verbosity=terse "
                        "-c log_min_error_statement=panic -c log_line_prefix=@%%p@%%a@%s",
                        prefix);
    pthread_t thread;

    /* Under wal_level=minimal a crash may take back numbers that a sequence has given, when it was made
     * shortly before: that is the server's fault, and not what is looked for. What no commit has waited
     * for is to be lost: the writer of the log comes too late to save it. */
    folder = g_dir_make_tmp("migrate-step-XXXXXX", NULL);
    path = g_build_filename(folder, "log", NULL);
    /* The server may be another user's. */
    if (g_chmod(folder, 0755) != 0 || mkfifo(path, 0666) != 0 || g_chmod(path, 0666) != 0)
        die("no pipe can be made");
    atexit(clean_up);
    /* Open for writing too, so that it never ends. */
    pipe_fd = open(path, O_RDWR | O_CLOEXEC);
    if (pipe_fd < 0 || fcntl(pipe_fd, F_SETPIPE_SZ, PIPE_BYTES) != PIPE_BYTES)
        die("the pipe cannot be made short");
    g_setenv("MIGRATE_TEST_LOG", path, TRUE);
    g_setenv("MIGRATE_TEST_OPTIONS", options, TRUE);
    if (pthread_create(&thread, NULL, read_all, NULL) != 0)
        die("no thread can be made");
}

void
pg_stepper_follow(void)
{
    /* Nobody else writes into the pipe, and waits. */
    g_setenv("PGOPTIONS", "-c debug_print_parse=on -c log_min_messages=log", TRUE);
    g_setenv("PGAPPNAME", NAME, TRUE);
}

void
pg_stepper_stop_at(guint at)
{
    pthread_mutex_lock(&mutex);
    stop_at = at;
    count = 0;
    pthread_mutex_unlock(&mutex);
}

guint
pg_stepper_count(void)
{
    pthread_mutex_lock(&mutex);
    guint now = count;

    pthread_mutex_unlock(&mutex);
    return now;
}

int
pg_stepper_stopped(void)
{
    pthread_mutex_lock(&mutex);
    int now = stopped;

    pthread_mutex_unlock(&mutex);
    return now;
}

void
pg_stepper_let_go(void)
{
    pthread_mutex_lock(&mutex);
    stop_at = 0;
    stopped = 0;
    pthread_cond_signal(&go_on);
    pthread_mutex_unlock(&mutex);
}
