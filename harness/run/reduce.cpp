// SPDX-License-Identifier: GPL-2.0-only
#include "run/reduce.hpp"

#include "kernel/assert.hpp"
#include "kernel/director.hpp"
#include "run/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace run {
namespace {

using kernel::Decision;
using kernel::directed_tasks_max;
using kernel::Footprint;
using kernel::no_task;
using kernel::Step;
using kernel::TaskSet;
using scenario::Scenario;

constexpr TaskSet only(std::uint16_t task) { return TaskSet{1} << task; }
std::uint16_t first_of(TaskSet tasks)
{
    return static_cast<std::uint16_t>(std::countr_zero(tasks));
}

// Of each task, how many of its steps come before.
using Clock = std::array<std::uint16_t, directed_tasks_max>;

void join(Clock &clock, const Clock &other)
{
    for (std::size_t i = 0; i < clock.size(); ++i)
        clock[i] = std::max(clock[i], other[i]);
}

// A task whose next step was tried already, from here or before, and need not be tried again until
// something happens that the step depends on.
struct Sleeper {
    std::uint16_t task = 0;
    Footprint touches;
};

// A place of the present run where one task went on, and its step from there.
struct Node {
    Decision decision;
    bool is_choice = false; // somebody was asked
    std::uint16_t chosen = no_task;
    TaskSet backtrack = 0; // who is to be tried from here
    TaskSet done = 0;      // who was
    std::vector<Sleeper> sleep;
    Step step;
    Clock clock;              // after the step
    std::uint16_t number = 0; // of the step among its task's, from 1

    bool is_asleep(std::uint16_t task) const
    {
        return std::any_of(sleep.begin(), sleep.end(),
                           [task](const Sleeper &one) { return one.task == task; });
    }
};

class Reducer : public kernel::Director {
public:
    Reducer(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
            const ExploreOptions &options, Reduction &reduction, Explored &found)
        : machine_(machine), revision_(revision), options_(options), scenario_(scenario),
          reduction_(reduction), found_(found)
    {
        scenario_.switches.clear();
        const std::size_t shards = options.shards / options.jobs;
        tops_[0] = {choices_for(shards), shards, options.shard % shards};
        tops_[1] = {tops_[0].choices + choices_for(options.jobs), options.jobs,
                    options.shard / shards};
    }

    void explore();

    void ended(const Step &step) override;
    std::uint16_t choose(const Decision &decision) override;
    void at_rest() override;

private:
    Machine &machine_;
    const drivers::Revision &revision_;
    const ExploreOptions &options_;
    Scenario scenario_;
    Reduction &reduction_;
    Explored &found_;
    kernel::Choices choices_; // of the present run, where somebody wants to know of faults

    std::vector<Node> path_;
    std::size_t depth_ = 0;  // nodes of path_ that the present run has passed
    bool is_chosen_ = false; // the next step's node is there already
    std::size_t branch_ = 0; // the node from which on the run is another than the last one
    std::array<std::size_t, directed_tasks_max> last_{}; // a task's last node + 1
    std::array<Clock, directed_tasks_max> born_{};       // what comes before a task's first step
    Clock rest_{};                                       // what came before the last rest
    bool is_lost_ = false; // a position that was read is none of this search

    // The beginnings of runs, up to a number of choices, which are shared out by their numbers. They are
    // not reduced, so that which ones there are does not depend on what is found behind them.
    struct Tops {
        std::size_t choices = 0;
        std::size_t parts = 1;
        std::size_t part = 0;   // this one
        std::size_t number = 0; // of the present one, counted from 1
    };
    // Behind so many choices there is something for every part.
    static std::size_t choices_for(std::size_t parts)
    {
        return parts > 1 ? static_cast<std::size_t>(std::bit_width(parts - 1)) + 2 : 0;
    }
    // Of shards, which must not depend on who else shares one; and behind those of this one, of its jobs.
    std::array<Tops, 2> tops_;
    std::size_t choices_passed_ = 0;
    std::size_t numbered_ = 0; // of those of the present run
    bool is_foreign_ = false;  // it belongs to another part

