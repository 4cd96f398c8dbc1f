// SPDX-License-Identifier: GPL-2.0-only
#include "run/explore.hpp"

#include "kernel/assert.hpp"
#include "kernel/bounds.hpp"
#include "run/minimize.hpp"
#include "run/parts.hpp"
#include "run/reduce.hpp"
#include "run/simpler.hpp"
#include "run/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace run {
namespace {

using kernel::Choice;
using kernel::Choices;
using scenario::Scenario;

// How many ways there are to decide otherwise.
std::size_t picks(const Choice &choice)
{
    return choice.kind == Choice::Kind::call ? 1 : choice.others;
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
    // What led to the present run: of each run on the way the index of a choice, and the pick.
    struct Departure {
        std::size_t choice = 0;
        std::uint16_t pick = 0;
    };
    std::vector<Departure> way_;
    std::vector<Departure> from_; // to the run to go on with; only while on the way to it
    std::size_t switches_ = 0;    // of the schedules that this pass is about
    std::uint64_t runs_ = 0;
    Explored found_;

    std::size_t depth() const
    {
        return scenario_.switches.size() + scenario_.faults.size() - own_faults_;
    }
    void visit(bool last_was_fault);
    void visit_behind(const Choices &choices, std::size_t first);
    void read_position();
    Position position() const;
    bool is_on_way() const { return way_.size() < from_.size(); }
    std::size_t behind_last(const Choices &choices, bool last_was_fault) const;
    bool is_ours(std::size_t branch) const;
    void add_switches(const Choice &choice, std::uint16_t first_pick);
    void add_fault(const Choice &choice);
};

Explored Explorer::explore()
{
    switches_ = options_.in_turn ? 0 : options_.switches_max;
    read_position();
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
    if (found_.stopped || (!is_on_way() && options_.go_on && !options_.go_on(runs_))) {
        if (!std::exchange(found_.stopped, true))
            found_.next = position();
        return;
    }
    if (!is_on_way())
        ++runs_;
    const std::size_t switches = scenario_.switches.size();
    const bool wanted = !options_.in_turn || switches == switches_;
    const bool leaf =
        switches == switches_ && scenario_.faults.size() == own_faults_ + options_.faults_max;
    Choices &choices = choices_[depth()];
    const Result result =
        machine_.run(revision_, scenario_,
                     {.recording = options_.recording(), .choices = leaf ? nullptr : &choices});
    // What is on the way to the other parts is counted in the first.
    if (is_on_way())
        ; // counted before the search was stopped
    else if (!wanted || (depth() == 0 && options_.shard != 0))
        ++found_.repeated;
    else
        tally(found_, result, scenario_);
    if (!leaf)
        visit_behind(choices, behind_last(choices, last_was_fault));
    else if (is_on_way())
        throw std::invalid_argument("behind a choice there is none");
}

Position Explorer::position() const
{
    Position lines = {fmt::format("switches {}", switches_)};
    for (const Departure &departure : way_)
        lines.push_back(fmt::format("choice {} {}", departure.choice, departure.pick));
    return lines;
}

void Explorer::read_position()
{
    found_ = found_before(options_);
    if (options_.from == nullptr)
        return;
    const Position lines = std::exchange(found_.next, {});
    for (const std::string &line : lines) {
        std::istringstream words(line);
        std::string word;
        Departure departure;
        const bool is_first = &line == &lines.front();
        if (is_first ? !(words >> word >> switches_) || word != "switches"
                     : !(words >> word >> departure.choice >> departure.pick) || word != "choice")
            throw std::invalid_argument("no choice: " + line);
        if (words >> word)
            throw std::invalid_argument("too many words: " + line);
        if (!is_first)
            from_.push_back(departure);
    }
    if (lines.empty() || from_.size() > options_.switches_max + options_.faults_max ||
        switches_ > options_.switches_max)
        throw std::invalid_argument("more choices than there can be");
    // Each pass before has a schedule of its number; of the first two, another part may have it.
    const bool too_many = switches_ > 1 && found_.by_switches.size() < switches_;
    if (options_.in_turn ? too_many : switches_ != options_.switches_max)
        throw std::invalid_argument("other schedules come first: " + lines.front());
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
    const bool resumes = is_on_way();
    const Departure start = resumes ? from_[way_.size()] : Departure{first, 0};
    if (resumes && (start.choice < first || start.choice >= choices.size()))
        throw std::invalid_argument("a choice is not there");
    for (std::size_t i = first; i < choices.size() && !found_.stopped; ++i) {
        const Choice &choice = choices[i];
        const bool at_stop = choice.kind == Choice::Kind::stop;
        const bool task = (choice.kind == Choice::Kind::task || at_stop) && more_switches;
        const bool call = choice.kind == Choice::Kind::call && more_faults;
        if ((!task && !call) || !is_ours(branch++))
            continue;
        if (i < start.choice)
            continue;
        const bool out_of_reach = choice.place > std::numeric_limits<std::uint16_t>::max();
        if (is_on_way() && (i > start.choice || out_of_reach || start.pick >= picks(choice)))
            throw std::invalid_argument("a choice is none of this search");
        way_.push_back({i, 0});
        if (out_of_reach)
            ++found_.out_of_reach;
        else if (task)
            add_switches(choice, i == start.choice ? start.pick : std::uint16_t{0});
        else
            add_fault(choice);
        way_.pop_back();
        from_.clear(); // it has been reached
    }
    if (is_on_way())
        throw std::invalid_argument("a choice is none of this search");
}

void Explorer::add_switches(const Choice &choice, std::uint16_t first_pick)
{
    for (std::uint16_t pick = first_pick; pick < choice.others && !found_.stopped; ++pick) {
        way_.back().pick = pick;
        scenario_.switches.push_back({.indexed = true,
                                      .occasion = choice.kind == Choice::Kind::stop
                                                      ? kernel::Occasion::blocks
                                                      : kernel::Occasion::before,
                                      .gap = static_cast<std::uint16_t>(choice.place),
                                      .pick = static_cast<std::uint8_t>(pick)});
        visit(false);
        from_.clear();
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

// Findings name records by index: of a search that made only some, in all of them. A schedule with a gap
// larger than a switch can hold is not found again.
void find_again(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                std::vector<ExploredRow> &rows)
{
    Scenario shown = scenario;
    for (ExploredRow &row : rows) {
        shown.switches = row.switches;
        shown.faults = row.faults;
        const Result result = machine.run(revision, shown);
        const auto findings = properties::findings(result.verdict, {shown, result.events});
        const auto found =
            std::find_if(findings.begin(), findings.end(),
                         [&](const properties::Finding &one) { return is_same(one, row.finding); });
        const bool is_named =
            std::all_of(row.switches.begin(), row.switches.end(), [](const kernel::Switch &item) {
                return item.gap < std::numeric_limits<std::uint16_t>::max();
            });
        HARNESS_ASSERT(found != findings.end() || !is_named);
        if (found != findings.end())
            row.finding = *found;
    }
}

} // namespace

Explored explore(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                 const ExploreOptions &options)
{
    HARNESS_ASSERT(options.switches_max <= bounds::switches_max &&
                   scenario.faults.size() + options.faults_max <= bounds::faults_max &&
                   options.shard < options.shards);
    Explored found = options.reduced ? reduce(machine, revision, scenario, options)
                                     : Explorer(machine, revision, scenario, options).explore();
    if (options.recording() != Recording::everything)
        find_again(machine, revision, scenario, found.rows);
    return found;
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
    const Part &switches = parts().back(); // what takes nothing with it
    drop_parts(switches, shown, [&](Scenario candidate) {
        const bool still = shows(machine, candidate, targets);
        if (still)
            shown = std::move(candidate);
        return still;
    });
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
