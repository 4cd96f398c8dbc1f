// SPDX-License-Identifier: GPL-2.0-only
// Every program within bounds: actors with every list of at most so many operations, over named
// layouts, each on every schedule within bounds (explore.hpp).
//
// Covers: programs up to the names of actors and to actors that do nothing. Their order counts: who
// comes first goes on first where nobody switches, so that the other order would take a switch more.
// Does not cover: faults, revisions compared with each other.
#pragma once

#include "run/explore.hpp"

#include <limits>
#include <span>
#include <string_view>

namespace run {

// Two actors with two operations each are 600,000 programs for a layout; every operation more
// multiplies that by about 800. Four would take years.
inline constexpr std::size_t program_operations_max = 3;
inline constexpr std::size_t program_switches_default = 1;
// Programs that are run for the estimate, spread evenly over all.
inline constexpr std::size_t program_samples = 200;

struct NamedLayout {
    std::string_view name;
    scenario::Layout layout;
};

// No Soft Reserved range; one in a window with a region of each kind of assembly; one outside. All
// programs are run over these unless others are named.
std::span<const NamedLayout> program_layouts();

// Others: two ranges in a window, one of which may be the second device's.
std::span<const NamedLayout> more_program_layouts();

// What an actor can do there that is about something: the table of operations with every operand.
std::vector<scenario::Operation> operations_over(const drivers::Revision &revision,
                                                 const scenario::Layout &layout);

struct ExploredPrograms;

struct ProgramOptions {
    std::size_t operations_max = 2; // of each actor
    std::size_t actors_max = 2;
    std::size_t switches_max = program_switches_default;
    bool in_turn = true; // as in ExploreOptions
    bool reduced = false;
    // As in ExploreOptions, of the programs in their order.
    std::size_t shard = 0;
    std::size_t shards = 1;
    // Of the programs of this part only every so-manieth.
    std::uint64_t stride = 1;
    // Of all programs no more are made: what is found is then not the whole, nor is there a place to go
    // on at.
    std::uint64_t runs_max = std::numeric_limits<std::uint64_t>::max();
    // Called before each run with the number of those made of its program; false: stop. That program
    // is left out of what was found.
    std::function<bool(std::uint64_t)> go_on;
    // Goes on where that search was stopped, and adds to what it found; nullptr: from the beginning.
    // Throws std::invalid_argument if its place is none of this search.
    const ExploredPrograms *from = nullptr;
    bool reached = false; // as in ExploreOptions
};

// Programs on one layout, the empty one among them. As a double: what is too many is only shown.
double program_count(std::size_t operations, const ProgramOptions &options);

struct ProgramRow {
    ExploredRow row;            // of the smallest program, its counts over all
    std::uint64_t programs = 0; // that show it
    std::size_t operations = 0; // of the smallest
    std::uint64_t place = 0;    // of the smallest, among all programs
    std::string_view layout;
    scenario::Scenario scenario;
};

struct ExploredPrograms {
    std::uint64_t programs = 0;
    Explored total; // its rows stand below
    std::vector<ProgramRow> rows;
    std::uint64_t next = 0; // if it was stopped: the place of the program to go on with
};

ExploredPrograms explore_programs(Machine &machine, const drivers::Revision &revision,
                                  std::span<const NamedLayout> layouts,
                                  const ProgramOptions &options);

// Operations of all actors.
std::size_t operations_of(const scenario::Scenario &scenario);

// Takes in what another part gave.
void merge(ExploredPrograms &whole, ExploredPrograms part);

} // namespace run
