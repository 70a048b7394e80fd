/* Stands between a client and a PostgreSQL server on this machine and makes the way long: every byte
 * arrives DELAY milliseconds after it was sent, in each direction.
 *
 *     delay_proxy DELAY_MS LISTEN_FOLDER SERVER_FOLDER
 *
 * Listens on LISTEN_FOLDER/.s.PGSQL.5432 (so that host=LISTEN_FOLDER reaches it), connects to
 * SERVER_FOLDER/.s.PGSQL.5432, prints "ready", and serves until SIGTERM. Then it prints the number of
 * connections and of round trips: how often the server spoke after a client had (a connection's start
 * is one, a goodbye is none). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_LINKS 64

typedef struct Chunk {
    struct Chunk *next;
    double due; /* seconds on the monotonic clock */
    size_t length, sent;
    char bytes[];
} Chunk;

/* One direction of one connection. */
typedef struct {
    int from, to;
    bool ended; /* nothing more comes from `from` */
    Chunk *first, *last;
} Way;

typedef struct {
    Way up, down; /* to the server, to the client */
    bool client_spoke_last;
} Link;

static Link links[MAX_LINKS];
static int n_links;
static long n_connections, n_round_trips;
static volatile sig_atomic_t stopping;

static void
on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
die(const char *what)
{
    perror(what);
    exit(1);
}

static int
open_socket(const char *folder, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (snprintf(address->sun_path, sizeof address->sun_path, "%s/.s.PGSQL.5432", folder) >=
        (int)sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        die(folder);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd < 0)
        die("socket");
    return fd;
}

static int
listen_in(const char *folder)
{
    struct sockaddr_un address;
    int fd = open_socket(folder, &address);

    unlink(address.sun_path);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0)
        die(address.sun_path);
    return fd;
}

static void
accept_client(int listener, const char *server_folder)
{
    struct sockaddr_un address;
    int client = accept(listener, NULL, NULL);

    if (client < 0)
        return;
    int server = open_socket(server_folder, &address);

    if (n_links == MAX_LINKS ||
        connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
        close(client);
        close(server);
        return;
    }
    fcntl(client, F_SETFL, O_NONBLOCK);
    fcntl(server, F_SETFL, O_NONBLOCK);
    links[n_links++] = (Link){.up = {.from = client, .to = server},
                              .down = {.from = server, .to = client}};
    n_connections++;
}

/* Reads what is there; it may leave after the delay. */
static bool
take_in(Way *way, double delay)
{
    char buffer[65536];
    ssize_t n = read(way->from, buffer, sizeof buffer);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        way->ended = true;
        return false;
    }
    Chunk *chunk = malloc(sizeof *chunk + (size_t)n);

    if (!chunk)
        die("malloc");
    *chunk = (Chunk){.due = now() + delay, .length = (size_t)n};
    memcpy(chunk->bytes, buffer, (size_t)n);
    if (way->last)
        way->last->next = chunk;
    else
        way->first = chunk;
    way->last = chunk;
    return true;
}

static void
let_out(Way *way)
{
    while (way->first && way->first->due <= now()) {
        Chunk *chunk = way->first;
        ssize_t n = send(way->to, chunk->bytes + chunk->sent, chunk->length - chunk->sent,
                         MSG_NOSIGNAL);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n < 0) {
            way->ended = true;
            n = (ssize_t)(chunk->length - chunk->sent);
        }
        chunk->sent += (size_t)n;
        if (chunk->sent < chunk->length)
            return;
        way->first = chunk->next;
        if (!way->first)
            way->last = NULL;
        free(chunk);
    }
}

static void
forget(Way *way)
{
    while (way->first) {
        Chunk *chunk = way->first;

        way->first = chunk->next;
        free(chunk);
    }
}

static void
close_ended(void)
{
    for (int i = 0; i < n_links; i++) {
        Link *link = &links[i];
        bool client_gone = link->up.ended && !link->up.first;
        bool server_gone = link->down.ended && !link->down.first;

        if (!client_gone && !server_gone)
            continue;
        forget(&link->up);
        forget(&link->down);
        close(link->up.from);
        close(link->up.to);
        links[i--] = links[--n_links];
    }
}

static void
pass_on(double delay)
{
    for (int i = 0; i < n_links; i++) {
        Link *link = &links[i];

        if (!link->up.ended && take_in(&link->up, delay))
            link->client_spoke_last = true;
        if (!link->down.ended && take_in(&link->down, delay)) {
            n_round_trips += link->client_spoke_last;
            link->client_spoke_last = false;
        }
        let_out(&link->up);
        let_out(&link->down);
    }
    close_ended();
}

/* Until something arrives or the first chunk may leave. */
static int
timeout_ms(void)
{
    double first = 0;

    for (int i = 0; i < n_links; i++) {
        const Chunk *const chunks[] = {links[i].up.first, links[i].down.first};

        for (int j = 0; j < 2; j++) {
            if (chunks[j] && (first == 0 || chunks[j]->due < first))
                first = chunks[j]->due;
        }
    }
    if (first == 0)
        return 1000;
    double left = (first - now()) * 1000;

    return left <= 0 ? 0 : (int)left + 1;
}

int
main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: delay_proxy DELAY_MS LISTEN_FOLDER SERVER_FOLDER\n");
        return 2;
    }
    double delay = atof(argv[1]) / 1000;
    int listener = listen_in(argv[2]);
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    puts("ready");
    fflush(stdout);
    while (!stopping) {
        struct pollfd fds[1 + 2 * MAX_LINKS] = {{.fd = listener, .events = POLLIN}};
        int n = 1;

        for (int i = 0; i < n_links; i++) {
            fds[n++] = (struct pollfd){.fd = links[i].up.ended ? -1 : links[i].up.from,
                                       .events = POLLIN};
            fds[n++] = (struct pollfd){.fd = links[i].down.ended ? -1 : links[i].down.from,
                                       .events = POLLIN};
        }
        if (poll(fds, (nfds_t)n, timeout_ms()) > 0 && (fds[0].revents & POLLIN))
            accept_client(listener, argv[3]);
        pass_on(delay);
    }
    printf("%ld connections, %ld round trips\n", n_connections, n_round_trips);
    return 0;
}
