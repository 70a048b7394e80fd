#include "core/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "core/error.h"

/* How long a child may take to end after it was asked to. */
#define GRACE_MS 2000
/* How often we look whether it has ended while something of its own keeps its output open, and when
 * all is closed and the end must be near. */
#define LOOK_MS 100
#define LOOK_CLOSED_MS 5
/* More than this on standard output is a program gone wild; of its standard error, the end is kept. */
#define MOST_MIB 128
#define KEPT_BYTES 65536
/* Reads in a row: as much as a pipe can hold. One that is filled as fast as it is read must not keep
 * us from looking at the clock. */
#define MOST_READS 16

/* A child that runs. */
typedef struct {
    GPid pid;
    int fds[2]; /* of its standard output and error; -1 once closed */
    GString *texts[2];
    gint64 end_us; /* monotonic time; -1: no limit */
    gboolean ended, too_much;
    int wait_status;
} Run;

char **
mig_child_environment(const MigConfig *config, const char *name, const char *value)
{
    char **environment = g_get_environ();
    const GPtrArray *extra = mig_config_extra(config);

    if (name)
        environment = g_environ_setenv(environment, name, value, TRUE);
    for (guint i = 0; i < extra->len; i++) {
        const char *pair = extra->pdata[i], *equals = strchr(pair, '=');
        g_autofree char *key = g_ascii_strup(pair, equals - pair);

        g_strcanon(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", '_');
        g_autofree char *variable = g_strconcat("MIGRATE_X_", key, NULL);

        environment = g_environ_setenv(environment, variable, equals + 1, TRUE);
    }
    return environment;
}

void
mig_child_result_clear(MigChildResult *result)
{
    if (result->out)
        g_string_free(result->out, TRUE);
    if (result->err)
        g_string_free(result->err, TRUE);
    g_free(result->failure);
    memset(result, 0, sizeof *result);
}

void
mig_child_set_complaint(GError *error, const GString *printed)
{
    static const gsize most = 4000;
    const char *from = printed->str;
    MigErrorDetails *details = mig_error_details(error);

    if (!details || printed->len == 0)
        return;
    if (printed->len > most) {
        from += printed->len - most;
        from += strcspn(from, "\n");
    }
    char *text = g_utf8_make_valid(from, -1);

    g_free(details->engine_detail);
    details->engine_detail = g_strstrip(text);
}

/* Runs in the child before the program: only async-signal-safe calls. */
static void
set_up(gpointer user_data)
{
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
}

static gboolean
start(const MigChild *child, Run *run, GError **error)
{
    g_auto(GStrv) words = g_strdupv(child->words);
    g_autoptr(GError) cause = NULL;

    if ((!words && !g_shell_parse_argv(child->command, NULL, &words, &cause)) ||
        !g_spawn_async_with_pipes(child->folder, words, child->environment,
                                  G_SPAWN_SEARCH_PATH_FROM_ENVP | G_SPAWN_DO_NOT_REAP_CHILD, set_up,
                                  NULL, &run->pid, NULL, &run->fds[0], &run->fds[1], &cause)) {
        const char *reason = g_error_matches(cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                                 ? "there is no such program"
                                 : cause->message;

        mig_set_error(error, MIG_E_FILE, "cannot run '%s': %s", child->command, reason);
        return FALSE;
    }
    for (int i = 0; i < 2; i++)
        g_unix_set_fd_nonblocking(run->fds[i], TRUE, NULL);
    return TRUE;
}

static void
keep(Run *run, int i, const char *bytes, gsize n)
{
    GString *text = run->texts[i];

    g_string_append_len(text, bytes, (gssize)n);
    if (i == 1 && text->len > 2 * KEPT_BYTES)
        g_string_erase(text, 0, (gssize)(text->len - KEPT_BYTES));
    run->too_much |= i == 0 && text->len > (gsize)MOST_MIB << 20;
}

/* Takes what there is. */
static void
drain(Run *run, int i)
{
    char buffer[65536];

    for (int reads = 0; reads < MOST_READS && run->fds[i] >= 0 && !run->too_much; reads++) {
        gssize n = read(run->fds[i], buffer, sizeof buffer);

        if (n > 0) {
            keep(run, i, buffer, (gsize)n);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            close(run->fds[i]);
            run->fds[i] = -1;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

static void
look(Run *run)
{
    if (!run->ended)
        run->ended = waitpid(run->pid, &run->wait_status, WNOHANG) == run->pid;
}

/* One round of waiting. FALSE when it is over: the child has ended, or its time has. */
static gboolean
wait_a_bit(Run *run)
{
    struct pollfd polled[2] = {{run->fds[0], POLLIN, 0}, {run->fds[1], POLLIN, 0}};
    gint64 look_ms = run->fds[0] < 0 && run->fds[1] < 0 ? LOOK_CLOSED_MS : LOOK_MS;
    gint64 left_ms = run->end_us < 0 ? look_ms : (run->end_us - g_get_monotonic_time()) / 1000;

    if (left_ms <= 0)
        return FALSE;
    poll(polled, 2, (int)MIN(left_ms, look_ms));
    look(run);
    drain(run, 0);
    drain(run, 1);
    return !run->ended && !run->too_much;
}

/* The whole group is asked to end, then made to. */
static void
kill_group(Run *run)
{
    gint64 end_us = g_get_monotonic_time() + GRACE_MS * 1000;

    kill(-run->pid, SIGTERM);
    while (!run->ended && g_get_monotonic_time() < end_us) {
        g_usleep(10000);
        look(run);
    }
    kill(-run->pid, SIGKILL);
    if (!run->ended && waitpid(run->pid, &run->wait_status, 0) == run->pid)
        run->ended = TRUE;
}

/* stopped: it did not end by itself. NULL: it went well. */
static char *
failure_of(const MigChild *child, const Run *run, gboolean stopped)
{
    if (run->too_much)
        return g_strdup_printf("printed more than %d MiB", MOST_MIB);
    if (stopped)
        return g_strdup_printf("was still running after %g s", (double)child->timeout_ms / 1000);
    if (WIFEXITED(run->wait_status) && WEXITSTATUS(run->wait_status) == 0)
        return NULL;
    if (WIFEXITED(run->wait_status))
        return g_strdup_printf("exited with status %d", WEXITSTATUS(run->wait_status));
    return g_strdup_printf("was ended by signal %d (%s)", WTERMSIG(run->wait_status),
                           g_strsignal(WTERMSIG(run->wait_status)));
}

gboolean
mig_child_run(const MigChild *child, MigChildResult *result, GError **error)
{
    gint64 now_us = g_get_monotonic_time();
    Run run = {.fds = {-1, -1},
               .end_us = child->timeout_ms < 0 ? -1 : now_us + child->timeout_ms * 1000};

    if (!start(child, &run, error))
        return FALSE;
    run.texts[0] = g_string_new(NULL);
    run.texts[1] = g_string_new(NULL);
    while (wait_a_bit(&run))
        ;
    gboolean stopped = !run.ended;

    if (stopped)
        kill_group(&run);
    for (int i = 0; i < 2; i++) {
        drain(&run, i);
        if (run.fds[i] >= 0)
            close(run.fds[i]);
    }
    result->out = run.texts[0];
    result->err = run.texts[1];
    result->failure = failure_of(child, &run, stopped);
    return TRUE;
}
