#include "build-config.h"

#include <locale.h>
#include <stdio.h>

#include "cmd/help.h"
#include "cmd/interrupt.h"
#include "cmd/options.h"
#include "cmd/output.h"

static int
show_help(const Command *command)
{
    g_autofree char *text = command ? help_command(command) : help_overview();

    out("%s", text);
    return 0;
}

static int
run(Invocation *invocation, GError **error)
{
    if (invocation_has(invocation, "help"))
        return show_help(invocation->command);
    if (invocation_has(invocation, "version")) {
        out("migrate %s\n", PACKAGE_VERSION);
        return 0;
    }
    if (invocation->command)
        return invocation->command->run(invocation, error);
    g_autofree char *overview = help_overview();

    fputs(overview, stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    Invocation invocation = {0};
    g_autoptr(GError) error = NULL;
    int status = -1;

    output_begin();
    setlocale(LC_CTYPE, "");
    if (options_parse((const char *const *)argv + MIN(argc, 1), &invocation, &error))
        status = run(&invocation, &error);
    g_autoptr(GError) write_error = NULL;

    if (!output_finish(&write_error) && !error)
        error = g_steal_pointer(&write_error);
    if (error) {
        report_error(&invocation, error);
        status = mig_error_exit_status(error);
    }
    invocation_clear(&invocation);
    if (error)
        interrupt_finish();
    return status;
}
