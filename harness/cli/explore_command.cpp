// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore: every schedule of a program, within bounds.
#include "cli/commands.hpp"
#include "cli/explore.hpp"
#include "cli/explore_programs_state.hpp"
#include "cli/explore_state.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "kernel/bounds.hpp"
#include "report/campaign_text.hpp"
#include "report/explore_text.hpp"
#include "run/explore.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cli {
namespace {

constexpr std::size_t runs_shown = 1000;
// More than any machine that this runs on has processors.
constexpr std::size_t jobs_max = 256;

bool read_number(std::string_view text, std::size_t &number)
{
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

} // namespace

std::size_t read_switches(const std::string &text)
{
    std::size_t number = 0;
    if (text == "all")
        return bounds::switches_max;
    if (!read_number(text, number) || number > bounds::switches_max)
        throw Failure(exit_bad_input,
                      fmt::format("--switches: {} is neither all nor a number up to {}", text,
                                  bounds::switches_max));
    return number;
}

Shard read_shard(const std::string &text)
{
    Shard shard;
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view whole(text);
    if (!read_number(whole.substr(0, slash), shard.index) || slash == text.size() ||
        !read_number(whole.substr(slash + 1), shard.count) || shard.index == 0 ||
        shard.index > shard.count || shard.count > shards_max)
        throw Failure(
            exit_bad_input,
            fmt::format("--shard: {} is not I/N with I from 1 to N, N up to {}", text, shards_max));
    --shard.index;
    return shard;
}

void require_folder(const std::string &path)
{
    if (!path.empty() && !std::filesystem::is_directory(path))
        throw Failure(exit_bad_input, fmt::format("--write: {} is no folder", path));
}

std::string file_name(const properties::Finding &finding)
{
    std::string name = fmt::format("{}.{}", properties::property_row(finding.violation.property).id,
                                   finding.violation.cause);
    if (finding.judgement.status != properties::Status::violation)
        name += fmt::format(".{}.{}", properties::status_text(finding.judgement.status),
                            finding.judgement.id);
    return name + ".toml";
}

void write_row(const std::string &folder, const properties::Finding &finding,
               const scenario::Scenario &shown)
{
    if (folder.empty())
        return;
    if (shown.switches.size() <= bounds::switches_max)
        write_scenario(folder + '/' + file_name(finding), shown);
    else
        std::fprintf(stderr,
                     "explore: %s shows only with %zu switches as far as is known, a file holds "
                     "%zu: there is none for it\n",
                     properties::identity(finding.violation).c_str(), shown.switches.size(),
                     bounds::switches_max);
}

std::optional<run::Campaign> Campaigns::united() const
{
    if (all_.empty())
        return std::nullopt;
    run::Campaign campaign;
    for (const run::Campaign &one : all_)
        campaign.add(one);
    return campaign;
}

int exit_code_of(const run::Explored &explored, std::size_t violations)
{
    if (violations > 0)
        return exit_violation;
    return explored.unmodelled > 0 || explored.says_nothing() || !explored.is_whole()
               ? exit_no_verdict
               : exit_clean;
}

bool keep(const std::string &path, bool stopped, const std::function<void()> &write)
{
    try {
        if (!path.empty() && stopped)
            write();
        else if (!path.empty())
            std::filesystem::remove(path);
        return true;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "explore: what was found is not kept: %s\n", error.what());
        return false;
    }
}

