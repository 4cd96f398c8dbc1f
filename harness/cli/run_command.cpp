// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz run: the verdict, for people or for machines, or against what the file expects.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "report/matrix_text.hpp"
#include "report/trace.hpp"
#include "run/matrix.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace cli {
namespace {

struct RunOptions : ScenarioOptions {
    bool trace = false;
    bool expect = false;
    bool check_determinism = false;
};

using run::Identities;

const Identities &expected_of(const report::Subject &subject, const std::string &path)
{
    if (const Identities *expected = run::promised(subject.scenario, subject.revision.id))
        return *expected;
    throw Failure(exit_bad_input, fmt::format("{}: [expect] says nothing of revision {}", path,
                                              subject.revision.id));
}

// The same again, twice: the machine of the first is new, that of the last has a past.
void check_determinism(const report::Subject &subject)
{
    const std::string first = report::trace(subject.result, subject.scenario);
    run::Machine machine;
    for (int i = 0; i < 2; ++i) {
        const run::Result again = machine.run(subject.revision, subject.scenario);
        const std::string trace = report::trace(again, subject.scenario);
        if (const auto difference = report::first_difference(first, trace))
            throw Failure(exit_no_verdict,
                          fmt::format("HARNESS FAILURE: the same run twice, but line {} of its "
                                      "trace differs:\n  {}\n  {}",
                                      difference->line, difference->left, difference->right));
    }
}

int run_scenario(const RunOptions &options)
{
    const FinishedRun finished(options);
    const report::Subject &subject = finished.subject();
    if (options.check_determinism)
        check_determinism(subject);
    const report::Verdict &verdict = finished.verdict();
    const report::Paint paint = paint_for_stdout();
    int code = finished.exit_code();

    Json json;
    std::string text;
    if (options.json)
        json = verdict_json(subject, verdict);
    else if (options.trace)
        text = report::trace(subject.result, subject.scenario) + '\n';
    if (options.json && options.trace)
        json["trace"] = trace_json(subject, report::Level::full);
    if (!options.json)
        text += report::verdict_text(subject, verdict, paint);

    if (options.check_determinism) {
        json["deterministic"] = true; // otherwise it has ended
        text += fmt::format("deterministic: three runs make the same {} records\n",
                            subject.result.events.size());
    }
    if (options.expect) {
        const Identities &expected = expected_of(subject, options.path);
        const Identities observed = run::observed(subject.result, verdict.findings);
        const bool same = observed == expected;
        if (same)
            code = exit_clean;
        else if (code == exit_clean)
            code = exit_violation;
        json["expected"] = expected;
        json["as_expected"] = same;
        text += same ? paint(report::Tone::good, "as expected") + '\n'
                     : fmt::format("{}: expected {}, observed {}\n",
                                   paint(report::Tone::bad, "not as expected"),
                                   report::identities_text(expected),
                                   report::identities_text(observed));
    }
    print(options.json ? json_text(json) : text);
    return code;
}

} // namespace

void add_run(CLI::App &app, int &code)
{
    CLI::App *command = app.add_subcommand("run", "Run a scenario, print the verdict");
    const auto options = std::make_shared<RunOptions>();
    add_scenario_options(*command, *options);
    command->add_flag("--trace", options->trace, "Every event of the run, before the verdict");
    command->add_flag("--expect", options->expect,
                      "Compare with the file's [expect]: exit 0 if the verdict holds just these\n"
                      "identities in this order (accepted and open ones, too), else 1");
    command->add_flag(
        "--check-determinism", options->check_determinism,
        "Run it again, and once more: exit 3 unless all traces are the same, byte for\n"
        "byte");
    command->callback([options, &code] { code = run_scenario(*options); });
}

} // namespace cli
