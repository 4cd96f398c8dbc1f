// SPDX-License-Identifier: GPL-2.0-only
#include "run/parts.hpp"

#include "kernel/name.hpp"
#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <numeric>
#include <vector>

namespace run {
namespace {

using kernel::Name;
using kernel::Role;
using kernel::Word;
using scenario::Actor;
using scenario::Scenario;

template <typename Item> void erase(std::vector<Item> &items, std::size_t first, std::size_t count)
{
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
    items.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
}

void drop_operations_on(Scenario &scenario, Name object)
{
    for (Actor &actor : scenario.actors)
        std::erase_if(actor.operations, [&](const auto &item) { return item.object == object; });
}

bool is_made_up(const Actor &actor, std::size_t place)
{
    return actor.name == kernel::to_string(kernel::name_of(Word::actor, static_cast<int>(place)));
}

// Where the actor's role goes, negative for none. Roles that are no actor's stay.
int place_of(Role role, std::span<const int> places)
{
    const auto number = static_cast<std::size_t>(role.object.number);
    return role.kind != Word::actor ? 0 : number < places.size() ? places[number] : -1;
}

void move(Role &role, std::span<const int> places)
{
    if (role.kind == Word::actor)
        role = kernel::actor_role(place_of(role, places));
}

std::size_t count_actors(const Scenario &scenario) { return scenario.actors.size(); }

void drop_actors(Scenario &scenario, std::size_t first, std::size_t count)
{
    bool made_up = true;
    std::vector<int> places(scenario.actors.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool gone = i >= first && i < first + count;
        places[i] = gone ? -1 : static_cast<int>(i < first ? i : i - count);
        made_up = made_up && is_made_up(scenario.actors[i], i);
    }
    follow_actors(scenario, places);
    erase(scenario.actors, first, count);
    for (std::size_t i = 0; made_up && i < scenario.actors.size(); ++i)
        scenario.actors[i].name =
            kernel::to_string(kernel::name_of(Word::actor, static_cast<int>(i)));
}

std::size_t count_operations(const Scenario &scenario)
{
    return std::accumulate(
        scenario.actors.begin(), scenario.actors.end(), std::size_t{0},
        [](std::size_t sum, const Actor &actor) { return sum + actor.operations.size(); });
}

void drop_operations(Scenario &scenario, std::size_t first, std::size_t count)
{
    for (Actor &actor : scenario.actors) {
        const std::size_t size = actor.operations.size();
        const std::size_t here = first < size ? std::min(count, size - first) : 0;
        if (here > 0)
            erase(actor.operations, first, here);
        count -= here;
        first -= std::min(first, size);
    }
}

template <auto Member> std::size_t count_ranges(const Scenario &scenario)
{
    return (scenario.layout.*Member).size();
}

template <auto Member> void drop_ranges(Scenario &scenario, std::size_t first, std::size_t count)
{
    erase(scenario.layout.*Member, first, count);
}

void drop_regions(Scenario &scenario, std::size_t first, std::size_t count)
{
    for (std::size_t i = first; i < first + count; ++i)
        drop_operations_on(scenario,
                           kernel::name_of(Word::region, scenario.layout.regions[i].number));
    erase(scenario.layout.regions, first, count);
}

std::size_t count_second(const Scenario &scenario)
{
    return scenario.layout.hmem_platform_1.has_value() ? 1 : 0;
}

void drop_second(Scenario &scenario, std::size_t, std::size_t)
{
    drop_operations_on(scenario, scenario::second_platform);
    scenario.layout.hmem_platform_1.reset();
}

std::size_t count_faults(const Scenario &scenario) { return scenario.faults.size(); }

void drop_faults(Scenario &scenario, std::size_t first, std::size_t count)
{
    erase(scenario.faults, first, count);
}

std::size_t count_switches(const Scenario &scenario) { return scenario.switches.size(); }

// An indexed switch is counted from the last one of its kind: the next takes over the gap of those
// that go.
void drop_switches(Scenario &scenario, std::size_t first, std::size_t count)
{
    auto &switches = scenario.switches;
    constexpr unsigned gap_max = std::numeric_limits<std::uint16_t>::max();
    for (const auto occasion : {kernel::Occasion::before, kernel::Occasion::blocks}) {
        unsigned gap = 0;
        for (std::size_t i = first; i < switches.size(); ++i) {
            if (!switches[i].indexed || switches[i].occasion != occasion)
                continue;
            gap = std::min(gap + switches[i].gap, gap_max);
            if (i < first + count)
                continue;
            switches[i].gap = static_cast<std::uint16_t>(gap);
            break;
        }
    }
    erase(switches, first, count);
}

} // namespace

void follow_actors(Scenario &scenario, std::span<const int> places)
{
    std::erase_if(scenario.switches, [&](const kernel::Switch &item) {
        const int role = place_of(item.role, places);
        const int target = place_of(item.target, places);
        const bool itself =
            role == target && item.role.kind == Word::actor && item.target.kind == Word::actor;
        return !item.indexed && (role < 0 || target < 0 || itself);
    });
    std::erase_if(scenario.faults,
                  [&](const kernel::Fault &fault) { return place_of(fault.role, places) < 0; });
    for (kernel::Switch &item : scenario.switches)
        for (Role *role : {&item.role, &item.target})
            move(*role, places);
    for (kernel::Fault &fault : scenario.faults)
        move(fault.role, places);
}

std::span<const Part> parts()
{
    using scenario::Layout;
    static constexpr std::array rows = {
        Part{"actors", count_actors, drop_actors},
        Part{"operations", count_operations, drop_operations},
        Part{"Soft Reserved ranges", count_ranges<&Layout::soft_reserved>,
             drop_ranges<&Layout::soft_reserved>},
        Part{"HMAT entries", count_ranges<&Layout::hmat>, drop_ranges<&Layout::hmat>},
        Part{"windows", count_ranges<&Layout::windows>, drop_ranges<&Layout::windows>},
        Part{"regions", count_ranges<&Layout::regions>, drop_regions},
        Part{"second devices", count_second, drop_second},
        Part{"faults", count_faults, drop_faults},
        Part{"switches", count_switches, drop_switches},
    };
    return rows;
}

bool drop_parts(const Part &part, const Scenario &present,
                const std::function<bool(Scenario)> &attempt)
{
    bool changed = false;
    for (std::size_t size = part.count(present); size > 0; size /= 2) {
        for (std::size_t end = part.count(present); end > 0;) {
            const std::size_t first = end > size ? end - size : 0;
            Scenario candidate = present;
            part.drop(candidate, first, end - first);
            changed = attempt(std::move(candidate)) || changed;
            end = std::min(first, part.count(present));
        }
    }
    return changed;
}

} // namespace run
