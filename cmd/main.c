#include "build-config.h"

#include <stdio.h>

int
main(void)
{
    puts("migrate " PACKAGE_VERSION);
    return 0;
}
