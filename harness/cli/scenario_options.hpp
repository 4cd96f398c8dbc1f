// SPDX-License-Identifier: GPL-2.0-only
// What the commands that run a scenario have in common: their options, the run, the exit code.
#pragma once

#include "report/verdict.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace cli {

struct ScenarioOptions {
    std::string path;
    std::string format;
    std::string revision;
    bool strict = false;
    bool json = false;
};

void add_scenario_options(CLI::App &command, ScenarioOptions &options);
void add_format_option(CLI::App &command, std::string &format);

// A scenario that was run. Stays where it is made: the parts refer to each other.
class FinishedRun {
public:
    explicit FinishedRun(const ScenarioOptions &options);
    FinishedRun(const FinishedRun &) = delete;
    FinishedRun &operator=(const FinishedRun &) = delete;

    const report::Subject &subject() const { return subject_; }
    const report::Verdict &verdict() const { return verdict_; }
    int exit_code() const;

private:
    scenario::Scenario scenario_;
    const drivers::Revision &revision_;
    run::Machine machine_;
    run::Result result_;
    report::Subject subject_;
    report::Verdict verdict_;
};

} // namespace cli