    void execute();
    bool asks_for_calls() const { return reduction_.calls != nullptr || reduction_.faults > 0; }
    void note_calls();
    bool has_faults(const Result &result) const;
    void count(const Result &result);
    bool advance();
    void read_position();
    Position position() const;
    Node &push(const Decision &decision, bool is_choice);
    void number_tops(std::size_t choices);
    void find_races(std::size_t at);
    void reverse(std::size_t first, std::size_t second);
    void add(Node &node, std::uint16_t task) { node.backtrack |= only(task); }
    void notice_disabled(TaskSet runnable);
    void write_switches();
};

void Reducer::explore()
{
    read_position();
    for (bool more = true; more; more = advance()) {
        if (options_.go_on && !options_.go_on(reduction_.runs)) {
            found_.stopped = true;
            found_.next = position();
            return;
        }
        execute();
    }
}

// A line a node of the path, the last of which says whom to try next.
Position Reducer::position() const
{
    Position lines = {fmt::format("part {} {}", tops_[0].number, tops_[1].number)};
    for (const Node &node : path_) {
        std::string line = fmt::format("{} {:x} {:x}", node.chosen, node.backtrack, node.done);
        for (const Sleeper &one : node.sleep)
            line += fmt::format(" {} {:x} {:x}", one.task, one.touches.reads, one.touches.writes);
        lines.push_back(line);
    }
    return lines;
}

void Reducer::read_position()
{
    const Position lines = std::exchange(reduction_.from, {});
    if (lines.empty())
        return;
    std::istringstream part(lines.front());
    std::string word;
    if (!(part >> word >> tops_[0].number >> tops_[1].number) || word != "part" || part >> word)
        throw std::invalid_argument("no part: " + lines.front());
    for (std::size_t i = 1; i < lines.size(); ++i) {
        std::istringstream words(lines[i]);
        Node &node = path_.emplace_back();
        if (!(words >> std::dec >> node.chosen >> std::hex >> node.backtrack >> node.done) ||
            node.chosen >= directed_tasks_max)
            throw std::invalid_argument("no choice: " + lines[i]);
        // Who is tried here was to be tried and was not yet; who was, was to be.
        if ((node.backtrack & ~node.done & only(node.chosen)) == 0 ||
            (node.done & ~node.backtrack) != 0)
            throw std::invalid_argument("nothing to be tried: " + lines[i]);
        while (words >> std::ws && !words.eof()) {
            Sleeper one;
            if (!(words >> std::dec >> one.task >> std::hex >> one.touches.reads >>
                  one.touches.writes) ||
                one.task >= directed_tasks_max)
                throw std::invalid_argument("nobody asleep: " + lines[i]);
            node.sleep.push_back(one);
        }
    }
    branch_ = path_.empty() ? 0 : path_.size() - 1;
}

void Reducer::execute()
{
    ++reduction_.runs;
    depth_ = 0;
    is_chosen_ = false;
    last_.fill(0);
    born_.fill({});
    rest_ = {};
    choices_passed_ = 0;
    numbered_ = 0;
    is_foreign_ = false;
    const Result result = machine_.run(revision_, scenario_,
                                       {.recording = options_.recording(),
                                        .choices = asks_for_calls() ? &choices_ : nullptr,
                                        .director = this});
    if (is_lost_ || depth_ < path_.size())
        throw std::invalid_argument("a choice is not there");
    number_tops(std::numeric_limits<std::size_t>::max());
    // Who stops a run keeps everybody from going on.
    if (result.unmodelled != kernel::given_up)
        notice_disabled(0);
    if (!is_foreign_)
        count(result);
}

void Reducer::count(const Result &result)
{
    const bool given_up = result.unmodelled == kernel::given_up;
    if (reduction_.calls != nullptr && !given_up)
        note_calls();
    if (!reduction_.counts || (!given_up && !has_faults(result))) {
        ++found_.repeated;
        return;
    }
    if (given_up) {
        ++found_.pruned;
        return;
    }
    write_switches();
    tally(found_, result, scenario_);
    scenario_.switches.clear();
}

// Those that an equivalent run makes, too: not of runs that were given up.
void Reducer::note_calls()
{
    std::vector<kernel::Fault> &calls = *reduction_.calls;
    for (const kernel::Choice &choice : choices_) {
        if (choice.kind != kernel::Choice::Kind::call)
            continue;
        const kernel::Fault fault{
            .role = choice.role, .nth = true, .count = static_cast<std::uint16_t>(choice.place)};
        if (choice.place > std::numeric_limits<std::uint16_t>::max())
            ++found_.out_of_reach;
        else if (std::find(calls.begin(), calls.end(), fault) == calls.end())
            calls.push_back(fault);
    }
}

// Whether each fault that is searched for made a call of its own fail.
bool Reducer::has_faults(const Result &result) const
{
    if (reduction_.faults == 0)
        return true;
    const auto fired = std::count(result.fault_fired.begin(), result.fault_fired.end(), true);
    const auto failed = std::count_if(choices_.begin(), choices_.end(), [](const auto &choice) {
        return choice.kind == kernel::Choice::Kind::failed;
    });
    return fired == failed &&
           std::all_of(result.fault_fired.end() - static_cast<std::ptrdiff_t>(reduction_.faults),
                       result.fault_fired.end(), [](bool one) { return one; });
}

// Who goes on next, as a node. In the part of the path that is tried again it is there already.
Node &Reducer::push(const Decision &decision, bool is_choice)
{
    if (depth_ < path_.size()) {
        Node &known = path_[depth_];
        // Whom a position names that was read must be able to go on.
        if ((known.backtrack & ~decision.runnable) != 0)
            is_lost_ = true;
        known.decision = decision;
        known.is_choice = is_choice;
        return known;
    }
    Node &node = path_.emplace_back();
    node.decision = decision;
    node.is_choice = is_choice;
    if (depth_ > 0) {
        const Node &before = path_[depth_ - 1];
        for (const Sleeper &one : before.sleep)
            if (one.task != before.chosen && !one.touches.conflicts(before.step.touched))
                node.sleep.push_back(one);
    }
    return node;
}

std::uint16_t Reducer::choose(const Decision &decision)
{
    if (is_foreign_)
        return no_task;
    notice_disabled(decision.runnable);
    const bool is_new = depth_ == path_.size();
    Node &node = push(decision, true);
    if (is_lost_)
        return no_task;
    if (is_new) {
        TaskSet awake = decision.runnable;
        for (const Sleeper &one : node.sleep)
            awake &= ~only(one.task);
        if (awake == 0) {
            path_.pop_back();
            return no_task;
        }
        const bool usual = (awake & only(decision.usual)) != 0;
        node.chosen = usual ? decision.usual : first_of(awake);
        const bool is_top = choices_passed_ < tops_.back().choices;
        node.backtrack = is_top ? decision.runnable : only(node.chosen);
    }
    if (std::popcount(decision.runnable) > 1)
        ++choices_passed_;
    is_chosen_ = true;
    return node.chosen;
}

// The path as far as parts are told apart is complete, or all of it is: whose is what comes behind it?
void Reducer::number_tops(std::size_t choices)
{
    while (!is_foreign_ && numbered_ < tops_.size() && choices >= tops_[numbered_].choices) {
        Tops &tops = tops_[numbered_++];
        // The same as the last run's as long as only what is behind it changed.
        if (tops.number == 0 || branch_ < depth_)
            ++tops.number;
        is_foreign_ = (tops.number - 1) % tops.parts != tops.part;
    }
}

void Reducer::ended(const Step &step)
{
    if (is_foreign_)
        return;
    // Somebody was let loose from outside: nobody else could have gone on.
    if (!std::exchange(is_chosen_, false)) {
        Node &node = push({.runnable = only(step.task), .usual = step.task}, false);
        node.chosen = step.task;
        node.backtrack = only(step.task);
    }
    if (is_lost_)
        return;
    Node &node = path_[depth_];
    HARNESS_ASSERT(node.chosen == step.task);
    node.step = step;
    find_races(depth_);
    last_[step.task] = ++depth_;
    for (TaskSet created = step.created; created != 0; created &= created - 1)
        born_[first_of(created)] = node.clock;
    number_tops(choices_passed_);
}

void Reducer::at_rest()
{
    notice_disabled(0);
    for (const std::size_t last : last_)
        if (last > 0)
            join(rest_, path_[last - 1].clock);
}

// Whoever could have gone on instead of the last step and cannot behind it.
void Reducer::notice_disabled(TaskSet runnable)
{
    if (depth_ == 0)
        return;
    Node &node = path_[depth_ - 1];
    node.backtrack |= node.decision.runnable & ~runnable & ~only(node.chosen);
}

// The clock of the step at the node; steps before it that it depends on, without another one between
// them that it depends on, could come behind it.
void Reducer::find_races(std::size_t at)
{
    Node &node = path_[at];
    const std::uint16_t task = node.chosen;
    const std::size_t last = last_[task];
    node.clock = last > 0 ? path_[last - 1].clock : born_[task];
    node.number = static_cast<std::uint16_t>(last > 0 ? path_[last - 1].number + 1 : 1);
    join(node.clock, rest_);
    for (std::size_t i = at; i-- > 0;) {
        const Node &before = path_[i];
        if (before.chosen == task || node.clock[before.chosen] >= before.number ||
            !before.step.touched.conflicts(node.step.touched))
            continue;
        if (at >= branch_)
            reverse(i, at);
        join(node.clock, before.clock);
    }
    node.clock[task] = node.number;
}

// Sees to it that a schedule is tried in which the second step comes before the first.
void Reducer::reverse(std::size_t first, std::size_t second)
{
    Node &node = path_[first];
    const auto comes_behind = [](const Node &later, const Node &earlier) {
        return later.clock[earlier.chosen] >= earlier.number;
    };
    // Who can begin with what happens up to the second step without the first: nobody before them.
    TaskSet initials = 0;
    std::vector<std::size_t> kept;
    const auto keep = [&](std::size_t i) {
        const Node &one = path_[i];
        const bool depends = std::any_of(
            kept.begin(), kept.end(), [&](std::size_t k) { return comes_behind(one, path_[k]); });
        if (!depends)
            initials |= only(one.chosen);
        kept.push_back(i);
        return depends;
    };
    for (std::size_t i = first + 1; i < second; ++i)
        if (!comes_behind(path_[i], node))
            keep(i);
    // Its clock knows of all that lies between.
    const bool second_waits = keep(second);
    const TaskSet runnable = node.decision.runnable;
    // The first step is what lets the second go on: no schedule has them the other way round.
    if (!second_waits && (runnable & only(path_[second].chosen)) == 0)
        return;
    initials &= runnable;
    if ((initials & node.backtrack) != 0)
        return;
    node.backtrack |= initials != 0 ? only(first_of(initials)) : runnable;
}

// Goes back to the last place where somebody else is to be tried; false: there is none.
bool Reducer::advance()
{
    while (!path_.empty()) {
        Node &node = path_.back();
        node.done |= only(node.chosen);
        if (!node.is_asleep(node.chosen))
            node.sleep.push_back({node.chosen, node.step.touched});
        TaskSet left = node.backtrack & ~node.done;
        for (const Sleeper &one : node.sleep)
            left &= ~only(one.task);
        if (left != 0) {
            node.chosen = first_of(left);
            branch_ = path_.size() - 1;
            return true;
        }
        path_.pop_back();
    }
    return false;
}

// As switches by number, what the path decided otherwise than the default schedule does.
void Reducer::write_switches()
{
    constexpr unsigned gap_max = std::numeric_limits<std::uint16_t>::max();
    std::array<unsigned, 2> gaps{};
    for (const Node &node : path_) {
        const Decision &decision = node.decision;
        const TaskSet others = decision.runnable & ~only(decision.usual);
        if (!node.is_choice || others == 0)
            continue;
        const bool at_point = decision.occasion == kernel::Occasion::before;
        unsigned &gap = gaps[at_point ? 0 : 1];
        ++gap;
        if (node.chosen == decision.usual)
            continue;
        const TaskSet before = others & (only(node.chosen) - 1);
        scenario_.switches.push_back(
            {.indexed = true,
             .occasion = at_point ? kernel::Occasion::before : kernel::Occasion::blocks,
             .gap = static_cast<std::uint16_t>(std::min(gap, gap_max)),
             .pick = static_cast<std::uint8_t>(std::popcount(before))});
        gap = 0;
    }
}

} // namespace

void reduce_program(Machine &machine, const drivers::Revision &revision, const Scenario &scenario,
                    const ExploreOptions &options, Reduction &reduction, Explored &found)
{
    Reducer(machine, revision, scenario, options, reduction, found).explore();
}

} // namespace run
