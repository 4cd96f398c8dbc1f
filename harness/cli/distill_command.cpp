// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz distill: few small readable scenarios that come across all that many do: files, folders (a
// fuzzer's corpus), random ones.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "generators/scenarios.hpp"
#include "generators/source.hpp"
#include "run/distill.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

// So many random ones take minutes, and a GiB.
constexpr std::size_t draw_max = 1'000'000;

struct DistillOptions {
    std::vector<std::string> paths;
    std::string output;
    std::vector<std::string> revisions;
    std::size_t draw = 0;
    std::uint64_t seed = 1;
};

std::vector<scenario::Scenario> collect(const DistillOptions &options)
{
    std::vector<scenario::Scenario> corpus;
    for (const std::string &path : options.paths)
        for (const std::string &file : files_below(path))
            corpus.push_back(read_scenario(file, ""));
    generators::Seeded source(options.seed);
    for (std::size_t i = 0; i < options.draw; ++i)
        corpus.push_back(generators::make_scenario(source));
    if (corpus.empty())
        throw Failure(exit_bad_input, "there is nothing to distill: name PATHS or --draw");
    return corpus;
}

// "modprobe dax_hmem, rmmod dax_hmem".
std::string title_of(const scenario::Scenario &scenario)
{
    std::vector<std::string> operations;
    for (const scenario::Actor &actor : scenario.actors)
        for (const scenario::Operation &operation : actor.operations)
            operations.push_back(scenario::operation_text(operation));
    return operations.empty() ? "nothing but boot" : fmt::format("{}", fmt::join(operations, ", "));
}

int distill(const DistillOptions &options)
{
    if (!std::filesystem::is_directory(options.output))
        throw Failure(exit_bad_input, fmt::format("-o: {} is no folder", options.output));
    const auto revisions = chosen_revisions(options.revisions);
    std::vector<scenario::Scenario> corpus = collect(options);
    const std::size_t before = corpus.size();
    run::Machine machine;
    run::Distilled distilled;
    {
        Progress progress("scenarios:", 100);
        distilled =
            run::distill(machine, std::move(corpus), revisions, [&progress] { progress.step(); });
    }
    for (std::size_t i = 0; i < distilled.scenarios.size(); ++i) {
        scenario::Scenario &scenario = distilled.scenarios[i];
        scenario.title = title_of(scenario);
        const auto path = std::filesystem::path(options.output) / fmt::format("{:03}.toml", i + 1);
        write_scenario(path.string(), scenario, "# SPDX-License-Identifier: GPL-2.0-only\n\n");
    }
    print(fmt::format("{} scenarios in place of {} come across the same: {} things on {} "
                      "revisions\n",
                      distilled.scenarios.size(), before, distilled.features, revisions.size()));
    return exit_clean;
}

} // namespace

void add_distill(CLI::App &app, int &code)
{
    CLI::App *command = app.add_subcommand(
        "distill", "Few small readable scenarios that come across all that many do");
    const auto options = std::make_shared<DistillOptions>();
    command->add_option("PATHS", options->paths, "Scenarios, or folders of them")
        ->option_text("[PATH...]");
    command->add_option("-o", options->output, "The folder that gets 001.toml, 002.toml, ...")
        ->required()
        ->option_text("DIR");
    command->add_option("--draw", options->draw, "So many random scenarios as well")
        ->option_text("N")
        ->check(CLI::Range(std::size_t{0}, draw_max));
    command->add_option("--seed", options->seed, "What they are drawn from (1)")->option_text("N");
    command
        ->add_option("--revision", options->revisions,
                     "Look at runs on this one only; more than once for several")
        ->option_text("ID")
        ->expected(1)
        ->allow_extra_args(false)
        ->take_all();
    command->callback([options, &code] { code = distill(*options); });
}

} // namespace cli
