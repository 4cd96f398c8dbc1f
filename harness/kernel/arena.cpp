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
        Chunk &chunk = chunks_.emplace_back();
        chunk = {memory, 0, std::make_unique_for_overwrite<std::uint32_t[]>(chunk_granules + 1)};
        std::fill_n(chunk.entries.get(), chunk_granules + 1, none);
        first_ = reinterpret_cast<std::uintptr_t>(chunks_.front().memory);
        first_entries_ = chunks_.front().entries.get();
    }
    return chunks_[in_use_++];
}

std::uint32_t *Arena::find_elsewhere(const void *pointer) const
{
    for (std::size_t i = 1; i < in_use_; ++i) {
        // Below the chunk it wraps around, to beyond its end.
        const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(pointer) -
                                      reinterpret_cast<std::uintptr_t>(chunks_[i].memory);
        if (offset < chunk_bytes)
            return &chunks_[i].entries[offset / granule_bytes];
    }
    return nullptr;
}

std::uint32_t Arena::entry_elsewhere(const void *pointer) const
{
    const std::uint32_t *entry = find_elsewhere(pointer);
    return entry != nullptr ? *entry : none;
}

char *Arena::allocate(std::size_t size, std::uint32_t number)
{
    const std::size_t granules = granules_of(size);
    Chunk &chunk = chunk_with_room(granules);
    std::fill_n(chunk.entries.get() + chunk.used, granules, number);
    char *object = chunk.memory + chunk.used * granule_bytes + redzone_bytes;
    chunk.used += granules;
    unpoison(object, size);
    std::memset(object, 0, size);
    return object;
}

void Arena::mark_freed(const void *object)
{
    std::uint32_t *entry = is_near(object) ? &near_entry(object) : find_elsewhere(object);
    HARNESS_ASSERT(entry != nullptr);
    const std::uint32_t number = *entry & ~freed_bit;
    // Each number is given once, and behind the last granule of a chunk lies an entry that is none.
    do
        *entry++ |= freed_bit;
    while ((*entry & ~freed_bit) == number);
}

void Arena::clear()
{
    for (std::size_t i = 0; i < in_use_; ++i) {
        Chunk &chunk = chunks_[i];
        poison(chunk.memory, chunk.used * granule_bytes);
        std::fill_n(chunk.entries.get(), chunk.used, none);
        chunk.used = 0;
    }
    in_use_ = 0;
}

} // namespace kernel