namespace {

// Each job is a part of the part that was asked for, on a machine of its own. `before`: where they
// go on, or empty. `interrupt`: what can stop them, or nullptr.
std::vector<run::Explored> explore_with_jobs(const ExploreCommandOptions &command,
                                             const Search &search,
                                             const std::vector<run::Explored> &before,
                                             const Interrupt *interrupt, Campaigns &campaigns)
{
    Progress progress("runs:", runs_shown);
    std::atomic<std::uint64_t> made = 0;
    std::vector<run::Explored> parts(command.jobs);
    std::vector<std::string> refused(command.jobs);
    const auto work = [&](std::size_t job) {
        if (!before.empty() && before[job].next.empty()) { // it was through
            parts[job] = before[job];
            return;
        }
        run::ExploreOptions part = search.options;
        part.shard += search.options.shards * job;
        part.shards *= command.jobs;
        part.campaign = campaigns.of(job);
        part.from = before.empty() ? nullptr : &before[job];
        part.go_on = [&, job](std::uint64_t) {
            if (job == 0)
                progress.step();
            return (interrupt == nullptr || !interrupt->is_asked()) && made++ < command.runs;
        };
        run::Machine machine;
        try {
            parts[job] = run::explore(machine, search.revision, search.scenario, part);
        } catch (const std::invalid_argument &error) {
            refused[job] = error.what();
        }
    };
    std::vector<std::thread> others;
    for (std::size_t job = 1; job < command.jobs; ++job)
        others.emplace_back(work, job);
    work(0);
    for (std::thread &other : others)
        other.join();
    for (const std::string &why : refused)
        if (!why.empty())
            throw Failure(exit_bad_input,
                          fmt::format("{}: where to go on: {}", command.resume, why));
    return parts;
}

struct Kept {
    run::Explored found;
    bool is_kept = true; // as far as it had to be
};

// With --resume, what was found is kept until all is.
Kept explore_and_keep(const ExploreCommandOptions &command, const Search &search,
                      Campaigns &campaigns)
{
    const bool keeps = !command.resume.empty();
    if (keeps)
        require_writable(command.resume);
    const auto before =
        keeps ? read_state(command.resume, search, command.jobs) : std::vector<run::Explored>{};
    std::optional<Interrupt> interrupt; // ends the process where nothing would be kept
    if (keeps)
        interrupt.emplace();
    std::vector<run::Explored> parts =
        explore_with_jobs(command, search, before, interrupt ? &*interrupt : nullptr, campaigns);
    const bool stopped = std::any_of(parts.begin(), parts.end(),
                                     [](const run::Explored &part) { return part.stopped; });
    const bool is_kept =
        keep(command.resume, stopped, [&] { write_state(command.resume, search, parts); });
    for (std::size_t job = 1; job < parts.size(); ++job)
        run::merge(parts[0], parts[job]);
    return {std::move(parts[0]), is_kept};
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
    json["search"] = search_json(search);
    json["found"] = explored_json(explored, search.scenario);
    return json;
}

int show(const ExploreCommandOptions &command, const Search &search, const run::Explored &explored,
         double seconds, const std::optional<run::Campaign> &campaign)
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
        if (campaign)
            json["reached"] = campaign_json(*campaign);
        print(json_text(json));
    } else {
        if (campaign)
            print(report::campaign_text(*campaign, paint_for_stdout()) + '\n');
        print(report::exploration_text(exploration, paint_for_stdout()));
    }
    return exit_code_of(explored, command.strict ? explored.rows.size()
                                                 : explored.count(properties::Status::violation));
}

// What was reached is known of what was run here and now.
void refuse_half_a_report(const ExploreCommandOptions &command)
{
    if (command.reached && (!command.resume.empty() || !command.merge.empty()))
        throw Failure(exit_bad_input, "explore: --reached goes with neither --resume nor --merge: "
                                      "their files do not say what was reached");
}

// What means nothing is refused, not ignored.
void refuse_idle_options(const CLI::App &app, const ExploreCommandOptions &command)
{
    const auto refuse = [&](std::initializer_list<const char *> names, const char *why) {
        for (const char *name : names)
            if (app.get_option(name)->count() > 0)
                throw Failure(exit_bad_input, fmt::format("explore: {} {}", name, why));
    };
    if (!command.all_programs)
        refuse({"--operations", "--actors", "--layouts", "--yes"}, "goes with --all-programs only");
    if (!command.merge.empty())
        refuse({"--revision", "--format", "--switches", "--faults", "--shard", "--jobs", "--runs"},
               "is what the files of --merge say, or nothing");
    if (command.all_programs)
        refuse({"--format"}, "goes with FILE only");
    if (command.switches != "all")
        refuse({"--no-reduction"}, "goes with --switches all only");
}

int explore(const ExploreCommandOptions &command)
{
    using Clock = std::chrono::steady_clock;
    if (command.path.empty())
        throw Failure(exit_bad_input, "explore: FILE is required, or --all-programs");
    const Shard shard = read_shard(command.shard);
    const run::ExploreOptions options{.switches_max = command.switches.empty()
                                                          ? run::explore_switches_default
                                                          : read_switches(command.switches),
                                      .faults_max = command.faults,
                                      .in_turn = command.switches != "all",
                                      .reduced = command.switches == "all" && !command.no_reduction,
                                      .shard = shard.index,
                                      .shards = shard.count};
    const scenario::Scenario scenario = read_scenario(command.path, command.format);
    const drivers::Revision &revision = choose_revision(command.revision, scenario);
    if (scenario.faults.size() + command.faults > bounds::faults_max)
        throw Failure(exit_bad_input,
                      fmt::format("{}: has {} faults, there is no room for {} more", command.path,
                                  scenario.faults.size(), command.faults));
    require_folder(command.write);

    const Search search{revision, scenario, options};
    const auto begin = Clock::now();
    Campaigns campaigns(command.reached, command.jobs);
    const Kept kept = explore_and_keep(command, search, campaigns);
    const std::chrono::duration<double> taken = Clock::now() - begin;
    const int code = show(command, search, kept.found, taken.count(), campaigns.united());
    return kept.is_kept ? code : exit_no_verdict;
}

