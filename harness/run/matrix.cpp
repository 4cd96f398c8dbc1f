// SPDX-License-Identifier: GPL-2.0-only
#include "run/matrix.hpp"

#include "properties/owners.hpp"
#include "run/explore.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <map>

namespace run {

Identities observed(const Result &result, std::span<const properties::Finding> findings)
{
    if (!result.configurable)
        return {std::string(scenario::not_applicable)};
    if (result.unmodelled != nullptr)
        return {std::string(not_modelled_word)};
    Identities identities;
    // In a run that stopped a fault may have had no chance; the identity says that it stopped.
    if (result.completed && !result.all_faults_fired())
        identities.emplace_back(scenario::not_fired);
    for (const properties::Finding &finding : findings)
        identities.push_back(properties::identity(finding.violation));
    return identities;
}

namespace {

const std::vector<std::string> *find(std::span<const scenario::Expectation> promises,
                                     std::string_view revision_id)
{
    for (const scenario::Expectation &promise : promises)
        if (promise.revision == revision_id)
            return &promise.verdict;
    return nullptr;
}

} // namespace

const Identities *promised(const scenario::Scenario &scenario, std::string_view revision_id)
{
    return find(scenario.expect, revision_id);
}

std::size_t Cell::count(properties::Status status) const
{
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(), [&](const properties::Finding &finding) {
            return finding.judgement.status == status;
        }));
}

namespace {

bool has(const std::vector<std::string> &lines, std::string_view line)
{
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool bears(const Cell &cell, const std::string &sign)
{
    return has(cell.observed, sign) || has(cell.owners, sign);
}

// A sign may be shared, such as a lost range: then some entry of the file must have the revision.
bool is_misplaced(const scenario::Shown &shown, const scenario::Scenario &scenario,
                  const Cell &cell)
{
    const std::string_view id = cell.revision->id;
    if (has(shown.on, id))
        return !is_shown(shown, cell);
    return std::any_of(shown.by.begin(), shown.by.end(), [&](const std::string &sign) {
        return bears(cell, sign) &&
               std::none_of(scenario.shows.begin(), scenario.shows.end(), [&](const auto &other) {
                   return has(other.on, id) && has(other.by, sign);
               });
    });
}

} // namespace

bool is_shown(const scenario::Shown &shown, const Cell &cell)
{
    return std::any_of(shown.by.begin(), shown.by.end(),
                       [&](const std::string &sign) { return bears(cell, sign); });
}

Cell examine(Machine &machine, const drivers::Revision &revision,
             const scenario::Scenario &scenario)
{
    const Result result = machine.run(revision, scenario);
    Cell cell;
    cell.revision = &revision;
    cell.findings = properties::findings(result.verdict, {scenario, result.events});
    cell.observed = observed(result, cell.findings);
    if (const Identities *expected = promised(scenario, revision.id))
        cell.expected = *expected;
    for (const properties::Owned &owned : properties::owners_at_rest(result.events))
        cell.owners.push_back(scenario::owner_text(owned.range, owned.owner));
    if (const Owners *expected = find(scenario.owners, revision.id))
        cell.expected_owners = *expected;
    if (result.unmodelled != nullptr)
        cell.unmodelled = result.unmodelled;
    for (const scenario::Shown &shown : scenario.shows) {
        if (has(shown.on, revision.id) && is_shown(shown, cell))
            cell.shown.push_back(shown.entry);
        if (is_misplaced(shown, scenario, cell))
            cell.misplaced.push_back(shown.entry);
    }
    return cell;
}

MatrixCount count(const Matrix &matrix)
{
    struct Entry {
        bool agrees = true;
        bool shows = false;
    };
    MatrixCount total;
    std::map<std::string_view, Entry> entries;
    for (const MatrixRow &row : matrix.rows) {
        const auto agreeing = static_cast<std::size_t>(std::count_if(
            row.cells.begin(), row.cells.end(), [](const Cell &cell) { return cell.agrees(); }));
        total.cells += row.cells.size();
        total.agreeing += agreeing;
        for (const Cell &cell : row.cells)
            total.schedules += cell.schedules;
        for (const scenario::Shown &shown : row.scenario.shows) {
            Entry &entry = entries[shown.entry];
            entry.agrees = entry.agrees && agreeing == row.cells.size();
            entry.shows =
                entry.shows || std::any_of(row.cells.begin(), row.cells.end(),
                                           [&](const Cell &cell) { return is_shown(shown, cell); });
        }
    }
    total.entries = entries.size();
    for (const auto &[name, entry] : entries) {
        total.catalogued += scenario::is_catalogued(name) ? 1 : 0;
        total.reproduced += entry.agrees && entry.shows ? 1 : 0;
        total.silent += entry.agrees && !entry.shows ? 1 : 0;
    }
    return total;
}

namespace {

// The first file that tells an entry of the revision by the sign; empty: none does.
std::string told_by(const Matrix &matrix, const drivers::Revision &revision,
                    const std::string &sign)
{
    for (const MatrixRow &row : matrix.rows)
        for (const scenario::Shown &shown : row.scenario.shows)
            if (has(shown.on, revision.id) && has(shown.by, sign))
                return row.file;
    return {};
}

void examine_schedules(Machine &machine, const Matrix &matrix, const scenario::Scenario &scenario,
                       Cell &cell)
{
    ExploreOptions options;
    options.switches_max = scenario.switches.size();
    const Explored explored = explore(machine, *cell.revision, scenario, options);
    cell.schedules = explored.schedules();
    cell.schedules_unjudged = explored.unmodelled + explored.out_of_reach;
    for (const ExploredRow &shown : explored.rows) {
        if (shown.finding.judgement.status != properties::Status::violation)
            continue;
        const std::string sign = properties::identity(shown.finding.violation);
        std::string file = told_by(matrix, *cell.revision, sign);
        if (file.empty())
            cell.on_other_schedules.push_back(sign);
        else
            cell.told_elsewhere.push_back({sign, std::move(file)});
    }
}

} // namespace

void examine_schedules(Machine &machine, Matrix &matrix, const std::function<void()> &cell_done)
{
    for (MatrixRow &row : matrix.rows)
        for (Cell &cell : row.cells) {
            if (cell.observed.empty())
                examine_schedules(machine, matrix, row.scenario, cell);
            cell_done();
        }
}

std::vector<Deviation> deviations(const Matrix &matrix)
{
    std::vector<Deviation> all;
    for (const MatrixRow &row : matrix.rows)
        for (const scenario::Shown &shown : row.scenario.shows)
            if (!shown.catalogue.empty())
                all.push_back({shown.entry, row.file, shown.on, shown.catalogue});
    return all;
}

} // namespace run
