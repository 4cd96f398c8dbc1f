// SPDX-License-Identifier: GPL-2.0-only
#include "run/matrix.hpp"

#include "properties/owners.hpp"
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
        const bool shows = std::any_of(row.cells.begin(), row.cells.end(),
                                       [](const Cell &cell) { return !cell.findings.empty(); });
        for (const std::string &name : row.scenario.entries) {
            Entry &entry = entries[name];
            entry.agrees = entry.agrees && agreeing == row.cells.size();
            entry.shows = entry.shows || shows;
        }
    }
    total.entries = entries.size();
    for (const auto &[name, entry] : entries) {
        total.reproduced += entry.agrees && entry.shows ? 1 : 0;
        total.silent += entry.agrees && !entry.shows ? 1 : 0;
    }
    return total;
}

} // namespace run