// What is found already, united.
int merge(const ExploreCommandOptions &command)
{
    if (!command.path.empty() || !command.resume.empty() || command.all_programs)
        throw Failure(exit_bad_input,
                      "explore: --merge goes with neither FILE, --resume nor --all-programs");
    require_folder(command.write);
    const Parts parts = read_parts(command.merge);
    if (!parts.missing.empty())
        std::fprintf(stderr, "explore: there is no part %s\n", parts.missing.c_str());
    if (is_of_programs(parts.search))
        return merge_programs(command, parts);
    const United united = unite(parts);
    return show(command, {*united.revision, united.scenario, united.options}, united.found, 0,
                std::nullopt);
}

// What all programs have not got.
int explore_all(const ExploreCommandOptions &command)
{
    if (!command.path.empty() || command.faults > 0)
        throw Failure(exit_bad_input,
                      "explore: --all-programs goes with neither FILE nor --faults");
    return explore_programs(command);
}

std::string layouts_help()
{
    std::string names;
    for (const run::NamedLayout &layout : run::program_layouts())
        names += fmt::format("{}{}", names.empty() ? "" : ",", layout.name);
    std::string more;
    for (const run::NamedLayout &layout : run::more_program_layouts())
        more += fmt::format("{}{}", more.empty() ? "" : ",", layout.name);
    return "Of the layouts these, each once (the first line):\n" + names + "\n" + more;
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
                     "Schedules with at most so many switches, those of FILE left out\n"
                     "(2; of all programs 1); all: as many as there can be")
        ->option_text("N|all");
    command
        ->add_option("--faults", options->faults,
                     "And with at most so many calls that fail, beside the faults of FILE (0)")
        ->check(CLI::Range(std::size_t{0}, bounds::faults_max))
        ->option_text("N");
    command->add_flag("--no-reduction", options->no_reduction,
                      "With --switches all: also schedules that differ only in the order of steps\n"
                      "that touch nothing in common");
    command
        ->add_option(
            "--runs", options->runs,
            "Stop after so many, of all programs when the last one is through: then it is\n"
            "not complete")
        // What is below 0 would be read as one of the largest.
        ->check(
            CLI::Range(std::uint64_t{1}, std::uint64_t{std::numeric_limits<std::int64_t>::max()}))
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
    command
        ->add_option("--resume", options->resume,
                     "A file that keeps what was found when --runs or a signal (SIGINT, SIGTERM)\n"
                     "stops it, and from which the same command goes on")
        ->option_text("STATE");
    command->add_flag(
        "--reached", options->reached,
        "And what the schedules that were run exercised, and what they never did: as\n"
        "`hmemfuzz reached` tells it");
    command
        ->add_option("--merge", options->merge,
                     "Instead of FILE: what --shard and --json gave for parts of one exploration")
        ->option_text("JSON...");
    command->get_option("FILE")->required(false);
    command->add_flag("--all-programs", options->all_programs,
                      "Instead of FILE: every program within the bounds below");
    command
        ->add_option(
            "--operations", options->operations,
            "Operations of each actor, at most (2): each of the table on each module, device and\n"
            "region that the layout has, hmem devices by their order")
        ->check(CLI::Range(std::size_t{1}, run::program_operations_max))
        ->option_text("N");
    command->add_option("--actors", options->actors, "Actors, at most (2)")
        ->check(CLI::Range(std::size_t{1}, bounds::actors_max))
        ->option_text("N");
    command->add_option("--layouts", options->layouts, layouts_help())
        ->delimiter(',')
        ->option_text("LIST");
    command->add_flag("--yes", options->yes, "Even if it takes more than ten minutes");
    command->callback([options, command, &code] {
        refuse_half_a_report(*options);
        refuse_idle_options(*command, *options);
        code = !options->merge.empty() ? merge(*options)
               : options->all_programs ? explore_all(*options)
                                       : explore(*options);
    });
}

} // namespace cli
