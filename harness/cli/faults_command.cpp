// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz faults: a scenario with every fallible call failing, one at a time.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "kernel/bounds.hpp"
#include "report/matrix_text.hpp"
#include "scenario/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

struct FaultsOptions : ScenarioOptions {
    std::string regressions;
};

// What the file and the regressions show of the revision; nothing if strict. Without the option the
// folder need not be there.
run::Identities known_of(run::Machine &machine, const FaultsOptions &options,
                         const scenario::Scenario &scenario, const drivers::Revision &revision)
{
    if (options.strict)
        return {};
    std::vector<scenario::Scenario> files = {scenario};
    const std::string folder =
        options.regressions.empty() ? default_regressions : options.regressions;
    if (!options.regressions.empty() || std::filesystem::is_directory(folder))
        for (const std::string &path : regression_paths(folder))
            files.push_back(read_scenario(path, ""));
    return run::known_violations(machine, revision, files);
}

struct Counts {
    std::size_t clean = 0;
    std::size_t known = 0; // accepted and open ones, too
    std::size_t news = 0;
    std::size_t trouble = 0;
};

Counts count(const std::vector<run::FaultRun> &runs, const run::Identities &known)
{
    Counts counts;
    for (const run::FaultRun &run : runs) {
        const bool news =
            std::any_of(run.findings.begin(), run.findings.end(),
                        [&](const auto &finding) { return run::is_news(finding, known); });
        if (run.is_trouble())
            ++counts.trouble;
        else if (news)
            ++counts.news;
        else
            ++(run.findings.empty() ? counts.clean : counts.known);
    }
    return counts;
}

Json run_json(const run::FaultRun &run, const scenario::Scenario &scenario,
              const run::Identities &known)
{
    Json json;
    json["fault"] = scenario::fault_text(run.fault, scenario.actors);
    json["role"] = scenario::role_text(run.fault.role, scenario.actors);
    json["nth"] = run.fault.count;
    json["site"] = kernel::site_text(run.site);
    json["object"] = run.object ? Json(kernel::to_string(run.object)) : Json();
    json["function"] = run.function.empty() ? Json() : Json(run.function);
    json["findings"] = Json::array();
    for (const properties::Finding &finding : run.findings) {
        json["findings"].push_back(finding_json(finding));
        json["findings"].back()["new"] = run::is_news(finding, known);
    }
    if (!run.unmodelled.empty())
        json["not_modelled"] = run.unmodelled;
    return json;
}

int fail_every_call(const FaultsOptions &options)
{
    const scenario::Scenario scenario = read_scenario(options.path, options.format);
    const drivers::Revision &revision = choose_revision(options.revision, scenario);
    if (scenario.faults.size() >= bounds::faults_max)
        throw Failure(exit_bad_input,
                      fmt::format("{}: has {} faults, there is no room for one more", options.path,
                                  scenario.faults.size()));
    run::Machine machine;
    // Without a verdict there is nothing to compare with, and maybe no call to fail.
    const run::Cell before = run::examine(machine, revision, scenario);
    if (!before.unmodelled.empty())
        throw Failure(exit_no_verdict, fmt::format("{} on {}: {}: {}", options.path, revision.id,
                                                   before.observed.front(), before.unmodelled));
    const run::Identities known = known_of(machine, options, scenario, revision);

    std::vector<run::FaultRun> runs;
    {
        Progress progress("calls:");
        run::fault_loop(machine, revision, scenario, [&](const run::FaultRun &run) {
            runs.push_back(run);
            if (options.strict)
                for (properties::Finding &finding : runs.back().findings)
                    finding.judgement = {};
            progress.step();
        });
    }

    const Counts counts = count(runs, known);
    if (options.json) {
        Json json;
        json["revision"] = revision.id;
        json["title"] = scenario.title;
        json["runs"] = Json::array();
        for (const run::FaultRun &run : runs)
            json["runs"].push_back(run_json(run, scenario, known));
        json["count"] = {{"calls", runs.size()},
                         {"clean", counts.clean},
                         {"known", counts.known},
                         {"new", counts.news},
                         {"trouble", counts.trouble}};
        print(json_text(json));
    } else {
        const report::Paint paint = paint_for_stdout();
        const bool good = counts.news + counts.trouble == 0;
        print(report::fault_table(runs, scenario, known, paint) +
              paint(good ? report::Tone::good : report::Tone::bad,
                    fmt::format("{}: {} calls failed one at a time: {} clean, {} known, {} new, {} "
                                "without a verdict",
                                revision.id, runs.size(), counts.clean, counts.known, counts.news,
                                counts.trouble)) +
              '\n');
    }
    if (counts.trouble > 0)
        return exit_no_verdict;
    return counts.news > 0 ? exit_violation : exit_clean;
}

} // namespace

void add_faults(CLI::App &app, int &code)
{
    CLI::App *command = app.add_subcommand(
        "faults", "Run a scenario with every fallible call failing, one at a time");
    const auto options = std::make_shared<FaultsOptions>();
    add_scenario_options(*command, *options);
    command
        ->add_option("--regressions", options->regressions,
                     "A folder of regressions: what they promise of the revision is no news\n"
                     "(regressions, if there is one)")
        ->option_text("DIR");
    command->callback([options, &code] { code = fail_every_call(*options); });
}

} // namespace cli
