// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore --all-programs: every program within bounds, over named layouts.
#include "cli/build_id.hpp"
#include "cli/explore.hpp"
#include "cli/explore_programs_state.hpp"
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
#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace cli {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t programs_shown = 1000;
// Whoever waits longer should have been asked.
constexpr double seconds_unasked = 600;
// To count through more takes longer than a second; with one run each, at the rate below, they take
// longer than anyone waits unasked.
constexpr double programs_sampled_max = 1e8;
// A sample that takes more runs than this, half a second, is broken off: the rest would take hours.
constexpr std::uint64_t sample_runs_max = 50'000;
// On the default schedule a small program runs about so often.
constexpr double runs_a_second = 100'000;

// Samples of a few milliseconds, of which some meet a busy machine.
constexpr int sample_repeats = 5;
constexpr double sample_seconds = 0.2;

double processor_seconds()
{
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Estimate {
    double programs = 0; // of this part
    double runs = 0;
    double seconds = 0;    // with all jobs
    bool at_least = false; // runs and seconds
};

Estimate estimate(const ProgramSearch &search, std::size_t jobs)
{
    Estimate result;
    run::ProgramOptions options = search.options;
    for (const run::NamedLayout &layout : search.layouts)
        result.programs += run::program_count(
            run::operations_over(*search.revision, layout.layout).size(), options);
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
    run::ExploredPrograms some;
    double taken = 0;
    // The least of several is what it takes when nobody else is in the way. A long one is taken once.
    for (int i = 0; i < sample_repeats && taken < sample_seconds; ++i) {
        const double begin = processor_seconds();
        some = run::explore_programs(machine, *search.revision, search.layouts, options);
        const double once = processor_seconds() - begin;
        taken = i == 0 ? once : std::min(taken, once);
    }
    const double factor =
        result.programs / static_cast<double>(std::max<std::uint64_t>(some.programs, 1));
    result.runs =
        static_cast<double>(some.total.schedules() + some.total.pruned + some.total.repeated) *
        factor;
    result.seconds = taken * factor / static_cast<double>(jobs);
    result.at_least = some.total.stopped;
    return result;
}

// Says what it takes; refuses what takes long or nobody knows how long.
void tell_estimate(const ProgramSearch &search, const ExploreCommandOptions &command)
{
    Estimate expected = estimate(search, command.jobs);
    if (const auto runs = static_cast<double>(command.runs); runs < expected.runs) {
        expected.seconds *= runs / expected.runs;
        expected.runs = runs;
        expected.at_least = false;
    }
    const char *about = expected.at_least ? "at least" : "about";
    std::fprintf(stderr, "about %.0f programs, %s %.0f runs, %s %.0f seconds\n", expected.programs,
                 about, expected.runs, about, expected.seconds);
    if ((expected.seconds > seconds_unasked || expected.at_least) && !command.yes)
        throw Failure(
            exit_bad_input,
            fmt::format("explore: that {} than ten minutes: --yes, --jobs, --shard, --runs, "
                        "or lower bounds",
                        expected.seconds > seconds_unasked ? "is more" : "may be more"));
}

// As explore_program.cpp does it for one program.
std::vector<run::ExploredPrograms> explore_piece(const ExploreCommandOptions &command,
                                                 const ProgramSearch &search,
                                                 const std::vector<run::ExploredPrograms> &before,
                                                 Limits &limits, Progress &progress)
{
    std::vector<run::ExploredPrograms> parts(command.jobs);
    run_jobs(command, [&](std::size_t job) {
        if (!before.empty() && !before[job].total.stopped) { // it was through
            parts[job] = before[job];
            return;
        }
        run::ProgramOptions part = search.options;
        part.shard += search.options.shards * job;
        part.shards *= command.jobs;
        part.from = before.empty() ? nullptr : &before[job];
        std::uint64_t asked = 0;
        part.go_on = [&, job](std::uint64_t runs) {
            if (job == 0 && runs == 0)
                progress.step();
            return !limits.is_interrupted() && !limits.is_piece_over(++asked) &&
                   (limits.count_run() || runs > 0);
        };
        run::Machine machine;
        parts[job] = run::explore_programs(machine, *search.revision, search.layouts, part);
    });
    return parts;
}

struct Kept {
    run::ExploredPrograms found;
    bool is_kept = true; // as far as it had to be
    Seconds taken{};     // none where it went on: how long it took before nobody knows
};

// Likewise.
Kept explore_and_keep(const ExploreCommandOptions &command, const ProgramSearch &search)
{
    std::vector<run::ExploredPrograms> parts;
    if (!command.resume.empty()) {
        require_writable(command.resume);
        parts = read_state(command.resume, search, command.jobs);
    }
    const bool goes_on = !parts.empty();
    if (!goes_on) // otherwise it was told
        tell_estimate(search, command);
    const auto begin = Clock::now();
    Progress progress("programs of the first job:", programs_shown);
    const auto piece = [&](Limits &limits) {
        parts = explore_piece(command, search, parts, limits, progress);
        return std::any_of(parts.begin(), parts.end(),
                           [](const auto &part) { return part.total.stopped; });
    };
    const bool is_kept =
        explore_in_pieces(command, piece, [&] { write_state(command.resume, search, parts); });
    for (std::size_t job = 1; job < parts.size(); ++job)
        run::merge(parts[0], std::move(parts[job]));
    return {std::move(parts[0]), is_kept, goes_on ? Seconds{} : Clock::now() - begin};
}

std::string bounds_text(const ProgramSearch &search, const run::Explored &total)
{
    const run::ProgramOptions &options = search.options;
    std::string names;
    for (const run::NamedLayout &layout : search.layouts)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", layout.name);
    const bool all = options.reduced || (total.exhausted && !options.in_turn);
    return fmt::format(
        "actors: {}, operations of each: {}, switches: {}, faults: 0, layouts: {}{}",
        options.actors_max, options.operations_max,
        all ? "all" : std::to_string(options.switches_max), names,
        options.shards == 1 ? "" : fmt::format(", part {}/{}", options.shard + 1, options.shards));
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

Json found_json(const ProgramSearch &search, const run::ExploredPrograms &found,
                const std::vector<scenario::Scenario> &shown)
{
    Json json;
    json["shard"] = search.options.shard + 1;
    json["shards"] = search.options.shards;
    json["programs"] = found.programs;
    json["explored"] = found.total.schedules();
    json["complete"] = found.total.complete;
    json["blocked"] = found.total.blocked;
    json["reduced"] = found.total.reduced;
    json["pruned"] = found.total.pruned;
    json["without_verdict"] = found.total.unmodelled;
    json["by_switches"] = found.total.by_switches;
    json["deepest"] = found.total.deepest;
    json["final_states"] = found.total.final_states.size();
    json["repeated"] = found.total.repeated;
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

double executions_a_second(const run::Explored &total, double seconds)
{
    return static_cast<double>(total.schedules() + total.pruned + total.repeated) / seconds;
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
    text += fmt::format("explored {}: {} came to an end, {} were blocked; pruned {}{}; deepest {} "
                        "steps; {} final states",
                        total.schedules(), total.complete, total.blocked, total.pruned,
                        total.reduced ? "" : " (no reduction)", total.deepest,
                        total.final_states.size());
    return text + (seconds > 0 ? fmt::format("; {:.0f} executions a second\n",
                                             executions_a_second(total, seconds))
                               : "\n");
}

// Took no time: others ran it.
int show(const ExploreCommandOptions &command, const ProgramSearch &search,
         const run::ExploredPrograms &found, double seconds)
{
    run::Machine machine;
    std::vector<scenario::Scenario> shown;
    std::size_t violations = 0;
    for (const run::ProgramRow &row : found.rows) {
        shown.push_back(run::shown_by(machine, *search.revision, row.scenario, row.row));
        const bool news = row.row.finding.judgement.status == properties::Status::violation;
        violations += command.strict || news ? 1 : 0;
        write_row(command.write, row.row.finding, shown.back());
    }
    const std::string sentence =
        fmt::format("{}complete within {}", found.total.is_whole() ? "" : "NOT ",
                    bounds_text(search, found.total));
    if (command.json) {
        Json json = found_json(search, found, shown);
        json["revision"] = search.revision->id;
        json["status"] = found.total.is_whole() ? "complete" : "incomplete";
        json["bounds"] = sentence;
        if (seconds > 0)
            json["executions_a_second"] = executions_a_second(found.total, seconds);
        if (found.total.campaign)
            json["reached"] = campaign_json(*found.total.campaign);
        // For --merge.
        json["build"] = build_id();
        json["search"] = program_search_json(search);
        json["found"] = programs_json(found);
        print(json_text(json));
    } else {
        if (found.total.campaign)
            print(report::campaign_text(*found.total.campaign, paint_for_stdout()) + '\n');
        print(found_text(found, shown, seconds) +
              fmt::format("{}: {}: {} programs, {} schedules, {} violations\n", search.revision->id,
                          sentence, found.programs, found.total.schedules(), violations));
    }
    return exit_code_of(found.total, violations);
}

} // namespace

int explore_programs(const ExploreCommandOptions &command)
{
    const Shard shard = read_shard(command.shard);
    const bool all = command.switches == "all";
    const ProgramSearch search{.revision = &choose_revision(command.revision, {}),
                               .layouts = choose_layouts(command.layouts),
                               .options = {.operations_max = command.operations,
                                           .actors_max = command.actors,
                                           .switches_max = command.switches.empty()
                                                               ? run::program_switches_default
                                                               : read_switches(command.switches),
                                           .in_turn = !all,
                                           .reduced = all && !command.no_reduction,
                                           .shard = shard.index,
                                           .shards = shard.count,
                                           .reached = command.reached}};
    require_folder(command.write);
    const Kept kept = explore_and_keep(command, search);
    const int code = show(command, search, kept.found, kept.taken.count());
    return kept.is_kept ? code : exit_no_verdict;
}

int merge_programs(const ExploreCommandOptions &command, const Parts &parts)
{
    const UnitedPrograms united = unite_programs(parts);
    return show(command, united.search, united.found, 0);
}

} // namespace cli
