// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore: every schedule of a program, within bounds.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "kernel/bounds.hpp"
#include "report/explore_text.hpp"
#include "run/explore.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cli {
namespace {

constexpr std::size_t runs_shown = 1000;
// More than any machine that this runs on has processors.
constexpr std::size_t jobs_max = 256;
// A number that is split further gives parts of a few runs.
constexpr std::size_t shards_max = 100'000;

struct ExploreCommandOptions : ScenarioOptions {
    std::string switches = std::to_string(run::explore_switches_default);
    std::size_t faults = 0;
    std::uint64_t runs = std::numeric_limits<std::uint64_t>::max();
    std::string shard = "1/1";
    std::size_t jobs = 1;
    std::string write;
};

bool read_number(std::string_view text, std::size_t &number)
{
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::size_t switches_of(const ExploreCommandOptions &options)
{
    std::size_t number = 0;
    if (options.switches == "all")
        return bounds::switches_max;
    if (!read_number(options.switches, number) || number > bounds::switches_max)
        throw Failure(exit_bad_input,
                      fmt::format("--switches: {} is neither all nor a number up to {}",
                                  options.switches, bounds::switches_max));
    return number;
}

// "I/N", I from 1.
void read_shard(const std::string &text, run::ExploreOptions &options)
{
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view whole(text);
    if (!read_number(whole.substr(0, slash), options.shard) || slash == text.size() ||
        !read_number(whole.substr(slash + 1), options.shards) || options.shard == 0 ||
        options.shard > options.shards || options.shards > shards_max)
        throw Failure(
            exit_bad_input,
            fmt::format("--shard: {} is not I/N with I from 1 to N, N up to {}", text, shards_max));
    --options.shard;
}

// Each job is a part of the part that was asked for, on a machine of its own.
run::Explored explore_with_jobs(const ExploreCommandOptions &command,
                                const drivers::Revision &revision,
                                const scenario::Scenario &scenario,
                                const run::ExploreOptions &options)
{
    Progress progress("runs:", runs_shown);
    std::atomic<std::uint64_t> made = 0;
    std::vector<run::Explored> parts(command.jobs);
    const auto work = [&](std::size_t job) {
        run::ExploreOptions part = options;
        part.shard += options.shards * job;
        part.shards *= command.jobs;
        part.go_on = [&, job](std::uint64_t) {
            if (job == 0)
                progress.step();
            return made++ < command.runs;
        };
        run::Machine machine;
        parts[job] = run::explore(machine, revision, scenario, part);
    };
    std::vector<std::thread> others;
    for (std::size_t job = 1; job < command.jobs; ++job)
        others.emplace_back(work, job);
    work(0);
    for (std::thread &other : others)
        other.join();
    for (std::size_t job = 1; job < parts.size(); ++job)
        run::merge(parts[0], parts[job]);
    return std::move(parts[0]);
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

Json exploration_json(const report::Exploration &exploration)
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
    json["pruned"] = 0;
    json["by_switches"] = explored.by_switches;
    json["deepest"] = explored.deepest;
    json["final_states"] = explored.final_states.size();
    json["repeated"] = explored.repeated;
    json["executions_a_second"] = exploration.executions_a_second();
    json["rows"] = Json::array();
    for (std::size_t i = 0; i < explored.rows.size(); ++i)
        json["rows"].push_back(row_json(explored.rows[i], exploration.shown[i]));
    json["without_verdict"] = explored.unmodelled;
    if (explored.unmodelled > 0)
        add_unmodelled(json, explored.configurable, explored.why_unmodelled);
    return json;
}

// What two rows of one identity are told apart by goes into the name.
std::string file_name(const properties::Finding &finding)
{
    std::string name = fmt::format("{}.{}", properties::property_row(finding.violation.property).id,
                                   finding.violation.cause);
    if (finding.judgement.status != properties::Status::violation)
        name += fmt::format(".{}.{}", properties::status_text(finding.judgement.status),
                            finding.judgement.id);
    return name + ".toml";
}

int exit_code(const run::Explored &explored, bool strict)
{
    const bool bad =
        strict ? !explored.rows.empty() : explored.count(properties::Status::violation) > 0;
    if (bad)
        return exit_violation;
    return explored.unmodelled > 0 || !explored.is_whole() ? exit_no_verdict : exit_clean;
}

int explore(const ExploreCommandOptions &command)
{
    using Clock = std::chrono::steady_clock;
    run::ExploreOptions options{.switches_max = switches_of(command),
                                .faults_max = command.faults,
                                .in_turn = command.switches != "all"};
    read_shard(command.shard, options);
    const scenario::Scenario scenario = read_scenario(command.path, command.format);
    const drivers::Revision &revision = choose_revision(command.revision, scenario);
    if (scenario.faults.size() + command.faults > bounds::faults_max)
        throw Failure(exit_bad_input,
                      fmt::format("{}: has {} faults, there is no room for {} more", command.path,
                                  scenario.faults.size(), command.faults));
    if (!command.write.empty() && !std::filesystem::is_directory(command.write))
        throw Failure(exit_bad_input, fmt::format("--write: {} is no folder", command.write));

    const auto begin = Clock::now();
    const run::Explored explored = explore_with_jobs(command, revision, scenario, options);
    const std::chrono::duration<double> taken = Clock::now() - begin;
    report::Exploration exploration{.revision = revision,
                                    .explored = explored,
                                    .shown = {},
                                    .switches_max = options.switches_max,
                                    .faults_max = options.faults_max,
                                    .shard = options.shard,
                                    .shards = options.shards,
                                    .seconds = taken.count()};
    run::Machine machine;
    for (const run::ExploredRow &row : explored.rows)
        exploration.shown.push_back(run::shown_by(machine, revision, scenario, row));
    if (!command.write.empty())
        for (std::size_t i = 0; i < explored.rows.size(); ++i)
            write_scenario(command.write + '/' + file_name(explored.rows[i].finding),
                           exploration.shown[i]);
    print(command.json ? json_text(exploration_json(exploration))
                       : report::exploration_text(exploration, paint_for_stdout()));
    return exit_code(explored, command.strict);
}

} // namespace

void add_explore(CLI::App &app, int &code)
{
    CLI::App *command =
        app.add_subcommand("explore", "Run every schedule of a program, within bounds");
    const auto options = std::make_shared<ExploreCommandOptions>();
    add_scenario_options(*command, *options);
    command
        ->add_option("--switches", options->switches,
                     "Schedules with at most so many switches, those of FILE left out (2);\n"
                     "all: as many as there can be")
        ->option_text("N|all");
    command
        ->add_option("--faults", options->faults,
                     "And with at most so many calls that fail, beside the faults of FILE (0)")
        ->check(CLI::Range(std::size_t{0}, bounds::faults_max))
        ->option_text("N");
    command->add_option("--runs", options->runs, "Stop after so many: then it is not complete")
        ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()))
        ->option_text("N");
    command
        ->add_option("--shard", options->shard,
                     "The I-th of N parts that together are the whole (1/1)")
        ->option_text("I/N");
    command->add_option("--jobs", options->jobs, "Threads to share the work among (1)")
        ->check(CLI::Range(std::size_t{1}, jobs_max))
        ->option_text("N");
    command
        ->add_option("--write", options->write,
                     "A folder: for each row the scenario of its smallest schedule goes there")
        ->option_text("DIR");
    command->callback([options, &code] { code = explore(*options); });
}

} // namespace cli
