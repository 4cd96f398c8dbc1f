// SPDX-License-Identifier: GPL-2.0-only
// Who goes on where more than one task could: what the scenario's switches or a director say.
#include "kernel/kernel.hpp"
#include "kernel/scheduler.hpp"
#include "kernel/state.hpp"

#include <array>
#include <utility>

namespace kernel {

task_struct *Scheduler::ask_director(Occasion occasion, const task_struct &usual)
{
    Decision decision{occasion, 0, usual.index};
    bool all = true;
    for (task_struct *task : alive_) {
        all = all && task->index < directed_tasks_max;
        if (all && runnable(*task))
            decision.runnable |= TaskSet{1} << task->index;
    }
    const std::uint16_t chosen = all ? director_->choose(decision) : no_task;
    for (task_struct *task : alive_)
        if (task->index == chosen)
            return task;
    state().unmodelled = all ? given_up : "more tasks in a run than a director decides about";
    stopped_ = true;
    return nullptr;
}

task_struct *Scheduler::match_switch(const Arrival &arrival, const task_struct *usual)
{
    task_struct *target = nullptr;
    for (SwitchState &candidate : named_)
        if (task_struct *match = match_named(candidate, arrival, target != nullptr))
            target = match;
    if (task_struct *match = match_indexed(arrival, usual, target != nullptr))
        target = match;
    return target;
}

task_struct *Scheduler::match_named(SwitchState &candidate, const Arrival &arrival, bool taken)
{
    const Switch &what = candidate.what;
    if (what.point != arrival.point || what.object != arrival.object || what.role != arrival.role ||
        what.occasion != arrival.occasion)
        return nullptr;
    if (++candidate.seen != what.arrival)
        return nullptr;
    task_struct *target = nullptr;
    for (task_struct *task : alive_)
        if (task->index != arrival.task && task->role == what.target && runnable(*task)) {
            target = task;
            break;
        }
    return spend(candidate.index, arrival, target, taken);
}

task_struct *Scheduler::match_indexed(const Arrival &arrival, const task_struct *usual, bool taken)
{
    const bool at_point = arrival.occasion == Occasion::before;
    IndexedSwitches &indexed = at_point ? at_points_ : at_stops_;
    const bool spent = indexed.next >= indexed.all.size();
    if (spent && choices_ == nullptr)
        return nullptr;
    std::array<task_struct *, bounds::tasks_max> candidates;
    std::size_t count = 0;
    for (task_struct *task : alive_)
        if (task != usual && runnable(*task))
            candidates[count++] = task;
    // Only places with a choice count, so that a small gap reaches a late choice.
    if (count == 0)
        return nullptr;
    ++indexed.choices_since;
    if (choices_ != nullptr)
        choices_->push_back({at_point ? Choice::Kind::task : Choice::Kind::stop,
                             indexed.choices_since,
                             static_cast<std::uint16_t>(count),
                             {}});
    if (spent || indexed.choices_since != indexed.all[indexed.next].what.gap)
        return nullptr;
    indexed.choices_since = 0;
    const SwitchState &next = indexed.all[indexed.next++];
    if (choices_ != nullptr)
        choices_->push_back(
            {Choice::Kind::switched, 0, static_cast<std::uint16_t>(next.index), {}});
    return spend(next.index, arrival, candidates[next.what.pick % count], taken);
}

// The task that the switch makes run, or nullptr.
task_struct *Scheduler::spend(std::size_t index, const Arrival &arrival, task_struct *target,
                              bool taken)
{
    if (taken)
        target = nullptr;
    Event &event = record(target != nullptr ? EventKind::switched : EventKind::switch_idle, {},
                          static_cast<std::int32_t>(index));
    event.task = arrival.task;
    event.extra = target != nullptr ? target->index : 0;
    return target;
}

} // namespace kernel
