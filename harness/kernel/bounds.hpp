// SPDX-License-Identifier: GPL-2.0-only
// Every bound of the harness, each with its reason. Inputs beyond a bound are refused by the text
// parser and ignored by the wire decoder; nothing grows without one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bounds {

// Posted layouts have at most four ranges, two windows and four regions; 16 leaves room for the
// adjacent, nested and split variants of them and keeps an index in four bits.
inline constexpr std::size_t ranges_max = 16;
inline constexpr std::size_t windows_max = 16;
inline constexpr std::size_t regions_max = 16;

// Every interleaving in the catalogue needs at most three administrators.
inline constexpr std::size_t actors_max = 4;

// The longest catalogued story (load, resolve, unload both, reload, compare) takes eight.
inline constexpr std::size_t operations_max = 16;

// Catalogued bugs need at most three switches; 64 lets a fuzzer explore without a limit that bites.
inline constexpr std::size_t switches_max = 64;

// Error paths are single faults; pairs matter for cleanup of cleanup. 16 is generous.
inline constexpr std::size_t faults_max = 16;

// 4 actors, boot, the work items, 4 nested modprobes, and one asynchronous probe for each memdev
// and each dax region: 4 + 1 + 4 + 4 + 16 + 16, rounded up.
inline constexpr std::size_t tasks_max = 64;

// What a fuzzer sends beyond this is ignored: a scenario at every other bound takes about 2 KiB.
inline constexpr std::size_t wire_bytes_max = 64 * 1024;

// Text files are written by people; a whole scenario at every bound prints in about 20 KiB.
inline constexpr std::size_t text_bytes_max = 1024 * 1024;

// Nested calls from the kernel into driver functions: init -> probe -> walk -> device_add -> probe
// -> devres action is six deep; a cycle is a bug of the subject.
inline constexpr std::size_t call_depth_max = 16;

// Locks one task holds at once: walk + platform device + child device + memdev + root decoder.
inline constexpr std::size_t locks_held_max = 16;

// Steps (points and waits) in one run. The default schedule of the longest honest scenario takes
// well under a tenth of it; what exceeds it does not come to rest.
constexpr std::uint64_t steps_max(std::size_t operations, std::size_t ranges)
{
    return 4096 + 64 * static_cast<std::uint64_t>(operations) * (1 + ranges);
}

} // namespace bounds
