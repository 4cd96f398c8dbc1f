// SPDX-License-Identifier: GPL-2.0-only
#include "cli/scenario_options.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"

namespace cli {

void add_format_option(CLI::App &command, std::string &format)
{
    command.add_option("--format", format, "What FILE is, whatever its name: text or wire")
        ->check(CLI::IsMember({"text", "wire"}))
        ->option_text("text|wire");
}

void add_scenario_options(CLI::App &command, ScenarioOptions &options)
{
    command.add_option("FILE", options.path, "The scenario; - is stdin")
        ->required()
        ->option_text(" ");
    command
        .add_option("--revision", options.revision,
                    "Revision to run; without it the scenario's, without that mainline")
        ->option_text("ID");
    add_format_option(command, options.format);
    command.add_flag("--strict", options.strict,
                     "Accepted outcomes and open findings are violations, too");
    command.add_flag("--json", options.json, "For machines");
}

FinishedRun::FinishedRun(const ScenarioOptions &options)
    : scenario_(read_scenario(options.path, options.format)),
      revision_(choose_revision(options.revision, scenario_)),
      result_(machine_.run(revision_, scenario_)), subject_{revision_, scenario_, result_},
      verdict_(report::judge(subject_, options.strict))
{}

int FinishedRun::exit_code() const
{
    switch (verdict_.outcome) {
    case report::Outcome::clean:
        return exit_clean;
    case report::Outcome::violation:
        return exit_violation;
    case report::Outcome::not_fired:
    case report::Outcome::not_modelled:
    case report::Outcome::not_applicable:
        break;
    }
    return exit_no_verdict;
}

} // namespace cli
