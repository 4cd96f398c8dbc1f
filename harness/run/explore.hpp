// SPDX-License-Identifier: GPL-2.0-only
// Every schedule of a program, within bounds: what no run of them shows is not there.
//
// The program is the scenario without its switches. Its decisions are the points at which another
// task could run, the places where a task blocks or ends and more than one could go on, and the calls
// that could fail; the default schedule decides for none of them. A run is
// told by where it decides otherwise, and each such list is run once: it is extended only behind its
// last entry, by one more switch or fault.
//
// Covers: every placement of at most so many switches and additional faults. Does not cover: fewer
// runs by recognising equivalent schedules.
#pragma once

#include "drivers/registry.hpp"
#include "properties/exceptions.hpp"
#include "run/campaign.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace run {

// Of n choices about n^K / K! schedules have K switches: with the usual 50 to 150 these are a few
// thousand for 2, which takes less than a second, and most of a million for 3.
inline constexpr std::size_t explore_switches_default = 2;

// Where a search was stopped, as lines of text: the choices that lead to the schedule it would have
// run next, and what it knows of them. Only for the same program, revision, options and build.
using Position = std::vector<std::string>;

struct Explored;

struct ExploreOptions {
    std::size_t switches_max = explore_switches_default;
    std::size_t faults_max = 0; // beside those of the scenario
    // First all schedules without a switch, then those with one, ...: of a search that is stopped, all
    // of few switches were run. It repeats the shorter lists on the way to the longer ones: one run in
    // fifty for two switches, eight times all of them for as many as there can be.
    bool in_turn = true;
    // Of schedules of any number of switches that differ only in the order of steps that touch nothing
    // in common, one (reduce.hpp). Bounds on switches and in_turn mean nothing then.
    bool reduced = false;
    // Of `shards` parts that together are the whole this one, from 0. Split is by the first departure
    // from the default schedule; the run without any belongs to the first part.
    std::size_t shard = 0;
    std::size_t shards = 1;
    // The parts i, i + shards / jobs, i + 2 * (shards / jobs), ... together are the part i of shards / jobs,
    // whatever `jobs` is.
    std::size_t jobs = 1;
    // Called before each run with the number of those made; false: stop.
    std::function<bool(std::uint64_t)> go_on;
    // Goes on where that search was stopped, and adds to what it found; nullptr: from the beginning.
    // Throws std::invalid_argument if its position is none of this search.
    const Explored *from = nullptr;
    // Whether somebody asks what the schedules came across.
    bool reached = false;

    // All that a campaign asks for; otherwise what is judged and how runs end.
    Recording recording() const { return reached ? Recording::everything : Recording::ends; }
};

// What shows on some schedule: an identity, and how it is judged.
struct ExploredRow {
    properties::Finding finding; // of the first schedule, in all of its records
    std::uint64_t runs = 0;      // that show it
    // The schedule with the fewest switches, then faults, that shows it; of several the first.
    std::vector<kernel::Switch> switches;
    std::vector<kernel::Fault> faults; // the scenario's own come first
};

struct Explored {
    // Each schedule is in one of these, and in one of `by_switches`.
    std::uint64_t complete = 0;
    std::uint64_t blocked = 0;    // stopped: a deadlock, an oops, no end
    std::uint64_t unmodelled = 0; // no verdict
    std::uint64_t unfired = 0; // complete or blocked, but a fault of the scenario's own never fired
    std::vector<std::uint64_t> by_switches;
    // Runs of fewer switches that were made again on the way to those of more.
    std::uint64_t repeated = 0;
    bool reduced = false;
    std::uint64_t pruned = 0;  // given up, because an equivalent schedule was run: no schedules
    std::uint64_t deepest = 0; // steps of the longest run
    std::set<std::uint64_t> final_states;
    std::vector<ExploredRow> rows; // from what matters most to what matters least
    std::string why_unmodelled;    // the first reason
    bool configurable = true;      // false: the revision has no such kernel
    // Choices so late that no switch or fault can name them: the rest is then not the whole.
    std::uint64_t out_of_reach = 0;
    bool stopped = false;             // by go_on
    Position next;                    // then: where to go on
    bool exhausted = false;           // no schedule has more switches than those that were run
    std::optional<Campaign> campaign; // of the schedules, if somebody asked

    std::uint64_t schedules() const { return complete + blocked + unmodelled; }
    bool is_whole() const { return !stopped && out_of_reach == 0; }
    // Whether no schedule is what the scenario says: a clean one would prove nothing.
    bool says_nothing() const { return unmodelled + unfired == schedules() && schedules() > 0; }
    std::size_t count(properties::Status status) const;
};

// The scenario must have room for that many switches alone, and for the faults beside its own.
Explored explore(Machine &machine, const drivers::Revision &revision,
                 const scenario::Scenario &scenario, const ExploreOptions &options = {});

// Takes in what another part of the same exploration gave; `whole` was one itself.
void merge(Explored &whole, const Explored &part);

// The scenario that shows the row, without switches that it shows without, the others by name as far
// as names tell it apart. If more than bounds::switches_max are left, no file can hold it.
scenario::Scenario shown_by(Machine &machine, const drivers::Revision &revision,
                            const scenario::Scenario &scenario, const ExploredRow &row);

} // namespace run
