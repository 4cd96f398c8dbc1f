// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace kernel {

void harness_failure(const char *what, const char *file, int line)
{
    std::fprintf(stderr,
                 "HARNESS FAILURE (a bug of hmemfuzz, not of the code under test): %s:%d: %s\n",
                 file, line, what);
    std::abort();
}

} // namespace kernel
