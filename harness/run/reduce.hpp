// SPDX-License-Identifier: GPL-2.0-only
// Every schedule of a program, up to the order of steps that touch nothing in common: of schedules
// that differ only in that, one is run to its end. It shows the same verdict and final state.
//
// Dynamic partial-order reduction with source sets and sleep sets, stateless, by re-execution
// (Flanagan and Godefroid 2005; Abdulla, Aronis, Jonsson and Sagonas 2014). Steps depend on each other
// if what they touch (kernel/footprint.hpp) conflicts, if one made the other's task, or if one keeps the
// other's task from going on.
//
// Covers: all schedules, of any number of switches. Does not cover: faults beside the scenario's own,
// bounds on switches: of equivalent schedules the one that is run is not the one with the fewest.
#pragma once

#include "run/explore.hpp"

namespace run {

// Of the options: shard, shards and go_on.
Explored reduce(Machine &machine, const drivers::Revision &revision,
                const scenario::Scenario &scenario, const ExploreOptions &options);

} // namespace run
