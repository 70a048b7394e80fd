/* usage: read_files FOLDER
 *
 * Reads every file of a folder in the order of names, as plainly as it can be done: the least that
 * reading the scripts of a project costs. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    static char buffer[1 << 16];
    struct dirent **entries;
    int n = argc == 2 && chdir(argv[1]) == 0 ? scandir(".", &entries, NULL, alphasort) : -1;
    size_t total = 0;

    for (int i = 0; i < n; i++) {
        int fd = open(entries[i]->d_name, O_RDONLY);
        ssize_t length;

        while (fd >= 0 && (length = read(fd, buffer, sizeof buffer)) > 0)
            total += (size_t)length;
        close(fd);
    }
    printf("%zu bytes\n", total);
    return n < 0;
}
