#include "cmd/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t asked; /* the signal; 0: none */

static void
on_signal(int number)
{
    if (asked == 0) {
        asked = number;
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void
handle(int number)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, old;

    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void
interrupt_begin(void)
{
    handle(SIGINT);
    handle(SIGTERM);
}

gboolean
interrupt_asked(gpointer user_data)
{
    return asked != 0;
}

void
interrupt_finish(void)
{
    if (asked == 0)
        return;
    signal(asked, SIG_DFL);
    raise(asked);
}
