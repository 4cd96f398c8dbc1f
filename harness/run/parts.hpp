// SPDX-License-Identifier: GPL-2.0-only
// The parts that a scenario can do without, one kind a row: what a minimiser tries to drop.
//
// Covers: counting and dropping, with whatever speaks of what is gone. Does not cover: which parts a
// violation needs (minimize.hpp), making a part simpler (simpler.hpp).
#pragma once

#include "scenario/scenario.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace run {

struct Part {
    std::string_view name; // of several: "operations"
    std::size_t (*count)(const scenario::Scenario &);
    // Takes away `count` of them, from `first` on (from 0). Operations count through all actors, in
    // order. What names an actor, a region or the second device goes with it; the actors that stay
    // keep their names, save for those that a decoder made up from their places. The switches that
    // stay come at the points they came at, as far as the run is still the same.
    void (*drop)(scenario::Scenario &, std::size_t first, std::size_t count);
};

// From what takes most with it to what takes nothing.
std::span<const Part> parts();

// Drops all at once, then halves, quarters, ... and at last each alone; the later ones first, which
// often are there only because an engine went on. `attempt` says whether it can do without: then
// `present` has become that one. Whether anything was dropped.
bool drop_parts(const Part &part, const scenario::Scenario &present,
                const std::function<bool(scenario::Scenario)> &attempt);

// Gives each actor the place `places` has for it, or none if that is negative; actors are not moved.
// Switches and faults follow. A switch from an actor to itself is none.
void follow_actors(scenario::Scenario &scenario, std::span<const int> places);

} // namespace run
