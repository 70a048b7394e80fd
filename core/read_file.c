#include "core/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MOST_BYTES ((gsize)1 << 30)

static int
read_all(int fd, GString *text)
{
    char buffer[65536];

    for (;;) {
        gssize n = read(fd, buffer, sizeof buffer);

        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            g_string_append_len(text, buffer, n);
        if (text->len > MOST_BYTES)
            return EFBIG;
    }
}

int
mig_read_file(const char *path, char **ret_text, gsize *ret_length)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno;
    GString *text = g_string_new(NULL);
    int problem = read_all(fd, text);

    close(fd);
    if (problem == 0)
        *ret_length = text->len;
    char *content = g_string_free(text, problem != 0);

    if (problem == 0)
        *ret_text = content;
    return problem;
}
