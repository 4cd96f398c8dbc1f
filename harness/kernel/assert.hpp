// SPDX-License-Identifier: GPL-2.0-only
// Assertions of the harness itself. They are not properties of the code under test: a failure here
// is a bug of ours, is printed as such, and aborts in every build.
#pragma once

namespace kernel {

[[noreturn]] void harness_failure(const char *what, const char *file, int line);

} // namespace kernel

#define HARNESS_ASSERT(condition)                                                                  \
    ((condition) ? static_cast<void>(0) : ::kernel::harness_failure(#condition, __FILE__, __LINE__))
