// SPDX-License-Identifier: GPL-2.0-only
// What an exploration of all programs found, as a file, as explore_state.hpp does it for one program.
//
// Covers: writing and reading, with the program of each finding. Does not cover: what a person reads.
#pragma once

#include "cli/explore_state.hpp"
#include "run/programs.hpp"

#include <string>
#include <vector>

namespace cli {

struct ProgramSearch {
    const drivers::Revision *revision = nullptr;
    std::vector<run::NamedLayout> layouts;
    run::ProgramOptions options; // as far as bounds and parts go
};

// Whether that is what program_search_json gives.
bool is_of_programs(const Json &search);

Json program_search_json(const ProgramSearch &search);
// Complete with what program_search_json gives under "search" and this under "found".
Json programs_json(const run::ExploredPrograms &found);

// Of the names, in their order; all that are run unasked if there are none. Throws Failure (bad input).
std::vector<run::NamedLayout> choose_layouts(const std::vector<std::string> &names);

struct UnitedPrograms {
    ProgramSearch search;
    run::ExploredPrograms found;
};
// Throws Failure (bad input).
UnitedPrograms unite_programs(const Parts &parts);

void write_state(const std::string &path, const ProgramSearch &search,
                 const std::vector<run::ExploredPrograms> &parts);
std::vector<run::ExploredPrograms> read_state(const std::string &path, const ProgramSearch &search,
                                              std::size_t jobs);

} // namespace cli
