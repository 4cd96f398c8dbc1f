// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz bugs: each catalogued bug that a regression shows, with a sign to look for and a revision
// to look on, a line each: what scripts/bench-time-to-bug searches.
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "run/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace cli {
namespace {

struct Bug {
    std::string entry;
    std::string revision;
    std::string identity;  // "property:cause"
    std::string exception; // that takes it; "-": it is a violation
    std::string file;      // the first that shows it

    auto key() const { return std::tie(entry, revision, identity, exception); }
};

// The one the entry is named after ("V7-1", "ML-3"), if it has the bug, else the first that has.
std::string revision_of(const scenario::Shown &shown)
{
    std::string series = shown.entry.substr(0, shown.entry.find('-'));
    std::transform(series.begin(), series.end(), series.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::find(shown.on.begin(), shown.on.end(), series) != shown.on.end())
        return series;
    // What mainline has has no series of its own.
    return std::find(shown.on.begin(), shown.on.end(), "mainline") != shown.on.end()
               ? "mainline"
               : shown.on.front();
}

// The first sign that is a finding: who has a range at rest is no finding.
void add_bug(std::vector<Bug> &bugs, const scenario::Shown &shown, const run::Cell &cell,
             const std::string &file)
{
    for (const std::string &sign : shown.by)
        for (const properties::Finding &finding : cell.findings) {
            if (properties::identity(finding.violation) != sign)
                continue;
            const bool violation = finding.judgement.status == properties::Status::violation;
            Bug bug{shown.entry, std::string(cell.revision->id), sign,
                    violation ? "-" : std::string(finding.judgement.id), file};
            if (std::none_of(bugs.begin(), bugs.end(),
                             [&](const Bug &known) { return known.key() == bug.key(); }))
                bugs.push_back(std::move(bug));
            return;
        }
}

std::vector<Bug> collect(const std::string &regressions)
{
    std::vector<Bug> bugs;
    run::Machine machine;
    for (const std::string &path : regression_paths(regressions)) {
        const scenario::Scenario scenario = read_scenario(path, "");
        for (const scenario::Shown &shown : scenario.shows) {
            if (shown.on.empty())
                continue;
            const auto &revision = choose_revision(revision_of(shown), scenario);
            add_bug(bugs, shown, run::examine(machine, revision, scenario),
                    std::filesystem::path(path).filename().string());
        }
    }
    return bugs;
}

void show_bugs(const std::string &regressions, bool json)
{
    const std::vector<Bug> bugs = collect(regressions);
    Json list = Json::array();
    std::string text;
    for (const Bug &bug : bugs) {
        list.push_back({{"entry", bug.entry},
                        {"revision", bug.revision},
                        {"identity", bug.identity},
                        {"exception", bug.exception},
                        {"file", bug.file}});
        text += fmt::format("{} {} {} {} {}\n", bug.entry, bug.revision, bug.identity,
                            bug.exception, bug.file);
    }
    print(json ? json_text(list) : text);
}

} // namespace

void add_bugs(CLI::App &app, int &)
{
    CLI::App *command = app.add_subcommand(
        "bugs", "What regressions show: entry, revision, identity, exception or -, file");
    const auto regressions = std::make_shared<std::string>(default_regressions);
    const auto json = std::make_shared<bool>(false);
    command->add_option("--regressions", *regressions, "The folder (regressions)")
        ->option_text("DIR");
    command->add_flag("--json", *json, "For machines");
    command->callback([regressions, json] { show_bugs(*regressions, *json); });
}

} // namespace cli
