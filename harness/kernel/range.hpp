// SPDX-License-Identifier: GPL-2.0-only
// A range of physical addresses, in bytes, both ends inclusive, as the kernel prints them.
#pragma once

#include <cstdint>

namespace kernel {

struct Range {
    std::uint64_t start = 0;
    std::uint64_t end = 0;

    friend constexpr bool operator==(const Range &, const Range &) = default;
    // Number of bytes; 0 for the one range that covers all 2^64 addresses.
    constexpr std::uint64_t size() const { return end - start + 1; }
    constexpr bool overlaps(const Range &other) const
    {
        return start <= other.end && end >= other.start;
    }
    constexpr bool contains(const Range &other) const
    {
        return start <= other.start && end >= other.end;
    }
};

} // namespace kernel
