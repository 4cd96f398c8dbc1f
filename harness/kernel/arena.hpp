// SPDX-License-Identifier: GPL-2.0-only
// Memory for the objects of one run: handed out once each, given back all at once.
//
// Covers: zeroed memory behind a redzone, the number of the object around an address, poison for
// AddressSanitizer on everything that is no live object.
// Does not cover: which object is freed, and what an access to one means (object.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace kernel {

class Arena {
public:
    // No object's number: all bits but the one that marks a freed object's granules.
    static constexpr std::uint32_t none = ~std::uint32_t{0} >> 1;
    // Before each object: an address that is off by the size of a member or two is poisoned, too, and
    // known to belong to the object.
    static constexpr std::size_t redzone_bytes = 32;

    Arena() = default;
    ~Arena();
    Arena(const Arena &) = delete;
    Arena &operator=(const Arena &) = delete;

    // Start of `size` zeroed bytes, aligned as by malloc.
    char *allocate(std::size_t size, std::uint32_t number);
    // The number given with the object whose redzone or memory, rounded up to granules, holds the
    // address; or none.
    std::uint32_t number_at(const void *pointer) const { return entry_at(pointer) & ~freed_bit; }
    // Whether there is such an object, and it was marked.
    bool is_freed_at(const void *pointer) const { return (entry_at(pointer) & freed_bit) != 0; }
    // Whether number_at() and is_freed_at() answer at once: the address is in the first chunk.
    bool is_near(const void *pointer) const
    {
        return reinterpret_cast<std::uintptr_t>(pointer) - first_ < chunk_bytes;
    }
    // An object's own address.
    void mark_freed(const void *object);
    // Everything is given back.
    void clear();

private:
    // An object's share starts at a multiple of this.
    static constexpr std::size_t granule_bytes = 64;
    // A run with sixteen ranges and regions fits into one; more are made when needed and kept.
    static constexpr std::size_t chunk_bytes = 256 * 1024;
    static constexpr std::size_t chunk_granules = chunk_bytes / granule_bytes;

    // Of an entry; the others are the object's number, or none.
    static constexpr std::uint32_t freed_bit = std::uint32_t{1} << 31;

    struct Chunk {
        char *memory;
        std::size_t used; // granules
        // Of each granule and one more: `none` where no object is.
        std::unique_ptr<std::uint32_t[]> entries;
    };

    static constexpr std::size_t granules_of(std::size_t size)
    {
        return (redzone_bytes + size + granule_bytes - 1) / granule_bytes;
    }
    // Nearly every run has one chunk.
    std::uint32_t entry_at(const void *pointer) const
    {
        return is_near(pointer) ? near_entry(pointer) : entry_elsewhere(pointer);
    }
    std::uint32_t &near_entry(const void *pointer) const
    {
        return first_entries_[(reinterpret_cast<std::uintptr_t>(pointer) - first_) / granule_bytes];
    }
    std::uint32_t entry_elsewhere(const void *pointer) const;
    std::uint32_t *find_elsewhere(const void *pointer) const;

    Chunk &chunk_with_room(std::size_t granules)
    {
        if (in_use_ > 0 && chunk_granules - chunks_[in_use_ - 1].used >= granules) [[likely]]
            return chunks_[in_use_ - 1];
        return next_chunk(granules);
    }
    Chunk &next_chunk(std::size_t granules);

    std::vector<Chunk> chunks_;
    std::size_t in_use_ = 0; // of them; the last of these is filled
    // Of the first chunk, in use or not; without one, an address that nothing has.
    std::uintptr_t first_ = ~(chunk_bytes - 1);
    std::uint32_t *first_entries_ = nullptr;
};

} // namespace kernel
