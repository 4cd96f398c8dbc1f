// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore: its options, which of its ways they ask for, and what goes with what.
#include "cli/commands.hpp"
#include "cli/explore.hpp"
#include "cli/explore_programs_state.hpp"
#include "cli/failure.hpp"
#include "kernel/bounds.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>

namespace cli {
namespace {

// More than any machine that this runs on has processors.
constexpr std::size_t jobs_max = 256;

// A year: whoever wants it never can say so.
constexpr double keep_every_max = 365.0 * 24 * 60 * 60;

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
        refuse({"--revision", "--format", "--switches", "--faults", "--shard", "--jobs", "--runs",
                "--reached"},
               "is what the files of --merge say, or nothing");
    if (command.resume.empty())
        refuse({"--keep-every"}, "goes with --resume only");
    if (command.all_programs)
        refuse({"--format"}, "goes with FILE only");
    if (command.switches != "all")
        refuse({"--no-reduction"}, "goes with --switches all only");
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
    return is_of_programs(parts.search) ? merge_programs(command, parts)
                                        : merge_program(command, parts);
}

// What a way needs, and what it has not got.
int explore_one(const ExploreCommandOptions &command)
{
    if (command.path.empty())
        throw Failure(exit_bad_input, "explore: FILE is required, or --all-programs");
    return explore_program(command);
}

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
                     "A file that keeps what was found while it runs, and when --runs or a signal\n"
                     "(SIGINT, SIGTERM) stops it, and from which the same command of the same\n"
                     "build goes on")
        ->option_text("STATE");
    command
        ->add_option("--keep-every", options->keep_every,
                     "With --resume: seconds between two times at which that is written (60)")
        ->check(CLI::Range(0.0, keep_every_max))
        ->option_text("SECONDS");
    command->add_flag(
        "--reached", options->reached,
        "And what the schedules that were run exercised, and what they never did: as\n"
        "`hmemfuzz reached` tells it");
    command
        ->add_option(
            "--merge", options->merge,
            "Instead of FILE: what --shard and --json gave for parts of one exploration by\n"
            "one build")
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
        refuse_idle_options(*command, *options);
        code = !options->merge.empty() ? merge(*options)
               : options->all_programs ? explore_all(*options)
                                       : explore_one(*options);
    });
}

} // namespace cli
