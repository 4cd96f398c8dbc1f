// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore --all-programs: every program within bounds, over named layouts.
#include "cli/explore.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "report/campaign_text.hpp"
#include "report/verdict.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Layouts = std::vector<run::NamedLayout>;

constexpr std::size_t programs_shown = 1000;
// Whoever waits longer should have been asked.
constexpr double seconds_unasked = 600;
// To count through more takes longer than a second; with one run each, at the rate below, they take
// longer than anyone waits unasked.
constexpr double programs_sampled_max = 1e8;
// A sample that takes more schedules than this, some seconds, is broken off: the rest would take hours.
constexpr std::uint64_t sample_runs_max = 200'000;
// On the default schedule a small program runs about so often.
constexpr double runs_a_second = 100'000;

Layouts choose_layouts(const std::vector<std::string> &names)
{
    const auto usual = run::program_layouts();
    Layouts all(usual.begin(), usual.end());
    if (names.empty())
        return all;
    const auto more = run::more_program_layouts();
    all.insert(all.end(), more.begin(), more.end());
    Layouts chosen;
    std::vector<std::string_view> known;
    for (const run::NamedLayout &layout : all)
        known.push_back(layout.name);
    for (const std::string &name : names) {
        const auto found = std::find(known.begin(), known.end(), name);
        if (found == known.end())
            throw Failure(exit_bad_input,
                          "--layouts: " + scenario::unknown_word("layout", name, known));
        const run::NamedLayout &layout = all[static_cast<std::size_t>(found - known.begin())];
        if (std::any_of(chosen.begin(), chosen.end(),
                        [&](const auto &other) { return other.name == layout.name; }))
            throw Failure(exit_bad_input, fmt::format("--layouts: {} is there twice", name));
        chosen.push_back(layout);
    }
    return chosen;
}

struct Estimate {
    double programs = 0; // of this part
    double runs = 0;
    double seconds = 0;    // with all jobs
    bool at_least = false; // known only to be more
};

Estimate estimate(const drivers::Revision &revision, const Layouts &layouts,
                  run::ProgramOptions options, std::size_t jobs)
{
    Estimate result;
    for (const run::NamedLayout &layout : layouts)
        result.programs +=
            run::program_count(run::operations_over(revision, layout.layout).size(), options);
    result.programs /= static_cast<double>(options.shards);
    if (result.programs > programs_sampled_max) {
        result.runs = result.programs;
        result.at_least = true;
        result.seconds = result.runs / runs_a_second / static_cast<double>(jobs);
        return result;
    }
    const auto samples = static_cast<double>(run::program_samples);
    options.stride = static_cast<std::uint64_t>(std::max(1.0, result.programs / samples));
    options.runs_max = sample_runs_max;
    run::Machine machine;
    const auto begin = Clock::now();
    const run::ExploredPrograms some = run::explore_programs(machine, revision, layouts, options);
    const Seconds taken = Clock::now() - begin;
    const double factor =
        result.programs / static_cast<double>(std::max<std::uint64_t>(some.programs, 1));
    result.runs = static_cast<double>(some.total.schedules() + some.total.repeated) * factor;
    result.seconds = taken.count() * factor / static_cast<double>(jobs);
    result.at_least = some.total.stopped;
    return result;
}

run::ExploredPrograms explore_with_jobs(const drivers::Revision &revision, const Layouts &layouts,
                                        const run::ProgramOptions &options, std::size_t jobs,
                                        Campaigns &campaigns)
{
    Progress progress("programs of the first job:", programs_shown);
    std::vector<run::ExploredPrograms> parts(jobs);
    const auto work = [&](std::size_t job) {
        run::ProgramOptions part = options;
        part.shard += options.shards * job;
        part.shards *= jobs;
        part.campaign = campaigns.of(job);
        part.go_on = [&, job] {
            if (job == 0)
                progress.step();
            return true;
        };
        run::Machine machine;
        parts[job] = run::explore_programs(machine, revision, layouts, part);
    };
    std::vector<std::thread> others;
    for (std::size_t job = 1; job < jobs; ++job)
        others.emplace_back(work, job);
    work(0);
    for (std::thread &other : others)
        other.join();
    for (std::size_t job = 1; job < jobs; ++job)
        run::merge(parts[0], std::move(parts[job]));
    return std::move(parts[0]);
}

std::string bounds_text(const ExploreCommandOptions &command, const run::ProgramOptions &options,
                        const Layouts &layouts)
{
    std::string names;
    for (const run::NamedLayout &layout : layouts)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", layout.name);
    return fmt::format("actors: {}, operations of each: {}, switches: {}, layouts: {}{}",
                       options.actors_max, options.operations_max, options.switches_max, names,
                       command.shard == "1/1" ? "" : ", part " + command.shard);
}

