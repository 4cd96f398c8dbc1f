// SPDX-License-Identifier: GPL-2.0-only
// Ways to make a scenario simpler without dropping a part of it, one a row.
//
// Covers: what the simpler scenarios are. Does not cover: whether one still shows what it should
// (minimize.hpp). Each row goes one way only, so that trying them again and again comes to an end.
#pragma once

#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace run {

// A scenario and a run of it, which tells what its indices meant.
struct Recorded {
    const scenario::Scenario &scenario;
    const Result &result;
};

struct Simplification {
    std::string_view name; // as it is after "simpler: "
    // Each one step simpler than the recorded one, the boldest step first.
    std::vector<scenario::Scenario> (*candidates)(const Recorded &);
};

// Switches, faults and devices by name, not by number: `ROLE before POINT OBJECT #N -> ROLE2`. Worth
// doing before any part is dropped: names stand when numbers shift.
std::vector<scenario::Scenario> named(const Recorded &recorded);

// Two actors made one: their operations in the order in which they ran, or one after the other.
std::vector<scenario::Scenario> merged_actors(const Recorded &recorded);

// Fewer different ends of ranges; each on the grid of the wire form, as low as the others allow.
std::vector<scenario::Scenario> simpler_ranges(const Recorded &recorded);

// All of them.
std::span<const Simplification> simplifications();

} // namespace run
