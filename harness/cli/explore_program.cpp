// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore FILE: every schedule of one program, within bounds.
#include "cli/build_id.hpp"
#include "cli/explore.hpp"
#include "cli/explore_state.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "kernel/bounds.hpp"
#include "report/campaign_text.hpp"
#include "report/explore_text.hpp"
#include "run/explore.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cli {
namespace {

constexpr std::size_t runs_shown = 1000;

// Each job is a part of the part that was asked for, on a machine of its own. `before`: where they
// go on, or empty.
std::vector<run::Explored> explore_piece(const ExploreCommandOptions &command, const Search &search,
                                         const std::vector<run::Explored> &before, Limits &limits,
                                         Progress &progress)
{
    std::vector<run::Explored> parts(command.jobs);
    run_jobs(command, [&](std::size_t job) {
        if (!before.empty() && before[job].next.empty()) { // it was through
            parts[job] = before[job];
            return;
        }
        run::ExploreOptions part = search.options;
        part.shard += search.options.shards * job;
        part.shards *= command.jobs;
        part.jobs = command.jobs;
        part.from = before.empty() ? nullptr : &before[job];
        std::uint64_t asked = 0;
        part.go_on = [&, job](std::uint64_t) {
            if (job == 0)
                progress.step();
            return !limits.is_interrupted() && !limits.is_piece_over(++asked) && limits.count_run();
        };
        run::Machine machine;
        parts[job] = run::explore(machine, search.revision, search.scenario, part);
    });
    return parts;
}

struct Kept {
    run::Explored found;
    bool is_kept = true;  // as far as it had to be
    bool went_on = false; // how long it took before nobody knows
};

// With --resume, what was found is kept until all is.
Kept explore_and_keep(const ExploreCommandOptions &command, const Search &search)
{
    std::vector<run::Explored> parts;
    if (!command.resume.empty()) {
        require_writable(command.resume);
        parts = read_state(command.resume, search, command.jobs);
    }
    const bool goes_on = !parts.empty();
    Progress progress("runs:", runs_shown);
    const auto piece = [&](Limits &limits) {
        parts = explore_piece(command, search, parts, limits, progress);
        return std::any_of(parts.begin(), parts.end(),
                           [](const run::Explored &part) { return part.stopped; });
    };
    const bool is_kept =
        explore_in_pieces(command, piece, [&] { write_state(command.resume, search, parts); });
    for (std::size_t job = 1; job < parts.size(); ++job)
        run::merge(parts[0], parts[job]);
    return {std::move(parts[0]), is_kept, goes_on};
}

Json row_json(const run::ExploredRow &row, const scenario::Scenario &shown)
{
    Json json = finding_json(row.finding);
    json["schedules"] = row.runs;
    json["switches"] = Json::array();
    for (const scenario::Switch &item : shown.switches)
        json["switches"].push_back(scenario::switch_text(item, shown.actors));
    json["faults"] = Json::array();
    for (const scenario::Fault &fault : shown.faults)
        json["faults"].push_back(scenario::fault_text(fault, shown.actors));
    json["scenario"] = scenario::print_text(shown);
    return json;
}

Json exploration_json(const report::Exploration &exploration, const Search &search)
{
    const run::Explored &explored = exploration.explored;
    Json json;
    json["revision"] = exploration.revision.id;
    json["status"] = explored.is_whole() ? "complete" : "incomplete";
    json["bounds"] = report::completeness(exploration);
    json["shard"] = exploration.shard + 1;
    json["shards"] = exploration.shards;
    json["explored"] = explored.schedules();
    json["complete"] = explored.complete;
    json["blocked"] = explored.blocked;
    json["reduced"] = explored.reduced;
    json["pruned"] = explored.pruned;
    json["by_switches"] = explored.by_switches;
    json["deepest"] = explored.deepest;
    json["final_states"] = explored.final_states.size();
    json["repeated"] = explored.repeated;
    json["unfired"] = explored.unfired;
    if (exploration.seconds > 0) // otherwise others ran it
        json["executions_a_second"] = exploration.executions_a_second();
    json["rows"] = Json::array();
    for (std::size_t i = 0; i < explored.rows.size(); ++i)
        json["rows"].push_back(row_json(explored.rows[i], exploration.shown[i]));
    json["without_verdict"] = explored.unmodelled;
    if (explored.unmodelled > 0)
        add_unmodelled(json, explored.configurable, explored.why_unmodelled);
    // For --merge.
    json["build"] = build_id();
    json["search"] = search_json(search);
    json["found"] = explored_json(explored, search.scenario);
    return json;
}

int show(const ExploreCommandOptions &command, const Search &search, const run::Explored &explored,
         double seconds)
{
    report::Exploration exploration{.revision = search.revision,
                                    .explored = explored,
                                    .shown = {},
                                    .switches_max = search.options.switches_max,
                                    .faults_max = search.options.faults_max,
                                    .shard = search.options.shard,
                                    .shards = search.options.shards,
                                    .seconds = seconds};
    run::Machine machine;
    for (const run::ExploredRow &row : explored.rows)
        exploration.shown.push_back(run::shown_by(machine, search.revision, search.scenario, row));
    for (std::size_t i = 0; i < explored.rows.size(); ++i)
        write_row(command.write, explored.rows[i].finding, exploration.shown[i]);
    if (command.json) {
        Json json = exploration_json(exploration, search);
        if (explored.campaign)
            json["reached"] = campaign_json(*explored.campaign);
        print(json_text(json));
    } else {
        if (explored.campaign)
            print(report::campaign_text(*explored.campaign, paint_for_stdout()) + '\n');
        print(report::exploration_text(exploration, paint_for_stdout()));
    }
    return exit_code_of(explored, command.strict ? explored.rows.size()
                                                 : explored.count(properties::Status::violation));
}

} // namespace

int explore_program(const ExploreCommandOptions &command)
{
    using Clock = std::chrono::steady_clock;
    const Shard shard = read_shard(command.shard);
    const run::ExploreOptions options{.switches_max = command.switches.empty()
                                                          ? run::explore_switches_default
                                                          : read_switches(command.switches),
                                      .faults_max = command.faults,
                                      .in_turn = command.switches != "all",
                                      .reduced = command.switches == "all" && !command.no_reduction,
                                      .shard = shard.index,
                                      .shards = shard.count,
                                      .reached = command.reached};
    const scenario::Scenario scenario = read_scenario(command.path, command.format);
    const drivers::Revision &revision = choose_revision(command.revision, scenario);
    if (scenario.faults.size() + command.faults > bounds::faults_max)
        throw Failure(exit_bad_input,
                      fmt::format("{}: has {} faults, there is no room for {} more", command.path,
                                  scenario.faults.size(), command.faults));
    require_folder(command.write);

    const Search search{revision, scenario, options};
    const auto begin = Clock::now();
    const Kept kept = explore_and_keep(command, search);
    const std::chrono::duration<double> taken = Clock::now() - begin;
    const int code = show(command, search, kept.found, kept.went_on ? 0 : taken.count());
    return kept.is_kept ? code : exit_no_verdict;
}

int merge_program(const ExploreCommandOptions &command, const Parts &parts)
{
    const United united = unite(parts);
    return show(command, {*united.revision, united.scenario, united.options}, united.found, 0);
}

} // namespace cli
