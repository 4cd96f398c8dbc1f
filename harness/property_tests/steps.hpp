// SPDX-License-Identifier: GPL-2.0-only
// A random scenario as a list of small records, each of which makes sense alone: taking one away, or
// a number down, leaves a scenario. That is what lets RapidCheck shrink to a short story.
#pragma once

#include "scenario/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace property_tests {

enum class StepKind : std::uint8_t {
    operation,
    indexed_switch,
    soft_reserved,
    window,
    region,
    actor
};
inline constexpr std::uint8_t step_kinds = 6;

// The numbers' meaning depends on the kind; every value is valid.
struct Step {
    StepKind kind{};
    std::uint8_t first = 0;
    std::uint8_t second = 0;
    std::uint8_t third = 0;
};

// Ranges are multiples of 256 MiB within 8 GiB, so that they touch and overlap each other often.
scenario::Scenario build(const std::vector<Step> &steps);

// What a property ran last before it failed is its smallest counterexample: keeps it as a file.
// Returns the file's path.
std::string keep_counterexample(const scenario::Scenario &scenario, const std::string &name);

} // namespace property_tests
