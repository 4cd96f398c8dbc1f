// SPDX-License-Identifier: GPL-2.0-only
// What fuzzers call to make a new input from one or two: a scenario is decoded, edited and encoded.
//
// Covers: the custom mutator and crossover of libFuzzer and Centipede. Does not cover: engines that
// know no custom mutator; the wire form is good without one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace generators {

using Bytes = std::vector<std::uint8_t>;

// Changes the first `size` of `size_max` bytes in place, and returns the new size.
using ByteMutator = std::size_t (*)(std::uint8_t *data, std::size_t size, std::size_t size_max);

// The input after one edit or a few, at most `size_max` bytes; now and then `by_bytes` does it, unless
// it is nullptr. The same arguments give the same bytes. What `by_bytes` does is the engine's, though.
Bytes mutate(std::span<const std::uint8_t> input, std::size_t size_max, std::uint64_t seed,
             ByteMutator by_bytes);

// A child of both.
Bytes cross_over(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                 std::size_t size_max, std::uint64_t seed);

// A new scenario that owes nothing to any other.
Bytes generate(std::size_t size_max, std::uint64_t seed);

} // namespace generators