std::string row_text(const run::ProgramRow &row, const scenario::Scenario &shown)
{
    std::string text = fmt::format("{}  [{}]  on {} programs, {} schedules; the smallest, on {}:\n",
                                   properties::identity(row.row.finding.violation),
                                   report::status_text(row.row.finding.judgement), row.programs,
                                   row.row.runs, row.layout);
    for (const scenario::Actor &actor : shown.actors) {
        text += fmt::format("    {}:", actor.name);
        for (std::size_t i = 0; i < actor.operations.size(); ++i)
            text += fmt::format("{} {}", i == 0 ? "" : ",",
                                scenario::operation_text(actor.operations[i]));
        text += '\n';
    }
    for (const scenario::Switch &item : shown.switches)
        text += fmt::format("    {}\n", scenario::switch_text(item, shown.actors));
    return text;
}

Json found_json(const run::ExploredPrograms &found, const std::vector<scenario::Scenario> &shown)
{
    Json json;
    json["programs"] = found.programs;
    json["explored"] = found.total.schedules();
    json["complete"] = found.total.complete;
    json["blocked"] = found.total.blocked;
    json["without_verdict"] = found.total.unmodelled;
    json["by_switches"] = found.total.by_switches;
    json["deepest"] = found.total.deepest;
    json["final_states"] = found.total.final_states.size();
    json["rows"] = Json::array();
    for (std::size_t i = 0; i < found.rows.size(); ++i) {
        Json row = finding_json(found.rows[i].row.finding);
        row["programs"] = found.rows[i].programs;
        row["schedules"] = found.rows[i].row.runs;
        row["layout"] = found.rows[i].layout;
        row["scenario"] = scenario::print_text(shown[i]);
        json["rows"].push_back(std::move(row));
    }
    return json;
}

std::string found_text(const run::ExploredPrograms &found,
                       const std::vector<scenario::Scenario> &shown, double seconds)
{
    const run::Explored &total = found.total;
    std::string text;
    for (std::size_t i = 0; i < found.rows.size(); ++i)
        text += row_text(found.rows[i], shown[i]);
    if (total.unmodelled > 0)
        text += fmt::format("{} schedules without a verdict, the first: {}\n", total.unmodelled,
                            total.why_unmodelled);
    return text + fmt::format("explored {}: {} came to an end, {} were blocked; pruned 0 (no "
                              "reduction); deepest {} steps; {} final states; {:.0f} executions "
                              "a second\n",
                              total.schedules(), total.complete, total.blocked, total.deepest,
                              total.final_states.size(),
                              static_cast<double>(total.schedules() + total.repeated) / seconds);
}

} // namespace

int explore_programs(const ExploreCommandOptions &command)
{
    const Shard shard = read_shard(command.shard);
    const run::ProgramOptions options{.operations_max = command.operations,
                                      .actors_max = command.actors,
                                      .switches_max = command.switches.empty()
                                                          ? run::program_switches_default
                                                          : read_switches(command.switches),
                                      .shard = shard.index,
                                      .shards = shard.count};
    const Layouts layouts = choose_layouts(command.layouts);
    const drivers::Revision &revision = choose_revision(command.revision, {});
    require_folder(command.write);

    const Estimate expected = estimate(revision, layouts, options, command.jobs);
    std::fprintf(stderr, "about %.0f programs, %s %.0f runs, %.0f seconds\n", expected.programs,
                 expected.at_least ? "at least" : "about", expected.runs, expected.seconds);
    if ((expected.seconds > seconds_unasked || expected.at_least) && !command.yes)
        throw Failure(exit_bad_input, "explore: that is more than ten minutes: --yes, --jobs, "
                                      "--shard, or lower bounds");
    const auto begin = Clock::now();
    Campaigns campaigns(command.reached, command.jobs);
    const run::ExploredPrograms found =
        explore_with_jobs(revision, layouts, options, command.jobs, campaigns);
    const Seconds taken = Clock::now() - begin;

    run::Machine machine;
    std::vector<scenario::Scenario> shown;
    std::size_t violations = 0;
    for (const run::ProgramRow &row : found.rows) {
        shown.push_back(run::shown_by(machine, revision, row.scenario, row.row));
        const bool news = row.row.finding.judgement.status == properties::Status::violation;
        violations += command.strict || news ? 1 : 0;
        write_row(command.write, row.row.finding, shown.back());
    }
    const std::string sentence =
        fmt::format("{}complete within {}", found.total.is_whole() ? "" : "NOT ",
                    bounds_text(command, options, layouts));
    if (command.json) {
        Json json = found_json(found, shown);
        json["revision"] = revision.id;
        json["bounds"] = sentence;
        if (const auto campaign = campaigns.united())
            json["reached"] = campaign_json(*campaign);
        print(json_text(json));
    } else {
        if (const auto campaign = campaigns.united())
            print(report::campaign_text(*campaign, paint_for_stdout()) + '\n');
        print(found_text(found, shown, taken.count()) +
              fmt::format("{}: {}: {} programs, {} schedules, {} violations\n", revision.id,
                          sentence, found.programs, found.total.schedules(), violations));
    }
    return exit_code_of(found.total, violations);
}

} // namespace cli
