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
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
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

// Those that have it: first the one that the entry is named after ("V7-1", "ML-3"), then mainline, which
// has no series of its own.
std::vector<std::string> revisions_of(const scenario::Shown &shown)
{
    std::string series = shown.entry.substr(0, shown.entry.find('-'));
    std::transform(series.begin(), series.end(), series.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::vector<std::string> revisions = shown.on;
    std::stable_sort(revisions.begin(), revisions.end(), [&](const auto &left, const auto &right) {
        const auto rank = [&](const std::string &id) {
            return id == series ? 0 : id == "mainline" ? 1 : 2;
        };
        return rank(left) < rank(right);
    });
    return revisions;
}

// The first sign that is a finding, if there is one: who has a range at rest is none.
std::optional<Bug> bug_of(const scenario::Shown &shown, const run::Cell &cell,
                          const std::string &file)
{
    for (const std::string &sign : shown.by)
        for (const properties::Finding &finding : cell.findings)
            if (properties::identity(finding.violation) == sign)
                return Bug{shown.entry, std::string(cell.revision->id), sign,
                           finding.judgement.status == properties::Status::violation
                               ? "-"
                               : std::string(finding.judgement.id),
                           file};
    return std::nullopt;
}

struct Bugs {
    std::vector<Bug> found;
    std::set<std::string> others; // entries that no finding is a sign of
};

Bugs collect(const std::string &regressions)
{
    Bugs bugs;
    run::Machine machine;
    for (const std::string &path : regression_paths(regressions)) {
        const scenario::Scenario scenario = read_scenario(path, "");
        const std::string file = std::filesystem::path(path).filename().string();
        for (const scenario::Shown &shown : scenario.shows) {
            std::optional<Bug> bug;
            for (const std::string &id : revisions_of(shown))
                if (!bug)
                    bug = bug_of(shown,
                                 run::examine(machine, choose_revision(id, scenario), scenario),
                                 file);
            if (!bug)
                bugs.others.insert(shown.entry);
            else if (std::none_of(bugs.found.begin(), bugs.found.end(),
                                  [&](const Bug &known) { return known.key() == bug->key(); }))
                bugs.found.push_back(*std::move(bug));
        }
    }
    for (const Bug &bug : bugs.found)
        bugs.others.erase(bug.entry);
    return bugs;
}

void show_bugs(const std::string &regressions, bool json)
{
    const Bugs bugs = collect(regressions);
    Json list = Json::array();
    std::string text;
    for (const Bug &bug : bugs.found) {
        list.push_back({{"entry", bug.entry},
                        {"revision", bug.revision},
                        {"identity", bug.identity},
                        {"exception", bug.exception},
                        {"file", bug.file}});
        text += fmt::format("{} {} {} {} {}\n", bug.entry, bug.revision, bug.identity,
                            bug.exception, bug.file);
    }
    print(json ? json_text(list) : text);
    if (!bugs.others.empty())
        std::fprintf(stderr, "no run finds, since no violation is a sign of it: %s\n",
                     fmt::format("{}", fmt::join(bugs.others, ", ")).c_str());
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
