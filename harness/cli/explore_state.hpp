// SPDX-License-Identifier: GPL-2.0-only
// What an exploration found so far, as a file: so that parts can be united (--merge) and one that was
// stopped can go on (--resume).
//
// Covers: writing and reading. Of a finding the schedule is written; reading runs it again. Does not
// cover: what a person reads (report/explore_text.hpp).
#pragma once

#include "cli/json.hpp"
#include "drivers/registry.hpp"
#include "run/explore.hpp"
#include "scenario/scenario.hpp"

#include <string>
#include <vector>

namespace cli {

// What is explored: two files are about the same if this is the same.
struct Search {
    const drivers::Revision &revision;
    const scenario::Scenario &scenario;
    const run::ExploreOptions &options;
};

Json search_json(const Search &search);
// Complete with what search_json gives under "search" and explored_json under "found".
Json explored_json(const run::Explored &found, const scenario::Scenario &scenario);

struct United {
    scenario::Scenario scenario;
    const drivers::Revision *revision = nullptr;
    run::ExploreOptions options; // as far as bounds go
    run::Explored found;
    std::string missing; // which parts of the whole, for people; empty: none
};
// Of files that `explore --json` wrote for parts of one exploration. Throws Failure (bad input).
United unite(const std::vector<std::string> &paths);

// A file for --resume: the parts of each job. Throws Failure where it is of another exploration.
void write_state(const std::string &path, const Search &search,
                 const std::vector<run::Explored> &parts);
// Empty if there is no such file.
std::vector<run::Explored> read_state(const std::string &path, const Search &search,
                                      std::size_t jobs);

} // namespace cli
