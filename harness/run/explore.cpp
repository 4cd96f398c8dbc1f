// SPDX-License-Identifier: GPL-2.0-only
#include "run/explore.hpp"

#include "kernel/assert.hpp"
#include "kernel/bounds.hpp"
#include "run/final_state.hpp"
#include "run/minimize.hpp"
#include "run/simpler.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

namespace run {
namespace {

using kernel::Choice;
using kernel::Choices;
using scenario::Scenario;

bool is_same(const properties::Finding &left, const properties::Finding &right)
{
    return left.violation.property == right.violation.property &&
           left.violation.cause == right.violation.cause &&
           left.judgement.status == right.judgement.status &&
           left.judgement.id == right.judgement.id;
}

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

class Explorer {
public:
    Explorer(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
             const ExploreOptions &options)
        : machine_(machine), revision_(revision), options_(options), scenario_(scenario),
          own_faults_(scenario.faults.size()),
          choices_(options.switches_max + options.faults_max + 1)
    {
        scenario_.switches.clear();
    }

    Explored explore();

private:
    Machine &machine_;
    const drivers::Revision &revision_;
    const ExploreOptions &options_;
    Scenario scenario_; // as it is run next
    const std::size_t own_faults_;
    std::vector<Choices> choices_; // of the runs on the way to the present one, by depth
    std::size_t switches_ = 0;     // of the schedules that this pass is about
    std::uint64_t runs_ = 0;
    Explored found_;

    std::size_t depth() const
    {
        return scenario_.switches.size() + scenario_.faults.size() - own_faults_;
    }
    void visit(bool last_was_fault);
    void visit_behind(const Choices &choices, std::size_t first);
    std::size_t behind_last(const Choices &choices, bool last_was_fault) const;
    bool is_ours(std::size_t branch) const;
    void add_switches(const Choice &choice);
    void add_fault(const Choice &choice);
    void count(const Result &result);
};

Explored Explorer::explore()
{
    switches_ = options_.in_turn ? 0 : options_.switches_max;
    for (; switches_ <= options_.switches_max && !found_.stopped; ++switches_) {
        visit(false);
        // Without a schedule of so many switches there is none of more.
        if (options_.in_turn && found_.by_switches.size() <= switches_ && switches_ > 0)
            break;
    }
    found_.exhausted = !found_.stopped && found_.by_switches.size() <= options_.switches_max;
    sort_rows(found_.rows);
    return std::move(found_);
}

// Runs the scenario as it stands, then everything behind it.
void Explorer::visit(bool last_was_fault)
{
    if (found_.stopped || (options_.go_on && !options_.go_on(runs_))) {
        found_.stopped = true;
        return;
    }
    ++runs_;
    const std::size_t switches = scenario_.switches.size();
    const bool wanted = !options_.in_turn || switches == switches_;
    const bool leaf =
        switches == switches_ && scenario_.faults.size() == own_faults_ + options_.faults_max;
    Choices &choices = choices_[depth()];
    const Result result =
        machine_.run(revision_, scenario_, {.choices = leaf ? nullptr : &choices});
    // What is on the way to the other parts is counted in the first.
    if (!wanted || (depth() == 0 && options_.shard != 0))
        ++found_.repeated;
    else
        count(result);
    if (!leaf)
        visit_behind(choices, behind_last(choices, last_was_fault));
}

// The first choice after the departure that was added last.
std::size_t Explorer::behind_last(const Choices &choices, bool last_was_fault) const
{
    if (depth() == 0)
        return 0;
    const Choice::Kind kind = last_was_fault ? Choice::Kind::failed : Choice::Kind::switched;
    const std::size_t index =
        (last_was_fault ? scenario_.faults.size() : scenario_.switches.size()) - 1;
    const auto last = std::find_if(choices.begin(), choices.end(), [&](const Choice &choice) {
        return choice.kind == kind && choice.others == index;
    });
    // The run is the same up to there.
    HARNESS_ASSERT(last != choices.end());
    return static_cast<std::size_t>(last - choices.begin()) + 1;
}

// Of the departures from the run without any, counted from 0.
bool Explorer::is_ours(std::size_t branch) const
{
    return depth() > 0 || branch % options_.shards == options_.shard;
}

void Explorer::visit_behind(const Choices &choices, std::size_t first)
{
    const bool more_switches = scenario_.switches.size() < switches_;
    const bool more_faults = scenario_.faults.size() < own_faults_ + options_.faults_max;
    std::size_t branch = 0;
    for (std::size_t i = first; i < choices.size() && !found_.stopped; ++i) {
        const Choice &choice = choices[i];
        const bool at_stop = choice.kind == Choice::Kind::stop;
        const bool task = (choice.kind == Choice::Kind::task || at_stop) && more_switches;
        const bool call = choice.kind == Choice::Kind::call && more_faults;
        if ((!task && !call) || !is_ours(branch++))
            continue;
        if (choice.place > std::numeric_limits<std::uint16_t>::max())
            ++found_.out_of_reach;
        else if (task)
            add_switches(choice);
        else
            add_fault(choice);
    }
}

void Explorer::add_switches(const Choice &choice)
{
    for (std::uint16_t pick = 0; pick < choice.others; ++pick) {
        scenario_.switches.push_back({.indexed = true,
                                      .occasion = choice.kind == Choice::Kind::stop
                                                      ? kernel::Occasion::blocks
                                                      : kernel::Occasion::before,
                                      .gap = static_cast<std::uint16_t>(choice.place),
                                      .pick = static_cast<std::uint8_t>(pick)});
        visit(false);
        scenario_.switches.pop_back();
    }
}

void Explorer::add_fault(const Choice &choice)
{
    scenario_.faults.push_back(
        {.role = choice.role, .nth = true, .count = static_cast<std::uint16_t>(choice.place)});
    visit(true);
    scenario_.faults.pop_back();
}

void Explorer::count(const Result &result)
{
    const std::size_t switches = scenario_.switches.size();
    found_.by_switches.resize(std::max(found_.by_switches.size(), switches + 1));
    ++found_.by_switches[switches];
    found_.deepest = std::max(found_.deepest, result.steps);
    found_.final_states.insert(final_state(result));
    if (result.unmodelled != nullptr) {
        if (found_.unmodelled++ == 0)
            found_.why_unmodelled = result.unmodelled;
        found_.configurable = found_.configurable && result.configurable;
        return;
    }
    ++(result.completed ? found_.complete : found_.blocked);
    if (result.verdict.empty())
        return;
    for (const properties::Finding &finding :
         properties::findings(result.verdict, {scenario_, result.events})) {
        ExploredRow &row = row_of(found_, finding);
        if (row.runs++ > 0 && is_before(row, scenario_.switches, scenario_.faults))
            continue;
        row.finding = finding;
        row.switches = scenario_.switches;
        row.faults = scenario_.faults;
    }
}

} // namespace

std::size_t Explored::count(properties::Status status) const
{
    return static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [&](const ExploredRow &row) {
            return row.finding.judgement.status == status;
        }));
}

