// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz reached: replays what a campaign left (a fuzzer's corpus, a folder of scenarios) and tells
// what it exercised and what it never did.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "report/campaign_text.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

struct ReachedOptions {
    std::vector<std::string> paths;
    std::string revision;
    bool json = false;
};

run::Campaign replay(const ReachedOptions &options)
{
    run::Campaign campaign;
    run::Machine machine;
    Progress progress("runs:", 1000);
    for (const std::string &path : options.paths)
        for (const std::string &file : files_below(path)) {
            const scenario::Scenario scenario = read_scenario(file, "");
            const drivers::Revision &revision = choose_revision(options.revision, scenario);
            const run::Result result = machine.run(revision, scenario);
            campaign.add(result, properties::findings(result.verdict, {scenario, result.events}));
            progress.step();
        }
    return campaign;
}

int show_reached(const ReachedOptions &options)
{
    const run::Campaign campaign = replay(options);
    print(options.json ? json_text(campaign_json(campaign))
                       : report::campaign_text(campaign, paint_for_stdout()));
    return exit_clean;
}

} // namespace

void add_reached(CLI::App &app, int &code)
{
    CLI::App *command = app.add_subcommand(
        "reached", "What a campaign exercised: replays a corpus and tells what never came to be");
    const auto options = std::make_shared<ReachedOptions>();
    command->add_option("PATHS", options->paths, "Scenarios, or folders of them")
        ->option_text("PATH...")
        ->required();
    command->add_option("--revision", options->revision, "Run all on this one")->option_text("ID");
    command->add_flag("--json", options->json, "For machines: the number of runs of each");
    command->callback([options, &code] { code = show_reached(*options); });
}

} // namespace cli
