// SPDX-License-Identifier: GPL-2.0-only
// Whole scenarios: the one generator that property tests, the mutator, the corpus and benchmarks
// share.
//
// Covers: a valid scenario within the bounds from any source, the same on every machine. Does not
// cover: a revision to run it on, a title, promises: those are not what a run is made of.
#pragma once

#include "generators/weights.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>

namespace generators {

// What a target's runs make of a scenario.
enum class Runs : std::uint8_t {
    scheduled,
    sequential, // as if it had neither switches nor faults: to make or edit those is wasted
};

// How much there may be of each, at most what bounds.hpp allows.
struct Size {
    std::size_t shapes = 4;
    std::size_t operations = 16; // of all actors together
    std::size_t switches = 24;
    std::size_t faults = 3;
};

// What new scenarios have where nothing else is asked for.
constexpr Size size_for(Runs runs)
{
    Size size;
    if (runs == Runs::sequential)
        size.switches = size.faults = 0;
    return size;
}

// With swarm weights of its own.
scenario::Scenario make_scenario(Source &source, const Size &size = {});

// With these weights.
scenario::Scenario make_scenario(Source &source, const Weights &weights, const Size &size);

} // namespace generators