Explored explore(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                 const ExploreOptions &options)
{
    HARNESS_ASSERT(options.switches_max <= bounds::switches_max &&
                   scenario.faults.size() + options.faults_max <= bounds::faults_max &&
                   options.shard < options.shards);
    return Explorer(machine, revision, scenario, options).explore();
}

void merge(Explored &whole, const Explored &part)
{
    whole.complete += part.complete;
    whole.blocked += part.blocked;
    if (whole.unmodelled == 0)
        whole.why_unmodelled = part.why_unmodelled;
    whole.unmodelled += part.unmodelled;
    whole.by_switches.resize(std::max(whole.by_switches.size(), part.by_switches.size()));
    for (std::size_t i = 0; i < part.by_switches.size(); ++i)
        whole.by_switches[i] += part.by_switches[i];
    whole.repeated += part.repeated;
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
}

scenario::Scenario shown_by(Machine &machine, const drivers::Revision &revision,
                            const Scenario &scenario, const ExploredRow &row)
{
    Scenario shown = scenario;
    shown.revision = revision.id;
    shown.switches = row.switches;
    shown.faults = row.faults;
    // What the file promises is said of other schedules.
    shown.shows.clear();
    shown.expect.clear();
    shown.owners.clear();
    shown.open = false;
    const std::vector<Target> targets = {target_of(revision, row.finding)};
    for (bool changed = true; changed;) {
        changed = false;
        const Result result = machine.run(revision, shown);
        for (Scenario &candidate : named({shown, result}))
            if (shows(machine, candidate, targets)) {
                shown = std::move(candidate);
                changed = true;
                break;
            }
    }
    return shown;
}

} // namespace run
