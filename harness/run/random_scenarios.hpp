// SPDX-License-Identifier: GPL-2.0-only
// For tests: random scenarios from random bytes, and the comparison of two runs.
#pragma once

#include "drivers/registry.hpp"
#include "run/machine.hpp"
#include "scenario/wire.hpp"

#include <cstring>
#include <random>
#include <string>
#include <string_view>

namespace run::testing {

// Enough for about six layout records, six operations and some switches.
inline constexpr std::size_t random_bytes_max = 200;

inline scenario::Scenario random_scenario(std::mt19937_64 &random)
{
    std::vector<std::uint8_t> bytes(random() % random_bytes_max);
    for (std::uint8_t &byte : bytes)
        byte = static_cast<std::uint8_t>(random());
    return scenario::decode(bytes, drivers::revision_ids());
}

inline std::string_view text_of(const char *text) { return text != nullptr ? text : ""; }

inline bool same_event(const kernel::Event &left, const kernel::Event &right)
{
    return left.kind == right.kind && left.detail == right.detail && left.task == right.task &&
           left.object == right.object && left.other == right.other && left.value == right.value &&
           left.extra == right.extra && left.start == right.start && left.end == right.end &&
           text_of(left.function) == text_of(right.function) &&
           text_of(left.caller) == text_of(right.caller);
}

// Index of the first record in which the runs differ, or -1.
inline std::ptrdiff_t first_difference(const kernel::Events &left, const kernel::Events &right)
{
    const std::size_t common = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < common; ++i)
        if (!same_event(left[i], right[i]))
            return static_cast<std::ptrdiff_t>(i);
    return left.size() == right.size() ? -1 : static_cast<std::ptrdiff_t>(common);
}

} // namespace run::testing
