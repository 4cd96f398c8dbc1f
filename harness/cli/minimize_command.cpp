// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz minimize: the smallest scenario with the same violation.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "fuzz/revisions_agree.hpp"
#include "run/minimize.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

// A hundred runs take a few milliseconds: whoever waits longer waits for something unheard of.
constexpr unsigned default_seconds = 60;
// Larger numbers are slips of the hand.
constexpr unsigned seconds_max = 7 * 24 * 3600;

constexpr std::size_t runs_shown = 100;

struct MinimizeCommandOptions : ScenarioOptions {
    std::string output;
    std::vector<std::string> identities;
    unsigned seconds = default_seconds;
};

using properties::Finding;

std::string identities_of(const std::vector<Finding> &findings)
{
    std::string text;
    for (const Finding &finding : findings)
        text += (text.empty() ? "" : ", ") + properties::identity(finding.violation);
    return text.empty() ? "nothing" : text;
}

// What is to stay: what was asked for, else the first that is news, else the first.
std::vector<run::Target> choose_targets(const MinimizeCommandOptions &options,
                                        const drivers::Revision &revision,
                                        const std::vector<Finding> &findings)
{
    std::vector<run::Target> targets;
    for (const std::string &identity : options.identities) {
        const auto found = std::find_if(findings.begin(), findings.end(), [&](const auto &finding) {
            return properties::identity(finding.violation) == identity;
        });
        if (found == findings.end())
            throw Failure(exit_bad_input,
                          fmt::format("--identity: {} does not show {} on {}, but {}", options.path,
                                      identity, revision.id, identities_of(findings)));
        targets.push_back(run::target_of(revision, *found));
    }
    if (!targets.empty() || findings.empty())
        return targets;
    const auto news = std::find_if(findings.begin(), findings.end(), [&](const auto &finding) {
        return options.strict || finding.judgement.status == properties::Status::violation;
    });
    return {run::target_of(revision, news != findings.end() ? *news : findings.front())};
}

// What was found must not be lost for what a tool made of it.
void refuse_same_file(const MinimizeCommandOptions &options)
{
    std::error_code error;
    if (options.path != "-" && std::filesystem::equivalent(options.path, options.output, error))
        throw Failure(exit_bad_input,
                      fmt::format("{}: is FILE itself, which minimize does not overwrite: choose "
                                  "another OUT",
                                  options.output));
}

// What has to stay, for people.
struct Wanted {
    std::vector<std::string> revisions;
    std::vector<std::string> identities;
    std::vector<std::string> lines;
};

Wanted wanted_of(const std::vector<run::Target> &targets)
{
    Wanted wanted;
    wanted.revisions.emplace_back(targets.front().revision->id);
    for (const run::Target &target : targets) {
        wanted.identities.push_back(target.identity);
        wanted.lines.push_back(fmt::format("{}: {} [{}]", target.revision->id, target.identity,
                                           report::status_text(target.judgement)));
    }
    return wanted;
}

// `work` is given when to stop.
template <class Work> run::Minimized in_time(unsigned seconds, Work work)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    Progress progress("runs:", runs_shown);
    run::MinimizeOptions options;
    options.go_on = [&](std::size_t) {
        progress.step();
        return Clock::now() < end;
    };
    return work(options);
}

std::string end_text(const run::Minimized &result, unsigned seconds)
{
    switch (result.end) {
    case run::MinimizeEnd::minimal:
        return fmt::format("minimal after {} runs: without any one part of it, it is lost",
                           result.runs);
    case run::MinimizeEnd::runs_max:
        return fmt::format("NOT minimal: stopped after {} runs; minimize it again to go on",
                           result.runs);
    case run::MinimizeEnd::stopped:
        break;
    }
    return fmt::format("NOT minimal: stopped after {} runs, {} seconds were over; the result "
                       "depends on the machine",
                       result.runs, seconds);
}

std::string report_text(const Wanted &wanted, const run::Minimized &result, unsigned seconds)
{
    std::string text;
    for (const std::string &line : wanted.lines)
        text += line + '\n';
    for (const run::StageReport &stage : result.dropped)
        if (stage.before > 0)
            text += fmt::format("  {:<34} {:>3} -> {}\n", stage.name, stage.before, stage.after);
    for (const run::StageReport &stage : result.simplified)
        if (stage.after > 0)
            text += fmt::format("  simpler: {:<25} {:>3}\n", stage.name, stage.after);
    return text + end_text(result, seconds) + '\n';
}

Json report_json(const Wanted &wanted, const run::Minimized &result)
{
    Json json;
    json["revision"] = wanted.revisions.front();
    if (wanted.revisions.size() > 1)
        json["revisions"] = wanted.revisions;
    json["identities"] = wanted.identities;
    json["dropped"] = Json::array();
    for (const run::StageReport &stage : result.dropped)
        json["dropped"].push_back(
            {{"part", stage.name}, {"before", stage.before}, {"after", stage.after}});
    json["simplified"] = Json::array();
    for (const run::StageReport &stage : result.simplified)
        json["simplified"].push_back({{"stage", stage.name}, {"changes", stage.after}});
    json["runs"] = result.runs;
    json["minimal"] = result.end == run::MinimizeEnd::minimal;
    json["scenario"] = scenario::print_text(result.scenario);
    return json;
}

