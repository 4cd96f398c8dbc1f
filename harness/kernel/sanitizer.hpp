// SPDX-License-Identifier: GPL-2.0-only
// HMEMFUZZ_ASAN says that AddressSanitizer is compiled in. Its macros for poisoning do nothing without
// it.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define HMEMFUZZ_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HMEMFUZZ_ASAN 1
#endif
#endif

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)                                                   \
    (static_cast<void>(address), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size)                                                 \
    (static_cast<void>(address), static_cast<void>(size))
#endif
