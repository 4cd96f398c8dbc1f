// SPDX-License-Identifier: GPL-2.0-only
// What fuzzers call to make a new input from one or two: a scenario is decoded, edited and encoded.
//
// Covers: the custom mutator and crossover of libFuzzer and Centipede. Does not cover: engines that
// know no custom mutator; the wire form is good without one.
#pragma once

#include "generators/aimed_edits.hpp"
#include "generators/scenarios.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace generators {

using Bytes = std::vector<std::uint8_t>;

// Changes the first `size` of `size_max` bytes in place, and returns the new size.
using ByteMutator = std::size_t (*)(std::uint8_t *data, std::size_t size, std::size_t size_max);

// Runs a scenario and says what it came past; the same each time.
using LookAhead = Passed (*)(const scenario::Scenario &scenario);

// What mutate() may ask for help, either can be nullptr, and what its inputs are for.
struct Help {
    ByteMutator by_bytes = nullptr;
    LookAhead look_ahead = nullptr; // of no use to sequential runs, and not asked then
    Runs runs = Runs::scheduled;
};

// The input after one edit or a few, at most `size_max` bytes; now and then edited by bytes, or by
// what a run of it came past. The same arguments give the same bytes. What `by_bytes` does is the
// engine's, though.
Bytes mutate(std::span<const std::uint8_t> input, std::size_t size_max, std::uint64_t seed,
             const Help &help = {});

// A child of both, or, as often, of the left one alone, as from mutate().
Bytes cross_over(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                 std::size_t size_max, std::uint64_t seed, const Help &help = {});

// A new scenario that owes nothing to any other.
Bytes generate(std::size_t size_max, std::uint64_t seed, Runs runs = Runs::scheduled);

} // namespace generators
