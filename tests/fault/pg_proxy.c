#include "tests/fault/pg_proxy.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/dialect/fixture.h"
#include "tests/lib/cluster.h"

#define MAX_LINKS 8

/* One connection. What comes is kept until it is a whole message. */
typedef struct {
    int client, server;
    GByteArray *up, *down;
    gboolean started; /* the first message has no type */
    gboolean cut;     /* once the server has answered */
} Link;

static char *folder;
static int listener = -1;
static Link links[MAX_LINKS];
static guint n_links, n_requests;

static struct sockaddr_un
address_in(const char *where)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    g_snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", where);
    return address;
}

char *
pg_proxy_listen(void)
{
    folder = g_dir_make_tmp("migrate-cut-XXXXXX", NULL);
    struct sockaddr_un address = address_in(folder);

    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    return g_strdup(folder);
}

static void
close_link(guint i)
{
    Link *link = &links[i];

    close(link->client);
    close(link->server);
    g_byte_array_unref(link->up);
    g_byte_array_unref(link->down);
    links[i] = links[--n_links];
}

void
pg_proxy_end(void)
{
    struct sockaddr_un address = address_in(folder);

    while (n_links > 0)
        close_link(0);
    close(listener);
    g_unlink(address.sun_path);
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}

static void
take_client(void)
{
    struct sockaddr_un address = address_in(cluster_folder());
    int client = accept(listener, NULL, NULL);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(client >= 0 && n_links < MAX_LINKS);
    assert_int_equal(connect(server, (struct sockaddr *)&address, sizeof address), 0);
    links[n_links++] = (Link){.client = client,
                              .server = server,
                              .up = g_byte_array_new(),
                              .down = g_byte_array_new()};
}

/* The length of the first message in the bytes, when it is there whole; else 0. */
static guint
message_length(const GByteArray *bytes, gboolean typed)
{
    guint head = typed ? 5 : 4;
    guint32 length;

    if (bytes->len < head)
        return 0;
    memcpy(&length, bytes->data + head - 4, 4);
    length = GUINT32_FROM_BE(length) + typed;
    return bytes->len >= length ? length : 0;
}

/* A client that is gone is noticed when it is read from. */
static void
pass(int to, GByteArray *bytes, guint length)
{
    for (guint sent = 0; sent < length;) {
        ssize_t n = send(to, bytes->data + sent, length - sent, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        sent += (guint)n;
    }
    g_byte_array_remove_range(bytes, 0, length);
}

/* What the server answers as a whole: a query, the end of a group of messages, the end of a COPY. */
static gboolean
is_request(const Link *link)
{
    return link->started && strchr("QSc", link->up->data[0]) && link->up->data[0] != '\0';
}

/* FALSE: the link is to be closed. */
static gboolean
pass_up(Link *link, ProxyCut cut, guint at)
{
    guint length;

    while ((length = message_length(link->up, link->started)) > 0) {
        if (is_request(link) && ++n_requests == at) {
            if (cut == PROXY_BEFORE)
                return FALSE;
            if (cut == PROXY_HALF) {
                pass(link->server, link->up, length / 2);
                return FALSE;
            }
            link->cut = TRUE;
        }
        link->started = TRUE;
        pass(link->server, link->up, length);
    }
    return TRUE;
}

static gboolean
pass_down(Link *link)
{
    guint length;

    while ((length = message_length(link->down, TRUE)) > 0) {
        gboolean ready = link->down->data[0] == 'Z' || link->down->data[0] == 'G';

        if (link->cut && ready)
            return FALSE;
        if (link->cut)
            g_byte_array_remove_range(link->down, 0, length);
        else
            pass(link->client, link->down, length);
    }
    return TRUE;
}

static gboolean
take_bytes(int from, GByteArray *into)
{
    guint8 buffer[16384];
    ssize_t n = read(from, buffer, sizeof buffer);

    if (n > 0)
        g_byte_array_append(into, buffer, (guint)n);
    return n > 0;
}

/* TRUE: the connection was cut. */
static gboolean
serve_links(const struct pollfd *fds, ProxyCut cut, guint at)
{
    gboolean was_cut = FALSE;

    for (guint i = n_links; i-- > 0;) {
        Link *link = &links[i];
        gboolean ended = FALSE, open = TRUE;

        if (fds[2 * i].revents)
            ended = !take_bytes(link->client, link->up);
        if (fds[2 * i + 1].revents && !ended)
            ended = !take_bytes(link->server, link->down);
        if (!ended)
            open = pass_up(link, cut, at) && pass_down(link);
        was_cut = was_cut || !open;
        if (ended || !open)
            close_link(i);
    }
    return was_cut;
}

static gboolean
is_alive(pid_t client)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)client, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

guint
pg_proxy_serve(pid_t client, ProxyCut cut, guint at, gboolean *ret_cut)
{
    *ret_cut = FALSE;
    n_requests = 0;
    while (is_alive(client)) {
        struct pollfd fds[2 * MAX_LINKS + 1];

        for (guint i = 0; i < n_links; i++) {
            fds[2 * i] = (struct pollfd){.fd = links[i].client, .events = POLLIN};
            fds[2 * i + 1] = (struct pollfd){.fd = links[i].server, .events = POLLIN};
        }
        guint n = 2 * n_links;

        fds[n] = (struct pollfd){.fd = listener, .events = POLLIN};
        if (poll(fds, n + 1, 5) <= 0)
            continue;
        *ret_cut = serve_links(fds, cut, at) || *ret_cut;
        if (fds[n].revents)
            take_client();
    }
    while (n_links > 0)
        close_link(0);
    return n_requests;
}
