// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arena.hpp"

#include "kernel/assert.hpp"
#include "kernel/sanitizer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace kernel {

Arena::~Arena()
{
    for (const Chunk &chunk : chunks_) {
        unpoison(chunk.memory, chunk_bytes);
        std::free(chunk.memory);
    }
}

Arena::Chunk &Arena::next_chunk(std::size_t granules)
{
    HARNESS_ASSERT(granules <= chunk_granules);
    if (in_use_ == chunks_.size()) {
        auto *memory = static_cast<char *>(std::aligned_alloc(granule_bytes, chunk_bytes));
        HARNESS_ASSERT(memory != nullptr);
        poison(memory, chunk_bytes);
        chunks_.push_back({memory, 0, std::make_unique<std::uint32_t[]>(chunk_granules + 1)});
    }
    return chunks_[in_use_++];
}

char *Arena::allocate(std::size_t size, std::uint32_t number)
{
    const std::size_t granules = granules_of(size);
    Chunk &chunk = chunk_with_room(granules);
    std::fill_n(chunk.entries.get() + chunk.used, granules, number);
    chunk.entries[chunk.used + granules] = none;
    char *object = chunk.memory + chunk.used * granule_bytes + redzone_bytes;
    chunk.used += granules;
    unpoison(object, size);
    std::memset(object, 0, size);
    return object;
}

std::uint32_t Arena::mark_freed(const void *object)
{
    std::uint32_t *entry = find_entry(object);
    HARNESS_ASSERT(entry != nullptr);
    const std::uint32_t number = *entry & ~freed_bit;
    // Each number is given once, and behind the last object lies an entry that is no number.
    do
        *entry++ |= freed_bit;
    while ((*entry & ~freed_bit) == number);
    return number;
}

void Arena::clear()
{
    for (std::size_t i = 0; i < in_use_; ++i) {
        Chunk &chunk = chunks_[i];
        poison(chunk.memory, chunk.used * granule_bytes);
        chunk.used = 0;
    }
    in_use_ = 0;
}

} // namespace kernel
