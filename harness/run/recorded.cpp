// SPDX-License-Identifier: GPL-2.0-only
// Simpler scenarios that need to know what happened: what an index stood for, who went first. Each
// is a guess that a run must confirm; of tasks that share a role, a name means another one.
#include "kernel/bounds.hpp"
#include "run/parts.hpp"
#include "run/simpler.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

namespace run {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Role;
using scenario::Operation;
using scenario::Scenario;

// Where a switch could be.
bool is_arrival(const Event &event)
{
    return event.kind == EventKind::point || event.kind == EventKind::blocks ||
           event.kind == EventKind::task_ended;
}

// A switch there, of which arrivals are to be counted.
kernel::Switch switch_at(const Event &event, const std::vector<Role> &roles)
{
    kernel::Switch item;
    item.role = roles[event.task];
    item.object = event.object;
    if (event.kind == EventKind::point)
        item.point = static_cast<kernel::Point>(event.detail);
    else
        item.occasion =
            event.kind == EventKind::blocks ? kernel::Occasion::blocks : kernel::Occasion::ends;
    return item;
}

// What the index-th switch, which took effect, did: by name.
std::optional<kernel::Switch> name_switch(const Result &result, std::size_t index)
{
    const auto &events = result.events;
    const auto switched = std::find_if(events.begin(), events.end(), [&](const Event &event) {
        return event.kind == EventKind::switched && event.value == static_cast<std::int32_t>(index);
    });
    const auto at = std::find_if(std::reverse_iterator(switched), events.rend(), is_arrival);
    if (switched == events.end() || at == events.rend())
        return std::nullopt;
    kernel::Switch item = switch_at(*at, result.roles);
    const auto arrivals = std::count_if(events.begin(), switched, [&](const Event &event) {
        return is_arrival(event) && switch_at(event, result.roles) == item;
    });
    if (arrivals > std::numeric_limits<std::uint16_t>::max())
        return std::nullopt;
    item.arrival = static_cast<std::uint16_t>(arrivals);
    item.target = result.roles[switched->extra];
    return item;
}

void name_switches(std::vector<Scenario> &candidates, const Recorded &recorded)
{
    const Scenario &scenario = recorded.scenario;
    for (std::size_t i = 0; i < scenario.switches.size(); ++i) {
        if (!scenario.switches[i].indexed)
            continue;
        const auto name = name_switch(recorded.result, i);
        if (!name)
            continue;
        Scenario candidate = scenario;
        const Part &switches = parts().back();
        switches.drop(candidate, i, 1); // the gap goes to the next one
        candidate.switches.insert(candidate.switches.begin() + static_cast<std::ptrdiff_t>(i),
                                  *name);
        candidates.push_back(std::move(candidate));
    }
}

// The calls that did not fail leave no record: which of the calls of that name it was is tried out.
void name_faults(std::vector<Scenario> &candidates, const Recorded &recorded)
{
    for (const Event &event : recorded.result.events) {
        if (event.kind != EventKind::fault || !recorded.scenario.faults[event.extra].nth)
            continue;
        Scenario candidate = recorded.scenario;
        kernel::Fault &fault = candidate.faults[event.extra];
        fault.nth = false;
        fault.site = static_cast<kernel::Site>(event.detail);
        fault.object = event.object;
        const unsigned last = fault.count;
        for (unsigned count = 1; count <= last; ++count) {
            fault.count = static_cast<std::uint16_t>(count);
            candidates.push_back(candidate);
        }
    }
}

struct Started {
    std::size_t actor;
    kernel::Name object;
};

// The actors' operations in the order in which they started.
std::vector<Started> started(const Recorded &recorded)
{
    std::vector<Started> all;
    for (const Event &event : recorded.result.events) {
        const bool by_task = event.kind == EventKind::operation && event.task != kernel::no_task;
        const Role role = by_task ? recorded.result.roles[event.task] : Role{};
        if (role.kind == kernel::Word::actor)
            all.push_back({static_cast<std::size_t>(role.object.number), event.object});
    }
    return all;
}

// hmem.N for hmem#K.
void name_devices(std::vector<Scenario> &candidates, const Recorded &recorded)
{
    std::vector<std::size_t> next(recorded.scenario.actors.size());
    for (const Started &one : started(recorded)) {
        const std::size_t place = next[one.actor]++;
        if (recorded.scenario.actors[one.actor].operations[place].object == one.object)
            continue;
        candidates.push_back(recorded.scenario);
        candidates.back().actors[one.actor].operations[place].object = one.object;
    }
}

// Both lists in one; `right_first` lists where the next one is of the right list, for as long as it
// says. What it says nothing of comes last, the left list's first.
std::vector<Operation> merge(const std::vector<Operation> &left,
                             const std::vector<Operation> &right,
                             const std::vector<bool> &right_first)
{
    std::vector<Operation> merged;
    std::size_t l = 0;
    std::size_t r = 0;
    for (const bool from_right : right_first)
        merged.push_back(from_right ? right[r++] : left[l++]);
    merged.insert(merged.end(), left.begin() + static_cast<std::ptrdiff_t>(l), left.end());
    merged.insert(merged.end(), right.begin() + static_cast<std::ptrdiff_t>(r), right.end());
    return merged;
}

void merge_pair(std::vector<Scenario> &candidates, const Recorded &recorded, std::size_t left,
                std::size_t right)
{
    const auto &actors = recorded.scenario.actors;
    std::vector<bool> as_recorded;
    for (const Started &one : started(recorded))
        if (one.actor == left || one.actor == right)
            as_recorded.push_back(one.actor == right);
    std::vector<int> places(actors.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = static_cast<int>(i == right ? left : i > right ? i - 1 : i);
    const std::vector<bool> right_first(actors[right].operations.size(), true);
    for (const auto &order : {as_recorded, std::vector<bool>{}, right_first}) {
        Scenario candidate = recorded.scenario;
        candidate.actors[left].operations =
            merge(actors[left].operations, actors[right].operations, order);
        follow_actors(candidate, places);
        candidate.actors.erase(candidate.actors.begin() + static_cast<std::ptrdiff_t>(right));
        candidates.push_back(std::move(candidate));
    }
}

} // namespace

std::vector<Scenario> named(const Recorded &recorded)
{
    std::vector<Scenario> candidates;
    name_switches(candidates, recorded);
    name_faults(candidates, recorded);
    name_devices(candidates, recorded);
    return candidates;
}

std::vector<Scenario> merged_actors(const Recorded &recorded)
{
    const auto &actors = recorded.scenario.actors;
    std::vector<Scenario> candidates;
    for (std::size_t left = 0; left < actors.size(); ++left)
        for (std::size_t right = left + 1; right < actors.size(); ++right)
            if (actors[left].operations.size() + actors[right].operations.size() <=
                bounds::operations_max)
                merge_pair(candidates, recorded, left, right);
    return candidates;
}

} // namespace run
