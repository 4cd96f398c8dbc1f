// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/sanitizer.hpp"

#ifdef HMEMFUZZ_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace kernel {

void poison([[maybe_unused]] const void *memory, [[maybe_unused]] std::size_t bytes)
{
#ifdef HMEMFUZZ_ASAN
    __asan_poison_memory_region(memory, bytes);
#endif
}

void unpoison([[maybe_unused]] const void *memory, [[maybe_unused]] std::size_t bytes)
{
#ifdef HMEMFUZZ_ASAN
    __asan_unpoison_memory_region(memory, bytes);
#endif
}

void look_at(const void *byte) { static_cast<void>(*static_cast<const volatile char *>(byte)); }

} // namespace kernel
