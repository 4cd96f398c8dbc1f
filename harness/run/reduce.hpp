// SPDX-License-Identifier: GPL-2.0-only
// Every schedule of a program, up to the order of steps that touch nothing in common: of schedules
// that differ only in that, one is run to its end. It shows the same verdict and final state.
//
// Dynamic partial-order reduction with source sets and sleep sets, stateless, by re-execution
// (Flanagan and Godefroid 2005; Abdulla, Aronis, Jonsson and Sagonas 2014). Steps depend on each other
// if what they touch (kernel/footprint.hpp) conflicts, if one made the other's task, or if one keeps the
// other's task from going on.
//
// A fault is part of the program: of each set of calls that could fail, all schedules in which all of them
// do are searched. Which calls there are the runs with fewer faults tell: schedules that differ only in
// the order of independent steps make the same ones, since a role's calls depend on each other where one
// of them is to fail.
//
// Covers: all schedules, of any number of switches, with up to so many faults beside the scenario's own.
// Does not cover: bounds on switches: of equivalent schedules the one that is run is not the one with the
// fewest.
#pragma once

#include "run/explore.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace run {

// Of the options: faults_max, shard, shards, go_on, from and reached. With faults_max, parts share the sets of as
// many faults among them; whoever wants to know the calls runs the smaller sets all the same.
Explored reduce(Machine &machine, const drivers::Revision &revision,
                const scenario::Scenario &scenario, const ExploreOptions &options);

// The search of one program, as reduce() makes it of each set of faults.
struct Reduction {
    // The last so many of the scenario's are what is searched for: a run in which one of them does not
    // come to pass, or meets a call that fails anyway, belongs to a smaller set.
    std::size_t faults = 0;
    bool counts = true;                          // false: another part counts what is found
    std::vector<kernel::Fault> *calls = nullptr; // gets those that could have failed, each once
    Position from;                               // empty: from the beginning
    std::uint64_t runs = 0;                      // made before
};

// Adds to what was found. Of the options: shard, shards and go_on. Stopped, it says where to go on.
void reduce_program(Machine &machine, const drivers::Revision &revision,
                    const scenario::Scenario &scenario, const ExploreOptions &options,
                    Reduction &reduction, Explored &found);

} // namespace run
