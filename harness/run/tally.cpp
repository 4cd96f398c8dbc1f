// SPDX-License-Identifier: GPL-2.0-only
#include "run/tally.hpp"

#include "kernel/assert.hpp"
#include "run/final_state.hpp"

#include <algorithm>
#include <tuple>

namespace run {

bool is_same(const properties::Finding &left, const properties::Finding &right)
{
    return left.violation.property == right.violation.property &&
           left.violation.cause == right.violation.cause &&
           left.judgement.status == right.judgement.status &&
           left.judgement.id == right.judgement.id;
}

namespace {

ExploredRow &row_of(Explored &explored, const properties::Finding &finding)
{
    for (ExploredRow &row : explored.rows)
        if (is_same(row.finding, finding))
            return row;
    explored.rows.push_back({finding});
    return explored.rows.back();
}

// Switches are indexed, faults by number, save for the scenario's own, which all have in common.
bool is_before(const kernel::Switch &left, const kernel::Switch &right)
{
    return std::tuple(left.occasion, left.gap, left.pick) <
           std::tuple(right.occasion, right.gap, right.pick);
}

bool is_before(const kernel::Fault &left, const kernel::Fault &right)
{
    const auto key = [](const kernel::Fault &fault) {
        const kernel::Name object = fault.role.object;
        return std::tuple(fault.role.kind, object.word, object.number, object.part, fault.count);
    };
    return key(left) < key(right);
}

// -1, 0 or 1: a shorter list comes before a longer one.
template <class Item> int compare(const std::vector<Item> &left, const std::vector<Item> &right)
{
    if (left.size() != right.size())
        return left.size() < right.size() ? -1 : 1;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (is_before(left[i], right[i]))
            return -1;
        if (is_before(right[i], left[i]))
            return 1;
    }
    return 0;
}

// A total order, so that the first schedule does not depend on who came across which first.
bool is_before(const ExploredRow &left, const std::vector<kernel::Switch> &switches,
               const std::vector<kernel::Fault> &faults)
{
    if (left.switches.size() != switches.size())
        return left.switches.size() < switches.size();
    if (left.faults.size() != faults.size())
        return left.faults.size() < faults.size();
    const int by_switches = compare(left.switches, switches);
    return by_switches != 0 ? by_switches < 0 : compare(left.faults, faults) <= 0;
}

} // namespace

Explored found_before(const ExploreOptions &options)
{
    Explored found;
    if (options.from != nullptr)
        found = *options.from;
    else if (options.reached)
        found.campaign.emplace();
    found.stopped = false;
    return found;
}

void sort_rows(std::vector<ExploredRow> &rows)
{
    const auto key = [](const ExploredRow &row) {
        return std::tuple(row.finding.judgement.status, row.finding.violation.property,
                          row.finding.violation.cause, row.finding.judgement.id);
    };
    std::sort(rows.begin(), rows.end(), [&](const ExploredRow &left, const ExploredRow &right) {
        return key(left) < key(right);
    });
}

void tally(Explored &found, const Result &result, const scenario::Scenario &scenario)
{
    const auto findings = result.unmodelled == nullptr && !result.verdict.empty()
                              ? properties::findings(result.verdict, {scenario, result.events})
                              : std::vector<properties::Finding>{};
    if (found.campaign)
        found.campaign->add(result, findings);
    const std::size_t switches = scenario.switches.size();
    found.by_switches.resize(std::max(found.by_switches.size(), switches + 1));
    ++found.by_switches[switches];
    found.deepest = std::max(found.deepest, result.steps);
    found.final_states.insert(final_state(result));
    if (result.unmodelled != nullptr) {
        if (found.unmodelled++ == 0)
            found.why_unmodelled = result.unmodelled;
        found.configurable = found.configurable && result.configurable;
        return;
    }
    ++(result.completed ? found.complete : found.blocked);
    found.unfired += result.all_faults_fired() ? 0 : 1;
    for (const properties::Finding &finding : findings) {
        ExploredRow &row = row_of(found, finding);
        if (row.runs++ > 0 && is_before(row, scenario.switches, scenario.faults))
            continue;
        row.finding = finding;
        row.switches = scenario.switches;
        row.faults = scenario.faults;
    }
}

std::size_t Explored::count(properties::Status status) const
{
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const ExploredRow &row) {
            return row.finding.judgement.status == status;
        }));
}

void merge(Explored &whole, const Explored &part)
{
    whole.complete += part.complete;
    whole.blocked += part.blocked;
    if (whole.unmodelled == 0)
        whole.why_unmodelled = part.why_unmodelled;
    whole.unmodelled += part.unmodelled;
    whole.unfired += part.unfired;
    whole.by_switches.resize(std::max(whole.by_switches.size(), part.by_switches.size()));
    for (std::size_t i = 0; i < part.by_switches.size(); ++i)
        whole.by_switches[i] += part.by_switches[i];
    whole.repeated += part.repeated;
    whole.reduced = whole.reduced || part.reduced;
    whole.pruned += part.pruned;
    whole.deepest = std::max(whole.deepest, part.deepest);
    whole.final_states.insert(part.final_states.begin(), part.final_states.end());
    for (const ExploredRow &row : part.rows) {
        ExploredRow &mine = row_of(whole, row.finding);
        const std::uint64_t runs = mine.runs + row.runs;
        if (mine.runs == 0 || !is_before(mine, row.switches, row.faults))
            mine = row;
        mine.runs = runs;
    }
    sort_rows(whole.rows);
    whole.configurable = whole.configurable && part.configurable;
    whole.out_of_reach += part.out_of_reach;
    whole.stopped = whole.stopped || part.stopped;
    whole.exhausted = whole.exhausted && part.exhausted;
    HARNESS_ASSERT(whole.campaign.has_value() == part.campaign.has_value());
    if (whole.campaign)
        whole.campaign->add(*part.campaign);
}

} // namespace run