// Nothing to minimise. The exit code is that of `run`, and nothing is written.
int tell_nothing(const FinishedRun &finished, const MinimizeCommandOptions &options)
{
    std::fprintf(stderr, "%s: shows no violation on %s (%s), nothing is written\n",
                 options.path.c_str(), std::string(finished.subject().revision.id).c_str(),
                 std::string(report::outcome_text(finished.verdict().outcome)).c_str());
    return finished.exit_code();
}

int write(const MinimizeCommandOptions &options, const Wanted &wanted, const run::Minimized &result)
{
    write_scenario(options.output, result.scenario, leading_comment(options.path, options.format));
    // Where the scenario goes to stdout, the report must not.
    const std::string report = options.json ? json_text(report_json(wanted, result))
                                            : report_text(wanted, result, options.seconds);
    if (options.output == "-")
        std::fputs(report.c_str(), stderr);
    else
        print(report);
    return exit_clean;
}

// ---------------------------------------------------------------- what two revisions do not agree on

bool is_disagreement(const std::string &identity)
{
    return identity.rfind(std::string(fuzz::disagreement) + ':', 0) == 0;
}

const fuzz::RevisionPair &read_pair(const std::string &identity)
{
    for (const fuzz::RevisionPair &pair : fuzz::agreeing_revisions)
        if (identity.rfind(fuzz::identity_of(pair, ""), 0) == 0)
            return pair;
    std::string known;
    for (const fuzz::RevisionPair &pair : fuzz::agreeing_revisions)
        known += fmt::format("{}{},{}", known.empty() ? "" : " ", pair.left, pair.right);
    throw Failure(exit_bad_input, fmt::format("--identity: {} is of no pair that is to agree: {}",
                                              identity, known));
}

int minimize_disagreement(const MinimizeCommandOptions &options)
{
    const std::string &identity = options.identities.front();
    if (options.identities.size() > 1 || !options.revision.empty())
        throw Failure(
            exit_bad_input,
            fmt::format("--identity: {} goes with neither another one nor --revision", identity));
    const fuzz::RevisionPair &pair = read_pair(identity);
    const auto shown = [&](const scenario::Scenario &scenario) {
        const std::string what = options.strict ? fuzz::difference_on(pair, scenario, {})
                                                : fuzz::difference_on(pair, scenario);
        return what.empty() ? std::string("nothing") : fuzz::identity_of(pair, what);
    };
    const scenario::Scenario scenario =
        fuzz::sequential(read_scenario(options.path, options.format));
    if (const std::string other = shown(scenario); other != identity)
        throw Failure(exit_bad_input, fmt::format("--identity: {} does not show {}, but {}",
                                                  options.path, identity, other));
    const auto keeps = [&](const scenario::Scenario &candidate) {
        return shown(candidate) == identity;
    };
    run::Machine machine;
    const run::Minimized result = in_time(options.seconds, [&](const run::MinimizeOptions &limits) {
        return run::minimize(machine, *drivers::find_revision(pair.left), scenario, keeps, limits);
    });
    const std::vector<std::string> revisions{std::string(pair.left), std::string(pair.right)};
    return write(options, {revisions, {identity}, {identity}}, result);
}

// ---------------------------------------------------------------- what one revision shows

int minimize_violation(const MinimizeCommandOptions &options)
{
    const FinishedRun finished(options);
    const scenario::Scenario &scenario = finished.subject().scenario;
    const auto targets =
        choose_targets(options, finished.subject().revision, finished.verdict().findings);
    if (targets.empty())
        return tell_nothing(finished, options);
    run::Machine machine;
    const run::Minimized result = in_time(options.seconds, [&](const run::MinimizeOptions &limits) {
        return run::minimize(machine, scenario, targets, limits);
    });
    return write(options, wanted_of(targets), result);
}

int minimize(const MinimizeCommandOptions &options)
{
    refuse_same_file(options);
    const bool of_two =
        std::any_of(options.identities.begin(), options.identities.end(), is_disagreement);
    return of_two ? minimize_disagreement(options) : minimize_violation(options);
}

} // namespace

void add_minimize(CLI::App &app, int &code)
{
    CLI::App *command =
        app.add_subcommand("minimize", "Drop and simplify what a violation does not need");
    const auto options = std::make_shared<MinimizeCommandOptions>();
    add_scenario_options(*command, *options);
    command
        ->add_option(
            "-o", options->output,
            "Where to: text if the name ends in .toml or is - (stdout), wire otherwise;\n"
            "not FILE itself. A scenario that violates nothing leaves it alone (exit code 0)")
        ->required()
        ->option_text("OUT");
    command
        ->add_option("--identity", options->identities,
                     "What must stay: property:cause, several times if need be; without it the\n"
                     "first that is neither accepted nor open, without that the first. Or what\n"
                     "fuzz_revisions_agree found: revisions-agree:LEFT,RIGHT:DIFFERENCE")
        ->option_text("ID");
    command
        ->add_option("--seconds", options->seconds,
                     "How long to try; what is found by then is written (60)")
        ->check(CLI::Range(1U, seconds_max))
        ->option_text("N");
    command->callback([options, &code] { code = minimize(*options); });
}

} // namespace cli
