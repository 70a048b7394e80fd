/* usage: measure RUNS COMMAND [ARGUMENT…]
 *
 * Runs a command RUNS times with its output thrown away and prints the median of the wall time in
 * milliseconds, the smallest, and the peak of resident memory in KiB: "12.3 11.9 8520". With
 * MEASURE_BEFORE set, that shell command is run before each run and not counted. Fails when the
 * command does, unless it ends with the status in MEASURE_STATUS. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
become(char **command)
{
    int null = open("/dev/null", O_RDWR);

    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (!getenv("MEASURE_SHOW"))
        dup2(null, STDERR_FILENO);
    execvp(command[0], command);
    _exit(127);
}

/* Returns the time, and raises *peak_kib. */
static double
run_once(char **command, long *peak_kib)
{
    const char *expected = getenv("MEASURE_STATUS");
    struct rusage usage;
    int status;
    double start = now_ms();
    pid_t child = fork();

    if (child == 0)
        become(command);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("measure");
        exit(1);
    }
    double time = now_ms() - start;

    if (!WIFEXITED(status) || WEXITSTATUS(status) != (expected ? atoi(expected) : 0)) {
        fprintf(stderr, "measure: '%s' failed\n", command[0]);
        exit(1);
    }
    if (usage.ru_maxrss > *peak_kib)
        *peak_kib = usage.ru_maxrss;
    return time;
}

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

int
main(int argc, char **argv)
{
    const char *before = getenv("MEASURE_BEFORE");
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    long peak_kib = 0;

    if (runs < 1) {
        fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
        return 2;
    }
    double *times = calloc((size_t)runs, sizeof *times);

    for (int i = 0; i < runs; i++) {
        if (before && system(before) != 0)
            return 1;
        times[i] = run_once(argv + 2, &peak_kib);
    }
    qsort(times, (size_t)runs, sizeof *times, compare);
    printf("%.1f %.1f %ld\n", times[runs / 2], times[0], peak_kib);
    free(times);
    return 0;
}
