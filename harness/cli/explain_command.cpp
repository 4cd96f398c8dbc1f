// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explain: the story of a run.
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "report/explain.hpp"

#include <memory>

namespace cli {
namespace {

int explain(const ScenarioOptions &options)
{
    const FinishedRun finished(options);
    if (options.json) {
        Json json = verdict_json(finished.subject(), finished.verdict());
        json["trace"] = trace_json(finished.subject(), report::Level::story);
        print(json_text(json));
    } else {
        print(report::explain(finished.subject(), finished.verdict(), paint_for_stdout()));
    }
    return finished.exit_code();
}

} // namespace

void add_explain(CLI::App &app, int &code)
{
    CLI::App *command = app.add_subcommand(
        "explain", "Run a scenario, tell its story: who did what, who owns what");
    const auto options = std::make_shared<ScenarioOptions>();
    add_scenario_options(*command, *options);
    command->callback([options, &code] { code = explain(*options); });
}

} // namespace cli
