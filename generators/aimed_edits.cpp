// SPDX-License-Identifier: GPL-2.0-only
#include "generators/aimed_edits.hpp"

#include "kernel/bounds.hpp"

#include <algorithm>
#include <array>

namespace generators {

using kernel::Choice;
using kernel::Occasion;
using kernel::Role;
using scenario::Scenario;
using scenario::Switch;

namespace {

using Step = Passed::Step;

// What came to nothing goes in one of so many edits. Mostly it stays: after another edit it may
// come to something.
constexpr std::size_t tidy_one_in = 4;
// At the step drawn, no other task may have lived; then another is drawn.
constexpr int attempts = 4;

void tidy(Scenario &scenario, const Passed &passed)
{
    std::size_t index = 0;
    std::erase_if(scenario.switches, [&](const Switch &) { return !passed.switched[index++]; });
    index = 0;
    std::erase_if(scenario.faults, [&](const kernel::Fault &) { return !passed.fired[index++]; });
}

std::size_t like(const Step &step, const std::vector<Step> &steps)
{
    return static_cast<std::size_t>(
        std::count_if(steps.begin(), steps.end(), [&](const Step &other) {
            return other.point == step.point && other.role.kind == step.role.kind;
        }));
}

// Of a few, one of which there are fewest alike: most steps of a run are devices and locks, over
// and over.
std::size_t some_step(const std::vector<Step> &steps, Source &source)
{
    std::size_t chosen = source.below(steps.size());
    for (std::size_t more = source.below(3); more > 0; --more) {
        const std::size_t other = source.below(steps.size());
        if (like(steps[other], steps) < like(steps[chosen], steps))
            chosen = other;
    }
    return chosen;
}

// Each gives whether it found something to do.
bool aim_named(Scenario &scenario, const Passed &passed, Source &source)
{
    if (passed.steps.empty() || scenario.switches.size() >= bounds::switches_max)
        return false;
    const std::size_t at = some_step(passed.steps, source);
    const Step &step = passed.steps[at];
    std::vector<Role> others;
    for (const Passed::Task &task : passed.tasks)
        if (task.first <= at && at < task.end && task.role != step.role)
            others.push_back(task.role);
    if (others.empty())
        return false;
    Switch item;
    item.role = step.role;
    item.point = step.point;
    item.object = step.object;
    const auto end = passed.steps.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    item.arrival =
        static_cast<std::uint16_t>(std::count_if(passed.steps.begin(), end, [&](const Step &other) {
            return other.role == step.role && other.point == step.point &&
                   other.object == step.object;
        }));
    item.target = source.pick(others);
    scenario.switches.push_back(item);
    return true;
}

bool is_place(const Choice &choice)
{
    return choice.kind == Choice::Kind::task || choice.kind == Choice::Kind::stop;
}

// Switches by number of that kind which were spent before: each is noted right after its place.
std::ptrdiff_t spent_before(const kernel::Choices &choices, std::size_t at)
{
    std::ptrdiff_t spent = 0;
    for (std::size_t i = 1; i < at; ++i)
        if (choices[i].kind == Choice::Kind::switched && choices[i - 1].kind == choices[at].kind)
            ++spent;
    return spent;
}

// A switch by number at one of the choices; those after it keep their places, if they come to be.
bool aim_indexed(Scenario &scenario, const Passed &passed, Source &source)
{
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < passed.choices.size(); ++i)
        if (is_place(passed.choices[i]))
            candidates.push_back(i);
    if (candidates.empty() || scenario.switches.size() >= bounds::switches_max)
        return false;
    const std::size_t at = source.pick(candidates);
    const Choice &choice = passed.choices[at];
    Switch item;
    item.indexed = true;
    item.occasion = choice.kind == Choice::Kind::task ? Occasion::before : Occasion::blocks;
    item.gap = static_cast<std::uint16_t>(choice.place);
    item.pick = static_cast<std::uint8_t>(source.below(choice.others));
    const auto next =
        std::find_if(scenario.switches.begin(), scenario.switches.end(),
                     [&, left = spent_before(passed.choices, at)](const Switch &other) mutable {
                         return other.indexed && other.occasion == item.occasion && left-- == 0;
                     });
    if (next != scenario.switches.end() && next->gap <= item.gap) {
        next->gap = item.gap;
        next->pick = item.pick;
        return true;
    }
    if (next != scenario.switches.end())
        next->gap = static_cast<std::uint16_t>(next->gap - item.gap);
    scenario.switches.insert(next, item);
    return true;
}

bool aim_fault(Scenario &scenario, const Passed &passed, Source &source)
{
    std::vector<const Choice *> calls;
    for (const Choice &choice : passed.choices)
        if (choice.kind == Choice::Kind::call)
            calls.push_back(&choice);
    if (calls.empty() || scenario.faults.size() >= bounds::faults_max)
        return false;
    const Choice &call = *source.pick(calls);
    kernel::Fault fault;
    fault.role = call.role;
    fault.nth = true;
    fault.count = static_cast<std::uint16_t>(call.place);
    scenario.faults.push_back(fault);
    return true;
}

} // namespace

void aim(Scenario &scenario, const Passed &passed, Source &source)
{
    constexpr std::array<std::uint8_t, 3> weights = {4, 3, 2};
    constexpr std::array aims = {aim_named, aim_indexed, aim_fault};
    if (source.one_in(tidy_one_in))
        tidy(scenario, passed);
    for (int i = 0; i < attempts; ++i)
        if (aims[source.weighted(weights)](scenario, passed, source))
            return;
}

} // namespace generators
