// SPDX-License-Identifier: GPL-2.0-only
// Small edits of a scenario, as a person would make them who hunts a bug: one operation more, an edge
// of a range moved to its neighbour's, a switch near a step where it matters.
//
// Covers: the table of edits, and mending what an edit left without a referent. Does not cover: bytes
// (mutator.hpp).
#pragma once

#include "generators/scenarios.hpp"
#include "generators/source.hpp"
#include "scenario/scenario.hpp"

#include <span>
#include <string_view>

namespace generators {

struct Edit {
    std::string_view id;
    std::uint8_t weight;
    Runs runs; // sequential: of use to those as well
    // Does nothing if the scenario has nothing to do it to, or a bound stands against it.
    void (*apply)(scenario::Scenario &, Source &);
};

std::span<const Edit> edits();

// One edit that is of use to such runs, by weight. The scenario is valid before and after.
void edit(scenario::Scenario &scenario, Source &source, Runs runs = Runs::scheduled);

// A child of two: each part is one parent's, the other's, or the head of one and the tail of the other.
scenario::Scenario cross(const scenario::Scenario &left, const scenario::Scenario &right,
                         Source &source);

// Operations, switches and faults on what is not there (a region, an actor, hmem_platform.1) go to
// what is there, or away; actors are named by their place.
void mend(scenario::Scenario &scenario);

} // namespace generators
