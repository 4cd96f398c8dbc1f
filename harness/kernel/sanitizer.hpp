// SPDX-License-Identifier: GPL-2.0-only
// HMEMFUZZ_ASAN says that AddressSanitizer is compiled in. What it is told and asked does nothing
// without it; by functions, so that who tells it need not be looked at (harness/CMakeLists.txt).
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define HMEMFUZZ_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HMEMFUZZ_ASAN 1
#endif
#endif

#include <cstddef>

namespace kernel {

// An access to it is reported, until it is unpoisoned.
void poison(const void *memory, std::size_t bytes);
void unpoison(const void *memory, std::size_t bytes);
// Reports a byte that must not be accessed.
void look_at(const void *byte);

} // namespace kernel
