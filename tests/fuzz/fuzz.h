/* What a fuzz target defines. It is built twice: by `make check` with replay.c, which runs it over
 * tests/fuzz/corpus/NAME, and by hand as a libFuzzer target (see replay.c). */
#ifndef MIG_TESTS_FUZZ_H
#define MIG_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Runs the code under test on one input; aborts when something is wrong. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
