// SPDX-License-Identifier: GPL-2.0-only
// What an exploration found so far, as a file: so that parts can be united (--merge) and one that was
// stopped can go on (--resume).
//
// Covers: writing and reading, of one program and what that has in common with all of them
// (explore_programs_state.hpp). Of a finding the schedule is written; reading runs it again. Does not
// cover: what a person reads (report/explore_text.hpp).
#pragma once

#include "cli/explore.hpp"
#include "cli/failure.hpp"
#include "cli/json.hpp"
#include "drivers/registry.hpp"
#include "run/explore.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
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

// What explored_json wrote; its rows are in `json` under "rows". `reached`: with a campaign.
run::Explored read_explored(const Json &json, const drivers::Revision &revision,
                            const scenario::Scenario &scenario, bool reached);
Json row_state_json(const run::ExploredRow &row, const scenario::Scenario &scenario);
run::ExploredRow read_row(const Json &json, run::Machine &machine,
                          const drivers::Revision &revision, scenario::Scenario scenario);

// Of runs in one file: the sum over as many parts as there can be is still a number. At a million a second it
// takes six years.
inline constexpr std::uint64_t count_max = std::numeric_limits<std::uint64_t>::max() / shards_max;
// Throws Failure unless it is a whole number, not negative, and no more than that.
std::uint64_t read_count(const Json &json, const char *key, std::uint64_t max = count_max);
// The same of the number itself; `key`: what it is called.
std::uint64_t count_of(const Json &json, const char *key, std::uint64_t max);
// Throws Failure: what is no list would be read as an empty one.
const Json &read_list(const Json &json, const char *key);
const drivers::Revision &read_revision(const Json &json);

// What it says, without the library's name and number of it.
std::string why_not(const Json::exception &error);

// What is wrong inside is told with the name of the file.
template <class Read> auto reading(const std::string &path, Read read)
{
    try {
        return read();
    } catch (const Json::exception &error) {
        throw Failure(exit_bad_input, fmt::format("{}: {}", path, why_not(error)));
    } catch (const Failure &failure) {
        throw Failure(failure.code(), fmt::format("{}: {}", path, failure.what()));
    }
}

// What `explore --json` wrote for parts of one exploration: what is explored, and of each file what
// was found.
struct Parts {
    struct Part {
        std::string path;
        Json found;
    };
    Json search;
    std::vector<Part> parts;
    std::string missing; // which parts of the whole, for people; empty: none
};
// Throws Failure (bad input) where they are not of one exploration or one is there twice.
Parts read_parts(const std::vector<std::string> &paths);

struct United {
    scenario::Scenario scenario;
    const drivers::Revision *revision = nullptr;
    run::ExploreOptions options; // as far as bounds go
    run::Explored found;
};
// Throws Failure (bad input).
United unite(const Parts &parts);

// What a file for --resume is about.
struct StateOf {
    Json search;
    std::size_t shard = 0; // from 0
    std::size_t shards = 1;
};
void write_state(const std::string &path, const StateOf &of, Json jobs);
// What was found by each job; empty if there is no such file. Throws Failure where it is of another
// exploration.
Json read_state(const std::string &path, const StateOf &of, std::size_t jobs);

void write_state(const std::string &path, const Search &search,
                 const std::vector<run::Explored> &parts);
std::vector<run::Explored> read_state(const std::string &path, const Search &search,
                                      std::size_t jobs);

} // namespace cli
