// SPDX-License-Identifier: GPL-2.0-only
#include "generators/schedule_edits.hpp"

#include "generators/names.hpp"
#include "generators/schedules.hpp"
#include "kernel/bounds.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <limits>

namespace generators {

using scenario::Scenario;
using scenario::Switch;

namespace {

using Place = std::vector<Switch>::difference_type;

constexpr int count_max = std::numeric_limits<std::uint16_t>::max();

// The next switch by number, of the kind of `like`, from there on; nullptr if there is none.
Switch *next_indexed(std::vector<Switch> &switches, std::size_t from, const Switch &like)
{
    for (std::size_t i = from; i < switches.size(); ++i)
        if (switches[i].indexed && switches[i].occasion == like.occasion)
            return &switches[i];
    return nullptr;
}

} // namespace

std::uint16_t stepped(std::uint16_t count, Source &source)
{
    const auto by = static_cast<int>(source.magnitude(2));
    return static_cast<std::uint16_t>(
        std::clamp(static_cast<int>(count) + (source.coin() ? by : -by), 1, count_max));
}

void insert_switch(Scenario &scenario, Source &source)
{
    auto &switches = scenario.switches;
    if (switches.size() >= bounds::switches_max)
        return;
    if (source.coin()) {
        switches.push_back(named_switch(scenario, source));
        return;
    }
    const std::size_t place = source.below(switches.size() + 1);
    Switch item = indexed_switch(source);
    Switch *next = next_indexed(switches, place, item);
    if (next != nullptr && next->gap > 1) {
        item.gap = static_cast<std::uint16_t>(1 + source.below(next->gap - 1u));
        next->gap = static_cast<std::uint16_t>(next->gap - item.gap);
    }
    switches.insert(switches.begin() + static_cast<Place>(place), item);
}

void drop_switch(Scenario &scenario, Source &source)
{
    auto &switches = scenario.switches;
    if (switches.empty())
        return;
    const std::size_t place = source.below(switches.size());
    const Switch dropped = switches[place];
    switches.erase(switches.begin() + static_cast<Place>(place));
    // What comes after it keeps its place in the run, or does not.
    Switch *next = next_indexed(switches, place, dropped);
    if (dropped.indexed && next != nullptr && source.coin())
        next->gap = static_cast<std::uint16_t>(std::min(next->gap + dropped.gap, count_max));
}

void nudge_switch(Scenario &scenario, Source &source)
{
    if (scenario.switches.empty())
        return;
    Switch &item = source.pick(scenario.switches);
    if (item.indexed) {
        if (source.one_in(3))
            item.pick = static_cast<std::uint8_t>(source.below(4));
        else
            item.gap = stepped(item.gap, source);
        return;
    }
    switch (source.below(4)) {
    case 0:
        item.target = any_role(scenario, source);
        break;
    case 1:
        item.role = any_role(scenario, source);
        break;
    case 2:
        if (item.occasion == kernel::Occasion::before)
            item.object = object_at(item.point, scenario, source);
        else if (item.occasion == kernel::Occasion::blocks)
            item.object = object_at(
                static_cast<kernel::Point>(source.below(scenario::points_count)), scenario, source);
        break;
    default:
        item.arrival = stepped(item.arrival, source);
        break;
    }
}

void repeat_switches(Scenario &scenario, Source &source)
{
    auto &switches = scenario.switches;
    if (switches.empty())
        return;
    const std::size_t first = source.below(switches.size());
    const std::size_t count = std::min(source.magnitude(3), switches.size() - first);
    const auto start = switches.begin() + static_cast<Place>(first);
    const std::vector<Switch> part(start, start + static_cast<Place>(count));
    switches.insert(switches.begin() + static_cast<Place>(source.below(switches.size() + 1)),
                    part.begin(), part.end());
    switches.resize(std::min(switches.size(), bounds::switches_max));
}

} // namespace generators
